//! What campaigns have beyond their ads. Performance Max reports no ads at all, so its days are the campaign's own; where some ads are
//! reported and others not, the difference is kept. Either way a day adds up to what the account was charged.
//!
//! Campaigns are read before ads. On a day still going on, ads may therefore be ahead; that leaves nothing, never less than nothing.

use super::{
    report::{ActionDay, CampaignDay},
    row::settled,
};
use std::collections::HashMap;
use trimtab_domain::{
    Day,
    fact::{AdDaily, Measures},
    id::CampaignId,
};

/// The days of campaigns less those of their ads.
pub(super) fn of_days(campaigns: Vec<CampaignDay>, ads: &[AdDaily]) -> Vec<AdDaily> {
    let mut by_ads: HashMap<(Day, &CampaignId), Measures> = HashMap::new();
    for ad in ads {
        let sum = by_ads.entry((ad.date, &ad.placing.campaign)).or_default();
        let more = &ad.measures;
        sum.impressions = sum.impressions.saturating_add(more.impressions);
        sum.clicks = sum.clicks.saturating_add(more.clicks);
        sum.spend_micros = sum.spend_micros.saturating_add(more.spend_micros);
        sum.conversions = Some(sum.conversions.unwrap_or(0.0) + more.conversions.unwrap_or(0.0));
        sum.revenue_micros = Some(sum.revenue_micros.unwrap_or(0).saturating_add(more.revenue_micros.unwrap_or(0)));
        sum.video_views =
            more.video_views.map_or(sum.video_views, |views| Some(sum.video_views.unwrap_or(0).saturating_add(views)));
    }
    let rest = campaigns.into_iter().map(|CampaignDay { mut day, .. }| {
        if let Some(ads) = by_ads.get(&(day.date, &day.placing.campaign)) {
            day.measures = beyond(&day.measures, ads);
        }
        day
    });
    rest.filter(|day| is_something(&day.measures)).collect()
}

fn beyond(whole: &Measures, ads: &Measures) -> Measures {
    let left = |whole: i64, ads: i64| whole.saturating_sub(ads).max(0);
    Measures {
        impressions: left(whole.impressions, ads.impressions),
        clicks: left(whole.clicks, ads.clicks),
        spend_micros: left(whole.spend_micros, ads.spend_micros),
        conversions: whole.conversions.map(|n| less(n, ads.conversions.unwrap_or(0.0))),
        revenue_micros: whole.revenue_micros.map(|n| left(n, ads.revenue_micros.unwrap_or(0))),
        video_views: whole.video_views.map(|n| left(n, ads.video_views.unwrap_or(0))),
        ..*whole
    }
}

fn less(whole: f64, ads: f64) -> f64 {
    settled(whole - ads).max(0.0)
}

/// A conversion is something, its value alone may be the rounding of two doubles.
fn is_something(measures: &Measures) -> bool {
    measures.impressions > 0 || measures.clicks > 0 || measures.spend_micros != 0 || measures.conversions.is_some_and(|n| n > 0.0)
}

/// The conversions of campaigns by action less those of their ads.
pub(super) fn of_actions(campaigns: Vec<ActionDay>, ads: &[ActionDay]) -> Vec<ActionDay> {
    let mut by_ads: HashMap<(Day, &CampaignId, &str), [f64; 4]> = HashMap::new();
    for ad in ads {
        let sum = by_ads.entry((ad.date, &ad.placing.campaign, &ad.action)).or_default();
        for (sum, more) in sum.iter_mut().zip([ad.biddable.0, ad.biddable.1, ad.all.0, ad.all.1]) {
            *sum += more;
        }
    }
    let rest = campaigns.into_iter().map(|mut day| {
        if let Some([biddable, biddable_value, all, all_value]) =
            by_ads.get(&(day.date, &day.placing.campaign, day.action.as_str()))
        {
            day.biddable = (less(day.biddable.0, *biddable), less(day.biddable.1, *biddable_value));
            day.all = (less(day.all.0, *all), less(day.all.1, *all_value));
        }
        day
    });
    rest.filter(|day| day.biddable.0 > 0.0 || day.all.0 > 0.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use compact_str::CompactString;
    use trimtab_domain::{
        day::parse_day,
        fact::Placing,
        id::{AdGroupId, AdId},
    };

    fn day(campaign: &str, ad: &str, impressions: i64, spend: i64, conversions: f64) -> AdDaily {
        let measures = Measures {
            impressions,
            spend_micros: spend,
            conversions: Some(conversions),
            revenue_micros: Some(0),
            ..Measures::default()
        };
        AdDaily { date: parse_day("2026-11-01").unwrap(), span_days: 1, placing: placing(campaign, ad), measures }
    }

    fn placing(campaign: &str, ad: &str) -> Placing {
        let ad_group = if ad.is_empty() { AdGroupId::none() } else { "g".into() };
        Placing { campaign: campaign.into(), ad_group, ad: AdId::from(ad) }
    }

    fn campaign(id: &str, impressions: i64, spend: i64, conversions: f64) -> CampaignDay {
        CampaignDay { day: day(id, "", impressions, spend, conversions), channel: "SEARCH".into() }
    }

    #[test]
    fn nothing_is_left_of_campaigns_whose_ads_tell_all() {
        let ads = [day("1", "a", 10, 500, 0.1), day("1", "b", 5, 250, 0.2)];
        assert_eq!(of_days(vec![campaign("1", 15, 750, 0.3)], &ads), []);
        assert_eq!(of_days(vec![campaign("1", 14, 700, 0.1)], &ads), [], "ads read a moment later are ahead");
    }

    #[test]
    fn what_no_ad_tells_is_the_campaigns_own() {
        let ads = [day("1", "a", 10, 500, 1.0)];
        let rest = of_days(vec![campaign("1", 15, 750, 1.5), campaign("2", 7, 70, 0.0)], &ads);
        assert_eq!(rest, [day("1", "", 5, 250, 0.5), day("2", "", 7, 70, 0.0)]);
    }

    #[test]
    fn conversions_by_action_leave_their_rest_too() {
        let action = |ad: &str, action: &str, biddable: f64, all: f64| ActionDay {
            date: parse_day("2026-11-01").unwrap(),
            placing: placing("1", ad),
            action: CompactString::from(action),
            name: CompactString::default(),
            biddable: (biddable, biddable * 10.0),
            all: (all, all * 10.0),
        };
        let ads = [action("a", "buy", 1.2, 1.3), action("b", "buy", 0.8, 0.8)];
        let whole = vec![action("", "buy", 2.0, 2.5), action("", "call", 0.0, 3.0)];
        assert_eq!(of_actions(whole, &ads), [action("", "buy", 0.0, 0.4), action("", "call", 0.0, 3.0)]);
    }
}

//! What campaigns have beyond their creatives: days of creatives that LinkedIn no longer tells are kept as the campaign's own, so that a
//! day adds up to what the account was charged.
//!
//! Campaigns are read before creatives. On a day still going on, creatives may therefore be ahead; that leaves nothing, never less than
//! nothing.

use super::figures::{Figures, Metric};
use std::collections::BTreeMap;
use trimtab_domain::{
    Day,
    fact::Placing,
    id::{AdId, CampaignId},
};

/// Figures by day and place.
pub(super) type Days = BTreeMap<(Day, Placing), Figures>;

/// What is left of a day's spend from which it is more than the digits that platforms lose.
const NOISE_MICROS: i64 = 10;

/// The days of campaigns less those of their creatives.
pub(super) fn of_days(campaigns: &Days, creatives: &Days) -> Days {
    let mut told: BTreeMap<(Day, Placing), Figures> = BTreeMap::new();
    for ((day, placing), figures) in creatives {
        let above = Placing { ad: AdId::none(), ..placing.clone() };
        told.entry((*day, above)).or_default().add(figures);
    }
    let left =
        campaigns.iter().map(|(key, whole)| (key.clone(), told.get(key).map_or_else(|| whole.clone(), |told| whole.less(told))));
    left.filter(|(_, left)| counts(left)).collect()
}

fn counts(left: &Figures) -> bool {
    let some = |metric| left.get(metric).is_some_and(|count| count.micros() > 0);
    let spent = left.get(Metric::Cost).is_some_and(|cost| cost.micros() >= NOISE_MICROS);
    spent || some(Metric::Impressions) || some(Metric::Clicks)
}

/// The first campaign that was shown while no creative at all is told of.
pub(super) fn unexplained<'d>(campaigns: &'d Days, creatives: &Days) -> Option<(&'d Day, &'d CampaignId)> {
    let shown = |figures: &Figures| figures.get(Metric::Impressions).is_some_and(|count| count.micros() > 0);
    let first = campaigns.iter().find(|(_, figures)| shown(figures)).filter(|_| creatives.is_empty());
    first.map(|((day, placing), _)| (day, &placing.campaign))
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::id::AdGroupId;

    fn days(rows: &[(&str, &str, &str)]) -> Days {
        let row = |(campaign, creative, figures): &(&str, &str, &str)| {
            let date = trimtab_domain::day::parse_day("2026-11-01").unwrap();
            let (ad_group, ad) = (AdGroupId::new(*campaign), AdId::new(*creative));
            ((date, Placing { campaign: CampaignId::new("5"), ad_group, ad }), serde_json::from_str(figures).unwrap())
        };
        rows.iter().map(row).collect()
    }

    #[test]
    fn what_creatives_do_not_tell_stays_with_the_campaign() {
        let campaigns = days(&[
            ("1", "", r#"{"impressions":10,"clicks":2,"costInLocalCurrency":"5.00"}"#),
            ("2", "", r#"{"impressions":4,"costInLocalCurrency":"1.0000001"}"#),
            ("3", "", r#"{"impressions":4,"costInLocalCurrency":"1"}"#),
        ]);
        let creatives = days(&[
            ("1", "11", r#"{"impressions":6,"clicks":1,"costInLocalCurrency":"3.25"}"#),
            ("1", "12", r#"{"impressions":1,"clicks":1,"costInLocalCurrency":"0.75"}"#),
            ("2", "21", r#"{"impressions":4,"costInLocalCurrency":"1"}"#),
            ("3", "31", r#"{"impressions":5,"costInLocalCurrency":"1.5"}"#),
        ]);
        let rest = of_days(&campaigns, &creatives);
        let expected = days(&[("1", "", r#"{"impressions":3,"clicks":0,"costInLocalCurrency":"1"}"#)]);
        assert_eq!(rest, expected, "lost digits are no rest, and neither is what came in between the two reads");
        assert_eq!(unexplained(&campaigns, &creatives), None);
        assert!(unexplained(&campaigns, &Days::new()).is_some());
    }
}

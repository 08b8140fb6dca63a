//! One row of a report, borrowed from the body, and the figures in it.
//!
//! 64-bit integers come as text, doubles as numbers. A selected metric that is missing is zero: proto3 leaves defaults out. Cost is micros,
//! conversion values are units of the currency.

use crate::scalar::{Count, DayText, Text};
use serde::Deserialize;
use trimtab_domain::{
    Day,
    fact::{Measures, Placing},
    id::{AdGroupId, AdId, CampaignId},
};

/// The metrics every report asks for.
pub(super) const METRICS: &str =
    "metrics.impressions, metrics.clicks, metrics.cost_micros, metrics.conversions, metrics.conversions_value";

/// One row. Which objects it names depends on the report.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row<'a> {
    #[serde(borrow)]
    pub(super) campaign: Campaign<'a>,
    #[serde(borrow, default)]
    pub(super) ad_group: Named<'a>,
    #[serde(borrow, default)]
    pub(super) ad_group_ad: AdGroupAd<'a>,
    #[serde(borrow, default)]
    pub(super) ad_group_criterion: Criterion<'a>,
    #[serde(borrow, default)]
    pub(super) search_term_view: SearchTerm<'a>,
    #[serde(borrow, default)]
    pub(super) user_location_view: UserLocation<'a>,
    #[serde(borrow)]
    pub(super) segments: Segments<'a>,
    pub(super) metrics: Metrics,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Campaign<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow, default)]
    pub(super) advertising_channel_type: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Named<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct AdGroupAd<'a> {
    #[serde(borrow)]
    pub(super) ad: Ad<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Ad<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow, rename = "type")]
    pub(super) kind: Text<'a>,
}

/// A keyword, an age range or a gender.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Criterion<'a> {
    #[serde(borrow)]
    pub(super) criterion_id: Text<'a>,
    #[serde(borrow)]
    pub(super) keyword: Keyword<'a>,
    #[serde(borrow)]
    pub(super) age_range: Typed<'a>,
    #[serde(borrow)]
    pub(super) gender: Typed<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Keyword<'a> {
    #[serde(borrow)]
    pub(super) text: Text<'a>,
    #[serde(borrow)]
    pub(super) match_type: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct SearchTerm<'a> {
    #[serde(borrow)]
    pub(super) search_term: Text<'a>,
}

/// Where people were.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct UserLocation<'a> {
    /// The platform's own number of the country.
    #[serde(borrow)]
    pub(super) country_criterion_id: Text<'a>,
    /// Whether the campaign aims at that place; rows come apart by it.
    pub(super) targeting_location: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Segments<'a> {
    pub(super) date: DayText,
    pub(super) hour: Option<u8>,
    #[serde(borrow, default)]
    pub(super) device: Text<'a>,
    #[serde(borrow, default)]
    pub(super) conversion_action: Text<'a>,
    #[serde(borrow, default)]
    pub(super) conversion_action_name: Text<'a>,
    #[serde(borrow, default)]
    pub(super) search_term_match_type: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metrics {
    impressions: Option<Count>,
    clicks: Option<Count>,
    cost_micros: Option<Count>,
    #[serde(default)]
    pub(super) conversions: f64,
    #[serde(default)]
    pub(super) conversions_value: f64,
    #[serde(default)]
    pub(super) all_conversions: f64,
    #[serde(default)]
    pub(super) all_conversions_value: f64,
    video_trueview_views: Option<Count>,
}

impl Row<'_> {
    pub(super) const fn date(&self) -> Day {
        self.segments.date.0
    }

    /// Where the row belongs, as far down as it says.
    pub(super) fn placing(&self) -> Placing {
        Placing {
            campaign: CampaignId::new(self.campaign.id.compact()),
            ad_group: AdGroupId::new(self.ad_group.id.compact()),
            ad: AdId::new(self.ad_group_ad.ad.id.compact()),
        }
    }

    /// The figures.
    ///
    /// # Errors
    /// When an amount is too large to keep exactly.
    pub(super) fn measures(&self) -> Result<Measures, String> {
        let metrics = &self.metrics;
        let count = |count: Option<Count>| count.unwrap_or_default().0;
        // Zero plays of something that cannot be played is not a figure.
        let plays = metrics.video_trueview_views.filter(|plays| plays.0 != 0).or_else(|| self.may_play().then_some(Count(0)));
        Ok(Measures {
            impressions: count(metrics.impressions),
            clicks: count(metrics.clicks),
            link_clicks: None,
            spend_micros: count(metrics.cost_micros),
            reach: None,
            conversions: Some(metrics.conversions),
            revenue_micros: Some(micros(metrics.conversions_value)?),
            video_views: plays.map(|plays| plays.0),
            thruplays: None,
        })
    }

    /// Whether this may be a video: by the ad's type where there is one, else by the campaign's channel.
    fn may_play(&self) -> bool {
        match self.ad_group_ad.ad.kind.0.as_ref() {
            "" => matches!(self.campaign.advertising_channel_type.0.as_ref(), "VIDEO" | "DEMAND_GEN" | "PERFORMANCE_MAX"),
            kind => kind.contains("VIDEO"),
        }
    }

    /// What the row is about, for people.
    pub(super) fn name(&self) -> String {
        let objects = [
            ("campaign", &self.campaign.id),
            ("ad group", &self.ad_group.id),
            ("ad", &self.ad_group_ad.ad.id),
            ("criterion", &self.ad_group_criterion.criterion_id),
        ];
        let (kind, id) = objects.into_iter().rev().find(|(_, id)| !id.0.is_empty()).unwrap_or(("campaign", &self.campaign.id));
        format!("{kind} {} on {}", id.0, self.date())
    }
}

/// Micros of an amount in units of the currency.
pub(super) fn micros(units: f64) -> Result<i64, String> {
    let micros = (units * 1e6).round();
    #[expect(clippy::cast_possible_truncation, reason = "checked against the range in the same expression")]
    if micros.abs() < 9e15 { Ok(micros as i64) } else { Err(format!("a value of {units} is too large to keep exactly")) }
}

/// A sum or difference of conversions, without the dust of binary fractions.
pub(super) fn settled(conversions: f64) -> f64 {
    (conversions * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measures(row: &str) -> Measures {
        serde_json::from_str::<Row<'_>>(row).unwrap().measures().unwrap()
    }

    #[test]
    fn numbers_come_as_text_and_missing_ones_are_zero() {
        let row = r#"{"campaign":{"resourceName":"customers/1/campaigns/2","id":"2","advertisingChannelType":"SEARCH"},
            "segments":{"date":"2026-11-01"},
            "metrics":{"impressions":"1200","clicks":"37","costMicros":"15230000","conversions":2.5,"conversionsValue":180.4}}"#;
        let figures = measures(row);
        assert_eq!((figures.impressions, figures.clicks, figures.spend_micros), (1200, 37, 15_230_000));
        assert_eq!((figures.conversions, figures.revenue_micros, figures.video_views), (Some(2.5), Some(180_400_000), None));
        let bare = measures(r#"{"campaign":{"id":"2"},"segments":{"date":"2026-11-01"},"metrics":{"clicks":"1"}}"#);
        assert_eq!((bare.impressions, bare.conversions, bare.revenue_micros), (0, Some(0.0), Some(0)));
    }

    #[test]
    fn only_what_can_be_played_has_plays() {
        let plays = |campaign: &str, ad: &str, views: &str| {
            let row = format!(
                r#"{{"campaign":{{"id":"2","advertisingChannelType":"{campaign}"}},"adGroupAd":{{"ad":{{"id":"4","type":"{ad}"}}}},
                "segments":{{"date":"2026-11-01"}},"metrics":{{"videoTrueviewViews":"{views}"}}}}"#
            );
            measures(&row).video_views
        };
        assert_eq!(plays("SEARCH", "RESPONSIVE_SEARCH_AD", "0"), None);
        assert_eq!(plays("DISPLAY", "RESPONSIVE_DISPLAY_AD", "7"), Some(7));
        assert_eq!(plays("VIDEO", "VIDEO_RESPONSIVE_AD", "0"), Some(0));
        assert_eq!(plays("PERFORMANCE_MAX", "", "0"), Some(0));
    }

    #[test]
    fn values_are_units_and_become_micros() {
        assert_eq!(micros(180.4), Ok(180_400_000));
        assert_eq!(micros(0.1 + 0.2), Ok(300_000));
        assert_eq!(micros(-12.345_678_9), Ok(-12_345_679));
        assert!(micros(1e12).is_err());
    }
}

//! One row of a report, and the facts in it.

use super::figures::{Moment, reported};
use crate::{
    scalar::{Count, Decimal, Micros, Text},
    tiktok::{Counted, api::BadBody},
};
use compact_str::CompactString;
use serde::Deserialize;
use trimtab_domain::{
    Day, DayRange,
    fact::{Breakdown, ConversionDaily, Measures, Placing},
    id::{AdGroupId, AdId, CampaignId},
};

#[derive(Deserialize)]
pub(super) struct Row<'a> {
    #[serde(borrow)]
    dimensions: Dimensions<'a>,
    #[serde(borrow)]
    metrics: Metrics<'a>,
}

#[derive(Deserialize)]
struct Dimensions<'a> {
    stat_time_day: Option<Moment>,
    stat_time_hour: Option<Moment>,
    #[serde(borrow, default)]
    ad_id_v2: Text<'a>,
    #[serde(borrow, default)]
    campaign_id: Text<'a>,
    #[serde(borrow, default)]
    country_code: Text<'a>,
    #[serde(borrow, default)]
    age: Text<'a>,
    #[serde(borrow, default)]
    gender: Text<'a>,
}

/// The figures of a row, in TikTok's names.
#[derive(Deserialize)]
pub(in super::super) struct Metrics<'a> {
    #[serde(borrow, default)]
    campaign_id: Text<'a>,
    #[serde(borrow, default)]
    adgroup_id: Text<'a>,
    #[serde(default, deserialize_with = "reported")]
    spend: Option<Micros>,
    #[serde(default, deserialize_with = "reported")]
    impressions: Option<Count>,
    #[serde(default, deserialize_with = "reported")]
    clicks: Option<Count>,
    #[serde(default, deserialize_with = "reported")]
    reach: Option<Count>,
    #[serde(default, deserialize_with = "reported")]
    complete_payment: Option<Decimal>,
    #[serde(default, deserialize_with = "reported")]
    value_per_complete_payment: Option<Micros>,
    #[serde(default, deserialize_with = "reported")]
    complete_payment_roas: Option<Decimal>,
    #[serde(default, deserialize_with = "reported")]
    vta_complete_payment: Option<Decimal>,
    #[serde(default, deserialize_with = "reported")]
    purchase: Option<Decimal>,
    #[serde(default, deserialize_with = "reported")]
    total_purchase_value: Option<Micros>,
    #[serde(default, deserialize_with = "reported")]
    conversion: Option<Decimal>,
    #[serde(default, deserialize_with = "reported")]
    cta_conversion: Option<Decimal>,
    #[serde(default, deserialize_with = "reported")]
    vta_conversion: Option<Decimal>,
    #[serde(default, deserialize_with = "reported")]
    video_play_actions: Option<Count>,
    #[serde(default, deserialize_with = "reported")]
    video_watched_2s: Option<Count>,
    #[serde(default, deserialize_with = "reported")]
    video_views_p100: Option<Count>,
}

impl Metrics<'_> {
    pub(in super::super) fn site_purchases(&self) -> Option<f64> {
        self.complete_payment.map(|count| count.0)
    }

    pub(in super::super) fn app_purchases(&self) -> Option<f64> {
        self.purchase.map(|count| count.0)
    }

    /// A count of plays. TikTok prints zeros for images too; what has no play that so much as began is taken for none, since videos
    /// begin by themselves as they are shown.
    fn played(&self, plays: Option<Count>) -> Option<i64> {
        let began = self.video_play_actions.is_some_and(|plays| plays.0 > 0);
        plays.filter(|_| began).map(|plays| plays.0)
    }

    /// What the purchases on the site are worth: their number times their average value, or the return on what was spent where that is
    /// all that is told.
    fn site_value(&self) -> Result<Option<i64>, BadBody> {
        let Some(Decimal(count)) = self.complete_payment else { return Ok(None) };
        if count == 0.0 {
            return Ok(Some(0));
        }
        let value = match (self.value_per_complete_payment, self.complete_payment_roas, self.spend) {
            (Some(each), ..) => times(count, each),
            (None, Some(Decimal(roas)), Some(spend)) => times(roas, spend),
            _ => return Ok(None),
        };
        value.map(Some).ok_or_else(|| BadBody::Conflict("revenue is too large to keep exactly".to_owned()))
    }
}

/// An amount so many times, rounded to the micro.
fn times(factor: f64, Micros(amount): Micros) -> Option<i64> {
    #[expect(clippy::cast_precision_loss, reason = "amounts with more digits than a float holds are refused just below")]
    let product = (factor * amount as f64).round();
    #[expect(clippy::cast_possible_truncation, reason = "whole numbers of that size are exact")]
    (product.abs() < 9e15).then_some(product as i64)
}

impl Row<'_> {
    /// The row's day, which must be one that was asked for.
    pub(super) fn day(&self, range: DayRange) -> Result<Day, BadBody> {
        let Some(Moment { day, hour: 0 }) = self.dimensions.stat_time_day else {
            return Err(BadBody::Conflict(format!("{} without its day", self.name())));
        };
        within(day, range)
    }

    /// The row's hour, likewise.
    pub(super) fn hour(&self, range: DayRange) -> Result<(Day, u8), BadBody> {
        let Some(Moment { day, hour }) = self.dimensions.stat_time_hour else {
            return Err(BadBody::Conflict(format!("{} without its hour", self.name())));
        };
        Ok((within(day, range)?, hour))
    }

    /// Where an ad's row belongs.
    pub(super) fn ad(&self) -> Result<Placing, BadBody> {
        let Dimensions { ad_id_v2, .. } = &self.dimensions;
        let Metrics { campaign_id, adgroup_id, .. } = &self.metrics;
        if [ad_id_v2, campaign_id, adgroup_id].iter().any(|id| matches!(id.0.as_ref(), "" | "-")) {
            return Err(BadBody::Conflict(format!("{} without its ids", self.name())));
        }
        Ok(Placing {
            campaign: CampaignId::new(campaign_id.compact()),
            ad_group: AdGroupId::new(adgroup_id.compact()),
            ad: AdId::new(ad_id_v2.compact()),
        })
    }

    /// Where a campaign's row belongs.
    pub(super) fn campaign(&self) -> Result<Placing, BadBody> {
        let campaign = &self.dimensions.campaign_id;
        if campaign.0.is_empty() {
            return Err(BadBody::Conflict(format!("{} without its id", self.name())));
        }
        Ok(Placing { campaign: CampaignId::new(campaign.compact()), ad_group: AdGroupId::none(), ad: AdId::none() })
    }

    /// The parts of a breakdown this row is for.
    pub(super) fn parts(&self, breakdown: Breakdown) -> Result<(CompactString, CompactString), BadBody> {
        let Dimensions { country_code, age, gender, .. } = &self.dimensions;
        let (part, part2) = match breakdown {
            Breakdown::Country => (known(country_code).map(str::to_uppercase), Some(String::new())),
            Breakdown::AgeGender => (known(age).map(band), known(gender).map(str::to_lowercase)),
            _ => (None, None),
        };
        match (part, part2) {
            (Some(part), Some(part2)) => Ok((part.into(), part2.into())),
            // Every part has a name, if only NONE: a row without one answers another question.
            _ => Err(BadBody::Conflict(format!("{} without its part of {}", self.name(), breakdown.as_str()))),
        }
    }

    /// What every cut reports.
    pub(super) fn base(&self) -> Measures {
        Measures {
            impressions: self.metrics.impressions.unwrap_or_default().0,
            clicks: self.metrics.clicks.unwrap_or_default().0,
            spend_micros: self.metrics.spend.unwrap_or_default().0,
            ..Measures::default()
        }
    }

    /// What an ad's row reports.
    pub(super) fn measures(&self, counted: Counted) -> Result<Measures, BadBody> {
        let metrics = &self.metrics;
        let (conversions, revenue_micros) = match counted {
            Counted::SitePurchases => (metrics.complete_payment, metrics.site_value()?),
            Counted::AppPurchases => (metrics.purchase, metrics.total_purchase_value.map(|value| value.0)),
            Counted::Goals => (metrics.conversion, None),
        };
        Ok(Measures {
            reach: metrics.reach.map(|count| count.0),
            conversions: conversions.map(|count| count.0),
            revenue_micros,
            // Plays of two seconds: TikTok has no figure for three.
            video_views: metrics.played(metrics.video_watched_2s),
            thruplays: metrics.played(metrics.video_views_p100),
            ..self.base()
        })
    }

    /// One row per event and window that is not zero. The default window is what the ad group is set to.
    pub(super) fn conversions(&self, date: Day, placing: &Placing, into: &mut Vec<ConversionDaily>) -> Result<(), BadBody> {
        let metrics = &self.metrics;
        let site_value = metrics.site_value()?;
        let app_value = metrics.total_purchase_value.map(|value| value.0);
        for (action_type, window, count, value_micros) in [
            ("complete_payment", "default", metrics.complete_payment, site_value),
            ("complete_payment", "view", metrics.vta_complete_payment, None),
            ("purchase", "default", metrics.purchase, app_value),
            ("conversion", "default", metrics.conversion, None),
            ("conversion", "click", metrics.cta_conversion, None),
            ("conversion", "view", metrics.vta_conversion, None),
        ] {
            let count = count.unwrap_or_default().0;
            if count != 0.0 || value_micros.is_some_and(|value| value != 0) {
                into.push(ConversionDaily {
                    date,
                    placing: placing.clone(),
                    action_type: CompactString::const_new(action_type),
                    window: CompactString::const_new(window),
                    count,
                    value_micros,
                });
            }
        }
        Ok(())
    }

    /// What the row is about, for messages.
    pub(super) fn name(&self) -> String {
        let Dimensions { ad_id_v2, campaign_id, stat_time_day, stat_time_hour, .. } = &self.dimensions;
        let (noun, id) = if campaign_id.0.is_empty() { ("ad", ad_id_v2) } else { ("campaign", campaign_id) };
        let day = stat_time_day.or(*stat_time_hour).map(|moment| format!(" on {}", moment.day)).unwrap_or_default();
        format!("the row of {noun} {}{day}", id.0)
    }
}

fn within(day: Day, range: DayRange) -> Result<Day, BadBody> {
    if range.contains(day) { Ok(day) } else { Err(BadBody::Conflict(format!("a row for {day} in a read of {range}"))) }
}

/// A part's word; `unknown` where TikTok says that it does not know.
fn known<'t>(text: &'t Text<'_>) -> Option<&'t str> {
    match text.0.as_ref() {
        "" => None,
        "-" | "-1" | "NONE" | "None" | "UNKNOWN" => Some("unknown"),
        word => Some(word),
    }
}

/// `AGE_25_34` as `25-34`, `AGE_55_100` as `55+`, as other platforms say it.
fn band(age: &str) -> String {
    match age.strip_prefix("AGE_").and_then(|years| years.split_once('_')) {
        Some((from, "100")) => format!("{from}+"),
        Some((from, to)) => format!("{from}-{to}"),
        None => age.to_lowercase(),
    }
}

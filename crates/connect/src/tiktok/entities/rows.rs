//! The objects as TikTok lists them, field by field.

use super::{
    Object, Seen, amount, attributes, bare,
    status::status,
    word::{Word, joined},
};
use crate::{limits, scalar::Micros};
use compact_str::CompactString;
use jiff::{SignedDuration, civil::DateTime, tz::TimeZone};
use serde::Deserialize;
use trimtab_domain::{
    Timestamp,
    entity::{EntityKind, EntityState},
};

fn word(word: Option<Word>) -> Option<CompactString> {
    word.map(|word| word.0)
}

/// An amount, and the mode that says what it is for.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Budget {
    budget: Option<Micros>,
    budget_mode: Option<CompactString>,
}

impl Budget {
    /// Micros per day and per life. `BUDGET_MODE_DYNAMIC_DAILY_BUDGET` is a daily one of which a single day may spend 125 %. An object
    /// whose budget lies on another level prints 0.
    fn micros(&self) -> (Option<i64>, Option<i64>) {
        let micros = self.budget.map(|budget| budget.0).filter(|micros| *micros > 0);
        match self.budget_mode.as_deref() {
            Some("BUDGET_MODE_DAY" | "BUDGET_MODE_DYNAMIC_DAILY_BUDGET") => (micros, None),
            Some("BUDGET_MODE_TOTAL") => (None, micros),
            _ => (None, None),
        }
    }
}

/// An instant as TikTok prints it (`2026-11-01 00:00:00`), in UTC.
fn instant(text: Option<&str>) -> Option<Timestamp> {
    let civil: DateTime = text?.parse().ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[derive(Deserialize)]
pub(super) struct Campaign {
    campaign_id: Word,
    #[serde(default)]
    campaign_name: CompactString,
    objective_type: Option<CompactString>,
    #[serde(flatten)]
    budget: Budget,
    budget_optimize_on: Option<Word>,
    #[serde(default)]
    operation_status: CompactString,
    #[serde(default)]
    secondary_status: CompactString,
    campaign_type: Option<CompactString>,
    campaign_automation_type: Option<CompactString>,
    is_smart_performance_campaign: Option<Word>,
}

impl Object for Campaign {
    const LIST: &'static str = "campaign/get/";
    const SMART_LIST: &'static str = "smart_plus/campaign/get/";

    fn id(&self) -> &CompactString {
        &self.campaign_id.0
    }

    fn state(self, seen: &Seen<'_>) -> EntityState {
        let (daily_budget_micros, lifetime_budget_micros) = self.budget.micros();
        let id = self.campaign_id.0;
        EntityState {
            campaign: id.clone(),
            name: self.campaign_name,
            status: status(&self.secondary_status, &self.operation_status, None, seen.now),
            platform_status: self.secondary_status,
            objective: self.objective_type.unwrap_or_default(),
            daily_budget_micros,
            lifetime_budget_micros,
            attributes: attributes([
                ("operation_status", Some(self.operation_status)),
                ("budget_mode", self.budget.budget_mode),
                ("budget_optimize_on", word(self.budget_optimize_on)),
                ("campaign_type", self.campaign_type),
                ("campaign_automation_type", self.campaign_automation_type),
                ("is_smart_performance_campaign", word(self.is_smart_performance_campaign)),
            ]),
            ..bare(EntityKind::Campaign, id, seen.account.id.as_str().into())
        }
    }
}

#[derive(Deserialize)]
pub(super) struct AdGroup {
    adgroup_id: Word,
    #[serde(default)]
    adgroup_name: CompactString,
    campaign_id: Word,
    #[serde(flatten)]
    budget: Budget,
    #[serde(default)]
    operation_status: CompactString,
    #[serde(default)]
    secondary_status: CompactString,
    optimization_goal: Option<CompactString>,
    optimization_event: Option<CompactString>,
    billing_event: Option<CompactString>,
    bid_type: Option<CompactString>,
    bid_price: Option<Micros>,
    conversion_bid_price: Option<Micros>,
    deep_cpa_bid: Option<Micros>,
    roas_bid: Option<Micros>,
    pixel_id: Option<Word>,
    placements: Option<Vec<Word>>,
    audience_ids: Option<Vec<Word>>,
    age_groups: Option<Vec<Word>>,
    location_ids: Option<Vec<Word>>,
    gender: Option<CompactString>,
    pacing: Option<CompactString>,
    skip_learning_phase: Option<Word>,
    click_attribution_window: Option<CompactString>,
    view_attribution_window: Option<CompactString>,
    attribution_event_count: Option<CompactString>,
    schedule_type: Option<CompactString>,
    schedule_start_time: Option<String>,
    schedule_end_time: Option<String>,
}

impl AdGroup {
    /// When it ends; an endless one carries an end about ten years ahead.
    fn ends(&self, now: Timestamp) -> Option<Timestamp> {
        let far = now.saturating_add(SignedDuration::from_hours(24 * limits::TIKTOK_END_DAYS_MAX)).unwrap_or(Timestamp::MAX);
        let endless = self.schedule_type.as_deref() == Some("SCHEDULE_FROM_NOW");
        instant(self.schedule_end_time.as_deref()).filter(|end| !endless && *end < far)
    }
}

impl Object for AdGroup {
    const LIST: &'static str = "adgroup/get/";
    const SMART_LIST: &'static str = "smart_plus/adgroup/get/";

    fn id(&self) -> &CompactString {
        &self.adgroup_id.0
    }

    fn state(self, seen: &Seen<'_>) -> EntityState {
        let (daily_budget_micros, lifetime_budget_micros) = self.budget.micros();
        let ends = self.ends(seen.now);
        EntityState {
            campaign: self.campaign_id.0.clone(),
            name: self.adgroup_name,
            status: status(&self.secondary_status, &self.operation_status, ends, seen.now),
            platform_status: self.secondary_status,
            objective: self.optimization_goal.unwrap_or_default(),
            daily_budget_micros,
            lifetime_budget_micros,
            starts: seen.day(instant(self.schedule_start_time.as_deref())),
            ends: seen.day(ends),
            attributes: attributes([
                ("operation_status", Some(self.operation_status)),
                ("budget_mode", self.budget.budget_mode),
                ("optimization_event", self.optimization_event),
                ("billing_event", self.billing_event),
                ("bid_type", self.bid_type),
                ("bid_price", amount(self.bid_price)),
                ("conversion_bid_price", amount(self.conversion_bid_price)),
                ("deep_cpa_bid", amount(self.deep_cpa_bid)),
                ("roas_bid", amount(self.roas_bid)),
                ("pixel_id", word(self.pixel_id)),
                ("placements", joined(self.placements)),
                ("audience_ids", joined(self.audience_ids)),
                ("age_groups", joined(self.age_groups)),
                ("location_ids", joined(self.location_ids)),
                ("gender", self.gender),
                ("pacing", self.pacing),
                ("skip_learning_phase", word(self.skip_learning_phase)),
                ("click_attribution_window", self.click_attribution_window),
                ("view_attribution_window", self.view_attribution_window),
                ("attribution_event_count", self.attribution_event_count),
                ("schedule_type", self.schedule_type),
            ]),
            ..bare(EntityKind::AdGroup, self.adgroup_id.0, self.campaign_id.0)
        }
    }
}

/// An ad. An upgraded Smart+ one has an id under another name, the one reports know as `ad_id_v2`.
#[derive(Deserialize)]
pub(super) struct Ad {
    #[serde(default)]
    ad_id: Word,
    smart_plus_ad_id: Option<Word>,
    #[serde(default)]
    ad_name: CompactString,
    adgroup_id: Word,
    campaign_id: Word,
    #[serde(default)]
    operation_status: CompactString,
    #[serde(default)]
    secondary_status: CompactString,
    ad_format: Option<CompactString>,
    video_id: Option<Word>,
    image_ids: Option<Vec<Word>>,
    ad_text: Option<CompactString>,
    call_to_action: Option<CompactString>,
    landing_page_url: Option<CompactString>,
    identity_type: Option<CompactString>,
    identity_id: Option<Word>,
    tiktok_item_id: Option<Word>,
}

impl Object for Ad {
    const LIST: &'static str = "ad/get/";
    const SMART_LIST: &'static str = "smart_plus/ad/get/";
    const SMART_ROWS: u32 = limits::TIKTOK_SMART_AD_ROWS;

    fn id(&self) -> &CompactString {
        &self.smart_plus_ad_id.as_ref().unwrap_or(&self.ad_id).0
    }

    fn state(self, seen: &Seen<'_>) -> EntityState {
        let id = self.id().clone();
        EntityState {
            campaign: self.campaign_id.0,
            name: self.ad_name,
            status: status(&self.secondary_status, &self.operation_status, None, seen.now),
            platform_status: self.secondary_status,
            attributes: attributes([
                ("operation_status", Some(self.operation_status)),
                ("ad_format", self.ad_format),
                ("video_id", word(self.video_id)),
                ("image_ids", joined(self.image_ids)),
                ("ad_text", self.ad_text),
                ("call_to_action", self.call_to_action),
                ("landing_page_url", self.landing_page_url),
                ("identity_type", self.identity_type),
                ("identity_id", word(self.identity_id)),
                ("tiktok_item_id", word(self.tiktok_item_id)),
            ]),
            ..bare(EntityKind::Ad, id, self.adgroup_id.0)
        }
    }
}

//! The objects as Pinterest lists them, field by field. Amounts are micros of the account's currency, instants seconds since 1970.

use super::{Object, amount, attributes, bare, budget, day, status, yes_no};
use compact_str::{CompactString, ToCompactString, format_compact};
use serde::Deserialize;
use trimtab_domain::{
    Timestamp,
    account::Account,
    entity::{EntityKind, EntityState, Status},
};

/// The summary where there is one, else the switch.
fn word(summary: Option<CompactString>, switch: &Option<CompactString>) -> CompactString {
    summary.or_else(|| switch.clone()).unwrap_or_default()
}

#[derive(Deserialize)]
pub(super) struct Campaign {
    id: CompactString,
    name: Option<CompactString>,
    status: Option<CompactString>,
    summary_status: Option<CompactString>,
    objective_type: Option<CompactString>,
    daily_spend_cap: Option<i64>,
    lifetime_spend_cap: Option<i64>,
    is_campaign_budget_optimization: Option<bool>,
    is_performance_plus: Option<bool>,
    is_flexible_daily_budgets: Option<bool>,
    is_automated_campaign: Option<bool>,
    start_time: Option<i64>,
    end_time: Option<i64>,
}

impl Object for Campaign {
    const LIST: &'static str = "campaigns";

    fn id(&self) -> &CompactString {
        &self.id
    }

    fn state(self, account: &Account) -> EntityState {
        // Without budget optimisation the ad groups own the money, and a cap of the campaign only limits them.
        let owns = self.is_campaign_budget_optimization == Some(true);
        let (daily, lifetime) = (self.daily_spend_cap, self.lifetime_spend_cap);
        let word = word(self.summary_status, &self.status);
        EntityState {
            campaign: self.id.clone(),
            name: self.name.unwrap_or_default(),
            status: status(&word),
            platform_status: word,
            objective: self.objective_type.unwrap_or_default(),
            daily_budget_micros: budget(daily).filter(|_| owns),
            lifetime_budget_micros: budget(lifetime).filter(|_| owns),
            starts: day(account, self.start_time),
            ends: day(account, self.end_time),
            attributes: attributes([
                ("status", self.status),
                ("daily_spend_cap", amount(daily).filter(|_| !owns)),
                ("lifetime_spend_cap", amount(lifetime).filter(|_| !owns)),
                ("is_campaign_budget_optimization", yes_no(self.is_campaign_budget_optimization)),
                ("is_performance_plus", yes_no(self.is_performance_plus)),
                ("is_flexible_daily_budgets", yes_no(self.is_flexible_daily_budgets)),
                ("is_automated_campaign", yes_no(self.is_automated_campaign)),
            ]),
            ..bare(EntityKind::Campaign, self.id, account.id.as_str().into())
        }
    }
}

#[derive(Deserialize)]
pub(super) struct AdGroup {
    id: CompactString,
    campaign_id: CompactString,
    name: Option<CompactString>,
    status: Option<CompactString>,
    summary_status: Option<CompactString>,
    budget_in_micro_currency: Option<i64>,
    budget_type: Option<CompactString>,
    bid_in_micro_currency: Option<i64>,
    bid_strategy_type: Option<CompactString>,
    billable_event: Option<CompactString>,
    pacing_delivery_type: Option<CompactString>,
    placement_group: Option<CompactString>,
    conversion_learning_mode_type: Option<CompactString>,
    optimization_goal_metadata: Option<Goal>,
    start_time: Option<i64>,
    end_time: Option<i64>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Goal {
    conversion_tag_v3_goal_metadata: Option<TagGoal>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct TagGoal {
    conversion_event: Option<CompactString>,
    conversion_tag_id: Option<CompactString>,
    attribution_windows: Option<Windows>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Windows {
    click_window_days: Option<u16>,
    engagement_window_days: Option<u16>,
    view_window_days: Option<u16>,
}

impl Windows {
    /// `30d_click,30d_engagement,1d_view`.
    fn named(&self) -> CompactString {
        let windows =
            [("click", self.click_window_days), ("engagement", self.engagement_window_days), ("view", self.view_window_days)];
        let named = windows.into_iter().filter_map(|(name, days)| Some(format!("{}d_{name}", days?)));
        named.collect::<Vec<_>>().join(",").into()
    }
}

impl Object for AdGroup {
    const LIST: &'static str = "ad_groups";

    fn id(&self) -> &CompactString {
        &self.id
    }

    fn state(self, account: &Account) -> EntityState {
        let goal = self.optimization_goal_metadata.and_then(|goal| goal.conversion_tag_v3_goal_metadata).unwrap_or_default();
        // Of an optimised campaign's ad groups the budget type says that the money is not theirs.
        let of = |kind| budget(self.budget_in_micro_currency).filter(|_| self.budget_type.as_deref() == Some(kind));
        let (daily, lifetime) = (of("DAILY"), of("LIFETIME"));
        let word = word(self.summary_status, &self.status);
        EntityState {
            campaign: self.campaign_id.clone(),
            name: self.name.unwrap_or_default(),
            status: status(&word),
            platform_status: word,
            objective: goal.conversion_event.unwrap_or_default(),
            daily_budget_micros: daily,
            lifetime_budget_micros: lifetime,
            starts: day(account, self.start_time),
            ends: day(account, self.end_time),
            attributes: attributes([
                ("status", self.status),
                ("budget_type", self.budget_type),
                ("bid_in_micro_currency", amount(self.bid_in_micro_currency)),
                ("bid_strategy_type", self.bid_strategy_type),
                ("billable_event", self.billable_event),
                ("pacing_delivery_type", self.pacing_delivery_type),
                ("placement_group", self.placement_group),
                ("conversion_learning_mode_type", self.conversion_learning_mode_type),
                ("conversion_tag_id", goal.conversion_tag_id),
                ("attribution_windows", goal.attribution_windows.map(|windows| windows.named())),
            ]),
            ..bare(EntityKind::AdGroup, self.id, self.campaign_id)
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Ad {
    id: CompactString,
    ad_group_id: CompactString,
    campaign_id: CompactString,
    pin_id: Option<CompactString>,
    name: Option<CompactString>,
    status: Option<CompactString>,
    summary_status: Option<CompactString>,
    creative_type: Option<CompactString>,
    destination_url: Option<CompactString>,
    review_status: Option<CompactString>,
    rejected_reasons: Option<Vec<CompactString>>,
    rejection_labels: Option<Vec<CompactString>>,
    is_pin_deleted: Option<bool>,
}

impl Ad {
    /// What it shows, as far as the ad tells.
    pub(super) fn pin(&self, account: &Account) -> Option<EntityState> {
        let id = self.pin_id.clone().filter(|id| !id.is_empty())?;
        let gone = self.is_pin_deleted == Some(true);
        Some(EntityState {
            name: format_compact!("Pin {id}"),
            status: if gone { Status::Deleted } else { Status::Active },
            attributes: attributes([
                ("creative_type", self.creative_type.clone()),
                ("link", Some(format_compact!("https://www.pinterest.com/pin/{id}/"))),
            ]),
            ..bare(EntityKind::Creative, id, account.id.as_str().into())
        })
    }
}

fn joined(list: Option<Vec<CompactString>>) -> Option<CompactString> {
    list.map(|list| list.join(",").into())
}

impl Object for Ad {
    const LIST: &'static str = "ads";

    fn id(&self) -> &CompactString {
        &self.id
    }

    fn state(self, _account: &Account) -> EntityState {
        let word = word(self.summary_status, &self.status);
        EntityState {
            campaign: self.campaign_id,
            name: self.name.unwrap_or_default(),
            status: status(&word),
            platform_status: word,
            attributes: attributes([
                ("status", self.status),
                ("creative.id", self.pin_id),
                ("creative_type", self.creative_type),
                ("destination_url", self.destination_url),
                ("review_status", self.review_status),
                ("rejected_reasons", joined(self.rejected_reasons)),
                ("rejection_labels", joined(self.rejection_labels)),
            ]),
            ..bare(EntityKind::Ad, self.id, self.ad_group_id)
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Tag {
    id: CompactString,
    name: Option<CompactString>,
    status: Option<CompactString>,
    enhanced_match_status: Option<CompactString>,
    last_fired_time_ms: Option<f64>,
}

/// How good the data of an account's events are, by where they come from.
#[derive(Deserialize)]
pub(super) struct EventQuality {
    ingestion_source: Option<CompactString>,
    overall_status: Option<CompactString>,
}

impl EventQuality {
    /// The word for what tags send.
    pub(super) fn of_tags(all: Vec<Self>) -> Option<CompactString> {
        all.into_iter().find(|of| of.ingestion_source.as_deref() == Some("TAG")).and_then(|of| of.overall_status)
    }
}

impl Tag {
    pub(super) fn state(self, account: &Account, quality: Option<CompactString>) -> EntityState {
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970, checked by the instant itself")]
        let fired = self.last_fired_time_ms.and_then(|ms| Timestamp::from_millisecond(ms as i64).ok());
        let word = self.status.unwrap_or_default();
        EntityState {
            name: self.name.unwrap_or_default(),
            status: if word.is_empty() { Status::Active } else { status(&word) },
            platform_status: word,
            attributes: attributes([
                ("enhanced_match_status", self.enhanced_match_status),
                ("last_fired_time", fired.map(|at| at.to_compact_string())),
                ("event_quality", quality),
            ]),
            ..bare(EntityKind::Pixel, self.id, account.id.as_str().into())
        }
    }
}

//! The objects as Graph lists them, field by field.

use super::{Issue, Object, Seen, attributes, bare, instant, issues, status};
use crate::scalar::{Count, Decimal};
use compact_str::{CompactString, ToCompactString, format_compact};
use serde::Deserialize;
use trimtab_domain::{
    Timestamp,
    entity::{EntityKind, EntityState, Status},
};

fn joined(list: &[CompactString]) -> Option<CompactString> {
    (!list.is_empty()).then(|| list.join(",").into())
}

#[derive(Deserialize)]
pub(super) struct Campaign {
    id: CompactString,
    #[serde(default)]
    name: CompactString,
    objective: Option<CompactString>,
    #[serde(default)]
    effective_status: CompactString,
    configured_status: Option<CompactString>,
    buying_type: Option<CompactString>,
    bid_strategy: Option<CompactString>,
    smart_promotion_type: Option<CompactString>,
    #[serde(default)]
    special_ad_categories: Vec<CompactString>,
    daily_budget: Option<Count>,
    lifetime_budget: Option<Count>,
    spend_cap: Option<Count>,
    start_time: Option<String>,
    stop_time: Option<String>,
    #[serde(default)]
    issues_info: Vec<Issue>,
}

impl Object for Campaign {
    const EDGE: &'static str = "campaigns";
    const FIELDS: &'static str = "id,name,objective,effective_status,configured_status,buying_type,bid_strategy,smart_promotion_type,special_ad_categories,daily_budget,lifetime_budget,spend_cap,start_time,stop_time,issues_info";
    const STATUSES: Option<&'static str> = Some(r#"["ACTIVE","PAUSED","ARCHIVED","IN_PROCESS","WITH_ISSUES"]"#);

    fn id(&self) -> &CompactString {
        &self.id
    }

    fn state(self, seen: &Seen<'_>) -> EntityState {
        let (starts, ends) = (instant(self.start_time.as_deref()), instant(self.stop_time.as_deref()));
        EntityState {
            campaign: self.id.clone(),
            name: self.name,
            status: status(&self.effective_status, ends, seen.now),
            platform_status: self.effective_status,
            objective: self.objective.unwrap_or_default(),
            daily_budget_micros: seen.budget(self.daily_budget),
            lifetime_budget_micros: seen.budget(self.lifetime_budget),
            starts: seen.day(starts),
            ends: seen.day(ends),
            attributes: attributes([
                ("configured_status", self.configured_status),
                ("buying_type", self.buying_type),
                ("bid_strategy", self.bid_strategy),
                ("smart_promotion_type", self.smart_promotion_type),
                ("special_ad_categories", joined(&self.special_ad_categories)),
                ("spend_cap", seen.amount(self.spend_cap)),
                ("issues_info", issues(&self.issues_info)),
            ]),
            ..bare(EntityKind::Campaign, self.id, seen.account.id.as_str().into())
        }
    }
}

#[derive(Deserialize)]
pub(super) struct AdSet {
    id: CompactString,
    #[serde(default)]
    name: CompactString,
    campaign_id: CompactString,
    #[serde(default)]
    effective_status: CompactString,
    configured_status: Option<CompactString>,
    optimization_goal: Option<CompactString>,
    billing_event: Option<CompactString>,
    destination_type: Option<CompactString>,
    bid_strategy: Option<CompactString>,
    bid_amount: Option<Count>,
    daily_budget: Option<Count>,
    lifetime_budget: Option<Count>,
    start_time: Option<String>,
    end_time: Option<String>,
    #[serde(default)]
    attribution_spec: Vec<Attribution>,
    learning_stage_info: Option<Learning>,
    #[serde(default)]
    issues_info: Vec<Issue>,
}

#[derive(Deserialize)]
struct Attribution {
    #[serde(default)]
    event_type: CompactString,
    #[serde(default)]
    window_days: Option<Count>,
}

/// The learning phase. Meta leaves it out for ad sets that are switched off.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Learning {
    status: Option<CompactString>,
    conversions: Option<Count>,
    last_sig_edit_ts: Option<Count>,
    dynamic_lp_conversions_threshold: Option<Decimal>,
}

impl Object for AdSet {
    const EDGE: &'static str = "adsets";
    const FIELDS: &'static str = "id,name,campaign_id,effective_status,configured_status,optimization_goal,billing_event,destination_type,bid_strategy,bid_amount,daily_budget,lifetime_budget,start_time,end_time,attribution_spec,learning_stage_info,issues_info";
    const STATUSES: Option<&'static str> = Some(r#"["ACTIVE","PAUSED","CAMPAIGN_PAUSED","ARCHIVED","IN_PROCESS","WITH_ISSUES"]"#);

    fn id(&self) -> &CompactString {
        &self.id
    }

    fn state(self, seen: &Seen<'_>) -> EntityState {
        let (starts, ends) = (instant(self.start_time.as_deref()), instant(self.end_time.as_deref()));
        let learning = self.learning_stage_info.unwrap_or_default();
        let count = |count: Option<Count>| count.map(|count| count.0.to_compact_string());
        let attribution: Vec<CompactString> = self
            .attribution_spec
            .iter()
            .map(|spec| format_compact!("{} {}d", spec.event_type, spec.window_days.unwrap_or_default().0))
            .collect();
        EntityState {
            campaign: self.campaign_id.clone(),
            name: self.name,
            status: status(&self.effective_status, ends, seen.now),
            platform_status: self.effective_status,
            objective: self.optimization_goal.unwrap_or_default(),
            daily_budget_micros: seen.budget(self.daily_budget),
            lifetime_budget_micros: seen.budget(self.lifetime_budget),
            starts: seen.day(starts),
            ends: seen.day(ends),
            attributes: attributes([
                ("configured_status", self.configured_status),
                ("billing_event", self.billing_event),
                ("destination_type", self.destination_type),
                ("bid_strategy", self.bid_strategy),
                ("bid_amount", seen.amount(self.bid_amount)),
                ("attribution_spec", joined(&attribution)),
                ("learning_stage_info.status", learning.status),
                ("learning_stage_info.conversions", count(learning.conversions)),
                (
                    "learning_stage_info.conversions_threshold",
                    learning.dynamic_lp_conversions_threshold.map(|threshold| format_compact!("{}", threshold.0)),
                ),
                (
                    "learning_stage_info.last_significant_edit",
                    learning.last_sig_edit_ts.and_then(|ts| Timestamp::from_second(ts.0).ok()).map(|ts| ts.to_compact_string()),
                ),
                ("issues_info", issues(&self.issues_info)),
            ]),
            ..bare(EntityKind::AdGroup, self.id, self.campaign_id)
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Ad {
    id: CompactString,
    #[serde(default)]
    name: CompactString,
    campaign_id: CompactString,
    adset_id: CompactString,
    #[serde(default)]
    effective_status: CompactString,
    configured_status: Option<CompactString>,
    creative: Option<CreativeLink>,
    #[serde(default)]
    issues_info: Vec<Issue>,
}

#[derive(Deserialize)]
struct CreativeLink {
    id: CompactString,
}

impl Object for Ad {
    const EDGE: &'static str = "ads";
    const FIELDS: &'static str = "id,name,campaign_id,adset_id,effective_status,configured_status,creative{id},issues_info";
    const STATUSES: Option<&'static str> = Some(
        r#"["ACTIVE","PAUSED","PENDING_REVIEW","DISAPPROVED","PREAPPROVED","PENDING_BILLING_INFO","CAMPAIGN_PAUSED","ADSET_PAUSED","ARCHIVED","IN_PROCESS","WITH_ISSUES"]"#,
    );

    fn id(&self) -> &CompactString {
        &self.id
    }

    fn state(self, seen: &Seen<'_>) -> EntityState {
        EntityState {
            campaign: self.campaign_id,
            name: self.name,
            status: status(&self.effective_status, None, seen.now),
            platform_status: self.effective_status,
            attributes: attributes([
                ("configured_status", self.configured_status),
                ("creative.id", self.creative.map(|creative| creative.id)),
                ("issues_info", issues(&self.issues_info)),
            ]),
            ..bare(EntityKind::Ad, self.id, self.adset_id)
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Creative {
    id: CompactString,
    #[serde(default)]
    name: CompactString,
    status: Option<CompactString>,
    title: Option<CompactString>,
    body: Option<CompactString>,
    object_type: Option<CompactString>,
    call_to_action_type: Option<CompactString>,
    image_hash: Option<CompactString>,
    video_id: Option<CompactString>,
    link_url: Option<CompactString>,
    url_tags: Option<CompactString>,
    effective_object_story_id: Option<CompactString>,
}

impl Object for Creative {
    const EDGE: &'static str = "adcreatives";
    const FIELDS: &'static str =
        "id,name,status,title,body,object_type,call_to_action_type,image_hash,video_id,link_url,url_tags,effective_object_story_id";
    const STATUSES: Option<&'static str> = None;

    fn id(&self) -> &CompactString {
        &self.id
    }

    fn state(self, seen: &Seen<'_>) -> EntityState {
        let word = self.status.unwrap_or_default();
        EntityState {
            name: self.name,
            status: if word.is_empty() { Status::Unknown } else { status(&word, None, seen.now) },
            platform_status: word,
            attributes: attributes([
                ("title", self.title),
                ("body", self.body),
                ("object_type", self.object_type),
                ("call_to_action_type", self.call_to_action_type),
                ("image_hash", self.image_hash),
                ("video_id", self.video_id),
                ("link_url", self.link_url),
                ("url_tags", self.url_tags),
                ("effective_object_story_id", self.effective_object_story_id),
            ]),
            ..bare(EntityKind::Creative, self.id, seen.account.id.as_str().into())
        }
    }
}

//! The objects as Google lists them, field by field.

use super::{Object, Seen, attributes, bare, below, civil};
use crate::scalar::Count;
use compact_str::{CompactString, ToCompactString};
use serde::Deserialize;
use std::collections::HashMap;
use trimtab_domain::{
    entity::{EntityKind, EntityState, Status},
    money,
};

/// Everything that runs "for ever" ends then.
const FOR_EVER: i16 = 2037;
/// Headlines kept of an ad; more say the same in other words.
const HEADLINES_MAX: usize = 15;

type Text = Option<CompactString>;

fn joined(list: &[CompactString]) -> Text {
    (!list.is_empty()).then(|| list.join(",").into())
}

fn yes(flag: bool) -> Text {
    Some(if flag { "true" } else { "false" }.into())
}

/// Micros as a plain decimal. No object has an amount of nothing.
fn amount(micros: Option<Count>) -> Text {
    micros.filter(|micros| micros.0 > 0).map(|micros| money::decimal(micros.0).to_compact_string())
}

fn number(count: Option<Count>) -> Text {
    count.map(|count| count.0.to_compact_string())
}

/// The id at the end of a resource name (`customers/1/biddingStrategies/7`).
fn tail(name: Option<&CompactString>) -> Text {
    name.and_then(|name| name.rsplit('/').next()).filter(|id| !id.is_empty()).map(Into::into)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CampaignRow {
    campaign: Campaign,
    #[serde(default)]
    campaign_budget: Budget,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Campaign {
    id: CompactString,
    #[serde(default)]
    name: CompactString,
    #[serde(default)]
    status: CompactString,
    #[serde(default)]
    primary_status: CompactString,
    #[serde(default)]
    primary_status_reasons: Vec<CompactString>,
    advertising_channel_type: Text,
    advertising_channel_sub_type: Text,
    #[serde(default)]
    bidding_strategy_type: CompactString,
    bidding_strategy_system_status: Text,
    /// Set where a portfolio strategy bids, which other campaigns may share.
    bidding_strategy: Text,
    campaign_budget: Text,
    start_date_time: Option<String>,
    end_date_time: Option<String>,
    #[serde(default)]
    target_cpa: Target,
    #[serde(default)]
    target_roas: Target,
    #[serde(default)]
    maximize_conversions: Target,
    #[serde(default)]
    maximize_conversion_value: Target,
}

/// What automated bidding aims at; each strategy sets one of the two.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Target {
    target_cpa_micros: Option<Count>,
    target_roas: Option<f64>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Budget {
    id: Text,
    name: Text,
    period: Text,
    amount_micros: Option<Count>,
    total_amount_micros: Option<Count>,
    explicitly_shared: bool,
    reference_count: Option<Count>,
}

impl Budget {
    /// Whether it serves, or may any time serve, more than one campaign.
    fn is_shared(&self) -> bool {
        self.explicitly_shared || self.reference_count.is_some_and(|count| count.0 > 1)
    }

    fn own(&self, micros: Option<Count>) -> Option<i64> {
        micros.filter(|micros| micros.0 > 0 && !self.is_shared()).map(|micros| micros.0)
    }
}

impl Object for CampaignRow {
    const QUERY: &'static str = "SELECT campaign.id, campaign.name, campaign.status, campaign.primary_status, \
        campaign.primary_status_reasons, campaign.advertising_channel_type, campaign.advertising_channel_sub_type, \
        campaign.bidding_strategy_type, campaign.bidding_strategy_system_status, campaign.bidding_strategy, \
        campaign.start_date_time, campaign.end_date_time, campaign.target_cpa.target_cpa_micros, \
        campaign.target_roas.target_roas, campaign.maximize_conversions.target_cpa_micros, \
        campaign.maximize_conversion_value.target_roas, campaign.campaign_budget, campaign_budget.id, campaign_budget.name, \
        campaign_budget.period, campaign_budget.amount_micros, campaign_budget.total_amount_micros, \
        campaign_budget.explicitly_shared, campaign_budget.reference_count FROM campaign";

    fn id(&self) -> CompactString {
        self.campaign.id.clone()
    }

    fn state(self, seen: &Seen<'_>, _above: &HashMap<CompactString, Status>) -> EntityState {
        let Self { campaign, campaign_budget: budget } = self;
        let (starts, ends) = (civil(campaign.start_date_time.as_deref()), civil(campaign.end_date_time.as_deref()));
        let ends = ends.filter(|ends| ends.year() < FOR_EVER);
        let over = ends.is_some_and(|ends| ends <= seen.account.zone.tz().to_datetime(seen.now));
        let targets =
            [&campaign.target_cpa, &campaign.maximize_conversions, &campaign.target_roas, &campaign.maximize_conversion_value];
        let target_cpa = targets.iter().find_map(|target| amount(target.target_cpa_micros));
        let target_roas = targets.iter().find_map(|target| target.target_roas.filter(|roas| *roas > 0.0));
        EntityState {
            campaign: campaign.id.clone(),
            status: status(&campaign.status, &campaign.primary_status, over),
            platform_status: if campaign.primary_status.is_empty() {
                campaign.status.clone()
            } else {
                campaign.primary_status.clone()
            },
            name: campaign.name,
            objective: campaign.bidding_strategy_type,
            daily_budget_micros: budget.own(budget.amount_micros),
            lifetime_budget_micros: budget.own(budget.total_amount_micros),
            starts: starts.map(|at| at.date()),
            ends: ends.map(|at| at.date()),
            attributes: attributes([
                ("status", Some(campaign.status)),
                ("primary_status_reasons", joined(&campaign.primary_status_reasons)),
                ("advertising_channel_type", campaign.advertising_channel_type),
                ("advertising_channel_sub_type", campaign.advertising_channel_sub_type.filter(|word| word != "UNSPECIFIED")),
                ("bidding_strategy_system_status", campaign.bidding_strategy_system_status),
                ("bidding_strategy.id", tail(campaign.bidding_strategy.as_ref())),
                ("target_cpa", target_cpa),
                ("target_roas", target_roas.map(|roas| roas.to_compact_string())),
                ("campaign_budget.id", budget.id.clone().or_else(|| tail(campaign.campaign_budget.as_ref()))),
                ("campaign_budget.name", budget.name.clone()),
                ("campaign_budget.period", budget.period.clone()),
                ("campaign_budget.amount", amount(budget.amount_micros)),
                ("campaign_budget.total_amount", amount(budget.total_amount_micros)),
                ("campaign_budget.explicitly_shared", yes(budget.explicitly_shared)),
                ("campaign_budget.reference_count", number(budget.reference_count)),
            ]),
            ..bare(EntityKind::Campaign, campaign.id, seen.account.id.as_str().into())
        }
    }
}

/// A campaign's status: its switch first, then what the platform says of its serving.
fn status(switch: &str, primary: &str, over: bool) -> Status {
    match (switch, primary) {
        ("REMOVED", _) | (_, "REMOVED") => Status::Deleted,
        ("PAUSED", _) => Status::Paused,
        (_, "ENDED") => Status::Ended,
        _ if over => Status::Ended,
        (_, "PAUSED") => Status::Paused,
        (_, "PENDING") => Status::Pending,
        (_, "MISCONFIGURED" | "NOT_ELIGIBLE") => Status::WithIssues,
        // Limited by budget or bids is still delivering; the reasons are told beside it.
        ("ENABLED", _) | (_, "ELIGIBLE" | "LIMITED" | "LEARNING") => Status::Active,
        _ => Status::Unknown,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupRow {
    campaign: Id,
    ad_group: Group,
}

#[derive(Deserialize)]
struct Id {
    id: CompactString,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    id: CompactString,
    #[serde(default)]
    name: CompactString,
    #[serde(default)]
    status: CompactString,
    #[serde(rename = "type")]
    kind: Text,
    cpc_bid_micros: Option<Count>,
    /// The group's own, else its campaign's.
    effective_target_cpa_micros: Option<Count>,
}

impl Object for GroupRow {
    const QUERY: &'static str = "SELECT campaign.id, ad_group.id, ad_group.name, ad_group.status, ad_group.type, \
        ad_group.cpc_bid_micros, ad_group.effective_target_cpa_micros FROM ad_group";

    fn id(&self) -> CompactString {
        self.ad_group.id.clone()
    }

    fn state(self, _seen: &Seen<'_>, campaigns: &HashMap<CompactString, Status>) -> EntityState {
        let Self { campaign, ad_group } = self;
        EntityState {
            name: ad_group.name,
            status: below(&ad_group.status, campaigns.get(&campaign.id).copied()),
            platform_status: ad_group.status,
            attributes: attributes([
                ("type", ad_group.kind),
                ("cpc_bid", amount(ad_group.cpc_bid_micros)),
                ("effective_target_cpa", amount(ad_group.effective_target_cpa_micros)),
            ]),
            campaign: campaign.id.clone(),
            ..bare(EntityKind::AdGroup, ad_group.id, campaign.id)
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdRow {
    campaign: Id,
    ad_group: Id,
    ad_group_ad: GroupAd,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GroupAd {
    ad: Ad,
    #[serde(default)]
    status: CompactString,
    ad_strength: Text,
    #[serde(default)]
    policy_summary: Policy,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Policy {
    approval_status: Text,
    review_status: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ad {
    id: CompactString,
    #[serde(default)]
    name: CompactString,
    #[serde(rename = "type")]
    kind: Text,
    #[serde(default)]
    final_urls: Vec<CompactString>,
    #[serde(default)]
    responsive_search_ad: Responsive,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Responsive {
    headlines: Vec<Words>,
    descriptions: Vec<Words>,
}

#[derive(Deserialize)]
struct Words {
    #[serde(default)]
    text: String,
}

fn lines(words: &[Words]) -> Text {
    let lines: Vec<&str> = words.iter().take(HEADLINES_MAX).map(|words| words.text.as_str()).collect();
    (!lines.is_empty()).then(|| lines.join(" | ").into())
}

impl Object for AdRow {
    const QUERY: &'static str = "SELECT campaign.id, ad_group.id, ad_group_ad.ad.id, ad_group_ad.ad.name, ad_group_ad.ad.type, \
        ad_group_ad.ad.final_urls, ad_group_ad.ad.responsive_search_ad.headlines, \
        ad_group_ad.ad.responsive_search_ad.descriptions, ad_group_ad.status, ad_group_ad.ad_strength, \
        ad_group_ad.policy_summary.approval_status, ad_group_ad.policy_summary.review_status FROM ad_group_ad";

    fn id(&self) -> CompactString {
        self.ad_group_ad.ad.id.clone()
    }

    fn state(self, _seen: &Seen<'_>, groups: &HashMap<CompactString, Status>) -> EntityState {
        let Self { campaign, ad_group, ad_group_ad: GroupAd { ad, status, ad_strength, policy_summary: policy } } = self;
        let first = ad.responsive_search_ad.headlines.first().map(|words| CompactString::from(words.text.as_str()));
        // Most ads have no name; people know them by their first headline.
        let name = [Some(ad.name), first, ad.kind.clone()].into_iter().flatten().find(|name| !name.is_empty());
        EntityState {
            name: name.unwrap_or_default(),
            status: match (below(&status, groups.get(&ad_group.id).copied()), policy.approval_status.as_deref()) {
                (Status::Active, Some("DISAPPROVED")) => Status::Disapproved,
                (Status::Active, None | Some("UNKNOWN" | "UNSPECIFIED"))
                    if policy.review_status.as_deref() == Some("REVIEW_IN_PROGRESS") =>
                {
                    Status::Pending
                }
                (status, _) => status,
            },
            platform_status: status,
            campaign: campaign.id,
            attributes: attributes([
                ("type", ad.kind),
                ("final_urls", joined(&ad.final_urls)),
                ("headlines", lines(&ad.responsive_search_ad.headlines)),
                ("descriptions", lines(&ad.responsive_search_ad.descriptions)),
                ("ad_strength", ad_strength),
                ("policy_summary.approval_status", policy.approval_status),
                ("policy_summary.review_status", policy.review_status),
            ]),
            ..bare(EntityKind::Ad, ad.id, ad_group.id)
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConversionActionRow {
    conversion_action: ConversionAction,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConversionAction {
    id: CompactString,
    #[serde(default)]
    name: CompactString,
    #[serde(default)]
    status: CompactString,
    category: Text,
    #[serde(rename = "type")]
    kind: Text,
    origin: Text,
    #[serde(default)]
    primary_for_goal: bool,
    counting_type: Text,
    click_through_lookback_window_days: Option<Count>,
    view_through_lookback_window_days: Option<Count>,
    #[serde(default)]
    attribution_model_settings: Model,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Model {
    attribution_model: Text,
}

/// The attribute that holds the days after a click in which an action is credited to it.
pub(super) const CLICK_WINDOW: &str = "click_through_lookback_window_days";

impl Object for ConversionActionRow {
    const QUERY: &'static str = "SELECT conversion_action.id, conversion_action.name, conversion_action.status, \
        conversion_action.category, conversion_action.type, conversion_action.origin, conversion_action.primary_for_goal, \
        conversion_action.counting_type, conversion_action.click_through_lookback_window_days, \
        conversion_action.view_through_lookback_window_days, conversion_action.attribution_model_settings.attribution_model \
        FROM conversion_action";

    fn id(&self) -> CompactString {
        self.conversion_action.id.clone()
    }

    fn state(self, seen: &Seen<'_>, _above: &HashMap<CompactString, Status>) -> EntityState {
        let action = self.conversion_action;
        EntityState {
            name: action.name,
            status: match action.status.as_str() {
                "ENABLED" => Status::Active,
                "HIDDEN" => Status::Archived,
                "REMOVED" => Status::Deleted,
                _ => Status::Unknown,
            },
            platform_status: action.status,
            attributes: attributes([
                ("category", action.category),
                ("type", action.kind),
                ("origin", action.origin),
                ("primary_for_goal", yes(action.primary_for_goal)),
                ("counting_type", action.counting_type),
                (CLICK_WINDOW, number(action.click_through_lookback_window_days)),
                ("view_through_lookback_window_days", number(action.view_through_lookback_window_days)),
                ("attribution_model", action.attribution_model_settings.attribution_model),
            ]),
            ..bare(EntityKind::Pixel, action.id, seen.account.id.as_str().into())
        }
    }
}

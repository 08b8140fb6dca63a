//! Campaigns, ad groups, asset groups and ads.

use super::{Scope, local};
use crate::{
    google::{budget::Budget, budget::micros, channel::Channel, value::Value},
    world::{
        account::{Account, Format, Object, Switch},
        chance::{Chance, tag},
        status,
    },
};
use serde_json::json;

/// `ENABLED`, `PAUSED` or `REMOVED`.
pub(crate) fn switch_word(object: &Object, now: i64) -> &'static str {
    match object.switch.at(now) {
        Switch::Active => "ENABLED",
        Switch::Paused => "PAUSED",
        Switch::Archived | Switch::Deleted => "REMOVED",
    }
}

/// How a campaign stands, with the reasons.
fn campaign_standing(account: &Account, campaign: usize, now: i64) -> (&'static str, &'static [&'static str]) {
    let c = &account.campaigns[campaign];
    match switch_word(&c.object, now) {
        "REMOVED" => return ("REMOVED", &["CAMPAIGN_REMOVED"]),
        "PAUSED" => return ("PAUSED", &["CAMPAIGN_PAUSED"]),
        _ => {}
    }
    if c.stop.is_some_and(|at| at <= now) {
        return ("ENDED", &["CAMPAIGN_ENDED"]);
    }
    if status::of_campaign(account, campaign, now) == "WITH_ISSUES" {
        return ("NOT_ELIGIBLE", &["HAS_ADS_DISAPPROVED"]);
    }
    if learning(account, campaign, now) {
        return ("LEARNING", &["BIDDING_STRATEGY_LEARNING"]);
    }
    if Chance::new(c.object.id).on(tag("constrained")).whether(0.25) {
        return ("LIMITED", &["BUDGET_CONSTRAINED"]);
    }
    ("ELIGIBLE", &[])
}

/// Whether a large change of a budget was made in the last week.
fn learning(account: &Account, campaign: usize, now: i64) -> bool {
    let sets = &account.ad_sets[account.campaigns[campaign].ad_sets.clone()];
    sets.iter().any(|s| now - s.last_significant_edit.at(now) < 7 * 86_400)
}

fn strategy(account: &Account, channel: Channel, id: u64) -> &'static str {
    let manual = Chance::new(id).on(tag("bidding")).whether(0.2);
    match channel {
        Channel::Search if manual => "TARGET_SPEND",
        Channel::Video => "TARGET_CPV",
        Channel::PerformanceMax if account.industry.commerce => "MAXIMIZE_CONVERSION_VALUE",
        Channel::Search | Channel::Display | Channel::PerformanceMax => "MAXIMIZE_CONVERSIONS",
    }
}

pub(super) fn campaign(scope: &Scope<'_>, account: &Account, campaign: usize, name: &str) -> Value {
    let (c, now) = (&account.campaigns[campaign], scope.now);
    let channel = Channel::of(account, campaign);
    let strategy = || strategy(account, channel, c.object.id);
    match name {
        "resource_name" => format!("{}/campaigns/{}", scope.customer(), c.object.id).into(),
        "id" => Value::id(c.object.id),
        "name" => c.object.name.as_str().into(),
        "status" => switch_word(&c.object, now).into(),
        "serving_status" => match switch_word(&c.object, now) {
            _ if c.stop.is_some_and(|at| at <= now) => "ENDED",
            "ENABLED" => "SERVING",
            _ => "NONE",
        }
        .into(),
        "primary_status" => campaign_standing(account, campaign, now).0.into(),
        "primary_status_reasons" => Value::words(campaign_standing(account, campaign, now).1),
        "advertising_channel_type" => channel.word().into(),
        "bidding_strategy_type" => strategy().into(),
        "bidding_strategy_system_status" => match campaign_standing(account, campaign, now).0 {
            "LEARNING" => "LEARNING_BUDGET_CHANGE",
            "LIMITED" => "LIMITED_BY_BUDGET",
            _ => "ENABLED",
        }
        .into(),
        "campaign_budget" => format!("{}/campaignBudgets/{}", scope.customer(), Budget::of(account, campaign).id).into(),
        "experiment_type" => "BASE".into(),
        "start_date_time" => local(account, account.calendar.start(account.calendar.day_of(c.object.created))).into(),
        "end_date_time" => c.stop.map_or(Value::Absent, |at| local(account, at - 1).into()),
        "contains_eu_political_advertising" => "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING".into(),
        "maximize_conversions.target_cpa_micros" if strategy() == "MAXIMIZE_CONVERSIONS" => {
            target_cpa(account, c.ad_sets.clone()).map_or(Value::Absent, Value::Int)
        }
        "maximize_conversion_value.target_roas" if strategy() == "MAXIMIZE_CONVERSION_VALUE" => Value::Number(2.5),
        "network_settings.target_google_search" => matches!(channel, Channel::Search | Channel::PerformanceMax).into(),
        "network_settings.target_search_network" => matches!(channel, Channel::Search | Channel::PerformanceMax).into(),
        "network_settings.target_content_network" => (channel != Channel::Search).into(),
        _ => Value::Absent,
    }
}

fn target_cpa(account: &Account, sets: std::ops::Range<usize>) -> Option<i64> {
    account.ad_sets[sets].iter().find_map(|s| s.bid_amount).map(|bid| micros(account, bid))
}

pub(super) fn ad_group(scope: &Scope<'_>, account: &Account, group: usize, name: &str) -> Value {
    let (s, now) = (&account.ad_sets[group], scope.now);
    let standing = || match (switch_word(&s.object, now), switch_word(&account.campaigns[s.campaign].object, now)) {
        ("REMOVED", _) => ("REMOVED", Some("AD_GROUP_REMOVED")),
        (_, "REMOVED") => ("REMOVED", Some("CAMPAIGN_REMOVED")),
        ("PAUSED", _) => ("PAUSED", Some("AD_GROUP_PAUSED")),
        (_, "PAUSED") => ("NOT_ELIGIBLE", Some("CAMPAIGN_PAUSED")),
        _ if s.object.live.covers(now) => ("ELIGIBLE", None),
        _ => ("NOT_ELIGIBLE", Some("AD_GROUP_ADS_PAUSED")),
    };
    match name {
        "resource_name" => format!("{}/adGroups/{}", scope.customer(), s.object.id).into(),
        "id" => Value::id(s.object.id),
        "name" => s.object.name.as_str().into(),
        "status" => switch_word(&s.object, now).into(),
        "campaign" => format!("{}/campaigns/{}", scope.customer(), account.campaigns[s.campaign].object.id).into(),
        "type" => match Channel::of(account, s.campaign) {
            Channel::Video => "VIDEO_RESPONSIVE",
            Channel::Display => "DISPLAY_STANDARD",
            Channel::Search | Channel::PerformanceMax => "SEARCH_STANDARD",
        }
        .into(),
        "primary_status" => standing().0.into(),
        "primary_status_reasons" => Value::words(standing().1.as_slice()),
        "effective_target_cpa_micros" => s.bid_amount.map_or(Value::Absent, |bid| Value::Int(micros(account, bid))),
        _ => Value::Absent,
    }
}

pub(super) fn asset_group(scope: &Scope<'_>, account: &Account, group: usize, name: &str) -> Value {
    let (s, now) = (&account.ad_sets[group], scope.now);
    match name {
        "resource_name" => format!("{}/assetGroups/{}", scope.customer(), s.object.id).into(),
        "final_urls" => final_urls(scope, account),
        "ad_strength" => strength(s.object.id).into(),
        "primary_status" if s.object.live.covers(now) => "ELIGIBLE".into(),
        "primary_status" if switch_word(&s.object, now) == "ENABLED" => "NOT_ELIGIBLE".into(),
        "primary_status" => switch_word(&s.object, now).into(),
        "primary_status_reasons" => Value::List(Vec::new()),
        "id" | "name" | "status" | "campaign" => ad_group(scope, account, group, name),
        _ => Value::Absent,
    }
}

pub(super) fn ad(scope: &Scope<'_>, account: &Account, ad: usize, name: &str) -> Value {
    let (a, now) = (&account.ads[ad], scope.now);
    let set = &account.ad_sets[a.ad_set];
    let channel = Channel::of(account, a.campaign);
    let refused = a.disapproved.is_some_and(|at| at <= now);
    let search = channel == Channel::Search;
    match name {
        "resource_name" => format!("{}/adGroupAds/{}~{}", scope.customer(), set.object.id, a.object.id).into(),
        "ad_group" => format!("{}/adGroups/{}", scope.customer(), set.object.id).into(),
        "status" => switch_word(&a.object, now).into(),
        "ad_strength" => strength(a.object.id).into(),
        "primary_status" => match status::of_ad(account, ad, now) {
            "ACTIVE" => "ELIGIBLE",
            "PAUSED" => "PAUSED",
            "DELETED" | "ARCHIVED" => "REMOVED",
            _ => "NOT_ELIGIBLE",
        }
        .into(),
        "primary_status_reasons" => Value::words(match status::of_ad(account, ad, now) {
            "PAUSED" => &["AD_GROUP_AD_PAUSED"],
            "DISAPPROVED" => &["AD_GROUP_AD_DISAPPROVED"],
            "CAMPAIGN_PAUSED" => &["CAMPAIGN_PAUSED"],
            "ADSET_PAUSED" => &["AD_GROUP_PAUSED"],
            _ => &[],
        }),
        "policy_summary.approval_status" => if refused { "DISAPPROVED" } else { "APPROVED" }.into(),
        "policy_summary.review_status" => "REVIEWED".into(),
        "ad.resource_name" => format!("{}/ads/{}", scope.customer(), a.object.id).into(),
        "ad.id" => Value::id(a.object.id),
        // Text ads have no name of their own.
        "ad.name" if !search => a.object.name.as_str().into(),
        "ad.type" => match (channel, a.format) {
            (Channel::Search, _) => "RESPONSIVE_SEARCH_AD",
            (Channel::Video, Format::Image) => "IN_FEED_VIDEO_AD",
            (Channel::Video, _) => "VIDEO_RESPONSIVE_AD",
            (_, Format::Image) => "IMAGE_AD",
            _ => "RESPONSIVE_DISPLAY_AD",
        }
        .into(),
        "ad.final_urls" => final_urls(scope, account),
        "ad.display_url" if !search => scope.world.tenants[account.tenant].slug.as_str().into(),
        "ad.responsive_search_ad.headlines" if search => {
            let industry = account.industry;
            let lines = [a.headline.as_str(), industry.angles[0], industry.products[0]];
            Value::Document(lines.iter().map(|text| json!({"text": text})).collect())
        }
        "ad.responsive_search_ad.descriptions" if search => Value::Document(json!([{"text": a.body}])),
        "ad.responsive_search_ad.path1" if search => "shop".into(),
        _ => Value::Absent,
    }
}

fn final_urls(scope: &Scope<'_>, account: &Account) -> Value {
    Value::List(vec![format!("https://www.{}.example/", scope.world.tenants[account.tenant].slug)])
}

fn strength(id: u64) -> &'static str {
    Chance::new(id).on(tag("strength")).pick::<&str>(&["POOR", "AVERAGE", "AVERAGE", "GOOD", "GOOD", "EXCELLENT"])
}

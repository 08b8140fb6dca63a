//! What people changed, as `change_event` and `change_status` tell it.

use super::{
    budget::{Budget, micros},
    error::{AdsError, Failure},
    gaql::{Condition, Operator, Query},
};
use crate::{
    limits,
    world::{
        account::{Account, Edit},
        calendar::stamp,
    },
};
use serde_json::{Value, json};

/// One change of one resource.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// Unix seconds.
    pub(crate) at: i64,
    pub(crate) kind: &'static str,
    pub(crate) resource: String,
    pub(crate) campaign: Option<usize>,
    pub(crate) group: Option<usize>,
    pub(crate) ad: Option<usize>,
    pub(crate) budget: Option<u64>,
    /// In camel case, as masks are written.
    pub(crate) field: &'static str,
    pub(crate) client: &'static str,
    pub(crate) user: String,
    pub(crate) before: Value,
    pub(crate) after: Value,
}

/// Seconds until a change shows.
const LAG: i64 = 180;

/// The actor of writes through the API.
pub(crate) const API_ACTOR: &str = "Sandbox App";

/// Every change that shows at an instant, oldest first.
pub(crate) fn all(account: &Account, now: i64) -> Vec<Change> {
    let shown = account.edits.iter().filter(|e| e.at + LAG <= now).filter_map(|edit| one(account, edit));
    let mut changes: Vec<Change> = shown.collect();
    // One change of a budget is several of the world's where several things spend from it.
    changes.dedup_by(|a, b| (a.at, &a.resource, a.field) == (b.at, &b.resource, b.field));
    changes
}

fn one(account: &Account, edit: &Edit) -> Option<Change> {
    let customer = format!("customers/{}", account.id);
    let campaign = account.campaigns.iter().position(|c| c.object.id == edit.object);
    let group = account.ad_sets.iter().position(|s| s.object.id == edit.object);
    let ad = account.ads.iter().position(|a| a.object.id == edit.object);
    let place = campaign.or_else(|| group.map(|g| account.ad_sets[g].campaign)).or_else(|| ad.map(|a| account.ads[a].campaign))?;
    let group = group.or_else(|| ad.map(|a| account.ads[a].ad_set));
    let (client, user) = match edit.actor.as_str() {
        API_ACTOR => ("GOOGLE_ADS_API", "trimtab@example.com".to_owned()),
        "Agency partner" => ("GOOGLE_ADS_EDITOR", "partner@agency.example.com".to_owned()),
        name => ("GOOGLE_ADS_WEB_CLIENT", format!("{}@example.com", name.to_lowercase().replace(' ', "."))),
    };
    let status = |switch: &str| {
        if switch == "ACTIVE" {
            "ENABLED"
        } else if switch == "PAUSED" {
            "PAUSED"
        } else {
            "REMOVED"
        }
    };
    let change = |kind, resource, budget, field, key: &str, before: Value, after: Value| Change {
        at: edit.at,
        kind,
        resource,
        campaign: Some(place),
        group,
        ad,
        budget,
        field,
        client,
        user: user.clone(),
        before: json!({key: {field: before}}),
        after: json!({key: {field: after}}),
    };
    if edit.event.ends_with("_budget") {
        // Budgets belong to campaigns here, also where the world keeps them one level below.
        let budget = Budget::of(account, place);
        let amount = |at: i64| micros(account, budget.amount(account, at));
        let (before, after) = (amount(edit.at - 1), amount(edit.at));
        let resource = format!("{customer}/campaignBudgets/{}", budget.id);
        let text = |amount: i64| json!(amount.to_string());
        return (before != after).then(|| {
            let mut change =
                change("CAMPAIGN_BUDGET", resource, Some(budget.id), "amountMicros", "campaignBudget", text(before), text(after));
            (change.campaign, change.group) = (None, None);
            change
        });
    }
    if edit.event != "update_run_status" {
        return None;
    }
    let (kind, key, resource) = match (campaign, ad) {
        (Some(_), _) => ("CAMPAIGN", "campaign", format!("{customer}/campaigns/{}", edit.object)),
        (None, Some(a)) => {
            let set = account.ad_sets[account.ads[a].ad_set].object.id;
            ("AD_GROUP_AD", "adGroupAd", format!("{customer}/adGroupAds/{set}~{}", edit.object))
        }
        (None, None) => ("AD_GROUP", "adGroup", format!("{customer}/adGroups/{}", edit.object)),
    };
    Some(change(kind, resource, None, "status", key, json!(status(&edit.before)), json!(status(&edit.after))))
}

/// The last change of each resource, oldest first.
pub(crate) fn latest(account: &Account, now: i64) -> Vec<Change> {
    let mut last: Vec<Change> = Vec::new();
    for change in all(account, now) {
        last.retain(|c| c.resource != change.resource);
        last.push(change);
    }
    last
}

/// A time of the account's zone, with fractions of a second.
pub(crate) fn local_time(account: &Account, at: i64) -> String {
    let zoned = stamp(at).to_zoned(account.calendar.zone().tz().clone());
    zoned.strftime("%Y-%m-%d %H:%M:%S.000000").to_string()
}

/// The rules for queries on the two resources: a finite range of `field` that begins not long ago, and a limit.
pub(crate) fn check(query: &Query, field: &str, category: &'static str, days_back: i64, now_local: &str) -> Result<(), AdsError> {
    let refuse = |code, message: String| Err(Failure::new(category, code, message).into());
    let conditions: Vec<&Condition> = query.conditions.iter().filter(|c| c.field == field).collect();
    let bound = |of: &[Operator], place: usize| {
        let condition = conditions.iter().find(|c| of.contains(&c.operator))?;
        condition.values.get(place).or_else(|| condition.values.last()).map(|text| text.chars().take(10).collect::<String>())
    };
    let from = bound(&[Operator::GreaterOrEqual, Operator::Greater, Operator::Between, Operator::Equal], 0);
    let to = bound(&[Operator::LessOrEqual, Operator::Less, Operator::Between, Operator::Equal], 1);
    let during = conditions.iter().any(|c| c.operator == Operator::During);
    match (from, to) {
        (Some(from), Some(to)) => {
            if from > to {
                return refuse(
                    "CHANGE_DATE_RANGE_NEGATIVE",
                    "The change search request's end date is before its start date.".to_owned(),
                );
            }
            let today: jiff::civil::Date = now_local.get(..10).and_then(|d| d.parse().ok()).unwrap_or_default();
            let oldest = today.saturating_sub(jiff::Span::new().days(days_back)).to_string();
            if from < oldest {
                return refuse(
                    "START_DATE_TOO_OLD",
                    format!("The requested start date is too old. It cannot be older than {days_back} days."),
                );
            }
        }
        _ if during => {}
        _ => {
            return refuse(
                "CHANGE_DATE_RANGE_INFINITE",
                "The change search request must specify a finite range filter on the change time.".to_owned(),
            );
        }
    }
    match query.limit {
        None => refuse("LIMIT_NOT_SPECIFIED", "A LIMIT clause must be specified.".to_owned()),
        Some(limit) if limit > limits::GOOGLE_CHANGES_MAX => {
            refuse("INVALID_LIMIT_CLAUSE", format!("The LIMIT specified must not exceed {}.", limits::GOOGLE_CHANGES_MAX))
        }
        Some(_) => Ok(()),
    }
}

//! Effective status: an object's own switch under its parents', its schedule and the platform's verdict.

use super::account::{Account, Switch};

/// How a campaign stands at an instant.
pub(crate) fn of_campaign(account: &Account, campaign: usize, now: i64) -> &'static str {
    let c = &account.campaigns[campaign];
    let refused = c.ads.clone().any(|a| account.ads[a].disapproved.is_some_and(|at| at <= now));
    match c.object.switch.at(now) {
        Switch::Active if refused && account.ads[c.ads.clone()].iter().all(|a| !a.object.live.covers(now)) => "WITH_ISSUES",
        own => own.word(),
    }
}

/// How an ad set stands at an instant.
pub(crate) fn of_ad_set(account: &Account, ad_set: usize, now: i64) -> &'static str {
    let s = &account.ad_sets[ad_set];
    match (s.object.switch.at(now), account.campaigns[s.campaign].object.switch.at(now)) {
        (Switch::Deleted, _) | (_, Switch::Deleted) => "DELETED",
        (Switch::Archived, _) | (_, Switch::Archived) => "ARCHIVED",
        (Switch::Paused, _) => "PAUSED",
        (Switch::Active, Switch::Paused) => "CAMPAIGN_PAUSED",
        (Switch::Active, Switch::Active) => "ACTIVE",
    }
}

/// How an ad stands at an instant.
pub(crate) fn of_ad(account: &Account, ad: usize, now: i64) -> &'static str {
    let a = &account.ads[ad];
    let own = a.object.switch.at(now);
    match (own, of_ad_set(account, a.ad_set, now)) {
        (Switch::Deleted, _) | (_, "DELETED") => "DELETED",
        (Switch::Archived, _) | (_, "ARCHIVED") => "ARCHIVED",
        _ if a.disapproved.is_some_and(|at| at <= now) => "DISAPPROVED",
        (Switch::Paused, _) => "PAUSED",
        (_, "CAMPAIGN_PAUSED") => "CAMPAIGN_PAUSED",
        (_, "PAUSED") => "ADSET_PAUSED",
        _ => "ACTIVE",
    }
}

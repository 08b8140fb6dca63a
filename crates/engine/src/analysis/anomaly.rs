//! Incidents of one account.

use super::{Made, ads::Ads, tracks::Read};
use compact_str::CompactString;
use serde_json::json;
use std::collections::BTreeMap;
use trimtab_analysis::{
    incident::{Settings, incidents},
    refusal::refused,
};
use trimtab_domain::entity::Status;

/// What an account's incidents are made from: its tracks, and which campaign each ad group and ad is in.
pub(super) fn made(read: &Read, ads: &Ads, inside: &BTreeMap<CompactString, CompactString>) -> Made {
    let settings = Settings { inside: inside.clone(), ..Settings::default() };
    let mut findings = incidents(&read.tracks, &settings);
    let not_shown = ads.ads.iter().filter(|ad| ad.status == Some(Status::Disapproved));
    findings.extend(not_shown.filter_map(|ad| refused(&ad.track, &read.tracks)));
    let body = json!({
        "from": read.range.from().to_string(),
        "to": read.last.to_string(),
        "campaigns": read.tracks.campaigns.len(),
        "events": read.tracks.events.len(),
        "incidents": findings.len(),
    });
    Made { body, findings }
}

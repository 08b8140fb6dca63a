//! Incidents of one account.

use super::{Made, ads::Ads, tracks::Read};
use compact_str::CompactString;
use serde_json::json;
use std::collections::BTreeMap;
use trimtab_analysis::{
    incident::{Settings, incidents, keep_ids},
    refusal::refused,
};
use trimtab_domain::{entity::Status, finding::Finding};

/// Incidents of an account. `inside` tells which campaign each ad group and ad is in, `arrived` how much of the last days' conversions is in,
/// `told` what was told of it before: the same trouble keeps its id though late figures move its first day.
pub(super) fn made(
    read: &Read,
    ads: &Ads,
    inside: BTreeMap<CompactString, CompactString>,
    arrived: Option<Vec<f64>>,
    told: &[Finding],
) -> Made {
    let settings = Settings { inside, arrived, ..Settings::default() };
    let mut findings = keep_ids(incidents(&read.tracks, &settings), told);
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

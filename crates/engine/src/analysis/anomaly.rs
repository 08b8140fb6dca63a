//! Incidents of one account.

use super::{Made, tracks::Read};
use compact_str::CompactString;
use serde_json::json;
use std::collections::BTreeMap;
use trimtab_analysis::incident::{Settings, incidents};

/// What an account's incidents are made from: its tracks, and which campaign each ad group and ad is in.
pub(super) fn made(read: &Read, inside: &BTreeMap<CompactString, CompactString>) -> Made {
    let settings = Settings { inside: inside.clone(), ..Settings::default() };
    let findings = incidents(&read.tracks, &settings);
    let body = json!({
        "from": read.range.from().to_string(),
        "to": read.last.to_string(),
        "campaigns": read.tracks.campaigns.len(),
        "events": read.tracks.events.len(),
        "incidents": findings.len(),
    });
    Made { body, findings }
}

//! A whole fleet read within the platforms' limits: how long it waits beside the least the limits allow, and whether memory depends on
//! the length of the history.

use super::{Row, figure};
use crate::{process, workspace::Workspace};
use anyhow::{Context, Result, ensure};
use serde_json::Value;

const TENANTS: &str = "20";
const DAYS: [&str; 2] = ["30", "365"];
const MIB: f64 = 1_048_576.0;

/// # Errors
/// When the benchmark program fails, or a tenant could not be read.
pub(super) fn measure(workspace: &Workspace, profile: &str) -> Result<Vec<Row>> {
    let mut rows_of_all = Vec::new();
    for days in DAYS {
        let mut fleet = process::command(workspace.example(profile, "fleet"));
        rows_of_all.extend(rows(&serde_json::from_str(&process::capture(fleet.args([TENANTS, days]))?)?)?);
    }
    Ok(rows_of_all)
}

fn rows(report: &Value) -> Result<Vec<Row>> {
    let of = |pointer: &str| figure(report, pointer);
    let (tenants, platforms, days) = (of("/tenants")?, of("/platforms")?, of("/days")?);
    ensure!(of("/succeeded")? == tenants, "only {} of {tenants} tenants were read whole", of("/succeeded")?);
    let bound_by = report["bound_by"].as_str().context("the benchmark program did not print /bound_by")?;
    let fleet = format!("{tenants} tenants × {platforms} platforms × {days} days");
    let (ours, least) = (of("/virtual_seconds")?, of("/minimum_seconds")?);
    let waiting = Row {
        what: format!("{fleet}: waiting"),
        unit: "s (virtual)",
        ours,
        peer: Some(least),
        peer_name: Some(format!("least, by {bound_by}")),
        ratio: (ours > 0.0).then(|| least / ours),
    };
    let mut rows = vec![
        waiting,
        Row::alone(&format!("{fleet}: requests"), "requests", of("/calls")?),
        Row::alone(&format!("{fleet}: requests turned away by a limit"), "requests", of("/refused_by_limits")?),
    ];
    // Only Linux tells.
    rows.extend(
        of("/peak_resident_bytes")
            .ok()
            .map(|bytes| Row::alone(&format!("{fleet}: memory at most, simulated platforms included"), "MiB", bytes / MIB)),
    );
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn waiting_stands_beside_the_least_that_limits_allow() {
        let report = json!({
            "tenants": 20, "platforms": 4, "days": 30, "succeeded": 20, "calls": 900, "refused_by_limits": 0,
            "virtual_seconds": 50.0, "minimum_seconds": 40.0, "bound_by": "TikTok Ads (all) of the app", "peak_resident_bytes": null,
        });
        let rows = rows(&report).unwrap();
        assert_eq!((rows.len(), rows[0].ratio), (3, Some(0.8)));
        assert_eq!(rows[0].peer_name.as_deref(), Some("least, by TikTok Ads (all) of the app"));
        assert!(super::rows(&json!({ "tenants": 20, "platforms": 4, "days": 30, "succeeded": 19 })).is_err());
    }
}

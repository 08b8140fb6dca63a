//! From Meta's JSON to facts on disk: two million ad days of one account, then single days again.

use super::{Row, figure};
use crate::{process, workspace::Workspace};
use anyhow::{Context, Result};
use serde_json::Value;

const ADS: &str = "2000";
const DAYS: &str = "1000";
const MIB: f64 = 1_048_576.0;

/// # Errors
/// When the benchmark program fails.
pub(super) fn measure(workspace: &Workspace, profile: &str) -> Result<Vec<Row>> {
    let folder = tempfile::tempdir().context("cannot create a folder for the lake")?;
    let mut ingest = process::command(workspace.example(profile, "ingest"));
    rows(&serde_json::from_str(&process::capture(ingest.arg(folder.path()).args([ADS, DAYS]))?)?)
}

fn rows(report: &Value) -> Result<Vec<Row>> {
    let seconds = figure(report, "/parse_seconds")? + figure(report, "/store_seconds")?;
    let rate = |pointer: &str| figure(report, pointer).map(|count| count / seconds);
    let mut rows = vec![
        Row::alone("Meta JSON → facts on disk, all facts", "rows/s", rate("/fact_rows")?),
        Row::alone("Meta JSON → facts on disk, rows of the platform", "rows/s", rate("/json_rows")?),
        Row::alone("Meta JSON → facts on disk, payload", "MiB/s", rate("/json_bytes")? / MIB),
        Row::alone("rows of the platform back-filled", "rows", figure(report, "/json_rows")?),
        Row::alone("one day of 2 000 ads re-synced, median", "ms", figure(report, "/one_day_resync_ms/p50")?),
    ];
    // Only Linux tells.
    rows.extend(
        figure(report, "/peak_resident_bytes").ok().map(|bytes| Row::alone("memory at most, back-filling", "MiB", bytes / MIB)),
    );
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rates_are_over_reading_and_storing() {
        let report = json!({
            "json_rows": 600, "fact_rows": 1_200, "json_bytes": 3_145_728, "parse_seconds": 1.0, "store_seconds": 2.0,
            "one_day_resync_ms": {"p50": 30.0}, "peak_resident_bytes": null,
        });
        let ours: Vec<_> = rows(&report).unwrap().iter().map(|row| row.ours).collect();
        assert_eq!(ours, [400.0, 200.0, 1.0, 600.0, 30.0]);
    }
}

//! From each platform's reports to facts on one core, without network and disk, beside the pace that is asked of every platform.

use super::{Row, figure};
use crate::{process, workspace::Workspace};
use anyhow::{Context, Result};
use serde_json::Value;

/// Rows per second that parsing and normalising must reach on one core, whatever the platform.
const ROWS_PER_SECOND_MIN: f64 = 150_000.0;
const MIB: f64 = 1_048_576.0;

/// # Errors
/// When the benchmark program fails.
pub(super) fn measure(workspace: &Workspace, profile: &str) -> Result<Vec<Row>> {
    rows(&serde_json::from_str(&process::capture(&mut process::command(workspace.example(profile, "parse")))?)?)
}

fn rows(report: &Value) -> Result<Vec<Row>> {
    let runs = figure(report, "/runs")?;
    let reports = report.pointer("/reports").and_then(Value::as_array).context("the benchmark program did not print /reports")?;
    let mut rows = Vec::new();
    for of in reports {
        let word = |field: &str| of.get(field).and_then(Value::as_str).with_context(|| format!("a report without its {field}"));
        let name = format!("{} {}", word("platform")?, word("report")?);
        let (count, bytes) = (figure(of, "/rows")?, figure(of, "/bytes")?);
        let size = format!("{count} rows of {:.1} kB", bytes / count / 1_000.0);
        let paced = |what: &str, ours: f64| Row {
            what: format!("{name}: {what}"),
            unit: "rows/s",
            ours,
            peer: Some(ROWS_PER_SECOND_MIN),
            peer_name: Some("target".to_owned()),
            ratio: Some(ours / ROWS_PER_SECOND_MIN),
        };
        rows.push(paced(&format!("{size}, median of {runs}"), figure(of, "/rows_per_second/median")?));
        rows.push(paced("the slowest of them", figure(of, "/rows_per_second/least")?));
        rows.push(Row::alone(&format!("{name}: all facts"), "facts/s", figure(of, "/facts_per_second")?));
        rows.push(Row::alone(&format!("{name}: payload"), "MiB/s", bytes / MIB / figure(of, "/seconds/median")?));
        // Only Linux tells.
        rows.extend(figure(of, "/peak_resident_bytes").ok().map(|peak| {
            Row::alone(&format!("{name}: memory at most, {:.0} MiB of payload included", bytes / MIB), "MiB", peak / MIB)
        }));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_report_stands_beside_the_target() {
        let report = json!({ "runs": 15, "reports": [{
            "platform": "meta", "report": "insights", "rows": 600, "bytes": 1_048_576,
            "seconds": { "least": 0.001, "median": 0.002, "most": 0.006 },
            "rows_per_second": { "least": 100_000.0, "median": 300_000.0 }, "facts_per_second": 900_000.0,
            "peak_resident_bytes": null,
        }] });
        let rows = rows(&report).unwrap();
        assert_eq!(rows[0].what, "meta insights: 600 rows of 1.7 kB, median of 15");
        assert_eq!((rows[0].ours, rows[0].ratio), (300_000.0, Some(2.0)));
        assert_eq!(rows[1].ratio.map(|ratio| (ratio * 3.0).round()), Some(2.0));
        let units: Vec<_> = rows.iter().map(|row| row.unit).collect();
        assert_eq!(units, ["rows/s", "rows/s", "facts/s", "MiB/s"], "memory that is not known is not told");
    }
}

//! An agency of a hundred clients on one machine: Home's questions cold, hot, by fifty people at once and beside a noisy neighbour, what a
//! night's restatements write, what a million rows take up; and DuckDB on the first client's files.

use super::{Row, figure};
use crate::{process, python, workspace::Workspace};
use anyhow::{Context, Result, ensure};
use serde_json::Value;

const SIZE: [&str; 3] = ["100", "2000", "730"];
const LAST_DAY: &str = "2026-11-20";
const RUNS: &str = "60";
const SCRIPT: &str = "xtask/src/bench/scale_peer.py";
const MIB: f64 = 1_048_576.0;

/// The questions DuckDB is asked, as the benchmark program names what it measured of them.
const BESIDE: [(&str, &str); 3] =
    [("daily", "tiles and chart"), ("campaigns", "table of campaigns"), ("platforms", "split by platform")];

/// # Errors
/// When the benchmark program fails, somebody got an error, or the peer is there and fails.
pub(super) fn measure(workspace: &Workspace, profile: &str) -> Result<Vec<Row>> {
    let folder = tempfile::tempdir().context("cannot create a folder for the lake")?;
    let mut scale = process::command(workspace.example(profile, "scale"));
    let report: Value = serde_json::from_str(&process::capture(scale.arg(folder.path()).args(SIZE))?)?;
    let peer = match python::with(workspace, "duckdb", "duckdb", &["duckdb"])? {
        None => Value::Null,
        Some(python) => {
            let mut script = process::command(&python);
            let files = folder.path().join("files.json");
            serde_json::from_str(&process::capture(script.arg(SCRIPT).arg(files).args([LAST_DAY, RUNS]))?)?
        }
    };
    rows(&report, &peer)
}

fn rows(report: &Value, peer: &Value) -> Result<Vec<Row>> {
    let of = |pointer: &str| figure(report, pointer);
    let errors = of("/at_once/first/errors")? + of("/at_once/again/errors")?;
    ensure!(errors == 0.0, "{errors} of the pages opened at once ended in an error");
    let mut rows = Vec::new();
    for (state, meaning) in [("cold", "cold"), ("hot", "hot, computed anew"), ("again", "hot, as asked before")] {
        for (what, name) in [("query_ms", "a question of Home"), ("page_ms", "Home whole")] {
            for quantile in ["p50", "p95"] {
                rows.push(Row::alone(&format!("{name}, {meaning}, {quantile}"), "ms", of(&format!("/{state}/{what}/{quantile}"))?));
            }
        }
    }
    let version = peer["version"].as_str();
    for (question, name) in BESIDE {
        for quantile in ["p50", "p95"] {
            let ours = of(&format!("/questions/{question}/{quantile}"))?;
            let theirs = peer.pointer(&format!("/queries/{question}/{quantile}")).and_then(Value::as_f64);
            rows.push(Row {
                what: format!("{name} alone, files in memory, {quantile}"),
                unit: "ms",
                ours,
                peer: theirs,
                peer_name: theirs.and(version).map(|version| format!("DuckDB {version}")),
                ratio: theirs.map(|theirs| theirs / ours),
            });
        }
    }
    let users = of("/at_once/users")?;
    for (turn, meaning) in [("first", "for the first time"), ("again", "again")] {
        rows.push(Row::alone(
            &format!("{users} people open Home at once, {meaning}, p95"),
            "ms",
            of(&format!("/at_once/{turn}/page_ms/p95"))?,
        ));
    }
    for quantile in ["p50", "p95"] {
        let (alone, beside) = (of(&format!("/noisy/alone/page_ms/{quantile}"))?, of(&format!("/noisy/beside/page_ms/{quantile}"))?);
        rows.push(Row {
            what: format!("Home beside a noisy client, {quantile}"),
            unit: "ms",
            ours: beside,
            peer: Some(alone),
            peer_name: Some("without the noise".to_owned()),
            ratio: Some(alone / beside),
        });
    }
    let alone = |what: &str, unit, value| Row::alone(what, unit, value);
    rows.push(alone("written per changed byte, three nights of 28 days", "×", of("/nightly_look_back/written_per_changed")?));
    rows.push(alone("disk per million rows, everything included", "MiB", of("/disk/bytes_per_million_rows")? / MIB));
    rows.push(alone("rows filled per second, all tables", "rows/s", of("/fill/rows_per_second")?));
    rows.push(alone("rows of ads and orders", "rows", of("/rows")?));
    // Only Linux tells.
    rows.extend(of("/peak_resident_bytes").ok().map(|bytes| alone("memory at most", "MiB", bytes / MIB)));
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report(errors: u64) -> Value {
        let times = json!({"p50": 2.0, "p95": 4.0});
        let page = json!({"query_ms": times, "page_ms": times});
        json!({
            "cold": page, "hot": page, "again": page, "rows": 10,
            "questions": {"daily": times, "campaigns": times, "platforms": times},
            "at_once": {"users": 50, "first": {"errors": errors, "page_ms": times}, "again": {"errors": 0, "page_ms": times}},
            "noisy": {"alone": page, "beside": {"page_ms": {"p50": 2.2, "p95": 5.0}}},
            "nightly_look_back": {"written_per_changed": 1.3}, "disk": {"bytes_per_million_rows": 1_048_576}, "fill": {"rows_per_second": 1},
        })
    }

    #[test]
    fn what_a_peer_answers_too_stands_beside_it() {
        let peer = json!({"version": "2.0.0", "queries": {"daily": {"p50": 8.0, "p95": 8.0}}});
        let rows = rows(&report(0), &peer).unwrap();
        let daily: Vec<_> = rows.iter().filter(|row| row.what.starts_with("tiles")).map(|row| row.ratio).collect();
        assert_eq!(daily, [Some(4.0), Some(2.0)]);
        assert!(rows.iter().any(|row| row.what.starts_with("table") && row.peer.is_none()));
        assert!(rows.iter().any(|row| row.what.contains("noisy") && row.ratio == Some(2.0 / 2.2)));
    }

    #[test]
    fn an_error_is_no_figure() {
        assert!(rows(&report(1), &Value::Null).is_err());
    }
}

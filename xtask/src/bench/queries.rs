//! Dashboard queries on 2 000 ads × 730 days, beside DuckDB on the same Parquet files.
//!
//! Three temperatures are measured: the finished result cached, the columns cached (a dashboard somebody else has open), and the files
//! read each time. The last is what DuckDB does, so it is what DuckDB is compared with; the second is what people wait for.

use super::{
    Row, figure,
    peer::{self, Peer},
};
use crate::{process, workspace::Workspace};
use anyhow::{Context, Result};
use serde_json::Value;

const ADS: &str = "2000";
const DAYS: &str = "730";
const LAST_DAY: &str = "2026-11-20";
const QUERIES: [(&str, &str); 3] = [
    ("kpi_30_days_compared", "30-day KPIs with comparison"),
    ("trend_30_days", "30-day trend"),
    ("campaigns_30_days", "30-day campaign table"),
];
const TEMPERATURES: [(&str, &str); 3] =
    [("uncached_ms", "columns in memory"), ("no_columns_cached_ms", "files read each time"), ("cached_ms", "result in memory")];

/// # Errors
/// When the benchmark program or the peer fails.
pub(super) fn measure(workspace: &Workspace, profile: &str) -> Result<Vec<Row>> {
    let folder = tempfile::tempdir().context("cannot create a folder for the lake")?;
    let mut bench = process::command(workspace.example(profile, "bench"));
    let report: Value = serde_json::from_str(&process::capture(bench.arg(folder.path()).args([ADS, DAYS]))?)?;
    let peer = peer::measure(workspace, &folder.path().join("files.txt"), LAST_DAY)?;
    rows(&report, peer.as_ref())
}

fn rows(report: &Value, peer: Option<&Peer>) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (query, name) in QUERIES {
        for (temperature, meaning) in TEMPERATURES {
            for quantile in ["p50", "p95"] {
                let ours = figure(report, &format!("/queries/{query}/{temperature}/{quantile}"))?;
                let theirs = peer
                    .and_then(|peer| peer.queries.get(query))
                    .map(|spread| if quantile == "p50" { spread.p50 } else { spread.p95 });
                let beside = theirs.filter(|_| temperature != "cached_ms");
                rows.push(Row {
                    what: format!("{name}, {meaning}, {quantile}"),
                    unit: "ms",
                    ours,
                    peer: beside,
                    peer_name: beside.and(peer).map(|peer| format!("DuckDB {}", peer.version)),
                    ratio: beside.map(|theirs| theirs / ours),
                });
            }
        }
    }
    let alone = |what: &str, unit, pointer: &str| figure(report, pointer).map(|ours| Row::alone(what, unit, ours));
    rows.push(alone("28 days restated: bytes written", "bytes", "/look_back_28_days/bytes_written")?);
    rows.push(alone("28 days unchanged: bytes written", "bytes", "/look_back_28_days/unchanged_bytes_written")?);
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[test]
    fn each_query_stands_beside_the_peer_but_for_finished_results() {
        let times = json!({"p50": 2.0, "p95": 4.0});
        let query = json!({"uncached_ms": times, "no_columns_cached_ms": times, "cached_ms": times});
        let report = json!({
            "queries": {"kpi_30_days_compared": query, "trend_30_days": query, "campaigns_30_days": query},
            "look_back_28_days": {"bytes_written": 10, "unchanged_bytes_written": 0},
        });
        let spread = peer::Spread { p50: 6.0, p95: 8.0 };
        let queries: BTreeMap<_, _> = QUERIES.iter().map(|(query, _)| ((*query).to_owned(), spread)).collect();
        let rows = rows(&report, Some(&Peer { version: "2.0.0".to_owned(), queries })).unwrap();
        assert_eq!(rows.len(), 3 * 3 * 2 + 2);
        assert_eq!((rows[0].ratio, rows[1].ratio, rows[4].ratio), (Some(3.0), Some(2.0), None));
        assert_eq!(rows[0].peer_name.as_deref(), Some("DuckDB 2.0.0"));
    }
}

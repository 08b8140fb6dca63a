//! Whether somebody may do something, as it is asked with each request, beside the time it may take.

use super::{Row, figure};
use crate::{process, workspace::Workspace};
use anyhow::{Context, Result};
use serde_json::Value;

/// Microseconds a check may take.
const MICROSECONDS_MAX: f64 = 10.0;

/// # Errors
/// When the benchmark program fails.
pub(super) fn measure(workspace: &Workspace, profile: &str) -> Result<Vec<Row>> {
    rows(&serde_json::from_str(&process::capture(&mut process::command(workspace.example(profile, "permission")))?)?)
}

fn rows(report: &Value) -> Result<Vec<Row>> {
    let checks = report.pointer("/checks").and_then(Value::as_array).context("the benchmark program did not print /checks")?;
    let mut rows = Vec::new();
    for check in checks {
        let what = check.get("what").and_then(Value::as_str).context("a check without its what")?;
        let name = format!("permission check, grants for {} tenants, {what}", figure(check, "/tenants")?);
        for (of, pointer) in [("median", "/microseconds/median"), ("99.9 %", "/microseconds/p999")] {
            let ours = figure(check, pointer)?;
            rows.push(Row {
                what: format!("{name}: {of}"),
                unit: "µs",
                ours,
                peer: Some(MICROSECONDS_MAX),
                peer_name: Some("target".to_owned()),
                ratio: Some(MICROSECONDS_MAX / ours),
            });
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_check_stands_beside_the_target() {
        let microseconds = json!({ "mean": 0.1, "median": 0.5, "p999": 20.0 });
        let report = json!({ "rounds": 9, "checks": [{ "what": "allowed", "tenants": 100, "microseconds": microseconds }] });
        let rows = rows(&report).unwrap();
        assert_eq!(rows[0].what, "permission check, grants for 100 tenants, allowed: median");
        assert_eq!(rows.iter().map(|row| row.ratio).collect::<Vec<_>>(), [Some(20.0), Some(0.5)], "below 1 is too slow");
    }
}

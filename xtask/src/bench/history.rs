//! How much memory a first sync takes by the length of the history it reads: it should not depend on it.
//!
//! Each platform's account of one simulated business is read by `trimtab sync` into an installation of its own, again for each length.
//! The sandbox is another process. A history that fits into the few pieces a sync holds at a time takes less than longer ones.

use super::{
    Row,
    cost::{self, Cost},
    world::{Account, Installation, TODAY, World},
};
use crate::{process, report};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::path::Path;

const ADS: u32 = 400;
/// Lengths of history with the first day of each, [`TODAY`] included.
const SPANS: [(u16, &str); 3] = [(30, "2026-10-22"), (180, "2026-05-25"), (730, "2024-11-21")];
const MIB: f64 = 1_048_576.0;

/// One sync.
struct Synced {
    days: u16,
    rows: u64,
    cost: Cost,
}

/// # Errors
/// When a sync fails. Nothing is told where there is no Python to count with.
pub(super) fn measure(binary: &Path) -> Result<Vec<Row>> {
    let python = Path::new("python3");
    if !process::succeeds(process::command(python).arg("--version")) {
        report::say(format_args!("no python3 to count memory with"));
        return Ok(Vec::new());
    }
    let world = World::start(binary, ADS, SPANS[SPANS.len() - 1].0)?;
    let mut rows = Vec::new();
    for account in &world.accounts {
        let syncs = SPANS.iter().map(|(days, from)| sync(python, binary, account, *days, from)).collect::<Result<Vec<_>>>()?;
        rows.extend(told(&account.source, &syncs));
    }
    Ok(rows)
}

fn sync(python: &Path, binary: &Path, account: &Account, days: u16, from: &str) -> Result<Synced> {
    let installation = Installation::of(binary, account)?;
    let cost = cost::of(python, &installation.sync(from, TODAY))?;
    let answer: Value = cost.document()?;
    let rows = answer.pointer("/runs/0/rows").and_then(Value::as_u64).context("the sync told no rows")?;
    ensure!(rows > 0, "{days} days of {} have no rows: nothing to measure", account.source);
    Ok(Synced { days, rows, cost })
}

fn told(source: &str, syncs: &[Synced]) -> Vec<Row> {
    let of = |sync: &Synced| {
        let Synced { days, rows, cost } = sync;
        let what = format!("{source}, {days} days of {ADS} ads, {rows} facts in {:.0} s: memory at most", cost.seconds);
        Row::alone(&what, "MiB", cost.peak_bytes / MIB)
    };
    let mut rows: Vec<_> = syncs.iter().map(of).collect();
    for pair in syncs.windows(2) {
        let [shorter, longer] = pair else { continue };
        let what = format!("{source}, {} days against {}", longer.days, shorter.days);
        rows.push(Row::alone(&what, "× memory", longer.cost.peak_bytes / shorter.cost.peak_bytes));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_stand_beside_each_other() {
        let sync = |days, mib: f64| Synced { days, rows: 7, cost: Cost::for_test(2.0, 1.0, mib * MIB) };
        let rows = told("meta", &[sync(30, 50.0), sync(180, 100.0), sync(730, 110.0)]);
        let ours: Vec<_> = rows.iter().map(|row| row.ours).collect();
        assert_eq!(ours[..4], [50.0, 100.0, 110.0, 2.0]);
        assert!((ours[4] - 1.1).abs() < 1e-9);
        assert_eq!(rows[4].what, "meta, 730 days against 180");
    }
}

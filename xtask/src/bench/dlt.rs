//! The days of a simulated Meta account's ads into a store of one's own, beside dlt pulling the same into DuckDB.
//!
//! Both ask the same process for the same pages, one after the other and by turns, and both must end with the same number of rows and
//! the same spend, or nothing is told. Ours is measured twice: doing what dlt does, and as `trimtab sync`, which does more.

use super::{
    Row,
    cost::{self, Cost},
    world::{Account, Installation, World},
};
use crate::{process, python, report, workspace::Workspace};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;

const PACKAGES: [&str; 3] = ["dlt[duckdb]==1.31.0", "duckdb==2.0.1", "pyarrow==26.0.1"];
const SCRIPT: &str = "xtask/src/bench/dlt_pull.py";
const SECRET: &str = "TRIMTAB_BENCH_SECRET";
const ADS: u32 = 1_000;
/// Days of the world, and those of them that are pulled.
const DAYS: u16 = 60;
const FROM: &str = "2026-09-22";
const TO: &str = "2026-11-20";
const ROUNDS: usize = 3;
const MIB: f64 = 1_048_576.0;

/// What stands in a store after a pull.
#[derive(Debug, Deserialize)]
struct Pulled {
    rows: u64,
    spend_micros: i64,
    /// Ads' days and the rows of their actions.
    all_rows: u64,
    /// Of the peer.
    version: Option<String>,
    duckdb_version: Option<String>,
}

/// One request that the sandbox received.
#[derive(Debug, Deserialize)]
struct Call {
    route: String,
    query: String,
}

/// What one way of pulling took, round by round.
#[derive(Debug, Default)]
struct Rounds(Vec<Cost>);

impl Rounds {
    fn median(&self, figure: fn(&Cost) -> f64) -> f64 {
        let mut figures: Vec<f64> = self.0.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// # Errors
/// When a part fails, or the two ways end with different figures. Nothing is told where Python or dlt cannot be had.
pub(super) fn measure(workspace: &Workspace, profile: &str) -> Result<Vec<Row>> {
    let Some(python) = python::with(workspace, "dlt-1.31.0", "dlt, duckdb, pyarrow", &PACKAGES)? else { return Ok(Vec::new()) };
    let binary = workspace.binary(profile);
    let world = World::start(&binary, ADS, DAYS)?;
    let account = world.account("meta")?;
    let pull = workspace.example(profile, "pull");
    let (mut ours, mut sync, mut peer) = (Rounds::default(), Rounds::default(), Rounds::default());
    let (mut we_have, mut dlt_has, mut question) = (None, None, String::new());
    for round in 0..ROUNDS {
        let cost = ours_once(&python, &pull, account)?;
        let kept: Pulled = cost.document()?;
        ours.0.push(cost);
        if round == 0 {
            question = asked(&world)?;
        }
        let cost = dlt_once(&python, account, &question)?;
        let pulled: Pulled = cost.document()?;
        same(&pulled, kept.rows, kept.spend_micros)?;
        peer.0.push(cost);
        sync.0.push(sync_once(&python, &binary, account, &pulled)?);
        (we_have, dlt_has) = (Some(kept), Some(pulled));
    }
    let (we_have, dlt_has) = (we_have.context("no round was run")?, dlt_has.context("no round was run")?);
    tell(&we_have, &dlt_has);
    Ok(rows(&ours, &sync, &peer, &we_have, &dlt_has))
}

fn ours_once(python: &Path, pull: &Path, account: &Account) -> Result<Cost> {
    let lake = tempfile::tempdir().context("cannot create a folder for the lake")?;
    let mut ours = process::command(pull);
    ours.arg(lake.path()).args([&account.source, &account.base_url, &account.account]).args([FROM, TO, &ADS.to_string()]);
    cost::of(python, ours.env(SECRET, &account.secret))
}

fn dlt_once(python: &Path, account: &Account, question: &str) -> Result<Cost> {
    let folder = tempfile::tempdir().context("cannot create a folder for dlt")?;
    let mut dlt = process::command(python);
    dlt.args([SCRIPT, &account.base_url, &account.account, question, FROM, TO]).arg(folder.path());
    cost::of(python, dlt.env(SECRET, &account.secret))
}

/// A whole sync; what it stored must be what dlt pulled.
fn sync_once(python: &Path, binary: &Path, account: &Account, pulled: &Pulled) -> Result<Cost> {
    let installation = Installation::of(binary, account)?;
    let cost = cost::of(python, &installation.sync(FROM, TO))?;
    let answer: Value = serde_json::from_str(&process::capture(&mut installation.spend_by_ad(FROM, TO))?)?;
    let rows = answer.pointer("/rows").and_then(Value::as_array).context("the query answered without rows")?.len();
    let spend = answer.pointer("/totals/spend").and_then(Value::as_str).context("the query answered without a total of spend")?;
    same(pulled, rows.try_into()?, micros(spend)?)?;
    Ok(cost)
}

/// The parameters of our own request for ads' days, as the sandbox noted them.
fn asked(world: &World) -> Result<String> {
    let calls: Vec<Call> = world.ask("calls")?;
    let of_ads = calls.into_iter().find(|call| call.route.ends_with("/insights") && call.query.contains("level=ad&"));
    of_ads.map(|call| call.query).context("the sandbox noted no request for insights by ad")
}

fn same(pulled: &Pulled, rows: u64, spend_micros: i64) -> Result<()> {
    let (theirs, ours) = ((pulled.rows, pulled.spend_micros), (rows, spend_micros));
    ensure!(theirs.0 > 0, "dlt pulled no rows: there is nothing to compare");
    ensure!(theirs == ours, "different figures (rows, micros of spend): dlt has {theirs:?}, we have {ours:?}");
    Ok(())
}

/// Micros of a decimal.
fn micros(decimal: &str) -> Result<i64> {
    let (units, parts) = decimal.split_once('.').unwrap_or((decimal, ""));
    ensure!(parts.len() <= 6, "{decimal} has more digits than are kept");
    let digits = format!("{units}{parts:0<6}");
    digits.parse().with_context(|| format!("{decimal} is no decimal"))
}

fn rows(ours: &Rounds, sync: &Rounds, peer: &Rounds, we_have: &Pulled, dlt_has: &Pulled) -> Vec<Row> {
    let name = format!("dlt {}", dlt_has.version.as_deref().unwrap_or("of unknown version"));
    let beside = |what: String, unit, ours: f64, theirs: f64, ratio: f64| Row {
        what,
        unit,
        ours,
        peer: Some(theirs),
        peer_name: Some(name.clone()),
        ratio: Some(ratio),
    };
    let mut rows = Vec::new();
    for (way, rounds) in [("ads' days pulled", ours), ("trimtab sync, which does more", sync)] {
        let less = |what: &str, unit, figure: fn(&Cost) -> f64| {
            let (ours, theirs) = (rounds.median(figure), peer.median(figure));
            beside(format!("{way}: {what}"), unit, ours, theirs, theirs / ours)
        };
        rows.push(less(&format!("whole run, median of {ROUNDS}"), "s", |cost| cost.seconds));
        rows.push(less("processor time", "s", |cost| cost.cpu_seconds));
        rows.push(less("memory at most", "MiB", |cost| cost.peak_bytes / MIB));
    }
    let count = we_have.rows as f64;
    let (we, they) = (count / ours.median(|cost| cost.seconds), count / peer.median(|cost| cost.seconds));
    rows.push(beside(format!("ads' days pulled: {} rows of the platform", we_have.rows), "rows/s", we, they, we / they));
    rows
}

/// What each side does more or less: figures alone would not tell.
fn tell(we_have: &Pulled, dlt_has: &Pulled) {
    let duckdb = dlt_has.duckdb_version.as_deref().unwrap_or("of unknown version");
    for line in [
        format!("Both: {} rows, the same spend to the micro; the sandbox's own time and its processor are in both.", we_have.rows),
        format!(
            "dlt: one question over all {DAYS} days, page after page; figures stay text; actions as {} rows of tables below, one per \
            action with its windows side by side; into DuckDB {duckdb} through Parquet files, which is faster than dlt's default.",
            dlt_has.all_rows - dlt_has.rows
        ),
        format!(
            "Ours, pulling: the same pages, two pieces of some days at a time; figures checked and exact; {} rows of conversions, one per \
            action and window; into Delta tables, ready to be replaced day by day.",
            we_have.all_rows - we_have.rows
        ),
        "Ours, trimtab sync: besides, the credential is checked, objects are listed with their history, four breakdowns and the hours of \
        two days are read, and each piece is recorded so that a broken sync goes on where it stopped."
            .to_owned(),
    ] {
        report::say(format_args!("  {line}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pulled(rows: u64, spend_micros: i64) -> Pulled {
        Pulled { rows, spend_micros, all_rows: rows * 3, version: Some("1.0".to_owned()), duckdb_version: None }
    }

    #[test]
    fn different_figures_are_no_result() {
        assert!(same(&pulled(3, 5), 3, 5).is_ok());
        assert!(same(&pulled(3, 5), 2, 5).is_err() && same(&pulled(3, 5), 3, 6).is_err() && same(&pulled(0, 0), 0, 0).is_err());
    }

    #[test]
    fn decimals_become_micros() {
        for (decimal, expected) in [("12.5", 12_500_000), ("0.000001", 1), ("7", 7_000_000), ("-1.25", -1_250_000)] {
            assert_eq!(micros(decimal).unwrap(), expected, "{decimal}");
        }
        assert!(micros("1.0000001").is_err() && micros("many").is_err());
    }

    #[test]
    fn less_time_and_more_rows_are_both_better() {
        let rounds = |seconds: [f64; 3]| {
            Rounds(seconds.map(|seconds| Cost::for_test(seconds, seconds * 2.0, 1_048_576.0 * seconds)).into_iter().collect())
        };
        let (ours, sync, peer) = (rounds([3.0, 1.0, 2.0]), rounds([4.0, 4.0, 4.0]), rounds([8.0, 9.0, 7.0]));
        let rows = rows(&ours, &sync, &peer, &pulled(16, 1), &pulled(16, 1));
        let ratios: Vec<_> = rows.iter().map(|row| row.ratio.unwrap()).collect();
        assert_eq!(ratios, [4.0, 4.0, 4.0, 2.0, 2.0, 2.0, 4.0]);
        assert_eq!((rows[0].ours, rows[0].peer, rows[6].ours), (2.0, Some(8.0), 8.0));
    }
}

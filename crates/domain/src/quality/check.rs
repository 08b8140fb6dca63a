//! Declared checks: what must hold of an account's facts, and whether it does.

use super::{DaySummary, Evidence, Figure, Verdict, reconcile};
use crate::{Day, DayRange, Money, SourceKind};
use jiff::{SignedDuration, ToSpan};
use serde::Deserialize;
use std::{collections::BTreeSet, sync::LazyLock};

/// How bad a failed check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Figures are wrong or missing.
    Error,
    /// Somebody should look.
    Warning,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// There was nothing to look at.
    Skipped,
}

/// A check's result for one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it came out.
    pub state: State,
    /// What was seen, in a sentence.
    pub message: String,
    /// The days at fault.
    pub days: BTreeSet<Day>,
}

/// A declared check.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Its name in commands, URLs and tables.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// What must hold, in a sentence.
    pub description: String,
    /// What to do where it does not.
    pub help: String,
    /// How bad it is where it does not.
    pub severity: Severity,
    about: Vec<Kind>,
    rule: Rule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Ads,
    Site,
    Mail,
    Shop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    Clicks,
    Impressions,
    EngagedSessions,
    Sessions,
    Refunds,
    Revenue,
    Spend,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Rule {
    Reconciled,
    NotBelow { figure: Part, least: i64 },
    Share { part: Part, whole: Part, most_percent: u32 },
    Unique,
    UniqueNumbers,
    InSight,
    Continuity,
    Volume { least_percent: u32, days: u16 },
    Freshness { hours: i64 },
    Steady { days: i64 },
    Whole,
}

/// Weeks before a day whose same weekday tells what is usual.
const USUAL_WEEKS: i64 = 4;
/// Rows of a day below which nothing can be said of what is usual.
const ROWS_TO_JUDGE: u64 = 5;

/// The checks compiled into this build, in the order of their file.
///
/// # Panics
/// Never in a build that passed its tests: they load the same file.
#[must_use]
pub fn checks() -> &'static [Check] {
    static BUILTIN: LazyLock<Vec<Check>> =
        LazyLock::new(|| serde_yaml_ng::from_str(include_str!("../../checks/builtin.yaml")).expect("checked by a test"));
    &BUILTIN
}

impl Severity {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

impl State {
    /// The name in tables and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl Outcome {
    fn passed(message: impl Into<String>) -> Self {
        Self { state: State::Passed, message: message.into(), days: BTreeSet::new() }
    }

    fn skipped(message: impl Into<String>) -> Self {
        Self { state: State::Skipped, message: message.into(), days: BTreeSet::new() }
    }

    fn failed(message: impl Into<String>, days: BTreeSet<Day>) -> Self {
        Self { state: State::Failed, message: message.into(), days }
    }
}

impl Check {
    /// Whether it holds for accounts of such sources.
    #[must_use]
    pub fn is_about(&self, kind: SourceKind) -> bool {
        self.about.iter().any(|about| {
            matches!(
                (about, kind),
                (Kind::Ads, SourceKind::Ads)
                    | (Kind::Site, SourceKind::Site)
                    | (Kind::Mail, SourceKind::Mail)
                    | (Kind::Shop, SourceKind::Shop)
            )
        })
    }

    /// Looks whether it holds.
    #[must_use]
    pub fn evaluate(&self, evidence: &Evidence) -> Outcome {
        if evidence.data_as_of.is_none() {
            return Outcome::skipped("nothing has been read of the account yet");
        }
        if !evidence.connected
            && matches!(
                self.rule,
                Rule::InSight | Rule::Continuity | Rule::Volume { .. } | Rule::Freshness { .. } | Rule::Steady { .. }
            )
        {
            return Outcome::skipped("the account was imported from files");
        }
        match &self.rule {
            Rule::Reconciled => reconciled(evidence),
            Rule::NotBelow { figure, least } => not_below(evidence, *figure, *least),
            Rule::Share { part, whole, most_percent } => share(evidence, *part, *whole, *most_percent),
            Rule::Unique => unique(evidence),
            Rule::UniqueNumbers => unique_numbers(evidence),
            Rule::InSight => in_sight(evidence),
            Rule::Continuity => continuity(evidence),
            Rule::Volume { least_percent, days } => volume(evidence, *least_percent, *days),
            Rule::Freshness { hours } => freshness(evidence, *hours),
            Rule::Steady { days } => steady(evidence, *days),
            Rule::Whole => whole(evidence),
        }
    }
}

fn reconciled(evidence: &Evidence) -> Outcome {
    let lines = reconcile(evidence);
    if lines.is_empty() {
        return Outcome::skipped("the source told no total of its own for these days");
    }
    let apart: Vec<_> = lines.iter().filter(|line| line.verdict == Verdict::Mismatched).collect();
    let Some(worst) = apart.iter().max_by_key(|line| line.ours.abs_diff(line.theirs)) else {
        let days: BTreeSet<Day> = lines.iter().map(|line| line.day).collect();
        return Outcome::passed(format!("{} days agree with the source's own total", days.len()));
    };
    let figure = |line: &super::Line, value: i64| {
        if line.figure.is_money() { Money::new(value, evidence.currency).to_string() } else { value.to_string() }
    };
    let days: BTreeSet<Day> = apart.iter().map(|line| line.day).collect();
    let what = worst.figure.as_str();
    let example = apart.iter().find(|line| line.figure == Figure::Spend).unwrap_or(worst);
    let message = format!(
        "{} of {} differs: we have {}, the source says {}{}",
        if example.figure == Figure::Spend { "spend" } else { what },
        example.day,
        figure(example, example.ours),
        figure(example, example.theirs),
        if days.len() > 1 { format!(" ({} days differ: {})", days.len(), Evidence::named(&days)) } else { String::new() },
    );
    Outcome::failed(message, days)
}

fn value(part: Part, summary: &DaySummary) -> i64 {
    match part {
        Part::Clicks => summary.clicks,
        Part::Impressions => summary.ours.impressions.unwrap_or_default(),
        Part::EngagedSessions => summary.engaged_sessions,
        Part::Sessions => summary.ours.sessions.unwrap_or_default(),
        Part::Refunds => summary.refunds_micros,
        Part::Revenue => summary.ours.revenue_micros.unwrap_or_default(),
        Part::Spend => summary.least_spend_micros,
    }
}

const fn words(part: Part) -> &'static str {
    match part {
        Part::Clicks => "clicks",
        Part::Impressions => "impressions",
        Part::EngagedSessions => "engaged sessions",
        Part::Sessions => "sessions",
        Part::Refunds => "refunds",
        Part::Revenue => "revenue",
        Part::Spend => "spend",
    }
}

/// The days that do not pass, with what is said where there are none.
fn per_day(evidence: &Evidence, bad: impl Fn(&DaySummary) -> bool, told: impl Fn(&str) -> String, fine: &str) -> Outcome {
    let days: BTreeSet<Day> = evidence.days.iter().filter(|(_, summary)| bad(summary)).map(|(day, _)| *day).collect();
    match (evidence.days.is_empty(), days.is_empty()) {
        (true, _) => Outcome::skipped("there are no rows to look at"),
        (false, true) => Outcome::passed(fine),
        (false, false) => Outcome::failed(told(&Evidence::named(&days)), days),
    }
}

fn not_below(evidence: &Evidence, part: Part, least: i64) -> Outcome {
    let told = |days: &str| format!("{} is below {least} on {days}", words(part));
    per_day(evidence, |summary| value(part, summary) < least, told, &format!("{} is never below {least}", words(part)))
}

fn share(evidence: &Evidence, part: Part, of: Part, most_percent: u32) -> Outcome {
    let bad = |summary: &DaySummary| {
        let (part, whole) = (i128::from(value(part, summary)), i128::from(value(of, summary)));
        part < 0 || part * 100 > whole * i128::from(most_percent)
    };
    let told = |days: &str| format!("{} are more than {most_percent} % of {} on {days}", words(part), words(of));
    per_day(evidence, bad, told, &format!("{} are never more than {most_percent} % of {}", words(part), words(of)))
}

fn unique(evidence: &Evidence) -> Outcome {
    let told = |days: &str| format!("rows stand there more than once on {days}");
    per_day(evidence, |summary| summary.repeated > 0, told, "every row stands there once")
}

fn unique_numbers(evidence: &Evidence) -> Outcome {
    let Some((number, _)) = evidence.repeated_numbers.first_key_value() else {
        return Outcome::passed("every order has a number of its own");
    };
    let days = evidence.repeated_numbers.values().copied().collect();
    let count = evidence.repeated_numbers.len();
    Outcome::failed(
        format!(
            "at least {count} order numbers are carried by several orders, {number} among them: was the shop moved or re-numbered?"
        ),
        days,
    )
}

fn in_sight(evidence: &Evidence) -> Outcome {
    let seen = || Outcome::passed("every day that was read can still be seen");
    let Some(from) = evidence.shown_from else { return seen() };
    let with_orders = evidence.days.range(..from).filter(|(_, summary)| summary.rows > 0);
    let days: BTreeSet<Day> = with_orders.map(|(day, _)| *day).collect();
    if days.is_empty() {
        return seen();
    }
    let message = format!(
        "orders before {from} are no longer shown to the app, which lacks the scope read_all_orders: what was given back of them since is \
         not known"
    );
    Outcome::failed(message, days)
}

fn continuity(evidence: &Evidence) -> Outcome {
    let Some(first) = evidence.days.keys().next().copied() else {
        return Outcome::skipped("there are no rows to look at");
    };
    let Ok(expected) = DayRange::new(first, evidence.today.saturating_sub(1.day()).max(first)) else {
        return Outcome::skipped("there are no rows to look at");
    };
    let missing: BTreeSet<Day> = expected.days().filter(|day| !evidence.read.iter().any(|run| run.contains(*day))).collect();
    if missing.is_empty() {
        return Outcome::passed(format!("every day since {first} was read"));
    }
    Outcome::failed(format!("{} days were never read: {}", missing.len(), Evidence::named(&missing)), missing)
}

fn volume(evidence: &Evidence, least_percent: u32, days: u16) -> Outcome {
    let Ok(lately) = DayRange::new(evidence.today.saturating_sub(i64::from(days).days()), evidence.today.saturating_sub(1.day()))
    else {
        return Outcome::skipped("there are no rows to look at");
    };
    let rows = |day: Day| evidence.days.get(&day).map_or(0, |summary| summary.rows);
    let (mut judged, mut few) = (0, BTreeSet::new());
    for day in lately.days() {
        let mut before: Vec<u64> =
            (1..=USUAL_WEEKS).map(|weeks| rows(day.saturating_sub((weeks * 7).days()))).filter(|rows| *rows > 0).collect();
        before.sort_unstable();
        let Some(usual) = before.get(before.len() / 2).copied().filter(|usual| *usual >= ROWS_TO_JUDGE) else { continue };
        judged += 1;
        if rows(day) * 100 < usual * u64::from(least_percent) {
            few.insert(day);
        }
    }
    match (judged, few.is_empty()) {
        (0, _) => Outcome::skipped("there is too little history to tell what is usual"),
        (_, true) => Outcome::passed(format!("{judged} days have about as many rows as usual")),
        (_, false) => Outcome::failed(format!("far fewer rows than on that weekday before: {}", Evidence::named(&few)), few),
    }
}

fn freshness(evidence: &Evidence, hours: i64) -> Outcome {
    let Some(at) = evidence.data_as_of else { return Outcome::skipped("nothing has been read of the account yet") };
    let age = evidence.now.duration_since(at);
    if age <= SignedDuration::from_hours(hours) {
        return Outcome::passed(format!("read {} hours ago", age.as_hours().max(0)));
    }
    Outcome::failed(format!("last read {} hours ago: look at the connection, or sync", age.as_hours()), BTreeSet::new())
}

fn steady(evidence: &Evidence, days: i64) -> Outcome {
    match &evidence.redescribed {
        Some((at, what)) if evidence.now.duration_since(*at) < SignedDuration::from_hours(days * 24) => {
            let day = evidence.today.min(at.to_zoned(jiff::tz::TimeZone::UTC).date());
            Outcome::failed(format!("{what}; its history is read again"), BTreeSet::from([day]))
        }
        _ => Outcome::passed("currency and time zone are the same as before"),
    }
}

fn whole(evidence: &Evidence) -> Outcome {
    let told = |days: &str| format!("the source says that it left something out on {days}");
    per_day(evidence, |summary| summary.flagged > 0, told, "the source left nothing out")
}

//! Whether facts can be trusted: coverage, reconciliation, checks, exchange rates.

use serde::Serialize;
use serde_json::Value;
use trimtab_domain::{
    SourceKind,
    account::Account,
    money::decimal,
    quality::{Line, Verdict},
};
use trimtab_engine::{
    CheckResult, RatesView,
    quality::{CheckView, Covered, Reconciled},
};
use utoipa::ToSchema;

/// What a source knows about, as a name.
const fn kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Ads => "ads",
        SourceKind::Site => "site",
        SourceKind::Mail => "mail",
        SourceKind::Shop => "shop",
        SourceKind::Rates => "rates",
    }
}

/// A run of days of an account that are alike.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverageRun {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// `present`, `provisional` (may still change), `empty` (read, nothing happened), `missing` (never read), `mismatched` (final, and not
    /// what the source says of the day as a whole) or `doubtful` (the source left something out).
    pub state: &'static str,
}

/// Which days of an account are there.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverageAccount {
    /// Where it lives.
    pub source: String,
    /// The account's id.
    pub account: String,
    /// Its name.
    pub name: String,
    /// `ads`, `site`, `mail` or `shop`.
    pub kind: &'static str,
    /// The zone its days are cut in.
    pub zone: String,
    /// The currency of its amounts.
    pub currency: String,
    /// When its facts were last read.
    pub data_as_of: Option<String>,
    /// Days after this one may still change.
    pub settled_through: Option<String>,
    /// Every day asked for, up to today, lies in exactly one.
    pub runs: Vec<CoverageRun>,
}

impl From<&Covered> for CoverageAccount {
    fn from(covered: &Covered) -> Self {
        let account = &covered.state.account;
        let run = |(days, state): &(trimtab_domain::DayRange, trimtab_engine::quality::DayState)| CoverageRun {
            from: days.from().to_string(),
            to: days.to().to_string(),
            state: state.as_str(),
        };
        Self {
            source: account.source.to_string(),
            account: account.id.to_string(),
            name: account.name.to_string(),
            kind: kind(account.source.kind()),
            zone: account.zone.to_string(),
            currency: account.currency.to_string(),
            data_as_of: covered.state.facts.map(|facts| facts.data_as_of.to_string()),
            settled_through: covered.state.facts.and_then(|facts| facts.settled_through).map(|day| day.to_string()),
            runs: covered.runs.iter().map(run).collect(),
        }
    }
}

/// Which days are there.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverageShape {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// The accounts.
    pub accounts: Vec<CoverageAccount>,
}

/// How an account's days compare.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReconciliationSummary {
    /// Where it lives.
    pub source: String,
    /// The account's id.
    pub account: String,
    /// Its name.
    pub name: String,
    /// The currency of its amounts.
    pub currency: String,
    /// Days both sides have.
    pub days: u32,
    /// Days on which every figure agrees.
    pub equal: u32,
    /// Final days on which a figure differs.
    pub mismatched: u32,
    /// Days that may still change on which a figure differs.
    pub provisional: u32,
    /// Days of ours that the source told no total of.
    pub untold: u32,
}

/// One figure of one day, on both sides.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReconciliationLine {
    /// Where the account lives.
    pub source: String,
    /// The account's id.
    pub account: String,
    /// Its name.
    pub name: String,
    /// The day.
    pub date: String,
    /// `spend`, `impressions`, `sessions`, `orders`, `revenue` or `recipients`.
    pub figure: &'static str,
    /// `money` (decimal text) or `count`.
    pub unit: &'static str,
    /// The currency of amounts.
    pub currency: Option<String>,
    /// Our sum.
    #[schema(value_type = Object)]
    pub ours: Value,
    /// What the source says.
    #[schema(value_type = Object)]
    pub theirs: Value,
    /// Ours less theirs.
    #[schema(value_type = Object)]
    pub difference: Value,
    /// `equal`, `provisional` or `mismatched`.
    pub verdict: &'static str,
    /// When the account was last read.
    pub read_at: Option<String>,
}

/// Our sums beside the sources' own.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReconciliationShape {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Every account.
    pub summary: Vec<ReconciliationSummary>,
    /// The lines asked for, newest day first.
    pub items: Vec<ReconciliationLine>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    pub next_cursor: Option<String>,
}

impl From<&Reconciled> for ReconciliationSummary {
    fn from(reconciled: &Reconciled) -> Self {
        let account = &reconciled.account;
        let mut days = std::collections::BTreeMap::<_, Verdict>::new();
        for line in &reconciled.lines {
            let worst = days.entry(line.day).or_insert(line.verdict);
            *worst = (*worst).max(line.verdict);
        }
        let count = |verdict| u32::try_from(days.values().filter(|worst| **worst == verdict).count()).unwrap_or(u32::MAX);
        Self {
            source: account.source.to_string(),
            account: account.id.to_string(),
            name: account.name.to_string(),
            currency: account.currency.to_string(),
            days: u32::try_from(days.len()).unwrap_or(u32::MAX),
            equal: count(Verdict::Equal),
            mismatched: count(Verdict::Mismatched),
            provisional: count(Verdict::Provisional),
            untold: reconciled.untold,
        }
    }
}

impl ReconciliationLine {
    /// A line of an account.
    #[must_use]
    pub fn of(reconciled: &Reconciled, line: &Line) -> Self {
        let account: &Account = &reconciled.account;
        let money = line.figure.is_money();
        let value = |figure: i64| if money { Value::from(decimal(figure)) } else { Value::from(figure) };
        Self {
            source: account.source.to_string(),
            account: account.id.to_string(),
            name: account.name.to_string(),
            date: line.day.to_string(),
            figure: line.figure.as_str(),
            unit: if money { "money" } else { "count" },
            currency: money.then(|| account.currency.to_string()),
            ours: value(line.ours),
            theirs: value(line.theirs),
            difference: value(line.ours.saturating_sub(line.theirs)),
            verdict: line.verdict.as_str(),
            read_at: reconciled.read_at.map(|at| at.to_string()),
        }
    }
}

/// How a check came out for one account.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckResultShape {
    /// Where the account lives.
    pub source: String,
    /// The account's id.
    pub account: String,
    /// Its name.
    pub name: String,
    /// `passed`, `failed`, or `skipped` where there was nothing to look at.
    pub state: &'static str,
    /// What was seen.
    pub message: String,
    /// The days at fault.
    pub days: Vec<String>,
    /// Since when it comes out like that.
    pub since: String,
    /// When it was last looked at.
    pub checked_at: String,
}

impl CheckResultShape {
    /// A result of an account by this name.
    #[must_use]
    pub fn of(name: &str, result: &CheckResult) -> Self {
        let checked = &result.checked;
        Self {
            source: checked.account.source.to_string(),
            account: checked.account.id.to_string(),
            name: name.to_owned(),
            state: checked.outcome.state.as_str(),
            message: checked.outcome.message.clone(),
            days: checked.outcome.days.iter().map(ToString::to_string).collect(),
            since: result.since.to_string(),
            checked_at: result.checked_at.to_string(),
        }
    }
}

/// A declared check and its newest results.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckShape {
    /// Its name in commands and URLs.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// What must hold.
    pub description: String,
    /// `error` where figures are wrong or missing, `warning` where somebody should look.
    pub severity: &'static str,
    /// One per account it holds for, failed ones first.
    pub results: Vec<CheckResultShape>,
}

/// All checks.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChecksShape {
    /// When any was made last.
    pub checked_at: Option<String>,
    /// The checks, in the order they are declared.
    pub items: Vec<CheckShape>,
}

impl From<&[CheckView]> for ChecksShape {
    fn from(views: &[CheckView]) -> Self {
        let last = views.iter().flat_map(|view| &view.results).map(|(_, result)| result.checked_at).max();
        let item = |view: &CheckView| CheckShape {
            id: view.check.id.clone(),
            name: view.check.name.clone(),
            description: view.check.description.clone(),
            severity: view.check.severity.as_str(),
            results: view.results.iter().map(|(account, result)| CheckResultShape::of(&account.name, result)).collect(),
        };
        Self { checked_at: last.map(|at| at.to_string()), items: views.iter().map(item).collect() }
    }
}

/// What is known of exchange rates.
#[derive(Debug, Serialize, ToSchema)]
pub struct RatesShape {
    /// What rates are quoted against.
    #[schema(example = "EUR")]
    pub base: &'static str,
    /// The last day there is a rate of.
    pub last_day: Option<String>,
    /// When they were last read.
    pub read_at: Option<String>,
    /// Currencies amounts can be shown in.
    pub currencies: Vec<String>,
    /// Whether they are missing or too old to be used for today.
    pub stale: bool,
    /// What is wrong and what to do; `null` where nothing is.
    pub message: Option<String>,
}

impl From<RatesView> for RatesShape {
    fn from(view: RatesView) -> Self {
        Self {
            base: "EUR",
            last_day: view.last_day.map(|day| day.to_string()),
            read_at: view.read_at.map(|at| at.to_string()),
            currencies: view.currencies.iter().map(ToString::to_string).collect(),
            stale: view.message.is_some(),
            message: view.message,
        }
    }
}

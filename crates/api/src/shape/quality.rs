//! Whether facts can be trusted: coverage, reconciliation, checks, exchange rates.

use serde::Serialize;
use trimtab_domain::{
    DayRange, SourceKind,
    account::Account,
    money::decimal,
    quality::{Figure, Line, Severity, State, Verdict},
};
use trimtab_engine::{
    CheckResult, RatesView,
    quality::{CheckView, Covered, DayState, Reconciled},
};
use utoipa::ToSchema;

/// A closed set of words that stands for an enum of the domain.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident of $domain:ty { $($(#[$variant_doc:meta])* $variant:ident = $own:pat,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl From<$domain> for $name {
            fn from(own: $domain) -> Self {
                match own { $($own => Self::$variant,)* }
            }
        }
    };
}

words! {
    /// What an account's source knows about.
    AccountKind of SourceKind {
        /// Advertising, or files with exports of it.
        Ads = SourceKind::Ads | SourceKind::Rates,
        /// Visits of a site.
        Site = SourceKind::Site,
        /// Mailings.
        Mail = SourceKind::Mail,
        /// Orders of a shop.
        Shop = SourceKind::Shop,
    }
}

words! {
    /// What a day of an account is.
    DayStateShape of DayState {
        /// Before the account's first day: nothing is missed there.
        Before = DayState::Before,
        /// Read, final, with figures.
        Present = DayState::Present,
        /// Read, with figures that may still change.
        Provisional = DayState::Provisional,
        /// Read, and nothing happened.
        Empty = DayState::Empty,
        /// Never read.
        Missing = DayState::Missing,
        /// Final, and not what the source says of the day as a whole.
        Mismatched = DayState::Mismatched,
        /// The source itself left something out.
        Doubtful = DayState::Doubtful,
    }
}

words! {
    /// How two sides of a figure compare.
    VerdictShape of Verdict {
        /// They agree.
        Equal = Verdict::Equal,
        /// They differ, on a day that may still change.
        Provisional = Verdict::Provisional,
        /// They differ although the day is final.
        Mismatched = Verdict::Mismatched,
    }
}

words! {
    /// A figure that both sides have.
    FigureShape of Figure {
        /// Spend.
        Spend = Figure::Spend,
        /// Times shown.
        Impressions = Figure::Impressions,
        /// Visits.
        Sessions = Figure::Sessions,
        /// Orders that stand.
        Orders = Figure::Orders,
        /// Revenue.
        Revenue = Figure::Revenue,
        /// Messages received.
        Recipients = Figure::Recipients,
    }
}

words! {
    /// How a check came out.
    CheckState of State {
        /// It holds.
        Passed = State::Passed,
        /// It does not.
        Failed = State::Failed,
        /// There was nothing to look at.
        Skipped = State::Skipped,
    }
}

words! {
    /// How bad a failed check is.
    CheckSeverity of Severity {
        /// Figures are wrong or missing.
        Error = Severity::Error,
        /// Somebody should look.
        Warning = Severity::Warning,
    }
}

/// What a figure's numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FigureUnit {
    /// Decimal text in the currency beside it.
    Money,
    /// A whole number.
    Count,
}

/// A figure: decimal text where it is money, a whole number else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum FigureValue {
    /// An amount in the currency beside it.
    Money(String),
    /// A count.
    Count(i64),
}

impl std::fmt::Display for FigureValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Money(amount) => f.write_str(amount),
            Self::Count(count) => write!(f, "{count}"),
        }
    }
}

/// A run of days of an account that are alike.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverageRun {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// What they are.
    pub state: DayStateShape,
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
    /// What its source knows about.
    pub kind: AccountKind,
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
        let run = |(days, state): &(DayRange, DayState)| CoverageRun {
            from: days.from().to_string(),
            to: days.to().to_string(),
            state: (*state).into(),
        };
        Self {
            source: account.source.to_string(),
            account: account.id.to_string(),
            name: account.name.to_string(),
            kind: account.source.kind().into(),
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
    /// Which figure.
    pub figure: FigureShape,
    /// What its numbers are.
    pub unit: FigureUnit,
    /// The currency of amounts.
    pub currency: Option<String>,
    /// Our sum.
    pub ours: FigureValue,
    /// What the source says.
    pub theirs: FigureValue,
    /// Ours less theirs.
    pub difference: FigureValue,
    /// How they compare.
    pub verdict: VerdictShape,
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
        let value = |figure: i64| if money { FigureValue::Money(decimal(figure)) } else { FigureValue::Count(figure) };
        Self {
            source: account.source.to_string(),
            account: account.id.to_string(),
            name: account.name.to_string(),
            date: line.day.to_string(),
            figure: line.figure.into(),
            unit: if money { FigureUnit::Money } else { FigureUnit::Count },
            currency: money.then(|| account.currency.to_string()),
            ours: value(line.ours),
            theirs: value(line.theirs),
            difference: value(line.ours.saturating_sub(line.theirs)),
            verdict: line.verdict.into(),
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
    /// How it came out.
    pub state: CheckState,
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
            state: checked.outcome.state.into(),
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
    /// What to do where it does not.
    pub help: String,
    /// How bad it is where it does not.
    pub severity: CheckSeverity,
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
            help: view.check.help.clone(),
            severity: view.check.severity.into(),
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

//! Whether a budget will come out: what was to be spent so far, what was, and what the period will come to.
//!
//! # Formulas
//! - Planned to date = amount · Σ plan of days gone ÷ Σ plan of all days. The plan is even over days unless the budget says
//!   otherwise, and then this is *budget × days elapsed ÷ total days*.
//! - Variance = actual − planned; in percent of planned.
//! - Required daily spend = (amount − actual) ÷ days left that the plan spends on; zero where all is gone.
//! - Projected = actual + recent level · Σ weekday's factor over the days left; the 80 % interval comes from what the same
//!   projection was off on days of this object's own past (`ahead` says how). Known changes of budgets move the days before them to
//!   today's budget.
//! - Tolerance tightens in a straight line from the first day to the last: early on there is time to steer, at the end there is
//!   none.
//! - Amount = the budget's, plus what the period before left where it rolls over.
//!
//! # Verdict
//! Over or under where the projection misses the amount by more than the tolerance *and* the amount lies outside the interval.
//! Beyond the tolerance but inside the interval it cannot be told from chance, and that is said. Confidence is the probability of
//! the verdict: the amount's place in a t distribution about the projection, as wide as tests were off, with as many degrees of
//! freedom as tests do not overlap; once nothing is left to come it is one.
//!
//! # Sources
//! Planned, variance and required daily spend are those every media planner uses; ten per cent either way is the customary bound
//! for off pace, which the tolerance passes in the second half of the period. Severities follow what is at stake, not the variance
//! to date. Intervals: split conformal prediction (Vovk, Gammerman and Shafer 2005). Measured on simulated accounts by
//! `examples/eval_outlook`.
//!
//! # Assumptions
//! A day counts once it is over and read; `today` does not. Days without figures inside the period are bridged at the period's own
//! mean and said so. A budget covers what its track holds: an object that moves between budgets moves its past as well.
//!
//! # When it misleads
//! - A sale, a launch or a pause that is planned but not known here: the projection goes on as of late.
//! - The first days after a large change that is not among the known ones.
//! - A plan that is meant to be uneven and does not say so shows a variance to date; the verdict, which rests on the projection, is
//!   right.
//! - Platforms may deliver up to twice a daily budget on a good day and even it out over the month: late spikes even out by
//!   themselves.

mod ahead;
mod allocate;
mod days;
mod finding;
mod plan;
mod shift;
mod verdict;

pub use allocate::{Advice, Allocation, Part, Step, allocate, recent_daily};
pub use finding::finding;
pub use plan::Plan;
pub use shift::{Changed, Shift, changed};

use crate::track::Track;
use ahead::Past;
use days::{later, steps};
use std::fmt;
use trimtab_domain::{
    Currency, Day, DayRange,
    finding::{EntityRef, Severity},
};

/// An amount to be spent on something over some days.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    /// On what: a tenant, a platform, an account or a campaign.
    pub entity: EntityRef,
    /// How much, in whole units of `currency`.
    pub amount: f64,
    /// Currency of the amount.
    pub currency: Currency,
    /// Over which days; a month unless somebody said otherwise.
    pub period: DayRange,
    /// How it is meant to be spread over them.
    pub plan: Plan,
    /// The budget of the period before, where what was left of it is to be spent in this one.
    pub roll_over: Option<f64>,
}

/// What was spent on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Spending<'a> {
    /// Its days. More than ten weeks before today tell weekdays apart, half a year makes the interval calm.
    pub track: &'a Track,
    /// Currency of the track's amounts.
    pub currency: Currency,
    /// From this day on figures may still move.
    pub provisional_from: Option<Day>,
    /// Parts whose budgets are known to have changed ([`changed`]).
    pub changed: Vec<Changed<'a>>,
}

/// What can be set.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Tolerance on the first day, in percent of the amount.
    pub tolerance_first: f64,
    /// Tolerance on the last day.
    pub tolerance_last: f64,
    /// Overspend from which on it is a warning, in percent of the amount; below it is good to know.
    pub warning: f64,
    /// Overspend from which on it costs money now.
    pub critical_over: f64,
    /// Underspend from which on somebody loses what the budget was for.
    pub critical_under: f64,
    /// Days in a row up to today without any figure from which on nothing is said.
    pub stale_days: usize,
    /// Share of the period's days gone that may be without figures.
    pub missing_share: f64,
    /// A part whose daily spend is to move by less than this percentage is left alone.
    pub keep: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tolerance_first: 20.0,
            tolerance_last: 5.0,
            warning: 10.0,
            critical_over: 20.0,
            critical_under: 50.0,
            stale_days: 7,
            missing_share: 0.25,
            keep: 5.0,
        }
    }
}

/// How a budget is doing.
#[derive(Debug, Clone, PartialEq)]
pub struct Pace {
    /// Of what.
    pub entity: EntityRef,
    /// Currency of all amounts.
    pub currency: Currency,
    /// The budget's days, from the object's own first one where that lies inside.
    pub runs: DayRange,
    /// The last day that counts; `None` before the first.
    pub as_of: Option<Day>,
    /// Days left after it.
    pub days_left: usize,
    /// The budget, with what rolled over.
    pub amount: f64,
    /// What rolled over.
    pub rolled_over: f64,
    /// What was to be spent by the end of `as_of`.
    pub planned_to_date: f64,
    /// What was, days without figures bridged.
    pub actual: f64,
    /// The part of `actual` that bridges days without figures.
    pub bridged: f64,
    /// The part of `actual` that may still move.
    pub provisional: f64,
    /// Actual less planned.
    pub variance: f64,
    /// The same in percent of planned; `None` where nothing was planned yet.
    pub variance_percent: Option<f64>,
    /// What each day left that the plan spends on would have to bring; `None` where none is left.
    pub required_daily: Option<f64>,
    /// Spend per day of late, over whole weeks.
    pub recent_daily: Option<f64>,
    /// What the period will come to.
    pub projected: Option<Projected>,
    /// How far, in percent of the amount, the projection may be off it today.
    pub tolerance: f64,
    /// What is to be thought of it.
    pub verdict: Verdict,
    /// How much it matters; `None` unless it is over or under.
    pub severity: Option<Severity>,
    /// How sure the verdict is, 0 to 1; zero where nothing can be told.
    pub confidence: f64,
    /// What to know about the figures.
    pub notes: Vec<Note>,
}

/// What a period will come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Projected {
    /// All of it, what was spent and what is to come.
    pub total: f64,
    /// Where it lies four times in five.
    pub interval: (f64, f64),
    /// How far it is from the amount, in percent of that.
    pub off_percent: f64,
    /// The first day at whose end the amount is gone, where that comes before the last.
    pub used_up_on: Option<Day>,
    /// Projections of the past it was tested by that do not overlap; zero where nothing is left to project.
    pub tests: f64,
}

/// What is to be thought of a budget's pace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// It will come out, as far as the tolerance goes.
    OnTrack,
    /// It will not be spent.
    Under,
    /// More will be spent, or was.
    Over,
    /// Figures do not say.
    CannotTell(Because),
}

/// Why nothing can be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Because {
    /// The period has not begun.
    NotBegun,
    /// The amount is none, or the plan spends on no day.
    NothingPlanned,
    /// Budget and spend are in different currencies.
    Currencies {
        /// The budget's.
        budget: Currency,
        /// The figures'.
        spend: Currency,
    },
    /// No day has figures.
    NothingKnown,
    /// Too many days of the period have none.
    Missing {
        /// How many.
        days: usize,
        /// Of how many gone.
        of: usize,
    },
    /// The last days have none.
    Stale {
        /// The last one that has.
        last: Day,
    },
    /// Too little is known for a projection.
    TooShort {
        /// Days with figures.
        known: usize,
        /// Days it takes.
        needed: usize,
    },
    /// A figure no business reports.
    Absurd,
    /// The projection is off, but by less than such projections usually are.
    Chance,
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBegun => f.write_str("the period has not begun"),
            Self::NothingPlanned => f.write_str("nothing is planned to be spent"),
            Self::Currencies { budget, spend } => write!(f, "the budget is in {budget} and the spend in {spend}"),
            Self::NothingKnown => f.write_str("no day has figures"),
            Self::Missing { days, of } => write!(f, "{days} of {of} days of the period have no figures"),
            Self::Stale { last } => write!(f, "there are no figures since {last}"),
            Self::TooShort { known, needed } => write!(f, "{known} days have figures and a projection takes {needed}"),
            Self::Absurd => f.write_str("a figure is larger than any budget"),
            Self::Chance => f.write_str("the projection is off, but by less than such projections usually are"),
        }
    }
}

/// Something to know about a pace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Note {
    /// The object's first spend lies inside the period; the plan begins with it.
    Began {
        /// That day.
        on: Day,
    },
    /// Days without figures were bridged.
    Bridged {
        /// How many.
        days: usize,
    },
    /// The last days of what counts may still move.
    Provisional {
        /// From this day on.
        from: Day,
    },
    /// Figures end before yesterday.
    Late {
        /// The last day that has any.
        last: Day,
    },
    /// What the period before left is not known, and nothing was rolled over.
    RollOverUnknown,
    /// Tests were made fewer days ahead than are left, and the interval stretched.
    TestedShorter {
        /// Days ahead that could be tested.
        days: usize,
    },
    /// Known changes of budgets were taken into account.
    Changes {
        /// How many.
        count: usize,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Began { on } => write!(f, "it first spent on {on}; the plan begins there"),
            Self::Bridged { days } => write!(f, "{days} days have no figures and count as the mean of the others"),
            Self::Provisional { from } => write!(f, "spend since {from} may still move"),
            Self::Late { last } => write!(f, "the last figures are of {last}"),
            Self::RollOverUnknown => f.write_str("what the period before left is not known, and nothing was rolled over"),
            Self::TestedShorter { days } => write!(f, "its past allows tests of {days} days ahead; the interval is stretched"),
            Self::Changes { count } => write!(f, "{count} known changes of budgets were taken into account"),
        }
    }
}

/// Beyond this an amount is a fault of whoever reports it.
const AMOUNT_MAX: f64 = 1e15;
/// What the interval of a projection holds.
const LEVEL: f64 = 0.8;

/// Holds spend against a budget, as it stands on the morning of `today`, in the account's zone. Days from `today` on are not over
/// and do not count.
#[must_use]
pub fn pace(budget: &Budget, spending: &Spending<'_>, today: Day, settings: &Settings) -> Pace {
    let mut pace = blank(budget);
    pace.verdict = match told(&mut pace, budget, spending, today, settings) {
        Ok(verdict) => verdict,
        Err(because) => Verdict::CannotTell(because),
    };
    pace
}

fn blank(budget: &Budget) -> Pace {
    Pace {
        entity: budget.entity.clone(),
        currency: budget.currency,
        runs: budget.period,
        as_of: None,
        days_left: usize::try_from(budget.period.len()).unwrap_or(0),
        amount: budget.amount,
        rolled_over: 0.0,
        planned_to_date: 0.0,
        actual: 0.0,
        bridged: 0.0,
        provisional: 0.0,
        variance: 0.0,
        variance_percent: None,
        required_daily: None,
        recent_daily: None,
        projected: None,
        tolerance: 0.0,
        verdict: Verdict::CannotTell(Because::NothingKnown),
        severity: None,
        confidence: 0.0,
        notes: vec![],
    }
}

fn told(pace: &mut Pace, budget: &Budget, spending: &Spending<'_>, today: Day, settings: &Settings) -> Result<Verdict, Because> {
    if spending.currency != budget.currency {
        return Err(Because::Currencies { budget: budget.currency, spend: spending.currency });
    }
    if today < budget.period.from() {
        return Err(Because::NotBegun);
    }
    let past = past(spending, today.min(later(budget.period.to(), 1)))?;
    plan::begin(pace, budget, &past);
    if !pace.amount.is_finite() || pace.amount > AMOUNT_MAX {
        return Err(Because::Absurd);
    }
    let plan = budget.plan.over(pace.runs);
    if pace.amount <= 0.0 || plan.iter().sum::<f64>() <= 0.0 {
        return Err(Because::NothingPlanned);
    }
    plan::to_date(pace, &plan, &past, spending, today, settings)?;
    let changes = spending.changed.iter().map(|changed| changed.shifts.len()).sum();
    if changes > 0 {
        pace.notes.push(Note::Changes { count: changes });
    }
    let rest = if pace.days_left == 0 { None } else { past.rest(pace.runs.from(), pace.days_left) };
    pace.recent_daily = rest.as_ref().map(|rest| rest.level);
    verdict::judge(pace, rest.as_ref(), past.known(), settings)
}

/// What is known of an object before `today`.
fn past(spending: &Spending<'_>, today: Day) -> Result<Past, Because> {
    let track = spending.track;
    let over = steps(track.first, today).unwrap_or(0).min(track.days.len());
    let spend: Vec<Option<f64>> = track.days[..over].iter().map(|day| day.as_ref().map(|figures| figures.spend)).collect();
    if spend.iter().flatten().any(|v| !v.is_finite() || v.abs() > AMOUNT_MAX) {
        return Err(Because::Absurd);
    }
    let last = spend.iter().rposition(Option::is_some).ok_or(Because::NothingKnown)?;
    let parts = spending.changed.iter().map(|changed| shift::Part::of(changed, track.first, last + 1)).collect();
    Ok(Past { first: track.first, spend: spend[..=last].to_vec(), parts })
}

#[cfg(test)]
mod tests;

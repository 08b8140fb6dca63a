//! What each part of a budget would have to spend a day for the whole to come out.
//!
//! A part with a budget of its own needs what that leaves per day. What the whole needs beyond those is shared among the parts without
//! one in proportion to what they spend of late, so that their mix stays as it is: this knows nothing of what the next unit of money
//! would bring where. Parts whose budgets together ask for more than the whole has left are scaled down alike.
//!
//! It misleads where a part cannot spend more (audience, bids), which shows as a part under pace again and again.

use super::{Pace, Settings, Spending, past};
use trimtab_domain::{Day, finding::EntityRef};

/// A part of a budget.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What it is.
    pub entity: EntityRef,
    /// Spend per day of late; `None` where it is not known ([`recent_daily`]).
    pub daily: Option<f64>,
    /// How its own budget is doing, if it has one.
    pub pace: Option<Pace>,
}

/// What to do with a part's daily budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Raise it.
    Increase,
    /// Lower it.
    Decrease,
    /// Leave it.
    Keep,
}

/// A part's recommendation.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// Which part.
    pub entity: EntityRef,
    /// Spend per day of late.
    pub daily: Option<f64>,
    /// Spend per day it would take.
    pub needed_daily: f64,
    /// By how much that differs from now, in percent; `None` where it spends nothing now.
    pub change_percent: Option<f64>,
    /// What to do.
    pub step: Step,
    /// Why, in a line.
    pub reason: String,
}

/// How what is left of a budget is spread over its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Allocation {
    /// Spend per day the whole needs.
    pub needed_daily: f64,
    /// By part, in the order given.
    pub parts: Vec<Advice>,
    /// Per day, what nobody was given: parts without a budget of their own spend nothing, so nothing tells how to share it.
    pub unallocated_daily: f64,
    /// By how much budgets of parts together ask for more per day than the whole has left.
    pub short_daily: f64,
}

/// Spend per day of late over whole weeks, for parts without a budget of their own; `None` where less than a week is known.
#[must_use]
pub fn recent_daily(spending: &Spending<'_>, today: Day) -> Option<f64> {
    past(spending, today).ok()?.rest(today, 1).map(|rest| rest.level)
}

/// Spreads what is left of a budget over its parts. `None` where the whole has no days left or cannot be told.
#[must_use]
pub fn allocate(whole: &Pace, parts: &[Part], settings: &Settings) -> Option<Allocation> {
    let needed = whole.required_daily?;
    let own = |part: &Part| part.pace.as_ref().and_then(|pace| pace.required_daily);
    let asked: f64 = parts.iter().filter_map(own).sum();
    let scale = if asked > needed { needed / asked } else { 1.0 };
    let left = (needed - asked).max(0.0);
    let late = |part: &Part| part.daily.filter(|daily| *daily > 0.0).unwrap_or(0.0);
    let without: f64 = parts.iter().filter(|part| own(part).is_none()).map(late).sum();
    let advice = |part: &Part| {
        let needed = match own(part) {
            Some(own) => own * scale,
            None if without > 0.0 => left * late(part) / without,
            None => 0.0,
        };
        advise(part, needed, scale, settings)
    };
    Some(Allocation {
        needed_daily: needed,
        parts: parts.iter().map(advice).collect(),
        unallocated_daily: if without > 0.0 { 0.0 } else { left },
        short_daily: (asked - needed).max(0.0),
    })
}

fn advise(part: &Part, needed_daily: f64, scale: f64, settings: &Settings) -> Advice {
    let daily = part.pace.as_ref().and_then(|pace| pace.recent_daily).or(part.daily);
    let change_percent = daily.filter(|daily| *daily > 0.0).map(|daily| (needed_daily / daily - 1.0) * 100.0);
    let step = match change_percent {
        Some(change) if change > settings.keep => Step::Increase,
        Some(change) if change < -settings.keep => Step::Decrease,
        None if needed_daily > 0.0 => Step::Increase,
        Some(_) | None => Step::Keep,
    };
    let reason = match (&part.pace, change_percent) {
        (Some(_), _) if scale < 1.0 => "its own budget asks for more than the whole has left".to_owned(),
        (Some(pace), _) => pace.variance_percent.map_or("its own budget begins".to_owned(), |percent| {
            format!("{percent:+.0} % against the plan of its own budget so far")
        }),
        (None, Some(_)) => "its share of what the whole needs, as it spends of late".to_owned(),
        (None, None) => "it spends nothing, so it has no share".to_owned(),
    };
    Advice { entity: part.entity.clone(), daily, needed_daily, change_percent, step, reason }
}

//! Whether facts can be trusted: our sums against the source's own, and declared checks of what must hold.
//!
//! Everything is decided here from [`Evidence`]; whoever stores facts gathers it.

mod check;
mod reconcile;

pub use check::{Check, Outcome, Severity, State, checks};
pub use reconcile::{Figure, Line, Verdict, reconcile};

use crate::{Currency, Day, DayRange, Timestamp, fact::Total};
use std::collections::{BTreeMap, BTreeSet};

/// What is stored of one day of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DaySummary {
    /// Rows the source is read for: ads, visits, orders, mailings.
    pub rows: u64,
    /// Their sums, in the terms of the source's own total.
    pub ours: Total,
    /// What the source itself says of the day as a whole; `None` where it was not asked or cannot tell.
    pub theirs: Option<Total>,
    /// Clicks of ads.
    pub clicks: i64,
    /// Engaged sessions of visits.
    pub engaged_sessions: i64,
    /// Given back of orders, in micros.
    pub refunds_micros: i64,
    /// The least spend of any row, in micros.
    pub least_spend_micros: i64,
    /// Rows that stand there more than once.
    pub repeated: u64,
    /// Rows the source itself says are not all there is.
    pub flagged: u64,
}

/// Everything a check may look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What the account's amounts are in.
    pub currency: Currency,
    /// The days with rows or totals.
    pub days: BTreeMap<Day, DaySummary>,
    /// The day it was where the account lives, when it was last read.
    pub today: Day,
    /// Days up to this one are final.
    pub settled_through: Option<Day>,
    /// Runs of days that were read.
    pub read: Vec<DayRange>,
    /// When facts were last read; `None`: never.
    pub data_as_of: Option<Timestamp>,
    /// The moment.
    pub now: Timestamp,
    /// Whether it is read from its source, rather than from files somebody imported.
    pub connected: bool,
    /// When currency or zone changed last, and from what to what.
    pub redescribed: Option<(Timestamp, String)>,
    /// From which day on the credential is shown what becomes of facts; `None`: of all days.
    pub shown_from: Option<Day>,
    /// Numbers that several orders carry, with a day of one of them.
    pub repeated_numbers: BTreeMap<String, Day>,
}

impl Evidence {
    fn is_settled(&self, day: Day) -> bool {
        self.settled_through.is_some_and(|through| day <= through)
    }

    /// Days in words, a few of them.
    fn named(days: &BTreeSet<Day>) -> String {
        let some: Vec<String> = days.iter().rev().take(3).map(ToString::to_string).collect();
        match days.len().saturating_sub(some.len()) {
            0 => some.join(", "),
            more => format!("{} and {more} more", some.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests;

//! Rows added up to facts: one per place and day.
//!
//! Invariant: the micros of the facts add up to the exact sum of the rows, rounded once. Each row is rounded to the running total, so the
//! remainder of one is carried to the next instead of being lost.

use super::{
    HistoryError,
    counted::{Figures, number},
    limits,
};
use crate::scalar::Fine;
use std::collections::HashMap;
use trimtab_domain::{
    Day,
    fact::{AdDaily, Measures, Placing},
};

/// Where a row falls: its last day, how many days it covers, its place.
pub(super) type Slot = (Day, i32, Placing);

/// The ad rows of one piece while it is read.
#[derive(Debug, Default)]
pub(super) struct Tally(HashMap<Slot, Figures>);

/// Rounds a run of exact amounts so that the micros add up to the rounded exact sum.
#[derive(Debug, Default)]
struct Carry {
    exact: Fine,
    given: i64,
}

impl Carry {
    fn micros(&mut self, amount: Fine) -> i64 {
        self.exact = self.exact + amount;
        let due = self.exact.micros();
        let micros = due.saturating_sub(self.given);
        self.given = due;
        micros
    }
}

impl Tally {
    /// Adds a row.
    ///
    /// # Errors
    /// When it would be one too many.
    pub(super) fn add(&mut self, slot: Slot, figures: &Figures) -> Result<(), HistoryError> {
        if let Some(held) = self.0.get_mut(&slot) {
            held.add(figures);
            return Ok(());
        }
        if self.0.len() >= limits::PIECE_ROWS_MAX {
            return Err(HistoryError::too_many_rows());
        }
        self.0.insert(slot, *figures);
        Ok(())
    }

    /// Takes in the rows of another grain.
    ///
    /// # Errors
    /// When they would be too many.
    pub(super) fn append(&mut self, other: Self) -> Result<(), HistoryError> {
        other.0.iter().try_for_each(|(slot, figures)| self.add(slot.clone(), figures))
    }

    /// The rows held so far, to complete them from elsewhere.
    pub(super) fn rows_mut(&mut self) -> impl Iterator<Item = (&Slot, &mut Figures)> {
        self.0.iter_mut()
    }

    /// The facts, by day and place.
    pub(super) fn finish(self) -> Vec<AdDaily> {
        let mut slots: Vec<_> = self.0.into_iter().collect();
        slots.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let (mut spend, mut revenue) = (Carry::default(), Carry::default());
        let row = |((date, span_days, placing), figures): (Slot, Figures)| AdDaily {
            date,
            span_days,
            placing,
            measures: Measures {
                impressions: figures.impressions,
                clicks: figures.clicks,
                link_clicks: figures.link_clicks,
                spend_micros: spend.micros(figures.spend),
                reach: figures.reach,
                conversions: figures.conversions.map(number),
                revenue_micros: figures.revenue.map(|amount| revenue.micros(amount)),
                video_views: None,
                thruplays: None,
            },
        };
        slots.into_iter().map(row).collect()
    }
}

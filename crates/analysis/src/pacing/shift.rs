//! Known changes of budgets: what earlier days would have come to, had the budgets been today's.

use super::days::steps;
use crate::track::{AccountTracks, Track};
use trimtab_domain::{
    Day,
    finding::{EntityRef, EventKind, Level},
};

/// From this day on so many times as much may be spent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// The day of the change, which is part one, part the other.
    pub day: Day,
    /// After over before.
    pub factor: f64,
}

/// A part of what is paced, or it itself, with the known changes of its budget.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed<'a> {
    /// Its days.
    pub track: &'a Track,
    /// Its changes, oldest first; those to come among them where they are planned.
    pub shifts: Vec<Shift>,
}

/// What is known of budget changes of an account's object: of a campaign its own; of the account those of its campaigns, or, where the
/// source has a budget for the account itself, that one's.
///
/// Changes below a campaign are left out, for no track tells what they are a part of; so are changes without amounts.
#[must_use]
pub fn changed<'a>(tracks: &'a AccountTracks, entity: &EntityRef) -> Vec<Changed<'a>> {
    let of = |track: &'a Track| {
        let events = tracks.events.iter().filter(|event| event.kind == EventKind::Budget);
        let own = events.filter(|event| event.entity.level == track.entity.level && event.entity.id == track.entity.id);
        let factor = |factor: Option<f64>| factor.filter(|factor| factor.is_finite() && *factor > 0.0);
        let mut shifts: Vec<Shift> =
            own.filter_map(|event| Some(Shift { day: event.day, factor: factor(event.factor)? })).collect();
        shifts.sort_by_key(|shift| shift.day);
        Changed { track, shifts }
    };
    let campaigns = tracks.campaigns.iter().filter(|track| entity.level == Level::Account || track.entity.id == entity.id);
    let account = (entity.level == Level::Account).then_some(&tracks.account);
    account.into_iter().chain(campaigns).map(of).filter(|changed| !changed.shifts.is_empty()).collect()
}

/// A part's spend by day, and its changes by place.
#[derive(Debug)]
pub(super) struct Part {
    spend: Vec<Option<f64>>,
    shifts: Vec<(usize, f64)>,
}

impl Part {
    /// On `days` days from `first` on.
    pub(super) fn of(changed: &Changed<'_>, first: Day, days: usize) -> Self {
        let track = changed.track;
        let spend = |t: usize| {
            let place = track.place(first.saturating_add(jiff::Span::new().days(i64::try_from(t).ok()?)))?;
            track.days[place].as_ref().map(|day| day.spend).filter(|v| v.is_finite())
        };
        let place = |shift: &Shift| Some((steps(first, shift.day)?, shift.factor));
        Self { spend: (0..days).map(spend).collect(), shifts: changed.shifts.iter().filter_map(place).collect() }
    }

    /// Adds to the whole's first days what this part's changes, as far as they are known by then, would have added.
    pub(super) fn put_on(&self, whole: &mut [Option<f64>]) {
        let mut factor = 1.0;
        let days = whole.len();
        let mut known = self.shifts.iter().rev().filter(|(at, _)| *at < days).peekable();
        for (t, cell) in whole.iter_mut().enumerate().rev() {
            let mut of_day = 1.0;
            while let Some((_, shift)) = known.next_if(|(at, _)| *at == t) {
                of_day *= shift;
            }
            factor *= of_day;
            // Half the day under one budget, half under the other.
            let own = factor * 2.0 / (1.0 + of_day);
            if let (Some(cell), Some(Some(spend))) = (cell, self.spend.get(t)) {
                *cell += spend * (own - 1.0);
            }
        }
    }

    /// By how much the changes to come move each of the coming days, per unit of what this part spends now.
    pub(super) fn coming(&self, from: usize, days: usize) -> Vec<f64> {
        let mut factor = 1.0;
        let by = |h: usize| {
            let of_day = self.shifts.iter().filter(|(at, _)| *at == from + h);
            let before = factor;
            of_day.for_each(|(_, shift)| factor *= shift);
            f64::midpoint(before, factor) - 1.0
        };
        (0..days).map(by).collect()
    }

    /// Spend per day of late, at today's budget.
    pub(super) fn level(&self, to: usize) -> f64 {
        let mut spend = self.spend[..to].to_vec();
        self.put_on(&mut spend);
        let late: Vec<f64> = spend[to.saturating_sub(7)..].iter().flatten().copied().collect();
        late.iter().sum::<f64>() / late.len().max(1) as f64
    }
}

//! A day of a property: the visits of the business, cut by the property's own zone, as far as they have been worked in.
//!
//! A day's figures are not whole at once. Until they are, some visits are missing, and of others it is not known yet what brought them.

use super::super::{
    figures::{Figures, SESSIONS},
    property::Property,
};
use crate::world::{
    chance::{tag, whole},
    commerce::{Trading, store::Store, way::Way},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

/// Demand against the mean from which a day is a busy one.
const BUSY: f64 = 1.3;
/// The way of visits of which nothing is known yet.
static NOT_SET: LazyLock<Arc<Way>> = LazyLock::new(|| Arc::new(Way::unmarked("(not set)", "(not set)", "(not set)", "Unassigned")));

/// How far a day has been worked in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Knowledge {
    /// The part of its visits that is still missing.
    missing: f64,
    /// The part of marked visits whose marks are still missing.
    unmarked: f64,
}

impl Knowledge {
    /// What is known so many seconds after the day's end.
    pub(crate) const fn after(seconds: i64) -> Self {
        match seconds {
            ..0 => Self { missing: 0.07, unmarked: 0.09 },
            0..86_400 => Self { missing: 0.035, unmarked: 0.04 },
            86_400..172_800 => Self { missing: 0.012, unmarked: 0.01 },
            _ => Self { missing: 0.0, unmarked: 0.0 },
        }
    }
}

/// Whether more happens on a day than usual.
pub(super) fn is_busy(of: &Property, day: i32) -> bool {
    of.store.market.day(day).demand > BUSY
}

/// The visits of a day by where they came from, in a fixed order.
pub(super) fn visits(of: &Property, day: i32, trading: &[Arc<Trading>], now: i64) -> Vec<(Arc<Way>, Figures)> {
    let span = (of.calendar.start(day), of.calendar.start(day + 1));
    let knowledge = Knowledge::after(now - span.1);
    let mut ways: BTreeMap<Arc<Way>, Figures> = BTreeMap::new();
    for of_store in trading {
        let Some((from, to)) = overlap(&of.store, of_store.day, span, now) else { continue };
        for visit in &of_store.visits {
            let dice = of.chance.on(tag("figures")).at(i64::from(of_store.day));
            let whole_day = Figures::of(visit, dice);
            let shift = dice.on(tag(&visit.way.campaign)).on(tag("zone")).unit();
            let before = |share: f64| whole_day.first(crate::world::measure::boundary(visit.sessions, share, shift));
            let figures = match (from, to) {
                (0.0, 1.0) => whole_day,
                (0.0, to) => before(to),
                (from, to) => before(to).without(&before(from)),
            };
            let seen = figures.first(figures.get(SESSIONS) - lost(&figures, knowledge.missing));
            let strange = if visit.way.marked { seen.first(lost(&seen, knowledge.unmarked)) } else { Figures::default() };
            ways.entry(Arc::clone(&visit.way)).or_default().add(&seen.without(&strange));
            if !strange.is_nothing() {
                ways.entry(Arc::clone(&NOT_SET)).or_default().add(&strange);
            }
        }
    }
    ways.into_iter().filter(|(_, figures)| !figures.is_nothing()).collect()
}

fn lost(figures: &Figures, part: f64) -> i64 {
    whole(figures.get(SESSIONS) as f64 * part)
}

/// Which part of a day of the business, as far as it has passed, falls into a span. `None` when nothing does.
fn overlap(store: &Store, day: i32, span: (i64, i64), now: i64) -> Option<(f64, f64)> {
    let own = (store.calendar.start(day), store.calendar.start(day + 1));
    if span.0 <= own.0 && own.1 <= span.1 {
        return Some((0.0, 1.0));
    }
    let share = |instant: i64| store.part_of_day(day, instant);
    let until = own.1.min(now);
    let (from, to) = (span.0.max(own.0), span.1.min(until));
    if from >= to {
        return None;
    }
    let passed = if until < own.1 { share(until).max(f64::MIN_POSITIVE) } else { 1.0 };
    let edge = |instant: i64| {
        if instant <= own.0 {
            0.0
        } else if instant >= until {
            1.0
        } else {
            share(instant) / passed
        }
    };
    Some((edge(from), edge(to)))
}

//! The smallest parts that a report is made of: the visits of a day that came one way, split as finely as the report asks.

mod attribution;
mod day;
mod split;

use super::{
    field::{Dimension, Scope},
    figures::{EVENTS, Figures},
    property::{Habit, Property},
};
use crate::world::commerce::{Trading, way::Way};
use std::sync::Arc;

/// Visits that are alike in all that a report tells apart. What it does not tell apart is empty.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) day: i32,
    ways: [Arc<Way>; 3],
    pub(crate) device: &'static str,
    pub(crate) country: &'static str,
    pub(crate) visitor: &'static str,
    pub(crate) age: &'static str,
    pub(crate) gender: &'static str,
    pub(crate) event: &'static str,
    pub(crate) figures: Figures,
}

impl Cell {
    fn new(day: i32, way: &Arc<Way>, figures: Figures) -> Self {
        let ways = [Arc::clone(way), Arc::clone(way), Arc::clone(way)];
        Self { day, ways, device: "", country: "", visitor: "", age: "", gender: "", event: "", figures }
    }

    /// Where the visits came from, by the attribution of a scope.
    pub(crate) fn way(&self, scope: Scope) -> &Way {
        &self.ways[place(scope)]
    }

    /// The same with other figures.
    fn with(&self, figures: Figures) -> Self {
        Self { figures, ..self.clone() }
    }
}

const fn place(scope: Scope) -> usize {
    match scope {
        Scope::None | Scope::Session => 0,
        Scope::Event => 1,
        Scope::User => 2,
    }
}

/// What the cells of a day are split by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fineness<'d>(pub(crate) &'d [Dimension]);

impl Fineness<'_> {
    fn asks(&self, of: impl Fn(Dimension) -> bool) -> bool {
        self.0.iter().any(|d| of(*d))
    }
}

/// The cells of one day of a property, and whether small campaigns were thrown together.
pub(crate) fn of_day(of: &Property, day: i32, trading: &[Arc<Trading>], fineness: Fineness<'_>, now: i64) -> (Vec<Cell>, bool) {
    let mut cells: Vec<Cell> =
        day::visits(of, day, trading, now).into_iter().map(|(way, figures)| Cell::new(day, &way, figures)).collect();
    for scope in [Scope::Event, Scope::User] {
        if fineness.asks(|d| d.scope() == scope) {
            cells = attribution::spread(cells, scope, of.chance);
        }
    }
    let crowded = of.habit == Habit::Crowded && fineness.asks(Dimension::tells_campaigns) && day::is_busy(of, day);
    let lost = crowded && attribution::throw_together(&mut cells);
    cells = split::split(of, cells, fineness);
    if fineness.asks(|d| d == Dimension::EventName) {
        let events = |cell: &Cell| {
            let cell = cell.clone();
            EVENTS.into_iter().map(move |(event, figure, _)| Cell { event, ..cell.with(cell.figures.of_event(figure)) })
        };
        cells = cells.iter().flat_map(events).collect();
    }
    cells.retain(|cell| !cell.figures.is_nothing());
    (cells, lost)
}

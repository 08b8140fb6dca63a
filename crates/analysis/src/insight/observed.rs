//! What the engine hands over: base metrics day by day, per object; and windows of them.

use super::CannotTell;
use compact_str::CompactString;
use std::{collections::BTreeMap, ops::Range};
use trimtab_domain::{
    Currency, Day,
    finding::EntityRef,
    graph::{Graph, InsightDefinition},
    metric::Registry,
};

/// What is known of one object. Fill it from the answers to [`super::needs`] by [`super::assemble`].
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// Which object.
    pub entity: EntityRef,
    /// The first day of every series.
    pub first: Day,
    /// By base metric (those the registry sums, not those it computes), day by day; amounts in whole units. `None`: not read.
    pub figures: BTreeMap<CompactString, Vec<Option<f64>>>,
    /// The client's constants that formulas name, such as a margin.
    pub constants: BTreeMap<CompactString, f64>,
    /// The client's targets that hold for this object, by metric, in its unit and this currency.
    pub targets: BTreeMap<CompactString, f64>,
    /// Currency of the amounts.
    pub currency: Option<Currency>,
    /// From this day on figures may still grow; `None`: all are final.
    pub provisional_from: Option<Day>,
    /// Hash of what the figures were read from.
    pub source_hash: String,
}

/// The days an insight looks at, and those it compares with, as places in the series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Windows {
    pub(super) now: Range<usize>,
    /// `None`: the series does not reach back so far.
    pub(super) before: Option<Range<usize>>,
}

impl Observed {
    /// How many days there are.
    #[must_use]
    pub fn days(&self) -> usize {
        self.figures.values().map(Vec::len).max().unwrap_or(0)
    }

    /// The day at a place.
    #[must_use]
    pub fn day(&self, place: usize) -> Day {
        let days = i32::try_from(place).unwrap_or(i32::MAX);
        self.first.saturating_add(jiff::Span::new().try_days(days).unwrap_or_default())
    }

    /// The windows of a definition. Those that rest on figures which come late end before the days that have hardly any yet.
    pub(super) fn windows(&self, graph: &Graph, definition: &InsightDefinition, unripe: usize) -> Result<Windows, CannotTell> {
        let (have, days) = (self.days(), usize::from(definition.days));
        let end = if rests_on_late(graph, definition) { self.ripe_end(have, unripe) } else { have };
        let start = end.checked_sub(days).ok_or(CannotTell::TooShort { have: end, need: days })?;
        let before = start.checked_sub(days).map(|from| from..start);
        Ok(Windows { now: start..end, before })
    }

    fn ripe_end(&self, have: usize, unripe: usize) -> usize {
        let Some(provisional) = self.provisional_from else { return have };
        let place = self.first.until(provisional).map_or(0, |span| span.get_days());
        usize::try_from(place).unwrap_or(0).max(have.saturating_sub(unripe)).min(have)
    }

    /// The days of a window on which figures may still grow.
    pub(super) fn provisional_days(&self, window: &Range<usize>) -> usize {
        self.provisional_from.map_or(0, |from| window.clone().filter(|place| self.day(*place) >= from).count())
    }

    /// A figure of one day.
    pub(super) fn at(&self, base: &str, place: usize) -> Option<f64> {
        self.figures.get(base)?.get(place).copied().flatten().filter(|figure| figure.is_finite())
    }

    /// The sum of a base metric over the known days of a window; `None` where none is known.
    pub(super) fn sum(&self, base: &str, window: &Range<usize>) -> Option<f64> {
        window.clone().filter_map(|place| self.at(base, place)).reduce(|a, b| a + b)
    }
}

/// Whether anything its trigger looks at rests on figures that come late.
fn rests_on_late(graph: &Graph, definition: &InsightDefinition) -> bool {
    let registry = Registry::builtin();
    let bases = definition.trigger.metrics().into_iter().filter_map(|id| registry.get(id).ok()).flat_map(|m| registry.bases(m));
    bases.into_iter().any(|base| graph.metric(&base.id).is_some_and(|node| node.late))
}

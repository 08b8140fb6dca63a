//! A pixel's counts, step by step, with the days and weekdays they are of.

use super::{EventTotals, PixelInput};
use crate::anomaly::robust::sane;
use compact_str::CompactString;
use trimtab_domain::Day;

/// One line of counts.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) name: CompactString,
    pub(super) counts: Vec<Option<f64>>,
}

#[derive(Debug, Clone)]
pub(super) struct Cells {
    pub(super) first: Day,
    pub(super) per_day: usize,
    pub(super) events: Vec<Line>,
    /// By day, as orders.
    pub(super) clicks: Option<Line>,
    pub(super) orders: Option<Line>,
    /// All events together.
    pub(super) total: Line,
}

impl Cells {
    pub(super) fn of(input: &PixelInput<'_>) -> Self {
        let line = |name: &str, counts: &[Option<f64>]| Line {
            name: name.into(),
            counts: counts.iter().map(|count| sane(*count).filter(|count| *count >= 0.0)).collect(),
        };
        let events: Vec<Line> = input.events.iter().map(|event| line(&event.event, &event.counts)).collect();
        let length = events.iter().map(|event| event.counts.len()).max().unwrap_or(0);
        let at = |place: usize| {
            let known = events.iter().filter_map(|event| event.counts.get(place).copied().flatten());
            known.reduce(|a, b| a + b)
        };
        let total = Line { name: "events".into(), counts: (0..length).map(at).collect() };
        Self {
            first: input.first,
            per_day: if input.hourly { 24 } else { 1 },
            clicks: input.clicks.map(|counts| line("clicks", counts)),
            orders: input.orders.map(|counts| line("orders", counts)),
            events,
            total,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.total.counts.len()
    }

    pub(super) fn hours(&self, cells: usize) -> f64 {
        cells as f64 * 24.0 / self.per_day as f64
    }

    pub(super) fn day(&self, day: usize) -> Day {
        let days = i32::try_from(day).unwrap_or(i32::MAX);
        self.first.saturating_add(jiff::Span::new().try_days(days).unwrap_or_default())
    }

    /// The day of the last count.
    pub(super) fn last_day(&self) -> usize {
        self.len().saturating_sub(1) / self.per_day
    }

    /// 0 is Monday.
    pub(super) fn weekday(&self, day: usize) -> usize {
        let first = usize::from(self.first.weekday().to_monday_zero_offset().unsigned_abs());
        (first + day) % 7
    }

    /// The same days without their hours.
    pub(super) fn by_day(&self) -> Self {
        Self { per_day: 1, ..self.clone() }
    }

    pub(super) fn event(&self, name: &str) -> Option<&Line> {
        self.events.iter().find(|event| event.name == name)
    }

    pub(super) fn totals(&self) -> Vec<EventTotals> {
        let begin = |days: usize| (self.last_day() + 1).saturating_sub(days) * self.per_day;
        let sum = |line: &Line, days: usize| {
            let known = line.counts.get(begin(days)..).unwrap_or_default().iter().flatten();
            known.copied().reduce(|a, b| a + b)
        };
        let of = |line: &Line| EventTotals {
            event: line.name.clone(),
            today: sum(line, 1),
            days_7: sum(line, 7),
            days_30: sum(line, 30),
        };
        self.events.iter().map(of).collect()
    }

    pub(super) fn hours_since_event(&self) -> Option<f64> {
        let last = self.total.counts.iter().rposition(|count| count.is_some_and(|count| count > 0.0))?;
        Some(self.hours(self.len() - 1 - last))
    }
}

impl Line {
    /// Sums of whole days; a day with a step that was not read has none, nor has one that is not over.
    pub(super) fn days(&self, per_day: usize) -> Vec<Option<f64>> {
        let whole = self.counts.chunks_exact(per_day.max(1));
        whole.map(|day| day.iter().copied().try_fold(0.0, |sum, count| count.map(|count| sum + count))).collect()
    }
}

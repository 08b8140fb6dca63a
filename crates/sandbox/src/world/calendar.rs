//! Days of one account's zone as numbers, with the instants they start at.

use jiff::civil::Date;
use trimtab_domain::{Day, Zone};

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// Days since 1 January 1970.
pub(crate) fn number(day: Day) -> i32 {
    EPOCH.until(day).map_or(0, |span| span.get_days())
}

/// The day with this number.
pub(crate) fn day(number: i32) -> Day {
    EPOCH.saturating_add(jiff::Span::new().days(number))
}

/// 0 is Monday.
pub(crate) fn weekday(number: i32) -> usize {
    usize::try_from((number + 3).rem_euclid(7)).unwrap_or(0)
}

/// Where each day of a zone starts. Days beyond the table are computed one by one.
#[derive(Debug, Clone)]
pub(crate) struct Calendar {
    zone: Zone,
    base: i32,
    starts: Vec<i64>,
}

impl Calendar {
    pub(crate) fn new(zone: Zone, from: i32, days: i32) -> Self {
        let starts = (from..=from + days).map(|d| start_of(&zone, d)).collect();
        Self { zone, base: from, starts }
    }

    pub(crate) const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The first second of a day.
    pub(crate) fn start(&self, day: i32) -> i64 {
        usize::try_from(day - self.base).ok().and_then(|i| self.starts.get(i).copied()).unwrap_or_else(|| start_of(&self.zone, day))
    }

    /// Which day it is at an instant.
    pub(crate) fn day_of(&self, instant: i64) -> i32 {
        number(self.zone.day_at(stamp(instant)))
    }
}

fn start_of(zone: &Zone, number: i32) -> i64 {
    zone.tz().to_ambiguous_timestamp(day(number).at(0, 0, 0, 0)).compatible().map_or(i64::from(number) * 86_400, |t| t.as_second())
}

/// An instant from Unix seconds; out of range becomes the epoch.
pub(crate) fn stamp(seconds: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(seconds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_not_24_hours() {
        let summer = number(jiff::civil::date(2026, 3, 29));
        let calendar = Calendar::new("Europe/Amsterdam".parse().unwrap(), summer - 1, 3);
        assert_eq!(calendar.start(summer + 1) - calendar.start(summer), 23 * 3600);
        assert_eq!(calendar.start(summer + 200), start_of(calendar.zone(), summer + 200));
        assert_eq!(calendar.day_of(calendar.start(summer)), summer);
        assert_eq!(calendar.day_of(calendar.start(summer) - 1), summer - 1);
        assert_eq!(weekday(summer), 6);
        assert_eq!(day(summer).to_string(), "2026-03-29");
    }
}

//! Days counted.

use trimtab_domain::Day;

/// Days from one to another; `None` backwards.
pub(super) fn steps(from: Day, to: Day) -> Option<usize> {
    usize::try_from(from.until(to).ok()?.get_days()).ok()
}

/// So many days later.
pub(super) fn later(day: Day, by: usize) -> Day {
    day.saturating_add(jiff::Span::new().try_days(i64::try_from(by).unwrap_or(i64::MAX)).unwrap_or_default())
}

/// 0 is Monday.
pub(super) fn weekday(first: Day, place: usize) -> usize {
    (usize::try_from(first.weekday().to_monday_zero_offset()).unwrap_or(0) + place) % 7
}

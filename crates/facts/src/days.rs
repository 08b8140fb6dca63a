//! Days as the tables keep them: numbers of days since 1970-01-01, and the periods files are named by.

use jiff::{Span, civil::date};
use trimtab_domain::Day;

const EPOCH: Day = date(1970, 1, 1);

/// The number of a day.
pub(crate) fn to_epoch(day: Day) -> i32 {
    EPOCH.until(day).map_or(0, |span| span.get_days())
}

/// The day of a number. Numbers outside the calendar become its edges.
pub(crate) fn from_epoch(number: i32) -> Day {
    EPOCH.saturating_add(Span::new().days(number.clamp(-4_000_000, 2_900_000)))
}

/// The number of the Monday of a day's ISO week.
pub(crate) const fn week(number: i32) -> i32 {
    number - (number + 3).rem_euclid(7)
}

/// Monday to Sunday as 1 to 7.
pub(crate) const fn weekday(number: i32) -> i32 {
    (number + 3).rem_euclid(7) + 1
}

/// The number of the first day of a day's month.
pub(crate) fn month(number: i32) -> i32 {
    number - i32::from(from_epoch(number).day()) + 1
}

/// The number of the last day of a day's month.
pub(crate) fn month_end(number: i32) -> i32 {
    to_epoch(from_epoch(number).last_of_month())
}

/// Months since year 0, for distances between months.
pub(crate) fn month_index(number: i32) -> i32 {
    let day = from_epoch(number);
    i32::from(day.year()) * 12 + i32::from(day.month()) - 1
}

/// The number of the first day of the month with this index.
pub(crate) fn month_from_index(index: i32) -> i32 {
    let year = i16::try_from(index.div_euclid(12)).unwrap_or(i16::MAX);
    let month = i8::try_from(index.rem_euclid(12) + 1).unwrap_or(1);
    Day::new(year, month, 1).map_or(0, to_epoch)
}

/// The period of a file that holds one day.
pub(crate) fn day_period(number: i32) -> String {
    from_epoch(number).to_string()
}

/// The period of a file that holds days of one month.
pub(crate) fn month_period(number: i32) -> String {
    from_epoch(number).strftime("%Y-%m").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_agree() {
        let day = to_epoch(date(2026, 11, 21));
        assert_eq!(from_epoch(day), date(2026, 11, 21));
        assert_eq!(from_epoch(week(day)), date(2026, 11, 16));
        assert_eq!(weekday(day), 6);
        assert_eq!(from_epoch(month(day)), date(2026, 11, 1));
        assert_eq!(month_from_index(month_index(day)), month(day));
        assert_eq!((day_period(day).as_str(), month_period(day).as_str()), ("2026-11-21", "2026-11"));
        assert_eq!(weekday(week(-400)), 1);
    }
}

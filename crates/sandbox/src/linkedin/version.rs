//! The calendar of versions: one a month, each served for a year, by the virtual clock.

use super::error::ApiError;
use crate::world::calendar;
use jiff::civil::{Date, date};

/// When versions end that did not end on the fifteenth a year after their month.
const SUNSETS: [(i16, i8, Date); 3] =
    [(2025, 10, date(2026, 10, 15)), (2025, 11, date(2026, 11, 16)), (2026, 3, date(2027, 3, 16))];

/// Months that brought no version.
const SKIPPED: [(i16, i8); 1] = [(2025, 12)];

/// The day of its month on which a version appears, and of the next year's on which it ends.
const DAY: i8 = 15;

/// The first version the calendar knows; older ones are long gone.
const FIRST: (i16, i8) = (2023, 1);

/// Checks the header of a request.
pub(crate) fn check(given: Option<&str>, now: i64) -> Result<(), ApiError> {
    let given = given.map(str::trim).filter(|v| !v.is_empty()).ok_or_else(ApiError::no_version)?;
    let strange = || ApiError::strange_version(given);
    let (year, month) = month_of(given).ok_or_else(strange)?;
    let today = calendar::day(i32::try_from(now.div_euclid(86_400)).unwrap_or(0));
    let released = Date::new(year, month, DAY).map_err(|_| strange())?;
    if (year, month) < FIRST || SKIPPED.contains(&(year, month)) || today < released {
        return Err(strange());
    }
    let usual = Date::new(year + 1, month, DAY).map_err(|_| strange())?;
    let sunset = SUNSETS.iter().find(|s| (s.0, s.1) == (year, month)).map_or(usual, |s| s.2);
    if today >= sunset { Err(ApiError::retired_version()) } else { Ok(()) }
}

/// Year and month of `YYYYMM`.
fn month_of(text: &str) -> Option<(i16, i8)> {
    let digits = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
    let (year, month) = text.split_at_checked(4).filter(|_| digits)?;
    Some((year.parse().ok()?, month.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_come_and_go_by_the_calendar() {
        let at = |day: &str| i64::from(calendar::number(day.parse().unwrap())) * 86_400 + 43_200;
        let status = |version: &str, day: &str| check(Some(version), at(day)).map_or_else(|e| e.status, |()| 200);
        for (version, day, wanted) in [
            ("202609", "2026-11-20", 200),
            ("202611", "2026-11-20", 200),
            ("202612", "2026-11-20", 426),
            ("202612", "2026-12-15", 200),
            ("202511", "2026-11-15", 200),
            ("202511", "2026-11-16", 426),
            ("202510", "2026-10-14", 200),
            ("202510", "2026-11-20", 426),
            ("202512", "2026-11-20", 426),
            ("202603", "2027-03-15", 200),
            ("202603", "2027-03-16", 426),
            ("202609", "2027-09-15", 426),
            ("202613", "2026-11-20", 426),
            ("20240101", "2026-11-20", 426),
            ("v26", "2026-11-20", 426),
        ] {
            assert_eq!(status(version, day), wanted, "{version} on {day}");
        }
        assert_eq!(check(None, 0).unwrap_err().status, 400);
        assert_eq!(check(Some(" "), 0).unwrap_err().status, 400);
    }
}

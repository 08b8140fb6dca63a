//! On which day of a year something is.

use super::{Date, ToSpan, Weekday};
use std::str::FromStr;

/// When something is each year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// The same month and day.
    Fixed(i8, i8),
    /// So many days from Easter Sunday.
    Easter(i16),
    /// The first of a weekday on or after a month and day.
    From(Weekday, i8, i8),
}

impl Rule {
    /// The day in a year; `None` where it has none.
    pub(super) fn day(self, year: i16) -> Option<Date> {
        match self {
            Self::Fixed(month, day) => Date::new(year, month, day).ok(),
            Self::Easter(off) => easter_sunday(year)?.checked_add(i64::from(off).days()).ok(),
            Self::From(weekday, month, day) => {
                let first = Date::new(year, month, day).ok()?;
                first.checked_add(i64::from(first.weekday().until(weekday)).days()).ok()
            }
        }
    }
}

impl FromStr for Rule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("'{text}' is no rule: write 12-25, easter+39 or friday from 11-23");
        if let Some(off) = text.strip_prefix("easter") {
            return if off.is_empty() { Ok(Self::Easter(0)) } else { off.parse().map(Self::Easter).map_err(|_| bad()) };
        }
        let date = |text: &str| {
            let (month, day) = text.split_once('-')?;
            let (month, day) = (month.parse().ok()?, day.parse().ok()?);
            // In a year of 365 days, so that every year has it.
            Date::new(2025, month, day).ok().map(|_| (month, day))
        };
        match text.split_once(" from ") {
            Some((name, from)) => {
                let weekday = weekday(name).ok_or_else(bad)?;
                date(from).map(|(month, day)| Self::From(weekday, month, day)).ok_or_else(bad)
            }
            None => date(text).map(|(month, day)| Self::Fixed(month, day)).ok_or_else(bad),
        }
    }
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

/// The first Sunday after the church's full moon of spring, by its tables of the Gregorian calendar.
fn easter_sunday(year: i16) -> Option<Date> {
    let year = i32::from(year);
    let century = year / 100 + 1;
    // Days by which leap years left out and the moon's own drift have moved the tables.
    let (solar, lunar) = (3 * century / 4 - 12, (8 * century + 5) / 25 - 5);
    let golden = year % 19 + 1;
    let mut epact = (11 * golden + 20 + lunar - solar).rem_euclid(30);
    if epact == 24 || (epact == 25 && golden > 11) {
        epact += 1;
    }
    let moon = if epact > 23 { 74 - epact } else { 44 - epact };
    // The full moon as a day of March, 1 to 31 and on.
    let march = i16::try_from(year).ok().and_then(|year| Date::new(year, 3, 1).ok())?;
    let full = march.checked_add(i64::from(moon - 1).days()).ok()?;
    let after = full.tomorrow().ok()?;
    after.checked_add(i64::from(after.weekday().until(Weekday::Sunday)).days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_is_where_the_church_has_it() {
        for (year, month, day) in [
            (1954, 4, 18),
            (1981, 4, 19),
            (2000, 4, 23),
            (2008, 3, 23),
            (2011, 4, 24),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2038, 4, 25),
        ] {
            assert_eq!(easter_sunday(year), Date::new(year, month, day).ok(), "{year}");
        }
    }

    #[test]
    fn what_is_no_rule_is_named() {
        for text in ["", "02-30", "13-01", "easter39x", "someday from 01-01", "friday from 40-40", "friday"] {
            assert!(text.parse::<Rule>().is_err_and(|error| error.contains(text)), "{text}");
        }
        assert_eq!("easter-2".parse(), Ok(Rule::Easter(-2)));
        assert_eq!("friday from 11-23".parse(), Ok(Rule::From(Weekday::Friday, 11, 23)));
    }
}

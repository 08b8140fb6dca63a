//! The days on which the bank publishes rates: those on which the euro area's payment system is open, in the afternoon of Frankfurt.

use crate::world::calendar::{day, number, stamp, weekday};
use trimtab_domain::Day;

/// The first day there are rates of.
pub(crate) const FIRST: Day = jiff::civil::date(1999, 1, 4);
/// The local hour at which a day's rates appear.
const HOUR: i8 = 16;

/// Whether there are rates of a day.
pub(crate) fn is_open(number: i32) -> bool {
    let date = day(number);
    let fixed = matches!((date.month(), date.day()), (1 | 5, 1) | (12, 25 | 26));
    let easter = number - easter_sunday(date.year());
    weekday(number) < 5 && !fixed && easter != -2 && easter != 1
}

/// The number of a year's Easter Sunday, by the usual arithmetic of the Gregorian calendar.
fn easter_sunday(year: i16) -> i32 {
    let year = i32::from(year);
    let (golden, century, rest) = (year % 19, year / 100, year % 100);
    let moon = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    let sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4) % 7;
    let late = (golden + 11 * moon + 22 * sunday) / 451;
    let days = moon + sunday - 7 * late + 114;
    let part = |n: i32| i8::try_from(n).unwrap_or(1);
    number(jiff::civil::date(i16::try_from(year).unwrap_or(1), part(days / 31), part(days % 31 + 1)))
}

/// The number of the last day whose rates are out at an instant, and the instant they came out.
pub(crate) fn latest(now: i64) -> (i32, i64) {
    let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap_or(jiff::tz::TimeZone::UTC);
    let local = stamp(now).to_zoned(zone.clone());
    let today = number(local.date());
    let newest = if local.hour() >= HOUR { today } else { today - 1 };
    let at = (0..8).map(|back| newest - back).find(|d| is_open(*d)).unwrap_or(newest);
    let out = zone.to_ambiguous_timestamp(day(at).at(HOUR, 0, 0, 0)).compatible().map_or(now, |t| t.as_second());
    (at, out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn at(instant: &str) -> String {
        let now: jiff::Timestamp = instant.parse().unwrap();
        day(latest(now.as_second()).0).to_string()
    }

    #[test]
    fn holidays_of_the_payment_system_are_left_out() {
        for closed in [
            date(2026, 1, 1),
            date(2026, 4, 3),
            date(2026, 4, 6),
            date(2026, 5, 1),
            date(2026, 12, 25),
            date(2026, 11, 21),
            date(2026, 11, 22),
            date(2024, 3, 29),
            date(2024, 4, 1),
            date(2038, 4, 23),
        ] {
            assert!(!is_open(number(closed)), "{closed}");
        }
        for open in [FIRST, date(2026, 4, 2), date(2026, 4, 7), date(2026, 12, 24), date(2026, 12, 31), date(2026, 5, 14)] {
            assert!(is_open(number(open)), "{open}");
        }
    }

    #[test]
    fn rates_come_out_in_the_afternoon_of_frankfurt() {
        assert_eq!(at("2026-11-20T12:00:00Z"), "2026-11-19");
        assert_eq!(at("2026-11-20T14:59:59Z"), "2026-11-19");
        assert_eq!(at("2026-11-20T15:00:00Z"), "2026-11-20", "16:00 in winter");
        assert_eq!(at("2026-11-22T20:00:00Z"), "2026-11-20", "nothing at weekends");
        assert_eq!(at("2026-07-01T13:59:59Z"), "2026-06-30");
        assert_eq!(at("2026-07-01T14:00:00Z"), "2026-07-01", "16:00 in summer");
        assert_eq!(at("2026-04-07T12:00:00Z"), "2026-04-02", "Easter is four days without");
    }
}

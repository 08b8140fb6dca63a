//! Times as they are asked for and told: civil times of a zone, intervals of it, and named stretches of the account's own calendar.

use super::{account::Account, error::ApiError};
use crate::world::calendar::stamp;
use jiff::{
    Span,
    civil::{Date, DateTime, Weekday},
    tz::TimeZone,
};
use trimtab_domain::Zone;

/// How finely time is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interval {
    Hour,
    Day,
    Week,
    Month,
}

/// Zones that the platform does not know.
const STRANGE: [&str; 3] = ["Factory", "Europe/Kyiv", "Pacific/Kanton"];

/// A zone by its name.
pub(crate) fn zone(name: &str) -> Result<TimeZone, ApiError> {
    let known = || TimeZone::get(name).ok().filter(|zone| zone.iana_name() == Some(name));
    known()
        .filter(|_| !STRANGE.contains(&name))
        .ok_or_else(|| ApiError::field("timezone", format_args!("'{name}' is not a valid timezone.")))
}

/// The zone of an account.
pub(crate) fn own_zone(of: &Account) -> TimeZone {
    let zone: &Zone = of.calendar.zone();
    zone.tz().clone()
}

/// A civil time from text, whatever offset it names.
pub(crate) fn civil(text: &str) -> Option<DateTime> {
    let text = text.trim();
    if text.len() == 10 {
        return text.parse::<Date>().ok().map(|date| date.at(0, 0, 0, 0));
    }
    let time = text.get(11..)?;
    let end = time.find(['+', '-', 'Z']).map_or(text.len(), |at| at + 11);
    text.get(..end)?.parse().ok()
}

/// The instant of a text: its own offset decides, and without one the zone.
pub(crate) fn instant(text: &str, zone: &TimeZone) -> Option<i64> {
    match text.parse::<jiff::Timestamp>() {
        Ok(at) => Some(at.as_second()),
        Err(_) => civil(text).map(|at| start(at, zone)),
    }
}

/// The instant of a civil time.
pub(crate) fn start(at: DateTime, zone: &TimeZone) -> i64 {
    zone.to_ambiguous_timestamp(at).compatible().map_or(0, |t| t.as_second())
}

/// The starts of all intervals between two instants, the first one cut down to its own beginning.
pub(crate) fn starts(interval: Interval, (from, to): (i64, i64), zone: &TimeZone) -> Vec<i64> {
    if interval == Interval::Hour {
        let first = from - from.rem_euclid(3_600);
        return (0..).map(|i| first + i * 3_600).take_while(|at| *at < to).collect();
    }
    let mut date = stamp(from).to_zoned(zone.clone()).date();
    match interval {
        Interval::Week => date = date.saturating_sub(Span::new().days(i64::from(date.weekday().since(Weekday::Monday)))),
        Interval::Month => date = date.first_of_month(),
        Interval::Day | Interval::Hour => {}
    }
    let step = match interval {
        Interval::Week => Span::new().weeks(1),
        Interval::Month => Span::new().months(1),
        Interval::Day | Interval::Hour => Span::new().days(1),
    };
    let mut starts = Vec::new();
    loop {
        let at = start(date.at(0, 0, 0, 0), zone);
        let next = date.saturating_add(step);
        if at >= to || next == date {
            return starts;
        }
        starts.push(at);
        date = next;
    }
}

/// An instant with the offset of a zone.
pub(crate) fn told(at: i64, zone: &TimeZone) -> String {
    let zoned = stamp(at).to_zoned(zone.clone());
    zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The same in UTC, as objects show their times.
pub(crate) fn iso(at: i64) -> String {
    told(at, &TimeZone::UTC)
}

/// The first and the last instant of a named stretch. Stretches of so many days end with today, those of whole weeks, months and years before
/// the present one.
pub(crate) fn named(key: &str, now: i64, zone: &TimeZone) -> Option<(i64, i64)> {
    let today = stamp(now).to_zoned(zone.clone()).date();
    let tomorrow = today.saturating_add(Span::new().days(1));
    let back = |days: i64| today.saturating_sub(Span::new().days(days));
    let week = back(i64::from(today.weekday().since(Weekday::Monday)));
    let month = today.first_of_month();
    let year = today.first_of_year();
    let months = |many: i64| month.saturating_sub(Span::new().months(many));
    let (from, to) = match key {
        "today" => (today, tomorrow),
        "yesterday" => (back(1), today),
        "last_7_days" => (back(6), tomorrow),
        "last_30_days" => (back(29), tomorrow),
        "last_90_days" => (back(89), tomorrow),
        "last_365_days" => (back(364), tomorrow),
        "this_week" => (week, tomorrow),
        "last_week" => (week.saturating_sub(Span::new().weeks(1)), week),
        "this_month" => (month, tomorrow),
        "last_month" => (months(1), month),
        "last_3_months" => (months(3), month),
        "last_12_months" => (months(12), month),
        "this_year" => (year, tomorrow),
        "last_year" => (year.saturating_sub(Span::new().years(1)), year),
        _ => return None,
    };
    Some((start(from.at(0, 0, 0, 0), zone), start(to.at(0, 0, 0, 0), zone)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_times_are_read_whatever_offset_they_name() {
        let noon = jiff::civil::date(2026, 11, 1).at(12, 0, 0, 0);
        for text in ["2026-11-01T12:00:00", "2026-11-01T12:00:00Z", "2026-11-01T12:00:00.000000", "2026-11-01T12:00:00+05:30"] {
            assert_eq!(civil(text), Some(noon), "{text}");
        }
        let berlin = zone("Europe/Berlin").unwrap();
        assert_eq!(instant("2026-11-01T12:00:00", &berlin), instant("2026-11-01T11:00:00Z", &berlin));
        assert!(zone("Europe/Kyiv").is_err() && zone("europe/berlin").is_err() && zone("Mars/Olympus").is_err());
    }

    #[test]
    fn intervals_begin_with_their_zone() {
        let berlin = zone("Europe/Berlin").unwrap();
        let range = (instant("2026-10-24T00:00:00", &berlin).unwrap(), instant("2026-10-27T00:00:00", &berlin).unwrap());
        let days: Vec<String> = starts(Interval::Day, range, &berlin).into_iter().map(|at| told(at, &berlin)).collect();
        assert_eq!(days, ["2026-10-24T00:00:00+02:00", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"]);
        assert_eq!(starts(Interval::Hour, range, &berlin).len(), 73);
        assert_eq!(told(starts(Interval::Week, range, &berlin)[0], &berlin), "2026-10-19T00:00:00+02:00");
        assert_eq!(told(starts(Interval::Month, range, &berlin)[0], &berlin), "2026-10-01T00:00:00+02:00");
        let now = instant("2026-11-20T12:00:00Z", &berlin).unwrap();
        let named = named("last_month", now, &berlin).unwrap();
        assert_eq!(
            (told(named.0, &berlin), told(named.1, &berlin)),
            ("2026-10-01T00:00:00+02:00".into(), "2026-11-01T00:00:00+01:00".into())
        );
    }
}

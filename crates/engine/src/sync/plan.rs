//! Which days of an account are due: never read, or read while the platform could still restate them.

use crate::limits;
use jiff::ToSpan;
use trimtab_connect::settled_through;
use trimtab_domain::{Day, DayRange, Source, Zone};
use trimtab_store::FetchedRange;

/// The due days as runs without gaps, oldest first. `from` and `to` narrow or widen what is looked at; a range asked for explicitly is
/// due whatever was read before.
#[must_use]
pub fn due(source: Source, today: Day, zone: &Zone, fetched: &[FetchedRange], from: Option<Day>, to: Option<Day>) -> Vec<DayRange> {
    let explicit = from.is_some() || to.is_some();
    let to = to.unwrap_or(today).min(today);
    let from = from.unwrap_or_else(|| to.saturating_sub(i64::from(limits::BACKFILL_DAYS - 1).days()));
    let Ok(window) = DayRange::new(from, to) else {
        return Vec::new();
    };
    if explicit {
        return vec![window];
    }
    let is_final =
        |day: Day| fetched.iter().any(|f| f.days.contains(day) && settled_through(source, zone.day_at(f.read_at)) >= day);
    let mut ranges: Vec<DayRange> = Vec::new();
    for day in window.days().filter(|day| !is_final(*day)) {
        match ranges.last_mut() {
            Some(last) if last.to().tomorrow().is_ok_and(|next| next == day) => {
                if let Ok(longer) = DayRange::new(last.from(), day) {
                    *last = longer;
                }
            }
            _ => ranges.push(DayRange::single(day)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::day::parse_day;

    fn due_on(today: &str, fetched: &[(&str, &str)]) -> Vec<String> {
        let fetched: Vec<_> =
            fetched.iter().map(|(days, at)| FetchedRange { days: days.parse().unwrap(), read_at: at.parse().unwrap() }).collect();
        let zone = "Europe/Amsterdam".parse().unwrap();
        due(Source::Meta, parse_day(today).unwrap(), &zone, &fetched, None, None).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_first_sync_fetches_the_history() {
        assert_eq!(due_on("2026-11-21", &[]), ["2025-10-18..2026-11-21"]);
    }

    #[test]
    fn later_only_what_may_have_changed() {
        let fetched = [("2025-10-01..2026-11-21", "2026-11-21T12:00:00Z")];
        // Read on the 21st: days up to 23 October were final then.
        assert_eq!(due_on("2026-11-23", &fetched), ["2026-10-24..2026-11-23"]);
    }

    #[test]
    fn holes_of_an_interrupted_backfill_are_filled() {
        let fetched = [("2026-10-01..2026-11-21", "2026-11-21T12:00:00Z"), ("2025-10-01..2026-08-31", "2026-11-21T12:00:00Z")];
        assert_eq!(due_on("2026-11-21", &fetched), ["2026-09-01..2026-09-30", "2026-10-24..2026-11-21"]);
    }

    #[test]
    fn what_is_asked_for_is_due() {
        let day = |text| Some(parse_day(text).unwrap());
        let zone = "UTC".parse().unwrap();
        let today = parse_day("2026-11-21").unwrap();
        let asked = due(Source::Meta, today, &zone, &[], day("2026-11-01"), day("2026-12-31"));
        assert_eq!(asked, ["2026-11-01..2026-11-21".parse().unwrap()], "the future has no facts");
        assert!(due(Source::Meta, today, &zone, &[], day("2026-12-01"), None).is_empty());
    }
}

//! Which days of an account are due, on request and by the clock.
//!
//! On request everything is due that is not final: never read, or read while the platform could still restate it. By the clock a day
//! that may still change is read once a night, today and yesterday once an hour, and history that was never read at any time.

use crate::limits;
use jiff::ToSpan;
use trimtab_connect::settled_through;
use trimtab_domain::{Day, DayRange, Timestamp, Zone};
use trimtab_store::FetchedRange;

/// An account's days at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Calendar<'a> {
    /// Days its platform may restate after they ended.
    pub look_back_days: u16,
    /// The zone its days are cut in.
    pub zone: &'a Zone,
    /// The moment.
    pub now: Timestamp,
    /// What was read of it, and when.
    pub fetched: &'a [FetchedRange],
}

impl Calendar<'_> {
    /// The days due on request as runs without gaps, oldest first. `from` and `to` narrow or widen what is looked at; a range asked for
    /// explicitly is due whatever was read before.
    #[must_use]
    pub fn due(&self, from: Option<Day>, to: Option<Day>) -> Vec<DayRange> {
        let explicit = from.is_some() || to.is_some();
        let today = self.zone.day_at(self.now);
        let to = to.unwrap_or(today).min(today);
        let from = from.unwrap_or_else(|| history_start(to));
        let Ok(window) = DayRange::new(from, to) else {
            return Vec::new();
        };
        if explicit {
            return vec![window];
        }
        runs(window, |day| self.read(day).is_none_or(|read_at| !self.is_final(day, read_at)))
    }

    /// The days due by the clock, likewise.
    #[must_use]
    pub fn due_by_clock(&self) -> Vec<DayRange> {
        let today = self.zone.day_at(self.now);
        let Ok(window) = DayRange::new(history_start(today), today) else {
            return Vec::new();
        };
        let hot = today.saturating_sub(1.day());
        let (an_hour_ago, last_night) = (self.now - limits::HOT_EVERY, self.last_night(today));
        runs(window, |day| match self.read(day) {
            None => true,
            Some(read_at) if self.is_final(day, read_at) => false,
            Some(read_at) if day >= hot => read_at <= an_hour_ago,
            Some(read_at) => read_at < last_night,
        })
    }

    /// The days before today that are due and were never read, where these were.
    #[must_use]
    pub fn unread(zone: &Zone, now: Timestamp, read: &[DayRange]) -> Vec<DayRange> {
        let today = zone.day_at(now);
        let Ok(window) = DayRange::new(history_start(today), today.saturating_sub(1.day())) else { return Vec::new() };
        runs(window, |day| !read.iter().any(|run| run.contains(day)))
    }

    fn read(&self, day: Day) -> Option<Timestamp> {
        self.fetched.iter().filter(|f| f.days.contains(day)).map(|f| f.read_at).max()
    }

    fn is_final(&self, day: Day, read_at: Timestamp) -> bool {
        settled_through(self.look_back_days, self.zone.day_at(read_at)) >= day
    }

    /// The last time the nightly hour struck in the account's zone. Where a clock change leaves that hour out, the one after it.
    fn last_night(&self, today: Day) -> Timestamp {
        let struck = |day: Day| {
            let local = day.at(limits::NIGHTLY_HOUR, 0, 0, 0);
            self.zone.tz().to_ambiguous_timestamp(local).compatible().unwrap_or(self.now)
        };
        let tonight = struck(today);
        if tonight <= self.now { tonight } else { struck(today.saturating_sub(1.day())) }
    }
}

/// The first day of the history that is kept up.
pub(crate) fn history_start(to: Day) -> Day {
    to.saturating_sub(i64::from(limits::BACKFILL_DAYS - 1).days())
}

/// The days of a window that pass, as runs without gaps.
fn runs(window: DayRange, due: impl Fn(Day) -> bool) -> Vec<DayRange> {
    runs_of(window.days().filter(|day| due(*day)))
}

/// Days in order as runs without gaps.
pub(crate) fn runs_of(days: impl Iterator<Item = Day>) -> Vec<DayRange> {
    let mut ranges: Vec<DayRange> = Vec::new();
    for day in days {
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

    const READ: [(&str, &str); 1] = [("2025-10-01..2026-11-21", "2026-11-21T12:00:00Z")];

    /// What is due, on request and by the clock, for an account in Amsterdam.
    fn due_at(now: &str, fetched: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let fetched: Vec<_> =
            fetched.iter().map(|(days, at)| FetchedRange { days: days.parse().unwrap(), read_at: at.parse().unwrap() }).collect();
        let zone = "Europe/Amsterdam".parse().unwrap();
        let calendar = Calendar { look_back_days: 28, zone: &zone, now: now.parse().unwrap(), fetched: &fetched };
        let text = |ranges: Vec<DayRange>| ranges.iter().map(ToString::to_string).collect();
        (text(calendar.due(None, None)), text(calendar.due_by_clock()))
    }

    #[test]
    fn a_first_sync_fetches_the_history() {
        let (asked, by_clock) = due_at("2026-11-21T12:00:00Z", &[]);
        assert_eq!(asked, ["2025-10-18..2026-11-21"]);
        assert_eq!(by_clock, asked);
    }

    #[test]
    fn later_only_what_may_have_changed() {
        // Read on the 21st: days up to 23 October were final then.
        assert_eq!(due_at("2026-11-23T12:00:00Z", &READ).0, ["2026-10-24..2026-11-23"]);
    }

    #[test]
    fn by_the_clock_recent_days_are_due_hourly_and_open_ones_nightly() {
        let due = |now| due_at(now, &READ).1;
        assert!(due("2026-11-21T12:59:00Z").is_empty(), "within the hour");
        assert_eq!(due("2026-11-21T13:00:00Z"), ["2026-11-20..2026-11-21"]);
        // 02:59 in Amsterdam: the new day is unread, and the night's reading is still to come.
        assert_eq!(due("2026-11-22T01:59:00Z"), ["2026-11-21..2026-11-22"]);
        assert_eq!(due("2026-11-22T02:00:00Z"), ["2026-10-24..2026-11-22"]);
        let mut read = READ.to_vec();
        read.push(("2026-10-24..2026-11-22", "2026-11-22T02:10:00Z"));
        assert!(due_at("2026-11-22T03:00:00Z", &read).1.is_empty(), "done for this night");
    }

    #[test]
    fn the_night_a_clock_is_put_forward_is_not_missed() {
        // Amsterdam skips 02:00 to 03:00 on 29 March 2026; 03:00 is 01:00 UTC.
        let read = [("2025-01-01..2026-03-28", "2026-03-28T22:00:00Z")];
        assert_eq!(due_at("2026-03-29T00:59:00Z", &read).1, ["2026-03-28..2026-03-29"]);
        assert_eq!(due_at("2026-03-29T01:00:00Z", &read).1, ["2026-02-28..2026-03-29"]);
    }

    #[test]
    fn slow_conversions_keep_days_open_longer() {
        let fetched = [FetchedRange { days: READ[0].0.parse().unwrap(), read_at: READ[0].1.parse().unwrap() }];
        let zone = "Europe/Amsterdam".parse().unwrap();
        let calendar = |look_back_days| Calendar {
            look_back_days,
            zone: &zone,
            now: "2026-11-23T12:00:00Z".parse().unwrap(),
            fetched: &fetched,
        };
        assert_eq!(calendar(30).due(None, None)[0].from().to_string(), "2026-10-22");
        assert_eq!(calendar(90).due(None, None)[0].from().to_string(), "2026-08-23");
    }

    #[test]
    fn holes_of_an_interrupted_backfill_are_filled() {
        let fetched = [("2026-10-01..2026-11-21", "2026-11-21T12:00:00Z"), ("2025-10-01..2026-08-31", "2026-11-21T12:00:00Z")];
        let (asked, by_clock) = due_at("2026-11-21T12:00:00Z", &fetched);
        assert_eq!(asked, ["2026-09-01..2026-09-30", "2026-10-24..2026-11-21"]);
        assert_eq!(by_clock, ["2026-09-01..2026-09-30"]);
    }

    #[test]
    fn what_is_asked_for_is_due() {
        let day = |text| Some(parse_day(text).unwrap());
        let zone = "UTC".parse().unwrap();
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let calendar = Calendar { look_back_days: 28, zone: &zone, now, fetched: &[] };
        let asked = calendar.due(day("2026-11-01"), day("2026-12-31"));
        assert_eq!(asked, ["2026-11-01..2026-11-21".parse().unwrap()], "the future has no facts");
        assert!(calendar.due(day("2026-12-01"), None).is_empty());
    }
}

//! Days as ad platforms cut them: civil dates in an account's own zone. A day is not 24 hours and never an instant.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A civil date. Which instants it covers depends on the zone of the account it was reported for.
pub type Day = Date;

/// What can be wrong with days and zones.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DayError {
    /// Not `YYYY-MM-DD`.
    #[error("'{0}' is not a day: use YYYY-MM-DD")]
    NotADay(String),
    /// First day after the last.
    #[error("the range {from}..{to} ends before it starts")]
    Backwards {
        /// First day given.
        from: Day,
        /// Last day given.
        to: Day,
    },
    /// Not in the IANA database.
    #[error("'{0}' is not a time zone: use an IANA name such as Europe/Amsterdam")]
    NotAZone(String),
}

/// Reads `YYYY-MM-DD`.
///
/// # Errors
/// When it is not a date.
pub fn parse_day(text: &str) -> Result<Day, DayError> {
    Day::strptime("%Y-%m-%d", text).map_err(|_| DayError::NotADay(text.to_owned()))
}

/// A non-empty run of days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DayRange {
    from: Day,
    to: Day,
}

impl DayRange {
    /// From one day to another, both included.
    ///
    /// # Errors
    /// When `to` is before `from`.
    pub fn new(from: Day, to: Day) -> Result<Self, DayError> {
        if to < from { Err(DayError::Backwards { from, to }) } else { Ok(Self { from, to }) }
    }

    /// One day.
    #[must_use]
    pub const fn single(day: Day) -> Self {
        Self { from: day, to: day }
    }

    /// The `count` days that end with `to` (at least one).
    #[must_use]
    pub fn ending(to: Day, count: u16) -> Self {
        Self { from: to.saturating_sub(i64::from(count.max(1) - 1).days()), to }
    }

    /// First day.
    #[must_use]
    pub const fn from(&self) -> Day {
        self.from
    }

    /// Last day.
    #[must_use]
    pub const fn to(&self) -> Day {
        self.to
    }

    /// Number of days, at least 1.
    #[must_use]
    pub fn len(&self) -> u32 {
        let days = self.from.until(self.to).map_or(0, |span| span.get_days());
        u32::try_from(days).unwrap_or(0) + 1
    }

    /// Never: a range holds at least one day.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// Whether `day` lies inside.
    #[must_use]
    pub fn contains(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// The days, oldest first.
    pub fn days(&self) -> impl DoubleEndedIterator<Item = Day> + use<> {
        let from = self.from;
        (0..self.len()).map(move |i| from.saturating_add(i64::from(i).days()))
    }

    /// The days both ranges hold.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        Self::new(self.from.max(other.from), self.to.min(other.to)).ok()
    }

    /// The equally long range just before this one.
    #[must_use]
    pub fn previous(&self) -> Self {
        let to = self.from.saturating_sub(1.days());
        Self { from: to.saturating_sub(i64::from(self.len() - 1).days()), to }
    }

    /// The same days one year earlier (29 February becomes the 28th).
    #[must_use]
    pub fn year_before(&self) -> Self {
        Self { from: self.from.saturating_sub(1.year()), to: self.to.saturating_sub(1.year()) }
    }

    /// Cuts the range into pieces of at most `days` days, newest first.
    #[must_use]
    pub fn chunks_newest_first(&self, days: u16) -> Vec<Self> {
        let mut pieces = Vec::new();
        let mut to = self.to;
        loop {
            let from = Self::ending(to, days).from.max(self.from);
            pieces.push(Self { from, to });
            if from == self.from {
                return pieces;
            }
            to = from.saturating_sub(1.days());
        }
    }
}

impl fmt::Display for DayRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.to)
    }
}

impl FromStr for DayRange {
    type Err = DayError;

    /// Reads `YYYY-MM-DD..YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, DayError> {
        let (from, to) = text.split_once("..").ok_or_else(|| DayError::NotADay(text.to_owned()))?;
        Self::new(parse_day(from)?, parse_day(to)?)
    }
}

/// An IANA time zone known to exist.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(TimeZone);

impl Zone {
    /// The IANA name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// Which day it is in this zone at an instant.
    #[must_use]
    pub fn day_at(&self, at: Timestamp) -> Day {
        self.0.to_datetime(at).date()
    }

    /// The underlying zone, for arithmetic across daylight-saving edges.
    #[must_use]
    pub const fn tz(&self) -> &TimeZone {
        &self.0
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Zone {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        TimeZone::get(text).map(Self).map_err(|_| DayError::NotAZone(text.to_owned()))
    }
}

impl TryFrom<String> for Zone {
    type Error = DayError;

    fn try_from(text: String) -> Result<Self, DayError> {
        text.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(text: &str) -> DayRange {
        text.parse().unwrap()
    }

    #[test]
    fn neighbours_and_chunks() {
        let week = range("2026-03-01..2026-03-07");
        assert_eq!(week.len(), 7);
        assert_eq!(week.previous(), range("2026-02-22..2026-02-28"));
        assert_eq!(range("2024-02-29..2024-03-01").year_before(), range("2023-02-28..2023-03-01"));
        let chunks = week.chunks_newest_first(3);
        assert_eq!(chunks, ["2026-03-05..2026-03-07", "2026-03-02..2026-03-04", "2026-03-01..2026-03-01"].map(range));
        assert!("2026-03-02..2026-03-01".parse::<DayRange>().is_err());
        assert!(parse_day("2026-02-30").is_err());
    }

    #[test]
    fn a_day_depends_on_the_zone() {
        let at: Timestamp = "2026-11-21T03:00:00Z".parse().unwrap();
        let day = |zone: &str| zone.parse::<Zone>().unwrap().day_at(at).to_string();
        assert_eq!(day("America/Los_Angeles"), "2026-11-20");
        assert_eq!(day("Asia/Tokyo"), "2026-11-21");
        assert!("Mars/Olympus".parse::<Zone>().is_err());
    }

    proptest! {
        #[test]
        fn chunks_cover_exactly(start in 0_i64..3000, len in 1_u16..900, size in 1_u16..100) {
            let to = jiff::civil::date(2020, 1, 1).saturating_add(start.days());
            let whole = DayRange::ending(to, len);
            let mut days: Vec<_> = whole.chunks_newest_first(size).iter().flat_map(|c| c.days().rev().collect::<Vec<_>>()).collect();
            days.reverse();
            prop_assert_eq!(days, whole.days().collect::<Vec<_>>());
        }
    }
}

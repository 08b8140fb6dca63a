//! When a point is, by the clock on the wall of the account: what a season follows.

use trimtab_domain::Day;

const DAY_SECONDS: i64 = 86_400;
const EPOCH: Day = Day::constant(1970, 1, 1);

/// Seconds since 1970-01-01 00:00 by the clock on the wall, in the account's own zone. No instant: the night a clock is put back
/// holds an hour twice, and only one of the two can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wall(i64);

impl Wall {
    /// A day, at its midnight.
    #[must_use]
    pub fn day(day: Day) -> Self {
        Self(EPOCH.until(day).map_or(0, |span| i64::from(span.get_days())) * DAY_SECONDS)
    }

    /// An hour of a day, 0 to 23.
    #[must_use]
    pub fn hour(day: Day, hour: u8) -> Self {
        Self(Self::day(day).0 + i64::from(hour) * 3_600)
    }

    /// From seconds since 1970-01-01 00:00 on the wall.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970-01-01 00:00 on the wall.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    fn weekday(self) -> usize {
        // The epoch was a Thursday; Monday is 0.
        usize::try_from((self.0.div_euclid(DAY_SECONDS) + 3).rem_euclid(7)).unwrap_or(0)
    }
}

/// How far apart the points of a series are, and so which season they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cadence {
    /// A point a day; the season is the week.
    Daily,
    /// A point an hour; the season is the day, with weekends apart.
    Hourly,
    /// A point every so many minutes (1 to 60); seasons as for hours.
    Minutes(u8),
}

/// Lengths in points that follow from a cadence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lengths {
    /// Points between two looks at what is usual.
    pub(crate) refit: usize,
    /// Points of which the level is the median.
    pub(crate) level: usize,
    /// Points the profile of the season is learnt from.
    pub(crate) profile: usize,
    /// Points the tails are learnt from.
    pub(crate) tail: usize,
    /// Points before the first is judged.
    pub(crate) warm_up: usize,
    /// Places of the season.
    pub(crate) slots: usize,
}

impl Cadence {
    pub(crate) fn lengths(self) -> Lengths {
        let day = match self {
            Self::Daily => {
                return Lengths { refit: 1, level: 28, profile: 56, tail: 365, warm_up: 28, slots: 7 };
            }
            Self::Hourly => 24,
            Self::Minutes(minutes) => 1_440 / usize::from(minutes.clamp(1, 60)),
        };
        Lengths { refit: day, level: 7 * day, profile: 28 * day, tail: 60 * day, warm_up: 7 * day, slots: 24 }
    }

    /// The place of the season, and 1 where another kind of day has a level of its own.
    pub(crate) fn place(self, at: Wall) -> (usize, usize) {
        match self {
            Self::Daily => (at.weekday(), 0),
            Self::Hourly | Self::Minutes(_) => {
                let hour = usize::try_from(at.0.rem_euclid(DAY_SECONDS) / 3_600).unwrap_or(0);
                (hour, usize::from(at.weekday() >= 5))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::day::parse_day;

    #[test]
    fn places_follow_the_wall() {
        let saturday = parse_day("2026-03-07").unwrap();
        assert_eq!(Cadence::Daily.place(Wall::day(saturday)), (5, 0));
        assert_eq!(Cadence::Hourly.place(Wall::hour(saturday, 17)), (17, 1));
        let monday = parse_day("1969-12-29").unwrap();
        assert_eq!(Cadence::Hourly.place(Wall::hour(monday, 23)), (23, 0));
    }
}

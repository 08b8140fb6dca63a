//! In which beats a series repeats itself, counted in its own steps.

/// The seasons a series may have. What is longer than half of its history is left out by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Rhythm {
    /// Ascending, each at least 2.
    periods: Vec<usize>,
    /// A year in steps, where waves of a year make sense.
    year: Option<f64>,
}

impl Rhythm {
    /// Hours: a day and a week.
    #[must_use]
    pub fn hourly() -> Self {
        Self { periods: vec![24, 168], year: None }
    }

    /// Days: a week, and a year of 52 weeks, so that weekdays fall on weekdays.
    #[must_use]
    pub fn daily() -> Self {
        Self { periods: vec![7, 364], year: Some(365.25) }
    }

    /// Weeks: a year.
    #[must_use]
    pub fn weekly() -> Self {
        Self { periods: vec![52], year: Some(365.25 / 7.0) }
    }

    /// Any seasons, or none. A period of one is no season.
    #[must_use]
    pub fn of(periods: &[usize]) -> Self {
        let mut periods: Vec<usize> = periods.iter().copied().filter(|&p| p > 1).collect();
        periods.sort_unstable();
        periods.dedup();
        Self { periods, year: None }
    }

    /// The shortest season, if `known` values hold it twice, else one: what "the same as last time" means.
    pub(crate) fn shortest_in(&self, known: usize) -> usize {
        self.periods.first().copied().filter(|p| *p <= known / 2).unwrap_or(1)
    }

    /// Seasons seen at least twice in `known` values, with enough to spare to tell them from chance.
    pub(crate) fn seen_in(&self, known: usize) -> Vec<usize> {
        self.periods.iter().copied().filter(|p| *p <= known.saturating_sub(5) / 2).collect()
    }

    /// A year, once `known` values hold more than one of it.
    pub(crate) fn year_seen_in(&self, known: usize) -> Option<f64> {
        self.year.filter(|year| known as f64 >= 1.25 * year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seasons_longer_than_half_the_past_are_left_out() {
        assert_eq!(Rhythm::daily().seen_in(100), [7]);
        assert_eq!(Rhythm::daily().seen_in(800), [7, 364]);
        assert_eq!(Rhythm::daily().year_seen_in(400), None);
        assert_eq!(Rhythm::of(&[12, 1, 4, 12]).seen_in(100), [4, 12]);
        assert_eq!(Rhythm::daily().shortest_in(14), 7);
        assert_eq!(Rhythm::of(&[usize::MAX]).shortest_in(1000), 1);
    }
}

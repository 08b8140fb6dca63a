//! Conversion lag: how much of a day's figure is in at which age, learnt from how past days were restated, and put right.
//!
//! Chain ladder (Mack 1993), as insurers complete claims that are still coming in: the factor from one age to the next is the sum
//! over days of the later figure over the sum of the earlier, for days seen at both; the share in at an age is one over the product
//! of the factors that follow. The corrected figure is a mean of what was seen ÷ share and of what days usually come to, weighed by
//! how far each has been from the truth on past days. How far corrected figures of settled days were off gives the interval.
//!
//! It assumes that lag stays what it was: a new attribution window or a slower checkout must be learnt anew. Shares above one are
//! possible (returns, cleaned clicks). What was seen as zero is corrected towards the usual, never left at a certain zero.

use super::limits::{LEARNT_DAYS_MIN, TRUSTED_SHARE_MIN};
use super::outlook::Because;

/// A day's figure as it was read at several ages.
#[derive(Debug, Clone, PartialEq)]
pub struct Restated {
    /// Age in whole days and the figure read then, ascending by age; a figure holds until the next was read.
    pub seen: Vec<(usize, f64)>,
}

/// What was learnt.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// Share in at each age from 0; at the window's end it is one.
    shares: Vec<f64>,
    /// Per age, how much of the correction rests on the figure seen; the rest on the usual.
    trust: Vec<f64>,
    /// Per age, how far corrected figures were off, in shares of themselves, ascending.
    off: Vec<Vec<f64>>,
    usual: f64,
}

/// A provisional figure put right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corrected {
    /// What it is expected to come to.
    pub value: f64,
    /// Lower bound at the level asked for; not below what is certain only if figures never shrink, so it may be below what was
    /// seen.
    pub lower: f64,
    /// Upper bound.
    pub upper: f64,
    /// Share of it that is in.
    pub share: f64,
}

impl Restated {
    /// The figure as it stood at an age: the last one read by then.
    fn at(&self, age: usize) -> Option<f64> {
        self.seen.iter().take_while(|(read, _)| *read <= age).last().map(|(_, value)| *value).filter(|v| v.is_finite())
    }

    fn oldest(&self) -> usize {
        self.seen.last().map_or(0, |(age, _)| *age)
    }
}

impl Completion {
    /// Learns from days and how they were restated. After `window` days a figure is final.
    ///
    /// # Errors
    /// [`Because::TooFewSettled`] where too few days were followed to their end.
    pub fn learn(days: &[Restated], window: usize) -> Result<Self, Because> {
        let settled: Vec<(&Restated, f64)> =
            days.iter().filter(|day| day.oldest() >= window).filter_map(|day| Some((day, day.at(window)?))).collect();
        if settled.len() < LEARNT_DAYS_MIN {
            return Err(Because::TooFewSettled { settled: settled.len(), needed: LEARNT_DAYS_MIN });
        }
        let mut shares = vec![1.0; window + 1];
        for age in (0..window).rev() {
            shares[age] = shares[age + 1] / factor(days, age);
        }
        let usual = settled.iter().map(|(_, last)| last).sum::<f64>() / settled.len() as f64;
        let mut completion = Self { shares, trust: Vec::new(), off: Vec::new(), usual };
        for age in 0..=window {
            let seen: Vec<(f64, f64)> = settled.iter().filter_map(|(day, last)| Some((day.at(age)?, *last))).collect();
            completion.trust.push(completion.trusted(age, &seen));
            let mut off: Vec<f64> = seen.iter().map(|&(seen, last)| completion.miss(age, seen, last)).collect();
            off.sort_by(f64::total_cmp);
            completion.off.push(off);
        }
        Ok(completion)
    }

    /// The share of the final figure that is in at an age; one from the window's end on.
    #[must_use]
    pub fn share(&self, age: usize) -> f64 {
        self.shares.get(age).copied().unwrap_or(1.0)
    }

    /// What a figure seen at an age will come to, between bounds that hold a share `level` of cases. `None` where no settled day
    /// was read at that age or what was seen is no number.
    #[must_use]
    pub fn correct(&self, age: usize, seen: f64, level: f64) -> Option<Corrected> {
        if !seen.is_finite() {
            return None;
        }
        let share = self.share(age);
        let Some(off) = self.off.get(age) else {
            return Some(Corrected { value: seen, lower: seen, upper: seen, share });
        };
        let value = self.expected(age, seen);
        let far = quantile(off, level)? * value.abs().max(self.floor());
        Some(Corrected { value, lower: value - far, upper: value + far, share })
    }

    /// Puts right the end of a series of days whose last one has the age `youngest`, each day before it one more. A day of which
    /// less than half is in tells less than its weekday does: it becomes unknown, so that a forecast reaches over it and is wider
    /// for it.
    #[must_use]
    pub fn correct_tail(&self, values: &[Option<f64>], youngest: usize) -> Vec<Option<f64>> {
        let last = values.len().saturating_sub(1);
        let right = |(t, value): (usize, &Option<f64>)| {
            let age = youngest + (last - t);
            if age >= self.shares.len() {
                return *value;
            }
            let trusted = self.share(age) >= TRUSTED_SHARE_MIN;
            value.filter(|_| trusted).and_then(|seen| self.correct(age, seen, 0.5)).map(|corrected| corrected.value)
        };
        values.iter().enumerate().map(right).collect()
    }

    fn ladder(&self, age: usize, seen: f64) -> f64 {
        seen / self.share(age)
    }

    fn expected(&self, age: usize, seen: f64) -> f64 {
        let trust = self.trust.get(age).copied().unwrap_or(1.0);
        trust * self.ladder(age, seen) + (1.0 - trust) * self.usual
    }

    /// The weight that makes the mean of two guesses best: each by the other's mean squared error.
    fn trusted(&self, age: usize, seen: &[(f64, f64)]) -> f64 {
        let by_ladder: f64 = seen.iter().map(|&(seen, last)| (self.ladder(age, seen) - last).powi(2)).sum();
        let by_usual: f64 = seen.iter().map(|&(_, last)| (self.usual - last).powi(2)).sum();
        if by_ladder + by_usual > 0.0 { by_usual / (by_ladder + by_usual) } else { 1.0 }
    }

    fn miss(&self, age: usize, seen: f64, last: f64) -> f64 {
        let expected = self.expected(age, seen);
        (last - expected).abs() / expected.abs().max(self.floor())
    }

    /// So that a day without conversions is not certain to stay so.
    fn floor(&self) -> f64 {
        (self.usual.abs() * 0.01).max(f64::MIN_POSITIVE)
    }
}

/// How much figures grow from an age to the next, over all days seen at both. One where nothing tells.
fn factor(days: &[Restated], age: usize) -> f64 {
    let both = days.iter().filter(|day| day.oldest() > age).filter_map(|day| Some((day.at(age)?, day.at(age + 1)?)));
    let (earlier, later) = both.fold((0.0, 0.0), |(a, b), (earlier, later)| (a + earlier, b + later));
    let factor = later / earlier;
    if factor.is_finite() && factor > 0.0 { factor } else { 1.0 }
}

/// The conformal quantile; beyond the largest it is widened by one part in how many there are.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank is a small whole number above zero")]
fn quantile(ascending: &[f64], level: f64) -> Option<f64> {
    let largest = ascending.last()?;
    let rank = (level * (ascending.len() as f64 + 1.0)).ceil() as usize;
    match ascending.get(rank.max(1) - 1) {
        Some(size) => Some(*size),
        None => Some(largest * (1.0 + 1.0 / ascending.len() as f64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half is in on the day itself, four fifths a day later, all after two.
    fn day(last: f64) -> Restated {
        Restated { seen: vec![(0, 0.5 * last), (1, 0.8 * last), (2, last)] }
    }

    #[test]
    fn shares_are_those_that_were() {
        let days: Vec<_> = (1..=20).map(|i| day(f64::from(i))).collect();
        let completion = Completion::learn(&days, 2).expect("twenty days");
        for (age, want) in [(0, 0.5), (1, 0.8), (2, 1.0), (9, 1.0)] {
            assert!((completion.share(age) - want).abs() < 1e-12);
        }
        let right = completion.correct(0, 30.0, 0.8).expect("a figure");
        assert!((right.value - 60.0).abs() < 1e-9 && right.upper - right.lower < 1e-6, "{right:?}");
    }

    #[test]
    fn days_still_open_teach_the_ages_they_have_reached() {
        let mut days: Vec<_> = (1..=10).map(|i| day(f64::from(i))).collect();
        days.extend((0..90).map(|_| Restated { seen: vec![(0, 1.0), (1, 4.0)] }));
        let completion = Completion::learn(&days, 2).expect("ten settled days");
        // Over all days 117.5 became 404 within a day.
        assert!((completion.share(0) - 0.8 * 117.5 / 404.0).abs() < 1e-9, "{}", completion.share(0));
    }

    #[test]
    fn what_scatters_is_corrected_with_doubt() {
        let days: Vec<_> = (0..40)
            .map(|i| {
                let last = 100.0 + f64::from(i % 5);
                let early = if i % 2 == 0 { 0.2 } else { 0.8 };
                Restated { seen: vec![(0, early * last), (1, last)] }
            })
            .collect();
        let completion = Completion::learn(&days, 1).expect("forty days");
        let right = completion.correct(0, 20.0, 0.8).expect("a figure");
        assert!((right.value - 102.0).abs() < 5.0, "{right:?}");
        assert!(right.lower < 102.0 && right.upper > 102.0);
        assert!(completion.correct(0, 0.0, 0.8).is_some_and(|zero| zero.value > 50.0));
    }

    #[test]
    fn a_tail_is_put_right_where_enough_is_in() {
        let day = |last: f64| Restated { seen: vec![(0, 0.2 * last), (1, 0.8 * last), (2, last)] };
        let days: Vec<_> = (1..=20).map(|i| day(f64::from(i))).collect();
        let completion = Completion::learn(&days, 2).expect("twenty days");
        let tail = completion.correct_tail(&[Some(10.0), Some(10.0), Some(8.0), Some(2.0)], 0);
        assert_eq!((tail[0], tail[1], tail[3]), (Some(10.0), Some(10.0), None));
        assert!(tail[2].is_some_and(|v| (v - 10.0).abs() < 1e-9));
    }

    #[test]
    fn too_few_days_teach_nothing() {
        let days = vec![day(1.0); 3];
        assert_eq!(Completion::learn(&days, 2), Err(Because::TooFewSettled { settled: 3, needed: LEARNT_DAYS_MIN }));
        assert!(Completion::learn(&[], 2).is_err());
    }
}

//! How much more will be spent: the recent level, by the weekday's habit, with what such a projection has been off so far.
//!
//! Rest = level · Σ profile(weekday). The profile is the median ratio of a day to the week around it over ten weeks, drawn towards one
//! by what such ratios scatter (James and Stein 1961); the level is the mean of days divided by their profile, a day three days older weighing half as much. A known
//! change of the budget scales the days before it, so that the level is the one since. An excursion that ended (a typing error put
//! right) is not the level; one that goes on is.
//!
//! The interval is split conformal: the same projection made from days of the past, as many days ahead, and how far the sum was off, as
//! a share of what was told; the quantile, widened for tests that overlap.

use super::{
    days::{later, steps, weekday},
    shift::Part,
};
use trimtab_domain::Day;

/// Days after which a day weighs half as much in the level.
const HALF_LIFE: f64 = 3.0;
/// Days the level looks back on.
const LEVEL_DAYS: usize = 28;
/// Days the weekday's profile looks back on.
const PROFILE_DAYS: usize = 70;
/// Days the tests look back on.
const HISTORY_DAYS: usize = 200;
/// Known days it takes to tell anything.
pub(super) const KNOWN_MIN: usize = 7;
/// Known days a test begins from at least.
const TEST_FROM: usize = 3;
/// Tests at most.
const TESTS_MAX: usize = 24;
/// What the median absolute deviation of a normal variable is multiplied by to give its standard deviation.
const MAD_TO_SIGMA: f64 = 1.4826;
/// Median deviations (as standard deviations) beyond which a day is an excursion.
const EXCURSION: f64 = 5.0;
/// As in forecasts: how much one test that does not overlap others more or less is worth.
const WIDENING: f64 = 0.6;

/// The past a projection rests on.
#[derive(Debug)]
pub(super) struct Past {
    /// The day of `spend[0]`.
    pub(super) first: Day,
    /// Spend by day, to the last day that counts.
    pub(super) spend: Vec<Option<f64>>,
    /// Parts whose budgets are known to have changed.
    pub(super) parts: Vec<Part>,
}

/// What the coming days come to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rest {
    /// Spend by day.
    pub(super) days: Vec<f64>,
    /// Spend per day at the recent level, over a whole week.
    pub(super) level: f64,
    /// How far sums like it were off, as shares of what was told, ascending by size.
    pub(super) off: Vec<f64>,
    /// Tests that do not overlap.
    pub(super) apart: f64,
    /// Days ahead that were tested; fewer than asked for where the past is short.
    pub(super) tested: usize,
}

impl Rest {
    pub(super) fn sum(&self) -> f64 {
        self.days.iter().sum()
    }

    fn widening(&self) -> f64 {
        let longer = (self.days.len() as f64 / self.tested.max(1) as f64).max(1.0).sqrt();
        longer * (1.0 + WIDENING / self.apart.max(1.0))
    }

    /// The share of the rest to either side within which a share `level` of sums lies.
    pub(super) fn reach(&self, level: f64) -> f64 {
        quantile(&self.off, level) * self.widening()
    }

    /// The standard error of the rest as a share of it, and the degrees of freedom it is known with.
    pub(super) fn doubt(&self) -> (f64, f64) {
        let n = self.off.len().max(1) as f64;
        let mean_square = self.off.iter().map(|e| e * e).sum::<f64>() / n;
        (mean_square.sqrt() * self.widening(), self.apart.max(1.0))
    }
}

/// The conformal quantile of ascending sizes; beyond the largest it is widened by one part in how many there are.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank is a small whole number above zero")]
fn quantile(sizes: &[f64], level: f64) -> f64 {
    let Some(largest) = sizes.last() else { return 0.0 };
    let rank = (level * (sizes.len() as f64 + 1.0)).ceil() as usize;
    sizes.get(rank.max(1) - 1).copied().unwrap_or(largest * (1.0 + 1.0 / sizes.len() as f64))
}

impl Past {
    fn weekday(&self, place: usize) -> usize {
        weekday(self.first, place)
    }

    pub(super) fn known(&self) -> usize {
        self.spend.iter().flatten().count()
    }

    /// The first `to` days, as they would be had every change of a budget known by then been made before them.
    fn level_with(&self, to: usize) -> Vec<Option<f64>> {
        let mut spend = self.spend[..to].to_vec();
        self.parts.iter().for_each(|part| part.put_on(&mut spend));
        spend
    }

    /// Spend of the `days` days after the first `to`; `None` where nothing is known.
    fn told(&self, to: usize, days: usize) -> Option<(f64, Vec<f64>)> {
        let spend = self.level_with(to);
        let profile = self.profile(&spend);
        let level = self.level(&spend, &profile)?;
        Some((level, (0..days).map(|h| level * profile[self.weekday(to + h)]).collect()))
    }

    /// Each weekday's factor, of mean one.
    fn profile(&self, spend: &[Option<f64>]) -> [f64; 7] {
        let from = spend.len().saturating_sub(PROFILE_DAYS);
        let mut ratios: [Vec<f64>; 7] = Default::default();
        for t in (from + 3)..spend.len().saturating_sub(3) {
            let week: Option<Vec<f64>> = spend[t - 3..=t + 3].iter().copied().collect();
            let Some(week) = week else { continue };
            let mean = week.iter().sum::<f64>() / 7.0;
            if mean > 0.0 {
                ratios[self.weekday(t)].push(week[3] / mean);
            }
        }
        let middles = ratios.each_mut().map(|of_day| median(of_day).unwrap_or(1.0));
        let away = ratios.iter().zip(middles).flat_map(|(of_day, middle)| of_day.iter().map(move |ratio| (ratio - middle).abs()));
        let noise = MAD_TO_SIGMA * median(&mut away.collect::<Vec<_>>()).unwrap_or(0.0);
        let mut profile = [1.0; 7];
        for ((factor, of_day), middle) in profile.iter_mut().zip(&ratios).zip(middles) {
            let (effect, by_chance) = (middle - 1.0, noise / (of_day.len() as f64).sqrt());
            if of_day.len() > 1 && effect.abs() > by_chance {
                *factor += effect * (1.0 - (by_chance / effect).powi(2));
            }
        }
        let mean = profile.iter().sum::<f64>() / 7.0;
        if mean > 0.0 && profile.iter().all(|p| *p >= 0.0) {
            profile.iter_mut().for_each(|p| *p /= mean);
        } else {
            profile = [1.0; 7];
        }
        profile
    }

    fn level(&self, spend: &[Option<f64>], profile: &[f64; 7]) -> Option<f64> {
        let from = spend.len().saturating_sub(LEVEL_DAYS);
        let even = |t: usize| {
            let usual = profile[self.weekday(t)];
            // A day of the week on which nothing ever runs tells nothing of the level.
            spend[t].filter(|_| usual > 0.05).map(|v| v / usual)
        };
        let days: Vec<(usize, f64)> = (from..spend.len()).filter_map(|t| Some((spend.len() - 1 - t, even(t)?))).collect();
        let values: Vec<f64> = days.iter().map(|(_, v)| *v).collect();
        let kept = without_excursions(&values);
        let weigh = |age: usize| 0.5_f64.powf(age as f64 / HALF_LIFE);
        let both = days.iter().zip(&kept).filter(|(_, kept)| **kept);
        let (sum, weight) = both.fold((0.0, 0.0), |(s, w), ((age, v), _)| (s + v * weigh(*age), w + weigh(*age)));
        (weight > 0.0).then(|| sum / weight)
    }

    /// What the `left` days after the last known one come to, or those from `from` on where that lies later.
    pub(super) fn rest(&self, from: Day, left: usize) -> Option<Rest> {
        let to = self.spend.len();
        let between = steps(later(self.first, to), from).unwrap_or(0);
        let days = left + between;
        if self.known() < KNOWN_MIN {
            return None;
        }
        let (level, mut coming) = self.told(to, days)?;
        for part in &self.parts {
            let level = part.level(to);
            coming.iter_mut().zip(part.coming(to, days)).for_each(|(day, by)| *day = (*day + level * by).max(0.0));
        }
        coming.drain(..between);
        let tested = days.min((to - TEST_FROM) / 2).max(1);
        let (off, apart) = self.tests(tested);
        (!off.is_empty()).then_some(Rest { days: coming, level, off, apart, tested })
    }

    /// How far sums of `days` days were off, and how many of the tests do not overlap.
    fn tests(&self, days: usize) -> (Vec<f64>, f64) {
        let end = self.spend.len();
        let Some(last) = end.checked_sub(days).filter(|last| *last >= TEST_FROM) else { return (vec![], 0.0) };
        let first = TEST_FROM.max((last / 3).min(3 * 7)).max(last.saturating_sub(HISTORY_DAYS));
        let apart = ((last - first) / (TESTS_MAX - 1)).max(1);
        let origins: Vec<usize> = (0..TESTS_MAX).map_while(|k| last.checked_sub(k * apart)).take_while(|o| *o >= first).collect();
        let mut off: Vec<f64> = origins.iter().filter_map(|&origin| self.off(origin, days)).map(f64::abs).collect();
        off.sort_by(f64::total_cmp);
        let span = origins.first().zip(origins.last()).map_or(0, |(newest, oldest)| newest - oldest);
        (off, 1.0 + span as f64 / days as f64)
    }

    fn off(&self, origin: usize, days: usize) -> Option<f64> {
        let came: Option<Vec<f64>> = self.spend[origin..origin + days].iter().copied().collect();
        let (_, told) = self.told(origin, days)?;
        let told: f64 = told.iter().sum();
        (told > 0.0).then_some(came?.iter().sum::<f64>() / told - 1.0).filter(|off| off.is_finite())
    }
}

/// Which values count: all but runs far from the middle that ended.
fn without_excursions(values: &[f64]) -> Vec<bool> {
    let Some(middle) = median(&mut values.to_vec()) else { return vec![] };
    let spread = MAD_TO_SIGMA * median(&mut values.iter().map(|v| (v - middle).abs()).collect::<Vec<_>>()).unwrap_or(0.0);
    let far = |v: &f64| spread > 0.0 && (v - middle).abs() > EXCURSION * spread;
    let goes_on = values.iter().rposition(|v| !far(v)).map_or(0, |last| last + 1);
    values.iter().enumerate().map(|(i, v)| i >= goes_on || !far(v)).collect()
}

pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

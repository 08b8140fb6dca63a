//! Whether values rise or fall over time, whatever the shape of it, and how fast.

use super::super::anomaly::robust::median;
use super::super::odds::{either_way, normal_at};

/// What became of a series over time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Kendall's τ of the values and their days, −1 to 1.
    pub tau: f64,
    /// How often values without a trend, and as dependent on one another as these, show as strong a one, either way.
    pub chance: f64,
    /// By how much the logarithm moves in a day: the median of the slopes of all pairs (Theil and Sen).
    pub slope: f64,
    /// Bounds of the slope that hold four times in five.
    pub slope_interval: (f64, f64),
    /// By how much dependence of the values makes τ wider than it would be of independent ones; at least 1.
    pub inflation: f64,
    /// Days it was learnt from.
    pub days: usize,
}

/// Sums over pairs of one block of days.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pairs {
    pub(crate) score: f64,
    pub(crate) variance: f64,
    pub(crate) count: f64,
}

impl Pairs {
    /// Kendall's score of values in the order of time, with its variance by chance; ties are those of values (Kendall 1975).
    pub(crate) fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mut score = 0_i32;
        for (i, early) in values.iter().enumerate() {
            for late in &values[i + 1..] {
                score += i32::from(late > early) - i32::from(late < early);
            }
        }
        let score = f64::from(score);
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let ties: f64 = sorted.chunk_by(|a, b| a == b).map(|same| same.len() as f64).map(|t| t * (t - 1.0) * (2.0 * t + 5.0)).sum();
        let variance = ((n * (n - 1.0) * (2.0 * n + 5.0) - ties) / 18.0).max(0.0);
        Self { score, variance, count: n * (n - 1.0) / 2.0 }
    }

    /// Both together, no pair across.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { score: self.score + other.score, variance: self.variance + other.variance, count: self.count + other.count }
    }

    /// The score in standard deviations, one step nearer to zero, for a score moves in steps.
    pub(crate) fn z(self, inflation: f64) -> f64 {
        let deviation = (self.variance * inflation).sqrt();
        if deviation > 0.0 { (self.score.abs() - 1.0).max(0.0).copysign(self.score) / deviation } else { 0.0 }
    }
}

impl Trend {
    /// Of rates (compared as they are) and their logarithms (for the slope), each at a day. `None` below three days.
    pub(crate) fn of(days: &[f64], rates: &[f64], logs: &[f64]) -> Option<Self> {
        let n = days.len();
        if n < 3 || rates.len() != n || logs.len() != n {
            return None;
        }
        let pairs = Pairs::of(rates);
        let mut slopes: Vec<f64> = Vec::with_capacity(n * (n - 1) / 2);
        for i in 0..n {
            slopes.extend((i + 1..n).map(|j| (logs[j] - logs[i]) / (days[j] - days[i])));
        }
        slopes.retain(|slope| slope.is_finite());
        if slopes.is_empty() {
            return None;
        }
        let slope = median(&mut slopes);
        let inflation = inflation(&without_trend(days, logs, slope));
        let far = normal_at(0.9) * (pairs.variance * inflation).sqrt();
        // The median has parted them: smaller ones before its place, greater ones from there on.
        let (middle, half) = (slopes.len() as f64 / 2.0, slopes.len() / 2);
        let (upper, low) = (slopes[half], middle - far / 2.0);
        let low = if low < half as f64 { at(&mut slopes[..half], low) } else { upper };
        let slope_interval = (low, at(&mut slopes[half..], middle + far / 2.0 - half as f64));
        let chance = either_way(pairs.z(inflation));
        Some(Self { tau: pairs.score / pairs.count, chance, slope, slope_interval, inflation, days: n })
    }

    /// Whether it falls, at a level of significance (either way).
    #[must_use]
    pub fn falls(&self, level: f64) -> bool {
        self.tau < 0.0 && self.chance < level
    }
}

/// What is left of a series without its trend. Wear levels off, and what a straight line leaves of it looks like dependence; so the trend
/// is the best, by absolute deviations, of the line and of curves that level off within a half, a quarter, an eighth or a sixteenth of
/// the days.
pub(crate) fn without_trend(days: &[f64], logs: &[f64], slope: f64) -> Vec<f64> {
    let (first, last) = (days[0], days[days.len() - 1]);
    let line: Vec<f64> = logs.iter().zip(days).map(|(y, t)| y - slope * t).collect();
    let curves = [2.0, 4.0, 8.0, 16.0].map(|parts| {
        let within = ((last - first) / parts).max(1.0);
        let bent: Vec<f64> = days.iter().map(|t| -((first - t) / within).exp()).collect();
        let rise = slope_by_halves(&bent, logs);
        logs.iter().zip(&bent).map(|(y, u)| y - rise * u).collect::<Vec<f64>>()
    });
    let apart = |left: &[f64]| {
        let middle = median(&mut left.to_vec());
        left.iter().map(|v| (v - middle).abs()).sum::<f64>()
    };
    let mut all: Vec<(f64, Vec<f64>)> = std::iter::once(line).chain(curves).map(|left| (apart(&left), left)).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all.swap_remove(0).1
}

/// Slope by repeated halving of time would cost a median of all pairs for each curve; pairs half the days apart tell as much.
fn slope_by_halves(times: &[f64], values: &[f64]) -> f64 {
    let half = times.len() / 2;
    let pairs = (0..times.len() - half).map(|i| (values[i + half] - values[i]) / (times[i + half] - times[i]));
    median(&mut pairs.filter(|slope| slope.is_finite()).collect::<Vec<f64>>())
}

/// The value at a place of the ascending order.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place within a slice")]
fn at(values: &mut [f64], place: f64) -> f64 {
    let place = (place.max(0.0) as usize).min(values.len() - 1);
    *values.select_nth_unstable_by(place, f64::total_cmp).1
}

/// By how much the variance of Kendall's score grows because values depend on one another: Hamed and Rao 1998, from the
/// autocorrelation of the ranks of what is left without the trend, at the lags at which it is significant (5 %). Never below 1.
fn inflation(level: &[f64]) -> f64 {
    let count = level.len();
    let n = count as f64;
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| level[*a].total_cmp(&level[*b]));
    let mut away = vec![0.0; count];
    for (rank, i) in order.into_iter().enumerate() {
        away[i] = rank as f64 - (n - 1.0) / 2.0;
    }
    let variance: f64 = away.iter().map(|r| r * r).sum();
    if variance <= 0.0 || count < 4 {
        return 1.0;
    }
    let significant = 1.96 / n.sqrt();
    let sum: f64 = (1..count - 2)
        .map(|lag| {
            let together: f64 = away.iter().zip(&away[lag..]).map(|(a, b)| a * b).sum::<f64>() / variance;
            let k = lag as f64;
            if together.abs() > significant { (n - k) * (n - k - 1.0) * (n - k - 2.0) * together } else { 0.0 }
        })
        .sum();
    (1.0 + 2.0 * sum / (n * (n - 1.0) * (n - 2.0))).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trend(values: &[f64]) -> Trend {
        let days: Vec<f64> = (0..values.len()).map(|i| i as f64).collect();
        Trend::of(&days, values, values).expect("three days")
    }

    #[test]
    fn scores_are_kendalls() {
        // Ten values with one tie: S and its variance by hand.
        let pairs = Pairs::of(&[5.0, 3.0, 4.0, 2.0, 2.0]);
        assert_eq!((pairs.score, pairs.count), (-7.0, 10.0));
        assert!((pairs.variance - (5.0 * 4.0 * 15.0 - 2.0 * 9.0) / 18.0).abs() < 1e-12);
    }

    #[test]
    fn a_line_has_its_slope() {
        let falling: Vec<f64> = (0..30).map(|i| 4.0 - 0.1 * f64::from(i)).collect();
        let trend = trend(&falling);
        assert!((trend.slope + 0.1).abs() < 1e-12 && (trend.tau + 1.0).abs() < 1e-12 && trend.falls(0.01));
        assert!(trend.slope_interval.0 <= trend.slope && trend.slope <= trend.slope_interval.1);
    }

    #[test]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
    fn bounds_are_those_of_all_slopes_in_order() {
        for count in [3_usize, 4, 7, 30, 61] {
            let days: Vec<f64> = (0..count).map(|i| (i * 2) as f64).collect();
            let values: Vec<f64> = (0..count).map(|i| ((i * 37 % 23) as f64).sin() - 0.02 * i as f64).collect();
            let trend = Trend::of(&days, &values, &values).expect("three days");
            let mut slopes: Vec<f64> = (0..count)
                .flat_map(|i| (i + 1..count).map(move |j| (i, j)))
                .map(|(i, j)| (values[j] - values[i]) / (days[j] - days[i]))
                .collect();
            slopes.sort_by(f64::total_cmp);
            let far = normal_at(0.9) * (Pairs::of(&values).variance * trend.inflation).sqrt();
            let place = |place: f64| slopes[(place.max(0.0) as usize).min(slopes.len() - 1)];
            let middle = slopes.len() as f64 / 2.0;
            assert_eq!(trend.slope_interval, (place(middle - far / 2.0), place(middle + far / 2.0)), "{count} days");
        }
    }

    #[test]
    fn dependence_makes_it_less_sure() {
        let wave: Vec<f64> = (0..60).map(|i| (f64::from(i) / 9.0).sin() - 0.01 * f64::from(i)).collect();
        let shuffled: Vec<f64> = (0..60).map(|i| wave[i * 37 % 60]).collect();
        assert!(trend(&wave).inflation > 3.0);
        assert!(trend(&shuffled).inflation < 2.0);
    }

    #[test]
    fn what_never_moves_has_no_trend() {
        let flat = trend(&[2.0; 20]);
        assert_eq!((flat.tau, flat.chance, flat.slope), (0.0, 1.0, 0.0));
        assert!(Trend::of(&[0.0], &[1.0], &[1.0]).is_none());
    }
}

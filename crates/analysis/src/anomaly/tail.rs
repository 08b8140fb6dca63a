//! How rare a distance is, beyond what was seen.
//!
//! Peaks over threshold (Pickands 1975; Siffer et al., "Anomaly detection in streams with extreme value theory", KDD 2017), with
//! the exponential tail: of past distances d from the middle, the threshold u is the 95 % quantile; beyond it P(d > x) = 0.05 ·
//! exp(−(x − u)/β). Two departures, both since the past itself holds anomalies and may be short. β is the *median* excess over u
//! divided by ln 2, which is the mean for an exponential and is not moved by a few wild values; and u and β are drawn towards those
//! of a normal variable with the same median absolute deviation, as if so many excesses more had been seen.
//!
//! Where the true tail is heavier than exponential, rare events are called rarer than they are.

use super::robust::{median, quantile, spread_of_any};

/// The share of distances beyond the threshold.
const BEYOND: f64 = 0.05;
/// Excesses that the normal variable counts for.
const PRIOR_EXCESSES: f64 = 3.0;
/// The 95 % quantile of the standard normal, and its mean excess over it.
const NORMAL: (f64, f64) = (1.6449, 0.4180);
/// A tail is at least this much of its threshold long: figures are rounded, and a past without noise promises none.
const EXCESS_LEAST: f64 = 0.02;

/// One side of what is usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tail {
    threshold: f64,
    excess: f64,
}

impl Tail {
    /// The tail above the middle of the past; of the negated past it is the one below.
    pub(crate) fn above(past: &[f64]) -> Self {
        let mut distances = past.to_vec();
        distances.sort_unstable_by(f64::total_cmp);
        let middle = quantile(&distances, 0.5);
        for d in &mut distances {
            *d -= middle;
        }
        let seen = quantile(&distances, 1.0 - BEYOND);
        let mut excesses: Vec<f64> = distances.iter().filter(|d| **d > seen).map(|d| d - seen).collect();
        let (count, sigma) = (excesses.len() as f64, spread_of_any(past));
        let excess = median(&mut excesses) / std::f64::consts::LN_2;
        let drawn = |seen: f64, normal: f64| (count * seen + PRIOR_EXCESSES * normal * sigma) / (count + PRIOR_EXCESSES);
        let threshold = drawn(seen, NORMAL.0);
        let excess = drawn(excess, NORMAL.1).max(EXCESS_LEAST * threshold.abs()).max(1e-6);
        Self { threshold, excess }
    }

    /// How rare this distance from the middle or a larger one is: 3 is one in 1,000. Zero for what is common.
    pub(crate) fn rarity(self, distance: f64) -> f64 {
        if distance <= self.threshold {
            return 0.0;
        }
        (distance - self.threshold) / self.excess / std::f64::consts::LN_10 - BEYOND.log10()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rarity_of_an_exponential_is_right() {
        // Quantiles of a unit exponential; its middle is ln 2.
        let past: Vec<f64> = (0..20_000).map(|i| -(1.0 - (f64::from(i) + 0.5) / 20_000.0).ln()).collect();
        let tail = Tail::above(&past);
        let one_in = |rarity: f64| rarity * std::f64::consts::LN_10 - std::f64::consts::LN_2;
        assert!((tail.rarity(one_in(3.0)) - 3.0).abs() < 0.05);
        assert!((tail.rarity(one_in(5.0)) - 5.0).abs() < 0.1);
        assert_eq!(tail.rarity(0.5), 0.0);
    }

    #[test]
    fn a_past_without_noise_makes_any_change_rare_and_none_common() {
        let tail = Tail::above(&[0.0; 50]);
        assert!(tail.rarity(0.01) > 10.0);
        assert_eq!(tail.rarity(0.0), 0.0);
    }

    #[test]
    fn wild_values_in_the_past_hide_nothing() {
        let mut past: Vec<f64> = (0..400).map(|i| -(1.0 - (f64::from(i) + 0.5) / 400.0).ln()).collect();
        let calm = Tail::above(&past).rarity(8.0);
        past[7] = 1e6;
        past[8] = 1e6;
        assert!((Tail::above(&past).rarity(8.0) - calm).abs() < 0.5);
        assert!(calm > 3.0);
    }
}

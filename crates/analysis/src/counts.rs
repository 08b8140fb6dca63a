//! What counts tell: how sure a rate is, and how rare a count is that should have been another.
//!
//! Rates get Wilson's interval (Wilson 1927), which holds for small samples and never leaves 0 to 1. Counts of an account scatter more
//! than chance alone, so a count with mean μ is negative binomial with variance μ + αμ²; α, the overdispersion, is learnt from its own
//! past by moments and 0 is Poisson. Tails come from the regularised incomplete beta function ([`crate::odds`]); where a
//! count is so large that this takes long, from the normal with the same mean and variance, which is then as good.
//!
//! Assumed is that trials (or days, whoever estimates α) are independent but for α. Where they are not, intervals are too narrow.

use crate::odds::{below, beta_below};

/// Above this the normal is as good as the beta and a thousand times as fast.
const LARGE: f64 = 1e5;
/// Below this overdispersion the negative binomial is a Poisson to all digits that matter.
const OVERDISPERSION_LEAST: f64 = 1e-6;

/// Wilson's interval of a rate: `hits` of `trials`, `z` standard deviations wide either way.
pub(crate) fn wilson(hits: f64, trials: f64, z: f64) -> (f64, f64) {
    if trials <= 0.0 || !trials.is_finite() {
        return (0.0, 1.0);
    }
    let rate = (hits / trials).clamp(0.0, 1.0);
    let (share, under) = (z * z / trials, 1.0 + z * z / trials);
    let middle = (rate + share / 2.0) / under;
    let half = z * (rate * (1.0 - rate) / trials + share / (4.0 * trials)).sqrt() / under;
    ((middle - half).clamp(0.0, 1.0), (middle + half).clamp(0.0, 1.0))
}

/// P(N ≤ `count`) of a negative binomial count.
pub(crate) fn at_most(count: f64, mean: f64, overdispersion: f64) -> f64 {
    if count < 0.0 {
        return 0.0;
    }
    if mean <= 0.0 {
        return 1.0;
    }
    let (alpha, variance) = (overdispersion.max(OVERDISPERSION_LEAST), mean + overdispersion.max(0.0) * mean * mean);
    if count.max(mean) > LARGE && overdispersion * mean < 1.0 {
        return below((count + 0.5 - mean) / variance.sqrt());
    }
    let size = 1.0 / alpha;
    beta_below(size / (size + mean), size, count + 1.0)
}

/// P(N ≥ `count`) of a negative binomial count.
pub(crate) fn at_least(count: f64, mean: f64, overdispersion: f64) -> f64 {
    if count <= 0.0 {
        return 1.0;
    }
    if mean <= 0.0 {
        return 0.0;
    }
    let alpha = overdispersion.max(OVERDISPERSION_LEAST);
    if count.max(mean) > LARGE && overdispersion * mean < 1.0 {
        return below((mean + 0.5 - count) / (mean + alpha * mean * mean).sqrt());
    }
    let size = 1.0 / alpha;
    beta_below(mean / (size + mean), count, size)
}

/// How rare it is that nothing comes where `mean` should: 3 is one in a thousand.
pub(crate) fn rarity_of_none(mean: f64, overdispersion: f64) -> f64 {
    let alpha = overdispersion.max(OVERDISPERSION_LEAST);
    (mean.max(0.0) * alpha).ln_1p() / alpha / std::f64::consts::LN_10
}

/// Overdispersion by moments of counts with these means; 0 where they scatter no more than chance.
pub(crate) fn overdispersion(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (over, scale) = pairs
        .fold((0.0, 0.0), |(over, scale): (f64, f64), (count, mean)| (over + (count - mean).powi(2) - mean, scale + mean * mean));
    if scale > 0.0 { (over / scale).max(0.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, within: f64) {
        assert!((a - b).abs() <= within, "{a} is not {b}");
    }

    #[test]
    fn wilson_is_the_published_one() {
        // 81 of 263, 95 %: 0.2553 to 0.3662 (Newcombe 1998, method 3).
        let (low, high) = wilson(81.0, 263.0, 1.959_964);
        close(low, 0.2553, 5e-5);
        close(high, 0.3662, 5e-5);
        assert_eq!(wilson(0.0, 0.0, 2.0), (0.0, 1.0));
    }

    #[test]
    fn tails_are_those_of_poisson_and_negative_binomial() {
        // Poisson(4): P(N ≤ 1) = 5e⁻⁴.
        close(at_most(1.0, 4.0, 0.0), 5.0 * (-4.0_f64).exp(), 1e-4);
        close(at_least(2.0, 4.0, 0.0), 1.0 - 5.0 * (-4.0_f64).exp(), 1e-4);
        // Geometric (α = 1) with mean 3: P(N ≥ k) = 0.75^k.
        close(at_least(5.0, 3.0, 1.0), 0.75_f64.powi(5), 1e-9);
        close(rarity_of_none(3.0, 1.0), 4.0_f64.log10(), 1e-9);
        close(rarity_of_none(3.0, 0.0), 3.0 / std::f64::consts::LN_10, 1e-5);
        close(at_most(1e6, 1e6, 0.0), 0.5, 1e-3);
    }

    #[test]
    fn scatter_beyond_chance_is_measured() {
        assert_eq!(overdispersion([(10.0, 10.0), (11.0, 10.0)].into_iter()), 0.0);
        close(overdispersion([(30.0, 20.0), (10.0, 20.0)].into_iter()), 0.2, 1e-9);
        assert_eq!(overdispersion(std::iter::empty()), 0.0);
    }
}

//! What counts tell: how sure a rate is, and how rare a count is that should have been another.
//!
//! Rates get Wilson's interval (Wilson 1927), which holds for small samples and never leaves 0 to 1. Counts of an account scatter more
//! than chance alone, so a count with mean μ is negative binomial with variance μ + αμ²; α, the overdispersion, is learnt from its own
//! past by moments and 0 is Poisson. Tails come from the regularised incomplete beta function by Lentz's continued fraction; where a
//! count is so large that this takes long, from the normal with the same mean and variance, which is then as good.
//!
//! Assumed is that trials (or days, whoever estimates α) are independent but for α. Where they are not, intervals are too narrow.

/// Above this the normal is as good as the beta and a thousand times as fast.
const LARGE: f64 = 1e5;
/// Below this overdispersion the negative binomial is a Poisson to all digits that matter.
const OVERDISPERSION_LEAST: f64 = 1e-6;

/// ln Γ(x) for x > 0 (Lanczos).
pub(crate) fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let x = x - 1.0;
    let mut places = 1.0_f64;
    let sum = TERMS.iter().fold(0.999_999_999_999_809_9, |sum, term| {
        let sum = sum + term / (x + places);
        places += 1.0;
        sum
    });
    let t = x + 7.5;
    0.5 * std::f64::consts::TAU.ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// P(Z ≤ z) of the standard normal, to seven digits (Chebyshev fit of erfc, Numerical Recipes).
pub(crate) fn normal_cdf(z: f64) -> f64 {
    const FIT: [f64; 10] = [
        -1.265_512_23,
        1.000_023_68,
        0.374_091_96,
        0.096_784_18,
        -0.186_288_06,
        0.278_868_07,
        -1.135_203_98,
        1.488_515_87,
        -0.822_152_23,
        0.170_872_77,
    ];
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.5 * x);
    let tail = 0.5 * t * (FIT.iter().rev().fold(0.0, |sum, c| sum * t + c) - x * x).exp();
    if z > 0.0 { 1.0 - tail } else { tail }
}

/// P(X ≤ x) of a beta variable: the regularised incomplete beta function.
pub(crate) fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if x.is_nan() || a <= 0.0 || b <= 0.0 || x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    if a.min(b) > LARGE || a.max(b) > 1e3 * LARGE {
        let mean = a / (a + b);
        return normal_cdf((x - mean) / (mean * (1.0 - mean) / (a + b + 1.0)).sqrt().max(f64::MIN_POSITIVE));
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp();
    if x < (a + 1.0) / (a + b + 2.0) { front * fraction(x, a, b) / a } else { 1.0 - front * fraction(1.0 - x, b, a) / b }
}

fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let (mut c, mut value) = (1.0, d);
    for m in 1..3_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        value *= d * c;
        if (d * c - 1.0).abs() < 1e-12 {
            break;
        }
    }
    value
}

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
        return normal_cdf((count + 0.5 - mean) / variance.sqrt());
    }
    let size = 1.0 / alpha;
    beta_cdf(size / (size + mean), size, count + 1.0)
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
        return normal_cdf((mean + 0.5 - count) / (mean + alpha * mean * mean).sqrt());
    }
    let size = 1.0 / alpha;
    beta_cdf(mean / (size + mean), count, size)
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
    fn functions_have_their_known_values() {
        close(ln_gamma(1.0), 0.0, 1e-12);
        close(ln_gamma(10.0), 362_880_f64.ln(), 1e-9);
        close(normal_cdf(1.959_964), 0.975, 1e-6);
        close(normal_cdf(-3.0), 0.001_349_9, 1e-7);
        // I_0.5(2, 3) = 11/16; the beta with itself is symmetric.
        close(beta_cdf(0.5, 2.0, 3.0), 0.6875, 1e-10);
        close(beta_cdf(0.5, 40_000.0, 40_000.0), 0.5, 1e-6);
        close(beta_cdf(0.3, 300_000.0, 700_000.0), 0.5, 1e-3);
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

//! How likely what was seen is by chance alone: the laws that analyses share.
//!
//! Special functions are `statrs`'. The incomplete beta function is our own, for `statrs` ends its continued fraction after 140 steps, and
//! counts of a large account take thousands.

use statrs::function::{
    erf::{erfc, erfc_inv},
    gamma::{gamma_ur, ln_gamma},
};
use std::f64::consts::SQRT_2;

/// Above this the normal is as good as the beta and a thousand times as fast.
const LARGE: f64 = 1e5;

/// The share of a standard normal variable below a value.
pub(crate) fn below(z: f64) -> f64 {
    if z.is_nan() { 0.5 } else { 0.5 * erfc(-z / SQRT_2) }
}

/// How often a standard normal variable is at least as far from zero, either way.
pub(crate) fn either_way(z: f64) -> f64 {
    if z.is_nan() { 1.0 } else { erfc(z.abs() / SQRT_2) }
}

/// The value below which a share of a standard normal variable lies.
pub(crate) fn normal_at(share: f64) -> f64 {
    -SQRT_2 * erfc_inv(2.0 * share)
}

/// The share of a variable of Student's distribution below a value. Where there is no telling, a half.
pub(crate) fn student_below(t: f64, freedom: f64) -> f64 {
    if t.is_nan() || freedom.is_nan() || freedom <= 0.0 {
        return 0.5;
    }
    if t.is_infinite() {
        return if t > 0.0 { 1.0 } else { 0.0 };
    }
    let tail = 0.5 * beta_below(freedom / (freedom + t * t), freedom / 2.0, 0.5);
    if t > 0.0 { 1.0 - tail } else { tail }
}

/// The share of a beta variable below a value: the regularised incomplete beta function, by Lentz' continued fraction.
pub(crate) fn beta_below(x: f64, a: f64, b: f64) -> f64 {
    if x.is_nan() || a <= 0.0 || b <= 0.0 || x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    if a.min(b) > LARGE || a.max(b) > 1e3 * LARGE {
        let mean = a / (a + b);
        return below((x - mean) / (mean * (1.0 - mean) / (a + b + 1.0)).sqrt().max(f64::MIN_POSITIVE));
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

/// The share of wrong ones to expect among the findings up to each of these chances (Benjamini and Hochberg 1995), in the order given. What
/// is no chance counts as certain.
pub(crate) fn false_shares(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..chances.len()).filter(|i| !chances[*i].is_nan()).collect();
    order.sort_by(|a, b| chances[*a].total_cmp(&chances[*b]));
    let tests = order.len() as f64;
    let mut shares = vec![1.0; chances.len()];
    let mut least: f64 = 1.0;
    for (rank, place) in order.into_iter().enumerate().rev() {
        least = least.min(chances[place] * tests / (rank as f64 + 1.0));
        shares[place] = least;
    }
    shares
}

/// Which of many tests found something, such that of those named a share `rate` at most is chance on average.
pub(crate) fn discovered(chances: &[f64], rate: f64) -> Vec<bool> {
    false_shares(chances).into_iter().map(|share| share <= rate).collect()
}

/// How often a count by Poisson's law is at least as far from its mean as one that was seen, either way. The count need not be whole.
pub(crate) fn count_either_way(seen: f64, mean: f64) -> f64 {
    if !(seen >= 0.0 && mean > 0.0 && seen.is_finite() && mean.is_finite()) {
        return 1.0;
    }
    let at_most = gamma_beyond(seen + 1.0, mean);
    let at_least = if seen > 0.0 { 1.0 - gamma_beyond(seen, mean) } else { 1.0 };
    (2.0 * at_most.min(at_least)).clamp(0.0, 1.0)
}

/// The share of a gamma variable of shape `a` beyond `x`; large shapes by Wilson and Hilferty's cube root.
fn gamma_beyond(a: f64, x: f64) -> f64 {
    if a > 1e4 { 1.0 - below(((x / a).cbrt() - (1.0 - 1.0 / (9.0 * a))) * (9.0 * a).sqrt()) } else { gamma_ur(a, x) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, within: f64) {
        assert!((a - b).abs() <= within, "{a} is not {b}");
    }

    #[test]
    fn the_normal_law_is_that_of_the_tables() {
        for (z, share) in [(0.0, 0.5), (1.0, 0.841_344_746_068_543), (-1.96, 0.024_997_895_148_220), (4.0, 0.999_968_328_758_167)] {
            close(below(z), share, 1e-10);
        }
        close(either_way(-2.575_829_303_548_901), 0.01, 1e-10);
        close(either_way(6.0) / 1.973_175_290_075_4e-9, 1.0, 1e-9);
        close(normal_at(0.9), 1.281_551_565_544_6, 1e-9);
        close(normal_at(0.025), -1.959_963_984_540, 1e-9);
        assert_eq!((below(f64::NAN), either_way(f64::INFINITY), below(-40.0)), (0.5, 0.0, 0.0));
    }

    #[test]
    fn students_tails_are_those_of_the_tables() {
        // One-sided 5 % and 0.5 % points.
        for (freedom, five, half) in [(1.0, 6.314, 63.657), (4.0, 2.132, 4.604), (12.0, 1.782, 3.055), (120.0, 1.658, 2.617)] {
            close(student_below(-five, freedom), 0.05, 2e-4);
            close(student_below(half, freedom), 0.995, 2e-4);
        }
        assert_eq!(student_below(f64::INFINITY, 3.0), 1.0);
        close(student_below(0.0, 5.0), 0.5, 1e-9);
        assert_eq!(student_below(f64::NAN, 5.0), 0.5);
    }

    #[test]
    fn the_beta_law_has_its_known_values() {
        // I_0.5(2, 3) = 11/16; the beta with itself is symmetric.
        close(beta_below(0.5, 2.0, 3.0), 0.6875, 1e-10);
        close(beta_below(0.5, 40_000.0, 40_000.0), 0.5, 1e-6);
        close(beta_below(0.3, 300_000.0, 700_000.0), 0.5, 1e-3);
        assert_eq!((beta_below(0.0, 2.0, 3.0), beta_below(1.0, 2.0, 3.0), beta_below(0.5, 0.0, 1.0)), (0.0, 1.0, 0.0));
    }

    #[test]
    fn the_rate_of_false_discoveries_is_held() {
        // The example of the paper: 15 tests, at 5 % the first four.
        let p =
            [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0];
        assert_eq!(discovered(&p, 0.05).iter().filter(|found| **found).count(), 4);
        assert!(discovered(&[], 0.05).is_empty());
        assert_eq!(discovered(&[f64::NAN, 0.001], 0.05), [false, true]);
    }

    #[test]
    fn one_in_many_must_be_clearer_than_one_alone() {
        assert_eq!(false_shares(&[0.04]), [0.04]);
        close(false_shares(&[0.04, 0.9, 0.5, 0.7])[0], 0.16, 1e-9);
        assert!(false_shares(&[0.01, 0.02, 0.03]).iter().all(|share| (share - 0.03).abs() < 1e-9));
        assert!(false_shares(&[]).is_empty());
    }

    #[test]
    fn counts_are_poissons() {
        // P(N ≤ 1) of mean 5 is 6e⁻⁵; P(N ≥ 12) of mean 5 is 0.005453; P(N ≤ 80) of mean 100 is 0.022649.
        close(count_either_way(1.0, 5.0), 12.0 * (-5.0_f64).exp(), 1e-9);
        close(count_either_way(12.0, 5.0), 2.0 * 0.005_453_1, 1e-6);
        close(count_either_way(0.0, 5.4), 2.0 * (-5.4_f64).exp(), 1e-9);
        close(count_either_way(80.0, 100.0), 2.0 * 0.022_649, 1e-5);
        let (near, far) = (count_either_way(9_900.0, 9_999.0), count_either_way(9_901.0, 10_001.0));
        assert!((near - far).abs() < 0.02, "both ways of large shapes agree: {near} {far}");
        assert_eq!((count_either_way(-1.0, 5.0), count_either_way(1.0, 0.0)), (1.0, 1.0));
    }
}

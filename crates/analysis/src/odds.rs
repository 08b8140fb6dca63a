//! How likely what was seen is by chance alone.

use std::f64::consts::{FRAC_2_SQRT_PI, SQRT_2};

/// The share of a standard normal variable below a value.
pub(crate) fn below(z: f64) -> f64 {
    if z.is_nan() { 0.5 } else { 0.5 * beyond_error(-z / SQRT_2) }
}

/// How often a standard normal variable is at least as far from zero, either way.
pub(crate) fn either_way(z: f64) -> f64 {
    if z.is_nan() { 1.0 } else { beyond_error(z.abs() / SQRT_2) }
}

/// The complement of the error function. Its series near zero (Abramowitz and Stegun 7.1.6), its continued fraction beyond (7.1.14).
fn beyond_error(x: f64) -> f64 {
    if x < 0.0 {
        return 2.0 - beyond_error(-x);
    }
    if x < 2.5 {
        let (mut term, mut sum) = (x, x);
        for n in 1..80 {
            term *= 2.0 * x * x / f64::from(2 * n + 1);
            sum += term;
        }
        return 1.0 - FRAC_2_SQRT_PI * (-x * x).exp() * sum;
    }
    let mut fraction = 0.0;
    for k in (1..=60).rev() {
        fraction = f64::from(k) / 2.0 / (x + fraction);
    }
    FRAC_2_SQRT_PI / 2.0 * (-x * x).exp() / (x + fraction)
}

/// The value below which a share of a standard normal variable lies: found by halving, for it is asked for seldom.
pub(crate) fn normal_at(share: f64) -> f64 {
    let (mut low, mut high) = (-9.0, 9.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if below(middle) < share { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// Which of many tests found something, such that of those named a share `rate` at most is chance on average (Benjamini and
/// Hochberg 1995).
pub(crate) fn discovered(chances: &[f64], rate: f64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..chances.len()).filter(|i| !chances[*i].is_nan()).collect();
    order.sort_by(|a, b| chances[*a].total_cmp(&chances[*b]));
    let tests = order.len() as f64;
    let last = order.iter().enumerate().rposition(|(rank, i)| chances[*i] <= rate * (rank as f64 + 1.0) / tests);
    let mut found = vec![false; chances.len()];
    for i in last.map_or(&[][..], |last| &order[..=last]) {
        found[*i] = true;
    }
    found
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

/// The upper regularised incomplete gamma function: the share of a gamma variable of shape `a` beyond `x`. Series and continued fraction
/// of Abramowitz and Stegun 6.5.29 and 6.5.31; large shapes by Wilson and Hilferty's cube root.
fn gamma_beyond(a: f64, x: f64) -> f64 {
    if a > 1e4 {
        return 1.0 - below(((x / a).cbrt() - (1.0 - 1.0 / (9.0 * a))) * (9.0 * a).sqrt());
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0 / a, 1.0 / a);
        for n in 1..2_000 {
            term *= x / (a + f64::from(n));
            sum += term;
            if term < sum * 1e-15 {
                break;
            }
        }
        return 1.0 - front * sum;
    }
    let mut fraction = 0.0;
    for n in (1..400).rev() {
        let n = f64::from(n);
        fraction = n * (a - n) / (x + 2.0 * n + 1.0 - a + fraction);
    }
    front / (x + 1.0 - a + fraction)
}

/// Stirling's series, after a shift to where it is good.
fn ln_gamma(mut a: f64) -> f64 {
    let mut shifted = 0.0;
    while a < 12.0 {
        shifted -= a.ln();
        a += 1.0;
    }
    shifted + (a - 0.5) * a.ln() - a + 0.5 * std::f64::consts::TAU.ln() + 1.0 / (12.0 * a) - 1.0 / (360.0 * a.powi(3))
        + 1.0 / (1_260.0 * a.powi(5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_law_is_that_of_the_tables() {
        for (z, share) in [(0.0, 0.5), (1.0, 0.841_344_746_068_543), (-1.96, 0.024_997_895_148_220), (4.0, 0.999_968_328_758_167)] {
            assert!((below(z) - share).abs() < 1e-12, "{z}: {}", below(z));
        }
        assert!((either_way(-2.575_829_303_548_901) - 0.01).abs() < 1e-12);
        assert!((either_way(6.0) / 1.973_175_290_075_4e-9 - 1.0).abs() < 1e-9);
        assert!((normal_at(0.9) - 1.281_551_565_544_6).abs() < 1e-9);
        assert_eq!((below(f64::NAN), either_way(f64::INFINITY), below(-40.0)), (0.5, 0.0, 0.0));
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
    fn counts_are_poissons() {
        // P(N ≤ 1) of mean 5 is 6e⁻⁵; P(N ≥ 12) of mean 5 is 0.005453; P(N ≤ 80) of mean 100 is 0.022649.
        assert!((count_either_way(1.0, 5.0) - 12.0 * (-5.0_f64).exp()).abs() < 1e-9);
        assert!((count_either_way(12.0, 5.0) - 2.0 * 0.005_453_1).abs() < 1e-6, "{}", count_either_way(12.0, 5.0));
        assert!((count_either_way(0.0, 5.4) - 2.0 * (-5.4_f64).exp()).abs() < 1e-9);
        assert!((count_either_way(80.0, 100.0) - 2.0 * 0.022_649).abs() < 1e-5, "{}", count_either_way(80.0, 100.0));
        let (near, far) = (count_either_way(9_900.0, 9_999.0), count_either_way(9_901.0, 10_001.0));
        assert!((near - far).abs() < 0.02, "both ways of large shapes agree: {near} {far}");
        assert_eq!((count_either_way(-1.0, 5.0), count_either_way(1.0, 0.0)), (1.0, 1.0));
    }
}

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

/// How often a chi-square variable of so many degrees is at least as large (Wilson and Hilferty 1931, good to some thousandths).
pub(crate) fn chi_square_beyond(value: f64, degrees: f64) -> f64 {
    if degrees <= 0.0 || !value.is_finite() {
        return 1.0;
    }
    let ninth = 2.0 / (9.0 * degrees);
    1.0 - below(((value.max(0.0) / degrees).cbrt() - (1.0 - ninth)) / ninth.sqrt())
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
        assert!((normal_at(0.9) - 1.281_551_565_544_600).abs() < 1e-9);
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
    fn chi_square_is_near_the_tables() {
        for (value, degrees, share) in [(11.070, 5.0, 0.05), (36.191, 19.0, 0.01), (193.0, 167.0, 0.0822)] {
            assert!((chi_square_beyond(value, degrees) - share).abs() < 0.002, "{value}");
        }
        assert_eq!(chi_square_beyond(5.0, 0.0), 1.0);
    }
}

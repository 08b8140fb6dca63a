//! Middle and spread that a few wild values do not move.

/// What the median absolute deviation of a normal variable is multiplied by to give its standard deviation.
const MAD_TO_SIGMA: f64 = 1.4826;

/// A magnitude no figure of an account has; beyond it sums of squares lose all meaning. Such values count as missing.
pub(crate) const MAGNITUDE_MAX: f64 = 1e15;

/// The value, unless it is none that an account could have.
pub(crate) fn sane(value: Option<f64>) -> Option<f64> {
    value.filter(|v| v.is_finite() && v.abs() <= MAGNITUDE_MAX)
}

/// The middle value; zero of none. Sorts what it is given.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    let n = values.len();
    if n == 0 {
        return 0.0;
    }
    let (below, &mut middle, _) = values.select_nth_unstable_by(n / 2, f64::total_cmp);
    if n % 2 == 1 {
        return middle;
    }
    let lower = below.iter().copied().max_by(f64::total_cmp).unwrap_or(middle);
    f64::midpoint(lower, middle)
}

/// The value below which a share `q` of ascending values lies, between two by a straight line; zero of none.
pub(crate) fn quantile(ascending: &[f64], q: f64) -> f64 {
    let Some(last) = ascending.len().checked_sub(1) else { return 0.0 };
    let place = q.clamp(0.0, 1.0) * last as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
    let below = (place.floor() as usize).min(last);
    let above = (below + 1).min(last);
    ascending[below] + (ascending[above] - ascending[below]) * (place - below as f64)
}

/// The standard deviation a normal variable with this median absolute deviation would have.
pub(crate) fn spread(values: &[f64]) -> f64 {
    let middle = median(&mut values.to_vec());
    MAD_TO_SIGMA * median(&mut values.iter().map(|v| (v - middle).abs()).collect::<Vec<_>>())
}

/// The spread, or the plain standard deviation where more than half of the values are the same: of a count that is mostly zero the
/// median deviation says that it never moves.
pub(crate) fn spread_of_any(values: &[f64]) -> f64 {
    let robust = spread(values);
    if robust > 0.0 {
        return robust;
    }
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn middles_and_quantiles() {
        assert_eq!(median(&mut []), 0.0);
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), 2.5);
        assert_eq!(quantile(&[1.0, 2.0, 3.0], 0.25), 1.5);
        assert_eq!(quantile(&[7.0], 0.9), 7.0);
    }

    #[test]
    fn one_wild_value_moves_nothing() {
        let calm = [1.0, 2.0, 3.0, 4.0, 5.0];
        let wild = [1.0, 2.0, 3.0, 4.0, 5e9];
        assert_eq!(spread(&calm), spread(&wild));
        assert!((spread(&calm) - 1.4826).abs() < 1e-12);
        assert_eq!(spread_of_any(&calm), spread(&calm));
    }

    #[test]
    fn what_is_mostly_zero_still_moves() {
        assert_eq!(spread(&[0.0, 0.0, 0.0, 2.0]), 0.0);
        assert_eq!(spread_of_any(&[0.0, 0.0, 0.0, 2.0]), 0.75_f64.sqrt());
    }
}

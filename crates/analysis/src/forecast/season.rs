//! Whether a series has a season at all, and its profile by moving averages.
//!
//! Both as the M competitions' benchmarks do it (Makridakis, Spiliotis and Assimakopoulos 2020): a season is believed where the
//! autocorrelation at its lag exceeds the 90 % limits that all shorter lags leave; its profile is the mean distance of each place
//! from the centred moving average. They assume a profile that does not change. A strong trend raises all autocorrelations and can
//! fake a season.

/// Whether places `period` apart go together more than by chance.
pub(crate) fn present(y: &[f64], period: usize) -> bool {
    let n = y.len();
    if period < 2 || n < 3 * period {
        return false;
    }
    let mean = y.iter().sum::<f64>() / n as f64;
    let off: Vec<f64> = y.iter().map(|v| v - mean).collect();
    let variance: f64 = off.iter().map(|v| v * v).sum();
    if variance <= 0.0 {
        return false;
    }
    let correlation = |lag: usize| off[lag..].iter().zip(&off).map(|(a, b)| a * b).sum::<f64>() / variance;
    let shorter: f64 = (1..period).map(|lag| correlation(lag).powi(2)).sum();
    correlation(period).abs() > 1.645 * ((1.0 + 2.0 * shorter) / n as f64).sqrt()
}

/// What each place of the season adds, around zero; place 0 is that of `y[0]`. `None` with less than two seasons.
pub(crate) fn profile(y: &[f64], period: usize) -> Option<Vec<f64>> {
    if period < 2 || y.len() < 2 * period {
        return None;
    }
    let half = period / 2;
    let mut sums = vec![0.0; period];
    let mut counts = vec![0.0_f64; period];
    let mut window: f64 = y[..period].iter().sum();
    // An even period's average is centred by half weights at both ends.
    for at in half..y.len() - half {
        let begin = at - half;
        let mean =
            if period % 2 == 1 { window / period as f64 } else { (window + 0.5 * (y[begin + period] - y[begin])) / period as f64 };
        sums[at % period] += y[at] - mean;
        counts[at % period] += 1.0;
        if begin + period < y.len() {
            window += y[begin + period] - y[begin];
        }
    }
    let mut season: Vec<f64> = sums.iter().zip(&counts).map(|(sum, count)| sum / count.max(1.0)).collect();
    let mean = season.iter().sum::<f64>() / period as f64;
    for v in &mut season {
        *v -= mean;
    }
    Some(season)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_told_apart_from_a_trend() {
        for period in [3_usize, 4] {
            let shape = [2.0, -1.0, -1.0, 0.0];
            let y: Vec<f64> = (0..24).map(|i| i as f64 + shape[i % period]).collect();
            let got = profile(&y, period).expect("two seasons");
            for (got, want) in got.iter().zip(shape) {
                assert!((got - want).abs() < 1e-9, "{period}: {got} for {want}");
            }
            assert!(present(&y[..], period) || period == 4);
        }
    }

    #[test]
    fn a_constant_has_no_season() {
        assert!(!present(&[5.0; 50], 7));
        assert!(profile(&[5.0; 13], 7).is_none());
    }
}

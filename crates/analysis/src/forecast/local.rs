//! Local means and lines: the smoothers that take a series apart.
//!
//! Cleveland's LOESS (1979) with tricube weights, without robustness rounds; `line` may be evaluated at every few steps and joined
//! by straight pieces, as STL does to be fast. At both ends a window is one-sided, so ends are smoothed less well than the middle.

fn tricube(distance: f64, reach: f64) -> f64 {
    let share = distance / reach;
    if share >= 1.0 { 0.0 } else { (1.0 - share * share * share).powi(3) }
}

/// Moving average over `width` steps; `width − 1` values shorter than `y`.
pub(crate) fn average(y: &[f64], width: usize) -> Vec<f64> {
    let Some(first) = y.get(..width) else { return Vec::new() };
    let mut sum: f64 = first.iter().sum();
    let mut out = vec![sum / width as f64];
    for (new, old) in y[width..].iter().zip(y) {
        sum += new - old;
        out.push(sum / width as f64);
    }
    out
}

/// Local means over `window` values, for one place before the first to one place after the last.
pub(crate) fn mean_extended(y: &[f64], window: usize) -> Vec<f64> {
    let n = y.len();
    let half = window / 2;
    let mut out = Vec::with_capacity(n + 2);
    for place in 0..n + 2 {
        // The place on the scale of y, one step to the left of the counter.
        let begin = (place.saturating_sub(1 + half)).min(n.saturating_sub(window));
        let end = (begin + window).min(n);
        let far = (place as f64 - 1.0 - begin as f64).abs().max((end as f64 - place as f64).abs()) + 1.0;
        let (mut top, mut bottom) = (0.0, 0.0);
        for (i, v) in y[begin..end].iter().enumerate() {
            let weight = tricube((begin as f64 + i as f64 - place as f64 + 1.0).abs(), far);
            top += weight * v;
            bottom += weight;
        }
        out.push(if bottom > 0.0 { top / bottom } else { 0.0 });
    }
    out
}

/// A local line over `window` values, evaluated every `jump` steps and joined.
pub(crate) fn line(y: &[f64], window: usize, jump: usize) -> Vec<f64> {
    let n = y.len();
    let mut out = vec![0.0; n];
    let mut last: Option<usize> = None;
    let mut at = 0;
    while at < n {
        out[at] = line_at(y, window, at);
        if let Some(before) = last {
            let slope = (out[at] - out[before]) / (at - before) as f64;
            for t in before + 1..at {
                out[t] = out[before] + slope * (t - before) as f64;
            }
        }
        last = Some(at);
        at = if at + 1 < n { (at + jump).min(n - 1) } else { n };
    }
    out
}

fn line_at(y: &[f64], window: usize, at: usize) -> f64 {
    let n = y.len();
    let begin = at.saturating_sub(window / 2).min(n.saturating_sub(window));
    let end = (begin + window).min(n);
    // A window longer than the series reaches beyond it, so that weights fall off as they would.
    let reach = (at - begin).max(end - 1 - at) as f64 + 1.0 + (window.saturating_sub(n) / 2) as f64;
    let (mut w, mut wx, mut wy, mut wxx, mut wxy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (i, v) in y[begin..end].iter().enumerate() {
        let x = (begin + i) as f64 - at as f64;
        let weight = tricube(x.abs(), reach);
        w += weight;
        wx += weight * x;
        wy += weight * v;
        wxx += weight * x * x;
        wxy += weight * x * v;
    }
    let spread = w * wxx - wx * wx;
    if spread > 1e-9 * w * w { (wxx * wy - wx * wxy) / spread } else { wy / w.max(f64::MIN_POSITIVE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_a_line() {
        let y: Vec<f64> = (0..40).map(|t| 3.0 - 0.5 * f64::from(t)).collect();
        for jump in [1, 4] {
            for (got, want) in line(&y, 11, jump).iter().zip(&y) {
                assert!((got - want).abs() < 1e-9, "{got} for {want}");
            }
        }
    }

    #[test]
    fn an_average_is_shorter_by_its_width() {
        assert_eq!(average(&[1.0, 2.0, 3.0, 4.0], 2), [1.5, 2.5, 3.5]);
        assert!(average(&[1.0], 2).is_empty());
    }

    #[test]
    fn means_reach_one_place_beyond_both_ends() {
        let got = mean_extended(&[2.0, 2.0, 2.0], 5);
        assert_eq!(got.len(), 5);
        assert!(got.iter().all(|v| (v - 2.0).abs() < 1e-12), "{got:?}");
    }
}

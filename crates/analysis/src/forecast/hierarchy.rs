//! Forecasts of a whole and of its parts that add up.
//!
//! Campaigns forecast one by one and an account forecast as a whole never agree by themselves. Of all sets of values that add up,
//! this is the one nearest to the forecasts, each distance weighed by the forecast's own variance: weighted least squares
//! reconciliation, MinT with a diagonal covariance (Wickramasuriya, Athanasopoulos and Hyndman 2019). In a tree it takes two walks
//! instead of a matrix: upwards a whole is the mean of its own forecast and its parts' sum, by their variances; downwards what is
//! left over goes to the parts in proportion to theirs.
//!
//! It assumes unbiased forecasts with unrelated errors. A part that nobody forecast must not be left out: its share would go to
//! its siblings.

use super::Bound;
use super::outlook::Forecast;

/// A forecast and the whole it is part of.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Position of the whole in the list; before its parts. `None` for the topmost.
    pub whole: Option<usize>,
    /// The forecast as made.
    pub forecast: Forecast,
}

/// Why forecasts cannot be made to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disagreement {
    /// A part stands before its whole, or names one that is not there.
    NotATree {
        /// Position of the part.
        part: usize,
    },
    /// Not all are equally many steps long.
    Lengths {
        /// Position of the first that differs.
        part: usize,
    },
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotATree { part } => write!(f, "part {part} stands before its whole: list wholes first"),
            Self::Lengths { part } => write!(f, "part {part} is not as many steps long as the first"),
        }
    }
}

/// Moves forecasts until parts add up to wholes at every step; their intervals move along.
///
/// # Errors
/// When the parts are not a tree with wholes first, or not equally long.
pub fn agree(parts: &[Part], bound: Bound) -> Result<Vec<Forecast>, Disagreement> {
    let steps = parts.first().map_or(0, |part| part.forecast.points.len());
    let mut children = vec![Vec::new(); parts.len()];
    for (i, part) in parts.iter().enumerate() {
        if part.forecast.points.len() != steps || part.forecast.intervals.iter().any(|interval| interval.upper.len() != steps) {
            return Err(Disagreement::Lengths { part: i });
        }
        match part.whole {
            Some(whole) if whole >= i => return Err(Disagreement::NotATree { part: i }),
            Some(whole) => children[whole].push(i),
            None => {}
        }
    }
    let mut agreed: Vec<Forecast> = parts.iter().map(|part| part.forecast.clone()).collect();
    for step in 0..steps {
        let values = reconcile(parts, &children, bound, step);
        for (forecast, value) in agreed.iter_mut().zip(values) {
            shift(forecast, step, value, bound);
        }
    }
    for (forecast, part) in agreed.iter_mut().zip(parts) {
        let moved: Vec<f64> = forecast.points.iter().zip(&part.forecast.points).map(|(after, before)| after - before).collect();
        for (steps, told) in forecast.sums() {
            let by: f64 = moved.iter().take(steps).sum();
            for bounds in told {
                bounds.upper += by;
                bounds.lower += by;
                if bound == Bound::Zero {
                    bounds.lower = bounds.lower.max(0.0);
                    bounds.upper = bounds.upper.max(bounds.lower);
                }
            }
        }
    }
    Ok(agreed)
}

fn shift(forecast: &mut Forecast, step: usize, value: f64, bound: Bound) {
    let by = value - forecast.points[step];
    forecast.points[step] = value;
    for interval in &mut forecast.intervals {
        interval.upper[step] += by;
        interval.lower[step] += by;
        if bound == Bound::Zero {
            interval.lower[step] = interval.lower[step].max(0.0);
            interval.upper[step] = interval.upper[step].max(interval.lower[step]);
        }
    }
}

/// The square of half the widest interval: only its proportions matter.
fn variance(forecast: &Forecast, step: usize) -> f64 {
    let width = |interval: &super::Interval| (interval.upper[step] - interval.lower[step]) / 2.0;
    forecast.intervals.last().map_or(1.0, |interval| width(interval).powi(2))
}

fn reconcile(parts: &[Part], children: &[Vec<usize>], bound: Bound, step: usize) -> Vec<f64> {
    let mut values: Vec<f64> = parts.iter().map(|part| part.forecast.points[step]).collect();
    let mut variances: Vec<f64> = parts.iter().map(|part| variance(&part.forecast, step)).collect();
    for (whole, below) in children.iter().enumerate().rev().filter(|(_, below)| !below.is_empty()) {
        let sum: f64 = below.iter().map(|&i| values[i]).sum();
        let sum_variance: f64 = below.iter().map(|&i| variances[i]).sum();
        let both = variances[whole] + sum_variance;
        // Two that are both certain: the parts are believed, since they must add up.
        let own = if both > 0.0 { sum_variance / both } else { 0.0 };
        values[whole] = own * values[whole] + (1.0 - own) * sum;
        variances[whole] *= own;
    }
    for (whole, below) in children.iter().enumerate().filter(|(_, below)| !below.is_empty()) {
        share_out(values[whole], below, &mut values, &variances, bound);
    }
    values
}

/// Moves the parts until they sum to `total`. Those that would fall below zero stop there, and the others bear the rest.
fn share_out(total: f64, below: &[usize], values: &mut [f64], variances: &[f64], bound: Bound) {
    let mut free = below.to_vec();
    while !free.is_empty() {
        let left = total - below.iter().map(|&i| values[i]).sum::<f64>();
        let all: f64 = free.iter().map(|&i| variances[i]).sum();
        for &i in &free {
            values[i] += left * if all > 0.0 { variances[i] / all } else { 1.0 / free.len() as f64 };
        }
        let before = free.len();
        if bound == Bound::Zero {
            free.retain(|&i| values[i] > 0.0);
            below.iter().for_each(|&i| values[i] = values[i].max(0.0));
        }
        if free.len() == before {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::{Backtest, Interval};

    fn part(whole: Option<usize>, point: f64, half_width: f64) -> Part {
        let interval = Interval { level: 0.8, lower: vec![point - half_width], upper: vec![point + half_width] };
        let backtest = Backtest { origins: 1, horizon: 1, error: 1.0, naive_error: 1.0 };
        Part {
            whole,
            forecast: Forecast {
                points: vec![point],
                intervals: vec![interval],
                total: vec![],
                firsts: vec![],
                models: vec![],
                backtest,
                notes: vec![],
            },
        }
    }

    fn points(parts: &[Part], bound: Bound) -> Vec<f64> {
        agree(parts, bound).expect("a tree").iter().map(|f| f.points[0]).collect()
    }

    #[test]
    fn what_is_left_over_goes_where_doubt_is() {
        // Variances 1, 1 and 4: the parts' sum has 5, so the whole keeps five sixths of its own opinion.
        let got = points(&[part(None, 12.0, 1.0), part(Some(0), 4.0, 1.0), part(Some(0), 2.0, 2.0)], Bound::None);
        for (got, want) in got.iter().zip([11.0, 5.0, 6.0]) {
            assert!((got - want).abs() < 1e-12, "{got} for {want}");
        }
    }

    #[test]
    fn the_nearest_set_that_adds_up_is_found() {
        // Against the solution by moving every leaf a little: no neighbour is nearer.
        let parts = [
            part(None, 100.0, 3.0),
            part(Some(0), 70.0, 2.0),
            part(Some(0), 20.0, 1.0),
            part(Some(1), 30.0, 4.0),
            part(Some(1), 50.0, 1.5),
        ];
        let sum_up = |two: f64, three: f64, four: f64| [two + three + four, three + four, two, three, four];
        let distance = |values: &[f64]| -> f64 {
            values.iter().zip(&parts).map(|(v, p)| (v - p.forecast.points[0]).powi(2) / variance(&p.forecast, 0)).sum()
        };
        let got = points(&parts, Bound::None);
        assert!((got[0] - got[1] - got[2]).abs() < 1e-9 && (got[1] - got[3] - got[4]).abs() < 1e-9);
        let best = distance(&got);
        for moved in 0..3 {
            for by in [-0.01, 0.01] {
                let mut leaves = [got[2], got[3], got[4]];
                leaves[moved] += by;
                assert!(distance(&sum_up(leaves[0], leaves[1], leaves[2])) > best);
            }
        }
    }

    #[test]
    fn nothing_falls_below_zero() {
        let got = points(&[part(None, 1.0, 0.1), part(Some(0), 1.0, 5.0), part(Some(0), 6.0, 1.0)], Bound::Zero);
        assert!(got.iter().all(|v| *v >= 0.0) && (got[0] - got[1] - got[2]).abs() < 1e-9, "{got:?}");
    }

    #[test]
    fn what_is_no_tree_is_refused() {
        assert_eq!(agree(&[part(Some(0), 1.0, 1.0)], Bound::None), Err(Disagreement::NotATree { part: 0 }));
        let mut long = part(Some(0), 1.0, 1.0);
        long.forecast.points.push(1.0);
        assert_eq!(agree(&[part(None, 1.0, 1.0), long], Bound::None), Err(Disagreement::Lengths { part: 1 }));
        assert_eq!(agree(&[], Bound::None), Ok(vec![]));
    }
}

//! Where the mean of a series with even, independent noise changes.
//!
//! Optimal partitioning (Jackson et al. 2005), the exact search that PELT prunes (Killick, Fearnhead and Eckley 2012): the split
//! that minimises the sum of squares about the segments' means plus a penalty for each change. Without pruning it takes n² steps,
//! and so it has a longest series.

/// Steps a series may have.
pub(crate) const STEPS_MAX: usize = 5_000;

/// Sums of squares about the mean, of any stretch at once.
#[derive(Debug)]
pub(crate) struct Squares {
    sums: Vec<f64>,
    squares: Vec<f64>,
}

impl Squares {
    pub(crate) fn new(values: &[f64]) -> Self {
        // About the mean, or the difference of large sums would drown a small spread.
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        let running = |f: fn(f64) -> f64| {
            let mut sum = 0.0;
            std::iter::once(0.0)
                .chain(values.iter().map(|v| {
                    sum += f(v - mean);
                    sum
                }))
                .collect::<Vec<f64>>()
        };
        Self { sums: running(|v| v), squares: running(|v| v * v) }
    }

    /// Of the steps `from..to`, which are at least one.
    pub(crate) fn about_mean(&self, from: usize, to: usize) -> f64 {
        let sum = self.sums[to] - self.sums[from];
        (self.squares[to] - self.squares[from] - sum * sum / (to - from) as f64).max(0.0)
    }
}

/// First steps of new segments, ascending; segments have at least `shortest` steps.
pub(crate) fn split(squares: &Squares, steps: usize, penalty: f64, shortest: usize) -> Vec<usize> {
    let shortest = shortest.max(1);
    let mut best = vec![f64::INFINITY; steps + 1];
    let mut before = vec![0; steps + 1];
    best[0] = -penalty;
    for to in shortest..=steps {
        for from in 0..=to - shortest {
            let cost = best[from] + squares.about_mean(from, to) + penalty;
            if cost < best[to] {
                (best[to], before[to]) = (cost, from);
            }
        }
    }
    let mut changes = Vec::new();
    let mut at = before[steps];
    while at > 0 {
        changes.push(at);
        at = before[at];
    }
    changes.reverse();
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_where_there_is_no_noise() {
        let values: Vec<f64> = (0..60).map(|i| if (20..45).contains(&i) { 5.0 } else { 1.0 }).collect();
        assert_eq!(split(&Squares::new(&values), 60, 10.0, 3), [20, 45]);
        assert!(split(&Squares::new(&values), 60, 1e6, 3).is_empty());
    }

    #[test]
    fn short_series_have_no_change() {
        assert!(split(&Squares::new(&[1.0]), 1, 1.0, 5).is_empty());
        assert!(split(&Squares::new(&[]), 0, 1.0, 5).is_empty());
    }
}

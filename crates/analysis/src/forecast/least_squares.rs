//! Least squares with a ridge, by normal equations and Cholesky's factor.
//!
//! Solves (XᵀWX + D) b = XᵀWy, where W weighs rows and D is a penalty per column (Hoerl and Kennard 1970). A column that tells
//! nothing new gets a coefficient near zero instead of an absurd one, as long as its penalty is positive.

/// Sums that grow row by row, so that no matrix of all rows is kept.
#[derive(Debug, Clone)]
pub(crate) struct Normal {
    width: usize,
    /// The lower triangle, row by row.
    gram: Vec<f64>,
    moment: Vec<f64>,
}

impl Normal {
    pub(crate) fn new(width: usize) -> Self {
        Self { width, gram: vec![0.0; width * width], moment: vec![0.0; width] }
    }

    pub(crate) fn add(&mut self, row: &[f64], target: f64, weight: f64) {
        for i in 0..self.width {
            let left = row[i] * weight;
            if left == 0.0 {
                continue;
            }
            self.moment[i] += left * target;
            let line = &mut self.gram[i * self.width..=i * self.width + i];
            for (sum, right) in line.iter_mut().zip(row) {
                *sum += left * right;
            }
        }
    }

    /// The coefficients, or `None` where the equations have no single answer.
    pub(crate) fn solve(&self, penalty: impl Fn(usize) -> f64) -> Option<Vec<f64>> {
        let n = self.width;
        let mut factor = self.gram.clone();
        for i in 0..n {
            factor[i * n + i] += penalty(i);
        }
        for j in 0..n {
            for i in j..n {
                let (a, b) = (&factor[i * n..i * n + j], &factor[j * n..j * n + j]);
                let sum = factor[i * n + j] - a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
                if i == j {
                    if sum.is_nan() || sum <= 1e-12 * factor[j * n + j].abs() {
                        return None;
                    }
                    factor[j * n + j] = sum.sqrt();
                } else {
                    factor[i * n + j] = sum / factor[j * n + j];
                }
            }
        }
        let mut x = self.moment.clone();
        for i in 0..n {
            let known: f64 = (0..i).map(|k| factor[i * n + k] * x[k]).sum();
            x[i] = (x[i] - known) / factor[i * n + i];
        }
        for i in (0..n).rev() {
            let known: f64 = (i + 1..n).map(|k| factor[k * n + i] * x[k]).sum();
            x[i] = (x[i] - known) / factor[i * n + i];
        }
        x.iter().all(|v| v.is_finite()).then_some(x)
    }
}

/// Slope and intercept of a straight line through `y` at 0, 1, 2, …
pub(crate) fn line(y: &[f64]) -> (f64, f64) {
    let n = y.len() as f64;
    if y.len() < 2 {
        return (0.0, y.first().copied().unwrap_or(0.0));
    }
    let middle = (n - 1.0) / 2.0;
    let mean = y.iter().sum::<f64>() / n;
    let top: f64 = y.iter().enumerate().map(|(i, v)| (i as f64 - middle) * (v - mean)).sum();
    let slope = top / (n * (n * n - 1.0) / 12.0);
    (slope, mean - slope * middle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_is_recovered() {
        let mut sums = Normal::new(3);
        for (a, b) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (2.0, 5.0), (3.0, 1.0)] {
            sums.add(&[1.0, a, b], 4.0 + 2.0 * a - 0.5 * b, 1.0);
        }
        let found = sums.solve(|_| 0.0).expect("five points tell a plane");
        for (got, want) in found.iter().zip([4.0, 2.0, -0.5]) {
            assert!((got - want).abs() < 1e-9, "{found:?}");
        }
    }

    #[test]
    fn a_column_twice_has_no_answer_without_a_penalty() {
        let mut sums = Normal::new(2);
        for a in [1.0, 2.0, 3.0] {
            sums.add(&[a, a], a, 1.0);
        }
        assert!(sums.solve(|_| 0.0).is_none());
        let shared = sums.solve(|_| 1e-6).expect("a ridge decides");
        assert!((shared[0] - 0.5).abs() < 1e-3 && (shared[1] - 0.5).abs() < 1e-3);
    }

    #[test]
    fn a_line_is_recovered() {
        let (slope, start) = line(&[1.0, 3.0, 5.0, 7.0]);
        assert!((slope - 2.0).abs() < 1e-12 && (start - 1.0).abs() < 1e-12);
    }
}

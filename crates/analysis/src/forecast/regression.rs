//! Regression on the calendar: waves for every season, a line for the long run, and an autoregressive rest.
//!
//! y(t) = a + b·t/n + Σ over seasons p and k ≤ K of (cₖ sin 2πkt/p + dₖ cos 2πkt/p) + r(t), r(t) = Σ φⱼ r(t−j), both by ridge
//! regression; rows count less the older they are. That is dynamic harmonic regression (Hyndman and Athanasopoulos, *Forecasting*,
//! 10.5) in two steps instead of one likelihood. Only it can tell a year's season from little more than a year.
//!
//! It assumes a season of smooth waves that is the same every time. A year seen once cannot be told apart from a trend or
//! a campaign that happened to run then; the backtest decides whether it is believed.

use super::least_squares::Normal;
use super::model::{Fitted, Model};
use std::f64::consts::TAU;

#[derive(Debug, Clone)]
pub(crate) struct Regression {
    /// Length of a season in steps, and how many waves fit into it.
    pub(crate) waves: Vec<(f64, usize)>,
    /// Steps after which a row counts half.
    pub(crate) half_life: f64,
    /// Lags of the rest.
    pub(crate) rest: Vec<usize>,
}

#[derive(Debug)]
struct RegressionFit {
    shape: Regression,
    /// Coefficients of the rest.
    rest: Vec<f64>,
}

/// Ridge of all columns but the constant, per row.
const RIDGE: f64 = 1e-3;

impl Model for Regression {
    fn name(&self) -> String {
        let waves: Vec<_> = self.waves.iter().map(|(period, _)| period.to_string()).collect();
        format!("calendar regression ({})", waves.join(", "))
    }

    fn fit(&self, y: &[f64]) -> Option<Box<dyn Fitted>> {
        let longest = self.rest.iter().copied().max().unwrap_or(0);
        if y.len() < self.width() + 10 || y.len() < 2 * longest {
            return None;
        }
        let rows = self.rows(y.len());
        let coefficients = self.solve(&rows, y, &[y.len()])?.pop()?;
        let rest = self.rests(&rows, y, &coefficients);
        let size = rest.iter().map(|v| v * v).sum::<f64>() / rest.len() as f64;
        let mut sums = Normal::new(self.rest.len());
        let mut row = vec![0.0; self.rest.len()];
        for t in longest..rest.len() {
            for (cell, lag) in row.iter_mut().zip(&self.rest) {
                *cell = rest[t - lag];
            }
            sums.add(&row, rest[t], 1.0);
        }
        let rest = sums.solve(|_| 0.5 * size + f64::MIN_POSITIVE)?;
        Some(Box::new(RegressionFit { shape: self.clone(), rest }))
    }
}

impl Regression {
    fn width(&self) -> usize {
        2 + self.waves.iter().map(|(_, count)| 2 * count).sum::<usize>()
    }

    /// The first `count` rows, one after the other. The line's column grows by one every thousand steps.
    fn rows(&self, count: usize) -> Vec<f64> {
        let mut rows = Vec::with_capacity(count * self.width());
        for t in 0..count {
            rows.push(1.0);
            rows.push(t as f64 / 1000.0);
            for &(period, waves) in &self.waves {
                // Harmonics by the angle sum, which is much faster than a sine each.
                let (sin, cos) = (TAU * t as f64 / period).sin_cos();
                let (mut s, mut c) = (sin, cos);
                for _ in 0..waves {
                    rows.extend([s, c]);
                    (s, c) = (s * cos + c * sin, c * cos - s * sin);
                }
            }
        }
        rows
    }

    /// The coefficients as of each origin, in one walk: old rows fade as new ones come.
    fn solve(&self, rows: &[f64], y: &[f64], origins: &[usize]) -> Option<Vec<Vec<f64>>> {
        let width = self.width();
        let keep = 0.5_f64.powf(1.0 / self.half_life);
        let mut sums = Normal::new(width);
        let mut weight = 1.0;
        let mut total = 0.0;
        let mut at = 0;
        let mut found = Vec::with_capacity(origins.len());
        for &origin in origins {
            for (row, value) in rows.chunks_exact(width).zip(y).take(origin).skip(at) {
                // Later rows weigh more instead of earlier ones less: the sums need no second look.
                sums.add(row, *value, weight);
                total += weight;
                weight /= keep;
            }
            at = origin;
            found.push(sums.solve(|column| if column == 0 { 0.0 } else { RIDGE * total })?);
        }
        Some(found)
    }

    fn rests(&self, rows: &[f64], y: &[f64], coefficients: &[f64]) -> Vec<f64> {
        rows.chunks_exact(self.width()).zip(y).map(|(row, v)| v - dot(row, coefficients)).collect()
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl Fitted for RegressionFit {
    fn forecasts(&self, y: &[f64], origins: &[usize], horizon: usize) -> Option<Vec<Vec<f64>>> {
        let width = self.shape.width();
        let longest = self.shape.rest.iter().copied().max().unwrap_or(0);
        let rows = self.shape.rows(origins.last()? + horizon);
        let all = self.shape.solve(&rows, y, origins)?;
        let mut told = Vec::with_capacity(origins.len());
        for (coefficients, &origin) in all.iter().zip(origins) {
            let from = origin.checked_sub(longest)?;
            let mut rest = self.shape.rests(&rows[from * width..], &y[from..origin], coefficients);
            let mut path = Vec::with_capacity(horizon);
            for row in rows[origin * width..].chunks_exact(width).take(horizon) {
                let next = self.rest.iter().zip(&self.shape.rest).map(|(c, lag)| c * rest[rest.len() - lag]).sum();
                rest.push(next);
                path.push(next + dot(row, coefficients));
            }
            told.push(path);
        }
        Some(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wave_goes_on() {
        let wave = |t: usize| 20.0 + 5.0 * (TAU * t as f64 / 30.5).sin() + 2.0 * (TAU * t as f64 / 7.0).cos();
        let y: Vec<f64> = (0..150).map(wave).collect();
        let model = Regression { waves: vec![(7.0, 3), (30.5, 2)], half_life: 1e6, rest: vec![1, 2] };
        let told = model.fit(&y).and_then(|f| f.forecasts(&y, &[140, 150], 20)).expect("a forecast");
        for (origin, path) in [140, 150].iter().zip(&told) {
            for (h, told) in path.iter().enumerate() {
                assert!((told - wave(origin + h)).abs() < 0.2, "{told} for {} at {h}", wave(origin + h));
            }
        }
    }

    #[test]
    fn harmonics_are_sines_of_multiples() {
        let model = Regression { waves: vec![(10.0, 3)], half_life: 1e6, rest: vec![] };
        let rows = model.rows(5);
        let row = &rows[4 * model.width()..];
        for k in 1..=3 {
            let angle = TAU * 4.0 * k as f64 / 10.0;
            assert!((row[2 * k] - angle.sin()).abs() < 1e-12 && (row[2 * k + 1] - angle.cos()).abs() < 1e-12);
        }
    }
}

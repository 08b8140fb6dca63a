//! Autoregression on differences: the next change from earlier changes, at the lags where a season would show.
//!
//! With z the series differenced at `differences` (∇ₘ y = y(t) − y(t−m), one after the other): z(t) = c + Σ φₖ z(t−k) over `lags`,
//! by least squares with a small ridge, forecast step by step and summed up again. That is a subset ARIMA(p,d,0)(P,D,0) with
//! ordinary least squares instead of likelihood (Box and Jenkins 1970); Doornik, Castle and Hendry's Rho in the M4 competition
//! rests on the same idea. No constant with differences: it would be a trend for ever.
//!
//! It assumes that dependence on the past stays the same. One large outlier among few values can decide a coefficient; a root
//! outside the unit circle makes a long forecast run away, which the caller checks.

use super::least_squares::Normal;
use super::model::{Fitted, Model};

#[derive(Debug, Clone)]
pub(crate) struct Autoregression {
    pub(crate) differences: Vec<usize>,
    /// Ascending, without doubles.
    pub(crate) lags: Vec<usize>,
}

#[derive(Debug)]
struct AutoregressionFit {
    shape: Autoregression,
    constant: f64,
    coefficients: Vec<f64>,
}

impl Model for Autoregression {
    fn name(&self) -> String {
        let differences: Vec<_> = self.differences.iter().map(ToString::to_string).collect();
        let of = if differences.is_empty() { String::new() } else { format!(" of differences ({})", differences.join(", ")) };
        format!("autoregression{of}, {} lags to {}", self.lags.len(), self.longest())
    }

    fn fit(&self, y: &[f64]) -> Option<Box<dyn Fitted>> {
        let longest = self.longest();
        let lost: usize = self.differences.iter().sum();
        if y.len() < lost + longest + 3 * (self.lags.len() + 1) {
            return None;
        }
        let z = self.differences.iter().fold(y.to_vec(), |z, &lag| difference(&z, lag));
        let level = if self.differences.is_empty() { z.iter().sum::<f64>() / z.len() as f64 } else { 0.0 };
        let z: Vec<f64> = z.iter().map(|v| v - level).collect();
        let size = z.iter().map(|v| v * v).sum::<f64>() / z.len() as f64;
        let mut sums = Normal::new(self.lags.len());
        let mut row = vec![0.0; self.lags.len()];
        for t in longest..z.len() {
            for (cell, lag) in row.iter_mut().zip(&self.lags) {
                *cell = z[t - lag];
            }
            sums.add(&row, z[t], 1.0);
        }
        // Half an observation's worth, so that two lags that always move together share their coefficient.
        let coefficients = sums.solve(|_| 0.5 * size + f64::MIN_POSITIVE)?;
        let constant = level * (1.0 - coefficients.iter().sum::<f64>());
        Some(Box::new(AutoregressionFit { shape: self.clone(), constant, coefficients }))
    }
}

impl Autoregression {
    fn longest(&self) -> usize {
        self.lags.iter().copied().max().unwrap_or(0)
    }
}

fn difference(y: &[f64], lag: usize) -> Vec<f64> {
    y.iter().skip(lag).zip(y).map(|(now, then)| now - then).collect()
}

impl AutoregressionFit {
    fn ahead(&self, past: &[f64], horizon: usize) -> Option<Vec<f64>> {
        // The series, then each of its differences; every one grows as the forecast goes on.
        let mut levels = vec![past.to_vec()];
        for &lag in &self.shape.differences {
            levels.push(difference(levels.last()?, lag));
        }
        let mut told = Vec::with_capacity(horizon);
        for _ in 0..horizon {
            let z = levels.last()?;
            let from = |lag: &usize| z.len().checked_sub(*lag).map(|at| z[at]);
            let mut value = self.constant;
            for (coefficient, lag) in self.coefficients.iter().zip(&self.shape.lags) {
                value += coefficient * from(lag)?;
            }
            for (depth, level) in levels.iter_mut().enumerate().rev() {
                if let Some(&lag) = self.shape.differences.get(depth) {
                    value += level[level.len().checked_sub(lag)?];
                }
                level.push(value);
            }
            told.push(value);
        }
        Some(told)
    }
}

impl Fitted for AutoregressionFit {
    fn forecasts(&self, y: &[f64], origins: &[usize], horizon: usize) -> Option<Vec<Vec<f64>>> {
        let needed = self.shape.longest() + self.shape.differences.iter().sum::<usize>();
        let recent = |origin: usize| &y[origin.saturating_sub(needed)..origin];
        origins.iter().map(|&origin| self.ahead(recent(origin), horizon)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ahead(model: &Autoregression, y: &[f64], horizon: usize) -> Vec<f64> {
        let fitted = model.fit(y).expect("long enough");
        fitted.forecasts(y, &[y.len()], horizon).expect("a forecast").remove(0)
    }

    #[test]
    fn a_first_order_process_returns_to_its_mean() {
        // y − 10 halves at every step, pushed away every tenth.
        let mut y = vec![14.0];
        for t in 1..200 {
            let push = if t % 10 == 0 { 4.0 } else { 0.0 };
            y.push(10.0 + 0.5 * (y[t - 1] - 10.0) + push);
        }
        let fit = AutoregressionFit {
            shape: Autoregression { differences: vec![], lags: vec![1] },
            constant: 5.0,
            coefficients: vec![0.5],
        };
        assert_eq!(fit.ahead(&[14.0], 3), Some(vec![12.0, 11.0, 10.5]));
        let told = ahead(&Autoregression { differences: vec![], lags: vec![1] }, &y, 60);
        let mean = y.iter().sum::<f64>() / 200.0;
        assert!((told[59] - mean).abs() < 0.1, "{} for {mean}", told[59]);
    }

    #[test]
    fn a_line_with_a_season_is_continued_exactly() {
        let week = [0.0, 3.0, 1.0, 4.0, 1.0, 5.0, 9.0];
        let y: Vec<f64> = (0..60).map(|t| 2.0 * t as f64 + week[t % 7]).collect();
        let told = ahead(&Autoregression { differences: vec![7, 1], lags: vec![1] }, &y, 10);
        for (h, told) in told.iter().enumerate() {
            let t = 60 + h;
            assert!((told - 2.0 * t as f64 - week[t % 7]).abs() < 1e-6, "{told} at {t}");
        }
    }

    #[test]
    fn a_short_past_is_refused() {
        assert!(Autoregression { differences: vec![7], lags: vec![1, 7] }.fit(&[1.0; 20]).is_none());
    }
}

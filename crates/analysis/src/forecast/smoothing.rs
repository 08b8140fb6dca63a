//! Exponential smoothing: a level, a trend that tires, seasons, and what lingers of the last surprise.
//!
//! With e = y − (l + φb + Σs + ρr), the one-step error, and r the part of the last value that the states did not explain: l ← l +
//! φb + αe, b ← φb + βe, s ← s + γe, forecast l + (φ + … + φʰ)b + Σs + ρʰr. That is ETS(A,N|Ad,N|A) in its error-correction form
//! (Hyndman, Koehler, Ord and Snyder 2008), with several seasons and an autoregressive rest as in Taylor (2003). On a logarithmic
//! scale the same states multiply. Weights minimise the one-step squared error after one season.
//!
//! It assumes that level and season drift rather than jump. After a jump it needs about 1/α steps to believe it; a trend that came
//! with the jump is carried on, though tiring. Errors beyond one step are not what it was fitted for.

use super::least_squares::line;
use super::model::{Fitted, Model};
use super::search::minimise;

#[derive(Debug, Clone)]
pub(crate) struct Smoothing {
    /// Whether the level has a trend, which always tires: one that does not is right too rarely for weeks ahead.
    pub(crate) trend: bool,
    pub(crate) periods: Vec<usize>,
    /// Whether a surprise is expected to linger.
    pub(crate) lingering: bool,
}

#[derive(Debug)]
struct Weights {
    level: f64,
    trend: f64,
    damping: f64,
    seasons: Vec<f64>,
    linger: f64,
}

#[derive(Debug)]
struct SmoothingFit {
    shape: Smoothing,
    weights: Weights,
}

struct State {
    level: f64,
    trend: f64,
    seasons: Vec<Vec<f64>>,
    phases: Vec<usize>,
    rest: f64,
}

impl Model for Smoothing {
    fn name(&self) -> String {
        let trend = if self.trend { ", damped trend" } else { "" };
        let seasons: String = self.periods.iter().map(|m| format!(", season {m}")).collect();
        format!("exponential smoothing{trend}{seasons}{}", if self.lingering { ", lingering errors" } else { "" })
    }

    fn fit(&self, y: &[f64]) -> Option<Box<dyn Fitted>> {
        let longest = self.longest();
        if y.len() < (2 * longest).max(4) {
            return None;
        }
        let start = self.start();
        // Of a long past, its last cycles tell the weights as well as all of it, at a fraction of the cost.
        let recent = &y[y.len().saturating_sub((8 * longest).max(400))..];
        let begun = self.begin(recent);
        let x = minimise(|x| self.errors(recent, &begun, &self.weights(x)), &start, 1.0, 24 + 22 * start.len());
        Some(Box::new(SmoothingFit { shape: self.clone(), weights: self.weights(&x) }))
    }
}

impl Smoothing {
    fn longest(&self) -> usize {
        self.periods.iter().copied().max().unwrap_or(1)
    }

    /// Where the search begins, on the unbounded scale of [`Self::weights`].
    fn start(&self) -> Vec<f64> {
        let mut x = vec![if self.lingering { -2.0 } else { -0.5 }];
        if self.trend {
            x.extend([-2.0, 1.0]);
        }
        x.extend(self.periods.iter().map(|_| -1.0));
        if self.lingering {
            x.push(0.5);
        }
        x
    }

    fn weights(&self, x: &[f64]) -> Weights {
        let mut next = x.iter();
        let mut take = |low: f64, high: f64| low + (high - low) / (1.0 + (-next.next().copied().unwrap_or(0.0)).exp());
        let level = take(0.001, 0.999);
        let (trend, damping) = if self.trend { (level * take(0.0001, 0.9), take(0.8, 0.98)) } else { (0.0, 0.0) };
        let seasons = self.periods.iter().map(|_| (1.0 - level) * take(0.0001, 0.7)).collect();
        let linger = if self.lingering { take(-0.2, 0.99) } else { 0.0 };
        Weights { level, trend, damping, seasons, linger }
    }

    /// First states: a line through the first cycles, and what each place in a season adds to it.
    fn begin(&self, y: &[f64]) -> State {
        let longest = self.longest();
        let cycles = (y.len() / longest).clamp(1, 4);
        let span = if longest == 1 { y.len().min(10) } else { (cycles * longest).min(y.len()) };
        let first = &y[..span];
        let (slope, start) = line(first);
        let slope = if self.trend { slope } else { 0.0 };
        let level = if self.trend { start } else { first.iter().sum::<f64>() / span as f64 };
        let mut rest: Vec<f64> = first.iter().enumerate().map(|(i, v)| v - level - slope * i as f64).collect();
        let seasons = self.periods.iter().map(|&m| places(&mut rest, m)).collect();
        State { level: level - slope, trend: slope, seasons, phases: vec![0; self.periods.len()], rest: 0.0 }
    }

    /// The sum of squared one-step errors. The first season is only listened to.
    fn errors(&self, y: &[f64], begun: &State, weights: &Weights) -> f64 {
        let mut state = begun.copy();
        let skip = self.longest().min(y.len() / 2);
        let mut sum = 0.0;
        for (t, &value) in y.iter().enumerate() {
            let error = state.step(value, weights);
            if t >= skip {
                sum += error * error;
            }
        }
        sum
    }
}

/// The mean of each place in a season of `m`, around zero; taken out of `rest`.
fn places(rest: &mut [f64], m: usize) -> Vec<f64> {
    let mut sums = vec![0.0; m];
    let mut counts = vec![0.0_f64; m];
    for (i, v) in rest.iter().enumerate() {
        sums[i % m] += v;
        counts[i % m] += 1.0;
    }
    let mut season: Vec<f64> = sums.iter().zip(&counts).map(|(s, c)| s / c.max(1.0)).collect();
    let mean = season.iter().sum::<f64>() / m as f64;
    for v in &mut season {
        *v -= mean;
    }
    for (i, v) in rest.iter_mut().enumerate() {
        *v -= season[i % m];
    }
    season
}

impl State {
    fn copy(&self) -> Self {
        Self { seasons: self.seasons.clone(), phases: self.phases.clone(), ..*self }
    }

    /// Takes in one value and returns the error made about it.
    fn step(&mut self, value: f64, weights: &Weights) -> f64 {
        let drift = weights.damping * self.trend;
        let season: f64 = self.seasons.iter().zip(&self.phases).map(|(s, &phase)| s[phase]).sum();
        let unexplained = value - self.level - drift - season;
        let error = unexplained - weights.linger * self.rest;
        self.rest = unexplained;
        self.level += drift + weights.level * error;
        self.trend = drift + weights.trend * error;
        for ((season, phase), by) in self.seasons.iter_mut().zip(&mut self.phases).zip(&weights.seasons) {
            season[*phase] += by * error;
            *phase = if *phase + 1 == season.len() { 0 } else { *phase + 1 };
        }
        error
    }

    fn ahead(&self, weights: &Weights, horizon: usize) -> Vec<f64> {
        let (mut path, mut drift, mut linger) = (self.level, self.trend, self.rest);
        let step = |h: usize| {
            drift *= weights.damping;
            path += drift;
            linger *= weights.linger;
            let season: f64 = self.seasons.iter().zip(&self.phases).map(|(s, phase)| s[(phase + h) % s.len()]).sum();
            path + season + linger
        };
        (0..horizon).map(step).collect()
    }
}

impl Fitted for SmoothingFit {
    fn forecasts(&self, y: &[f64], origins: &[usize], horizon: usize) -> Option<Vec<Vec<f64>>> {
        let first = *origins.first()?;
        let mut state = self.shape.begin(&y[..first]);
        let mut at = 0;
        let mut told = Vec::with_capacity(origins.len());
        for &origin in origins {
            for &value in &y[at..origin] {
                state.step(value, &self.weights);
            }
            at = origin;
            told.push(state.ahead(&self.weights, horizon));
        }
        Some(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ahead(model: &Smoothing, y: &[f64], horizon: usize) -> Vec<f64> {
        let fitted = model.fit(y).expect("long enough");
        fitted.forecasts(y, &[y.len()], horizon).expect("a forecast").remove(0)
    }

    #[test]
    fn one_step_by_hand() {
        let weights = Weights { level: 0.5, trend: 0.1, damping: 0.9, seasons: vec![0.2], linger: 0.5 };
        let mut state = State { level: 10.0, trend: 1.0, seasons: vec![vec![2.0, -2.0]], phases: vec![0], rest: 1.0 };
        // Expected: 10 + 0.9 + 2 + 0.5 = 13.4.
        let error = state.step(15.4, &weights);
        assert!((error - 2.0).abs() < 1e-12);
        assert!((state.level - 11.9).abs() < 1e-12 && (state.trend - 1.1).abs() < 1e-12);
        assert!((state.seasons[0][0] - 2.4).abs() < 1e-12 && state.phases == [1]);
        // 11.9 + 0.9·1.1 − 2 + 0.5·2.5.
        assert!((state.ahead(&weights, 1)[0] - 12.14).abs() < 1e-12);
    }

    #[test]
    fn a_weekly_pattern_is_carried_on() {
        let week = [10.0, 12.0, 14.0, 13.0, 11.0, 5.0, 4.0];
        let y: Vec<f64> = week.iter().copied().cycle().take(70).collect();
        let model = Smoothing { trend: true, periods: vec![7], lingering: true };
        for (told, want) in ahead(&model, &y, 14).iter().zip(week.iter().cycle()) {
            assert!((told - want).abs() < 0.2, "{told} for {want}");
        }
    }

    #[test]
    fn a_trend_tires() {
        let y: Vec<f64> = (0..60).map(f64::from).collect();
        let told = ahead(&Smoothing { trend: true, periods: vec![], lingering: false }, &y, 100);
        assert!(told[0] > 59.0 && told[99] > told[0], "{told:?}");
        assert!(told[99] - told[98] < told[1] - told[0]);
    }
}

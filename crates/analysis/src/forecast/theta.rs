//! The Theta method: half the slope of the long run, on top of a smoothed level, with the season put back.
//!
//! ŷ(t+h) = l + ½b(h − 1 + (1 − (1 − α)ᵗ)/α) + s, with l by simple exponential smoothing of the seasonally adjusted series and b
//! the slope of a straight line through it. Source: Assimakopoulos and Nikolopoulos (2000), in the closed form of Hyndman and
//! Billah (2003). It assumes that half of the long trend goes on. It misleads where the long trend has turned: the line is drawn
//! through all of the past.

use super::least_squares::line;
use super::model::{Fitted, Model};
use super::search::minimise;
use super::season;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Theta {
    /// One for none.
    pub(crate) period: usize,
}

#[derive(Debug)]
struct ThetaFit {
    period: usize,
    alpha: f64,
    /// Whether a season was believed when the model learnt.
    seasonal: bool,
}

impl Model for Theta {
    fn name(&self) -> String {
        if self.period == 1 { "theta".to_owned() } else { format!("theta, season {}", self.period) }
    }

    fn fit(&self, y: &[f64]) -> Option<Box<dyn Fitted>> {
        if y.len() < 4 {
            return None;
        }
        let seasonal = season::present(y, self.period);
        // Without a season this is the same model as the one of period one, which is a candidate by itself.
        if self.period > 1 && !seasonal {
            return None;
        }
        let (adjusted, _) = adjust(y, self.period, seasonal);
        let alpha = |x: &[f64]| 1.0 / (1.0 + (-x[0]).exp());
        let x = minimise(|x| smooth(&adjusted, alpha(x)).1, &[0.0], 1.0, 40);
        Some(Box::new(ThetaFit { period: self.period, alpha: alpha(&x).max(1e-3), seasonal }))
    }
}

fn adjust(y: &[f64], period: usize, seasonal: bool) -> (Vec<f64>, Vec<f64>) {
    let season = if seasonal { season::profile(y, period) } else { None }.unwrap_or_else(|| vec![0.0]);
    (y.iter().enumerate().map(|(i, v)| v - season[i % season.len()]).collect(), season)
}

/// The last level, and the sum of squared errors on the way.
fn smooth(y: &[f64], alpha: f64) -> (f64, f64) {
    let mut level = y[0];
    let mut sum = 0.0;
    for v in &y[1..] {
        let error = v - level;
        sum += error * error;
        level += alpha * error;
    }
    (level, sum)
}

impl Fitted for ThetaFit {
    fn forecasts(&self, y: &[f64], origins: &[usize], horizon: usize) -> Option<Vec<Vec<f64>>> {
        let told = |&origin: &usize| {
            let (adjusted, season) = adjust(&y[..origin], self.period, self.seasonal);
            let level = smooth(&adjusted, self.alpha).0;
            let half = line(&adjusted).0 / 2.0;
            let ahead = (1.0 - (1.0 - self.alpha).powf(origin as f64)) / self.alpha;
            (0..horizon).map(|h| level + half * (h as f64 + ahead) + season[(origin + h) % season.len()]).collect()
        };
        Some(origins.iter().map(told).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_a_straight_trend_goes_on() {
        let y: Vec<f64> = (0..40).map(|i| 100.0 + 2.0 * f64::from(i)).collect();
        let told = Theta { period: 1 }.fit(&y).and_then(|f| f.forecasts(&y, &[40], 3)).expect("a forecast").remove(0);
        assert!((told[1] - told[0] - 1.0).abs() < 1e-9 && (told[2] - told[1] - 1.0).abs() < 1e-9, "{told:?}");
        assert!((told[0] - 179.0).abs() < 1.0, "{told:?}");
    }

    #[test]
    fn no_season_is_made_up() {
        let y: Vec<f64> = (0..40).map(f64::from).collect();
        assert!(Theta { period: 7 }.fit(&y[..10]).is_none());
    }
}

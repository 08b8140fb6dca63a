//! The seasonal naive forecast: what was a season ago comes again. With a period of one, the last value stays.
//!
//! ŷ(t+h) = y(t+h−km), with k the smallest whole number that reaches into the past. Source: Hyndman and Athanasopoulos,
//! *Forecasting: Principles and Practice* (3rd ed.), 5.2. It assumes that neither level nor season moves. It misleads after a
//! holiday or an outage, which it repeats; every other model is measured against it.

use super::model::{Fitted, Model};

#[derive(Debug, Clone, Copy)]
pub(crate) struct SeasonalNaive {
    pub(crate) period: usize,
}

impl SeasonalNaive {
    fn next(self, past: &[f64], horizon: usize) -> Option<Vec<f64>> {
        let season = past.get(past.len().checked_sub(self.period)?..)?;
        Some(season.iter().copied().cycle().take(horizon).collect())
    }
}

impl Model for SeasonalNaive {
    fn name(&self) -> String {
        if self.period == 1 { "naive".to_owned() } else { format!("seasonal naive ({})", self.period) }
    }

    fn fit(&self, y: &[f64]) -> Option<Box<dyn Fitted>> {
        (self.period > 0 && y.len() >= self.period).then(|| Box::new(*self) as Box<dyn Fitted>)
    }

    fn repeats(&self) -> bool {
        true
    }
}

impl Fitted for SeasonalNaive {
    fn forecasts(&self, y: &[f64], origins: &[usize], horizon: usize) -> Option<Vec<Vec<f64>>> {
        origins.iter().map(|&origin| self.next(&y[..origin], horizon)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_season_comes_again() {
        let model = SeasonalNaive { period: 3 };
        let y = [9.0, 1.0, 2.0, 3.0];
        let fitted = model.fit(&y).expect("a season is known");
        assert_eq!(fitted.forecasts(&y, &[3, 4], 4), Some(vec![vec![9.0, 1.0, 2.0, 9.0], vec![1.0, 2.0, 3.0, 1.0]]));
    }

    #[test]
    fn less_than_a_season_tells_nothing() {
        assert!(SeasonalNaive { period: 7 }.fit(&[1.0; 6]).is_none());
    }
}

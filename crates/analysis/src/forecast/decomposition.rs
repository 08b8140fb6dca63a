//! Seasons taken apart by local regression (MSTL), the rest forecast by smoothing, the last cycle of each season put back.
//!
//! For each period in turn, twice round: each place of the season is smoothed over the cycles, what is slow is taken out of that,
//! and the trend is smoothed through what remains. Sources: Cleveland, Cleveland, McRae and Terpenning (1990) for one season;
//! Bandara, Hyndman and Bergmeir (2021) for several. It assumes that seasons change slowly. A holiday in the last cycle is repeated
//! in the next unless its effect was taken out before.

use super::local;
use super::model::{Fitted, Model};
use super::smoothing::Smoothing;

#[derive(Debug, Clone)]
pub(crate) struct Decomposition {
    /// Ascending.
    pub(crate) periods: Vec<usize>,
}

#[derive(Debug)]
struct DecompositionFit {
    periods: Vec<usize>,
    rest: Box<dyn Fitted>,
}

/// Cycles over which a place of the season is smoothed; more for each longer season, as MSTL's authors advise.
const CYCLES: usize = 11;

impl Model for Decomposition {
    fn name(&self) -> String {
        let periods: Vec<_> = self.periods.iter().map(ToString::to_string).collect();
        format!("decomposition by seasons ({}), damped trend", periods.join(", "))
    }

    fn fit(&self, y: &[f64]) -> Option<Box<dyn Fitted>> {
        let longest = *self.periods.last()?;
        if y.len() < 2 * longest + 4 {
            return None;
        }
        let rest = adjusted(y, &seasons(y, &self.periods));
        let fitted = Smoothing { trend: true, periods: vec![], lingering: false }.fit(&rest)?;
        Some(Box::new(DecompositionFit { periods: self.periods.clone(), rest: fitted }))
    }
}

fn adjusted(y: &[f64], seasons: &[Vec<f64>]) -> Vec<f64> {
    y.iter().enumerate().map(|(t, v)| v - seasons.iter().map(|s| s[t]).sum::<f64>()).collect()
}

/// What each season adds at each step.
fn seasons(y: &[f64], periods: &[usize]) -> Vec<Vec<f64>> {
    let mut seasons = vec![vec![0.0; y.len()]; periods.len()];
    let rounds = if periods.len() > 1 { 2 } else { 1 };
    for _ in 0..rounds {
        for (i, &period) in periods.iter().enumerate() {
            let others: Vec<f64> = (0..y.len())
                .map(|t| y[t] - seasons.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, s)| s[t]).sum::<f64>())
                .collect();
            seasons[i] = season(&others, period, CYCLES + 4 * i);
        }
    }
    seasons
}

/// One season by STL's inner loop, twice round.
fn season(y: &[f64], period: usize, cycles: usize) -> Vec<f64> {
    let n = y.len();
    let mut trend = vec![0.0; n];
    let mut season = vec![0.0; n];
    // The least odd window that lets no seasonal variation into the trend, by STL's authors.
    let window = (period + period / 2 + 2 * period / cycles + 3) | 1;
    for _ in 0..2 {
        let places = by_place(y, &trend, period, cycles);
        // One cycle longer at both ends, so that the averages below give n values back.
        let slow = local::average(&local::average(&local::average(&places, period), period), 3);
        season = (0..n).map(|t| places[t + period] - slow[t]).collect();
        let rest: Vec<f64> = y.iter().zip(&season).map(|(v, s)| v - s).collect();
        trend = local::line(&rest, window, (window / 10).max(1));
    }
    season
}

/// Each place of the season smoothed over the cycles, from one cycle before the series to one after it.
fn by_place(y: &[f64], trend: &[f64], period: usize, cycles: usize) -> Vec<f64> {
    let mut places = vec![0.0; y.len() + 2 * period];
    for place in 0..period {
        let values: Vec<f64> = y.iter().zip(trend).skip(place).step_by(period).map(|(v, t)| v - t).collect();
        let smooth = local::mean_extended(&values, cycles);
        for (cycle, v) in smooth.iter().enumerate() {
            if let Some(cell) = places.get_mut(place + cycle * period) {
                *cell = *v;
            }
        }
    }
    places
}

impl Fitted for DecompositionFit {
    fn forecasts(&self, y: &[f64], origins: &[usize], horizon: usize) -> Option<Vec<Vec<f64>>> {
        let mut told = Vec::with_capacity(origins.len());
        for &origin in origins {
            let past = &y[..origin];
            let seasons = seasons(past, &self.periods);
            let mut path = self.rest.forecasts(&adjusted(past, &seasons), &[origin], horizon)?.pop()?;
            for (season, &period) in seasons.iter().zip(&self.periods) {
                for (h, v) in path.iter_mut().enumerate() {
                    *v += season[origin - period + h % period];
                }
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
    fn two_seasons_are_told_apart() {
        let day = [1.0, 0.0, -1.0, 0.0];
        let long = |t: usize| if (t / 4) % 5 < 2 { 3.0 } else { -2.0 };
        let y: Vec<f64> = (0..200).map(|t| 50.0 + day[t % 4] + long(t)).collect();
        let model = Decomposition { periods: vec![4, 20] };
        let told = model.fit(&y).and_then(|f| f.forecasts(&y, &[200], 20)).expect("a forecast").remove(0);
        for (h, told) in told.iter().enumerate() {
            let want = 50.0 + day[h % 4] + long(200 + h);
            assert!((told - want).abs() < 0.3, "{told} for {want} at {h}");
        }
    }

    #[test]
    fn a_season_is_no_part_of_the_trend() {
        let y: Vec<f64> = (0..70).map(|t| t as f64 + [3.0, -3.0, 0.0, 1.0, -1.0, 2.0, -2.0][t % 7]).collect();
        let got = season(&y, 7, 11);
        assert!((got[35] - 3.0).abs() < 0.2 && (got[36] + 3.0).abs() < 0.2, "{:?}", &got[35..42]);
    }
}

//! Which models a series is tried with, given what its past can tell.

use super::autoregression::Autoregression;
use super::decomposition::Decomposition;
use super::limits::SMOOTHED_PERIOD_MAX;
use super::model::Model;
use super::naive::SeasonalNaive;
use super::regression::Regression;
use super::rhythm::Rhythm;
use super::smoothing::Smoothing;
use super::theta::Theta;

/// All that may be worth a try on a past of `known` values. A model that finds it too short says so itself.
pub(crate) fn all(rhythm: &Rhythm, known: usize) -> Vec<Box<dyn Model>> {
    let seasons = rhythm.seen_in(known);
    let short: Vec<usize> = seasons.iter().copied().filter(|&p| p <= SMOOTHED_PERIOD_MAX).collect();
    let mut models: Vec<Box<dyn Model>> = vec![
        Box::new(SeasonalNaive { period: 1 }),
        Box::new(Smoothing { trend: true, periods: vec![], lingering: false }),
        Box::new(Theta { period: 1 }),
    ];
    for &period in &seasons {
        models.push(Box::new(SeasonalNaive { period }));
    }
    for &period in &short {
        models.push(Box::new(Theta { period }));
    }
    if let Some(&first) = short.first() {
        models.push(Box::new(Smoothing { trend: false, periods: vec![first], lingering: false }));
        models.push(Box::new(Smoothing { trend: true, periods: short.clone(), lingering: true }));
        models.push(Box::new(Decomposition { periods: short }));
    }
    models.extend(autoregressions(&seasons).into_iter().map(|model| Box::new(model) as Box<dyn Model>));
    models.extend(regression(rhythm, &seasons, known).into_iter().map(|model| Box::new(model) as Box<dyn Model>));
    models
}

fn autoregressions(seasons: &[usize]) -> Vec<Autoregression> {
    let with = |differences: &[usize], lags: Vec<usize>| Autoregression { differences: differences.to_vec(), lags };
    let everywhere = lags(seasons);
    let mut models = vec![with(&[], everywhere.clone()), with(&[1], vec![1, 2, 3]), with(&[1], everywhere.clone())];
    for &period in seasons {
        models.push(with(&[period], everywhere.clone()));
        models.push(with(&[period], vec![1, 2, period, period + 1]));
        models.push(with(&[period, 1], vec![1, 2, period - 1, period, period + 1]));
    }
    for model in &mut models {
        model.lags.sort_unstable();
        model.lags.dedup();
    }
    models
}

/// The last steps, and a step to either side of where each season comes round, of its half and its quarter where it is long.
fn lags(seasons: &[usize]) -> Vec<usize> {
    let mut lags = vec![1, 2, 3];
    for (i, &period) in seasons.iter().enumerate() {
        lags.extend([period - 1, period, period + 1]);
        if i == 0 && period < 50 {
            lags.extend([2 * period, 2 * period + 1]);
        } else if i == 0 {
            lags.extend([4, period / 4, period / 2]);
        } else {
            lags.extend([period - seasons[0], period - seasons[0] + 1]);
        }
    }
    lags.retain(|&lag| lag > 0);
    lags.sort_unstable();
    lags.dedup();
    lags
}

fn regression(rhythm: &Rhythm, seasons: &[usize], known: usize) -> Vec<Regression> {
    let year = rhythm.year_seen_in(known);
    let mut waves: Vec<(f64, usize)> = Vec::new();
    for &period in seasons.iter().filter(|&&p| p <= SMOOTHED_PERIOD_MAX && (year.is_none() || p < 50)) {
        waves.push((period as f64, (period / 2).min(if period > 50 { 12 } else { 10 })));
    }
    waves.extend(year.map(|year| (year, if known as f64 >= 2.0 * year { 10 } else { 3 })));
    if waves.is_empty() {
        return Vec::new();
    }
    let first = seasons.first().copied().filter(|&p| p < 50);
    let mut rest = vec![1, 2];
    rest.extend(first);
    rest.sort_unstable();
    rest.dedup();
    let longest = waves.iter().map(|(period, _)| *period).fold(1.0, f64::max);
    vec![Regression { waves, half_life: 8.0 * longest, rest }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lags_are_where_seasons_come_round() {
        assert_eq!(lags(&[24, 168]), [1, 2, 3, 23, 24, 25, 48, 49, 144, 145, 167, 168, 169]);
        assert_eq!(lags(&[52]), [1, 2, 3, 4, 13, 26, 51, 52, 53]);
        assert_eq!(lags(&[]), [1, 2, 3]);
    }

    #[test]
    fn a_short_past_is_not_tried_with_long_seasons() {
        let names: Vec<_> = all(&Rhythm::daily(), 60).iter().map(|m| m.name()).collect();
        assert!(names.iter().any(|n| n == "seasonal naive (7)") && names.iter().all(|n| !n.contains("364")), "{names:?}");
    }
}

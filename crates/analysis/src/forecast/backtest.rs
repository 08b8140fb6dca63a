//! Every model forecast from days of the past it had not seen, and a mixture of those that did well.
//!
//! Rolling origins (Tashman 2000): models are fitted once, on what lies before the first origin, and forecast from each. Weights go
//! by the mean absolute error to the fourth power, so that the best few decide together; that a mixture beats the choice of one is
//! the most repeated result of forecasting competitions (Makridakis, Spiliotis and Assimakopoulos 2020). The mixture's own errors
//! are taken with weights learnt from the other origins, or they would be too kind.

use super::candidates;
use super::limits::{BACKTEST_PART_MAX, LATE_MAX, ORIGINS_MAX};
use super::model::Model;
use super::naive::SeasonalNaive;
use super::past::Past;
use super::rhythm::Rhythm;
use super::scale::Scale;

/// Where a backtest forecasts from, and how far.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Ascending.
    pub(crate) origins: Vec<usize>,
    /// Ascending, after the last of `origins`: less than a horizon is known after them. They judge no model, but tell how wide an
    /// interval has to be now: without them a change of the last days would go unnoticed for a whole horizon.
    pub(crate) late: Vec<usize>,
    pub(crate) horizon: usize,
}

impl Plan {
    /// For a past of `known` values whose shortest season is `period` and whose longest is `longest`.
    pub(crate) fn new(known: usize, horizon: usize, period: usize, longest: usize) -> Self {
        let room = part(known, BACKTEST_PART_MAX).max(1);
        // A season and a few values are always left to learn from.
        let room = room.min(known.saturating_sub(period + 5)).max(1);
        let horizon = horizon.min((room * 2 / 3).max(1));
        // Half a horizon apart, so that tests overlap little; spread over the longest season, so that none of its parts decides
        // alone.
        let mut gap = (horizon / 2).max(longest / (ORIGINS_MAX - 1)).min((room - horizon) / (ORIGINS_MAX - 1)).max(1);
        // Never whole seasons apart, or all tests would begin on the same weekday.
        while period > 1 && gap > 1 && gap.is_multiple_of(period) {
            gap += 1;
        }
        let count = ((room - horizon) / gap + 1).min(ORIGINS_MAX);
        let last = known - horizon;
        let lately = (horizon / LATE_MAX).max(1);
        let late = (1..horizon).step_by(lately).take(LATE_MAX).map(|left| known - left).rev().collect();
        Self { origins: (0..count).rev().map(|back| last - back * gap).collect(), late, horizon }
    }

    /// All origins, ascending.
    pub(crate) fn all(&self) -> Vec<usize> {
        self.origins.iter().chain(&self.late).copied().collect()
    }

    /// How much worse than the best a model may have been to be carried: the more tests that do not overlap, the less.
    fn believable(&self) -> f64 {
        let span = self.origins.last().zip(self.origins.first()).map_or(0, |(last, first)| last - first) + self.horizon;
        1.0 + BELIEF * self.horizon as f64 / span as f64
    }
}

/// With one test, a model three times as bad as the best is still carried; with ten, one a fifth worse.
const BELIEF: f64 = 2.0;

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a length is a length")]
fn part(length: usize, share: f64) -> usize {
    (length as f64 * share) as usize
}

/// A model that was tested and has forecast.
#[derive(Debug)]
pub(crate) struct Tested {
    pub(crate) name: String,
    /// Per origin and step, what was forecast.
    told: Vec<Vec<f64>>,
    /// Per origin, the mean absolute error over known values; `None` where none is known.
    errors: Vec<Option<f64>>,
    pub(crate) ahead: Vec<f64>,
}

/// Tests every candidate on every scale that fits, and lets it forecast.
pub(crate) fn run(past: &Past, rhythm: &Rhythm, plan: &Plan, horizon: usize) -> Vec<Tested> {
    let known = plan.origins.first().copied().unwrap_or(0);
    let models = candidates::all(rhythm, known);
    let bounds = Bounds::of(&past.y);
    let mut tested = Vec::new();
    for scale in Scale::fitting(&past.y) {
        let z = scale.put(&past.y);
        for model in &models {
            if scale == Scale::Plain || !model.repeats() {
                tested.extend(test(model.as_ref(), scale, &z, past, plan, horizon, &bounds));
            }
        }
    }
    tested
}

/// The seasonal naive forecast, against which all others are held.
pub(crate) fn naive(past: &Past, period: usize, plan: &Plan, horizon: usize) -> Option<Tested> {
    let period = if plan.origins.first().is_some_and(|&first| first >= period) { period } else { 1 };
    test(&SeasonalNaive { period }, Scale::Plain, &past.y, past, plan, horizon, &Bounds::of(&past.y))
}

/// What a forecast may come to: further than three times the whole range away is a model that ran away.
struct Bounds {
    low: f64,
    high: f64,
}

impl Bounds {
    fn of(y: &[f64]) -> Self {
        let low = y.iter().copied().fold(f64::MAX, f64::min);
        let high = y.iter().copied().fold(f64::MIN, f64::max);
        let reach = 3.0 * (high - low) + 1e-6 * high.abs().max(low.abs());
        Self { low: low - reach, high: high + reach }
    }

    fn hold(&self, told: &[f64]) -> bool {
        told.iter().all(|v| *v >= self.low && *v <= self.high)
    }
}

fn test(model: &dyn Model, scale: Scale, z: &[f64], past: &Past, plan: &Plan, horizon: usize, bounds: &Bounds) -> Option<Tested> {
    let first = *plan.origins.first()?;
    let mut told = model.fit(&z[..first])?.forecasts(z, &plan.all(), plan.horizon)?;
    told.iter_mut().for_each(|path| scale.back(path));
    let mut ahead = model.fit(z)?.forecasts(z, &[z.len()], horizon)?.pop()?;
    scale.back(&mut ahead);
    if !bounds.hold(&ahead) || !told.iter().all(|path| bounds.hold(path)) {
        return None;
    }
    let errors = told.iter().zip(&plan.origins).map(|(path, &origin)| mean_error(path, past, origin)).collect();
    Some(Tested { name: format!("{}{}", model.name(), scale.name()), told, errors, ahead })
}

fn mean_error(path: &[f64], past: &Past, origin: usize) -> Option<f64> {
    let steps = path.iter().zip(&past.y[origin..]).zip(&past.known[origin..]);
    let errors: Vec<f64> = steps.filter(|(_, known)| **known).map(|((told, came), _)| (told - came).abs()).collect();
    (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64)
}

impl Tested {
    /// Over all origins, or all but one.
    pub(crate) fn error(&self, without: Option<usize>) -> Option<f64> {
        let kept = self.errors.iter().enumerate().filter(|(i, _)| Some(*i) != without).filter_map(|(_, error)| *error);
        let (count, sum) = kept.fold((0_usize, 0.0), |(count, sum), error| (count + 1, sum + error));
        (count > 0).then(|| sum / count as f64)
    }
}

/// Weights that add up to one; equal ones where no error is known.
pub(crate) fn weights(tested: &[Tested], plan: &Plan, without: Option<usize>) -> Vec<f64> {
    let errors: Vec<f64> = tested.iter().map(|model| model.error(without).unwrap_or(1.0)).collect();
    let limit = plan.believable();
    let least = errors.iter().copied().fold(f64::MAX, f64::min);
    // A perfect record among others that are nearly so must not divide by zero.
    let floor = least.max(errors.iter().copied().fold(0.0, f64::max) * 1e-6).max(f64::MIN_POSITIVE);
    let raw: Vec<f64> =
        errors.iter().map(|error| if *error > limit * floor { 0.0 } else { (floor / error.max(floor)).powi(4) }).collect();
    let total: f64 = raw.iter().sum();
    raw.iter().map(|weight| weight / total).collect()
}

fn mix<'a>(paths: impl Iterator<Item = &'a [f64]>, weights: &[f64], length: usize) -> Vec<f64> {
    let mut sum = vec![0.0; length];
    for (path, weight) in paths.zip(weights) {
        for (cell, v) in sum.iter_mut().zip(path) {
            *cell += weight * v;
        }
    }
    sum
}

/// The mixture's forecast.
pub(crate) fn ahead(tested: &[Tested], weights: &[f64], horizon: usize) -> Vec<f64> {
    mix(tested.iter().map(|model| model.ahead.as_slice()), weights, horizon)
}

/// What the mixture would have told from each origin, late ones last, with weights learnt from the others.
pub(crate) fn hindsight(tested: &[Tested], plan: &Plan) -> Vec<Vec<f64>> {
    let one = |origin: usize| {
        // A single origin has no others: its weights are its own, and its few errors are widened by the interval.
        let weights = weights(tested, plan, (plan.origins.len() > 1 && origin < plan.origins.len()).then_some(origin));
        mix(tested.iter().map(|model| model.told[origin].as_slice()), &weights, plan.horizon)
    };
    (0..plan.origins.len() + plan.late.len()).map(one).collect()
}

/// The mean over origins of the mean absolute error of paths told from them.
pub(crate) fn error_of(paths: &[Vec<f64>], past: &Past, plan: &Plan) -> Option<f64> {
    let errors: Vec<f64> = paths.iter().zip(&plan.origins).filter_map(|(path, &origin)| mean_error(path, past, origin)).collect();
    (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(y: Vec<f64>) -> Past {
        Past { known: vec![true; y.len()], y, from: 0, silent: 0, notes: vec![] }
    }

    #[test]
    fn origins_end_a_horizon_before_the_end() {
        let plan = Plan::new(400, 28, 7, 7);
        assert_eq!((plan.origins.len(), plan.horizon, plan.origins.last()), (12, 28, Some(&372)));
        assert!(plan.origins[0] >= 200);
        // Weekdays take turns.
        assert!(!(plan.origins[1] - plan.origins[0]).is_multiple_of(7));
    }

    #[test]
    fn a_short_past_is_tested_as_far_as_it_goes() {
        for known in 14..60 {
            for horizon in [1, 7, 14] {
                let plan = Plan::new(known, horizon, 7, 7);
                let (first, last) = (plan.origins[0], plan.origins[plan.origins.len() - 1]);
                assert!(first >= known / 2 && last + plan.horizon == known && plan.horizon >= 1, "{known} {horizon}");
            }
        }
    }

    #[test]
    fn the_better_record_weighs_sixteen_times_as_much_at_half_the_error() {
        let model = |error| Tested { name: String::new(), told: vec![], errors: vec![Some(error)], ahead: vec![error] };
        let plan = Plan { origins: vec![10], late: vec![], horizon: 5 };
        let weights = weights(&[model(1.0), model(2.0)], &plan, None);
        assert!((weights[0] / weights[1] - 16.0).abs() < 1e-9);
        assert!((weights[0] + weights[1] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_model_that_runs_away_is_left_out() {
        let y: Vec<f64> = (0..60).map(|t| 1.2_f64.powi(t)).collect();
        let past = past(y);
        let plan = Plan::new(60, 20, 1, 1);
        let high = 4.0 * past.y[59];
        assert!(run(&past, &Rhythm::of(&[]), &plan, 20).iter().all(|model| model.ahead.iter().all(|v| *v <= high + 1.0)));
    }

    #[test]
    fn filled_values_are_not_scored() {
        let mut past = past(vec![1.0; 20]);
        past.y[15] = 100.0;
        assert!(mean_error(&[1.0; 10], &past, 10) > Some(9.0));
        past.known[15] = false;
        assert_eq!(mean_error(&[1.0; 10], &past, 10), Some(0.0));
    }
}

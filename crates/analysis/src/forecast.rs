//! What a series will do next, with intervals that hold.
//!
//! [`forecast`] makes the past even, takes events out, tests every candidate model by forecasting from days of the past, mixes
//! those that did well, puts intervals around the mixture from the errors it would have made, and says what is to be known about
//! it. It never does worse in that test than repeating the last season: where nothing is better, that is what it does. Where the
//! past tells nothing it says why.
//!
//! # How
//! - **Candidates**: seasonal naive ŷ(t+h) = y(t+h−km); exponential smoothing with damped trend and several seasons (ETS); Theta; seasons
//!   by local regression (MSTL); regression on waves of the calendar with an autoregressive rest; autoregression on differences. Each on
//!   the scale that suits it (as it is, root, logarithm).
//! - **Choice**: rolling origins; weights are the mean absolute error to the minus fourth power; the mixture's own errors are taken with
//!   weights learnt from the other origins.
//! - **Intervals**: split conformal over those errors: |error| ÷ σ(h), σ(h) = hᵇ, pooled, newer ones weighing more, their quantile widened by
//!   Student's t for the number of tests that do not overlap. Sums over the horizon have intervals from errors of sums.
//! - **Holidays and sales** ([`holiday_events`]): mean distance from the same place in the nearest three seasons, shrunk by
//!   1 − (σ²/n)/effect², nothing within two standard errors (more where many events are looked at); taken out before, put back when they
//!   come again.
//! - **Conversion lag** ([`Completion`]): chain ladder over restated days; shares in by age put the last days right.
//! - **Wholes and parts** ([`agree`]): weighted least squares reconciliation, so that campaigns add up to their account.
//!
//! # Sources
//! Hyndman, Koehler, Ord and Snyder (2008); Taylor (2003); Assimakopoulos and Nikolopoulos (2000); Bandara, Hyndman and Bergmeir (2021);
//! Tashman (2000); Makridakis, Spiliotis and Assimakopoulos (2020); Vovk, Gammerman and Shafer (2005); Barber, Candès, Ramdas and
//! Tibshirani (2023); James and Stein (1961); Donoho and Johnstone (1994); Mack (1993); Wickramasuriya, Athanasopoulos and Hyndman (2019).
//!
//! # Assumptions
//! The coming weeks are as hard as the tested ones; level and season drift rather than jump; an event does the same each time; conversion
//! lag stays what it was.
//!
//! # When it misleads
//! - It knows nothing of causes: a budget that will be raised tomorrow is not in the past.
//! - A break that the past has not seen is not covered by intervals until a day after it is in; a trend that came with a jump is carried
//!   on, though tiring.
//! - An event seen once may have been something else that day; the note tells how often it was seen.
//! - A year seen once cannot be told from a trend or a campaign that ran then.
//! - On logarithms what comes back is the median, so that sums of many forecasts are a little low where errors are skewed.

mod autoregression;
mod backtest;
mod candidates;
mod completion;
mod decomposition;
mod events;
mod hierarchy;
mod holidays;
mod interval;
mod least_squares;
mod limits;
mod local;
mod model;
mod naive;
mod outlook;
mod past;
mod regression;
mod rhythm;
mod scale;
mod search;
mod season;
mod smoothing;
mod theta;

pub use completion::{Completion, Corrected, Restated};
pub use events::Event;
pub use hierarchy::{Disagreement, Part, agree};
pub use holidays::events as holiday_events;
pub use outlook::{Backtest, Because, Bounds, FirstSum, Forecast, Interval, Note, Outlook, Share};
pub use rhythm::Rhythm;

use backtest::Plan;
use limits::HORIZON_PER_HISTORY_MAX;
use past::Past;

/// Whether values below zero exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Spend, clicks, conversions: never forecast below zero.
    Zero,
    /// Profit, changes.
    None,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Options {
    /// Steps ahead, from the one after the series' last.
    pub horizon: usize,
    /// The seasons to expect.
    pub rhythm: Rhythm,
    /// Whether values below zero exist.
    pub bound: Bound,
    /// Holidays and sales, those to come among them.
    pub events: Vec<Event>,
    /// Shares of values that intervals shall hold, each between 0 and 1.
    pub levels: Vec<f64>,
    /// Numbers of first steps whose sums are told with bounds of their own; those beyond the horizon are left out.
    pub firsts: Vec<usize>,
}

impl Options {
    /// Days of something that is never below zero, with 80 % and 95 % intervals.
    #[must_use]
    pub fn daily(horizon: usize) -> Self {
        Self { horizon, rhythm: Rhythm::daily(), bound: Bound::Zero, events: vec![], levels: vec![0.8, 0.95], firsts: vec![] }
    }
}

/// Forecasts a series of evenly spaced values, oldest first; what is missing is `None`, which is not zero.
#[must_use]
pub fn forecast(values: &[Option<f64>], options: &Options) -> Outlook {
    match told(values, options) {
        Ok(forecast) => Outlook::Forecast(forecast),
        Err(because) => Outlook::CannotTell { because },
    }
}

fn told(values: &[Option<f64>], options: &Options) -> Result<Forecast, Because> {
    if options.horizon == 0 {
        return Err(Because::NoHorizon);
    }
    let period = options.rhythm.shortest_in(values.len());
    let mut past = past::even(values, period)?;
    let horizon = options.horizon.saturating_add(past.silent);
    let most = past.y.len() * HORIZON_PER_HISTORY_MAX;
    if horizon > most {
        return Err(Because::TooFar { horizon, most });
    }
    if let Some((value, note)) = standstill(&past, period, options.bound) {
        return Ok(flat(value, note, past, options));
    }
    let effects = events::take_out(&mut past, &options.events, period);
    let longest = options.rhythm.seen_in(past.y.len()).last().copied().unwrap_or(1);
    let plan = Plan::new(past.y.len(), horizon, period, longest);
    let mut forecast = mixed(&past, options, period, &plan, horizon)?;
    let from = past.y.len();
    let before = forecast.points.clone();
    for path in paths(&mut forecast) {
        effects.put_on(path, from);
        path.drain(..past.silent);
        if options.bound == Bound::Zero {
            path.iter_mut().for_each(|v| *v = v.max(0.0));
        }
    }
    move_sums(&mut forecast, &before, past.silent, options.bound);
    forecast.notes.splice(0..0, past.notes);
    Ok(forecast)
}

/// Bounds of sums follow what events and unseen steps did to them. The sum of all points was of the unseen ones, too.
fn move_sums(forecast: &mut Forecast, points: &[f64], silent: usize, bound: Bound) {
    let seen = forecast.points.clone();
    for (steps, told) in forecast.sums() {
        let unseen = if steps == seen.len() { 0 } else { silent };
        let before: f64 = points.iter().skip(unseen).take(steps + silent - unseen).sum();
        let after: f64 = seen.iter().take(steps).sum();
        for bounds in told {
            let ends = [bounds.lower, bounds.upper];
            let [lower, upper] =
                ends.map(|end| if before > 0.0 && after > 0.0 { end * after / before } else { end + after - before });
            (bounds.lower, bounds.upper) = (lower.min(after), upper.max(after));
            if bound == Bound::Zero {
                bounds.lower = bounds.lower.max(0.0);
            }
        }
    }
}

fn paths(forecast: &mut Forecast) -> impl Iterator<Item = &mut Vec<f64>> {
    let bounds = forecast.intervals.iter_mut().flat_map(|interval| [&mut interval.lower, &mut interval.upper]);
    std::iter::once(&mut forecast.points).chain(bounds)
}

/// Numbers of first steps that are asked for and lie within the horizon.
fn firsts(options: &Options) -> impl Iterator<Item = usize> + '_ {
    options.firsts.iter().copied().filter(|steps| (1..options.horizon).contains(steps))
}

/// What stands still needs no model: what never varied, and what has stood at zero for longer than ever before.
fn standstill(past: &Past, period: usize, bound: Bound) -> Option<(f64, Note)> {
    let last = *past.y.last()?;
    if past.y.iter().all(|v| *v == last) {
        return Some((last, Note::NeverVaried));
    }
    let run = past.y.iter().rev().take_while(|v| **v == 0.0).count();
    let earlier = past.y[..past.y.len() - run].split(|v| *v != 0.0).map(<[f64]>::len).max().unwrap_or(0);
    let stopped = bound == Bound::Zero && run >= (2 * period).max(7) && run > earlier;
    stopped.then_some((0.0, Note::Stopped { steps: run }))
}

fn flat(value: f64, note: Note, past: Past, options: &Options) -> Forecast {
    let path = vec![if options.bound == Bound::Zero { value.max(0.0) } else { value }; options.horizon];
    let interval = |&level: &f64| Interval { level, lower: path.clone(), upper: path.clone() };
    let mut notes = past.notes;
    notes.push(note);
    let exactly = |sum: f64| options.levels.iter().map(|&level| Bounds { level, lower: sum, upper: sum }).collect();
    let firsts = firsts(options).map(|steps| FirstSum { steps, bounds: exactly(path.iter().take(steps).sum()) }).collect();
    Forecast {
        intervals: options.levels.iter().map(interval).collect(),
        total: exactly(path.iter().sum()),
        firsts,
        points: path,
        models: vec![Share { model: "naive".to_owned(), weight: 1.0, error: 0.0 }],
        backtest: Backtest { origins: 0, horizon: 0, error: 0.0, naive_error: 0.0 },
        notes,
    }
}

fn mixed(past: &Past, options: &Options, period: usize, plan: &Plan, horizon: usize) -> Result<Forecast, Because> {
    let naive = backtest::naive(past, period, plan, horizon).ok_or(Because::NoModel)?;
    let naive_error = naive.error(None).ok_or(Because::NoModel)?;
    let mut notes = Vec::new();
    let mut tested = backtest::run(past, &options.rhythm, plan, horizon);
    let mut hindsight = backtest::hindsight(&tested, plan);
    let mut error = backtest::error_of(&hindsight, past, plan).unwrap_or(f64::MAX);
    if tested.is_empty() || error > 1.25 * naive_error {
        tested = vec![naive];
        hindsight = backtest::hindsight(&tested, plan);
        error = naive_error;
        notes.push(Note::NaiveIsBest);
    }
    if plan.horizon < horizon {
        notes.push(Note::TestedShorter { horizon: plan.horizon });
    }
    if plan.origins.len() < limits::ORIGINS_MAX / 2 {
        notes.push(Note::FewOrigins { origins: plan.origins.len() });
    }
    let weights = backtest::weights(&tested, plan, None);
    let points = backtest::ahead(&tested, &weights, horizon);
    let errors = interval::Errors::of(&hindsight, past, plan);
    let mut levels = options.levels.clone();
    levels.sort_by(f64::total_cmp);
    let first = |steps: usize| {
        let (sums, points) = (errors.first(&hindsight, past, plan, steps), points.iter().skip(past.silent).take(steps).copied());
        let points: Vec<f64> = points.collect();
        let around =
            |&level: &f64| sums.as_ref().map_or_else(|| errors.around_sum(&points, level), |sums| sums.around_sum(&points, level));
        FirstSum { steps, bounds: levels.iter().map(around).collect() }
    };
    Ok(Forecast {
        intervals: levels.iter().map(|&level| errors.around(&points, level)).collect(),
        total: levels.iter().map(|&level| errors.around_sum(&points, level)).collect(),
        firsts: firsts(options).map(first).collect(),
        points,
        models: shares(&tested, &weights),
        backtest: Backtest { origins: plan.origins.len(), horizon: plan.horizon, error, naive_error },
        notes,
    })
}

/// Models that are worth a mention, the weightiest first.
fn shares(tested: &[backtest::Tested], weights: &[f64]) -> Vec<Share> {
    let mut shares: Vec<Share> = tested
        .iter()
        .zip(weights)
        .filter(|(_, weight)| **weight >= 0.01)
        .map(|(model, &weight)| Share { model: model.name.clone(), weight, error: model.error(None).unwrap_or(0.0) })
        .collect();
    shares.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    shares
}

#[cfg(test)]
mod tests;

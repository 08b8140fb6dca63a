//! A metric's value over some days, and how sure it is.
//!
//! The value is the registry's formula on the sums of the days on which all its base metrics are known. Its variance is the larger of two:
//! the **jackknife** over days (leave one day out, see how the formula moves), which knows what the days really did and holds for any formula;
//! and a **Poisson floor**, what the formula would move by if each count in it varied by its square root, which holds where few days happen to
//! agree. An amount varies with the things it is the amount of: revenue with conversions, store revenue with orders.
//!
//! Both take days for independent but for the weekday. Levels wander, though, so a change is also held against the client's own past ([`usual_change`]): how
//! far the metric usually moved from one window of this length to the next, as the median over windows sliding through the days before.
//!
//! **Assumes** windows of whole weeks, and that the past is like the present. **Misleads** where there is little past: a level that wanders then passes
//! for one that moved.

use super::{CannotTell, observed::Observed};
use compact_str::CompactString;
use std::ops::Range;
use trimtab_domain::{
    graph::Graph,
    metric::{Definition, Metric, Registry, Unit},
};

/// Windows of the past it takes to know what is usual.
const FEWEST_WINDOWS: usize = 3;

/// A value and how sure it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    /// On the sums of the known days, as a metric query would tell it.
    pub(super) shown: f64,
    /// As if every day of the window were known, so that windows of equal length compare.
    pub(super) value: f64,
    pub(super) variance: f64,
    /// Days it rests on.
    pub(super) days: usize,
    /// The sums of its base metrics, as if every day were known.
    pub(super) sums: Vec<(CompactString, f64)>,
}

/// A metric with what it is computed from.
pub(super) struct Computed<'a> {
    metric: &'static Metric,
    bases: Vec<&'static Metric>,
    observed: &'a Observed,
}

impl<'a> Computed<'a> {
    pub(super) fn of(id: &str, observed: &'a Observed) -> Result<Self, CannotTell> {
        let registry = Registry::builtin();
        let metric = registry.get(id).map_err(|_| CannotTell::NoFigures(id.into()))?;
        Ok(Self { metric, bases: registry.bases(metric), observed })
    }

    /// The value where the base metrics come to this.
    pub(super) fn value(&self, sums: &[f64]) -> Option<f64> {
        let sum = |name: &str| {
            let place = self.bases.iter().position(|base| base.id == name);
            place.and_then(|place| sums.get(place).copied()).or_else(|| self.observed.constants.get(name).copied())
        };
        let value = match &self.metric.definition {
            Definition::Column { .. } => sums.first().copied(),
            Definition::Formula(formula) => formula.evaluate(&sum),
        };
        value.filter(|value| value.is_finite())
    }

    /// The base metrics of a day, where all are known.
    fn day(&self, place: usize) -> Option<Vec<f64>> {
        self.bases.iter().map(|base| self.observed.at(&base.id, place)).collect()
    }

    /// The value of each day; `None` where it has none.
    pub(super) fn daily(&self, window: Range<usize>) -> Vec<Option<f64>> {
        window.map(|place| self.day(place).and_then(|sums| self.value(&sums))).collect()
    }

    /// The value over a window.
    pub(super) fn over(&self, graph: &Graph, window: &Range<usize>, coverage: f64) -> Result<Figure, CannotTell> {
        let name = || CompactString::from(&self.metric.id);
        let days: Vec<Vec<f64>> = window.clone().filter_map(|place| self.day(place)).collect();
        let (have, of) = (days.len(), window.len());
        if have == 0 {
            return Err(CannotTell::NoFigures(name()));
        }
        if have < 2 || count(have) < coverage * count(of) {
            return Err(CannotTell::Gaps { metric: name(), have, of });
        }
        let add = |sums: &mut Vec<f64>, day: &Vec<f64>| sums.iter_mut().zip(day).for_each(|(sum, figure)| *sum += figure);
        let plain = days.iter().fold(vec![0.0; self.bases.len()], |mut sums, day| {
            add(&mut sums, day);
            sums
        });
        let scale = count(of) / count(have);
        let sums: Vec<f64> = plain.iter().map(|sum| sum * scale).collect();
        let (shown, value) = match (self.value(&plain), self.value(&sums)) {
            (Some(shown), Some(value)) => (shown, value),
            _ => return Err(CannotTell::NoValue(name())),
        };
        let variance = self.jackknife(&plain, &days, scale).max(self.poisson(graph, &sums, value, window));
        let variance = if variance.is_finite() { variance } else { return Err(CannotTell::NoValue(name())) };
        let sums = self.bases.iter().map(|base| CompactString::from(&base.id)).zip(sums).collect();
        Ok(Figure { shown, value, variance, days: have, sums })
    }

    fn jackknife(&self, plain: &[f64], days: &[Vec<f64>], scale: f64) -> f64 {
        let all = count(days.len());
        let without = |day: &Vec<f64>| {
            let rest: Vec<f64> = plain.iter().zip(day).map(|(sum, figure)| (sum - figure) * scale * all / (all - 1.0)).collect();
            self.value(&rest)
        };
        let values: Vec<f64> = days.iter().filter_map(without).collect();
        if values.len() < 2 {
            return 0.0;
        }
        let mean = values.iter().sum::<f64>() / count(values.len());
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        squares * (count(values.len()) - 1.0) / count(values.len())
    }

    fn poisson(&self, graph: &Graph, sums: &[f64], value: f64, window: &Range<usize>) -> f64 {
        let moved = |place: usize, by: f64| {
            let mut other = sums.to_vec();
            other[place] += by;
            self.value(&other).map_or(0.0, |moved| moved - value)
        };
        let variance = |(place, base): (usize, &&Metric)| match base.unit {
            Unit::Count | Unit::Number => moved(place, 1.0).powi(2) * sums[place].max(1.0),
            Unit::Money => {
                let counter = graph.metric(&base.id).and_then(|node| node.counted_by.as_deref());
                let things = counter.and_then(|id| self.observed.sum(id, window)).filter(|things| *things >= 1.0);
                things.map_or(0.0, |things| moved(place, sums[place] / things).powi(2) * things)
            }
            Unit::Percent | Unit::Ratio => 0.0,
        };
        self.bases.iter().enumerate().map(variance).sum()
    }
}

/// How far a metric usually moves from one window to the next, as the standard deviation of its logarithm, over pairs of windows that end before a place;
/// and how many windows lie beside one another there. `None` where fewer than three do.
pub(super) fn usual_change(computed: &Computed<'_>, end: usize, length: usize, coverage: f64) -> Option<(f64, usize)> {
    let windows = end / length.max(1);
    if windows < FEWEST_WINDOWS {
        return None;
    }
    let value = |from: usize| {
        let days: Vec<Vec<f64>> = (from..from + length).filter_map(|place| computed.day(place)).collect();
        let enough = count(days.len()) >= coverage * count(length) && !days.is_empty();
        let scale = count(length) / count(days.len());
        let sums: Vec<f64> = (0..computed.bases.len()).map(|base| days.iter().map(|day| day[base]).sum::<f64>() * scale).collect();
        computed.value(&sums).filter(|value| enough && *value > 0.0)
    };
    let pair = |from: usize| Some((value(from + length)? / value(from)?).ln().abs());
    let mut moves: Vec<f64> = (0..=end - 2 * length).step_by(length.div_ceil(4)).filter_map(pair).collect();
    moves.sort_by(f64::total_cmp);
    // The median of a normal variable's size is two thirds of its standard deviation.
    let middle = moves.get(moves.len() / 2).filter(|_| moves.len() >= FEWEST_WINDOWS)?;
    Some((middle * 1.4826, windows))
}

/// What each base metric did to the move of a metric: Shapley values over putting the new sums in place of the old in every order, so that
/// they add up to the move whatever the formula. `None` where the formula has no value on the way.
pub(super) fn drivers(computed: &Computed<'_>, before: &Figure, now: &Figure) -> Option<Vec<(CompactString, f64)>> {
    let n = before.sums.len();
    if !(2..=6).contains(&n) || now.sums.len() != n {
        return None;
    }
    let value = |mask: usize| {
        let pick = |place: usize| if mask >> place & 1 == 1 { now.sums[place].1 } else { before.sums[place].1 };
        computed.value(&(0..n).map(pick).collect::<Vec<_>>())
    };
    let values: Vec<f64> = (0..1_usize << n).map(value).collect::<Option<_>>()?;
    let factorial = |n: usize| (1..=n).map(count).product::<f64>();
    let share = |place: usize| {
        let others = (0..1_usize << n).filter(|mask| mask >> place & 1 == 0);
        let weight = |size: usize| factorial(size) * factorial(n - size - 1) / factorial(n);
        others.map(|mask| weight(mask.count_ones() as usize) * (values[mask | 1 << place] - values[mask])).sum::<f64>()
    };
    Some(now.sums.iter().enumerate().map(|(place, (id, _))| (id.clone(), share(place))).collect())
}

#[expect(clippy::cast_precision_loss, reason = "counts of days")]
pub(super) const fn count(n: usize) -> f64 {
    n as f64
}

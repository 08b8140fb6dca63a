//! Whether a trigger holds, and how likely figures like these are if nothing of what it claims were so.
//!
//! A change is held against "no change" by a t-test of the two windows' values (Welch's degrees of freedom), and against what the metric usually does
//! from one window to the next, whichever makes it less sure; a bound by a t-test of the window against it; a trend by Kendall's statistic. All of several is as sure as its least sure part (the intersection–union test); any of several
//! pays for having had several goes (Bonferroni). Guards are judged by the figure alone and make nothing surer.

use super::{
    CannotTell, Settings,
    figure::{Computed, Figure, count, usual_change},
    observed::{Observed, Windows},
    trend::trend,
};
use crate::odds::student_below;
use trimtab_domain::{
    graph::{Bound, Condition, Graph, Heading, InsightDefinition, Move, Rule, Test},
    query::Comparison,
};

/// How a condition came out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Judged {
    /// Whether the figures are so.
    pub(super) holds: bool,
    /// How likely they would be by chance; `None`: it claims nothing.
    pub(super) chance: Option<f64>,
}

/// Judges conditions over one object.
pub(super) struct Judge<'a> {
    pub(super) graph: &'a Graph,
    pub(super) observed: &'a Observed,
    pub(super) windows: Windows,
    pub(super) settings: &'a Settings,
}

impl<'a> Judge<'a> {
    pub(super) fn of(
        graph: &'a Graph,
        observed: &'a Observed,
        definition: &InsightDefinition,
        settings: &'a Settings,
    ) -> Result<Self, CannotTell> {
        let windows = observed.windows(graph, definition, settings.unripe_days)?;
        Ok(Self { graph, observed, windows, settings })
    }

    /// Whether there is enough to look at.
    pub(super) fn enough(&self, definition: &InsightDefinition) -> Result<(), CannotTell> {
        let window = if definition.trigger.compares() { self.before()? } else { self.windows.now.clone() };
        for (metric, need) in &definition.minimum {
            let have = self.figure(metric, &window)?.shown;
            if have < *need {
                return Err(CannotTell::TooLittle { metric: metric.clone(), have, need: *need });
            }
        }
        Ok(())
    }

    pub(super) fn figure(&self, metric: &str, window: &std::ops::Range<usize>) -> Result<Figure, CannotTell> {
        Computed::of(metric, self.observed)?.over(self.graph, window, self.settings.coverage)
    }

    pub(super) fn before(&self) -> Result<std::ops::Range<usize>, CannotTell> {
        let need = self.windows.now.len() * 2;
        self.windows.before.clone().ok_or(CannotTell::TooShort { have: self.windows.now.end, need })
    }

    pub(super) fn condition(&self, condition: &Condition) -> Result<Judged, CannotTell> {
        match condition {
            Condition::Of(test) => {
                let judged = self.test(test)?;
                Ok(if test.guard { Judged { chance: None, ..judged } } else { judged })
            }
            Condition::All(parts) => self.all(parts),
            Condition::Any(parts) => self.any(parts),
        }
    }

    fn all(&self, parts: &[Condition]) -> Result<Judged, CannotTell> {
        let mut unknown = None;
        let mut judged = Judged { holds: true, chance: None };
        for part in parts {
            match self.condition(part) {
                Ok(part) => {
                    judged.holds &= part.holds;
                    judged.chance = judged.chance.into_iter().chain(part.chance).reduce(f64::max);
                }
                Err(why) => unknown = unknown.or(Some(why)),
            }
        }
        // One part that is not so settles it, whatever the others are.
        if judged.holds { unknown.map_or(Ok(judged), Err) } else { Ok(judged) }
    }

    fn any(&self, parts: &[Condition]) -> Result<Judged, CannotTell> {
        let mut unknown = None;
        let (mut holds, mut best, mut goes) = (false, None, 0);
        for part in parts {
            match self.condition(part) {
                Ok(part) => {
                    holds |= part.holds;
                    goes += usize::from(part.chance.is_some());
                    let counts = if part.holds { part.chance } else { None };
                    best = best.into_iter().chain(counts).reduce(f64::min);
                }
                Err(why) => unknown = unknown.or(Some(why)),
            }
        }
        if !holds && let Some(why) = unknown {
            return Err(why);
        }
        let claims = (goes > 0).then(|| best.map_or(1.0, |best: f64| (best * count(goes)).min(1.0)));
        Ok(Judged { holds, chance: claims })
    }

    fn test(&self, test: &Test) -> Result<Judged, CannotTell> {
        match test.rule {
            Rule::Absolute(comparison, bound) => self.absolute(&test.metric, comparison, bound),
            Rule::Relative(wanted) => self.relative(&test.metric, wanted),
            Rule::Trend { direction, days, percent } => self.trend(&test.metric, direction, usize::from(days), percent),
        }
    }

    /// What a bound comes to for this object.
    pub(super) fn bound(&self, metric: &str, bound: Bound) -> Result<f64, CannotTell> {
        match bound {
            Bound::Value(value) => Ok(value),
            Bound::OfTarget(times) => {
                let target = self.observed.targets.get(metric).filter(|target| target.is_finite());
                target.map(|target| target * times).ok_or_else(|| CannotTell::NoTarget(metric.into()))
            }
        }
    }

    fn absolute(&self, metric: &str, comparison: Comparison, bound: Bound) -> Result<Judged, CannotTell> {
        let bound = self.bound(metric, bound)?;
        let figure = self.figure(metric, &self.windows.now)?;
        let over = figure.value - bound;
        let above = matches!(comparison, Comparison::Greater | Comparison::AtLeast);
        let towards = if above { over } else { -over };
        let chance = if figure.variance > 0.0 {
            student_below(-towards / figure.variance.sqrt(), count(figure.days - 1))
        } else if towards > 0.0 {
            // Every day is the same: all a sign test could say.
            0.5_f64.powf(count(figure.days))
        } else {
            1.0
        };
        Ok(Judged { holds: comparison.holds(figure.shown, bound), chance: Some(chance) })
    }

    fn relative(&self, metric: &str, wanted: Move) -> Result<Judged, CannotTell> {
        let (before, now) = (self.figure(metric, &self.before()?)?, self.figure(metric, &self.windows.now)?);
        let percent = change(&before, &now).ok_or_else(|| CannotTell::NothingBefore(metric.into()))?;
        let rise = now.value - before.value;
        let towards = match wanted {
            Move::AtLeast(_) => rise,
            Move::AtMost(_) => -rise,
            // Nobody can show that nothing moved; it is a guard by nature.
            Move::Within(_) => return Ok(Judged { holds: wanted.holds(percent), chance: None }),
        };
        let holds = wanted.holds(percent);
        let spread = before.variance + now.variance;
        let chance = if spread > 0.0 {
            student_below(-towards / spread.sqrt(), freedom(&before, &now))
        } else if towards > 0.0 {
            // Every day of each window is the same: all an exchange of days could say.
            1.0 / choose(before.days + now.days, now.days)
        } else {
            1.0
        };
        let chance = if holds { chance.max(self.unusual(metric, now.value / before.value)) } else { chance };
        Ok(Judged { holds, chance: Some(chance) })
    }

    /// How likely a change to so many times the figure is, going by what the metric did before these windows; zero where there is too little past.
    fn unusual(&self, metric: &str, times: f64) -> f64 {
        let (now, coverage) = (&self.windows.now, self.settings.coverage);
        let computed = Computed::of(metric, self.observed);
        let usual = computed.ok().and_then(|computed| usual_change(&computed, now.start, now.len(), coverage));
        match usual {
            // A fall to nothing is infinitely far.
            Some((spread, windows)) if spread > 0.0 => student_below(-times.max(0.0).ln().abs() / spread, count(windows - 1)),
            _ => 0.0,
        }
    }

    fn trend(&self, metric: &str, direction: Heading, days: usize, least: f64) -> Result<Judged, CannotTell> {
        let end = self.windows.now.end;
        let from = end.checked_sub(days).ok_or(CannotTell::TooShort { have: end, need: days })?;
        let series = Computed::of(metric, self.observed)?.daily(from..end);
        let have = series.iter().flatten().count();
        if count(have) < self.settings.coverage * count(days) {
            return Err(CannotTell::Gaps { metric: metric.into(), have, of: days });
        }
        let found = trend(&series).ok_or_else(|| CannotTell::NothingBefore(metric.into()))?;
        let (percent, chance) = match direction {
            Heading::Rising => (found.percent, found.chance_rising),
            Heading::Falling => (-found.percent, found.chance_falling),
        };
        Ok(Judged { holds: percent > 0.0 && percent >= least, chance: Some(chance) })
    }
}

/// The change in percent; `None` where there was nothing, or less, before.
pub(super) fn change(before: &Figure, now: &Figure) -> Option<f64> {
    let percent = (now.value / before.value - 1.0) * 100.0;
    (before.value > 0.0 && percent.is_finite()).then_some(percent)
}

/// Degrees of freedom of a difference of two unlike variances (Welch and Satterthwaite).
fn freedom(before: &Figure, now: &Figure) -> f64 {
    let part = |figure: &Figure| figure.variance.powi(2) / count(figure.days - 1).max(1.0);
    let freedom = (before.variance + now.variance).powi(2) / (part(before) + part(now));
    if freedom.is_finite() { freedom.max(1.0) } else { 1.0 }
}

fn choose(n: usize, k: usize) -> f64 {
    (1..=k).map(|i| count(n - k + i) / count(i)).product()
}

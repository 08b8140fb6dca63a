//! How far the value of reaching a benchmark is counted: no further than the account has shown that it can go.

use super::{
    FunnelSettings, Limit,
    ratio::Ratio,
    stages::{Link, View},
};

/// More than so many times what a period yielded is not counted, whatever was before: it would be another account.
const TIMES_MOST: f64 = 2.0;
/// The part of a stretch's days that must be known.
const KNOWN_LEAST: f64 = 0.75;

/// The yield up to which value is counted, and why not up to the benchmark. `None` of a yield: no value is.
pub(super) fn plausible(
    view: &View,
    link: Link,
    now: Ratio,
    should: f64,
    settings: &FunnelSettings,
) -> (Option<f64>, Option<Limit>) {
    let Some((best, from)) = best(view, link, settings) else { return (None, Some(Limit::NoPast)) };
    let doubled = now.rate * TIMES_MOST;
    if best.rate <= now.rate {
        return (None, Some(Limit::NeverBetter));
    }
    // A stage that let nobody through has no double.
    if doubled > 0.0 && doubled < best.rate.min(should) {
        return (Some(doubled), Some(Limit::Doubled));
    }
    if best.rate >= should {
        return (Some(should), None);
    }
    let days = view.days_from(from, view.length(link.step));
    (Some(best.rate), days.map(|days| Limit::OwnBest { value: link.step.shown(best.rate), days }))
}

/// The best stretch before the period that is as long as it, and the place of its first day.
fn best(view: &View, link: Link, settings: &FunnelSettings) -> Option<(Ratio, usize)> {
    let (length, end) = (view.length(link.step), view.spans(link.step).period.0);
    let known = |days: &[(f64, f64)]| days.len() as f64 >= (length as f64 * KNOWN_LEAST).max(settings.least_days as f64);
    let stretch = |from: usize| {
        let days = view.days(link, &view.whole, (from, from + length));
        let ratio = Ratio::of(&days, link.step.is_counted()).filter(|_| known(&days))?;
        // A stretch of few outcomes is a good one by luck.
        let told = !link.step.is_counted() || ratio.expects(ratio.rate) >= settings.least_expected;
        told.then_some((ratio, from))
    };
    let stretches = (0..=end.checked_sub(length)?).filter_map(stretch);
    stretches.max_by(|a, b| a.0.rate.total_cmp(&b.0.rate))
}

//! How long an ad lasts until it has lost so much of its appeal.

use super::course::{Course, Move};
use super::trend::Trend;
use super::{DaysLeft, Settings};

/// Days the pace of wear is taken from: the last ones, for wear slows down as it goes on.
const PACE_DAYS: usize = 21;
/// What lies further away is not told.
const FAR: f64 = 365.0;

/// Days until what is left of the rate is `1 − share` of what it was: the logarithm has `lost` so far and goes on at the slope of the
/// last weeks. The interval is that of the slope and of what was lost so far.
pub(crate) fn days_left(course: &Course, lost: Move, settings: &Settings) -> Option<DaysLeft> {
    let goal = (1.0 - settings.share).ln();
    if lost.log <= goal {
        return Some(DaysLeft { days: 0.0, from: 0.0, to: Some(0.0) });
    }
    let n = course.places.len();
    let from = n.saturating_sub(PACE_DAYS);
    let days: Vec<f64> = course.places[from..].iter().map(|p| *p as f64).collect();
    let pace = Trend::of(&days, &course.rates[from..], &course.logs[from..])?;
    let whole = course.trend()?;
    let slope = if pace.slope < 0.0 { pace.slope } else { whole.slope };
    let wide = 1.282 * lost.error;
    let until = |slope: f64, log: f64| (slope < 0.0).then(|| ((goal - log) / slope).max(0.0)).filter(|d| *d <= FAR);
    let days = until(slope, lost.log)?;
    let fastest = pace.slope_interval.0.min(whole.slope_interval.0);
    let slowest = pace.slope_interval.1.max(whole.slope_interval.1);
    Some(DaysLeft {
        days,
        from: until(fastest, lost.log - wide).unwrap_or(0.0).min(days),
        to: until(slowest, lost.log + wide).map(|d| d.max(days)),
    })
}

//! Whether a score rises or falls.
//!
//! The slope is the median of all pairwise slopes (Theil 1950, Sen 1968), which one bad week does not turn; whether there is one at all
//! is Kendall's test of order (Mann 1945) with its normal approximation and ties. Neighbouring scores share days where they are computed
//! over overlapping periods: hand in one per period, or the test is too sure.

use crate::{
    anomaly::robust::{median, sane},
    odds,
    untold::Untold,
};
use trimtab_domain::Day;

/// Scores it takes: with fewer, no order is rare.
const LEAST: usize = 5;
/// Probability at which an order is called a course.
const SURE: f64 = 0.9;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Course {
    /// It rises.
    Up,
    /// It falls.
    Down,
    /// Neither beyond doubt.
    Flat,
}

/// The course of a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Which way.
    pub course: Course,
    /// Points a week.
    pub per_week: f64,
    /// How sure it is that it rises or falls (of [`Course::Flat`]: that it does neither), 0 to 1.
    pub confidence: f64,
}

/// The course of scores by day, oldest first.
///
/// # Errors
/// Why it cannot be told: fewer than five scores of different days.
pub fn trend(history: &[(Day, f64)]) -> Result<Trend, Untold> {
    let Some(first) = history.first().map(|(day, _)| *day) else { return Err(few(0)) };
    let place = |day: Day| f64::from(first.until(day).map_or(0, |span| span.get_days()));
    let mut points: Vec<(f64, f64)> = history.iter().filter_map(|(day, score)| Some((place(*day), sane(Some(*score))?))).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points.dedup_by(|a, b| a.0 == b.0);
    let n = points.len();
    if n < LEAST {
        return Err(few(n));
    }
    let pairs = || points.iter().enumerate().flat_map(|(i, a)| points[i + 1..].iter().map(move |b| (*a, *b)));
    let mut slopes: Vec<f64> = pairs().map(|(a, b)| (b.1 - a.1) / (b.0 - a.0)).collect();
    let order: f64 = pairs()
        .map(|(a, b)| {
            if b.1 > a.1 {
                1.0
            } else if b.1 < a.1 {
                -1.0
            } else {
                0.0
            }
        })
        .sum();
    let size = |n: f64| n * (n - 1.0) * (2.0 * n + 5.0);
    let mut scores: Vec<f64> = points.iter().map(|point| point.1).collect();
    scores.sort_by(f64::total_cmp);
    let ties: f64 = scores.chunk_by(|a, b| a == b).map(|tie| size(tie.len() as f64)).sum();
    let variance = (size(n as f64) - ties) / 18.0;
    let z = if variance > 0.0 { (order.abs() - 1.0).max(0.0) / variance.sqrt() } else { 0.0 };
    let sure = 2.0 * odds::below(z) - 1.0;
    let course = match order {
        _ if sure < SURE => Course::Flat,
        order if order > 0.0 => Course::Up,
        _ => Course::Down,
    };
    let confidence = if course == Course::Flat { 1.0 - sure } else { sure };
    Ok(Trend { course, per_week: median(&mut slopes) * 7.0, confidence: confidence.clamp(0.0, 1.0) })
}

fn few(have: usize) -> Untold {
    Untold::new("trend", format!("it takes {LEAST} scores and there are {have}"))
}

//! Whether something that happened on a day moved the rate, rather than wear.
//!
//! Wear is gradual; a change of budget, audience or auction moves the rate when it happens. So the days are cut where it happened, and the
//! step at a cut is what the rate moved there beyond the slope between cuts (the median of all pairs that no cut parts). If the steps
//! make up half of the fall, what happened is why. Whether the rate falls between cuts too is Kendall's score summed over the pieces, or
//! that of one piece at a level divided by their number.
//!
//! Where nothing is known to have happened, a step is still no wear if two levels explain the days far better than the best gradual fall.

use super::EXPLAINS;
use super::course::{Course, Move};
use super::trend::{Pairs, without_trend};
use crate::anomaly::robust::median;
use crate::odds::normal_at;

/// Days to either side of a cut that its step is taken from.
const ASIDE: usize = 14;
/// Days a piece has at least.
const PIECE_LEAST: usize = 4;
/// How often a fall between cuts may be chance.
const LEVEL: f64 = 0.05;

/// What cuts tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Steps {
    /// The sum of the steps, as a logarithm.
    pub(crate) log: f64,
    /// Whether the rate falls between cuts too.
    pub(crate) falls_between: bool,
    /// Whether the steps are why it falls.
    pub(crate) explain: bool,
}

/// What the rate did at some places and between them. `None` where no place has days enough on both sides.
pub(crate) fn at(course: &Course, cuts: &[usize], fall: Move) -> Option<Steps> {
    let mut bounds: Vec<usize> = cuts.iter().map(|cut| course.places.partition_point(|p| p < cut)).collect();
    bounds.sort_unstable();
    bounds.dedup();
    bounds.retain(|b| *b >= PIECE_LEAST && *b + PIECE_LEAST <= course.places.len());
    if bounds.is_empty() {
        return None;
    }
    let ends: Vec<usize> = std::iter::once(0).chain(bounds.iter().copied()).chain([course.places.len()]).collect();
    let pieces = || ends.windows(2).map(|pair| pair[0]..pair[1]);
    let pairs: Vec<Pairs> = pieces().map(|piece| Pairs::of(&course.rates[piece])).collect();
    let mut slopes: Vec<f64> = Vec::new();
    for piece in pieces() {
        for i in piece.clone() {
            slopes.extend(
                (i + 1..piece.end).map(|j| (course.logs[j] - course.logs[i]) / (course.places[j] - course.places[i]) as f64),
            );
        }
    }
    let slope = median(&mut slopes);
    // Where it is one step, what seems to fall between is noise.
    let slope = if cuts.iter().any(|cut| sudden(course, *cut)) { 0.0 } else { slope };
    let log: f64 = ends.windows(3).map(|three| step(course, three[0], three[1], three[2], slope)).sum();
    let inflation = course.trend().map_or(1.0, |t| t.inflation);
    let together = pairs.iter().copied().fold(Pairs::default(), Pairs::and);
    let alone = normal_at(LEVEL / pairs.len() as f64);
    let falls_between = together.z(inflation) < normal_at(LEVEL) || pairs.iter().any(|piece| piece.z(inflation) < alone);
    Some(Steps { log, falls_between, explain: log < EXPLAINS * fall.log })
}

/// How much better one step explains a series than the best gradual fall, by Schwarz's criterion, for it to be told (Kass and Raftery
/// 1995 call it strong).
const STRONG: f64 = 6.0;

/// Whether the rate fell in one step at a place rather than gradually: two levels explain it better than a line or a curve does.
pub(crate) fn sudden(course: &Course, cut: usize) -> bool {
    let at = course.places.partition_point(|p| *p < cut);
    let (Some(trend), n) = (course.trend(), course.places.len()) else { return false };
    if at < PIECE_LEAST || at + PIECE_LEAST > n {
        return false;
    }
    let days: Vec<f64> = course.places.iter().map(|p| *p as f64).collect();
    let squares = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter().map(|v| (v - mean).powi(2)).sum::<f64>()
    };
    let gradual = squares(&without_trend(&days, &course.logs, trend.slope));
    let stepped = squares(&course.logs[..at]) + squares(&course.logs[at..]);
    // A step has a place besides two levels.
    stepped > 0.0 && n as f64 * (gradual / stepped).ln() > (n as f64).ln() + STRONG
}

fn step(course: &Course, from: usize, cut: usize, to: usize, slope: f64) -> f64 {
    let before = from.max(cut.saturating_sub(ASIDE))..cut;
    let after = cut..to.min(cut + ASIDE);
    let mean = |places: &[usize]| places.iter().map(|p| *p as f64).sum::<f64>() / places.len().max(1) as f64;
    let apart = mean(&course.places[after.clone()]) - mean(&course.places[before.clone()]);
    median(&mut course.logs[after].to_vec()) - median(&mut course.logs[before].to_vec()) - slope * apart
}

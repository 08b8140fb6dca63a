//! How much of a fall is nothing but a shift between placements.
//!
//! The rate is a mean over placements weighted by impressions. Its move splits exactly into a part within placements (each rate's
//! move at the mean of both weights) and a part between them (each weight's move at the mean of both rates): Kitagawa 1955.

use super::course::Stretch;
use crate::track::{Figures, Track};

/// The move of a rate by what moved it, in clicks per impression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Split {
    pub(crate) within: f64,
    pub(crate) between: f64,
}

/// Splits a move between two stretches over placements; `None` where they had no impressions in one of them.
pub(crate) fn split(placements: &[Track], early: Stretch, late: Stretch) -> Option<Split> {
    let sums = |track: &Track, s: Stretch| Figures::sum(track.days.get(s.from..=s.to).unwrap_or_default()).unwrap_or_default();
    let parts: Vec<(Figures, Figures)> = placements.iter().map(|t| (sums(t, early), sums(t, late))).collect();
    let (n0, n1) = parts.iter().fold((0.0, 0.0), |(a, b), (e, l)| (a + e.impressions, b + l.impressions));
    if !(n0 > 0.0 && n1 > 0.0) {
        return None;
    }
    let mut split = Split { within: 0.0, between: 0.0 };
    for (e, l) in parts {
        let (w0, w1) = (e.impressions / n0, l.impressions / n1);
        let rate = |f: Figures| (f.impressions > 0.0).then(|| f.clicks / f.impressions);
        // A placement that was not there in one of them moves nothing but weights.
        let (Some(r0), Some(r1)) = (rate(e).or(rate(l)), rate(l).or(rate(e))) else { continue };
        split.within += (r1 - r0) * f64::midpoint(w0, w1);
        split.between += (w1 - w0) * f64::midpoint(r0, r1);
    }
    (split.within.is_finite() && split.between.is_finite()).then_some(split)
}

//! Agreement with people on where a series changed, as the Turing Change Point Dataset measures it (van den Burg and Williams 2020,
//! arXiv 2003.06222).
//!
//! Several people marked each series and do not agree. F1: a true point is found if a prediction lies within the margin, each
//! prediction used once; precision is over the union of all people's points, recall the mean over people. Cover: for each person
//! the mean, weighted by length, of how well his segments are covered by ours (Jaccard), then the mean over people. The start of
//! the series counts as a point everywhere, so that finding nothing where nothing was marked is right. To predict nothing at all is
//! a strong rule by both.

use std::collections::BTreeSet;

/// Steps a prediction may be off.
pub const MARGIN: usize = 5;

/// Between 0 and 1. A change point is the first step of the new segment; `people` holds one list for each person.
#[must_use]
pub fn f1(people: &[Vec<usize>], predicted: &[usize], margin: usize) -> f64 {
    let with_start = |points: &[usize]| points.iter().copied().chain([0]).collect::<BTreeSet<usize>>();
    let predicted = with_start(predicted);
    let people: Vec<BTreeSet<usize>> = people.iter().map(|points| with_start(points)).collect();
    if people.is_empty() {
        return 0.0;
    }
    let union: BTreeSet<usize> = people.iter().flatten().copied().collect();
    let precision = matches(&union, &predicted, margin) as f64 / predicted.len() as f64;
    let recalls = people.iter().map(|points| matches(points, &predicted, margin) as f64 / points.len() as f64);
    let recall = recalls.sum::<f64>() / people.len() as f64;
    if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
}

fn matches(truth: &BTreeSet<usize>, predicted: &BTreeSet<usize>, margin: usize) -> usize {
    let mut left = predicted.clone();
    let found = truth.iter().filter(|&&point| {
        let near = left.iter().copied().filter(|p| p.abs_diff(point) <= margin).min_by_key(|p| (p.abs_diff(point), *p));
        near.is_some_and(|p| left.remove(&p))
    });
    found.count()
}

/// Between 0 and 1, for a series of `steps`.
#[must_use]
pub fn cover(people: &[Vec<usize>], predicted: &[usize], steps: usize) -> f64 {
    if people.is_empty() || steps == 0 {
        return 0.0;
    }
    let ours = segments(predicted, steps);
    let covered = |points: &Vec<usize>| {
        let best = |&(from, to): &(usize, usize)| {
            let jaccard =
                |&(a, b): &(usize, usize)| to.min(b).saturating_sub(from.max(a)) as f64 / (to.max(b) - from.min(a)) as f64;
            (to - from) as f64 * ours.iter().map(jaccard).fold(0.0, f64::max)
        };
        segments(points, steps).iter().map(best).sum::<f64>() / steps as f64
    };
    people.iter().map(covered).sum::<f64>() / people.len() as f64
}

fn segments(points: &[usize], steps: usize) -> Vec<(usize, usize)> {
    let ends: BTreeSet<usize> = points.iter().copied().filter(|p| *p < steps).chain([0, steps]).collect();
    let ends: Vec<usize> = ends.into_iter().collect();
    ends.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_by_hand() {
        let people = [vec![50], vec![]];
        // Union {0, 50}; nothing predicted: precision 1/1, recall (1/2 + 1)/2.
        assert!((f1(&people, &[], MARGIN) - 2.0 * 0.75 / 1.75).abs() < 1e-12);
        assert_eq!(f1(&people, &[55], MARGIN), 1.0);
        assert!((f1(&people, &[56], MARGIN) - 2.0 * 0.5 * 0.75 / 1.25).abs() < 1e-12);
        // One prediction cannot serve two points.
        assert!(f1(&[vec![10, 12]], &[11], MARGIN) < 1.0);
    }

    #[test]
    fn covering_by_hand() {
        assert_eq!(cover(&[vec![50]], &[50], 100), 1.0);
        assert_eq!(cover(&[vec![50]], &[], 100), 0.5);
        // Segments 0..50 and 50..100 against 0..25 and 25..100: 25/50 and 50/75, by halves.
        assert!((cover(&[vec![50]], &[25], 100) - 0.5 * (0.5 + 50.0 / 75.0)).abs() < 1e-12);
    }
}

//! Attribution of another scope than the visit's, and what becomes of campaigns when there are too many of them.

use super::{Cell, place};
use crate::{
    ga4::{
        field::Scope,
        figures::{Figures, SESSIONS},
    },
    limits,
    world::{
        chance::{Chance, tag},
        commerce::way::Way,
    },
};
use std::sync::{Arc, LazyLock};

/// What visits by unknown ways are credited to in part: so many of the day's largest others.
const CREDITED: usize = 6;
/// Everything that is too small to be told apart.
static OTHER: LazyLock<Arc<Way>> = LazyLock::new(|| Arc::new(Way::unmarked("(other)", "(other)", "(other)", "(other)")));

/// The part of a way's visits that this scope credits to others, which brought the visitor before.
fn owed(scope: Scope, channel: &str) -> f64 {
    match (scope, channel) {
        (Scope::Event, "Direct") => 0.7,
        (Scope::User, "Direct") => 0.55,
        (Scope::User, "Email") => 0.8,
        (Scope::User, "Organic Search") => 0.2,
        _ => 0.0,
    }
}

/// Splits cells by the attribution of a scope.
pub(super) fn spread(cells: Vec<Cell>, scope: Scope, chance: Chance) -> Vec<Cell> {
    let mut largest: Vec<(i64, Arc<Way>)> = cells
        .iter()
        .filter(|c| owed(scope, c.ways[0].channel) == 0.0 && c.ways[0].channel != "Unassigned")
        .map(|c| (c.figures.get(SESSIONS), Arc::clone(&c.ways[0])))
        .collect();
    largest.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    largest.truncate(CREDITED);
    let all: f64 = largest.iter().map(|(sessions, _)| *sessions as f64).sum();
    if all <= 0.0 {
        return cells;
    }
    let mut spread = Vec::with_capacity(cells.len());
    for cell in cells {
        let owed = owed(scope, cell.ways[0].channel);
        if owed == 0.0 {
            spread.push(cell);
            continue;
        }
        let mut shares = vec![1.0 - owed];
        shares.extend(largest.iter().map(|(sessions, _)| owed * *sessions as f64 / all));
        let shift = chance.on(tag("credit")).on(tag(&cell.ways[0].source)).at(i64::from(cell.day)).unit();
        for (i, figures) in cell.figures.cut(&shares, shift).into_iter().enumerate() {
            let mut part = cell.with(figures);
            if let Some((_, way)) = i.checked_sub(1).and_then(|i| largest.get(i)) {
                part.ways[place(scope)] = Arc::clone(way);
            }
            spread.push(part);
        }
    }
    spread
}

/// Throws the ways beyond the largest together; answers whether there were any.
pub(super) fn throw_together(cells: &mut [Cell]) -> bool {
    let mut sums: Vec<(Arc<Way>, Figures)> = Vec::new();
    for cell in &*cells {
        match sums.iter_mut().find(|(way, _)| *way == cell.ways[0]) {
            Some((_, sum)) => sum.add(&cell.figures),
            None => sums.push((Arc::clone(&cell.ways[0]), cell.figures)),
        }
    }
    sums.sort_by(|a, b| b.1.get(SESSIONS).cmp(&a.1.get(SESSIONS)).then_with(|| a.0.cmp(&b.0)));
    let small: Vec<Arc<Way>> = sums.into_iter().skip(limits::GA4_WAYS_TOLD).map(|(way, _)| way).collect();
    for cell in cells {
        for way in &mut cell.ways {
            if small.contains(way) {
                *way = Arc::clone(&OTHER);
            }
        }
    }
    !small.is_empty()
}

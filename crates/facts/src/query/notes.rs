//! What a reader of a result must know beside its figures.

use super::{Asked, cells::Metrics, gaps::Gap, sums::Groups};
use crate::file::FileEntry;
use trimtab_domain::{
    Source,
    fact::Breakdown,
    query::{Dimension, Filter, Plan},
};

pub(super) fn all(asked: &Asked<'_>, metrics: &Metrics, current: &Groups, files: &[FileEntry], gaps: &[Gap]) -> Vec<String> {
    let mut notes = Vec::new();
    if metrics.asked.iter().any(|m| !m.additive) && current.rows.iter().any(|rows| *rows != 1) {
        let names: Vec<_> = metrics.asked.iter().filter(|m| !m.additive).map(|m| m.name.as_str()).collect();
        let plural = if names.len() == 1 { "is" } else { "are" };
        notes.push(format!(
            "{} {plural} known for one ad on one day only and cannot be added up; other cells and totals are empty",
            names.join(" and ")
        ));
    }
    if files.iter().any(|f| f.span_days > 1) {
        notes.push("some imported rows cover several days; they count on the last of these days".to_owned());
    }
    if let Plan::Breakdown(breakdowns) = asked.query.plan() {
        let approximate = |breakdown: &&Breakdown, source: Source| {
            let of_it = |file: &FileEntry| file.slice.platform == source.as_str() && file.slice.breakdown == breakdown.as_str();
            breakdown.is_approximate(source) && files.iter().any(of_it)
        };
        for source in Source::ALL {
            if let Some(breakdown) = breakdowns.iter().find(|breakdown| approximate(breakdown, source)) {
                notes.push(format!(
                    "{} tells figures by {} only approximately and leaves out small groups, so that they come to less than the whole",
                    source.label(),
                    breakdown.as_str().replace('_', " ")
                ));
            }
        }
    }
    notes.extend(gaps.iter().map(ToString::to_string));
    let pinned = |dimension: Dimension| {
        asked.query.dimensions().contains(&dimension)
            || asked.query.filters().iter().any(|f| matches!(f, Filter::Dimension { dimension: d, .. } if *d == dimension))
    };
    match asked.query.plan() {
        Plan::Conversions if !pinned(Dimension::ActionType) || !pinned(Dimension::Window) => notes.push(
            "action types and attribution windows overlap, so that sums over several of them count actions more than once; group or filter by both"
                .to_owned(),
        ),
        Plan::Breakdown(breakdowns) if files.is_empty() => {
            let names: Vec<_> = breakdowns.iter().map(|b| b.as_str().replace('_', " ")).collect();
            notes.push(format!("no figures by {} have been read for these days", names.join(" or by ")));
        }
        Plan::Hours if files.is_empty() => notes.push("no hours have been read for these days: they are kept for recent ones".to_owned()),
        Plan::Keywords(kind) if files.is_empty() => {
            notes.push(format!("no figures by {} have been read for these days", kind.as_str().replace('_', " ")));
        }
        _ => {}
    }
    notes
}

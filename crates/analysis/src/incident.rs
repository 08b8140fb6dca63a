//! Incidents of an ad account.

mod arrival;
mod case;
mod cause;
mod episode;
mod events;
mod explain;
mod grid;
mod metric;
mod scan;
mod season;
mod settings;
mod stake;
mod tell;
mod usual;
mod words;

pub use settings::{PeriodRule, Settings};

use crate::track::AccountTracks;
use trimtab_domain::finding::Finding;

/// Finds the incidents of an account, oldest first.
#[must_use]
pub fn incidents(tracks: &AccountTracks, settings: &Settings) -> Vec<Finding> {
    let grid = grid::Grid::new(tracks, settings);
    if grid.days == 0 {
        return vec![];
    }
    let scan = scan::scan(&grid, settings);
    let events = events::Events::new(&grid, &settings.inside);
    let cases = case::cases(&grid, &scan, settings);
    let since = settings.since.map_or(0, |day| {
        let place = tracks.account.first.until(day).map_or(0, |span| span.get_days());
        usize::try_from(place.max(0)).unwrap_or(0)
    });
    let told = cases.iter().filter(|case| case.to >= since).filter_map(|case| {
        let moves = cause::Moves::of(case, &scan);
        let verdict = cause::verdict(case, &moves, &grid, &scan, &events);
        verdict.told.then(|| tell::finding(case, &verdict, &grid, &scan))
    });
    told.collect()
}

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
    let mut told: Vec<(case::Case, cause::Verdict)> = Vec::new();
    for mut case in cases {
        let moves = cause::Moves::of(&case, &scan);
        let verdict = cause::verdict(&case, &moves, &grid, &scan, &events);
        if verdict.told {
            begin_with(&mut case, &verdict, &grid);
            told.push((case, verdict));
        }
    }
    let only = known_alone(&told, &grid, &events);
    told.extend(only);
    told.sort_by_key(|(case, _)| (case.from, case.who));
    told.iter().filter(|(case, _)| case.to >= since).map(|(case, verdict)| tell::finding(case, verdict, &grid, &scan)).collect()
}

/// What an event explains began with it.
fn begin_with(case: &mut case::Case, verdict: &cause::Verdict, grid: &grid::Grid<'_>) {
    let days = verdict.events.iter().filter_map(|event| grid.tracks.account.place(event.day));
    case.from = days.fold(case.from, usize::min);
}

/// Events that are to be told and that no case tells of.
fn known_alone(
    told: &[(case::Case, cause::Verdict)],
    grid: &grid::Grid<'_>,
    events: &events::Events<'_>,
) -> Vec<(case::Case, cause::Verdict)> {
    let mut alone: Vec<(case::Case, cause::Verdict)> = Vec::new();
    for (day, campaign, event) in events.of_campaigns() {
        let Some(place) = usize::try_from(day).ok().filter(|place| *place < grid.days) else { continue };
        let Some(verdict) = cause::of_event(event, events) else { continue };
        let known = |(case, of): &(case::Case, cause::Verdict)| {
            of.events.contains(event)
                || case.who == case::Who::Campaign(campaign)
                    && of.kind == verdict.kind
                    && (case.from..=case.to + 1).contains(&place)
        };
        if !told.iter().chain(&alone).any(known) {
            let rises = event.factor.is_some_and(|f| f > 1.0);
            alone.push((case::Case::of_event(campaign, place, grid.days, rises), verdict));
        }
    }
    alone
}

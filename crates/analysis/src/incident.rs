//! Incidents of an ad account.

mod arrival;
mod case;
mod cause;
mod episode;
mod events;
mod explain;
mod grid;
mod hourly;
mod keep;
mod metric;
mod odd;
mod period;
mod phrase;
mod scan;
mod season;
mod settings;
mod stake;
mod tell;
mod usual;
mod words;

pub use hourly::{HourlyTrack, hourly};
pub use keep::keep_ids;
pub use settings::{PeriodRule, Settings};

use crate::track::AccountTracks;
use case::{Case, Who};
use cause::{Moves, Verdict};
use events::Events;
use grid::Grid;
use std::collections::BTreeSet;
use trimtab_domain::finding::{Finding, FindingKind};

/// A case with what is said of it.
type Said = (Case, Verdict, Moves);

/// Finds the incidents of an account, oldest first.
#[must_use]
pub fn incidents(tracks: &AccountTracks, settings: &Settings) -> Vec<Finding> {
    let grid = Grid::new(tracks, settings);
    if grid.days == 0 {
        return vec![];
    }
    let scan = scan::scan(&grid, settings);
    let events = Events::new(&grid, &settings.inside);
    let mut cases = case::cases(&grid, &scan, settings);
    let odd = odd::odd_days(&grid, &scan, &cases);
    cases.extend(odd);
    let mut said: Vec<Said> = cases
        .into_iter()
        .map(|mut case| {
            let moves = Moves::of(&case, &scan);
            let verdict = cause::verdict(&case, &moves, &grid, &scan, &events);
            begin_with(&mut case, &verdict, &grid);
            (case, verdict, moves)
        })
        .collect();
    let alone = known_alone(&said, &grid, &scan, &events);
    said.extend(alone);
    let (weeks, notes) = period::rules(&grid, settings, &said);
    let mut found: Vec<Finding> = Vec::new();
    for (place, (case, verdict, _)) in said.iter().enumerate().filter(|(_, (_, verdict, _))| verdict.told) {
        let notes: Vec<String> = notes.iter().filter(|(of, _)| *of == place).map(|(_, note)| note.clone()).collect();
        found.push(tell::finding(case, verdict, &notes, &grid, &scan));
    }
    found.extend(weeks);
    found.sort_by(|a, b| a.from.cmp(&b.from).then_with(|| a.id.cmp(&b.id)));
    tell_apart(&mut found);
    found.retain(|finding| settings.since.is_none_or(|since| finding.to >= since));
    found
}

/// What an event explains began with it.
fn begin_with(case: &mut Case, verdict: &Verdict, grid: &Grid<'_>) {
    let days = verdict.events.iter().filter_map(|event| grid.tracks.account.place(event.day));
    case.from = days.fold(case.from, usize::min);
}

/// Events that are to be told and that no case tells of.
fn known_alone(said: &[Said], grid: &Grid<'_>, scan: &scan::Scan, events: &Events<'_>) -> Vec<Said> {
    let mut alone: Vec<Said> = Vec::new();
    for (day, campaign, event) in events.of_campaigns() {
        let Some(place) = usize::try_from(day).ok().filter(|place| *place < grid.days) else { continue };
        let Some(verdict) = cause::of_event(event, events) else { continue };
        let known = |(case, of, _): &Said| {
            let same = case.who == Who::Campaign(campaign) && of.kind == verdict.kind && (case.from..=case.to + 1).contains(&place);
            of.told && (of.events.contains(event) || same)
        };
        if !said.iter().chain(&alone).any(known) {
            let case = Case::of_event(campaign, place, grid.days, event.factor.is_some_and(|f| f > 1.0));
            let moves = Moves::of(&case, scan);
            alone.push((case, verdict, moves));
        }
    }
    alone
}

/// Two findings of one object may begin on one day: the second gets its metric into its id.
fn tell_apart(found: &mut [Finding]) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for finding in found {
        if !taken.insert(finding.id.clone()) {
            let rule = format!("{} {}", finding.rule, finding.headline);
            finding.id = Finding::id_of(FindingKind::Anomaly, &rule, &finding.entity, finding.metric.as_deref(), finding.from);
            taken.insert(finding.id.clone());
        }
    }
}

#[cfg(test)]
mod tests;

//! What went wrong in an ad account, why, and how much it matters: one incident for all signs of it.
//!
//! [`incidents`] looks at an account's days and its campaigns' at once. [`hourly`] looks at hours. [`keep_ids`] lets a stored incident be the
//! same one tomorrow.
//!
//! # How a day is judged
//! Each figure is a ratio: spend and impressions per day, clicks and cost per impression, conversions per click, revenue per conversion and
//! per unit of spend. Of each campaign a *level* is learnt, over ÷ under with fading memory (half a day's weight is gone after 5 days for
//! sizes, 10 for prices and click rates, 13 for what conversions are in), and of the account the week's profile. What a campaign is expected
//! to do is level × its own denominator × weekday × the share that is in. The account's *index* is Σ seen ÷ Σ expected over campaigns, so a
//! change of mix moves it by nothing; a campaign is judged by its own ratio over its siblings'. That ratio, on a scale on which chance is
//! even (a logarithm, a deviance for counts), divided by the standard deviation that days have had (learnt with fading memory, clipped at
//! three deviations, plus what the number of events makes) is the day's distance in *deviations*. All of it knows earlier days only.
//!
//! An *episode* begins where one day, or a run of up to six days leaning the same way, is far enough off together (n deviations of chance
//! add up to √n) and the change is large enough to matter; it lasts until two days in a row are usual. Its days teach nothing. After so many
//! days (campaign sizes 6, campaign rates 14, the account's spend 10, its rates 28) the new level is the usual one. An episode of the account needs all campaigns:
//! where one makes the move, the account is judged without it. Beside this, runs of days without any conversion
//! ([`crate::anomaly::tracking_losses`]), days that were not reported ([`crate::anomaly::missing`]) and days on which several figures are odd
//! together ([`crate::anomaly::Forest`]) are signs; and the rules of week against week ([`PeriodRule`]) with a test of significance.
//!
//! # Days whose conversions are still coming in
//! They are held against the share that is usually in at their age, handed in ([`Settings::arrived`]) or estimated from the days
//! themselves, with a variance for not knowing it better; the rules of week against week look at final days only. Best is a share learnt
//! from repeated readings: it finds a broken tag in the last days that the estimate takes for slow arrival.
//!
//! # From signs to an incident
//! Signs of one object whose days overlap are one case; three campaigns or more that move the same way on the same day with half of the
//! spend are the account's; a campaign whose leap of spend makes the account's rates move, by no more than the leap, explains them. Impressions
//! that cost more and clicks that bring less are two cases, for a price takes no conversions off a click. The cause comes from how all
//! figures moved together and from known events of the same object about the first day; where no event is on record, from figures alone.
//! What people do as a matter of course (a known change of budget by less than 45 %, a campaign switched off) is not told. The module
//! `cause` has the rules, `stake` what is at stake and how severe that is, `explain` how campaigns and factors share a move.
//!
//! # What was chosen on what
//! Thresholds were chosen on sandbox worlds of seeds 1 to 60, half with 3 businesses, 60 ads and 400 days, half with 6, 120 and 180. Seeds
//! 101 to 200 were looked at once, at the end; the evaluation (`examples/eval_incidents`) says what it counts. The rules of week against week
//! are given. How seldom an outsider comes, and what money must still buy on retail dates, were chosen on worlds to be shown of seeds 1 to 24.
//!
//! # When it misleads
//! - A loss of conversions by less than a fifth, or in an account with few conversions a day, is not seen within days.
//! - A silent pixel and one that loses most look the same where conversions on the platform itself go on.
//! - Without events, a budget cut by a stranger, by plan, or an ad set that was refused are one thing: spend at another level.
//! - A sale that only this account has shows as `demand`, or as a doubled tag where prices stay and it begins and ends like one.
//! - In the first three weeks of an account, and the first two of a campaign, nothing is judged.
//! - A move over weeks becomes usual as it goes; the rules of week against week see it.
//!
//! Confidence is d/(d + 2), d being the distances of the leading figure's days taken together; a cause's is that times how well it fits:
//! how many campaigns moved along, whether other figures stayed, whether an event says it.

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
mod state;
mod sum;
mod tell;
mod usual;

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

//! Runs of steps without any event, and whether chance explains them.

use super::{PixelInput, PixelSettings, Silence, cells::Cells, rhythm::Rhythm};
use crate::{counts, untold::Untold};

/// By how much a silence must miss more than any of the past did.
const LONGER: f64 = 1.25;
/// Days ahead within which an outage has to be noticed for it to be said when.
const NOTICED_DAYS: usize = 14;

#[derive(Debug, Default)]
pub(super) struct Quiet {
    pub(super) silences: Vec<Silence>,
    pub(super) noticed_after_hours: Option<f64>,
    /// How far a day without events would go towards an alarm; `None`: not known.
    pub(super) sight: Option<f64>,
}

pub(super) fn judge(cells: &Cells, input: &PixelInput<'_>, settings: &PixelSettings, untold: &mut Vec<Untold>) -> Quiet {
    let mut quiet = Quiet::default();
    if cells.len() == 0 {
        untold.push(Untold::new("silence", "no event of it was read"));
        return quiet;
    }
    let runs = runs(cells, settings.recall_days);
    let today = cells.len() / cells.per_day;
    let judged = runs.iter().filter_map(|run| judge_run(cells, *run, settings).ok());
    quiet.silences = judged.filter(|silence| silence.alarm || silence.ongoing).collect();
    if let Some(silence) = quiet.silences.last_mut().filter(|silence| silence.alarm && silence.ongoing) {
        // The platform saw it fire inside the silence: then the counts are late, not the pixel.
        if input.fired_hours_ago.is_some_and(|ago| ago >= 0.0 && ago < silence.hours - 1.0) {
            silence.alarm = false;
            untold.push(Untold::new("silence", "the platform says that it fired in hours for which it gives no events"));
        }
    }
    let until = quiet.silences.iter().find(|silence| silence.ongoing).map_or(today, |silence| silence.from / cells.per_day);
    match learn(cells, until, settings) {
        Ok(rhythm) => (quiet.noticed_after_hours, quiet.sight) = sight(cells, &rhythm, until, settings),
        Err(why) => untold.push(Untold::new("silence", why)),
    }
    quiet
}

/// A pixel without counts that has not fired although ads were clicked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Unfired {
    pub(super) hours: f64,
    /// Clicks of ads since.
    pub(super) clicks: f64,
    pub(super) rarity: f64,
}

/// Judges by when the platform says that it fired last; `None`: it has counts, or nothing is unusual.
pub(super) fn unfired(cells: &Cells, input: &PixelInput<'_>, settings: &PixelSettings) -> Option<Unfired> {
    let hours = input.fired_hours_ago.filter(|hours| hours.is_finite() && *hours >= settings.fired_late_hours)?;
    let clicks = cells.clicks.as_ref().filter(|_| cells.len() == 0)?;
    // The last day is going on; a whole day counts if it began after the pixel fired, whatever the hour.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "days, above zero")]
    let whole = ((hours / 24.0) as usize).saturating_sub(1);
    let since: f64 = clicks.counts.iter().rev().take(whole + 1).flatten().sum();
    let rarity = since * -(1.0 - settings.arrive).log10();
    (rarity >= settings.rarity).then_some(Unfired { hours, clicks: since, rarity })
}

fn learn(cells: &Cells, until: usize, settings: &PixelSettings) -> Result<Rhythm, String> {
    Rhythm::learn(cells, &cells.total, until, settings.window_days, settings.least_days, settings.rarity)
}

/// Runs of zeros that ended within the last days or not at all. Steps that were not read neither end nor lengthen them.
fn runs(cells: &Cells, recall_days: usize) -> Vec<(usize, usize)> {
    let recalled = cells.len().saturating_sub(recall_days * cells.per_day);
    let mut runs = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    for (place, count) in cells.total.counts.iter().enumerate() {
        match count {
            Some(count) if *count > 0.0 => runs.extend(open.take()),
            Some(_) => open = Some((open.map_or(place, |run| run.0), place)),
            None => {}
        }
    }
    runs.extend(open);
    runs.retain(|run| run.1 >= recalled);
    runs
}

fn judge_run(cells: &Cells, (from, to): (usize, usize), settings: &PixelSettings) -> Result<Silence, String> {
    let until = from / cells.per_day;
    let rhythm = learn(cells, until, settings)?;
    let silent: Vec<usize> = (from..=to).filter(|place| cells.total.counts[*place].is_some()).collect();
    let driven = driven(cells, &rhythm, (until, to / cells.per_day), settings);
    let driven_of = |place: usize| driven.get(place / cells.per_day - until).copied().unwrap_or(1.0);
    let expected: f64 = silent.iter().map(|place| rhythm.mean(cells, *place) * driven_of(*place)).sum();
    let rarity = counts::rarity_of_none(expected, rhythm.overdispersion(silent.len()));
    let ongoing = cells.total.counts[to..].iter().flatten().all(|count| *count == 0.0);
    Ok(Silence {
        from,
        to,
        hours: cells.hours(silent.len()),
        expected,
        rarity,
        ongoing,
        alarm: cells.hours(silent.len()) >= settings.least_hours
            && rarity >= settings.rarity
            && expected >= LONGER * rhythm.longest,
    })
}

/// Of each day, which part of its usual clicks came, at most all; 1 where that is not known.
fn driven(cells: &Cells, rhythm: &Rhythm, (from, to): (usize, usize), settings: &PixelSettings) -> Vec<f64> {
    let learnt = cells.clicks.as_ref().and_then(|clicks| {
        let (window, least) = (settings.window_days, settings.least_days);
        let days = cells.by_day();
        Rhythm::learn(&days, clicks, from, window, least, settings.rarity).ok().map(|usual| (clicks, usual, days))
    });
    let Some((clicks, usual, days)) = learnt else { return vec![] };
    let part = |day: usize| {
        let steps = day * cells.per_day..(day + 1) * cells.per_day;
        let of_day: f64 = steps.clone().map(|step| rhythm.mean(cells, step)).sum();
        let so_far: f64 = steps.filter(|step| *step < cells.len()).map(|step| rhythm.mean(cells, step)).sum();
        let due = usual.mean(&days, day) * if of_day > 0.0 { so_far / of_day } else { 1.0 };
        let came = clicks.counts.get(day).copied().flatten()?;
        (due > 0.0).then(|| (came / due).min(1.0))
    };
    (from..=to).map(|day| part(day).unwrap_or(1.0)).collect()
}

/// After how many hours an outage would be noticed, the middle of all hours it may begin at; and a silent day's way towards an alarm.
fn sight(cells: &Cells, rhythm: &Rhythm, day: usize, settings: &PixelSettings) -> (Option<f64>, Option<f64>) {
    let alarming = |missed: f64, steps: usize| {
        cells.hours(steps) >= settings.least_hours
            && counts::rarity_of_none(missed, rhythm.overdispersion(steps)) >= settings.rarity
            && missed >= LONGER * rhythm.longest
    };
    let begin = day * cells.per_day;
    let after = |start: usize| {
        let mut missed = 0.0;
        (0..NOTICED_DAYS * cells.per_day).find(|steps| {
            missed += rhythm.mean(cells, begin + start + steps);
            alarming(missed, steps + 1)
        })
    };
    let mut waits: Vec<Option<usize>> = (0..cells.per_day).map(after).collect();
    waits.sort_unstable_by_key(|wait| wait.unwrap_or(usize::MAX));
    let noticed = waits[waits.len() / 2].map(|steps| cells.hours(steps + 1));
    let of_day: f64 = (0..cells.per_day).map(|step| rhythm.mean(cells, begin + step)).sum();
    let rarity = counts::rarity_of_none(of_day, rhythm.overdispersion(cells.per_day));
    let longer = if rhythm.longest > 0.0 { of_day / (LONGER * rhythm.longest) } else { 1.0 };
    (noticed, Some((rarity / settings.rarity.max(f64::MIN_POSITIVE)).min(longer).clamp(0.0, 1.0)))
}

//! A week ahead from every third week: spend and revenue as they were known that morning against what they came to.

use crate::worlds::{Account, WINDOW};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use trimtab_analysis::{
    forecast::{Completion, Restated},
    outlook::{Ask, Figure, Lags, outlook},
    track::{AccountTracks, Figures, Track},
};

const HORIZON: usize = 7;
const APART: usize = 21;
const LEAST: usize = 120;

#[derive(Default)]
struct Tally {
    days: usize,
    percent: f64,
    sums: Vec<f64>,
    inside: [usize; 4],
    refused: usize,
}

pub(crate) fn evaluate(accounts: &[Account], campaigns: bool) -> Value {
    let mut tallies: BTreeMap<(bool, &str), Tally> = BTreeMap::new();
    for account in accounts {
        let length = account.tracks.account.days.len();
        for origin in (account.known_from + LEAST..length.saturating_sub(HORIZON)).step_by(APART) {
            let stable = account.stable(origin - 28, origin + HORIZON - 1);
            for (figure, held) in held(account, origin, campaigns) {
                for class in [false, true].into_iter().filter(|class| stable || !class) {
                    add(tallies.entry((class, figure)).or_default(), held.as_ref());
                }
            }
        }
    }
    let rows = tallies.iter_mut().map(|((stable, figure), tally)| {
        tally.sums.sort_by(f64::total_cmp);
        let (weeks, days) = (tally.sums.len().max(1) as f64, tally.days.max(1) as f64);
        json!({
            "figure": figure, "accounts": if *stable { "stable" } else { "all" }, "weeks": tally.sums.len(), "cannot_tell": tally.refused,
            "mape_of_sums": tally.sums.iter().sum::<f64>() / weeks, "median_of_sums": tally.sums.get(tally.sums.len() / 2),
            "mape_of_days": tally.percent / days,
            "coverage_80": tally.inside[0] as f64 / days, "coverage_95": tally.inside[1] as f64 / days,
            "coverage_80_of_sums": tally.inside[2] as f64 / weeks, "coverage_95_of_sums": tally.inside[3] as f64 / weeks,
        })
    });
    rows.collect()
}

/// A forecast beside what came.
struct Held {
    told: trimtab_analysis::outlook::Told,
    came: Vec<f64>,
}

fn held(account: &Account, origin: usize, campaigns: bool) -> Vec<(&'static str, Option<Held>)> {
    let tracks = known_at(account, origin);
    let ask = Ask {
        today: account.tracks.account.day(origin),
        horizon: HORIZON,
        figures: vec![Figure::Spend, Figure::Revenue],
        campaigns,
        holidays: vec![],
        lags: Lags { conversions: None, revenue: lag(account, origin) },
    };
    let told = outlook(&tracks, &ask);
    let came = |metric: &str| account.tracks.account.series(metric)[origin..origin + HORIZON].iter().flatten().copied().collect();
    let one = |series: trimtab_analysis::outlook::Series| {
        let metric = series.figure.metric();
        (metric, series.told.ok().map(|told| Held { told, came: came(metric) }))
    };
    told.account.series.into_iter().map(one).collect()
}

fn known_at(account: &Account, origin: usize) -> AccountTracks {
    let truth = &account.tracks;
    let cut = |track: &Track| Track { days: track.days[..origin].to_vec(), ..track.clone() };
    let mut tracks = AccountTracks {
        account: cut(&truth.account),
        campaigns: truth.campaigns.iter().map(cut).collect(),
        provisional_from: Some(truth.account.day(origin - WINDOW)),
        events: truth.events.iter().filter(|event| event.day < truth.account.day(origin)).cloned().collect(),
        ..truth.clone()
    };
    for t in origin - WINDOW..origin {
        let (conversions, revenue) = account.known[t][origin - 1 - t];
        let last = truth.account.days[t].unwrap_or_default();
        let share = |seen: f64, last: f64| if last > 0.0 { seen / last } else { 1.0 };
        let (of_conversions, of_revenue) = (share(conversions, last.conversions), share(revenue, last.revenue));
        for track in std::iter::once(&mut tracks.account).chain(&mut tracks.campaigns) {
            if let Some(day) = track.days[t].as_mut() {
                *day = Figures { conversions: day.conversions * of_conversions, revenue: day.revenue * of_revenue, ..*day };
            }
        }
    }
    tracks
}

fn lag(account: &Account, origin: usize) -> Option<Completion> {
    let day = |t: usize| Restated { seen: (0..=(origin - 1 - t).min(WINDOW)).map(|age| (age, account.known[t][age].1)).collect() };
    Completion::learn(&(origin - LEAST..origin).map(day).collect::<Vec<_>>(), WINDOW).ok()
}

fn add(tally: &mut Tally, held: Option<&Held>) {
    let Some(Held { told, came }) = held else {
        tally.refused += 1;
        return;
    };
    let within = |(low, high): (f64, f64), came: f64| usize::from(low <= came && came <= high);
    for (day, came) in told.days.iter().zip(came) {
        tally.days += 1;
        tally.percent += if *came > 0.0 { (day.value / came - 1.0).abs() } else { 0.0 };
        tally.inside[0] += within(day.within_80, *came);
        tally.inside[1] += within(day.within_95, *came);
    }
    let sum: f64 = came.iter().sum();
    if sum > 0.0 {
        tally.sums.push((told.total.value / sum - 1.0).abs());
        tally.inside[2] += within(told.total.within_80, sum);
        tally.inside[3] += within(told.total.within_95, sum);
    }
}

//! Simulated worlds as files: one a seed, with an account's campaigns by day as they ended, what was known of its conversions at each age,
//! its edits and its labelled incidents.

use crate::Failure;
use serde_json::Value;
use std::{fs, path::Path};
use trimtab_analysis::track::{AccountTracks, Figures, Track};
use trimtab_domain::{
    Day, Source,
    day::parse_day,
    finding::{EntityRef, EventKind, KnownEvent, Level},
};

/// An account with what is true of it.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) tracks: AccountTracks,
    /// Per day and age, conversions and their value as read then.
    pub(crate) known: Vec<Vec<(f64, f64)>>,
    /// First and last day of what went wrong with its figures.
    pub(crate) incidents: Vec<(Day, Day)>,
}

/// Kinds that move an account's figures; a worn creative does so slowly, and always.
const HARD: [&str; 7] = ["tracking_loss", "doubled_tag", "silent_pixel", "budget_typo", "cpm_shock", "outside_edit", "disapproval"];
/// Days after which what goes on for good is the new normal.
const SETTLES: i64 = 7;

pub(crate) fn read(folder: &Path, from: u64, to: u64) -> Result<Vec<Account>, Failure> {
    let mut accounts = Vec::new();
    for seed in from..=to {
        let file = folder.join(format!("{seed}.json"));
        let told: Value =
            serde_json::from_str(&fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?)?;
        for account in told.as_array().into_iter().flatten() {
            accounts.push(of(account)?);
        }
    }
    Ok(accounts)
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, Failure> {
    value[key].as_str().ok_or_else(|| format!("no {key}").into())
}

fn of(told: &Value) -> Result<Account, Failure> {
    let first = parse_day(text(told, "first")?)?;
    let offset = told["offset"].as_f64().ok_or("no offset")?;
    let id = text(told, "account")?;
    let entity = |level, own: &str, name: &str| EntityRef {
        level,
        source: Some(Source::Meta),
        account: id.into(),
        id: own.into(),
        name: name.into(),
    };
    let mut campaigns = Vec::new();
    for campaign in told["campaigns"].as_array().into_iter().flatten() {
        let days = campaign["days"].as_array().into_iter().flatten().map(|day| figures(day, offset)).collect();
        campaigns.push(Track { entity: entity(Level::Campaign, text(campaign, "id")?, text(campaign, "name")?), first, days });
    }
    let length = campaigns.first().map_or(0, |track| track.days.len());
    let sum = |t: usize| Some(campaigns.iter().filter_map(|track| track.days[t]).fold(Figures::default(), Figures::plus));
    let account = Track { entity: entity(Level::Account, id, id), first, days: (0..length).map(sum).collect() };
    let mut events = Vec::new();
    for edit in told["edits"].as_array().into_iter().flatten() {
        events.extend(event(edit, &entity)?);
    }
    let mut incidents = Vec::new();
    for incident in told["incidents"].as_array().into_iter().flatten() {
        if HARD.contains(&text(incident, "kind")?) {
            let from = parse_day(text(incident, "from")?)?;
            let to = incident["to"].as_str().map(parse_day).transpose()?;
            incidents.push((from, to.unwrap_or_else(|| from.saturating_add(jiff::Span::new().days(SETTLES)))));
        }
    }
    let pair = |pair: &Value| (pair[0].as_f64().unwrap_or(0.0), pair[1].as_f64().unwrap_or(0.0) / offset);
    let known = told["known"].as_array().into_iter().flatten();
    Ok(Account {
        tracks: AccountTracks { account, currency: text(told, "currency")?.parse()?, provisional_from: None, campaigns, events },
        known: known.map(|day| day.as_array().into_iter().flatten().map(pair).collect()).collect(),
        incidents,
    })
}

fn figures(day: &Value, offset: f64) -> Option<Figures> {
    let cell = |i: usize| day[i].as_f64().unwrap_or(0.0);
    day.is_array().then(|| Figures {
        spend: cell(0) / offset,
        impressions: cell(1),
        clicks: cell(2),
        conversions: cell(3),
        revenue: cell(4) / offset,
        reach: None,
    })
}

/// A change of a budget. Those of ad sets tell no campaign in the product, and none here.
fn event(edit: &Value, entity: &impl Fn(Level, &str, &str) -> EntityRef) -> Result<Option<KnownEvent>, Failure> {
    let (before, after) = (text(edit, "before")?, text(edit, "after")?);
    let (Ok(from), Ok(to)) = (before.parse::<f64>(), after.parse::<f64>()) else { return Ok(None) };
    let level = if text(edit, "event")? == "update_campaign_budget" { Level::Campaign } else { Level::AdGroup };
    Ok(Some(KnownEvent {
        day: parse_day(text(edit, "day")?)?,
        entity: entity(level, text(edit, "object")?, ""),
        kind: EventKind::Budget,
        before: before.to_owned(),
        after: after.to_owned(),
        factor: (from > 0.0).then(|| to / from),
        by: None,
    }))
}

impl Account {
    /// Whether nothing is labelled from one place to another, and no campaign that makes more than a thirtieth of the spend starts or stops.
    pub(crate) fn stable(&self, from: usize, to: usize) -> bool {
        let track = &self.tracks.account;
        let (first, last) = (track.day(from), track.day(to));
        if self.incidents.iter().any(|(begin, end)| *begin <= last && *end >= first) {
            return false;
        }
        let spend = |track: &Track| Figures::sum(&track.days[from..=to]).map_or(0.0, |sum| sum.spend);
        let all = spend(track);
        let cut = |track: &&Track| track.days[from..=to].windows(2).any(|pair| pair[0].is_some() != pair[1].is_some());
        self.tracks.campaigns.iter().filter(cut).all(|track| spend(track) * 30.0 <= all)
    }
}

//! Simulated worlds as the sandbox's example `worlds` writes them: one file a seed, with accounts' campaigns by day as they ended, what was
//! known of their conversions at several ages, their changes and their labelled incidents.

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
    /// Per day and age (0 to [`WINDOW`]), conversions and their value as read then; of a day before `known_from` nothing.
    pub(crate) known: Vec<Vec<(f64, f64)>>,
    /// The first day of which that is known.
    pub(crate) known_from: usize,
    /// First and last day of what went wrong with its figures.
    pub(crate) incidents: Vec<(Day, Day)>,
}

/// The age in days at which everything has come in.
pub(crate) const WINDOW: usize = 27;
/// Kinds that move an account's figures; a worn creative does so slowly, and always.
const HARD: [&str; 7] = ["tracking_loss", "doubled_tag", "silent_pixel", "budget_typo", "cpm_shock", "outside_edit", "disapproval"];
/// Days after which what goes on for good is the new normal.
const SETTLES: i64 = 7;

pub(crate) fn read(folder: &Path) -> Result<Vec<Account>, Failure> {
    let mut files: Vec<_> = fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|end| end == "json"));
    files.sort();
    let mut accounts = Vec::new();
    for file in files {
        let told: Value =
            serde_json::from_str(&fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?)?;
        for account in list(&told["accounts"]) {
            accounts.push(of(account)?);
        }
    }
    Ok(accounts)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, Failure> {
    value[key].as_str().ok_or_else(|| format!("no {key}").into())
}

fn of(told: &Value) -> Result<Account, Failure> {
    let first = parse_day(text(told, "first")?)?;
    let id = text(told, "account")?;
    let entity = |level, own: &str, name: &str| EntityRef {
        level,
        source: Some(Source::Meta),
        account: id.into(),
        id: own.into(),
        name: name.into(),
    };
    let mut campaigns = Vec::new();
    for campaign in list(&told["campaigns"]) {
        let days = list(&campaign["days"]).iter().map(figures).collect();
        campaigns.push(Track { entity: entity(Level::Campaign, text(campaign, "id")?, text(campaign, "name")?), first, days });
    }
    let length = campaigns.first().map_or(0, |track| track.days.len());
    let sum = |t: usize| Some(campaigns.iter().filter_map(|track| track.days[t]).fold(Figures::default(), Figures::plus));
    let account = Track { entity: entity(Level::Account, id, id), first, days: (0..length).map(sum).collect() };
    let mut events = Vec::new();
    for change in list(&told["changes"]) {
        events.extend(event(change, &entity)?);
    }
    let mut incidents = Vec::new();
    for incident in list(&told["incidents"]) {
        if HARD.contains(&text(incident, "kind")?) {
            let from = parse_day(text(incident, "from")?)?;
            let to = incident["to"].as_str().map(parse_day).transpose()?;
            incidents.push((from, to.unwrap_or_else(|| from.saturating_add(jiff::Span::new().days(SETTLES)))));
        }
    }
    let known_from = account.place(parse_day(text(&told["late"], "from")?)?).unwrap_or(0);
    let known = known(&told["late"], &account, known_from);
    let tracks = AccountTracks { account, currency: text(told, "currency")?.parse()?, provisional_from: None, campaigns, events };
    Ok(Account { tracks, known, known_from, incidents })
}

/// What had come in of each day at each age; at ages between those that are told, what had at the one before.
fn known(late: &Value, account: &Track, from: usize) -> Vec<Vec<(f64, f64)>> {
    let ages: Vec<usize> = list(&late["ages"]).iter().filter_map(|age| usize::try_from(age.as_u64()?).ok()).collect();
    let pair = |place: usize, day: usize| {
        let of = |campaign: &Value, figure: usize| campaign["days"][day][place][figure].as_f64().unwrap_or(0.0);
        list(&late["campaigns"]).iter().fold((0.0, 0.0), |(c, r), campaign| (c + of(campaign, 0), r + of(campaign, 1)))
    };
    let told = |day: usize| {
        let by_place: Vec<(f64, f64)> = (0..ages.len()).map(|place| pair(place, day)).collect();
        (0..=WINDOW).map(|age| by_place[ages.partition_point(|told| *told <= age).saturating_sub(1)]).collect()
    };
    (0..account.days.len()).map(|t| t.checked_sub(from).map_or_else(Vec::new, told)).collect()
}

fn figures(day: &Value) -> Option<Figures> {
    let cell = |i: usize| day[i].as_f64().unwrap_or(0.0);
    day.is_array().then(|| Figures {
        spend: cell(0),
        impressions: cell(1),
        clicks: cell(2),
        conversions: cell(3),
        revenue: cell(4),
        reach: None,
    })
}

/// A change of a budget. Those of ad sets tell no campaign in the product, and none here.
fn event(change: &Value, entity: &impl Fn(Level, &str, &str) -> EntityRef) -> Result<Option<KnownEvent>, Failure> {
    let (before, after) = (text(change, "before")?, text(change, "after")?);
    let (true, Ok(from), Ok(to)) = (change["kind"] == "budget", before.parse::<f64>(), after.parse::<f64>()) else {
        return Ok(None);
    };
    let level = if change["level"] == "campaign" { Level::Campaign } else { Level::AdGroup };
    Ok(Some(KnownEvent {
        day: parse_day(text(change, "day")?)?,
        entity: entity(level, text(change, "object")?, ""),
        kind: EventKind::Budget,
        before: before.to_owned(),
        after: after.to_owned(),
        factor: (from > 0.0).then(|| to / from),
        by: None,
    }))
}

impl Account {
    /// Whether nothing is labelled from one place to another, and no campaign that makes more than a thirtieth of the spend starts
    /// or stops.
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

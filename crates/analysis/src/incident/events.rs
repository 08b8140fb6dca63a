//! Known events by the object and the day they may explain.

use super::case::Case;
use super::grid::Grid;
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};
use trimtab_domain::{
    Day,
    finding::{EventKind, KnownEvent, Level},
};

/// Events of an account, ready to be asked.
#[derive(Debug)]
pub(crate) struct Events<'a> {
    /// Place of the day, place of the campaign (`None`: the account), the event.
    placed: Vec<(i64, Option<usize>, &'a KnownEvent)>,
    /// The days of the edits of each hand, in order.
    hands: BTreeMap<&'a str, Vec<Day>>,
}

/// An event may lie so many days before what it explains and, since readings notice late, so many after it began.
const DAYS_BEFORE: i64 = 1;
const DAYS_AFTER: i64 = 2;
/// Edits there must be by others for each of somebody's before that one is strange among them, and the part of all that makes one of the house.
const OTHERS_LEAST: usize = 6;
const AT_HOME: f64 = 0.04;
/// Whoever makes no more than this part of what the others make on average is not one of them, either: an outsider may come twice.
const VISITS: f64 = 0.4;

impl<'a> Events<'a> {
    /// `inside` tells the campaign of ad groups and ads, by ids.
    pub(crate) fn new(grid: &Grid<'a>, inside: &BTreeMap<CompactString, CompactString>) -> Self {
        let tracks = grid.tracks;
        let campaigns: BTreeMap<&str, usize> =
            tracks.campaigns.iter().enumerate().map(|(c, t)| (t.entity.id.as_str(), c)).collect();
        let place = |event: &'a KnownEvent| {
            let day = i64::from(tracks.account.first.until(event.day).map_or(0, |span| span.get_days()));
            let id = &event.entity.id;
            let campaign = campaigns.get(id.as_str()).or_else(|| campaigns.get(inside.get(id)?.as_str())).copied();
            let whole = matches!(event.entity.level, Level::Account | Level::Platform | Level::Tenant | Level::Pixel);
            (campaign.is_some() || whole).then_some((day, campaign, event))
        };
        let placed: Vec<_> = tracks.events.iter().filter_map(place).collect();
        let hands = hands(placed.iter().map(|(.., event)| *event));
        Self { placed, hands }
    }

    /// Whether changes of budgets were being noted by a day, so that one that is not among them was not made.
    pub(crate) fn cover(&self, t: usize) -> bool {
        let t = i64::try_from(t).unwrap_or(i64::MAX);
        self.placed.iter().any(|(day, _, event)| event.kind == EventKind::Budget && *day <= t - DAYS_BEFORE)
    }

    fn near(&self, case: &Case, campaign: Option<usize>, kind: EventKind) -> Vec<KnownEvent> {
        let from = i64::try_from(case.from).unwrap_or(i64::MAX);
        let mut found: Vec<(i64, &KnownEvent)> = self
            .placed
            .iter()
            .filter(|(day, of, event)| {
                *of == campaign && event.kind == kind && (-DAYS_BEFORE..=DAYS_AFTER).contains(&day.saturating_sub(from))
            })
            .map(|(day, _, event)| (day.saturating_sub(from).abs(), *event))
            .collect();
        found.sort_by_key(|(away, _)| *away);
        found.into_iter().map(|(_, event)| event.clone()).collect()
    }

    /// What happened to a campaign, or in it, about when a case began; the nearest day first.
    pub(crate) fn of_campaign(&self, case: &Case, campaign: usize, kind: EventKind) -> Vec<KnownEvent> {
        self.near(case, Some(campaign), kind)
    }

    /// What happened to the account as a whole about then.
    pub(crate) fn of_account(&self, case: &Case, kind: EventKind) -> Vec<KnownEvent> {
        self.near(case, None, kind)
    }

    /// Events of campaigns with the place of their day, without those that only set back what was done within a week before.
    pub(crate) fn of_campaigns(&self) -> impl Iterator<Item = (i64, usize, &'a KnownEvent)> + '_ {
        let all = self.placed.iter().filter_map(|(day, c, event)| Some((*day, (*c)?, *event)));
        all.filter(|(day, _, event)| !self.sets_back(*day, event))
    }

    fn sets_back(&self, day: i64, event: &KnownEvent) -> bool {
        let Some(factor) = event.factor else { return false };
        self.placed.iter().any(|(earlier, _, other)| {
            let undone = other.factor.is_some_and(|f| (0.7..=1.4).contains(&(f * factor)) && (f - 1.0).abs() > 0.05);
            other.kind == event.kind
                && other.entity.id == event.entity.id
                && undone
                && (0..=7).contains(&(day - earlier))
                && *other != event
        })
    }

    /// Whether an edit was made by somebody who hardly ever makes any here.
    pub(crate) fn is_strange(&self, event: &KnownEvent) -> bool {
        let Some(by) = &event.by else { return false };
        let by_then = |days: &Vec<Day>| days.partition_point(|day| *day <= event.day);
        let mine = self.hands.get(by.as_str()).map_or(0, by_then);
        let others = self.hands.iter().filter(|(hand, _)| **hand != by.as_str());
        let hands: Vec<usize> = others.map(|(_, days)| by_then(days)).filter(|edits| *edits > 0).collect();
        let others: usize = hands.iter().sum();
        let all = (mine + others) as f64;
        let first = mine <= 1 && others >= OTHERS_LEAST;
        let seldom = others >= OTHERS_LEAST && mine as f64 <= AT_HOME * all;
        let visits = others >= OTHERS_LEAST * mine && mine as f64 * hands.len() as f64 <= VISITS * others as f64;
        first || seldom || visits
    }
}

/// The days of the edits of each hand, in order. One edit of what several campaigns share, such as a budget, is told once for each of them.
fn hands<'a>(events: impl Iterator<Item = &'a KnownEvent>) -> BTreeMap<&'a str, Vec<Day>> {
    let what = |e: &'a KnownEvent| match e.kind {
        EventKind::Budget => (e.before.as_str(), e.after.as_str()),
        _ => (e.entity.id.as_str(), e.after.as_str()),
    };
    let edits: BTreeSet<_> = events.filter_map(|e| Some((e.by.as_deref()?, e.day, what(e)))).collect();
    let mut hands: BTreeMap<&str, Vec<Day>> = BTreeMap::new();
    edits.into_iter().for_each(|(by, day, _)| hands.entry(by).or_default().push(day));
    hands
}

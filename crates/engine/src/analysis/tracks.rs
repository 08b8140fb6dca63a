//! An account's figures by campaign and day, as analyses take them.

use super::figure::{FIGURES, figures};
use crate::{Engine, Error};
use compact_str::CompactString;
use std::collections::BTreeMap;
use trimtab_analysis::track::{AccountTracks, Figures, Track};
use trimtab_domain::{
    Day, DayRange, TenantCtx,
    account::Account,
    day::parse_day,
    finding::{EntityRef, Level},
    query::{Dimension, DimensionTest, Filter, MOST_ROWS, MetricQuery, QueryParts, QueryResult},
};
use trimtab_store::{AccountKey, AccountState};

/// Days that are looked back on.
pub(super) const DAYS: u16 = 400;
/// Days of one question: a few hundred campaigns fit into one answer.
const DAYS_PER_QUESTION: u16 = 100;

/// An account's tracks and the hash of the answers they were made of.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub(super) tracks: AccountTracks,
    pub(super) hash: String,
    /// The whole days there are figures of.
    pub(super) range: DayRange,
    /// The last of them.
    pub(super) last: Day,
}

impl Engine {
    /// Reads an account's tracks; `None` where it has no facts of whole days yet.
    pub(super) async fn tracks(&self, ctx: &TenantCtx, state: &AccountState) -> Result<Option<Read>, Error> {
        let Some((range, runs)) = self.whole_days_of(ctx, state).await? else { return Ok(None) };
        let known = |day: Day| runs.iter().any(|run| run.contains(day));
        let mut campaigns: BTreeMap<CompactString, (CompactString, BTreeMap<Day, Figures>)> = BTreeMap::new();
        let mut hash = blake3::Hasher::new();
        for days in range.chunks_newest_first(DAYS_PER_QUESTION) {
            let answer = self.query(ctx, &question(&state.account, days)?).await?;
            hash.update(answer.source_hash.as_bytes());
            take(&answer, &mut campaigns);
        }
        let events = self.known_events(ctx, state).await?;
        for event in &events {
            hash.update(event.digest().as_bytes());
        }
        let settled = state.facts.and_then(|facts| facts.settled_through);
        let provisional_from = settled.map_or(Some(range.from()), |day| day.tomorrow().ok()).filter(|from| *from <= range.to());
        let account = entity(&state.account, Level::Account, state.account.id.as_str(), &state.account.name);
        let campaigns: Vec<Track> = campaigns
            .into_iter()
            .map(|(id, (name, days))| Track {
                entity: entity(&state.account, Level::Campaign, &id, &name),
                first: range.from(),
                days: campaign_days(range, &days, &known),
            })
            .collect();
        let total = (0..usize::try_from(range.len()).unwrap_or(0))
            .zip(range.days())
            .map(|(place, day)| {
                let of_campaigns = Figures::sum(campaigns.iter().map(|track| &track.days[place]));
                of_campaigns.or_else(|| known(day).then(Figures::default))
            })
            .collect();
        let tracks = AccountTracks {
            account: Track { entity: account, first: range.from(), days: total },
            currency: state.account.currency,
            provisional_from,
            campaigns,
            events,
        };
        Ok(Some(Read { tracks, hash: hash.finalize().to_hex()[..32].to_owned(), range, last: range.to() }))
    }
}

impl Engine {
    /// An account's whole days, and the runs of days that were read; `None` where it has no facts of whole days yet.
    pub(super) async fn whole_days_of(
        &self,
        ctx: &TenantCtx,
        state: &AccountState,
    ) -> Result<Option<(DayRange, Vec<DayRange>)>, Error> {
        let fetched = self.store().tenant(ctx).fetched(&AccountKey::from(&state.account)).await?;
        let runs: Vec<DayRange> = fetched.into_iter().map(|fetched| fetched.days).collect();
        Ok(whole_days(state, &runs).map(|range| (range, runs)))
    }
}

/// What an answer's rows are about.
pub(super) fn entity(account: &Account, level: Level, id: &str, name: &str) -> EntityRef {
    EntityRef {
        level,
        source: Some(account.source),
        account: account.id.as_str().into(),
        id: id.into(),
        name: if name.is_empty() { id.into() } else { name.into() },
    }
}

/// The last whole days of an account: the day that was going on when its facts were read is not over. Days that were read after the last
/// row count, too: nothing happened there.
fn whole_days(state: &AccountState, runs: &[DayRange]) -> Option<DayRange> {
    let facts = state.facts?;
    let extent = facts.extent?.days;
    let over = state.account.zone.day_at(facts.data_as_of).yesterday().ok()?;
    let known = runs.iter().map(DayRange::to).chain([extent.to()]).max()?;
    let last = known.min(over);
    DayRange::ending(last, DAYS).intersect(&DayRange::new(extent.from(), last).ok()?)
}

/// The condition that only one account's rows count.
pub(super) fn of_account(account: &Account) -> Vec<Filter> {
    let only = |dimension, value: &str| Filter::Dimension { dimension, test: DimensionTest::In(vec![value.to_owned()]) };
    vec![only(Dimension::Platform, account.source.as_str()), only(Dimension::Account, account.id.as_str())]
}

fn question(account: &Account, days: DayRange) -> Result<MetricQuery, Error> {
    let parts = QueryParts {
        metrics: FIGURES.iter().map(|id| (*id).to_owned()).collect(),
        dimensions: vec![Dimension::Campaign, Dimension::Date],
        filters: of_account(account),
        limit: Some(MOST_ROWS),
        ..QueryParts::default()
    };
    MetricQuery::new(days, parts).map_err(|error| Error::Invalid(error.to_string()))
}

fn take(answer: &QueryResult, campaigns: &mut BTreeMap<CompactString, (CompactString, BTreeMap<Day, Figures>)>) {
    for row in &answer.rows {
        let [campaign, date] = &*row.keys else { continue };
        let Ok(day) = parse_day(&date.id) else { continue };
        let (name, days) = campaigns.entry(campaign.id.as_str().into()).or_default();
        *name = campaign.name.as_str().into();
        days.insert(day, figures(&row.cells));
    }
}

/// A campaign's days: before its first row there is nothing, afterwards a day that was read and has no row is one without delivery.
fn campaign_days(range: DayRange, days: &BTreeMap<Day, Figures>, known: &impl Fn(Day) -> bool) -> Vec<Option<Figures>> {
    let first = days.keys().next().copied();
    let begun = |day: Day| first.is_some_and(|first| first <= day);
    range.days().map(|day| days.get(&day).copied().or_else(|| (begun(day) && known(day)).then(Figures::default))).collect()
}

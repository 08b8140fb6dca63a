//! An account's figures by campaign and day, as analyses take them.

use super::{basis::Basis, figure::of_day};
use crate::{Engine, Error};
use compact_str::CompactString;
use std::collections::BTreeMap;
use trimtab_analysis::track::{AccountTracks, Figures, Track};
use trimtab_domain::{
    Day, DayRange, TenantCtx,
    account::Account,
    finding::{EntityRef, KnownEvent, Level},
    query::{Dimension, DimensionTest, Filter},
};
use trimtab_facts::ObjectDays;
use trimtab_store::{AccountKey, AccountState};

/// Days that are looked back on.
pub(super) const DAYS: u16 = 400;

/// An account's tracks.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub(super) tracks: AccountTracks,
    /// Of each campaign, days with clicks that lead to a site, by their place in the range.
    pub(super) link_clicks: BTreeMap<CompactString, Vec<(usize, i64)>>,
    /// The whole days there are figures of.
    pub(super) range: DayRange,
    /// The last of them.
    pub(super) last: Day,
}

/// Puts an account's tracks together.
pub(super) fn read(basis: &Basis<'_>, known: Vec<ObjectDays>, events: Vec<KnownEvent>) -> Read {
    let (range, account) = (basis.range, &basis.state.account);
    let was_read: Vec<bool> = range.days().map(|day| basis.was_read(day)).collect();
    let link_clicks = known
        .iter()
        .map(|of| (of.id.clone(), of.days.iter().map(|(place, figures)| (*place, figures.link_clicks)).collect()))
        .collect();
    let campaigns: Vec<Track> = known
        .iter()
        .map(|of| Track {
            entity: entity(account, Level::Campaign, &of.id, &of.name),
            first: range.from(),
            days: campaign_days(of, &was_read),
        })
        .collect();
    let total = was_read
        .iter()
        .enumerate()
        .map(|(place, read)| Figures::sum(campaigns.iter().map(|track| &track.days[place])).or_else(|| read.then(Figures::default)))
        .collect();
    let whole = entity(account, Level::Account, account.id.as_str(), &account.name);
    let tracks = AccountTracks {
        account: Track { entity: whole, first: range.from(), days: total },
        currency: account.currency,
        provisional_from: basis.provisional_from(),
        campaigns,
        events,
    };
    Read { tracks, link_clicks, range, last: range.to() }
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

/// A campaign's days: before its first row there is nothing, afterwards a day that was read and has no row is one without delivery.
fn campaign_days(of: &ObjectDays, was_read: &[bool]) -> Vec<Option<Figures>> {
    let first = of.days.first().map_or(was_read.len(), |(place, _)| *place);
    let mut days: Vec<Option<Figures>> =
        was_read.iter().enumerate().map(|(place, read)| (place >= first && *read).then(Figures::default)).collect();
    of.days.iter().for_each(|(place, figures)| days[*place] = Some(Figures { reach: None, ..of_day(figures) }));
    days
}

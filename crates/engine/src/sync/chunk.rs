//! Reading a chunk of days, and weighing what it leaves out against what the lake knows: an answer without rows must not replace facts
//! unless it is true.

use crate::{Engine, Error};
use std::collections::{BTreeMap, BTreeSet};
use trimtab_connect::{
    Ask, Connector, Error as Trouble,
    silence::{Heard, Known, Suspicion, Totals},
};
use trimtab_domain::{
    Day, DayRange, TenantCtx, Timestamp,
    account::Account,
    fact::{Breakdown, Facts, KeywordKind, OrderState, Total},
};
use trimtab_facts::{Held, Table};
use trimtab_store::AccountKey;

/// A chunk of days as it was read.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) days: DayRange,
    pub(super) read_at: Timestamp,
    pub(super) heard: Heard,
    /// What the source itself says of these days as a whole, as far as it tells; why it could not be asked.
    pub(super) totals: Result<Option<Totals>, Trouble>,
}

impl Engine {
    /// Reads a chunk. What it leaves out is doubted where the lake or the account's own total knows better.
    pub(super) async fn read_chunk(
        &self,
        ctx: &TenantCtx,
        connector: &dyn Connector,
        account: &Account,
        days: DayRange,
        ask: Ask,
    ) -> Result<Chunk, Error> {
        let read_at = connector.now();
        let fetched = connector.facts(account, days, ask).await?;
        let heard = match Suspicion::of(days, &fetched.facts) {
            None => Heard::whole(days, fetched),
            Some(suspicion) => {
                let known = self.known(ctx, account, days).await?;
                suspicion.weigh(connector, account, &known, fetched).await?
            }
        };
        let totals = witness(connector, account, days, &heard.fetched.facts).await?;
        Ok(Chunk { days, read_at, heard, totals })
    }

    /// What is stored of an account's days, and when it was read.
    async fn known(&self, ctx: &TenantCtx, account: &Account, days: DayRange) -> Result<Known, Error> {
        let fetched = self.store().tenant(ctx).fetched(&AccountKey::from(account)).await?;
        let held = self.lake().tenant(ctx).held(account, days).await?;
        let of = |table: Table| held.iter().filter(move |held| held.table == table);
        let all = |table| of(table).flat_map(|held| held.days.iter().copied()).collect::<BTreeSet<Day>>();
        Ok(Known {
            main: all(Table::main(account.source.kind())),
            conversions: all(Table::ConversionDaily),
            parts: by_name(of(Table::BreakdownDaily), &Breakdown::ALL.map(|breakdown| (breakdown.as_str(), breakdown))),
            words: by_name(of(Table::KeywordDaily), &KeywordKind::ALL.map(|kind| (kind.as_str(), kind))),
            read: fetched.into_iter().map(|fetched| (fetched.days, fetched.read_at)).collect(),
        })
    }
}

/// The source's own total of some days. Where a source refuses it, answers in another shape, or leaves out days that have figures, facts
/// are kept without: that is told as a doubt, and the days stay due.
async fn witness(
    connector: &dyn Connector,
    account: &Account,
    days: DayRange,
    facts: &Facts,
) -> Result<Result<Option<Totals>, Trouble>, Error> {
    let doubtful = |what| Ok(Err(Trouble::Doubtful { platform: account.source, account: Some(account.id.clone()), what }));
    match connector.totals(account, days).await {
        Ok(Some(totals)) => {
            let left_out = |day: &Day| totals.told.contains(*day) && !totals.days.contains_key(day);
            let silent = days_with_figures(facts).into_iter().filter(left_out).count();
            if silent == 0 {
                return Ok(Ok(Some(totals)));
            }
            doubtful(format!("left {silent} days of {days} out of its own total although it told their figures; it is asked again"))
        }
        Err(error @ (Trouble::Rejected { .. } | Trouble::Drift { .. })) => {
            doubtful(format!("did not tell its own total of {days} ({error}); the figures are kept, and it is asked again"))
        }
        told => Ok(Ok(told?)),
    }
}

/// The days on which something happened that a total counts.
fn days_with_figures(facts: &Facts) -> BTreeSet<Day> {
    let ads =
        facts.ad_daily.iter().filter(|row| row.measures.spend_micros != 0 || row.measures.impressions != 0).map(|row| row.date);
    let visits = facts.sessions.iter().filter(|row| row.sessions != 0).map(|row| row.date);
    let orders = facts.orders.iter().filter(|row| row.state == OrderState::Placed).map(|row| row.date);
    let some = |figure: Option<i64>| figure.is_some_and(|figure| figure != 0);
    let mailings = facts.emails.iter().filter(|row| some(row.recipients) || some(row.orders)).map(|row| row.date);
    ads.chain(visits).chain(orders).chain(mailings).collect()
}

/// What a source says of each day it can speak of, days on which nothing happened included.
pub(super) fn told(account: &Account, totals: &Totals) -> Vec<(Day, Total)> {
    let nothing = Total::nothing(account.source.kind());
    totals.told.days().map(|day| (day, totals.days.get(&day).copied().unwrap_or(nothing))).collect()
}

/// The days of each part of a table, by what its name stands for.
fn by_name<'h, K: Ord + Copy>(held: impl Iterator<Item = &'h Held>, names: &[(&str, K)]) -> BTreeMap<K, BTreeSet<Day>> {
    let named = |held: &Held| {
        let (_, part) = names.iter().find(|(name, _)| *name == held.split)?;
        Some((*part, held.days.clone()))
    };
    held.filter_map(named).collect()
}

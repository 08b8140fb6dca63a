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
    fact::{Breakdown, KeywordKind, Total},
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
        let totals = witness(connector, account, days).await?;
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

/// The source's own total of some days. Where a source refuses it, or answers in another shape, facts are kept without: that is told as a
/// doubt, and the days stay due.
async fn witness(connector: &dyn Connector, account: &Account, days: DayRange) -> Result<Result<Option<Totals>, Trouble>, Error> {
    match connector.totals(account, days).await {
        Err(error @ (Trouble::Rejected { .. } | Trouble::Drift { .. })) => {
            let what = format!("did not tell its own total of {days} ({error}); the figures are kept, and it is asked again");
            Ok(Err(Trouble::Doubtful { platform: account.source, account: Some(account.id.clone()), what }))
        }
        told => Ok(Ok(told?)),
    }
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

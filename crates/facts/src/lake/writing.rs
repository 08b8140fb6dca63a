//! Writing: what a source reported becomes the only facts of its days, or is kept as the history of its objects.

use super::{Tenant, TenantLake, wanted};
use crate::{
    Error,
    entities::{self, Recorded},
    limits,
    replace::{self, Wanted},
    rows,
    schema::Table,
    table::Opened,
};
use std::{collections::BTreeSet, sync::Arc};
use trimtab_domain::{
    Day, DayRange,
    account::Account,
    entity::EntitySnapshot,
    fact::{AdHourly, Facts, Total},
};

/// What [`TenantLake::replace`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// Rows handed in.
    pub rows: usize,
    /// Days whose rows were not stored like that already.
    pub days_changed: usize,
    /// Bytes of data files written.
    pub bytes_written: u64,
    /// The tables' versions afterwards; a table that was never written has none.
    pub versions: Vec<(Table, u64)>,
}

impl TenantLake {
    /// Makes `facts` the only facts of `account` in the days of `range`: rows that are missing disappear, days that are the same
    /// already are not written. Breakdowns and keywords are replaced where `facts` names them as read. Each table changes in one commit,
    /// the ad-level one last; after a crash in between, replacing again completes it.
    ///
    /// # Errors
    /// When rows are impossible, the folder cannot be written, or other writers win every time. Nothing of a failed table is visible.
    pub async fn replace(&self, account: &Account, range: DayRange, facts: Facts) -> Result<Replaced, Error> {
        let (tenant, account) = (Arc::clone(&self.tenant), account.clone());
        self.shared
            .pool
            .run_behind("replace facts", limits::WRITE_DEADLINE, async move { replace(&tenant, &account, range, facts).await })
            .await
    }

    /// Makes `hours` the only hourly facts of `account` in the days of `range`.
    ///
    /// # Errors
    /// As [`Self::replace`].
    pub async fn replace_hours(&self, account: &Account, range: DayRange, hours: Vec<AdHourly>) -> Result<Replaced, Error> {
        let (tenant, account) = (Arc::clone(&self.tenant), account.clone());
        let work = async move {
            let rows = hours.len();
            rows::check(range, hours.iter().map(|r| (r.date, 1, &r.placing, Some(&r.measures), None, None)))?;
            if let Some(bad) = hours.iter().find(|r| r.hour > 23) {
                return Err(Error::BadFacts(format!("a row of {} is for hour {}: a day has hours 0 to 23", bad.date, bad.hour)));
            }
            let wanted = vec![Wanted { slice: wanted::slice(&account, ""), rows: rows::hours(&hours)? }];
            replace_tables(&tenant, rows, range, [(Table::AdHourly, wanted)]).await
        };
        self.shared.pool.run_behind("replace hourly facts", limits::WRITE_DEADLINE, work).await
    }

    /// Makes `totals` all that is known of what the source itself says of `account` as a whole in the days of `range`.
    ///
    /// # Errors
    /// As [`Self::replace`].
    pub async fn replace_totals(&self, account: &Account, range: DayRange, totals: Vec<(Day, Total)>) -> Result<Replaced, Error> {
        let (tenant, account) = (Arc::clone(&self.tenant), account.clone());
        let work = async move {
            rows::check_figures(range, "a total", totals.iter().map(|(day, total)| (*day, total.figures())))?;
            let wanted = vec![Wanted { slice: wanted::slice(&account, ""), rows: rows::totals(&totals)? }];
            replace_tables(&tenant, totals.len(), range, [(Table::AccountDaily, wanted)]).await
        };
        self.shared.pool.run_behind("replace totals", limits::WRITE_DEADLINE, work).await
    }

    /// Takes in what a source says of an account's objects. The same snapshot twice commits nothing.
    ///
    /// # Errors
    /// As [`Self::replace`].
    pub async fn record(&self, account: &Account, snapshot: EntitySnapshot) -> Result<Recorded, Error> {
        if snapshot.states.len() > limits::OBJECTS_PER_SNAPSHOT {
            return Err(Error::BadFacts(format!("{} objects in one account are more than can be kept", snapshot.states.len())));
        }
        let (slot, account) = (Arc::clone(self.tenant.slot(Table::EntityHistory)), account.clone());
        let work = async move {
            let plan = |opened: Option<&Opened>| entities::plan(&slot, opened, &account, &snapshot);
            let (committed, recorded) = slot.change(plan).await?;
            Ok(Recorded { version: committed.version, ..recorded })
        };
        self.shared.pool.run_behind("record objects", limits::WRITE_DEADLINE, work).await
    }
}

async fn replace(tenant: &Tenant, account: &Account, range: DayRange, facts: Facts) -> Result<Replaced, Error> {
    let rows = facts.rows();
    if rows > limits::ROWS_PER_REPLACE {
        return Err(Error::BadFacts(format!(
            "{rows} rows at once are too many: replace at most {} per call",
            limits::ROWS_PER_REPLACE
        )));
    }
    replace_tables(tenant, rows, range, wanted::wanted(account, range, facts)?).await
}

async fn replace_tables(
    tenant: &Tenant,
    rows: usize,
    range: DayRange,
    wanted: impl IntoIterator<Item = (Table, Vec<Wanted>)>,
) -> Result<Replaced, Error> {
    let days = (crate::days::to_epoch(range.from()), crate::days::to_epoch(range.to()));
    let mut replaced = Replaced { rows, days_changed: 0, bytes_written: 0, versions: Vec::new() };
    let mut touched = BTreeSet::new();
    for (table, wanted) in wanted {
        let slot = tenant.slot(table);
        let plan = |opened: Option<&Opened>| replace::plan(slot, opened, &wanted, days);
        let (committed, changed) = slot.change(plan).await?;
        touched.extend(changed);
        replaced.bytes_written += committed.bytes_written;
        replaced.versions.extend(committed.version.map(|version| (table, version)));
    }
    replaced.days_changed = touched.len();
    Ok(replaced)
}

//! Which days of an account were read from the source, and when: what lets a killed back-fill go on where it stopped.
//!
//! Kept as disjoint ranges in day order, each with its read time; a day read again belongs to the later reading, and neighbours of one
//! reading are one range. [`overlay`] is the whole rule.

use crate::{
    AccountKey, Error, Lease, TenantStore, account,
    db::{Fail, query, transaction},
    entity::fetched_ranges::{Column, Entity, Model},
    row,
};
use jiff::ToSpan;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use std::collections::BTreeMap;
use trimtab_domain::{DayRange, Timestamp, id::AccountId};

/// A run of days that were last read at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchedRange {
    /// The days, in the account's zone.
    pub days: DayRange,
    /// When they were read from the source (UTC).
    pub read_at: Timestamp,
}

impl TenantStore {
    /// Records that these days are read and stored, by whoever holds the account's lease.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] when another run took the account over.
    pub async fn mark_fetched(&self, lease: &Lease, days: DayRange, read_at: Timestamp) -> Result<(), Error> {
        // As precise as it will be read back, or equal readings would not join.
        let read_at = row::to_instant(row::instant(read_at))?;
        transaction!(self.db(), "mark fetched", |tx| {
            lease.hold(tx, self.tenant()).await?;
            let before = load(tx, self.tenant(), lease.account()).await?;
            let after = overlay(&before, FetchedRange { days, read_at });
            if after == before {
                return Ok(());
            }
            Entity::delete_many().filter(of(self.tenant(), lease.account())).exec(tx).await?;
            let rows = after.iter().map(|range| self.row(lease.account(), range).into_active_model());
            Entity::insert_many(rows).exec_without_returning(tx).await?;
            Ok(())
        })
    }

    /// What was read of an account, oldest day first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has no such account.
    pub async fn fetched(&self, account: &AccountKey) -> Result<Vec<FetchedRange>, Error> {
        query!(self.db(), "read fetched ranges", |db| {
            account::one(db, self.tenant(), account).await?;
            load(db, self.tenant(), account).await
        })
    }

    /// The days that were read, by account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn all_fetched(&self) -> Result<BTreeMap<AccountKey, Vec<DayRange>>, Error> {
        let rows = query!(self.db(), "read all fetched ranges", |db| {
            Ok(Entity::find().filter(Column::Tenant.eq(self.tenant())).order_by_asc(Column::FromDay).all(db).await?)
        })?;
        let mut all = BTreeMap::<AccountKey, Vec<DayRange>>::new();
        for row in rows {
            let account = AccountKey { source: row::to_name("source", &row.source)?, id: AccountId::new(row.account.as_str()) };
            all.entry(account).or_default().push(row::to_range(&row.from_day, &row.to_day)?);
        }
        Ok(all)
    }

    /// Forgets what was read of an account, so that all of it is fetched anew.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] when another run took the account over.
    pub async fn forget_fetched(&self, lease: &Lease) -> Result<(), Error> {
        transaction!(self.db(), "forget fetched", |tx| {
            lease.hold(tx, self.tenant()).await?;
            Entity::delete_many().filter(of(self.tenant(), lease.account())).exec(tx).await?;
            Ok(())
        })
    }

    fn row(&self, account: &AccountKey, range: &FetchedRange) -> Model {
        Model {
            tenant: self.tenant().to_owned(),
            source: account.source.as_str().to_owned(),
            account: account.id.as_str().to_owned(),
            from_day: range.days.from().to_string(),
            to_day: range.days.to().to_string(),
            read_at: row::instant(range.read_at),
        }
    }
}

/// Forgets what was read of an account.
pub(crate) async fn forget(tx: &impl ConnectionTrait, tenant: &str, account: &AccountKey) -> Result<(), Fail> {
    Entity::delete_many().filter(of(tenant, account)).exec(tx).await?;
    Ok(())
}

fn of(tenant: &str, account: &AccountKey) -> Condition {
    Condition::all()
        .add(Column::Tenant.eq(tenant))
        .add(Column::Source.eq(account.source.as_str()))
        .add(Column::Account.eq(account.id.as_str()))
}

async fn load(db: &impl ConnectionTrait, tenant: &str, account: &AccountKey) -> Result<Vec<FetchedRange>, Fail> {
    let rows = Entity::find().filter(of(tenant, account)).order_by_asc(Column::FromDay).all(db).await?;
    let read = |row: Model| -> Result<_, Error> {
        Ok(FetchedRange { days: row::to_range(&row.from_day, &row.to_day)?, read_at: row::to_instant(row.read_at)? })
    };
    Ok(rows.into_iter().map(read).collect::<Result<_, _>>()?)
}

/// Lays a reading over earlier ones; `known` is disjoint and in day order, and so is the answer.
pub(crate) fn overlay(known: &[FetchedRange], new: FetchedRange) -> Vec<FetchedRange> {
    let mut fresh = vec![new.days];
    let mut ranges = Vec::with_capacity(known.len() + 2);
    for range in known {
        if range.read_at > new.read_at {
            fresh = fresh.into_iter().flat_map(|days| subtract(days, range.days)).collect();
            ranges.push(*range);
        } else {
            ranges.extend(subtract(range.days, new.days).map(|days| FetchedRange { days, read_at: range.read_at }));
        }
    }
    ranges.extend(fresh.into_iter().map(|days| FetchedRange { days, read_at: new.read_at }));
    ranges.sort_by_key(|range| range.days.from());
    ranges.into_iter().fold(Vec::new(), |mut joined: Vec<FetchedRange>, range| {
        match joined.last_mut() {
            Some(last) if last.read_at == range.read_at && last.days.to().saturating_add(1.day()) == range.days.from() => {
                last.days = DayRange::new(last.days.from(), range.days.to()).unwrap_or(last.days);
            }
            _ => joined.push(range),
        }
        joined
    })
}

/// The days of `from` that `minus` does not hold.
fn subtract(from: DayRange, minus: DayRange) -> impl Iterator<Item = DayRange> {
    let Some(shared) = from.intersect(&minus) else {
        return [Some(from), None].into_iter().flatten();
    };
    let before = DayRange::new(from.from(), shared.from().saturating_sub(1.day())).ok();
    let after = DayRange::new(shared.to().saturating_add(1.day()), from.to()).ok();
    [before, after].into_iter().flatten()
}

#[cfg(test)]
mod tests;

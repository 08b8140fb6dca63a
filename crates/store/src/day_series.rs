//! Figures of single days that are kept in finer parts than facts are: events of a pixel by hour, an account's hours, what a day showed at
//! each age.
//!
//! A day of an object is one row that a later reading replaces whole, so that reading twice doubles nothing. They serve analyses alone
//! and are let go after [`limits::SERIES_DAYS`].

use crate::{
    AccountKey, Error, Lease, TenantStore, account,
    db::{Fail, query, transaction},
    entity::day_series::{Column, Entity, Model},
    limits, row,
};
use jiff::ToSpan;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::OnConflict,
};
use std::collections::BTreeMap;
use trimtab_domain::{Day, Timestamp};

/// A day of one object.
#[derive(Debug, Clone, PartialEq)]
pub struct DaySeries {
    /// The day, in the account's zone.
    pub day: Day,
    /// When it was last read from the source (UTC).
    pub read_at: Timestamp,
    /// By name, its parts in their order: 24 hours by the clock on the wall, or ages from the day itself on.
    pub lines: BTreeMap<String, Vec<f64>>,
}

impl TenantStore {
    /// Keeps days of an object in place of what was kept of them, by whoever holds the account's lease; and lets go of all the account's
    /// days that are too old, reckoned from the newest of these.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] when another run took the account over; then nothing is kept.
    pub async fn put_series(&self, lease: &Lease, object: &str, days: &[DaySeries]) -> Result<(), Error> {
        let Some(newest) = days.iter().map(|of| of.day).max() else { return Ok(()) };
        let oldest = newest.saturating_sub(i64::from(limits::SERIES_DAYS).days());
        let rows = days.iter().map(|of| self.series_row(lease.account(), object, of)).collect::<Result<Vec<_>, _>>()?;
        let rows = row::last_of_each(rows, |row| row.day.clone());
        transaction!(self.db(), "keep series of days", |tx| {
            lease.hold(tx, self.tenant()).await?;
            for some in rows.chunks(100) {
                let key = [Column::Tenant, Column::Source, Column::Account, Column::Object, Column::Day];
                let replace = OnConflict::columns(key).update_columns([Column::ReadAt, Column::Body]).to_owned();
                let rows = some.iter().cloned().map(Model::into_active_model);
                Entity::insert_many(rows).on_conflict(replace).exec_without_returning(tx).await?;
            }
            let old = of(self.tenant(), lease.account()).add(Column::Day.lt(oldest.to_string()));
            Entity::delete_many().filter(old).exec(tx).await?;
            Ok(())
        })
    }

    /// The days kept of an object, oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has no such account.
    pub async fn series(&self, key: &AccountKey, object: &str) -> Result<Vec<DaySeries>, Error> {
        let rows = query!(self.db(), "read series of days", |db| {
            account::one(db, self.tenant(), key).await?;
            let own = of(self.tenant(), key).add(Column::Object.eq(object));
            Ok(Entity::find().filter(own).order_by_asc(Column::Day).all(db).await?)
        })?;
        rows.into_iter().map(series).collect()
    }

    fn series_row(&self, key: &AccountKey, object: &str, of: &DaySeries) -> Result<Model, Error> {
        Ok(Model {
            tenant: self.tenant().to_owned(),
            source: key.source.as_str().to_owned(),
            account: key.id.as_str().to_owned(),
            object: object.to_owned(),
            day: of.day.to_string(),
            read_at: row::instant(of.read_at),
            body: serde_json::to_string(&of.lines).map_err(|error| row::bad("series of a day", error))?,
        })
    }
}

/// Forgets the series of an account: its days are cut anew.
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

fn series(row: Model) -> Result<DaySeries, Error> {
    Ok(DaySeries {
        day: row::to_day(&row.day)?,
        read_at: row::to_instant(row.read_at)?,
        lines: serde_json::from_str(&row.body).map_err(|_| row::bad("series of a day", &row.day))?,
    })
}

//! The log of calls to outside systems: whom we asked what, how it went and how much came back; never what was said.

use crate::{
    Cursor, Error, Page, System, TenantStore,
    db::{query, transaction},
    entity::calls::{Column, Entity, Model},
    limits, page, row,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use trimtab_domain::{
    Source, Timestamp,
    id::{AccountId, TenantId},
};

/// A call that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCall {
    /// When it was sent (UTC).
    pub at: Timestamp,
    /// On whose behalf; `None`: nobody's, such as exchange rates.
    pub tenant: Option<TenantId>,
    /// To whom.
    pub source: Source,
    /// For which account.
    pub account: Option<AccountId>,
    /// The HTTP method.
    pub method: String,
    /// The path with its ids taken out.
    pub route: String,
    /// HTTP status, if an answer came.
    pub status: Option<u16>,
    /// `good`, `transient`, `limited`, `refused`, `timeout`, `network` or `too_large`.
    pub outcome: String,
    /// From sending to the last byte, in milliseconds.
    pub duration_ms: u64,
    /// Bytes of the answer's body, decompressed.
    pub bytes: u64,
    /// Which attempt of its call it was, from 1.
    pub attempt: u32,
}

/// A call as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Names it.
    pub id: String,
    /// What was made.
    pub call: NewCall,
}

/// Which calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallFilter {
    /// To this source.
    pub source: Option<Source>,
    /// For this account.
    pub account: Option<String>,
    /// Those that went like this.
    pub outcome: Option<String>,
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub to: Option<Timestamp>,
}

impl CallFilter {
    fn condition(&self) -> Condition {
        let mut all = Condition::all();
        if let Some(source) = self.source {
            all = all.add(Column::Source.eq(source.as_str()));
        }
        if let Some(account) = &self.account {
            all = all.add(Column::Account.eq(account));
        }
        if let Some(outcome) = &self.outcome {
            all = all.add(Column::Outcome.eq(outcome));
        }
        if let Some(from) = self.from {
            all = all.add(Column::At.gte(row::instant(from)));
        }
        if let Some(to) = self.to {
            all = all.add(Column::At.lt(row::instant(to)));
        }
        all
    }
}

impl TenantStore {
    /// Calls on behalf of this tenant, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn calls(&self, filter: &CallFilter, after: Option<&Cursor>, limit: u32) -> Result<Page<Call>, Error> {
        let own = filter.condition().add(Column::Tenant.eq(self.tenant()));
        let rows = query!(self.db(), "list calls", |db| {
            let older = after.map_or(Condition::all(), |cursor| cursor.older(Column::At, Column::Id));
            let some = Entity::find().filter(own.clone()).filter(older).order_by_desc(Column::At).order_by_desc(Column::Id);
            Ok(some.limit(page::fetch_size(limit)).all(db).await?)
        })?;
        page::page(rows, limit, |row| (row.at, row.id.clone()), call)
    }
}

impl System<'_> {
    /// Calls on behalf of anybody, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn calls(&self, filter: &CallFilter, after: Option<&Cursor>, limit: u32) -> Result<Page<Call>, Error> {
        let wanted = filter.condition();
        let rows = query!(self.store().db(), "list calls", |db| {
            let older = after.map_or(Condition::all(), |cursor| cursor.older(Column::At, Column::Id));
            let some = Entity::find().filter(wanted.clone()).filter(older).order_by_desc(Column::At).order_by_desc(Column::Id);
            Ok(some.limit(page::fetch_size(limit)).all(db).await?)
        })?;
        page::page(rows, limit, |row| (row.at, row.id.clone()), call)
    }

    /// Adds calls that were made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_calls(&self, calls: &[NewCall]) -> Result<(), Error> {
        let store = self.store();
        let rows: Vec<Model> = calls.iter().map(|call| model(hex(store.ids().fresh()), call)).collect();
        for some in rows.chunks(limits::CALLS_PER_WRITE) {
            transaction!(store.db(), "add calls", |tx| {
                let rows = some.iter().cloned().map(Model::into_active_model);
                Entity::insert_many(rows).exec_without_returning(tx).await?;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Lets go the calls before an instant; answers how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_calls(&self, before: Timestamp) -> Result<u64, Error> {
        transaction!(self.store().db(), "forget calls", |tx| {
            Ok(Entity::delete_many().filter(Column::At.lt(row::instant(before))).exec(tx).await?.rows_affected)
        })
    }
}

fn hex(bytes: [u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(bytes))
}

fn model(id: String, call: &NewCall) -> Model {
    Model {
        id,
        at: row::instant(call.at),
        tenant: call.tenant.as_ref().map(ToString::to_string),
        source: call.source.as_str().to_owned(),
        account: call.account.as_ref().map(ToString::to_string),
        method: call.method.clone(),
        route: row::remark(&call.route),
        status: call.status.map(i64::from),
        outcome: call.outcome.clone(),
        duration_ms: row::count(call.duration_ms),
        bytes: row::count(call.bytes),
        attempt: i64::from(call.attempt),
    }
}

fn call(row: Model) -> Result<Call, Error> {
    let tenant = row.tenant.as_deref().map(|id| TenantId::parse(id).map_err(|_| row::bad("tenant id", id))).transpose()?;
    let status = row.status.map(|status| u16::try_from(status).map_err(|_| row::bad("status", status))).transpose()?;
    Ok(Call {
        id: row.id,
        call: NewCall {
            at: row::to_instant(row.at)?,
            tenant,
            source: row::to_name("source", &row.source)?,
            account: row.account.map(AccountId::new),
            method: row.method,
            route: row.route,
            status,
            outcome: row.outcome,
            duration_ms: row::to_count(row.duration_ms)?,
            bytes: row::to_count(row.bytes)?,
            attempt: u32::try_from(row.attempt).map_err(|_| row::bad("attempt", row.attempt))?,
        },
    })
}

//! Reading the log.

use super::{Action, Outcome};
use crate::{
    Cursor, Error, Page, System, TenantStore,
    db::query,
    entity::audit::{Column, Entity, Model},
    limits, page, row,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use trimtab_domain::Timestamp;

/// Which rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// By this actor: an id, `operator`, `system`, `anonymous`, or the address of a person.
    pub actor: Option<String>,
    /// About this tenant.
    pub tenant: Option<String>,
    /// This action, or all of a noun (`connection`).
    pub action: Option<String>,
    /// That came out like this.
    pub outcome: Option<Outcome>,
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub to: Option<Timestamp>,
}

/// One row as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    /// Its number, from 1.
    pub seq: u64,
    /// When (UTC).
    pub at: Timestamp,
    /// Who: the id of a person, `operator`, `system` or `anonymous`.
    pub actor: String,
    /// What they were known by then.
    pub actor_name: Option<String>,
    /// Whose data it was about.
    pub tenant: Option<String>,
    /// What, as `noun:verb`.
    pub action: String,
    /// To what, as `noun:id`.
    pub resource: String,
    /// Where the request came from.
    pub ip: Option<String>,
    /// What the client called itself.
    pub agent: Option<String>,
    /// How it came out: `ok`, `refused` or `failed`.
    pub outcome: String,
    /// What was there before; never a secret.
    pub before: Option<Value>,
    /// What was there after; never a secret.
    pub after: Option<Value>,
    /// Names the request in the log of the server.
    pub request_id: Option<String>,
    /// The hash of the row before.
    pub prev_hash: String,
    /// Its own hash.
    pub hash: String,
}

impl AuditFilter {
    fn condition(&self) -> Result<Condition, Error> {
        let mut all = Condition::all();
        if let Some(actor) = &self.actor {
            all = all.add(Condition::any().add(Column::Actor.eq(actor)).add(Column::ActorName.eq(actor)));
        }
        if let Some(tenant) = &self.tenant {
            all = all.add(Column::Tenant.eq(tenant));
        }
        if let Some(action) = &self.action {
            all = match action.parse::<Action>() {
                Ok(action) => all.add(Column::Action.eq(action.as_str())),
                Err(_) if Action::is_noun(action) => all.add(Column::Action.starts_with(format!("{action}:"))),
                Err(unknown) => return Err(unknown),
            };
        }
        if let Some(outcome) = self.outcome {
            all = all.add(Column::Outcome.eq(outcome.as_str()));
        }
        if let Some(from) = self.from {
            all = all.add(Column::At.gte(row::instant(from)));
        }
        if let Some(to) = self.to {
            all = all.add(Column::At.lt(row::instant(to)));
        }
        Ok(all)
    }
}

impl TenantStore {
    /// What was done to this tenant, newest first.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an unknown action.
    pub async fn audit_rows(&self, filter: &AuditFilter, after: Option<&Cursor>, limit: u32) -> Result<Page<AuditRow>, Error> {
        let own = filter.condition()?.add(Column::Tenant.eq(self.tenant()));
        let rows = query!(self.db(), "list audit rows", |db| {
            let before = after.map_or(Condition::all(), |cursor| Condition::all().add(Column::Seq.lt(cursor.at())));
            let some = Entity::find().filter(own.clone()).filter(before).order_by_desc(Column::Seq);
            Ok(some.limit(page::fetch_size(limit)).all(db).await?)
        })?;
        page::page(rows, limit, |row| (row.seq, String::new()), read)
    }
}

impl System<'_> {
    /// What was done in the whole installation, newest first.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an unknown action.
    pub async fn audit_rows(&self, filter: &AuditFilter, after: Option<&Cursor>, limit: u32) -> Result<Page<AuditRow>, Error> {
        let wanted = filter.condition()?;
        let rows = query!(self.store().db(), "list audit rows", |db| {
            let before = after.map_or(Condition::all(), |cursor| Condition::all().add(Column::Seq.lt(cursor.at())));
            let some = Entity::find().filter(wanted.clone()).filter(before).order_by_desc(Column::Seq);
            Ok(some.limit(page::fetch_size(limit)).all(db).await?)
        })?;
        page::page(rows, limit, |row| (row.seq, String::new()), read)
    }

    /// The rows that follow a number, oldest first, for whoever writes them out: some at a time, none at the end.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an unknown action.
    pub async fn audit_after(&self, filter: &AuditFilter, seq: u64) -> Result<Vec<AuditRow>, Error> {
        let wanted = filter.condition()?.add(Column::Seq.gt(row::count(seq)));
        let rows = query!(self.store().db(), "read audit rows", |db| {
            let some = Entity::find().filter(wanted.clone()).order_by_asc(Column::Seq).limit(limits::AUDIT_ROWS_PER_READ);
            Ok(some.all(db).await?)
        })?;
        rows.into_iter().map(read).collect()
    }
}

fn read(row: Model) -> Result<AuditRow, Error> {
    let value = |text: Option<String>| text.map(|text| row::to_json("value in the audit log", &text)).transpose();
    Ok(AuditRow {
        seq: row::to_count(row.seq)?,
        at: row::to_instant(row.at)?,
        actor: row.actor,
        actor_name: row.actor_name,
        tenant: row.tenant,
        action: row.action,
        resource: row.resource,
        ip: row.ip,
        agent: row.agent,
        outcome: row.outcome,
        before: value(row.before)?,
        after: value(row.after)?,
        request_id: row.request_id,
        prev_hash: row.prev_hash,
        hash: row.hash,
    })
}

//! What is known to have happened to an account's objects, as its source's own record tells.

use crate::{
    AccountKey, Error, TenantStore, account,
    db::{query, transaction},
    entity::known_events::{Column, Entity, Model},
    limits, row,
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict};
use trimtab_domain::finding::KnownEvent;

impl TenantStore {
    /// Notes events of an account; one that is known already stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has no such account.
    pub async fn note_events(&self, key: &AccountKey, events: &[KnownEvent]) -> Result<(), Error> {
        let now = row::instant(self.now());
        let rows = events.iter().map(|event| self.event_row(key, event, now)).collect::<Result<Vec<_>, _>>()?;
        let rows = row::last_of_each(rows, |row| row.digest.clone());
        transaction!(self.db(), "note events", |tx| {
            account::one(tx, self.tenant(), key).await?;
            for some in rows.chunks(500) {
                let columns = [Column::Tenant, Column::Source, Column::Account, Column::Digest];
                let same = OnConflict::columns(columns).update_column(Column::Body).to_owned();
                let rows = some.iter().cloned().map(Model::into_active_model);
                Entity::insert_many(rows).on_conflict(same).exec_without_returning(tx).await?;
            }
            Ok(())
        })
    }

    /// What is known to have happened to an account, oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has no such account.
    pub async fn known_events(&self, key: &AccountKey) -> Result<Vec<KnownEvent>, Error> {
        let rows = query!(self.db(), "read known events", |db| {
            account::one(db, self.tenant(), key).await?;
            let own = Entity::find()
                .filter(Column::Tenant.eq(self.tenant()))
                .filter(Column::Source.eq(key.source.as_str()))
                .filter(Column::Account.eq(key.id.as_str()));
            let newest = own.order_by_desc(Column::Day).order_by_desc(Column::Digest);
            Ok(newest.limit(limits::EVENTS_PER_ACCOUNT).all(db).await?)
        })?;
        rows.into_iter().rev().map(|row| serde_json::from_str(&row.body).map_err(|_| row::bad("event", &row.digest))).collect()
    }

    fn event_row(&self, key: &AccountKey, event: &KnownEvent, now: i64) -> Result<Model, Error> {
        let body = serde_json::to_string(event).map_err(|error| row::bad("event", error))?;
        Ok(Model {
            tenant: self.tenant().to_owned(),
            source: key.source.as_str().to_owned(),
            account: key.id.as_str().to_owned(),
            digest: event.digest(),
            day: event.day.to_string(),
            body,
            noted_at: now,
        })
    }
}

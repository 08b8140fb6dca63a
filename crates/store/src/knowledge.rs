//! What people know of a client, version by version: nothing that was written is lost, and nobody overwrites what they have not read.

use crate::{
    Error, TenantStore,
    audit::{Action, Entry},
    db::{query, transaction},
    entity::client_knowledge::{Column, Entity, Model},
    limits, row,
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Select};
use serde_json::{Value, json};
use trimtab_domain::{Timestamp, knowledge::ClientKnowledge};

/// One version of what is known of a client.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptKnowledge {
    /// Which version: the first is 1.
    pub version: u64,
    /// What is known.
    pub knowledge: ClientKnowledge,
    /// When it was written (UTC).
    pub changed_at: Timestamp,
    /// By whom.
    pub changed_by: String,
}

impl TenantStore {
    /// The newest version; `None`: nobody has written anything yet.
    ///
    /// # Errors
    /// When the database fails or holds what this version cannot read.
    pub async fn knowledge(&self) -> Result<Option<KeptKnowledge>, Error> {
        let row = query!(self.db(), "read client knowledge", |db| Ok(newest_first(self.tenant()).one(db).await?))?;
        row.map(kept).transpose()
    }

    /// The newest versions, newest first.
    ///
    /// # Errors
    /// When the database fails or holds what this version cannot read.
    pub async fn knowledge_history(&self) -> Result<Vec<KeptKnowledge>, Error> {
        let rows = query!(self.db(), "list client knowledge", |db| {
            Ok(newest_first(self.tenant()).limit(limits::KNOWLEDGE_VERSIONS).all(db).await?)
        })?;
        rows.into_iter().map(kept).collect()
    }

    /// Writes a version on top of the one that was read (0: there was none). What is the newest already is not written again, so that
    /// a repeated request does no harm.
    ///
    /// # Errors
    /// [`Error::Conflict`] when somebody else has written since.
    pub async fn put_knowledge(&self, knowledge: &ClientKnowledge, read: u64) -> Result<KeptKnowledge, Error> {
        let body = serde_json::to_string(knowledge).map_err(|error| Error::Invalid(format!("it cannot be kept: {error}")))?;
        let now = row::instant(self.now());
        let row = transaction!(self.db(), "put client knowledge", |tx| {
            let newest = newest_first(self.tenant()).one(tx).await?;
            if let Some(same) = newest.as_ref().filter(|newest| newest.body == body) {
                return Ok(same.clone());
            }
            let version = newest.as_ref().map_or(0, |newest| newest.version);
            if version != row::count(read) {
                return Err(changed(newest.as_ref(), read)?.into());
            }
            let model = Model {
                tenant: self.tenant().to_owned(),
                version: version.saturating_add(1),
                body: body.clone(),
                changed_at: now,
                changed_by: self.ctx().actor().to_string(),
            };
            Entity::insert(model.clone().into_active_model()).exec_without_returning(tx).await?;
            let told = |row: &Model| json!({ "version": row.version, "knowledge": serde_json::from_str::<Value>(&row.body).ok() });
            let entry = Entry::new(Action::KnowledgePut, format!("knowledge:{}", self.tenant())).after(told(&model));
            self.audit(tx, entry.before(newest.as_ref().map_or(Value::Null, told))).await?;
            Ok(model)
        })?;
        kept(row)
    }
}

fn newest_first(tenant: &str) -> Select<Entity> {
    Entity::find().filter(Column::Tenant.eq(tenant)).order_by_desc(Column::Version)
}

fn changed(newest: Option<&Model>, read: u64) -> Result<Error, Error> {
    let text = match newest {
        Some(Model { version, changed_at, changed_by, .. }) => {
            let at = row::to_instant(*changed_at)?;
            format!("version {read} was read, but {changed_by} wrote version {version} at {at}: read that and change it again")
        }
        None => format!("version {read} was read, but nothing is known of this client yet: begin from version 0"),
    };
    Ok(Error::Conflict(text))
}

fn kept(row: Model) -> Result<KeptKnowledge, Error> {
    Ok(KeptKnowledge {
        version: row::to_count(row.version)?,
        knowledge: serde_json::from_str(&row.body).map_err(|_| row::bad("client's knowledge", &row.body))?,
        changed_at: row::to_instant(row.changed_at)?,
        changed_by: row.changed_by,
    })
}

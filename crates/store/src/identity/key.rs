//! Keys of programs: a service account is a key, not a person.

use super::{
    role::{scope, scope_text},
    session::Principal,
    token::Kind,
};
use crate::{
    Error, System,
    audit::{Action, Entry},
    db::{query, transaction},
    entity::api_keys::{Column, Entity, Model},
    limits, receipt, row,
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, sea_query::Expr};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use std::collections::BTreeSet;
use trimtab_domain::{
    Actor, Caller, Permissions, Timestamp,
    access::{Reach, Scope},
    id::{KeyId, TenantId},
    text,
};

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What it is for; 1 to 80 characters.
    pub name: String,
    /// Where it is good.
    pub scope: Scope,
    /// What it may do there; at least one thing.
    pub permissions: Permissions,
    /// When it ends by itself (UTC).
    pub expires_at: Option<Timestamp>,
}

/// A key, without the key itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: KeyId,
    /// What it is for.
    pub name: String,
    /// Its first letters, to tell which one a program uses.
    pub hint: String,
    /// Where it is good.
    pub scope: Scope,
    /// What it may do there.
    pub permissions: Permissions,
    /// When it was made (UTC).
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: String,
    /// When it ends by itself (UTC).
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to within a few minutes (UTC).
    pub used_at: Option<Timestamp>,
    /// When it was revoked (UTC).
    pub revoked_at: Option<Timestamp>,
}

/// When a key ends, as the log tells it.
fn told_end(row: &Model) -> Result<Option<String>, Error> {
    Ok(row::to_instant_opt(row.expires_at)?.map(|at| at.to_string()))
}

impl System<'_> {
    /// Makes a key. The answer's token is shown once and not stored.
    ///
    /// # Errors
    /// [`Error::Invalid`] without a name or permission, for an end that has passed, or with too many keys.
    pub async fn add_key(&self, new: NewKey, by: &Caller) -> Result<(ApiKey, SecretString), Error> {
        let now = self.store().now();
        let bad = |error| Error::Invalid(format!("a key needs a name of 1 to 80 characters that says what it is for: {error}"));
        let name = text::name(&new.name, 80).map_err(bad)?.to_owned();
        if new.permissions.is_empty() {
            return Err(Error::Invalid("a key needs at least one permission".to_owned()));
        }
        if new.expires_at.is_some_and(|end| end <= now) {
            return Err(Error::Invalid("the key's end has passed already: choose a later one, or none".to_owned()));
        }
        if let Scope::Tenant(tenant) = &new.scope {
            self.tenant(tenant).await?;
        }
        let (token, key_hash) = Kind::Key.fresh()?;
        let model = Model {
            id: KeyId::fresh(self.store().ids()).to_string(),
            key_hash,
            name,
            hint: token.expose_secret().chars().take(8).collect(),
            tenant: scope_text(&new.scope).to_owned(),
            permissions: new.permissions.to_string(),
            made_at: row::instant(now),
            made_by: by.actor.to_string(),
            expires_at: new.expires_at.map(row::instant),
            used_at: None,
            revoked_at: None,
        };
        transaction!(self.store().db(), "add a key", |tx| {
            let good = Entity::find().filter(Column::RevokedAt.is_null()).filter(Column::Tenant.eq(&model.tenant));
            if good.count(tx).await? >= limits::KEYS_PER_SCOPE {
                return Err(Error::Invalid(format!("there are {} keys already: revoke one first", limits::KEYS_PER_SCOPE)).into());
            }
            Entity::insert(model.clone().into_active_model()).exec_without_returning(tx).await?;
            let entry = Entry::new(Action::KeyCreate, format!("key:{}", model.id)).by(by);
            let told = json!({ "name": model.name, "permissions": model.permissions, "expires_at": told_end(&model)? });
            self.audit(tx, entry.about(new.scope.tenant().map(TenantId::as_str)).after(told)).await?;
            receipt::keep(tx, self.store(), &(key(model.clone())?, token.clone())).await
        })?;
        Ok((key(model)?, token))
    }

    /// Keys within reach, newest first; revoked ones too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keys(&self, within: Option<&BTreeSet<Scope>>) -> Result<Vec<ApiKey>, Error> {
        let rows = query!(self.store().db(), "list keys", |db| {
            let mut query = Entity::find().order_by_desc(Column::MadeAt).order_by_desc(Column::Id);
            if let Some(within) = within {
                query = query.filter(Column::Tenant.is_in(within.iter().map(scope_text)));
            }
            Ok(query.all(db).await?)
        })?;
        rows.into_iter().map(key).collect()
    }

    /// One key.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn key(&self, id: &KeyId) -> Result<ApiKey, Error> {
        let row = query!(self.store().db(), "read key", |db| Ok(Entity::find_by_id(id.as_str()).one(db).await?))?;
        key(row.ok_or_else(|| Error::not_found("API key", id))?)
    }

    /// Ends a key at once and for good; one that was revoked before stays so.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn revoke_key(&self, id: &KeyId) -> Result<(), Error> {
        let now = row::instant(self.store().now());
        transaction!(self.store().db(), "revoke a key", |tx| {
            let row = Entity::find_by_id(id.as_str()).one(tx).await?.ok_or_else(|| Error::not_found("API key", id))?;
            if row.revoked_at.is_none() {
                let update = Entity::update_many().col_expr(Column::RevokedAt, Expr::value(now));
                update.filter(Column::Id.eq(id.as_str())).exec(tx).await?;
                let entry = Entry::new(Action::KeyRevoke, format!("key:{id}")).before(json!({ "name": row.name }));
                self.audit(tx, entry.about(scope(&row.tenant)?.tenant().map(TenantId::as_str))).await?;
            }
            Ok(())
        })
    }

    pub(super) async fn key_holder(&self, hash: &str) -> Result<Option<Principal>, Error> {
        let now = row::instant(self.store().now());
        let by_hash = Entity::find().filter(Column::KeyHash.eq(hash));
        let found = query!(self.store().db(), "read key", |db| Ok(by_hash.one(db).await?))?;
        let good = |row: &Model| row.revoked_at.is_none() && row.expires_at.is_none_or(|end| end > now);
        let Some(row) = found.filter(good) else { return Ok(None) };
        let touched = row::to_instant_opt(row.used_at)?.map(|at| row::instant(row::after(at, limits::SESSION_TOUCH)));
        if touched.is_none_or(|due| now >= due) {
            transaction!(self.store().db(), "note a key's use", |tx| {
                Entity::update_many().col_expr(Column::UsedAt, Expr::value(now)).filter(Column::Id.eq(&row.id)).exec(tx).await?;
                Ok(())
            })?;
        }
        let key = key(row)?;
        Ok(Some(Principal {
            actor: Actor::Key(key.id),
            email: key.name,
            name: String::new(),
            grants: Vec::new(),
            reach: Reach::of([(key.scope, key.permissions)]),
            session: None,
        }))
    }
}

fn key(row: Model) -> Result<ApiKey, Error> {
    Ok(ApiKey {
        id: KeyId::parse(&row.id).map_err(|_| row::bad("key id", &row.id))?,
        name: row.name,
        hint: row.hint,
        scope: scope(&row.tenant)?,
        permissions: row.permissions.parse().map_err(|_| row::bad("set of permissions", &row.permissions))?,
        made_at: row::to_instant(row.made_at)?,
        made_by: row.made_by,
        expires_at: row::to_instant_opt(row.expires_at)?,
        used_at: row::to_instant_opt(row.used_at)?,
        revoked_at: row::to_instant_opt(row.revoked_at)?,
    })
}

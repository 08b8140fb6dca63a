//! Connections: a tenant's credentials for one account of a source, and how healthy they are.
//!
//! The secret is sealed before it reaches the database and opened only by [`TenantStore::secret`]. Connecting an account again keeps
//! the connection, its id and its history, and replaces the secret.

mod health;
mod terms;

pub use health::{Health, HealthState, Seen};
pub use terms::{Expiry, Terms};

use crate::{
    AccountKey, Error, TenantStore, account,
    audit::{Action, Entry, Outcome},
    db::{Fail, query, transaction},
    entity::{accounts, connections},
    limits, receipt, row,
    vault::{Binding, unlocked},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, Select,
    sea_query::{Expr, OnConflict},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::collections::HashMap;
use trimtab_domain::{Timestamp, account::Account, id::ConnectionId};

/// Credentials of a tenant for one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// The account it reads.
    pub account: Account,
    /// Where the source is reached when not at its usual address.
    pub base_url: Option<String>,
    /// When the credential ends and what it may do.
    pub terms: Terms,
    /// How it is doing.
    pub health: Health,
    /// When the secret was last replaced (UTC).
    pub secret_set_at: Timestamp,
    /// When the account was first connected (UTC).
    pub created_at: Timestamp,
}

/// An account to connect; its credential was checked by a real call.
#[derive(Debug, Clone)]
pub struct NewConnection {
    /// The account, as its platform describes it.
    pub account: Account,
    /// Where the source is reached when not at its usual address; holds no credential.
    pub base_url: Option<String>,
    /// The token, or JSON for credentials of several parts.
    pub secret: SecretString,
    /// When the credential ends and what it may do.
    pub terms: Terms,
}

/// What [`TenantStore::connect`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    /// The connection as it is now.
    pub connection: Connection,
    /// Whether the account was connected before and only its credential was replaced.
    pub replaced: bool,
}

impl TenantStore {
    /// Connects an account, or replaces the credential of a connected one; either way its health starts at `ok`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an empty or oversized secret or too many connections, and as [`TenantStore::put_account`].
    pub async fn connect(&self, new: NewConnection) -> Result<Connected, Error> {
        check_size(&new.secret)?;
        let key = AccountKey::from(&new.account);
        let fresh = ConnectionId::fresh(self.store().ids()).to_string();
        let now = row::instant(self.now());
        unlocked!(
            self.store(),
            transaction!(self.db(), "connect account", |tx| {
                account::put(tx, self.tenant(), &new.account, now).await?;
                let known = find(self.tenant()).filter(reads(&key)).one(tx).await?;
                if known.is_none() && find(self.tenant()).count(tx).await? >= limits::CONNECTIONS_PER_TENANT {
                    let most = limits::CONNECTIONS_PER_TENANT;
                    return Err(Error::Invalid(format!("a tenant has at most {most} connections: remove one first")).into());
                }
                let (id, created_at) = known.as_ref().map_or((&fresh, now), |row| (&row.id, row.created_at));
                let binding = Binding::connection(self.tenant(), id);
                let model = connections::Model {
                    id: id.clone(),
                    tenant: self.tenant().to_owned(),
                    source: key.source.as_str().to_owned(),
                    account: key.id.as_str().to_owned(),
                    base_url: new.base_url.clone(),
                    sealed_secret: self.store().vault().seal(tx, binding, &new.secret).await?,
                    secret_set_at: now,
                    expires_at: new.terms.expires_at.map(row::instant),
                    access_ends_at: new.terms.access_ends_at.map(row::instant),
                    expiry: new.terms.expiry.as_str().to_owned(),
                    scopes: new.terms.scopes_text(),
                    health: HealthState::Ok.as_str().to_owned(),
                    health_detail: None,
                    health_fix: None,
                    health_until: None,
                    health_since: known
                        .as_ref()
                        .filter(|row| row.health == HealthState::Ok.as_str())
                        .map_or(now, |row| row.health_since),
                    created_at,
                };
                let entry = Entry::new(Action::ConnectionConnect, format!("connection:{id}")).after(told(&model));
                let entry = entry.before(known.as_ref().map_or(Value::Null, told));
                save(tx, model.clone()).await?;
                self.audit(tx, entry).await?;
                let connection = connection(&model, &account::one(tx, self.tenant(), &key).await?)?;
                receipt::keep(tx, self.store(), &connection).await?;
                Ok(Connected { connection, replaced: known.is_some() })
            })
        )
    }

    /// Every connection, by source and account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connections(&self) -> Result<Vec<Connection>, Error> {
        use connections::Column;
        let (rows, accounts) = query!(self.db(), "list connections", |db| {
            let rows = find(self.tenant()).order_by_asc(Column::Source).order_by_asc(Column::Account).all(db).await?;
            let accounts = accounts::Entity::find().filter(accounts::Column::Tenant.eq(self.tenant())).all(db).await?;
            Ok((rows, accounts))
        })?;
        let accounts: HashMap<_, _> = accounts.iter().map(|row| ((row.source.as_str(), row.account.as_str()), row)).collect();
        let joined = rows.iter().filter_map(|row| Some((row, *accounts.get(&(row.source.as_str(), row.account.as_str()))?)));
        joined.map(|(row, account)| connection(row, account)).collect()
    }

    /// One connection.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has none such.
    pub async fn connection(&self, id: &ConnectionId) -> Result<Connection, Error> {
        let (row, account) = query!(self.db(), "read connection", |db| {
            let row = self.row_of(db, id).await?;
            let key = AccountKey { source: row::to_name("source", &row.source)?, id: row.account.as_str().into() };
            let account = account::one(db, self.tenant(), &key).await?;
            Ok((row, account))
        })?;
        connection(&row, &account)
    }

    /// Replaces the secret `old` of a connection by the one its platform gave in exchange. Health and history stay. Does nothing where
    /// somebody connected anew meanwhile: that secret is the newer one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has no such connection, [`Error::Invalid`] for an empty or oversized secret.
    pub async fn exchange_secret(&self, id: &ConnectionId, old: &SecretString, new: &SecretString) -> Result<(), Error> {
        use connections::Column;
        check_size(new)?;
        let vault = self.store().vault();
        let now = row::instant(self.now());
        unlocked!(
            self.store(),
            transaction!(self.db(), "exchange secret", |tx| {
                let known = self.row_of(tx, id).await?;
                let binding = Binding::connection(self.tenant(), &known.id);
                if vault.open(binding, &known.sealed_secret)?.expose_secret() != old.expose_secret() {
                    return Ok(());
                }
                connections::Entity::update_many()
                    .col_expr(Column::SealedSecret, Expr::value(vault.seal(tx, binding, new).await?))
                    .col_expr(Column::SecretSetAt, Expr::value(now))
                    .filter(Column::Id.eq(&known.id))
                    .exec(tx)
                    .await?;
                self.audit(tx, Entry::new(Action::SecretRenew, binding.resource())).await
            })
        )
    }

    /// The connection's secret, decrypted. Each read is told in the audit log, one that fails as well; without its row there is no secret.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has no such connection, [`Error::Sealed`] when the secret does not open.
    pub async fn secret(&self, id: &ConnectionId) -> Result<SecretString, Error> {
        unlocked!(
            self.store(),
            transaction!(self.db(), "read secret", |tx| {
                let row = self.row_of(tx, id).await?;
                let binding = Binding::connection(self.tenant(), &row.id);
                let opened = match self.store().vault().open(binding, &row.sealed_secret) {
                    Err(missing @ Error::KeyNotLoaded { .. }) => return Err(missing.into()),
                    opened => opened,
                };
                let outcome = if opened.is_ok() { Outcome::Ok } else { Outcome::Failed };
                self.audit(tx, Entry::new(Action::SecretRead, binding.resource()).outcome(outcome)).await?;
                Ok(opened)
            })
        )?
    }

    /// Removes a connection and its secret; the account, its facts and its runs stay.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has no such connection.
    pub async fn remove_connection(&self, id: &ConnectionId) -> Result<(), Error> {
        transaction!(self.db(), "remove connection", |tx| {
            let known = self.row_of(tx, id).await?;
            let entry = Entry::new(Action::ConnectionRemove, format!("connection:{id}")).before(told(&known));
            connections::Entity::delete_by_id(known.id).exec(tx).await?;
            self.audit(tx, entry).await
        })
    }

    async fn row_of(&self, db: &impl ConnectionTrait, id: &ConnectionId) -> Result<connections::Model, Fail> {
        let row = find(self.tenant()).filter(connections::Column::Id.eq(id.as_str())).one(db).await?;
        Ok(row.ok_or_else(|| Error::not_found("connection", id))?)
    }
}

/// What the audit log tells of a connection: all but its secret.
fn told(row: &connections::Model) -> Value {
    json!({
        "source": row.source,
        "account": row.account,
        "base_url": row.base_url,
        "expires_at": row.expires_at,
        "access_ends_at": row.access_ends_at,
        "expiry": row.expiry,
        "scopes": row.scopes,
        "secret_set_at": row.secret_set_at,
    })
}

fn check_size(secret: &SecretString) -> Result<(), Error> {
    let bytes = secret.expose_secret().len();
    if bytes == 0 || bytes > limits::SECRET_BYTES {
        return Err(Error::Invalid(format!("the secret is empty or longer than {} bytes", limits::SECRET_BYTES)));
    }
    Ok(())
}

fn find(tenant: &str) -> Select<connections::Entity> {
    connections::Entity::find().filter(connections::Column::Tenant.eq(tenant))
}

fn reads(key: &AccountKey) -> Condition {
    use connections::Column;
    Condition::all().add(Column::Source.eq(key.source.as_str())).add(Column::Account.eq(key.id.as_str()))
}

async fn save(tx: &impl ConnectionTrait, model: connections::Model) -> Result<(), Fail> {
    use connections::Column;
    let replace = OnConflict::column(Column::Id)
        .update_columns([
            Column::BaseUrl,
            Column::SealedSecret,
            Column::SecretSetAt,
            Column::ExpiresAt,
            Column::AccessEndsAt,
            Column::Expiry,
            Column::Scopes,
            Column::Health,
            Column::HealthDetail,
            Column::HealthFix,
            Column::HealthUntil,
            Column::HealthSince,
        ])
        .to_owned();
    connections::Entity::insert(model.into_active_model()).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

fn connection_id(text: &str) -> Result<ConnectionId, Error> {
    ConnectionId::parse(text).map_err(|_| row::bad("connection id", text))
}

fn connection(row: &connections::Model, account: &accounts::Model) -> Result<Connection, Error> {
    Ok(Connection {
        id: connection_id(&row.id)?,
        account: account::account(account)?,
        base_url: row.base_url.clone(),
        terms: Terms::of(row)?,
        health: Health::of(row)?,
        secret_set_at: row::to_instant(row.secret_set_at)?,
        created_at: row::to_instant(row.created_at)?,
    })
}

//! The cross-tenant door: the tenant list, the installation's settings, and what must run before anybody is known (sign-in, recovery).
//!
//! Callers must have decided that the caller may see every tenant. Everything that belongs to one tenant is behind
//! [`crate::TenantStore`] instead.

mod recovery;
mod sign_in;

pub use recovery::Recovered;
pub use sign_in::{Admin, IfInitialised, SignIn, SignedIn};

use crate::{
    Cursor, Error, Page, Store,
    audit::{Action, Entry},
    db::{Fail, query, transaction},
    entity::{settings, tenants, users},
    page, row, sqlite,
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict};
use serde_json::json;
use trimtab_domain::{
    Caller, Currency, Timestamp, Zone,
    id::{TenantId, UserId},
};

const AGENCY: &str = "agency";
pub(crate) const VAULT_KEY: &str = "vault_key_fingerprint";

/// The door; see the module.
#[derive(Debug, Clone, Copy)]
pub struct System<'a> {
    store: &'a Store,
    caller: &'a Caller,
}

/// A tenant to be made.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Its id, chosen by whoever makes it.
    pub id: TenantId,
    /// Its name for people; not empty.
    pub name: String,
    /// The currency its totals are shown in.
    pub currency: Currency,
    /// The zone its days are shown in.
    pub zone: Zone,
    /// What it does, for benchmarks.
    pub industry: Option<String>,
}

/// One client or brand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its name for people.
    pub name: String,
    /// The currency its totals are shown in.
    pub currency: Currency,
    /// The zone its days are shown in.
    pub zone: Zone,
    /// What it does, for benchmarks.
    pub industry: Option<String>,
    /// When it was made (UTC).
    pub created_at: Timestamp,
}

impl<'a> System<'a> {
    pub(crate) const fn new(store: &'a Store) -> Self {
        Self { store, caller: &Caller::SYSTEM }
    }

    /// The same door, opened for somebody: whom the audit log names.
    #[must_use]
    pub const fn by<'b>(self, caller: &'b Caller) -> System<'b>
    where
        'a: 'b,
    {
        System { store: self.store, caller }
    }

    pub(crate) const fn caller(&self) -> &'a Caller {
        self.caller
    }

    pub(crate) const fn store(&self) -> &'a Store {
        self.store
    }

    /// Makes a tenant.
    ///
    /// # Errors
    /// [`Error::Exists`] when the id is taken, [`Error::Invalid`] without a name.
    pub async fn add_tenant(&self, new: NewTenant) -> Result<Tenant, Error> {
        let name = new.name.trim().to_owned();
        if name.is_empty() {
            return Err(Error::Invalid("a tenant needs a name".to_owned()));
        }
        let model = tenants::Model {
            id: new.id.as_str().to_owned(),
            name,
            currency: new.currency.as_str().to_owned(),
            zone: new.zone.as_str().to_owned(),
            industry: new.industry,
            created_at: row::instant(self.store.now()),
        };
        transaction!(self.store.db(), "add tenant", |tx| {
            if tenants::Entity::find_by_id(&model.id).one(tx).await?.is_some() {
                return Err(Error::Exists { noun: "tenant", id: model.id.clone() }.into());
            }
            tenants::Entity::insert(model.clone().into_active_model()).exec_without_returning(tx).await?;
            let entry = Entry::new(Action::TenantCreate, format!("tenant:{}", model.id)).about(Some(&model.id)).after(json!({
                "name": model.name, "currency": model.currency, "zone": model.zone, "industry": model.industry,
            }));
            self.audit(tx, entry).await
        })?;
        tenant(model)
    }

    /// Tenants in the order they were made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tenants(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<Tenant>, Error> {
        use tenants::{Column, Entity};
        let rows = query!(self.store.db(), "list tenants", |db| {
            let mut query = Entity::find().order_by_asc(Column::CreatedAt).order_by_asc(Column::Id);
            if let Some(cursor) = after {
                query = query.filter(cursor.newer(Column::CreatedAt, Column::Id));
            }
            Ok(query.limit(page::fetch_size(limit)).all(db).await?)
        })?;
        page::page(rows, limit, |row| (row.created_at, row.id.clone()), tenant)
    }

    /// One tenant.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none with that id.
    pub async fn tenant(&self, id: &TenantId) -> Result<Tenant, Error> {
        let row = query!(self.store.db(), "read tenant", |db| Ok(tenants::Entity::find_by_id(id.as_str()).one(db).await?))?;
        tenant(row.ok_or_else(|| Error::not_found("tenant", id))?)
    }

    /// The agency's name, once `init` has set it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn agency(&self) -> Result<Option<String>, Error> {
        self.setting(AGENCY).await
    }

    /// Renames the agency.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_agency(&self, name: &str) -> Result<(), Error> {
        self.set_setting(AGENCY, name).await
    }

    /// The address of a person; `None`: there is none of this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn email_of(&self, user: &UserId) -> Result<Option<String>, Error> {
        let id = user.to_string();
        query!(self.store.db(), "read a person's address", |db| {
            Ok(users::Entity::find_by_id(id.as_str()).one(db).await?.map(|row| row.email))
        })
    }

    /// A setting of the installation. Never a secret: settings are stored as they are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, Error> {
        query!(self.store.db(), "read setting", |db| Ok(settings::Entity::find_by_id(key).one(db).await?.map(|row| row.value)))
    }

    /// Sets a setting of the installation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_setting(&self, key: &str, value: &str) -> Result<(), Error> {
        transaction!(self.store.db(), "set setting", |tx| {
            let before = self.setting_in(tx, key).await?;
            put_setting(tx, key, value).await?;
            if before.as_deref() == Some(value) {
                return Ok(());
            }
            let entry = Entry::new(Action::SettingSet, format!("setting:{key}")).before(json!(before)).after(json!(value));
            self.audit(tx, entry).await
        })
    }

    /// Notes something the product keeps for itself, such as when it did what; nobody's intent, so the audit log does not tell it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note(&self, key: &str, value: &str) -> Result<(), Error> {
        transaction!(self.store.db(), "note", |tx| put_setting(tx, key, value).await)
    }

    pub(crate) async fn setting_in(&self, db: &impl ConnectionTrait, key: &str) -> Result<Option<String>, Fail> {
        Ok(settings::Entity::find_by_id(key).one(db).await?.map(|row| row.value))
    }

    /// Verifies the whole file. `None`: sound; else the first complaint.
    ///
    /// # Errors
    /// When the file is too damaged even for that.
    pub async fn check(&self) -> Result<Option<String>, Error> {
        query!(self.store.db(), "check the database", |db| Ok(sqlite::check(db).await?))
    }
}

pub(crate) async fn put_setting(tx: &impl ConnectionTrait, key: &str, value: &str) -> Result<(), Fail> {
    let model = settings::Model { key: key.to_owned(), value: value.to_owned() };
    let replace = OnConflict::column(settings::Column::Key).update_column(settings::Column::Value).to_owned();
    settings::Entity::insert(model.into_active_model()).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

fn tenant(row: tenants::Model) -> Result<Tenant, Error> {
    Ok(Tenant {
        id: TenantId::parse(&row.id).map_err(|_| row::bad("tenant id", &row.id))?,
        name: row.name,
        currency: row::to_name("currency", &row.currency)?,
        zone: row::to_name("time zone", &row.zone)?,
        industry: row.industry,
        created_at: row::to_instant(row.created_at)?,
    })
}

//! The cross-tenant door: the tenant list, the installation's settings, and what must run before anybody is known (sign-in, recovery).
//!
//! Callers must have decided that the caller may see every tenant. Everything that belongs to one tenant is behind
//! [`crate::TenantStore`] instead.

mod recovery;

pub use recovery::Recovered;

use crate::{
    Cursor, Error, Page, Store,
    audit::{Action, Entry},
    db::{Backend, Fail, query, transaction},
    entity::{settings, tenants, users},
    limits, page, postgres, receipt, row, sqlite,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Statement, sea_query::OnConflict,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use trimtab_domain::{
    Caller, Currency, Timestamp, Zone,
    id::{TenantId, UserId},
    text,
};

pub(crate) const AGENCY: &str = "agency";
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
    /// How what it is shown looks.
    pub branding: Branding,
}

/// How what a tenant's people are shown looks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Branding {
    /// A colour, `#rrggbb`.
    pub colour: Option<String>,
    /// Where its logo lies, by https.
    pub logo_url: Option<String>,
}

/// What is to be changed of a tenant; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct TenantChange {
    /// Its name for people; not empty.
    pub name: Option<String>,
    /// The currency its totals are shown in.
    pub currency: Option<Currency>,
    /// The zone its days are shown in.
    pub zone: Option<Zone>,
    /// What it does; `Some(None)` forgets it.
    pub industry: Option<Option<String>>,
    /// How it looks.
    pub branding: Option<Branding>,
}

impl Branding {
    fn check(&self) -> Result<(), Error> {
        let colour =
            |text: &String| text.len() == 7 && text.starts_with('#') && text.bytes().skip(1).all(|b| b.is_ascii_hexdigit());
        if !self.colour.as_ref().is_none_or(colour) {
            return Err(Error::Invalid("a colour is written #rrggbb, for example #0b7285".to_owned()));
        }
        let logo =
            |text: &String| text.len() <= 2_000 && url::Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.has_host());
        if !self.logo_url.as_ref().is_none_or(logo) {
            return Err(Error::Invalid("a logo's address begins with https://".to_owned()));
        }
        Ok(())
    }
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
        let name = tenant_name(&new.name)?;
        let model = tenants::Model {
            id: new.id.as_str().to_owned(),
            name,
            currency: new.currency.as_str().to_owned(),
            zone: new.zone.as_str().to_owned(),
            industry: new.industry,
            created_at: row::instant(self.store.now()),
            branding: None,
        };
        transaction!(self.store.db(), "add tenant", |tx| {
            if tenants::Entity::find_by_id(&model.id).one(tx).await?.is_some() {
                return Err(Error::Exists { noun: "tenant", id: model.id.clone() }.into());
            }
            tenants::Entity::insert(model.clone().into_active_model()).exec_without_returning(tx).await?;
            let entry = Entry::new(Action::TenantCreate, format!("tenant:{}", model.id)).about(Some(&model.id));
            self.audit(tx, entry.after(told(&model))).await?;
            receipt::keep(tx, self.store, &tenant(model.clone())?).await
        })?;
        tenant(model)
    }

    /// Tenants in the order they were made: all, or some.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tenants(&self, within: Option<&[TenantId]>, after: Option<&Cursor>, limit: u32) -> Result<Page<Tenant>, Error> {
        use tenants::{Column, Entity};
        let rows = query!(self.store.db(), "list tenants", |db| {
            let mut query = Entity::find().order_by_asc(Column::CreatedAt).order_by_asc(Column::Id);
            if let Some(within) = within {
                query = query.filter(Column::Id.is_in(within.iter().map(TenantId::as_str)));
            }
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

    /// Changes a tenant.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for an empty name or a branding that cannot be shown.
    pub async fn change_tenant(&self, id: &TenantId, change: TenantChange) -> Result<Tenant, Error> {
        let name = change.name.map(|name| tenant_name(&name)).transpose()?;
        let branding = change.branding.map(|branding| branding.check().map(|()| branding)).transpose()?;
        let branding = branding.map(|branding| serde_json::to_string(&branding)).transpose();
        let branding = branding.map_err(|error| row::bad("branding", error))?;
        let row = transaction!(self.store.db(), "change tenant", |tx| {
            let mut row = tenants::Entity::find_by_id(id.as_str()).one(tx).await?.ok_or_else(|| Error::not_found("tenant", id))?;
            let before = told(&row);
            row.name = name.clone().unwrap_or(row.name);
            row.currency = change.currency.map_or(row.currency, |currency| currency.as_str().to_owned());
            row.zone = change.zone.as_ref().map_or(row.zone, |zone| zone.as_str().to_owned());
            row.industry = change.industry.clone().unwrap_or(row.industry);
            row.branding = branding.clone().or(row.branding);
            tenants::Entity::update(row.clone().into_active_model().reset_all()).exec(tx).await?;
            let entry = Entry::new(Action::TenantChange, format!("tenant:{}", row.id)).about(Some(id.as_str()));
            self.audit(tx, entry.before(before).after(told(&row))).await?;
            Ok(row)
        })?;
        tenant(row)
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

    /// Verifies a whole file, or that a server keeps tenants apart and texts in order. `None`: sound; else the first complaint.
    ///
    /// # Errors
    /// When the database is too damaged even for that, or cannot be reached.
    pub async fn check(&self) -> Result<Option<String>, Error> {
        query!(self.store.db(), "check the database", |db| {
            Ok(match self.store.0.db.backend() {
                Backend::Sqlite => sqlite::check(db).await?,
                Backend::Postgres => postgres::check(db).await?,
            })
        })
    }

    /// Which database engine it is, with its version, and where.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn engine(&self) -> Result<String, Error> {
        let (name, backend, sql) = match self.store.0.db.backend() {
            Backend::Sqlite => ("SQLite", DbBackend::Sqlite, "SELECT sqlite_version()"),
            Backend::Postgres => ("PostgreSQL", DbBackend::Postgres, "SELECT current_setting('server_version')"),
        };
        let version: String = query!(self.store.db(), "read the database's version", |db| {
            let row = db.query_one_raw(Statement::from_string(backend, sql)).await?;
            Ok(row.map_or_else(|| Ok("of no version".to_owned()), |row| row.try_get_by_index(0))?)
        })?;
        Ok(format!("{name} {version}, {}", self.store.place()))
    }
}

/// A tenant as the log tells it.
fn told(row: &tenants::Model) -> serde_json::Value {
    json!({ "name": row.name, "currency": row.currency, "zone": row.zone, "industry": row.industry, "branding": row.branding })
}

fn tenant_name(text: &str) -> Result<String, Error> {
    let bad = |error| Error::Invalid(format!("a tenant needs a name of 1 to {} characters: {error}", limits::NAME_CHARS));
    text::name(text, limits::NAME_CHARS).map(str::to_owned).map_err(bad)
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
        branding: row.branding.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default(),
    })
}

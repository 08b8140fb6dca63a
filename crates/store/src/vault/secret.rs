//! Secrets that are kept by name: the installation's (a second factor of a person, a mail server's password) and those the product makes
//! for itself.

use super::{Binding, INSTALLATION, unlocked};
use crate::{
    Error, Store, System,
    audit::{Action, Entry},
    db::{Fail, query, transaction},
    entity::secrets::{Column, Entity, Model},
    limits, row,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict};
use secrecy::{ExposeSecret, SecretString};

/// A secret by its name; `None`: there is none of this name.
pub(crate) async fn read(db: &impl ConnectionTrait, store: &Store, tenant: &str, name: &str) -> Result<Option<SecretString>, Fail> {
    let row = Entity::find().filter(Column::Tenant.eq(tenant)).filter(Column::Name.eq(name)).one(db).await?;
    Ok(row.map(|row| store.vault().open(Binding::named(tenant, name), &row.sealed)).transpose()?)
}

/// Keeps a secret under a name, in the place of the one that was there.
pub(crate) async fn write(
    tx: &impl ConnectionTrait,
    store: &Store,
    tenant: &str,
    name: &str,
    secret: &SecretString,
) -> Result<(), Fail> {
    let sealed = store.vault().seal(tx, Binding::named(tenant, name), secret).await?;
    let model = Model { tenant: tenant.to_owned(), name: name.to_owned(), sealed, set_at: row::instant(store.now()) };
    let replace = OnConflict::columns([Column::Tenant, Column::Name]).update_columns([Column::Sealed, Column::SetAt]).to_owned();
    Entity::insert(model.into_active_model()).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Removes a secret; answers whether there was one.
pub(crate) async fn erase(tx: &impl ConnectionTrait, tenant: &str, name: &str) -> Result<bool, Fail> {
    let own = Entity::delete_many().filter(Column::Tenant.eq(tenant)).filter(Column::Name.eq(name));
    Ok(own.exec(tx).await?.rows_affected > 0)
}

impl System<'_> {
    /// Keeps a secret of the installation under a name, in the place of the one that was there. It is sealed; the audit log tells its name
    /// alone.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name or secret that cannot be kept.
    pub async fn put_secret(&self, name: &str, secret: &SecretString) -> Result<(), Error> {
        check(name)?;
        let bytes = secret.expose_secret().len();
        if bytes == 0 || bytes > limits::SECRET_BYTES {
            return Err(Error::Invalid(format!("the secret is empty or longer than {} bytes", limits::SECRET_BYTES)));
        }
        let store = self.store();
        unlocked!(
            store,
            transaction!(store.db(), "put secret", |tx| {
                write(tx, store, INSTALLATION, name, secret).await?;
                self.audit(tx, Entry::new(Action::SecretPut, format!("secret:{name}"))).await
            })
        )
    }

    /// A secret of the installation, decrypted; `None`: there is none of this name. Each read is told in the audit log.
    ///
    /// # Errors
    /// [`Error::Sealed`] when it does not open.
    pub async fn secret(&self, name: &str) -> Result<Option<SecretString>, Error> {
        let store = self.store();
        unlocked!(
            store,
            transaction!(store.db(), "read secret", |tx| {
                let secret = read(tx, store, INSTALLATION, name).await?;
                if secret.is_some() {
                    self.audit(tx, Entry::new(Action::SecretRead, format!("secret:{name}"))).await?;
                }
                Ok(secret)
            })
        )
    }

    /// Removes a secret of the installation; answers whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_secret(&self, name: &str) -> Result<bool, Error> {
        transaction!(self.store().db(), "remove secret", |tx| {
            let removed = erase(tx, INSTALLATION, name).await?;
            if removed {
                self.audit(tx, Entry::new(Action::SecretRemove, format!("secret:{name}"))).await?;
            }
            Ok(removed)
        })
    }

    /// Whether there is a secret of this name. Nothing is decrypted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_secret(&self, name: &str) -> Result<bool, Error> {
        query!(self.store().db(), "look for secret", |db| {
            let row = Entity::find().filter(Column::Tenant.eq(INSTALLATION)).filter(Column::Name.eq(name)).one(db).await?;
            Ok(row.is_some())
        })
    }
}

/// Names are part of what a secret is bound to, and stand in the audit log.
fn check(name: &str) -> Result<(), Error> {
    let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b':' | b'.' | b'-');
    if !name.is_empty() && name.len() <= 100 && name.bytes().all(fine) {
        return Ok(());
    }
    Err(Error::Invalid("a secret's name has 1 to 100 lower-case letters, digits, dots, dashes, colons and underscores".to_owned()))
}

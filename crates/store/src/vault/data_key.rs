//! Data keys: one per tenant and version, wrapped in the database, unwrapped in memory.

use super::{Binding, INSTALLATION, KEY_BYTES, Vault, random};
use crate::{
    Error, Store,
    db::{Fail, query, transaction},
    entity::data_keys::{Column, Entity, Model},
    row,
    system::VAULT_KEY,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use secrecy::SecretString;
use zeroize::Zeroizing;

/// Runs a block that seals or opens secrets; again after fetching the data key it found missing.
macro_rules! unlocked {
    ($store:expr, $block:expr) => {{
        let mut fetched = 0_u32;
        loop {
            match $block {
                Err($crate::Error::KeyNotLoaded { tenant, version }) if fetched < $crate::limits::KEYS_PER_BLOCK => {
                    fetched += 1;
                    $store.fetch_key(&tenant, version).await?;
                }
                outcome => break outcome,
            }
        }
    }};
}
pub(crate) use unlocked;

/// What a wrapped data key is bound to.
pub(super) fn bound_to(tenant: &str, version: u32) -> Vec<u8> {
    format!("trimtab-data-key-1\n{tenant}\n{version}").into_bytes()
}

pub(super) fn version(row: &Model) -> Result<u32, Error> {
    u32::try_from(row.version).map_err(|_| row::bad("version of a data key", row.version))
}

/// The version a tenant's secrets are sealed with now; `None` before the first.
pub(super) async fn newest(db: &impl ConnectionTrait, tenant: &str) -> Result<Option<u32>, Fail> {
    let row = Entity::find().filter(Column::Tenant.eq(tenant)).order_by_desc(Column::Version).one(db).await?;
    Ok(row.map(|row| version(&row)).transpose()?)
}

impl Vault {
    /// Seals a secret under the newest data key of whom it belongs to. Asked of the database each time, so that nothing is sealed under
    /// a key that another process has just replaced.
    ///
    /// # Errors
    /// [`Error::KeyNotLoaded`] when that key has to be made or fetched first.
    pub(crate) async fn seal(
        &self,
        tx: &impl ConnectionTrait,
        binding: Binding<'_>,
        secret: &SecretString,
    ) -> Result<Vec<u8>, Fail> {
        let version = newest(tx, binding.tenant).await?.unwrap_or(0);
        Ok(self.known(binding.tenant, version)?.seal(version, binding, secret)?)
    }
}

impl Store {
    /// Has a data key ready in memory; version 0 stands for a tenant that has none yet, and makes its first.
    pub(crate) async fn fetch_key(&self, tenant: &str, version: u32) -> Result<(), Error> {
        if version == 0 {
            self.make_key(tenant, 0).await?;
            return Ok(());
        }
        let key = i64::from(version);
        let row = query!(self.db(), "read data key", |db| {
            Ok(Entity::find().filter(Column::Tenant.eq(tenant)).filter(Column::Version.eq(key)).one(db).await?)
        })?;
        let gone = || Error::DataKeyGone { tenant: tenant.to_owned(), version };
        let row = row.filter(|row| row.retired_at.is_none()).ok_or_else(gone)?;
        let master = self.vault().master();
        let bound_to = bound_to(tenant, version);
        let mut unwrapped = master.unwrap(&bound_to, &row.wrapped).await?;
        if unwrapped.is_none() {
            // The master key was changed since it was read.
            master.take_up(Some(&row.master)).await?;
            unwrapped = master.unwrap(&bound_to, &row.wrapped).await?;
        }
        self.vault().learn(tenant, version, unwrapped.ok_or_else(gone)?);
        Ok(())
    }

    /// Makes the data key that follows version `after`, unless somebody else has; answers the newest version.
    pub(super) async fn make_key(&self, tenant: &str, after: u32) -> Result<u32, Error> {
        let master = self.vault().master();
        let fresh = after + 1;
        let key = Zeroizing::new(random::<KEY_BYTES>("make a data key")?);
        let mut wrapped = master.wrap(&bound_to(tenant, fresh), &key).await?;
        let now = row::instant(self.now());
        loop {
            let made = transaction!(self.db(), "make data key", |tx| {
                let newest = newest(tx, tenant).await?.unwrap_or(0);
                if newest > after {
                    return Ok(Ok(newest));
                }
                // The key it was wrapped with may have been replaced by another process.
                let needed = self.system().setting_in(tx, VAULT_KEY).await?;
                if needed.as_ref().is_some_and(|needed| *needed != wrapped.by) {
                    return Ok(Err(needed));
                }
                let model = Model {
                    tenant: tenant.to_owned(),
                    version: i64::from(fresh),
                    wrapped: wrapped.bytes.clone(),
                    master: wrapped.by.clone(),
                    made_at: now,
                    retired_at: None,
                };
                Entity::insert(model.into_active_model()).exec_without_returning(tx).await?;
                Ok(Ok(fresh))
            })?;
            match made {
                Ok(newest) if newest == fresh => {
                    // Another process may have made the same version: what counts is what is stored.
                    Box::pin(self.fetch_key(tenant, newest)).await?;
                    return Ok(newest);
                }
                Ok(newest) => return Ok(newest),
                Err(needed) => {
                    master.take_up(needed.as_deref()).await?;
                    wrapped = master.wrap(&bound_to(tenant, fresh), &key).await?;
                }
            }
        }
    }

    /// Everybody who has a data key: the installation, then the tenants.
    pub(super) async fn key_owners(&self) -> Result<Vec<String>, Error> {
        let rows = query!(self.db(), "list owners of data keys", |db| {
            Ok(Entity::find().order_by_asc(Column::Tenant).order_by_asc(Column::Version).all(db).await?)
        })?;
        let mut owners: Vec<String> = rows.into_iter().map(|row| row.tenant).collect();
        owners.dedup();
        owners.sort_by_key(|owner| owner != INSTALLATION);
        Ok(owners)
    }
}

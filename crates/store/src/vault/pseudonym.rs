//! The keys that customers are given pseudonyms under: one a tenant, the same for ever, whatever becomes of the keys that seal it.
//!
//! Until version 0.1 it followed from the master key. So that rotating that key changes no pseudonym, the key as it was is sealed like
//! any other secret: for tenants that were there, when an installation is first opened by a version that can rotate; for others, when it
//! is first asked for.

use super::{INSTALLATION, KEY_BYTES, random, secret, unlocked};
use crate::{
    Error, Store, TenantStore,
    audit::{Action, Entry},
    db::{query, transaction},
    entity::{secrets, tenants},
    row,
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};
use std::{collections::BTreeSet, sync::PoisonError};
use zeroize::Zeroizing;

/// The name it is kept under.
const NAME: &str = "pseudonyms";
/// Notes when the keys of the tenants that were there were sealed.
const SETTLED: &str = "pseudonyms_settled_at";
const PURPOSE: &str = "trimtab 2026 customer pseudonyms";

/// Key bytes as the text that is sealed.
pub(crate) fn coded(key: &[u8; KEY_BYTES]) -> SecretString {
    SecretString::from(STANDARD_NO_PAD.encode(key))
}

/// The key bytes of a sealed text.
pub(crate) fn decoded(text: &SecretString) -> Result<Zeroizing<[u8; KEY_BYTES]>, Error> {
    let bytes = STANDARD_NO_PAD.decode(text.expose_secret()).map(Zeroizing::new).ok();
    let key = bytes.and_then(|bytes| <[u8; KEY_BYTES]>::try_from(bytes.as_slice()).ok());
    key.map(Zeroizing::new).ok_or_else(|| row::bad("sealed key", "(secret)"))
}

impl TenantStore {
    /// The key that this tenant's customers are given pseudonyms under: the same for ever, and another one for every tenant. It is sealed
    /// like any secret, so that the database alone does not tell it. Kept in memory once it was read.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant does not exist, [`Error::Sealed`] when it does not open.
    pub async fn pseudonym_key(&self) -> Result<[u8; KEY_BYTES], Error> {
        let known = &self.store().vault().pseudonyms;
        if let Some(key) = known.read().unwrap_or_else(PoisonError::into_inner).get(self.tenant()) {
            return Ok(**key);
        }
        self.store().system().tenant(self.ctx().tenant()).await?;
        let fresh = self.store().fresh_pseudonym_key(self.tenant())?;
        let store = self.store();
        let text = unlocked!(
            store,
            transaction!(self.db(), "read pseudonym key", |tx| {
                let text = settle(tx, store, self.tenant(), &fresh).await?;
                self.audit(tx, Entry::new(Action::SecretRead, format!("secret:{NAME}"))).await?;
                Ok(text)
            })
        )?;
        let key = decoded(&text)?;
        known.write().unwrap_or_else(PoisonError::into_inner).insert(self.tenant().to_owned(), key.clone());
        Ok(*key)
    }
}

/// The key there is, or the fresh one, kept from now on.
async fn settle(
    tx: &impl ConnectionTrait,
    store: &Store,
    tenant: &str,
    fresh: &SecretString,
) -> Result<SecretString, crate::db::Fail> {
    if let Some(known) = secret::read(tx, store, tenant, NAME).await? {
        return Ok(known);
    }
    secret::write(tx, store, tenant, NAME, fresh).await?;
    Ok(fresh.clone())
}

impl Store {
    /// As it followed from the master key, where this machine holds that; else a random one.
    fn fresh_pseudonym_key(&self, tenant: &str) -> Result<SecretString, Error> {
        Ok(match self.vault().master().local() {
            Some(master) => coded(&master.derived(PURPOSE, tenant)),
            None => coded(&Zeroizing::new(random("make a pseudonym key")?)),
        })
    }

    /// Seals, once, the keys that follow from the master key. A tenant that is made later is given its own when it is first asked for.
    pub(crate) async fn settle_pseudonyms(&self) -> Result<(), Error> {
        if self.system().setting(SETTLED).await?.is_some() {
            return Ok(());
        }
        let missing = query!(self.db(), "look for pseudonym keys", |db| {
            let settled = secrets::Entity::find().filter(secrets::Column::Name.eq(NAME)).all(db).await?;
            let settled: BTreeSet<String> = settled.into_iter().map(|row| row.tenant).collect();
            let all = tenants::Entity::find().all(db).await?;
            Ok(all.into_iter().map(|row| row.id).filter(|id| id != INSTALLATION && !settled.contains(id)).collect::<Vec<_>>())
        })?;
        for tenant in missing {
            let fresh = self.fresh_pseudonym_key(&tenant)?;
            unlocked!(
                self,
                transaction!(self.db(), "settle pseudonym key", |tx| {
                    settle(tx, self, &tenant, &fresh).await?;
                    Ok(())
                })
            )?;
        }
        self.system().note(SETTLED, &self.now().to_string()).await
    }
}

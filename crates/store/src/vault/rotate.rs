//! Changing keys while everybody goes on.
//!
//! The master key: every data key is wrapped anew in one transaction, which also names the new key; whoever next needs the master key
//! finds it by that name. The new key is on disk before, and takes its place after, so a process killed anywhere between leaves an
//! installation that opens. Data keys: a new version is made, from then on everything is sealed under it, and what is under older ones is
//! sealed anew in batches; a version that seals nothing any more is retired and its bytes are let go. Each may be repeated at any time.

use super::{Binding, INSTALLATION, Layout, Master, Vault, data_key, data_key::bound_to, unlocked};
use crate::{
    Error, Store, System,
    audit::{Action, Entry},
    db::{Fail, query, transaction},
    entity::{connections, data_keys, secrets},
    limits, row,
    system::{VAULT_KEY, put_setting},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use serde_json::json;
use std::collections::BTreeSet;

/// What a rotation did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rotated {
    /// The name of the master key now.
    pub key: String,
    /// Data keys that were wrapped anew or made.
    pub data_keys: u64,
    /// Secrets that were sealed anew.
    pub secrets: u64,
    /// Secrets that do not open and were left as they are.
    pub unreadable: u64,
}

/// Where sealed secrets stand.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shelf {
    Connections,
    Named,
}

impl Shelf {
    pub(super) const ALL: [Self; 2] = [Self::Connections, Self::Named];

    fn binding<'a>(self, tenant: &'a str, id: &'a str) -> Binding<'a> {
        match self {
            Self::Connections => Binding::connection(tenant, id),
            Self::Named => Binding::named(tenant, id),
        }
    }

    /// Some secrets of one owner, by id, with how they are sealed.
    pub(super) async fn page(
        self,
        db: &impl ConnectionTrait,
        tenant: &str,
        after: &str,
    ) -> Result<Vec<(String, Vec<u8>)>, sea_orm::DbErr> {
        Ok(match self {
            Self::Connections => {
                use connections::{Column, Entity};
                let own = Entity::find().filter(Column::Tenant.eq(tenant)).filter(Column::Id.gt(after)).order_by_asc(Column::Id);
                let rows = own.limit(limits::SECRETS_PER_WRITE).all(db).await?;
                rows.into_iter().map(|row| (row.id, row.sealed_secret)).collect()
            }
            Self::Named => {
                use secrets::{Column, Entity};
                let own =
                    Entity::find().filter(Column::Tenant.eq(tenant)).filter(Column::Name.gt(after)).order_by_asc(Column::Name);
                let rows = own.limit(limits::SECRETS_PER_WRITE).all(db).await?;
                rows.into_iter().map(|row| (row.name, row.sealed)).collect()
            }
        })
    }

    async fn put(self, tx: &impl ConnectionTrait, tenant: &str, id: &str, sealed: Vec<u8>) -> Result<(), sea_orm::DbErr> {
        match self {
            Self::Connections => {
                use connections::{Column, Entity};
                let change = Entity::update_many().col_expr(Column::SealedSecret, Expr::value(sealed));
                change.filter(Column::Tenant.eq(tenant)).filter(Column::Id.eq(id)).exec(tx).await?;
            }
            Self::Named => {
                use secrets::{Column, Entity};
                let change = Entity::update_many().col_expr(Column::Sealed, Expr::value(sealed));
                change.filter(Column::Tenant.eq(tenant)).filter(Column::Name.eq(id)).exec(tx).await?;
            }
        }
        Ok(())
    }
}

/// Whether somebody still holds secrets of the first layout that open: they would be lost with the master key.
async fn has_first_layout(db: &impl ConnectionTrait, vault: &Vault) -> Result<bool, Fail> {
    let rows = connections::Entity::find().all(db).await?;
    Ok(rows.iter().any(|row| {
        let binding = Binding::connection(&row.tenant, &row.id);
        Layout::of(&row.sealed_secret) == Layout::First && vault.open(binding, &row.sealed_secret).is_ok()
    }))
}

impl System<'_> {
    /// Puts every data key under another master key. Secrets stay as they are, but for those of the first layout, which are under the
    /// master key itself: they are sealed anew first. Whoever holds the former key takes the new one up by itself.
    ///
    /// # Errors
    /// When a data key does not unwrap or the new key cannot be had; nothing is changed then.
    pub async fn rotate_master_key(&self, new: &Master) -> Result<Rotated, Error> {
        let store = self.store();
        let key = new.holder().take_up(None).await?;
        let mut done = Rotated { key, ..Rotated::default() };
        for _ in 0..limits::ROTATION_ATTEMPTS {
            self.reseal_all(&mut done).await?;
            let rows = query!(store.db(), "list data keys", |db| live_keys(db).await)?;
            let mut wrapped = Vec::with_capacity(rows.len());
            for row in &rows {
                let version = data_key::version(row)?;
                if store.vault().known(&row.tenant, version).is_err() {
                    store.fetch_key(&row.tenant, version).await?;
                }
                let data_key = store.vault().known(&row.tenant, version)?;
                wrapped.push(new.holder().wrap(&bound_to(&row.tenant, version), &data_key.0).await?);
            }
            let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
            let settled = transaction!(store.db(), "rotate the vault key", |tx| {
                // Keys made and secrets sealed meanwhile by others are for the next attempt.
                if live_keys(tx).await? != rows || has_first_layout(tx, store.vault()).await? {
                    return Ok(false);
                }
                for (row, wrapped) in rows.iter().zip(&wrapped) {
                    use data_keys::{Column, Entity};
                    Entity::update_many()
                        .col_expr(Column::Wrapped, Expr::value(wrapped.bytes.clone()))
                        .col_expr(Column::Master, Expr::value(wrapped.by.clone()))
                        .filter(Column::Tenant.eq(&row.tenant))
                        .filter(Column::Version.eq(row.version))
                        .exec(tx)
                        .await?;
                }
                let former = self.setting_in(tx, VAULT_KEY).await?;
                put_setting(tx, VAULT_KEY, &done.key).await?;
                let entry = Entry::new(Action::VaultRotate, "vault:key")
                    .before(json!({ "key": former }))
                    .after(json!({ "key": done.key, "data_keys": count }));
                self.audit(tx, entry).await?;
                Ok(true)
            })?;
            if settled {
                done.data_keys = count;
                return Ok(done);
            }
        }
        Err(Error::Conflict("data keys were made again and again meanwhile: rotate the vault key again".to_owned()))
    }

    /// Takes up the master key the database is under, after a rotation: a key file is put in its place then.
    ///
    /// # Errors
    /// When it cannot be had.
    pub async fn take_up_master_key(&self) -> Result<String, Error> {
        let needed = self.setting(VAULT_KEY).await?;
        self.store().vault().master().take_up(needed.as_deref()).await
    }

    /// Gives the installation and every tenant a new data key and seals every secret anew under it.
    ///
    /// # Errors
    /// When a key cannot be had; what was sealed anew stays so, and another rotation goes on from there.
    pub async fn rotate_data_keys(&self) -> Result<Rotated, Error> {
        let store = self.store();
        let mut done = Rotated { key: self.setting(VAULT_KEY).await?.unwrap_or_default(), ..Rotated::default() };
        // Those who still have secrets of the first layout alone get their first key now.
        self.reseal_all(&mut done).await?;
        for owner in store.key_owners().await? {
            let before = query!(store.db(), "read newest data key", |db| data_key::newest(db, &owner).await)?.unwrap_or(0);
            let newest = store.make_key(&owner, before).await?;
            done.data_keys += 1;
            self.reseal(&owner, &mut done).await?;
            let now = row::instant(store.now());
            transaction!(store.db(), "retire data keys", |tx| {
                let retired = retire(tx, &owner, newest, now).await?;
                let entry = Entry::new(Action::DataKeyRotate, format!("data_key:{owner}"))
                    .before(json!({ "version": before }))
                    .after(json!({ "version": newest, "retired": retired }));
                let tenant = (owner != INSTALLATION).then_some(owner.as_str());
                self.audit(tx, entry.about(tenant)).await
            })?;
        }
        Ok(done)
    }

    /// Seals anew what is not under the newest data key of whom it belongs to.
    async fn reseal_all(&self, done: &mut Rotated) -> Result<(), Error> {
        let mut owners: BTreeSet<String> = self.store().key_owners().await?.into_iter().collect();
        let rows = query!(self.store().db(), "list owners of secrets", |db| {
            let tenants = connections::Entity::find().select_only().column(connections::Column::Tenant).distinct();
            Ok(tenants.into_tuple::<String>().all(db).await?)
        })?;
        owners.extend(rows);
        for owner in owners {
            self.reseal(&owner, done).await?;
        }
        Ok(())
    }

    async fn reseal(&self, owner: &str, done: &mut Rotated) -> Result<(), Error> {
        let store = self.store();
        for shelf in Shelf::ALL {
            let mut after = String::new();
            loop {
                let (last, sealed, unreadable) = unlocked!(
                    store,
                    transaction!(store.db(), "seal secrets anew", |tx| {
                        let newest = data_key::newest(tx, owner).await?;
                        let page = shelf.page(tx, owner, &after).await?;
                        let (mut anew, mut unreadable) = (0, 0);
                        for (id, sealed) in &page {
                            if newest.is_some_and(|newest| Layout::of(sealed) == Layout::Second(newest)) {
                                continue;
                            }
                            let binding = shelf.binding(owner, id);
                            match store.vault().open(binding, sealed) {
                                Ok(secret) => {
                                    let sealed = store.vault().seal(tx, binding, &secret).await?;
                                    shelf.put(tx, owner, id, sealed).await?;
                                    anew += 1;
                                }
                                Err(Error::Sealed { .. }) => unreadable += 1,
                                Err(error) => return Err(error.into()),
                            }
                        }
                        Ok((page.last().map(|(id, _)| id.clone()), anew, unreadable))
                    })
                )?;
                done.secrets += sealed;
                done.unreadable += unreadable;
                let Some(last) = last else { break };
                after = last;
            }
        }
        Ok(())
    }
}

/// The data keys that are not retired.
async fn live_keys(db: &impl ConnectionTrait) -> Result<Vec<data_keys::Model>, Fail> {
    use data_keys::{Column, Entity};
    let live = Entity::find().filter(Column::RetiredAt.is_null()).order_by_asc(Column::Tenant).order_by_asc(Column::Version);
    Ok(live.all(db).await?)
}

/// Lets go the older keys of an owner that seal nothing any more; answers how many.
async fn retire(tx: &impl ConnectionTrait, owner: &str, newest: u32, now: i64) -> Result<u64, Fail> {
    use data_keys::{Column, Entity};
    let mut used = BTreeSet::new();
    for shelf in Shelf::ALL {
        let mut after = String::new();
        loop {
            let page = shelf.page(tx, owner, &after).await?;
            let Some((last, _)) = page.last() else { break };
            after.clone_from(last);
            used.extend(page.iter().filter_map(|(_, sealed)| match Layout::of(sealed) {
                Layout::Second(version) => Some(i64::from(version)),
                Layout::First | Layout::Unknown => None,
            }));
        }
    }
    let older = Entity::update_many()
        .col_expr(Column::RetiredAt, Expr::value(now))
        .col_expr(Column::Wrapped, Expr::value(Vec::<u8>::new()))
        .filter(Column::Tenant.eq(owner))
        .filter(Column::Version.lt(i64::from(newest)))
        .filter(Column::RetiredAt.is_null())
        .filter(Column::Version.is_not_in(used));
    Ok(older.exec(tx).await?.rows_affected)
}

impl Store {
    /// Takes up the master key: in a new database any, in an old one the one it is under.
    pub(crate) async fn claim_key(&self) -> Result<(), Error> {
        let master = self.vault().master();
        let stored = self.system().setting(VAULT_KEY).await?;
        let name = master.take_up(stored.as_deref()).await?;
        if stored.is_none() {
            let stored = transaction!(self.db(), "remember the vault key", |tx| {
                // Another process may have been faster.
                if let Some(known) = self.system().setting_in(tx, VAULT_KEY).await? {
                    return Ok(known);
                }
                put_setting(tx, VAULT_KEY, &name).await?;
                Ok(name.clone())
            })?;
            if stored != name {
                master.take_up(Some(&stored)).await?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

//! What keys there are, how old they are, and what is sealed with which.

use super::{INSTALLATION, Layout, data_key, rotate::Shelf};
use crate::{
    Error, System,
    db::query,
    entity::{connections, data_keys},
    row,
    system::VAULT_KEY,
};
use sea_orm::{EntityTrait, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, BTreeSet};
use trimtab_domain::Timestamp;

/// The keys of an installation. Tells none of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultStatus {
    /// Where the master key is: `file`, `env`, `hashicorp`.
    pub source: &'static str,
    /// The master key's name: a fingerprint, or where its holder keeps it.
    pub key: String,
    /// The data keys: the installation's first, then by tenant and version.
    pub data_keys: Vec<DataKeyState>,
    /// Secrets under the master key itself, as versions before 0.1 sealed them; a rotation seals them anew.
    pub first_layout: u64,
    /// Secrets in a layout this version does not know.
    pub unknown_layout: u64,
}

/// A data key. Tells nothing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKeyState {
    /// Whose; `None`: the installation's.
    pub tenant: Option<String>,
    /// Which: the first is 1.
    pub version: u32,
    /// When it was made (UTC).
    pub made_at: Timestamp,
    /// When it was let go (UTC).
    pub retired_at: Option<Timestamp>,
    /// Secrets that are sealed with it.
    pub secrets: u64,
}

impl System<'_> {
    /// The state of the vault. Nothing is decrypted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn vault_status(&self) -> Result<VaultStatus, Error> {
        let db = self.store().db();
        let rows = query!(db, "list data keys", |db| {
            use data_keys::{Column, Entity};
            Ok(Entity::find().order_by_asc(Column::Tenant).order_by_asc(Column::Version).all(db).await?)
        })?;
        let mut owners: BTreeSet<String> = rows.iter().map(|row| row.tenant.clone()).collect();
        owners.extend(query!(db, "list owners of secrets", |db| {
            let tenants = connections::Entity::find().select_only().column(connections::Column::Tenant).distinct();
            Ok(tenants.into_tuple::<String>().all(db).await?)
        })?);
        let mut sealed: BTreeMap<(String, Layout), u64> = BTreeMap::new();
        for owner in &owners {
            for shelf in Shelf::ALL {
                let mut after = String::new();
                loop {
                    let page = query!(db, "look at sealed secrets", |db| Ok(shelf.page(db, owner, &after).await?))?;
                    let Some((last, _)) = page.last() else { break };
                    after.clone_from(last);
                    for (_, secret) in &page {
                        *sealed.entry((owner.clone(), Layout::of(secret))).or_default() += 1;
                    }
                }
            }
        }
        let count = |layout: Layout| sealed.iter().filter(|((_, of), _)| *of == layout).map(|(_, n)| n).sum();
        let mut data_keys = rows
            .iter()
            .map(|row| {
                let version = data_key::version(row)?;
                Ok(DataKeyState {
                    tenant: (row.tenant != INSTALLATION).then(|| row.tenant.clone()),
                    version,
                    made_at: row::to_instant(row.made_at)?,
                    retired_at: row::to_instant_opt(row.retired_at)?,
                    secrets: sealed.get(&(row.tenant.clone(), Layout::Second(version))).copied().unwrap_or(0),
                })
            })
            .collect::<Result<Vec<_>, Error>>()?;
        data_keys.sort_by(|a, b| (&a.tenant, a.version).cmp(&(&b.tenant, b.version)));
        Ok(VaultStatus {
            source: self.store().vault().master().source(),
            key: self.setting(VAULT_KEY).await?.unwrap_or_default(),
            data_keys,
            first_layout: count(Layout::First),
            unknown_layout: count(Layout::Unknown),
        })
    }
}

//! Reading the history of objects.

use super::TenantLake;
use crate::{
    Error,
    entities::{self, EntityVersion},
    limits,
    schema::Table,
};
use std::sync::Arc;
use trimtab_domain::{account::Account, entity::EntityKind, id::AccountId};

impl TenantLake {
    /// What is known now of the objects of a kind, of an account, or of all. Objects that are gone are listed as deleted.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub async fn entities(&self, kind: Option<EntityKind>, account: Option<&AccountId>) -> Result<Vec<Arc<EntityVersion>>, Error> {
        let (tenant, account) = (Arc::clone(&self.tenant), account.cloned());
        let work = async move {
            let current = tenant.current().await?;
            let wanted = |v: &&Arc<EntityVersion>| {
                kind.is_none_or(|kind| v.state.kind == kind) && account.as_ref().is_none_or(|account| v.account == *account)
            };
            Ok(current.rows.iter().filter(wanted).cloned().collect())
        };
        self.shared.pool.run("list objects", limits::QUERY_DEADLINE, work).await
    }

    /// Everything ever known of one object, oldest first.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub async fn history(&self, kind: EntityKind, id: &str) -> Result<Vec<EntityVersion>, Error> {
        let (slot, id) = (Arc::clone(self.tenant.slot(Table::EntityHistory)), id.to_owned());
        let work = async move {
            match slot.newest().await? {
                Some(opened) => entities::history(&slot, &opened, kind, &id),
                None => Ok(Vec::new()),
            }
        };
        self.shared.pool.run("read an object's history", limits::QUERY_DEADLINE, work).await
    }

    /// Everything ever known of those of an account's objects of some kinds that changed, object by object, oldest first.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub async fn changes(&self, account: &Account, kinds: &[EntityKind]) -> Result<Vec<EntityVersion>, Error> {
        let (tenant, slice, kinds) = (Arc::clone(&self.tenant), entities::slice(account), kinds.to_vec());
        let work = async move {
            let slot = tenant.slot(Table::EntityHistory);
            let (opened, current) = (slot.newest().await?, tenant.current().await?);
            match opened {
                Some(opened) => entities::changes(slot, &opened, &current, &slice, &kinds),
                None => Ok(Vec::new()),
            }
        };
        self.shared.pool.run("read an account's history", limits::QUERY_DEADLINE, work).await
    }
}

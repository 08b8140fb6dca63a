//! Upkeep of a tenant's tables, and letting go of what is in them.

use super::TenantLake;
use crate::{
    Error, limits, retention, rollup,
    schema::Table,
    table::Opened,
    upkeep::{self, Compacted},
};
use std::sync::Arc;
use trimtab_domain::{Day, Source, id::AccountId};

impl TenantLake {
    /// Joins the files of months that are settled as of `today`, and of closed entity rows, and writes roll-ups that are missing.
    ///
    /// # Errors
    /// When a table cannot be read or written. What was joined before stays joined.
    pub async fn compact(&self, today: Day) -> Result<Compacted, Error> {
        let mut all = Compacted::default();
        for table in Table::ALL {
            let slot = Arc::clone(self.tenant.slot(table));
            let slices = {
                let slot = Arc::clone(&slot);
                let due = async move { Ok(slot.newest().await?.map(|o| upkeep::due(table, &o, today)).unwrap_or_default()) };
                self.shared.pool.run_behind("look for files to join", limits::WRITE_DEADLINE, due).await?
            };
            for slice in slices {
                // Step by step until nothing is left, so that memory does not grow with the length of a history.
                loop {
                    let (slot, slice) = (Arc::clone(&slot), slice.clone());
                    let work = async move {
                        let plan = |opened: Option<&Opened>| upkeep::plan(&slot, opened, &slice, today);
                        Ok(slot.change(plan).await?.1)
                    };
                    let done = self.shared.pool.run_behind("join files", limits::WRITE_DEADLINE, work).await?;
                    if done.files_before == 0 {
                        break;
                    }
                    all.files_before += done.files_before;
                    all.files_after += done.files_after;
                }
            }
            let slot = Arc::clone(self.tenant.slot(table));
            all.rolled_up += self
                .shared
                .pool
                .run_behind("write missing roll-ups", limits::WRITE_DEADLINE, async move { rollup::complete(&slot).await })
                .await?;
        }
        Ok(all)
    }

    /// Deletes data files that no version of the last `retention_hours` names: replaced ones and what crashes left behind. Returns how
    /// many. Queries of older versions stop being reproducible. A retention shorter than the longest write or query breaks those.
    ///
    /// # Errors
    /// When a table cannot be read or written.
    pub async fn vacuum(&self, retention_hours: u32) -> Result<usize, Error> {
        let mut deleted = 0;
        for table in Table::ALL {
            let slot = Arc::clone(self.tenant.slot(table));
            let work = async move { slot.vacuum(retention_hours).await };
            deleted += self.shared.pool.run_behind("remove old files", limits::WRITE_DEADLINE, work).await?;
        }
        Ok(deleted)
    }

    /// Lets go of what is known by the hour of days before `before`, where the same days are known as days. Returns how many rows that were.
    ///
    /// # Errors
    /// When a table cannot be read or written.
    pub async fn retire_hours(&self, before: Day) -> Result<usize, Error> {
        let tenant = Arc::clone(&self.tenant);
        let work = async move { retention::retire_hours(&tenant, before).await };
        self.shared.pool.run_behind("let go of old hours", limits::WRITE_DEADLINE, work).await
    }

    /// Removes every fact and object of an account. The files go with the next vacuum.
    ///
    /// # Errors
    /// When a table cannot be read or written.
    pub async fn forget(&self, source: Source, account: &AccountId) -> Result<(), Error> {
        for table in Table::ALL {
            let (slot, account) = (Arc::clone(self.tenant.slot(table)), account.clone());
            let work = async move {
                let plan = |opened: Option<&Opened>| Ok((upkeep::forget(opened, source.as_str(), account.as_str()), ()));
                slot.change(plan).await
            };
            self.shared.pool.run_behind("forget an account", limits::WRITE_DEADLINE, work).await?;
        }
        Ok(())
    }
}

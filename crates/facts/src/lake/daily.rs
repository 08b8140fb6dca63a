//! Choosing an account's days, object by object.

use super::TenantLake;
use crate::{Daily, Error, Whose, daily, limits};
use std::sync::Arc;
use trimtab_domain::{DayRange, account::Account};

impl TenantLake {
    /// The days of an account's objects within `range`, chosen as of now and not read yet.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub async fn daily(&self, account: &Account, whose: Whose, range: DayRange) -> Result<Daily, Error> {
        let (shared, tenant, account) = (Arc::clone(&self.shared), Arc::clone(&self.tenant), account.clone());
        let work = async move { daily::choose(shared, tenant, &account, whose, range).await };
        self.shared.pool.run("look for known days", limits::QUERY_DEADLINE, work).await
    }
}

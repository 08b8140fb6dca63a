//! Who works on an account: a lease with a fencing token.
//!
//! A run claims its account for a while and renews the claim as it goes. When its process dies the lease runs out and the next run takes
//! it over with a higher token. Whatever the first one still tries to record afterwards (a laptop that slept, a stuck disk) carries the
//! old token and is refused, so two runs never mix their results. An expired lease that nobody took is still good.

use crate::{
    AccountKey, Error, TenantStore,
    account::{is, one},
    db::{Fail, transaction},
    entity::accounts::{Column, Entity},
    row,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use std::time::Duration;

/// The right to change what is recorded of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    account: AccountKey,
    fence: i64,
}

impl Lease {
    /// Which account.
    #[must_use]
    pub const fn account(&self) -> &AccountKey {
        &self.account
    }

    /// The fencing token; it grows with every new holder of the account.
    #[must_use]
    pub const fn token(&self) -> i64 {
        self.fence
    }

    /// Refuses unless this is still the newest lease of the account.
    pub(crate) async fn hold(&self, tx: &impl ConnectionTrait, tenant: &str) -> Result<(), Fail> {
        let row = one(tx, tenant, &self.account).await?;
        if row.lease_fence == self.fence && row.lease_owner.is_some() { Ok(()) } else { Err(self.lost().into()) }
    }

    fn lost(&self) -> Error {
        Error::LeaseLost { account: self.account.to_string() }
    }
}

impl TenantStore {
    /// Claims an account for `ttl`; `None` while somebody else, or another run of the same owner, holds it.
    ///
    /// `owner` says who, for people who look into the matter.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has no such account.
    pub async fn claim(&self, account: &AccountKey, owner: &str, ttl: Duration) -> Result<Option<Lease>, Error> {
        let now = self.now();
        transaction!(self.db(), "claim account", |tx| {
            let row = one(tx, self.tenant(), account).await?;
            if row.lease_owner.is_some() && row.leased_until.is_some_and(|until| until > row::instant(now)) {
                return Ok(None);
            }
            let fence = row.lease_fence + 1;
            Entity::update_many()
                .col_expr(Column::LeaseFence, Expr::value(fence))
                .col_expr(Column::LeaseOwner, Expr::value(owner))
                .col_expr(Column::LeasedUntil, Expr::value(row::instant(row::after(now, ttl))))
                .filter(is(self.tenant(), account))
                .exec(tx)
                .await?;
            Ok(Some(Lease { account: account.clone(), fence }))
        })
    }

    /// Keeps the account for another `ttl` from now.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] when somebody else took it over.
    pub async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<(), Error> {
        let until = row::instant(row::after(self.now(), ttl));
        transaction!(self.db(), "renew lease", |tx| {
            lease.hold(tx, self.tenant()).await?;
            Entity::update_many()
                .col_expr(Column::LeasedUntil, Expr::value(until))
                .filter(is(self.tenant(), &lease.account))
                .exec(tx)
                .await?;
            Ok(())
        })
    }

    /// Gives the account back. A lease that was taken over meanwhile is left to its new holder.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release(&self, lease: Lease) -> Result<(), Error> {
        transaction!(self.db(), "release lease", |tx| {
            Entity::update_many()
                .col_expr(Column::LeaseOwner, Expr::value(None::<String>))
                .col_expr(Column::LeasedUntil, Expr::value(None::<i64>))
                .filter(is(self.tenant(), &lease.account).add(Column::LeaseFence.eq(lease.fence)))
                .exec(tx)
                .await?;
            Ok(())
        })
    }
}

//! How a connection is doing: what was seen last, since when it is so, and what mends it.

use crate::{
    Error, TenantStore,
    db::transaction,
    entity::connections,
    row::{self, named},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use trimtab_domain::{Timestamp, id::ConnectionId};

named! {
    /// Whether a connection can be used.
    HealthState {
        /// It works.
        Ok = "ok",
        /// It works, and its credential ends soon.
        Expiring = "expiring",
        /// It works, and waits for the source's limit to end.
        Limited = "limited",
        /// The source leaves out what it should know; what is known is kept, and it is asked again.
        Doubtful = "doubtful",
        /// The source refuses the credential: somebody must connect again.
        NeedsReauth = "needs_reauth",
        /// The source no longer serves the version of its interface that is spoken: somebody must upgrade.
        Unsupported = "unsupported",
        /// It fails for another reason; it is tried again.
        Failing = "failing",
    }
}

/// How a connection is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Whether it can be used.
    pub state: HealthState,
    /// What was seen, in words.
    pub detail: Option<String>,
    /// What to do about it.
    pub fix: Option<String>,
    /// Until when it will be so, where that is known (UTC).
    pub until: Option<Timestamp>,
    /// Since when it is in this state (UTC).
    pub since: Timestamp,
}

/// How a connection was found to be doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen<'a> {
    /// Whether it can be used.
    pub state: HealthState,
    /// What was seen, in words.
    pub detail: Option<&'a str>,
    /// What to do about it.
    pub fix: Option<&'a str>,
    /// Until when it will be so, where that is known (UTC).
    pub until: Option<Timestamp>,
}

impl Seen<'_> {
    /// A state that needs no words.
    #[must_use]
    pub const fn only(state: HealthState) -> Self {
        Self { state, detail: None, fix: None, until: None }
    }
}

impl Health {
    pub(super) fn of(row: &connections::Model) -> Result<Self, Error> {
        Ok(Self {
            state: row::to_name("connection health", &row.health)?,
            detail: row.health_detail.clone(),
            fix: row.health_fix.clone(),
            until: row::to_instant_opt(row.health_until)?,
            since: row::to_instant(row.health_since)?,
        })
    }
}

impl TenantStore {
    /// Records how a connection is doing; `since` moves only when the state changes.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has no such connection.
    pub async fn set_health(&self, id: &ConnectionId, seen: Seen<'_>) -> Result<(), Error> {
        use connections::Column;
        let Seen { state, detail, fix, until } = seen;
        let now = row::instant(self.now());
        transaction!(self.db(), "set connection health", |tx| {
            let known = self.row_of(tx, id).await?;
            let since = if known.health == state.as_str() { known.health_since } else { now };
            connections::Entity::update_many()
                .col_expr(Column::Health, Expr::value(state.as_str()))
                .col_expr(Column::HealthDetail, Expr::value(detail.map(row::remark)))
                .col_expr(Column::HealthFix, Expr::value(fix.map(row::remark)))
                .col_expr(Column::HealthUntil, Expr::value(until.map(row::instant)))
                .col_expr(Column::HealthSince, Expr::value(since))
                .filter(Column::Id.eq(&known.id))
                .exec(tx)
                .await?;
            Ok(())
        })
    }
}

//! The tenant door: everything that belongs to one tenant is read and written through a [`TenantStore`], which adds the tenant to every
//! query. The operations stand beside their nouns (`connection.rs`, `execution.rs` …).

use crate::{Store, db::Database};
use trimtab_domain::TenantCtx;

/// One tenant's data. Cheap to clone.
#[derive(Debug, Clone)]
pub struct TenantStore {
    store: Store,
    ctx: TenantCtx,
}

impl TenantStore {
    pub(crate) const fn new(store: Store, ctx: TenantCtx) -> Self {
        Self { store, ctx }
    }

    /// For whom and by whom.
    #[must_use]
    pub const fn ctx(&self) -> &TenantCtx {
        &self.ctx
    }

    pub(crate) fn tenant(&self) -> &str {
        self.ctx.tenant().as_str()
    }

    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn db(&self) -> &Database {
        self.store.db()
    }

    pub(crate) fn now(&self) -> jiff::Timestamp {
        self.store.now()
    }
}

//! The tenant door: everything that belongs to one tenant is read and written through a [`TenantStore`], which adds the tenant to every
//! query. PostgreSQL is told the tenant as well and shows no other's rows, whatever a query asks. The operations stand beside their nouns (`connection.rs`, `execution.rs` …).

use crate::{Store, db::Door};
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

    pub(crate) fn db(&self) -> Door<'_> {
        self.store.db_of(self.tenant())
    }

    pub(crate) fn now(&self) -> jiff::Timestamp {
        self.store.now()
    }
}

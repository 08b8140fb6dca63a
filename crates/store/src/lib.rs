//! Operational state: who may sign in, which accounts are connected and with what secret, what ran, what is already fetched.
//!
//! Facts (spend, clicks …) are not here; they live in Delta tables. There are two doors: [`Store::tenant`] for everything that belongs
//! to a tenant, and [`Store::system`] for what spans tenants (sign-in, the tenant list, recovery), named so that its use is seen.
//!
//! Invariants: every query behind the tenant door is filtered by the tenant, and another tenant's id is simply not found; every write
//! goes through one retrying, metered wrapper (`db.rs`) with no network call inside; secrets leave the process only sealed by a key
//! that is not in the database.

mod account;
mod analysis;
mod audit;
mod budget;
mod call;
mod check;
mod connection;
mod day_series;
mod db;
#[expect(unreachable_pub, reason = "the entity derive needs public models in a private module")]
mod entity;
mod error;
mod execution;
mod fetched;
mod finding;
mod history;
mod import;
mod knowledge;
mod known_event;
mod lease;
pub mod limits;
mod migration;
mod page;
mod password;
mod rate;
mod row;
mod run;
mod sqlite;
mod system;
mod tenant;
mod vault;

pub use account::{AccountFacts, AccountKey, AccountState, Extent};
pub use analysis::{Analysis, AnalysisKind, NewAnalysis};
pub use audit::{Act, Action, AuditFilter, AuditRow, Fault, Head, Outcome, Verification};
pub use budget::{Budget, NewBudget};
pub use call::{Call, CallFilter, NewCall};
pub use check::{CheckResult, Checked};
pub use connection::{Connected, Connection, Expiry, Health, HealthState, NewConnection, Seen, Terms};
pub use day_series::DaySeries;
pub use error::Error;
pub use execution::{Control, Ended, Execution, ExecutionKind, ExecutionStatus, Failure, FailureKind, NewExecution, Progress};
pub use fetched::FetchedRange;
pub use finding::{FindingFilter, KeptFinding};
pub use history::HistoryPiece;
pub use import::{Figures, Import, NewImport};
pub use knowledge::KeptKnowledge;
pub use lease::Lease;
pub use page::{BadCursor, Cursor, Page};
pub use run::{Run, RunStatus};
pub use system::{Admin, IfInitialised, NewTenant, Recovered, SignIn, SignedIn, System, Tenant};
pub use tenant::TenantStore;
pub use vault::{DataKeyState, Master, MasterKey, Rotated, VaultKey, VaultStatus, Wrapped, prepare_next};

use audit::Seal;
use db::Database;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};
use trimtab_domain::{Clock, Ids, TenantCtx};
use vault::Vault;

/// Where the database is and how patient to be with it.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// The database file. Its folder is made when missing.
    pub path: PathBuf,
    /// How long a write waits for another process to finish its own.
    pub lock_wait: Duration,
    /// How long one read, or one attempt of a write, may take.
    pub deadline: Duration,
}

impl StoreSettings {
    /// The file with the usual patience.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), lock_wait: limits::LOCK_WAIT, deadline: limits::STATEMENT_DEADLINE }
    }
}

/// The operational database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Database,
    vault: Vault,
    seal: OnceLock<Seal>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    password_checks: tokio::sync::Semaphore,
}

impl Store {
    /// Opens the database, makes it when missing, and brings its schema up to this version.
    ///
    /// # Errors
    /// When the file is not writable, is locked, damaged, full, another program's or a newer version's; or when it is under another
    /// vault key.
    pub async fn open(
        settings: StoreSettings,
        master: impl Into<Master>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, Error> {
        let vault = Vault::new(master.into());
        let db = Database::open(&settings).await?;
        migration::bring_up(&db).await?;
        let password_checks = tokio::sync::Semaphore::new(limits::PASSWORD_CHECKS_AT_ONCE);
        let store = Self(Arc::new(Inner { db, vault, seal: OnceLock::new(), clock, ids, password_checks }));
        store.claim_key().await?;
        store.begin_audit().await?;
        store.settle_pseudonyms().await?;
        Ok(store)
    }

    /// Whether a database is there already.
    #[must_use]
    pub fn exists(path: &Path) -> bool {
        std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() > 0)
    }

    /// The door to one tenant's data.
    #[must_use]
    pub fn tenant(&self, ctx: &TenantCtx) -> TenantStore {
        TenantStore::new(self.clone(), ctx.clone())
    }

    /// The door to what spans tenants.
    #[must_use]
    pub const fn system(&self) -> System<'_> {
        System::new(self)
    }

    /// Waits for running statements and closes the file. Clones of this store answer with an error afterwards.
    pub async fn close(&self) {
        self.0.db.close().await;
    }

    fn db(&self) -> &Database {
        &self.0.db
    }

    fn vault(&self) -> &Vault {
        &self.0.vault
    }

    fn seal(&self) -> Option<&Seal> {
        self.0.seal.get()
    }

    fn keep_seal(&self, seal: Seal) {
        self.0.seal.get_or_init(|| seal);
    }

    fn now(&self) -> jiff::Timestamp {
        self.0.clock.now()
    }

    fn ids(&self) -> &dyn Ids {
        &*self.0.ids
    }
}

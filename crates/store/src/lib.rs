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
mod cursor_key;
mod day_series;
mod db;
#[expect(unreachable_pub, reason = "the entity derive needs public models in a private module")]
mod entity;
mod error;
mod execution;
mod fetched;
mod finding;
mod history;
mod identity;
mod import;
mod knowledge;
mod known_event;
mod lease;
pub mod limits;
mod migration;
mod page;
mod place;
mod postgres;
mod rate;
mod receipt;
mod row;
mod run;
mod schema;
mod sqlite;
mod system;
mod tenant;
pub mod testing;
mod transfer;
mod vault;

pub use account::{AccountFacts, AccountKey, AccountState, Extent};
pub use analysis::{Analysis, AnalysisKind, NewAnalysis};
pub use audit::{Act, Action, AuditFilter, AuditRow, Fault, Head, Outcome, Verification};
pub use budget::{Budget, NewBudget};
pub use call::{Call, CallFilter, NewCall};
pub use check::{CheckResult, Checked};
pub use connection::{Connected, Connection, Expiry, Health, HealthState, NewConnection, Seen, Terms};
pub use cursor_key::CursorKey;
pub use day_series::DaySeries;
pub use error::Error;
pub use execution::{Control, Ended, Execution, ExecutionKind, ExecutionStatus, Failure, FailureKind, NewExecution, Progress};
pub use fetched::FetchedRange;
pub use finding::{FindingFilter, KeptFinding};
pub use history::HistoryPiece;
pub use identity::{
    Admin, ApiKey, Device, Enrolment, IfInitialised, Invitation, Method, NewKey, Offer, Passkey, Principal, Proof,
    ProviderIdentity, RelyingParty, Sent, Session, SignIn, Tokens, User, normalise_email,
};
pub use import::{Figures, Import, NewImport};
pub use knowledge::KeptKnowledge;
pub use lease::Lease;
pub use page::{BadCursor, Cursor, Page};
pub use place::{BadDatabaseUrl, DatabaseUrl, Place};
pub use receipt::{Answer, Earlier, Receipt, RequestKey};
pub use run::{Run, RunStatus};
pub use schema::{Loss, Schema, SchemaStep};
pub use system::{Branding, NewTenant, Recovered, System, Tenant, TenantChange};
pub use tenant::TenantStore;
pub use transfer::{Transferred, transfer};
pub use vault::{DataKeyState, Master, MasterKey, Rotated, VaultKey, VaultStatus, Wrapped, prepare_next};

use audit::Seal;
use db::{Database, Door};
use identity::Breached;
use std::{
    path::PathBuf,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use trimtab_domain::{Clock, Ids, TenantCtx};
use vault::Vault;

/// Where the database is and how patient to be with it.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// The file or the server.
    pub place: Place,
    /// How long a write waits for another's to finish.
    pub lock_wait: Duration,
    /// How long one read, or one attempt of a write, may take.
    pub deadline: Duration,
    /// A list of passwords nobody may choose: SHA-1 digests in hex, one a line, in ascending order.
    pub breached_passwords: Option<PathBuf>,
}

impl StoreSettings {
    /// A file with the usual patience. It and its folder are made when missing.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self::at(Place::File(path.into()))
    }

    /// Any place with the usual patience.
    #[must_use]
    pub const fn at(place: Place) -> Self {
        Self { place, lock_wait: limits::LOCK_WAIT, deadline: limits::STATEMENT_DEADLINE, breached_passwords: None }
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
    password_work: AtomicU64,
    breached: Option<Breached>,
    cursor_key: tokio::sync::OnceCell<CursorKey>,
}

impl Store {
    /// Opens the database and brings its schema up to this version. A file is made when missing; a server's database must be there.
    ///
    /// # Errors
    /// When the file is not writable, is locked, damaged, full, another program's or a newer version's; when the server does not answer,
    /// refuses the user or will not do; or when the database is under another vault key.
    pub async fn open(
        settings: StoreSettings,
        master: impl Into<Master>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, Error> {
        let vault = Vault::new(master.into());
        let breached = settings.breached_passwords.as_deref().map(Breached::open).transpose()?;
        let db = Database::open(&settings).await?;
        migration::bring_up(&db).await?;
        let password_checks = tokio::sync::Semaphore::new(limits::PASSWORD_CHECKS_AT_ONCE);
        let store = Self(Arc::new(Inner {
            db,
            vault,
            seal: OnceLock::new(),
            clock,
            ids,
            password_checks,
            password_work: AtomicU64::new(0),
            breached,
            cursor_key: tokio::sync::OnceCell::new(),
        }));
        store.claim_key().await?;
        store.begin_audit().await?;
        store.settle_pseudonyms().await?;
        Ok(store)
    }

    /// Whether a database is there already: a file that is not empty, or a server's database that has our tables.
    ///
    /// # Errors
    /// When the server does not answer, refuses the user or will not do.
    pub async fn exists(settings: &StoreSettings) -> Result<bool, Error> {
        match &settings.place {
            Place::File(path) => Ok(std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() > 0)),
            Place::Server(_) => {
                let db = Database::open(settings).await?;
                let exists = migration::is_begun(&db).await;
                db.close().await;
                exists
            }
        }
    }

    /// The file or the server.
    #[must_use]
    pub fn place(&self) -> &Place {
        self.0.db.place()
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

    /// Waits for running statements and closes the database. Clones of this store answer with an error afterwards.
    pub async fn close(&self) {
        self.0.db.close().await;
    }

    /// The door through which every tenant's rows are seen.
    fn db(&self) -> Door<'_> {
        self.0.db.all()
    }

    /// The door through which one tenant's rows are seen.
    fn db_of<'a>(&'a self, tenant: &'a str) -> Door<'a> {
        self.0.db.of_tenant(tenant)
    }

    fn password_checks(&self) -> &tokio::sync::Semaphore {
        &self.0.password_checks
    }

    fn breached(&self) -> Option<&Breached> {
        self.0.breached.as_ref()
    }

    fn count_password_work(&self) {
        self.0.password_work.fetch_add(1, Ordering::Relaxed);
    }

    /// How often a password was hashed, to be kept or compared, since this was opened. Whoever is refused must have cost as much as
    /// whoever is let in, or the time of an answer tells who has an account.
    #[must_use]
    pub fn password_work(&self) -> u64 {
        self.0.password_work.load(Ordering::Relaxed)
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

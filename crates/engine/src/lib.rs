//! Who runs what, when, how often and within which limits: connecting accounts, syncing them, importing files, answering queries.
//!
//! The engine joins the siblings that never see each other: it reads through `connect`, keeps facts in `facts` and everything else in
//! `store`. It has no way to change an ad platform. Every operation takes a [`TenantCtx`] or is named as spanning tenants.

pub mod analysis;
pub mod connection;
pub mod doctor;
mod engine;
mod error;
mod freshness;
pub mod history;
pub mod identity;
pub mod import;
pub mod knowledge;
pub mod limits;
pub mod live;
pub mod quality;
mod query;
mod rates;
pub mod search;
mod series;
pub mod sources;
pub mod sync;
pub mod tool;
mod unread;
mod upkeep;
pub mod views;

pub use engine::{Engine, Parts, TenantSummary};
pub use error::Error;
pub use identity::Visitor;
pub use rates::RatesView;
pub use trimtab_connect::{
    CONNECTABLE, Connectable, Connectors, Deadlines,
    ecb::parse_csv as rates_of_file,
    history::{
        Entry, Files, Found, FoundAccount, Grain, GrainFound, History, HistoryError, Key as HistoryKey, LeftOut, Location, Piece,
        Shape, Sums, limits as history_limits,
    },
    import::{ColumnMapping, Covers, FileTotal, Import as ParsedFile, SampleRow, Skipped, Totals},
    oidc::Callback,
    versions,
};
pub use trimtab_domain::TenantCtx;
pub use trimtab_facts::Lake;
pub use trimtab_store::{
    AccountFacts, AccountKey, AccountState, Admin, Analysis, AnalysisKind, Answer, ApiKey, BadCursor, Branding, Budget,
    CheckResult, Checked, Connection, Cursor, CursorKey, Device, Earlier, Enrolment, Error as StoreError, Execution, ExecutionKind,
    ExecutionStatus, Expiry, Extent, Failure, FailureKind, FindingFilter, Health, HealthState, IfInitialised, Import, Invitation,
    KeptFinding, NewBudget, NewKey, NewTenant, Offer, Page, Passkey, Principal, Progress, Proof, ProviderIdentity, Receipt,
    RelyingParty, RequestKey, Run, RunStatus, SignIn, Store, Tenant, TenantChange, Terms, Tokens, User,
};

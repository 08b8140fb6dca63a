//! Accounts and connections.

use super::FailureShape;
use serde::Serialize;
use trimtab_domain::account::Account;
use trimtab_engine::{
    AccountFacts, AccountState, RunStatus,
    connection::{ConnectionView, ends_at},
};
use utoipa::ToSchema;

/// An ad account as its platform names it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountName {
    /// The platform's id.
    pub id: String,
    /// Its name there.
    pub name: String,
    /// The currency of all its amounts.
    pub currency: String,
    /// The zone its days are cut in.
    pub timezone: String,
}

impl From<&Account> for AccountName {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id.to_string(),
            name: account.name.to_string(),
            currency: account.currency.to_string(),
            timezone: account.zone.to_string(),
        }
    }
}

/// An account and how far its facts reach.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountShape {
    /// Where it lives.
    pub source: String,
    /// The account.
    #[serde(flatten)]
    pub account: AccountName,
    /// First day with facts; `null` when it was never read, or had nothing to report.
    pub first_day: Option<String>,
    /// Last day with facts; `null` as the first.
    pub last_day: Option<String>,
    /// Rows of facts.
    pub rows: u64,
    /// When facts were last read (RFC 3339), rows or none; `null` when never.
    pub data_as_of: Option<String>,
    /// Days after this one may still change.
    pub settled_through: Option<String>,
}

impl From<&AccountState> for AccountShape {
    fn from(state: &AccountState) -> Self {
        let facts = state.facts.as_ref();
        let days = facts.and_then(|f| f.extent).map(|extent| extent.days);
        Self {
            source: state.account.source.to_string(),
            account: AccountName::from(&state.account),
            first_day: days.map(|d| d.from().to_string()),
            last_day: days.map(|d| d.to().to_string()),
            rows: facts.map_or(0, AccountFacts::rows),
            data_as_of: facts.map(|f| f.data_as_of.to_string()),
            settled_through: facts.and_then(|f| f.settled_through).map(|d| d.to_string()),
        }
    }
}

/// The credential of a tenant for one account, and how it is doing. The secret is never shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectionShape {
    /// Its id.
    pub id: String,
    /// The source.
    pub source: String,
    /// The account.
    pub account: AccountName,
    /// `ok`; `expiring` (the credential ends soon), `limited` (waits for the platform's limit until `until`), `doubtful` (the platform leaves
    /// out what it should know; what is known is kept); `needs_reauth`, `unsupported` (its interface version is no longer served) or
    /// `failing`.
    pub health: &'static str,
    /// What was seen.
    pub detail: Option<String>,
    /// Since when (RFC 3339).
    pub since: String,
    /// Until when it will be so (RFC 3339), where that is known.
    pub until: Option<String>,
    /// What to do.
    pub fix: Option<String>,
    /// When the credential ends (RFC 3339); `null` where it does not or nothing tells. More under `credential`.
    pub expires_at: Option<String>,
    /// The credential: when it ends, and what it may do.
    pub credential: CredentialShape,
    /// Where the source is reached when not at its usual address.
    pub base_url: Option<String>,
    /// When the account was first connected (RFC 3339).
    pub created_at: String,
    /// When facts were last read (RFC 3339).
    pub data_as_of: Option<String>,
    /// Days after this one may still change.
    pub settled_through: Option<String>,
    /// Rows of facts of the account.
    pub rows: u64,
    /// The latest run.
    pub last_run: Option<ConnectionRun>,
    /// Whether it is being read now.
    pub syncing: bool,
}

/// What is known of a credential.
#[derive(Debug, Serialize, ToSchema)]
pub struct CredentialShape {
    /// When it was given (RFC 3339), or last renewed.
    pub set_at: String,
    /// How it ends: `told` by the source, `at_latest` (counted from `set_at`), `renewed` by its use, `never`, or `unknown`.
    pub expiry: &'static str,
    /// When its access to data ends unless the person behind it consents anew (RFC 3339), where the source says so.
    pub access_ends_at: Option<String>,
    /// When it is of no use any more (RFC 3339): the earlier of both ends.
    pub ends_at: Option<String>,
    /// Whole days until then, below zero when they have passed.
    pub days_left: Option<i64>,
    /// What it may do, in the source's words; empty where the source does not tell.
    pub scopes: Vec<String>,
    /// What it lacks to read ads.
    pub missing_scopes: Vec<&'static str>,
}

impl From<&ConnectionView> for CredentialShape {
    fn from(view: &ConnectionView) -> Self {
        let terms = &view.connection.terms;
        Self {
            set_at: view.connection.secret_set_at.to_string(),
            expiry: terms.expiry.as_str(),
            access_ends_at: terms.access_ends_at.map(|at| at.to_string()),
            ends_at: ends_at(terms).map(|at| at.to_string()),
            days_left: view.days_left,
            scopes: terms.scopes.clone(),
            missing_scopes: view.missing_scopes.clone(),
        }
    }
}

/// The latest run of a connection.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectionRun {
    /// Its execution.
    pub execution: String,
    /// `running`, `succeeded`, `failed` or `cancelled`.
    pub status: &'static str,
    /// When it ended (RFC 3339).
    pub finished_at: Option<String>,
    /// Rows stored.
    pub rows: u64,
    /// First day asked for.
    pub from: String,
    /// Last day asked for.
    pub to: String,
    /// Why it failed.
    pub error: Option<FailureShape>,
}

impl From<&ConnectionView> for ConnectionShape {
    fn from(view: &ConnectionView) -> Self {
        let connection = &view.connection;
        Self {
            id: connection.id.to_string(),
            source: connection.account.source.to_string(),
            account: AccountName::from(&connection.account),
            health: view.health.state.as_str(),
            detail: view.health.detail.clone(),
            since: view.health.since.to_string(),
            until: view.health.until.map(|at| at.to_string()),
            fix: view.health.fix.clone(),
            expires_at: connection.terms.expires_at.map(|at| at.to_string()),
            credential: CredentialShape::from(view),
            base_url: connection.base_url.clone(),
            created_at: connection.created_at.to_string(),
            data_as_of: view.facts.map(|f| f.data_as_of.to_string()),
            settled_through: view.facts.and_then(|f| f.settled_through).map(|d| d.to_string()),
            rows: view.facts.as_ref().map_or(0, AccountFacts::rows),
            last_run: view.last_run.as_ref().map(|run| ConnectionRun {
                execution: run.execution.to_string(),
                status: run.status.as_str(),
                finished_at: run.finished_at.map(|at| at.to_string()),
                rows: run.rows,
                from: run.days.from().to_string(),
                to: run.days.to().to_string(),
                error: run.failure.as_ref().map(FailureShape::from),
            }),
            syncing: view.last_run.as_ref().is_some_and(|run| run.status == RunStatus::Running),
        }
    }
}

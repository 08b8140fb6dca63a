//! The engine itself and what spans tenants: sign-in, the tenant list, start and stop.

use crate::{Error, Retention, limits, live::Live, search::Indexes};
use secrecy::SecretString;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use trimtab_connect::Connectors;
use trimtab_domain::{Actor, Caller, Clock, ErrorKind, Origin, Permission, Role, TenantCtx, Timestamp, id::TenantId};
use trimtab_facts::Lake;
use trimtab_store::{Act, Action, Cursor, Page, Recovered, SignIn, SignedIn, Store, Tenant};
use url::Url;

/// What an engine is made of.
#[derive(Debug)]
pub struct Parts {
    /// Operational state.
    pub store: Store,
    /// Facts.
    pub lake: Lake,
    /// The outside, read side.
    pub connectors: Connectors,
    /// Where "now" comes from.
    pub clock: Arc<dyn Clock>,
    /// Where exchange rates are read; `None`: at the European Central Bank.
    pub rates_url: Option<Url>,
    /// How long what is kept.
    pub retention: Retention,
    /// Names this process in leases, for people who look into the matter.
    pub owner: String,
}

/// Runs everything. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    parts: Parts,
    live: Live,
    tasks: TaskTracker,
    stop: CancellationToken,
    executions: Semaphore,
    imports: Semaphore,
    tools: Semaphore,
    views: Semaphore,
    analyses: Semaphore,
    /// When exchange rates were last asked for by this process.
    rates_tried: Mutex<Option<Timestamp>>,
    /// When each tenant's lake was last vacuumed by this process.
    vacuumed: Mutex<HashMap<TenantId, Timestamp>>,
    /// When this process last looked after credentials and logs.
    looked_after: Mutex<Option<Timestamp>>,
    indexes: Indexes,
}

/// A tenant and how much it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantSummary {
    /// The tenant.
    pub tenant: Tenant,
    /// Accounts known, connected or imported.
    pub accounts: usize,
}

impl Engine {
    /// An engine of these parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            parts,
            live: Live::new(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            executions: Semaphore::new(limits::EXECUTIONS_AT_ONCE),
            imports: Semaphore::new(limits::IMPORTS_AT_ONCE),
            tools: Semaphore::new(limits::TOOLS_AT_ONCE),
            views: Semaphore::new(limits::VIEWS_AT_ONCE),
            analyses: Semaphore::new(limits::ANALYSES_AT_ONCE),
            rates_tried: Mutex::default(),
            vacuumed: Mutex::default(),
            looked_after: Mutex::default(),
            indexes: Indexes::default(),
        }))
    }

    /// Marks what a killed process left running as interrupted. Safe to call at any time.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn recover(&self) -> Result<Recovered, Error> {
        let recovered = self.store().system().recover().await?;
        if recovered.executions > 0 {
            let Recovered { executions, runs } = recovered;
            tracing::info!(executions, runs, "marked interrupted work; its days are due again");
        }
        Ok(recovered)
    }

    /// Asks all work to stop at its next safe point.
    pub fn ask_to_stop(&self) {
        self.0.stop.cancel();
    }

    /// Asks all work to stop at its next safe point and waits for it. Call [`Self::stuck`] if waiting takes too long.
    pub async fn shut_down(&self) {
        self.0.stop.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
        self.keep_calls().await;
    }

    /// Waits for the work that goes on behind answers, for whoever exits after one of them. Nothing is stopped, and nothing may be begun
    /// meanwhile that never ends.
    pub async fn finish(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
        self.0.tasks.reopen();
        self.keep_calls().await;
    }

    /// How many pieces of work have not ended.
    #[must_use]
    pub fn stuck(&self) -> usize {
        self.0.tasks.len()
    }

    /// Signs a person in.
    ///
    /// # Errors
    /// When address or password are wrong or locked out.
    pub async fn sign_in(&self, origin: &Origin, email: &str, password: SecretString) -> Result<SignIn, Error> {
        let caller = Caller { origin: origin.clone(), ..Caller::SYSTEM };
        Ok(self.store().system().by(&caller).sign_in(email, password).await?)
    }

    /// Whom a session token belongs to, if it is still good.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn session(&self, token: &SecretString) -> Result<Option<SignedIn>, Error> {
        Ok(self.store().system().session(token).await?)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sign_out(&self, origin: &Origin, token: &SecretString) -> Result<(), Error> {
        let caller = Caller { origin: origin.clone(), ..Caller::SYSTEM };
        Ok(self.store().system().by(&caller).sign_out(token).await?)
    }

    /// The agency's name, once set.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn agency(&self) -> Result<Option<String>, Error> {
        Ok(self.store().system().agency().await?)
    }

    /// Proves that somebody may do something to a tenant. A tenant that does not exist and one the caller may not see are the same. A
    /// refusal is told in the audit log.
    ///
    /// # Errors
    /// Not found, or forbidden where the caller may see the tenant but not do this.
    pub async fn enter(&self, tenant: &TenantId, caller: Caller, role: Role, permission: Permission) -> Result<TenantCtx, Error> {
        let known = match self.store().system().tenant(tenant).await {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            known => known,
        };
        if known.is_err() || !role.allows(permission) {
            let act = Act::refused(Action::TenantEnter, format!("tenant:{tenant}"));
            let act = if known.is_ok() { act.about(tenant.as_str()) } else { act };
            self.store().system().by(&caller).record(act).await?;
            return Err(trimtab_store::Error::NotFound { noun: "tenant", id: tenant.to_string() }.into());
        }
        Ok(TenantCtx::proven(tenant.clone(), caller.actor, role).from_request(caller.origin))
    }

    /// Makes a tenant.
    ///
    /// # Errors
    /// When the id is taken or the name is empty.
    pub async fn add_tenant(&self, by: &Caller, new: trimtab_store::NewTenant) -> Result<Tenant, Error> {
        Ok(self.store().system().by(by).add_tenant(new).await?)
    }

    /// One tenant.
    ///
    /// # Errors
    /// When there is none such.
    pub async fn tenant(&self, id: &TenantId) -> Result<Tenant, Error> {
        Ok(self.store().system().tenant(id).await?)
    }

    /// The tenants, by id.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tenants(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<TenantSummary>, Error> {
        let page = self.store().system().tenants(after, limit).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for tenant in page.items {
            let ctx = TenantCtx::proven(tenant.id.clone(), Actor::System, Role::AgencyAdmin);
            let accounts = self.store().tenant(&ctx).accounts().await?.len();
            items.push(TenantSummary { tenant, accounts });
        }
        Ok(Page { items, next: page.next })
    }

    /// What happens as it happens.
    #[must_use]
    pub fn live(&self) -> &Live {
        &self.0.live
    }

    /// The current instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock().now()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.parts.store
    }

    pub(crate) fn lake(&self) -> &Lake {
        &self.0.parts.lake
    }

    pub(crate) fn retention(&self) -> Retention {
        self.0.parts.retention
    }

    pub(crate) fn looked_after(&self) -> &Mutex<Option<Timestamp>> {
        &self.0.looked_after
    }

    pub(crate) fn connectors(&self) -> &Connectors {
        &self.0.parts.connectors
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.parts.clock
    }

    pub(crate) fn owner(&self) -> &str {
        &self.0.parts.owner
    }

    pub(crate) fn tasks(&self) -> &TaskTracker {
        &self.0.tasks
    }

    pub(crate) fn stop(&self) -> &CancellationToken {
        &self.0.stop
    }

    pub(crate) fn execution_slots(&self) -> &Semaphore {
        &self.0.executions
    }

    pub(crate) fn rates_base(&self) -> Option<&Url> {
        self.0.parts.rates_url.as_ref()
    }

    pub(crate) fn rates_tried(&self) -> &Mutex<Option<Timestamp>> {
        &self.0.rates_tried
    }

    pub(crate) fn vacuumed(&self) -> &Mutex<HashMap<TenantId, Timestamp>> {
        &self.0.vacuumed
    }

    pub(crate) fn indexes(&self) -> &Indexes {
        &self.0.indexes
    }

    pub(crate) fn import_slots(&self) -> &Semaphore {
        &self.0.imports
    }

    pub(crate) fn tool_slots(&self) -> &Semaphore {
        &self.0.tools
    }

    pub(crate) fn analysis_slots(&self) -> &Semaphore {
        &self.0.analyses
    }

    pub(crate) fn view_slots(&self) -> &Semaphore {
        &self.0.views
    }
}

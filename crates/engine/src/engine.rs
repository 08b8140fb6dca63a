//! The engine itself and what spans tenants: sign-in, the tenant list, start and stop.

use crate::{Error, Retention, custody::CareDue, limits, live::Live, search::Indexes};
use secrecy::{ExposeSecret, SecretString};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use trimtab_connect::{Connectors, mail::Mailer, oidc::Issuer};
use trimtab_domain::{
    Caller, Clock, TenantCtx, Timestamp,
    access::{Grant, Reach},
    id::TenantId,
};
use trimtab_facts::Lake;
use trimtab_store::{Cursor, CursorKey, Earlier, Page, Recovered, RelyingParty, RequestKey, Store, Tenant, TenantChange};
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
    /// Where people reach this installation with their browser: what links in mails begin with and passkeys are bound to.
    pub site: Url,
    /// Sends mail, or says that nothing is set up to.
    pub mailer: Mailer,
    /// Issuers people may sign in with.
    pub issuers: Vec<Issuer>,
    /// What people hold whom an issuer, by its name, vouches for and nobody has invited; where nothing is named they are refused.
    pub newcomers: BTreeMap<String, Grant>,
    /// Names this process in leases, for people who look into the matter.
    pub owner: String,
}

/// Runs everything. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    parts: Parts,
    party: Option<RelyingParty>,
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
    /// When this process looks after credentials and logs again.
    care_due: Mutex<CareDue>,
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
        let party = RelyingParty::new(&parts.site).ok();
        Self(Arc::new(Inner {
            parts,
            party,
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
            care_due: Mutex::default(),
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

    /// The agency's name, once set.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn agency(&self) -> Result<Option<String>, Error> {
        Ok(self.store().system().agency().await?)
    }

    /// What cursors of lists are sealed with.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn cursor_key(&self) -> Result<CursorKey, Error> {
        Ok(self.store().cursor_key().await?)
    }

    /// What is known of a request that came with a key of its own.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn earlier(&self, request: &RequestKey) -> Result<Option<Earlier>, Error> {
        Ok(self.store().earlier(request).await?)
    }

    /// Makes a tenant.
    ///
    /// # Errors
    /// When the id is taken or the name is empty.
    pub async fn add_tenant(&self, by: &Caller, new: trimtab_store::NewTenant) -> Result<Tenant, Error> {
        Ok(self.store().system().by(by).add_tenant(new).await?)
    }

    /// Changes a tenant.
    ///
    /// # Errors
    /// When the name is empty or the branding cannot be shown.
    pub async fn change_tenant(&self, ctx: &TenantCtx, change: TenantChange) -> Result<Tenant, Error> {
        Ok(self.store().system().by(&ctx.caller()).change_tenant(ctx.tenant(), change).await?)
    }

    /// One tenant.
    ///
    /// # Errors
    /// When there is none such.
    pub async fn tenant(&self, id: &TenantId) -> Result<Tenant, Error> {
        Ok(self.store().system().tenant(id).await?)
    }

    /// The tenants somebody may know of, in the order they were made.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tenants(&self, reach: &Reach, after: Option<&Cursor>, limit: u32) -> Result<Page<TenantSummary>, Error> {
        let some: Vec<TenantId> = reach.tenants().map(|(tenant, _)| tenant.clone()).collect();
        let within = reach.agency().is_empty().then_some(some.as_slice());
        let page = self.store().system().tenants(within, after, limit).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for tenant in page.items {
            let accounts = self.store().tenant(&Self::own(tenant.id.clone())).accounts().await?.len();
            items.push(TenantSummary { tenant, accounts });
        }
        Ok(Page { items, next: page.next })
    }

    /// Whom passkeys are made for; `None` where they do not work on the site.
    pub(crate) fn relying_party(&self) -> Option<&RelyingParty> {
        self.0.party.as_ref()
    }

    /// A page of the product.
    pub(crate) fn page(&self, page: &str) -> Url {
        let mut link = self.site().clone();
        link.set_path(page);
        link
    }

    /// A link into the product that carries a token. It is behind the `#`, so that no server and no log ever sees it.
    pub(crate) fn link(&self, page: &str, token: &SecretString) -> Url {
        let mut link = self.page(page);
        link.set_fragment(Some(token.expose_secret()));
        link
    }

    pub(crate) fn site(&self) -> &Url {
        &self.0.parts.site
    }

    pub(crate) fn mailer(&self) -> &Mailer {
        &self.0.parts.mailer
    }

    pub(crate) fn issuers(&self) -> &[Issuer] {
        &self.0.parts.issuers
    }

    /// What people hold whom an issuer vouches for and nobody has invited.
    pub(crate) fn newcomers(&self, issuer: &str) -> Option<&Grant> {
        self.0.parts.newcomers.get(issuer)
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

    pub(crate) fn all_care_due(&self) -> &Mutex<CareDue> {
        &self.0.care_due
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

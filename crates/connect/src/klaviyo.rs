//! Klaviyo through its REST interface (JSON:API), read only.
//!
//! What it does differently: one private key speaks for one account and never ends. Figures are counts of events (`Received Email`, `Opened
//! Email`, `Placed Order` …) by day, in the zone that is asked for; which event stands for what has to be looked up. What an order came of is
//! the order's own attribute (`$attributed_message`), and most orders have none: these are no mailing's revenue and are left out. Limits are fixed
//! windows of a second and of a minute, by call. The reports that show what Klaviyo's own pages show may be asked for 225 times a day, cannot be
//! had by the day, and so are no facts but tools ([`Klaviyo::report`]).
//!
//! [`Klaviyo`] is the entry point, a [`Connector`]. A campaign of the trade is here a campaign or a flow.
//!
//! It decides neither when to read nor where the facts go, and it never writes to the platform.

mod accounts;
mod aggregate;
mod dialect;
mod facts;
mod mailings;
mod metrics;
mod reports;
mod service;
mod totals;

pub use dialect::KlaviyoDialect;
pub use reports::{ReportOf, ReportRow};

use crate::{Ask, Connector, Credential, Error, Fetched, silence::Totals};
use async_trait::async_trait;
use mailings::Mailings;
use metrics::Metrics;
use secrecy::SecretString;
use service::Service;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use trimtab_domain::{
    Clock, DayRange, Source, Timestamp,
    account::Account,
    entity::{EntityKind, EntitySnapshot},
    id::AccountId,
};
use trimtab_wire::Wire;
use url::Url;

/// Where the live platform answers.
pub const BASE_URL: &str = "https://a.klaviyo.com";
/// The revision of the interface this connector speaks. Every call names it.
pub const VERSION: &str = "2026-07-15";

/// [`BASE_URL`], parsed.
#[must_use]
pub fn live() -> Url {
    Url::parse(BASE_URL).expect("the constant is a URL")
}

/// One key's view of Klaviyo. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Klaviyo {
    service: Service,
    clock: Arc<dyn Clock>,
    /// Which events stand for what, once found out: every chunk of a sync must count the same.
    metrics: Arc<Mutex<Option<Arc<Metrics>>>>,
    /// What messages belong to, once listed.
    mailings: Arc<Mutex<Option<Arc<Mailings>>>>,
}

impl Klaviyo {
    /// A connector that speaks with a private key at `base_url` ([`live`] or a simulated platform's).
    ///
    /// # Errors
    /// [`Error::Secret`] when the secret cannot be a private key.
    pub fn new(wire: Wire, base_url: &Url, secret: &SecretString, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let key = accounts::key(secret)?;
        Ok(Self { service: Service::new(wire, base_url, &key), clock, metrics: Arc::default(), mailings: Arc::default() })
    }

    /// The same with another bound on each request than [`crate::limits::CALL_DEADLINE`].
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.service.deadline = deadline;
        self
    }
}

#[async_trait]
impl Connector for Klaviyo {
    fn source(&self) -> Source {
        Source::Klaviyo
    }

    fn now(&self) -> Timestamp {
        self.service.heard().unwrap_or_else(|| self.clock.now())
    }

    async fn check(&self) -> Result<Credential, Error> {
        self.credential().await
    }

    async fn accounts(&self) -> Result<Vec<Account>, Error> {
        self.own_accounts().await
    }

    async fn account(&self, id: &AccountId) -> Result<Account, Error> {
        self.own_account(id).await
    }

    async fn entities(&self, account: &Account) -> Result<EntitySnapshot, Error> {
        self.objects(account).await
    }

    async fn entities_of(&self, account: &Account, kind: EntityKind) -> Result<EntitySnapshot, Error> {
        self.objects_of(account, kind).await
    }

    async fn facts(&self, account: &Account, days: DayRange, _ask: Ask) -> Result<Fetched, Error> {
        self.mail_facts(account, days).await
    }

    async fn totals(&self, account: &Account, days: DayRange) -> Result<Option<Totals>, Error> {
        self.account_totals(account, days).await
    }
}

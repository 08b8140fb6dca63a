//! Magento (Adobe Commerce) through its REST API, read only: the orders of a store, one row each.
//!
//! Every installation is a host of its own, so the secret names it where no base URL is given. What Magento does differently: calls are
//! signed one by one (OAuth 1.0a), times are UTC without saying so while days are the store's, amounts are numbers in the store's base
//! currency, and the page after the last is the last one again. Lists go by the id reached, and end by the number of what is left.
//!
//! An account is a store view, by its code, or all store views at one host, by the host's name, where they share currency and zone. An order
//! counts from the moment it is placed: `canceled` ones are kept as such, and `pending_payment`, a payment somebody has begun, is no order
//! until it is paid, when it changes and with it its day. Orders on hold and under review stand. Nothing tells whether an order is the
//! customer's first, so earlier ones of the same address are looked for; a cancelled one makes nobody a customer. Marks of the visit are
//! kept by many shops' extensions as `utm_source`, `utm_medium` and `utm_campaign` among an order's `extension_attributes`; that is an
//! assumption, as Magento keeps none.
//!
//! Addresses serve to tell customers apart and leave as pseudonyms; no error and no log quotes an answer.
//!
//! [`Magento`] is the entry point, a [`Connector`]. It decides neither when to read nor where the rows go, and it never writes to the shop.

mod counts;
mod dialect;
mod earlier;
mod orders;
mod row;
mod search;
mod secret;
mod service;
mod sign;
mod stores;

pub use dialect::MagentoDialect;

use crate::{Ask, Connector, Credential, Error, Fetched, Pseudonyms, silence::Totals};
use async_trait::async_trait;
use secrecy::SecretString;
use secret::Secret;
use service::Service;
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};
use trimtab_domain::{Clock, Day, DayRange, Source, Timestamp, account::Account, entity::EntitySnapshot, id::AccountId};
use trimtab_wire::Wire;
use url::Url;

/// The version of the interface, part of every path.
pub const VERSION: &str = "V1";

/// One credential's view of an installation. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Magento {
    service: Service,
    clock: Arc<dyn Clock>,
    pseudonyms: Option<Pseudonyms>,
    /// The store views of an account, once found out.
    views: Arc<Mutex<HashMap<AccountId, Arc<str>>>>,
}

impl Magento {
    /// A connector that speaks with `secret` (a JSON document with the four parts of an integration) at `base_url` (a simulated store's), or
    /// at the store the secret names.
    ///
    /// # Errors
    /// [`Error::Secret`] when a part of the secret is missing, the store's address among them where there is no base URL.
    pub fn new(wire: Wire, base_url: Option<Url>, secret: &SecretString, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let secret = Secret::parse(secret)?;
        let (base, live) = match base_url {
            Some(base) => (base, false),
            None => (secret.home()?, true),
        };
        let service = Service::new(wire, &base, live, secret, Arc::clone(&clock));
        Ok(Self { service, clock, pseudonyms: None, views: Arc::default() })
    }

    /// The same with another bound on each request than [`crate::limits::CALL_DEADLINE`].
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.service.deadline = deadline;
        self
    }

    /// The same, telling customers apart by pseudonyms; by nothing where there are none.
    #[must_use]
    pub fn naming_customers_by(mut self, pseudonyms: Option<Pseudonyms>) -> Self {
        self.pseudonyms = pseudonyms;
        self
    }
}

#[async_trait]
impl Connector for Magento {
    fn source(&self) -> Source {
        Source::Magento
    }

    fn now(&self) -> Timestamp {
        self.service.heard().unwrap_or_else(|| self.clock.now())
    }

    async fn check(&self) -> Result<Credential, Error> {
        self.credential().await
    }

    async fn accounts(&self) -> Result<Vec<Account>, Error> {
        self.store_views().await
    }

    async fn account(&self, id: &AccountId) -> Result<Account, Error> {
        self.store(id).await
    }

    /// A shop consists of nothing that is kept.
    async fn entities(&self, _account: &Account) -> Result<EntitySnapshot, Error> {
        Ok(EntitySnapshot { seen_at: self.now(), complete: Vec::new(), states: Vec::new() })
    }

    async fn facts(&self, account: &Account, days: DayRange, _ask: Ask) -> Result<Fetched, Error> {
        self.all_orders(account, days).await
    }

    async fn totals(&self, account: &Account, days: DayRange) -> Result<Option<Totals>, Error> {
        self.day_counts(account, days).await.map(Some)
    }

    async fn changed(&self, account: &Account, since: Timestamp, before: Day) -> Result<BTreeSet<Day>, Error> {
        self.changed_days(account, since, before).await
    }
}

//! Shopify through its Admin GraphQL API, read only: the orders of a shop, one row each.
//!
//! A shop is a host of its own (`acme.myshopify.com`), so the secret names it where no base URL is given. What Shopify does differently:
//! refusals come as answers (`errors` beside HTTP 200), limits are points of a bucket that refills by the second and tells how full it is,
//! and a version that is no longer served answers as a later one without a word but a header, which is taken for a refusal here. Days are
//! cut by when an order was processed, in the shop's zone; test orders are none. Without the scope `read_all_orders` the orders of the last
//! sixty days are all an app is shown, and older days look empty: they are refused instead ([`Connector::first_day`]). Large ranges are
//! prepared by Shopify as a file; either way the rows are the same and are held against the count it tells of the same range.
//!
//! Customers are known by the pseudonym of their id and not at all without a key; nothing else of them is asked for.
//!
//! [`Shopify`] is the entry point, a [`Connector`]. It decides neither when to read nor where the rows go, and it never writes to the shop:
//! the one mutation it sends has a file prepared.

mod bulk;
mod changed;
mod counts;
mod dialect;
mod orders;
mod pace;
mod query;
mod row;
mod secret;
mod service;
mod shop;

pub use dialect::ShopifyDialect;

use crate::{Ask, Connector, Credential, Deadlines, Error, Fetched, Lifetime, Pseudonyms, silence::Totals};
use async_trait::async_trait;
use secrecy::SecretString;
use secret::Secret;
use service::Service;
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use trimtab_domain::{Clock, Day, DayRange, Source, Timestamp, account::Account, entity::EntitySnapshot, id::AccountId};
use trimtab_wire::Wire;
use url::Url;

/// The version of the interface, part of the path. Shopify brings one a quarter and serves each for a year at least.
pub const VERSION: &str = "2026-10";
/// What follows a shop's handle in its host.
pub const DOMAIN: &str = "myshopify.com";

/// Days a refresh token lasts; each exchange brings another.
const REFRESH_TOKEN_DAYS: u16 = 90;

/// One credential's view of a shop. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Shopify {
    service: Service,
    clock: Arc<dyn Clock>,
    pseudonyms: Option<Pseudonyms>,
    /// Cleared once the shop has said that customers are not for this app.
    customers_told: Arc<AtomicBool>,
    /// What the app may do, once asked for.
    scopes: Arc<Mutex<Option<Vec<String>>>>,
}

impl Shopify {
    /// A connector that speaks with `secret` (a token, or a JSON document with what brings one) at `base_url` (a simulated shop's), or at
    /// the shop the secret names.
    ///
    /// # Errors
    /// [`Error::Secret`] when a part of the secret is missing, the shop's name among them where there is no base URL.
    pub fn new(wire: Wire, base_url: Option<Url>, secret: &SecretString, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let secret = Secret::parse(secret)?;
        let base = match base_url {
            Some(base) => base,
            None => secret.home()?,
        };
        let service = Service::new(wire, &base, secret, Arc::clone(&clock));
        let customers_told = Arc::new(AtomicBool::new(true));
        Ok(Self { service, clock, pseudonyms: None, customers_told, scopes: Arc::default() })
    }

    /// The same with other deadlines than the default ones.
    #[must_use]
    pub fn with_deadlines(mut self, deadlines: Deadlines) -> Self {
        self.service.deadlines = deadlines;
        self
    }

    /// The same, telling customers apart by pseudonyms; by nothing where there are none.
    #[must_use]
    pub fn naming_customers_by(mut self, pseudonyms: Option<Pseudonyms>) -> Self {
        self.pseudonyms = pseudonyms;
        self
    }

    /// Whether to ask who ordered.
    fn asks_for_customers(&self) -> bool {
        self.pseudonyms.is_some() && self.customers_told.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Connector for Shopify {
    fn source(&self) -> Source {
        Source::Shopify
    }

    fn now(&self) -> Timestamp {
        self.service.heard().unwrap_or_else(|| self.clock.now())
    }

    async fn check(&self) -> Result<Credential, Error> {
        self.credential().await
    }

    async fn accounts(&self) -> Result<Vec<Account>, Error> {
        Ok(vec![self.shop(None).await?])
    }

    async fn account(&self, id: &AccountId) -> Result<Account, Error> {
        self.named_shop(id).await
    }

    /// A shop consists of nothing that is kept.
    async fn entities(&self, _account: &Account) -> Result<EntitySnapshot, Error> {
        Ok(EntitySnapshot { seen_at: self.now(), complete: Vec::new(), states: Vec::new() })
    }

    async fn facts(&self, account: &Account, days: DayRange, ask: Ask) -> Result<Fetched, Error> {
        self.all_orders(account, days, ask).await
    }

    async fn totals(&self, account: &Account, days: DayRange) -> Result<Option<Totals>, Error> {
        self.day_counts(account, days).await
    }

    async fn changed(&self, account: &Account, since: Timestamp, before: Day) -> Result<BTreeSet<Day>, Error> {
        self.changed_days(account, since, before).await
    }

    async fn first_day(&self, account: &Account) -> Result<Option<Day>, Error> {
        self.reach(account).await
    }

    fn lifetime(&self) -> Lifetime {
        if self.service.rotates() { Lifetime::Renewing { days: REFRESH_TOKEN_DAYS } } else { Lifetime::of(Source::Shopify) }
    }

    fn renewed_secret(&self) -> Option<SecretString> {
        self.service.renewed_secret()
    }
}

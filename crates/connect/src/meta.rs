//! Meta Ads (Facebook, Instagram) through the Graph API's Marketing edges, read only.
//!
//! [`Meta`] is the entry point, a [`Connector`]; [`Meta::insights`] reads facts with more say in how. Amounts are micros of the account's
//! currency, whichever of its two notations Meta used.
//!
//! It decides neither when to read nor where the facts go, and it never writes to the platform.

mod accounts;
mod activities;
mod amount;
mod counted;
mod credential;
mod dialect;
mod entities;
mod facts;
mod graph;
mod hours;
mod insights;
mod pixels;
mod report;
mod totals;

pub use counted::{ConversionChoice, Counted};
pub use dialect::GraphDialect;
pub use facts::{BREAKDOWNS, FactsRequest, Insights, Transport};
pub use insights::parse_insights;

use crate::{Ask, Connector, Credential, Deadlines, Detail, Error, Fetched, Hours, PixelHours, silence::Totals};
use async_trait::async_trait;
use graph::Graph;
use secrecy::SecretString;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use trimtab_domain::{
    Clock, DayRange, Source, Timestamp,
    account::Account,
    entity::{EntityKind, EntitySnapshot},
    finding::KnownEvent,
    id::AccountId,
};
use trimtab_wire::Wire;
use url::Url;

/// The version of the Graph API this connector speaks.
pub const VERSION: &str = "v26.0";
/// Where the live platform answers.
pub const BASE_URL: &str = "https://graph.facebook.com";

/// [`BASE_URL`], parsed.
#[must_use]
pub fn live() -> Url {
    Url::parse(BASE_URL).expect("the constant is a URL")
}

/// One credential's view of Meta. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Meta {
    graph: Graph,
    clock: Arc<dyn Clock>,
    /// What counts as a conversion, by account, once found out: every chunk of a sync must count the same action.
    counted: Arc<Mutex<HashMap<(AccountId, ConversionChoice), Counted>>>,
}

impl Meta {
    /// A connector that speaks for `token` at `base_url` ([`live`] or a simulated platform's).
    #[must_use]
    pub fn new(wire: Wire, base_url: Url, token: SecretString, clock: Arc<dyn Clock>) -> Self {
        Self { graph: Graph::new(wire, &base_url, token), clock, counted: Arc::default() }
    }

    /// The same with other deadlines than the default ones.
    #[must_use]
    pub fn with_deadlines(mut self, deadlines: Deadlines) -> Self {
        self.graph.deadlines = deadlines;
        self
    }
}

#[async_trait]
impl Connector for Meta {
    fn source(&self) -> Source {
        Source::Meta
    }

    fn now(&self) -> Timestamp {
        self.graph.heard().unwrap_or_else(|| self.clock.now())
    }

    async fn check(&self) -> Result<Credential, Error> {
        self.credential().await
    }

    async fn accounts(&self) -> Result<Vec<Account>, Error> {
        self.ad_accounts().await
    }

    async fn account(&self, id: &AccountId) -> Result<Account, Error> {
        self.ad_account(id).await
    }

    async fn entities(&self, account: &Account) -> Result<EntitySnapshot, Error> {
        self.objects(account).await
    }

    async fn entities_of(&self, account: &Account, kind: EntityKind) -> Result<EntitySnapshot, Error> {
        self.objects_of(account, kind).await
    }

    async fn facts(&self, account: &Account, days: DayRange, ask: Ask) -> Result<Fetched, Error> {
        let breakdowns = match ask.detail {
            Detail::Full => BREAKDOWNS.to_vec(),
            Detail::AdsOnly => Vec::new(),
        };
        let request = FactsRequest { breakdowns, expected_ads: ask.expected_ads, ..FactsRequest::default() };
        let Insights { facts, api_calls, .. } = self.insights(account, days, &request).await?;
        Ok(Fetched { facts, api_calls })
    }

    async fn hours(&self, account: &Account, days: DayRange) -> Result<Option<Hours>, Error> {
        self.by_hour(account, days).await.map(Some)
    }

    async fn pixel_hours(&self, account: &Account, pixel: &str, days: DayRange) -> Result<Option<PixelHours>, Error> {
        self.events_by_hour(account, pixel, days).await
    }

    async fn totals(&self, account: &Account, days: DayRange) -> Result<Option<Totals>, Error> {
        self.account_totals(account, days).await.map(Some)
    }

    async fn events(&self, account: &Account, since: Timestamp, until: Timestamp) -> Result<Option<Vec<KnownEvent>>, Error> {
        self.activities(account, since, until).await.map(Some)
    }
}

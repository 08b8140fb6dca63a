//! Google Ads through its REST interface, read only.
//!
//! What it does differently: questions are queries in a language of its own (GAQL), streamed as one JSON array however long the answer.
//! Access goes through manager accounts, which a call must name. Access tokens live an hour and are renewed here. Some campaigns
//! (Performance Max) report no ads, so their days are campaigns' rows without ad group and ad. Conversions are dated by the click and
//! counted in two ways, one within the other. Budgets are objects of their own that campaigns may share.
//!
//! [`Google`] is the entry point, a [`Connector`]; [`Google::hours`] and [`Google::changes`] read what only Google tells.
//!
//! It decides neither when to read nor where the facts go, and it never writes to the platform.

mod accounts;
mod changes;
mod country;
mod dialect;
mod entities;
mod events;
mod facts;
mod report;
mod rest;
mod row;
mod secret;
mod service;
mod stream;
mod totals;

pub use changes::{Change, FieldChange};
pub use dialect::AdsDialect;
pub(crate) use entities::longest_window_days;
pub use facts::{BREAKDOWNS, WINDOW_ALL, WINDOW_BIDDABLE, parse_ad_actions, parse_ads};

use crate::{Ask, Connector, Credential, Error, Fetched, Hours, silence::Totals};
use async_trait::async_trait;
use secrecy::SecretString;
use service::Service;
use std::{sync::Arc, time::Duration};
use trimtab_domain::{
    Clock, DayRange, Source, Timestamp,
    account::Account,
    entity::{EntityKind, EntitySnapshot},
    finding::KnownEvent,
    id::AccountId,
};
use trimtab_wire::Wire;
use url::Url;

/// The version of the interface this connector speaks. Newer ones exist; their differences have not been read.
pub const VERSION: &str = "v25";
/// Where the live platform answers.
pub const BASE_URL: &str = "https://googleads.googleapis.com";
/// Where Google exchanges refresh tokens.
pub const TOKEN_URL: &str = "https://oauth2.googleapis.com/token";

/// One credential's view of Google Ads. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Google {
    service: Service,
    clock: Arc<dyn Clock>,
    countries: country::Codes,
}

impl Google {
    /// A connector that speaks with `secret` (a JSON document of several parts), at the live platform or at `base_url`, where
    /// tokens are then asked for at `token` below it.
    ///
    /// # Errors
    /// [`Error::Secret`] when a part of the secret is missing.
    pub fn new(wire: Wire, base_url: Option<Url>, secret: &SecretString, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let parts = secret::Parts::parse(secret)?;
        let (base, token) = match base_url {
            Some(base) => {
                let mut token = base.clone();
                token.set_query(None);
                token.set_path(&format!("{}/token", base.path().trim_end_matches('/')));
                (base, token)
            }
            None => (parsed(BASE_URL), parsed(TOKEN_URL)),
        };
        Ok(Self { service: Service::new(wire, &base, token, parts, Arc::clone(&clock)), clock, countries: Arc::default() })
    }

    /// The same with another bound on each request than [`crate::limits::CALL_DEADLINE`].
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.service.deadline = deadline;
        self
    }
}

fn parsed(constant: &str) -> Url {
    Url::parse(constant).expect("the constant is a URL")
}

#[async_trait]
impl Connector for Google {
    fn source(&self) -> Source {
        Source::Google
    }

    fn now(&self) -> Timestamp {
        self.service.heard().unwrap_or_else(|| self.clock.now())
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
        // Seven reads at a time are a large future.
        Box::pin(self.all_facts(account, days, ask.detail)).await
    }

    async fn hours(&self, account: &Account, days: DayRange) -> Result<Option<Hours>, Error> {
        self.by_hour(account, days).await.map(Some)
    }

    async fn totals(&self, account: &Account, days: DayRange) -> Result<Option<Totals>, Error> {
        self.account_totals(account, days).await.map(Some)
    }

    async fn events(&self, account: &Account, since: Timestamp, until: Timestamp) -> Result<Option<Vec<KnownEvent>>, Error> {
        self.known_events(account, since, until).await.map(Some)
    }

    fn renewed_secret(&self) -> Option<SecretString> {
        self.service.renewed_secret()
    }
}

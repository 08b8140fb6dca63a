//! TikTok Ads through the API for Business (Marketing API v1.3), read only.
//!
//! [`Tiktok`] is the entry point, a [`Connector`]; [`Tiktok::insights`] reads facts with more say in how.
//! What TikTok does differently: one long-lived token in a header of its own that never expires and cannot say which accounts it
//! reaches; errors within HTTP 200, told apart by `code`; arrays and objects as JSON text in the query; every figure a string, `"-"`
//! where there is none; reports that silently leave out deleted objects unless asked not to, and ads beyond 20 000 whatever is asked.
//!
//! It decides neither when to read nor where the facts go, and it never writes to the platform.

mod accounts;
mod api;
mod counted;
mod credential;
mod dialect;
mod entities;
mod facts;
mod pixels;
mod report;

pub use counted::Counted;
pub use dialect::TiktokDialect;
pub use facts::{BREAKDOWNS, FactsRequest, Insights};
pub use report::parse_report;

use crate::{Ask, Connector, Credential, Detail, Error, Fetched, Hours, PixelDays, silence::Totals};
use api::Api;
use async_trait::async_trait;
use secrecy::SecretString;
use std::{
    collections::HashMap,
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

/// The version of the API this connector speaks, unless the base URL names another.
pub const VERSION: &str = "v1.3";
/// Where the live platform answers.
pub const BASE_URL: &str = "https://business-api.tiktok.com";

/// [`BASE_URL`], parsed.
#[must_use]
pub fn live() -> Url {
    Url::parse(BASE_URL).expect("the constant is a URL")
}

/// One credential's view of TikTok. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Tiktok {
    api: Api,
    clock: Arc<dyn Clock>,
    /// What counts as a conversion, by account, once found out: every chunk of a sync must count the same event.
    counted: Arc<Mutex<HashMap<AccountId, Counted>>>,
}

impl Tiktok {
    /// A connector that speaks for a bare access token at `base_url` ([`live`] or a simulated platform's). A base URL that ends in
    /// `/open_api/<version>` decides the version too.
    ///
    /// # Errors
    /// [`Error::Secret`] when the secret cannot be a token.
    pub fn new(wire: Wire, base_url: &Url, secret: &SecretString, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let token = credential::token(secret)?;
        Ok(Self { api: Api::new(wire, base_url, token), clock, counted: Arc::default() })
    }

    /// The same with another bound on each request than [`crate::limits::CALL_DEADLINE`].
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.api.deadline = deadline;
        self
    }
}

#[async_trait]
impl Connector for Tiktok {
    fn source(&self) -> Source {
        Source::Tiktok
    }

    fn now(&self) -> Timestamp {
        self.api.heard().unwrap_or_else(|| self.clock.now())
    }

    async fn check(&self) -> Result<Credential, Error> {
        self.credential().await
    }

    /// Never answered: see [`Tiktok::account`](Connector::account).
    async fn accounts(&self) -> Result<Vec<Account>, Error> {
        Err(accounts::unlisted())
    }

    async fn account(&self, id: &AccountId) -> Result<Account, Error> {
        self.advertiser(id).await
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
        let Insights { facts, api_calls, .. } =
            self.insights(account, days, &FactsRequest { breakdowns, conversions: None }).await?;
        Ok(Fetched { facts, api_calls })
    }

    async fn hours(&self, account: &Account, days: DayRange) -> Result<Option<Hours>, Error> {
        self.by_hour(account, days).await.map(Some)
    }

    async fn pixel_days(&self, account: &Account, pixel: &str, days: DayRange) -> Result<Option<PixelDays>, Error> {
        self.events_by_day(account, pixel, days).await
    }

    async fn totals(&self, account: &Account, days: DayRange) -> Result<Option<Totals>, Error> {
        self.account_totals(account, days).await.map(Some)
    }
}

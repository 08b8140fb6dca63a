//! LinkedIn Ads through the Marketing API, read only.
//!
//! Its three levels carry other names than ours. What Campaign Manager calls a **campaign group** is our campaign, its **campaign** (where
//! audience, budget and bid are set) is our ad group, and its **creative** is our ad: the same as an import of its export makes of
//! them. Pages name the levels in LinkedIn's own words wherever one platform is looked at, so that its "campaign" stays recognisable.
//!
//! What LinkedIn does differently: questions have a notation of their own in which brackets, colons and commas stand as they are and
//! only those inside names are encoded ([Rest.li][restli]). Days are UTC's. Figures come without pages, at most 15 000 rows and twenty fields
//! an answer: fields are read in lots and put together again, and an answer at the limit is never believed but asked for in halves.
//! Amounts have more digits than micros hold; they are rounded so that a day adds up to what the account was charged. An answer without
//! rows may mean that the account is not ours, so that is looked after. What is told of members (country, industry, job function,
//! seniority, company size) is approximate and leaves out small groups: these parts come to less than the whole.
//!
//! [`Linkedin`] is the entry point, a [`Connector`]. It decides neither when to read nor where the facts go, and it never writes to
//! the platform.
//!
//! [restli]: https://linkedin.github.io/rest.li/spec/protocol

mod accounts;
mod amount;
mod analytics;
mod api;
mod conversions;
mod counted;
mod credential;
mod dialect;
mod entities;
mod facts;
mod figures;
mod names;
mod parts;
mod query;
mod rest;
mod row;
mod totals;

pub use counted::Counted;
pub use dialect::LinkedinDialect;
pub use facts::parse_analytics;
pub use parts::BREAKDOWNS;

use crate::{Ask, Connector, Credential, Error, Fetched, Lifetime, oauth::Secret, silence::Totals};
use api::Api;
use async_trait::async_trait;
use secrecy::SecretString;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use trimtab_domain::{Clock, DayRange, Source, Timestamp, account::Account, entity::EntitySnapshot, id::AccountId};
use trimtab_wire::Wire;
use url::Url;

/// Where the live platform answers.
pub const BASE_URL: &str = "https://api.linkedin.com";
/// Where it exchanges tokens.
pub const OAUTH_URL: &str = "https://www.linkedin.com";
/// The version of the interface, named in a header of every call. LinkedIn brings one a month and serves each for a year at least. A base
/// URL may name another (`…?version=202611`).
pub const VERSION: &str = "202609";

/// Days an access token lasts that nothing renews.
const ACCESS_TOKEN_DAYS: u16 = 60;

/// [`BASE_URL`], parsed.
#[must_use]
pub fn live() -> Url {
    Url::parse(BASE_URL).expect("the constant is a URL")
}

/// One credential's view of LinkedIn. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Linkedin {
    api: Api,
    clock: Arc<dyn Clock>,
    /// What counts as a conversion, by account, once found out: every chunk of a sync must count the same event.
    counted: Arc<Mutex<HashMap<AccountId, Counted>>>,
}

impl Linkedin {
    /// A connector that speaks with `secret` (an access token, or a JSON document with what renews it) at `base_url` ([`live`] or a
    /// simulated platform's, with tokens exchanged below it).
    ///
    /// # Errors
    /// [`Error::Secret`] when a part of the secret is missing.
    pub fn new(wire: Wire, base_url: &Url, secret: &SecretString, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let secret = Secret::parse(Source::Linkedin, secret)?;
        Ok(Self { api: Api::new(wire, base_url, secret, Arc::clone(&clock)), clock, counted: Arc::default() })
    }

    /// The same with another bound on each request than [`crate::limits::CALL_DEADLINE`].
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.api.deadline = deadline;
        self
    }
}

#[async_trait]
impl Connector for Linkedin {
    fn source(&self) -> Source {
        Source::Linkedin
    }

    fn now(&self) -> Timestamp {
        self.api.heard().unwrap_or_else(|| self.clock.now())
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

    async fn facts(&self, account: &Account, days: DayRange, ask: Ask) -> Result<Fetched, Error> {
        self.all_facts(account, days, ask.detail).await
    }

    async fn totals(&self, account: &Account, days: DayRange) -> Result<Option<Totals>, Error> {
        Ok(Some(self.account_totals(account, days).await?))
    }

    fn lifetime(&self) -> Lifetime {
        if self.api.login.access.keeper().is_some() {
            Lifetime::of(Source::Linkedin)
        } else {
            Lifetime::Fixed { days: ACCESS_TOKEN_DAYS }
        }
    }

    fn renewed_secret(&self) -> Option<SecretString> {
        self.api.renewed_secret()
    }
}

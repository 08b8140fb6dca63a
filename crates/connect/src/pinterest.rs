//! Pinterest Ads through version 5 of its API, read only.
//!
//! What it does differently: days are days in UTC, whatever the account's own zone. Figures of recent days are asked for by the ids of the
//! ads, hundreds at once, and come whole; older or larger ranges are prepared as a report, which is fetched from an address that soon
//! goes stale. Conversions come as columns, each event type once in total and once for clicks, engagements and views. Refresh tokens are
//! spent by use: each renewal brings another, which must be kept ([`Connector::renewed_secret`]).
//!
//! [`Pinterest`] is the entry point, a [`Connector`]; [`Pinterest::pins`], [`Pinterest::boards`] and [`Pinterest::audiences`] read what lies
//! beside the ads. Breakdowns are told for the last 90 days alone. Hours are not read: they carry no
//! conversions and their notation is not documented.
//!
//! It decides neither when to read nor where the facts go, and it never writes to the platform.

mod accounts;
mod audiences;
mod collect;
mod columns;
mod counted;
mod dialect;
mod entities;
mod facts;
mod listed;
mod parts;
mod pins;
mod report;
mod row;
mod service;
mod totals;

pub use audiences::Audience;
pub use collect::parse_analytics;
pub use counted::{Conversion, Counted};
pub use dialect::PinterestDialect;
pub use facts::BREAKDOWNS;
pub use listed::Listed;
pub use pins::{Board, Pin, PinsOf};

use crate::{Ask, Connector, Credential, Deadlines, Error, Fetched, Lifetime, oauth::Secret, silence::Totals};
use async_trait::async_trait;
use secrecy::SecretString;
use service::Service;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
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
pub const BASE_URL: &str = "https://api.pinterest.com";
/// The version of the interface, first part of every path. Minor versions change in place.
pub const VERSION: &str = "v5";

/// Days an access token lasts that nothing renews.
const ACCESS_TOKEN_DAYS: u16 = 30;

/// [`BASE_URL`], parsed.
#[must_use]
pub fn live() -> Url {
    Url::parse(BASE_URL).expect("the constant is a URL")
}

/// One credential's view of Pinterest. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pinterest {
    service: Service,
    clock: Arc<dyn Clock>,
    /// What counts as a conversion, by account, once found out: every chunk of a sync must count the same event.
    counted: Arc<Mutex<HashMap<AccountId, Counted>>>,
}

impl Pinterest {
    /// A connector that speaks with `secret` (an access token, or a JSON document with what renews it) at `base_url` ([`live`] or a
    /// simulated platform's).
    ///
    /// # Errors
    /// [`Error::Secret`] when a part of the secret is missing.
    pub fn new(wire: Wire, base_url: &Url, secret: &SecretString, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let secret = Secret::parse(Source::Pinterest, secret)?;
        Ok(Self { service: Service::new(wire, base_url, secret, Arc::clone(&clock)), clock, counted: Arc::default() })
    }

    /// The same with other deadlines than the default ones.
    #[must_use]
    pub fn with_deadlines(mut self, deadlines: Deadlines) -> Self {
        self.service.deadlines = deadlines;
        self
    }
}

#[async_trait]
impl Connector for Pinterest {
    fn source(&self) -> Source {
        Source::Pinterest
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
        self.all_facts(account, days, ask).await
    }

    async fn totals(&self, account: &Account, days: DayRange) -> Result<Option<Totals>, Error> {
        self.account_totals(account, days).await
    }

    fn lifetime(&self) -> Lifetime {
        if self.service.renews() { Lifetime::of(Source::Pinterest) } else { Lifetime::Fixed { days: ACCESS_TOKEN_DAYS } }
    }

    fn renewed_secret(&self) -> Option<SecretString> {
        self.service.renewed_secret()
    }
}

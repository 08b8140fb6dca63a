//! Google Analytics 4 through its Data API, read only.
//!
//! What it does differently: an account is a property, which has visits and no ads. Every value is text, an empty answer leaves out what it
//! would count, and a table says itself how many rows it has, so that a page that went missing is noticed. The answer to a question may
//! leave something out on purpose: rare values are put together, rows of few people withheld, large questions answered from a sample. It
//! says so for the whole question, which is why such a question is asked again in smaller pieces ([`Quality`] marks the days it holds for).
//! Users are never read: those of two days cannot be added.
//!
//! Sessions are told apart by the session's own source, medium and campaign, as Analytics attributes them, and never by those of events or of a
//! user's first visit. `(direct)`, `(none)`, `(not set)` and `(other)` stand as Analytics writes them.
//!
//! [`Ga4`] is the entry point, a [`Connector`]. It decides neither when to read nor where the facts go, and it never writes to the platform.
//!
//! [`Quality`]: trimtab_domain::fact::Quality

mod accounts;
mod dialect;
mod facts;
mod report;
mod service;
mod totals;

pub use dialect::AnalyticsDialect;

use crate::{Ask, Connector, Credential, Error, Fetched, oauth::Secret, objects, silence::Totals};
use async_trait::async_trait;
use secrecy::SecretString;
use service::Service;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use trimtab_domain::{
    Clock, DayRange, Source, Timestamp,
    account::Account,
    entity::{EntityKind, EntitySnapshot},
    id::AccountId,
};
use trimtab_wire::Wire;
use url::Url;

/// The version of the interface, first part of every path. It is changed in place.
pub const VERSION: &str = "v1beta";
/// Where the live platform answers reports.
pub const BASE_URL: &str = "https://analyticsdata.googleapis.com";
/// Where it lists properties.
pub const ADMIN_URL: &str = "https://analyticsadmin.googleapis.com";
/// Where Google exchanges refresh tokens.
pub const TOKEN_URL: &str = "https://oauth2.googleapis.com/token";

/// One credential's view of Google Analytics. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ga4 {
    service: Service,
    clock: Arc<dyn Clock>,
}

/// Where each part of the interface answers.
struct Places {
    data: Url,
    admin: Url,
    token: Url,
}

impl Places {
    /// The live ones, or all of them below one address.
    fn at(base_url: Option<Url>) -> Self {
        let live = |constant: &str| Url::parse(constant).expect("the constant is a URL");
        match base_url {
            Some(base) => {
                let mut token = base.clone();
                token.set_query(None);
                token.set_path(&format!("{}/token", base.path().trim_end_matches('/')));
                Self { data: base.clone(), admin: base, token }
            }
            None => Self { data: live(BASE_URL), admin: live(ADMIN_URL), token: live(TOKEN_URL) },
        }
    }
}

impl Ga4 {
    /// A connector that speaks with `secret` (a JSON document with what renews the access token), at the live platform or at `base_url`,
    /// below which reports, lists and tokens (`token`) are then asked for.
    ///
    /// # Errors
    /// [`Error::Secret`] when a part of the secret is missing.
    pub fn new(wire: Wire, base_url: Option<Url>, secret: &SecretString, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let secret = Secret::parse(Source::Ga4, secret)?;
        if let Secret::Bare(..) = secret {
            let what =
                "it is an access token alone, which lasts an hour: give client_id, client_secret and refresh_token".to_owned();
            return Err(Error::Secret { platform: Source::Ga4, what });
        }
        Ok(Self { service: Service::new(wire, Places::at(base_url), secret, Arc::clone(&clock)), clock })
    }

    /// The same with another bound on each request than [`crate::limits::CALL_DEADLINE`].
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.service.deadline = deadline;
        self
    }
}

#[async_trait]
impl Connector for Ga4 {
    fn source(&self) -> Source {
        Source::Ga4
    }

    fn now(&self) -> Timestamp {
        self.service.heard().unwrap_or_else(|| self.clock.now())
    }

    async fn check(&self) -> Result<Credential, Error> {
        self.credential().await
    }

    async fn accounts(&self) -> Result<Vec<Account>, Error> {
        self.properties().await
    }

    async fn account(&self, id: &AccountId) -> Result<Account, Error> {
        self.property(id).await
    }

    async fn entities(&self, account: &Account) -> Result<EntitySnapshot, Error> {
        // A property consists of nothing that has a state; only its own is kept.
        let state = objects::account_state(account, "", BTreeMap::new());
        Ok(EntitySnapshot { seen_at: self.now(), complete: vec![EntityKind::Account], states: vec![state] })
    }

    async fn facts(&self, account: &Account, days: DayRange, _ask: Ask) -> Result<Fetched, Error> {
        self.sessions(account, days).await
    }

    async fn totals(&self, account: &Account, days: DayRange) -> Result<Option<Totals>, Error> {
        self.property_totals(account, days).await.map(Some)
    }

    fn renewed_secret(&self) -> Option<SecretString> {
        self.service.renewed_secret()
    }
}

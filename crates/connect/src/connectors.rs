//! Makes connectors that share one HTTP stack, so that budgets, breakers and the call log are common to all of them.

use crate::{Connector, Error, limits, meta::Meta, pinterest::Pinterest};
use secrecy::SecretString;
use std::{sync::Arc, time::Duration};
use trimtab_domain::{Clock, Source};
use trimtab_wire::Wire;
use url::Url;

/// The outside, read side. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Connectors {
    wire: Wire,
    clock: Arc<dyn Clock>,
    deadline: Duration,
}

/// A source that can be connected, and what to ask the user for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connectable {
    /// The source.
    pub source: Source,
    /// What an account id looks like there.
    pub account_hint: &'static str,
    /// Where the secret comes from.
    pub secret_hint: &'static str,
}

/// What can be connected.
pub const CONNECTABLE: &[Connectable] = &[
    Connectable {
        source: Source::Meta,
        account_hint: "The number after act= in the address of Ads Manager, with or without act_",
        secret_hint: "A token with ads_read for the account: Business settings → Users → System users → Generate new token",
    },
    Connectable {
        source: Source::Pinterest,
        account_hint: "The number after advertiser/ in the address of Ads Manager",
        secret_hint: "JSON with client_id, client_secret, refresh_token and access_token of an app with the scope ads:read, or an access \
            token alone, which lasts thirty days",
    },
];

impl Connectors {
    /// Connectors over one stack.
    #[must_use]
    pub fn new(wire: Wire, clock: Arc<dyn Clock>) -> Self {
        Self { wire, clock, deadline: limits::CALL_DEADLINE }
    }

    /// The same with another bound on each request than [`limits::CALL_DEADLINE`].
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// A connector that speaks with `secret`, at the live platform or at `base_url`.
    ///
    /// # Errors
    /// [`Error::Secret`] when the secret has not the parts the platform needs, [`Error::NoConnector`] for sources that are files.
    pub fn open(&self, source: Source, base_url: Option<Url>, secret: SecretString) -> Result<Arc<dyn Connector>, Error> {
        let (wire, clock) = (self.wire.clone(), Arc::clone(&self.clock));
        Ok(match source {
            Source::Meta => {
                let base_url = base_url.unwrap_or_else(crate::meta::live);
                Arc::new(Meta::new(wire, base_url, secret, clock).with_deadline(self.deadline))
            }
            Source::Pinterest => {
                let base_url = base_url.unwrap_or_else(crate::pinterest::live);
                Arc::new(Pinterest::new(wire, &base_url, &secret, clock)?.with_deadline(self.deadline))
            }
            Source::Google | Source::Linkedin | Source::Tiktok | Source::Csv => {
                return Err(Error::NoConnector { platform: source });
            }
        })
    }
}

//! Makes connectors that share one HTTP stack, so that budgets, breakers and the call log are common to all of them.

use crate::{
    Connector, Error, Pseudonyms, ecb::Ecb, ga4::Ga4, google::Google, klaviyo::Klaviyo, limits, linkedin::Linkedin,
    magento::Magento, meta::Meta, pinterest::Pinterest, shopify::Shopify, tiktok::Tiktok,
};
use secrecy::SecretString;
use std::{sync::Arc, time::Duration};
use trimtab_domain::{Clock, Source, id::TenantId};
use trimtab_wire::{CallRecord, Meter, Wire};
use url::Url;

/// The outside, read side. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Connectors {
    wire: Wire,
    clock: Arc<dyn Clock>,
    deadlines: Deadlines,
    pseudonyms: Option<Pseudonyms>,
}

/// How long a platform is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Longest time one request may take, answer included.
    pub answer: Duration,
    /// Longest time a report may take to be prepared in the background.
    pub report: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { answer: limits::CALL_DEADLINE, report: limits::REPORT_DEADLINE }
    }
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
        source: Source::Google,
        account_hint: "The customer id at the top right of Google Ads, 123-456-7890, with or without dashes",
        secret_hint: "JSON with client_id, client_secret and refresh_token of an OAuth client with the scope adwords, login_customer_id \
            (the manager account, where access comes through one) and developer_token, where the project still has one",
    },
    Connectable {
        source: Source::Linkedin,
        account_hint: "The number after accounts/ in the address of Campaign Manager",
        secret_hint: "JSON with client_id, client_secret, refresh_token and access_token of an app with the scopes r_ads and \
            r_ads_reporting, or an access token alone, which lasts sixty days",
    },
    Connectable {
        source: Source::Pinterest,
        account_hint: "The number after advertiser/ in the address of Ads Manager",
        secret_hint: "JSON with client_id, client_secret, refresh_token and access_token of an app with the scope ads:read, or an access \
            token alone, which lasts thirty days",
    },
    Connectable {
        source: Source::Tiktok,
        account_hint: "The number after aadvid= in the address of Ads Manager",
        secret_hint: "The long-lived access token of an app at business-api.tiktok.com that the advertiser has authorised to read ads and reports",
    },
    Connectable {
        source: Source::Ga4,
        account_hint: "The property id, a number, under Admin → Property details; not the measurement id (G-…)",
        secret_hint: "JSON with client_id, client_secret and refresh_token of an OAuth client with the scope analytics.readonly, consented to by \
            a user who may read the property; the Analytics Data and Admin APIs must be enabled in its project",
    },
    Connectable {
        source: Source::Klaviyo,
        account_hint: "The six letters and digits of the public API key, under Settings → API keys",
        secret_hint: "A private API key (pk_…) with read access to accounts, campaigns, flows and metrics: Settings → API keys → Create",
    },
    Connectable {
        source: Source::Magento,
        account_hint: "The code of a store view, under Stores → All stores, or the store's host for all its views",
        secret_hint: "JSON with store_url, consumer_key, consumer_secret, access_token and access_token_secret of an integration that may read \
            orders (Sales → Operations → Orders → Actions → View) and stores: System → Integrations",
    },
    Connectable {
        source: Source::Shopify,
        account_hint: "The shop's handle, the part before .myshopify.com in its address",
        secret_hint: "JSON with shop and access_token of a custom app with the scopes read_orders and read_all_orders, with shop, client_id and \
            client_secret of an app of the dev dashboard, or with refresh_token beside these",
    },
];

impl Connectors {
    /// Connectors over one stack.
    #[must_use]
    pub fn new(wire: Wire, clock: Arc<dyn Clock>, deadlines: Deadlines) -> Self {
        Self { wire, clock, deadlines, pseudonyms: None }
    }

    /// The same with another bound on each request than [`limits::CALL_DEADLINE`].
    #[must_use]
    pub const fn with_answer_deadline(mut self, answer: Duration) -> Self {
        self.deadlines.answer = answer;
        self
    }

    /// The same, with a meter for what is asked through it.
    #[must_use]
    pub fn metered(&self) -> (Self, Meter) {
        let (wire, meter) = self.wire.metered();
        (Self { wire, ..self.clone() }, meter)
    }

    /// The same, whose calls are told apart as made on behalf of a tenant.
    #[must_use]
    pub fn on_behalf_of(&self, tenant: &TenantId) -> Self {
        Self { wire: self.wire.on_behalf_of(tenant), ..self.clone() }
    }

    /// Takes away the calls made through these and all that share their stack, for whoever keeps them; and how many were lost since nobody
    /// did for too long.
    #[must_use]
    pub fn take_calls(&self) -> (Vec<CallRecord>, u64) {
        self.wire.take_calls()
    }

    /// The same, for a tenant whose customers are known by these pseudonyms. Without them customers are not told apart at all.
    #[must_use]
    pub fn naming_customers_by(mut self, pseudonyms: Pseudonyms) -> Self {
        self.pseudonyms = Some(pseudonyms);
        self
    }

    /// The central bank's exchange rates, as published by the bank or at `base_url`.
    #[must_use]
    pub fn rates(&self, base_url: Option<Url>) -> Ecb {
        Ecb::new(self.wire.clone(), base_url, self.deadlines.answer)
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
                Arc::new(Meta::new(wire, base_url, secret, clock).with_deadlines(self.deadlines))
            }
            Source::Google => Arc::new(Google::new(wire, base_url, &secret, clock)?.with_deadline(self.deadlines.answer)),
            Source::Linkedin => {
                let base_url = base_url.unwrap_or_else(crate::linkedin::live);
                Arc::new(Linkedin::new(wire, &base_url, &secret, clock)?.with_deadline(self.deadlines.answer))
            }
            Source::Pinterest => {
                let base_url = base_url.unwrap_or_else(crate::pinterest::live);
                Arc::new(Pinterest::new(wire, &base_url, &secret, clock)?.with_deadlines(self.deadlines))
            }
            Source::Tiktok => {
                let base_url = base_url.unwrap_or_else(crate::tiktok::live);
                Arc::new(Tiktok::new(wire, &base_url, &secret, clock)?.with_deadline(self.deadlines.answer))
            }
            Source::Ga4 => Arc::new(Ga4::new(wire, base_url, &secret, clock)?.with_deadline(self.deadlines.answer)),
            Source::Klaviyo => {
                let base_url = base_url.unwrap_or_else(crate::klaviyo::live);
                Arc::new(Klaviyo::new(wire, &base_url, &secret, clock)?.with_deadline(self.deadlines.answer))
            }
            Source::Shopify => {
                let shopify = Shopify::new(wire, base_url, &secret, clock)?.with_deadlines(self.deadlines);
                Arc::new(shopify.naming_customers_by(self.pseudonyms))
            }
            Source::Magento => {
                let magento = Magento::new(wire, base_url, &secret, clock)?.with_deadline(self.deadlines.answer);
                Arc::new(magento.naming_customers_by(self.pseudonyms))
            }
            Source::Ecb | Source::Csv => {
                return Err(Error::NoConnector { platform: source });
            }
        })
    }
}

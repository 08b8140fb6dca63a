//! The exchange itself: a refresh token for an access token, at the platform's token endpoint.

use super::{Renewal, Tokens};
use crate::{Error, limits};
use async_trait::async_trait;
use jiff::ToSpan;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};
use trimtab_domain::{Clock, Source, Timestamp};
use trimtab_wire::{Call, Dialect, Method, Place, Wire};
use url::Url;

/// Where a platform exchanges tokens.
pub(crate) struct Endpoint {
    /// The platform.
    pub(crate) source: Source,
    /// Where it is.
    pub(crate) url: Url,
    /// How it speaks.
    pub(crate) dialect: &'static dyn Dialect,
    /// Whether the app shows who it is as user and password of the request (`Authorization: Basic`), and not by two parameters.
    pub(crate) basic: bool,
}

/// The app that asks.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) id: SecretString,
    pub(crate) secret: SecretString,
}

/// What an exchange told.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// The access token it brought.
    pub(crate) access: SecretString,
    /// When that ends.
    pub(crate) expires_at: Option<Timestamp>,
    /// When the refresh token ends.
    pub(crate) refresh_expires_at: Option<Timestamp>,
    /// What the access token may do, in the platform's words; empty where it does not say.
    pub(crate) scopes: Vec<String>,
}

/// Exchanges a refresh token for an access token.
pub(crate) struct Exchange {
    wire: Wire,
    endpoint: Endpoint,
    client: Client,
    clock: Arc<dyn Clock>,
    /// Whether the app itself is enough, and there is no refresh token.
    client_alone: bool,
    told: Mutex<Option<Told>>,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("source", &self.endpoint.source).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<i64>,
    /// Divided by spaces, as the standard has it, or by commas.
    #[serde(default)]
    scope: String,
    refresh_token: Option<String>,
    refresh_token_expires_in: Option<i64>,
}

impl Exchange {
    pub(crate) fn new(wire: Wire, clock: Arc<dyn Clock>, endpoint: Endpoint, client: Client) -> Self {
        Self { wire, endpoint, client, clock, client_alone: false, told: Mutex::default() }
    }

    /// The same, of an app that is given access tokens for nothing but its own id and secret (RFC 6749 §4.4).
    pub(crate) fn by_client_alone(self) -> Self {
        Self { client_alone: true, ..self }
    }

    /// What the last exchange told; `None` before the first.
    pub(crate) fn told(&self) -> Option<Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Renewal for Exchange {
    async fn renew(&self, refresh: &SecretString) -> Result<Tokens, Error> {
        let (Endpoint { source, url, dialect, basic }, Client { id, secret }) = (&self.endpoint, &self.client);
        let (grant, mut secrets) = if self.client_alone {
            ("client_credentials", Vec::new())
        } else {
            ("refresh_token", vec![(Place::Param("refresh_token"), refresh)])
        };
        if *basic {
            secrets.push((Place::Basic(id.expose_secret()), secret));
        } else {
            secrets.extend([(Place::Param("client_id"), id), (Place::Param("client_secret"), secret)]);
        }
        for failure in 1..=limits::MALFORMED_ATTEMPTS_MAX {
            let call = Call {
                source: *source,
                account: None,
                method: Method::Post,
                url,
                params: &[("grant_type", grant.into())],
                json: None,
                headers: &[],
                secrets: &secrets,
                dialect: *dialect,
                deadline: limits::TOKEN_DEADLINE,
                weight: 1,
            };
            let asked = self.clock.now();
            let reply = self.wire.call(call).await?;
            if let Ok(granted) = serde_json::from_slice::<Granted>(&reply.body) {
                let end = |seconds: Option<i64>| seconds.and_then(|seconds| asked.checked_add(seconds.seconds()).ok());
                let scopes = granted.scope.split([' ', ',']).filter(|word| !word.is_empty());
                let told = Told {
                    access: granted.access_token.into(),
                    expires_at: end(granted.expires_in),
                    refresh_expires_at: end(granted.refresh_token_expires_in),
                    scopes: scopes.map(str::to_owned).collect(),
                };
                let tokens = Tokens {
                    access: told.access.clone(),
                    expires_at: told.expires_at,
                    refresh: granted.refresh_token.map(SecretString::from),
                };
                *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
                return Ok(tokens);
            }
            tokio::time::sleep(limits::MALFORMED_WAIT * failure).await;
        }
        // No sample: whatever it was, it may hold a token.
        let what = "the token endpoint's answer holds no access_token".to_owned();
        Err(Error::Drift { platform: *source, account: None, what, sample: "(left out, it may hold a token)".to_owned() })
    }
}

//! Access tokens: exchanged for the refresh token at `/v5/oauth/token`. The exchange spends the refresh token and brings the next one.

use super::{PinterestDialect, dialect, secret::Parts};
use crate::{
    Error, limits,
    oauth::{Renewal, Tokens},
};
use async_trait::async_trait;
use jiff::ToSpan;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use trimtab_domain::{Clock, Source, id::AccountId};
use trimtab_wire::{Call, Dialect, HeaderMap, Method, Place, Refusal, Usage, Verdict, Wire};
use url::Url;

/// Exchanges a refresh token for an access token.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) wire: Wire,
    pub(super) url: Url,
    pub(super) parts: Arc<Parts>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) deadline: Duration,
    pub(super) known: Arc<Mutex<Known>>,
}

/// What the last exchange told.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The access token it brought.
    pub(super) access: Option<SecretString>,
    /// What that may do, in Pinterest's words; empty before the first exchange.
    pub(super) scopes: Vec<String>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<i64>,
    #[serde(default)]
    scope: String,
    refresh_token: Option<String>,
}

#[async_trait]
impl Renewal for Exchange {
    async fn renew(&self, refresh: &SecretString) -> Result<Tokens, Error> {
        let secrets = [
            (Place::Basic(self.parts.client_id.expose_secret()), &self.parts.client_secret),
            (Place::Param("refresh_token"), refresh),
        ];
        for failure in 1..=limits::MALFORMED_ATTEMPTS_MAX {
            let call = Call {
                source: Source::Pinterest,
                account: None,
                method: Method::Post,
                url: &self.url,
                params: &[("grant_type", "refresh_token".into())],
                json: None,
                headers: &[],
                secrets: &secrets,
                dialect: &TokenDialect,
                deadline: self.deadline,
                weight: 1,
            };
            let asked = self.clock.now();
            let reply = self.wire.call(call).await?;
            if let Ok(granted) = serde_json::from_slice::<Granted>(&reply.body) {
                let access = SecretString::from(granted.access_token);
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                known.scopes = granted.scope.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
                known.access = Some(access.clone());
                return Ok(Tokens {
                    access,
                    expires_at: granted.expires_in.and_then(|seconds| asked.checked_add(seconds.seconds()).ok()),
                    refresh: granted.refresh_token.map(SecretString::from),
                });
            }
            tokio::time::sleep(limits::MALFORMED_WAIT * failure).await;
        }
        // No sample: whatever it was, it may hold a token.
        let what = "the token endpoint's answer holds no access_token".to_owned();
        Err(Error::Drift { platform: Source::Pinterest, account: None, what, sample: "(left out, it may hold a token)".to_owned() })
    }
}

/// How the token endpoint speaks: like the rest, but what it refuses is always the credential. No other part of the request can be wrong.
#[derive(Debug, Clone, Copy)]
struct TokenDialect;

impl Dialect for TokenDialect {
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
        match PinterestDialect.classify(status, headers, body) {
            Verdict::Refused(Refusal::Request | Refusal::Permission, complaint) => Verdict::Refused(Refusal::Credential, complaint),
            verdict => verdict,
        }
    }

    fn usage(&self, _headers: &HeaderMap, _account: Option<&AccountId>) -> Vec<Usage> {
        Vec::new()
    }

    fn pace(&self) -> Option<trimtab_wire::Pace> {
        Some(dialect::PACE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_refresh_token_is_for_the_user_and_trouble_is_for_time() {
        let verdict = |status: u16, body: &str| TokenDialect.classify(status, &HeaderMap::new(), body.as_bytes());
        let dead = r#"{"code":283,"message":"Invalid refresh token"}"#;
        for status in [400, 401, 403] {
            assert!(matches!(verdict(status, dead), Verdict::Refused(Refusal::Credential, _)), "{status}");
        }
        assert!(matches!(verdict(503, "<html>"), Verdict::Transient(_)));
        assert!(matches!(
            verdict(400, r#"{"code":12,"message":"Something went wrong on our end. Sorry about that."}"#),
            Verdict::Transient(_)
        ));
        assert!(matches!(verdict(429, r#"{"code":8,"message":"Rate limit exceeded"}"#), Verdict::Limited { .. }));
        assert_eq!(verdict(200, "{}"), Verdict::Good);
    }
}

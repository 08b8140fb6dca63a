//! Access tokens: exchanged for the refresh token at Google's OAuth endpoint, good for an hour.

use super::secret::Parts;
use crate::{
    Error, limits,
    oauth::{Renewal, Tokens},
};
use async_trait::async_trait;
use jiff::ToSpan;
use secrecy::SecretString;
use serde::Deserialize;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use trimtab_domain::{Clock, Source, id::AccountId};
use trimtab_wire::{Call, Complaint, Dialect, HeaderMap, Method, Place, Refusal, Scope, Usage, Verdict, Wire};
use url::Url;

/// Exchanges a refresh token for an access token.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) wire: Wire,
    pub(crate) url: Url,
    pub(crate) parts: Arc<Parts>,
    pub(crate) clock: Arc<dyn Clock>,
    /// What the last token may do, in Google's words.
    scopes: Mutex<Vec<String>>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<i64>,
    #[serde(default)]
    scope: String,
    refresh_token: Option<String>,
}

impl Exchange {
    pub(crate) fn new(wire: Wire, url: Url, parts: Arc<Parts>, clock: Arc<dyn Clock>) -> Self {
        Self { wire, url, parts, clock, scopes: Mutex::default() }
    }

    /// What the last token may do; empty before the first.
    pub(crate) fn scopes(&self) -> Vec<String> {
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Renewal for Exchange {
    async fn renew(&self, refresh: &SecretString) -> Result<Tokens, Error> {
        let secrets = [
            (Place::Param("client_id"), &self.parts.client_id),
            (Place::Param("client_secret"), &self.parts.client_secret),
            (Place::Param("refresh_token"), refresh),
        ];
        for failure in 1..=limits::MALFORMED_ATTEMPTS_MAX {
            let call = Call {
                source: Source::Google,
                account: None,
                method: Method::Post,
                url: &self.url,
                params: &[("grant_type", "refresh_token".into())],
                json: None,
                headers: &[],
                secrets: &secrets,
                dialect: &OauthDialect,
                deadline: limits::TOKEN_DEADLINE,
                weight: 1,
            };
            let asked = self.clock.now();
            let reply = self.wire.call(call).await?;
            if let Ok(granted) = serde_json::from_slice::<Granted>(&reply.body) {
                *self.scopes.lock().unwrap_or_else(PoisonError::into_inner) =
                    granted.scope.split_whitespace().map(str::to_owned).collect();
                return Ok(Tokens {
                    access: granted.access_token.into(),
                    expires_at: granted.expires_in.and_then(|seconds| asked.checked_add(seconds.seconds()).ok()),
                    refresh: granted.refresh_token.map(SecretString::from),
                });
            }
            tokio::time::sleep(limits::MALFORMED_WAIT * failure).await;
        }
        // No sample: whatever it was, it may hold a token.
        let what = "the token endpoint's answer holds no access_token".to_owned();
        Err(Error::Drift { platform: Source::Google, account: None, what, sample: "(left out, it may hold a token)".to_owned() })
    }
}

/// How the token endpoint speaks (RFC 6749 §5.2).
#[derive(Debug, Clone, Copy)]
struct OauthDialect;

#[derive(Deserialize)]
struct Refused {
    error: String,
    #[serde(default)]
    error_description: String,
}

impl Dialect for OauthDialect {
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
        if status < 300 {
            return Verdict::Good;
        }
        let refused = serde_json::from_slice::<Refused>(body).unwrap_or_else(|_| Refused {
            error: String::new(),
            error_description: "the token endpoint gave no reason".to_owned(),
        });
        let message = format!("{}: {}", refused.error, refused.error_description);
        let complaint = Complaint { status, message, ..Complaint::default() };
        match (refused.error.as_str(), status) {
            ("rate_limit_exceeded", _) | (_, 429) => {
                let seconds = headers.get("retry-after").and_then(|v| v.to_str().ok()?.trim().parse().ok());
                Verdict::Limited { scope: Scope::Call, wait: seconds.map(Duration::from_secs), complaint }
            }
            ("temporarily_unavailable" | "server_error" | "internal_failure", _) | (_, 408 | 500..) => {
                Verdict::Transient(complaint)
            }
            ("access_denied" | "admin_policy_enforced" | "org_internal" | "invalid_scope", _) | (_, 403) => {
                Verdict::Refused(Refusal::Permission, complaint)
            }
            (
                "invalid_grant" | "invalid_client" | "unauthorized_client" | "deleted_client" | "disabled_client" | "invalid_rapt",
                _,
            )
            | (_, 401) => Verdict::Refused(Refusal::Credential, complaint),
            _ => Verdict::Refused(Refusal::Request, complaint),
        }
    }

    fn usage(&self, _headers: &HeaderMap, _account: Option<&AccountId>) -> Vec<Usage> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(status: u16, body: &str) -> Verdict {
        OauthDialect.classify(status, &HeaderMap::new(), body.as_bytes())
    }

    #[test]
    fn a_dead_refresh_token_is_for_the_user_and_trouble_is_for_time() {
        let dead = verdict(400, r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#);
        let Verdict::Refused(Refusal::Credential, complaint) = dead else { panic!("{dead:?}") };
        assert_eq!(complaint.message, "invalid_grant: Token has been expired or revoked.");
        let refusal = |status, body| match verdict(status, body) {
            Verdict::Refused(refusal, _) => Some(refusal),
            _ => None,
        };
        assert_eq!(refusal(401, r#"{"error":"invalid_client"}"#), Some(Refusal::Credential));
        assert_eq!(refusal(403, r#"{"error":"admin_policy_enforced"}"#), Some(Refusal::Permission));
        assert_eq!(refusal(400, r#"{"error":"unsupported_grant_type"}"#), Some(Refusal::Request));
        assert!(matches!(verdict(503, "<html>"), Verdict::Transient(_)));
        assert!(matches!(verdict(429, "{}"), Verdict::Limited { wait: None, .. }));
        assert_eq!(verdict(200, "{}"), Verdict::Good);
    }
}

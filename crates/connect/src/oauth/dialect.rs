//! How token endpoints speak that follow the standard (RFC 6749 §5.2).

use serde::Deserialize;
use std::time::Duration;
use trimtab_domain::id::AccountId;
use trimtab_wire::{Complaint, Dialect, HeaderMap, Refusal, Scope, Usage, Verdict};

/// How token endpoints speak.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OauthDialect;

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
                "invalid_grant" | "invalid_client" | "unauthorized_client" | "deleted_client" | "disabled_client" | "invalid_rapt"
                // Of what an exchange asks, only the parts of the credential can be wrong.
                | "invalid_request",
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
        assert_eq!(
            refusal(400, r#"{"error":"invalid_request","error_description":"Unable to retrieve access token"}"#),
            Some(Refusal::Credential)
        );
        assert_eq!(refusal(403, r#"{"error":"admin_policy_enforced"}"#), Some(Refusal::Permission));
        assert_eq!(refusal(400, r#"{"error":"unsupported_grant_type"}"#), Some(Refusal::Request));
        assert!(matches!(verdict(503, "<html>"), Verdict::Transient(_)));
        assert!(matches!(verdict(429, "{}"), Verdict::Limited { wait: None, .. }));
        assert_eq!(verdict(200, "{}"), Verdict::Good);
    }
}

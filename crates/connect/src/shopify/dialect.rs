//! How Shopify speaks: GraphQL, where a refusal is an answer with `errors` and HTTP 200, and statuses of its own beside.
//!
//! Errors carry a code in `extensions`; the cost of a question and the state of the bucket it was paid from stand in the answer's own
//! `extensions`, in a refusal too. A version that is no longer served is answered as a later one: only a header tells.

use super::VERSION;
use crate::oauth::OauthDialect;
use serde::{Deserialize, de::IgnoredAny};
use std::time::Duration;
use trimtab_domain::id::AccountId;
use trimtab_wire::{Complaint, Dialect, HeaderMap, Refusal, Scope, Usage, Verdict};

/// How Shopify speaks.
#[derive(Debug, Clone, Copy, Default)]
pub struct ShopifyDialect;

/// The header that tells which version answered.
const ANSWERED_AS: &str = "x-shopify-api-version";

/// What of an answer is no data.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Envelope {
    errors: Option<Errors>,
    extensions: Extensions,
}

/// Errors of GraphQL, or what older parts of the platform say.
#[derive(Deserialize)]
#[serde(untagged)]
enum Errors {
    List(Vec<Fault>),
    Text(String),
    Other(IgnoredAny),
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Fault {
    message: String,
    extensions: Code,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Code {
    code: Option<String>,
}

/// What stands beside the data of an answer.
#[derive(Deserialize, Default, Debug, Clone, Copy)]
#[serde(default)]
pub(super) struct Extensions {
    pub(super) cost: Option<Cost>,
}

/// What a question costs, and what there is to pay it from.
#[derive(Deserialize, Default, Debug, Clone, Copy)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Cost {
    pub(super) requested_query_cost: Option<f64>,
    pub(super) throttle_status: Option<Throttle>,
}

/// The bucket of points.
#[derive(Deserialize, Debug, Clone, Copy, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(super) struct Throttle {
    pub(super) currently_available: f64,
    /// Points a second.
    pub(super) restore_rate: f64,
}

impl Throttle {
    /// How long until a question of this cost is let through; `None` where that does not follow.
    pub(super) fn wait(&self, cost: f64) -> Option<Duration> {
        let missing = cost - self.currently_available;
        (self.restore_rate > 0.0 && missing > 0.0).then(|| Duration::try_from_secs_f64(missing / self.restore_rate).ok()).flatten()
    }
}

impl Dialect for ShopifyDialect {
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
        let envelope: Envelope = serde_json::from_slice(body).unwrap_or_default();
        let (code, message) = said(envelope.errors.as_ref());
        let message = if message.is_empty() && status >= 300 { of_status(status).to_owned() } else { message };
        let complaint = Complaint { status, message, ..Complaint::default() };
        if status < 300 {
            let answered_as = headers.get(ANSWERED_AS).and_then(|version| version.to_str().ok());
            return match answered_as.filter(|version| *version != VERSION) {
                Some(other) => {
                    let message = format!("it answered as version {other}");
                    Verdict::Refused(Refusal::Retired, Complaint { status, message, ..Complaint::default() })
                }
                None if envelope.errors.as_ref().is_none_or(Errors::is_none) => Verdict::Good,
                None => refused(&code, envelope.extensions.cost, complaint),
            };
        }
        match status {
            429 => Verdict::Limited { scope: Scope::Call, wait: retry_after(headers), complaint },
            401 => Verdict::Refused(Refusal::Credential, complaint),
            // A frozen or a locked shop, and what looks like an attack: somebody has to talk to Shopify.
            402 | 403 | 423 | 430 => Verdict::Refused(Refusal::Permission, complaint),
            404 | 410 => Verdict::Refused(Refusal::Missing, complaint),
            413 | 414 => Verdict::Refused(Refusal::TooMuch, complaint),
            408 | 500.. => Verdict::Transient(complaint),
            _ => Verdict::Refused(Refusal::Request, complaint),
        }
    }

    fn usage(&self, _headers: &HeaderMap, _account: Option<&AccountId>) -> Vec<Usage> {
        Vec::new()
    }
}

impl Errors {
    /// Whether there are none after all.
    fn is_none(&self) -> bool {
        matches!(self, Self::List(list) if list.is_empty())
    }
}

/// The first code, and what was said.
fn said(errors: Option<&Errors>) -> (String, String) {
    match errors {
        Some(Errors::List(list)) => {
            let code = list.iter().find_map(|fault| fault.extensions.code.clone()).unwrap_or_default();
            let messages: Vec<&str> = list.iter().map(|fault| fault.message.as_str()).take(3).collect();
            (code, messages.join("; "))
        }
        Some(Errors::Text(text)) => (String::new(), text.clone()),
        Some(Errors::Other(_)) => (String::new(), "it gave a reason in an unknown form".to_owned()),
        None => (String::new(), String::new()),
    }
}

/// The verdict on errors that came as an answer.
fn refused(code: &str, cost: Option<Cost>, complaint: Complaint) -> Verdict {
    let refusal = match code {
        "THROTTLED" => {
            let wait = cost.and_then(|cost| cost.throttle_status?.wait(cost.requested_query_cost?));
            return Verdict::Limited { scope: Scope::Call, wait, complaint };
        }
        "INTERNAL_SERVER_ERROR" | "TIMEOUT" => return Verdict::Transient(complaint),
        "ACCESS_DENIED" | "SHOP_INACTIVE" => Refusal::Permission,
        "MAX_COST_EXCEEDED" => Refusal::TooMuch,
        _ => Refusal::Request,
    };
    Verdict::Refused(refusal, complaint)
}

/// What a status means where nothing else is said.
const fn of_status(status: u16) -> &'static str {
    match status {
        402 => "the shop is frozen until its bill is paid",
        423 => "the shop is locked: its owner has to ask Shopify why",
        430 => "Shopify takes the request for an attack",
        _ => "it gave no reason",
    }
}

/// Seconds, which Shopify writes with a point.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers.get("retry-after")?.to_str().ok()?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// How the token endpoint speaks: as the standard has it, but whatever it refuses is the credential. No other part of the request can be
/// wrong.
#[derive(Debug, Clone, Copy)]
pub(super) struct TokenDialect;

impl Dialect for TokenDialect {
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
        match OauthDialect.classify(status, headers, body) {
            Verdict::Refused(Refusal::Request | Refusal::Permission, complaint) => Verdict::Refused(Refusal::Credential, complaint),
            verdict => verdict,
        }
    }

    fn usage(&self, _headers: &HeaderMap, _account: Option<&AccountId>) -> Vec<Usage> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_wire::HeaderValue;

    fn verdict(status: u16, body: &str) -> Verdict {
        ShopifyDialect.classify(status, &HeaderMap::new(), body.as_bytes())
    }

    fn refusal(status: u16, body: &str) -> Option<Refusal> {
        match verdict(status, body) {
            Verdict::Refused(refusal, _) => Some(refusal),
            _ => None,
        }
    }

    #[test]
    fn a_throttled_answer_tells_how_long_to_wait() {
        let body = r#"{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{
            "requestedQueryCost":112,"actualQueryCost":null,
            "throttleStatus":{"maximumAvailable":2000.0,"currentlyAvailable":62.0,"restoreRate":100.0}}}}"#;
        let Verdict::Limited { scope: Scope::Call, wait, complaint } = verdict(200, body) else { panic!("limited") };
        assert_eq!((wait, complaint.message.as_str()), (Some(Duration::from_millis(500)), "Throttled"));
        let mute = r#"{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}]}"#;
        assert!(matches!(verdict(200, mute), Verdict::Limited { wait: None, .. }));
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from_static("2.0"));
        let edge = ShopifyDialect.classify(429, &headers, b"<html>");
        assert!(matches!(edge, Verdict::Limited { wait: Some(wait), .. } if wait == Duration::from_secs(2)));
    }

    #[test]
    fn errors_beside_a_good_status_are_seen_before_the_data() {
        let with = |code: &str| {
            format!(
                r#"{{"data":{{"orders":null}},"errors":[{{"message":"no","extensions":{{"code":"{code}"}},"path":["orders"]}}]}}"#
            )
        };
        assert_eq!(refusal(200, &with("ACCESS_DENIED")), Some(Refusal::Permission));
        assert_eq!(refusal(200, &with("MAX_COST_EXCEEDED")), Some(Refusal::TooMuch));
        assert_eq!(refusal(200, &with("undefinedField")), Some(Refusal::Request));
        assert!(matches!(verdict(200, &with("INTERNAL_SERVER_ERROR")), Verdict::Transient(_)));
        assert_eq!(refusal(200, r#"{"errors":[{"message":"no code"}]}"#), Some(Refusal::Request));
        for good in [r#"{"data":{}}"#, r#"{"data":{},"errors":[]}"#, r#"{"data":{},"errors":null}"#, r#"{"data":{"ord"#] {
            assert_eq!(verdict(200, good), Verdict::Good, "{good}");
        }
    }

    #[test]
    fn statuses_say_who_must_act() {
        let bad_token = r#"{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}"#;
        let Verdict::Refused(Refusal::Credential, complaint) = verdict(401, bad_token) else { panic!("credential") };
        assert!(complaint.message.starts_with("[API] Invalid API key"), "{complaint}");
        assert_eq!(refusal(404, r#"{"errors":"Not Found"}"#), Some(Refusal::Missing));
        assert_eq!(refusal(403, "{}"), Some(Refusal::Permission));
        let Verdict::Refused(Refusal::Permission, complaint) = verdict(423, "") else { panic!("locked") };
        assert!(complaint.message.contains("locked"), "{complaint}");
        assert_eq!(refusal(400, r#"{"errors":{"base":["x"]}}"#), Some(Refusal::Request));
        assert!(matches!(verdict(503, "<html>"), Verdict::Transient(_)));
    }

    #[test]
    fn an_answer_of_another_version_is_a_retired_one() {
        let mut headers = HeaderMap::new();
        headers.insert(ANSWERED_AS, HeaderValue::from_static(VERSION));
        assert_eq!(ShopifyDialect.classify(200, &headers, b"{}"), Verdict::Good);
        headers.insert(ANSWERED_AS, HeaderValue::from_static("2027-01"));
        let verdict = ShopifyDialect.classify(200, &headers, br#"{"data":{}}"#);
        let Verdict::Refused(Refusal::Retired, complaint) = verdict else { panic!("{verdict:?}") };
        assert!(complaint.message.contains("2027-01"), "{complaint}");
    }

    #[test]
    fn whatever_a_token_endpoint_refuses_is_the_credential() {
        let refused = TokenDialect.classify(400, &HeaderMap::new(), br#"{"error":"application_cannot_be_found"}"#);
        assert!(matches!(refused, Verdict::Refused(Refusal::Credential, _)));
        assert!(matches!(TokenDialect.classify(503, &HeaderMap::new(), b""), Verdict::Transient(_)));
    }
}

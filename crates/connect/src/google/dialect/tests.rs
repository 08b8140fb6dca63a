use super::*;
use trimtab_wire::{HeaderName, HeaderValue};

fn verdict(status: u16, body: &str) -> Verdict {
    AdsDialect.classify(status, &HeaderMap::new(), body.as_bytes())
}

fn failure(category: &str, value: &str, details: &str) -> String {
    format!(
        r#"[{{
  "error": {{"code": 400, "message": "Request contains an invalid argument.", "status": "INVALID_ARGUMENT",
  "details": [{{"@type": "type.googleapis.com/google.ads.googleads.v25.errors.GoogleAdsFailure", "requestId": "Zx9",
    "errors": [{{"errorCode": {{"{category}": "{value}"}}, "message": "What went wrong."{details}}}]}}]}}
}}]"#
    )
}

/// A verdict in one word.
fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "good",
        Verdict::Transient(_) => "transient",
        Verdict::Limited { scope: Scope::Platform, .. } => "limited: platform",
        Verdict::Limited { .. } => "limited: account",
        Verdict::Refused(Refusal::Credential, _) => "credential",
        Verdict::Refused(Refusal::Permission, _) => "permission",
        Verdict::Refused(Refusal::TooMuch, _) => "too much",
        Verdict::Refused(Refusal::Retired, _) => "retired",
        Verdict::Refused(Refusal::Missing, _) => "missing",
        Verdict::Refused(Refusal::Request, _) => "request",
    }
}

#[test]
fn every_class_has_its_verdict() {
    for (status, category, value, expected) in [
        (401, "authenticationError", "OAUTH_TOKEN_EXPIRED", "credential"),
        (401, "authenticationError", "OAUTH_TOKEN_REVOKED", "credential"),
        (401, "authenticationError", "GOOGLE_ACCOUNT_DELETED", "credential"),
        (401, "authenticationError", "NOT_ADS_USER", "permission"),
        (401, "authenticationError", "TWO_STEP_VERIFICATION_NOT_ENROLLED", "permission"),
        (401, "authenticationError", "CUSTOMER_NOT_FOUND", "missing"),
        (403, "authorizationError", "USER_PERMISSION_DENIED", "permission"),
        (403, "authorizationError", "CUSTOMER_NOT_ENABLED", "permission"),
        (403, "authorizationError", "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION", "permission"),
        (429, "quotaError", "RESOURCE_TEMPORARILY_EXHAUSTED", "limited: account"),
        (429, "quotaError", "RESOURCE_EXHAUSTED", "limited: account"),
        (403, "quotaError", "ACCESS_PROHIBITED", "permission"),
        (500, "internalError", "INTERNAL_ERROR", "transient"),
        (400, "internalError", "TRANSIENT_ERROR", "transient"),
        (400, "databaseError", "CONCURRENT_MODIFICATION", "transient"),
        (400, "requestError", "UNSUPPORTED_VERSION", "retired"),
        (400, "requestError", "INVALID_CUSTOMER_ID", "missing"),
        (400, "requestError", "PAGE_SIZE_NOT_SUPPORTED", "request"),
        (400, "queryError", "UNRECOGNIZED_FIELD", "request"),
        (400, "queryError", "REQUESTED_METRICS_FOR_MANAGER", "request"),
        (400, "dateRangeError", "REQUESTED_DATE_GRANULARITY_NOT_SUPPORTED", "request"),
        (503, "someNewError", "UNKNOWN", "transient"),
    ] {
        assert_eq!(word(&verdict(status, &failure(category, value, ""))), expected, "{category} {value}");
    }
}

#[test]
fn quotas_say_whose_they_are_and_for_how_long() {
    let limited = |value: &str, details: &str| match verdict(429, &failure("quotaError", value, details)) {
        Verdict::Limited { scope, wait, complaint } => (scope, wait.map(|wait| wait.as_secs()), complaint.message),
        other => panic!("{other:?}"),
    };
    let named = r#","details":{"quotaErrorDetails":{"rateScope":"DEVELOPER","rateName":"Requests per day","retryDelay":"900s"}}"#;
    let (scope, wait, message) = limited("RESOURCE_EXHAUSTED", named);
    assert_eq!((scope, wait), (Scope::Platform, Some(900)));
    assert_eq!(message, "quotaError RESOURCE_EXHAUSTED: What went wrong. (request Zx9)");
    let account = r#","details":{"quotaErrorDetails":{"rateScope":"ACCOUNT","retryDelay":"0.5s"}}"#;
    assert_eq!(limited("RESOURCE_TEMPORARILY_EXHAUSTED", account).0, Scope::Call);
    assert_eq!(limited("RESOURCE_TEMPORARILY_EXHAUSTED", "").1, None, "the stack doubles its own wait");
    assert_eq!(limited("EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION", "").1, Some(3600));
}

#[test]
fn failures_without_details_go_by_their_status() {
    let expired = r#"{"error":{"code":401,"message":"Request had invalid authentication credentials.","status":"UNAUTHENTICATED",
        "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"ACCESS_TOKEN_EXPIRED"}]}}"#;
    let Verdict::Refused(Refusal::Credential, complaint) = verdict(401, expired) else { panic!("a credential") };
    assert!(complaint.message.starts_with("ACCESS_TOKEN_EXPIRED: ") && renewable(&complaint), "{complaint}");
    let Verdict::Refused(_, revoked) = verdict(401, &failure("authenticationError", "OAUTH_TOKEN_REVOKED", "")) else { panic!() };
    assert!(!renewable(&revoked));
    assert_eq!(word(&verdict(502, "<html>bad gateway</html>")), "transient");
    assert_eq!(word(&verdict(404, "not here")), "missing");
    let headers = [(HeaderName::from_static("retry-after"), HeaderValue::from_static("7"))].into_iter().collect();
    let limited = AdsDialect.classify(429, &headers, b"");
    assert!(matches!(limited, Verdict::Limited { wait: Some(wait), .. } if wait.as_secs() == 7));
}

#[test]
fn an_error_is_one_whatever_its_status() {
    assert_eq!(word(&verdict(200, &failure("internalError", "INTERNAL_ERROR", ""))), "transient");
    assert_eq!(word(&verdict(200, r#"[{"results":[],"fieldMask":"campaign.id"}]"#)), "good");
    assert_eq!(word(&verdict(200, "[]")), "good");
    assert_eq!(word(&verdict(200, r#"[{"error"#)), "good", "half a document is for the reader to judge");
}

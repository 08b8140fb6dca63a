//! Quotas and faults in Google's envelope.

use super::{Google, failure};
use crate::kit::small;
use reqwest::Response;
use serde_json::{Value, json};
use trimtab_sandbox::{Fault, FaultKind, Limits, SandboxSettings};

const QUERY: &str = "SELECT customer.id FROM customer";

async fn ask(google: &Google) -> (u16, Value) {
    let reply = google.send(0, "googleAds:search", &json!({"query": QUERY})).await;
    (reply.status().as_u16(), reply.json().await.unwrap())
}

#[tokio::test]
async fn a_cut_quota_refuses_with_a_delay_and_comes_back() {
    let google = Google::small().await;
    google.kit.sandbox.add_fault(Fault { factor: Some(0.000_3), ..Fault::new("", FaultKind::QuotaCut) }).unwrap();
    let mut last = (200, Value::Null);
    for _ in 0..8 {
        last = ask(&google).await;
    }
    assert_eq!(failure(last.0, &last.1), (429, "quotaError".to_owned(), "RESOURCE_EXHAUSTED".to_owned()), "{last:?}");
    let details = &last.1["error"]["details"][0]["errors"][0]["details"]["quotaErrorDetails"];
    let delay: i64 = details["retryDelay"].as_str().unwrap().trim_end_matches('s').parse().unwrap();
    assert!(
        delay > 60
            && last.1["error"]["details"][0]["errors"][0]["message"] == format!("Too many requests. Retry in {delay} seconds.")
    );
    google.kit.sandbox.advance(&format!("PT{delay}S")).unwrap();
    assert_eq!(ask(&google).await.0, 200);
    google.kit.sandbox.remove_faults(None, None);
    for _ in 0..8 {
        assert_eq!(ask(&google).await.0, 200);
    }
}

#[tokio::test]
async fn real_limits_hold_a_customer_back_for_seconds() {
    let google = Google::with(SandboxSettings { limits: Limits::Real, ..small() }).await;
    let token = google.token(0).await;
    let url = format!("{}/google/v25/customers/{}/googleAds:search", google.kit.origin, google.id(0));
    let mut refused = None;
    for _ in 0..2_000 {
        let reply = google.kit.client.post(&url).bearer_auth(&token).json(&json!({"query": QUERY})).send().await.unwrap();
        if reply.status() != 200 {
            refused = Some((reply.status().as_u16(), reply.json::<Value>().await.unwrap()));
            break;
        }
    }
    let (status, body) = refused.expect("three hundred in a minute is the limit");
    assert_eq!(failure(status, &body).2, "RESOURCE_TEMPORARILY_EXHAUSTED");
    assert_eq!(body["error"]["details"][0]["errors"][0]["details"]["quotaErrorDetails"]["rateScope"], "ACCOUNT");
}

#[tokio::test]
async fn faults_speak_the_platforms_words() {
    let google = Google::small().await;
    let good = ask(&google).await;
    let strike = async |path: &str, kind: FaultKind| -> Response {
        google.kit.sandbox.add_fault(Fault::new("googleAds", kind).times(1)).unwrap();
        let struck = google.send(0, path, &json!({"query": QUERY})).await;
        assert_eq!(ask(&google).await, good, "{kind:?} has passed");
        struck
    };
    let (search, stream) = ("googleAds:search", "googleAds:searchStream");
    for (kind, status, code) in [
        (FaultKind::Throttle, 429, "RESOURCE_TEMPORARILY_EXHAUSTED"),
        (FaultKind::ServerError, 500, "TRANSIENT_ERROR"),
        (FaultKind::Revoked, 403, "USER_PERMISSION_DENIED"),
    ] {
        let reply = strike(stream, kind).await;
        assert_eq!(reply.status(), status);
        let body: Value = reply.json().await.unwrap();
        assert_eq!(failure(status, &body[0]).2, code);
    }
    let reply = strike(search, FaultKind::Http429).await;
    assert_eq!((reply.status().as_u16(), reply.headers()["retry-after"].to_str().unwrap()), (429, "1"));
    let body: Value = strike(search, FaultKind::ExpiredToken).await.json().await.unwrap();
    assert_eq!(body["error"]["details"][0]["reason"], "ACCESS_TOKEN_EXPIRED");
    assert_eq!(strike(search, FaultKind::Empty).await.json::<Value>().await.unwrap(), json!({}));
    assert_eq!(strike(stream, FaultKind::Empty).await.json::<Value>().await.unwrap(), json!([]));
    let body: Value = strike(stream, FaultKind::Drift).await.json().await.unwrap();
    assert!(body[0]["results"].is_object());
}

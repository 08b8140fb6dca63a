//! Limits and faults, in the platform's words.

use super::{Mail, daily, error};
use crate::kit::small;
use serde_json::json;
use trimtab_sandbox::{Fault, FaultKind, Limits, SandboxSettings};

const EMAIL: [(&str, &str); 1] = [("filter", "equals(messages.channel,'email')")];

#[tokio::test]
async fn windows_are_fixed_and_headers_tell_of_the_minute() {
    let mail = Mail::with(SandboxSettings { limits: Limits::Real, ..small() }, 0).await;
    let placed = mail.placed_order().await;
    let report = json!({"data": {"type": "flow-values-report", "attributes": {
        "timeframe": {"key": "last_7_days"}, "conversion_metric_id": placed, "statistics": ["opens"],
    }}});
    // Begins with a minute, so that the test does not depend on when it runs.
    mail.kit.sandbox.set_now("2026-11-20T12:10:00Z").unwrap();
    let first = mail.post("flow-values-reports", &report).await;
    let header = |name: &str| first.headers()[name].to_str().unwrap().parse::<i64>().unwrap();
    assert_eq!((header("ratelimit-limit"), header("ratelimit-remaining")), (2, 1));
    assert!((1..=60).contains(&header("ratelimit-reset")));
    mail.kit.sandbox.advance("PT2S").unwrap();
    assert_eq!(mail.post("flow-values-reports", &report).await.status(), 200);
    mail.kit.sandbox.advance("PT2S").unwrap();
    let refused = mail.post("flow-values-reports", &report).await;
    let wait: i64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(refused.headers().get("ratelimit-limit").is_none() && (30..=60).contains(&wait), "{wait}");
    assert_eq!(error(refused).await.0, 429);
    assert_eq!(mail.send("campaigns", &EMAIL).await.status(), 200, "each endpoint has its own");
    mail.kit.sandbox.advance(&format!("PT{wait}S")).unwrap();
    assert_eq!(mail.post("flow-values-reports", &report).await.status(), 200);
}

#[tokio::test]
async fn faults_speak_as_the_platform_does() {
    let mail = Mail::new().await;
    let good = mail.get("campaigns", &EMAIL).await;
    for (kind, status) in [
        (FaultKind::Throttle, 429),
        (FaultKind::Http429, 429),
        (FaultKind::ServerError, 500),
        (FaultKind::ExpiredToken, 401),
        (FaultKind::Revoked, 403),
        (FaultKind::Sunset, 410),
    ] {
        mail.kit.sandbox.add_fault(Fault::new("campaigns", kind).times(1).account(&mail.account.account)).unwrap();
        assert_eq!(error(mail.send("campaigns", &EMAIL).await).await.0, status, "{kind:?}");
        assert_eq!(mail.get("campaigns", &EMAIL).await, good, "{kind:?} has passed");
    }
    mail.kit.sandbox.add_fault(Fault::new("api", FaultKind::Empty).times(2)).unwrap();
    let empty = mail.get("campaigns", &EMAIL).await;
    assert!(empty["data"].as_array().unwrap().is_empty() && empty["links"]["next"].is_null(), "{empty}");
    let query = json!({"data": {"type": "metric-aggregate", "attributes": daily("x", "2026-11-03", "2026-11-13", json!({}))}});
    assert_eq!(mail.post("metric-aggregates", &query).await.status(), 404, "a wrong question is wrong all the same");
    let placed = mail.placed_order().await;
    mail.kit.sandbox.add_fault(Fault::new("metric-aggregates", FaultKind::Empty).times(1)).unwrap();
    let empty = mail.query("metric-aggregates", daily(&placed, "2026-11-03", "2026-11-13", json!({}))).await;
    assert!(empty["data"]["attributes"]["data"].as_array().unwrap().is_empty(), "{empty}");
    mail.kit.sandbox.add_fault(Fault::new("campaigns", FaultKind::Drift).times(1)).unwrap();
    assert!(mail.get("campaigns", &EMAIL).await.get("data").is_none());
    let calls = mail.kit.sandbox.calls();
    assert!(calls.iter().all(|c| !c.query.contains(&mail.account.secret)));
    assert!(calls.iter().any(|c| c.account.as_deref() == Some(&mail.account.account)));
}

#[tokio::test]
async fn a_page_can_come_twice() {
    let mail = Mail::new().await;
    mail.kit.sandbox.add_fault(Fault::new("campaigns", FaultKind::DuplicatePage).times(1)).unwrap();
    let first = mail.get("campaigns", &[EMAIL[0], ("page[size]", "3")]).await;
    let next = first["links"]["next"].as_str().unwrap();
    assert_eq!(mail.get(next, &[]).await["data"], first["data"]);
    let second = mail.get(next, &[]).await;
    assert_ne!(second["data"], first["data"]);
    mail.kit.sandbox.remove_faults(None, None);
    mail.kit.sandbox.add_fault(Fault { factor: Some(0.01), ..Fault::new("", FaultKind::QuotaCut) }).unwrap();
    let statuses = [mail.send("campaigns", &EMAIL).await.status(), mail.send("campaigns", &EMAIL).await.status()];
    assert_eq!(statuses[1], 429, "{statuses:?}");
}

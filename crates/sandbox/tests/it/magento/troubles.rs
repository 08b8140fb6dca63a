//! Each fault strikes in Magento's own words, and then the store is whole again.

use super::{Client, search};
use serde_json::{Value, json};
use std::time::Duration;
use trimtab_sandbox::{Fault, FaultKind, Limits, SandboxSettings};

#[tokio::test]
async fn errors_on_purpose_are_told_as_the_platform_does() {
    let client = Client::two().await;
    let ask = async || {
        let reply = client.send("rest/V1/orders", &search(&[(0, "created_at", "lt", "2026-11-01")], 3, 1)).await;
        let retry = reply.headers().contains_key("retry-after");
        (reply.status().as_u16(), retry, reply.text().await.unwrap())
    };
    let good = ask().await;
    let strike = async |kind: FaultKind| {
        client.kit.sandbox.add_fault(Fault::new("/V1/orders", kind).times(1)).unwrap();
        let struck = ask().await;
        assert_eq!(ask().await.2, good.2, "{kind:?} has passed");
        struck
    };
    for (kind, status, retry) in [
        (FaultKind::Throttle, 429, false),
        (FaultKind::Http429, 429, true),
        (FaultKind::ServerError, 500, false),
        (FaultKind::ExpiredToken, 401, false),
        (FaultKind::Revoked, 401, false),
        (FaultKind::Sunset, 404, false),
    ] {
        let struck = strike(kind).await;
        assert_eq!((struck.0, struck.1), (status, retry), "{kind:?}");
        assert!(serde_json::from_str::<Value>(&struck.2).unwrap()["message"].is_string());
    }
    let empty: Value = serde_json::from_str(&strike(FaultKind::Empty).await.2).unwrap();
    assert_eq!((empty["items"].clone(), empty["total_count"].clone()), (json!([]), json!(0)));
    assert!(serde_json::from_str::<Value>(&strike(FaultKind::Drift).await.2).unwrap()["items"].is_object());
    assert!(serde_json::from_str::<Value>(&strike(FaultKind::Malformed).await.2).is_err());
}

#[tokio::test]
async fn connections_break_and_pages_are_served_twice() {
    let client = Client::two().await;
    for kind in [FaultKind::Truncated, FaultKind::Drop] {
        client.kit.sandbox.add_fault(Fault::new("magento", kind).times(1)).unwrap();
        let url = client.url("rest/V1/orders", &search(&[], 3, 1));
        let header = client.sign(&url, |_| {});
        let asked = client.kit.client.get(url).header("Authorization", header).timeout(Duration::from_secs(20)).send().await;
        let body = match asked {
            Ok(reply) => reply.text().await,
            Err(error) => Err(error),
        };
        assert!(body.is_err(), "{kind:?}");
    }
    client.kit.sandbox.add_fault(Fault::new("magento", FaultKind::DuplicatePage).times(2)).unwrap();
    let first = client.page(&[], 5, 1).await;
    assert_eq!(client.page(&[], 5, 2).await["items"], first["items"]);
    let after = first["items"][4]["entity_id"].to_string();
    let by_id = async |last: &str| client.page(&[(0, "entity_id", "gt", last)], 5, 1).await["items"].clone();
    assert_eq!(by_id("0").await, first["items"]);
    assert_eq!(by_id(&after).await, first["items"], "pages by id, too");
    assert_ne!(by_id(&after).await, first["items"]);
}

#[tokio::test]
async fn quotas_refuse_by_the_minute() {
    let client = Client::with(SandboxSettings { limits: Limits::Development, ..super::two() }).await;
    let ask = async || client.send("rest/V1/store/storeConfigs", &[]).await.status().as_u16();
    let mut statuses = Vec::new();
    for _ in 0..125 {
        statuses.push(ask().await);
    }
    assert_eq!((statuses[0], statuses[124]), (200, 429));
    client.kit.sandbox.advance("PT1M").unwrap();
    assert_eq!(ask().await, 200);
    client.kit.sandbox.add_fault(Fault { factor: Some(0.01), ..Fault::new("", FaultKind::QuotaCut) }).unwrap();
    client.kit.sandbox.advance("PT1M").unwrap();
    assert_eq!((ask().await, ask().await), (200, 429));
    client.kit.sandbox.remove_faults(None, None);
    assert_eq!(ask().await, 200);
}

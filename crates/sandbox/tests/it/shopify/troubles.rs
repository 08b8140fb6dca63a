//! Each fault strikes in Shopify's own words, and then the shop is whole again.

use super::{Client, ORDERS};
use serde_json::{Value, json};
use trimtab_sandbox::{Fault, FaultKind};

#[tokio::test]
async fn errors_on_purpose_are_told_as_the_platform_does() {
    let client = Client::one().await;
    let ask = async || {
        let reply = client.send_to("2026-10", ORDERS, json!({"first": 3, "query": "processed_at:2026-11-10"})).await;
        let version = reply.headers().get("x-shopify-api-version").map(|v| v.to_str().unwrap().to_owned());
        let retry = reply.headers().contains_key("retry-after");
        (reply.status().as_u16(), version, retry, reply.text().await.unwrap())
    };
    let good = ask().await;
    let strike = async |kind: FaultKind| {
        client.kit.sandbox.add_fault(Fault::new("graphql.json", kind).times(1)).unwrap();
        let struck = ask().await;
        assert_eq!(ask().await.3, good.3, "{kind:?} has passed");
        struck
    };
    let read = |body: &str| serde_json::from_str::<Value>(body).unwrap();
    let (status, _, _, body) = strike(FaultKind::Throttle).await;
    assert_eq!((status, read(&body)["errors"][0]["extensions"]["code"].clone()), (200, json!("THROTTLED")));
    let (status, _, retry, _) = strike(FaultKind::Http429).await;
    assert!(status == 429 && retry);
    let (status, _, _, body) = strike(FaultKind::ServerError).await;
    assert_eq!((status, read(&body)["errors"][0]["extensions"]["code"].clone()), (200, json!("INTERNAL_SERVER_ERROR")));
    let (status, _, _, body) = strike(FaultKind::ExpiredToken).await;
    assert!(status == 401 && read(&body)["errors"].is_string());
    let (status, _, _, body) = strike(FaultKind::Revoked).await;
    assert_eq!((status, read(&body)["errors"][0]["extensions"]["code"].clone()), (200, json!("ACCESS_DENIED")));
    let (_, _, _, body) = strike(FaultKind::Empty).await;
    assert_eq!(read(&body)["data"]["orders"], json!({"pageInfo": {"hasNextPage": false, "endCursor": null}, "nodes": []}));
    assert!(read(&strike(FaultKind::Drift).await.3)["data"]["orders"]["nodes"].is_null());
    assert!(serde_json::from_str::<Value>(&strike(FaultKind::Malformed).await.3).is_err());
    let (status, version, _, _) = strike(FaultKind::Sunset).await;
    assert_eq!((status, version.as_deref(), good.1.as_deref()), (200, Some("2027-01"), Some("2026-10")));
}

#[tokio::test]
async fn a_page_is_served_twice() {
    let client = Client::one().await;
    client.kit.sandbox.add_fault(Fault::new("graphql.json", FaultKind::DuplicatePage).times(1)).unwrap();
    let page =
        async |after: &Value| client.get(ORDERS, json!({"first": 5, "after": after, "query": "processed_at:2026-11-10"})).await;
    let first = page(&Value::Null).await;
    let after = &first["orders"]["pageInfo"]["endCursor"];
    assert_eq!(page(after).await["orders"]["nodes"], first["orders"]["nodes"]);
    assert_ne!(page(after).await["orders"]["nodes"], first["orders"]["nodes"]);
}

#[tokio::test]
async fn cut_quotas_throttle_and_faults_can_be_meant_for_one_shop() {
    let client = Client::one().await;
    client.kit.sandbox.add_fault(Fault { factor: Some(0.01), ..Fault::new("", FaultKind::QuotaCut) }).unwrap();
    let small = json!({"first": 50});
    assert!(client.ask(ORDERS, small.clone()).await["errors"].is_null(), "a full bucket lets it run");
    assert_eq!(client.ask(ORDERS, small.clone()).await["errors"][0]["extensions"]["code"], "THROTTLED");
    client.kit.sandbox.remove_faults(None, None);
    client.get(ORDERS, small).await;
    client.kit.sandbox.add_fault(Fault::new("", FaultKind::ExpiredToken).account(&client.account.account)).unwrap();
    assert_eq!(client.send_to("2026-10", ORDERS, json!({})).await.status(), 401);
    client.kit.sandbox.remove_faults(None, None);
    client.kit.sandbox.add_fault(Fault::new("", FaultKind::ExpiredToken).account("another-shop")).unwrap();
    assert_eq!(client.send_to("2026-10", ORDERS, json!({})).await.status(), 200);
}

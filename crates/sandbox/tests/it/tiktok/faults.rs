//! Faults in TikTok's words: most of them with HTTP 200.

use super::Client;
use crate::kit::small;
use serde_json::{Value, json};
use trimtab_sandbox::{Fault, FaultKind};

#[tokio::test]
async fn errors_on_purpose_carry_the_right_codes() {
    let client = Client::with(small()).await;
    let strike = async |kind: FaultKind| {
        client.kit.sandbox.add_fault(Fault::new("campaign/get", kind).times(1)).unwrap();
        let reply = client.send("campaign/get/", &[]).await;
        let (status, body) = (reply.status().as_u16(), reply.json::<Value>().await.unwrap());
        assert_eq!(client.code("campaign/get/", &[]).await, 0, "{kind:?} has passed");
        (status, body)
    };
    for (kind, status, code) in [
        (FaultKind::Throttle, 200, 40_100),
        (FaultKind::Http429, 429, 61_000),
        (FaultKind::ServerError, 200, 50_000),
        (FaultKind::ExpiredToken, 200, 40_102),
        (FaultKind::Revoked, 200, 40_001),
    ] {
        let (told, body) = strike(kind).await;
        assert_eq!((told, body["code"].clone()), (status, json!(code)), "{kind:?}");
    }
    assert_eq!(strike(FaultKind::Empty).await.1["data"]["list"], json!([]));
    assert!(strike(FaultKind::Drift).await.1["data"].get("list").is_none());
}

#[tokio::test]
async fn a_page_is_served_twice_and_faults_find_their_account() {
    let client = Client::several().await;
    let page = async |n: &str| client.get("ad/get/", &[("page", n)]).await["list"].clone();
    client.kit.sandbox.add_fault(Fault::new("ad/get", FaultKind::DuplicatePage).times(1)).unwrap();
    let first = page("1").await;
    assert_eq!(page("2").await, first);
    assert_ne!(page("2").await, first);
    let other = client.kit.accounts_of("tiktok").pop().unwrap();
    client.kit.sandbox.add_fault(Fault::new("", FaultKind::Revoked).account(&other.account)).unwrap();
    assert_eq!(client.code("ad/get/", &[]).await, 0);
    client.kit.sandbox.add_fault(Fault::new("", FaultKind::Revoked).account(&client.account.account)).unwrap();
    assert_eq!(client.code("user/info/", &[]).await, 40_001, "also told by the token alone");
}

#[tokio::test]
async fn cut_quotas_are_refused_in_words_alone() {
    let client = Client::with(small()).await;
    client.kit.sandbox.add_fault(Fault { factor: Some(0.001), ..Fault::new("", FaultKind::QuotaCut) }).unwrap();
    let mut codes = Vec::new();
    for _ in 0..10 {
        codes.push(client.code("ad/get/", &[]).await);
    }
    assert!(codes[0] == 0 && codes.contains(&40_100), "{codes:?}");
    client.kit.sandbox.remove_faults(None, None);
    assert_eq!(client.code("ad/get/", &[]).await, 0);
}

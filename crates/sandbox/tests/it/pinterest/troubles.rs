//! Refusals, quotas and faults in Pinterest's words.

use super::Pins;
use crate::kit::small;
use serde_json::Value;
use trimtab_sandbox::{Fault, FaultKind, Limits, SandboxSettings};

const DAY: [(&str, &str); 4] =
    [("start_date", "2026-11-18"), ("end_date", "2026-11-19"), ("granularity", "DAY"), ("columns", "SPEND_IN_MICRO_DOLLAR")];

#[tokio::test]
async fn strangers_and_strange_paths_are_refused() {
    let pins = Pins::new().await;
    let other = pins.kit.accounts_of("pinterest").into_iter().nth(1).unwrap();
    assert_eq!(pins.error(&format!("ad_accounts/{}/campaigns", other.account), &[]).await.0, 403);
    assert_eq!(pins.error("ad_accounts/123/campaigns", &[]).await.0, 404);
    assert_eq!(pins.error(&pins.below("nonsense"), &[]).await.0, 404);
    assert_eq!(pins.error("pins/123", &[]).await.0, 404);
    assert_eq!(pins.error(&pins.below("campaigns"), &[("page_size", "251")]).await.0, 400);
    assert_eq!(pins.error(&pins.below("campaigns"), &[("bookmark", "x")]).await.0, 400);
    assert_eq!(pins.error(&pins.below("campaigns"), &[("entity_statuses", "DELETED")]).await.0, 400);
    let reply = pins.kit.client.get(pins.url("ad_accounts")).send().await.unwrap();
    assert_eq!(reply.status(), 401);
}

#[tokio::test]
async fn quotas_are_told_and_refuse_in_two_ways() {
    let pins = Pins::with(SandboxSettings { limits: Limits::Real, ..small() }, 0).await;
    let path = pins.below("analytics");
    let first = pins.send(&path, &DAY).await;
    let header = |reply: &reqwest::Response, name: &str| reply.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header(&first, "x-ratelimit-remaining"), "299");
    assert!(header(&first, "x-ratelimit-limit").starts_with("300"));
    pins.kit.sandbox.add_fault(Fault::new("nothing matches this", FaultKind::QuotaCut)).unwrap();
    let mut refused = Vec::new();
    for _ in 0..4 {
        let reply = pins.send(&path, &DAY).await;
        if reply.status() != 200 {
            assert!(header(&reply, "x-ratelimit-reset").parse::<u32>().unwrap() <= 60);
            let status = reply.status().as_u16();
            let body: Value = reply.json().await.unwrap();
            refused.push((status, body["code"].as_i64().unwrap(), body["message"].as_str().unwrap().contains("Retry after ")));
        }
    }
    assert_eq!(refused[..2], [(429, 8, false), (400, 1, true)], "{refused:?}");
    assert_eq!(pins.send("ad_accounts", &[]).await.status(), 200, "another category");
    pins.kit.sandbox.advance("PT1M").unwrap();
    assert_eq!(pins.send(&path, &DAY).await.status(), 200, "a minute later");
}

#[tokio::test]
async fn faults_speak_as_the_platform_does() {
    let pins = Pins::new().await;
    let path = pins.below("analytics");
    let strike =
        |kind| pins.kit.sandbox.add_fault(Fault::new("/pinterest/v5", kind).account(&pins.account.account).times(1)).unwrap();
    strike(FaultKind::Throttle);
    let (status, _, message) = pins.error(&path, &DAY).await;
    assert!(status == 400 && message.ends_with("Retry after 60 seconds"), "{message}");
    strike(FaultKind::Throttle);
    assert_eq!(pins.error(&pins.below("campaigns"), &[]).await.0, 429);
    strike(FaultKind::Http429);
    let reply = pins.send(&path, &DAY).await;
    assert_eq!((reply.status().as_u16(), reply.headers()["retry-after"].to_str().unwrap()), (429, "1"));
    let mut failing = Vec::new();
    for _ in 0..2 {
        strike(FaultKind::ServerError);
        failing.push(pins.error(&path, &DAY).await);
    }
    assert!(failing.iter().all(|f| f.1 == 12) && failing[0].0 != failing[1].0, "{failing:?}");
    strike(FaultKind::ExpiredToken);
    assert_eq!(pins.error(&path, &DAY).await.0, 401);
    strike(FaultKind::Revoked);
    assert_eq!(pins.error(&path, &DAY).await.0, 403);
    strike(FaultKind::Empty);
    assert_eq!(pins.own("analytics", &DAY).await, serde_json::json!([]));
    strike(FaultKind::Drift);
    assert!(pins.own("campaigns", &[]).await["items"].is_object());
    pins.kit.sandbox.add_fault(Fault::new("oauth/token", FaultKind::ExpiredToken).times(1)).unwrap();
    let reply = pins.kit.client.post(pins.url("oauth/token")).form(&[("grant_type", "refresh_token")]).send().await.unwrap();
    assert!(reply.text().await.unwrap().contains("invalid_grant"));
}

#[tokio::test]
async fn a_page_can_come_twice() {
    let pins = Pins::with(SandboxSettings { ads: 200, ..small() }, 0).await;
    pins.kit.sandbox.add_fault(Fault::new(&pins.below("ads"), FaultKind::DuplicatePage).times(1)).unwrap();
    let first = pins.own("ads", &[("page_size", "5")]).await;
    let next = first["bookmark"].as_str().unwrap();
    let again = pins.own("ads", &[("page_size", "5"), ("bookmark", next)]).await;
    assert_eq!(again["items"], first["items"]);
}

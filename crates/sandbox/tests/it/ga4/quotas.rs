//! Quotas and faults, in the platform's words.

use super::{Site, asked, rows, with};
use crate::kit::small;
use serde_json::{Value, json};
use trimtab_sandbox::{Fault, FaultKind, Limits, SandboxSettings};

fn day() -> Value {
    asked("yesterday", "yesterday", &["sessionSource"], &["sessions"])
}

#[tokio::test]
async fn tokens_are_counted_and_run_out() {
    let site = Site::with(SandboxSettings { limits: Limits::Development, ..small() }, 0).await;
    let long = with(
        asked(
            "2026-09-25",
            "2026-11-19",
            &["date", "sessionSource", "sessionCampaignName"],
            &["sessions", "keyEvents", "purchaseRevenue"],
        ),
        json!({"returnPropertyQuota": true, "limit": 1}),
    );
    let mut left = i64::MAX;
    let refused = loop {
        let reply = site.send("runReport", &long).await;
        let status = reply.status();
        let body: Value = reply.json().await.unwrap();
        if status != 200 {
            break body;
        }
        let quota = &body["propertyQuota"]["tokensPerProjectPerHour"];
        let remaining = quota["remaining"].as_i64().unwrap_or(0);
        assert!(remaining < left && quota["consumed"].as_i64().unwrap() > 1, "{quota}");
        left = remaining;
    };
    assert_eq!((refused["error"]["code"].as_i64(), refused["error"]["status"].as_str()), (Some(429), Some("RESOURCE_EXHAUSTED")));
    assert!(
        refused["error"]["message"].as_str().unwrap().starts_with("Exhausted property tokens for a project per hour."),
        "{refused}"
    );
    site.kit.sandbox.advance("PT30M").unwrap();
    assert_eq!(site.refused(&day()).await.0, 429, "the hour is not over: it is half past twelve");
    site.kit.sandbox.advance("PT29M").unwrap();
    assert_eq!(site.refused(&day()).await.0, 429);
    site.kit.sandbox.advance("PT1M").unwrap();
    let access = site.token(&[]).await.1["access_token"].as_str().unwrap().to_owned();
    let site = Site { access, ..site };
    site.report(&day()).await;
}

#[tokio::test]
async fn failures_use_up_a_quota_of_their_own() {
    let site = Site::with(SandboxSettings { limits: Limits::Real, ..small() }, 0).await;
    site.kit.sandbox.add_fault(Fault::new("runReport", FaultKind::ServerError).times(10)).unwrap();
    for _ in 0..10 {
        assert_eq!(site.refused(&day()).await.0, 500);
    }
    let (status, _, message) = site.refused(&day()).await;
    assert!(status == 429 && message.starts_with("Exhausted server errors quota."), "{message}");
}

#[tokio::test]
async fn faults_speak_as_the_platform_does() {
    let site = Site::new().await;
    let good = rows(&site.report(&day()).await);
    for (kind, status, word) in [
        (FaultKind::Throttle, 429, "RESOURCE_EXHAUSTED"),
        (FaultKind::Http429, 429, "RESOURCE_EXHAUSTED"),
        (FaultKind::ServerError, 500, "INTERNAL"),
        (FaultKind::ExpiredToken, 401, "UNAUTHENTICATED"),
        (FaultKind::Revoked, 403, "PERMISSION_DENIED"),
    ] {
        site.kit.sandbox.add_fault(Fault::new("runReport", kind).times(1).account(&site.account.account)).unwrap();
        let (got, told, _) = site.refused(&day()).await;
        assert_eq!((got, told.as_str()), (status, word), "{kind:?}");
        assert_eq!(rows(&site.report(&day()).await), good, "{kind:?} has passed");
    }
    site.kit.sandbox.add_fault(Fault::new("runReport", FaultKind::Sunset).times(1)).unwrap();
    assert_eq!(site.send("runReport", &day()).await.status(), 404);
    site.kit.sandbox.add_fault(Fault::new("runReport", FaultKind::Empty).times(1)).unwrap();
    let empty = site.report(&day()).await;
    assert!(empty.get("rows").is_none() && empty["dimensionHeaders"].is_array(), "{empty}");
    site.kit.sandbox.add_fault(Fault::new("runReport", FaultKind::Drift).times(1)).unwrap();
    let drifted = site.report(&day()).await;
    assert!(drifted.get("rows").is_none() && drifted["data"].is_object());
    site.kit.sandbox.add_fault(Fault::new("ga4/token", FaultKind::ExpiredToken).times(1)).unwrap();
    assert_eq!(site.token(&[]).await.1["error"], "invalid_grant");
}

#[tokio::test]
async fn a_page_can_come_twice_and_quotas_can_be_cut() {
    let site = Site::new().await;
    let page = |offset: usize| with(day(), json!({"limit": 2, "offset": offset.to_string()}));
    site.kit.sandbox.add_fault(Fault::new("runReport", FaultKind::DuplicatePage).times(1)).unwrap();
    let first = rows(&site.report(&page(0)).await);
    assert_eq!(rows(&site.report(&page(2)).await), first);
    assert_ne!(rows(&site.report(&page(2)).await), first);
    site.kit.sandbox.remove_faults(None, None);
    site.kit.sandbox.add_fault(Fault { factor: Some(0.000_1), ..Fault::new("", FaultKind::QuotaCut) }).unwrap();
    assert_eq!(site.refused(&day()).await.0, 429);
    site.kit.sandbox.remove_faults(None, None);
    site.report(&day()).await;
}

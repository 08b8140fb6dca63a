//! Each fault strikes once, and then the world is whole again.

use crate::kit::Kit;
use serde_json::{Value, json};
use std::time::Duration;
use trimtab_sandbox::{Fault, FaultKind};

/// What a client sees of one request: (status, body) or that there was none.
async fn ask(kit: &Kit, params: &[(&str, &str)]) -> Result<(u16, String), reqwest::Error> {
    let url = format!("{}/meta/v26.0/act_{}/insights", kit.origin, kit.account().account);
    let query = [&[("level", "campaign"), ("limit", "2")], params].concat();
    let reply = kit.client.get(url).bearer_auth(kit.account().secret).query(&query).timeout(Duration::from_secs(20)).send().await?;
    let status = reply.status().as_u16();
    Ok((status, reply.text().await?))
}

fn codes(body: &str) -> (i64, i64) {
    let body: Value = serde_json::from_str(body).unwrap();
    (body["error"]["code"].as_i64().unwrap(), body["error"]["error_subcode"].as_i64().unwrap_or(0))
}

#[tokio::test]
async fn errors_on_purpose_carry_the_right_codes() {
    let kit = Kit::small().await;
    let good = ask(&kit, &[]).await.unwrap();
    let strike = async |kind: FaultKind| {
        kit.sandbox.add_fault(Fault::new("insights", kind).times(1)).unwrap();
        let struck = ask(&kit, &[]).await.unwrap();
        assert_eq!(ask(&kit, &[]).await.unwrap(), good, "{kind:?} has passed");
        struck
    };
    let (status, body) = strike(FaultKind::Throttle).await;
    assert_eq!((status, codes(&body).0), (400, 80_000));
    assert_eq!(strike(FaultKind::Http429).await.0, 429);
    let (status, body) = strike(FaultKind::ServerError).await;
    assert_eq!((status, codes(&body).0), (500, 2));
    let (status, body) = strike(FaultKind::ExpiredToken).await;
    assert_eq!((status, codes(&body)), (400, (190, 463)));
    let (status, body) = strike(FaultKind::Revoked).await;
    assert_eq!((status, codes(&body).0), (403, 200));
    let (status, body) = strike(FaultKind::Malformed).await;
    assert!(status == 200 && serde_json::from_str::<Value>(&body).is_err());
    assert_eq!(strike(FaultKind::Empty).await.1, r#"{"data":[]}"#);
    assert!(serde_json::from_str::<Value>(&strike(FaultKind::Drift).await.1).unwrap()["data"].is_object());
    let faults: Vec<Option<String>> = kit.sandbox.calls().into_iter().map(|c| c.fault).collect();
    assert!(faults.contains(&Some("429".to_owned())) && faults.contains(&Some("expired_token".to_owned())));
}

#[tokio::test]
async fn connections_break_hang_and_crawl() {
    let kit = Kit::small().await;
    for kind in [FaultKind::Truncated, FaultKind::Drop] {
        kit.sandbox.add_fault(Fault::new("insights", kind).times(1)).unwrap();
        assert!(ask(&kit, &[]).await.is_err(), "{kind:?}");
        assert!(ask(&kit, &[]).await.is_ok(), "{kind:?} has passed");
    }
    let short = |kind| Fault { seconds: Some(0.05), ..Fault::new("insights", kind).times(1) };
    kit.sandbox.add_fault(short(FaultKind::Hang)).unwrap();
    assert!(ask(&kit, &[]).await.is_err());
    kit.sandbox.add_fault(short(FaultKind::Slow)).unwrap();
    assert_eq!(ask(&kit, &[]).await.unwrap().0, 200);
    kit.sandbox.add_fault(Fault { status: Some(503), ..Fault::new("", FaultKind::ServerError).times(1) }).unwrap();
    let (status, body) = ask(&kit, &[]).await.unwrap();
    assert!(status == 503 && body.starts_with("<html>"));
}

#[tokio::test]
async fn a_page_is_served_twice() {
    let kit = Kit::small().await;
    kit.sandbox.add_fault(Fault::new("insights", FaultKind::DuplicatePage).times(1)).unwrap();
    let first: Value = serde_json::from_str(&ask(&kit, &[]).await.unwrap().1).unwrap();
    let after = first["paging"]["cursors"]["after"].as_str().unwrap();
    let again: Value = serde_json::from_str(&ask(&kit, &[("after", after)]).await.unwrap().1).unwrap();
    assert_eq!(again["data"], first["data"]);
    let second: Value = serde_json::from_str(&ask(&kit, &[("after", after)]).await.unwrap().1).unwrap();
    assert_ne!(second["data"], first["data"]);
}

#[tokio::test]
async fn reports_fail_and_are_skipped() {
    let kit = Kit::small().await;
    let path = format!("act_{}/insights", kit.account().account);
    for (kind, ending) in [
        (FaultKind::ReportFailed, "Job Failed"),
        (FaultKind::ReportSkipped, "Job Skipped"),
        (FaultKind::ReportStuck, "Job Running"),
    ] {
        kit.sandbox.add_fault(Fault::new("POST", kind).times(1)).unwrap();
        let (_, run) = kit.post(&path, &[("level", "ad")]).await;
        let id = run["report_run_id"].as_str().map_or_else(|| run["report_run_id"].to_string(), str::to_owned);
        let mut status = json!(null);
        for _ in 0..6 {
            status = kit.get(&id, &[]).await;
        }
        assert_eq!(status["async_status"], ending);
        assert_eq!(status["error_code"].is_number(), kind == FaultKind::ReportFailed);
    }
}

#[tokio::test]
async fn cut_quotas_throttle_one_platform_at_a_time() {
    let kit = Kit::small().await;
    kit.sandbox.add_fault(Fault { factor: Some(0.000_3), ..Fault::new("", FaultKind::QuotaCut) }).unwrap();
    let mut statuses = Vec::new();
    for _ in 0..10 {
        statuses.push(ask(&kit, &[]).await.unwrap().0);
    }
    assert!(statuses[0] == 200 && statuses[9] == 400, "{statuses:?}");
    assert_eq!(kit.sandbox.remove_faults(None, None), 1);
    assert_eq!(ask(&kit, &[]).await.unwrap().0, 200);
}

#[tokio::test]
async fn a_fault_can_be_meant_for_one_account() {
    let kit = Kit::small().await;
    let accounts = kit.accounts();
    kit.sandbox.add_fault(Fault::new("", FaultKind::Revoked).account(&accounts[1].account)).unwrap();
    assert_eq!(ask(&kit, &[]).await.unwrap().0, 200);
    let url = format!("{}/meta/v26.0/act_{}", kit.origin, accounts[1].account);
    assert_eq!(kit.client.get(url).bearer_auth(&accounts[1].secret).send().await.unwrap().status(), 403);
}

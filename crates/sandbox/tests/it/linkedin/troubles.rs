//! Quotas and faults in LinkedIn's words.

use super::Ads;
use crate::kit::small;
use serde_json::{Value, json};
use trimtab_sandbox::{Fault, FaultKind, Limits, SandboxSettings};

const DAYS: [&str; 2] = ["2026-11-18", "2026-11-19"];

#[tokio::test]
async fn a_day_is_used_up_until_midnight_utc() {
    let ads = Ads::with(SandboxSettings { limits: Limits::Development, ..small() }, 0).await;
    let ask = async || {
        let reply = ads.send(&ads.below("adCampaigns"), "q=search").await;
        assert!(reply.headers().get("retry-after").is_none(), "nothing says when to come back");
        (reply.status().as_u16(), reply.json::<Value>().await.unwrap())
    };
    let mut last = ask().await;
    for _ in 0..100 {
        last = ask().await;
    }
    assert_eq!((last.0, &last.1["code"]), (429, &json!("TOO_MANY_REQUESTS")));
    assert_eq!(last.1["message"], "Resource level throttle MEMBER DAY limit for calls to this resource is reached.");
    assert_eq!(ads.send(&ads.below("adCampaignGroups"), "q=search").await.status(), 200, "another resource");
    ads.kit.sandbox.advance("PT11H").unwrap();
    assert_eq!(ask().await.0, 429);
    ads.kit.sandbox.advance("PT1H").unwrap();
    assert_eq!(ask().await.0, 200);
}

#[tokio::test]
async fn analytics_have_a_pace() {
    let ads = Ads::with(SandboxSettings { limits: Limits::Real, ..small() }, 0).await;
    let question = ads.question("ACCOUNT", "ALL", DAYS, "");
    // A hundredth of it is soon used up.
    let few = Fault { factor: Some(0.01), ..Fault::new("nothing matches this", FaultKind::QuotaCut) };
    ads.kit.sandbox.add_fault(few).unwrap();
    let mut refused = Value::Null;
    for _ in 0..40 {
        let reply = ads.send("adAnalytics", &question).await;
        if reply.status() == 429 {
            refused = reply.json().await.unwrap();
            break;
        }
    }
    assert!(refused["message"].as_str().is_some_and(|m| !m.contains("DAY limit")), "{refused}");
    ads.kit.sandbox.advance("PT10S").unwrap();
    assert_eq!(ads.send("adAnalytics", &question).await.status(), 200);
}

#[tokio::test]
async fn faults_speak_as_the_platform_does() {
    let ads = Ads::new().await;
    let question = ads.question("ACCOUNT", "ALL", DAYS, "");
    let strike = |kind| ads.kit.sandbox.add_fault(Fault::new("/linkedin/", kind).account(&ads.account.account).times(1)).unwrap();
    strike(FaultKind::Throttle);
    let (status, body) = ads.error("adAnalytics", &question).await;
    assert!(status == 429 && body["message"].as_str().unwrap().contains("APPLICATION DAY limit"), "{body}");
    for (kind, wanted, service) in [
        (FaultKind::Http429, 429, json!(101)),
        (FaultKind::ServerError, 500, Value::Null),
        (FaultKind::ExpiredToken, 401, json!(65_602)),
        (FaultKind::Revoked, 403, json!(100)),
    ] {
        strike(kind);
        let (status, body) = ads.error("adAnalytics", &question).await;
        assert_eq!((status, &body["serviceErrorCode"]), (wanted, &service), "{kind:?}");
    }
    strike(FaultKind::Empty);
    assert_eq!(ads.get("adAnalytics", &question).await["elements"], json!([]));
    strike(FaultKind::Drift);
    assert!(ads.get(&ads.below("adCampaigns"), "q=search").await["elements"].is_object());
    assert_eq!(ads.kit.sandbox.faults().len(), 0);
    ads.kit.sandbox.add_fault(Fault::new("oauth/v2/accessToken", FaultKind::ExpiredToken).times(1)).unwrap();
    let form = [("grant_type", "refresh_token"), ("refresh_token", ads.secret["refresh_token"].as_str().unwrap())];
    let reply = ads.kit.client.post(ads.url("oauth/v2/accessToken")).form(&form).send().await.unwrap();
    assert!(reply.text().await.unwrap().contains("invalid_grant"));
}

#[tokio::test]
async fn faults_find_their_account_wherever_it_is_named() {
    let ads = Ads::new().await;
    let other = ads.kit.accounts_of("linkedin").into_iter().nth(1).unwrap();
    let question = ads.question("ACCOUNT", "ALL", DAYS, "");
    ads.kit.sandbox.add_fault(Fault::new("", FaultKind::Revoked).account(&other.account)).unwrap();
    assert_eq!(ads.send("adAnalytics", &question).await.status(), 200);
    assert_eq!(ads.send("adAnalytics", &question.replace(&ads.account.account, &other.account)).await.status(), 403);
    ads.kit.sandbox.add_fault(Fault::new("", FaultKind::Revoked).account(&ads.account.account)).unwrap();
    assert_eq!(ads.send("adAccounts", "q=search").await.status(), 403, "told by the token alone");
    ads.kit.sandbox.remove_faults(None, None);
    ads.kit.sandbox.forget_calls();
    let request = ads.headed(ads.kit.client.post(ads.url("rest/adAnalytics"))).header("X-HTTP-Method-Override", "GET");
    let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(question);
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(ads.kit.sandbox.calls()[0].account.as_deref(), Some(ads.account.account.as_str()), "a tunnelled query, too");
}

#[tokio::test]
async fn a_page_can_come_twice() {
    let ads = Ads::with(SandboxSettings { ads: 400, ..small() }, 0).await;
    ads.kit.sandbox.add_fault(Fault::new(&ads.below("adCampaigns"), FaultKind::DuplicatePage).times(1)).unwrap();
    let first = ads.get(&ads.below("adCampaigns"), "q=search&pageSize=5").await;
    let next = format!("q=search&pageSize=5&pageToken={}", first["metadata"]["nextPageToken"].as_str().unwrap());
    assert_eq!(ads.get(&ads.below("adCampaigns"), &next).await, first);
    assert_ne!(ads.get(&ads.below("adCampaigns"), &next).await, first);
}

#[tokio::test]
async fn cut_quotas_are_enforced_until_removed() {
    let ads = Ads::new().await;
    let question = ads.question("ACCOUNT", "ALL", DAYS, "");
    let nearly_all = Fault { factor: Some(0.0005), ..Fault::new("nothing matches this", FaultKind::QuotaCut) };
    ads.kit.sandbox.add_fault(nearly_all).unwrap();
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(ads.send("adAnalytics", &question).await.status().as_u16());
    }
    assert_eq!(statuses, [200, 429, 429]);
    ads.kit.sandbox.remove_faults(None, None);
    assert_eq!(ads.send("adAnalytics", &question).await.status(), 200);
}

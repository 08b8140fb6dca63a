//! Tokens, versions, batches, limits.

use crate::kit::{Kit, small};
use serde_json::{Value, json};
use trimtab_sandbox::{Limits, SandboxSettings};

async fn code(kit: &Kit, path: &str, token: &str) -> (u16, i64, i64) {
    let reply = kit.client.get(format!("{}/meta/{path}", kit.origin)).query(&[("access_token", token)]).send().await.unwrap();
    let status = reply.status().as_u16();
    let body: Value = reply.json().await.unwrap();
    (status, body["error"]["code"].as_i64().unwrap(), body["error"]["error_subcode"].as_i64().unwrap_or(0))
}

#[tokio::test]
async fn versions_come_and_go() {
    let kit = Kit::small().await;
    let account = kit.account();
    let of = |version: &str| format!("{version}/act_{}", account.account);
    for old in ["v24.0", "v20.0"] {
        assert_eq!(code(&kit, &of(old), &account.secret).await, (400, 2635, 0), "{old}");
    }
    assert_eq!(code(&kit, &of("v99.0"), &account.secret).await.1, 2500);
    for good in ["v25.0", "v26.0"] {
        let reply = kit.client.get(format!("{}/meta/{}", kit.origin, of(good))).bearer_auth(&account.secret).send().await.unwrap();
        assert_eq!(reply.status(), 200);
    }
}

#[tokio::test]
async fn bad_tokens_and_strange_objects_are_told_apart() {
    let kit = Kit::small().await;
    let account = kit.account();
    let act = format!("v26.0/act_{}", account.account);
    assert_eq!(code(&kit, &act, "nonsense").await, (400, 190, 467));
    assert_eq!(code(&kit, &act, "").await.1, 2500);
    assert_eq!(code(&kit, "v26.0/act_123", &account.secret).await, (400, 100, 33));
    assert_eq!(code(&kit, "v26.0/120210000000000000", &account.secret).await, (400, 100, 33));
    assert_eq!(code(&kit, &format!("{act}/nonsense"), &account.secret).await.1, 2500);
    assert_eq!(code(&kit, "v26.0/?ids=1,2", &account.secret).await.1, 100);
    assert_eq!(kit.error(&format!("act_{}", account.account), &[("fields", "nonsense")]).await.1, 100);
    assert_eq!(kit.error(&format!("act_{}", account.account), &[("fields", "id{")]).await.1, 2500);
}

#[tokio::test]
async fn the_last_token_dies_in_time() {
    let kit = Kit::small().await;
    let last = kit.accounts().into_iter().rfind(|a| a.source == "meta").unwrap();
    let path = format!("v26.0/act_{}", last.account);
    let reply = kit.client.get(format!("{}/meta/{path}", kit.origin)).bearer_auth(&last.secret).send().await.unwrap();
    assert_eq!(reply.status(), 200);
    let told = kit.get("debug_token", &[("input_token", &last.secret)]).await;
    assert!(told["data"]["expires_at"].as_i64().unwrap() > 0);
    kit.sandbox.advance("P46D").unwrap();
    assert_eq!(code(&kit, &path, &last.secret).await, (400, 190, 463));
    assert_eq!(kit.get("debug_token", &[("input_token", &last.secret)]).await["data"]["is_valid"], false);
}

#[tokio::test]
async fn a_batch_answers_each_item() {
    let kit = Kit::small().await;
    let account = kit.account();
    let batch = json!([
        {"method": "GET", "relative_url": format!("v26.0/act_{}?fields=name", account.account)},
        {"method": "GET", "relative_url": "act_1/insights"},
    ])
    .to_string();
    let (status, answers) = kit.post("", &[("batch", &batch)]).await;
    assert_eq!(status, 200);
    assert_eq!((answers[0]["code"].clone(), answers[1]["code"].clone()), (json!(200), json!(400)));
    let body: Value = serde_json::from_str(answers[0]["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["name"], account.name);
    assert!(answers[0]["headers"].as_array().unwrap().iter().any(|h| h["name"] == "x-app-usage"));
    let many = json!(vec![json!({"relative_url": "me"}); 51]).to_string();
    assert_eq!(kit.post("", &[("batch", &many)]).await.0, 400);
}

#[tokio::test]
async fn oauth_exchanges_codes_and_short_tokens() {
    let kit = Kit::small().await;
    let account = kit.account();
    let code = format!("code-{}", account.account);
    let app = [("client_id", "1"), ("client_secret", "s")];
    let by_code = kit.get("oauth/access_token", &[app[0], app[1], ("redirect_uri", "http://x"), ("code", &code)]).await;
    assert_eq!(
        (by_code["access_token"].as_str().unwrap(), by_code["token_type"].as_str().unwrap()),
        (account.secret.as_str(), "bearer")
    );
    let exchange = [app[0], app[1], ("grant_type", "fb_exchange_token"), ("fb_exchange_token", account.secret.as_str())];
    assert_eq!(kit.get("oauth/access_token", &exchange).await["expires_in"], 5_183_944);
    assert_eq!(kit.error("oauth/access_token", &[app[0], app[1], ("redirect_uri", "http://x"), ("code", "wrong")]).await.1, 100);
}

#[tokio::test]
async fn usage_rises_decays_and_throttles_when_limits_are_real() {
    let kit = Kit::with(SandboxSettings { limits: Limits::Development, ..small() }).await;
    let path = format!("act_{}", kit.account().account);
    let util = async || {
        let reply = kit.send(&path, &[]).await;
        let header = reply.headers()["x-ad-account-usage"].to_str().unwrap().to_owned();
        let buc: Value = serde_json::from_str(reply.headers()["x-business-use-case-usage"].to_str().unwrap()).unwrap();
        assert_eq!(buc[kit.account().account.as_str()][0]["type"], "ads_management");
        let usage: Value = serde_json::from_str(&header).unwrap();
        (reply.status().as_u16(), usage["acc_id_util_pct"].as_f64().unwrap())
    };
    let (_, first) = util().await;
    let mut last = (200, first);
    for _ in 0..200 {
        last = util().await;
        if last.0 != 200 {
            break;
        }
    }
    assert_eq!(last.0, 400, "throttled within 200 calls");
    assert!(last.1 > 90.0 && first < 5.0);
    assert_eq!(kit.error(&path, &[]).await, (400, 17, 2_446_079));
    kit.sandbox.advance("PT6M").unwrap();
    let (status, rested) = util().await;
    assert!(status == 200 && rested < 5.0, "{status} {rested}");
}

#[tokio::test]
async fn usage_is_told_but_not_enforced_when_limits_are_off() {
    let kit = Kit::small().await;
    let path = format!("act_{}/insights", kit.account().account);
    let reply = kit.send(&path, &[]).await;
    for header in ["x-business-use-case-usage", "x-ad-account-usage", "x-app-usage", "x-fb-ads-insights-throttle"] {
        let value: Value = serde_json::from_str(reply.headers()[header].to_str().unwrap()).unwrap();
        assert!(value.is_object(), "{header}");
    }
}

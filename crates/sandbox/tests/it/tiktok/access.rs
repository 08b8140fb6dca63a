//! Tokens, paths, versions, advertisers, quotas.

use super::{Client, several};
use crate::kit::{Kit, small};
use serde_json::{Value, json};
use trimtab_sandbox::{Limits, SandboxSettings};

#[tokio::test]
async fn paths_end_with_a_slash_and_versions_must_be_current() {
    let client = Client::with(small()).await;
    let ask = async |path: &str| {
        let url = format!("{}/open_api/{path}", client.account.base_url);
        let asked = client.kit.client.get(url).header("Access-Token", &client.account.secret);
        let reply = asked.query(&[("advertiser_id", &client.account.account)]).send().await.unwrap();
        (reply.status().as_u16(), reply.text().await.unwrap())
    };
    assert_eq!(ask("v1.3/campaign/get").await, (404, "404 page not found".to_owned()));
    assert_eq!(ask("v1.3/nonsense/get/").await.0, 404);
    assert_eq!(ask("campaign/get/").await.0, 404);
    assert_eq!(ask("v1.3/campaign/update/").await.0, 405);
    for (version, code) in [("v1.2", 40_006), ("v2.0", 40_051), ("v1.3", 0)] {
        let (status, body) = ask(&format!("{version}/campaign/get/")).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, body["code"].clone()), (200, json!(code)), "{version}");
    }
}

#[tokio::test]
async fn the_token_has_a_header_of_its_own() {
    let client = Client::with(small()).await;
    let url = format!("{}/open_api/v1.3/campaign/get/?advertiser_id={}", client.account.base_url, client.account.account);
    let code = async |asked: reqwest::RequestBuilder| {
        let body: Value = asked.send().await.unwrap().json().await.unwrap();
        assert_eq!(body["data"], json!({}));
        body["code"].clone()
    };
    let http = &client.kit.client;
    assert_eq!(code(http.get(&url)).await, 40_104);
    assert_eq!(code(http.get(&url).bearer_auth(&client.account.secret)).await, 40_104);
    assert_eq!(code(http.get(&url).query(&[("access_token", &client.account.secret)])).await, 40_104);
    assert_eq!(code(http.get(&url).header("Access-Token", "nonsense")).await, 40_105);
}

#[tokio::test]
async fn strangers_and_unknown_advertisers_are_refused() {
    let client = Client::several().await;
    let other = client.kit.accounts_of("tiktok").pop().unwrap();
    for (id, code) in [(other.account.as_str(), 40_001), ("7000000000000000001", 40_300), ("x", 40_002)] {
        let ids = json!([id]).to_string();
        assert_eq!(client.code("advertiser/info/", &[("advertiser_ids", &ids)]).await, code, "{id}");
    }
    let many = json!(vec!["1"; 101]).to_string();
    assert_eq!(client.code("advertiser/info/", &[("advertiser_ids", &many)]).await, 40_011);
    assert_eq!(client.code("advertiser/info/", &[("advertiser_ids", &client.account.account)]).await, 40_002, "not JSON text");
}

#[tokio::test]
async fn advertisers_tell_currency_and_both_zones() {
    let kit = Kit::with(SandboxSettings { ads: 20, days: 40, ..SandboxSettings::default() }).await;
    let mut zones = Vec::new();
    for account in kit.accounts_of("tiktok") {
        let ids = json!([account.account]).to_string();
        let fields = r#"["advertiser_id","currency","timezone","display_timezone","create_time"]"#;
        let url = format!("{}/open_api/v1.3/advertiser/info/", account.base_url);
        let asked = kit
            .client
            .get(url)
            .header("Access-Token", &account.secret)
            .query(&[("advertiser_ids", ids.as_str()), ("fields", fields)]);
        let body: Value = asked.send().await.unwrap().json().await.unwrap();
        let one = &body["data"]["list"][0];
        assert_eq!(one.as_object().unwrap().len(), 5, "{body}");
        assert_eq!((one["advertiser_id"].clone(), one["currency"].clone()), (json!(account.account), json!(account.currency)));
        assert_eq!(one["timezone"], account.timezone);
        assert!(one["create_time"].is_u64());
        zones.push((account.timezone, one["display_timezone"].as_str().unwrap().to_owned()));
    }
    assert!(zones.contains(&("Etc/GMT+8".to_owned(), "America/Los_Angeles".to_owned())), "{zones:?}");
}

#[tokio::test]
async fn codes_serve_once_and_tokens_live_until_revoked() {
    let client = Client::several().await;
    let exchange =
        async |code: &str| client.post("oauth2/access_token/", json!({"app_id": "1", "secret": "s", "auth_code": code})).await;
    let code = format!("code-{}", client.account.account);
    let first = exchange(&code).await;
    assert_eq!(first["data"]["access_token"], client.account.secret);
    assert_eq!(first["data"]["advertiser_ids"], json!([client.account.account]));
    assert_eq!(exchange(&code).await["code"], 40_110);
    assert_eq!(exchange("nonsense").await["code"], 40_110);
    client.kit.sandbox.advance("P400D").unwrap();
    let told = client.get("oauth2/advertiser/get/", &[("app_id", "1"), ("secret", "s")]).await;
    assert_eq!(told["list"][0], json!({"advertiser_id": client.account.account, "advertiser_name": client.account.name}));
    assert_eq!(client.code("oauth2/advertiser/get/", &[("app_id", "1")]).await, 40_002);
    let gone = json!({"app_id": "1", "secret": "s", "access_token": client.account.secret});
    assert_eq!(client.post("oauth2/revoke_token/", gone).await["code"], 0);
    assert_eq!(client.code("campaign/get/", &[]).await, 40_105);
    let again = exchange(&format!("{code}-2")).await;
    assert_ne!(again["data"]["access_token"], client.account.secret);
    let calls = serde_json::to_string(&client.kit.sandbox.calls()).unwrap();
    assert!(!calls.contains(&client.account.secret) && !calls.contains("secret=s"), "no secret is logged");
}

#[tokio::test]
async fn quotas_refuse_by_the_second_minute_and_day() {
    let client = Client::with(SandboxSettings { limits: Limits::Development, ..several() }).await;
    let mut codes = Vec::new();
    for _ in 0..60 {
        codes.push(client.code("user/info/", &[]).await);
        client.kit.sandbox.advance("PT1S").unwrap();
    }
    assert_eq!((codes[0], codes[59]), (0, 40_100), "thirty calls a minute");
    client.kit.sandbox.advance("PT1M").unwrap();
    assert_eq!(client.code("user/info/", &[]).await, 40_100, "the minute's refusal lasts five");
    client.kit.sandbox.advance("PT5M").unwrap();
    assert_eq!(client.code("user/info/", &[]).await, 0);
    let reply = client.send("user/info/", &[]).await;
    assert!(reply.headers().get("retry-after").is_none() && reply.headers().contains_key("x-tt-logid"));
}

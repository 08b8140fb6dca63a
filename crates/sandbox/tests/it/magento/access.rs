//! Signatures, nonces, stores, routes.

use super::{Client, search};
use reqwest::Url;
use serde_json::{Value, json};

#[tokio::test]
async fn signatures_are_checked_for_real() {
    let client = Client::two().await;
    let url = client.url("rest/V1/orders", &search(&[(0, "coupon_code", "like", "WELCOME%&= +ü")], 1, 1));
    let ask = async |url: &Url, header: Option<String>| {
        let mut asked = client.kit.client.get(url.clone());
        if let Some(header) = header {
            asked = asked.header("Authorization", header);
        }
        let reply = asked.send().await.unwrap();
        (reply.status().as_u16(), reply.json::<Value>().await.unwrap()["message"].as_str().unwrap_or_default().to_owned())
    };
    let good = client.sign(&url, |_| {});
    assert_eq!(ask(&url, Some(good.clone())).await.0, 200);
    let (status, message) = ask(&url, Some(good)).await;
    assert!(status == 401 && message.contains("nonce"), "{message}");
    let mut other = url.clone();
    other.query_pairs_mut().append_pair("fields", "total_count");
    let (status, message) = ask(&other, Some(client.sign(&url, |_| {}))).await;
    assert!(status == 401 && message.contains("signature"), "what was not signed is refused: {message}");
    for (name, value, status, words) in [
        ("oauth_consumer_key", "nobody", 401, "consumer"),
        ("oauth_token", "nothing", 401, "token"),
        ("oauth_signature_method", "HMAC-SHA1", 400, "Signature method"),
        ("oauth_timestamp", "soon", 401, "timestamp"),
        ("oauth_timestamp", "1794000000", 401, "timestamp"),
        ("oauth_nonce", "", 400, "required"),
    ] {
        let header = client.sign(&url, |oauth| oauth.iter_mut().filter(|o| o.0 == name).for_each(|o| o.1 = value.to_owned()));
        let (told, message) = ask(&url, Some(header)).await;
        assert!(told == status && message.contains(words), "{name} {value}: {told} {message}");
    }
    let bearer = format!("Bearer {}", client.key("access_token"));
    let message = "The consumer isn't authorized to access %resources.".to_owned();
    assert_eq!(ask(&url, Some(bearer)).await, (401, message.clone()));
    assert_eq!(ask(&url, None).await, (401, message));
    let calls = serde_json::to_string(&client.kit.sandbox.calls()).unwrap();
    assert!(
        ["consumer_key", "consumer_secret", "access_token", "access_token_secret"].iter().all(|k| !calls.contains(client.key(k)))
    );
}

#[tokio::test]
async fn a_store_tells_its_zone_and_currency_and_strangers_are_not_found() {
    let client = Client::two().await;
    assert_eq!(client.account.base_url, format!("{}/magento/{}.example", client.kit.origin, client.account.account));
    for path in ["rest/V1/store/storeConfigs", "rest/all/V1/store/storeConfigs", "index.php/rest/default/V1/store/storeConfigs"] {
        let told = client.get(path, &[]).await;
        let told = &told[0];
        assert_eq!(told["code"], client.account.account);
        assert_eq!(
            (told["timezone"].clone(), told["base_currency_code"].clone()),
            (json!(client.account.timezone), json!(client.account.currency))
        );
        assert_eq!(told["locale"], "en_US");
    }
    let code = format!("rest/{}/V1/store/storeViews", client.account.account);
    assert_eq!(client.get(&code, &[]).await[0]["code"], client.account.account);
    for path in ["rest/elsewhere/V1/orders", "rest/V2/orders", "rest/V1/nothing", "soap"] {
        assert_eq!(client.send(path, &search(&[], 1, 1)).await.status(), 404, "{path}");
    }
    let groups = client.get("rest/V1/customerGroups/search", &search(&[], 10, 1)).await;
    assert_eq!(groups["items"][1]["code"], "General");
    let admin = format!("{}/rest/V1/integration/admin/token", client.account.base_url);
    let asked = client.kit.client.post(admin).json(&json!({"username": "a", "password": "b"}));
    assert_eq!(asked.send().await.unwrap().status(), 401);
    let elsewhere = format!("{}/magento/nobody.example/rest/V1/orders", client.kit.origin);
    assert_eq!(client.kit.client.get(elsewhere).send().await.unwrap().status(), 404);
}

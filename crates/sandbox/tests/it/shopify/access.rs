//! Tokens, rights, versions, hosts.

use super::{Client, ORDERS, grant, several, token};
use crate::kit::Kit;
use serde_json::{Value, json};
use std::collections::HashSet;

#[tokio::test]
async fn every_shop_is_listed_once_and_reached_by_its_own_kind_of_secret() {
    let kit = Kit::with(several()).await;
    let shops = kit.accounts_of("shopify");
    let magento = kit.accounts_of("magento");
    let tenants: HashSet<&str> = shops.iter().chain(&magento).map(|a| a.tenant.as_str()).collect();
    assert_eq!((shops.len(), magento.len(), tenants.len()), (5, 5, 10), "two businesses have no shop");
    let mut kinds = HashSet::new();
    for shop in &shops {
        assert_eq!(shop.base_url, format!("{}/shopify/{}.myshopify.com", kit.origin, shop.account));
        let keys: Vec<String> = serde_json::from_str::<serde_json::Map<String, Value>>(&shop.secret)
            .map_or_else(|_| vec![], |m| m.keys().cloned().collect());
        kinds.insert(keys);
        let url = format!("{}/admin/api/2026-10/graphql.json", shop.base_url);
        let body = json!({"query": "{ shop { id name ianaTimezone currencyCode myshopifyDomain } }"});
        let ask =
            async |token: &str| kit.client.post(&url).header("X-Shopify-Access-Token", token).json(&body).send().await.unwrap();
        let told: Value = ask(&token(&kit, shop).await).await.json().await.unwrap();
        let told = &told["data"]["shop"];
        assert_eq!((told["ianaTimezone"].clone(), told["currencyCode"].clone()), (json!(shop.timezone), json!(shop.currency)));
        assert_eq!(
            (told["name"].clone(), told["myshopifyDomain"].clone()),
            (json!(shop.name), json!(format!("{}.myshopify.com", shop.account)))
        );
        assert_eq!(ask("shpat_nonsense").await.status(), 401);
        assert_eq!(kit.client.post(&url).bearer_auth(token(&kit, shop).await).json(&body).send().await.unwrap().status(), 401);
    }
    assert_eq!(kinds.len(), 3, "{kinds:?}");
    let calls = serde_json::to_string(&kit.sandbox.calls()).unwrap();
    assert!(!calls.contains("shpss_") && !calls.contains("shpat_") && !calls.contains("shprt_"), "no secret is logged");
}

#[tokio::test]
async fn tokens_of_a_client_live_a_day() {
    let client = Client::one().await;
    let shop = "{ shop { name } }";
    client.get(shop, json!({})).await;
    client.kit.sandbox.advance("PT23H59M").unwrap();
    client.get(shop, json!({})).await;
    client.kit.sandbox.advance("PT1M").unwrap();
    let reply = client.send_to("2026-10", shop, json!({})).await;
    assert_eq!(reply.status(), 401);
    assert!(reply.json::<Value>().await.unwrap()["errors"].as_str().unwrap().contains("Invalid API key"));
    let mut parts: Value = serde_json::from_str(&client.account.secret).unwrap();
    parts["grant_type"] = json!("client_credentials");
    let (status, told) = grant(&client.kit, &client.account, &parts).await;
    assert_eq!((status, told["expires_in"].clone()), (200, json!(86_399)));
    parts["client_secret"] = json!("wrong");
    let (status, told) = grant(&client.kit, &client.account, &parts).await;
    assert!(status == 400 && told["error"].is_string(), "{told}");
}

#[tokio::test]
async fn refresh_tokens_turn_and_the_one_before_works_until_the_new_one_is_used() {
    let kit = Kit::with(several()).await;
    let account = kit.accounts_of("shopify").swap_remove(2);
    let parts: Value = serde_json::from_str(&account.secret).unwrap();
    let turn = async |refresh: &Value| {
        let mut body = parts.clone();
        body["grant_type"] = json!("refresh_token");
        body["refresh_token"] = refresh.clone();
        grant(&kit, &account, &body).await
    };
    let first = parts["refresh_token"].clone();
    let (_, lost) = turn(&first).await;
    assert_eq!((lost["expires_in"].clone(), lost["refresh_token"] == first), (json!(3_600), false));
    let (status, second) = turn(&first).await;
    assert_eq!(status, 200, "the answer may have got lost: {second}");
    assert_eq!(turn(&lost["refresh_token"]).await.0, 400, "its place was taken");
    let (status, third) = turn(&second["refresh_token"]).await;
    assert_eq!(status, 200);
    assert_eq!(turn(&first).await.0, 400, "the new one was used");
    let told: Value = serde_json::from_str(&kit.accounts_of("shopify")[2].secret).unwrap();
    assert_eq!(told["refresh_token"], third["refresh_token"]);
}

#[tokio::test]
async fn without_a_special_right_only_sixty_days_can_be_seen() {
    let scopes = "{ currentAppInstallation { accessScopes { handle } } }";
    for (place, all) in [(0, true), (2, false)] {
        let client = Client::of(several(), place).await;
        let told = client.get(scopes, json!({})).await;
        assert_eq!(told.to_string().contains("read_all_orders"), all);
        let oldest = client.get("{ orders(first: 1, sortKey: PROCESSED_AT) { nodes { processedAt } } }", json!({})).await;
        let oldest = oldest["orders"]["nodes"][0]["processedAt"].as_str().unwrap().to_owned();
        assert_eq!(oldest.as_str() < "2026-09-21", all, "{oldest}");
        assert_eq!(client.count("processed_at:<'2026-09-20T00:00:00Z'").await > 0, all);
    }
}

#[tokio::test]
async fn versions_fall_forward_and_strangers_are_not_found() {
    let client = Client::one().await;
    for (asked, served) in [("2026-10", "2026-10"), ("2026-01", "2026-01"), ("2024-04", "2026-01"), ("2027-01", "2027-01")] {
        let reply = client.send_to(asked, "{ shop { name } }", json!({})).await;
        assert_eq!((reply.status().as_u16(), reply.headers()["x-shopify-api-version"].to_str().unwrap()), (200, served));
    }
    for wrong in ["2026-11", "2028-01", "latest"] {
        assert_eq!(client.send_to(wrong, "{ shop { name } }", json!({})).await.status(), 404, "{wrong}");
    }
    let url = format!("{}/shopify/nobody.myshopify.com/admin/api/2026-10/graphql.json", client.kit.origin);
    let asked = client.kit.client.post(url).header("X-Shopify-Access-Token", &client.token).json(&json!({"query": ORDERS}));
    assert_eq!(asked.send().await.unwrap().status(), 404);
}

//! Tokens, properties, and who may read which.

use super::{Site, asked};
use serde_json::Value;

#[tokio::test]
async fn tokens_are_given_out_for_an_hour() {
    let site = Site::new().await;
    for (changed, status, error) in [
        (("refresh_token", "1//0nobody"), 400, "invalid_grant"),
        (("client_secret", "wrong"), 401, "invalid_client"),
        (("client_id", "wrong"), 401, "invalid_client"),
        (("grant_type", "password"), 400, "unsupported_grant_type"),
    ] {
        let (got, body) = site.token(&[changed]).await;
        assert_eq!((got, body["error"].as_str().unwrap()), (status, error), "{changed:?}");
    }
    let day = asked("yesterday", "yesterday", &[], &["sessions"]);
    site.report(&day).await;
    site.kit.sandbox.advance("PT59M").unwrap();
    site.report(&day).await;
    site.kit.sandbox.advance("PT1M").unwrap();
    let (status, word, _) = site.refused(&day).await;
    assert_eq!((status, word.as_str()), (401, "UNAUTHENTICATED"));
    assert_eq!(site.token(&[]).await.0, 200);
}

#[tokio::test]
async fn a_user_sees_and_reads_the_own_property_alone() {
    let site = Site::new().await;
    let others = site.kit.accounts_of("ga4");
    assert_eq!(others.len(), 3, "every business has a site");
    let summaries: Value = site.get("accountSummaries").await.json().await.unwrap();
    let list = summaries["accountSummaries"].as_array().unwrap();
    assert_eq!(list.len(), 1);
    let property = &list[0]["propertySummaries"][0];
    assert_eq!(property["property"], format!("properties/{}", site.account.account));
    assert!(property["displayName"].as_str().unwrap().contains(&site.account.tenant_name), "{property}");
    for id in [others[1].account.as_str(), "1"] {
        let reply = site.get(&format!("properties/{id}/metadata")).await;
        let status = reply.status().as_u16();
        let body: Value = reply.json().await.unwrap();
        assert_eq!((status, body["error"]["status"].as_str().unwrap()), (403, "PERMISSION_DENIED"), "{id}");
    }
    for path in ["properties", "accounts", "properties/1"] {
        let status = site.get(path).await.status().as_u16();
        assert!(status == 404 || status == 403, "{path}: {status}");
    }
    let unsigned = site.kit.client.get(format!("{}/v1beta/accountSummaries", site.account.base_url)).send().await.unwrap();
    assert_eq!(unsigned.status(), 401);
    let calls = site.kit.sandbox.calls();
    assert!(
        calls
            .iter()
            .any(|c| c.account.as_deref() == Some(&site.account.account) && c.tenant.as_deref() == Some(&site.account.tenant))
    );
}

#[tokio::test]
async fn the_schema_tells_fields_and_which_go_together() {
    let site = Site::new().await;
    let metadata: Value = site.get(&format!("properties/{}/metadata", site.account.account)).await.json().await.unwrap();
    let named = |list: &str, name: &str| metadata[list].as_array().unwrap().iter().find(|f| f["apiName"] == name).cloned();
    assert!(named("dimensions", "sessionCampaignName").is_some() && named("metrics", "sessions").is_some());
    assert_eq!(named("metrics", "keyEvents").unwrap()["deprecatedApiNames"][0], "conversions");
    assert_eq!(named("metrics", "purchaseRevenue").unwrap()["type"], "TYPE_CURRENCY");
    let request = serde_json::json!({"metrics": [{"name": "sessions"}], "dimensions": [{"name": "date"}]});
    let answer: Value = site.send("checkCompatibility", &request).await.json().await.unwrap();
    let word = |name: &str| {
        let list = answer["dimensionCompatibilities"].as_array().unwrap();
        list.iter().find(|d| d["dimensionMetadata"]["apiName"] == name).unwrap()["compatibility"].clone()
    };
    assert_eq!((word("sessionSource"), word("source")), ("COMPATIBLE".into(), "INCOMPATIBLE".into()));
    let clash = serde_json::json!({"metrics": [{"name": "sessions"}], "dimensions": [{"name": "source"}]});
    assert_eq!(site.send("checkCompatibility", &clash).await.status(), 400);
}

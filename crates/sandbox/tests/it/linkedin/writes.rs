//! The world reacts to partial updates from the instant they are made.

use super::{Ads, sum};
use crate::kit::small;
use serde_json::{Value, json};
use trimtab_sandbox::SandboxSettings;

async fn update(ads: &Ads, path: &str, body: &Value) -> (u16, Value) {
    let request = ads.headed(ads.kit.client.post(ads.url(&format!("rest/{}", ads.below(path)))));
    let reply = request.header("X-RestLi-Method", "PARTIAL_UPDATE").json(body).send().await.unwrap();
    let status = reply.status().as_u16();
    let text = reply.text().await.unwrap();
    assert_eq!(text.is_empty(), status == 204, "{text}");
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

fn set(fields: Value) -> Value {
    json!({"patch": {"$set": fields}})
}

async fn running(ads: &Ads) -> Vec<Value> {
    let (campaigns, _) = ads.all("adCampaigns", "").await;
    campaigns.into_iter().filter(|c| c["servingStatuses"] == json!(["RUNNABLE"])).collect()
}

async fn spent_today(ads: &Ads, facet: &str) -> i64 {
    let today = ["2026-11-20", "2026-11-20"];
    let question = ads.question("ACCOUNT", "DAILY", today, "costInLocalCurrency") + facet;
    sum(ads.get("adAnalytics", &question).await["elements"].as_array().unwrap(), "costInLocalCurrency")
}

#[tokio::test]
async fn what_is_paused_stops_from_that_instant() {
    let ads = Ads::new().await;
    let campaign = running(&ads).await.remove(0);
    let path = format!("adCampaigns/{}", campaign["id"]);
    let facet = format!("&campaigns=List(urn%3Ali%3AsponsoredCampaign%3A{})", campaign["id"]);
    let before = spent_today(&ads, &facet).await;
    assert!(before > 0);
    assert_eq!(update(&ads, &path, &set(json!({"status": "PAUSED"}))).await.0, 204);
    ads.kit.sandbox.advance("PT3H").unwrap();
    assert_eq!(spent_today(&ads, &facet).await, before, "nothing is spent after, nothing is taken back");
    let after = ads.get(&ads.below(&path), "").await;
    assert_eq!((&after["status"], &after["servingStatuses"]), (&json!("PAUSED"), &json!(["STOPPED"])));
    assert_ne!(after["version"], campaign["version"]);
    let noted = &ads.kit.sandbox.writes()[0];
    assert_eq!((noted.source, noted.object_kind, noted.object.clone()), ("linkedin", "ad_set", campaign["id"].to_string()));
    assert_eq!(noted.changes, json!({"status": {"before": "ACTIVE", "after": "PAUSED"}}));
    let group = campaign["campaignGroup"].as_str().unwrap().rsplit(':').next().unwrap();
    assert_eq!(update(&ads, &format!("adCampaignGroups/{group}"), &set(json!({"status": "PAUSED"}))).await.0, 204);
    let (siblings, _) = ads
        .all("adCampaigns", &format!("&search=(campaignGroup:(values:List(urn%3Ali%3AsponsoredCampaignGroup%3A{group})))"))
        .await;
    assert!(siblings.iter().all(|c| c["servingStatuses"].as_array().unwrap().contains(&json!("CAMPAIGN_GROUP_STATUS_HOLD"))));
}

#[tokio::test]
async fn budgets_change_what_is_spent() {
    let ads = Ads::new().await;
    let campaign = running(&ads).await.into_iter().find(|c| c["dailyBudget"].is_object()).unwrap();
    let path = format!("adCampaigns/{}", campaign["id"]);
    let facet = format!("&campaigns=List(urn%3Ali%3AsponsoredCampaign%3A{})", campaign["id"]);
    let currency = ads.account.currency.as_str();
    let before = spent_today(&ads, &facet).await;
    let budget = json!({"amount": "400.00", "currencyCode": currency});
    assert_eq!(update(&ads, &path, &set(json!({"dailyBudget": budget}))).await.0, 204);
    ads.kit.sandbox.advance("PT4H").unwrap();
    assert!(spent_today(&ads, &facet).await > before);
    assert_eq!(ads.get(&ads.below(&path), "").await["dailyBudget"], budget);
    assert_eq!(ads.kit.sandbox.writes()[0].changes["dailyBudget"]["after"], budget);
    for (amount, code, wanted) in [
        (json!("5"), currency, "FIELD_VALUE_TOO_LOW"),
        (json!("9000000"), currency, "FIELD_VALUE_TOO_HIGH"),
        (json!("75.005"), currency, "INVALID_VALUE_FOR_FIELD"),
        (json!(75), currency, "INVALID_VALUE_FOR_FIELD"),
        (json!("75"), "XAU", "CURRENCY_MISMATCH"),
    ] {
        let (status, body) = update(&ads, &path, &set(json!({"dailyBudget": {"amount": amount, "currencyCode": code}}))).await;
        assert_eq!((status, body["code"].as_str().unwrap()), (400, wanted), "{body}");
        assert_eq!(body["errorDetails"]["inputErrors"][0]["code"], wanted);
        assert!(
            body["errorDetails"]["inputErrors"][0]["input"]["inputPath"]["fieldPath"]
                .as_str()
                .unwrap()
                .starts_with("/dailyBudget/")
        );
    }
    assert_eq!(ads.kit.sandbox.writes().len(), 1, "what is refused changes nothing");
}

#[tokio::test]
async fn unit_costs_change_where_they_are_bid() {
    let ads = Ads::with(SandboxSettings { ads: 400, ..small() }, 0).await;
    let all = running(&ads).await;
    let (bid, free): (Vec<&Value>, Vec<&Value>) = all.iter().partition(|c| c["unitCost"].is_object());
    let cost = json!({"amount": "9.50", "currencyCode": ads.account.currency});
    let path = format!("adCampaigns/{}", bid[0]["id"]);
    assert_eq!(update(&ads, &path, &set(json!({"unitCost": cost}))).await.0, 204);
    assert_eq!(ads.get(&ads.below(&path), "").await["unitCost"], cost);
    let (status, body) = update(&ads, &format!("adCampaigns/{}", free[0]["id"]), &set(json!({"unitCost": cost}))).await;
    assert_eq!((status, &body["code"]), (400, &json!("CONDITIONAL_FIELD_NOT_ALLOWED")));
    let (_, body) =
        update(&ads, &path, &set(json!({"unitCost": {"amount": "1", "currencyCode": ads.account.currency}, "colour": "red"})))
            .await;
    assert_eq!(
        (&body["code"], body["errorDetails"]["inputErrors"].as_array().unwrap().len()),
        (&json!("MULTIPLE_VALIDATIONS_FAILED"), 2)
    );
}

#[tokio::test]
async fn creatives_have_an_intended_status() {
    let ads = Ads::new().await;
    let (creatives, _) = ads.all("creatives", "&intendedStatuses=List(ACTIVE)&pageSize=1000").await;
    let creative = creatives.iter().find(|c| c["isServing"] == true).unwrap();
    let path = format!("creatives/{}", creative["id"].as_str().unwrap().replace(':', "%3A"));
    assert_eq!(update(&ads, &path, &set(json!({"intendedStatus": "PAUSED"}))).await.0, 204);
    let after = ads.get(&ads.below(&path), "").await;
    assert_eq!((&after["intendedStatus"], &after["isServing"]), (&json!("PAUSED"), &json!(false)));
    let (status, body) = update(&ads, &path, &set(json!({"status": "PAUSED"}))).await;
    assert!(status == 400 && body.get("errorDetails").is_none() && body.get("code").is_none(), "{body}");
}

#[tokio::test]
async fn some_changes_are_not_allowed() {
    let ads = Ads::new().await;
    let campaign = running(&ads).await.remove(0);
    let path = format!("adCampaigns/{}", campaign["id"]);
    for (body, wanted) in [
        (set(json!({"status": "REMOVED"})), "DELETE_ALLOWED_ONLY_FOR_DRAFT_STATUS"),
        (set(json!({"status": "DRAFT"})), "STATUS_CHANGE_NOT_ALLOWED"),
        (set(json!({"status": "ALIVE"})), "INVALID_VALUE_FOR_FIELD"),
        (set(json!({"objectiveType": "VIDEO_VIEWS"})), "FIELD_NOT_ALLOWED"),
        (json!({"patch": {"$delete": ["totalBudget"]}}), "FIELD_NOT_ALLOWED"),
        (json!({"patch": {}}), "MISSING_FIELD"),
    ] {
        assert_eq!(update(&ads, &path, &body).await.1["code"], wanted, "{body}");
    }
    assert_eq!(update(&ads, &path, &set(json!({"status": "CANCELED"}))).await.0, 204);
    assert_eq!(update(&ads, &path, &set(json!({"status": "ACTIVE"}))).await.1["code"], "ACTION_NOT_ALLOWED_FOR_CANCELLED_STATUS");
    let create = ads
        .headed(ads.kit.client.post(ads.url(&format!("rest/{}", ads.below("adCampaigns")))))
        .json(&json!({}))
        .send()
        .await
        .unwrap();
    assert_eq!(create.status(), 501, "nothing is created here");
    let viewer = Ads::with(SandboxSettings { tenants: 5, ..small() }, 4).await;
    let campaign = running(&viewer).await.remove(0);
    let (status, body) = update(&viewer, &format!("adCampaigns/{}", campaign["id"]), &set(json!({"status": "PAUSED"}))).await;
    assert_eq!((status, &body["code"]), (403, &json!("NO_PERMISSION_TO_UPDATE")), "a viewer may only look");
}

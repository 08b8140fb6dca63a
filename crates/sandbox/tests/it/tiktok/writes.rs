//! The world reacts to changes from the instant they are made.

use super::{Client, sum};
use serde_json::{Value, json};

async fn first_of(client: &Client, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let all = client.all(path, &[], 100).await;
    all.into_iter().find(|o| wanted(o)).expect("there is one")
}

async fn spent_today(client: &Client, campaign: &str) -> i64 {
    let filter =
        json!([{"field_name": "campaign_ids", "filter_type": "IN", "filter_value": json!([campaign]).to_string()}]).to_string();
    let days = [("start_date", "2026-11-20"), ("end_date", "2026-11-20"), ("filtering", filter.as_str())];
    sum(&client.report("AUCTION_CAMPAIGN", json!(["campaign_id"]), json!(["spend"]), &days).await, "spend")
}

#[tokio::test]
async fn a_paused_campaign_stops_from_that_instant() {
    let client = Client::several().await;
    let campaign = first_of(&client, "campaign/get/", |c| c["secondary_status"] == "CAMPAIGN_STATUS_ENABLE").await;
    let id = campaign["campaign_id"].as_str().unwrap();
    let before = spent_today(&client, id).await;
    let told = client.post("campaign/status/update/", json!({"campaign_ids": [id], "operation_status": "DISABLE"})).await;
    assert_eq!((told["code"].clone(), told["data"]["campaign_ids"].clone()), (json!(0), json!([id])));
    client.kit.sandbox.advance("PT3H").unwrap();
    assert!(before > 0);
    assert_eq!(spent_today(&client, id).await, before, "nothing is spent after, nothing is taken back");
    let after = first_of(&client, "campaign/get/", |c| c["campaign_id"] == id).await;
    assert_eq!(
        (after["operation_status"].clone(), after["secondary_status"].clone()),
        (json!("DISABLE"), json!("CAMPAIGN_STATUS_DISABLE"))
    );
    let noted = &client.kit.sandbox.writes()[0];
    assert_eq!((noted.source, noted.object.as_str()), ("tiktok", id));
    assert_eq!(noted.changes, json!({"operation_status": {"before": "ENABLE", "after": "DISABLE"}}));
}

#[tokio::test]
async fn deleting_is_final_and_takes_history_away() {
    let client = Client::several().await;
    let ad = first_of(&client, "ad/get/", |a| a["secondary_status"] == "AD_STATUS_DELIVERY_OK").await;
    let id = ad["ad_id"].as_str().unwrap();
    let spend = async |filter: &[(&str, &str)]| {
        sum(&client.report("AUCTION_AD", json!(["ad_id_v2", "stat_time_day"]), json!(["spend"]), filter).await, "spend")
    };
    let (before, all) = (spend(&[]).await, spend(&[("filtering", super::ALL_ADS)]).await);
    let delete = json!({"ad_ids": [id], "operation_status": "DELETE"});
    assert_eq!(client.post("ad/status/update/", delete.clone()).await["code"], 0);
    assert!(spend(&[]).await < before, "history shrinks when somebody deletes an ad");
    assert_eq!(spend(&[("filtering", super::ALL_ADS)]).await, all);
    assert_eq!(client.post("ad/status/update/", delete).await["code"], 40_002);
    let groups = client.all("adgroup/get/", &[], 100).await;
    let half = json!({"adgroup_ids": [groups[0]["adgroup_id"], "1"], "operation_status": "DISABLE", "allow_partial_success": true});
    assert_eq!(client.post("adgroup/status/update/", half).await["code"], 20_001);
}

#[tokio::test]
async fn budgets_change_where_they_are_owned() {
    let client = Client::several().await;
    let own = |c: &Value| c["budget_optimize_on"] == true && c["secondary_status"] == "CAMPAIGN_STATUS_ENABLE";
    let campaign = first_of(&client, "campaign/get/", own).await;
    let id = campaign["campaign_id"].as_str().unwrap();
    let doubled = campaign["budget"].as_f64().unwrap() * 2.0;
    let told = client.post("campaign/update/", json!({"campaign_id": id, "budget": doubled})).await;
    assert_eq!((told["code"].clone(), told["data"]["budget"].clone()), (json!(0), json!(doubled)));
    assert_eq!(
        client.post("campaign/update/", json!({"campaign_id": id, "budget": 0.01})).await["code"],
        40_002,
        "less than was spent"
    );
    assert_eq!(client.post("campaign/update/", json!({"campaign_id": id})).await["code"], 40_012);
    let group = first_of(&client, "adgroup/get/", |g| g["campaign_id"] == id).await;
    let refused = client.post("adgroup/update/", json!({"adgroup_id": group["adgroup_id"], "budget": 1_000.0})).await;
    assert_eq!(refused["code"], 40_002);
    let smart = client.all("smart_plus/campaign/get/", &[], 100).await;
    let wrong = json!({"campaign_ids": [smart[0]["campaign_id"]], "operation_status": "DISABLE"});
    assert_eq!(client.post("campaign/status/update/", wrong.clone()).await["code"], 40_002);
    assert_eq!(client.post("smart_plus/campaign/status/update/", wrong).await["code"], 0);
}

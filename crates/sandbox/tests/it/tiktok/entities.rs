//! Lists of campaigns, ad groups and ads.

use super::Client;
use serde_json::{Value, json};
use std::collections::HashSet;

const EVERYTHING: (&str, &str) = ("filtering", r#"{"primary_status":"STATUS_ALL"}"#);

fn ids(items: &[Value], key: &str) -> HashSet<String> {
    items.iter().map(|i| i[key].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn pages_are_short_and_end() {
    let client = Client::several().await;
    let first = client.get("ad/get/", &[]).await;
    assert_eq!((first["list"].as_array().unwrap().len(), first["page_info"]["page_size"].clone()), (10, json!(10)));
    let by_seven = client.all("ad/get/", &[], 7).await;
    assert_eq!(by_seven, client.all("ad/get/", &[], 1_000).await);
    assert_eq!(ids(&by_seven, "ad_id").len(), by_seven.len());
    let beyond = client.get("ad/get/", &[("page", "900")]).await;
    assert_eq!(beyond["list"], json!([]));
    for bad in [("page_size", "1001"), ("page_size", "0"), ("page", "0"), ("page", "x")] {
        assert_eq!(client.code("ad/get/", &[bad]).await, 40_002, "{bad:?}");
    }
    assert_eq!(client.code("smart_plus/ad/get/", &[("page_size", "101")]).await, 40_002);
}

#[tokio::test]
async fn deleted_objects_and_smart_ones_are_listed_only_when_asked_for() {
    let client = Client::several().await;
    client.delete_one().await;
    let usual = client.all("campaign/get/", &[], 100).await;
    let all = client.all("campaign/get/", &[EVERYTHING], 100).await;
    assert!(usual.len() < all.len(), "{} {}", usual.len(), all.len());
    assert!(usual.iter().all(|c| c["secondary_status"] != "CAMPAIGN_STATUS_DELETE"));
    let deleted = client.all("campaign/get/", &[("filtering", r#"{"secondary_status":"CAMPAIGN_STATUS_DELETE"}"#)], 100).await;
    assert_eq!(usual.len() + deleted.len(), all.len());
    let smart = client.all("smart_plus/campaign/get/", &[EVERYTHING], 100).await;
    assert!(!smart.is_empty() && ids(&smart, "campaign_id").is_disjoint(&ids(&all, "campaign_id")));
    let groups = client.all("smart_plus/adgroup/get/", &[EVERYTHING], 100).await;
    assert!(ids(&groups, "campaign_id").is_subset(&ids(&smart, "campaign_id")));
    let ads = client.all("smart_plus/ad/get/", &[EVERYTHING], 100).await;
    assert!(
        ads.iter().all(|ad| ad["smart_plus_ad_id"].is_string() && ad.get("ad_id").is_none() && ad.get("modify_time").is_none())
    );
    assert!(ads.iter().all(|ad| ad["creative_list"].as_array().unwrap().len() >= 2));
    let within = client.all("ad/get/", &[EVERYTHING], 500).await;
    assert!(ids(&within, "campaign_id").is_subset(&ids(&all, "campaign_id")));
}

#[tokio::test]
async fn money_is_a_number_and_stands_where_it_is_owned() {
    let client = Client::several().await;
    let campaigns = client.all("campaign/get/", &[EVERYTHING], 100).await;
    let groups = client.all("adgroup/get/", &[EVERYTHING], 1_000).await;
    let mut seen = HashSet::new();
    for campaign in &campaigns {
        let shared = campaign["budget_optimize_on"].as_bool().unwrap();
        assert_eq!(shared, campaign["budget"].as_f64().unwrap() > 0.0, "{campaign}");
        for group in groups.iter().filter(|g| g["campaign_id"] == campaign["campaign_id"]) {
            assert_eq!(shared, group["budget"].as_f64().unwrap() == 0.0, "{group}");
            seen.insert(group["budget_mode"].as_str().unwrap());
            assert_eq!(group["dayparting"].as_str().unwrap().len(), 336);
        }
        seen.insert(campaign["budget_mode"].as_str().unwrap());
        assert!(campaign["create_time"].as_str().unwrap().len() == 19 && !campaign["create_time"].as_str().unwrap().contains('T'));
    }
    assert!(seen.contains("BUDGET_MODE_INFINITE") && seen.contains("BUDGET_MODE_DAY"), "{seen:?}");
}

#[tokio::test]
async fn fields_and_filters_select_and_strange_ones_are_refused() {
    let client = Client::several().await;
    let fields = ("fields", r#"["ad_id","ad_name"]"#);
    let ads = client.all("ad/get/", &[fields], 100).await;
    assert!(ads.iter().all(|ad| ad.as_object().unwrap().len() == 2));
    let one = json!({"ad_ids": [ads[0]["ad_id"]]}).to_string();
    assert_eq!(client.all("ad/get/", &[fields, ("filtering", &one)], 10).await, ads[..1]);
    let modified = client.all("ad/get/", &[("filtering", r#"{"modified_after":"2026-11-01 00:00:00"}"#)], 100).await;
    assert!(modified.len() < ads.len() && modified.iter().all(|ad| ad["modify_time"].as_str().unwrap() >= "2026-11-01 00:00:00"));
    let many = json!({"ad_ids": vec!["1"; 101]}).to_string();
    assert_eq!(client.code("ad/get/", &[("filtering", &many)]).await, 40_011);
    for bad in [
        r#"{"nonsense":1}"#,
        r#"{"primary_status":"STATUS_NONSENSE"}"#,
        r#"{"secondary_status":"CAMPAIGN_STATUS_ENABLE"}"#,
        r#"{"ad_ids":[1]}"#,
        r#"{"modified_after":"2026-11-01"}"#,
        "ad_ids",
    ] {
        assert_eq!(client.code("ad/get/", &[("filtering", bad)]).await, 40_002, "{bad}");
    }
    assert_eq!(client.code("ad/get/", &[("fields", "ad_id,ad_name")]).await, 40_002);
    assert_eq!(client.code("ad/get/", &[("fields", r#"["nonsense"]"#)]).await, 40_002);
    let pixel = client.get("pixel/list/", &[]).await;
    assert!(pixel["pixels"][0]["pixel_id"].is_string() && pixel["page_info"]["total_number"] == 1);
}

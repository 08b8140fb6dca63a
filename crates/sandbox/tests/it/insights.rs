//! The insights edge: paging, windows, filters, reports, and the traps the platform has.

use crate::kit::{Kit, action, figure, sum};
use serde_json::{Value, json};

const WEEK: &str = r#"{"since":"2026-11-08","until":"2026-11-14"}"#;

#[tokio::test]
async fn pages_join_without_gap_or_overlap() {
    let kit = Kit::small().await;
    let read = async |limit: &str| {
        let params = [("level", "ad"), ("time_range", WEEK), ("time_increment", "1"), ("fields", "ad_id,spend"), ("limit", limit)];
        kit.insights(&params).await
    };
    let whole = read("1000").await;
    assert!(whole.len() > 50);
    for limit in ["7", "50", &whole.len().to_string()] {
        assert_eq!(read(limit).await, whole, "limit {limit}");
    }
    let parts = async |limit: &str| {
        let params = [
            ("level", "campaign"),
            ("time_range", WEEK),
            ("breakdowns", "age,gender"),
            ("fields", "campaign_id,spend"),
            ("limit", limit),
        ];
        kit.insights(&params).await
    };
    assert_eq!(parts("11").await, parts("1000").await);
}

#[tokio::test]
async fn rows_look_like_the_platforms() {
    let kit = Kit::small().await;
    let path = format!("act_{}/insights", kit.account().account);
    let fields = "account_id,account_currency,campaign_id,adset_id,ad_id,ad_name,impressions,reach,frequency,clicks,inline_link_clicks,spend,cpm,ctr,attribution_setting,actions,action_values,purchase_roas,video_thruplay_watched_actions";
    let params = [
        ("level", "ad"),
        ("time_range", WEEK),
        ("time_increment", "1"),
        ("fields", fields),
        ("limit", "5"),
        ("action_attribution_windows", r#"["1d_click","7d_click","28d_click","1d_view"]"#),
    ];
    let page = kit.get(&path, &params).await;
    let next = page["paging"]["next"].as_str().unwrap();
    assert!(next.starts_with(&format!("{}/meta/v26.0/{path}?access_token=", kit.origin)), "{next}");
    for row in page["data"].as_array().unwrap() {
        for name in ["account_id", "impressions", "spend", "ctr", "reach", "date_start"] {
            assert!(row[name].is_string(), "{name}: {row}");
        }
        assert_eq!((row["date_start"].clone(), row["account_currency"].clone()), (row["date_stop"].clone(), json!("EUR")));
        assert!(row["spend"].as_str().unwrap().split_once('.').unwrap().1.len() == 2);
        // Each figure that is there is above zero: absent is how the platform says none.
        for item in row["actions"].as_array().unwrap() {
            assert!(item.as_object().unwrap().values().all(|v| v.is_string() && v != "0"), "{item}");
        }
    }
    let last = kit.get(&path, &[("level", "account"), ("time_range", WEEK)]).await;
    assert!(last["paging"]["cursors"]["after"].is_string() && last["paging"].get("next").is_none());
    let mut names: Vec<_> = last["data"][0].as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["account_id", "date_start", "date_stop", "impressions", "spend"]);
}

#[tokio::test]
async fn windows_contain_one_another_and_default_is_seven_days_and_views() {
    let kit = Kit::small().await;
    let windows = r#"["1d_click","7d_click","28d_click","1d_view"]"#;
    let rows = kit
        .insights(&[
            ("level", "account"),
            ("date_preset", "last_30d"),
            ("fields", "actions,action_values"),
            ("action_attribution_windows", windows),
        ])
        .await;
    for (list, kind) in [("actions", "omni_purchase"), ("action_values", "purchase"), ("actions", "omni_view_content")] {
        let of = |key: &str| action(&rows[0], list, kind, key);
        assert!(0 < of("1d_click") && of("1d_click") < of("7d_click") && of("7d_click") < of("28d_click"), "{kind}");
        assert_eq!(of("value"), of("7d_click") + of("1d_view"), "{kind}");
    }
    let of = |kind: &str| action(&rows[0], "actions", kind, "value");
    assert_eq!(of("omni_purchase"), of("purchase"));
    assert_eq!(of("purchase"), of("offsite_conversion.fb_pixel_purchase") + of("onsite_conversion.purchase"));
    let plain = kit.insights(&[("level", "account"), ("date_preset", "last_30d"), ("fields", "actions")]).await;
    assert!(plain[0]["actions"][0].get("7d_click").is_none());
    assert_eq!(action(&plain[0], "actions", "purchase", "value"), of("purchase"));
}

#[tokio::test]
async fn filters_levels_and_objects_select() {
    let kit = Kit::small().await;
    let all = kit
        .insights(&[("level", "campaign"), ("time_range", WEEK), ("fields", "campaign_id,campaign_name,spend"), ("limit", "200")])
        .await;
    let first = all[0]["campaign_id"].as_str().unwrap();
    let of_object = kit.all(&format!("{first}/insights"), &[("time_range", WEEK), ("fields", "spend")]).await;
    assert_eq!(figure(&of_object[0], "spend"), figure(&all[0], "spend"));
    let filtered = async |filter: Value| {
        let filter = filter.to_string();
        kit.insights(&[
            ("level", "campaign"),
            ("time_range", WEEK),
            ("fields", "campaign_id,spend"),
            ("limit", "200"),
            ("filtering", &filter),
        ])
        .await
    };
    let one = filtered(json!([{"field": "campaign.id", "operator": "IN", "value": [first]}])).await;
    assert_eq!((one.len(), one[0]["campaign_id"].as_str().unwrap()), (1, first));
    let rest = filtered(json!([{"field": "campaign.id", "operator": "NOT_EQUAL", "value": first}])).await;
    assert_eq!(rest.len(), all.len() - 1);
    let middle = figure(&all[0], "spend").to_string();
    let more =
        filtered(json!([{"field": "spend", "operator": "GREATER_THAN", "value": middle.parse::<f64>().unwrap() / 1e6}])).await;
    assert_eq!(more.len(), all.iter().filter(|r| figure(r, "spend") > figure(&all[0], "spend")).count());
    let active = filtered(json!([{"field": "ad.effective_status", "operator": "IN", "value": ["ACTIVE"]}])).await;
    assert!(sum(&active, "spend") < sum(&all, "spend") && !active.is_empty());
    let named = filtered(json!([{"field": "campaign.name", "operator": "CONTAIN", "value": "retargeting"}])).await;
    assert!(!named.is_empty() && named.len() < all.len());
    let sorted = kit
        .insights(&[
            ("level", "campaign"),
            ("time_range", WEEK),
            ("fields", "spend"),
            ("sort", r#"["spend_descending"]"#),
            ("limit", "2"),
        ])
        .await;
    let spends: Vec<i64> = sorted.iter().map(|r| figure(r, "spend")).rev().collect();
    assert!(spends.is_sorted() && spends.len() == all.len());
}

#[tokio::test]
async fn a_report_runs_in_steps_and_equals_the_direct_answer() {
    let kit = Kit::small().await;
    let path = format!("act_{}/insights", kit.account().account);
    let params = [("level", "ad"), ("time_range", WEEK), ("time_increment", "1"), ("fields", "ad_id,spend,actions")];
    let (status, first) = kit.post(&path, &params).await;
    assert_eq!(status, 200);
    let (_, second) = kit.post(&path, &params).await;
    assert!(first["report_run_id"].is_string() && second["report_run_id"].is_u64(), "both forms occur: {first} {second}");
    let id = first["report_run_id"].as_str().unwrap();
    assert_eq!(kit.error(&format!("{id}/insights"), &[]).await.1, 2601);
    // What was asked for stays, whatever happens to the clock.
    let direct = kit.insights(&[&params[..], &[("limit", "1000")]].concat()).await;
    kit.sandbox.advance("P2D").unwrap();
    let mut seen = Vec::new();
    loop {
        let run = kit.get(id, &[]).await;
        let status = run["async_status"].as_str().unwrap().to_owned();
        seen.push((status.clone(), run["async_percent_completion"].as_u64().unwrap()));
        if status == "Job Completed" {
            break;
        }
        assert!(seen.len() < 10, "{seen:?}");
    }
    assert!(seen.len() > 1 && seen.is_sorted_by_key(|s| s.1) && seen.last().unwrap().1 == 100, "{seen:?}");
    assert_eq!(kit.all(&format!("{id}/insights"), &[("limit", "40")]).await, direct);
    kit.sandbox.advance("P31D").unwrap();
    assert_eq!(kit.get(id, &[]).await["async_status"], "Job Skipped");
}

#[tokio::test]
async fn the_platforms_traps_are_there() {
    let kit = Kit::small().await;
    let path = format!("act_{}/insights", kit.account().account);
    let week = ("time_range", WEEK);
    assert_eq!(kit.error(&path, &[("time_range", r#"{"since":"2023-01-01","until":"2026-11-01"}"#)]).await, (400, 3018, 0));
    assert_eq!(kit.error(&path, &[week, ("limit", "1001")]).await, (500, 1, 0));
    assert_eq!(kit.error(&path, &[week, ("breakdowns", "country,age")]).await, (400, 2, 1_504_041));
    assert_eq!(kit.error(&path, &[week, ("breakdowns", "dma")]).await.1, 100);
    assert_eq!(kit.error(&path, &[week, ("action_attribution_windows", r#"["28d_view"]"#)]).await.1, 100);
    assert_eq!(kit.error(&path, &[week, ("date_format", "U")]).await.1, 100);
    assert_eq!(kit.error(&path, &[week, ("fields", "spend,nonsense")]).await.1, 100);
    assert_eq!(kit.error(&path, &[week, ("after", "garbage")]).await, (400, 2642, 0));
    assert_eq!(kit.error(&path, &[week, ("filtering", "not json")]).await.1, 100);
    let hourly = ("breakdowns", "hourly_stats_aggregated_by_advertiser_time_zone");
    assert_eq!(kit.error(&path, &[week, hourly, ("fields", "video_play_actions")]).await.1, 2);
    assert_eq!(kit.get(&path, &[week, ("breakdowns", "impression_device")]).await, json!({"data": []}));
    assert_eq!(kit.get(&path, &[("time_range", r#"{"since":"2026-12-01","until":"2026-12-02"}"#)]).await, json!({"data": []}));
}

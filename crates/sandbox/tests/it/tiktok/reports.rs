//! Direct reports: figures that add up, pages, zones, splits, refusals and silent traps.

use super::{ALL_ADS, Client, DAYS, several, sum};
use crate::kit::Kit;
use serde_json::{Value, json};
use std::collections::HashSet;
use trimtab_sandbox::SandboxSettings;

const METRICS: [&str; 9] = [
    "spend",
    "impressions",
    "clicks",
    "conversion",
    "complete_payment",
    "cta_complete_payment",
    "vta_complete_payment",
    "video_play_actions",
    "web_event_add_to_cart",
];

fn totals(rows: &[Value]) -> Vec<i64> {
    METRICS.iter().map(|m| sum(rows, m)).collect()
}

fn all_of(level: &str) -> String {
    let field = format!("{level}_status");
    json!([{"field_name": field, "filter_type": "IN", "filter_value": "[\"STATUS_ALL\"]"}]).to_string()
}

#[tokio::test]
async fn every_level_adds_up_to_the_advertiser() {
    let client = Client::several().await;
    let whole = client.report("AUCTION_ADVERTISER", json!(["advertiser_id", "stat_time_day"]), json!(METRICS), &[]).await;
    assert_eq!(whole.len(), 30);
    assert!(totals(&whole).iter().all(|t| *t > 0), "{:?}", totals(&whole));
    for (level, id, status) in [
        ("AUCTION_CAMPAIGN", "campaign_id", "campaign"),
        ("AUCTION_ADGROUP", "adgroup_id", "adgroup"),
        ("AUCTION_AD", "ad_id", "ad"),
        ("AUCTION_AD", "ad_id_v2", "ad"),
    ] {
        let filter = all_of(status);
        let rows = client.report(level, json!([id, "stat_time_day"]), json!(METRICS), &[("filtering", &filter)]).await;
        assert_eq!(totals(&rows), totals(&whole), "{id}");
        for day in &whole {
            let of_day: Vec<Value> =
                rows.iter().filter(|r| r["dimensions"]["stat_time_day"] == day["dimensions"]["stat_time_day"]).cloned().collect();
            assert_eq!(totals(&of_day), totals(std::slice::from_ref(day)), "{id} {}", day["dimensions"]);
        }
    }
    assert_eq!(sum(&whole, "complete_payment"), sum(&whole, "cta_complete_payment") + sum(&whole, "vta_complete_payment"));
    let day = &whole[0];
    assert_eq!(day["dimensions"]["stat_time_day"], "2026-10-20 00:00:00");
    assert!(METRICS.iter().all(|m| day["metrics"][m].is_string()));
    let payments: f64 = day["metrics"]["complete_payment"].as_str().unwrap().parse().unwrap();
    assert!(payments > 0.0);
}

#[tokio::test]
async fn deleted_ads_are_left_out_until_asked_for() {
    let client = Client::several().await;
    client.delete_one().await;
    let rows = async |extra: &[(&str, &str)]| {
        client.report("AUCTION_AD", json!(["ad_id_v2", "stat_time_day"]), json!(["spend"]), extra).await
    };
    let whole = ("start_date", "2026-09-01");
    let months = [("2026-08-24", "2026-09-22"), ("2026-09-23", "2026-10-22"), ("2026-10-23", "2026-11-18")];
    let (mut usual, mut all, mut total) = (0, 0, 0);
    for (from, to) in months {
        let dates = [("start_date", from), ("end_date", to)];
        usual += sum(&rows(&dates).await, "spend");
        all += sum(&rows(&[&dates[..], &[("filtering", ALL_ADS)]].concat()).await, "spend");
        total += sum(
            &client.report("AUCTION_ADVERTISER", json!(["advertiser_id", "stat_time_day"]), json!(["spend"]), &dates).await,
            "spend",
        );
    }
    assert!(usual < all, "{usual} {all}");
    assert_eq!(all, total);
    let status = r#"[{"field_name":"ad_status","filter_type":"IN","filter_value":["STATUS_ALL"]}]"#;
    let params = [
        ("report_type", "BASIC"),
        ("data_level", "AUCTION_AD"),
        ("dimensions", r#"["ad_id"]"#),
        whole,
        DAYS[1],
        ("filtering", status),
    ];
    assert_eq!(client.code("report/integrated/get/", &params).await, 40_002, "the value must be JSON text itself");
}

#[tokio::test]
async fn smart_ads_have_rows_per_creative_by_the_old_id() {
    let client = Client::several().await;
    let metrics = json!(["spend", "impressions", "complete_payment", "campaign_automation_type", "campaign_name"]);
    let by_creative = client.report("AUCTION_AD", json!(["ad_id", "stat_time_day"]), metrics.clone(), &[]).await;
    let by_ad = client.report("AUCTION_AD", json!(["ad_id_v2", "stat_time_day"]), metrics, &[]).await;
    let of = |rows: &[Value], kind: &str| -> Vec<Value> {
        rows.iter().filter(|r| r["metrics"]["campaign_automation_type"] == kind).cloned().collect()
    };
    let (creatives, ads) = (of(&by_creative, "UPGRADED_SMART_PLUS_CREATIVE"), of(&by_ad, "UPGRADED_SMART_PLUS"));
    assert!(creatives.len() > ads.len() && !ads.is_empty());
    for metric in ["spend", "impressions", "complete_payment"] {
        assert_eq!(sum(&creatives, metric), sum(&ads, metric), "{metric}");
    }
    assert_eq!(of(&by_creative, "MANUAL").len(), of(&by_ad, "MANUAL").len());
    let listed = client.all("smart_plus/ad/get/", &[("filtering", r#"{"primary_status":"STATUS_ALL"}"#)], 100).await;
    let smart: HashSet<&str> = listed.iter().map(|a| a["smart_plus_ad_id"].as_str().unwrap()).collect();
    assert!(ads.iter().all(|r| smart.contains(r["dimensions"]["ad_id_v2"].as_str().unwrap())));
    let known: HashSet<&str> =
        listed.iter().flat_map(|a| a["creative_list"].as_array().unwrap()).map(|c| c["ad_material_id"].as_str().unwrap()).collect();
    assert!(creatives.iter().all(|r| known.contains(r["dimensions"]["ad_id"].as_str().unwrap())));
}

#[tokio::test]
async fn the_audience_and_hours_add_up_to_the_whole() {
    let client = Client::several().await;
    let metrics = json!(["spend", "impressions", "clicks", "conversion"]);
    let filter = all_of("campaign");
    let whole = client
        .report("AUCTION_CAMPAIGN", json!(["campaign_id", "stat_time_day"]), metrics.clone(), &[("filtering", &filter)])
        .await;
    let figures = |rows: &[Value]| ["spend", "impressions", "clicks", "conversion"].map(|m| sum(rows, m));
    for split in [vec!["country_code"], vec!["age"], vec!["gender"], vec!["age", "gender"]] {
        let dimensions = [vec!["campaign_id", "stat_time_day"], split.clone()].concat();
        let extra = [("report_type", "AUDIENCE"), ("filtering", filter.as_str())];
        let rows = client.report("AUCTION_CAMPAIGN", json!(dimensions), metrics.clone(), &extra).await;
        assert_eq!(figures(&rows), figures(&whole), "{split:?}");
        assert!(rows.iter().all(|r| split.iter().all(|s| r["dimensions"][s].as_str().is_some_and(|v| !v.is_empty()))));
    }
    let day = [("start_date", "2026-11-10"), ("end_date", "2026-11-10"), ("filtering", ALL_ADS)];
    let by_day = client.report("AUCTION_AD", json!(["ad_id_v2", "stat_time_day"]), metrics.clone(), &day).await;
    for id in ["ad_id", "ad_id_v2"] {
        let hours = client.report("AUCTION_AD", json!([id, "stat_time_hour"]), metrics.clone(), &day).await;
        assert_eq!(figures(&hours), figures(&by_day), "{id}");
        assert!(hours.iter().any(|r| r["dimensions"]["stat_time_hour"] == "2026-11-10 20:00:00"));
    }
}

#[tokio::test]
async fn spans_are_limited_and_conflicts_refused() {
    let client = Client::several().await;
    let code = async |changes: &[(&str, &str)]| {
        let base = [
            ("report_type", "BASIC"),
            ("data_level", "AUCTION_AD"),
            ("dimensions", r#"["ad_id","stat_time_day"]"#),
            ("start_date", "2026-10-22"),
            ("end_date", "2026-11-20"),
        ];
        let kept = base.into_iter().filter(|b| !changes.iter().any(|c| c.0 == b.0));
        let params: Vec<(&str, &str)> = kept.chain(changes.iter().copied()).filter(|p| !p.1.is_empty()).collect();
        client.code("report/integrated/get/", &params).await
    };
    assert_eq!(code(&[]).await, 0, "thirty days, both ends counted");
    for bad in [
        &[("start_date", "2026-10-21")][..],
        &[("start_date", "2026-11-21")],
        &[("start_date", "20261101")],
        &[("start_date", "")],
        &[("data_level", "AUCTION_CAMPAIGN")],
        &[("data_level", "NONSENSE")],
        &[("data_level", "")],
        &[("dimensions", r#"["stat_time_day"]"#)],
        &[("dimensions", r#"["ad_id","campaign_id","stat_time_day"]"#)],
        &[("dimensions", r#"["ad_id","stat_time_day","stat_time_hour"]"#)],
        &[("dimensions", r#"["ad_id","nonsense"]"#)],
        &[("dimensions", r#"["ad_id","gender"]"#)],
        &[("dimensions", "ad_id,stat_time_day")],
        &[("dimensions", r#"["ad_id","stat_time_hour"]"#)],
        &[("metrics", r#"["nonsense"]"#)],
        &[("metrics", "spend")],
        &[("data_level", "AUCTION_CAMPAIGN"), ("dimensions", r#"["campaign_id"]"#), ("metrics", r#"["ad_name"]"#)],
        &[("report_type", "AUDIENCE")],
        &[("report_type", "AUDIENCE"), ("dimensions", r#"["ad_id","age"]"#), ("metrics", r#"["reach"]"#)],
        &[("report_type", "AUDIENCE"), ("dimensions", r#"["ad_id","age","country_code"]"#)],
        &[("query_lifetime", "true")],
        &[("dimensions", r#"["ad_id"]"#), ("start_date", "2025-11-20")],
        &[("page_size", "1001")],
    ] {
        assert_eq!(code(bad).await, 40_002, "{bad:?}");
    }
    assert_eq!(code(&[("dimensions", r#"["ad_id"]"#), ("start_date", "2025-11-21")]).await, 0);
    assert_eq!(code(&[("dimensions", r#"["ad_id"]"#), ("query_lifetime", "true"), ("start_date", ""), ("end_date", "")]).await, 0);
}

#[tokio::test]
async fn answers_can_be_silently_empty_and_defaults_are_small() {
    let client = Client::several().await;
    let base =
        [("report_type", "BASIC"), ("data_level", "AUCTION_AD"), ("dimensions", r#"["ad_id","stat_time_day"]"#), DAYS[0], DAYS[1]];
    let ask = async |extra: &[(&str, &str)]| client.get("report/integrated/get/", &[&base[..], extra].concat()).await;
    let usual = ask(&[]).await;
    assert_eq!(usual["list"].as_array().unwrap().len(), 10, "ten rows a page");
    assert_eq!(usual["list"][0]["metrics"].as_object().unwrap().len(), 2, "spend and impressions");
    let reserved = ask(&[("service_type", "RESERVATION")]).await;
    assert_eq!((reserved["list"].clone(), reserved["page_info"]["total_number"].clone()), (json!([]), json!(0)));
    let sorted = ask(&[("order_field", "spend"), ("order_type", "DESC"), ("page_size", "1000")]).await;
    let spends: Vec<i64> = sorted["list"].as_array().unwrap().iter().map(|r| sum(std::slice::from_ref(r), "spend")).collect();
    assert!(spends.is_sorted_by(|a, b| a >= b) && spends.len() > 10);
    let totals = ask(&[("enable_total_metrics", "true")]).await;
    let rows = client.all("report/integrated/get/", &base, 1_000).await;
    assert_eq!(crate::kit::figure(&totals["total_metrics"], "spend"), sum(&rows, "spend"));
    assert!(rows.len() > 1_000, "more than a page");
}

#[tokio::test]
async fn objects_without_delivery_have_rows_only_without_time() {
    let client = Client::several().await;
    let metrics = json!(["spend", "impressions", "cpc", "complete_payment", "value_per_complete_payment", "form", "purchase"]);
    let day = [("start_date", "2026-11-18"), ("end_date", "2026-11-18"), ("filtering", ALL_ADS)];
    let timeless = client.report("AUCTION_AD", json!(["ad_id_v2"]), metrics.clone(), &day).await;
    let timed = client.report("AUCTION_AD", json!(["ad_id_v2", "stat_time_day"]), metrics, &day).await;
    assert!(timed.iter().all(|r| r["metrics"]["impressions"] != "0") && timed.len() < timeless.len());
    assert_eq!(sum(&timed, "spend"), sum(&timeless, "spend"));
    let idle = timeless.iter().find(|r| r["metrics"]["impressions"] == "0").unwrap();
    let want = json!({
        "spend": "0.00", "impressions": "0", "cpc": "0.00", "complete_payment": "0", "value_per_complete_payment": "-", "form": "-", "purchase": "0",
    });
    assert_eq!(idle["metrics"], want);
}

#[tokio::test]
async fn reach_is_no_sum_and_conversions_come_late() {
    let client = Client::several().await;
    let metrics = json!(["reach", "frequency", "impressions", "complete_payment", "spend"]);
    let days = client.report("AUCTION_ADVERTISER", json!(["advertiser_id", "stat_time_day"]), metrics.clone(), &[]).await;
    let whole = client.report("AUCTION_ADVERTISER", json!(["advertiser_id"]), metrics.clone(), &[]).await;
    assert!(sum(&whole, "reach") < sum(&days, "reach"));
    assert_eq!(sum(&whole, "impressions"), sum(&days, "impressions"));
    client.kit.sandbox.advance("P10D").unwrap();
    let later = client.report("AUCTION_ADVERTISER", json!(["advertiser_id"]), metrics, &[]).await;
    assert_eq!(sum(&later, "spend"), sum(&whole, "spend"));
    assert!(sum(&later, "complete_payment") > sum(&whole, "complete_payment"));
}

#[tokio::test]
async fn days_are_those_of_the_accounts_zone() {
    let kit = Kit::with(SandboxSettings { ads: 40, days: 40, ..SandboxSettings::default() }).await;
    let account = kit.accounts_of("tiktok").into_iter().find(|a| a.timezone == "Etc/GMT+8").unwrap();
    let client = Client { kit, account };
    // Noon UTC is four in the morning there: hours from then on have not come yet.
    let today = [("start_date", "2026-11-20"), ("end_date", "2026-11-20")];
    let hours = client.report("AUCTION_ADVERTISER", json!(["advertiser_id", "stat_time_hour"]), json!(["spend"]), &today).await;
    let latest = hours.iter().map(|r| r["dimensions"]["stat_time_hour"].as_str().unwrap().to_owned()).max().unwrap();
    assert_eq!(latest, "2026-11-20 03:00:00");
}

#[tokio::test]
async fn of_too_many_ads_only_the_newest_are_told_and_a_header_warns() {
    let client = Client::with(SandboxSettings { tenants: 1, ads: 50_000, days: 3, ..several() }).await;
    let params = |filtering| {
        [
            ("report_type", "BASIC"),
            ("data_level", "AUCTION_AD"),
            ("dimensions", r#"["ad_id_v2"]"#),
            ("start_date", "2026-11-19"),
            ("end_date", "2026-11-19"),
            ("filtering", filtering),
        ]
    };
    let reply = client.send("report/integrated/get/", &params(ALL_ADS)).await;
    let warned = reply.headers()["x-tt-ads-throttle"].to_str().unwrap().to_owned();
    assert!(warned.contains("20k"), "{warned}");
    let body: Value = reply.json().await.unwrap();
    assert_eq!(body["data"]["page_info"]["total_number"], 20_000);
    let campaigns = client.get("campaign/get/", &[]).await;
    let few = json!([{"field_name": "campaign_ids", "filter_type": "IN", "filter_value": json!([campaigns["list"][0]["campaign_id"]]).to_string()}]);
    let reply = client.send("report/integrated/get/", &params(&few.to_string())).await;
    assert!(reply.headers().get("x-tt-ads-throttle").is_none());
}

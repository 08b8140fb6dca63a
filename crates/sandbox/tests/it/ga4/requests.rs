//! What a request may say: ranges, filters, order, pages, sums, batches; and what is refused.

use super::{Site, asked, rows, sum, with};
use serde_json::{Value, json};

const DIMENSIONS: [&str; 3] = ["date", "sessionSource", "sessionCampaignName"];

fn base() -> Value {
    asked("2026-11-01", "2026-11-10", &DIMENSIONS, &["sessions", "ecommercePurchases"])
}

#[tokio::test]
async fn answers_have_the_documented_shape() {
    let site = Site::new().await;
    let report = site.report(&with(base(), json!({"limit": "3", "returnPropertyQuota": true}))).await;
    assert_eq!(report["dimensionHeaders"], json!([{"name": "date"}, {"name": "sessionSource"}, {"name": "sessionCampaignName"}]));
    assert_eq!(report["metricHeaders"][0], json!({"name": "sessions", "type": "TYPE_INTEGER"}));
    assert_eq!(report["rows"].as_array().unwrap().len(), 3);
    assert!(report["rowCount"].as_u64().unwrap() > 100);
    assert_eq!(report["metadata"]["currencyCode"], site.account.currency);
    assert_eq!(report["metadata"]["timeZone"], site.account.timezone);
    let quota = &report["propertyQuota"];
    assert!(quota["tokensPerDay"]["consumed"].as_i64().unwrap() > 0 && quota["tokensPerDay"]["remaining"].is_i64());
    assert!(quota["serverErrorsPerProjectPerHour"].get("consumed").is_none(), "what is zero is not told: {quota}");
    let nothing = site.report(&asked("2024-01-01", "2024-01-02", &["date"], &["sessions"])).await;
    assert!(nothing.get("rows").is_none() && nothing.get("rowCount").is_none(), "{nothing}");
    let renamed = site.report(&asked("yesterday", "yesterday", &[], &["conversions"])).await;
    assert_eq!(renamed["metricHeaders"][0], json!({"name": "conversions", "type": "TYPE_FLOAT"}));
    assert!(renamed["rows"][0].get("dimensionValues").is_none() && renamed.get("dimensionHeaders").is_none());
}

#[tokio::test]
async fn pages_follow_one_another_by_offset() {
    let site = Site::new().await;
    let all = rows(&site.report(&base()).await);
    let (mut paged, mut offset) = (Vec::new(), 0);
    loop {
        // Whole numbers of 64 bits are taken as text and as numbers.
        let at = if offset % 2 == 0 { json!(offset.to_string()) } else { json!(offset) };
        let page = site.report(&with(base(), json!({"limit": 37, "offset": at}))).await;
        assert_eq!(page["rowCount"], json!(all.len()));
        let page = rows(&page);
        offset += page.len();
        paged.extend(page);
        if offset >= all.len() {
            break;
        }
    }
    assert_eq!(paged, all);
    let beyond = site.report(&with(base(), json!({"offset": "100000"}))).await;
    assert!(beyond.get("rows").is_none() && beyond["rowCount"].is_u64());
}

#[tokio::test]
async fn filters_keep_what_passes() {
    let site = Site::new().await;
    let all = rows(&site.report(&base()).await);
    let kept = |filter: Value| {
        let site = &site;
        async move { rows(&site.report(&with(base(), json!({"dimensionFilter": filter}))).await) }
    };
    let one = |field: &str, test: Value| with(json!({"fieldName": field}), test);
    let google = json!({"filter": one("sessionSource", json!({"stringFilter": {"matchType": "EXACT", "value": "GOOGLE"}}))});
    let expected: Vec<_> = all.iter().filter(|r| r.0[1] == "google").cloned().collect();
    assert!(!expected.is_empty());
    assert_eq!(kept(google.clone()).await, expected, "case does not matter unless it is said");
    let exact = one("sessionSource", json!({"stringFilter": {"value": "GOOGLE", "caseSensitive": true}}));
    assert!(kept(json!({"filter": exact})).await.is_empty());
    assert_eq!(kept(json!({"notExpression": google})).await.len(), all.len() - expected.len());
    let list = json!({"filter": one("sessionSource", json!({"inListFilter": {"values": ["google", "bing"]}}))});
    let days = json!({"filter": one("date", json!({"betweenFilter": {"fromValue": {"int64Value": "20261103"}, "toValue": {"int64Value": "20261104"}}}))});
    let both = kept(json!({"andGroup": {"expressions": [list, days]}})).await;
    assert_eq!(
        both.len(),
        all.iter()
            .filter(|r| ["google", "bing"].contains(&r.0[1].as_str()) && ["20261103", "20261104"].contains(&r.0[0].as_str()))
            .count()
    );
    let either = kept(json!({"orGroup": {"expressions": [list, days]}})).await;
    assert_eq!(
        either.len(),
        all.iter()
            .filter(|r| ["google", "bing"].contains(&r.0[1].as_str()) || ["20261103", "20261104"].contains(&r.0[0].as_str()))
            .count()
    );
    let begins =
        kept(json!({"filter": one("sessionCampaignName", json!({"stringFilter": {"matchType": "BEGINS_WITH", "value": "nl |"}}))}))
            .await;
    assert_eq!(begins.len(), all.iter().filter(|r| r.0[2].to_lowercase().starts_with("nl |")).count());
    // A filter may look at what rows do not tell.
    let medium = json!({"filter": one("sessionMedium", json!({"stringFilter": {"value": "email"}}))});
    let mails = kept(medium).await;
    assert!(!mails.is_empty() && mails.iter().all(|r| r.0[1] == "klaviyo"));
    let large = json!({"metricFilter": {"filter": {"fieldName": "sessions", "numericFilter": {"operation": "GREATER_THAN", "value": {"int64Value": "50"}}}}});
    let large = rows(&site.report(&with(base(), large)).await);
    assert_eq!(large, all.iter().filter(|r| r.1[0] > 50.0).cloned().collect::<Vec<_>>());
}

#[tokio::test]
async fn rows_come_in_the_order_asked_for_and_are_summed_up() {
    let site = Site::new().await;
    let usual = rows(&site.report(&base()).await);
    assert!(usual.windows(2).all(|pair| pair[0].1[0] >= pair[1].1[0]));
    let orders = json!([{"dimension": {"dimensionName": "date"}}, {"metric": {"metricName": "ecommercePurchases"}, "desc": true}]);
    let report = site.report(&with(base(), json!({"orderBys": orders, "metricAggregations": ["TOTAL", "MAXIMUM"]}))).await;
    let ordered = rows(&report);
    assert!(ordered.windows(2).all(|p| p[0].0[0] < p[1].0[0] || (p[0].0[0] == p[1].0[0] && p[0].1[1] >= p[1].1[1])));
    assert_eq!(report["totals"][0]["dimensionValues"][0]["value"], "RESERVED_TOTAL");
    assert_eq!(report["totals"][0]["metricValues"][0]["value"], sum(&report, 0).to_string());
    assert_eq!(report["maximums"][0]["metricValues"][0]["value"], usual[0].1[0].to_string());
    assert_eq!(site.refused(&with(base(), json!({"orderBys": [{"metric": {"metricName": "eventCount"}}]}))).await.0, 400);
}

#[tokio::test]
async fn several_ranges_are_told_apart_and_empty_rows_are_left_out() {
    let site = Site::new().await;
    let ranges = json!({"dateRanges": [
        {"startDate": "2026-11-01", "endDate": "2026-11-05", "name": "now"}, {"startDate": "2026-10-27", "endDate": "2026-10-31"},
    ]});
    let report = site.report(&with(asked("", "", &["sessionSource"], &["sessions"]), ranges)).await;
    assert_eq!(report["dimensionHeaders"][1]["name"], "dateRange");
    let of = |name: &str| rows(&report).iter().filter(|r| r.0[1] == name).map(|r| r.1[0]).sum::<f64>();
    let alone = |from: &'static str, to: &'static str| {
        let site = &site;
        async move { sum(&site.report(&asked(from, to, &["sessionSource"], &["sessions"])).await, 0) }
    };
    assert_eq!(of("now"), alone("2026-11-01", "2026-11-05").await);
    assert_eq!(of("date_range_1"), alone("2026-10-27", "2026-10-31").await);
    let purchases = asked("2026-11-09", "2026-11-09", &["sessionSource", "sessionCampaignName"], &["ecommercePurchases"]);
    let (some, all) = (site.report(&purchases).await, site.report(&with(purchases, json!({"keepEmptyRows": true}))).await);
    assert!(rows(&some).iter().all(|r| r.1[0] > 0.0) && rows(&all).len() > rows(&some).len());
    assert_eq!(sum(&some, 0), sum(&all, 0));
}

#[tokio::test]
async fn up_to_five_reports_run_in_one_batch() {
    let site = Site::new().await;
    let day = |n: u32| asked(&format!("2026-11-0{n}"), &format!("2026-11-0{n}"), &["sessionSource"], &["sessions"]);
    let batch: Value = site.send("batchRunReports", &json!({"requests": [day(1), day(2), day(3)]})).await.json().await.unwrap();
    assert_eq!(batch["kind"], "analyticsData#batchRunReports");
    for (report, n) in batch["reports"].as_array().unwrap().iter().zip(1..) {
        assert_eq!(rows(report), rows(&site.report(&day(n)).await));
    }
    assert_eq!(site.send("batchRunReports", &json!({"requests": (1..=6).map(day).collect::<Vec<_>>()})).await.status(), 400);
    let bad = json!({"requests": [day(1), asked("today", "today", &["x"], &["sessions"])]});
    assert_eq!(site.send("batchRunReports", &bad).await.status(), 400, "one that is wrong refuses all");
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_a_reason() {
    let site = Site::new().await;
    let day = |dimensions: &[&str], metrics: &[&str]| asked("yesterday", "yesterday", dimensions, metrics);
    let many: Vec<&str> = [
        "date",
        "year",
        "month",
        "sessionSource",
        "sessionMedium",
        "sessionCampaignName",
        "country",
        "deviceCategory",
        "newVsReturning",
        "yearMonth",
    ]
    .to_vec();
    for (body, part) in [
        (day(&["sessionsource"], &["sessions"]), "not a valid dimension"),
        (day(&["date"], &["Sessions"]), "not a valid metric"),
        (day(&["source"], &["sessions"]), "incompatible"),
        (day(&many, &["sessions"]), "9 dimensions"),
        (day(&["date", "date"], &["sessions"]), "twice"),
        (day(&[], &["sessions"; 11]), "10 metrics"),
        (day(&[], &[]), "At least one"),
        (json!({"metrics": [{"name": "sessions"}]}), "dateRanges must be specified"),
        (asked("2026-11-02", "2026-11-01", &[], &["sessions"]), "Invalid dateRange"),
        (asked("last week", "today", &[], &["sessions"]), "Invalid dateRange"),
        (with(day(&[], &["sessions"]), json!({"limit": -1})), "negative"),
        (with(day(&[], &["sessions"]), json!({"limit": "many"})), "TYPE_INT64"),
        (with(day(&[], &["sessions"]), json!({"pageToken": "x"})), "Unknown name"),
        (
            with(
                day(&[], &["sessions"]),
                json!({"dimensionFilter": {"filter": {"fieldName": "x", "stringFilter": {"value": "y"}}}}),
            ),
            "not a valid dimension",
        ),
        (with(day(&[], &["sessions"]), json!({"property": "properties/1"})), "not that of the path"),
    ] {
        let (status, word, message) = site.refused(&body).await;
        assert_eq!((status, word.as_str()), (400, "INVALID_ARGUMENT"), "{body}");
        assert!(message.contains(part), "{message}");
    }
    let five = (0..5).map(|_| json!({"startDate": "today", "endDate": "today"})).collect::<Vec<_>>();
    assert_eq!(site.refused(&with(day(&[], &["sessions"]), json!({"dateRanges": five}))).await.0, 400);
    for method in ["runRealtimeReport", "runPivotReport", "delete"] {
        assert_eq!(site.send(method, &json!({})).await.status(), 404, "{method}");
    }
}

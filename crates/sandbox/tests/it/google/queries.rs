//! The query language: what is refused and with which code, and what conditions and order do.

use super::{DAYS, Google, metric};
use serde_json::{Value, json};

#[tokio::test]
async fn what_cannot_be_asked_has_the_platforms_code() {
    let google = Google::small().await;
    for (query, code) in [
        ("SELECT campaign.start_date FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT campaign.id, metrics.video_views FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT campaign.id FROM campaigns", "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"),
        ("SELECT ad_group.id FROM campaign", "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"),
        ("SELECT campaign.id FROM campaign WHERE ad_group.id = 1", "PROHIBITED_RESOURCE_TYPE_IN_WHERE_CLAUSE"),
        ("SELECT conversion_action.id, metrics.clicks FROM conversion_action", "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE"),
        ("SELECT segments.hour FROM ad_group_ad", "PROHIBITED_SEGMENT_IN_SELECT_OR_WHERE_CLAUSE"),
        ("SELECT segments.date, campaign.id, metrics.clicks FROM campaign", "EXPECTED_FILTERS_ON_DATE_RANGE"),
        ("SELECT segments.date, campaign.id FROM campaign WHERE segments.date >= '2026-11-01'", "EXPECTED_FILTERS_ON_DATE_RANGE"),
        ("SELECT campaign.id FROM campaign WHERE segments.date DURING LAST_90_DAYS", "INVALID_VALUE_WITH_DURING_OPERATOR"),
        ("SELECT campaign.id FROM campaign WHERE campaign.status = 'ACTIVE'", "BAD_ENUM_CONSTANT"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = 'one'", "BAD_NUMBER"),
        ("SELECT campaign.id FROM campaign WHERE segments.device = 'MOBILE'", "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE"),
        ("SELECT campaign.id FROM campaign ORDER BY metrics.clicks", "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE"),
        (
            "SELECT segments.conversion_action, metrics.conversions, metrics.clicks FROM campaign",
            "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
        ),
        (
            "SELECT segments.hour, metrics.search_impression_share FROM campaign",
            "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
        ),
        ("FROM campaign", "EXPECTED_SELECT"),
    ] {
        assert_eq!(google.refused(query).await, (400, "queryError".to_owned(), code.to_owned()), "{query}");
    }
    let old = "SELECT segments.date, metrics.clicks FROM customer WHERE segments.date BETWEEN '2023-10-01' AND '2023-10-02'";
    let granular = (400, "dateRangeError".to_owned(), "REQUESTED_DATE_GRANULARITY_NOT_SUPPORTED".to_owned());
    assert_eq!(google.refused(old).await, granular);
    let monthly = "SELECT segments.month, metrics.clicks FROM customer WHERE segments.month BETWEEN '2023-10-01' AND '2026-11-01'";
    assert_eq!(google.rows(monthly).await.len(), 3, "whole months reach further back");
}

#[tokio::test]
async fn conditions_order_and_limits_hold() {
    let google = Google::small().await;
    let all = google.rows("SELECT campaign.id, campaign.name, campaign.status FROM campaign").await;
    let id = all[1]["campaign"]["id"].as_str().unwrap();
    let one = google.rows(&format!("SELECT campaign.name FROM campaign WHERE campaign.id IN ({id})")).await;
    assert_eq!((one.len(), &one[0]["campaign"]["name"]), (1, &all[1]["campaign"]["name"]));
    assert!(
        one[0]["campaign"]["id"].is_null() && one[0]["campaign"]["resourceName"].is_string(),
        "only what was selected: {}",
        one[0]
    );
    let max = google.rows("SELECT campaign.name FROM campaign WHERE campaign.name LIKE 'PMax%'").await;
    assert!(!max.is_empty() && max.iter().all(|r| r["campaign"]["name"].as_str().unwrap().starts_with("PMax")));
    let query = format!(
        "SELECT segments.date, campaign.id, metrics.cost_micros FROM campaign WHERE {DAYS} ORDER BY metrics.cost_micros DESC LIMIT 7"
    );
    let top = google.rows(&query).await;
    assert!(top.len() == 7 && top.is_sorted_by(|a, b| metric(a, "costMicros") >= metric(b, "costMicros")));
    let query =
        format!("SELECT segments.date, segments.device, metrics.clicks FROM customer WHERE {DAYS} AND segments.device = 'MOBILE'");
    let mobile = google.rows(&query).await;
    assert!(!mobile.is_empty() && mobile.iter().all(|r| r["segments"]["device"] == "MOBILE"));
    let week = google.rows("SELECT segments.date, metrics.clicks FROM customer WHERE segments.date DURING LAST_7_DAYS").await;
    assert_eq!((week.len(), &week[6]["segments"]["date"]), (7, &json!("2026-11-19")), "today is not among the last days");
}

#[tokio::test]
async fn days_are_those_of_the_accounts_zone() {
    let google = Google::small().await;
    // 04:30 UTC on the 21st is still the evening of the 20th in New York.
    google.kit.sandbox.set_now("2026-11-21T04:30:00Z").unwrap();
    let today = "SELECT segments.date, segments.hour, metrics.impressions FROM customer WHERE segments.date DURING TODAY";
    let amsterdam = google.rows_of(0, today).await;
    let york = google.rows_of(1, today).await;
    assert_eq!((&google.accounts[0].timezone[..], &google.accounts[1].timezone[..]), ("Europe/Amsterdam", "America/New_York"));
    let dates = |rows: &[Value]| {
        rows.iter().map(|r| r["segments"]["date"].as_str().unwrap().to_owned()).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(dates(&amsterdam).into_iter().collect::<Vec<_>>(), ["2026-11-21"]);
    assert_eq!(dates(&york).into_iter().collect::<Vec<_>>(), ["2026-11-20"]);
    assert!(amsterdam.iter().all(|r| r["segments"]["hour"].as_i64().unwrap() <= 5) && york.len() == 24);
}

#[tokio::test]
async fn a_body_is_read_strictly() {
    let google = Google::small().await;
    let send = async |path: &str, body: Value| {
        let reply = google.send(0, path, &body).await;
        let status = reply.status().as_u16();
        (status, reply.json::<Value>().await.unwrap())
    };
    let query = "SELECT campaign.id FROM campaign";
    let (status, body) = send("googleAds:search", json!({"query": query, "pageSize": 100})).await;
    assert_eq!(super::failure(status, &body).2, "PAGE_SIZE_NOT_SUPPORTED");
    let (status, body) = send("googleAds:search", json!({"query": query, "page": 1})).await;
    assert!(status == 400 && body["error"]["message"].as_str().unwrap().contains("Unknown name \"page\""), "{body}");
    assert_eq!(body["error"]["details"][0]["@type"], "type.googleapis.com/google.rpc.BadRequest");
    assert_eq!(send("googleAds:search", json!({"query": query, "validateOnly": true})).await, (200, json!({})));
    let (status, body) = send("googleAds:searchStream", json!({"query": "SELECT x FROM campaign"})).await;
    assert_eq!((body.as_array().map(Vec::len), super::failure(status, &body[0]).2.as_str()), (Some(1), "UNRECOGNIZED_FIELD"));
}

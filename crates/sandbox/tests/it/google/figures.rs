//! Figures add up across levels and splits, come in the right types, and grow while conversions come in.

use super::{DAYS, Google, metric, sum};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashSet};

const COUNTS: &str = "metrics.impressions, metrics.clicks, metrics.cost_micros, metrics.conversions, metrics.conversions_value, \
                      metrics.all_conversions, metrics.all_conversions_value, metrics.view_through_conversions";
const NAMES: [&str; 8] = [
    "impressions",
    "clicks",
    "costMicros",
    "conversions",
    "conversionsValue",
    "allConversions",
    "allConversionsValue",
    "viewThroughConversions",
];

fn totals(rows: &[Value]) -> Vec<i64> {
    NAMES.iter().map(|name| sum(rows, name)).collect()
}

async fn daily(google: &Google, from: &str, extra: &str, filter: &str) -> Vec<Value> {
    google.rows(&format!("SELECT segments.date{extra}, {COUNTS} FROM {from} WHERE {DAYS}{filter}")).await
}

#[tokio::test]
async fn every_level_adds_up_to_the_account() {
    let google = Google::small().await;
    for account in 0..google.accounts.len() {
        let query = |from: &str| format!("SELECT segments.date, {COUNTS} FROM {from} WHERE {DAYS}");
        let whole = google.rows_of(account, &query("customer")).await;
        assert_eq!(whole.len(), 51, "a row for each day");
        assert!(totals(&whole).iter().all(|t| *t > 0), "{:?}", totals(&whole));
        let campaigns = google.rows_of(account, &query("campaign")).await;
        assert_eq!(totals(&campaigns), totals(&whole));
        for day in &whole {
            let of_day: Vec<Value> =
                campaigns.iter().filter(|r| r["segments"]["date"] == day["segments"]["date"]).cloned().collect();
            assert_eq!(totals(&of_day), totals(std::slice::from_ref(day)));
        }
        let (groups, ads) =
            (google.rows_of(account, &query("ad_group")).await, google.rows_of(account, &query("ad_group_ad")).await);
        let assets = google.rows_of(account, &query("asset_group")).await;
        assert_eq!(totals(&groups), totals(&ads));
        let both = [&ads[..], &assets[..]].concat();
        assert_eq!(totals(&both), totals(&whole), "ads and Performance Max together are all there is");
        assert!(sum(&ads, "costMicros") < sum(&whole, "costMicros"));
        let unsegmented = google.rows_of(account, &format!("SELECT {COUNTS} FROM customer WHERE {DAYS}")).await;
        assert_eq!((unsegmented.len(), totals(&unsegmented)), (1, totals(&whole)), "a filter by date does not segment");
    }
}

#[tokio::test]
async fn every_split_adds_up_to_its_campaigns() {
    let google = Google::small().await;
    let whole = totals(&daily(&google, "campaign", "", "").await);
    let splits = [
        ", segments.device",
        ", segments.ad_network_type",
        ", segments.device, segments.ad_network_type",
        ", segments.hour",
        ", segments.hour, segments.device",
        ", segments.week, segments.month, segments.quarter, segments.year, segments.day_of_week",
    ];
    for split in splits {
        assert_eq!(totals(&daily(&google, "campaign", &format!("{split}, campaign.id"), "").await), whole, "{split}");
    }
    for view in ["user_location_view", "geographic_view"] {
        let rows =
            daily(&google, view, &format!(", campaign.id, {view}.country_criterion_id, segments.geo_target_country"), "").await;
        assert_eq!(totals(&rows), whole, "{view}");
        let id = rows[0][if view == "geographic_view" { "geographicView" } else { "userLocationView" }]["countryCriterionId"]
            .as_str()
            .unwrap();
        assert_eq!(rows[0]["segments"]["geoTargetCountry"], format!("geoTargetConstants/{id}"));
    }
    let groups = totals(&daily(&google, "ad_group", "", "").await);
    for (view, field) in [("age_range_view", "age_range.type"), ("gender_view", "gender.type")] {
        let rows = daily(&google, view, &format!(", ad_group.id, ad_group_criterion.{field}"), "").await;
        assert_eq!(totals(&rows), groups, "{view}");
        assert!(rows.iter().all(|r| metric(r, "clicks") <= metric(r, "impressions")));
    }
    let search = totals(&daily(&google, "campaign", "", " AND campaign.advertising_channel_type = 'SEARCH'").await);
    let keywords = daily(&google, "keyword_view", ", ad_group_criterion.criterion_id, ad_group.id", "").await;
    assert_eq!(totals(&keywords), search);
    let terms = daily(&google, "search_term_view", ", search_term_view.search_term, ad_group.id", "").await;
    let told = sum(&terms, "costMicros") as f64 / search[2] as f64;
    assert!(told > 0.6 && told < 0.95, "rare terms are not told: {told}");
    let keys: HashSet<String> =
        terms.iter().map(|r| format!("{}{}", r["searchTermView"]["resourceName"], r["segments"]["date"])).collect();
    assert_eq!(keys.len(), terms.len());
}

#[tokio::test]
async fn conversions_are_split_by_action_apart_from_cost() {
    let google = Google::small().await;
    let metrics = "metrics.conversions, metrics.conversions_value, metrics.all_conversions, metrics.all_conversions_value";
    let segments = "segments.conversion_action, segments.conversion_action_name, segments.conversion_action_category";
    let query = format!("SELECT segments.date, campaign.id, {segments}, {metrics} FROM campaign WHERE {DAYS}");
    let (split, whole) = (google.rows(&query).await, daily(&google, "campaign", "", "").await);
    for name in ["conversions", "conversionsValue", "allConversions", "allConversionsValue"] {
        assert_eq!(sum(&split, name), sum(&whole, name), "{name}");
    }
    let named: BTreeSet<&str> = split.iter().map(|r| r["segments"]["conversionActionName"].as_str().unwrap()).collect();
    assert!(named.contains("Purchase") && named.contains("Add to cart"), "{named:?}");
    let carts = split.iter().filter(|r| r["segments"]["conversionActionCategory"] == "ADD_TO_CART");
    assert!(carts.clone().count() > 0 && carts.clone().all(|r| metric(r, "conversions") == 0 && metric(r, "allConversions") > 0));
    assert!(whole.iter().any(|r| metric(r, "conversions") % 1_000_000 != 0), "credit is shared out in fractions");
    assert!(sum(&whole, "allConversions") > sum(&whole, "conversions"));
}

#[tokio::test]
async fn types_and_absences_are_those_of_proto_json() {
    let google = Google::small().await;
    let query = format!(
        "SELECT segments.date, segments.hour, campaign.id, campaign.name, metrics.impressions, metrics.clicks, metrics.cost_micros, \
         metrics.ctr, metrics.average_cpc, metrics.conversions FROM campaign WHERE {DAYS}"
    );
    let rows = google.rows(&query).await;
    let row = rows.iter().find(|r| metric(r, "clicks") > 0).unwrap();
    assert!(row["campaign"]["id"].is_string() && row["segments"]["hour"].is_number() && row["segments"]["date"].is_string());
    assert!(["impressions", "clicks", "costMicros"].iter().all(|n| row["metrics"][n].is_string()), "{row}");
    assert!(["ctr", "averageCpc", "conversions"].iter().all(|n| row["metrics"][n].is_number()), "{row}");
    let cpc = row["metrics"]["averageCpc"].as_f64().unwrap();
    assert!((cpc - metric(row, "costMicros") as f64 / metric(row, "clicks") as f64).abs() < 1e-6, "an average is in micros, too");
    let query = "SELECT campaign.id, metrics.clicks, metrics.average_cpc FROM campaign WHERE segments.date = '2026-12-01'";
    let rows = google.rows(query).await;
    let idle = rows.iter().find(|r| metric(r, "clicks") == 0).unwrap();
    assert!(idle["metrics"]["clicks"] == "0" && idle["metrics"]["averageCpc"].is_null());
    let share = format!(
        "SELECT segments.date, campaign.advertising_channel_type, metrics.search_impression_share, metrics.impressions FROM campaign WHERE {DAYS}"
    );
    for row in google.rows(&share).await {
        let told = row["metrics"]["searchImpressionShare"].as_f64();
        assert!(told.is_none_or(|s| (0.0999..1.0).contains(&s)), "{row}");
        assert!(told.is_some() || row["campaign"]["advertisingChannelType"] != "SEARCH");
    }
}

#[tokio::test]
async fn rows_of_nothing_are_dropped_only_when_segmented() {
    let google = Google::small().await;
    let future = "segments.date BETWEEN '2026-12-01' AND '2026-12-02'";
    assert!(
        google.rows(&format!("SELECT segments.date, campaign.id, metrics.clicks FROM campaign WHERE {future}")).await.is_empty()
    );
    let all = google.rows("SELECT campaign.id FROM campaign").await.len();
    let idle = google.rows(&format!("SELECT campaign.id, metrics.clicks FROM campaign WHERE {future}")).await;
    assert!(idle.len() == all && idle.iter().all(|r| r["metrics"]["clicks"] == "0"));
    let kept =
        google.rows(&format!("SELECT campaign.id, metrics.clicks FROM campaign WHERE {future} AND metrics.clicks > 0")).await;
    assert!(kept.is_empty());
    let query = format!("SELECT segments.date, campaign.id, metrics.conversions FROM campaign WHERE {DAYS}");
    assert!(google.rows(&query).await.iter().all(|r| metric(r, "conversions") > 0), "a selected zero is as good as no row");
    let reply = google
        .send(
            0,
            "googleAds:search",
            &json!({"query": format!("SELECT segments.date, metrics.clicks FROM customer WHERE {future}")}),
        )
        .await;
    let body: Value = reply.json().await.unwrap();
    assert_eq!((body.get("results"), &body["fieldMask"]), (None, &json!("segments.date,metrics.clicks")));
}

#[tokio::test]
async fn history_grows_and_then_rests() {
    let google = Google::small().await;
    let query = "SELECT segments.date, metrics.cost_micros, metrics.conversions, metrics.conversions_value FROM customer \
                 WHERE segments.date BETWEEN '2026-11-10' AND '2026-11-15'";
    let mut before = google.rows(query).await;
    let mut grew = 0;
    for day in 1..=32 {
        google.kit.sandbox.advance("P1D").unwrap();
        let now = google.rows(query).await;
        for (old, new) in before.iter().zip(&now) {
            assert_eq!(old["metrics"]["costMicros"], new["metrics"]["costMicros"]);
            assert!(metric(new, "conversions") >= metric(old, "conversions"));
            grew += i32::from(metric(new, "conversions") > metric(old, "conversions"));
        }
        assert!(day <= 24 || before == now, "day {day}");
        before = now;
    }
    assert!(grew > 3, "only {grew} day-steps grew");
}

//! Analytics: levels and splits agree, windows and dates of conversions, hours, limits, what is left out.

use super::{Pins, figure, id, sum};
use crate::kit::small;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use trimtab_sandbox::SandboxSettings;

const COLUMNS: &str = "SPEND_IN_MICRO_DOLLAR,IMPRESSION_1,CLICKTHROUGH_1,OUTBOUND_CLICK_1,TOTAL_CHECKOUT,TOTAL_CLICK_CHECKOUT,TOTAL_VIEW_CHECKOUT,TOTAL_WEB_CHECKOUT,TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR,TOTAL_LEAD,TOTAL_CONVERSIONS";
const ADDED: [&str; 8] = [
    "SPEND_IN_MICRO_DOLLAR",
    "IMPRESSION_1",
    "CLICKTHROUGH_1",
    "OUTBOUND_CLICK_1",
    "TOTAL_CHECKOUT",
    "TOTAL_WEB_CHECKOUT",
    "TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR",
    "TOTAL_CONVERSIONS",
];

fn asked<'p>(granularity: &'p str, from: &'p str, to: &'p str, more: &[(&'p str, &'p str)]) -> Vec<(&'p str, &'p str)> {
    let mut params = vec![("start_date", from), ("end_date", to), ("granularity", granularity)];
    params.extend(more);
    if !params.iter().any(|p| p.0 == "columns") {
        params.push(("columns", COLUMNS));
    }
    params
}

async fn rows(pins: &Pins, path: &str, params: &[(&str, &str)]) -> Vec<Value> {
    pins.own(path, params).await.as_array().expect("a bare array").clone()
}

/// The rows of every object of a level.
async fn level(pins: &Pins, kind: &str, ids: &str, params: &[(&str, &str)]) -> Vec<Value> {
    let objects = pins.everything(kind).await;
    let mut params = params.to_vec();
    params.extend(objects.iter().map(|o| (ids, o["id"].as_str().unwrap())));
    rows(pins, &format!("{kind}/analytics"), &params).await
}

fn by_day(rows: &[Value], name: &str) -> BTreeMap<String, i64> {
    let mut days = BTreeMap::new();
    for row in rows {
        *days.entry(row["DATE"].as_str().unwrap().to_owned()).or_insert(0) += figure(row, name);
    }
    days
}

#[tokio::test]
async fn every_level_adds_up_to_the_account_by_day() {
    for tenant in 0..3 {
        let pins = Pins::with(small(), tenant).await;
        let params = asked("DAY", "2026-10-20", "2026-11-20", &[]);
        let account = rows(&pins, "analytics", &params).await;
        assert!(account.len() > 20 && account.iter().all(|r| id(r, "AD_ACCOUNT_ID") == pins.account.account));
        for (kind, ids) in [("campaigns", "campaign_ids"), ("ad_groups", "ad_group_ids"), ("ads", "ad_ids")] {
            let below = level(&pins, kind, ids, &params).await;
            for name in ADDED {
                assert_eq!(by_day(&account, name), by_day(&below, name), "{kind} {name}");
            }
        }
        for (granularity, most) in [("TOTAL", 1), ("WEEK", 6), ("MONTH", 2)] {
            let sums = rows(&pins, "analytics", &asked(granularity, "2026-10-20", "2026-11-20", &[])).await;
            assert!(sums.len() <= most && sums.iter().all(|r| (granularity == "TOTAL") == r["DATE"].is_null()));
            for name in ADDED {
                assert_eq!(sum(&sums, name), sum(&account, name), "{granularity} {name}");
            }
        }
        for row in &account {
            let of = |name| figure(row, name);
            assert_eq!(of("TOTAL_CHECKOUT"), of("TOTAL_CLICK_CHECKOUT") + of("TOTAL_VIEW_CHECKOUT"), "{row}");
        }
        assert!(sum(&account, "TOTAL_CHECKOUT") > 0 && sum(&account, "SPEND_IN_MICRO_DOLLAR") > 0);
    }
}

#[tokio::test]
async fn figures_are_numbers_ids_text_and_zero_is_no_figure() {
    let pins = Pins::new().await;
    let params = asked(
        "DAY",
        "2026-11-01",
        "2026-11-19",
        &[(
            "columns",
            "CAMPAIGN_ID,CAMPAIGN_NAME,AD_ID,SPEND_IN_MICRO_DOLLAR,SPEND_IN_DOLLAR,TOTAL_CHECKOUT,TOTAL_ENGAGEMENT_CHECKOUT,TOTAL_IMPRESSION,IMPRESSION_1,VIDEO_MRC_VIEWS_1",
        )],
    );
    let ads = level(&pins, "ads", "ad_ids", &params).await;
    let (mut nulls, mut absent) = (0, 0);
    for row in &ads {
        assert!(row["AD_ID"].is_string() && row["CAMPAIGN_ID"].is_string() && row["SPEND_IN_MICRO_DOLLAR"].is_f64(), "{row}");
        let major = row["SPEND_IN_DOLLAR"].as_f64().unwrap();
        assert!((major * 1e6 - row["SPEND_IN_MICRO_DOLLAR"].as_f64().unwrap()).abs() < 1.0, "{row}");
        assert!(figure(row, "TOTAL_IMPRESSION") >= figure(row, "IMPRESSION_1"));
        assert!(row["TOTAL_ENGAGEMENT_CHECKOUT"].is_null(), "nothing new is attributed to engagements");
        nulls += usize::from(row.get("TOTAL_CHECKOUT").is_some_and(Value::is_null));
        absent += usize::from(row.get("VIDEO_MRC_VIEWS_1").is_none());
        assert!(row.as_object().unwrap().values().all(|v| *v != 0), "{row}");
    }
    assert!(nulls > 0 && absent > 0, "{nulls} {absent}");
    let none = asked("DAY", "2026-11-01", "2026-11-19", &[("columns", "TOTAL_SIGNUP")]);
    assert!(rows(&pins, "analytics", &none).await.is_empty(), "a row without any figure is left out");
}

#[tokio::test]
async fn windows_and_dates_of_conversions_matter() {
    let pins = Pins::with(SandboxSettings { ads: 120, ..small() }, 0).await;
    let of = |click: &'static str, view: &'static str, time: &'static str| {
        let pins = &pins;
        async move {
            let more = [
                ("click_window_days", click),
                ("view_window_days", view),
                ("conversion_report_time", time),
                ("engagement_window_days", "30"),
            ];
            rows(pins, "analytics", &asked("DAY", "2026-09-21", "2026-11-20", &more)).await
        }
    };
    let mut last = -1;
    for click in ["0", "1", "7", "14", "30", "60"] {
        let rows = of(click, "1", "TIME_OF_AD_ACTION").await;
        let clicks = sum(&rows, "TOTAL_CLICK_CHECKOUT");
        assert!(if matches!(click, "60") { clicks == last } else { clicks > last }, "{click}: {clicks} after {last}");
        last = clicks;
    }
    assert_eq!(sum(&of("30", "0", "TIME_OF_AD_ACTION").await, "TOTAL_VIEW_CHECKOUT"), 0);
    let by_ad = of("30", "1", "TIME_OF_AD_ACTION").await;
    let by_conversion = of("30", "1", "TIME_OF_CONVERSION").await;
    assert_eq!(by_day(&by_ad, "SPEND_IN_MICRO_DOLLAR"), by_day(&by_conversion, "SPEND_IN_MICRO_DOLLAR"));
    assert_ne!(by_day(&by_ad, "TOTAL_CHECKOUT"), by_day(&by_conversion, "TOTAL_CHECKOUT"));
    // The window spans the whole history, so that every conversion happens within it.
    assert_eq!(sum(&by_ad, "TOTAL_CHECKOUT"), sum(&by_conversion, "TOTAL_CHECKOUT"));
    assert_eq!(
        pins.error(&pins.below("analytics"), &asked("DAY", "2026-11-01", "2026-11-02", &[("click_window_days", "28")])).await.0,
        400
    );
}

#[tokio::test]
async fn every_split_is_a_partition_of_the_same_spend() {
    let pins = Pins::with(small(), 1).await;
    let params = asked("DAY", "2026-11-01", "2026-11-19", &[]);
    let account = rows(&pins, "analytics", &params).await;
    let split = |types: &'static str| {
        let mut params = params.clone();
        params.push(("targeting_types", types));
        let pins = &pins;
        async move { pins.own("targeting_analytics", &params).await["data"].as_array().unwrap().clone() }
    };
    let all = split("GENDER,AGE_BUCKET,COUNTRY,APPTYPE,PLACEMENT,PINNER_INTEREST").await;
    for kind in ["GENDER", "AGE_BUCKET", "COUNTRY", "APPTYPE", "PLACEMENT", "PINNER_INTEREST"] {
        let metrics: Vec<Value> = all.iter().filter(|r| r["targeting_type"] == kind).map(|r| r["metrics"].clone()).collect();
        assert!(metrics.iter().all(|m| m["AD_ACCOUNT_ID"].is_number()), "ids are numbers here");
        for name in ADDED {
            assert_eq!(
                by_day(&metrics, name).into_iter().filter(|d| d.1 > 0).collect::<Vec<_>>(),
                by_day(&account, name).into_iter().filter(|d| d.1 > 0).collect::<Vec<_>>(),
                "{kind} {name}"
            );
        }
    }
    let values = |kind: &str| {
        all.iter().filter(|r| r["targeting_type"] == kind).map(|r| r["targeting_value"].as_str().unwrap()).collect::<BTreeSet<_>>()
    };
    assert_eq!(values("GENDER"), BTreeSet::from(["female", "male", "unknown"]));
    assert!(
        values("AGE_BUCKET").contains("45-49")
            && values("PLACEMENT").contains("SEARCH")
            && values("APPTYPE").contains("web_mobile")
    );
    let audiences = split("AUDIENCE_INCLUDE,TARGETED_INTEREST").await;
    assert!(audiences.iter().any(|r| r["targeting_value"].is_u64()), "an audience is named by a number");
    assert!(sum(audiences.iter().map(|r| &r["metrics"]), "SPEND_IN_MICRO_DOLLAR") < sum(&account, "SPEND_IN_MICRO_DOLLAR"));
    assert!(split("KEYWORD,GEO").await.is_empty());
    let mut beta = params.clone();
    beta.push(("targeting_types", "AGE_BUCKET_AND_GENDER"));
    assert_eq!(pins.error(&pins.below("targeting_analytics"), &beta).await.0, 400);
}

#[tokio::test]
async fn hours_add_up_and_have_no_conversions() {
    let pins = Pins::new().await;
    let days = rows(&pins, "analytics", &asked("DAY", "2026-11-17", "2026-11-19", &[])).await;
    let hours = rows(&pins, "analytics", &asked("HOUR", "2026-11-17", "2026-11-19", &[])).await;
    for name in ["SPEND_IN_MICRO_DOLLAR", "IMPRESSION_1", "CLICKTHROUGH_1"] {
        assert_eq!(by_day(&hours, name), by_day(&days, name), "{name}");
    }
    assert!(hours.iter().all(|r| r["TOTAL_CHECKOUT"].is_null() && r["HOUR"].as_u64().unwrap() < 24));
    assert!(hours.len() > 40);
}

#[tokio::test]
async fn direct_analytics_have_limits_and_know_their_columns() {
    let pins = Pins::new().await;
    let refused = |path: &'static str, params: Vec<(&'static str, &'static str)>| {
        let pins = &pins;
        async move { pins.error(&pins.below(path), &params).await.0 }
    };
    assert_eq!(refused("analytics", asked("DAY", "2026-08-21", "2026-11-01", &[])).await, 400, "91 days back");
    assert_eq!(refused("analytics", asked("HOUR", "2026-11-11", "2026-11-12", &[])).await, 400, "9 days back");
    assert_eq!(refused("analytics", asked("DAILY", "2026-11-11", "2026-11-12", &[])).await, 400);
    assert_eq!(refused("analytics", asked("DAY", "2026-11-12", "2026-11-11", &[])).await, 400);
    for columns in ["SPEND", "TOTAL_ADD_TO_CART", "OUTBOUND_CTR"] {
        assert_eq!(refused("analytics", asked("DAY", "2026-11-01", "2026-11-02", &[("columns", columns)])).await, 400, "{columns}");
    }
    assert_eq!(refused("campaigns/analytics", asked("DAY", "2026-11-01", "2026-11-02", &[])).await, 400, "without ids");
    assert_eq!(refused("campaigns/analytics", asked("DAY", "2026-11-01", "2026-11-02", &[("campaign_ids", "1,2")])).await, 400);
    assert_eq!(
        refused("analytics", asked("DAY", "2026-11-01", "2026-11-02", &[("reporting_timezone", "AD_ACCOUNT_TIME_ZONE")])).await,
        400
    );
    let campaign = pins.everything("campaigns").await[0]["id"].as_str().unwrap().to_owned();
    let hourly = asked("HOUR", "2026-11-13", "2026-11-17", &[("campaign_ids", &campaign)]);
    assert_eq!(pins.error(&pins.below("campaigns/analytics"), &hourly).await.0, 400, "more than three days");
}

#[tokio::test]
async fn money_is_in_micros_of_any_currency() {
    let pins = Pins::with(SandboxSettings { tenants: 7, ..small() }, 6).await;
    assert_eq!(pins.account.currency, "JPY");
    let rows = rows(
        &pins,
        "analytics",
        &asked("TOTAL", "2026-10-20", "2026-11-19", &[("columns", "SPEND_IN_MICRO_DOLLAR,SPEND_IN_DOLLAR")]),
    )
    .await;
    let micros = figure(&rows[0], "SPEND_IN_MICRO_DOLLAR");
    assert!(micros % 1_000_000 == 0 && micros > 1_000_000_000, "whole yen: {micros}");
    assert_eq!(figure(&rows[0], "SPEND_IN_DOLLAR") * 1_000_000, micros);
    assert_eq!(pins.account.timezone, "UTC");
}

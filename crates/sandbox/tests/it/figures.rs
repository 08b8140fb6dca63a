//! Properties of the world's figures: they repeat, add up, grow and react.

use crate::kit::{Kit, action, figure, small, sum};
use serde_json::Value;
use trimtab_sandbox::SandboxSettings;

const RANGE: &str = r#"{"since":"2026-10-20","until":"2026-11-20"}"#;
const COUNTS: &str = "spend,impressions,clicks,inline_link_clicks,video_play_actions,actions,action_values";
const METRICS: [&str; 4] = ["spend", "impressions", "clicks", "inline_link_clicks"];

fn totals(rows: &[Value]) -> Vec<i64> {
    let mut totals: Vec<i64> = METRICS.iter().map(|m| sum(rows, m)).collect();
    for kind in ["omni_purchase", "purchase", "link_click", "omni_add_to_cart", "post_engagement"] {
        totals.push(rows.iter().map(|r| action(r, "actions", kind, "value")).sum());
        totals.push(rows.iter().map(|r| action(r, "actions", kind, "28d_click")).sum());
    }
    totals.push(rows.iter().map(|r| action(r, "action_values", "omni_purchase", "value")).sum());
    totals
}

async fn daily(kit: &Kit, level: &str, extra: &[(&str, &str)]) -> Vec<Value> {
    let windows = r#"["1d_click","7d_click","28d_click","1d_view"]"#;
    let mut params = vec![
        ("level", level),
        ("time_range", RANGE),
        ("time_increment", "1"),
        ("fields", COUNTS),
        ("limit", "500"),
        ("action_attribution_windows", windows),
    ];
    params.extend_from_slice(extra);
    kit.insights(&params).await
}

#[tokio::test]
async fn every_level_adds_up_to_the_account() {
    let kit = Kit::small().await;
    let account = daily(&kit, "account", &[]).await;
    assert_eq!(account.len(), 32);
    assert!(totals(&account).iter().all(|t| *t > 0), "{:?}", totals(&account));
    for level in ["ad", "adset", "campaign"] {
        let rows = daily(&kit, level, &[]).await;
        assert_eq!(totals(&rows), totals(&account), "{level}");
        for day in &account {
            let of_day: Vec<Value> = rows.iter().filter(|r| r["date_start"] == day["date_start"]).cloned().collect();
            assert_eq!(totals(&of_day), totals(std::slice::from_ref(day)), "{level} {}", day["date_start"]);
        }
    }
    let whole = kit.insights(&[("level", "account"), ("time_range", RANGE), ("fields", COUNTS)]).await;
    assert_eq!(sum(&whole, "spend"), sum(&account, "spend"));
    let monthly =
        kit.insights(&[("level", "account"), ("time_range", RANGE), ("time_increment", "monthly"), ("fields", "spend")]).await;
    assert_eq!((monthly.len(), sum(&monthly, "spend")), (2, sum(&account, "spend")));
}

#[tokio::test]
async fn every_breakdown_adds_up_to_the_whole() {
    let kit = Kit::small().await;
    let whole = totals(&daily(&kit, "campaign", &[]).await);
    let breakdowns =
        ["country", "age", "gender", "age,gender", "publisher_platform", "publisher_platform,platform_position", "device_platform"];
    for breakdown in breakdowns {
        let rows = daily(&kit, "campaign", &[("breakdowns", breakdown)]).await;
        assert_eq!(totals(&rows), whole, "{breakdown}");
        for row in &rows {
            assert!(figure(row, "clicks") <= figure(row, "impressions"), "{row}");
            assert!(breakdown.split(',').all(|name| row[name].is_string()), "{row}");
        }
    }
    let hourly =
        [("breakdowns", "hourly_stats_aggregated_by_advertiser_time_zone"), ("fields", "spend,impressions,clicks,reach,actions")];
    let rows = daily(&kit, "account", &hourly).await;
    assert_eq!((sum(&rows, "spend"), sum(&rows, "impressions"), sum(&rows, "clicks")), (whole[0], whole[1], whole[2]));
    assert!(rows.iter().all(|r| r["reach"] == "0" && action(r, "actions", "omni_purchase", "value") == 0));
    assert_eq!(rows[0]["hourly_stats_aggregated_by_advertiser_time_zone"], "00:00:00 - 00:59:59");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_answers_and_another_gives_others() {
    let rows = |settings: SandboxSettings| async move {
        let kit = Kit::with(settings).await;
        daily(&kit, "ad", &[]).await
    };
    let first = rows(small()).await;
    assert_eq!(first, rows(small()).await);
    assert_ne!(first, rows(SandboxSettings { seed: 4, ..small() }).await);
}

#[tokio::test]
async fn history_grows_for_28_days_and_then_rests() {
    let kit = Kit::small().await;
    let range = r#"{"since":"2026-11-10","until":"2026-11-15"}"#;
    let read = async |kit: &Kit| {
        let params = [
            ("level", "account"),
            ("time_range", range),
            ("time_increment", "1"),
            ("fields", "spend,impressions,actions,action_values"),
        ];
        kit.insights(&params).await
    };
    let mut before = read(&kit).await;
    let mut grew = 0;
    for day in 1..=40 {
        kit.sandbox.advance("P1D").unwrap();
        let now = read(&kit).await;
        for (old, new) in before.iter().zip(&now) {
            assert_eq!(old["spend"], new["spend"], "spend is final when the day has ended");
            let purchases = |row: &Value| action(row, "actions", "omni_purchase", "value");
            let worth = |row: &Value| action(row, "action_values", "omni_purchase", "value");
            assert!(purchases(new) >= purchases(old) && worth(new) >= worth(old), "{old} {new}");
            grew += i32::from(purchases(new) > purchases(old));
        }
        if day > 24 {
            // 15 November plus 28 days is 13 December: 23 days from the start.
            assert_eq!(before, now, "day {day}");
        }
        before = now;
    }
    assert!(grew > 10, "only {grew} day-steps grew");
}

#[tokio::test]
async fn today_fills_up_as_the_day_goes() {
    let kit = Kit::small().await;
    let params = [("level", "account"), ("date_preset", "today"), ("fields", "spend,impressions")];
    let mut spend = Vec::new();
    for _ in 0..10 {
        spend.push(sum(&kit.insights(&params).await, "spend"));
        kit.sandbox.advance("PT1H").unwrap();
    }
    assert!(spend.is_sorted() && spend[9] > spend[0] && spend[0] > 0, "{spend:?}");
}

#[tokio::test]
async fn reach_is_deduplicated_over_days_and_objects() {
    let kit = Kit::small().await;
    let read = async |level: &str, increment: &str| {
        let params = [
            ("level", level),
            ("time_range", RANGE),
            ("time_increment", increment),
            ("fields", "reach,impressions,frequency"),
            ("limit", "500"),
        ];
        kit.insights(&params).await
    };
    let (days, whole, ads) = (read("account", "1").await, read("account", "all_days").await, read("ad", "all_days").await);
    let period = sum(&whole, "reach");
    assert!(period < sum(&days, "reach") && period > days.iter().map(|d| figure(d, "reach")).max().unwrap());
    assert!(period < sum(&ads, "reach") && period > ads.iter().map(|d| figure(d, "reach")).max().unwrap());
    for row in days.iter().chain(&ads) {
        assert!(figure(row, "reach") <= figure(row, "impressions") && figure(row, "frequency") >= 1_000_000, "{row}");
    }
}

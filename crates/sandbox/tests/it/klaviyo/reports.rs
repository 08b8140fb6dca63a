//! Reports: campaigns at their sending, flows by day, in the account's zone.

use super::{Mail, daily, sum};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const STATISTICS: [&str; 7] =
    ["recipients", "delivered", "opens_unique", "clicks_unique", "conversions", "conversion_value", "open_rate"];

fn frame(from: &str, to: &str) -> Value {
    // The offset is ignored: the account's zone decides.
    json!({"start": format!("{from}T00:00:00+09:00"), "end": format!("{to}T00:00:00+09:00")})
}

fn results(answer: &Value) -> Vec<Value> {
    answer["data"]["attributes"]["results"].as_array().unwrap().clone()
}

#[tokio::test]
async fn campaigns_are_told_at_their_sending_with_all_that_came_of_them() {
    let mail = Mail::new().await;
    let placed = mail.placed_order().await;
    let report = json!({"timeframe": frame("2026-11-01", "2026-11-12"), "conversion_metric_id": placed, "statistics": STATISTICS});
    let answer = mail.query("campaign-values-reports", report.clone()).await;
    let results = results(&answer);
    assert!((2..5).contains(&results.len()), "two a week: {}", results.len());
    let by_message = mail
        .query(
            "metric-aggregates",
            daily(&placed, "2026-11-01", "2026-11-20", json!({"by": ["$attributed_message"], "timezone": mail.account.timezone})),
        )
        .await;
    for result in &results {
        let (of, told) = (&result["groupings"], &result["statistics"]);
        assert_eq!(of.as_object().unwrap().len(), 3);
        assert_eq!(of["send_channel"], "email");
        let message = of["campaign_message_id"].as_str().unwrap();
        assert_eq!(told["conversions"].as_f64().unwrap(), sum(&by_message, "count", |key| key[0] == message), "{result}");
        let money = sum(&by_message, "sum_value", |key| key[0] == message);
        assert!((told["conversion_value"].as_f64().unwrap() - money).abs() < 0.01, "{result} {money}");
        let rate = told["opens_unique"].as_f64().unwrap() / told["delivered"].as_f64().unwrap();
        assert!((told["open_rate"].as_f64().unwrap() - rate).abs() < 1e-9 && (0.1..0.6).contains(&rate), "{result}");
    }
    let listed = mail.all("campaigns", &[("filter", "equals(messages.channel,'email')")]).await.0;
    assert!(results.iter().all(|r| listed.iter().any(|c| c["id"] == r["groupings"]["campaign_id"])));
    let id = results[0]["groupings"]["campaign_id"].as_str().unwrap();
    let mut one = report;
    one["filter"] = json!(format!("equals(campaign_id,\"{id}\")"));
    assert_eq!(self::results(&mail.query("campaign-values-reports", one).await), results[..1]);
}

#[tokio::test]
async fn flows_add_up_by_day() {
    let mail = Mail::new().await;
    let placed = mail.placed_order().await;
    let values = json!({"timeframe": frame("2026-10-20", "2026-11-15"), "conversion_metric_id": placed, "statistics": STATISTICS});
    let mut series = values.clone();
    series["interval"] = json!("daily");
    let (values, series) = (mail.query("flow-values-reports", values).await, mail.query("flow-series-reports", series).await);
    let times = series["data"]["attributes"]["date_times"].as_array().unwrap();
    assert_eq!(times.len(), 26);
    assert!(times[0].as_str().unwrap().starts_with("2026-10-20T00:00:00+02:00"), "{}", times[0]);
    let series: BTreeMap<String, Value> = results(&series)
        .into_iter()
        .map(|r| (r["groupings"]["flow_id"].as_str().unwrap().to_owned(), r["statistics"].clone()))
        .collect();
    assert_eq!(results(&values).len(), 3);
    for result in results(&values) {
        let days = &series[result["groupings"]["flow_id"].as_str().unwrap()];
        for name in ["recipients", "conversions", "conversion_value"] {
            let sum: f64 = days[name].as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).sum();
            assert!((result["statistics"][name].as_f64().unwrap() - sum).abs() < 0.01, "{name}: {result}");
        }
        assert!(result["statistics"]["recipients"].as_f64().unwrap() > 0.0);
    }
    let named = json!({"timeframe": {"key": "last_7_days"}, "conversion_metric_id": placed, "statistics": ["recipients"]});
    assert_eq!(results(&mail.query("flow-values-reports", named).await).len(), 3);
}

#[tokio::test]
async fn reports_refuse_what_cannot_be() {
    let mail = Mail::new().await;
    let placed = mail.placed_order().await;
    let good = json!({"timeframe": frame("2026-11-01", "2026-11-12"), "conversion_metric_id": placed, "statistics": ["opens"]});
    for (path, change, part) in [
        ("campaign-values-reports", json!({"group_by": ["campaign_id"]}), "campaign_message_id"),
        ("campaign-values-reports", json!({"statistics": ["open"]}), "statistics"),
        ("campaign-values-reports", json!({"conversion_metric_id": "NOBODY"}), "metric"),
        ("campaign-values-reports", json!({"timeframe": frame("2025-01-01", "2026-11-12")}), "one year"),
        ("campaign-values-reports", json!({"timeframe": {"key": "last_5_days"}}), "key"),
        ("flow-values-reports", json!({"group_by": ["flow_id", "campaign_id", "flow_message_id"]}), "group_by"),
        ("flow-series-reports", json!({}), "interval"),
        ("flow-series-reports", json!({"interval": "daily", "timeframe": frame("2026-08-01", "2026-11-12")}), "60 days"),
        ("flow-series-reports", json!({"interval": "hourly"}), "7 days"),
    ] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let (status, detail) = mail.refused(path, body).await;
        assert!(status == 400 && detail.contains(part), "{path} {change}: {detail}");
    }
}

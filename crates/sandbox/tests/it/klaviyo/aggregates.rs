//! Daily sums: they agree with the truth, with the shop's orders and with each other, in any zone.

use super::{Mail, daily, sum};
use serde_json::{Value, json};
use trimtab_domain::{DayRange, Source};

async fn totals(mail: &Mail, from: &str, to: &str) -> Vec<Value> {
    let range = DayRange::new(from.parse().unwrap(), to.parse().unwrap()).unwrap();
    mail.kit.sandbox.totals_of(Source::Klaviyo, &mail.account.account, range).unwrap().as_array().unwrap().clone()
}

#[tokio::test]
async fn attributed_orders_come_to_the_truth_by_day() {
    for shop in 0..3 {
        let mail = Mail::with(crate::kit::small(), shop).await;
        let placed = mail.placed_order().await;
        let zone = mail.account.timezone.clone();
        let query = daily(&placed, "2026-10-15", "2026-11-16", json!({"by": ["$attributed_message"], "timezone": zone}));
        let answer = mail.query("metric-aggregates", query).await;
        let attributes = &answer["data"]["attributes"];
        let dates: Vec<&str> = attributes["dates"].as_array().unwrap().iter().map(|d| d.as_str().unwrap()).collect();
        assert_eq!(dates.len(), 32);
        assert!(dates[0].starts_with("2026-10-15T00:00:00") && dates[0].len() == 25, "{}", dates[0]);
        let truth = totals(&mail, "2026-10-15", "2026-11-15").await;
        for (place, date) in dates.iter().enumerate() {
            let of_day = |name: &str, nobody: bool| -> f64 {
                let rows = attributes["data"].as_array().unwrap().iter();
                let rows = rows.filter(|r| (r["dimensions"][0] == "") == nobody);
                rows.map(|r| r["measurements"][name][place].as_f64().unwrap()).sum()
            };
            let day = truth.iter().find(|t| date.starts_with(t["date"].as_str().unwrap())).unwrap();
            assert_eq!(of_day("count", false), day["orders"].as_f64().unwrap(), "{date}");
            let revenue: f64 = day["revenue"].as_str().unwrap().parse().unwrap();
            assert!((of_day("sum_value", false) - revenue).abs() < 0.005, "{date}");
            assert!(of_day("count", true) > of_day("count", false), "most orders are attributed to nothing");
            assert!(of_day("unique", false) <= of_day("count", false));
        }
        // What the shop counts: every order but the merchant's own trials.
        let whole = mail.query("metric-aggregates", daily(&placed, "2026-10-15", "2026-11-16", json!({"timezone": zone}))).await;
        assert_eq!(whole["data"]["attributes"]["data"].as_array().unwrap().len(), 1);
        let system =
            if mail.kit.accounts_of("shopify").iter().any(|a| a.tenant == mail.account.tenant) { "shopify" } else { "magento" };
        if let Some(account) = mail.kit.accounts_of(system).into_iter().find(|a| a.tenant == mail.account.tenant) {
            let range = DayRange::new("2026-10-15".parse().unwrap(), "2026-11-15".parse().unwrap()).unwrap();
            let shop = mail.kit.sandbox.totals_of(system.parse().unwrap(), &account.account, range).unwrap();
            let orders: i64 =
                shop.as_array().unwrap().iter().map(|d| d["orders"].as_i64().unwrap() + d["cancelled"].as_i64().unwrap()).sum();
            assert_eq!(sum(&whole, "count", |_| true), orders as f64, "{system}");
        }
    }
}

#[tokio::test]
async fn mails_are_counted_by_message_flow_and_campaign() {
    let mail = Mail::new().await;
    let zone = mail.account.timezone.clone();
    let ask = |metric: String, by: Value| {
        let (mail, zone) = (&mail, zone.clone());
        async move {
            mail.query("metric-aggregates", daily(&metric, "2026-11-02", "2026-11-16", json!({"by": by, "timezone": zone}))).await
        }
    };
    let truth = totals(&mail, "2026-11-02", "2026-11-15").await;
    for (name, total) in [("Received Email", "recipients"), ("Opened Email", "opens"), ("Clicked Email", "clicks")] {
        let metric = mail.metric(name, "Klaviyo").await;
        let told: i64 = truth.iter().map(|d| d[total].as_i64().unwrap()).sum();
        let by_message = ask(metric.clone(), json!(["$message"])).await;
        assert_eq!(sum(&by_message, "count", |_| true), told as f64, "{name}");
        assert_eq!(sum(&by_message, "count", |key| key[0].is_empty()), 0.0, "every mail is one");
        let by_flow = ask(metric.clone(), json!(["$flow", "Campaign Name"])).await;
        let (flows, campaigns) = (sum(&by_flow, "count", |k| !k[0].is_empty()), sum(&by_flow, "count", |k| !k[1].is_empty()));
        assert!(flows > 0.0 && campaigns > flows && flows + campaigns == told as f64, "{name}: {flows} {campaigns} {told}");
    }
    let received = mail.metric("Received Email", "Klaviyo").await;
    let hourly = json!({"interval": "hour", "timezone": mail.account.timezone, "by": ["Campaign Name"]});
    let answer = mail.query("metric-aggregates", daily(&received, "2026-11-03", "2026-11-04", hourly)).await;
    let hours = sum(&answer, "count", |key| !key[0].is_empty());
    let at_ten = answer["data"]["attributes"]["data"].as_array().unwrap().iter().find(|r| r["dimensions"][0] != "").unwrap();
    assert_eq!(at_ten["measurements"]["count"][10].as_f64().unwrap(), hours, "a campaign goes out at once: {at_ten}");
}

#[tokio::test]
async fn days_are_utc_days_unless_a_zone_is_named() {
    let mail = Mail::with(crate::kit::small(), 1).await;
    assert_eq!(mail.account.timezone, "America/New_York");
    let placed = mail.placed_order().await;
    let utc = mail.query("metric-aggregates", daily(&placed, "2026-11-03", "2026-11-13", json!({}))).await;
    assert_eq!(utc["data"]["attributes"]["dates"][0], "2026-11-03T00:00:00+00:00");
    let own = json!({"timezone": "America/New_York"});
    let local = mail.query("metric-aggregates", daily(&placed, "2026-11-03", "2026-11-13", own.clone())).await;
    assert_eq!(local["data"]["attributes"]["dates"][0], "2026-11-03T00:00:00-05:00");
    let rows = |answer: &Value| answer["data"]["attributes"]["data"][0]["measurements"]["count"].clone();
    assert_ne!(rows(&utc), rows(&local));
    let weeks = mail.query("metric-aggregates", daily(&placed, "2026-11-03", "2026-11-13", json!({"interval": "week"}))).await;
    assert_eq!(weeks["data"]["attributes"]["dates"].as_array().unwrap().len(), 2);
    assert_eq!(sum(&weeks, "count", |_| true), sum(&utc, "count", |_| true));
    for (more, part) in [
        (json!({"timezone": "Europe/Kyiv"}), "timezone"),
        (json!({"filter": ["greater-or-equal(datetime,2026-11-01T00:00:00)"]}), "bound"),
        (
            json!({"filter": ["greater-or-equal(datetime,2024-11-01T00:00:00)", "less-than(datetime,2026-11-01T00:00:00)"]}),
            "one year",
        ),
        (json!({"by": ["Shoe size"]}), "by"),
        (json!({"measurements": ["sum"]}), "measurements"),
        (json!({"interval": "minute"}), "interval"),
        (json!({"page_size": 501}), "page_size"),
    ] {
        let (status, detail) = mail.refused("metric-aggregates", daily(&placed, "2026-11-03", "2026-11-13", more.clone())).await;
        assert!(status == 400 && detail.contains(part), "{more}: {detail}");
    }
    assert_eq!(mail.refused("metric-aggregates", daily("NOBODY", "2026-11-03", "2026-11-13", json!({}))).await.0, 404);
    let old = mail.metric("Placed Order", "API").await;
    let none = mail.query("metric-aggregates", daily(&old, "2026-11-03", "2026-11-13", own)).await;
    assert_eq!(sum(&none, "count", |_| true), 0.0);
}

#[tokio::test]
async fn rows_come_in_pages_and_attribution_is_found_out_late() {
    let mail = Mail::new().await;
    let placed = mail.placed_order().await;
    let query = |more: Value| {
        daily(
            &placed,
            "2026-10-20",
            "2026-11-20",
            json!({"by": ["$attributed_message"], "page_size": 4})
                .as_object()
                .map(|o| {
                    let mut o = o.clone();
                    o.extend(more.as_object().unwrap().clone());
                    Value::Object(o)
                })
                .unwrap(),
        )
    };
    let whole = mail.query("metric-aggregates", query(json!({"page_size": 500}))).await;
    let (mut paged, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let more = cursor.as_ref().map_or_else(|| json!({}), |c| json!({"page_cursor": c}));
        let page = mail.query("metric-aggregates", query(more)).await;
        paged.extend(page["data"]["attributes"]["data"].as_array().unwrap().iter().cloned());
        match page["links"]["next"].as_str() {
            Some(next) => {
                cursor = url::Url::parse(next).unwrap().query_pairs().find(|p| p.0 == "page_cursor").map(|p| p.1.into_owned())
            }
            None => break,
        }
    }
    assert_eq!(Value::Array(paged), whole["data"]["attributes"]["data"]);
    let attributed = |answer: &Value| sum(answer, "count", |key| !key[0].is_empty());
    let all = |answer: &Value| sum(answer, "count", |_| true);
    mail.kit.sandbox.advance("P5D").unwrap();
    let later = mail.query("metric-aggregates", query(json!({"page_size": 500}))).await;
    assert!(attributed(&later) > attributed(&whole), "{} {}", attributed(&later), attributed(&whole));
    mail.kit.sandbox.advance("P5D").unwrap();
    let settled = mail.query("metric-aggregates", query(json!({"page_size": 500}))).await;
    assert_eq!((attributed(&settled), all(&settled)), (attributed(&later), all(&later)));
}

#[tokio::test]
async fn another_zone_or_currency_holds_from_now_on() {
    let mail = Mail::new().await;
    let placed = mail.placed_order().await;
    let query = || daily(&placed, "2026-11-02", "2026-11-12", json!({"timezone": "Europe/Amsterdam"}));
    let before = mail.query("metric-aggregates", query()).await;
    let sandbox = &mail.kit.sandbox;
    let rewritten = sandbox.rewrite_account(Source::Klaviyo, &mail.account.account, Some("USD"), Some("Asia/Tokyo"));
    assert!(rewritten.unwrap());
    let after = mail.query("metric-aggregates", query()).await;
    assert!((sum(&after, "sum_value", |_| true) / sum(&before, "sum_value", |_| true) - 1.1).abs() < 0.001);
    assert_eq!(sum(&after, "count", |_| true), sum(&before, "count", |_| true));
    let told = mail.get("accounts", &[]).await["data"][0]["attributes"].clone();
    assert_eq!((told["timezone"].as_str(), told["preferred_currency"].as_str()), (Some("Asia/Tokyo"), Some("USD")));
    assert_eq!(mail.get("accounts", &[]).await["data"][0]["id"], mail.account.account);
}

//! Reports: asking, polling, fetching, and that their files agree with direct analytics.

use super::{Pins, figure, id, sum};
use serde_json::{Value, json};
use trimtab_sandbox::{Fault, FaultKind};

fn document(level: &str, from: &str, to: &str) -> Value {
    json!({
        "start_date": from, "end_date": to, "granularity": "DAY", "level": level, "report_format": "JSON",
        "columns": ["CAMPAIGN_ID", "AD_GROUP_ID", "AD_ID", "SPEND_IN_MICRO_DOLLAR", "IMPRESSION_1", "TOTAL_CHECKOUT", "TOTAL_ADD_TO_CART"],
        "click_window_days": 30, "engagement_window_days": 30, "view_window_days": 1, "conversion_report_time": "TIME_OF_AD_ACTION",
    })
}

async fn ask(pins: &Pins, document: &Value) -> (u16, Value) {
    let url = pins.url(&pins.below("reports"));
    let reply = pins.kit.client.post(url).bearer_auth(&pins.access).json(document).send().await.unwrap();
    (reply.status().as_u16(), reply.json().await.unwrap())
}

/// Asks and polls until the report is no longer in progress.
async fn done(pins: &Pins, document: &Value) -> Value {
    let (status, asked) = ask(pins, document).await;
    assert_eq!((status, &asked["report_status"]), (200, &json!("IN_PROGRESS")), "{asked}");
    let token = asked["token"].as_str().unwrap().to_owned();
    for _ in 0..20 {
        let told = pins.own("reports", &[("token", &token)]).await;
        if told["report_status"] != "IN_PROGRESS" {
            return told;
        }
    }
    panic!("{token} never ends");
}

async fn text(pins: &Pins, document: &Value) -> String {
    let told = done(pins, document).await;
    assert_eq!(told["report_status"], "FINISHED");
    let text = pins.kit.client.get(told["url"].as_str().unwrap()).send().await.unwrap().text().await.unwrap();
    assert_eq!(text.len() as u64, told["size"].as_u64().unwrap());
    text
}

/// The rows of a JSON file, each list under its key.
async fn file(pins: &Pins, document: &Value) -> serde_json::Map<String, Value> {
    serde_json::from_str(&text(pins, document).await).unwrap()
}

fn rows(file: &serde_json::Map<String, Value>) -> Vec<Value> {
    file.values().flat_map(|list| list.as_array().unwrap().clone()).collect()
}

#[tokio::test]
async fn a_file_agrees_with_direct_analytics() {
    let pins = Pins::new().await;
    let (from, to) = ("2026-10-20", "2026-11-19");
    let params = [
        ("start_date", from),
        ("end_date", to),
        ("granularity", "DAY"),
        ("columns", "SPEND_IN_MICRO_DOLLAR,IMPRESSION_1,TOTAL_CHECKOUT"),
    ];
    let direct = pins.own("analytics", &params).await.as_array().unwrap().clone();
    for (level, key) in
        [("ADVERTISER", "AD_ACCOUNT_ID"), ("CAMPAIGN", "CAMPAIGN_ID"), ("AD_GROUP", "AD_GROUP_ID"), ("PIN_PROMOTION", "AD_ID")]
    {
        let file = file(&pins, &document(level, from, to)).await;
        for (object, list) in &file {
            assert!(list.as_array().unwrap().iter().all(|row| id(row, key) == *object && row[key].is_number()), "{level}");
        }
        let all = rows(&file);
        for name in ["SPEND_IN_MICRO_DOLLAR", "IMPRESSION_1", "TOTAL_CHECKOUT"] {
            assert_eq!(sum(&all, name), sum(&direct, name), "{level} {name}");
        }
        assert!(
            sum(&all, "TOTAL_ADD_TO_CART") > 0
                && all.iter().all(|r| r.as_object().unwrap().values().all(|v| !v.is_null() && *v != 0))
        );
    }
    let mut by_date = document("PIN_PROMOTION", from, to);
    by_date["primary_sort"] = json!("BY_DATE");
    let by_date = file(&pins, &by_date).await;
    assert!(by_date.iter().all(|(day, list)| list.as_array().unwrap().iter().all(|r| r["DATE"] == *day)));
    assert_eq!(sum(&rows(&by_date), "SPEND_IN_MICRO_DOLLAR"), sum(&direct, "SPEND_IN_MICRO_DOLLAR"));
    let mut csv = document("PIN_PROMOTION", from, to);
    csv["report_format"] = json!("CSV");
    let csv = text(&pins, &csv).await;
    let (head, lines) = csv.split_once('\n').unwrap();
    let names: Vec<&str> = head.split(',').collect();
    assert_eq!(names[..3], ["AD_ID", "DATE", "CAMPAIGN_ID"]);
    let spend = names.iter().position(|n| *n == "SPEND_IN_MICRO_DOLLAR").unwrap();
    let total: i64 = lines.lines().map(|l| l.split(',').nth(spend).unwrap().trim_end_matches(".0").parse::<i64>().unwrap()).sum();
    assert_eq!(total, sum(&direct, "SPEND_IN_MICRO_DOLLAR"));
    assert!(lines.lines().any(|l| l.ends_with(",0")), "zeros are filled in");
}

#[tokio::test]
async fn reports_split_filter_and_refuse() {
    let pins = Pins::new().await;
    let plain = rows(&file(&pins, &document("CAMPAIGN", "2026-11-01", "2026-11-10")).await);
    let mut split = document("CAMPAIGN_TARGETING", "2026-11-01", "2026-11-10");
    split["targeting_types"] = json!(["GENDER", "COUNTRY"]);
    let split = rows(&file(&pins, &split).await);
    for kind in ["GENDER", "COUNTRY"] {
        let part: Vec<&Value> = split.iter().filter(|r| r["TARGETING_TYPE"] == kind).collect();
        assert_eq!(sum(part, "SPEND_IN_MICRO_DOLLAR"), sum(&plain, "SPEND_IN_MICRO_DOLLAR"), "{kind}");
    }
    let one = id(&plain[0], "CAMPAIGN_ID");
    let mut filtered = document("CAMPAIGN", "2026-11-01", "2026-11-10");
    filtered["campaign_ids"] = json!([one]);
    assert_eq!(file(&pins, &filtered).await.keys().collect::<Vec<_>>(), [&one]);
    let mut running = document("CAMPAIGN", "2026-11-01", "2026-11-10");
    running["campaign_statuses"] = json!(["RUNNING"]);
    running["metrics_filters"] = json!([{"field": "TOTAL_IMPRESSION", "operator": "GREATER_THAN", "values": [100]}]);
    let kept = rows(&file(&pins, &running).await);
    assert!(!kept.is_empty() && kept.iter().all(|r| figure(r, "IMPRESSION_1") * 2 > 100));
    assert!(file(&pins, &document("KEYWORD", "2026-11-01", "2026-11-10")).await.is_empty());
    let wrong = [
        ("level", json!("AD")),
        ("start_date", json!("2024-05-01")),
        ("end_date", json!("2027-06-01")),
        ("columns", json!(["SPENT"])),
        ("columns", json!("SPEND_IN_MICRO_DOLLAR")),
        ("campaign_statuses", json!(["RUNNING", "PAUSED", "NOT_STARTED", "COMPLETED", "ARCHIVED", "DRAFT", "DELETED_DRAFT"])),
        ("targeting_types", json!(["GENDER"])),
        ("click_window_days", json!(28)),
        ("granularity", Value::Null),
        ("start_hour", json!(3)),
    ];
    for (field, value) in wrong {
        let mut asked = document("CAMPAIGN", "2026-11-01", "2026-11-10");
        asked[field] = value.clone();
        let (status, answer) = ask(&pins, &asked).await;
        assert!(status == 400 && answer["code"].is_i64(), "{field} {value}: {answer}");
    }
    let url = pins.url(&pins.below("reports"));
    let query = [
        ("start_date", "2026-11-01"),
        ("end_date", "2026-11-10"),
        ("granularity", "DAY"),
        ("level", "CAMPAIGN"),
        ("columns", "CAMPAIGN_ID"),
    ];
    let reply = pins.kit.client.post(url).bearer_auth(&pins.access).query(&query).send().await.unwrap();
    assert_eq!(reply.status(), 400, "parameters in the URL do not count");
}

#[tokio::test]
async fn links_live_five_minutes_and_reports_an_hour() {
    let pins = Pins::new().await;
    let asked = ask(&pins, &document("CAMPAIGN", "2026-11-01", "2026-11-10")).await.1;
    let token = asked["token"].as_str().unwrap().to_owned();
    let params = [("token", token.as_str())];
    let poll = || pins.own("reports", &params);
    while poll().await["report_status"] == "IN_PROGRESS" {}
    let url = poll().await["url"].as_str().unwrap().to_owned();
    let client = &pins.kit.client;
    assert_eq!(client.get(&url).bearer_auth(&pins.access).send().await.unwrap().status(), 400, "a signed link takes no token");
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200, "and works again");
    assert_eq!(client.get(url.replace("Expires=", "Expires=9")).send().await.unwrap().status(), 403, "signed as it is");
    pins.kit.sandbox.advance("PT5M").unwrap();
    assert_eq!(client.get(&url).send().await.unwrap().status(), 403);
    assert_eq!(poll().await["report_status"], "FINISHED");
    pins.kit.sandbox.advance("PT55M").unwrap();
    assert_eq!(poll().await["report_status"], "EXPIRED");
    assert_eq!(pins.own("reports", &[("token", "strange")]).await["report_status"], "DOES_NOT_EXIST");
}

#[tokio::test]
async fn faults_end_reports() {
    let pins = Pins::new().await;
    for (kind, status) in [(FaultKind::ReportFailed, "FAILED"), (FaultKind::ReportSkipped, "CANCELLED")] {
        pins.kit.sandbox.add_fault(Fault::new("/pinterest", kind).times(1)).unwrap();
        let told = done(&pins, &document("CAMPAIGN", "2026-11-01", "2026-11-10")).await;
        assert_eq!((&told["report_status"], &told["url"]), (&json!(status), &Value::Null));
    }
}

#[tokio::test]
async fn history_is_restated_and_then_rests() {
    let pins = Pins::with(trimtab_sandbox::SandboxSettings { ads: 120, ..crate::kit::small() }, 0).await;
    let asked = document("ADVERTISER", "2026-11-15", "2026-11-15");
    let mut counts = Vec::new();
    for _ in 0..2 {
        counts.push(sum(&rows(&file(&pins, &asked).await), "TOTAL_CHECKOUT"));
        // Tokens live for thirty days, so the clock stays within them.
        pins.kit.sandbox.advance("P27D").unwrap();
    }
    assert!(counts[1] > counts[0], "{counts:?}");
}

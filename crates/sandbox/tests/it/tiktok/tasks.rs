//! Prepared reports.

use super::{Client, sum};
use serde_json::{Value, json};
use trimtab_sandbox::{Fault, FaultKind};

fn wish(extra: Value) -> Value {
    let mut wish = json!({
        "report_type": "BASIC",
        "data_level": "AUCTION_AD",
        "dimensions": ["ad_id_v2", "stat_time_day"],
        "metrics": ["spend", "impressions", "campaign_name", "value_per_complete_payment"],
        "start_date": "2026-09-01",
        "end_date": "2026-11-18",
        "filtering": [{"field_name": "ad_status", "filter_type": "IN", "filter_value": "[\"STATUS_ALL\"]"}],
        "enable_report_title_translation": false,
    });
    wish.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    wish
}

async fn create(client: &Client, extra: Value) -> String {
    let told = client.post("report/task/create/", wish(extra)).await;
    told["data"]["task_id"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned()
}

/// Looks after a task until it ends; answers all that was told.
async fn ending(client: &Client, id: &str) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    while told.len() < 10 && told.last().is_none_or(|s| s == "QUEUING" || s == "PROCESSING") {
        let data = client.get("report/task/check/", &[("task_id", id)]).await;
        told.push(data["status"].as_str().unwrap().to_owned());
    }
    told
}

async fn file(client: &Client, id: &str) -> String {
    let reply = client.send("report/task/download/", &[("task_id", id)]).await;
    assert!(reply.headers()["content-type"].to_str().unwrap().starts_with("text/csv"));
    reply.text().await.unwrap()
}

#[tokio::test]
async fn a_task_ends_in_a_file_that_equals_the_direct_answers() {
    let client = Client::several().await;
    let id = create(&client, json!({})).await;
    let early = client.send("report/task/download/", &[("task_id", &id)]).await.json::<Value>().await.unwrap();
    assert_eq!(early["code"], 40_201);
    let told = ending(&client, &id).await;
    assert!(told[0] == "QUEUING" && told.last().unwrap() == "SUCCESS", "{told:?}");
    let csv = file(&client, &id).await;
    let mut lines = csv.lines();
    assert_eq!(lines.next().unwrap(), "ad_id_v2,stat_time_day,spend,impressions,campaign_name,value_per_complete_payment");
    let (mut spend, mut rows) = (0, 0);
    for line in lines {
        spend += trimtab_domain::money::parse_micros(line.split(',').nth(2).unwrap()).unwrap();
        rows += 1;
    }
    let mut direct = Vec::new();
    for days in [("2026-09-01", "2026-09-30"), ("2026-10-01", "2026-10-30"), ("2026-10-31", "2026-11-18")] {
        let dates = [("start_date", days.0), ("end_date", days.1), ("filtering", super::ALL_ADS)];
        direct.extend(client.report("AUCTION_AD", json!(["ad_id_v2", "stat_time_day"]), json!(["spend"]), &dates).await);
    }
    assert_eq!((rows, spend), (direct.len(), sum(&direct, "spend")));
    assert!(spend > 0);
}

#[tokio::test]
async fn titles_are_translated_unless_told_not_to() {
    let client = Client::several().await;
    let id = create(&client, json!({"enable_report_title_translation": true})).await;
    ending(&client, &id).await;
    assert!(file(&client, &id).await.starts_with("Ad ID,Date,Cost,Impressions,Campaign Name,"));
}

#[tokio::test]
async fn tasks_fail_are_cancelled_and_are_refused() {
    let client = Client::several().await;
    for (kind, word) in [(FaultKind::ReportFailed, "FAILED"), (FaultKind::ReportSkipped, "CANCELED")] {
        client.kit.sandbox.add_fault(Fault::new("POST", kind).times(1)).unwrap();
        let id = create(&client, json!({})).await;
        assert_eq!(ending(&client, &id).await.last().unwrap(), word);
        assert_eq!(client.code("report/task/download/", &[("task_id", &id)]).await, 40_200);
    }
    let id = create(&client, json!({})).await;
    assert_eq!(client.post("report/task/cancel/", json!({"task_id": id})).await["code"], 0);
    assert_eq!(ending(&client, &id).await, ["CANCELED"]);
    assert_eq!(client.code("report/task/check/", &[("task_id", "7")]).await, 40_007);
    for (bad, code) in [
        (json!({"output_format": "XLSX_DOWNLOAD"}), 40_008),
        (json!({"output_format": "JSON"}), 40_002),
        (json!({"dimensions": "[\"ad_id\"]"}), 40_002),
        (json!({"metrics": ["nonsense"]}), 40_002),
    ] {
        assert_eq!(client.post("report/task/create/", wish(bad.clone())).await["code"], code, "{bad}");
    }
}

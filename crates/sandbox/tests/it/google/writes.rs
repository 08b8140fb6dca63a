//! Statuses and budgets are changed, checked, and shown in the change log.

use super::{Google, failure, metric};
use crate::kit::small;
use serde_json::{Value, json};
use trimtab_sandbox::SandboxSettings;

async fn mutate(google: &Google, service: &str, body: &Value) -> (u16, Value) {
    let reply = google.send(0, &format!("{service}:mutate"), body).await;
    (reply.status().as_u16(), reply.json().await.unwrap())
}

async fn campaign(google: &Google, filter: &str) -> Value {
    let query = "SELECT campaign.id, campaign.status, campaign_budget.id, campaign_budget.amount_micros FROM campaign WHERE";
    google.rows(&format!("{query} {filter}")).await.swap_remove(0)
}

async fn today(google: &Google, id: &str) -> i64 {
    let query =
        format!("SELECT segments.date, metrics.cost_micros FROM campaign WHERE segments.date DURING TODAY AND campaign.id = {id}");
    google.rows(&query).await.iter().map(|r| metric(r, "costMicros")).sum()
}

#[tokio::test]
async fn a_paused_campaign_stops_and_the_log_tells_it() {
    let google = Google::small().await;
    let row = campaign(&google, "campaign.status = 'ENABLED'").await;
    let (name, id) = (row["campaign"]["resourceName"].as_str().unwrap(), row["campaign"]["id"].as_str().unwrap());
    let body = |validate: bool| json!({"operations": [{"updateMask": "status", "update": {"resourceName": name, "status": "PAUSED"}}], "validateOnly": validate});
    assert_eq!(mutate(&google, "campaigns", &body(true)).await, (200, json!({})));
    assert_eq!(campaign(&google, &format!("campaign.id = {id}")).await["campaign"]["status"], "ENABLED");
    assert_eq!(mutate(&google, "campaigns", &body(false)).await, (200, json!({"results": [{"resourceName": name}]})));
    let before = today(&google, id).await;
    google.kit.sandbox.advance("PT2H").unwrap();
    assert_eq!(today(&google, id).await, before);
    let writes = google.kit.sandbox.writes();
    assert_eq!((writes.len(), &writes[0].changes["status"]), (1, &json!({"before": "ENABLED", "after": "PAUSED"})));
    let query = "SELECT change_event.client_type, change_event.change_resource_name, change_event.new_resource FROM change_event \
                 WHERE change_event.change_date_time >= '2026-11-20' AND change_event.change_date_time <= '2026-11-21' \
                 ORDER BY change_event.change_date_time DESC LIMIT 10";
    let event = &google.rows(query).await[0]["changeEvent"];
    assert_eq!((&event["clientType"], &event["changeResourceName"]), (&json!("GOOGLE_ADS_API"), &json!(name)));
    assert_eq!(event["newResource"]["campaign"]["status"], "PAUSED");
}

#[tokio::test]
async fn a_shared_budget_changes_all_that_spend_from_it() {
    let google = Google::with(SandboxSettings { ads: 120, ..small() }).await;
    let row = campaign(&google, "campaign_budget.explicitly_shared = TRUE").await;
    let (budget, amount) =
        (row["campaignBudget"]["resourceName"].as_str().unwrap(), row["campaignBudget"]["amountMicros"].as_str().unwrap());
    let wanted = amount.parse::<i64>().unwrap() * 3;
    let update = |micros: i64| json!({"operations": [{"updateMask": "amount_micros", "update": {"resourceName": budget, "amountMicros": micros.to_string()}}]});
    let (status, body) = mutate(&google, "campaignBudgets", &update(wanted)).await;
    assert_eq!((status, &body["results"][0]["resourceName"]), (200, &json!(budget)), "{body}");
    let query = "SELECT campaign.id, campaign_budget.amount_micros FROM campaign WHERE campaign_budget.explicitly_shared = TRUE";
    let (rows, told) = (google.rows(query).await, wanted.to_string());
    assert!(rows.len() == 2 && rows.iter().all(|r| r["campaignBudget"]["amountMicros"] == told), "{rows:?}");
    for (micros, code) in [
        (12_345, "NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT"),
        (-10_000, "NEGATIVE_MONEY_AMOUNT"),
        (10_000, "BUDGET_BELOW_PER_DAY_MINIMUM"),
    ] {
        let (status, body) = mutate(&google, "campaignBudgets", &update(micros)).await;
        assert_eq!(failure(status, &body), (400, "campaignBudgetError".to_owned(), code.to_owned()));
    }
}

#[tokio::test]
async fn partial_failure_keeps_what_is_good() {
    let google = Google::small().await;
    let row = campaign(&google, "campaign.status = 'ENABLED'").await;
    let name = row["campaign"]["resourceName"].as_str().unwrap();
    let good = json!({"updateMask": "status", "update": {"resourceName": name, "status": "PAUSED"}});
    let bad = json!({"updateMask": "status", "update": {"resourceName": format!("customers/{}/campaigns/1", google.id(0)), "status": "PAUSED"}});
    let (status, body) = mutate(&google, "campaigns", &json!({"operations": [bad, good]})).await;
    assert_eq!(failure(status, &body).2, "RESOURCE_NOT_FOUND");
    assert!(google.kit.sandbox.writes().is_empty(), "all or nothing");
    let (status, body) = mutate(&google, "campaigns", &json!({"operations": [bad, good], "partialFailure": true})).await;
    assert_eq!((status, &body["results"]), (200, &json!([{}, {"resourceName": name}])));
    let error = &body["partialFailureError"]["details"][0]["errors"][0];
    assert_eq!(error["location"]["fieldPathElements"][0], json!({"fieldName": "operations", "index": 0}));
    for (operation, code) in [
        (json!({"update": {"resourceName": name, "status": "PAUSED"}}), "FIELD_MASK_MISSING"),
        (json!({"updateMask": "status", "update": {"resourceName": name, "status": "REMOVED"}}), "INVALID_VALUE"),
        (json!({"updateMask": "status", "update": {"resourceName": name}}), "REQUIRED"),
        (json!({"remove": name}), "OPERATOR_NOT_SUPPORTED"),
    ] {
        let (status, body) = mutate(&google, "campaigns", &json!({"operations": [operation]})).await;
        assert_eq!(failure(status, &body).2, code);
    }
}

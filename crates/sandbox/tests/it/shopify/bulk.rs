//! Bulk operations.

use super::Client;
use serde_json::{Value, json};
use trimtab_sandbox::{Fault, FaultKind};

const RUN: &str =
    "mutation($q: String!) { bulkOperationRunQuery(query: $q) { bulkOperation { id status } userErrors { field message } } }";
const STATE: &str = "query($id: ID!) { node(id: $id) { ... on BulkOperation { id status errorCode objectCount url } } }";
const ORDERS: &str = r#"{ orders(query: "processed_at:>=2026-11-01 AND processed_at:<2026-11-08") { edges { node { id updatedAt totalPriceSet { shopMoney { amount } } } } } }"#;

impl Client {
    async fn run(&self, query: &str) -> Value {
        let mut told = self.get(RUN, json!({"q": query})).await;
        told["bulkOperationRunQuery"].take()
    }

    /// Asks until it has ended, or ten times.
    async fn ended(&self, id: &Value) -> Value {
        let mut state = json!(null);
        for _ in 0..10 {
            state = self.get(STATE, json!({"id": id})).await["node"].take();
            if !["CREATED", "RUNNING"].contains(&state["status"].as_str().unwrap()) {
                break;
            }
        }
        state
    }
}

#[tokio::test]
async fn the_file_holds_what_pages_hold() {
    let client = Client::one().await;
    let started = client.run(ORDERS).await;
    assert_eq!((started["bulkOperation"]["status"].clone(), started["userErrors"].clone()), (json!("CREATED"), json!([])));
    let state = client.ended(&started["bulkOperation"]["id"]).await;
    assert_eq!(state["status"], "COMPLETED", "{state}");
    let file = client.kit.client.get(state["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "application/jsonl");
    let lines: Vec<Value> = file.text().await.unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(state["objectCount"], lines.len().to_string());
    let mut pages = client.all("processed_at:>=2026-11-01 AND processed_at:<2026-11-08", 250).await;
    pages.sort_by_key(|o| o["processedAt"].to_string());
    let of = |o: &Value| (o["id"].clone(), o["updatedAt"].clone(), o["totalPriceSet"]["shopMoney"]["amount"].clone());
    let (mut lines, mut pages): (Vec<_>, Vec<_>) = (lines.iter().map(of).collect(), pages.iter().map(of).collect());
    lines.sort_by_key(|o| o.0.to_string());
    pages.sort_by_key(|o| o.0.to_string());
    assert_eq!(lines, pages);
    let nothing = client.run(r#"{ orders(query: "processed_at:<2020-01-01") { edges { node { id } } } }"#).await;
    let state = client.ended(&nothing["bulkOperation"]["id"]).await;
    assert_eq!((state["objectCount"].clone(), state["url"].clone()), (json!("0"), Value::Null));
    client.kit.sandbox.advance("P8D").unwrap();
    let url = format!("{}/shopify/bulk/0/0.jsonl", client.kit.origin);
    assert_eq!(client.kit.client.get(url).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn what_cannot_be_run_is_a_user_error() {
    let client = Client::one().await;
    for query in [
        "{ shop { name } }",
        "{ orders { edges { node { colour } } } }",
        "{ orders",
        "mutation { bulkOperationCancel(id: 1) { userErrors { message } } }",
    ] {
        let told = client.run(query).await;
        assert!(told["bulkOperation"].is_null() && told["userErrors"][0]["message"].is_string(), "{query}: {told}");
    }
}

#[tokio::test]
async fn operations_fail_stay_and_are_cancelled() {
    let client = Client::one().await;
    for (kind, ending) in
        [(FaultKind::ReportFailed, "FAILED"), (FaultKind::ReportSkipped, "CANCELED"), (FaultKind::ReportStuck, "RUNNING")]
    {
        client.kit.sandbox.add_fault(Fault::new("shopify", kind).times(1)).unwrap();
        let started = client.run(ORDERS).await;
        let state = client.ended(&started["bulkOperation"]["id"]).await;
        assert_eq!((state["status"].as_str(), state["errorCode"].is_null()), (Some(ending), ending != "FAILED"), "{state}");
    }
    let mut last = json!(null);
    for _ in 0..4 {
        client.kit.sandbox.add_fault(Fault::new("shopify", FaultKind::ReportStuck).times(1)).unwrap();
        last = client.run(ORDERS).await;
    }
    let refused = client.run(ORDERS).await;
    assert!(refused["userErrors"][0]["message"].as_str().unwrap().contains("already in progress"), "{refused}");
    let cancel = "mutation($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } } }";
    let told = client.get(cancel, json!({"id": last["bulkOperation"]["id"]})).await;
    assert_eq!(told["bulkOperationCancel"]["bulkOperation"]["status"], "CANCELED");
    assert!(client.run(ORDERS).await["userErrors"].as_array().unwrap().is_empty());
    let current = client.get("{ currentBulkOperation { status } }", json!({})).await;
    assert_eq!(current["currentBulkOperation"]["status"], "RUNNING");
}

//! The language, its errors, and what queries cost.

use super::{Client, ORDERS, one};
use serde_json::{Value, json};
use trimtab_sandbox::{Limits, SandboxSettings};

#[tokio::test]
async fn what_does_not_fit_the_schema_is_told_with_status_200() {
    let client = Client::one().await;
    for (query, message, code) in [
        ("{ orders(first: 1) { nodes { id colour } } }", "Field 'colour' doesn't exist on type 'Order'", json!("undefinedField")),
        ("{ nothing }", "Field 'nothing' doesn't exist on type 'QueryRoot'", json!("undefinedField")),
        ("{ orders(first: 1, hue: 2) { nodes { id } } }", "doesn't accept argument 'hue'", json!("argumentNotAccepted")),
        ("{ orders(first: 1) { nodes { id { x } } } }", "Selections can't be made on scalars", json!("selectionMismatch")),
        ("{ orders(first: 1) { nodes } }", "Field must have selections", json!("selectionMismatch")),
        ("{ orders(first: 1) { nodes { id } }", "syntax error", Value::Null),
        ("{ orders { nodes { id } } }", "you must provide one of first or last", json!("BAD_REQUEST")),
        ("{ orders(first: 251) { nodes { id } } }", "between 1 and 250", json!("BAD_REQUEST")),
        ("{ orders(first: 1, sortKey: HUE) { nodes { id } } }", "OrderSortKeys", json!("BAD_REQUEST")),
        ("{ orders(first: 1, after: \"x\") { nodes { id } } }", "Invalid cursor", json!("BAD_REQUEST")),
    ] {
        let (told, its_code) = client.error(query).await;
        assert!(told.contains(message) && its_code == code, "{query}: {told} {its_code}");
    }
    let told = client.ask("{ shop { name } orders { nodes { id } } }", json!({})).await;
    assert!(told["data"]["shop"]["name"].is_string() && told["data"]["orders"].is_null(), "what can be answered is: {told}");
    assert_eq!(told["errors"][0]["path"], json!(["orders"]));
}

#[tokio::test]
async fn aliases_fragments_and_edges() {
    let client = Client::one().await;
    let told = client
        .get(
            "query Two($n: Int!) { a: orders(first: $n) { edges { cursor node { ...Part __typename } } } b: orders(first: 1, reverse: true) { nodes { when: processedAt } } }
             fragment Part on Order { id refunds { id } }",
            json!({"n": 2}),
        )
        .await;
    assert_eq!(told["a"]["edges"].as_array().unwrap().len(), 2);
    assert_eq!(told["a"]["edges"][0]["node"]["__typename"], "Order");
    assert!(told["b"]["nodes"][0]["when"].as_str().unwrap().starts_with("2026-11-20"));
    let after = told["a"]["edges"][0]["cursor"].clone();
    let next = client
        .get(
            "query($c: String) { orders(first: 1, after: $c) { nodes { id } pageInfo { hasPreviousPage startCursor } } }",
            json!({"c": after}),
        )
        .await;
    assert_eq!(next["orders"]["nodes"][0]["id"], told["a"]["edges"][1]["node"]["id"]);
    assert_eq!(next["orders"]["pageInfo"]["startCursor"], told["a"]["edges"][1]["cursor"]);
    assert_eq!(next["orders"]["pageInfo"]["hasPreviousPage"], true);
}

#[tokio::test]
async fn queries_cost_by_what_they_may_hold_and_are_throttled() {
    let client = Client::of(SandboxSettings { limits: Limits::Real, ..one() }, 0).await;
    let mut throttled = None;
    for _ in 0..12 {
        let told = client.ask(ORDERS, json!({"first": 250})).await;
        let cost = &told["extensions"]["cost"];
        assert_eq!(cost["requestedQueryCost"], 752);
        if told["errors"].is_null() {
            assert_eq!(cost["actualQueryCost"], 752);
        } else {
            throttled = Some(told);
            break;
        }
    }
    let told = throttled.expect("the bucket empties");
    assert!(told.get("data").is_none() && told["extensions"]["cost"]["actualQueryCost"].is_null());
    assert_eq!(
        (told["errors"][0]["message"].clone(), told["errors"][0]["extensions"]["code"].clone()),
        (json!("Throttled"), json!("THROTTLED"))
    );
    let status = &told["extensions"]["cost"]["throttleStatus"];
    let number = |name: &str| status[name].as_f64().unwrap();
    let wait = (752.0 - number("currentlyAvailable")) / number("restoreRate");
    assert!((0.0..8.0).contains(&wait), "{status}");
    client.kit.sandbox.advance(&format!("PT{:.0}S", wait.ceil())).unwrap();
    client.get(ORDERS, json!({"first": 250})).await;
    let dear = format!(
        "{{ {} }}",
        (0..2)
            .map(|i| format!("a{i}: orders(first: 250) {{ nodes {{ customer {{ id }} customerJourneySummary {{ ready }} }} }}"))
            .collect::<String>()
    );
    assert_eq!(client.error(&dear).await.1, "MAX_COST_EXCEEDED");
}

#[tokio::test]
async fn without_limits_every_query_finds_the_bucket_full() {
    let client = Client::one().await;
    for _ in 0..8 {
        let told = client.ask(ORDERS, json!({"first": 250})).await;
        let status = &told["extensions"]["cost"]["throttleStatus"];
        assert_eq!(status["currentlyAvailable"].as_f64().unwrap(), status["maximumAvailable"].as_f64().unwrap() - 752.0);
    }
}

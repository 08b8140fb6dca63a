//! Orders: pages, filters, sums.

use super::{Client, ORDERS, money, several};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use trimtab_domain::{Timestamp, Zone, money::parse_micros};

/// Orders that count: neither tests nor cancelled.
fn standing(order: &Value) -> bool {
    order["test"] == false && order["cancelledAt"].is_null()
}

fn day(zone: &Zone, order: &Value) -> String {
    zone.day_at(order["processedAt"].as_str().unwrap().parse::<Timestamp>().unwrap()).to_string()
}

#[tokio::test]
async fn orders_add_up_to_what_is_true_of_each_day() {
    for (place, settings) in [(0, super::one()), (3, several())] {
        let client = Client::of(settings, place).await;
        let zone: Zone = client.account.timezone.parse().unwrap();
        let mut days: BTreeMap<String, [i64; 5]> = BTreeMap::new();
        for order in client.all("processed_at:>='2026-10-25T00:00:00Z'", 250).await.iter().filter(|o| standing(o)) {
            let sum = days.entry(day(&zone, order)).or_default();
            let first = order["customerJourneySummary"]["customerOrderIndex"] == 1;
            let total = money(order, "totalPriceSet");
            let parts = [1, total, money(order, "totalRefundedSet"), i64::from(first), if first { total } else { 0 }];
            sum.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
        }
        for told in client.totals("2026-10-27", "2026-11-18").await {
            let own = days[told["date"].as_str().unwrap()];
            let amount = |name: &str| parse_micros(told[name].as_str().unwrap()).unwrap();
            let truth = [
                told["orders"].as_i64().unwrap(),
                amount("revenue"),
                amount("refunds"),
                told["new_customers"].as_i64().unwrap(),
                amount("new_customer_revenue"),
            ];
            assert_eq!(own, truth, "{} {}", client.account.account, told["date"]);
        }
    }
}

#[tokio::test]
async fn pages_of_any_size_hold_the_same_orders_once() {
    let client = Client::one().await;
    let filter = "updated_at:>='2026-11-10T00:00:00Z' AND updated_at:<'2026-11-12T00:00:00Z'";
    let large = client.all(filter, 250).await;
    assert!(large.len() > 60, "{}", large.len());
    for size in [7, 50] {
        let small = client.all(filter, size).await;
        assert_eq!(small, large, "pages of {size}");
    }
    let ids: HashSet<String> = large.iter().map(|o| o["id"].to_string()).collect();
    assert_eq!(ids.len(), large.len());
    assert!(large.is_sorted_by_key(|o| o["updatedAt"].as_str().unwrap()));
    assert!(large.iter().all(|o| ("2026-11-10T00:00:00Z".."2026-11-12T00:00:00Z").contains(&o["updatedAt"].as_str().unwrap())));
    assert!(large.iter().any(|o| o["processedAt"].as_str().unwrap() < "2026-11-05"), "some were placed long before");
    assert_eq!(client.count(filter).await, large.len() as u64);
}

#[tokio::test]
async fn filters_mean_what_they_say() {
    let client = Client::one().await;
    let span = "created_at:>=2026-11-01 created_at:<2026-11-11";
    let all = client.count(span).await;
    let only = async |more: &str| client.count(&format!("{span} {more}")).await;
    let (cancelled, test, pending) =
        (only("status:cancelled").await, only("test:true").await, only("financial_status:refunded").await);
    assert!(cancelled > 0 && cancelled < all / 10 && pending > 0 && test < all / 50);
    assert_eq!(only("-status:cancelled").await, all - cancelled);
    assert_eq!(only("NOT status:cancelled AND test:false").await + only("(status:cancelled OR test:true)").await, all);
    assert_eq!(only("(test:true OR test:false)").await, all);
    let day = client.count("processed_at:'2026-11-05'").await;
    assert_eq!(
        day,
        client.count("processed_at:>='2026-11-05T00:00:00+01:00' AND processed_at:<'2026-11-06T00:00:00+01:00'").await,
        "days are the shop's"
    );
    let nodes = client.get("{ orders(first: 3, sortKey: TOTAL_PRICE, reverse: true) { nodes { id name email totalPriceSet { shopMoney { amount } } } } }", json!({})).await;
    let nodes = nodes["orders"]["nodes"].as_array().unwrap();
    assert!(money(&nodes[0], "totalPriceSet") >= money(&nodes[2], "totalPriceSet"));
    let (name, id) = (nodes[0]["name"].as_str().unwrap(), nodes[0]["id"].as_str().unwrap());
    assert_eq!(client.count(&format!("name:'{name}'")).await, 1);
    assert_eq!(client.count(&format!("id:{}", id.rsplit('/').next().unwrap())).await, 1);
    let one = client
        .get("query($id: ID!) { order(id: $id) { name } node(id: $id) { id ... on Order { name } } }", json!({"id": id}))
        .await;
    assert_eq!(one, json!({"order": {"name": name}, "node": {"id": id, "name": name}}));
    let told = client.ask("{ ordersCount(query: \"colour:red\") { count } }", json!({})).await;
    assert_eq!(told["extensions"]["search"][0]["warnings"][0]["field"], "colour", "{told}");
}

#[tokio::test]
async fn what_happens_later_moves_only_the_days_it_is_about() {
    let client = Client::one().await;
    let before = client.totals("2026-10-20", "2026-11-15").await;
    client.kit.sandbox.advance("PT20H").unwrap();
    let after = client.totals("2026-10-20", "2026-11-15").await;
    let changed = client.all("updated_at:>'2026-11-20T12:00:00Z' AND processed_at:<'2026-11-15T22:00:00Z'", 250).await;
    let zone: Zone = client.account.timezone.parse().unwrap();
    let touched: HashSet<String> = changed.iter().map(|o| day(&zone, o)).collect();
    assert!(!touched.is_empty() && touched.len() < before.len());
    let mut moved = 0;
    for (was, is) in before.iter().zip(&after) {
        assert!(touched.contains(is["date"].as_str().unwrap()) || was == is, "{was} {is}");
        moved += usize::from(was != is);
    }
    assert!(moved > 0);
}

#[tokio::test]
async fn journeys_are_worked_out_after_a_while_and_marks_are_those_of_campaigns() {
    let client = Client::one().await;
    let orders = client.all("processed_at:>=2026-11-08", 250).await;
    let ready = |o: &Value| o["customerJourneySummary"]["ready"] == true;
    let (last, earlier): (Vec<&Value>, Vec<&Value>) =
        orders.iter().partition(|o| o["processedAt"].as_str().unwrap() > "2026-11-20T10");
    assert!(!last.is_empty() && last.iter().all(|o| !ready(o) && o["customerJourneySummary"]["lastVisit"].is_null()));
    let settled: Vec<&&Value> = earlier.iter().filter(|o| o["processedAt"].as_str().unwrap() < "2026-11-19").collect();
    let tills = settled.iter().filter(|o| o["customerJourneySummary"].is_null()).count();
    assert!(tills > 0 && settled.iter().all(|o| ready(o) || o["sourceName"] == "pos"));
    let mut sources: HashMap<String, usize> = HashMap::new();
    let campaigns: HashSet<String> = client
        .kit
        .all(
            &format!("act_{}/campaigns", client.kit.account().account),
            &[("fields", "name"), ("limit", "100"), ("effective_status", r#"["ACTIVE","PAUSED","ARCHIVED"]"#)],
        )
        .await
        .iter()
        .map(|c| c["name"].as_str().unwrap().to_owned())
        .collect();
    for order in settled {
        let marks = &order["customerJourneySummary"]["lastVisit"]["utmParameters"];
        *sources.entry(marks["source"].as_str().unwrap_or("").to_owned()).or_default() += 1;
        if marks["source"] == "facebook" || marks["source"] == "instagram" {
            assert!(marks["medium"] == "paid_social" && campaigns.contains(marks["campaign"].as_str().unwrap()), "{marks}");
        }
    }
    for source in ["facebook", "instagram", "google", "tiktok", "klaviyo", ""] {
        assert!(sources.get(source).is_some_and(|n| *n > 5), "{source}: {sources:?}");
    }
}

#[tokio::test]
async fn orders_are_numbered_anew_and_keep_their_ids() {
    let client = Client::one().await;
    let some = json!({"query": "processed_at:2026-11-10", "first": 5});
    let before = client.get(ORDERS, some.clone()).await;
    let client = Client { token: client.token.clone(), ..client };
    client.kit.sandbox.set_now("2026-11-22T05:59:59Z").unwrap();
    let token = super::token(&client.kit, &client.account).await;
    let client = Client { token, ..client };
    let names = |told: &Value| {
        told["orders"]["nodes"].as_array().unwrap().iter().map(|o| (o["id"].clone(), o["name"].clone())).collect::<Vec<_>>()
    };
    let mut was = names(&before);
    let mut still = names(&client.get(ORDERS, some.clone()).await);
    client.kit.sandbox.set_now("2026-11-22T06:00:00Z").unwrap();
    let mut is = names(&client.get(ORDERS, some).await);
    for list in [&mut was, &mut still, &mut is] {
        list.sort_by_key(|o| o.0.to_string());
    }
    assert_eq!(was.len(), 5);
    assert!(still.iter().zip(&is).all(|(a, b)| a.0 == b.0 && a.1 != b.1), "{still:?} {is:?}");
    let truth: Vec<Value> = client.kit.sandbox.truth().into_iter().filter(|t| t["source"] == "shopify").collect();
    assert_eq!(truth[0]["incidents"][0]["kind"], "renumbered_orders");
    assert_eq!(truth[0]["incidents"][0]["at"], "2026-11-22T06:00:00Z");
}

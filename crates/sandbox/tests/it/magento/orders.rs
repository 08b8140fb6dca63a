//! Orders: pages, filters, fields, sums.

use super::{Client, search};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use trimtab_domain::{Timestamp, Zone, money::parse_micros};

/// An amount in millionths; what is left out is nothing.
fn money(order: &Value, name: &str) -> i64 {
    if order[name].is_null() { 0 } else { parse_micros(&order[name].to_string()).unwrap() }
}

fn day(zone: &Zone, order: &Value) -> String {
    let at = format!("{}Z", order["created_at"].as_str().unwrap().replace(' ', "T"));
    zone.day_at(at.parse::<Timestamp>().unwrap()).to_string()
}

#[tokio::test]
async fn orders_add_up_to_what_is_true_of_each_day() {
    let client = Client::two().await;
    let zone: Zone = client.account.timezone.parse().unwrap();
    let mut days: BTreeMap<String, [i64; 8]> = BTreeMap::new();
    let mut known: HashSet<String> = HashSet::new();
    for order in client.all(&[], 500).await {
        // Who ordered before is known by the address alone.
        let first = known.insert(order["customer_email"].as_str().unwrap().to_owned());
        let sum = days.entry(day(&zone, &order)).or_default();
        if order["state"] == "canceled" {
            continue;
        }
        let total = money(&order, "base_grand_total");
        let unpaid = ["new", "pending_payment", "payment_review"].contains(&order["state"].as_str().unwrap());
        let begun = order["state"] == "pending_payment";
        let own = [
            1,
            total,
            money(&order, "base_total_refunded"),
            i64::from(first),
            if first { total } else { 0 },
            i64::from(unpaid),
            i64::from(begun),
            if begun { total } else { 0 },
        ];
        sum.iter_mut().zip(own).for_each(|(sum, part)| *sum += part);
    }
    let totals = client.totals("2026-10-11", "2026-11-20").await;
    assert!(totals.len() > 35);
    for told in totals {
        let amount = |name: &str| parse_micros(told[name].as_str().unwrap()).unwrap();
        let truth = [
            told["orders"].as_i64().unwrap(),
            amount("revenue"),
            amount("refunds"),
            told["new_customers"].as_i64().unwrap(),
            amount("new_customer_revenue"),
            told["unpaid"].as_i64().unwrap(),
            told["begun"].as_i64().unwrap(),
            amount("begun_revenue"),
        ];
        assert_eq!(days[told["date"].as_str().unwrap()], truth, "{}", told["date"]);
    }
}

#[tokio::test]
async fn the_page_after_the_last_one_is_the_last_one_again() {
    let client = Client::two().await;
    let span = [(0, "created_at", "gteq", "2026-11-10 00:00:00"), (1, "created_at", "lt", "2026-11-11 00:00:00")];
    let whole = client.page(&span, 1_000, 1).await;
    let all = whole["items"].as_array().unwrap();
    assert_eq!(whole["total_count"], all.len());
    assert!(all.len() > 20 && all.is_sorted_by_key(|o| o["entity_id"].as_u64().unwrap()));
    assert!(all.iter().all(|o| o["created_at"].as_str().unwrap().starts_with("2026-11-10 ")));
    let pages = all.len().div_ceil(8);
    let mut by_page = Vec::new();
    for page in 1..=pages {
        let told = client.page(&span, 8, page).await;
        assert_eq!(told["total_count"], all.len());
        by_page.extend(told["items"].as_array().unwrap().iter().cloned());
    }
    assert_eq!(&by_page, all);
    let beyond = client.page(&span, 8, pages + 3).await;
    assert_eq!(beyond["items"], client.page(&span, 8, pages).await["items"]);
    assert_eq!(beyond["search_criteria"]["current_page"], pages + 3);
    assert_eq!(&client.all(&span, 8).await, all, "by id no page is missed");
}

#[tokio::test]
async fn conditions_mean_what_they_say() {
    let client = Client::two().await;
    let all = client.count(&[]).await;
    let states = ["new", "pending_payment", "payment_review", "processing", "complete", "closed", "canceled"];
    let mut sum = 0;
    for state in states {
        let own = client.count(&[(0, "state", "eq", state)]).await;
        assert!(own > 0 || state.contains("pay"), "{state}");
        sum += own;
    }
    assert_eq!(sum, all);
    let paid = [(0, "state", "eq", "processing"), (0, "state", "eq", "complete"), (0, "state", "eq", "closed")];
    let any = client.count(&paid).await;
    assert_eq!(any, client.count(&[(0, "state", "in", "processing,complete,closed")]).await, "a group is an or");
    assert_eq!(all - any, client.count(&[(0, "state", "nin", "processing,complete,closed")]).await);
    assert_eq!(0, client.count(&[(0, "state", "eq", "processing"), (1, "state", "eq", "complete")]).await, "groups are an and");
    let one = |filter| client.count(std::slice::from_ref(filter));
    let with = one(&(0, "coupon_code", "notnull", "1")).await;
    assert_eq!(one(&(0, "coupon_code", "null", "1")).await, all - with);
    assert_eq!(one(&(0, "coupon_code", "like", "%1_")).await + one(&(0, "coupon_code", "eq", "SEASON20")).await, with);
    assert_eq!(one(&(0, "coupon_code", "nlike", "%")).await, 0);
    assert_eq!(one(&(0, "coupon_code", "finset", "SEASON20")).await, one(&(0, "coupon_code", "eq", "season20")).await);
    let dear = one(&(0, "base_grand_total", "gt", "150")).await;
    assert!(dear > 0 && dear + one(&(0, "base_grand_total", "lteq", "150")).await == all);
    assert_eq!(one(&(0, "entity_id", "from", "10")).await, one(&(0, "entity_id", "moreq", "10")).await);
    assert_eq!(one(&(0, "entity_id", "neq", "10")).await, all - one(&(0, "entity_id", "eq", "10")).await);
    assert_eq!(one(&(0, "created_at", "to", "2026-11-01")).await + one(&(0, "created_at", "gt", "2026-11-01 00:00:00")).await, all);
    for wrong in [(0, "colour", "eq", "1"), (0, "state", "near", "1")] {
        assert_eq!(client.send("rest/V1/orders", &search(&[wrong], 1, 1)).await.status(), 400, "{wrong:?}");
    }
    assert_eq!(client.send("rest/V1/orders", &[]).await.status(), 400, "a search is needed");
}

#[tokio::test]
async fn money_is_a_number_and_the_customers_currency_may_be_another() {
    let client = Client::two().await;
    let orders = client.all(&[(0, "created_at", "gteq", "2026-11-01 00:00:00")], 500).await;
    let (mut foreign, mut marked) = (0, HashMap::new());
    for order in &orders {
        assert!(order["base_grand_total"].is_number() && order["base_currency_code"] == "USD", "{order}");
        let rate = order["base_to_order_rate"].as_f64().unwrap();
        let (own, theirs) = (order["base_grand_total"].as_f64().unwrap(), order["grand_total"].as_f64().unwrap());
        assert!((own * rate - theirs).abs() < 0.000_1, "{order}");
        foreign += usize::from(order["order_currency_code"] == "CAD");
        assert_eq!(order["customer_is_guest"] == 1, order["customer_id"].is_null());
        assert_eq!(order["state"] == "closed", money(order, "base_total_refunded") == money(order, "base_grand_total"), "{order}");
        let parts = money(order, "base_subtotal") + money(order, "base_discount_amount") + money(order, "base_shipping_amount");
        assert_eq!(parts + money(order, "base_tax_amount"), money(order, "base_grand_total"));
        let source = order["extension_attributes"]["utm_source"].as_str().unwrap_or("").to_owned();
        *marked.entry(source).or_insert(0) += 1;
    }
    assert!(foreign > 5 && foreign < orders.len() / 5, "{foreign}");
    for source in ["facebook", "instagram", "google", "klaviyo", ""] {
        assert!(marked.get(source).is_some_and(|n| *n > 5), "{source}: {marked:?}");
    }
}

#[tokio::test]
async fn fields_and_single_orders() {
    let client = Client::two().await;
    let mut query = search(&[], 2, 1);
    query.push(("fields".to_owned(), "items[entity_id,extension_attributes[utm_source],base_grand_total],total_count".to_owned()));
    let told = client.get("rest/V1/orders", &query).await;
    assert_eq!(told.as_object().unwrap().keys().collect::<Vec<_>>(), ["items", "total_count"]);
    let order = &told["items"][0];
    assert!(
        order.as_object().unwrap().keys().all(|k| ["base_grand_total", "entity_id", "extension_attributes"].contains(&k.as_str()))
    );
    let one = client.get(&format!("rest/V1/orders/{}", order["entity_id"]), &[]).await;
    assert_eq!(one["base_grand_total"], order["base_grand_total"]);
    assert_eq!(client.send("rest/V1/orders/999999999", &[]).await.status(), 404);
}

#[tokio::test]
async fn late_refunds_are_found_by_when_orders_changed_and_numbers_begin_anew() {
    let client = Client::two().await;
    let before = client.totals("2026-10-11", "2026-11-10").await;
    let first = client.page(&[], 1, 1).await["items"][0].clone();
    client.kit.sandbox.advance("P3D").unwrap();
    let changed =
        client.all(&[(0, "updated_at", "gt", "2026-11-20 12:00:00"), (1, "created_at", "lt", "2026-11-11 05:00:00")], 200).await;
    let zone: Zone = client.account.timezone.parse().unwrap();
    let touched: HashSet<String> = changed.iter().map(|o| day(&zone, o)).collect();
    let after = client.totals("2026-10-11", "2026-11-10").await;
    assert!(!touched.is_empty() && before != after);
    for (was, is) in before.iter().zip(&after) {
        assert!(was == is || touched.contains(is["date"].as_str().unwrap()), "{was} {is}");
    }
    let again = client.page(&[], 1, 1).await["items"][0].clone();
    assert_eq!(again["entity_id"], first["entity_id"]);
    assert_ne!(again["increment_id"], first["increment_id"]);
    let truth: Vec<Value> = client.kit.sandbox.truth().into_iter().filter(|t| t["source"] == "magento").collect();
    assert_eq!(truth[0]["incidents"][0]["kind"], json!("renumbered_orders"));
}

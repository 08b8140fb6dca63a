//! Magento answering from recorded bodies, composed from its documentation.

use crate::{
    canned::{Canned, Request},
    world::quick,
};
use std::{collections::BTreeSet, sync::Arc};
use trimtab_connect::{Ask, AuthCause, Connector, Error, Pseudonyms, magento::Magento};
use trimtab_domain::{
    Source, Timestamp,
    account::{Account, Standing},
    clock::testing::ManualClock,
    fact::{Custom, Order, OrderState},
};
use trimtab_wire::Wire;

const SECRET: &str =
    r#"{"consumer_key":"ck-hush-1","consumer_secret":"cs-hush-2","access_token":"at-hush-3","access_token_secret":"ts-hush-4"}"#;
const STORES: &str = r#"[{"id":3,"code":"default","website_id":1,"base_currency_code":"EUR","timezone":"Europe/Berlin","base_url":"https://shop.example/"}]"#;

/// What is searched for.
fn key(request: &Request) -> String {
    let params = request.params();
    let filters: Vec<&str> = params.iter().filter(|(name, _)| name.ends_with("[field]")).map(|(_, field)| field.as_str()).collect();
    let named = |field: &str| filters.contains(&field);
    let counts = params.get("fields").is_some_and(|fields| fields == "total_count");
    let key = match (request.target().contains("storeConfigs"), counts) {
        (true, _) => "stores",
        (_, true) => "count",
        _ if named("customer_email") => "earlier",
        _ if named("updated_at") => "changed",
        _ => "orders",
    };
    key.to_owned()
}

/// The values of a search by field and condition.
fn searched(request: &Request) -> BTreeSet<String> {
    let params = request.params();
    let of = |group: usize, part: &str| params.get(&format!("searchCriteria[filter_groups][{group}][filters][0][{part}]")).cloned();
    let filter = |group| Some(format!("{} {} {}", of(group, "field")?, of(group, "condition_type")?, of(group, "value")?));
    (0..10).filter_map(filter).collect()
}

async fn start(answers: &[(&str, u16, &str)]) -> (Canned, Magento) {
    let stores = [("stores", 200, STORES)];
    let canned = Canned::start(key, &[&stores[..], answers].concat()).await;
    let clock = Arc::new(ManualClock::at("2026-11-21T12:00:00Z"));
    let wire = Wire::new(quick(), Arc::clone(&clock) as _).unwrap();
    let magento = Magento::new(wire, Some(canned.base.parse().unwrap()), &SECRET.into(), clock).unwrap();
    (canned, magento.naming_customers_by(Some(Pseudonyms::new([7; 32]))))
}

fn account() -> Account {
    Account {
        source: Source::Magento,
        id: "default".into(),
        name: "shop.example (default)".into(),
        currency: "EUR".parse().unwrap(),
        zone: "Europe/Berlin".parse().unwrap(),
        standing: Standing::Good,
    }
}

async fn orders(magento: &Magento) -> Result<Vec<Order>, Error> {
    Ok(magento.facts(&account(), "2026-11-19..2026-11-20".parse().unwrap(), Ask::default()).await?.facts.orders)
}

fn row(id: u32, at: &str, state: &str, email: &str) -> String {
    format!(
        r#"{{"entity_id":{id},"increment_id":"00{id}","created_at":"{at}","state":"{state}","base_currency_code":"EUR",
        "base_grand_total":{id}.1,"customer_email":"{email}"}}"#
    )
}

fn page(rows: &[String], total: usize) -> String {
    format!(r#"{{"items":[{}],"search_criteria":{{}},"total_count":{total}}}"#, rows.join(","))
}

fn rows() -> [String; 4] {
    [
        row(11, "2026-11-18 23:30:00", "processing", "eva@example.com"),
        row(12, "2026-11-19 08:00:00", "canceled", "ada@example.com"),
        row(13, "2026-11-20 08:00:00", "pending_payment", "bob@example.com"),
        row(14, "2026-11-20 22:30:00", "complete", "Ada@example.com"),
    ]
}

fn earlier() -> String {
    let row = |id: u32, email: &str| format!(r#"{{"entity_id":{id},"customer_email":"{email}"}}"#);
    page(&[row(2, "EVA@example.com"), row(11, "eva@example.com"), row(14, "Ada@example.com")], 3)
}

#[tokio::test]
async fn a_list_goes_by_the_id_reached_and_its_last_page_comes_again() {
    let rows = rows();
    let (first, second) = (page(&rows[..2], 4), page(&rows[2..], 2));
    let answers =
        [("orders", 200, first.as_str()), ("orders", 200, &first), ("orders", 200, &second), ("earlier", 200, &earlier())];
    let (canned, magento) = start(&answers).await;
    let orders = orders(&magento).await.unwrap();
    let told: Vec<_> = orders.iter().map(|order| (order.date.to_string(), order.id.as_str(), order.state, order.custom)).collect();
    let row = |day: &str, id, state, custom| (day.to_owned(), id, state, custom);
    assert_eq!(
        told,
        [
            row("2026-11-19", "11", OrderState::Placed, Custom::Returning),
            row("2026-11-19", "12", OrderState::Cancelled, Custom::New),
            row("2026-11-20", "14", OrderState::Placed, Custom::New),
        ],
        "what is not paid is no order yet"
    );
    assert_eq!(orders[0].total_micros, 11_100_000);
    assert_eq!((orders[1].customer.len(), &orders[1].customer), (32, &orders[2].customer), "one address in two spellings");
    let asked = canned.asked("orders");
    let reached = |request: &Request| searched(request).into_iter().find(|filter| filter.starts_with("entity_id")).unwrap();
    assert_eq!(asked.iter().map(reached).collect::<Vec<_>>(), ["entity_id gt 0", "entity_id gt 12", "entity_id gt 12"]);
    let expected = ["created_at gteq 2026-11-18 23:00:00", "created_at lt 2026-11-20 23:00:00", "store_id in 3"];
    assert!(expected.iter().all(|filter| searched(&asked[0]).contains(*filter)), "{:?}", searched(&asked[0]));
    let lookup = searched(&canned.asked("earlier")[0]);
    let wanted = ["customer_email in Ada@example.com,ada@example.com,eva@example.com", "entity_id lteq 14"];
    assert!(wanted.iter().all(|filter| lookup.contains(*filter)), "{lookup:?}");
    assert!(lookup.contains("state nin canceled,pending_payment"), "{lookup:?}");
    let mut used = BTreeSet::new();
    for request in canned.all() {
        let header = request.header("authorization").unwrap();
        assert!(header.starts_with("OAuth oauth_consumer_key=\"ck-hush-1\"") && header.contains("HMAC-SHA256"), "{header}");
        assert!(!request.head.contains("cs-hush-2") && !request.head.contains("ts-hush-4"));
        assert!(used.insert(header.split("oauth_nonce=").nth(1).unwrap().split(',').next().unwrap().to_owned()), "used once");
        assert!(request.target().starts_with("/shop/rest/all/V1/"), "{}", request.target());
    }
}

#[tokio::test]
async fn a_request_repeated_on_the_way_is_signed_anew() {
    let used = r#"{"message":"The nonce is already being used by the consumer with ID 1."}"#;
    let (one, none) = (page(&rows()[..1], 1), earlier());
    let answers = [("orders", 503, "<html>"), ("orders", 401, used), ("orders", 200, one.as_str()), ("earlier", 200, &none)];
    let (canned, magento) = start(&answers).await;
    assert_eq!(orders(&magento).await.unwrap().len(), 1);
    let nonce = |request: &Request| request.header("authorization").unwrap().split("oauth_nonce=").nth(1).unwrap()[..34].to_owned();
    let nonces: Vec<String> = canned.asked("orders").iter().map(nonce).collect();
    assert!(nonces[0] == nonces[1] && nonces[1] != nonces[2], "{nonces:?}");
    let (canned, magento) = start(&[("orders", 401, used)]).await;
    assert!(matches!(orders(&magento).await, Err(Error::Transient { .. })), "that is not the credential's fault");
    assert!(canned.asked("orders").len() < 10);
}

#[tokio::test]
async fn an_answer_that_leaves_orders_out_is_not_believed() {
    let rows = rows();
    let (first, empty) = (page(&rows[..2], 4), r#"{"items":null,"total_count":0}"#);
    let (_, magento) = start(&[("orders", 200, &first), ("orders", 200, empty), ("earlier", 200, &earlier())]).await;
    let error = orders(&magento).await.unwrap_err();
    assert!(matches!(error, Error::Doubtful { .. }) && error.to_string().contains("answered 2 of the 4 orders"), "{error}");
    let (_, magento) = start(&[("orders", 200, &page(&rows, 4)), ("earlier", 200, empty)]).await;
    let error = orders(&magento).await.unwrap_err();
    assert!(matches!(error, Error::Doubtful { .. }) && error.to_string().contains("left out 2 orders"), "{error}");
    let (_, magento) = start(&[("orders", 200, &page(&rows, 400))]).await;
    let error = orders(&magento).await.unwrap_err();
    assert!(matches!(&error, Error::Drift { what, .. } if what.contains("does not go on")), "{error}");
}

#[tokio::test]
async fn pages_are_smaller_where_the_merchant_bounds_them() {
    let bounded = r#"{"message":"Maximum SearchCriteria pageSize is %maxPageSize","parameters":{"maxPageSize":50}}"#;
    let (one, known) = (page(&rows()[..1], 1), earlier());
    let (canned, magento) = start(&[("orders", 400, bounded), ("orders", 200, &one), ("earlier", 200, &known)]).await;
    assert_eq!(orders(&magento).await.unwrap().len(), 1);
    let sizes: Vec<String> =
        canned.asked("orders").iter().map(|request| request.params()["searchCriteria[pageSize]"].clone()).collect();
    assert_eq!(sizes, ["300", "150"]);
}

#[tokio::test]
async fn the_count_of_a_day_and_the_days_that_changed_are_told() {
    let changed = r#"{"items":[{"entity_id":5,"created_at":"2026-10-03 22:30:00"},{"entity_id":6,"created_at":"2026-10-04 08:00:00"}],"total_count":2}"#;
    let (three, none) = (r#"{"total_count":3}"#, r#"{"total_count":0}"#);
    let (canned, magento) = start(&[("count", 200, three), ("count", 200, none), ("changed", 200, changed)]).await;
    let totals = magento.totals(&account(), "2026-11-19..2026-11-20".parse().unwrap()).await.unwrap().unwrap();
    let told: Vec<_> = totals.days.iter().map(|(day, total)| (day.to_string(), total.orders, total.revenue_micros)).collect();
    assert_eq!(told, [("2026-11-19".to_owned(), Some(3), None)]);
    assert!(searched(&canned.asked("count")[1]).contains("created_at gteq 2026-11-19 23:00:00"));
    let since: Timestamp = "2026-11-19T00:00:00Z".parse().unwrap();
    let days = magento.changed(&account(), since, "2026-10-20".parse().unwrap()).await.unwrap();
    assert_eq!(days.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2026-10-04"], "both on one day of the store");
    let filters = searched(&canned.asked("changed")[0]);
    assert!(filters.contains("updated_at gteq 2026-11-19 00:00:00") && filters.contains("created_at lt 2026-10-19 22:00:00"));
}

#[tokio::test]
async fn who_must_act_is_told_and_nobody_is_named() {
    let refused = r#"{"message":"The consumer isn't authorized to access %resources.","parameters":{"resources":"Magento_Sales::actions_view"}}"#;
    let (_, magento) = start(&[("count", 401, refused)]).await;
    let error = magento.check().await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Permission, .. }), "{error:?}");
    assert!(error.to_string().contains("Magento_Sales::actions_view"), "{error}");
    let echo = r#"{"message":"The token at-hush-3 has been rejected. Verify the token and try again."}"#;
    let (_, magento) = start(&[("count", 401, echo)]).await;
    let error = magento.check().await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Credential, .. }), "{error:?}");
    assert!(!format!("{error:?}").contains("at-hush-3"), "{error:?}");
    let bad = page(&[rows()[0].replace("2026-11-18 23:30:00", "eva@example.com")], 1);
    let (_, magento) = start(&[("orders", 200, &bad)]).await;
    let error = orders(&magento).await.unwrap_err();
    assert!(matches!(error, Error::Drift { .. }) && !format!("{error:?} {error}").contains("eva@"), "{error:?}");
}

#[tokio::test]
async fn the_account_is_a_store_view_or_the_host() {
    let (_, magento) = start(&[]).await;
    assert_eq!(magento.account(&"default".into()).await.unwrap(), account());
    assert_eq!(magento.accounts().await.unwrap(), [account()]);
    assert_eq!(magento.account(&"shop.example".into()).await.unwrap().name, "shop.example");
    let error = magento.account(&"other".into()).await.unwrap_err();
    assert!(matches!(&error, Error::Rejected { reason, .. } if reason.contains("the code of one (default)")), "{error}");
}

//! Shopify answering from recorded bodies, composed from its documentation.

use crate::{
    canned::{Canned, Request},
    world::quick,
};
use secrecy::ExposeSecret;
use std::{sync::Arc, time::Duration};
use trimtab_connect::{Ask, AuthCause, Connector, Deadlines, Error, Lifetime, Pseudonyms, shopify::Shopify};
use trimtab_domain::{
    DayRange, Source, Timestamp,
    account::{Account, Standing},
    clock::testing::ManualClock,
    fact::{Custom, Order, OrderState},
};
use trimtab_wire::Wire;

const TOKEN: &str = "shpat_0123456789";
const MANY: usize = 1_000_000;

/// The name of the question, or what else is asked.
fn key(request: &Request) -> String {
    let query = request.json()["query"].as_str().unwrap_or_default().to_owned();
    let name = query.split([' ', '(', '{']).filter(|word| !word.is_empty()).nth(1).unwrap_or_default().to_owned();
    if name.is_empty() { format!("{} {}", request.verb(), request.target().trim_start_matches("/shop/")) } else { name }
}

fn open(canned: &Canned, secret: &str) -> Shopify {
    let clock = Arc::new(ManualClock::at("2026-11-21T12:00:00Z"));
    let wire = Wire::new(quick(), Arc::clone(&clock) as _).unwrap();
    let base = canned.base.parse().unwrap();
    let deadlines = Deadlines { report: Duration::from_secs(20), ..Deadlines::default() };
    let shopify = Shopify::new(wire, Some(base), &secret.into(), clock).unwrap().with_deadlines(deadlines);
    shopify.naming_customers_by(Some(Pseudonyms::new([7; 32])))
}

async fn start(answers: &[(&str, u16, &str)]) -> (Canned, Shopify) {
    let canned = Canned::start(key, answers).await;
    let shopify = open(&canned, TOKEN);
    (canned, shopify)
}

fn account() -> Account {
    Account {
        source: Source::Shopify,
        id: "acme".into(),
        name: "Acme".into(),
        currency: "EUR".parse().unwrap(),
        zone: "Europe/Berlin".parse().unwrap(),
        standing: Standing::Good,
    }
}

fn days(text: &str) -> DayRange {
    text.parse().unwrap()
}

async fn orders(shopify: &Shopify, expected_ads: usize) -> Result<Vec<Order>, Error> {
    let ask = Ask { expected_ads, ..Ask::default() };
    Ok(shopify.facts(&account(), days("2026-11-19..2026-11-20"), ask).await?.facts.orders)
}

fn node(id: u32, at: &str, more: &str) -> String {
    format!(
        r##"{{"id":"gid://shopify/Order/{id}","name":"#{id}","processedAt":"{at}","updatedAt":"2026-11-20T23:00:00Z","test":false,
        "cancelledAt":null,"customer":{{"id":"gid://shopify/Customer/{}"}},
        "totalPriceSet":{{"shopMoney":{{"amount":"{id}.10","currencyCode":"EUR"}}}},"totalRefundedSet":{{"shopMoney":{{"amount":"0.0"}}}},
        "totalTaxSet":null,"totalShippingPriceSet":{{"shopMoney":{{"amount":"4.9"}}}},"totalDiscountsSet":{{"shopMoney":{{"amount":"0.0"}}}},
        "customerJourneySummary":{{"ready":true,"customerOrderIndex":{id},"lastVisit":null}}{more}}}"##,
        id % 2
    )
    .replace('\n', "")
}

fn nodes() -> [String; 4] {
    [
        node(1, "2026-11-18T23:30:00Z", ""),
        node(2, "2026-11-19T10:00:00Z", "").replace(r#""cancelledAt":null"#, r#""cancelledAt":"2026-11-19T11:00:00Z""#),
        node(3, "2026-11-20T10:00:00Z", "").replace(r#""test":false"#, r#""test":true"#),
        node(4, "2026-11-20T22:59:59Z", ""),
    ]
}

fn page(nodes: &[String], next: Option<&str>) -> String {
    let (more, cursor) = (next.is_some(), next.map_or("null".to_owned(), |next| format!("\"{next}\"")));
    format!(
        r#"{{"data":{{"orders":{{"pageInfo":{{"hasNextPage":{more},"endCursor":{cursor}}},"nodes":[{}]}}}},
        "extensions":{{"cost":{{"requestedQueryCost":112,"actualQueryCost":14,
        "throttleStatus":{{"maximumAvailable":2000.0,"currentlyAvailable":1986.0,"restoreRate":100.0}}}}}}}}"#,
        nodes.join(",")
    )
}

fn count(orders: usize) -> String {
    format!(r#"{{"data":{{"ordersCount":{{"count":{orders},"precision":"EXACT"}}}}}}"#)
}

const SCOPES: &str = r#"{"data":{"currentAppInstallation":{"accessScopes":[{"handle":"read_orders"}]}}}"#;
const ALL_SCOPES: &str =
    r#"{"data":{"currentAppInstallation":{"accessScopes":[{"handle":"read_orders"},{"handle":"read_all_orders"}]}}}"#;
const SHOP: &str = r#"{"data":{"shop":{"name":"Acme","myshopifyDomain":"acme.myshopify.com","currencyCode":"EUR","ianaTimezone":"Europe/Berlin"}}}"#;
const DENIED: &str = r#"{"errors":[{"message":"Access denied for customer field.","extensions":{"code":"ACCESS_DENIED"},"path":["orders"]}],"data":null}"#;

#[tokio::test]
async fn orders_come_page_by_page_in_the_shops_days() {
    let nodes = nodes();
    let answers =
        [("Count", 200, count(4)), ("Orders", 200, page(&nodes[..2], Some("c1"))), ("Orders", 200, page(&nodes[2..], None))];
    let (canned, shopify) = start(&answers.each_ref().map(|(key, status, body)| (*key, *status, body.as_str()))).await;
    let orders = orders(&shopify, 0).await.unwrap();
    let told: Vec<_> = orders.iter().map(|order| (order.date.to_string(), order.id.as_str(), order.state, order.custom)).collect();
    let row = |day: &str, id, state, custom| (day.to_owned(), id, state, custom);
    assert_eq!(
        told,
        [
            row("2026-11-19", "1", OrderState::Placed, Custom::New),
            row("2026-11-19", "2", OrderState::Cancelled, Custom::Returning),
            row("2026-11-20", "4", OrderState::Placed, Custom::Returning),
        ],
        "a test is none"
    );
    assert_eq!((orders[0].total_micros, orders[0].shipping_micros, orders[0].tax_micros), (1_100_000, 4_900_000, 0));
    assert_eq!((orders[1].customer.len(), &orders[1].customer), (32, &orders[2].customer), "one customer, by pseudonym");
    let asked = canned.asked("Orders");
    let variables: Vec<_> = asked.iter().map(|request| request.json()["variables"].clone()).collect();
    let filter = "processed_at:>='2026-11-18T23:00:00Z' AND processed_at:<'2026-11-20T23:00:00Z'";
    assert_eq!((&variables[0]["query"], &variables[0]["cursor"]), (&filter.into(), &serde_json::Value::Null));
    assert_eq!(variables[1]["cursor"], "c1");
    for request in canned.all() {
        assert_eq!(request.header("x-shopify-access-token"), Some(TOKEN));
        assert_eq!(request.target(), "/shop/admin/api/2026-10/graphql.json");
        assert!(request.header("authorization").is_none() && !request.body.contains(TOKEN));
    }
}

#[tokio::test]
async fn a_throttled_question_is_waited_out() {
    let throttled = r#"{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{
        "requestedQueryCost":112,"actualQueryCost":null,
        "throttleStatus":{"maximumAvailable":2000.0,"currentlyAvailable":111.0,"restoreRate":100.0}}}}"#;
    let (one, good) = (count(1), page(&nodes()[..1], None));
    let (canned, shopify) = start(&[("Count", 200, &one), ("Orders", 200, throttled), ("Orders", 200, &good)]).await;
    assert_eq!(orders(&shopify, 0).await.unwrap().len(), 1);
    assert_eq!(canned.asked("Orders").len(), 2);
    let long = throttled.replace("111.0", "1.0").replace("100.0", "0.001");
    let (_, shopify) = start(&[("Count", 200, &one), ("Orders", 200, &long)]).await;
    let error = orders(&shopify, 0).await.unwrap_err();
    assert!(matches!(&error, Error::RateLimited { wait, .. } if wait.as_secs() > 100_000 / 2), "{error:?}");
}

#[tokio::test]
async fn fewer_orders_than_are_counted_are_not_believed() {
    let (nodes, none) = (nodes(), page(&[], None));
    let first = page(&nodes[..2], Some("c1"));
    let (_, shopify) = start(&[("Count", 200, &count(4)), ("Orders", 200, &first), ("Orders", 200, &none)]).await;
    let error = orders(&shopify, 0).await.unwrap_err();
    assert!(matches!(error, Error::Doubtful { .. }), "{error:?}");
    assert!(error.to_string().contains("answered 2 of the 4 orders it counts for 2026-11-19..2026-11-20"), "{error}");
}

const BEGUN: &str = r#"{"data":{"bulkOperationRunQuery":{"bulkOperation":{"id":"gid://shopify/BulkOperation/1","status":"CREATED"},"userErrors":[]}}}"#;
const BUSY: &str = r#"{"data":{"bulkOperationRunQuery":{"bulkOperation":null,"userErrors":[{"field":null,"message":"A bulk query operation for this app and shop is already in progress: gid://shopify/BulkOperation/0."}]}}}"#;

fn operation(status: &str, more: &str) -> String {
    format!(
        r#"{{"data":{{"node":{{"id":"gid://shopify/BulkOperation/1","status":"{status}","errorCode":null,"objectCount":"4"{more}}}}}}}"#
    )
}

#[tokio::test]
async fn a_prepared_file_gives_the_same_orders() {
    let nodes = nodes();
    let (whole, four) = (page(&nodes, None), count(4));
    let (_, direct) = start(&[("Count", 200, &four), ("Orders", 200, &whole)]).await;
    let direct = orders(&direct, 0).await.unwrap();
    let file = nodes.join("\n") + "\n";
    let cut = nodes[..2].join("\n");
    let ready = operation("COMPLETED", r#","url":"{base}/file?signature=sss""#);
    let (running, failed) = (operation("RUNNING", r#","url":null"#), operation("FAILED", r#","url":null"#));
    let answers = [
        ("Count", 200, four.as_str()),
        ("Prepare", 200, BUSY),
        ("Prepare", 200, BEGUN),
        ("Prepared", 200, &running),
        ("Prepared", 200, &failed),
        ("Prepared", 200, &ready),
        ("GET file?signature=sss", 200, &cut),
        ("GET file?signature=sss", 403, "<Error>expired</Error>"),
        ("GET file?signature=sss", 200, &file),
    ];
    let (canned, shopify) = start(&answers).await;
    assert_eq!(orders(&shopify, MANY).await.unwrap(), direct);
    assert_eq!((canned.asked("Prepare").len(), canned.asked("Orders").len()), (4, 0), "busy, failed, gone stale, and good");
    let files = canned.asked("GET file?signature=sss");
    assert!(files.len() == 3 && files.iter().all(|request| !request.head.contains(TOKEN)));
    let prepared = canned.asked("Prepare")[0].json()["variables"]["query"].as_str().unwrap().to_owned();
    assert!(prepared.starts_with("{ orders(query: \"processed_at:>='2026-11-18T23:00:00Z'"), "{prepared}");

    let nothing = operation("COMPLETED", r#","url":null"#).replace(r#""4""#, r#""0""#);
    let (_, shopify) = start(&[("Count", 200, &count(0)), ("Prepare", 200, BEGUN), ("Prepared", 200, &nothing)]).await;
    assert_eq!(orders(&shopify, MANY).await.unwrap(), []);
    let strange = operation("COMPLETED", r#","url":"http://127.0.0.1:9/file""#);
    let (_, shopify) = start(&[("Count", 200, &four), ("Prepare", 200, BEGUN), ("Prepared", 200, &strange)]).await;
    let error = orders(&shopify, MANY).await.unwrap_err();
    assert!(matches!(&error, Error::Drift { what, .. } if what.contains("no https address")), "{error}");
}

#[tokio::test]
async fn customers_that_are_not_for_the_app_are_left_out() {
    let (whole, four) = (page(&nodes(), None), count(4));
    let (canned, shopify) = start(&[("Count", 200, &four), ("Orders", 200, DENIED), ("Orders", 200, &whole)]).await;
    for read in 1..=2 {
        let orders = orders(&shopify, 0).await.unwrap();
        assert!(orders.iter().all(|order| order.customer.is_empty()));
        assert_eq!(canned.asked("Orders").len(), 1 + read, "asked for once");
    }
    let (_, shopify) = start(&[("Count", 200, &four), ("Orders", 200, DENIED)]).await;
    let error = orders(&shopify, 0).await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Permission, .. }), "{error}");
}

#[tokio::test]
async fn days_the_app_is_not_shown_are_refused_and_not_empty() {
    let (none, zero) = (page(&[], None), count(0));
    let old = days("2026-09-01..2026-10-15");
    let (_, shopify) = start(&[("Scopes", 200, SCOPES), ("Orders", 200, &none), ("Count", 200, &zero)]).await;
    let first = shopify.first_day(&account()).await.unwrap().unwrap();
    assert_eq!(first.to_string(), "2026-09-23", "the first whole day of the last sixty");
    let error = shopify.facts(&account(), old, Ask::default()).await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Permission, .. }), "{error:?}");
    assert!(error.to_string().contains("days before 2026-09-23") && error.to_string().contains("read_all_orders"), "{error}");
    shopify.facts(&account(), DayRange::new(first, old.to()).unwrap(), Ask::default()).await.unwrap();
    let (_, shopify) = start(&[("Scopes", 200, ALL_SCOPES), ("Orders", 200, &none), ("Count", 200, &zero)]).await;
    assert_eq!(shopify.first_day(&account()).await.unwrap(), None);
    shopify.facts(&account(), old, Ask::default()).await.unwrap();
}

#[tokio::test]
async fn the_count_of_a_day_is_its_second_witness() {
    let counts = r#"{"data":{"a0":{"count":5,"precision":"EXACT"},"c0":{"count":2,"precision":"EXACT"},
        "a1":{"count":1,"precision":"EXACT"},"c1":{"count":1,"precision":"EXACT"}}}"#;
    let (canned, shopify) = start(&[("Counts", 200, counts), ("Scopes", 200, SCOPES)]).await;
    let totals = shopify.totals(&account(), days("2026-11-19..2026-11-20")).await.unwrap().unwrap();
    let told: Vec<_> = totals.days.iter().map(|(day, total)| (day.to_string(), total.orders, total.revenue_micros)).collect();
    assert_eq!(told, [("2026-11-19".to_owned(), Some(3), None)], "those cancelled are taken off");
    let query = canned.asked("Counts")[0].json()["query"].as_str().unwrap().to_owned();
    assert!(query.contains("AND test:false AND status:cancelled") && query.contains("limit: null"), "{query}");
    assert_eq!(shopify.totals(&account(), days("2026-08-01..2026-08-02")).await.unwrap(), None, "nothing is shown of these");
    let part = shopify.totals(&account(), days("2026-09-22..2026-09-24")).await.unwrap().unwrap();
    assert_eq!(part.told, days("2026-09-23..2026-09-24"));
    let (_, shopify) = start(&[("Counts", 200, &counts.replace("EXACT", "AT_LEAST"))]).await;
    assert!(matches!(shopify.totals(&account(), days("2026-11-19..2026-11-20")).await, Err(Error::Drift { .. })));
}

#[tokio::test]
async fn what_was_changed_names_its_days() {
    let row = |id: u32, at: &str| {
        format!(r#"{{"id":"gid://shopify/Order/{id}","processedAt":"{at}","updatedAt":"2026-11-20T10:00:00Z"}}"#)
    };
    let first = page(&[row(1, "2026-10-03T22:30:00Z"), row(2, "2026-10-04T08:00:00Z")], Some("c1"));
    let second = page(&[row(3, "2026-09-01T08:00:00Z"), row(4, "2026-10-01T08:00:00Z")], None);
    let (canned, shopify) = start(&[("Changed", 200, &first), ("Changed", 200, &second), ("Scopes", 200, SCOPES)]).await;
    let since: Timestamp = "2026-11-19T00:00:00Z".parse().unwrap();
    let changed = shopify.changed(&account(), since, "2026-10-20".parse().unwrap()).await.unwrap();
    let told: Vec<String> = changed.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["2026-10-01", "2026-10-04"], "days in the shop; one that is no longer shown is left out");
    let filter = canned.asked("Changed")[0].json()["variables"]["query"].clone();
    assert_eq!(filter, "updated_at:>='2026-11-19T00:00:00Z' AND processed_at:<'2026-10-19T22:00:00Z'");
}

#[tokio::test]
async fn a_later_version_that_answers_instead_is_a_retired_one() {
    let fallen = format!("header x-shopify-api-version: 2027-10\n{SHOP}");
    let (_, shopify) = start(&[("Shop", 200, &fallen)]).await;
    let error = shopify.check().await.unwrap_err();
    assert!(matches!(error, Error::Retired { version: "2026-10", .. }), "{error:?}");
    assert!(error.to_string().contains("it answered as version 2027-10"), "{error}");
}

#[tokio::test]
async fn the_shop_is_the_one_the_credential_is_for() {
    let (_, shopify) = start(&[("Shop", 200, SHOP), ("Scopes", 200, ALL_SCOPES)]).await;
    assert_eq!(shopify.account(&"acme.myshopify.com".into()).await.unwrap(), account());
    assert_eq!(shopify.accounts().await.unwrap(), [account()]);
    let credential = shopify.check().await.unwrap();
    assert_eq!((credential.user_id.as_str(), credential.scopes.len()), ("acme", 2));
    for (id, word) in [("other", "the credential is for the shop acme"), ("acme/../x", "that is no shop")] {
        let error = shopify.account(&id.into()).await.unwrap_err();
        assert!(matches!(&error, Error::Rejected { reason, .. } if reason.contains(word)), "{error}");
    }
    let narrow = ALL_SCOPES.replace("read_orders", "read_products");
    let (_, shopify) = start(&[("Shop", 200, SHOP), ("Scopes", 200, &narrow)]).await;
    let error = shopify.check().await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Permission, .. }), "{error}");
}

const EXCHANGE: &str = "POST admin/oauth/access_token";
const WRONG: &str = r#"{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}"#;

#[tokio::test]
async fn an_app_shows_who_it_is_and_a_refresh_token_is_kept_when_it_is_exchanged() {
    let day = r#"{"access_token":"shpat_day","scope":"read_orders","expires_in":86399}"#;
    let canned = Canned::start(key, &[("Shop", 200, SHOP), (EXCHANGE, 200, day)]).await;
    let client = open(&canned, r#"{"client_id":"id-1","client_secret":"hush-1"}"#);
    client.account(&"acme".into()).await.unwrap();
    assert_eq!(canned.asked(EXCHANGE)[0].body, "grant_type=client_credentials&client_id=id-1&client_secret=hush-1");
    assert_eq!(canned.asked("Shop")[0].header("x-shopify-access-token"), Some("shpat_day"));
    assert!(client.renewed_secret().is_none(), "nothing would be lost");
    assert_eq!(client.lifetime(), Lifetime::Lasting);

    let hour = r#"{"access_token":"shpat_new","expires_in":3600,"refresh_token":"shprt_2","refresh_token_expires_in":7776000,"scope":"read_orders"}"#;
    let canned = Canned::start(key, &[("Shop", 401, WRONG), ("Shop", 200, SHOP), (EXCHANGE, 200, hour)]).await;
    let secret =
        r#"{"shop":"acme","client_id":"id-1","client_secret":"hush-1","refresh_token":"shprt_1","access_token":"shpat_old"}"#;
    let refresh = open(&canned, secret);
    refresh.account(&"acme".into()).await.unwrap();
    assert!(canned.asked(EXCHANGE)[0].body.starts_with("grant_type=refresh_token&refresh_token=shprt_1&"));
    let renewed = refresh.renewed_secret().unwrap();
    let document: serde_json::Value = serde_json::from_str(renewed.expose_secret()).unwrap();
    assert_eq!((&document["refresh_token"], &document["access_token"]), (&"shprt_2".into(), &"shpat_new".into()));
    assert_eq!((&document["shop"], &document["client_secret"]), (&"acme".into(), &"hush-1".into()));
    assert_eq!(refresh.lifetime(), Lifetime::Renewing { days: 90 });

    let canned = Canned::start(key, &[("Shop", 401, WRONG), (EXCHANGE, 400, r#"{"error":"invalid_grant"}"#)]).await;
    let error = open(&canned, secret).account(&"acme".into()).await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Credential, .. }), "{error}");
    assert!(!format!("{error:?}").contains("shprt_1"), "{error:?}");
}

#[tokio::test]
async fn nobody_is_named_by_an_error() {
    let bad = page(&[node(1, "2026-11-19T10:00:00Z", "").replace("1.10", "eva@example.com")], None);
    let (_, shopify) = start(&[("Count", 200, &count(1)), ("Orders", 200, &bad)]).await;
    let error = orders(&shopify, 0).await.unwrap_err();
    assert!(matches!(error, Error::Drift { .. }), "{error}");
    assert!(!format!("{error:?} {error}").contains("eva@"), "{error:?}");
}

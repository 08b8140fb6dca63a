//! Shopify: the common suite, and what is Shopify's own.

use crate::{
    conformance::{Subject, Totals, conformance},
    world::World,
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use trimtab_connect::{Ask, Connector, Error, Pseudonyms};
use trimtab_domain::{
    Day, DayRange, Source,
    account::Account,
    day::parse_day,
    fact::{Custom, Order},
    money::parse_micros,
};
use trimtab_sandbox::{AccountInfo, SandboxSettings};

pub(crate) struct ShopifySubject;

/// The parts of a secret that may be a document or a token.
fn parts(secret: &str) -> BTreeMap<String, String> {
    serde_json::from_str(secret).unwrap_or_else(|_| BTreeMap::from([("access_token".to_owned(), secret.to_owned())]))
}

/// What the world itself says of each day of a shop: what the orders that stand came to, how many they are, what was given back. An order
/// that waits for a transfer stands.
pub(crate) fn truth(world: &World, account: &AccountInfo, range: DayRange) -> BTreeMap<Day, Totals> {
    let days = world.sandbox.totals_of(account.source.parse().unwrap(), &account.account, range).unwrap();
    let row = |day: &Value| {
        let money = |name: &str| parse_micros(day[name].as_str().unwrap()).unwrap();
        let figures = (money("revenue"), day["orders"].as_i64().unwrap(), money("refunds"));
        (parse_day(day["date"].as_str().unwrap()).unwrap(), figures)
    };
    let days: BTreeMap<Day, Totals> = days.as_array().unwrap().iter().map(row).collect();
    days.into_iter().filter(|(_, figures)| *figures != (0, 0, 0)).collect()
}

impl Subject for ShopifySubject {
    const SOURCE: Source = Source::Shopify;
    const FACTS: &'static str = "/graphql.json";
    /// Every second shop is one, and some businesses have none.
    const TENANTS: usize = 8;
    /// A count and a page.
    const REQUESTS: u32 = 2;
    /// Few, so that a month goes by pages and not as a file.
    const MANY_ADS: usize = 10;
    /// The bucket refills by the second: its limits are as short as the question was cheap.
    const SHORTEST_LIMIT: SignedDuration = SignedDuration::ZERO;
    const HURRY: Duration = Duration::from_millis(20);

    fn wrong_secret(secret: &str) -> String {
        let wrong = parts(secret).into_keys().map(|name| {
            let value = if name == "client_id" { "not-the-client".to_owned() } else { format!("shp_{name}_000000") };
            (name, Value::from(value))
        });
        Value::Object(wrong.collect()).to_string()
    }

    fn secret_parts(secret: &str) -> Vec<String> {
        parts(secret).into_iter().filter(|(name, _)| name != "client_id").map(|(_, value)| value).collect()
    }

    async fn own_totals(world: &World, account: &AccountInfo, range: DayRange) -> BTreeMap<Day, Totals> {
        truth(world, account, range)
    }
}

conformance!(crate::shopify::ShopifySubject, without ads);

async fn start() -> World {
    let settings = SandboxSettings { seed: 3, tenants: 8, ads: 40, days: 120, ..SandboxSettings::default() };
    World::with(Source::Shopify, settings).await
}

async fn scene(world: &World, index: usize) -> (std::sync::Arc<dyn Connector>, Account, DayRange) {
    let info = &world.accounts[index];
    let connectors = world.connectors().naming_customers_by(Pseudonyms::new([9; 32]));
    let connector = connectors.open(Source::Shopify, Some(info.base_url.parse().unwrap()), info.secret.as_str().into()).unwrap();
    let account = connector.account(&info.account.as_str().into()).await.unwrap();
    let month = DayRange::ending(account.zone.day_at(world.clock.now()), 30);
    (connector, account, month)
}

async fn orders(connector: &dyn Connector, account: &Account, days: DayRange, expected_ads: usize) -> Vec<Order> {
    connector.facts(account, days, Ask { expected_ads, ..Ask::default() }).await.unwrap().facts.orders
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_prepared_file_and_pages_give_the_same_rows() {
    let world = start().await;
    for index in 0..world.accounts.len() {
        let (connector, account, month) = scene(&world, index).await;
        let pages = orders(&*connector, &account, month, 0).await;
        assert_eq!(orders(&*connector, &account, month, usize::MAX).await, pages);
        assert!(pages.len() > 50, "{}", pages.len());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_are_told_apart_and_the_new_ones_are_as_many_as_there_are() {
    let world = start().await;
    let (connector, account, month) = scene(&world, 0).await;
    let rows = orders(&*connector, &account, month, 0).await;
    let mut firsts = BTreeSet::new();
    for order in rows.iter().filter(|order| order.custom == Custom::New && !order.customer.is_empty()) {
        assert!(firsts.insert(order.customer.clone()), "a customer has one first order");
    }
    assert!(!firsts.is_empty() && firsts.iter().all(|customer| customer.len() == 32));
    assert!(rows.iter().any(|order| order.custom == Custom::Returning) && rows.iter().any(|order| !order.utm.source.is_empty()));
    let without = world.connectors();
    let info = &world.accounts[0];
    let without = without.open(Source::Shopify, Some(info.base_url.parse().unwrap()), info.secret.as_str().into()).unwrap();
    assert!(orders(&*without, &account, month, 0).await.iter().all(|order| order.customer.is_empty()), "nobody without a key");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_that_are_not_shown_are_named_and_never_empty() {
    let world = start().await;
    let mut limited = 0;
    for index in 0..world.accounts.len() {
        let (connector, account, month) = scene(&world, index).await;
        let old = DayRange::ending(month.from().yesterday().unwrap(), 60);
        match connector.first_day(&account).await.unwrap() {
            Some(first) => {
                limited += 1;
                assert!(old.contains(first), "{first}");
                let error = connector.facts(&account, old, Ask::default()).await.unwrap_err();
                assert!(matches!(error, Error::Auth { .. }) && error.to_string().contains("read_all_orders"), "{error}");
                let shown = DayRange::new(first, old.to()).unwrap();
                let rows = orders(&*connector, &account, shown, 0).await;
                assert_eq!(rows.iter().map(|order| order.date).min(), Some(first));
            }
            None => assert!(orders(&*connector, &account, old, 0).await.iter().any(|order| order.date == old.from())),
        }
    }
    assert!(limited > 0 && limited < world.accounts.len(), "some are limited: {limited}");
}

#[test]
fn a_secret_of_any_shape_has_a_wrong_one() {
    let document = json!({ "client_id": "a", "client_secret": "bbbbbb" }).to_string();
    assert!(ShopifySubject::wrong_secret(&document).contains("not-the-client"));
    assert_eq!(ShopifySubject::secret_parts("shpat_1"), ["shpat_1"]);
}

//! Several tables in one query: shops, sites and mailings beside the ads, and amounts in one currency.

use crate::world::{account, ad_day, ask, coverage, day, fresh, meta, only, range};
use std::collections::{BTreeMap, BTreeSet};
use trimtab_domain::{
    Source,
    account::Account,
    fact::{Custom, EmailDaily, Facts, MailKind, Order, OrderState, Quality, SessionDaily, Total, Utm},
    metric::Constants,
    query::{Cell, Dimension, MetricQuery, QueryParts, QueryResult},
    rates::{Rate, Rates},
};
use trimtab_facts::{Error, Lake, LakeSettings, TenantLake};

const DAYS: &str = "2026-02-02..2026-02-08";

fn order(id: &str, date: &str, custom: Custom, utm: (&str, &str), total: i64) -> Order {
    Order {
        date: day(date),
        id: id.into(),
        number: format!("#{id}").as_str().into(),
        customer: format!("customer of {id}").as_str().into(),
        custom,
        utm: Utm { source: utm.0.into(), medium: utm.1.into(), campaign: "Spring".into() },
        state: OrderState::Placed,
        total_micros: total * 1_000_000,
        refunded_micros: 0,
        tax_micros: total * 100_000,
        shipping_micros: 5_000_000,
        discount_micros: 0,
    }
}

fn orders() -> Vec<Order> {
    let mut cancelled = order("5", "2026-02-03", Custom::New, ("facebook", "paid_social"), 900);
    cancelled.state = OrderState::Cancelled;
    let mut refunded = order("3", "2026-02-03", Custom::Returning, ("", ""), 50);
    refunded.refunded_micros = 20_000_000;
    vec![
        order("1", "2026-02-02", Custom::New, ("facebook", "paid_social"), 120),
        order("2", "2026-02-02", Custom::New, ("google", "cpc"), 80),
        refunded,
        order("4", "2026-02-03", Custom::Unknown, ("instagram", "paid_social"), 30),
        cancelled,
    ]
}

fn shop(currency: &str) -> Account {
    account(Source::Shopify, "shop", currency)
}

async fn store(lake: &TenantLake, account: &Account, facts: Facts) {
    lake.replace(account, range(DAYS), facts).await.unwrap();
}

/// Ads that spend 12.30 a day on two days, and the orders above.
async fn scene(lake: &TenantLake) {
    store(lake, &meta(), only(vec![ad_day("c", "a", day("2026-02-02"), 10), ad_day("c", "a", day("2026-02-04"), 10)])).await;
    store(lake, &shop("EUR"), Facts { orders: orders(), ..Facts::default() }).await;
}

async fn answer(lake: &TenantLake, query: &MetricQuery) -> QueryResult {
    (*lake.query(query, &coverage(&[&meta(), &shop("EUR")])).await.unwrap()).clone()
}

fn cells(result: &QueryResult) -> BTreeMap<String, Vec<Cell>> {
    result.rows.iter().map(|row| (row.keys[0].id.clone(), row.cells.clone())).collect()
}

#[tokio::test]
async fn figures_of_ads_and_shop_stand_side_by_side() {
    let (_folder, lake) = fresh();
    scene(&lake).await;
    let metrics = ["spend", "orders", "store_revenue", "mer"];
    let result = answer(&lake, &ask(DAYS, &metrics, &[Dimension::Date], "")).await;
    let by_day = cells(&result);
    let money = |units: i64| Cell::Money(units * 1_000_000);
    assert_eq!(by_day["2026-02-02"], [Cell::Money(12_300_000), Cell::Count(2), money(200), Cell::Number(200.0 / 12.3)]);
    assert_eq!(by_day["2026-02-03"], [Cell::None, Cell::Count(2), money(80), Cell::None], "a shop sells on days without ads");
    assert_eq!(by_day["2026-02-04"], [Cell::Money(12_300_000), Cell::None, Cell::None, Cell::None]);
    assert_eq!(result.totals, [Cell::Money(24_600_000), Cell::Count(4), money(280), Cell::Number(280.0 / 24.6)]);
    assert_eq!(result.zones, ["Europe/Amsterdam"]);
}

#[tokio::test]
async fn cancelled_orders_and_refunds_are_told_apart_from_revenue() {
    let (_folder, lake) = fresh();
    scene(&lake).await;
    let metrics = ["orders", "cancelled_orders", "store_revenue", "refunds", "net_store_revenue"];
    let result = answer(&lake, &ask(DAYS, &metrics, &[], "")).await;
    let money = |units: i64| Cell::Money(units * 1_000_000);
    assert_eq!(result.totals, [Cell::Count(4), Cell::Count(1), money(280), money(20), money(260)]);
}

#[tokio::test]
async fn by_platform_orders_are_those_its_paid_clicks_brought() {
    let (_folder, lake) = fresh();
    scene(&lake).await;
    let metrics = ["spend", "revenue", "store_revenue", "claimed_to_counted"];
    let result = answer(&lake, &ask(DAYS, &metrics, &[Dimension::Platform], "")).await;
    let by_platform = cells(&result);
    let money = |units: i64| Cell::Money(units * 1_000_000);
    assert_eq!(by_platform["meta"], [Cell::Money(24_600_000), money(80), money(150), Cell::Number(80.0 / 150.0)]);
    assert_eq!(by_platform["google"], [Cell::None, Cell::None, money(80), Cell::None]);
    assert_eq!(by_platform[""], [Cell::None, Cell::None, money(50), Cell::None]);
    let names: Vec<_> = result.rows.iter().map(|row| row.keys[0].name.as_str()).collect();
    assert!(names.contains(&"(no paid click)") && names.contains(&"Meta Ads"), "{names:?}");
    let only_meta = answer(&lake, &ask(DAYS, &metrics, &[], "platform = meta")).await;
    assert_eq!(only_meta.totals, by_platform["meta"]);
    let by_label = answer(&lake, &ask(DAYS, &metrics, &[], "platform = \"Meta Ads\"")).await;
    assert_eq!(by_label.totals, only_meta.totals);
}

#[tokio::test]
async fn customers_nobody_knows_are_neither_new_nor_returning_and_a_note_says_so() {
    let (_folder, lake) = fresh();
    scene(&lake).await;
    let result = answer(&lake, &ask(DAYS, &["ncac", "new_customers", "orders"], &[], "")).await;
    assert_eq!(result.totals, [Cell::Money(12_300_000), Cell::Count(2), Cell::Count(4)]);
    let partial: Vec<bool> = result.metrics.iter().map(|column| column.partial).collect();
    assert_eq!(partial, [true, true, false]);
    assert!(result.notes.iter().any(|note| note.contains("25.0 % of the orders (Account shop (Shopify))")), "{:?}", result.notes);
    let by_customer = answer(&lake, &ask(DAYS, &["orders"], &[Dimension::Customer], "")).await;
    assert_eq!(cells(&by_customer).into_keys().collect::<Vec<_>>(), ["new", "returning", "unknown"]);
}

#[tokio::test]
async fn a_day_that_is_restated_replaces_its_orders() {
    let (_folder, lake) = fresh();
    scene(&lake).await;
    let mut later = orders();
    // Re-numbered, and one refunded: the ids are the same, so nothing is doubled.
    for order in &mut later {
        order.number = format!("NL-{}", order.id).as_str().into();
    }
    later[0].refunded_micros = 120_000_000;
    store(&lake, &shop("EUR"), Facts { orders: later, ..Facts::default() }).await;
    let result = answer(&lake, &ask(DAYS, &["orders", "refunds"], &[], "")).await;
    assert_eq!(result.totals, [Cell::Count(4), Cell::Money(140_000_000)]);
}

fn visits(date: &str, campaign: &str, sessions: i64, quality: Quality) -> SessionDaily {
    SessionDaily {
        date: day(date),
        channel: "Paid Social".into(),
        utm: Utm { source: "facebook".into(), medium: "paid_social".into(), campaign: campaign.into() },
        sessions,
        engaged_sessions: Some(sessions / 2),
        key_events: Some(2.0),
        purchases: Some(1.0),
        revenue_micros: Some(60_000_000),
        quality,
    }
}

#[tokio::test]
async fn what_analytics_leave_out_is_marked() {
    let (_folder, lake) = fresh();
    scene(&lake).await;
    let site = account(Source::Ga4, "123456", "EUR");
    let other = Quality { other: true, ..Quality::default() };
    let rows = vec![visits("2026-02-02", "Spring", 75, Quality::default()), visits("2026-02-03", "(other)", 25, other)];
    store(&lake, &site, Facts { sessions: rows, ..Facts::default() }).await;
    let covered = coverage(&[&meta(), &shop("EUR"), &site]);
    let query = ask(DAYS, &["sessions", "orders"], &[Dimension::UtmCampaign], "");
    let result = lake.query(&query, &covered).await.unwrap();
    assert_eq!(result.totals, [Cell::Count(100), Cell::Count(4)]);
    assert_eq!(result.metrics.iter().map(|column| column.partial).collect::<Vec<_>>(), [true, false]);
    let note = "on one day (25 % of the visits) Google Analytics puts rare sources and campaigns together as \"(other)\"";
    assert!(result.notes.iter().any(|n| n == note), "{:?}", result.notes);
    let clean = lake.query(&ask("2026-02-02..2026-02-02", &["sessions"], &[], ""), &covered).await.unwrap();
    assert!(clean.notes.is_empty() && !clean.metrics[0].partial);
}

#[tokio::test]
async fn mailings_have_names_and_a_share_of_the_revenue() {
    let (_folder, lake) = fresh();
    scene(&lake).await;
    let mail = account(Source::Klaviyo, "AbCdEf", "EUR");
    let row = |campaign: &str, kind, revenue| EmailDaily {
        date: day("2026-02-03"),
        kind,
        campaign: campaign.into(),
        channel: "email".into(),
        recipients: Some(1_000),
        opens: Some(400),
        clicks: Some(50),
        orders: Some(2),
        revenue_micros: Some(revenue),
    };
    let emails = vec![row("01", MailKind::Campaign, 42_000_000), row("F1", MailKind::Flow, 28_000_000)];
    store(&lake, &mail, Facts { emails, ..Facts::default() }).await;
    let covered = coverage(&[&meta(), &shop("EUR"), &mail]);
    let share = lake.query(&ask(DAYS, &["email_share"], &[], ""), &covered).await.unwrap();
    assert_eq!(share.totals, [Cell::Number(25.0)]);
    let flows = lake.query(&ask(DAYS, &["email_revenue"], &[Dimension::Campaign], "mail_kind = flow"), &covered).await.unwrap();
    assert_eq!(cells(&flows), BTreeMap::from([("F1".to_owned(), vec![Cell::Money(28_000_000)])]));
}

#[tokio::test]
async fn our_sums_are_held_against_the_sources_own() {
    let (_folder, lake) = fresh();
    scene(&lake).await;
    let totals = vec![(day("2026-02-02"), Total::ads(12_300_000, 1_000)), (day("2026-02-04"), Total::ads(24_640_000, 1_000))];
    lake.replace_totals(&meta(), range(DAYS), totals.clone()).await.unwrap();
    let again = lake.replace_totals(&meta(), range(DAYS), totals).await.unwrap();
    assert_eq!((again.days_changed, again.bytes_written), (0, 0), "the same again commits nothing");
    let result =
        answer(&lake, &ask(DAYS, &["spend", "reported_spend", "spend_gap"], &[Dimension::Date, Dimension::Account], "")).await;
    let by_day = cells(&result);
    assert_eq!(by_day["2026-02-02"][2], Cell::Money(0));
    assert_eq!(by_day["2026-02-04"][2], Cell::Money(-12_340_000));
    let outside = lake.replace_totals(&meta(), range(DAYS), vec![(day("2026-03-01"), Total::ads(1, 1))]).await;
    assert!(matches!(outside, Err(Error::BadFacts(_))));
}

fn rates() -> Rates {
    published(&[("2026-02-02", "1.2"), ("2026-02-03", "1.25"), ("2026-02-06", "1.0")])
}

fn published(dollars: &[(&str, &str)]) -> Rates {
    let rate = |(of, rate): &(&str, &str)| Rate { currency: "USD".parse().unwrap(), day: day(of), per_euro: rate.parse().unwrap() };
    dollars.iter().map(rate).collect()
}

/// The same query with its answer in a currency.
fn in_currency(metrics: &[&str], dimensions: &[Dimension], currency: &str) -> MetricQuery {
    let parts = QueryParts {
        metrics: metrics.iter().map(ToString::to_string).collect(),
        dimensions: dimensions.to_vec(),
        currency: Some(currency.parse().unwrap()),
        ..QueryParts::default()
    };
    MetricQuery::new(range(DAYS), parts).unwrap()
}

#[tokio::test]
async fn amounts_are_converted_at_the_rate_of_their_day() {
    let folder = tempfile::tempdir().unwrap();
    let lakes = Lake::open(LakeSettings::new(folder.path())).unwrap();
    let lake = lakes.tenant(&crate::world::ctx("acme"));
    // 60 USD on the 2nd, 50 USD on the 3rd, 12 EUR of spend; a shop in dollars beside ads in euros.
    let sold = |id: &str, date: &str, total| order(id, date, Custom::New, ("", ""), total);
    let dollars = vec![sold("1", "2026-02-02", 60), sold("2", "2026-02-03", 50), sold("3", "2026-02-05", 25)];
    store(&lake, &shop("USD"), Facts { orders: dollars, ..Facts::default() }).await;
    store(&lake, &meta(), only(vec![ad_day("c", "a", day("2026-02-02"), 10)])).await;
    let covered = coverage(&[&meta(), &shop("USD")]);
    let mixed = lake.query(&ask(DAYS, &["mer"], &[], ""), &covered).await;
    assert!(matches!(mixed, Err(Error::MixedCurrencies { .. })));

    let euros = in_currency(&["store_revenue", "spend", "orders"], &[Dimension::Date], "EUR");
    let unknown = lake.query(&euros, &covered).await.unwrap_err();
    assert!(unknown.to_string().contains("there is no reference rate for USD"), "{unknown}");

    lakes.set_rates(rates());
    let result = lake.query(&euros, &covered).await.unwrap();
    let by_day = cells(&result);
    assert_eq!(by_day["2026-02-02"][0], Cell::Money(50_000_000));
    assert_eq!(by_day["2026-02-03"][0], Cell::Money(40_000_000));
    assert_eq!(by_day["2026-02-05"][0], Cell::Money(20_000_000), "no rate of its own: that of the 3rd");
    assert_eq!(result.totals, [Cell::Money(110_000_000), Cell::Money(12_300_000), Cell::Count(3)]);
    let used = result.rates.as_ref().unwrap();
    assert_eq!((used.first, used.last, used.carried_days), (day("2026-02-02"), day("2026-02-03"), 2), "the 4th and the 5th");
    assert!(result.notes.iter().any(|note| note.starts_with("amounts in USD are shown in EUR")), "{:?}", result.notes);

    let dollars = lake.query(&in_currency(&["spend", "store_revenue"], &[], "USD"), &covered).await.unwrap();
    assert_eq!(dollars.totals, [Cell::Money(14_760_000), Cell::Money(135_000_000)]);
    let counts = lake.query(&in_currency(&["orders"], &[], "JPY"), &covered).await.unwrap();
    assert!(counts.rates.is_none(), "counts need no rates");
}

#[tokio::test]
async fn days_without_a_rate_do_not_stand_in_the_way_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let lakes = Lake::open(LakeSettings::new(folder.path())).unwrap();
    let lake = lakes.tenant(&crate::world::ctx("acme"));
    let sold = |id: &str, date: &str, total| order(id, date, Custom::New, ("", ""), total);
    let orders = vec![sold("1", "2026-02-02", 60), sold("2", "2026-02-06", 50)];
    store(&lake, &shop("USD"), Facts { orders, ..Facts::default() }).await;
    lakes.set_rates(published(&[("2026-02-06", "1.0")]));
    let covered = coverage(&[&shop("USD")]);
    let all = lake.query(&in_currency(&["store_revenue"], &[], "EUR"), &covered).await.unwrap_err();
    assert!(all.to_string().contains("there is no reference rate for USD on 2026-02-02"), "{all}");
    let parts =
        QueryParts { metrics: vec!["store_revenue".to_owned()], currency: Some("EUR".parse().unwrap()), ..QueryParts::default() };
    let later = MetricQuery::new(range("2026-02-06..2026-02-08"), parts).unwrap();
    let result = lake.query(&later, &covered).await.unwrap();
    assert_eq!(result.totals, [Cell::Money(50_000_000)]);
}

#[tokio::test]
async fn an_account_that_changes_its_currency_keeps_no_day_twice() {
    let (_folder, lake) = fresh();
    scene(&lake).await;
    let later: Vec<Order> = orders().into_iter().map(|order| Order { total_micros: order.total_micros * 2, ..order }).collect();
    store(&lake, &shop("USD"), Facts { orders: later, ..Facts::default() }).await;
    let covered = coverage(&[&shop("USD")]);
    let result = lake.query(&ask(DAYS, &["orders", "store_revenue"], &[], ""), &covered).await.unwrap();
    assert_eq!(result.totals, [Cell::Count(4), Cell::Money(560_000_000)]);
    assert_eq!(result.currency.unwrap().as_str(), "USD");
}

#[tokio::test]
async fn orders_that_cannot_be_are_refused() {
    let (_folder, lake) = fresh();
    let outside = Facts { orders: vec![order("1", "2025-12-31", Custom::New, ("", ""), 1)], ..Facts::default() };
    let error = lake.replace(&shop("EUR"), range(DAYS), outside).await.unwrap_err();
    assert!(error.to_string().contains("an order of 2025-12-31 cannot be kept"), "{error}");
    let absurd = Facts { orders: vec![order("1", "2026-02-02", Custom::New, ("", ""), 200_000_000_000)], ..Facts::default() };
    assert!(matches!(lake.replace(&shop("EUR"), range(DAYS), absurd).await, Err(Error::BadFacts(_))));
}

#[tokio::test]
async fn profit_is_known_with_the_margin_alone() {
    let (_folder, lake) = fresh();
    scene(&lake).await;
    let metrics = ["profit", "poas", "break_even_cpa", "store_profit", "roas"];
    let query = ask(DAYS, &metrics, &[], "");
    let without = answer(&lake, &query).await;
    assert_eq!(without.totals[..4], [Cell::None; 4]);
    let note = "Profit after ads and POAS and Break-even CPA and Store profit need the client's gross margin, which is not known: write it into \
                the client's knowledge";
    assert!(without.notes.iter().any(|told| told == note), "{:?}", without.notes);

    let margin = |percent| Constants::default().with("gross_margin", percent).unwrap();
    let with = answer(&lake, &query.clone().with_constants(&margin(40.0))).await;
    // 24.60 spent; 80 of claimed revenue for 5 conversions; 280 sold, less 20 refunded, 28 of tax and 20 of shipping.
    assert_eq!(
        (with.totals[0], with.totals[2], with.totals[3]),
        (Cell::Money(7_400_000), Cell::Money(6_400_000), Cell::Money(60_200_000))
    );
    assert_eq!(with.totals[1], Cell::Number(80.0 * 40.0 / 100.0 / 24.6));
    assert!(!with.notes.iter().any(|told| told.contains("gross margin")), "{:?}", with.notes);

    let another = answer(&lake, &query.clone().with_constants(&margin(50.0))).await;
    assert_eq!(another.totals[0], Cell::Money(15_400_000), "an answer by another margin is not taken from memory");
    let hashes = BTreeSet::from([&without.source_hash, &with.source_hash, &another.source_hash]);
    assert_eq!(hashes.len(), 3);
    assert_eq!(another.totals[4], with.totals[4]);
}

#[tokio::test]
async fn a_margin_changes_nothing_that_does_not_need_it() {
    let (_folder, lake) = fresh();
    scene(&lake).await;
    let margin = Constants::default().with("gross_margin", 40.0).unwrap();
    let query = ask(DAYS, &["spend", "roas"], &[Dimension::Campaign], "");
    let with = answer(&lake, &query.clone().with_constants(&margin)).await;
    assert_eq!(answer(&lake, &query).await, with);

    let filtered = ask(DAYS, &["spend"], &[Dimension::Campaign], "poas > 1");
    let without = answer(&lake, &filtered).await;
    assert!(without.rows.is_empty() && without.notes.iter().any(|told| told.starts_with("POAS needs the client's gross margin")));
    assert_eq!(answer(&lake, &filtered.with_constants(&margin)).await.rows.len(), 1);
}

use super::*;
use trimtab_domain::{Source, account::Standing};

const ORDER: &str = r##"{"id":"gid://shopify/Order/5501","name":"#1001","processedAt":"2026-11-19T23:14:09Z",
    "updatedAt":"2026-11-20T08:00:00Z","cancelledAt":null,"test":false,"customer":{"id":"gid://shopify/Customer/77"},
    "totalPriceSet":{"shopMoney":{"amount":"119.90","currencyCode":"EUR"}},"totalRefundedSet":{"shopMoney":{"amount":"19.9"}},
    "totalTaxSet":{"shopMoney":{"amount":"19.14"}},"totalShippingPriceSet":{"shopMoney":{"amount":"4.9"}},
    "totalDiscountsSet":{"shopMoney":{"amount":"0.0"}},"customerJourneySummary":{"ready":true,"customerOrderIndex":1,
    "lastVisit":{"source":"Facebook","utmParameters":{"source":"facebook","medium":"paid_social","campaign":"Autumn","content":null}}}}"##;

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

fn node(json: &str) -> Node {
    serde_json::from_str(json).unwrap()
}

fn order(json: &str) -> Order {
    node(json).order(&account(), Some(&Pseudonyms::new([7; 32]))).unwrap().unwrap()
}

#[test]
fn an_order_belongs_to_the_shops_day_and_keeps_its_amounts_to_the_cent() {
    let row = order(ORDER);
    assert_eq!((row.date.to_string().as_str(), row.id.as_str(), row.number.as_str()), ("2026-11-20", "5501", "#1001"));
    assert_eq!((row.total_micros, row.refunded_micros, row.tax_micros), (119_900_000, 19_900_000, 19_140_000));
    assert_eq!((row.shipping_micros, row.discount_micros, row.state), (4_900_000, 0, OrderState::Placed));
    assert_eq!(row.customer, Pseudonyms::new([7; 32]).of("77"));
    assert_eq!(node(ORDER).order(&account(), None).unwrap().unwrap().customer, "", "without a key nobody is told apart");
    let cancelled = order(&ORDER.replace(r#""cancelledAt":null"#, r#""cancelledAt":"2026-11-20T09:00:00Z""#));
    assert_eq!((cancelled.state, cancelled.total_micros), (OrderState::Cancelled, 119_900_000));
}

#[test]
fn a_test_is_no_order_and_another_currency_is_no_figure() {
    let test = node(&ORDER.replace(r#""test":false"#, r#""test":true"#));
    assert_eq!(test.order(&account(), None), Ok(None));
    let error = node(&ORDER.replace("EUR", "USD")).order(&account(), None).unwrap_err();
    assert!(error.contains("order 5501 is in USD") && error.contains("EUR"), "{error}");
}

#[test]
fn the_first_order_makes_a_new_customer_and_what_is_not_ready_is_not_known() {
    let custom = |ready: &str, index: &str| {
        order(&ORDER.replace(r#""ready":true,"customerOrderIndex":1"#, &format!(r#""ready":{ready},"customerOrderIndex":{index}"#)))
            .custom
    };
    assert_eq!(custom("true", "1"), Custom::New);
    assert_eq!(custom("true", "2"), Custom::Returning);
    assert_eq!(custom("true", "null"), Custom::Unknown);
    assert_eq!(custom("false", "2"), Custom::Unknown);
    let start = ORDER.find(r#"{"ready""#).unwrap();
    let offline = format!("{}null}}", &ORDER[..start]);
    assert_eq!((order(&offline).custom, order(&offline).utm), (Custom::Unknown, Utm::default()));
}

#[test]
fn a_visit_without_marks_is_known_by_where_it_came_from() {
    let utm = |marks: &str| {
        let start = ORDER.find(r#"{"source":"facebook""#).unwrap();
        order(&format!("{}{marks}}}}}}}", &ORDER[..start])).utm
    };
    let of = |source: &str, medium: &str| Utm { source: source.into(), medium: medium.into(), campaign: "".into() };
    assert_eq!(utm(r#"{"source":"google","medium":"cpc","campaign":null}"#), of("google", "cpc"));
    assert_eq!(utm("null"), of("Facebook", ""));
    assert_eq!(utm(r#"{"source":null,"medium":null,"campaign":""}"#), of("Facebook", ""));
    assert_eq!(order(ORDER).utm.campaign, "Autumn");
}

#[test]
fn an_order_served_again_counts_once_in_its_latest_state() {
    let account = account();
    let mut gathered = Gathered::new(&account, "2026-11-20..2026-11-20".parse().unwrap(), None);
    let refunded = ORDER.replace("\"19.9\"", "\"119.90\"").replace("2026-11-20T08:00:00Z", "2026-11-21T08:00:00Z");
    assert!(gathered.add(node(ORDER)).unwrap());
    assert!(!gathered.add(node(&refunded)).unwrap());
    assert!(!gathered.add(node(ORDER)).unwrap(), "the state before does not come back");
    assert_eq!(gathered.seen(), 1);
    assert_eq!(gathered.orders()[0].refunded_micros, 119_900_000);
    let mut other = Gathered::new(&account, "2026-11-19..2026-11-19".parse().unwrap(), None);
    let Err(BadBody::Conflict(what)) = other.add(node(ORDER)) else { panic!("another day") };
    assert!(what.contains("an order of 2026-11-20 in a read of 2026-11-19"), "{what}");
}

//! An order as the platform shows it.

use crate::world::{
    calendar::stamp,
    chance::tag,
    commerce::{customer, order::Order, store::Store, way::Way},
};
use serde_json::{Value, json};

/// Hours after which an order's journey is worked out, at least and at most.
const READY_HOURS: (f64, f64) = (2.0, 30.0);

/// The number in an order's id, which never changes.
pub(crate) const fn number(order: &Order) -> u64 {
    5_500_000_000_000 + order.ordinal * 32_771
}

/// The number in its customer's id.
pub(crate) fn customer_number(order: &Order) -> u64 {
    7_200_000_000_000 + u64::from(order.customer) * 4_099
}

pub(crate) fn id(order: &Order) -> String {
    format!("gid://shopify/Order/{}", number(order))
}

/// An instant as the platform writes it.
pub(crate) fn time(at: i64) -> String {
    stamp(at).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A decimal with two places; with one zero where the currency has no smaller unit.
pub(crate) fn amount(store: &Store, minor: i64) -> String {
    if store.offset == 1 { format!("{minor}.0") } else { format!("{}.{:02}", minor / store.offset, minor % store.offset) }
}

fn bag(store: &Store, minor: i64) -> Value {
    let money = json!({"amount": amount(store, minor), "currencyCode": store.currency.as_str()});
    json!({"shopMoney": money, "presentmentMoney": money})
}

/// Whether it was rung up at a till, by somebody known: such orders have no journey.
fn at_the_till(order: &Order) -> bool {
    order.way.channel == "Direct" && order.nth > 1 && order.ordinal.is_multiple_of(11)
}

fn financial_status(order: &Order, now: i64) -> &'static str {
    let refunded = order.refunded(now);
    match (order.is_paid(now), order.is_cancelled(now)) {
        (false, true) => "VOIDED",
        (false, false) => "PENDING",
        _ if refunded == 0 => "PAID",
        _ if refunded < order.total => "PARTIALLY_REFUNDED",
        _ => "REFUNDED",
    }
}

const fn is_closed(order: &Order, now: i64) -> bool {
    match order.shipped {
        Some(at) => at <= now,
        None => false,
    }
}

/// What a filter's word is held against.
pub(crate) fn word(store: &Store, order: &Order, field: &str, now: i64) -> String {
    match field {
        "name" => format!("#{}", order.number(store, now)),
        "email" => order.address(store),
        "test" => order.test.to_string(),
        "source_name" => if at_the_till(order) { "pos" } else { "web" }.to_owned(),
        "financial_status" => financial_status(order, now).to_owned(),
        _ if order.is_cancelled(now) => "cancelled".to_owned(),
        _ if is_closed(order, now) => "closed".to_owned(),
        _ => "open".to_owned(),
    }
}

/// Everything that can be asked of an order.
pub(crate) fn show(store: &Store, order: &Order, now: i64) -> Value {
    let till = at_the_till(order);
    let cancelled = order.cancelled.filter(|at| *at <= now);
    let mut told = json!({
        "id": id(order),
        "legacyResourceId": number(order).to_string(),
        "name": format!("#{}", order.number(store, now)),
        "number": order.number(store, now),
        "createdAt": time(order.placed),
        "processedAt": time(order.placed),
        "updatedAt": time(order.updated(now)),
        "cancelledAt": cancelled.map(time),
        "cancelReason": cancelled.map(|_| if order.paid.is_some() { "CUSTOMER" } else { "DECLINED" }),
        "closedAt": order.shipped.filter(|at| *at <= now).map(time),
        "closed": is_closed(order, now),
        "confirmed": true,
        "test": order.test,
        "email": order.address(store),
        "note": null,
        "tags": [],
        "displayFinancialStatus": financial_status(order, now),
        "displayFulfillmentStatus": if order.is_shipped(now) { "FULFILLED" } else { "UNFULFILLED" },
        "sourceName": if till { "pos" } else { "web" },
        "customer": buyer(store, order),
        "customerJourneySummary": if till { Value::Null } else { journey(store, order, now) },
    });
    let refunds: Vec<Value> =
        (0..).zip(&order.refunds).filter(|(_, r)| r.0 <= now).map(|(nth, r)| refund(store, order, nth, *r)).collect();
    told["refunds"] = Value::Array(refunds);
    if let (Value::Object(told), Value::Object(amounts)) = (&mut told, amounts(store, order, now)) {
        told.extend(amounts);
    }
    told
}

/// What it came to, and what of that still stands.
fn amounts(store: &Store, order: &Order, now: i64) -> Value {
    let refunded = order.refunded(now);
    let cancelled = order.is_cancelled(now);
    let paid = if order.is_paid(now) { order.total } else { 0 };
    let standing = if cancelled { 0 } else { order.total - refunded };
    let bag = |minor: i64| bag(store, minor);
    json!({
        "currencyCode": store.currency.as_str(),
        "presentmentCurrencyCode": store.currency.as_str(),
        "taxesIncluded": !store.taxed_on_top(),
        "discountCode": order.coupon,
        "discountCodes": order.coupon.into_iter().collect::<Vec<_>>(),
        "subtotalLineItemsQuantity": order.pieces,
        "currentSubtotalLineItemsQuantity": if standing == 0 { 0 } else { order.pieces },
        "subtotalPriceSet": bag(order.items - order.discount),
        "totalPriceSet": bag(order.total),
        "originalTotalPriceSet": bag(order.total),
        "currentTotalPriceSet": bag(standing),
        "totalRefundedSet": bag(refunded),
        "totalReceivedSet": bag(paid),
        "totalOutstandingSet": bag(if cancelled { 0 } else { order.total - paid }),
        "netPaymentSet": bag((paid - refunded).max(0)),
        "totalTaxSet": bag(order.tax),
        "totalShippingPriceSet": bag(order.shipping),
        "totalDiscountsSet": bag(order.discount),
    })
}

fn refund(store: &Store, order: &Order, nth: u64, (at, minor): (i64, i64)) -> Value {
    let number = 900_000_000_000 + order.ordinal * 16 + nth;
    json!({
        "id": format!("gid://shopify/Refund/{number}"), "legacyResourceId": number.to_string(), "createdAt": time(at), "updatedAt": time(at),
        "totalRefundedSet": bag(store, minor),
    })
}

fn buyer(store: &Store, order: &Order) -> Value {
    let address = order.address(store);
    let (first, last) = customer::names(order.customer, store.chance);
    let number = customer_number(order);
    json!({
        "id": format!("gid://shopify/Customer/{number}"), "legacyResourceId": number.to_string(),
        "email": address, "defaultEmailAddress": {"emailAddress": address},
        "firstName": first, "lastName": last, "displayName": format!("{first} {last}"),
    })
}

/// The visits before an order, once they are worked out. That the first order of a customer has the index 1 is an assumption: the platform
/// says "the position of the current order within the customer's order history".
fn journey(store: &Store, order: &Order, now: i64) -> Value {
    let dice = store.chance.on(tag("journey")).on(order.ordinal);
    let ready = order.placed + crate::world::chance::whole(dice.between(READY_HOURS.0, READY_HOURS.1) * 3_600.0);
    if now < ready {
        return json!({
            "ready": false, "customerOrderIndex": null, "daysToConversion": null, "momentsCount": null, "firstVisit": null, "lastVisit": null,
        });
    }
    let days = if dice.on(1).whether(0.6) { 0 } else { 1 + i64::try_from(dice.on(2).below(9)).unwrap_or(0) };
    let index = (!order.test).then_some(order.nth);
    let visit = |at: i64, nth: u64| visit(store, &order.way, at, order.ordinal * 2 + nth);
    json!({
        "ready": true, "customerOrderIndex": index, "daysToConversion": days,
        "momentsCount": {"count": 1 + days, "precision": "EXACT"},
        "firstVisit": visit(order.placed - days * 86_400 - 1_200, 0),
        "lastVisit": visit(order.placed - 480, 1),
    })
}

fn visit(store: &Store, way: &Way, at: i64, nth: u64) -> Value {
    let marks = way
        .marked
        .then(|| json!({"source": way.source, "medium": way.medium, "campaign": way.campaign, "content": null, "term": null}));
    let source = match way.source.as_str() {
        "(direct)" => "direct",
        "facebook" | "facebook.com" => "Facebook",
        "instagram" | "instagram.com" => "Instagram",
        "google" => "Google",
        "bing" => "Bing",
        "duckduckgo" => "DuckDuckGo",
        "pinterest" | "pinterest.com" => "Pinterest",
        "tiktok" | "tiktok.com" => "TikTok",
        "linkedin" => "LinkedIn",
        "klaviyo" => "an unknown source",
        other => other,
    };
    let referrer = way.source.contains('.').then(|| format!("https://{}/", way.source));
    json!({
        "id": format!("gid://shopify/CustomerVisit/{}", 3_300_000_000_000 + nth),
        "source": source, "sourceType": null, "sourceDescription": null, "occurredAt": time(at),
        "landingPage": format!("https://{}.example/", store.slug), "referrerUrl": referrer, "utmParameters": marks,
    })
}

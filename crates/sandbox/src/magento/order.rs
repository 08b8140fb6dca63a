//! An order as the platform shows it, and its columns as searches see them.

use crate::world::{
    calendar::stamp,
    chance::{Chance, tag},
    commerce::{customer, order::Order, store::Store},
};
use serde_json::{Number, Value, json};

/// A value of a column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    Number(f64),
    Text(String),
    /// An instant, as Unix seconds.
    Time(i64),
}

/// Currencies that customers from elsewhere pay in, with their rate against the store's own.
const FOREIGN: [(&str, &str, f64); 4] = [("EUR", "GBP", 0.86), ("USD", "CAD", 1.37), ("GBP", "EUR", 1.1628), ("AUD", "NZD", 1.09)];

fn dice(store: &Store, order: &Order) -> Chance {
    store.chance.on(tag("magento order")).on(order.ordinal)
}

/// The number in `entity_id`, which never changes.
pub(super) const fn id(order: &Order) -> u64 {
    order.ordinal + 1
}

fn increment_id(store: &Store, order: &Order, now: i64) -> String {
    format!("{:09}", order.number(store, now))
}

/// Whether somebody has begun to pay for it and not come to the end.
pub(super) fn is_begun(order: &Order, now: i64) -> bool {
    state(order, now).0 == "pending_payment" && !order.test
}

/// State and status.
fn state(order: &Order, now: i64) -> (&'static str, &'static str) {
    if order.is_cancelled(now) {
        return ("canceled", "canceled");
    }
    if !order.is_paid(now) {
        return match order.ordinal % 3 {
            0 => ("new", "pending"),
            1 => ("pending_payment", "pending_payment"),
            _ => ("payment_review", "payment_review"),
        };
    }
    if order.refunded(now) >= order.total {
        return ("closed", "closed");
    }
    if order.is_shipped(now) { ("complete", "complete") } else { ("processing", "processing") }
}

fn is_guest(store: &Store, order: &Order) -> bool {
    // One and the same person is a guest always or never.
    store.chance.on(tag("guest")).on(u64::from(order.customer)).whether(0.4)
}

fn group(store: &Store, order: &Order) -> i64 {
    let trade = store.chance.on(tag("trade")).on(u64::from(order.customer)).whether(0.04);
    match (is_guest(store, order), trade) {
        (true, _) => 0,
        (_, true) => 2,
        _ => 1,
    }
}

fn customer_id(store: &Store, order: &Order) -> Option<u64> {
    (!is_guest(store, order)).then(|| 1_000 + u64::from(order.customer))
}

/// The currency of the customer, and what one unit of the store's own is in it.
fn paid_in(store: &Store, order: &Order) -> (&'static str, f64) {
    let foreign = FOREIGN.iter().find(|f| f.0 == store.currency.as_str()).filter(|_| dice(store, order).on(1).whether(0.07));
    foreign.map_or(("", 1.0), |f| (f.1, f.2))
}

/// Given back, as far as that is told apart from a cancellation.
fn refunded(order: &Order, now: i64) -> i64 {
    if order.is_cancelled(now) { 0 } else { order.refunded(now) }
}

/// An instant as the platform writes it: UTC, without saying so.
pub(super) fn time(at: i64) -> String {
    stamp(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A column by its name; `None` where there is no such column.
pub(super) fn column(store: &Store, order: &Order, name: &str, now: i64) -> Option<Cell> {
    let money = |minor: i64| Cell::Number(minor as f64 / store.offset as f64);
    let text = |text: &str| Cell::Text(text.to_owned());
    Some(match name {
        "entity_id" => Cell::Number(id(order) as f64),
        "increment_id" => Cell::Text(increment_id(store, order, now)),
        "created_at" => Cell::Time(order.placed),
        "updated_at" => Cell::Time(order.updated(now)),
        "state" => text(state(order, now).0),
        "status" => text(state(order, now).1),
        "store_id" => Cell::Number(1.0),
        "customer_id" => customer_id(store, order).map_or(Cell::Null, |id| Cell::Number(id as f64)),
        "customer_email" => Cell::Text(order.address(store)),
        "customer_is_guest" => Cell::Number(f64::from(u8::from(is_guest(store, order)))),
        "customer_group_id" => Cell::Number(group(store, order) as f64),
        "coupon_code" => order.coupon.map_or(Cell::Null, text),
        "base_currency_code" => text(store.currency.as_str()),
        "base_grand_total" => money(order.total),
        "base_total_refunded" => match refunded(order, now) {
            0 => Cell::Null,
            minor => money(minor),
        },
        "base_tax_amount" => money(order.tax),
        "base_shipping_amount" => money(order.shipping),
        _ => return None,
    })
}

/// Everything that is told of an order. What is nothing is left out.
pub(super) fn show(store: &Store, order: &Order, now: i64) -> Value {
    let (state, status) = state(order, now);
    let (first, last) = customer::names(order.customer, store.chance);
    let own = store.currency.as_str();
    let (foreign, rate) = paid_in(store, order);
    let mut told = json!({
        "entity_id": id(order), "increment_id": increment_id(store, order, now), "created_at": time(order.placed),
        "updated_at": time(order.updated(now)), "state": state, "status": status, "store_id": 1,
        "store_name": format!("Main Website\n{}\nDefault", store.name), "is_virtual": 0,
        "base_currency_code": own, "global_currency_code": own, "store_currency_code": own,
        "order_currency_code": if foreign.is_empty() { own } else { foreign }, "base_to_order_rate": rate, "base_to_global_rate": 1,
        "customer_email": order.address(store), "customer_firstname": first, "customer_lastname": last,
        "customer_is_guest": u8::from(is_guest(store, order)), "customer_group_id": group(store, order), "customer_note_notify": 1,
        "total_item_count": order.pieces.min(3), "total_qty_ordered": order.pieces, "status_histories": [],
    });
    if let Value::Object(told) = &mut told {
        if let Some(id) = customer_id(store, order) {
            told.insert("customer_id".to_owned(), json!(id));
        }
        if let Some(coupon) = order.coupon {
            told.insert("coupon_code".to_owned(), json!(coupon));
        }
        for (name, minor) in amounts(order, now) {
            // In the store's own currency to the cent, in the customer's with four places.
            let own = minor as f64 / store.offset as f64;
            told.insert(format!("base_{name}"), number(own));
            told.insert(name.to_owned(), number((own * rate * 10_000.0).round() / 10_000.0));
        }
        let way = &order.way;
        let marks = if way.marked {
            json!({"utm_source": way.source, "utm_medium": way.medium, "utm_campaign": way.campaign})
        } else {
            json!({})
        };
        told.insert("extension_attributes".to_owned(), marks);
    }
    told
}

fn number(value: f64) -> Value {
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// Amounts by their names without `base_`; those that are nothing are left out where the platform leaves them out.
fn amounts(order: &Order, now: i64) -> Vec<(&'static str, i64)> {
    let paid = if order.is_paid(now) { order.total } else { 0 };
    let mut all = vec![
        ("grand_total", order.total),
        ("subtotal", order.items),
        ("tax_amount", order.tax),
        ("shipping_amount", order.shipping),
        ("discount_amount", -order.discount),
        ("total_due", if order.is_cancelled(now) { 0 } else { order.total - paid }),
    ];
    if paid > 0 && !order.is_cancelled(now) {
        all.push(("total_paid", paid));
        all.push(("total_invoiced", paid));
    }
    if order.is_cancelled(now) {
        all.push(("total_canceled", order.total));
    }
    if refunded(order, now) > 0 {
        all.push(("total_refunded", refunded(order, now)));
    }
    all
}

//! A shop's days as it shows them, where that is by another zone or in another currency than its books are written in.

use super::{Trading, order::Order, store::Store};
use crate::world::{catalog::units_per_euro, chance::whole};
use std::{ops::RangeInclusive, sync::Arc};

/// The days of the business's own that hold all of a shop's days.
pub(crate) fn around(days: &RangeInclusive<i32>) -> RangeInclusive<i32> {
    days.start() - 1..=days.end() + 1
}

/// Cuts the orders of the business's own days into those of a shop, and tells their amounts in its currency. Visits and mailings are not the
/// shop's to show.
pub(crate) fn cut(own: &Store, shop: &Store, days: RangeInclusive<i32>, trading: &[Arc<Trading>]) -> Vec<Arc<Trading>> {
    let day = |day: i32| {
        let (start, end) = (shop.calendar.start(day), shop.calendar.start(day + 1));
        let mine = trading.iter().flat_map(|t| &t.orders).filter(|o| start <= o.placed && o.placed < end);
        Arc::new(Trading { day, orders: mine.map(|order| told(own, shop, order)).collect(), ..Trading::default() })
    };
    days.map(day).collect()
}

/// An order with its amounts in the shop's currency; they add up as they did.
fn told(own: &Store, shop: &Store, order: &Order) -> Order {
    if own.currency == shop.currency {
        return order.clone();
    }
    let factor =
        units_per_euro(shop.currency.as_str()) / units_per_euro(own.currency.as_str()) * shop.offset as f64 / own.offset as f64;
    let amount = |minor: i64| whole(minor as f64 * factor + 0.5);
    let (items, discount, shipping, tax) = (amount(order.items), amount(order.discount), amount(order.shipping), amount(order.tax));
    let total = items - discount + shipping + if own.taxed_on_top() { tax } else { 0 };
    // What was given back whole stays given back whole.
    let refund = |(at, minor): &(i64, i64)| (*at, if *minor == order.total { total } else { amount(*minor).min(total) });
    Order { items, discount, shipping, tax, total, refunds: order.refunds.iter().map(refund).collect(), ..order.clone() }
}

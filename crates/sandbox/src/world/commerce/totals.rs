//! What a shop's days come to: the truth that connectors and the shop's own totals are held against.

use super::{Trading, store::Store};
use crate::{state::Shared, world::calendar};
use serde::Serialize;
use trimtab_domain::{Day, DayRange, money::decimal};

/// One day of a shop. Test orders count nowhere, and what was cancelled is no revenue and no refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShopTotals {
    /// The day the orders were placed on, in the shop's zone.
    pub date: Day,
    /// Orders that stand, those still unpaid among them.
    pub orders: i64,
    /// Of these, the ones whose money has not come yet.
    pub unpaid: i64,
    /// Orders that were cancelled.
    pub cancelled: i64,
    /// What the orders that stand came to, tax and shipping included, before refunds, in the shop's currency.
    pub revenue: String,
    /// What those of them that are unpaid come to.
    pub unpaid_revenue: String,
    /// Given back of the revenue so far, whenever that was.
    pub refunds: String,
    /// Orders that stand and are their customer's first.
    pub new_customers: i64,
    /// What these came to.
    pub new_customer_revenue: String,
}

/// A shop's days with orders of a range, as known now.
pub(crate) fn range(shared: &Shared, store: &Store, days: DayRange) -> Vec<ShopTotals> {
    let now = shared.clock.now();
    let days = calendar::number(days.from())..=calendar::number(days.to());
    shared.trading_of(store, days, now).iter().filter_map(|trading| of(store, trading, now)).collect()
}

/// A day's totals, as known at an instant; `None` without any order.
pub(crate) fn of(store: &Store, trading: &Trading, now: i64) -> Option<ShopTotals> {
    let real = || trading.orders.iter().filter(|o| !o.test);
    let standing = || real().filter(|o| !o.is_cancelled(now));
    let first = || standing().filter(|o| o.nth == 1);
    let unpaid = || standing().filter(|o| !o.is_paid(now));
    let count = |n: usize| i64::try_from(n).unwrap_or(0);
    let amount = |minor: i64| decimal(minor * (1_000_000 / store.offset));
    real().next()?;
    Some(ShopTotals {
        date: calendar::day(trading.day),
        orders: count(standing().count()),
        unpaid: count(unpaid().count()),
        cancelled: count(real().filter(|o| o.is_cancelled(now)).count()),
        revenue: amount(standing().map(|o| o.total).sum()),
        unpaid_revenue: amount(unpaid().map(|o| o.total).sum()),
        refunds: amount(standing().map(|o| o.refunded(now)).sum()),
        new_customers: count(first().count()),
        new_customer_revenue: amount(first().map(|o| o.total).sum()),
    })
}

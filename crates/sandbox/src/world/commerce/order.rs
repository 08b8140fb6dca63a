//! Orders of a shop: what was bought, by whom, and what became of it.

use super::{
    customer,
    demand::Sale,
    mailing,
    store::{Course, Store},
    way::Way,
};
use crate::world::chance::{Chance, tag, whole};
use std::sync::Arc;

const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;
/// The number a merchant's first order has.
const FIRST_NUMBER: u64 = 1_001;

/// One order with its whole life. What lies after the instant asked for has not happened yet.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    /// Orders of the shop before it: what ids are made of, which never change.
    pub(crate) ordinal: u64,
    /// When it was placed.
    pub(crate) placed: i64,
    /// Who placed it; nobody real did when it is a test.
    pub(crate) customer: u32,
    /// The how manieth it is of its customer.
    pub(crate) nth: u32,
    /// How the visit came that it was placed in.
    pub(crate) way: Arc<Way>,
    /// The mailing that the mailing system attributes it to.
    pub(crate) mailing: Option<i32>,
    /// Whether the site's analytics saw it.
    pub(crate) seen: bool,
    /// The merchant trying out the checkout.
    pub(crate) test: bool,
    /// Amounts in minor units: goods before discount.
    pub(crate) items: i64,
    /// Pieces bought.
    pub(crate) pieces: i64,
    pub(crate) discount: i64,
    pub(crate) coupon: Option<&'static str>,
    pub(crate) shipping: i64,
    /// Within the total, whether prices contain it or it was added.
    pub(crate) tax: i64,
    /// What the customer was charged.
    pub(crate) total: i64,
    /// When the money came, if it does. Most pay at once.
    pub(crate) paid: Option<i64>,
    pub(crate) shipped: Option<i64>,
    pub(crate) cancelled: Option<i64>,
    /// What was given back when.
    pub(crate) refunds: Vec<(i64, i64)>,
}

impl Order {
    /// An order of a sale, placed by the `nth` visit of a customer.
    pub(super) fn of(
        store: &Store,
        course: &Course,
        sale: &Sale,
        way: &Arc<Way>,
        ordinal: u64,
        (customer, nth): (u32, u32),
    ) -> Self {
        let dice = sale.dice.on(tag("order"));
        let test = Self::is_test(sale);
        let mut order = Self {
            ordinal,
            placed: sale.at,
            customer,
            nth,
            way: Arc::clone(way),
            mailing: sale.mailing.or_else(|| mailing::claims(store, sale.at, nth, dice.on(2))).filter(|_| !test),
            seen: dice.on(3).whether(store.seen),
            test,
            items: whole(store.market.order_value * course.basket * dice.on(4).factor(0.45) * 0.904).max(1),
            pieces: 1 + dice.on(5).count(0.7),
            discount: 0,
            coupon: None,
            shipping: 0,
            tax: 0,
            total: 0,
            paid: None,
            shipped: None,
            cancelled: None,
            refunds: Vec::new(),
        };
        order.charge(store, dice.on(tag("charge")));
        order.live(dice.on(tag("life")));
        order
    }

    /// Whether a sale is the merchant trying out the checkout.
    pub(super) fn is_test(sale: &Sale) -> bool {
        sale.dice.on(tag("test")).whether(0.004)
    }

    fn charge(&mut self, store: &Store, dice: Chance) {
        if dice.on(1).whether(if self.way.channel == "Email" { 0.4 } else { 0.16 }) {
            let (coupon, part) = *dice.on(2).pick(&[("WELCOME10", 0.1), ("THANKYOU15", 0.15), ("SEASON20", 0.2)]);
            self.coupon = Some(coupon);
            self.discount = whole(self.items as f64 * part);
        }
        let goods = self.items - self.discount;
        let free_from = store.market.order_value * 1.3;
        self.shipping = if goods as f64 >= free_from { 0 } else { whole(store.worth(4.95)) };
        let net = goods + self.shipping;
        if store.taxed_on_top() {
            self.tax = whole(goods as f64 * store.tax());
            self.total = net + self.tax;
        } else {
            self.tax = whole(net as f64 * store.tax() / (1.0 + store.tax()));
            self.total = net;
        }
    }

    /// What becomes of it: money that comes late or never, parcels, second thoughts, and things sent back, some of them after months.
    fn live(&mut self, dice: Chance) {
        let after = |seconds: f64| self.placed + whole(seconds).max(60);
        if dice.on(1).whether(0.03) {
            if dice.on(2).whether(0.2) {
                self.cancelled = Some(after(3.0 * DAY));
                return;
            }
            self.paid = Some(after(dice.on(3).exponential(9.0 * HOUR).min(2.5 * DAY)));
        } else {
            self.paid = Some(self.placed);
        }
        if dice.on(4).whether(0.014) {
            let paid = self.paid.unwrap_or(self.placed);
            let cancelled = (paid + 60).max(after(dice.on(5).exponential(7.0 * HOUR).min(2.0 * DAY)));
            self.cancelled = Some(cancelled);
            self.refunds.push((cancelled, self.total));
            return;
        }
        self.shipped =
            Some(after(dice.on(6).between(0.6, 2.8) * DAY + 2.6 * DAY * f64::from(u8::from(self.paid != Some(self.placed)))));
        if !dice.on(7).whether(0.065) {
            return;
        }
        let late = dice.on(8).whether(0.2);
        let at = after(if late { dice.on(9).between(35.0, 90.0) } else { dice.on(9).between(3.5, 25.0) } * DAY);
        if dice.on(10).whether(0.55) {
            self.refunds.push((at, self.total));
            return;
        }
        let part = whole(self.total as f64 * dice.on(11).between(0.2, 0.6)).max(1);
        self.refunds.push((at, part));
        if dice.on(12).whether(0.15) {
            self.refunds.push((at + whole(dice.on(13).between(1.0, 6.0) * DAY), (self.total - part) / 2));
        }
        self.refunds.retain(|(_, amount)| *amount > 0);
    }

    /// Every instant at which something happened to it, in no order.
    fn instants(&self) -> impl Iterator<Item = i64> + '_ {
        [Some(self.placed), self.paid, self.shipped, self.cancelled].into_iter().flatten().chain(self.refunds.iter().map(|r| r.0))
    }

    /// When it last changed.
    pub(crate) fn updated(&self, now: i64) -> i64 {
        self.instants().filter(|at| *at <= now).max().unwrap_or(self.placed)
    }

    /// Given back until now.
    pub(crate) fn refunded(&self, now: i64) -> i64 {
        self.refunds.iter().filter(|(at, _)| *at <= now).map(|(_, amount)| amount).sum()
    }

    /// Whether it was cancelled by now.
    pub(crate) fn is_cancelled(&self, now: i64) -> bool {
        self.cancelled.is_some_and(|at| at <= now)
    }

    /// Whether the money has come by now.
    pub(crate) fn is_paid(&self, now: i64) -> bool {
        self.paid.is_some_and(|at| at <= now)
    }

    /// Whether the parcel has left by now.
    pub(crate) fn is_shipped(&self, now: i64) -> bool {
        self.shipped.is_some_and(|at| at <= now)
    }

    /// Its place in the merchant's numbering, which may begin anew: then it has the number that another order had.
    pub(crate) fn number(&self, store: &Store, now: i64) -> u64 {
        if store.renumbered.is_some_and(|at| at <= now) { 1 + self.ordinal } else { FIRST_NUMBER + self.ordinal }
    }

    /// Whose it is.
    pub(crate) fn address(&self, store: &Store) -> String {
        if self.test { format!("test@{}.example", store.slug) } else { customer::address(self.customer, store.chance) }
    }
}

/// How long after an order was placed anything still happens to it, in days.
pub(crate) const CHANGED_DAYS: i32 = 98;

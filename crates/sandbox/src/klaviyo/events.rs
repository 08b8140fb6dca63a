//! What happened between two instants: orders one by one, and mails received, opened and clicked, whose number is known by the day of the
//! business and cut by its hours.

use super::{account::Account, metric::Metric};
use crate::world::{
    chance::{tag, whole},
    commerce::{
        Trading,
        mailing::{self, Kind, Mailing},
        order::{CHANGED_DAYS, Order},
    },
    measure::boundary,
};
use std::{collections::BTreeMap, ops::RangeInclusive, sync::Arc};

/// What happened on days of the business.
pub(crate) type Books<'b> = &'b dyn Fn(RangeInclusive<i32>) -> Vec<Arc<Trading>>;

/// The part of opens and clicks that are somebody's first of a mail.
const FIRST: f64 = 0.78;
/// Orders whose mailing is found out late, and how late at most, in seconds.
const LATE: (f64, f64) = (0.12, 4.0 * 86_400.0);

/// So many events at an instant, or spread over a stretch that lies within one interval.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) mailing: Option<i32>,
    pub(crate) at: i64,
    pub(crate) count: i64,
    /// Of people who had not done so before, as far as a mail is concerned; for orders each customer is told by number.
    pub(crate) first: i64,
    pub(crate) customer: Option<u32>,
    /// In minor units of the business.
    pub(crate) value: i64,
}

/// Everything an account knows of a span of time at an instant.
pub(crate) struct Events<'a> {
    pub(crate) of: &'a Account,
    pub(crate) books: Books<'a>,
    pub(crate) now: i64,
}

impl Events<'_> {
    /// The mailing an order is attributed to, once that is found out.
    fn mailing_of(&self, order: &Order) -> Option<i32> {
        let dice = self.of.chance.on(tag("attribution")).on(order.ordinal);
        let late = if dice.on(1).whether(LATE.0) { whole(dice.on(2).unit() * LATE.1) } else { 0 };
        order.mailing.filter(|_| order.placed + late <= self.now)
    }

    fn days(&self, (from, to): (i64, i64)) -> RangeInclusive<i32> {
        let calendar = &self.of.store.calendar;
        calendar.day_of(from).max(self.of.store.first_day)..=calendar.day_of((to - 1).min(self.now))
    }

    /// Hands out the events of a metric, cut at `edges`, which ascend from the first instant to the one after the last.
    pub(crate) fn each(&self, metric: Metric, edges: &[i64], each: &mut dyn FnMut(Event)) {
        let (Some(from), Some(to)) = (edges.first().copied(), edges.last().copied()) else { return };
        let within = |at: i64| from <= at && at < to && at <= self.now;
        let days = self.days((from, to));
        match metric {
            Metric::OldPlacedOrder | Metric::Unsubscribed => {}
            Metric::Received | Metric::Opened | Metric::Clicked => self.each_mail(metric, &days, edges, each),
            Metric::PlacedOrder => self.each_order(days, &mut |order| {
                if within(order.placed) {
                    each(self.event(order, order.placed, order.total));
                }
            }),
            // Orders are cancelled and sent back long after they were placed.
            Metric::CancelledOrder | Metric::RefundedOrder => {
                let earlier = (days.start() - CHANGED_DAYS).max(self.of.store.first_day)..=*days.end();
                self.each_order(earlier, &mut |order| {
                    let of_refunds = order.refunds.iter().copied().filter(|_| metric == Metric::RefundedOrder);
                    let of_cancelling = order.cancelled.map(|at| (at, order.total)).filter(|_| metric == Metric::CancelledOrder);
                    for (at, amount) in of_refunds.chain(of_cancelling).filter(|(at, _)| within(*at)) {
                        each(self.event(order, at, amount));
                    }
                });
            }
        }
    }

    fn each_order(&self, days: RangeInclusive<i32>, each: &mut dyn FnMut(&Order)) {
        for trading in (self.books)(days) {
            // What the merchant tries out is not told to the mailing system.
            trading.orders.iter().filter(|order| !order.test).for_each(&mut *each);
        }
    }

    fn event(&self, order: &Order, at: i64, value: i64) -> Event {
        Event { mailing: self.mailing_of(order), at, count: 1, first: 0, customer: Some(order.customer), value }
    }

    fn each_mail(&self, metric: Metric, days: &RangeInclusive<i32>, edges: &[i64], each: &mut dyn FnMut(Event)) {
        let mut known: BTreeMap<i32, Option<Mailing>> = BTreeMap::new();
        for trading in (self.books)(days.clone()) {
            for mail in &trading.mail {
                let mailing = known.entry(mail.mailing).or_insert_with(|| mailing::by_id(&self.of.store, mail.mailing));
                let Some(mailing) = mailing else { continue };
                let count = match metric {
                    Metric::Received => mail.recipients,
                    Metric::Opened => mail.opens,
                    _ => mail.clicks,
                };
                let all_first = metric == Metric::Received;
                self.cut(
                    mailing,
                    trading.day,
                    count,
                    edges,
                    &mut |at, count| {
                        let first = if all_first { count } else { whole(count as f64 * FIRST) };
                        each(Event { mailing: Some(mail.mailing), at, count, first, customer: None, value: 0 });
                    },
                    all_first,
                );
            }
        }
    }

    /// Cuts what happened on a day of the business at the edges within it.
    fn cut(&self, mailing: &Mailing, day: i32, count: i64, edges: &[i64], each: &mut dyn FnMut(i64, i64), at_once: bool) {
        let store = &self.of.store;
        let (start, end) = (store.calendar.start(day), store.calendar.start(day + 1));
        let sent = (mailing.kind == Kind::Campaign && mailing.id == day).then_some(mailing.from);
        if at_once && let Some(sent) = sent {
            if edges.first().is_some_and(|from| *from <= sent) && edges.last().is_some_and(|to| sent < *to) && count > 0 {
                each(sent, count);
            }
            return;
        }
        let until = end.min(self.now);
        let share = |at: i64| match sent {
            Some(sent) => ((at - sent) as f64 / (end - sent) as f64).clamp(0.0, 1.0),
            None => store.part_of_day(day, at),
        };
        let so_far = if until < end { share(until) } else { 1.0 };
        let part = |at: i64| match at {
            at if at <= start || so_far <= 0.0 => 0,
            at if at >= until => count,
            at => boundary(count, share(at) / so_far, 0.5),
        };
        let mut from = *edges.first().unwrap_or(&start);
        for to in edges.iter().skip(1).copied() {
            if to > start && from < until {
                let many = part(to) - part(from);
                if many > 0 {
                    each(from.max(start), many);
                }
            }
            from = to;
        }
    }
}

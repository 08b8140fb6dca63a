//! A business's days, written one after another: orders are numbered as they come, and customers are known from earlier ones.

use super::{
    Ads, Trading,
    customer::Customers,
    demand::{Sale, groups, is_lead},
    mailing,
    order::Order,
    store::{Course, Store},
    visit::Visit,
    way::Way,
};
use std::{ops::RangeInclusive, sync::Arc};

/// The days that are over, and who had ordered by then. What it holds could be computed anew at any time.
#[derive(Debug, Default)]
pub(super) struct Books {
    days: Vec<Arc<Trading>>,
    known: Known,
    /// The day under way as it was last asked for, with the instant: no write changes what was before it.
    under_way: Option<(i64, Arc<Trading>)>,
}

/// What one day needs to know of those before it.
#[derive(Debug, Default, Clone)]
struct Known {
    customers: Customers,
    orders: u64,
}

impl Books {
    /// The days of a range as known at an instant, days of which nothing is known left empty.
    pub(super) fn read(&mut self, store: &Store, ads: &Ads<'_>, days: RangeInclusive<i32>, now: i64) -> Vec<Arc<Trading>> {
        let today = store.calendar.day_of(now);
        for day in self.next(store)..today.min(days.end() + 1) {
            let Some(course) = Course::of(store, day, now) else { continue };
            self.days.push(Arc::new(write(store, &course, ads, &mut self.known)));
        }
        days.map(|day| {
            let kept = usize::try_from(day - store.first_day).ok().and_then(|place| self.days.get(place));
            kept.map(Arc::clone).unwrap_or_else(|| self.unfinished(store, ads, day, now))
        })
        .collect()
    }

    /// The first day that is not written yet.
    fn next(&self, store: &Store) -> i32 {
        store.first_day + i32::try_from(self.days.len()).unwrap_or(0)
    }

    /// A day that is not over, or one without anything.
    fn unfinished(&mut self, store: &Store, ads: &Ads<'_>, day: i32, now: i64) -> Arc<Trading> {
        let same = self.under_way.as_ref().filter(|(at, trading)| *at == now && trading.day == day);
        if let Some((_, trading)) = same {
            return Arc::clone(trading);
        }
        let Some(course) = Course::of(store, day, now) else {
            return Arc::new(Trading { day, ..Trading::default() });
        };
        let trading = Arc::new(write(store, &course, ads, &mut self.known.clone()));
        self.under_way = Some((now, Arc::clone(&trading)));
        trading
    }
}

/// Writes a day, and who ordered on it.
fn write(store: &Store, course: &Course, ads: &Ads<'_>, known: &mut Known) -> Trading {
    let groups = groups(store, course, ads);
    let mut bought: Vec<(&Sale, &Arc<Way>)> = Vec::new();
    for (way, group) in groups.iter().filter(|(way, _)| !is_lead(store, way)) {
        bought.extend(group.sales.iter().map(|sale| (sale, way)));
    }
    bought.sort_by_key(|(sale, _)| (sale.at, sale.dice.bits()));
    let mut trading = Trading { day: course.day, ..Trading::default() };
    for (sale, way) in bought {
        // A merchant who tries the checkout out is no customer.
        let who = if Order::is_test(sale) { (u32::MAX, 1) } else { known.customers.next(way.returning(), sale.dice) };
        trading.orders.push(Order::of(store, course, sale, way, known.orders, who));
        known.orders += 1;
    }
    trading.visits = groups
        .iter()
        .map(|of| {
            let leads = if is_lead(store, of.0) { i64::try_from(of.1.sales.len()).unwrap_or(0) } else { 0 };
            Visit::of(store, course, of, leads, trading.orders.iter().filter(|o| Arc::ptr_eq(&o.way, of.0)))
        })
        .collect();
    trading.mail = mailing::day(store, course, &trading);
    trading
}

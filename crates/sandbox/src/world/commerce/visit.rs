//! Visits of a site, as its analytics count them.

use super::{
    demand::Group,
    order::Order,
    store::{Course, Store},
    way::Way,
};
use crate::world::chance::{tag, whole};
use std::sync::Arc;

/// The visits of one day that came one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visit {
    pub(crate) way: Arc<Way>,
    pub(crate) sessions: i64,
    /// Of these, the ones that lasted, went on or converted.
    pub(crate) engaged: i64,
    /// Key events: people who asked to be mailed.
    pub(crate) signups: i64,
    /// Key events: people who asked for an offer.
    pub(crate) leads: i64,
    /// Key events: orders, but for those whose customers let nobody count them.
    pub(crate) purchases: i64,
    /// What these purchases came to, in minor units, whatever became of them.
    pub(crate) revenue: i64,
}

impl Visit {
    /// A way's visits with `leads` of them and what was ordered in them.
    pub(super) fn of<'a>(
        store: &Store,
        course: &Course,
        (way, group): (&Arc<Way>, &Group),
        leads: i64,
        orders: impl Iterator<Item = &'a Order>,
    ) -> Self {
        let (mut purchases, mut revenue) = (0, 0);
        for order in orders.filter(|o| o.seen && !o.test) {
            purchases += 1;
            revenue += order.total;
        }
        let dice = store.chance.on(tag(&way.source)).on(tag(&way.campaign)).at(i64::from(course.day));
        let part = |rate: f64, what: u64| whole(group.sessions as f64 * rate * dice.on(what).factor(0.04)).min(group.sessions);
        let engaged = part(way.engaged(), 1).max(purchases + leads);
        let signups = if store.system.is_some() { part(0.012, 2) } else { 0 };
        Self { way: Arc::clone(way), sessions: group.sessions, engaged, signups, leads, purchases, revenue }
    }

    /// Key events of every kind.
    pub(crate) const fn key_events(&self) -> i64 {
        self.signups + self.leads + self.purchases
    }
}

//! Cost of queries, and the bucket of each shop that it is taken from.

use super::graphql::{Field, Operation, Verb};
use crate::{Limits, limits};
use serde_json::{Value, json};
use std::collections::HashMap;

/// What an operation costs at most, as if every page were full. Amounts of money cost nothing, objects with an id one point each.
///
/// The platform does not publish its formula; this one has its shape: pages cost by what they may hold.
pub(crate) fn requested(operation: &Operation) -> i64 {
    operation.fields.iter().map(|field| root(operation.verb, field, first(field))).sum()
}

/// What it cost with so many orders in its answer.
pub(crate) fn actual(operation: &Operation, orders: usize) -> i64 {
    let orders = i64::try_from(orders).unwrap_or(i64::MAX);
    operation.fields.iter().map(|field| root(operation.verb, field, orders)).sum()
}

fn first(field: &Field) -> i64 {
    field.argument("first").or_else(|| field.argument("last")).and_then(Value::as_i64).unwrap_or(0).clamp(0, 10_000)
}

fn root(verb: Verb, field: &Field, orders: i64) -> i64 {
    match (verb, field.name.as_str()) {
        (Verb::Mutation, _) => 10,
        (_, "orders") => 2 + orders * each(field),
        (_, "ordersCount") => 10,
        (_, "__typename") => 0,
        _ => 1,
    }
}

/// An order with the objects that are asked for beside it.
fn each(orders: &Field) -> i64 {
    fn beside(field: &Field) -> i64 {
        field
            .fields
            .iter()
            .map(|f| i64::from(["customer", "customerJourneySummary", "refunds"].contains(&f.name.as_str())) + beside(f))
            .sum()
    }
    1 + beside(orders)
}

/// Points left of each shop.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    /// Points used and when that was true, in seconds.
    used: HashMap<usize, (f64, f64)>,
    /// Part of the usual points that a fault has left.
    pub(crate) cut: Option<f64>,
}

/// How a bucket stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Level {
    pub(crate) maximum: f64,
    pub(crate) available: f64,
    pub(crate) restore: f64,
}

impl Level {
    /// `extensions.cost` of an answer; without the actual cost where nothing was run.
    pub(crate) fn cost(&self, requested: i64, actual: Option<i64>) -> Value {
        json!({"cost": {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": {
                "maximumAvailable": self.maximum,
                "currentlyAvailable": self.available.floor().max(0.0),
                "restoreRate": self.restore,
            },
        }})
    }
}

impl Buckets {
    fn size(&self, limits: Limits) -> (f64, f64) {
        let (points, restore) = if limits == Limits::Development { limits::SHOPIFY_DEVELOPMENT } else { limits::SHOPIFY_STANDARD };
        let left = self.cut.unwrap_or(1.0);
        ((points * left).max(10.0), (restore * left).max(1.0))
    }

    /// How a shop's bucket stands. `now` in seconds.
    pub(crate) fn level(&self, limits: Limits, shop: usize, now: f64) -> Level {
        let (maximum, restore) = self.size(limits);
        let (used, since) = self.used.get(&shop).copied().unwrap_or((0.0, now));
        let used = (used - (now - since).max(0.0) * restore).max(0.0);
        Level { maximum, available: maximum - used, restore }
    }

    /// Whether a query may run. A full bucket lets anything run, however small it is.
    pub(crate) fn admits(&self, limits: Limits, shop: usize, requested: i64, now: f64) -> bool {
        let level = self.level(limits, shop, now);
        !self.enforced(limits) || level.available >= (requested as f64).min(level.maximum)
    }

    fn enforced(&self, limits: Limits) -> bool {
        limits != Limits::Off || self.cut.is_some()
    }

    /// Takes what a query cost, and tells what is left. Where nobody is refused, each query finds the bucket full.
    pub(crate) fn take(&mut self, limits: Limits, shop: usize, cost: i64, now: f64) -> Level {
        let mut level = self.level(limits, shop, now);
        level.available -= cost as f64;
        if self.enforced(limits) {
            self.used.insert(shop, (level.maximum - level.available, now));
        }
        level
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let mut buckets = Buckets::default();
        let (points, restore) = limits::SHOPIFY_STANDARD;
        assert!(buckets.admits(Limits::Real, 0, 1_000, 0.0));
        buckets.take(Limits::Real, 0, whole(points) - 100, 0.0);
        assert!(!buckets.admits(Limits::Real, 0, 300, 0.0) && buckets.admits(Limits::Real, 1, 300, 0.0), "each shop has its own");
        assert!(buckets.admits(Limits::Real, 0, 300, 200.0 / restore));
        assert!(buckets.admits(Limits::Off, 0, 300, 0.0));
        buckets.cut = Some(0.01);
        assert!(buckets.admits(Limits::Off, 1, 1_000, 0.0), "a full bucket lets anything run");
        buckets.take(Limits::Off, 1, 1_000, 0.0);
        assert!(!buckets.admits(Limits::Off, 1, 1, 1.0), "a cut quota is enforced");
    }

    fn whole(x: f64) -> i64 {
        crate::world::chance::whole(x)
    }
}

//! Lists of orders: what passes a filter, in an order, page by page.

use super::{
    error::GraphError,
    graphql::Field,
    order,
    search::{self, Search},
};
use crate::{
    limits,
    state::Shared,
    world::commerce::{Trading, order::Order, store::Store},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use std::sync::Arc;

/// Whose orders are asked for, and what may be seen of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) store: &'a Store,
    pub(crate) now: i64,
    /// Whether orders of any age may be seen.
    pub(crate) all: bool,
    /// Whether everything has vanished.
    pub(crate) emptied: bool,
}

/// Orders that passed, with the days that hold them.
#[derive(Debug, Default)]
pub(crate) struct Found {
    days: Vec<Arc<Trading>>,
    /// Day, place in it, and what the list is sorted by.
    places: Vec<(usize, usize, i64)>,
}

impl Found {
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    fn order(&self, place: &(usize, usize, i64)) -> &Order {
        &self.days[place.0].orders[place.1]
    }

    pub(crate) fn orders(&self) -> impl Iterator<Item = &Order> {
        self.places.iter().map(|place| self.order(place))
    }
}

/// Where a page ended: the order's number, what it is sorted by, and how many came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    id: u64,
    value: i64,
    depth: usize,
}

impl Cursor {
    fn write(self) -> String {
        BASE64_STANDARD.encode(json!({"last_id": self.id, "last_value": self.value.to_string(), "depth": self.depth}).to_string())
    }

    fn read(text: &str) -> Option<Self> {
        let told: Value = serde_json::from_slice(&BASE64_STANDARD.decode(text).ok()?).ok()?;
        Some(Self {
            id: told["last_id"].as_u64()?,
            value: told["last_value"].as_str()?.parse().ok()?,
            depth: usize::try_from(told["depth"].as_u64()?).ok()?,
        })
    }
}

/// Whether a text is one of our cursors.
pub(crate) fn is_cursor(text: &str) -> bool {
    Cursor::read(text).is_some()
}

impl View<'_> {
    /// Orders that pass a filter, oldest first.
    pub(crate) fn find(&self, search: &Search) -> Found {
        if self.emptied {
            return Found::default();
        }
        let (from, until) = search.filter.bounds();
        let oldest = if self.all { i64::MIN } else { self.now - limits::SHOPIFY_RECENT_SECONDS };
        let calendar = &self.store.calendar;
        let first = from
            .max(Some(oldest))
            .filter(|at| *at > calendar.start(self.store.first_day))
            .map_or(self.store.first_day, |at| calendar.day_of(at));
        let last = until.map_or(self.now, |at| at.min(self.now));
        if last < calendar.start(first) {
            return Found::default();
        }
        let days = self.shared.trading_of(self.store, first..=calendar.day_of(last), self.now);
        let mut places = Vec::new();
        for (day, trading) in days.iter().enumerate() {
            for (place, order) in trading.orders.iter().enumerate() {
                let seen = order.placed >= oldest && order.placed <= self.now;
                if seen && search.filter.passes(self.store, order, self.now) {
                    places.push((day, place, order.placed));
                }
            }
        }
        Found { days, places }
    }

    /// One order by its number.
    pub(crate) fn by_number(&self, number: u64) -> Option<Value> {
        let search = search::read(self.store, &format!("id:{number}"));
        self.find(&search).orders().next().map(|o| order::show(self.store, o, self.now))
    }

    /// `orders`: the connection, how many orders are in it, and warnings about its filter.
    pub(crate) fn orders(&self, field: &Field) -> Result<(Value, usize, Vec<String>), GraphError> {
        let number = |name: &str| {
            field
                .argument(name)
                .map(|v| v.as_i64().ok_or_else(|| GraphError::bad_argument(field, format!("{name} must be a whole number"))))
                .transpose()
        };
        if number("last")?.is_some() || field.argument("before").is_some() {
            return Err(GraphError::bad_argument(field, "last and before are not served here: use first and after"));
        }
        let first = number("first")?.ok_or_else(|| GraphError::bad_argument(field, "you must provide one of first or last"))?;
        let first = usize::try_from(first)
            .ok()
            .filter(|n| (1..=limits::SHOPIFY_PAGE_MAX).contains(n))
            .ok_or_else(|| GraphError::bad_argument(field, format!("first must be between 1 and {}", limits::SHOPIFY_PAGE_MAX)))?;
        let after = match field.argument("after") {
            None => None,
            Some(text) => {
                let cursor = text.as_str().and_then(Cursor::read);
                Some(cursor.ok_or_else(|| GraphError::bad_argument(field, "Invalid cursor for current pagination sort."))?)
            }
        };
        let depth = after.map_or(0, |a| a.depth);
        if depth >= limits::SHOPIFY_DEPTH_MAX {
            let message = format!("Pagination is limited to the first {} objects: narrow the query", limits::SHOPIFY_DEPTH_MAX);
            return Err(GraphError::bad_argument(field, message));
        }
        let search = search::read(self.store, field.argument("query").and_then(Value::as_str).unwrap_or_default());
        let mut found = self.find(&search);
        let key = sort_key(field)?;
        let by = |o: &Order| match key {
            SortKey::Placed => o.placed,
            SortKey::Updated => o.updated(self.now),
            SortKey::Total => o.total,
            SortKey::Id => 0,
        };
        let mut places = std::mem::take(&mut found.places);
        places.iter_mut().for_each(|p| p.2 = by(&found.days[p.0].orders[p.1]));
        // Days and places ascend with the ids, so a stable order by the key is one by key and id.
        places.sort_by_key(|p| (p.2, p.0, p.1));
        if field.argument("reverse") == Some(&Value::Bool(true)) {
            places.reverse();
        }
        let descending = field.argument("reverse") == Some(&Value::Bool(true));
        found.places = places;
        let start = after.map_or(0, |after| {
            found.places.partition_point(|p| {
                let own = (p.2, order::number(found.order(p)));
                if descending { own >= (after.value, after.id) } else { own <= (after.value, after.id) }
            })
        });
        let page: Vec<_> = found.places[start..].iter().take(first).collect();
        let cursor = |nth: usize| {
            let place = page[nth];
            Value::from(Cursor { id: order::number(found.order(place)), value: place.2, depth: depth + nth + 1 }.write())
        };
        let nodes: Vec<Value> = page.iter().map(|p| order::show(self.store, found.order(p), self.now)).collect();
        let edges: Vec<Value> = nodes.iter().enumerate().map(|(nth, node)| json!({"cursor": cursor(nth), "node": node})).collect();
        let info = json!({
            "hasNextPage": start + page.len() < found.places.len(),
            "hasPreviousPage": start > 0,
            "startCursor": if page.is_empty() { Value::Null } else { cursor(0) },
            "endCursor": if page.is_empty() { Value::Null } else { cursor(page.len() - 1) },
        });
        let count = nodes.len();
        Ok((json!({"nodes": nodes, "edges": edges, "pageInfo": info}), count, search.warnings))
    }

    /// `ordersCount`: exact up to a bound.
    pub(crate) fn count(&self, field: &Field) -> (Value, Vec<String>) {
        let search = search::read(self.store, field.argument("query").and_then(Value::as_str).unwrap_or_default());
        let count = self.find(&search).len();
        // Without the argument ten thousand are counted, with null all of them; and whatever was asked for, no more than this.
        let asked = field.arguments.iter().find(|(name, _)| name == "limit").map(|(_, v)| v);
        let limit = asked.map_or(Some(limits::SHOPIFY_COUNT_DEFAULT), |v| v.as_u64().and_then(|n| usize::try_from(n).ok()));
        let told = match limit {
            Some(limit) if count > limit => (limit, "AT_LEAST"),
            _ if count > limits::SHOPIFY_DEPTH_MAX => (limits::SHOPIFY_DEPTH_MAX + 1, "AT_LEAST"),
            _ => (count, "EXACT"),
        };
        (json!({"count": told.0, "precision": told.1}), search.warnings)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SortKey {
    Placed,
    Updated,
    Total,
    Id,
}

fn sort_key(field: &Field) -> Result<SortKey, GraphError> {
    match field.argument("sortKey").and_then(Value::as_str) {
        None | Some("PROCESSED_AT" | "CREATED_AT" | "RELEVANCE") => Ok(SortKey::Placed),
        Some("UPDATED_AT") => Ok(SortKey::Updated),
        Some("TOTAL_PRICE" | "CURRENT_TOTAL_PRICE") => Ok(SortKey::Total),
        Some("ID" | "ORDER_NUMBER") => Ok(SortKey::Id),
        Some(other) => Err(GraphError::bad_argument(
            field,
            format!("Argument 'sortKey' on Field 'orders' has an invalid value ({other}). Expected type 'OrderSortKeys'."),
        )),
    }
}

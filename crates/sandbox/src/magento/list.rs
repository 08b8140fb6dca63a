//! Orders that a search asks for.

use super::{
    criteria::{Condition, Criteria, Filter},
    error::ApiError,
    order::{self, Cell},
};
use crate::{
    state::Shared,
    world::{
        calendar,
        commerce::{
            order::{CHANGED_DAYS, Order},
            store::Store,
        },
    },
};
use serde_json::{Value, json};
use std::{cmp::Ordering, collections::HashSet};
use trimtab_domain::Day;

/// A filter with its value read.
#[derive(Debug)]
struct Test<'a> {
    filter: &'a Filter,
    number: f64,
    time: i64,
    /// The texts of a list, in lower case.
    texts: HashSet<String>,
}

impl<'a> Test<'a> {
    fn of(filter: &'a Filter) -> Self {
        // What is no number is zero, and what is no time is long ago, as in the database behind it.
        Self {
            filter,
            number: filter.value.trim().parse().unwrap_or(0.0),
            time: instant(&filter.value).unwrap_or(i64::MIN),
            texts: texts(filter),
        }
    }

    fn holds(&self, cell: &Cell) -> bool {
        let value = self.filter.value.as_str();
        let same = |one: &str| match cell {
            Cell::Null => false,
            Cell::Number(own) => one.trim().parse::<f64>().is_ok_and(|n| (n - own).abs() < 1e-9),
            Cell::Text(own) => own.eq_ignore_ascii_case(one.trim()),
            Cell::Time(own) => instant(one) == Some(*own),
        };
        let order = || match cell {
            Cell::Null => None,
            Cell::Number(own) => own.partial_cmp(&self.number),
            Cell::Text(own) => Some(own.to_lowercase().cmp(&value.to_lowercase())),
            Cell::Time(own) => Some(own.cmp(&self.time)),
        };
        let text = || match cell {
            Cell::Null => None,
            Cell::Number(own) => Some(own.to_string()),
            Cell::Text(own) => Some(own.clone()),
            Cell::Time(own) => Some(order::time(*own)),
        };
        let known = *cell != Cell::Null;
        match self.filter.condition {
            Condition::Eq => same(value),
            Condition::Neq => known && !same(value),
            Condition::Gt => order() == Some(Ordering::Greater),
            Condition::Gteq => order().is_some_and(Ordering::is_ge),
            Condition::Lt => order() == Some(Ordering::Less),
            Condition::Lteq => order().is_some_and(Ordering::is_le),
            Condition::In => match cell {
                Cell::Text(own) => self.texts.contains(&own.to_lowercase()),
                _ => value.split(',').any(same),
            },
            Condition::Nin => known && !value.split(',').any(same),
            Condition::Like => text().is_some_and(|own| like(&own.to_lowercase(), &value.to_lowercase())),
            Condition::Nlike => text().is_some_and(|own| !like(&own.to_lowercase(), &value.to_lowercase())),
            Condition::Null => !known,
            Condition::Notnull => known,
            // The set is in the column, the value one of it.
            Condition::Finset => text().is_some_and(|own| own.split(',').any(|one| one == value)),
            Condition::Nfinset => text().is_some_and(|own| own.split(',').all(|one| one != value)),
        }
    }
}

fn texts(filter: &Filter) -> HashSet<String> {
    match filter.condition {
        Condition::In => filter.value.split(',').map(|one| one.trim().to_lowercase()).collect(),
        _ => HashSet::new(),
    }
}

/// An instant as it is written in filters: UTC, a day standing for its first second.
fn instant(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(at) = text.parse::<trimtab_domain::Timestamp>() {
        return Some(at.as_second());
    }
    if let Ok(day) = text.parse::<Day>()
        && text.len() == 10
    {
        return Some(i64::from(calendar::number(day)) * 86_400);
    }
    let at: jiff::civil::DateTime = text.parse().ok()?;
    at.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|z| z.timestamp().as_second())
}

/// Whether a text follows a pattern of the database: `%` is any run of characters, `_` any one.
fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for p in pattern {
        if p == '%' {
            let first = reached.iter().position(|r| *r).unwrap_or(reached.len());
            reached[first..].fill(true);
        } else {
            for at in (0..text.len()).rev() {
                reached[at + 1] = reached[at] && (p == '_' || p == text[at]);
            }
            reached[0] = false;
        }
    }
    reached[text.len()]
}

/// The instants between which every order that passes was placed, as far as the search bounds them.
fn bounds(criteria: &Criteria) -> (Option<i64>, Option<i64>) {
    let (mut from, mut until) = (None, None);
    for filter in criteria.groups.iter().filter(|g| g.len() == 1).flatten() {
        let slack = match filter.field.as_str() {
            "created_at" => 0,
            "updated_at" => i64::from(CHANGED_DAYS) * 86_400,
            _ => continue,
        };
        let Some(at) = instant(&filter.value) else { continue };
        match filter.condition {
            Condition::Gt | Condition::Gteq => from = from.max(Some(at - slack)),
            Condition::Lt | Condition::Lteq => until = until.into_iter().chain([at]).min(),
            Condition::Eq => (from, until) = (from.max(Some(at - slack)), until.into_iter().chain([at]).min()),
            _ => {}
        }
    }
    (from, until)
}

/// `GET orders`.
pub(super) fn orders(shared: &Shared, store: &Store, criteria: &Criteria, now: i64, emptied: bool) -> Result<Value, ApiError> {
    let (from, until) = bounds(criteria);
    let calendar = &store.calendar;
    let first = from.filter(|at| *at > calendar.start(store.first_day)).map_or(store.first_day, |at| calendar.day_of(at));
    let last = calendar.day_of(until.map_or(now, |at| at.min(now)));
    let days = if emptied || last < first { Vec::new() } else { shared.trading_of(store, first..=last, now) };
    let tests: Vec<Vec<Test<'_>>> = criteria.groups.iter().map(|g| g.iter().map(Test::of).collect()).collect();
    if let Some(any) = days.iter().flat_map(|d| &d.orders).next() {
        for test in tests.iter().flatten() {
            cell(store, any, &test.filter.field, now)?;
        }
    }
    let mut found: Vec<&Order> = Vec::new();
    // Nobody marks an order as a test here; the merchant's own are deleted.
    for order in days.iter().flat_map(|d| &d.orders).filter(|o| !o.test) {
        let mut passes = true;
        for group in &tests {
            let mut any = false;
            for test in group {
                any = any || test.holds(&cell(store, order, &test.filter.field, now)?);
            }
            passes = passes && any;
            if !passes {
                break;
            }
        }
        if passes {
            found.push(order);
        }
    }
    sort(store, &mut found, criteria, now)?;
    let total = found.len();
    let size = criteria.page_size.unwrap_or(total.max(1));
    // The page after the last one is the last one again.
    let page = criteria.page.min(total.div_ceil(size).max(1));
    let items: Vec<Value> = found.iter().skip((page - 1) * size).take(size).map(|o| order::show(store, o, now)).collect();
    Ok(json!({"items": items, "search_criteria": criteria.told(), "total_count": total}))
}

fn cell(store: &Store, order: &Order, field: &str, now: i64) -> Result<Cell, ApiError> {
    order::column(store, order, field, now)
        .ok_or_else(|| ApiError::bad_search(format!("Column not found: 1054 Unknown column '{field}' in 'where clause'")))
}

fn sort(store: &Store, found: &mut [&Order], criteria: &Criteria, now: i64) -> Result<(), ApiError> {
    let Some(any) = found.first() else { return Ok(()) };
    for (field, _) in &criteria.sort {
        cell(store, any, field, now)?;
    }
    let compare =
        |a: &Order, b: &Order, field: &str| match (order::column(store, a, field, now), order::column(store, b, field, now)) {
            (Some(Cell::Number(a)), Some(Cell::Number(b))) => a.total_cmp(&b),
            (Some(Cell::Text(a)), Some(Cell::Text(b))) => a.cmp(&b),
            (Some(Cell::Time(a)), Some(Cell::Time(b))) => a.cmp(&b),
            (a, b) => (a != Some(Cell::Null)).cmp(&(b != Some(Cell::Null))),
        };
    if !criteria.sort.is_empty() && criteria.sort[0] != ("entity_id".to_owned(), true) {
        found.sort_by(|a, b| {
            let by = criteria.sort.iter().map(|(field, up)| {
                let order = compare(a, b, field);
                if *up { order } else { order.reverse() }
            });
            by.fold(Ordering::Equal, Ordering::then)
        });
    }
    Ok(())
}

/// `GET orders/{id}`.
pub(super) fn order(shared: &Shared, store: &Store, id: &str, now: i64, emptied: bool) -> Result<Value, ApiError> {
    let id: u64 = id.parse().map_err(|_| ApiError::no_order())?;
    let last = store.calendar.day_of(now);
    let days = if emptied { Vec::new() } else { shared.trading_of(store, store.first_day..=last, now) };
    let found = days.iter().flat_map(|d| &d.orders).find(|o| !o.test && order::id(o) == id);
    found.map(|o| order::show(store, o, now)).ok_or_else(ApiError::no_order)
}

/// `GET customerGroups/search`.
pub(super) fn groups(criteria: &Criteria) -> Value {
    let names = ["NOT LOGGED IN", "General", "Wholesale", "Retailer"];
    let items: Vec<Value> = (0..)
        .zip(names)
        .map(|(id, code)| json!({"id": id, "code": code, "tax_class_id": 3, "tax_class_name": "Retail Customer"}))
        .collect();
    json!({"items": items, "search_criteria": criteria.told(), "total_count": names.len()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_and_times_are_those_of_the_database() {
        for (pattern, hit) in
            [("a%", true), ("%c", true), ("a_c", true), ("%b%", true), ("b%", false), ("abc", true), ("", false), ("%", true)]
        {
            assert_eq!(like("abc", pattern), hit, "{pattern}");
        }
        assert_eq!(instant("2026-11-20 08:14:09"), Some(1_795_162_449));
        assert_eq!(instant("2026-11-20"), Some(1_795_132_800));
        assert_eq!(instant("2026-11-20T08:14:09Z"), instant("2026-11-20 08:14:09"));
        assert_eq!(instant("yesterday"), None);
    }
}

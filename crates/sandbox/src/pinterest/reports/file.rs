//! A report's file. JSON is an object of lists, by id or by date; CSV has a header and fills in zeros.

use super::{
    super::analytics::{Found, Granularity, Ids, Query, Walk, Writer},
    request::{Asked, Format},
};
use crate::{
    pinterest::entities,
    world::{
        account::Account,
        measure::{IMPRESSIONS, SPEND},
    },
};
use serde_json::Value;
use std::{collections::HashMap, ops::ControlFlow};

/// Makes the file.
pub(super) fn make(account: &Account, asked: &Asked) -> Vec<u8> {
    match asked.format {
        Format::Json => json(account, asked),
        Format::Csv => csv(account, asked),
    }
}

/// The lists of a JSON file in the order their keys first came.
#[derive(Default)]
struct Lists {
    place: HashMap<String, usize>,
    lists: Vec<(String, Vec<u8>)>,
}

impl Lists {
    fn of(&mut self, key: String) -> &mut Vec<u8> {
        // Rows of one object follow one another, so the last list is nearly always the right one.
        if self.lists.last().is_none_or(|(last, _)| *last != key) {
            let place = *self.place.entry(key.clone()).or_insert_with(|| {
                self.lists.push((key, Vec::new()));
                self.lists.len() - 1
            });
            return &mut self.lists[place].1;
        }
        let last = self.lists.len() - 1;
        &mut self.lists[last].1
    }
}

fn json(account: &Account, asked: &Asked) -> Vec<u8> {
    let mut lists = Lists::default();
    each(account, asked, &mut |writer, found| {
        let key = if asked.by_date && writer.dated() { writer.date(found) } else { writer.key(found).to_string() };
        let list = lists.of(key);
        if !list.is_empty() {
            list.push(b',');
        }
        let split: Vec<(&str, Value)> = match (writer.query.targeting, found.value) {
            (Some(targeting), Some(value)) => {
                vec![("TARGETING_TYPE", Value::from(targeting.word())), ("TARGETING_VALUE", value.clone())]
            }
            _ => Vec::new(),
        };
        writer.json(found, &split, list);
    });
    if asked.by_date {
        lists.lists.sort_by(|a, b| a.0.cmp(&b.0));
    }
    let mut out = vec![b'{'];
    for (i, (key, list)) in lists.lists.iter().enumerate() {
        out.extend_from_slice(if i == 0 { b"\"" } else { b",\"" });
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(b"\":[");
        out.extend_from_slice(list);
        out.push(b']');
    }
    out.push(b'}');
    out
}

fn csv(account: &Account, asked: &Asked) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(query) = &asked.query {
        let query = Query { targeting: asked.targetings.first().copied().flatten(), ..query.clone() };
        Writer { account, query: &query, ids: Ids::Number, nulls: false }.csv_head(&mut out);
    }
    each(account, asked, &mut |writer, found| writer.csv(found, &mut out));
    out
}

/// Hands out every row that belongs into the file.
fn each(account: &Account, asked: &Asked, take: &mut dyn FnMut(&Writer<'_>, &Found<'_>)) {
    let Some(query) = &asked.query else { return };
    for targeting in &asked.targetings {
        let query = Query { targeting: *targeting, ..query.clone() };
        let writer = Writer { account, query: &query, ids: Ids::Number, nulls: false };
        // The walk is never stopped, so there is nothing to tell of its end.
        let _whole: ControlFlow<()> = Walk::new(account, &query).each(&mut |found| {
            if !writer.is_empty(found) && within(asked, &query, found) && passes(account, asked, found) {
                take(&writer, found);
            }
            ControlFlow::Continue(())
        });
    }
}

/// Whether an hour lies within those asked for.
fn within(asked: &Asked, query: &Query, found: &Found<'_>) -> bool {
    let Some(hour) = found.value.and_then(Value::as_i64).filter(|_| query.granularity == Granularity::Hour) else {
        return true;
    };
    let early = found.interval == 0 && hour < asked.hours.0;
    let late = found.interval + 1 == query.intervals.len() && hour >= asked.hours.1;
    !early && !late
}

fn passes(account: &Account, asked: &Asked, found: &Found<'_>) -> bool {
    asked.conditions.iter().all(|condition| {
        let figure = if condition.on_spend {
            entities::micros(account, found.tally.linear[SPEND]) as f64 / 1e6
        } else {
            found.tally.linear[IMPRESSIONS] as f64
        };
        if condition.greater { figure > condition.value } else { figure < condition.value }
    })
}

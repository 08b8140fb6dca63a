//! Reports: cells summed up by what is asked for, then filtered, put in order and cut into pages. What makes figures incomplete is told
//! beside them.

use super::{
    cell::{self, Cell, Fineness},
    field::{Dimension, Metric},
    figures::{Figures, SESSIONS},
    property::{Habit, Property},
    request::{Aggregation, By, Query, Range},
};
use crate::{limits, world::commerce::Trading};
use serde_json::{Value, json};
use std::{cmp::Ordering, collections::BTreeMap, ops::RangeInclusive, sync::Arc};

/// What happened on days of the business whose site it is.
pub(crate) type Books<'b> = &'b dyn Fn(RangeInclusive<i32>) -> Vec<Arc<Trading>>;

/// A row by the values of its dimensions, the range's name last where there are several.
type Rows = BTreeMap<Vec<String>, Figures>;

/// What makes the figures of a report incomplete.
#[derive(Debug, Default)]
struct Flaws {
    /// Small campaigns were thrown together.
    other_row: bool,
    /// Rows about few people were withheld.
    thresholding: bool,
    /// Sessions read, and how many there were.
    sample: Option<(i64, i64)>,
}

/// The answer to a query, without quotas.
pub(crate) fn answer(of: &Property, query: &Query, books: Books<'_>, now: i64) -> Value {
    let (sums, mut flaws) = collect(of, query, books, now);
    let mut rows: Vec<(Vec<String>, Figures)> = sums.into_iter().collect();
    if let Some(ratio) = sample(of, &rows, &mut flaws) {
        rows.iter_mut().for_each(|(_, figures)| *figures = figures.sampled(ratio));
    }
    if flaws.thresholding {
        rows.retain(|(_, figures)| super::field::people(figures, of) >= limits::GA4_PEOPLE_MIN);
    }
    let number = |metric: Metric, figures: &Figures| metric.number(figures, of, query.currency);
    if !query.keep_empty && !query.metrics.is_empty() {
        rows.retain(|(_, figures)| query.metrics.iter().any(|(_, metric)| number(*metric, figures) != 0.0));
    }
    if let Some(filter) = &query.metric_filter {
        rows.retain(|(_, figures)| filter.passes(&|metric| metric.text(figures, of, query.currency)));
    }
    rows.sort_by(|a, b| order(query, &number, a, b));
    let row = |key: &[String], figures: &Figures| {
        let metrics = query.metrics.iter().map(|(_, metric)| metric.text(figures, of, query.currency));
        row(key, metrics)
    };
    let mut answer = head(query);
    let page: Vec<Value> = rows.iter().skip(query.offset).take(query.limit).map(|(key, figures)| row(key, figures)).collect();
    if !page.is_empty() {
        answer["rows"] = Value::Array(page);
    }
    if !rows.is_empty() {
        answer["rowCount"] = json!(rows.len());
    }
    for aggregation in &query.aggregations {
        if let Some((name, told)) = summed(of, query, *aggregation, &rows) {
            answer[name] = told;
        }
    }
    let mut metadata = json!({
        "currencyCode": query.currency.as_str(), "timeZone": of.calendar.zone().as_str(), "dataLossFromOtherRow": flaws.other_row,
    });
    if flaws.thresholding {
        metadata["subjectToThresholding"] = json!(true);
    }
    if let Some((read, all)) = flaws.sample {
        let one = || json!({"samplesReadCount": read.to_string(), "samplingSpaceSize": all.to_string()});
        metadata["samplingMetadatas"] = query.ranges.iter().map(|_| one()).collect();
    }
    answer["metadata"] = metadata;
    answer["kind"] = json!("analyticsData#runReport");
    answer
}

/// The headers of the columns; none where there are no columns.
fn head(query: &Query) -> Value {
    let mut head = json!({});
    let mut dimensions: Vec<Value> = query.dimensions.iter().map(|d| json!({"name": d.name()})).collect();
    dimensions.extend(query.tells_ranges().then(|| json!({"name": "dateRange"})));
    if !dimensions.is_empty() {
        head["dimensionHeaders"] = Value::Array(dimensions);
    }
    if !query.metrics.is_empty() {
        head["metricHeaders"] = query.metrics.iter().map(|(asked, metric)| metric.header(asked)).collect();
    }
    head
}

/// Sums up the cells of every day asked for.
fn collect(of: &Property, query: &Query, books: Books<'_>, now: i64) -> (Rows, Flaws) {
    let needed = query.needed();
    let mut rows = Rows::new();
    let mut flaws = Flaws::default();
    for range in &query.ranges {
        each_cell(of, range, &needed, books, now, &mut |cell, lost| {
            flaws.other_row |= lost;
            if query.filter.as_ref().is_none_or(|f| f.passes(&|dimension: Dimension| dimension.value(cell))) {
                let mut key: Vec<String> = query.dimensions.iter().map(|d| d.value(cell)).collect();
                key.extend(query.tells_ranges().then(|| range.name.clone()));
                rows.entry(key).or_default().add(&cell.figures);
            }
        });
    }
    let of_people = query.metrics.iter().any(|(_, metric)| metric.counts_people());
    let discreet = of.habit == Habit::Discreet && needed.iter().any(|d| d.is_demographic() || (of_people && !d.is_time()));
    flaws.thresholding = discreet || (of.withholds && needed.iter().any(|d| !d.is_time()));
    (rows, flaws)
}

/// Hands out the cells of a range's days.
pub(crate) fn each_cell(
    of: &Property,
    range: &Range,
    needed: &[Dimension],
    books: Books<'_>,
    now: i64,
    each: &mut dyn FnMut(&Cell, bool),
) {
    let from = range.from.max(of.store.first_day - 1);
    let to = range.to.min(of.calendar.day_of(now));
    if from > to {
        return;
    }
    // Days of another zone reach into the neighbours of the business's own.
    let trading = books(from - 1..=to + 1);
    for (nth, day) in (from..=to).enumerate() {
        let around = trading.get(nth..(nth + 3).min(trading.len())).unwrap_or_default();
        let (cells, lost) = cell::of_day(of, day, around, Fineness(needed), now);
        cells.iter().for_each(|cell| each(cell, lost));
    }
}

/// The part of all events that is read, where it is not all of them.
fn sample(of: &Property, rows: &[(Vec<String>, Figures)], flaws: &mut Flaws) -> Option<f64> {
    let all: i64 = rows.iter().map(|(_, figures)| figures.get(SESSIONS)).sum();
    if of.habit != Habit::Sampled || all <= limits::GA4_SESSIONS_READ {
        return None;
    }
    flaws.sample = Some((limits::GA4_SESSIONS_READ, all));
    Some(limits::GA4_SESSIONS_READ as f64 / all as f64)
}

fn order(
    query: &Query,
    number: &dyn Fn(Metric, &Figures) -> f64,
    (key, figures): &(Vec<String>, Figures),
    (other_key, other): &(Vec<String>, Figures),
) -> Ordering {
    let by_metric = |place: usize| match query.metrics.get(place) {
        Some((_, metric)) => number(*metric, figures).total_cmp(&number(*metric, other)),
        None => Ordering::Equal,
    };
    let text = |place: usize| (key[place].as_str(), other_key[place].as_str());
    for order in &query.orders {
        let first = match order.by {
            By::Metric(place) => by_metric(place),
            By::Text(place) => text(place).0.cmp(text(place).1),
            By::TextWithoutCase(place) => text(place).0.to_lowercase().cmp(&text(place).1.to_lowercase()),
            By::Number(place) => {
                let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NEG_INFINITY);
                number(text(place).0).total_cmp(&number(text(place).1))
            }
        };
        let first = if order.descending { first.reverse() } else { first };
        if first != Ordering::Equal {
            return first;
        }
    }
    by_metric(0).reverse().then_with(|| key.cmp(other_key))
}

fn row(key: &[String], metrics: impl Iterator<Item = String>) -> Value {
    let mut row = json!({});
    if !key.is_empty() {
        row["dimensionValues"] = key.iter().map(|value| json!({"value": value})).collect();
    }
    let metrics: Vec<Value> = metrics.map(|value| json!({"value": value})).collect();
    if !metrics.is_empty() {
        row["metricValues"] = Value::Array(metrics);
    }
    row
}

/// Rows that sum up all others, one for each range, under the name of their kind.
fn summed(of: &Property, query: &Query, how: Aggregation, rows: &[(Vec<String>, Figures)]) -> Option<(&'static str, Value)> {
    let (name, reserved) = match how {
        Aggregation::Total => ("totals", "RESERVED_TOTAL"),
        Aggregation::Minimum => ("minimums", "RESERVED_MIN"),
        Aggregation::Maximum => ("maximums", "RESERVED_MAX"),
        // Reports count their rows in any case.
        Aggregation::Count => return None,
    };
    let of_range = |range: &Range| {
        let mine: Vec<&Figures> =
            rows.iter().filter(|(key, _)| !query.tells_ranges() || key.last() == Some(&range.name)).map(|(_, f)| f).collect();
        let mut total = Figures::default();
        mine.iter().for_each(|figures| total.add(figures));
        let mut key = vec![reserved.to_owned(); query.dimensions.len()];
        key.extend(query.tells_ranges().then(|| range.name.clone()));
        let metrics = query.metrics.iter().map(|(_, metric)| {
            let numbers = || mine.iter().map(|figures| metric.number(figures, of, query.currency));
            match how {
                Aggregation::Minimum => numbers().reduce(f64::min).unwrap_or(0.0).to_string(),
                Aggregation::Maximum => numbers().reduce(f64::max).unwrap_or(0.0).to_string(),
                Aggregation::Total | Aggregation::Count => metric.text(&total, of, query.currency),
            }
        });
        row(&key, metrics)
    };
    Some((name, query.ranges.iter().map(of_range).collect()))
}

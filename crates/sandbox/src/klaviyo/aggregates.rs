//! `metric-aggregates`: events of one metric counted by interval and by up to a few attributes. Days are UTC days unless a zone is named.

use super::{
    account::Account,
    error::{ApiError, uuid},
    events::{Books, Events},
    filter::{self, Condition},
    metric::Metric,
    time::{self, Interval},
};
use crate::{
    limits,
    world::{
        chance::{Chance, tag},
        commerce::mailing::{self, Kind},
    },
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Attributes that events can be told apart by. Those in the second half are empty here.
const ATTRIBUTES: [&str; 24] = [
    "$attributed_message",
    "$attributed_flow",
    "$attributed_channel",
    "$message",
    "$flow",
    "$campaign_channel",
    "$flow_channel",
    "Campaign Name",
    "$value_currency",
    "$attributed_variation",
    "$message_send_cohort",
    "$usage_amount",
    "$variation",
    "$variation_send_cohort",
    "Bounce Type",
    "Client Name",
    "Client Type",
    "Email Domain",
    "Inbox Provider",
    "List",
    "Message Name",
    "Message Type",
    "Subject",
    "URL",
];
const MEASUREMENTS: [&str; 3] = ["count", "sum_value", "unique"];

/// What came together in one interval.
#[derive(Debug, Clone, Default)]
struct Sum {
    count: i64,
    value: i64,
    first: i64,
    customers: BTreeSet<u32>,
}

/// Answers a query.
pub(crate) fn answer(of: &Account, body: &Value, books: Books<'_>, now: i64, base: &str, number: u64) -> Result<Value, ApiError> {
    let asked = &body["data"]["attributes"];
    if body["data"]["type"] != "metric-aggregate" {
        return Err(ApiError::field("type", "'type' must be 'metric-aggregate'."));
    }
    let id = asked["metric_id"].as_str().ok_or_else(|| ApiError::field("metric_id", "metric_id is required."))?;
    let metric = Metric::by_id(of, id).ok_or_else(|| ApiError::missing(format_args!("A metric with id {id} does not exist.")))?;
    let measurements = words(asked, "measurements", &MEASUREMENTS)?;
    if measurements.is_empty() {
        return Err(ApiError::field("measurements", "measurements is required."));
    }
    let by = words(asked, "by", &ATTRIBUTES)?;
    let interval = match asked["interval"].as_str() {
        None | Some("day") => Interval::Day,
        Some("hour") => Interval::Hour,
        Some("week") => Interval::Week,
        Some("month") => Interval::Month,
        Some(other) => return Err(ApiError::field("interval", format_args!("'{other}' is not a valid interval."))),
    };
    let zone = time::zone(asked["timezone"].as_str().unwrap_or("UTC"))?;
    let conditions = read_filter(asked)?;
    let bound = |operators: [&str; 2]| {
        let mut found = conditions.iter().filter(|c| c.field == "datetime" && operators.contains(&c.operator.as_str()));
        match (found.next(), found.next()) {
            (Some(only), None) => time::instant(&only.values[0], &zone)
                .ok_or_else(|| ApiError::field("filter", format_args!("'{}' is not a datetime.", only.values[0]))),
            _ => Err(ApiError::field("filter", "A lower and an upper bound on 'datetime' are required.")),
        }
    };
    let range = (bound(["greater-or-equal", "greater-than"])?, bound(["less-than", "less-or-equal"])?);
    if range.0 >= range.1 || range.1 - range.0 > limits::KLAVIYO_SPAN_DAYS * 86_400 {
        return Err(ApiError::field("filter", "The time range must be positive and at most one year."));
    }
    let starts = time::starts(interval, range, &zone);
    let mut edges = vec![range.0];
    edges.extend(starts.iter().copied().filter(|at| *at > range.0));
    edges.push(range.1);
    let conditions: Vec<Condition> = conditions.into_iter().filter(|c| c.field != "datetime").collect();
    let mut rows = rows(&Events { of, books, now }, metric, &by, &conditions, (&starts, &edges));
    if by.is_empty() && rows.is_empty() {
        rows.insert(Vec::new(), vec![Sum::default(); starts.len()]);
    }
    let mut rows: Vec<(Vec<String>, Vec<Sum>)> = rows.into_iter().collect();
    sort(&mut rows, asked["sort"].as_str().unwrap_or_default(), &by)?;
    let size = match &asked["page_size"] {
        Value::Null => limits::KLAVIYO_ROWS_MAX,
        given => {
            given.as_u64().and_then(|n| usize::try_from(n).ok()).filter(|n| (1..=limits::KLAVIYO_ROWS_MAX).contains(n)).ok_or_else(
                || ApiError::field("page_size", format_args!("page_size must lie between 1 and {}.", limits::KLAVIYO_ROWS_MAX)),
            )?
        }
    };
    let from = match asked["page_cursor"].as_str() {
        None | Some("") => 0,
        Some(cursor) => super::lists::place(cursor).ok_or_else(|| ApiError::field("page_cursor", "The cursor is not valid."))?,
    };
    let next = (from + size < rows.len())
        .then(|| format!("{base}/api/metric-aggregates?page_cursor={}", super::lists::cursor(from + size)));
    let data: Vec<Value> = rows.iter().skip(from).take(size).map(|(key, sums)| row(of, key, sums, &measurements)).collect();
    let own = json!({"self": format!("{base}/api/metric-aggregates")});
    Ok(json!({
        "data": {
            "type": "metric-aggregate", "id": uuid(Chance::new(number).on(tag("aggregate"))),
            "attributes": {"dates": starts.iter().map(|at| time::told(*at, &zone)).collect::<Vec<_>>(), "data": data},
            "links": own,
        },
        "links": {"self": own["self"], "next": next},
    }))
}

/// The filters of a query: a list of texts.
fn read_filter(asked: &Value) -> Result<Vec<Condition>, ApiError> {
    let mut allowed: Vec<(&str, &[&str])> = vec![("datetime", &["greater-or-equal", "greater-than", "less-than", "less-or-equal"])];
    allowed.extend(ATTRIBUTES.iter().map(|name| (*name, &["equals", "any", "contains"][..])));
    let list = asked["filter"].as_array().ok_or_else(|| ApiError::field("filter", "filter is required and must be a list."))?;
    let mut conditions = Vec::new();
    for item in list {
        conditions.extend(filter::read(item.as_str().unwrap_or_default(), &allowed)?);
    }
    Ok(conditions)
}

/// A list of known words.
fn words(asked: &Value, name: &str, known: &'static [&'static str]) -> Result<Vec<&'static str>, ApiError> {
    let list = match &asked[name] {
        Value::Null => return Ok(Vec::new()),
        list => list.as_array().ok_or_else(|| ApiError::field(name, format_args!("{name} must be a list.")))?,
    };
    let word = |given: &Value| {
        let found = known.iter().copied().find(|word| Some(*word) == given.as_str());
        found.ok_or_else(|| ApiError::field(name, format_args!("{given} is not a valid choice of {name}.")))
    };
    list.iter().map(word).collect()
}

/// Counts events by the values of attributes and by interval.
fn rows(
    events: &Events<'_>,
    metric: Metric,
    by: &[&str],
    conditions: &[Condition],
    (starts, edges): (&[i64], &[i64]),
) -> BTreeMap<Vec<String>, Vec<Sum>> {
    let mut rows: BTreeMap<Vec<String>, Vec<Sum>> = BTreeMap::new();
    events.each(metric, edges, &mut |event| {
        let value = |name: &str| attribute(events.of, metric, event.mailing, name);
        if !conditions.iter().all(|c| c.holds(&value(&c.field))) {
            return;
        }
        let key = by.iter().map(|name| value(name)).collect();
        let sums = rows.entry(key).or_insert_with(|| vec![Sum::default(); starts.len()]);
        let place = starts.partition_point(|at| *at <= event.at).saturating_sub(1);
        if let Some(sum) = sums.get_mut(place) {
            sum.count += event.count;
            sum.value += event.value;
            sum.first += event.first;
            sum.customers.extend(event.customer);
        }
    });
    rows
}

/// An attribute of an event; empty where it has none.
fn attribute(of: &Account, metric: Metric, mailing: Option<i32>, name: &str) -> String {
    if name == "$value_currency" {
        return if metric.is_of_mail() { String::new() } else { of.currency.as_str().to_owned() };
    }
    // Orders know what they are attributed to, mails what they are.
    if metric.is_of_mail() == name.starts_with("$attributed") {
        return String::new();
    }
    let Some(mailing) = mailing.and_then(|id| mailing::by_id(&of.store, id)) else { return String::new() };
    let flow = mailing.kind == Kind::Flow;
    match name {
        "$attributed_message" | "$message" => of.message_of(&mailing),
        "$attributed_flow" | "$flow" if flow => of.id_of(&mailing),
        "$attributed_channel" => "email".to_owned(),
        "$campaign_channel" if !flow => "email".to_owned(),
        "$flow_channel" if flow => "email".to_owned(),
        "Campaign Name" if !flow => mailing.name,
        _ => String::new(),
    }
}

fn sort(rows: &mut [(Vec<String>, Vec<Sum>)], by: &str, attributes: &[&str]) -> Result<(), ApiError> {
    let (name, descending) = by.strip_prefix('-').map_or((by, false), |name| (name, true));
    if name.is_empty() {
        return Ok(());
    }
    let total = |sums: &[Sum]| -> i64 { sums.iter().map(|s| if name == "sum_value" { s.value } else { s.count }).sum() };
    match attributes.iter().position(|attribute| *attribute == name) {
        Some(place) => rows.sort_by(|a, b| a.0[place].cmp(&b.0[place])),
        None if MEASUREMENTS.contains(&name) => rows.sort_by_key(|row| total(&row.1)),
        None => return Err(ApiError::field("sort", format_args!("'{by}' is not a valid sort for this query."))),
    }
    if descending {
        rows.reverse();
    }
    Ok(())
}

fn row(of: &Account, key: &[String], sums: &[Sum], measurements: &[&str]) -> Value {
    let mut told = json!({});
    for name in measurements {
        let number = |sum: &Sum| match *name {
            "count" => sum.count as f64,
            "sum_value" => of.amount(sum.value),
            _ => sum.first as f64 + sum.customers.len() as f64,
        };
        told[*name] = sums.iter().map(|sum| json!(number(sum))).collect();
    }
    json!({"dimensions": key, "measurements": told})
}

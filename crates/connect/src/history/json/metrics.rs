//! Figures in the words of the store and of the platforms whose answers it keeps as they came.

use crate::{
    history::{
        cell,
        counted::{Figures, both},
    },
    scalar::Fine,
};
use serde_json::{Map, Value};
use trimtab_domain::{Day, DayRange};

/// Figures and the days they name.
#[derive(Debug)]
pub(super) struct Measured {
    pub(super) days: Option<DayRange>,
    pub(super) figures: Figures,
}

/// Keys under which the days of a campaign are nested.
const NESTED: [&str; 6] = ["daily", "history", "by_date", "byDate", "days", "rows"];

/// The figures of a `metrics` field: one set, a list of sets, or sets by day. A database may have kept it as text.
pub(super) fn measured(value: &Value) -> Vec<Result<Measured, String>> {
    match value {
        Value::Array(list) => list.iter().flat_map(measured).collect(),
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            Ok(inner @ (Value::Array(_) | Value::Object(_))) => measured(&inner),
            _ => vec![Err(format!("has '{}' as metrics, which are no figures", cell::short(text)))],
        },
        Value::Object(entry) => of_object(entry),
        other => vec![Err(format!("has '{}' as metrics, which are no figures", cell::short(&other.to_string())))],
    }
}

fn of_object(entry: &Map<String, Value>) -> Vec<Result<Measured, String>> {
    if let Some(nested) = NESTED.iter().find_map(|key| entry.get(*key).filter(|value| value.is_array() || value.is_object())) {
        return measured(nested);
    }
    let by_day = !entry.is_empty() && entry.iter().all(|(key, value)| cell::day(key).is_some() && value.is_object());
    if !by_day {
        return if entry.is_empty() { Vec::new() } else { vec![of_entry(entry)] };
    }
    let dated = |(key, value): (&String, &Value)| {
        let mut measured = of_entry(value.as_object().ok_or("has a day without figures")?)?;
        measured.days = cell::day(key).map(DayRange::single);
        Ok(measured)
    };
    entry.iter().map(dated).collect()
}

/// The figures of one set, and the days it names.
///
/// # Errors
/// When one is no figure, or there is none; the text names it.
pub(super) fn of_entry(entry: &Map<String, Value>) -> Result<Measured, String> {
    // Google nests its figures beside the segments.
    let inner = entry.get("metrics").and_then(Value::as_object).unwrap_or(entry);
    let figures = figures(inner)?;
    Ok(Measured { days: days(entry)?, figures })
}

fn days(entry: &Map<String, Value>) -> Result<Option<DayRange>, String> {
    let segments = entry.get("segments").and_then(Value::as_object);
    let read = |names: &[&str]| -> Result<Option<Day>, String> {
        let text = names.iter().find_map(|name| entry.get(*name).or_else(|| segments?.get(*name))?.as_str());
        let Some(text) = text else { return Ok(None) };
        cell::day(text).map(Some).ok_or_else(|| format!("has '{}' as date, which is no day", cell::short(text)))
    };
    if let Some(day) = read(&["date", "day", "DATE"])? {
        return Ok(Some(DayRange::single(day)));
    }
    match (read(&["date_start", "dateStart", "start_date"])?, read(&["date_stop", "dateStop", "end_date"])?) {
        (Some(from), Some(to)) => DayRange::new(from, to).map(Some).map_err(|error| error.to_string()),
        (Some(only), None) | (None, Some(only)) => Ok(Some(DayRange::single(only))),
        (None, None) => Ok(None),
    }
}

fn figures(entry: &Map<String, Value>) -> Result<Figures, String> {
    let spend = either(entry, &["spend", "cost"], &["cost_micros", "costMicros", "SPEND", "SPEND_IN_MICRO_DOLLAR"], "spend")?;
    let impressions = count(entry, &["impressions", "IMPRESSION", "IMPRESSION_1"], "impressions")?;
    let clicks = count(entry, &["clicks", "PIN_CLICK", "CLICKTHROUGH", "CLICKTHROUGH_1"], "clicks")?;
    if spend.is_none() && impressions.is_none() && clicks.is_none() {
        return Err("has no spend, impressions or clicks".to_owned());
    }
    let conversions = amount(entry, &["conversions", "CHECKOUT"], "conversions")?;
    let value = ["revenue", "conversion_value", "conversions_value", "conversionsValue", "CHECKOUT_VALUE"];
    Ok(Figures {
        impressions: impressions.unwrap_or(0),
        clicks: clicks.unwrap_or(0),
        link_clicks: count(entry, &["inline_link_clicks", "link_clicks"], "link clicks")?,
        spend: spend.unwrap_or_default(),
        reach: count(entry, &["reach"], "reach")?,
        conversions: both(conversions, purchases(entry, "actions")?, |stated, _| stated),
        revenue: both(amount(entry, &value, "revenue")?, purchases(entry, "action_values")?, |stated, _| stated),
    })
}

/// What Meta lists of purchases, which is what such stores count.
fn purchases(entry: &Map<String, Value>, list: &str) -> Result<Option<Fine>, String> {
    let Some(actions) = entry.get(list).and_then(Value::as_array) else { return Ok(None) };
    let purchase = |action: &&Value| action.get("action_type").and_then(Value::as_str) == Some("purchase");
    match actions.iter().find(purchase).and_then(|action| action.get("value")) {
        Some(value) => scalar(value).map_or(Ok(None), |text| named(list, cell::amount(&text))),
        None => Ok(Some(Fine::default())),
    }
}

/// A number, or a number in text, as text; `None` for nothing.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn field(entry: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| scalar(entry.get(*name)?))
}

fn named<T>(what: &str, read: Result<Option<T>, String>) -> Result<Option<T>, String> {
    read.map_err(|reason| format!("its {what}: {reason}"))
}

fn count(entry: &Map<String, Value>, names: &[&str], what: &str) -> Result<Option<i64>, String> {
    field(entry, names).map_or(Ok(None), |text| named(what, cell::count(&text)))
}

fn amount(entry: &Map<String, Value>, names: &[&str], what: &str) -> Result<Option<Fine>, String> {
    field(entry, names).map_or(Ok(None), |text| named(what, cell::amount(&text)))
}

/// An amount in units, else in millionths.
fn either(entry: &Map<String, Value>, units: &[&str], micros: &[&str], what: &str) -> Result<Option<Fine>, String> {
    match amount(entry, units, what)? {
        None => field(entry, micros).map_or(Ok(None), |text| named(what, cell::micros(&text))),
        told => Ok(told),
    }
}

//! Pixels, what they received in hourly bins, and how well it matches people.

use super::{
    error::GraphError,
    fields::Field,
    node::{render, there, time},
};
use crate::{
    http::Request,
    world::{
        World,
        account::Account,
        chance::{Chance, tag},
        tag::{hours_of, last_fired, result},
    },
};
use serde_json::{Map, Value, json};

/// A pixel by field.
pub(crate) fn pixel(world: &World, a: &Account, fields: &[Field], now: i64) -> Result<Value, GraphError> {
    render("AdsPixel", a.pixel.id.to_string(), fields, |field| {
        Ok(match field.name.as_str() {
            "name" => there(a.pixel.name.as_str()),
            "last_fired_time" => there(time(a, last_fired(a, now))),
            "creation_time" => there(time(a, a.pixel.created)),
            "is_unavailable" => there(false),
            "enable_automatic_matching" => there(true),
            "first_party_cookie_status" => there("FIRST_PARTY_COOKIE_ENABLED"),
            "data_use_setting" => there("ADVERTISING_AND_ANALYTICS"),
            "owner_business" => there(json!({"id": format!("33000000{:07}", a.tenant), "name": world.tenants[a.tenant].name})),
            "automatic_matching_fields" | "can_proxy" | "code" | "creator" | "is_created_by_business" | "owner_ad_account" => {
                Some(None)
            }
            _ => None,
        })
    })
}

/// `/{pixel}/stats`: events per hour.
pub(crate) fn stats(a: &Account, request: &Request, now: i64) -> Result<Value, GraphError> {
    let aggregation = request.given("aggregation").unwrap_or("event");
    if !matches!(aggregation, "event" | "event_total_counts" | "pixel_fire" | "event_source") {
        return Err(GraphError::parameter(format_args!("aggregation {aggregation} is not available for this pixel")));
    }
    let instant = |name: &str, default: i64| match request.given(name) {
        None => Ok(default),
        Some(text) => text
            .parse::<i64>()
            .ok()
            .or_else(|| text.parse::<jiff::Timestamp>().ok().map(|t| t.as_second()))
            .ok_or_else(|| GraphError::parameter(format_args!("Param {name} must be a timestamp"))),
    };
    let until = instant("end_time", now)?.min(now);
    let from = instant("start_time", until - 86_400)?.max(until - 31 * 86_400);
    let only = request.given("event");
    let mut bins = Vec::new();
    for day in a.calendar.day_of(from)..=a.calendar.day_of(until) {
        for (hour, (start, events)) in hours_of(a, day, now).into_iter().enumerate() {
            if start < from || start >= until {
                continue;
            }
            let counts: Vec<Value> = match aggregation {
                "event" | "event_total_counts" => events
                    .iter()
                    .filter(|(name, count)| *count > 0 && only.is_none_or(|o| o == *name))
                    .map(|(name, count)| json!({"value": name, "count": count}))
                    .collect(),
                "event_source" => vec![json!({"value": "WEB_ONLY", "count": events.iter().map(|e| e.1).sum::<i64>()})],
                _ => vec![json!({"value": "pixel_fire", "count": events.iter().map(|e| e.1).sum::<i64>()})],
            };
            if !counts.is_empty() {
                bins.push(json!({"start_time": time(a, start), "aggregation": aggregation, "data": counts, "hour": hour}));
            }
        }
    }
    bins.iter_mut().filter_map(Value::as_object_mut).for_each(|bin| {
        bin.remove("hour");
    });
    Ok(json!({"data": bins}))
}

/// `/dataset_quality`: how much of what a pixel's events carry finds a person, from 0 to 10 by event. The steps near a sale carry more.
pub(crate) fn quality(a: &Account, request: &Request) -> Result<Value, GraphError> {
    let fields = request.given("fields").unwrap_or("web");
    if !fields.starts_with("web") {
        return Err(GraphError::no_field(fields, "DatasetQuality"));
    }
    let dice = Chance::new(a.pixel.id).on(tag("match quality"));
    let asked = |field: &str| fields.contains(field);
    let event = |(place, name): (i64, &str)| {
        let score = (dice.at(place).between(2.6, 6.4) + 0.7 * place as f64).min(9.3);
        let mut of = Map::from_iter([("event_name".to_owned(), json!(name))]);
        if asked("event_match_quality") {
            let mut quality = Map::from_iter([("composite_score".to_owned(), json!((score * 10.0).round() / 10.0))]);
            if asked("match_key_feedback") {
                let covered = (score * 9.5 * 10.0).round() / 10.0;
                let email = json!([{"identifier": "email", "coverage": {"percentage": covered}}]);
                quality.insert("match_key_feedback".to_owned(), email);
            }
            of.insert("event_match_quality".to_owned(), Value::Object(quality));
        }
        Value::Object(of)
    };
    let names = ["PageView", "ViewContent", "AddToCart", "InitiateCheckout", result(a)];
    Ok(json!({"web": (0..).zip(names).map(event).collect::<Vec<_>>()}))
}

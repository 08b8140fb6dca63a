//! Pixels and what they received, in hourly bins.

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
        calendar::stamp,
        chance::{Chance, tag},
        conversion::RESTATED_DAYS,
        delivery::{self, Delivery, Frame},
        incident::{self, Trouble},
        measure::{FUNNEL, LANDINGS, LEAD_WEB, PURCHASE_WEB, Tally, WINDOWS},
    },
};
use serde_json::{Value, json};

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

/// The last instant before `now` that the pixel was not silent.
fn last_fired(a: &Account, now: i64) -> i64 {
    let today = delivery::today(a, now);
    let silent = |day| a.incidents.iter().any(|i| i.kind == Trouble::SilentPixel && i.on(day));
    if !silent(today) {
        return now - 60;
    }
    let last = (0..60).map(|back| today - back).find(|d| !silent(*d)).unwrap_or(today);
    a.calendar.start(last + 1) - 60
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
        for (hour, (start, events)) in events_of(a, day, now).into_iter().enumerate() {
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

type Hour = (i64, [(&'static str, i64); 5]);

/// The events of each hour of a day that is over: those after ads, and the visits that come without any. A pixel counts what happens
/// when it happens, so an hour that is over never changes: it is taken from the day as it will be known in the end.
fn events_of(a: &Account, day: i32, now: i64) -> Vec<Hour> {
    let frame = Frame::new(a, day, a.calendar.start(day) + (RESTATED_DAYS + 1) * 86_400);
    let mut delivery = Delivery::default();
    let mut sum = Tally::ZERO;
    for campaign in &a.campaigns {
        delivery.fill(a, campaign, &frame, true);
        delivery.ads.iter().for_each(|d| sum.add_linear(&d.linear));
        delivery.conversions.iter().for_each(|c| sum.add_conversion(c));
    }
    let tracking = incident::effects(&a.incidents, day).tracking;
    let start = a.calendar.start(day);
    let length = a.calendar.start(day + 1) - start;
    // Two visits in three come by other ways than ads. What the tag misses or counts twice is missing or twice in results and in the steps
    // before them already; landings are the platform's own count.
    let scale = 3.0;
    let results: i64 = [PURCHASE_WEB, LEAD_WEB].iter().map(|kind| sum.counts[*kind][1] + sum.counts[*kind][3]).sum();
    let funnel = |event: usize| sum.linear[FUNNEL + event * WINDOWS + 1];
    let result = if a.industry.commerce { "Purchase" } else { "Lead" };
    let dice = Chance::new(a.pixel.id).on(tag("stats")).at(i64::from(day));
    let mut hours = Vec::new();
    for hour in 0..24_i64 {
        let at = start + length * hour / 24;
        let end = start + length * (hour + 1) / 24;
        if end > now {
            break;
        }
        let place = usize::try_from(hour).unwrap_or(0);
        let share = frame.hours[place + 1] - frame.hours[place];
        let dice = dice.at(hour);
        let draw = |n: f64, what: u64| dice.on(what).count(n * share);
        hours.push((
            stamp(at).as_second(),
            [
                ("PageView", draw(sum.linear[LANDINGS] as f64 * 2.4 * scale * tracking, 1)),
                ("ViewContent", draw(funnel(0) as f64 * scale, 2)),
                ("AddToCart", draw(funnel(1) as f64 * scale, 3)),
                ("InitiateCheckout", draw(funnel(2) as f64 * scale, 4)),
                (result, draw(results as f64 * 2.2, 5)),
            ],
        ));
    }
    hours
}

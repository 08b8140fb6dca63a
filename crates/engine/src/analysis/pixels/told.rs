//! What is said of an account's pixels, as it is kept.

use super::Seen;
use crate::analysis::Made;
use serde_json::{Value, json};
use trimtab_analysis::{
    pixels::{PixelHealth, PixelInput, PixelSettings, pixel_health},
    untold::Untold,
};
use trimtab_connect::{PixelsTold, pixels_told};
use trimtab_domain::{Source, finding::Finding};

/// Days that are shown one by one.
const SHOWN_DAYS: usize = 14;

/// What is said of an account's pixels.
pub(super) fn made(source: Source, seen: &[Seen]) -> Made {
    let mut findings: Vec<Finding> = Vec::new();
    let pixels: Vec<Value> = seen
        .iter()
        .map(|of| {
            let fired = of.pixel.last_fired.map(|at| of.until.duration_since(at).as_secs_f64() / 3600.0);
            let input = PixelInput {
                pixel: &of.entity,
                first: of.first,
                hourly: of.per_day == 24,
                events: &of.events,
                clicks: Some(&of.clicks),
                orders: of.orders.as_deref(),
                match_quality: &of.pixel.match_quality,
                fired_hours_ago: fired,
                unavailable: of.pixel.unavailable,
            };
            let health = pixel_health(&input, &PixelSettings::default());
            findings.extend(health.findings.iter().cloned());
            body(source, of, &health)
        })
        .collect();
    Made { body: json!({ "pixels": pixels, "about": about(source) }), findings }
}

/// What a platform does not tell of its pixels.
const fn about(source: Source) -> Option<&'static str> {
    Some(match pixels_told(source) {
        PixelsTold::Hours => return None,
        PixelsTold::Days => {
            "It tells events by the day only: whole days are judged, and neither when a pixel fired last nor how well its events match people is told."
        }
        PixelsTold::LastFired => "It tells no events of a tag, only when it fired last and a word for how good its data is.",
        PixelsTold::Nothing => "It tells nothing of its tags: what it counts is judged with the account's conversions.",
    })
}

/// What cannot be told of a pixel. What its platform never tells is said once, of the platform.
fn untold(source: Source, of: &Seen, health: &PixelHealth) -> Vec<String> {
    let tells = pixels_told(source);
    let said = |about: &str| match about {
        "match_quality" => tells == PixelsTold::Hours,
        _ => !of.events.is_empty(),
    };
    let text = |untold: &Untold| match untold.about.as_str() {
        "match_quality" => "match_quality: it takes access to the pixel's dataset, which this credential has not".to_owned(),
        _ => untold.to_string(),
    };
    health.untold.iter().filter(|untold| said(&untold.about)).map(text).collect()
}

fn body(source: Source, of: &Seen, health: &PixelHealth) -> Value {
    let by_day = of.per_day == 1;
    let today = |event: &str, counted: Option<f64>| if by_day { of.so_far.get(event).copied() } else { counted };
    let quality = |event: &str| of.pixel.match_quality.iter().find(|(name, _)| name == event).map(|(_, score)| *score);
    let hour = |place: usize| {
        let at = of.day(place / of.per_day).at(i8::try_from(place % of.per_day).unwrap_or(0), 0, 0, 0);
        of.zone.tz().to_ambiguous_timestamp(at).compatible().ok().map(|at| at.to_string())
    };
    json!({
        "id": of.pixel.id,
        "name": of.entity.name,
        "verdict": health.verdict.as_str(),
        "confidence": health.confidence,
        "unavailable": of.pixel.unavailable,
        "last_fired_at": of.pixel.last_fired.map(|at| at.to_string()),
        "counted_from": of.first.to_string(),
        "counted_until": of.until.to_string(),
        "hours_since_event": health.hours_since_event,
        "noticed_after_hours": health.noticed_after_hours,
        "totals": health.totals.iter().map(|totals| json!({
            "event": totals.event, "today": today(&totals.event, totals.today), "match_quality": quality(&totals.event), "days_7": totals.days_7, "days_30": totals.days_30,
        })).collect::<Vec<_>>(),
        "rates": health.rates.iter().map(|step| json!({
            "from": step.from, "into": step.into, "rate": step.rate,
            "low": step.interval.map(|interval| interval.0), "high": step.interval.map(|interval| interval.1),
        })).collect::<Vec<_>>(),
        "silences": health.silences.iter().map(|silence| json!({
            "from": hour(silence.from), "to": hour(silence.to + 1), "hours": silence.hours, "expected": silence.expected,
            "rarity": silence.rarity, "ongoing": silence.ongoing, "alarm": silence.alarm,
        })).collect::<Vec<_>>(),
        "shifts": health.shifts.iter().map(|shift| json!({
            "event": shift.event, "over": shift.over, "under": shift.under, "from": of.day(shift.from_day).to_string(), "to": of.day(shift.to_day).to_string(),
            "factor": shift.factor, "count": shift.count, "expected": shift.expected, "rarity": shift.rarity, "also": shift.also,
            "whole": shift.whole,
        })).collect::<Vec<_>>(),
        "match_quality": health.match_quality,
        "event_quality": of.pixel.quality,
        "by": match pixels_told(source) {
            PixelsTold::Hours => "hour",
            PixelsTold::Days => "day",
            PixelsTold::LastFired | PixelsTold::Nothing => "none",
        },
        "hourly": hourly(of),
        "findings": health.findings.iter().map(|finding| finding.id.as_str()).collect::<Vec<_>>(),
        "untold": untold(source, of, health),
    })
}

/// The last days, all events together, by the hour; where days are told alone, one count to a day.
fn hourly(of: &Seen) -> Vec<Value> {
    let length = of.events.first().map_or(0, |event| event.counts.len());
    let days = length.div_ceil(of.per_day);
    let count = |place: usize| {
        let known = of.events.iter().filter_map(|event| event.counts.get(place).copied().flatten());
        known.reduce(|a, b| a + b)
    };
    (days.saturating_sub(SHOWN_DAYS)..days)
        .map(|day| {
            let counts: Vec<Option<f64>> = (day * of.per_day..(day + 1) * of.per_day).map(count).collect();
            json!({ "day": of.day(day).to_string(), "counts": counts })
        })
        .collect()
}

//! A pattern, or why there is none, as it is kept.

use serde_json::{Value, json};
use trimtab_analysis::patterns::{
    Because, Pattern, PatternKind, Picture,
    audience::AudienceDecay,
    budget::{Goal, SweetSpot},
    hours::{Cell, HourMap},
    lag::LagCurve,
    season::{Part, SeasonProfile},
    wear::WearCurve,
};
use trimtab_domain::finding::EntityRef;

pub(super) fn card(kind: PatternKind, of: &EntityRef, found: &Result<Pattern, Because>) -> Value {
    json!({
        "kind": kind.as_str(),
        "level": of.level.as_str(),
        "id": of.id,
        "name": of.name,
        "pattern": found.as_ref().ok().map(pattern),
        "because": found.as_ref().err().map(ToString::to_string),
        "enough": found.as_ref().err().is_none_or(Because::is_known),
    })
}

fn pattern(pattern: &Pattern) -> Value {
    let told = pattern.finding();
    json!({
        "learned_from": pattern.learned_from.0.to_string(),
        "learned_to": pattern.learned_from.1.to_string(),
        "valid_until": pattern.valid_until.to_string(),
        "currency": pattern.currency,
        "confidence": {
            "value": pattern.confidence.value,
            "sample": pattern.confidence.sample,
            "spread": pattern.confidence.spread,
            "span": pattern.confidence.span,
        },
        "headline": told.headline,
        "detail": pattern.basis(),
        "doubt": told.doubt,
        "actions": told.actions,
        "picture": match &pattern.picture {
            Picture::Hours(map) => hours(map),
            Picture::Wear(curve) => wear(curve),
            Picture::Budget(spot) => budget(spot),
            Picture::Audience(decay) => audience(decay),
            Picture::Lag(curve) => lag(curve),
            Picture::Season(profile) => season(profile),
        },
    })
}

fn hours(map: &HourMap) -> Value {
    let cells = |cells: &[Cell]| {
        let cell = |cell: &Cell| {
            json!({
                "weekday": cell.weekday,
                "hour": cell.hour,
                "value": cell.value,
                "low": cell.interval.0,
                "high": cell.interval.1,
                "index": cell.index,
                "weight": cell.weight,
                "differs": cell.differs,
            })
        };
        cells.iter().map(cell).collect::<Vec<_>>()
    };
    json!({
        "type": "hours",
        "rate": map.rate.metric(),
        "overall": map.overall,
        "cells": cells(&map.cells),
        "hours": cells(&map.hours),
        "weekdays": cells(&map.weekdays),
        "weekend": map.weekend,
    })
}

fn wear(curve: &WearCurve) -> Value {
    json!({
        "type": "wear",
        "curve": curve.curve.iter().map(|step| json!({
            "days": step.days, "share": step.share, "low": step.interval.0, "high": step.interval.1, "followed": step.followed,
        })).collect::<Vec<_>>(),
        "typical_days": curve.typical_days,
        "first_quarter_days": curve.first_quarter_days,
        "low_days": curve.interval.0,
        "high_days": curve.interval.1,
        "ads": curve.ads,
        "tired": curve.tired,
        "seen_days": curve.seen_days,
    })
}

fn budget(spot: &SweetSpot) -> Value {
    let goal = match spot.goal {
        Goal::Conversions => "conversions",
        Goal::Revenue => "revenue",
    };
    json!({
        "type": "budget",
        "goal": goal,
        "weeks": spot.weeks.iter().map(|(spend, result)| json!({ "spend": spend, "result": result })).collect::<Vec<_>>(),
        "curve": spot.curve.iter().map(|point| json!({
            "spend": point.spend, "result": point.result, "marginal": point.marginal,
        })).collect::<Vec<_>>(),
        "diminishing_at": spot.diminishing_at,
        "low": spot.interval.0,
        "high": spot.interval.1,
        "best": spot.best,
        "seen_low": spot.seen.0,
        "seen_high": spot.seen.1,
    })
}

fn audience(decay: &AudienceDecay) -> Value {
    json!({
        "type": "audience",
        "of": decay.of,
        "decays": decay.decays.iter().map(|of| json!({
            "id": of.entity.id,
            "name": of.entity.name,
            "per_week": of.per_week,
            "low": of.interval.0,
            "high": of.interval.1,
            "half_weeks": of.half_weeks,
            "frequency_before": of.frequency.map(|frequency| frequency.0),
            "frequency_after": of.frequency.map(|frequency| frequency.1),
            "new_ads": of.new_ads,
            "chance": of.chance,
        })).collect::<Vec<_>>(),
    })
}

fn lag(curve: &LagCurve) -> Value {
    json!({
        "type": "lag",
        "half_days": curve.half_days,
        "most_days": curve.most_days,
        "learnt_from": curve.learnt_from,
        "shares": curve.shares.iter().map(|share| json!({
            "age": share.age, "share": share.share, "low": share.interval.0, "high": share.interval.1,
        })).collect::<Vec<_>>(),
    })
}

fn season(profile: &SeasonProfile) -> Value {
    let parts = |parts: &Result<Vec<Part>, Because>| {
        let part = |part: &Part| {
            json!({
                "place": part.place, "index": part.index, "low": part.interval.0, "high": part.interval.1, "seen": part.seen,
            })
        };
        parts.as_ref().ok().map(|parts| parts.iter().map(part).collect::<Vec<_>>())
    };
    let because = |parts: &Result<Vec<Part>, Because>| parts.as_ref().err().map(ToString::to_string);
    json!({
        "type": "season",
        "metric": profile.metric,
        "weekdays": parts(&profile.weekdays),
        "weekdays_because": because(&profile.weekdays),
        "months": parts(&profile.months),
        "months_because": because(&profile.months),
    })
}

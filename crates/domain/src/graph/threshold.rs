//! From what a file says of a threshold to a checked one: fields that belong to its type, metrics that can be asked for, names put in place.

use super::{
    condition::{Bound, Condition, Move, Rule, Test},
    fault::{Unknown, Wrong},
    read::RawCondition,
};
use crate::{
    metric::{Registry, closest},
    query::Comparison,
};
use std::collections::HashMap;

/// How deep thresholds may stand in one another.
const MOST_DEEP: usize = 8;
/// Days a trend may be looked for over.
const TREND_DAYS: std::ops::RangeInclusive<u16> = 3..=92;
/// Thresholds one may join.
const MOST_PARTS: usize = 16;
/// Thresholds one may come to, those it names unfolded.
const MOST_TESTS: usize = 64;

/// Where a walk through thresholds is: which named ones it came through, and how many more it may meet.
struct Walk<'a> {
    through: Vec<&'a str>,
    left: usize,
}

/// Reads thresholds that may name others.
pub(super) struct Reader<'a> {
    /// The named ones.
    pub(super) named: &'a HashMap<&'a str, &'a RawCondition>,
}

impl<'a> Reader<'a> {
    pub(super) fn condition(&self, raw: &'a RawCondition) -> Result<Condition, Wrong> {
        self.walk(raw, &mut Walk { through: Vec::new(), left: MOST_TESTS }, 0)
    }

    /// One that is named, its own name counted among those it may not lead back to.
    pub(super) fn threshold(&self, id: &'a str, raw: &'a RawCondition) -> Result<Condition, Wrong> {
        self.walk(raw, &mut Walk { through: vec![id], left: MOST_TESTS }, 0)
    }

    fn walk(&self, raw: &'a RawCondition, walk: &mut Walk<'a>, depth: usize) -> Result<Condition, Wrong> {
        walk.left = walk
            .left
            .checked_sub(1)
            .ok_or_else(|| Wrong::Threshold(format!("it comes to more than {MOST_TESTS} thresholds, those it names unfolded")))?;
        if depth > MOST_DEEP {
            return Err(Wrong::Threshold(format!("thresholds stand in one another more than {MOST_DEEP} deep")));
        }
        if let Some(name) = raw.named.as_deref() {
            return self.named(raw, name, walk, depth);
        }
        match raw.kind.as_deref() {
            Some("compound") => self.compound(raw, walk, depth),
            Some("absolute") => test(raw, absolute(raw)?),
            Some("relative") => test(raw, Rule::Relative(relative(raw)?)),
            Some("trend") => test(raw, trend(raw)?),
            Some(other) => Err(Wrong::ThresholdType(other.to_owned())),
            None => Err(Wrong::Threshold("a threshold needs a type, or names another by use".to_owned())),
        }
    }

    fn named(&self, raw: &RawCondition, name: &str, walk: &mut Walk<'a>, depth: usize) -> Result<Condition, Wrong> {
        if raw.kind.is_some() || raw.metric.is_some() {
            return Err(Wrong::Threshold(format!("it either names '{name}' by use or says a threshold itself")));
        }
        let Some((id, other)) = self.named.get_key_value(name) else {
            let hint = closest(name, self.named.keys().copied()).map(ToOwned::to_owned);
            return Err(Wrong::UnknownNode { kind: "threshold", unknown: Unknown { given: name.to_owned(), hint } });
        };
        if let Some(start) = walk.through.iter().position(|known| known == id) {
            let mut circle = walk.through[start..].to_vec();
            circle.push(id);
            return Err(Wrong::Circle(circle.join(" → ")));
        }
        walk.through.push(id);
        let condition = self.walk(other, walk, depth + 1)?;
        walk.through.pop();
        Ok(if raw.guard { guarded(condition) } else { condition })
    }

    fn compound(&self, raw: &'a RawCondition, walk: &mut Walk<'a>, depth: usize) -> Result<Condition, Wrong> {
        nothing_but(raw, "compound", &["operator", "conditions"])?;
        let parts = raw.conditions.as_deref().unwrap_or_default();
        if parts.is_empty() || parts.len() > MOST_PARTS {
            return Err(Wrong::Threshold(format!("a compound threshold joins 1 to {MOST_PARTS} conditions")));
        }
        let parts = parts.iter().map(|part| self.walk(part, walk, depth + 1)).collect::<Result<Vec<_>, _>>()?;
        let joined = match raw.operator.as_deref() {
            Some("and") => Condition::All(parts),
            Some("or") => Condition::Any(parts),
            other => {
                let given = other.map_or("nothing".to_owned(), |other| format!("'{other}'"));
                return Err(Wrong::Threshold(format!("a compound threshold's operator is and or or, not {given}")));
            }
        };
        Ok(if raw.guard { guarded(joined) } else { joined })
    }
}

fn guarded(condition: Condition) -> Condition {
    match condition {
        Condition::Of(test) => Condition::Of(Test { guard: true, ..test }),
        Condition::All(parts) => Condition::All(parts.into_iter().map(guarded).collect()),
        Condition::Any(parts) => Condition::Any(parts.into_iter().map(guarded).collect()),
    }
}

fn test(raw: &RawCondition, rule: Rule) -> Result<Condition, Wrong> {
    let metric = raw.metric.as_deref().ok_or_else(|| Wrong::Threshold("a threshold needs a metric".to_owned()))?;
    measured(metric)?;
    Ok(Condition::Of(Test { metric: metric.into(), rule, guard: raw.guard }))
}

/// Whether a metric can be asked for and added up over days.
pub(super) fn measured(metric: &str) -> Result<(), Wrong> {
    let registry = Registry::builtin();
    let known = registry.get(metric).map_err(|_| {
        let hint = closest(metric, registry.iter().map(|m| m.id.as_str())).map(ToOwned::to_owned);
        Wrong::UnknownMetric(Unknown { given: metric.to_owned(), hint })
    })?;
    if !known.additive || registry.bases(known).iter().any(|base| !base.additive) {
        return Err(Wrong::Other(format!("{metric} cannot be added up over days, so no insight can rest on it")));
    }
    Ok(())
}

fn absolute(raw: &RawCondition) -> Result<Rule, Wrong> {
    nothing_but(raw, "absolute", &["metric", "is", "value", "of_target"])?;
    let bound = match (raw.value, raw.of_target) {
        (Some(value), None) if value.is_finite() => Bound::Value(value),
        (None, Some(times)) if times.is_finite() && times > 0.0 => Bound::OfTarget(times),
        _ => return Err(Wrong::Threshold("an absolute threshold has either a value or of_target, a positive number".to_owned())),
    };
    let signs = [Comparison::Greater, Comparison::AtLeast, Comparison::Less, Comparison::AtMost];
    let is = raw.is.as_deref().and_then(|given| signs.into_iter().find(|sign| sign.as_str() == given));
    let is = is.ok_or_else(|| Wrong::Threshold("an absolute threshold's is must be >, >=, < or <=".to_owned()))?;
    Ok(Rule::Absolute(is, bound))
}

fn relative(raw: &RawCondition) -> Result<Move, Wrong> {
    nothing_but(raw, "relative", &["metric", "is", "change", "within"])?;
    let finite = |x: f64| x.is_finite() && x.abs() <= 1e6;
    match (raw.change, raw.within, raw.is.as_deref()) {
        (None, Some(width), None) if finite(width) && width > 0.0 => Ok(Move::Within(width)),
        (Some(change), None, Some(">=")) if finite(change) => Ok(Move::AtLeast(change)),
        (Some(change), None, Some("<=")) if finite(change) => Ok(Move::AtMost(change)),
        (Some(change), None, None) if finite(change) && change > 0.0 => Ok(Move::AtLeast(change)),
        (Some(change), None, None) if finite(change) && change < 0.0 => Ok(Move::AtMost(change)),
        _ => Err(Wrong::Threshold(
            "a relative threshold has either a change in percent (not 0, or with is: >= or <=) or within, a positive width"
                .to_owned(),
        )),
    }
}

fn trend(raw: &RawCondition) -> Result<Rule, Wrong> {
    nothing_but(raw, "trend", &["metric", "direction", "days", "by"])?;
    let (Some(direction), Some(days)) = (raw.direction, raw.days) else {
        return Err(Wrong::Threshold("a trend needs a direction (rising or falling) and days".to_owned()));
    };
    if !TREND_DAYS.contains(&days) {
        let (least, most) = (TREND_DAYS.start(), TREND_DAYS.end());
        return Err(Wrong::Threshold(format!("a trend is looked for over {least} to {most} days, not {days}")));
    }
    let percent = raw.by.unwrap_or(0.0);
    if !(0.0..=1e6).contains(&percent) {
        return Err(Wrong::Threshold("a trend's by is a size in percent, 0 or more".to_owned()));
    }
    Ok(Rule::Trend { direction, days, percent })
}

/// That a threshold says nothing its type does not know.
fn nothing_but(raw: &RawCondition, kind: &str, allowed: &[&str]) -> Result<(), Wrong> {
    let said = [
        ("metric", raw.metric.is_some()),
        ("is", raw.is.is_some()),
        ("value", raw.value.is_some()),
        ("of_target", raw.of_target.is_some()),
        ("change", raw.change.is_some()),
        ("within", raw.within.is_some()),
        ("direction", raw.direction.is_some()),
        ("days", raw.days.is_some()),
        ("by", raw.by.is_some()),
        ("operator", raw.operator.is_some()),
        ("conditions", raw.conditions.is_some()),
    ];
    match said.into_iter().find(|(field, said)| *said && !allowed.contains(field)) {
        Some((field, _)) => Err(Wrong::Threshold(format!("{field} means nothing in a threshold of type {kind}"))),
        None => Ok(()),
    }
}

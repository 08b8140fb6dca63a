//! Pixels of an account: what each received, whether it is silent, and whether its events still fit each other.

use super::{
    Analysed, Made, Subject,
    figure::number,
    tracks::{entity, of_account},
};
use crate::{
    Engine, Error, limits,
    series::{self, Pixel},
};
use compact_str::CompactString;
use jiff::ToSpan;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use trimtab_analysis::pixels::{EventCounts, LADDER, PixelHealth, PixelInput, PixelSettings, RESULTS, pixel_health};
use trimtab_domain::{
    Day, DayRange, SourceKind, TenantCtx, Timestamp, Zone,
    account::Account,
    day::parse_day,
    finding::{EntityRef, Finding, Level},
    query::{Dimension, MOST_ROWS, MetricQuery, QueryParts},
};
use trimtab_store::{AccountKey, AccountState, AnalysisKind, DaySeries};

/// Days that are told hour by hour.
const SHOWN_DAYS: usize = 14;

/// A pixel and all that is held against it.
#[derive(Debug)]
struct Seen {
    pixel: Pixel,
    entity: EntityRef,
    zone: Zone,
    first: Day,
    /// The end of the last hour that is counted.
    until: Timestamp,
    /// Hour by hour, 24 to a day.
    events: Vec<EventCounts>,
    clicks: Vec<Option<f64>>,
    orders: Option<Vec<Option<f64>>>,
}

impl Seen {
    /// The day at a place, counted from the first.
    fn day(&self, place: usize) -> Day {
        self.first.saturating_add(i64::try_from(place).unwrap_or(0).days())
    }
}

impl Engine {
    /// Judges the pixels of an account by what was kept of them. Trouble is told in the log and keeps nothing else from being analysed.
    pub(super) async fn analyse_pixels(&self, ctx: &TenantCtx, state: &AccountState, subject: &Subject) -> Analysed {
        self.judge_pixels(ctx, state, subject).await.unwrap_or_else(|error| {
            tracing::warn!(tenant = %ctx.tenant(), %subject, error = &error as &dyn std::error::Error, "the account's pixels could not be judged");
            Analysed { failed: 1, ..Analysed::default() }
        })
    }

    async fn judge_pixels(&self, ctx: &TenantCtx, state: &AccountState, subject: &Subject) -> Result<Analysed, Error> {
        let (store, account) = (self.store().tenant(ctx), &state.account);
        let key = AccountKey::from(account);
        let mut kept = Vec::new();
        for pixel in self.pixels_of(ctx, account).await? {
            let days = store.series(&key, &series::of_pixel(&pixel.id)).await?;
            if !days.is_empty() {
                kept.push((pixel, days));
            }
        }
        let all = kept.iter().flat_map(|(_, days)| days);
        let (Some(first), Some(last)) = (all.clone().map(|of| of.day).min(), all.map(|of| of.day).max()) else {
            return Ok(Analysed::default());
        };
        let whole = DayRange::new(first, last).map_err(|error| Error::Invalid(error.to_string()))?;
        let clicks = self.counts(ctx, state, "clicks", whole).await?;
        let orders = self.orders(ctx, whole).await?;
        let mut hash = blake3::Hasher::new();
        for counts in [Some(&clicks), orders.as_ref()].into_iter().flatten() {
            hash.update(format!("{:?}", counts.0).as_bytes());
        }
        let seen: Vec<Seen> =
            kept.into_iter().filter_map(|(pixel, days)| seen(account, pixel, &days, &clicks, orders.as_ref())).collect();
        for of in &seen {
            hash.update(format!("{:?} {} {} {:?}", of.pixel, of.first, of.until, of.events).as_bytes());
        }
        let hash = hash.finalize().to_hex();
        Ok(self.renew(ctx, AnalysisKind::Pixel, subject, &[&hash[..32]], move || made(&seen)).await)
    }

    /// A count of an account by day; a day that was read and has none is zero.
    pub(crate) async fn counts(
        &self,
        ctx: &TenantCtx,
        state: &AccountState,
        metric: &str,
        days: DayRange,
    ) -> Result<Counts, Error> {
        let read = self.store().tenant(ctx).fetched(&AccountKey::from(&state.account)).await?;
        let known: BTreeSet<Day> =
            read.iter().filter_map(|range| range.days.intersect(&days)).flat_map(|run| run.days().collect::<Vec<_>>()).collect();
        let parts = QueryParts {
            metrics: vec![metric.to_owned()],
            dimensions: vec![Dimension::Date],
            filters: of_account(&state.account),
            limit: Some(MOST_ROWS),
            ..QueryParts::default()
        };
        let query = MetricQuery::new(days, parts).map_err(|error| Error::Invalid(error.to_string()))?;
        let mut counts: BTreeMap<Day, f64> = known.into_iter().map(|day| (day, 0.0)).collect();
        for row in &self.query(ctx, &query).await?.rows {
            let day = row.keys.first().and_then(|key| parse_day(&key.id).ok());
            if let (Some(day), Some(count)) = (day, row.cells.first().copied().and_then(number)) {
                counts.insert(day, count);
            }
        }
        Ok(Counts(counts))
    }

    /// Orders of the tenant's shop by whole days. Where it has several, nobody knows which of them a pixel belongs to.
    async fn orders(&self, ctx: &TenantCtx, days: DayRange) -> Result<Option<Counts>, Error> {
        let accounts = self.store().tenant(ctx).accounts().await?;
        let mut shops = accounts.iter().filter(|state| state.account.source.kind() == SourceKind::Shop && state.facts.is_some());
        let (Some(shop), None) = (shops.next(), shops.next()) else { return Ok(None) };
        let Some((whole, _)) = self.whole_days_of(ctx, shop).await? else { return Ok(None) };
        let Some(days) = days.intersect(&whole) else { return Ok(None) };
        self.counts(ctx, shop, "orders", days).await.map(Some)
    }
}

/// Counts by day; days that are missing are not known.
#[derive(Debug)]
pub(crate) struct Counts(BTreeMap<Day, f64>);

impl Counts {
    pub(crate) fn at(&self, day: Day) -> Option<f64> {
        self.0.get(&day).copied()
    }

    fn of(&self, days: DayRange) -> Vec<Option<f64>> {
        days.days().map(|day| self.at(day)).collect()
    }
}

/// Lays a pixel's days out hour by hour: from its first day, or the day it was made, to the last hour that is all in.
fn seen(account: &Account, pixel: Pixel, days: &[DaySeries], clicks: &Counts, orders: Option<&Counts>) -> Option<Seen> {
    let (oldest, newest) = (days.first()?, days.last()?);
    let zone = &account.zone;
    let first = oldest.day.max(pixel.created.unwrap_or(oldest.day));
    let range = DayRange::new(first, newest.day).ok()?;
    let (length, until) = whole_hours(range, newest.read_at - limits::PIXEL_FILLING, zone)?;
    let kept: BTreeMap<Day, &DaySeries> = days.iter().map(|of| (of.day, of)).collect();
    let mut names: Vec<&str> =
        days.iter().flat_map(|of| of.lines.keys()).map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect();
    let rank = |name: &str| LADDER.iter().chain(&RESULTS).position(|known| *known == name).unwrap_or(usize::MAX);
    names.sort_by_key(|name| rank(name));
    let counts = |name: &str| {
        let day = |day: Day| -> Vec<Option<f64>> {
            let Some(of) = kept.get(&day) else { return vec![None; 24] };
            let line = of.lines.get(name);
            (0..24).map(|hour| Some(line.and_then(|line| line.get(hour)).copied().unwrap_or(0.0))).collect()
        };
        range.days().flat_map(day).take(length).collect::<Vec<_>>()
    };
    let mut events: Vec<EventCounts> =
        names.iter().map(|name| EventCounts { event: CompactString::from(*name), counts: counts(name) }).collect();
    if events.is_empty() {
        // A pixel without any event is one that counted none.
        events.push(EventCounts { event: LADDER[0].into(), counts: counts(LADDER[0]) });
    }
    Some(Seen {
        entity: entity(account, Level::Pixel, &pixel.id, &pixel.name),
        pixel,
        zone: zone.clone(),
        first,
        until,
        events,
        clicks: clicks.of(range),
        orders: orders.map(|orders| orders.of(range)),
    })
}

/// How many hours of these days, by the clock on the wall, are over at an instant, and when the last of them ended.
fn whole_hours(days: DayRange, sure: Timestamp, zone: &Zone) -> Option<(usize, Timestamp)> {
    let end = days.to().tomorrow().ok()?.at(0, 0, 0, 0);
    let wall = zone.tz().to_datetime(sure);
    let until = end.min(wall.date().at(wall.hour(), 0, 0, 0));
    let whole = days.from().until(until.date()).ok()?.get_days();
    let hours = usize::try_from(whole).ok()? * 24 + usize::from(until.hour().unsigned_abs());
    Some((hours, zone.tz().to_ambiguous_timestamp(until).compatible().ok()?))
}

fn made(seen: &[Seen]) -> Made {
    let mut findings: Vec<Finding> = Vec::new();
    let pixels: Vec<Value> = seen
        .iter()
        .map(|of| {
            let fired = of.pixel.last_fired.map(|at| of.until.duration_since(at).as_secs_f64() / 3600.0);
            let input = PixelInput {
                pixel: &of.entity,
                first: of.first,
                hourly: true,
                events: &of.events,
                clicks: Some(&of.clicks),
                orders: of.orders.as_deref(),
                match_quality: &[],
                fired_hours_ago: fired,
                unavailable: of.pixel.unavailable,
            };
            let health = pixel_health(&input, &PixelSettings::default());
            findings.extend(health.findings.iter().cloned());
            body(of, &health)
        })
        .collect();
    Made { body: json!({ "pixels": pixels }), findings }
}

fn body(of: &Seen, health: &PixelHealth) -> Value {
    let hour = |place: usize| {
        let at = of.day(place / 24).at(i8::try_from(place % 24).unwrap_or(0), 0, 0, 0);
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
            "event": totals.event, "today": totals.today, "days_7": totals.days_7, "days_30": totals.days_30,
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
        "hourly": hourly(of),
        "findings": health.findings.iter().map(|finding| finding.id.as_str()).collect::<Vec<_>>(),
        "untold": health.untold.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

/// The last days, all events together, by the hour.
fn hourly(of: &Seen) -> Vec<Value> {
    let length = of.events.first().map_or(0, |event| event.counts.len());
    let days = length.div_ceil(24);
    let count = |place: usize| {
        let known = of.events.iter().filter_map(|event| event.counts.get(place).copied().flatten());
        known.reduce(|a, b| a + b)
    };
    (days.saturating_sub(SHOWN_DAYS)..days)
        .map(|day| {
            let counts: Vec<Option<f64>> = (day * 24..day * 24 + 24).map(count).collect();
            json!({ "day": of.day(day).to_string(), "counts": counts })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(days: &str, sure: &str) -> Option<(usize, String)> {
        let zone = "Europe/Berlin".parse().unwrap();
        whole_hours(days.parse().unwrap(), sure.parse().unwrap(), &zone).map(|(hours, until)| (hours, until.to_string()))
    }

    #[test]
    fn hours_are_counted_up_to_the_last_whole_one_on_the_wall() {
        let at = |hours, until: &str| Some((hours, until.to_owned()));
        assert_eq!(hours("2026-11-19..2026-11-20", "2026-11-20T11:40:00Z"), at(36, "2026-11-20T11:00:00Z"));
        assert_eq!(hours("2026-11-19..2026-11-20", "2026-11-25T00:00:00Z"), at(48, "2026-11-20T23:00:00Z"));
        // Half past midnight, less the hour that may still be filling: the last hour of yesterday is not told either.
        assert_eq!(hours("2026-11-19..2026-11-20", "2026-11-19T22:30:00Z"), at(23, "2026-11-19T22:00:00Z"));
        assert_eq!(hours("2026-11-19..2026-11-20", "2026-11-18T12:00:00Z"), None, "before the first day");
        // A day of 25 hours has 24 on the wall.
        assert_eq!(hours("2026-10-25..2026-10-26", "2026-10-26T11:00:00Z"), at(36, "2026-10-26T11:00:00Z"));
    }
}

//! Pixels of an account: what each received, whether it is silent, and whether its events still fit each other.

use super::{
    Analysed, Subject,
    figure::number,
    tracks::{entity, of_account},
};
use crate::{
    Engine, Error, limits,
    series::{self, Pixel},
};
use compact_str::CompactString;
use jiff::ToSpan;
use std::collections::{BTreeMap, BTreeSet};
use trimtab_analysis::pixels::{EventCounts, LADDER, RESULTS};
use trimtab_connect::{PixelsTold, pixels_told};
use trimtab_domain::{
    Day, DayRange, SourceKind, TenantCtx, Timestamp, Zone,
    account::Account,
    day::parse_day,
    finding::{EntityRef, Level},
    query::{Dimension, MOST_ROWS, MetricQuery, QueryParts},
};
use trimtab_store::{AccountKey, AccountState, AnalysisKind, DaySeries};

mod told;

/// Days of clicks that are held against a pixel of which no events are told.
const CLICK_DAYS: u16 = 14;

/// A pixel and all that is held against it.
#[derive(Debug)]
struct Seen {
    pixel: Pixel,
    entity: EntityRef,
    zone: Zone,
    first: Day,
    /// The end of the last hour, or day, that is counted.
    until: Timestamp,
    /// Counts to a day: 24, or one.
    per_day: usize,
    events: Vec<EventCounts>,
    /// Where days are told alone: what came of today so far, by event. It is no whole day to be judged.
    so_far: BTreeMap<CompactString, f64>,
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
        let (key, tells) = (AccountKey::from(account), pixels_told(account.source));
        let read_at = state.facts.map(|facts| facts.data_as_of);
        let mut kept = Vec::new();
        if tells != PixelsTold::Nothing {
            for pixel in self.pixels_of(ctx, account).await? {
                let days = store.series(&key, &series::of_pixel(&pixel.id)).await?;
                kept.push((pixel, days));
            }
        }
        let counted = || kept.iter().flat_map(|(_, days)| days).map(|of| of.day);
        let whole = match (counted().min(), counted().max(), read_at) {
            (Some(first), Some(last), _) => DayRange::new(first, last).map_err(|error| Error::Invalid(error.to_string()))?,
            (_, _, Some(read_at)) => DayRange::ending(account.zone.day_at(read_at), CLICK_DAYS),
            _ => return Ok(Analysed::default()),
        };
        let clicks = self.counts(ctx, state, "clicks", whole).await?;
        let orders = self.orders(ctx, whole).await?;
        let mut hash = blake3::Hasher::new();
        for counts in [Some(&clicks), orders.as_ref()].into_iter().flatten() {
            hash.update(format!("{:?}", counts.0).as_bytes());
        }
        let seen = kept.into_iter().filter_map(|(pixel, days)| match (tells, read_at) {
            (PixelsTold::LastFired, Some(read_at)) => Some(uncounted(account, pixel, read_at, &clicks)),
            _ => seen(account, pixel, &days, &clicks, orders.as_ref()),
        });
        let seen: Vec<Seen> = seen.collect();
        for of in &seen {
            hash.update(format!("{:?} {} {} {:?} {:?}", of.pixel, of.first, of.until, of.events, of.so_far).as_bytes());
        }
        let (hash, source) = (hash.finalize().to_hex(), account.source);
        Ok(self
            .renew(ctx, AnalysisKind::Pixel, subject, &[&hash[..32]], async { Ok(seen) }, move |seen| told::made(source, &seen))
            .await)
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

/// A pixel of which its platform tells no events.
fn uncounted(account: &Account, pixel: Pixel, read_at: Timestamp, clicks: &Counts) -> Seen {
    let days = DayRange::ending(account.zone.day_at(read_at), CLICK_DAYS);
    Seen {
        entity: entity(account, Level::Pixel, &pixel.id, &pixel.name),
        pixel,
        zone: account.zone.clone(),
        first: days.from(),
        until: read_at,
        per_day: 1,
        events: vec![],
        so_far: BTreeMap::new(),
        clicks: clicks.of(days),
        orders: None,
    }
}

/// Lays a pixel's days out, by the hour where hours are told: from its first day, or the day it was made, to the last hour or whole day that is
/// all in.
fn seen(account: &Account, pixel: Pixel, days: &[DaySeries], clicks: &Counts, orders: Option<&Counts>) -> Option<Seen> {
    let (oldest, newest) = (days.first()?, days.last()?);
    let zone = &account.zone;
    let per_day = if pixels_told(account.source) == PixelsTold::Days { 1 } else { 24 };
    let first = oldest.day.max(pixel.created.map_or(oldest.day, |created| whole_from(created, per_day)));
    let range = DayRange::new(first, newest.day).ok()?;
    let sure = newest.read_at - limits::PIXEL_FILLING;
    let (length, until) = if per_day == 1 { whole_days(range, sure, zone)? } else { whole_hours(range, sure, zone)? };
    let kept: BTreeMap<Day, &DaySeries> = days.iter().map(|of| (of.day, of)).collect();
    let mut names: Vec<&str> =
        days.iter().flat_map(|of| of.lines.keys()).map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect();
    let rank = |name: &str| LADDER.iter().chain(&RESULTS).position(|known| *known == name).unwrap_or(usize::MAX);
    names.sort_by_key(|name| rank(name));
    let counts = |name: &str| {
        let day = |day: Day| -> Vec<Option<f64>> {
            let Some(of) = kept.get(&day) else { return vec![None; per_day] };
            let line = of.lines.get(name);
            (0..per_day).map(|part| Some(line.and_then(|line| line.get(part)).copied().unwrap_or(0.0))).collect()
        };
        range.days().flat_map(day).take(length).collect::<Vec<_>>()
    };
    let mut events: Vec<EventCounts> =
        names.iter().map(|name| EventCounts { event: CompactString::from(*name), counts: counts(name) }).collect();
    if events.is_empty() {
        // A pixel without any event is one that counted none.
        events.push(EventCounts { event: LADDER[0].into(), counts: counts(LADDER[0]) });
    }
    let going_on = kept.get(&zone.day_at(sure)).filter(|_| per_day == 1);
    let so_far = going_on.into_iter().flat_map(|of| &of.lines).filter_map(|(name, line)| Some((name.into(), *line.first()?)));
    Some(Seen {
        entity: entity(account, Level::Pixel, &pixel.id, &pixel.name),
        pixel,
        zone: zone.clone(),
        first,
        until,
        per_day,
        events,
        so_far: so_far.collect(),
        clicks: clicks.of(range),
        orders: orders.map(|orders| orders.of(range)),
    })
}

/// The first day a new pixel is counted of: where days are told alone, that after it was made, for the day itself was not whole.
fn whole_from(created: Day, per_day: usize) -> Day {
    if per_day == 1 { created.tomorrow().unwrap_or(created) } else { created }
}

/// How many of these days are over at an instant, and when the last of them ended.
fn whole_days(days: DayRange, sure: Timestamp, zone: &Zone) -> Option<(usize, Timestamp)> {
    let end = days.to().tomorrow().ok()?.min(zone.day_at(sure));
    let length = usize::try_from(days.from().until(end).ok()?.get_days()).ok()?;
    Some((length, zone.tz().to_ambiguous_timestamp(end.at(0, 0, 0, 0)).compatible().ok()?))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(days: &str, sure: &str) -> Option<(usize, String)> {
        let zone = "Europe/Berlin".parse().unwrap();
        whole_hours(days.parse().unwrap(), sure.parse().unwrap(), &zone).map(|(hours, until)| (hours, until.to_string()))
    }

    #[test]
    fn days_are_counted_up_to_the_last_whole_one() {
        let zone: Zone = "Europe/Berlin".parse().unwrap();
        let days = |sure: &str| {
            let range = "2026-11-19..2026-11-21".parse().unwrap();
            whole_days(range, sure.parse().unwrap(), &zone).map(|(days, until)| (days, until.to_string()))
        };
        assert_eq!(days("2026-11-21T11:40:00Z"), Some((2, "2026-11-20T23:00:00Z".to_owned())));
        assert_eq!(days("2026-11-30T11:40:00Z"), Some((3, "2026-11-21T23:00:00Z".to_owned())));
        assert_eq!(days("2026-11-18T11:40:00Z"), None, "before the first day");
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

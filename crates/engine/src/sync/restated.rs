//! What a day's conversions came to each time it was read: how long they take to be reported is learnt from it. A day is followed from
//! the day itself on, for what was in before it was first read nobody knows.

use super::series::Reading;
use crate::{Engine, Error, series};
use std::collections::BTreeMap;
use trimtab_domain::{Day, DayRange, SourceKind, TenantCtx};
use trimtab_store::{AccountState, DaySeries};

impl Engine {
    /// Notes what the days that may still be restated show now, each at the age at which it was read last.
    pub(super) async fn keep_restated(&self, ctx: &TenantCtx, reading: &Reading<'_>, state: &AccountState) -> Result<(), Error> {
        if state.account.source.kind() != SourceKind::Ads {
            return Ok(());
        }
        let (store, key, zone) = (self.store().tenant(ctx), reading.lease.account(), &state.account.zone);
        let look_back = self.look_back_days(ctx, key).await?;
        // One day more than may change: by then a figure is final.
        let window = DayRange::ending(zone.day_at(reading.connector.now()), look_back.saturating_add(2));
        let counts = self.counts(ctx, state, "conversions", window).await?;
        let fetched = store.fetched(key).await?;
        let mut known: BTreeMap<Day, DaySeries> =
            store.series(key, series::RESTATED).await?.into_iter().map(|of| (of.day, of)).collect();
        let mut noted = Vec::new();
        for day in window.days() {
            let read_at = fetched.iter().filter(|range| range.days.contains(day)).map(|range| range.read_at).max();
            let (Some(read_at), Some(seen)) = (read_at, counts.at(day)) else { continue };
            let age = day.until(zone.day_at(read_at)).map_or(-1, |span| span.get_days());
            let of = match known.remove(&day) {
                Some(of) => of,
                None if age == 0 => DaySeries { day, read_at, lines: BTreeMap::new() },
                None => continue,
            };
            noted.extend(at_age(&of, age, seen).map(|lines| DaySeries { day, read_at, lines }));
        }
        Ok(store.put_series(reading.lease, series::RESTATED, &noted).await?)
    }
}

/// The lines with what was seen at an age; `None` where that changes nothing.
fn at_age(of: &DaySeries, age: i32, seen: f64) -> Option<BTreeMap<String, Vec<f64>>> {
    let line = |name: &str| of.lines.get(name).cloned().unwrap_or_default();
    let (mut ages, mut counts) = (line(series::AGES), line(series::CONVERSIONS));
    let age = f64::from(age);
    match ages.last() {
        Some(last) if *last > age => return None,
        #[expect(clippy::float_cmp, reason = "whole numbers")]
        Some(last) if *last == age => {
            let newest = counts.last_mut().filter(|newest| **newest != seen)?;
            *newest = seen;
        }
        _ => {
            ages.push(age);
            counts.push(seen);
        }
    }
    Some(BTreeMap::from([(series::AGES.to_owned(), ages), (series::CONVERSIONS.to_owned(), counts)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::day::parse_day;

    #[test]
    fn a_day_is_followed_age_by_age() {
        let mut of = DaySeries {
            day: parse_day("2026-11-01").unwrap(),
            read_at: "2026-11-01T10:00:00Z".parse().unwrap(),
            lines: BTreeMap::new(),
        };
        for (age, seen, changes) in [(0, 3.0, true), (0, 3.0, false), (0, 5.0, true), (2, 5.0, true), (1, 9.0, false)] {
            let lines = at_age(&of, age, seen);
            assert_eq!(lines.is_some(), changes, "{age} {seen}");
            of.lines = lines.unwrap_or(of.lines);
        }
        assert_eq!((&*of.lines[series::AGES], &*of.lines[series::CONVERSIONS]), (&[0.0, 2.0][..], &[5.0, 5.0][..]));
    }
}

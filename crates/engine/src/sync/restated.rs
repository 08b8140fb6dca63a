//! What a day's conversions and their value came to each time it was read: how long they take to be reported is learnt from it. A day is followed from
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
        let conversions = self.counts(ctx, state, "conversions", window).await?;
        let revenue = self.counts(ctx, state, "revenue", window).await?;
        let fetched = store.fetched(key).await?;
        let mut known: BTreeMap<Day, DaySeries> =
            store.series(key, series::RESTATED).await?.into_iter().map(|of| (of.day, of)).collect();
        let mut noted = Vec::new();
        for day in window.days() {
            let read_at = fetched.iter().filter(|range| range.days.contains(day)).map(|range| range.read_at).max();
            let (Some(read_at), Some(conversions)) = (read_at, conversions.at(day)) else { continue };
            let seen = Seen { conversions, revenue: revenue.at(day).unwrap_or_default() };
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

/// What a day showed, revenue in whole units of the account's currency.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Seen {
    conversions: f64,
    revenue: f64,
}

/// The lines with what was seen at an age; `None` where that changes nothing.
fn at_age(of: &DaySeries, age: i32, seen: Seen) -> Option<BTreeMap<String, Vec<f64>>> {
    let line = |name: &str| of.lines.get(name).cloned().unwrap_or_default();
    let (mut ages, mut counts, mut revenue) = (line(series::AGES), line(series::CONVERSIONS), line(series::REVENUE));
    // Days that were followed before revenue was go on without it.
    let with_revenue = revenue.len() == ages.len();
    let age = f64::from(age);
    match ages.last() {
        Some(last) if *last > age => return None,
        #[expect(clippy::float_cmp, reason = "whole numbers, and what was kept of the same reading")]
        Some(last) if *last == age => {
            let same = counts.last() == Some(&seen.conversions) && (!with_revenue || revenue.last() == Some(&seen.revenue));
            if same {
                return None;
            }
            counts.pop();
            revenue.pop();
        }
        _ => ages.push(age),
    }
    counts.push(seen.conversions);
    let mut lines = BTreeMap::from([(series::AGES.to_owned(), ages), (series::CONVERSIONS.to_owned(), counts)]);
    if with_revenue {
        revenue.push(seen.revenue);
        lines.insert(series::REVENUE.to_owned(), revenue);
    }
    Some(lines)
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
            let lines = at_age(&of, age, Seen { conversions: seen, revenue: seen * 10.0 });
            assert_eq!(lines.is_some(), changes, "{age} {seen}");
            of.lines = lines.unwrap_or(of.lines);
        }
        assert_eq!((&*of.lines[series::AGES], &*of.lines[series::CONVERSIONS]), (&[0.0, 2.0][..], &[5.0, 5.0][..]));
        assert_eq!(of.lines[series::REVENUE], [50.0, 50.0]);
        // A refund alone is news, too.
        assert!(
            at_age(&of, 2, Seen { conversions: 5.0, revenue: 40.0 }).is_some_and(|lines| lines[series::REVENUE] == [50.0, 40.0])
        );
    }

    #[test]
    fn a_day_followed_before_revenue_was_has_none() {
        let lines = BTreeMap::from([(series::AGES.to_owned(), vec![0.0]), (series::CONVERSIONS.to_owned(), vec![3.0])]);
        let of = DaySeries { day: parse_day("2026-11-01").unwrap(), read_at: "2026-11-01T10:00:00Z".parse().unwrap(), lines };
        let lines = at_age(&of, 1, Seen { conversions: 4.0, revenue: 40.0 }).unwrap();
        assert_eq!((&*lines[series::CONVERSIONS], lines.get(series::REVENUE)), (&[3.0, 4.0][..], None));
    }
}

//! What is read by the hour for analyses alone: events of pixels, and the account's own hours. No figure rests on it, so trouble with it
//! ends no sync; a day that was missed is read by the next.
//!
//! A first sync reads back as far as analyses look, later ones only days that may still change.

use super::{allowance::Allowance, runs_of};
use crate::{Engine, Error, limits, series};
use compact_str::CompactString;
use jiff::SignedDuration;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};
use tokio_util::sync::CancellationToken;
use trimtab_connect::{Connector, PixelDays, PixelHours, PixelsTold, pixels_told, tells_hours};
use trimtab_domain::{Day, DayRange, TenantCtx, Timestamp, Zone, account::Account, fact::AdHourly};
use trimtab_facts::Table;
use trimtab_store::{DaySeries, Lease};

/// An account that is being read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) connector: &'a dyn Connector,
    /// The days it is read for.
    pub(super) ranges: &'a [DayRange],
    pub(super) lease: &'a Lease,
    pub(super) allowance: &'a Allowance,
    pub(super) stop: &'a CancellationToken,
}

impl Reading<'_> {
    fn goes_on(&self) -> bool {
        self.allowance.is_left() && !self.stop.is_cancelled()
    }
}

impl Engine {
    /// Reads what is due of an account's series, newest days first, and notes what its days show now; where only days of long ago are
    /// read, nothing.
    pub(super) async fn read_series(&self, ctx: &TenantCtx, reading: &Reading<'_>) {
        let read = async {
            // As it was described a moment ago: its zone cuts the days.
            let state = self.store().tenant(ctx).account(reading.lease.account()).await?;
            let recent = DayRange::ending(state.account.zone.day_at(reading.connector.now()), limits::HOURLY_DAYS);
            if !reading.ranges.iter().any(|range| range.intersect(&recent).is_some()) {
                return Ok(());
            }
            self.keep_restated(ctx, reading, &state).await?;
            self.read_pixels(ctx, reading, &state.account).await?;
            self.read_account_hours(ctx, reading, &state.account).await
        };
        if let Err(error) = read.await {
            tell(ctx, reading, "hours for analyses", &error);
        }
    }

    async fn read_pixels(&self, ctx: &TenantCtx, reading: &Reading<'_>, account: &Account) -> Result<(), Error> {
        let mut pixels = self.pixels_of(ctx, account).await?;
        // Those that fire first, where there are too many.
        pixels.sort_by_cached_key(|pixel| (Reverse(pixel.last_fired), pixel.id.clone()));
        for pixel in pixels.iter().take(limits::PIXELS_PER_ACCOUNT) {
            // One pixel that cannot be read does not keep the others from it.
            if let Err(error) = self.read_pixel(ctx, reading, account, &pixel.id, pixel.created).await {
                tell(ctx, reading, "events of a pixel", &error);
            }
        }
        Ok(())
    }

    async fn read_pixel(
        &self,
        ctx: &TenantCtx,
        reading: &Reading<'_>,
        account: &Account,
        pixel: &str,
        created: Option<Day>,
    ) -> Result<(), Error> {
        let (store, object) = (self.store().tenant(ctx), series::of_pixel(pixel));
        let known = store.series(reading.lease.account(), &object).await?;
        let today = account.zone.day_at(reading.connector.now());
        let told = pixels_told(account.source);
        let days = if told == PixelsTold::Days { limits::PIXEL_DAYS_ONE_BY_ONE } else { limits::PIXEL_DAYS };
        let window = DayRange::ending(today, days);
        let window = DayRange::new(window.from().max(created.unwrap_or(window.from())), today).unwrap_or(window);
        let due = Due { window, late: limits::PIXEL_LATE, every: SignedDuration::ZERO, at_once: limits::PIXEL_DAYS_AT_ONCE };
        for days in due.of(&known, &account.zone, reading.connector.now()) {
            if !reading.goes_on() {
                break;
            }
            let read_at = reading.connector.now();
            let counts: Option<Counted> = match told {
                PixelsTold::Hours => reading.connector.pixel_hours(account, pixel, days).await?.map(by_hour),
                PixelsTold::Days => reading.connector.pixel_days(account, pixel, days).await?.map(by_day),
                PixelsTold::LastFired | PixelsTold::Nothing => None,
            };
            let Some(counts) = counts else { break };
            store.put_series(reading.lease, &object, &of_events(counts, read_at, &known)).await?;
        }
        Ok(())
    }

    async fn read_account_hours(&self, ctx: &TenantCtx, reading: &Reading<'_>, account: &Account) -> Result<(), Error> {
        let (store, lake) = (self.store().tenant(ctx), self.lake().tenant(ctx));
        let now = reading.connector.now();
        let Some(yesterday) = account.zone.day_at(now).yesterday().ok().filter(|_| tells_hours(account.source)) else {
            return Ok(());
        };
        let known = store.series(reading.lease.account(), series::HOURS).await?;
        let window = DayRange::ending(yesterday, limits::HOURS_DAYS);
        let due = Due { window, late: limits::HOURS_LATE, every: limits::HOURS_EVERY, at_once: limits::HOURS_DAYS_AT_ONCE };
        for days in due.of(&known, &account.zone, now) {
            if !reading.goes_on() {
                break;
            }
            let read_at = reading.connector.now();
            let Some(hours) = reading.connector.hours(account, days).await? else { break };
            if hours.rows.is_empty() && lake.held(account, days).await?.iter().any(|held| held.table == Table::AdDaily) {
                // An answer without hours of days with figures is none.
                break;
            }
            store.put_series(reading.lease, series::HOURS, &of_hours(&hours.rows, days, read_at)).await?;
        }
        Ok(())
    }
}

fn tell(ctx: &TenantCtx, reading: &Reading<'_>, what: &str, error: &Error) {
    tracing::warn!(tenant = %ctx.tenant(), account = %reading.lease.account(), error = error as &dyn std::error::Error, "{what} could not be read; the next sync tries again");
}

/// Which days are read.
#[derive(Debug, Clone, Copy)]
struct Due {
    window: DayRange,
    /// For so long after its end a day may change.
    late: SignedDuration,
    /// A day that may change is read again after so long.
    every: SignedDuration,
    at_once: u16,
}

impl Due {
    /// The days to read in pieces, newest first.
    fn of(&self, known: &[DaySeries], zone: &Zone, now: Timestamp) -> Vec<DayRange> {
        let rests = |of: &&DaySeries| {
            let end = of.day.tomorrow().ok().and_then(|next| next.to_zoned(zone.tz().clone()).ok()).map(|end| end.timestamp());
            let settled = end.is_some_and(|end| of.read_at >= end + self.late);
            let over = end.is_some_and(|end| of.read_at >= end);
            settled || (over && !self.every.is_zero() && of.read_at + self.every > now)
        };
        let rest: BTreeSet<Day> = known.iter().filter(rests).map(|of| of.day).collect();
        let runs = runs_of(self.window.days().filter(|day| !rest.contains(day)));
        runs.iter().rev().flat_map(|run| run.chunks_newest_first(self.at_once)).collect()
    }
}

/// Counts of a pixel's events by day and name: one for each hour, or one for the day.
type Counted = BTreeMap<Day, BTreeMap<CompactString, Vec<f64>>>;

fn by_hour(hours: PixelHours) -> Counted {
    let line = |hours: [i64; 24]| hours.map(float).to_vec();
    hours.into_iter().map(|(day, events)| (day, events.into_iter().map(|(name, of)| (name, line(of))).collect())).collect()
}

fn by_day(days: PixelDays) -> Counted {
    days.into_iter().map(|(day, events)| (day, events.into_iter().map(|(name, of)| (name, vec![float(of)])).collect())).collect()
}

/// Events of a pixel as they are kept. What a pixel received it cannot have received not, so an answer that leaves out a day's known
/// events is not taken.
fn of_events(counts: Counted, read_at: Timestamp, known: &[DaySeries]) -> Vec<DaySeries> {
    let had = |day: Day| known.iter().any(|of| of.day == day && of.lines.values().flatten().any(|count| *count > 0.0));
    let told = counts.into_iter().filter(|(day, events)| !events.is_empty() || !had(*day));
    told.map(|(day, events)| {
        let mut events: Vec<(String, Vec<f64>)> = events.into_iter().map(|(name, line)| (name.into(), line)).collect();
        let total = |hours: &[f64]| hours.iter().sum::<f64>();
        events.sort_by(|(a, of_a), (b, of_b)| {
            series::is_standard(b).cmp(&series::is_standard(a)).then(total(of_b).total_cmp(&total(of_a))).then(a.cmp(b))
        });
        let mut lines: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for (place, (name, counts)) in events.into_iter().enumerate() {
            let name = if place < limits::PIXEL_EVENTS { name } else { series::OTHER_EVENTS.to_owned() };
            let line = lines.entry(name).or_insert_with(|| vec![0.0; counts.len()]);
            line.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        DaySeries { day, read_at, lines }
    })
    .collect()
}

/// An account's hours as they are kept: sums over its campaigns. What no row tells has no line.
fn of_hours(rows: &[AdHourly], days: DayRange, read_at: Timestamp) -> Vec<DaySeries> {
    let mut all: BTreeMap<Day, BTreeMap<String, Vec<f64>>> = days.days().map(|day| (day, BTreeMap::new())).collect();
    for row in rows {
        let Some(lines) = all.get_mut(&row.date) else { continue };
        let of = &row.measures;
        let figures = [
            (series::SPEND, Some(float(of.spend_micros) / 1e6)),
            (series::IMPRESSIONS, Some(float(of.impressions))),
            (series::CLICKS, Some(float(of.clicks))),
            (series::CONVERSIONS, of.conversions),
            (series::REVENUE, of.revenue_micros.map(|micros| float(micros) / 1e6)),
        ];
        for (name, figure) in figures.into_iter().filter_map(|(name, figure)| Some((name, figure?))) {
            lines.entry(name.to_owned()).or_insert_with(|| vec![0.0; 24])[usize::from(row.hour.min(23))] += figure;
        }
    }
    all.into_iter().map(|(day, lines)| DaySeries { day, read_at, lines }).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 do not occur in an hour")]
const fn float(count: i64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::day::parse_day;

    fn kept(day: &str, read_at: &str, purchases: f64) -> DaySeries {
        let lines = BTreeMap::from([("Purchase".to_owned(), vec![purchases; 24])]);
        DaySeries { day: parse_day(day).unwrap(), read_at: read_at.parse().unwrap(), lines }
    }

    fn due(known: &[DaySeries], every: i64, now: &str) -> Vec<String> {
        let window = "2026-11-01..2026-11-21".parse().unwrap();
        let due = Due { window, late: SignedDuration::from_hours(48), every: SignedDuration::from_hours(every), at_once: 7 };
        let zone = "Europe/Amsterdam".parse().unwrap();
        due.of(known, &zone, now.parse().unwrap()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_first_read_goes_back_in_pieces_and_later_ones_read_what_may_change() {
        assert_eq!(
            due(&[], 0, "2026-11-21T12:00:00Z"),
            ["2026-11-15..2026-11-21", "2026-11-08..2026-11-14", "2026-11-01..2026-11-07"]
        );
        // A day of Amsterdam ends at 23:00 UTC: the 19th is settled by a reading at that hour of the 21st, and no sooner.
        let read = |at: &str| (1..=21).map(|day| kept(&format!("2026-11-{day:02}"), at, 1.0)).collect::<Vec<_>>();
        assert_eq!(due(&read("2026-11-21T22:59:00Z"), 0, "2026-11-21T23:30:00Z"), ["2026-11-19..2026-11-21"]);
        assert_eq!(due(&read("2026-11-21T23:00:00Z"), 0, "2026-11-21T23:30:00Z"), ["2026-11-20..2026-11-21"]);
        let hole: Vec<_> =
            read("2026-11-30T00:00:00Z").into_iter().filter(|of| of.day != parse_day("2026-11-05").unwrap()).collect();
        assert_eq!(due(&hole, 0, "2026-11-30T00:00:00Z"), ["2026-11-05..2026-11-05"], "what a killed sync left out");
    }

    #[test]
    fn days_that_are_read_daily_rest_for_a_day() {
        let read: Vec<_> = (1..=21).map(|day| kept(&format!("2026-11-{day:02}"), "2026-11-22T08:00:00Z", 1.0)).collect();
        assert!(due(&read, 20, "2026-11-22T20:00:00Z").is_empty());
        assert_eq!(due(&read, 20, "2026-11-23T08:00:00Z"), ["2026-11-20..2026-11-21"]);
    }

    #[test]
    fn an_answer_that_leaves_out_known_events_is_not_taken() {
        let days = ["2026-11-20", "2026-11-21"].map(|day| parse_day(day).unwrap());
        let silent: Counted = days.iter().map(|day| (*day, BTreeMap::new())).collect();
        let known = [kept("2026-11-20", "2026-11-20T12:00:00Z", 1.0), kept("2026-11-21", "2026-11-21T12:00:00Z", 0.0)];
        let taken = of_events(silent, "2026-11-21T13:00:00Z".parse().unwrap(), &known);
        assert_eq!(taken.iter().map(|of| of.day).collect::<Vec<_>>(), [days[1]]);
    }

    #[test]
    fn events_beyond_the_most_are_added_up_and_standard_ones_never() {
        let day = parse_day("2026-11-20").unwrap();
        let mut events: BTreeMap<_, _> =
            (0..limits::PIXEL_EVENTS + 5).map(|n| (format!("Custom{n:03}").into(), [100; 24])).collect();
        events.insert("Purchase".into(), [1; 24]);
        let of_day = &of_events(by_hour(BTreeMap::from([(day, events)])), "2026-11-21T13:00:00Z".parse().unwrap(), &[])[0];
        assert_eq!(of_day.lines["Purchase"], vec![1.0; 24]);
        assert_eq!(of_day.lines[series::OTHER_EVENTS], vec![600.0; 24]);
        assert_eq!(of_day.lines.len(), limits::PIXEL_EVENTS + 1);
    }

    #[test]
    fn where_days_are_told_alone_a_line_has_one_count() {
        let day = parse_day("2026-11-20").unwrap();
        let days: PixelDays = BTreeMap::from([(day, BTreeMap::from([("Purchase".into(), 7)]))]);
        let kept = of_events(by_day(days), "2026-11-21T13:00:00Z".parse().unwrap(), &[]);
        assert_eq!(kept[0].lines, BTreeMap::from([("Purchase".to_owned(), vec![7.0])]));
    }
}

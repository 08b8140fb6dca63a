//! Pixels and what they received lately.

use super::{
    Meta,
    entities::{ListPage, Seen, instant},
    graph::{Ask, BadBody, Failure, PageEnd, Tally},
};
use crate::{
    Connector, Error, PixelHours, limits,
    objects::{attributes, bare},
    scalar::{Count, Text},
};
use compact_str::{CompactString, ToCompactString};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{ToSpan, civil::DateTime};
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};
use trimtab_domain::{
    Day, DayRange, Source,
    account::Account,
    entity::{EntityKind, EntityState, Status},
};

const FIELDS: &str = "id,name,last_fired_time,is_unavailable,creation_time";
const QUALITY: &str = "web{event_name,event_match_quality{composite_score}}";
/// Whole days of events summed up, ending with yesterday in the account's zone: a part of today would differ at every read.
const EVENT_DAYS: i64 = 7;
/// Pixels asked about at the same time.
const CONCURRENT: usize = 4;

/// Events by day and name.
pub(crate) type DayEvents = BTreeMap<(Day, CompactString), i64>;

#[derive(Deserialize)]
struct Pixel {
    id: CompactString,
    #[serde(default)]
    name: CompactString,
    last_fired_time: Option<CompactString>,
    creation_time: Option<CompactString>,
    #[serde(default)]
    is_unavailable: bool,
}

/// How well a dataset's events match people.
#[derive(Deserialize)]
struct Quality {
    #[serde(default)]
    web: Vec<EventQuality>,
}

#[derive(Deserialize)]
struct EventQuality {
    event_name: CompactString,
    event_match_quality: Option<Score>,
}

#[derive(Deserialize)]
struct Score {
    composite_score: Option<f64>,
}

impl EventQuality {
    fn score(self) -> Option<(CompactString, f64)> {
        Some((self.event_name, self.event_match_quality?.composite_score?))
    }
}

/// One hour of events.
#[derive(Deserialize)]
struct Bin<'a> {
    #[serde(borrow)]
    start_time: Text<'a>,
    #[serde(borrow, default)]
    data: Vec<Event<'a>>,
}

impl Bin<'_> {
    /// The account's wall clock when the hour begins.
    fn begins_in(&self, account: &Account) -> Result<DateTime, String> {
        let at = instant(Some(&self.start_time.0)).ok_or_else(|| format!("'{}' is no instant", self.start_time.0))?;
        Ok(account.zone.tz().to_datetime(at))
    }
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    value: Text<'a>,
    count: Count,
}

#[derive(Deserialize)]
struct BinPage<'a> {
    #[serde(borrow)]
    data: Vec<Bin<'a>>,
    #[serde(default)]
    paging: super::graph::Paging,
}

impl Meta {
    /// The account's pixels; `None` where the credential may not see them.
    pub(super) async fn pixels(&self, seen: &Seen<'_>, tally: &Tally) -> Result<Option<Vec<EntityState>>, Error> {
        let pixels = match self.list_of_pixels(seen, tally).await {
            Err(Failure::Forbidden(error)) => {
                tracing::warn!(account = seen.account.id.as_str(), error = error.to_string(), "pixels are left out");
                return Ok(None);
            }
            listed => listed?,
        };
        let states = stream::iter(pixels).map(|pixel| async {
            let events = self.events(&pixel.id, seen, tally).await?;
            let quality = self.match_quality(&pixel.id, seen, tally).await?;
            Ok::<_, Error>(state(pixel, events, quality, seen))
        });
        states.buffered(CONCURRENT).try_collect().await.map(Some)
    }

    /// What one of the account's pixels received on whole days of the account's zone, by day and event.
    ///
    /// # Errors
    /// [`Error::Rejected`] when the pixel is none of the account's, [`Error::Auth`] when the credential may not see its events; else as any
    /// read.
    pub(crate) async fn pixel_events(&self, account: &Account, pixel: &str, days: DayRange) -> Result<DayEvents, Error> {
        let tally = Tally::default();
        let seen = Seen { account, now: self.now() };
        let pixels = self.list_of_pixels(&seen, &tally).await?;
        if !pixels.iter().any(|known| known.id == pixel) {
            let known: Vec<&str> = pixels.iter().map(|pixel| pixel.id.as_str()).collect();
            let reason = format!("it has no pixel {pixel}; its pixels: {}", known.join(", "));
            return Err(Error::Rejected { platform: Source::Meta, account: Some(account.id.clone()), reason });
        }
        let mut events = DayEvents::new();
        let until = days.to().saturating_add(1.days());
        let by_day = |bin: &Bin<'_>| {
            let day = bin.begins_in(account)?.date();
            for event in &bin.data {
                let sum = events.entry((day, event.value.compact())).or_default();
                *sum = sum.saturating_add(event.count.0);
            }
            Ok(())
        };
        self.hours_of(pixel, &seen, (days.from(), until), &tally, by_day).await?;
        Ok(events)
    }

    /// What a pixel received by day and hour of the account's zone; `None` where the credential may not see its events.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn events_by_hour(&self, account: &Account, pixel: &str, days: DayRange) -> Result<Option<PixelHours>, Error> {
        let seen = Seen { account, now: self.now() };
        let mut hours: PixelHours = days.days().map(|day| (day, BTreeMap::new())).collect();
        let by_hour = |bin: &Bin<'_>| {
            let at = bin.begins_in(account)?;
            let Some(of_day) = hours.get_mut(&at.date()) else {
                return Err(format!("events of {}, which is none of {days}", at.date()));
            };
            for event in &bin.data {
                let counts: &mut [i64; 24] = of_day.entry(event.value.compact()).or_default();
                let place = usize::from(at.hour().unsigned_abs()).min(23);
                counts[place] = counts[place].saturating_add(event.count.0);
            }
            Ok(())
        };
        let until = days.to().saturating_add(1.days());
        match self.hours_of(pixel, &seen, (days.from(), until), &Tally::default(), by_hour).await {
            Ok(()) => Ok(Some(hours)),
            Err(Failure::Forbidden(_) | Failure::Unknown(_)) => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    async fn list_of_pixels(&self, seen: &Seen<'_>, tally: &Tally) -> Result<Vec<Pixel>, Failure> {
        let account = &seen.account.id;
        let ask = Ask::get(Some(account), format!("act_{account}/adspixels"), vec![("fields", FIELDS.into())]);
        let (mut pixels, mut known) = (Vec::new(), HashSet::new());
        self.graph
            .pages(tally, &ask, limits::LIST_PAGE_ROWS, |body| {
                let page: ListPage<Pixel> = serde_json::from_slice(body)?;
                let mut end = PageEnd { next: page.paging.cursor(), items: page.data.len(), fresh: 0 };
                for pixel in page.data {
                    if known.insert(pixel.id.clone()) {
                        end.fresh += 1;
                        pixels.push(pixel);
                    }
                }
                Ok(end)
            })
            .await?;
        Ok(pixels)
    }

    /// Events of a pixel by name; `None` where they cannot be read, since what it received is no part of what it is. A credential that has
    /// died is told.
    async fn events(&self, pixel: &str, seen: &Seen<'_>, tally: &Tally) -> Result<Option<BTreeMap<CompactString, i64>>, Error> {
        let today = seen.account.zone.day_at(seen.now);
        let mut events = BTreeMap::<CompactString, i64>::new();
        let by_name = |bin: &Bin<'_>| {
            for event in &bin.data {
                let sum = events.entry(event.value.compact()).or_default();
                *sum = sum.saturating_add(event.count.0);
            }
            Ok(())
        };
        match self.hours_of(pixel, seen, (today.saturating_sub(EVENT_DAYS.days()), today), tally, by_name).await {
            Ok(()) => Ok(Some(events)),
            Err(Failure::Forbidden(_) | Failure::Unknown(_)) => Ok(None),
            Err(failure) => match Error::from(failure) {
                error @ Error::Auth { .. } => Err(error),
                error => {
                    tracing::warn!(
                        account = seen.account.id.as_str(),
                        pixel,
                        error = error.to_string(),
                        "events of a pixel are left out"
                    );
                    Ok(None)
                }
            },
        }
    }

    /// How well a pixel's events match people, 0 to 10 by event; `None` where it cannot be read: it takes access to the dataset that
    /// reading ads does not. A credential that has died is told.
    async fn match_quality(
        &self,
        pixel: &str,
        seen: &Seen<'_>,
        tally: &Tally,
    ) -> Result<Option<BTreeMap<CompactString, f64>>, Error> {
        let params = vec![("dataset_id", pixel.into()), ("fields", QUALITY.into())];
        let ask = Ask::get(Some(&seen.account.id), "dataset_quality", params);
        let told = self.graph.ask(tally, &ask, &mut |body: &[u8]| Ok(serde_json::from_slice::<Quality>(body)?)).await;
        match told {
            Ok(quality) => Ok(Some(quality.web.into_iter().filter_map(EventQuality::score).collect())),
            Err(Failure::Forbidden(_) | Failure::Unknown(_)) => Ok(None),
            Err(failure) => match Error::from(failure) {
                error @ Error::Auth { .. } => Err(error),
                error => {
                    let account = seen.account.id.as_str();
                    tracing::warn!(account, pixel, error = error.to_string(), "match quality of a pixel is left out");
                    Ok(None)
                }
            },
        }
    }

    /// Hands on every hour of a pixel's events, each once, from the beginning of one day to that of another.
    async fn hours_of(
        &self,
        pixel: &str,
        seen: &Seen<'_>,
        (from, until): (Day, Day),
        tally: &Tally,
        mut take: impl FnMut(&Bin<'_>) -> Result<(), String>,
    ) -> Result<(), Failure> {
        let zone = &seen.account.zone;
        let midnight = |day: Day| day.to_zoned(zone.tz().clone()).map_or(seen.now, |at| at.timestamp()).as_second().to_string();
        let params =
            vec![("aggregation", "event".into()), ("start_time", midnight(from).into()), ("end_time", midnight(until).into())];
        let ask = Ask::get(Some(&seen.account.id), format!("{pixel}/stats"), params);
        let mut known = HashSet::new();
        self.graph
            .pages(tally, &ask, limits::LIST_PAGE_ROWS, |body| {
                let page: BinPage<'_> = serde_json::from_slice(body)?;
                let mut end = PageEnd { next: page.paging.cursor(), items: page.data.len(), fresh: 0 };
                for bin in page.data.iter().filter(|bin| known.insert(bin.start_time.compact())) {
                    end.fresh += 1;
                    take(bin).map_err(BadBody::Conflict)?;
                }
                Ok(end)
            })
            .await
    }
}

fn state(
    pixel: Pixel,
    events: Option<BTreeMap<CompactString, i64>>,
    quality: Option<BTreeMap<CompactString, f64>>,
    seen: &Seen<'_>,
) -> EntityState {
    let total = events.as_ref().map(|events| events.values().sum::<i64>().to_compact_string());
    let by_name = events.map(|events| {
        let counts: Vec<String> = events.iter().map(|(name, count)| format!("{name}={count}")).collect();
        CompactString::from(counts.join(","))
    });
    let quality = quality.filter(|scores| !scores.is_empty()).map(|scores| {
        let scores: Vec<String> = scores.iter().map(|(name, score)| format!("{name}={score}")).collect();
        CompactString::from(scores.join(","))
    });
    EntityState {
        name: pixel.name,
        status: if pixel.is_unavailable { Status::WithIssues } else { Status::Active },
        platform_status: if pixel.is_unavailable { "UNAVAILABLE".into() } else { "AVAILABLE".into() },
        attributes: attributes([
            ("last_fired_time", pixel.last_fired_time),
            ("creation_time", pixel.creation_time),
            ("stats.events_7d", total),
            ("stats.events_7d_by_name", by_name),
            ("match_quality_by_name", quality),
        ]),
        ..bare(EntityKind::Pixel, pixel.id, seen.account.id.as_str().into())
    }
}

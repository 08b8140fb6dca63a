//! Steps on the way from a click to a conversion, where a platform reports them: link clicks, pages that loaded, carts, checkouts.

use super::{
    figure::number,
    tracks::{Read, of_account},
};
use crate::{Engine, Error};
use compact_str::CompactString;
use std::collections::BTreeMap;
use trimtab_analysis::{
    funnel::{StepCounts, StepRead, StepTrack},
    track::Track,
};
use trimtab_domain::{
    Day, DayRange, Source, TenantCtx,
    day::parse_day,
    query::{Dimension, DimensionTest, Filter, MOST_ROWS, MetricQuery, QueryParts, QueryResult},
};
use trimtab_store::AccountState;

/// Days that are asked for: four weeks in question and eight before them, twice four weeks back where conversions come late.
const DAYS: u16 = 140;
/// Days of one question, so that the campaigns of a large account fit into one answer.
const DAYS_PER_QUESTION: u16 = 35;

/// The action types that tell pages, carts and checkouts, and the window that is the platform's own choice.
#[derive(Debug, Clone, Copy)]
struct Named {
    pages: &'static str,
    carts: &'static str,
    checkouts: &'static str,
    window: &'static str,
}

const META: Named = Named {
    pages: "landing_page_view",
    carts: "offsite_conversion.fb_pixel_add_to_cart",
    checkouts: "offsite_conversion.fb_pixel_initiate_checkout",
    window: "default",
};

const fn named(source: Source) -> Option<Named> {
    match source {
        Source::Meta => Some(META),
        _ => None,
    }
}

/// What a day of a campaign had of each step.
#[derive(Debug, Clone, Copy, Default)]
struct OfDay {
    link_clicks: f64,
    pages: f64,
    carts: f64,
    checkouts: f64,
}

/// An account's steps by campaign and day, and the hash of the answers they were made of.
#[derive(Debug, Clone, Default)]
pub(super) struct Steps {
    known: BTreeMap<CompactString, BTreeMap<Day, OfDay>>,
    range: Option<DayRange>,
    /// Whether pages, carts and checkouts are told, and how they are read again.
    named: Option<Named>,
    pub(super) hash: String,
}

impl Engine {
    /// Reads an account's steps.
    pub(super) async fn steps(&self, ctx: &TenantCtx, state: &AccountState, read: &Read) -> Result<Steps, Error> {
        let range = DayRange::ending(read.last, DAYS).intersect(&read.range).unwrap_or(read.range);
        let named = named(state.account.source);
        let mut steps = Steps { range: Some(range), named, ..Steps::default() };
        let mut hash = blake3::Hasher::new();
        for days in range.chunks_newest_first(DAYS_PER_QUESTION) {
            let clicks = self.query(ctx, &question(state, days, None)?).await?;
            hash.update(clicks.source_hash.as_bytes());
            steps.take_clicks(&clicks);
            if let Some(named) = named {
                let actions = self.query(ctx, &question(state, days, Some(named))?).await?;
                hash.update(actions.source_hash.as_bytes());
                steps.take_actions(&actions, named);
            }
        }
        steps.hash = hash.finalize().to_hex()[..32].to_owned();
        Ok(steps)
    }
}

fn question(state: &AccountState, days: DayRange, named: Option<Named>) -> Result<MetricQuery, Error> {
    let mut filters = of_account(&state.account);
    let only = |dimension, values: &[&str]| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Filter::Dimension { dimension, test: DimensionTest::In(values) }
    };
    let (metric, mut dimensions) = ("link_clicks", vec![Dimension::Campaign, Dimension::Date]);
    let metric = match named {
        None => metric,
        Some(named) => {
            dimensions.push(Dimension::ActionType);
            filters.push(only(Dimension::ActionType, &[named.pages, named.carts, named.checkouts]));
            filters.push(only(Dimension::Window, &[named.window]));
            "action_count"
        }
    };
    let parts =
        QueryParts { metrics: vec![metric.to_owned()], dimensions, filters, limit: Some(MOST_ROWS), ..QueryParts::default() };
    MetricQuery::new(days, parts).map_err(|error| Error::Invalid(error.to_string()))
}

impl Steps {
    fn take_clicks(&mut self, answer: &QueryResult) {
        for row in &answer.rows {
            let [campaign, date] = &*row.keys else { continue };
            let (Ok(day), Some(clicks)) = (parse_day(&date.id), row.cells.first().copied().and_then(number)) else { continue };
            self.of(&campaign.id, day).link_clicks += clicks;
        }
    }

    fn take_actions(&mut self, answer: &QueryResult, named: Named) {
        for row in &answer.rows {
            let [campaign, date, action] = &*row.keys else { continue };
            let (Ok(day), Some(count)) = (parse_day(&date.id), row.cells.first().copied().and_then(number)) else { continue };
            let of_day = self.of(&campaign.id, day);
            match action.id.as_str() {
                id if id == named.pages => of_day.pages += count,
                id if id == named.carts => of_day.carts += count,
                id if id == named.checkouts => of_day.checkouts += count,
                _ => {}
            }
        }
    }

    fn of(&mut self, campaign: &str, day: Day) -> &mut OfDay {
        self.known.entry(campaign.into()).or_default().entry(day).or_default()
    }

    /// A campaign's days with its steps, or with those of all where none is named.
    pub(super) fn track(&self, track: &Track, campaign: Option<&str>) -> StepTrack {
        let day = |(place, figures): (usize, &Option<_>)| {
            let mut counts = StepCounts::from((*figures)?);
            let day = track.day(place);
            if self.range.is_some_and(|range| range.contains(day)) {
                let days = self.known.iter().filter(|(id, _)| campaign.is_none_or(|own| id.as_str() == own));
                let sum = days.filter_map(|(_, days)| days.get(&day)).fold(OfDay::default(), |sum, day| OfDay {
                    link_clicks: sum.link_clicks + day.link_clicks,
                    pages: sum.pages + day.pages,
                    carts: sum.carts + day.carts,
                    checkouts: sum.checkouts + day.checkouts,
                });
                counts.link_clicks = Some(sum.link_clicks);
                if self.named.is_some() {
                    (counts.landings, counts.carts, counts.checkouts) = (Some(sum.pages), Some(sum.carts), Some(sum.checkouts));
                }
            }
            Some(counts)
        };
        StepTrack { entity: track.entity.clone(), days: track.days.iter().enumerate().map(day).collect() }
    }

    /// How pages, carts and checkouts are read again.
    pub(super) fn reads(&self) -> [Option<StepRead<'static>>; 3] {
        let read = |of: fn(&Named) -> &'static str| {
            self.named.as_ref().map(|named| StepRead { metric: "action_count", action_type: of(named) })
        };
        [read(|named| named.pages), read(|named| named.carts), read(|named| named.checkouts)]
    }
}

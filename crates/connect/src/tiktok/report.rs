//! Reports: what is asked for, and the way from the payload to facts.
//!
//! The payload is read with borrowed, typed structs in one pass, since this is the hot path of every backfill. A figure that is missing
//! or `"-"` is not reported (`None`); `"0"` is zero.
//!
//! **Invariant.** One row of the platform becomes one fact, however often its page is served: a repeated identical row is dropped, a
//! repeated different one is an error.

mod figures;
mod row;
mod totals;

pub(super) use row::Metrics;

use super::{
    Counted,
    api::{BadBody, Data, Gather, Listed, PageEnd, Params, json},
};
use crate::{Error, limits};
use compact_str::CompactString;
use row::Row;
use serde::de::Error as _;
use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, RandomState},
};
use trimtab_domain::{
    DayRange, Source,
    fact::{AdDaily, AdHourly, Breakdown, BreakdownDaily, Facts, Measures},
    id::AccountId,
};

/// Where reports are asked for.
pub(super) const REPORT: &str = "report/integrated/get/";

/// Figures of any cut.
const BASE: [&str; 3] = ["spend", "impressions", "clicks"];
/// What an ad belongs to: parents are no dimensions here, but metrics.
const PARENTS: [&str; 2] = ["campaign_id", "adgroup_id"];
const OUTCOMES: [&str; 6] =
    ["complete_payment", "value_per_complete_payment", "complete_payment_roas", "purchase", "total_purchase_value", "conversion"];
const WINDOWS: [&str; 3] = ["vta_complete_payment", "cta_conversion", "vta_conversion"];
const VIDEO: [&str; 3] = ["video_play_actions", "video_watched_2s", "video_views_p100"];

/// One way to cut an account's days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// By ad, with conversions.
    Ads,
    /// By ad and hour.
    Hours,
    /// By campaign and one breakdown, which TikTok knows fewer figures of.
    Parts(Breakdown),
}

impl Cut {
    /// Days one request may cover.
    pub(super) const fn days_max(self) -> u16 {
        match self {
            Self::Ads | Self::Parts(_) => limits::TIKTOK_DAYS_MAX,
            Self::Hours => 1,
        }
    }

    /// The parameters that ask for it, of all campaigns or of some.
    pub(super) fn params<'a>(self, account: &'a AccountId, range: DayRange, campaigns: Option<&[CompactString]>) -> Params<'a> {
        // `ad_id` would give the creatives within an upgraded Smart+ ad, which are no ads of the account.
        let (dimensions, metrics) = match self {
            Self::Ads => {
                (vec!["ad_id_v2", "stat_time_day"], [&BASE[..], &PARENTS, &["reach"], &OUTCOMES, &WINDOWS, &VIDEO].concat())
            }
            Self::Hours => (vec!["ad_id_v2", "stat_time_hour"], [&BASE[..], &PARENTS, &OUTCOMES, &VIDEO].concat()),
            Self::Parts(breakdown) => ([&["campaign_id", "stat_time_day"][..], parts(breakdown)].concat(), BASE.to_vec()),
        };
        let (kind, level, status) = match self {
            Self::Ads | Self::Hours => ("BASIC", "AUCTION_AD", "ad_status"),
            Self::Parts(_) => ("AUDIENCE", "AUCTION_CAMPAIGN", "campaign_status"),
        };
        vec![
            ("advertiser_id", account.as_str().into()),
            ("report_type", kind.into()),
            ("service_type", "AUCTION".into()),
            ("data_level", level.into()),
            ("dimensions", json(&dimensions)),
            ("metrics", json(&metrics)),
            ("filtering", filtering(status, campaigns).into()),
            ("start_date", range.from().to_string().into()),
            ("end_date", range.to().to_string().into()),
        ]
    }
}

/// How TikTok names a breakdown; those of other platforms have no name here ([`super::BREAKDOWNS`]).
const fn parts(breakdown: Breakdown) -> &'static [&'static str] {
    match breakdown {
        Breakdown::Country => &["country_code"],
        Breakdown::AgeGender => &["age", "gender"],
        _ => &[],
    }
}

/// The filter of a report. Without the one on statuses, what somebody deletes takes its history along. Values are JSON within JSON.
fn filtering(status: &str, campaigns: Option<&[CompactString]>) -> String {
    let filter =
        |field: &str, values: &str| serde_json::json!({ "field_name": field, "filter_type": "IN", "filter_value": values });
    let mut filters = vec![filter(status, &json(&["STATUS_ALL"]))];
    filters.extend(campaigns.map(|ids| filter("campaign_ids", &json(ids))));
    serde_json::Value::from(filters).to_string()
}

/// Reads whole pages of ad-level reports as the connector asks for them. For benchmarks and recorded payloads; a live read goes through
/// the connector.
///
/// # Errors
/// [`Error::Drift`] when a page has another shape, a row lies outside `range`, or two pages contradict each other.
pub fn parse_report<'p>(pages: impl IntoIterator<Item = &'p [u8]>, range: DayRange, counted: Counted) -> Result<Facts, Error> {
    let mut collector = Collector::new(Cut::Ads, range, counted);
    for page in pages {
        collector.take(page).map_err(|bad| bad.into_drift(Source::Tiktok))?;
    }
    Ok(collector.facts)
}

/// Gathers the pages of one read into facts.
pub(super) struct Collector {
    cut: Cut,
    range: DayRange,
    counted: Counted,
    pub(super) facts: Facts,
    pub(super) hours: Vec<AdHourly>,
    hasher: RandomState,
    /// Where the row of a key lies, by the key's hash.
    seen: HashMap<u64, usize>,
}

impl Collector {
    pub(super) fn new(cut: Cut, range: DayRange, counted: Counted) -> Self {
        let (facts, hours, hasher) = (Facts::default(), Vec::new(), RandomState::new());
        Self { cut, range, counted, facts, hours, hasher, seen: HashMap::new() }
    }

    fn take_ad(&mut self, row: &Row<'_>) -> Result<bool, BadBody> {
        let (date, placing, measures) = (row.day(self.range)?, row.ad()?, row.measures(self.counted)?);
        let key = self.hasher.hash_one((date, &placing.ad));
        let fact = AdDaily { date, span_days: 1, placing, measures };
        match self.seen.entry(key) {
            Entry::Occupied(at) => repeated(&self.facts.ad_daily[*at.get()], &fact, |fact| &fact.measures, row),
            Entry::Vacant(free) => {
                free.insert(self.facts.ad_daily.len());
                row.conversions(date, &fact.placing, &mut self.facts.conversions)?;
                self.facts.ad_daily.push(fact);
                Ok(true)
            }
        }
    }

    fn take_hour(&mut self, row: &Row<'_>) -> Result<bool, BadBody> {
        let ((date, hour), placing, measures) = (row.hour(self.range)?, row.ad()?, row.measures(self.counted)?);
        let key = self.hasher.hash_one((date, hour, &placing.ad));
        let fact = AdHourly { date, hour, placing, measures: Measures { reach: None, ..measures } };
        match self.seen.entry(key) {
            Entry::Occupied(at) => repeated(&self.hours[*at.get()], &fact, |fact| &fact.measures, row),
            Entry::Vacant(free) => {
                free.insert(self.hours.len());
                self.hours.push(fact);
                Ok(true)
            }
        }
    }

    fn take_part(&mut self, row: &Row<'_>, breakdown: Breakdown) -> Result<bool, BadBody> {
        let (date, placing, (part, part2)) = (row.day(self.range)?, row.campaign()?, row.parts(breakdown)?);
        let key = self.hasher.hash_one((date, &placing.campaign, &part, &part2));
        let fact = BreakdownDaily { date, span_days: 1, placing, breakdown, part, part2, measures: row.base() };
        match self.seen.entry(key) {
            Entry::Occupied(at) => repeated(&self.facts.breakdowns[*at.get()], &fact, |fact| &fact.measures, row),
            Entry::Vacant(free) => {
                free.insert(self.facts.breakdowns.len());
                self.facts.breakdowns.push(fact);
                Ok(true)
            }
        }
    }
}

impl Gather for Collector {
    fn take(&mut self, body: &[u8]) -> Result<PageEnd, BadBody> {
        // Checked once here, so that the parser need not check each string.
        let text = std::str::from_utf8(body).map_err(|error| BadBody::Malformed(serde_json::Error::custom(error)))?;
        let Data { data }: Data<Listed<Row<'_>>> = serde_json::from_str(text)?;
        let mut fresh = 0;
        for row in &data.list {
            let new = match self.cut {
                Cut::Ads => self.take_ad(row)?,
                Cut::Hours => self.take_hour(row)?,
                Cut::Parts(breakdown) => self.take_part(row, breakdown)?,
            };
            fresh += usize::from(new);
        }
        Ok(PageEnd { info: data.page_info, rows: data.list.len(), fresh })
    }

    fn held(&self) -> usize {
        self.seen.len()
    }

    fn forget(&mut self) {
        *self = Self::new(self.cut, self.range, self.counted);
    }
}

/// Whether a row under a known key is the same row again (then it is not new), or contradicts it.
fn repeated<F: PartialEq>(known: &F, again: &F, measures: fn(&F) -> &Measures, row: &Row<'_>) -> Result<bool, BadBody> {
    if known == again {
        return Ok(false);
    }
    let (first, second) = (measures(known), measures(again));
    Err(BadBody::Conflict(format!(
        "two different rows for {}: {} and {} impressions, {} and {} micros spent",
        row.name(),
        first.impressions,
        second.impressions,
        first.spend_micros,
        second.spend_micros
    )))
}

#[cfg(test)]
mod tests;

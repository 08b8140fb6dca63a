//! Insights: what is asked for, and the way from the payload to facts.
//!
//! The payload is read with borrowed, typed structs in one pass, since this is the hot path of every backfill. A metric missing from a row
//! is not reported (`None`); a chosen conversion missing from a row is zero, because Meta leaves out actions that did not happen.
//!
//! **Invariant.** One row of the platform becomes one fact, however often its page is served: a repeated identical row is dropped, a
//! repeated different one is an error.

use super::{
    Counted,
    graph::{BadBody, PageEnd, Paging, Params},
};
use crate::{
    Error,
    scalar::{Count, DayText, Decimal, Micros, Text},
};
use compact_str::{CompactString, format_compact};
use serde::Deserialize;
use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, RandomState},
};
use trimtab_domain::{
    DayRange, Source,
    fact::{AdDaily, Breakdown, BreakdownDaily, ConversionDaily, Facts, Measures, Placing},
    id::{AdGroupId, AdId, CampaignId},
};

/// Every status, in Meta's words. Without this filter rows below the account leave out archived and deleted objects, and no longer add
/// up to what was spent (insights documentation, "deleted and archived objects").
const CAMPAIGN_STATUSES: &str = r#"["ACTIVE","PAUSED","DELETED","ARCHIVED","IN_PROCESS","WITH_ISSUES"]"#;
const AD_STATUSES: &str = r#"["ACTIVE","PAUSED","DELETED","PENDING_REVIEW","DISAPPROVED","PREAPPROVED","PENDING_BILLING_INFO","CAMPAIGN_PAUSED","ADSET_PAUSED","ARCHIVED","IN_PROCESS","WITH_ISSUES"]"#;
/// The windows Meta still serves; `default` comes with them as `value`.
const WINDOWS: &str = r#"["1d_click","7d_click","28d_click","1d_view"]"#;
const MEASURES: &str = "impressions,clicks,inline_link_clicks,spend,reach,actions,action_values,video_thruplay_watched_actions";

/// One way to cut an account's days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// By ad, with conversions by window.
    Ads,
    /// By campaign and one breakdown. Ad level would multiply the rows by the parts of the breakdown for figures few ask for.
    Parts(Breakdown),
}

impl Cut {
    /// The parameters that ask for it, day by day.
    pub(crate) fn params(self, range: DayRange) -> Params<'static> {
        let mut params: Params<'static> = vec![("time_increment", "1".into()), ("time_range", time_range(range).into())];
        match self {
            Self::Ads => params.extend([
                ("level", "ad".into()),
                ("fields", format!("campaign_id,adset_id,ad_id,{MEASURES}").into()),
                ("filtering", any_status("ad", AD_STATUSES).into()),
                ("action_attribution_windows", WINDOWS.into()),
            ]),
            Self::Parts(breakdown) => params.extend([
                ("level", "campaign".into()),
                ("fields", format!("campaign_id,{MEASURES}").into()),
                ("filtering", campaign_filter().into()),
                ("breakdowns", breakdowns(breakdown).into()),
            ]),
        }
        params
    }
}

/// How Meta names a breakdown; those of other platforms have no name here ([`super::BREAKDOWNS`]).
const fn breakdowns(breakdown: Breakdown) -> &'static str {
    match breakdown {
        Breakdown::Country => r#"["country"]"#,
        Breakdown::AgeGender => r#"["age","gender"]"#,
        // `impression_device` is finer, but since 2026-08-06 it is silently empty without an opt-in by the account.
        Breakdown::Device => r#"["device_platform"]"#,
        Breakdown::Placement => r#"["publisher_platform","platform_position"]"#,
        _ => "[]",
    }
}

/// A condition that lets campaigns of every status through.
pub(crate) fn campaign_filter() -> String {
    any_status("campaign", CAMPAIGN_STATUSES)
}

fn any_status(level: &str, statuses: &str) -> String {
    format!(r#"[{{"field":"{level}.effective_status","operator":"IN","value":{statuses}}}]"#)
}

/// A range as Graph takes it.
pub(crate) fn time_range(range: DayRange) -> String {
    format!(r#"{{"since":"{}","until":"{}"}}"#, range.from(), range.to())
}

/// Reads whole pages of ad-level insights as [`crate::meta::Meta::facts`] asks for them. For benchmarks and recorded payloads; a live read goes
/// through the connector.
///
/// # Errors
/// [`Error::Drift`] when a page has another shape, a row lies outside `range`, or two pages contradict each other.
pub fn parse_insights<'p>(pages: impl IntoIterator<Item = &'p [u8]>, range: DayRange, counted: &Counted) -> Result<Facts, Error> {
    let mut collector = Collector::new(Cut::Ads, range, counted);
    for page in pages {
        collector.take(page).map_err(|bad| bad.into_drift(Source::Meta))?;
    }
    Ok(collector.facts)
}

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    data: Vec<Row<'a>>,
    #[serde(default)]
    paging: Paging,
}

#[derive(Deserialize)]
struct Row<'a> {
    date_start: DayText,
    date_stop: DayText,
    #[serde(borrow, default)]
    campaign_id: Text<'a>,
    #[serde(borrow, default)]
    adset_id: Text<'a>,
    #[serde(borrow, default)]
    ad_id: Text<'a>,
    impressions: Option<Count>,
    clicks: Option<Count>,
    inline_link_clicks: Option<Count>,
    spend: Option<Micros>,
    reach: Option<Count>,
    #[serde(borrow, default)]
    actions: Vec<Action<'a, Decimal>>,
    #[serde(borrow, default)]
    action_values: Vec<Action<'a, Micros>>,
    #[serde(borrow, default)]
    video_thruplay_watched_actions: Vec<Action<'a, Decimal>>,
    #[serde(borrow, default)]
    country: Text<'a>,
    #[serde(borrow, default)]
    age: Text<'a>,
    #[serde(borrow, default)]
    gender: Text<'a>,
    #[serde(borrow, default)]
    device_platform: Text<'a>,
    #[serde(borrow, default)]
    publisher_platform: Text<'a>,
    #[serde(borrow, default)]
    platform_position: Text<'a>,
}

/// One entry of an `actions`-like list: the object's own attribution as `value`, and each window asked for.
#[derive(Deserialize)]
struct Action<'a, N> {
    #[serde(borrow)]
    action_type: Text<'a>,
    value: Option<N>,
    #[serde(rename = "1d_click")]
    click_1d: Option<N>,
    #[serde(rename = "7d_click")]
    click_7d: Option<N>,
    #[serde(rename = "28d_click")]
    click_28d: Option<N>,
    #[serde(rename = "1d_view")]
    view_1d: Option<N>,
}

impl<N: Copy> Action<'_, N> {
    fn windows(&self) -> [(&'static str, Option<N>); 5] {
        [
            ("default", self.value),
            ("1d_click", self.click_1d),
            ("7d_click", self.click_7d),
            ("28d_click", self.click_28d),
            ("1d_view", self.view_1d),
        ]
    }
}

fn of_type<'r, 'a, N>(actions: &'r [Action<'a, N>], name: &str) -> Option<&'r Action<'a, N>> {
    actions.iter().find(|action| action.action_type.0 == name)
}

impl Row<'_> {
    fn placing(&self) -> Placing {
        Placing {
            campaign: CampaignId::new(self.campaign_id.compact()),
            ad_group: AdGroupId::new(self.adset_id.compact()),
            ad: AdId::new(self.ad_id.compact()),
        }
    }

    fn measures(&self, counted: &Counted) -> Result<Measures, BadBody> {
        let mut conversions = (!counted.actions().is_empty()).then_some(0.0);
        let mut revenue_micros = counted.valued().then_some(0_i64);
        for action in counted.actions() {
            if let Some(count) = of_type(&self.actions, action).and_then(|a| a.value) {
                *conversions.get_or_insert(0.0) += count.0;
            }
            if let Some(value) = of_type(&self.action_values, action).and_then(|a| a.value) {
                let sum = revenue_micros.unwrap_or(0).checked_add(value.0);
                revenue_micros = Some(sum.ok_or_else(|| BadBody::Conflict("revenue is too large to keep exactly".to_owned()))?);
            }
        }
        let plays = |actions: &[Action<'_, Decimal>]| of_type(actions, "video_view").and_then(|a| whole(a.value?.0));
        Ok(Measures {
            impressions: self.impressions.unwrap_or_default().0,
            clicks: self.clicks.unwrap_or_default().0,
            link_clicks: self.inline_link_clicks.map(|n| n.0),
            spend_micros: self.spend.unwrap_or_default().0,
            reach: self.reach.map(|n| n.0),
            conversions,
            revenue_micros,
            // Plays of three seconds are the action `video_view`; the list of ThruPlays uses the same name for its only entry.
            video_views: plays(&self.actions),
            thruplays: plays(&self.video_thruplay_watched_actions),
        })
    }

    /// The parts of a breakdown this row is for.
    fn parts(&self, breakdown: Breakdown) -> (CompactString, CompactString) {
        let none = CompactString::default;
        match breakdown {
            Breakdown::Country => (self.country.0.to_uppercase().into(), none()),
            Breakdown::AgeGender => (self.age.compact(), self.gender.compact()),
            Breakdown::Device => (self.device_platform.compact(), none()),
            Breakdown::Placement => (format_compact!("{} {}", self.publisher_platform.0, self.platform_position.0), none()),
            _ => (none(), none()),
        }
    }

    /// One row per action and window that is not zero: Meta leaves out most zeros itself.
    fn conversions(&self, placing: &Placing, into: &mut Vec<ConversionDaily>) {
        let mut add = |name: &CompactString, window: &'static str, count: f64, value_micros: Option<i64>| {
            if count != 0.0 || value_micros.is_some_and(|value| value != 0) {
                into.push(ConversionDaily {
                    date: self.date_start.0,
                    placing: placing.clone(),
                    action_type: name.clone(),
                    window: CompactString::const_new(window),
                    count,
                    value_micros,
                });
            }
        };
        for action in &self.actions {
            let worth = of_type(&self.action_values, &action.action_type.0).map(Action::windows);
            let name = kept(&action.action_type.0);
            let windows = if on_the_ad_itself(&name) { 1 } else { usize::MAX };
            for (at, (window, count)) in action.windows().into_iter().enumerate().take(windows) {
                let value = worth.and_then(|windows| windows[at].1).map(|micros| micros.0);
                add(&name, window, count.unwrap_or_default().0, value);
            }
        }
        for worth in self.action_values.iter().filter(|worth| of_type(&self.actions, &worth.action_type.0).is_none()) {
            let name = kept(&worth.action_type.0);
            for (window, value) in worth.windows() {
                add(&name, window, 0.0, value.map(|micros| micros.0));
            }
        }
    }
}

/// An action's name as facts keep it. Names too long to be kept in place are copied to the heap for every window of every row, so
/// those that most accounts report are pointed to instead.
fn kept(name: &str) -> CompactString {
    const LONG: [&str; 13] = [
        "offsite_conversion.fb_pixel_purchase",
        "offsite_conversion.fb_pixel_view_content",
        "offsite_conversion.fb_pixel_add_to_cart",
        "offsite_conversion.fb_pixel_initiate_checkout",
        "offsite_conversion.fb_pixel_add_payment_info",
        "offsite_conversion.fb_pixel_complete_registration",
        "offsite_conversion.fb_pixel_lead",
        "offsite_conversion.fb_pixel_search",
        "offsite_conversion.fb_pixel_custom",
        "onsite_conversion.purchase",
        "onsite_conversion.lead_grouped",
        "onsite_conversion.post_save",
        "onsite_conversion.messaging_conversation_started_7d",
    ];
    LONG.iter().find(|known| **known == name).map_or_else(|| name.into(), |known| CompactString::const_new(known))
}

/// Whether an action is one on the ad itself (a click, a play, a reaction). It happens while the ad is shown, so its windows repeat the
/// default; keeping them would double the rows of every ad.
fn on_the_ad_itself(action_type: &str) -> bool {
    const ACTIONS: [&str; 12] = [
        "comment",
        "landing_page_view",
        "like",
        "link_click",
        "outbound_click",
        "page_engagement",
        "photo_view",
        "post",
        "post_engagement",
        "post_interaction_gross",
        "post_reaction",
        "video_view",
    ];
    ACTIONS.contains(&action_type)
}

/// A count of plays; they come as decimals like every action.
fn whole(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "checked against the range just before")]
    (number.abs() < 9e15).then(|| number.round() as i64)
}

/// Gathers the pages of one read into facts.
pub(crate) struct Collector<'c> {
    cut: Cut,
    range: DayRange,
    counted: &'c Counted,
    pub(crate) facts: Facts,
    hasher: RandomState,
    /// Where the row of a key lies, by the key's hash.
    seen: HashMap<u64, usize>,
}

impl<'c> Collector<'c> {
    pub(crate) fn new(cut: Cut, range: DayRange, counted: &'c Counted) -> Self {
        Self { cut, range, counted, facts: Facts::default(), hasher: RandomState::new(), seen: HashMap::new() }
    }

    /// Takes a page in, whole or not at all where it is malformed.
    pub(crate) fn take(&mut self, body: &[u8]) -> Result<PageEnd, BadBody> {
        // Checked once here, so that the parser need not check each string.
        let text = std::str::from_utf8(body).map_err(|error| BadBody::Malformed(serde::de::Error::custom(error)))?;
        let page: Page<'_> = serde_json::from_str(text)?;
        let mut fresh = 0;
        for row in &page.data {
            if row.date_start != row.date_stop || !self.range.contains(row.date_start.0) {
                let what = format!("a row for {}..{} in a daily read of {}", row.date_start.0, row.date_stop.0, self.range);
                return Err(BadBody::Conflict(what));
            }
            let new = match self.cut {
                Cut::Ads => self.take_ad(row)?,
                Cut::Parts(breakdown) => self.take_part(row, breakdown)?,
            };
            fresh += usize::from(new);
        }
        Ok(PageEnd { next: page.paging.cursor(), items: page.data.len(), fresh })
    }

    fn take_ad(&mut self, row: &Row<'_>) -> Result<bool, BadBody> {
        if row.ad_id.0.is_empty() {
            return Err(BadBody::Conflict("an ad-level row without ad_id".to_owned()));
        }
        let fact = AdDaily { date: row.date_start.0, span_days: 1, placing: row.placing(), measures: row.measures(self.counted)? };
        let key = self.hasher.hash_one((fact.date, &fact.placing.ad));
        match self.seen.entry(key) {
            Entry::Occupied(at) => repeated(&self.facts.ad_daily[*at.get()], &fact, |fact| &fact.measures, || row.name()),
            Entry::Vacant(free) => {
                free.insert(self.facts.ad_daily.len());
                row.conversions(&fact.placing, &mut self.facts.conversions);
                self.facts.ad_daily.push(fact);
                Ok(true)
            }
        }
    }

    fn take_part(&mut self, row: &Row<'_>, breakdown: Breakdown) -> Result<bool, BadBody> {
        let (part, part2) = row.parts(breakdown);
        // Every part has a name, if only `unknown`: a row without one answers another question.
        if part.trim().is_empty() {
            return Err(BadBody::Conflict(format!("{} without its part of {}", row.name(), breakdown.as_str())));
        }
        let (date, placing, measures) = (row.date_start.0, row.placing(), row.measures(self.counted)?);
        let key = self.hasher.hash_one((date, &placing.campaign, &part, &part2));
        let fact = BreakdownDaily { date, span_days: 1, placing, breakdown, part, part2, measures };
        match self.seen.entry(key) {
            Entry::Occupied(at) => repeated(&self.facts.breakdowns[*at.get()], &fact, |fact| &fact.measures, || row.name()),
            Entry::Vacant(free) => {
                free.insert(self.facts.breakdowns.len());
                self.facts.breakdowns.push(fact);
                Ok(true)
            }
        }
    }
}

/// Whether a row under a known key is the same row again (then it is not new), or contradicts it.
fn repeated<F: PartialEq>(known: &F, again: &F, measures: fn(&F) -> &Measures, name: impl Fn() -> String) -> Result<bool, BadBody> {
    if known == again {
        return Ok(false);
    }
    let (first, second) = (measures(known), measures(again));
    Err(BadBody::Conflict(format!(
        "two different rows for {}: {} and {} impressions, {} and {} micros spent",
        name(),
        first.impressions,
        second.impressions,
        first.spend_micros,
        second.spend_micros
    )))
}

impl Row<'_> {
    fn name(&self) -> String {
        let object = if self.ad_id.0.is_empty() { ("campaign", &self.campaign_id) } else { ("ad", &self.ad_id) };
        format!("{} {} on {}", object.0, object.1.0, self.date_start.0)
    }
}

#[cfg(test)]
mod tests;

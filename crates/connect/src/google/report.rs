//! Reports: what is asked for, and the way from rows to facts.
//!
//! **Invariant.** One row of the platform becomes one fact, however often it is served: a repeated identical row is dropped, a repeated
//! different one is an error.

use super::{
    row::{METRICS, Row},
    service::BadBody,
    stream,
};
use compact_str::CompactString;
use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, Hash, RandomState},
};
use trimtab_domain::{
    Day, DayRange,
    fact::{AdDaily, AdHourly, Breakdown, BreakdownDaily, KeywordDaily, KeywordKind, Placing},
};

/// What conversions split by action may be asked for: with cost, clicks or impressions the platform refuses the query.
const ACTION_METRICS: &str =
    "metrics.conversions, metrics.conversions_value, metrics.all_conversions, metrics.all_conversions_value";

/// One way to cut an account's days: what it asks and what it makes of a row.
pub(super) trait Report {
    /// What a row becomes.
    type Fact: PartialEq;

    /// The resource it reads.
    const FROM: &'static str;
    /// What it selects beside day and campaign.
    const FIELDS: &'static str;
    /// The metrics it selects.
    const METRICS: &'static str = METRICS;

    /// What a row says; `None` where it says nothing worth keeping.
    ///
    /// # Errors
    /// When the row answers another question.
    fn fact(row: &Row<'_>) -> Result<Self::Fact, String>;

    /// What tells its rows apart.
    fn key(fact: &Self::Fact) -> impl Hash;
}

/// The query of a report for a run of days.
pub(super) fn query<R: Report>(range: DayRange) -> String {
    format!(
        "SELECT segments.date, campaign.id, {}, {} FROM {} WHERE segments.date BETWEEN '{}' AND '{}'",
        R::FIELDS,
        R::METRICS,
        R::FROM,
        range.from(),
        range.to()
    )
}

/// The facts of one body, whole or not at all.
pub(super) fn parse<R: Report>(body: &[u8], range: DayRange) -> Result<Vec<R::Fact>, BadBody> {
    let hasher = RandomState::new();
    let (mut facts, mut seen) = (Vec::new(), HashMap::new());
    stream::each_row(body, |row: Row<'_>| {
        if !range.contains(row.date()) {
            return Err(format!("a row of {} in a read of {range}", row.date()));
        }
        let fact = R::fact(&row)?;
        match seen.entry(hasher.hash_one(R::key(&fact))) {
            Entry::Vacant(free) => {
                free.insert(facts.len());
                facts.push(fact);
                Ok(())
            }
            Entry::Occupied(at) if facts[*at.get()] == fact => Ok(()),
            Entry::Occupied(_) => Err(format!("two different rows for {} in {}", row.name(), R::FROM)),
        }
    })?;
    Ok(facts)
}

/// Days of ads.
pub(super) struct Ads;

impl Report for Ads {
    type Fact = AdDaily;
    const FROM: &'static str = "ad_group_ad";
    const FIELDS: &'static str = "ad_group.id, ad_group_ad.ad.id, ad_group_ad.ad.type, metrics.video_trueview_views";

    fn fact(row: &Row<'_>) -> Result<AdDaily, String> {
        if row.ad_group_ad.ad.id.0.is_empty() || row.ad_group.id.0.is_empty() {
            return Err(format!("{} without its ad", row.name()));
        }
        Ok(AdDaily { date: row.date(), span_days: 1, placing: row.placing(), measures: row.measures()? })
    }

    fn key(fact: &AdDaily) -> impl Hash {
        (fact.date, &fact.placing)
    }
}

/// Days of campaigns of every type.
pub(super) struct Campaigns;

/// A campaign's day, and what sort of campaign it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CampaignDay {
    pub(super) day: AdDaily,
    pub(super) channel: CompactString,
}

impl Report for Campaigns {
    type Fact = CampaignDay;
    const FROM: &'static str = "campaign";
    const FIELDS: &'static str = "campaign.advertising_channel_type, metrics.video_trueview_views";

    fn fact(row: &Row<'_>) -> Result<CampaignDay, String> {
        let day = AdDaily { date: row.date(), span_days: 1, placing: row.placing(), measures: row.measures()? };
        Ok(CampaignDay { day, channel: row.campaign.advertising_channel_type.compact() })
    }

    fn key(fact: &CampaignDay) -> impl Hash {
        (fact.day.date, &fact.day.placing)
    }
}

/// Conversions of one action on one day, in both of Google's ways to count.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ActionDay {
    pub(super) date: Day,
    pub(super) placing: Placing,
    /// The resource name of the conversion action.
    pub(super) action: CompactString,
    pub(super) name: CompactString,
    /// Those that count for bidding: of primary actions.
    pub(super) biddable: (f64, f64),
    /// Those of all actions, whatever they count for.
    pub(super) all: (f64, f64),
}

fn action_day(row: &Row<'_>) -> Result<ActionDay, String> {
    let (action, name) = (row.segments.conversion_action.compact(), row.segments.conversion_action_name.compact());
    if action.is_empty() {
        return Err(format!("{} without its conversion action", row.name()));
    }
    let metrics = &row.metrics;
    Ok(ActionDay {
        date: row.date(),
        placing: row.placing(),
        action,
        name,
        biddable: (metrics.conversions, metrics.conversions_value),
        all: (metrics.all_conversions, metrics.all_conversions_value),
    })
}

/// Conversions of ads by action.
pub(super) struct AdActions;

impl Report for AdActions {
    type Fact = ActionDay;
    const FROM: &'static str = "ad_group_ad";
    const FIELDS: &'static str = "ad_group.id, ad_group_ad.ad.id, segments.conversion_action, segments.conversion_action_name";
    const METRICS: &'static str = ACTION_METRICS;

    fn fact(row: &Row<'_>) -> Result<ActionDay, String> {
        if row.ad_group_ad.ad.id.0.is_empty() { Err(format!("{} without its ad", row.name())) } else { action_day(row) }
    }

    fn key(fact: &ActionDay) -> impl Hash {
        (fact.date, &fact.placing, &fact.action)
    }
}

/// The same of campaigns.
pub(super) struct CampaignActions;

impl Report for CampaignActions {
    type Fact = ActionDay;
    const FROM: &'static str = "campaign";
    const FIELDS: &'static str = "segments.conversion_action, segments.conversion_action_name";
    const METRICS: &'static str = ACTION_METRICS;

    fn fact(row: &Row<'_>) -> Result<ActionDay, String> {
        action_day(row)
    }

    fn key(fact: &ActionDay) -> impl Hash {
        (fact.date, &fact.placing, &fact.action)
    }
}

fn part(row: &Row<'_>, breakdown: Breakdown, part: CompactString) -> Result<BreakdownDaily, String> {
    // Every part has a name, if only `UNDETERMINED`: a row without one answers another question.
    if part.is_empty() {
        return Err(format!("{} without its part of {}", row.name(), breakdown.as_str()));
    }
    let (date, placing, measures) = (row.date(), row.placing(), row.measures()?);
    Ok(BreakdownDaily { date, span_days: 1, placing, breakdown, part, part2: CompactString::default(), measures })
}

/// Campaign days by device.
pub(super) struct Devices;

impl Report for Devices {
    type Fact = BreakdownDaily;
    const FROM: &'static str = "campaign";
    const FIELDS: &'static str = "campaign.advertising_channel_type, segments.device, metrics.video_trueview_views";

    fn fact(row: &Row<'_>) -> Result<BreakdownDaily, String> {
        part(row, Breakdown::Device, row.segments.device.0.to_ascii_lowercase().into())
    }

    fn key(fact: &BreakdownDaily) -> impl Hash {
        (fact.date, &fact.placing, &fact.part)
    }
}

/// Ad group days by age range; the platform keeps ages below ad groups.
pub(super) struct Ages;

impl Report for Ages {
    type Fact = BreakdownDaily;
    const FROM: &'static str = "age_range_view";
    const FIELDS: &'static str = "ad_group.id, ad_group_criterion.criterion_id, ad_group_criterion.age_range.type";

    fn fact(row: &Row<'_>) -> Result<BreakdownDaily, String> {
        part(row, Breakdown::Age, age(&row.ad_group_criterion.age_range.kind.0))
    }

    fn key(fact: &BreakdownDaily) -> impl Hash {
        (fact.date, &fact.placing, &fact.part)
    }
}

/// `AGE_RANGE_25_34` as other platforms print it (`25-34`, `65+`).
fn age(word: &str) -> CompactString {
    match word.strip_prefix("AGE_RANGE_") {
        Some("UNDETERMINED") => "unknown".into(),
        Some(range) => range.replace("_UP", "+").replace('_', "-").into(),
        None => word.to_ascii_lowercase().into(),
    }
}

/// Ad group days by gender.
pub(super) struct Genders;

impl Report for Genders {
    type Fact = BreakdownDaily;
    const FROM: &'static str = "gender_view";
    const FIELDS: &'static str = "ad_group.id, ad_group_criterion.criterion_id, ad_group_criterion.gender.type";

    fn fact(row: &Row<'_>) -> Result<BreakdownDaily, String> {
        let word = match row.ad_group_criterion.gender.kind.0.as_ref() {
            "UNDETERMINED" => "unknown".into(),
            word => word.to_ascii_lowercase().into(),
        };
        part(row, Breakdown::Gender, word)
    }

    fn key(fact: &BreakdownDaily) -> impl Hash {
        (fact.date, &fact.placing, &fact.part)
    }
}

/// Campaign days by the country people were in, which is yet to be named; apart by whether the campaign aims at it.
pub(super) struct Countries;

impl Report for Countries {
    type Fact = BreakdownDaily;
    const FROM: &'static str = "user_location_view";
    const FIELDS: &'static str = "user_location_view.country_criterion_id, user_location_view.targeting_location";

    fn fact(row: &Row<'_>) -> Result<BreakdownDaily, String> {
        let mut fact = part(row, Breakdown::Country, row.user_location_view.country_criterion_id.compact())?;
        fact.part2 = if row.user_location_view.targeting_location { "targeted".into() } else { "not targeted".into() };
        Ok(fact)
    }

    fn key(fact: &BreakdownDaily) -> impl Hash {
        (fact.date, &fact.placing, &fact.part, &fact.part2)
    }
}

/// Days of keywords.
pub(super) struct Keywords;

impl Report for Keywords {
    type Fact = KeywordDaily;
    const FROM: &'static str = "keyword_view";
    const FIELDS: &'static str =
        "ad_group.id, ad_group_criterion.criterion_id, ad_group_criterion.keyword.text, ad_group_criterion.keyword.match_type";

    fn fact(row: &Row<'_>) -> Result<KeywordDaily, String> {
        let criterion = &row.ad_group_criterion;
        if criterion.criterion_id.0.is_empty() {
            return Err(format!("{} without its keyword", row.name()));
        }
        Ok(KeywordDaily {
            date: row.date(),
            placing: row.placing(),
            kind: KeywordKind::Keyword,
            id: criterion.criterion_id.compact(),
            text: criterion.keyword.text.compact(),
            match_type: criterion.keyword.match_type.0.to_ascii_lowercase().into(),
            measures: row.measures()?,
        })
    }

    fn key(fact: &KeywordDaily) -> impl Hash {
        (fact.date, &fact.placing, &fact.id)
    }
}

/// Days of search terms. Terms too rare to be told are in nobody's row, so these do not add up to their campaigns.
pub(super) struct SearchTerms;

impl Report for SearchTerms {
    type Fact = KeywordDaily;
    const FROM: &'static str = "search_term_view";
    const FIELDS: &'static str = "ad_group.id, search_term_view.search_term, segments.search_term_match_type";

    fn fact(row: &Row<'_>) -> Result<KeywordDaily, String> {
        let text = row.search_term_view.search_term.compact();
        if text.is_empty() {
            return Err(format!("{} without its search term", row.name()));
        }
        Ok(KeywordDaily {
            date: row.date(),
            placing: row.placing(),
            kind: KeywordKind::SearchTerm,
            id: CompactString::default(),
            text,
            match_type: row.segments.search_term_match_type.0.to_ascii_lowercase().into(),
            measures: row.measures()?,
        })
    }

    fn key(fact: &KeywordDaily) -> impl Hash {
        (fact.date, &fact.placing, &fact.text, &fact.match_type)
    }
}

/// Hours of campaigns.
pub(super) struct Hours;

impl Report for Hours {
    type Fact = AdHourly;
    const FROM: &'static str = "campaign";
    const FIELDS: &'static str = "campaign.advertising_channel_type, segments.hour, metrics.video_trueview_views";

    fn fact(row: &Row<'_>) -> Result<AdHourly, String> {
        let hour = row.segments.hour.filter(|hour| *hour < 24).ok_or_else(|| format!("{} without its hour", row.name()))?;
        Ok(AdHourly { date: row.date(), hour, placing: row.placing(), measures: row.measures()? })
    }

    fn key(fact: &AdHourly) -> impl Hash {
        (fact.date, fact.hour, &fact.placing)
    }
}

#[cfg(test)]
mod tests;

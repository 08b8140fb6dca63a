//! What is asked of analytics, understood and checked.

use super::{
    super::{
        error::ApiError,
        lists::ids,
        restli::{Data, Query},
        urn::Entity,
    },
    metric::{self, Base},
    pivot::Pivot,
};
use crate::{
    limits,
    world::{account::Account, calendar, delivery::today},
};
use jiff::civil::Date;

/// What a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    DateRange,
    PivotValues,
    Metric(&'static str, Base),
}

/// A question to the world.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(crate) pivots: Vec<Pivot>,
    /// First and last day of each, as day numbers.
    pub(crate) intervals: Vec<(i32, i32)>,
    pub(crate) fields: Vec<Field>,
    /// Which ads count, by place.
    pub(crate) only: Vec<bool>,
    /// What is known is what was known then.
    pub(crate) now: i64,
}

const KNOWN: [&str; 12] = [
    "q",
    "pivot",
    "pivots",
    "timeGranularity",
    "dateRange",
    "accounts",
    "campaignGroups",
    "campaigns",
    "creatives",
    "fields",
    // Taken and ignored: there are no pages.
    "start",
    "count",
];

impl Ask {
    pub(crate) fn read(account: &Account, query: &Query, now: i64) -> Result<Self, ApiError> {
        query.only(&KNOWN)?;
        let pivots = pivots(query)?;
        let today = today(account, now);
        let (start, end) = range(query, today)?;
        let granularity = query.word("timeGranularity")?.ok_or_else(|| ApiError::missing("timeGranularity"))?;
        let intervals = intervals(granularity, start, end, (account.first_day, today))?;
        let fields = fields(query)?;
        let by_member = pivots.iter().any(|p| p.is_member());
        if fields.iter().any(|f| matches!(f, Field::Metric(_, base) if base.is_reach())) {
            if by_member {
                return Err(ApiError::bad("approximateMemberReach is not supported for MEMBER_ pivots"));
            }
            if end - start >= limits::LINKEDIN_REACH_DAYS {
                let days = limits::LINKEDIN_REACH_DAYS;
                return Err(ApiError::bad(format!("approximateMemberReach is only available for ranges of at most {days} days")));
            }
        }
        let only = facets(account, query)?;
        // Figures by member come late.
        let now = if by_member { now - limits::LINKEDIN_MEMBER_LAG_SECONDS } else { now };
        Ok(Self { pivots, intervals, fields, only, now })
    }

    pub(crate) fn metrics(&self) -> impl Iterator<Item = (&'static str, Base)> {
        self.fields.iter().filter_map(|f| match f {
            Field::Metric(name, base) => Some((*name, *base)),
            _ => None,
        })
    }

    pub(crate) fn by_conversion(&self) -> bool {
        self.pivots.contains(&Pivot::Conversion)
    }

    pub(crate) fn by_member(&self) -> bool {
        self.pivots.iter().any(|p| p.is_member())
    }
}

fn pivots(query: &Query) -> Result<Vec<Pivot>, ApiError> {
    let words = match query.need("q")? {
        "analytics" if query.get("pivots").is_some() => return Err(ApiError::bad("Query parameter not allowed: pivots")),
        "analytics" => vec![query.word("pivot")?.ok_or_else(|| ApiError::missing("pivot"))?],
        "statistics" if query.get("pivot").is_some() => return Err(ApiError::bad("Query parameter not allowed: pivot")),
        "statistics" => query.texts("pivots")?.ok_or_else(|| ApiError::missing("pivots"))?,
        "attributedRevenueMetrics" => return Err(ApiError::not_served("The finder attributedRevenueMetrics")),
        other => return Err(ApiError::bad(format!("Finder '{other}' is not supported by this resource"))),
    };
    let distinct = words.iter().enumerate().all(|(i, word)| !words[..i].contains(word));
    if !(1..=limits::LINKEDIN_PIVOTS_MAX).contains(&words.len()) || !distinct {
        return Err(ApiError::bad(format!("Between 1 and {} different pivots can be asked for", limits::LINKEDIN_PIVOTS_MAX)));
    }
    words.into_iter().map(Pivot::parse).collect()
}

/// First and last day, both inclusive; without an end until today.
fn range(query: &Query, today: i32) -> Result<(i32, i32), ApiError> {
    let given = query.get("dateRange").ok_or_else(|| ApiError::missing("dateRange"))?;
    let Data::Record(fields) = given else { return Err(ApiError::parameter("dateRange")) };
    if fields.iter().any(|(name, _)| !["start", "end"].contains(&name.as_str())) {
        return Err(ApiError::parameter("dateRange"));
    }
    let start = day(given.field("start").ok_or_else(|| ApiError::missing("dateRange.start"))?)?;
    let end = given.field("end").map_or(Ok(today.max(start)), day)?;
    if end < start {
        return Err(ApiError::bad("dateRange: start is after end"));
    }
    Ok((start, end))
}

fn day(data: &Data) -> Result<i32, ApiError> {
    let bad = || ApiError::parameter("dateRange");
    let Data::Record(fields) = data else { return Err(bad()) };
    let number = |name: &str| data.field(name).and_then(Data::text).and_then(|text| text.parse::<i16>().ok()).ok_or_else(bad);
    if fields.len() != 3 {
        return Err(bad());
    }
    let (month, day) = (i8::try_from(number("month")?).map_err(|_| bad())?, i8::try_from(number("day")?).map_err(|_| bad())?);
    let year = number("year")?;
    let date = Date::new(year, month, day).map_err(|_| bad())?;
    // Nothing of the platform's is older, and nothing of the sandbox's clock is later.
    if !(2003..=2100).contains(&year) {
        return Err(bad());
    }
    Ok(calendar::number(date))
}

/// Cuts a range. Single days outside of the account's life have nothing and are left out at once.
fn intervals(granularity: &str, start: i32, end: i32, (first, today): (i32, i32)) -> Result<Vec<(i32, i32)>, ApiError> {
    let begins: fn(Date) -> bool = match granularity {
        "ALL" => return Ok(vec![(start, end)]),
        "DAILY" => return Ok((start.max(first)..=end.min(today)).map(|day| (day, day)).collect()),
        "MONTHLY" => |date| date.day() == 1,
        "YEARLY" => |date| date.day() == 1 && date.month() == 1,
        other => return Err(ApiError::bad(format!("'{other}' is not a timeGranularity"))),
    };
    let mut cut: Vec<(i32, i32)> = Vec::new();
    for day in start..=end {
        match cut.last_mut() {
            Some(last) if !begins(calendar::day(day)) => last.1 = day,
            _ => cut.push((day, day)),
        }
    }
    Ok(cut)
}

/// The fields asked for. Without any, rows have impressions and clicks, and nothing to tell them apart by.
fn fields(query: &Query) -> Result<Vec<Field>, ApiError> {
    let names = query.texts("fields")?.unwrap_or_else(|| vec!["impressions", "clicks"]);
    if names.len() > limits::LINKEDIN_FIELDS_MAX {
        return Err(ApiError::bad(format!(
            "At most {} fields can be asked for, {} were",
            limits::LINKEDIN_FIELDS_MAX,
            names.len()
        )));
    }
    let mut fields: Vec<Field> = Vec::new();
    for name in names {
        let field = match name {
            "dateRange" => Field::DateRange,
            "pivotValues" => Field::PivotValues,
            name => {
                let (name, base) =
                    metric::find(name).ok_or_else(|| ApiError::bad(format!("'{name}' is not a field of adAnalytics")))?;
                Field::Metric(name, base)
            }
        };
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    Ok(fields)
}

/// Which ads all facets let in. Objects of others have nothing to tell: no error, and no rows.
fn facets(account: &Account, query: &Query) -> Result<Vec<bool>, ApiError> {
    let mut only = vec![true; account.ads.len()];
    let mut any = false;
    for (name, entity) in [
        ("accounts", Entity::Account),
        ("campaignGroups", Entity::Group),
        ("campaigns", Entity::Campaign),
        ("creatives", Entity::Creative),
    ] {
        let Some(mut wanted) = ids(query, name, entity)?.filter(|ids| !ids.is_empty()) else { continue };
        any = true;
        wanted.sort_unstable();
        for (counts, ad) in only.iter_mut().zip(&account.ads) {
            let id = match entity {
                Entity::Account => account.id,
                Entity::Group => account.campaigns[ad.campaign].object.id,
                Entity::Campaign => account.ad_sets[ad.ad_set].object.id,
                Entity::Creative => ad.object.id,
            };
            *counts = *counts && wanted.binary_search(&id).is_ok();
        }
    }
    if any {
        Ok(only)
    } else {
        Err(ApiError::bad("At least one facet of accounts, campaignGroups, campaigns or creatives is required"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_by_month_and_year_and_include_both_ends() {
        let day = |text: &str| calendar::number(text.parse().unwrap());
        let of = |granularity: &str, from: &str, to: &str| {
            intervals(granularity, day(from), day(to), (day("2025-01-01"), day("2026-11-20"))).unwrap()
        };
        assert_eq!(of("MONTHLY", "2026-10-30", "2026-12-01").len(), 3);
        assert_eq!(of("MONTHLY", "2026-10-30", "2026-12-01")[0], (day("2026-10-30"), day("2026-10-31")));
        assert_eq!(of("YEARLY", "2025-12-31", "2026-01-01").len(), 2);
        assert_eq!(of("DAILY", "2026-11-19", "2026-11-25").len(), 2, "today is the last day there is");
        assert_eq!(of("ALL", "2020-01-01", "2026-12-31"), [(day("2020-01-01"), day("2026-12-31"))]);
        assert!(intervals("HOURLY", 0, 1, (0, 1)).is_err());
    }
}

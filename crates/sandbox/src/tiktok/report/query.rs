//! What a report is asked for, and what TikTok refuses about it.

use super::{filter::Filter, metric::Asked};
use crate::{
    http::Request,
    limits,
    tiktok::{
        envelope::ApiError,
        params::{self, need},
    },
    world::{account::Account, breakdown::Family, calendar, delivery},
};
use trimtab_domain::Day;

/// Which objects rows are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Advertiser,
    Campaign,
    AdGroup,
    Ad,
}

impl Level {
    const fn id(self) -> &'static str {
        match self {
            Self::Advertiser => "advertiser_id",
            Self::Campaign => "campaign_id",
            Self::AdGroup => "adgroup_id",
            Self::Ad => "ad_id",
        }
    }

    /// 0 for the account, 3 for ads.
    pub(crate) const fn depth(self) -> usize {
        self as usize
    }
}

/// One dimension of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dimension {
    AdvertiserId,
    CampaignId,
    AdGroupId,
    /// Of Smart+ ads, the creatives.
    AdId,
    /// Of Smart+ ads, the ads.
    AdIdV2,
    Day,
    Hour,
    Country,
    Age,
    Gender,
}

impl Dimension {
    pub(crate) const ALL: [(&'static str, &'static str, Self); 10] = [
        ("advertiser_id", "Account ID", Self::AdvertiserId),
        ("campaign_id", "Campaign ID", Self::CampaignId),
        ("adgroup_id", "Ad Group ID", Self::AdGroupId),
        ("ad_id", "Ad ID", Self::AdId),
        ("ad_id_v2", "Ad ID", Self::AdIdV2),
        ("stat_time_day", "Date", Self::Day),
        ("stat_time_hour", "Hour", Self::Hour),
        ("country_code", "Country/Region", Self::Country),
        ("age", "Age", Self::Age),
        ("gender", "Gender", Self::Gender),
    ];

    fn parse(name: &str) -> Result<Self, ApiError> {
        let found = Self::ALL.iter().find(|d| d.0 == name).map(|d| d.2);
        found.ok_or_else(|| ApiError::parameter(format_args!("dimensions: '{name}' is not a valid dimension.")))
    }

    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|d| d.2 == self).map_or("", |d| d.0)
    }

    pub(crate) fn title(self) -> &'static str {
        Self::ALL.iter().find(|d| d.2 == self).map_or("", |d| d.1)
    }

    const fn level(self) -> Option<Level> {
        match self {
            Self::AdvertiserId => Some(Level::Advertiser),
            Self::CampaignId => Some(Level::Campaign),
            Self::AdGroupId => Some(Level::AdGroup),
            Self::AdId | Self::AdIdV2 => Some(Level::Ad),
            _ => None,
        }
    }

    const fn family(self) -> Option<Family> {
        match self {
            Self::Country => Some(Family::Country),
            Self::Age | Self::Gender => Some(Family::AgeGender),
            Self::Hour => Some(Family::Hour),
            _ => None,
        }
    }
}

/// How a report is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Answered at once: few days, and no more than 20 000 ads.
    Direct,
    /// Prepared: neither limit.
    Task,
}

/// A report that can be answered.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    /// Place of the account.
    pub(crate) account: usize,
    pub(crate) level: Level,
    pub(crate) dimensions: Vec<Dimension>,
    pub(crate) metrics: Vec<Asked>,
    pub(crate) family: Option<Family>,
    /// First and last day of each row.
    pub(crate) intervals: Vec<(i32, i32)>,
    pub(crate) filter: Filter,
    /// A metric to sort by, and whether the largest comes first.
    pub(crate) order: Option<(Asked, bool)>,
    pub(crate) conversions: bool,
    /// Whether the answer is empty because nothing was bought that way.
    pub(crate) silent: bool,
    pub(crate) mode: Mode,
    pub(crate) now: i64,
}

impl Query {
    /// Reads a request about an account whose place is `place`.
    pub(crate) fn read(request: &Request, place: usize, account: &Account, mode: Mode, now: i64) -> Result<Self, ApiError> {
        let audience = match need(request, "report_type")? {
            "BASIC" => false,
            "AUDIENCE" => true,
            "BC" | "CATALOG" | "PLAYABLE_MATERIAL" | "TT_SHOP" => {
                return Err(ApiError::new(40_118, "This report type is only available to allowlisted accounts."));
            }
            other => return Err(ApiError::parameter(format_args!("report_type: '{other}' is not a valid value."))),
        };
        let reserved = match request.given("service_type") {
            None | Some("AUCTION") => false,
            Some("RESERVATION") => true,
            Some(other) => return Err(ApiError::parameter(format_args!("service_type: '{other}' is not a valid value."))),
        };
        let (level, reserved_level) = match need(request, "data_level")? {
            "AUCTION_ADVERTISER" => (Level::Advertiser, false),
            "AUCTION_CAMPAIGN" => (Level::Campaign, false),
            "AUCTION_ADGROUP" => (Level::AdGroup, false),
            "AUCTION_AD" => (Level::Ad, false),
            "RESERVATION_ADVERTISER" => (Level::Advertiser, true),
            "RESERVATION_CAMPAIGN" => (Level::Campaign, true),
            "RESERVATION_ADGROUP" => (Level::AdGroup, true),
            "RESERVATION_AD" => (Level::Ad, true),
            other => return Err(ApiError::parameter(format_args!("data_level: '{other}' is not a valid value."))),
        };
        let names = params::list(request, "dimensions")?.ok_or_else(|| ApiError::missing("dimensions"))?;
        let dimensions: Vec<Dimension> = names.iter().map(|n| Dimension::parse(n)).collect::<Result<_, _>>()?;
        let family = family(&dimensions, level, audience)?;
        let metrics = metrics(request, &dimensions, level, audience)?;
        let lifetime = params::flag(request, "query_lifetime", false)?;
        let intervals = if lifetime {
            if audience || dimensions.iter().any(|d| matches!(d, Dimension::Day | Dimension::Hour | Dimension::Country)) {
                return Err(ApiError::conflict("query_lifetime does not go with dimensions of time or place, nor with AUDIENCE."));
            }
            vec![(account.first_day, delivery::today(account, now))]
        } else {
            days(request, &dimensions, mode)?
        };
        let order = match request.given("order_field") {
            None => None,
            Some(name) => {
                let asked = metrics.iter().find(|m| m.name == name && m.metric.depth() == 0).copied();
                let asked = asked.ok_or_else(|| ApiError::parameter("order_field: Must be one of the metrics asked for."))?;
                Some((asked, request.given("order_type") != Some("ASC")))
            }
        };
        let filter = Filter::read(request, level)?;
        let conversions = metrics.iter().any(|m| m.metric.needs_conversions()) || filter.needs_conversions();
        Ok(Self {
            account: place,
            level,
            dimensions,
            metrics,
            family,
            intervals,
            filter,
            order,
            conversions,
            silent: reserved || reserved_level,
            mode,
            now,
        })
    }

    /// Whether rows are told apart by time; then those without delivery are left out.
    pub(crate) fn timed(&self) -> bool {
        self.dimensions.iter().any(|d| matches!(d, Dimension::Day | Dimension::Hour))
    }

    /// Whether Smart+ ads are told apart by creative.
    pub(crate) fn by_creative(&self) -> bool {
        self.dimensions.contains(&Dimension::AdId)
    }
}

/// The breakdown that some dimensions ask for together, after all that can be wrong with them.
fn family(dimensions: &[Dimension], level: Level, audience: bool) -> Result<Option<Family>, ApiError> {
    let ids: Vec<Dimension> = dimensions.iter().copied().filter(|d| d.level().is_some()).collect();
    match ids.as_slice() {
        [id] if id.level() == Some(level) => {}
        [_] => {
            return Err(ApiError::conflict(format_args!(
                "data_level does not match the id dimension, which must be {}.",
                level.id()
            )));
        }
        _ => return Err(ApiError::parameter(format_args!("dimensions: Exactly one id dimension is needed: {}.", level.id()))),
    }
    if (1..dimensions.len()).any(|i| dimensions[..i].contains(&dimensions[i])) {
        return Err(ApiError::parameter("dimensions: A dimension is repeated."));
    }
    if dimensions.contains(&Dimension::Day) && dimensions.contains(&Dimension::Hour) {
        return Err(ApiError::conflict("stat_time_day and stat_time_hour exclude each other."));
    }
    let mut family = None;
    for own in dimensions.iter().filter_map(|d| d.family()) {
        if family.is_some_and(|f| f != own) {
            return Err(ApiError::conflict("these dimensions cannot be combined."));
        }
        family = Some(own);
    }
    let people = dimensions.iter().any(|d| matches!(d, Dimension::Age | Dimension::Gender));
    match (audience, people) {
        (false, true) => Err(ApiError::conflict("age and gender are dimensions of AUDIENCE reports.")),
        (true, false) if family != Some(Family::Country) => {
            Err(ApiError::parameter("dimensions: An AUDIENCE report needs a dimension of the audience."))
        }
        _ => Ok(family),
    }
}

fn metrics(request: &Request, dimensions: &[Dimension], level: Level, audience: bool) -> Result<Vec<Asked>, ApiError> {
    let names = params::list(request, "metrics")?.filter(|names| !names.is_empty());
    let names = names.unwrap_or_else(|| vec!["spend".to_owned(), "impressions".to_owned()]);
    let mut all: Vec<Asked> = Vec::new();
    for name in &names {
        let asked =
            Asked::parse(name).ok_or_else(|| ApiError::parameter(format_args!("metrics: '{name}' is not a valid metric.")))?;
        if asked.metric.depth() > level.depth() {
            return Err(ApiError::conflict(format_args!("metric {name} is not available at this data_level.")));
        }
        if audience && !asked.of_audience {
            return Err(ApiError::conflict(format_args!("metric {name} is not available in AUDIENCE reports.")));
        }
        if asked.metric.of_people() && dimensions.contains(&Dimension::Hour) {
            return Err(ApiError::conflict(format_args!("metric {name} is not available by hour.")));
        }
        if !all.iter().any(|a| a.name == asked.name) {
            all.push(asked);
        }
    }
    Ok(all)
}

fn days(request: &Request, dimensions: &[Dimension], mode: Mode) -> Result<Vec<(i32, i32)>, ApiError> {
    let day = |name: &str| {
        let text = need(request, name)?;
        let day: Option<Day> = text.parse().ok().filter(|_| text.len() == 10);
        day.map(calendar::number).ok_or_else(|| ApiError::parameter(format_args!("{name}: Not a valid date, use YYYY-MM-DD.")))
    };
    let (first, last) = (day("start_date")?, day("end_date")?);
    if last < first {
        return Err(ApiError::parameter("end_date: Must not be earlier than start_date."));
    }
    let hourly = dimensions.contains(&Dimension::Hour);
    let daily = dimensions.contains(&Dimension::Day);
    let most = match mode {
        Mode::Task => i32::MAX,
        Mode::Direct if hourly => 1,
        Mode::Direct if daily => limits::TIKTOK_DAYS_MAX,
        Mode::Direct => limits::TIKTOK_SPAN_MAX,
    };
    if last - first >= most {
        return Err(ApiError::parameter(format_args!("The time span cannot be longer than {most} days with these dimensions.")));
    }
    Ok(if hourly || daily { (first..=last).map(|d| (d, d)).collect() } else { vec![(first, last)] })
}

//! Analytics: what is asked for, understood once for direct answers and for reports alike.
//!
//! Days are UTC days. A row in which every figure asked for is zero is left out; a figure that is zero is absent or null, never 0.

mod direct;
mod range;
mod row;
mod targeting;
mod walk;

pub(crate) use direct::{answer, targeted};
pub(crate) use range::{Granularity, Interval, Reach, intervals};
pub(crate) use row::{Ids, Writer};
pub(crate) use targeting::{Targeting, interest};
pub(crate) use walk::{Found, Walk, calendar_day};

use super::{
    columns::Column,
    error::ApiError,
    params::{self, Params},
};
use crate::world::{account::Account, measure::Conversion};

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Account,
    Campaign,
    AdGroup,
    Ad,
}

impl Level {
    /// The column that names a row's object.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Account => "AD_ACCOUNT_ID",
            Self::Campaign => "CAMPAIGN_ID",
            Self::AdGroup => "AD_GROUP_ID",
            Self::Ad => "AD_ID",
        }
    }
}

/// How conversions are credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attribution {
    /// Days after a click; 0 counts none.
    click: i64,
    /// Days after a view.
    view: i64,
    /// Dates them by the conversion instead of the ad.
    pub(crate) by_conversion: bool,
}

impl Attribution {
    const WINDOWS: [&str; 6] = ["0", "1", "7", "14", "30", "60"];

    /// Reads the four parameters by name; the engagement window is checked and counts nothing, as on the platform.
    pub(crate) fn read<'t>(get: impl Fn(&str) -> Result<Option<&'t str>, ApiError>) -> Result<Self, ApiError> {
        let days = |name: &str, usual: i64| match get(name)? {
            None => Ok(usual),
            Some(text) if Self::WINDOWS.contains(&text) => Ok(text.parse().unwrap_or(usual)),
            Some(text) => Err(params::invalid(name, text)),
        };
        days("engagement_window_days", 30)?;
        let by_conversion = match get("conversion_report_time")? {
            None | Some("TIME_OF_AD_ACTION") => false,
            Some("TIME_OF_CONVERSION") => true,
            Some(other) => return Err(params::invalid("conversion_report_time", other)),
        };
        Ok(Self { click: days("click_window_days", 30)?, view: days("view_window_days", 1)?, by_conversion })
    }

    /// Whether a conversion falls into its window.
    fn counts(&self, conversion: &Conversion) -> bool {
        let days = if self.viewed(conversion) { self.view } else { self.click };
        days > 0 && conversion.lag <= days * 86_400
    }

    fn viewed(&self, conversion: &Conversion) -> bool {
        conversion.credit == crate::world::measure::Credit::ViewOneDay
    }

    /// The place of the click window among those that upper-funnel events are kept for: 1, 7 and 28 days. They all happen within days.
    pub(crate) const fn funnel_click(&self) -> Option<usize> {
        match self.click {
            0 => None,
            1 => Some(0),
            7 | 14 => Some(1),
            _ => Some(2),
        }
    }

    pub(crate) const fn counts_views(&self) -> bool {
        self.view > 0
    }
}

/// A question to the world.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    pub(crate) level: Level,
    pub(crate) granularity: Granularity,
    pub(crate) intervals: Vec<Interval>,
    pub(crate) columns: Vec<Column>,
    pub(crate) attribution: Attribution,
    pub(crate) targeting: Option<Targeting>,
    /// Ads that count, by place; all without it.
    pub(crate) only: Option<Vec<bool>>,
    pub(crate) now: i64,
}

impl Query {
    /// Whether an ad's figures count.
    pub(crate) fn counts(&self, ad: usize) -> bool {
        self.only.as_ref().is_none_or(|only| only.get(ad).copied().unwrap_or(false))
    }

    /// Whether conversions have to be computed.
    pub(crate) fn converts(&self) -> bool {
        self.granularity != Granularity::Hour && self.columns.iter().any(Column::is_conversion)
    }

    pub(crate) fn reaches(&self) -> bool {
        self.columns.iter().any(Column::is_reach)
    }
}

/// Which ads belong to any of the objects with these ids; strange ids are refused.
pub(crate) fn ads_of(account: &Account, level: Level, ids: &[u64]) -> Result<Vec<bool>, ApiError> {
    let mut only = vec![false; account.ads.len()];
    for id in ids {
        let range = match level {
            Level::Account => (account.id == *id).then_some(0..account.ads.len()),
            Level::Campaign => account.campaigns.iter().find(|c| c.object.id == *id).map(|c| c.ads.clone()),
            Level::AdGroup => account.ad_sets.iter().find(|s| s.object.id == *id).map(|s| s.ads.clone()),
            Level::Ad => account.ads.iter().position(|a| a.object.id == *id).map(|a| a..a + 1),
        };
        let range = range.ok_or_else(|| ApiError::invalid(format_args!("{id} is not an id of this ad account")))?;
        only[range].fill(true);
    }
    Ok(only)
}

/// The columns asked for, each once.
pub(crate) fn columns<'n>(
    names: impl IntoIterator<Item = &'n str>,
    find: fn(&str) -> Option<Column>,
) -> Result<Vec<Column>, ApiError> {
    let mut columns: Vec<Column> = Vec::new();
    for name in names {
        let column = find(name).ok_or_else(|| params::invalid("columns", name))?;
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    if columns.is_empty() {
        return Err(ApiError::invalid("Missing required parameter 'columns'"));
    }
    Ok(columns)
}

/// Refuses what is closed to all but a few accounts.
pub(crate) fn refuse_beta(params: &Params) -> Result<(), ApiError> {
    for name in ["reporting_timezone", "aggregate_report_rows"] {
        if params.one(name)?.is_some_and(|v| v != "false") {
            return Err(ApiError::invalid(format_args!("'{name}' is in beta and not available to this user")));
        }
    }
    Ok(())
}

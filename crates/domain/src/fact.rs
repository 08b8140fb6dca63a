//! Rows of facts as every source delivers them, before they become columns.
//!
//! A row carries ids only; names and states live in the entity history. Money is micros of the account's currency. `None` means the
//! source did not report the figure; zero is a value.

mod mail;
mod shop;
mod site;
mod total;

pub use mail::{EmailDaily, MailKind};
pub use shop::{Custom, Order, OrderState, Utm};
pub use site::{Quality, SessionDaily};
pub use total::Total;

use crate::{
    Day, DayRange, Source,
    id::{AdGroupId, AdId, CampaignId},
};
use compact_str::CompactString;

/// Where in the account a figure belongs. Ids below the grain of the row are [`AdId::none`] and so on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Placing {
    /// The campaign.
    pub campaign: CampaignId,
    /// The ad group.
    pub ad_group: AdGroupId,
    /// The ad.
    pub ad: AdId,
}

/// The counts every grain shares.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measures {
    /// Times shown.
    pub impressions: i64,
    /// All clicks, as the platform's own "clicks".
    pub clicks: i64,
    /// Clicks that leave for the advertised link.
    pub link_clicks: Option<i64>,
    /// Spend in micros of the account's currency.
    pub spend_micros: i64,
    /// People reached: never summed over days or objects.
    pub reach: Option<i64>,
    /// Conversions of the account's one chosen action, in the platform's own default attribution.
    pub conversions: Option<f64>,
    /// Value of those conversions in micros.
    pub revenue_micros: Option<i64>,
    /// Video plays of three seconds or more (or the platform's closest figure).
    pub video_views: Option<i64>,
    /// Video plays to the end or 15 seconds.
    pub thruplays: Option<i64>,
}

/// One ad on one day (or the finest grain the source has).
#[derive(Debug, Clone, PartialEq)]
pub struct AdDaily {
    /// The day, in the account's zone.
    pub date: Day,
    /// How many days the figure covers, ending with `date`: 1 but for imports of files that give only a total for a period.
    pub span_days: i32,
    /// Where it belongs.
    pub placing: Placing,
    /// What was measured.
    pub measures: Measures,
}

/// Conversions of one action type in one attribution window: every one the source reports, side by side, never to be summed blindly.
#[derive(Debug, Clone, PartialEq)]
pub struct ConversionDaily {
    /// The day, in the account's zone.
    pub date: Day,
    /// Where it belongs.
    pub placing: Placing,
    /// The platform's action type (`omni_purchase`).
    pub action_type: CompactString,
    /// The attribution window (`7d_click`, `1d_view`), or `default` for the object's own setting.
    pub window: CompactString,
    /// How many.
    pub count: f64,
    /// What they were worth, in micros.
    pub value_micros: Option<i64>,
}

/// Which way a day's figures are split. One row belongs to exactly one breakdown; totals of two breakdowns must never be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Breakdown {
    /// By country (ISO 3166-1 alpha-2, upper case).
    Country,
    /// By age band and gender.
    AgeGender,
    /// By device the ad was shown on.
    Device,
    /// By placement: publisher and position.
    Placement,
    /// By age band alone, where the platform does not report it together with gender.
    Age,
    /// By gender alone, likewise.
    Gender,
    /// By the person's industry.
    Industry,
    /// By the person's job function.
    JobFunction,
    /// By the person's seniority.
    Seniority,
    /// By the size of the person's company.
    CompanySize,
    /// By the person's interest.
    Interest,
}

impl Breakdown {
    /// Every breakdown.
    pub const ALL: [Self; 11] = [
        Self::Country,
        Self::AgeGender,
        Self::Device,
        Self::Placement,
        Self::Age,
        Self::Gender,
        Self::Industry,
        Self::JobFunction,
        Self::Seniority,
        Self::CompanySize,
        Self::Interest,
    ];

    /// The name in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::AgeGender => "age_gender",
            Self::Device => "device",
            Self::Placement => "placement",
            Self::Age => "age",
            Self::Gender => "gender",
            Self::Industry => "industry",
            Self::JobFunction => "job_function",
            Self::Seniority => "seniority",
            Self::CompanySize => "company_size",
            Self::Interest => "interest",
        }
    }

    /// Whether a source tells it only approximately and leaves out what few people did, to protect them: its parts then come to less than
    /// the whole.
    #[must_use]
    pub const fn is_approximate(self, source: Source) -> bool {
        matches!(source, Source::Linkedin)
            && matches!(self, Self::Country | Self::Industry | Self::JobFunction | Self::Seniority | Self::CompanySize)
    }
}

/// One campaign's, ad group's or ad's day within one part of a breakdown.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakdownDaily {
    /// The day, in the account's zone.
    pub date: Day,
    /// How many days the figure covers, ending with `date` (see [`AdDaily::span_days`]).
    pub span_days: i32,
    /// Where it belongs.
    pub placing: Placing,
    /// The way of splitting.
    pub breakdown: Breakdown,
    /// The part: country code, age band, device, placement (`facebook feed`) …; empty where `breakdown` is gender alone.
    pub part: CompactString,
    /// Gender, where `breakdown` is age and gender or gender alone; else empty.
    pub part2: CompactString,
    /// What was measured.
    pub measures: Measures,
}

/// What a row of [`KeywordDaily`] stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeywordKind {
    /// A keyword the advertiser bids on.
    Keyword,
    /// What people searched for when the ad was shown.
    SearchTerm,
}

impl KeywordKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Keyword, Self::SearchTerm];

    /// The name in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::SearchTerm => "search_term",
        }
    }
}

/// One keyword's or search term's day. Keywords and search terms are two views of the same figures and must never be added.
#[derive(Debug, Clone, PartialEq)]
pub struct KeywordDaily {
    /// The day, in the account's zone.
    pub date: Day,
    /// Where it belongs; the ad is [`AdId::none`] where the platform does not tell.
    pub placing: Placing,
    /// Keyword or search term.
    pub kind: KeywordKind,
    /// The platform's id of the keyword; of a search term, that of the keyword it matched, or empty.
    pub id: CompactString,
    /// The words.
    pub text: CompactString,
    /// How closely a search has to match (`exact`, `phrase`, `broad`), in lower case; empty where the platform does not tell.
    pub match_type: CompactString,
    /// What was measured.
    pub measures: Measures,
}

/// One campaign's, ad group's or ad's hour: a snapshot of recent days, kept beside the daily facts and never added to them.
#[derive(Debug, Clone, PartialEq)]
pub struct AdHourly {
    /// The day, in the account's zone.
    pub date: Day,
    /// The hour of that day by the clock on the wall, 0 to 23. The hour a clock goes through twice holds both.
    pub hour: u8,
    /// Where it belongs.
    pub placing: Placing,
    /// What was measured; reach is not reported by hour.
    pub measures: Measures,
}

/// Everything a source reported for one account and a run of days. It replaces whatever was known of these days.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Ad-level days.
    pub ad_daily: Vec<AdDaily>,
    /// Conversions by action and window.
    pub conversions: Vec<ConversionDaily>,
    /// Breakdowns. A breakdown named in `breakdowns_read` with no rows had none.
    pub breakdowns: Vec<BreakdownDaily>,
    /// Which breakdowns were asked for and so are replaced.
    pub breakdowns_read: Vec<Breakdown>,
    /// Keywords and search terms.
    pub keywords: Vec<KeywordDaily>,
    /// Which kinds of them were asked for and so are replaced.
    pub keywords_read: Vec<KeywordKind>,
    /// Visits of a site.
    pub sessions: Vec<SessionDaily>,
    /// Orders of a shop.
    pub orders: Vec<Order>,
    /// Mailings.
    pub emails: Vec<EmailDaily>,
}

impl Facts {
    /// Number of rows of all kinds.
    #[must_use]
    pub fn rows(&self) -> usize {
        let ads = self.ad_daily.len() + self.conversions.len() + self.breakdowns.len() + self.keywords.len();
        ads + self.sessions.len() + self.orders.len() + self.emails.len()
    }

    /// The days of the rows a source is read for: ads, visits, orders or mailings.
    pub fn dates(&self) -> impl Iterator<Item = Day> + '_ {
        let ads = self.ad_daily.iter().map(|row| row.date);
        let (visits, mailings) = (self.sessions.iter().map(|row| row.date), self.emails.iter().map(|row| row.date));
        ads.chain(visits).chain(self.orders.iter().map(|row| row.date)).chain(mailings)
    }

    /// The first and the last of these.
    #[must_use]
    pub fn days(&self) -> Option<DayRange> {
        DayRange::new(self.dates().min()?, self.dates().max()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_told_of_members_is_approximate() {
        let approximate = |source| Breakdown::ALL.into_iter().filter(|breakdown| breakdown.is_approximate(source)).count();
        assert_eq!(approximate(Source::Linkedin), 5);
        assert!(!Breakdown::Device.is_approximate(Source::Linkedin));
        assert!(Source::ALL.into_iter().filter(|source| *source != Source::Linkedin).all(|source| approximate(source) == 0));
    }
}

//! What rows are grouped by, and what each dimension asks of the facts.

use super::QueryError;
use crate::{
    entity::EntityKind,
    fact::{Breakdown, KeywordKind},
    metric::closest,
};
use std::{fmt, str::FromStr};

/// What rows are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// The day, in the account's zone.
    Date,
    /// The ISO week, shown as its Monday.
    Week,
    /// The calendar month, shown as its first day.
    Month,
    /// Monday to Sunday, as 1 to 7.
    Weekday,
    /// The hour of the day by the clock on the wall, 0 to 23; kept by campaign, for recent days.
    Hour,
    /// The ad platform; of visits and orders the one whose paid click brought them.
    Platform,
    /// The account: of an ad platform, a shop, a site or a mailing system.
    Account,
    /// The campaign.
    Campaign,
    /// The ad group (Meta: ad set).
    AdGroup,
    /// The ad.
    Ad,
    /// Country of the person.
    Country,
    /// Device of the person.
    Device,
    /// Age band of the person.
    Age,
    /// Gender of the person.
    Gender,
    /// Where the ad was shown.
    Placement,
    /// Industry of the person.
    Industry,
    /// Job function of the person.
    JobFunction,
    /// Seniority of the person.
    Seniority,
    /// Size of the person's company.
    CompanySize,
    /// Interest of the person.
    Interest,
    /// The keyword bid on.
    Keyword,
    /// What people searched for.
    SearchTerm,
    /// How closely a search has to match the keyword.
    MatchType,
    /// The campaign's objective as it is now.
    Objective,
    /// The campaign's effective status as it is now.
    Status,
    /// The platform's action type (conversion facts only).
    ActionType,
    /// The attribution window (conversion facts only).
    Window,
    /// The analytics' own grouping of ways to the site (visits only).
    Channel,
    /// Who led to the site or shop, as the link says.
    UtmSource,
    /// By what means.
    UtmMedium,
    /// For which campaign, as the link says; not the platform's id.
    UtmCampaign,
    /// New or returning (orders only).
    Customer,
    /// Campaign or flow (mailings only).
    MailKind,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Self; 33] = [
        Self::Date,
        Self::Week,
        Self::Month,
        Self::Weekday,
        Self::Hour,
        Self::Platform,
        Self::Account,
        Self::Campaign,
        Self::AdGroup,
        Self::Ad,
        Self::Country,
        Self::Device,
        Self::Age,
        Self::Gender,
        Self::Placement,
        Self::Industry,
        Self::JobFunction,
        Self::Seniority,
        Self::CompanySize,
        Self::Interest,
        Self::Keyword,
        Self::SearchTerm,
        Self::MatchType,
        Self::Objective,
        Self::Status,
        Self::ActionType,
        Self::Window,
        Self::Channel,
        Self::UtmSource,
        Self::UtmMedium,
        Self::UtmCampaign,
        Self::Customer,
        Self::MailKind,
    ];

    /// The name in queries and results.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Week => "week",
            Self::Month => "month",
            Self::Weekday => "weekday",
            Self::Hour => "hour",
            Self::Platform => "platform",
            Self::Account => "account",
            Self::Campaign => "campaign",
            Self::AdGroup => "ad_group",
            Self::Ad => "ad",
            Self::Country => "country",
            Self::Device => "device",
            Self::Age => "age",
            Self::Gender => "gender",
            Self::Placement => "placement",
            Self::Industry => "industry",
            Self::JobFunction => "job_function",
            Self::Seniority => "seniority",
            Self::CompanySize => "company_size",
            Self::Interest => "interest",
            Self::Keyword => "keyword",
            Self::SearchTerm => "search_term",
            Self::MatchType => "match_type",
            Self::Objective => "objective",
            Self::Status => "status",
            Self::ActionType => "action_type",
            Self::Window => "window",
            Self::Channel => "channel",
            Self::UtmSource => "utm_source",
            Self::UtmMedium => "utm_medium",
            Self::UtmCampaign => "utm_campaign",
            Self::Customer => "customer",
            Self::MailKind => "mail_kind",
        }
    }

    /// The breakdowns that have a dimension; none for those every row has. A platform reports one of them, never two.
    #[must_use]
    pub const fn breakdowns(self) -> &'static [Breakdown] {
        match self {
            Self::Country => &[Breakdown::Country],
            Self::Device => &[Breakdown::Device],
            Self::Age => &[Breakdown::AgeGender, Breakdown::Age],
            Self::Gender => &[Breakdown::AgeGender, Breakdown::Gender],
            Self::Placement => &[Breakdown::Placement],
            Self::Industry => &[Breakdown::Industry],
            Self::JobFunction => &[Breakdown::JobFunction],
            Self::Seniority => &[Breakdown::Seniority],
            Self::CompanySize => &[Breakdown::CompanySize],
            Self::Interest => &[Breakdown::Interest],
            _ => &[],
        }
    }

    /// The kinds of keyword rows that have a dimension; none for dimensions of other tables.
    #[must_use]
    pub const fn keywords(self) -> &'static [KeywordKind] {
        match self {
            Self::Keyword => &[KeywordKind::Keyword],
            Self::SearchTerm => &[KeywordKind::SearchTerm],
            Self::MatchType => &[KeywordKind::Keyword, KeywordKind::SearchTerm],
            _ => &[],
        }
    }

    /// The kind of entity a dimension's values are, if they are entities with a name of their own.
    #[must_use]
    pub const fn entity(self) -> Option<EntityKind> {
        match self {
            Self::Account => Some(EntityKind::Account),
            Self::Campaign => Some(EntityKind::Campaign),
            Self::AdGroup => Some(EntityKind::AdGroup),
            Self::Ad => Some(EntityKind::Ad),
            _ => None,
        }
    }

    /// Whether its values are numbers that come round again: weekdays, hours.
    #[must_use]
    pub const fn is_cycle(self) -> bool {
        matches!(self, Self::Weekday | Self::Hour)
    }

    /// Whether rows of one value differ between a period and its comparison (so rows cannot be matched by it).
    #[must_use]
    pub const fn is_time(self) -> bool {
        matches!(self, Self::Date | Self::Week | Self::Month)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Dimension {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        Self::ALL.into_iter().find(|d| d.as_str() == text).ok_or_else(|| QueryError::UnknownDimension {
            given: text.to_owned(),
            hint: closest(text, Self::ALL.iter().map(|d| d.as_str())),
        })
    }
}

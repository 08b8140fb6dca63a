//! What rows are grouped by, and what each dimension asks of the facts.

use super::QueryError;
use crate::{entity::EntityKind, fact::Breakdown, metric::closest};
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
    /// The ad platform.
    Platform,
    /// The ad account.
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
    /// The campaign's objective as it is now.
    Objective,
    /// The campaign's effective status as it is now.
    Status,
    /// The platform's action type (conversion facts only).
    ActionType,
    /// The attribution window (conversion facts only).
    Window,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Self; 18] = [
        Self::Date,
        Self::Week,
        Self::Month,
        Self::Weekday,
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
        Self::Objective,
        Self::Status,
        Self::ActionType,
        Self::Window,
    ];

    /// The name in queries and results.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Week => "week",
            Self::Month => "month",
            Self::Weekday => "weekday",
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
            Self::Objective => "objective",
            Self::Status => "status",
            Self::ActionType => "action_type",
            Self::Window => "window",
        }
    }

    /// The breakdown a dimension needs, if any.
    #[must_use]
    pub const fn breakdown(self) -> Option<Breakdown> {
        match self {
            Self::Country => Some(Breakdown::Country),
            Self::Device => Some(Breakdown::Device),
            Self::Age | Self::Gender => Some(Breakdown::AgeGender),
            Self::Placement => Some(Breakdown::Placement),
            _ => None,
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

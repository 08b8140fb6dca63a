//! Dimensions: what rows are told apart by.

use super::super::cell::Cell;
use crate::{
    ga4::error::ApiError,
    world::{calendar, commerce::way::Way},
};
use serde_json::{Value, json};

/// What an attribution is about. Values of different scopes must not be mixed: they answer different questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// No attribution at all.
    None,
    /// How the visit came.
    Session,
    /// What is credited with an event.
    Event,
    /// How the visitor came the first time.
    User,
}

/// A part of an attribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Source,
    Medium,
    SourceMedium,
    Campaign,
    Channel,
}

/// A dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dimension {
    Date,
    Year,
    Month,
    YearMonth,
    IsoYearIsoWeek,
    DayOfWeek,
    DayOfWeekName,
    Way(Scope, Mark),
    Device,
    Country,
    CountryId,
    NewVsReturning,
    Age,
    Gender,
    EventName,
}

/// Every dimension with its names for programs and people, and its category.
const ALL: [(Dimension, &str, &str, &str); 29] = [
    (Dimension::Date, "date", "Date", "Time"),
    (Dimension::Year, "year", "Year", "Time"),
    (Dimension::Month, "month", "Month", "Time"),
    (Dimension::YearMonth, "yearMonth", "Year month", "Time"),
    (Dimension::IsoYearIsoWeek, "isoYearIsoWeek", "ISO week of ISO year", "Time"),
    (Dimension::DayOfWeek, "dayOfWeek", "Day of week", "Time"),
    (Dimension::DayOfWeekName, "dayOfWeekName", "Day of week name", "Time"),
    (Dimension::Way(Scope::Session, Mark::Source), "sessionSource", "Session source", "Traffic source"),
    (Dimension::Way(Scope::Session, Mark::Medium), "sessionMedium", "Session medium", "Traffic source"),
    (Dimension::Way(Scope::Session, Mark::SourceMedium), "sessionSourceMedium", "Session source / medium", "Traffic source"),
    (Dimension::Way(Scope::Session, Mark::Campaign), "sessionCampaignName", "Session campaign", "Traffic source"),
    (
        Dimension::Way(Scope::Session, Mark::Channel),
        "sessionDefaultChannelGroup",
        "Session default channel group",
        "Traffic source",
    ),
    (Dimension::Way(Scope::Event, Mark::Source), "source", "Source", "Attribution"),
    (Dimension::Way(Scope::Event, Mark::Medium), "medium", "Medium", "Attribution"),
    (Dimension::Way(Scope::Event, Mark::SourceMedium), "sourceMedium", "Source / medium", "Attribution"),
    (Dimension::Way(Scope::Event, Mark::Campaign), "campaignName", "Campaign", "Attribution"),
    (Dimension::Way(Scope::Event, Mark::Channel), "defaultChannelGroup", "Default channel group", "Attribution"),
    (Dimension::Way(Scope::User, Mark::Source), "firstUserSource", "First user source", "Traffic source"),
    (Dimension::Way(Scope::User, Mark::Medium), "firstUserMedium", "First user medium", "Traffic source"),
    (Dimension::Way(Scope::User, Mark::SourceMedium), "firstUserSourceMedium", "First user source / medium", "Traffic source"),
    (Dimension::Way(Scope::User, Mark::Campaign), "firstUserCampaignName", "First user campaign", "Traffic source"),
    (
        Dimension::Way(Scope::User, Mark::Channel),
        "firstUserDefaultChannelGroup",
        "First user default channel group",
        "Traffic source",
    ),
    (Dimension::Device, "deviceCategory", "Device category", "Platform / device"),
    (Dimension::Country, "country", "Country", "Geography"),
    (Dimension::CountryId, "countryId", "Country ID", "Geography"),
    (Dimension::NewVsReturning, "newVsReturning", "New / returning", "User"),
    (Dimension::Age, "userAgeBracket", "Age", "Demographics"),
    (Dimension::Gender, "userGender", "Gender", "Demographics"),
    (Dimension::EventName, "eventName", "Event name", "Event"),
];

impl Dimension {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|d| d.0)
    }

    /// A dimension by its name, which is read with its case.
    pub(crate) fn parse(name: &str) -> Result<Self, ApiError> {
        ALL.iter().find(|d| d.1 == name).map(|d| d.0).ok_or_else(|| ApiError::unknown_field(name, "dimension"))
    }

    fn entry(self) -> &'static (Self, &'static str, &'static str, &'static str) {
        // Every dimension is in the table; the first one stands in for none.
        ALL.iter().find(|d| d.0 == self).unwrap_or(&ALL[0])
    }

    pub(crate) fn name(self) -> &'static str {
        self.entry().1
    }

    /// How the metadata describe it.
    pub(crate) fn metadata(self) -> Value {
        let (_, name, title, category) = self.entry();
        json!({"apiName": name, "uiName": title, "description": format!("{title}."), "category": category})
    }

    pub(crate) const fn scope(self) -> Scope {
        match self {
            Self::Way(scope, _) => scope,
            _ => Scope::None,
        }
    }

    /// Whether it tells campaigns apart, of which there may be too many.
    pub(crate) const fn tells_campaigns(self) -> bool {
        matches!(self, Self::Way(_, Mark::Campaign))
    }

    /// Whether it is known of signed-in people alone.
    pub(crate) const fn is_demographic(self) -> bool {
        matches!(self, Self::Age | Self::Gender)
    }

    /// Whether it is a time.
    pub(crate) const fn is_time(self) -> bool {
        matches!(
            self,
            Self::Date | Self::Year | Self::Month | Self::YearMonth | Self::IsoYearIsoWeek | Self::DayOfWeek | Self::DayOfWeekName
        )
    }

    /// Its value of a cell.
    pub(crate) fn value(self, cell: &Cell) -> String {
        let date = calendar::day(cell.day);
        match self {
            Self::Date => format!("{:04}{:02}{:02}", date.year(), date.month(), date.day()),
            Self::Year => format!("{:04}", date.year()),
            Self::Month => format!("{:02}", date.month()),
            Self::YearMonth => format!("{:04}{:02}", date.year(), date.month()),
            Self::IsoYearIsoWeek => {
                let week = date.iso_week_date();
                format!("{:04}{:02}", week.year(), week.week())
            }
            // Sunday is 0 here.
            Self::DayOfWeek => ((calendar::weekday(cell.day) + 1) % 7).to_string(),
            Self::DayOfWeekName => NAMES[calendar::weekday(cell.day)].to_owned(),
            Self::Way(scope, mark) => mark.of(cell.way(scope)),
            Self::Device => cell.device.to_owned(),
            Self::Country => country(cell.country).to_owned(),
            Self::CountryId => cell.country.to_owned(),
            Self::NewVsReturning => cell.visitor.to_owned(),
            Self::Age => cell.age.to_owned(),
            Self::Gender => cell.gender.to_owned(),
            Self::EventName => cell.event.to_owned(),
        }
    }
}

const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Mark {
    fn of(self, way: &Way) -> String {
        match self {
            Self::Source => way.source.clone(),
            Self::Medium => way.medium.clone(),
            Self::SourceMedium => format!("{} / {}", way.source, way.medium),
            Self::Campaign => way.campaign.clone(),
            Self::Channel => way.channel.to_owned(),
        }
    }
}

/// What people call a country.
fn country(code: &str) -> &str {
    match code {
        "NL" => "Netherlands",
        "BE" => "Belgium",
        "DE" => "Germany",
        "FR" => "France",
        "US" => "United States",
        "CA" => "Canada",
        "GB" => "United Kingdom",
        "IE" => "Ireland",
        "AT" => "Austria",
        "CH" => "Switzerland",
        "ES" => "Spain",
        "IT" => "Italy",
        "JP" => "Japan",
        "AU" => "Australia",
        "NZ" => "New Zealand",
        "SE" => "Sweden",
        "NO" => "Norway",
        "DK" => "Denmark",
        "FI" => "Finland",
        "HU" => "Hungary",
        "BR" => "Brazil",
        "PT" => "Portugal",
        other => other,
    }
}

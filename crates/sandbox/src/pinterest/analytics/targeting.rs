//! Targeting types: each an independent split of the same figures.

use super::super::{error::ApiError, params};
use crate::world::{
    account::{Account, AdSet},
    breakdown::{Family, Parts},
};
use serde_json::Value;

/// What figures are split by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Targeting {
    AppType,
    Gender,
    Placement,
    Country,
    TargetedInterest,
    PinnerInterest,
    AudienceInclude,
    AgeBucket,
    /// Known to the platform, used by nobody here: no rows.
    Unused(&'static str),
}

/// Types that no campaign of this world uses.
const UNUSED: [&str; 6] = ["KEYWORD", "LOCATION", "GEO", "REGION", "CREATIVE_TYPE", "AUDIENCE_MULTIPLIER"];

impl Targeting {
    pub(crate) fn parse(text: &str) -> Result<Self, ApiError> {
        let used = [
            Self::AppType,
            Self::Gender,
            Self::Placement,
            Self::Country,
            Self::TargetedInterest,
            Self::PinnerInterest,
            Self::AudienceInclude,
            Self::AgeBucket,
        ];
        if text == "AGE_BUCKET_AND_GENDER" {
            return Err(ApiError::invalid("'AGE_BUCKET_AND_GENDER' is in beta and not available to this user"));
        }
        let unused = || UNUSED.into_iter().find(|u| *u == text).map(Self::Unused);
        used.into_iter().find(|t| t.word() == text).or_else(unused).ok_or_else(|| params::invalid("targeting_types", text))
    }

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::AppType => "APPTYPE",
            Self::Gender => "GENDER",
            Self::Placement => "PLACEMENT",
            Self::Country => "COUNTRY",
            Self::TargetedInterest => "TARGETED_INTEREST",
            Self::PinnerInterest => "PINNER_INTEREST",
            Self::AudienceInclude => "AUDIENCE_INCLUDE",
            Self::AgeBucket => "AGE_BUCKET",
            Self::Unused(word) => word,
        }
    }

    const fn family(self) -> Option<Family> {
        match self {
            Self::AppType => Some(Family::Device),
            Self::Gender | Self::AgeBucket => Some(Family::BandGender),
            Self::Placement => Some(Family::Surface),
            Self::Country => Some(Family::Country),
            Self::PinnerInterest => Some(Family::Interest),
            Self::TargetedInterest | Self::AudienceInclude | Self::Unused(_) => None,
        }
    }

    fn value(self, label: &[(&'static str, String)]) -> Value {
        let of = |name: &str| label.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v.as_str());
        match self {
            Self::AppType => match (of("device_platform"), of("impression_device")) {
                ("desktop", _) => "web",
                ("mobile_web", _) => "web_mobile",
                (_, "android_smartphone") => "android_mobile",
                (_, device) => device,
            }
            .into(),
            Self::Gender => of("gender").into(),
            Self::AgeBucket => of("age").into(),
            Self::Placement => match of("surface") {
                "search" => "SEARCH",
                "related" => "RELATED_PINS",
                _ => "BROWSE",
            }
            .into(),
            Self::Country => of("country").into(),
            _ => of("interest").into(),
        }
    }
}

/// The groups that figures fall into.
pub(crate) struct Groups {
    /// How an ad's day is split; without it each ad set falls into one group.
    pub(crate) parts: Option<Parts>,
    /// The group of each part, or of each ad set (`None`: it uses no such targeting).
    group_of: Vec<Option<usize>>,
    pub(crate) values: Vec<Value>,
}

impl Groups {
    /// The 24 hours of a day.
    pub(crate) fn hours(account: &Account) -> Self {
        let parts = Parts::of(account, Family::Hour);
        Self { group_of: (0..parts.len()).map(Some).collect(), values: (0..24).map(Value::from).collect(), parts: Some(parts) }
    }

    pub(crate) fn of(account: &Account, targeting: Targeting) -> Self {
        let mut values: Vec<Value> = Vec::new();
        let mut place = |value: Value| {
            values.iter().position(|v| *v == value).unwrap_or_else(|| {
                values.push(value);
                values.len() - 1
            })
        };
        let (parts, group_of) = match targeting.family() {
            Some(family) => {
                let parts = Parts::of(account, family);
                let groups = parts.labels.iter().map(|label| Some(place(targeting.value(label)))).collect();
                (Some(parts), groups)
            }
            None => (None, account.ad_sets.iter().map(|s| targeted(s, targeting).map(&mut place)).collect()),
        };
        Self { parts, group_of, values }
    }

    pub(crate) fn of_part(&self, part: usize) -> Option<usize> {
        self.group_of[part]
    }

    pub(crate) fn of_ad_set(&self, ad_set: usize) -> Option<usize> {
        self.group_of[ad_set]
    }
}

/// What an ad set is aimed at: an interest by its name, or an audience by its id.
fn targeted(ad_set: &AdSet, targeting: Targeting) -> Option<Value> {
    match targeting {
        Targeting::TargetedInterest => interest(ad_set).map(Value::from),
        Targeting::AudienceInclude => super::super::audiences::included(ad_set).map(Value::from),
        _ => None,
    }
}

/// The interest an ad set is aimed at, if that is what it is aimed at.
pub(crate) fn interest(ad_set: &AdSet) -> Option<&str> {
    Some(ad_set.audience_name.strip_prefix("Interest: ")?.split(" | ").next().unwrap_or_default())
}

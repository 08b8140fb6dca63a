//! What tools are asked with: the fields many inputs share, each checked where it is read, and described in the schema.

use crate::limits;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::borrow::Cow;
use trimtab_domain::{
    Day, DayRange, Source,
    day::{DayError, parse_day},
    entity::Status,
    id::AccountId,
};

/// An input of a tool.
pub(super) trait Input: DeserializeOwned + Serialize + JsonSchema + Send + 'static {
    /// One that makes sense for most accounts.
    fn example() -> Self;

    /// The account it names.
    fn account(&self) -> Option<&AccountId>;

    /// Checks what single fields cannot, for one platform.
    fn check(&self, _platform: Source) -> Result<(), String> {
        Ok(())
    }
}

/// An input that names an account and nothing else.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfAccount {
    /// The connected account's id on the platform. It may be left out where the tenant has connected one account of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    account: Option<AccountId>,
}

impl Input for OfAccount {
    fn example() -> Self {
        Self::default()
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }
}

/// An input that asks for so many rows of an account's.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SomeOfAccount {
    /// The connected account's id on the platform. It may be left out where the tenant has connected one account of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    account: Option<AccountId>,
    /// Most rows of the answer.
    #[serde(default)]
    pub(super) limit: Rows,
}

impl Input for SomeOfAccount {
    fn example() -> Self {
        Self::default()
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }
}

/// A day of the account's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct CivilDay(pub(super) Day);

impl TryFrom<String> for CivilDay {
    type Error = DayError;

    fn try_from(text: String) -> Result<Self, DayError> {
        parse_day(&text).map(Self)
    }
}

impl From<CivilDay> for String {
    fn from(day: CivilDay) -> Self {
        day.0.to_string()
    }
}

impl JsonSchema for CivilDay {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$" })
    }
}

/// A run of days of an input, at most `most` of them.
pub(super) fn range(from: CivilDay, to: CivilDay, most: u32) -> Result<DayRange, String> {
    let range = DayRange::new(from.0, to.0).map_err(|error| error.to_string())?;
    if range.len() > most {
        return Err(format!("it asks for {} days: ask for at most {most} at once", range.len()));
    }
    Ok(range)
}

/// An example's days.
pub(super) const fn example_days() -> (CivilDay, CivilDay) {
    (CivilDay(jiff::civil::date(2026, 11, 2)), CivilDay(jiff::civil::date(2026, 11, 8)))
}

/// How many rows to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub(super) struct Rows(u32);

impl Rows {
    /// Most rows of any answer.
    pub(super) const MOST: u32 = limits::TOOL_ROWS_MAX;

    pub(super) const fn most(self) -> usize {
        self.0 as usize
    }

    pub(super) const fn is_most(self) -> bool {
        self.0 == Self::MOST
    }
}

impl Default for Rows {
    fn default() -> Self {
        Self(limits::TOOL_ROWS)
    }
}

impl TryFrom<u32> for Rows {
    type Error = String;

    fn try_from(rows: u32) -> Result<Self, String> {
        if (1..=Self::MOST).contains(&rows) {
            Ok(Self(rows))
        } else {
            Err(format!("limit is {rows}: ask for 1 to {} rows", Self::MOST))
        }
    }
}

impl From<Rows> for u32 {
    fn from(rows: Rows) -> Self {
        rows.0
    }
}

impl JsonSchema for Rows {
    fn schema_name() -> Cow<'static, str> {
        "Rows".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 1, "maximum": Self::MOST })
    }
}

/// The statuses an input may name.
pub(super) fn statuses(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": { "type": "string", "enum": Status::ALL.map(Status::as_str) } })
}

/// An id that becomes part of a request: digits and nothing else.
pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= limits::TOOL_ID_DIGITS_MAX && text.bytes().all(|byte| byte.is_ascii_digit())
}

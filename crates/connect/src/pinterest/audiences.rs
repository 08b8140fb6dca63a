//! Audiences: the people ads are aimed at, by what they did or whom they are like. Whom one holds is never told, only how many.

use super::{Listed, Pinterest, service::Ask};
use crate::{Error, scalar::Count};
use compact_str::CompactString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimtab_domain::{Timestamp, account::Account};

/// A group of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Audience {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its text.
    pub description: Option<String>,
    /// How it came about (`VISITOR`, `CUSTOMER_LIST`, `ENGAGEMENT`, `ACTALIKE`).
    pub kind: Option<String>,
    /// Whether it can be used (`READY`, `INITIALIZING`, `TOO_SMALL`).
    pub status: Option<String>,
    /// About how many people.
    pub size: Option<i64>,
    /// When it was made (RFC 3339).
    pub created_at: Option<String>,
    /// When it was last changed (RFC 3339).
    pub updated_at: Option<String>,
}

#[derive(Deserialize)]
struct Row {
    id: CompactString,
    #[serde(default)]
    name: String,
    description: Option<String>,
    audience_type: Option<String>,
    status: Option<String>,
    size: Option<Count>,
    created_timestamp: Option<Count>,
    updated_timestamp: Option<Count>,
}

/// An instant in seconds since 1970.
fn instant(seconds: Option<Count>) -> Option<String> {
    Timestamp::from_second(seconds?.0).ok().map(|at| at.to_string())
}

impl From<Row> for Audience {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            description: row.description.filter(|text| !text.is_empty()),
            kind: row.audience_type,
            status: row.status,
            size: row.size.map(|size| size.0),
            created_at: instant(row.created_timestamp),
            updated_at: instant(row.updated_timestamp),
        }
    }
}

impl Pinterest {
    /// The audiences an account owns, at most `most`.
    ///
    /// # Errors
    /// As any read.
    pub async fn audiences(&self, account: &Account, most: usize) -> Result<Listed<Audience>, Error> {
        let ask = Ask::of(&account.id, "audiences", vec![("ownership_type", "OWNED".into())]);
        self.up_to(&ask, most, |row: &Row| &row.id).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_still_being_made_has_no_size() {
        let json = r#"{"id":"120","name":"Visitors 30d","audience_type":"VISITOR","size":null,"status":"INITIALIZING","description":"",
            "created_timestamp":1773764880,"updated_timestamp":null,"rule":{"retention_days":30},"type":"audience"}"#;
        let audience = Audience::from(serde_json::from_str::<Row>(json).unwrap());
        assert_eq!((audience.size, audience.description), (None, None));
        assert_eq!(audience.created_at.as_deref(), Some("2026-03-17T16:28:00Z"));
    }
}

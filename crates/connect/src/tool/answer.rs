//! What a tool answers, how much of it, and what to do for the rest.

use super::input::Rows;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use trimtab_domain::{
    Source,
    account::{Account, Standing},
};

/// An answer as JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// What was asked for, in the shape of the tool's output schema.
    pub data: Value,
    /// Whether that is all there is.
    pub complete: bool,
    /// What to do for the rest, where it is not all.
    pub next_step: Option<String>,
    /// What to know about it.
    pub warnings: Vec<String>,
}

/// An answer as its tool makes it.
#[derive(Debug)]
pub(super) struct Answer<O> {
    pub(super) data: O,
    pub(super) next_step: Option<String>,
    pub(super) warnings: Vec<String>,
}

impl<O> Answer<O> {
    pub(super) const fn whole(data: O) -> Self {
        Self { data, next_step: None, warnings: Vec::new() }
    }
}

impl<O: Serialize> Answer<O> {
    pub(super) fn told(self) -> Told {
        let data = serde_json::to_value(self.data).unwrap_or_default();
        Told { data, complete: self.next_step.is_none(), next_step: self.next_step, warnings: self.warnings }
    }
}

/// The account an answer is about, and what its days and amounts are of.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct AccountShape {
    /// The platform.
    #[schemars(with = "String")]
    platform: Source,
    /// Its id there.
    id: String,
    /// Its name there.
    name: String,
    /// The currency all amounts are in (ISO 4217).
    currency: String,
    /// The zone its days are cut in (IANA).
    timezone: String,
    /// Why the platform lets it spend nothing, in the platform's word; null where it may.
    restricted: Option<String>,
}

impl From<&Account> for AccountShape {
    fn from(account: &Account) -> Self {
        Self {
            platform: account.source,
            id: account.id.to_string(),
            name: account.name.to_string(),
            currency: account.currency.to_string(),
            timezone: account.zone.to_string(),
            restricted: match &account.standing {
                Standing::Good => None,
                Standing::Restricted(word) => Some(word.to_string()),
            },
        }
    }
}

/// Items of a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Items<T> {
    /// The account they belong to.
    pub(super) account: AccountShape,
    /// The items, at most as many as asked for.
    pub(super) items: Vec<T>,
    /// How many there are in all; null where only so many were looked at.
    pub(super) total: Option<usize>,
}

impl<T> Items<T> {
    /// As many items as asked for, of a list that was read to its end. `less` says how to ask for fewer.
    pub(super) fn cut(account: AccountShape, mut items: Vec<T>, rows: Rows, less: &str) -> Answer<Self> {
        let total = items.len();
        let next_step = cut(&mut items, rows, less);
        Answer { data: Self { account, items, total: Some(total) }, next_step, warnings: Vec::new() }
    }
}

/// Shortens a list to the rows asked for, and says what to do where it was longer.
pub(super) fn cut<T>(items: &mut Vec<T>, rows: Rows, less: &str) -> Option<String> {
    let total = items.len();
    items.truncate(rows.most());
    (total > items.len())
        .then(|| format!("there are {total} rows, of which the first {} are here: {}", items.len(), advice(rows, less)))
}

/// How to get at what was left out.
pub(super) fn advice(rows: Rows, less: &str) -> String {
    if rows.is_most() { less.to_owned() } else { format!("{less}, or a higher limit (at most {})", Rows::MOST) }
}

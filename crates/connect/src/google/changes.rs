//! What people and programs changed in an account, by Google's change events: edits from outside the product are found here.
//!
//! The platform keeps thirty days, shows a change within about three minutes and gives at most ten thousand at once. Beyond that many, the
//! next read begins where the last one ended.

use super::{
    Google,
    service::{Tally, drift},
};
use crate::{Connector, Error, limits};
use compact_str::CompactString;
use jiff::{ToSpan, civil::DateTime};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashSet;
use trimtab_domain::{
    Day, DayRange, Timestamp,
    account::Account,
    id::{AdGroupId, CampaignId},
};

/// One change somebody made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// What sort of object (`CAMPAIGN`, `CAMPAIGN_BUDGET` …).
    pub resource_type: CompactString,
    /// The object's resource name.
    pub resource: CompactString,
    /// `CREATE`, `UPDATE` or `REMOVE`.
    pub operation: CompactString,
    /// What it was made with (`GOOGLE_ADS_WEB_CLIENT`, `GOOGLE_ADS_API` …).
    pub client: CompactString,
    /// Who made it, by address; empty where the platform keeps it to itself.
    pub user: CompactString,
    /// The campaign it belongs to, or none.
    pub campaign: CampaignId,
    /// The ad group it belongs to, or none.
    pub ad_group: AdGroupId,
    /// Which fields, and their values before and after where the platform tells them.
    pub fields: Vec<FieldChange>,
}

/// One changed field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Its path within the object (`amountMicros`).
    pub field: CompactString,
    /// Its value before.
    pub before: Option<CompactString>,
    /// Its value after.
    pub after: Option<CompactString>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    change_event: Event,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    resource_name: CompactString,
    change_date_time: CompactString,
    #[serde(default)]
    change_resource_type: CompactString,
    #[serde(default)]
    change_resource_name: CompactString,
    #[serde(default)]
    resource_change_operation: CompactString,
    /// Paths, with commas between.
    #[serde(default)]
    changed_fields: CompactString,
    #[serde(default)]
    client_type: CompactString,
    #[serde(default)]
    user_email: CompactString,
    #[serde(default)]
    campaign: CompactString,
    #[serde(default)]
    ad_group: CompactString,
    /// The object in an envelope of one key, its kind.
    #[serde(default)]
    old_resource: Value,
    #[serde(default)]
    new_resource: Value,
}

impl Google {
    /// The changes made on a run of days of the account's zone, newest first. Days the platform no longer keeps are left out.
    ///
    /// # Errors
    /// See [`Error`]; no partial result is returned.
    pub async fn changes(&self, account: &Account, days: DayRange) -> Result<Vec<Change>, Error> {
        let tally = Tally::default();
        let oldest = account.zone.day_at(self.now()).saturating_sub(limits::CHANGE_DAYS_MAX.days());
        let from = days.from().max(oldest);
        let mut until = CompactString::from(format!("{} 23:59:59.999999", days.to()));
        let (mut changes, mut seen) = (Vec::new(), HashSet::new());
        if days.to() < from {
            return Ok(changes);
        }
        for _ in 0..limits::PAGES_MAX {
            let rows: Vec<Row> = self.service.rows(&tally, &account.id, &query(from, &until)).await?;
            let full = rows.len() >= limits::CHANGES_AT_ONCE;
            let before = changes.len();
            let last = rows.last().map(|row| row.change_event.change_date_time.clone());
            for Row { change_event: event } in rows {
                if seen.insert(event.resource_name.clone()) {
                    changes.push(event.change(account).map_err(|what| drift(&account.id, what))?);
                }
            }
            match last {
                Some(last) if full && changes.len() > before => until = last,
                _ if full => {
                    let what = format!("more than {} changes at the same moment", limits::CHANGES_AT_ONCE);
                    return Err(drift(&account.id, what));
                }
                _ => return Ok(changes),
            }
        }
        Err(drift(&account.id, "the changes of an account do not end".to_owned()))
    }
}

/// Both bounds and the limit are mandatory.
fn query(from: Day, until: &str) -> String {
    format!(
        "SELECT change_event.resource_name, change_event.change_date_time, change_event.change_resource_type, \
         change_event.change_resource_name, change_event.resource_change_operation, change_event.changed_fields, \
         change_event.client_type, change_event.user_email, change_event.campaign, change_event.ad_group, \
         change_event.old_resource, change_event.new_resource FROM change_event \
         WHERE change_event.change_date_time >= '{from} 00:00:00' AND change_event.change_date_time <= '{until}' \
         ORDER BY change_event.change_date_time DESC LIMIT {}",
        limits::CHANGES_AT_ONCE
    )
}

impl Event {
    fn change(self, account: &Account) -> Result<Change, String> {
        let at = DateTime::strptime("%Y-%m-%d %H:%M:%S%.f", self.change_date_time.as_str())
            .map_err(|error| format!("a change at '{}': {error}", self.change_date_time))?;
        let at = at.to_zoned(account.zone.tz().clone()).map_err(|error| error.to_string())?.timestamp();
        let tail = |name: &str| CompactString::from(name.rsplit('/').next().unwrap_or_default());
        let fields = self.changed_fields.split(',').map(str::trim).filter(|field| !field.is_empty());
        let fields = fields.map(|field| FieldChange {
            field: field.into(),
            before: value(&self.old_resource, field),
            after: value(&self.new_resource, field),
        });
        Ok(Change {
            at,
            fields: fields.collect(),
            campaign: CampaignId::new(tail(&self.campaign)),
            ad_group: AdGroupId::new(tail(&self.ad_group)),
            resource_type: self.change_resource_type,
            resource: self.change_resource_name,
            operation: self.resource_change_operation,
            client: self.client_type,
            user: self.user_email,
        })
    }
}

/// The value at a path of an object in its envelope.
fn value(envelope: &Value, path: &str) -> Option<CompactString> {
    let object = envelope.as_object()?.values().next()?;
    let mut at = object;
    for step in path.split('.') {
        at = at.get(step).or_else(|| at.get(camel(step)))?;
    }
    Some(match at {
        Value::String(text) => text.as_str().into(),
        other => other.to_string().into(),
    })
}

/// `amount_micros` as JSON spells it; masks are known in both spellings.
fn camel(snake: &str) -> String {
    let mut up = false;
    let letters = snake.chars().filter_map(|letter| {
        let raised = std::mem::replace(&mut up, letter == '_');
        (letter != '_').then(|| if raised { letter.to_ascii_uppercase() } else { letter })
    });
    letters.collect()
}

#[cfg(test)]
mod tests;

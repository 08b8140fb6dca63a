//! The log's words: what an event is, of what, and what its document says of before and after.

use crate::{
    events::{self, Span},
    meta::amount::minor_to_micros,
    scalar::Count,
};
use serde::Deserialize;
use serde_json::Value;
use trimtab_domain::{
    Currency,
    finding::{EventKind, Level},
};

/// What an event is; `None` for what happens to every account every day and changes nothing: being charged.
pub(super) fn kind(event: &str) -> Option<EventKind> {
    Some(match event {
        "ad_account_billing_charge" | "billing_event" | "funding_event_initiated" | "funding_event_successful" => return None,
        "ad_review_declined" => EventKind::Disapproved,
        "update_ad_set_learning_stage_status" => EventKind::Learning,
        "create_ad" | "create_ad_set" | "create_campaign" | "create_campaign_group" | "create_campaign_legacy" => {
            EventKind::Created
        }
        "ad_account_update_status" => EventKind::Status,
        event if event.starts_with("update_") && event.ends_with("_run_status") => EventKind::Status,
        event if event.starts_with("update_") && event.ends_with("_budget") => EventKind::Budget,
        _ => EventKind::Edited,
    })
}

/// Whether an event's plain numbers are amounts in minor units.
pub(super) fn is_amount(event: &str) -> bool {
    ["_budget", "_spend_cap", "_spend_limit", "_spend_target"].iter().any(|end| event.ends_with(end))
}

/// Of what an event is told.
pub(super) fn level(event: &str, object_type: &str) -> Level {
    match event {
        event if event.contains("audience") || event.starts_with("ad_account_") => Level::Account,
        event if event.contains("ad_set") => Level::AdGroup,
        "create_campaign_group"
        | "update_campaign_budget"
        | "update_campaign_name"
        | "update_campaign_run_status"
        | "update_campaign_budget_optimization_toggling_status"
        | "campaign_ended"
        | "campaign_spending_limit_reached" => Level::Campaign,
        event if event.starts_with("update_campaign_group_") => Level::Campaign,
        "create_ad" | "edit_and_update_ad_creative" => Level::Ad,
        event if event.starts_with("update_ad_") || event.starts_with("ad_review_") => Level::Ad,
        _ => match object_type {
            "CAMPAIGN_GROUP" => Level::Campaign,
            "CAMPAIGN" | "AD_SET" => Level::AdGroup,
            "ADGROUP" | "AD" => Level::Ad,
            _ => Level::Account,
        },
    }
}

/// Whether a learning status is learning itself, and not its end or its failure.
pub(super) fn learns(status: &str) -> bool {
    let status = status.to_ascii_lowercase();
    status.contains("learning")
        && !["limited", "complete", "exit", "end", "success", "fail"].iter().any(|other| status.contains(other))
}

/// What a document says changed.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Change {
    pub(super) before: String,
    pub(super) after: String,
    pub(super) factor: Option<f64>,
}

impl Change {
    /// Reads `extra_data`, which is whatever Meta puts there.
    pub(super) fn read(extra: Option<&Value>, amounts: bool, currency: Currency) -> Self {
        let parsed = match extra {
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
            Some(other) => other.clone(),
            None => Value::Null,
        };
        let before = Side::read(&parsed, "old_value", amounts, currency);
        let after = Side::read(&parsed, "new_value", amounts, currency);
        // A budget per day against one in all, or in another currency, is not so many times as much.
        let same = before.span == after.span && before.currency == after.currency;
        let factor = events::factor(before.micros, after.micros).filter(|_| same);
        Self { before: before.text(), after: after.text(), factor }
    }

    /// The new value under what was done.
    pub(super) fn under(&self, said: &str) -> String {
        if self.after.is_empty() { said.to_owned() } else { format!("{said}: {}", self.after) }
    }
}

/// A value before or after.
struct Side {
    micros: Option<i64>,
    currency: Currency,
    span: Span,
    words: String,
}

impl Side {
    fn read(document: &Value, name: &str, amounts: bool, currency: Currency) -> Self {
        let value = document.get(name).unwrap_or(&Value::Null);
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let kind = text(value.get("type")).unwrap_or_default();
        // Wrapped once more: {"old_value": {"old_value": 2500, "type": "Per day"}}, or with the kind of budget in `additional_value`.
        let inner = value.get(name).unwrap_or(value);
        let more = value.get("additional_value");
        let label = text(more).or_else(|| text(more.and_then(|more| more.get(name)))).unwrap_or_else(|| kind.clone());
        let currency = value.get("currency").and_then(Value::as_str).and_then(|code| code.parse().ok()).unwrap_or(currency);
        let minor = Count::deserialize(inner).ok().filter(|_| amounts || kind == "payment_amount");
        Self {
            micros: minor.and_then(|minor| minor_to_micros(minor.0, currency)),
            currency,
            span: span(&label),
            words: plain(inner),
        }
    }

    fn text(self) -> String {
        self.micros.map_or(self.words, |micros| events::amount(micros, self.currency, self.span))
    }
}

/// Which budget a label means (`Per day`, `Lifetime budget`).
fn span(label: &str) -> Span {
    let label = label.to_ascii_lowercase();
    match () {
        () if label.contains("day") || label.contains("daily") => Span::Day,
        () if label.contains("life") => Span::Life,
        () => Span::Unknown,
    }
}

/// A value as text; nothing of what is none.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => events::short(text),
        other => events::short(&other.to_string()),
    }
}

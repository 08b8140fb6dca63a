//! `act_{id}/activities`: who changed what, newest first.

use super::{auth::Grant, entities, error::GraphError, node, paging};
use crate::{
    http::Request,
    limits,
    world::account::{Account, Edit},
};
use serde_json::{Value, json};

/// A page of an account's change log, within `since` and `until` when given (Unix seconds).
pub(crate) fn page(a: &Account, grant: &Grant, request: &Request, now: i64) -> Result<(Vec<u8>, usize), GraphError> {
    let number = |name: &str, default: i64| request.given(name).and_then(|t| t.parse().ok()).unwrap_or(default);
    let (since, until) = (number("since", now - 90 * 86_400), number("until", now));
    let edits: Vec<&Edit> = a.edits.iter().rev().filter(|e| e.at >= since && e.at <= until).collect();
    let limit = paging::limit(request, limits::META_PAGE_DEFAULT, limits::META_REPORT_PAGE_MAX)?;
    let fields = entities::fields_of(request)?;
    entities::page(request, grant, &edits, limit, |edit| {
        let mut shown = serde_json::Map::new();
        for field in &fields {
            let value = match field.name.as_str() {
                "event_time" => Value::from(node::time(a, edit.at)),
                "event_type" => Value::from(edit.event),
                "translated_event_type" => Value::from(edit.event.replace('_', " ")),
                "actor_name" => Value::from(edit.actor.as_str()),
                "object_id" => Value::from(edit.object.to_string()),
                "object_name" => Value::from(edit.object_name.as_str()),
                // A document within a string, as the platform has it.
                "extra_data" => Value::from(json!({"old_value": edit.before, "new_value": edit.after}).to_string()),
                "id" | "actor_id" | "application_id" | "application_name" | "date_time_in_timezone" | "object_type" => continue,
                other => return Err(GraphError::no_field(other, "AdActivity")),
            };
            shown.insert(field.name.clone(), value);
        }
        Ok(Value::Object(shown))
    })
}

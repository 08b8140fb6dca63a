//! Trouble in the platform's words.

use super::{error::ApiError, oauth};
use crate::{
    http::{Reply, Request},
    platform::Trouble,
};
use serde_json::{Value, json};

/// An answer with trouble. `good` makes the answer that would have been given.
pub(super) fn reply(request: &Request, trouble: Trouble, good: &dyn Fn() -> Reply) -> Reply {
    match trouble {
        // The token endpoint is another service: it has no quotas of properties, and speaks OAuth.
        Trouble::Throttled | Trouble::TooManyRequests if request.path == "token" => {
            let mut reply = oauth::refuse(429, "rate_limit_exceeded", "Rate Limit Exceeded");
            reply.headers.push(("retry-after", "1".to_owned()));
            reply
        }
        Trouble::Failing if request.path == "token" => oauth::refuse(500, "internal_failure", "Backend Error"),
        Trouble::ExpiredToken | Trouble::Revoked if request.path == "token" => oauth::dead_grant(),
        Trouble::Throttled => {
            ApiError::exhausted("Exhausted concurrent requests quota. Please send fewer requests concurrently.").reply()
        }
        Trouble::TooManyRequests => {
            let mut reply = ApiError::too_many().reply();
            reply.headers.push(("retry-after", "1".to_owned()));
            reply
        }
        Trouble::Failing => ApiError::internal().reply(),
        Trouble::ExpiredToken => ApiError::unauthenticated().reply(),
        Trouble::Revoked => ApiError::forbidden().reply(),
        Trouble::Empty => changed(good(), |report| {
            for name in ["rows", "rowCount", "totals", "minimums", "maximums", "accountSummaries", "dimensions", "metrics"] {
                report.remove(name);
            }
        }),
        Trouble::Drift => changed(good(), |report| {
            let rows = report.remove("rows").or_else(|| report.remove("accountSummaries")).unwrap_or(Value::Null);
            report.remove("rowCount");
            report.insert("data".to_owned(), json!({"table": {"cells": rows}}));
        }),
    }
}

/// A good answer with each of its reports changed.
fn changed(mut reply: Reply, change: impl Fn(&mut serde_json::Map<String, Value>)) -> Reply {
    let Ok(Value::Object(mut answer)) = serde_json::from_slice(&reply.body) else { return reply };
    match answer.get_mut("reports").and_then(Value::as_array_mut) {
        Some(reports) => reports.iter_mut().filter_map(Value::as_object_mut).for_each(change),
        None => change(&mut answer),
    }
    reply.body = Value::Object(answer).to_string().into_bytes();
    reply
}

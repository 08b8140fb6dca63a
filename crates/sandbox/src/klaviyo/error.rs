//! Refusals as JSON:API has them: `{"errors":[{"id","status","code","title","detail","source",…}]}`.

use crate::{
    http::Reply,
    world::chance::{Chance, tag},
};
use serde_json::{Value, json};
use std::fmt::Display;

/// What all answers call themselves.
pub(crate) const MEDIA: &str = "application/vnd.api+json";

/// A refusal.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    code: &'static str,
    title: &'static str,
    detail: String,
    source: Value,
    /// Seconds to wait.
    pub(crate) wait: Option<i64>,
}

impl ApiError {
    fn new(status: u16, code: &'static str, title: &'static str, detail: impl Display) -> Self {
        Self { status, code, title, detail: detail.to_string(), source: json!({"pointer": "/data/"}), wait: None }
    }

    /// A parameter of the query is wrong.
    pub(crate) fn parameter(name: &str, detail: impl Display) -> Self {
        Self { source: json!({"parameter": name}), ..Self::new(400, "invalid", "Invalid input.", detail) }
    }

    /// A field of the body is wrong.
    pub(crate) fn field(pointer: &str, detail: impl Display) -> Self {
        let source = json!({"pointer": format!("/data/attributes/{pointer}")});
        Self { source, ..Self::new(400, "invalid", "Invalid input.", detail) }
    }

    /// A filter cannot be understood or is not allowed.
    pub(crate) fn filter(detail: impl Display) -> Self {
        Self { source: json!({"parameter": "filter"}), ..Self::new(400, "invalid", "Invalid filter provided", detail) }
    }

    /// There is no such object or path.
    pub(crate) fn missing(what: impl Display) -> Self {
        Self::new(404, "not_found", "Not found.", what)
    }

    /// The path knows another verb.
    pub(crate) fn no_such_method(method: &str) -> Self {
        Self::new(405, "method_not_allowed", "Method not allowed.", format_args!("Method \"{method}\" not allowed."))
    }

    /// No key came along, or not in its scheme.
    pub(crate) fn without_key() -> Self {
        Self::new(
            401,
            "not_authenticated",
            "Authentication credentials were not provided.",
            "Missing or invalid authorization scheme. Please use Klaviyo-API-Key.",
        )
    }

    /// The key is strange, or has been revoked.
    pub(crate) fn strange_key() -> Self {
        Self::new(401, "authentication_failed", "Incorrect authentication credentials.", "Please check your API key and try again.")
    }

    /// The key lacks the scope.
    pub(crate) fn forbidden() -> Self {
        Self::new(
            403,
            "permission_denied",
            "You do not have permission to perform this action.",
            "The API key is missing the required scope.",
        )
    }

    /// No revision was named, or one that never was.
    pub(crate) fn revision(detail: impl Display) -> Self {
        Self { source: json!({"header": "revision"}), ..Self::new(400, "invalid", "Invalid revision.", detail) }
    }

    /// The revision is no longer served.
    pub(crate) fn retired(revision: &str) -> Self {
        Self::new(
            410,
            "gone",
            "Revision retired.",
            format_args!("Revision {revision} has been retired. Please use a newer revision."),
        )
    }

    /// Too many calls within a window.
    pub(crate) fn throttled(wait: i64) -> Self {
        let detail =
            format_args!("Request was throttled. Expected available in {wait} second{}.", if wait == 1 { "" } else { "s" });
        Self { wait: Some(wait), ..Self::new(429, "throttled", "Request was throttled.", detail) }
    }

    /// A passing failure.
    pub(crate) fn internal() -> Self {
        Self::new(500, "error", "A server error occurred.", "An unexpected error occurred. Please try again later.")
    }

    /// The answer; `number` tells this error apart from all others.
    pub(crate) fn reply(&self, number: u64) -> Reply {
        let error = json!({
            "id": uuid(Chance::new(number).on(tag("klaviyo error"))), "status": self.status, "code": self.code, "title": self.title,
            "detail": self.detail, "source": self.source, "links": {}, "meta": {},
        });
        let mut reply = document(self.status, &json!({"errors": [error]}));
        reply.headers.extend(self.wait.map(|seconds| ("retry-after", seconds.to_string())));
        reply
    }
}

/// A document of JSON:API.
pub(crate) fn document(status: u16, body: &Value) -> Reply {
    Reply { status, headers: vec![("content-type", MEDIA.to_owned())], body: body.to_string().into_bytes() }
}

/// An id of the form that ephemeral things have.
pub(crate) fn uuid(dice: Chance) -> String {
    let (high, low) = (dice.on(1).bits(), dice.on(2).bits());
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

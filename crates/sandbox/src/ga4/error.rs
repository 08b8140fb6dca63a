//! Refusals in Google's envelope: `{"error":{"code","message","status"}}`.

use crate::http::Reply;
use serde_json::json;
use std::fmt::Display;

/// A refusal.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    status: u16,
    message: String,
}

impl ApiError {
    fn new(status: u16, message: impl Display) -> Self {
        Self { status, message: message.to_string() }
    }

    /// Something about the request is wrong.
    pub(crate) fn invalid(message: impl Display) -> Self {
        Self::new(400, message)
    }

    /// A key of the body that the method does not have.
    pub(crate) fn unknown_name(name: &str) -> Self {
        Self::invalid(format_args!("Invalid JSON payload received. Unknown name \"{name}\": Cannot find field."))
    }

    /// A name that is neither a dimension nor a metric.
    pub(crate) fn unknown_field(name: &str, what: &str) -> Self {
        Self::invalid(format_args!(
            "Field {name} is not a valid {what}. For a list of valid dimensions and metrics, see https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema "
        ))
    }

    /// Fields that cannot be asked for together.
    pub(crate) fn incompatible(remove: &[&str]) -> Self {
        Self::invalid(format_args!(
            "Please remove {} to make the request compatible. The request's dimensions & metrics are incompatible. To learn more, see https://ga-dev-tools.google/ga4/dimensions-metrics-explorer/",
            remove.join(", ")
        ))
    }

    /// No token, a strange one, or one that has expired.
    pub(crate) fn unauthenticated() -> Self {
        Self::new(
            401,
            "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        )
    }

    /// The user may not read the property, or there is none.
    pub(crate) fn forbidden() -> Self {
        Self::new(
            403,
            "User does not have sufficient permissions for this property. To learn more about Property ID, see https://developers.google.com/analytics/devguides/reporting/data/v1/property-id.",
        )
    }

    /// A quota is used up, in the words of its own.
    pub(crate) fn exhausted(what: &str) -> Self {
        Self::new(
            429,
            format_args!("{what} To learn more, see https://developers.google.com/analytics/devguides/reporting/data/v1/quotas"),
        )
    }

    /// Too many calls, as the gateway says it.
    pub(crate) fn too_many() -> Self {
        Self::new(429, "Resource has been exhausted (e.g. check quota).")
    }

    /// A passing failure.
    pub(crate) fn internal() -> Self {
        Self::new(500, "Internal error encountered.")
    }

    pub(crate) fn reply(&self) -> Reply {
        let word = match self.status {
            401 => "UNAUTHENTICATED",
            403 => "PERMISSION_DENIED",
            429 => "RESOURCE_EXHAUSTED",
            500 => "INTERNAL",
            _ => "INVALID_ARGUMENT",
        };
        let error = json!({"error": {"code": self.status, "message": self.message, "status": word}});
        Reply::json(self.status, error.to_string().into_bytes())
    }
}

/// No such path: a page, not a document. A version that is no longer served looks the same.
pub(crate) fn no_page() -> Reply {
    Reply {
        status: 404,
        headers: vec![("content-type", "text/html; charset=UTF-8".to_owned())],
        body: b"<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title><p>The requested URL was not found on this server.</html>".to_vec(),
    }
}

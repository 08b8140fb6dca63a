//! LinkedIn's refusals: `{"status":…,"serviceErrorCode":…,"message":…}`. Codes by name and details of the input stand only in answers
//! of ad accounts, campaign groups and campaigns.

use crate::http::Reply;
use serde_json::{Value, json};

/// A refusal.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    service: Option<i64>,
    code: Option<&'static str>,
    message: String,
    inputs: Vec<Input>,
}

/// What is wrong with one field of a change.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub(crate) code: &'static str,
    pub(crate) description: String,
    /// Such as `/dailyBudget/amount`.
    pub(crate) path: String,
}

impl ApiError {
    fn new(status: u16, service: Option<i64>, code: Option<&'static str>, message: impl Into<String>) -> Self {
        Self { status, service, code, message: message.into(), inputs: Vec::new() }
    }

    /// Something about the request is wrong.
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(400, Some(100), None, message)
    }

    pub(crate) fn parameter(name: &str) -> Self {
        Self::bad(format!("Invalid query parameters passed to request: {name}"))
    }

    pub(crate) fn missing(name: &str) -> Self {
        Self::bad(format!("Required query parameter is missing: {name}"))
    }

    pub(crate) fn no_version() -> Self {
        let message = "A version must be present. Please specify a version by adding the LinkedIn-Version header.";
        Self::new(400, None, Some("VERSION_MISSING"), message)
    }

    pub(crate) fn retired_version() -> Self {
        Self::new(426, None, None, "Version Header is Deprecated")
    }

    pub(crate) fn strange_version(given: &str) -> Self {
        Self::new(426, None, Some("NONEXISTENT_VERSION"), format!("Requested version {given} is not active"))
    }

    pub(crate) fn no_token() -> Self {
        Self::new(401, Some(401), None, "Empty oauth2_access_token")
    }

    pub(crate) fn strange_token() -> Self {
        Self::new(401, Some(65_600), Some("INVALID_ACCESS_TOKEN"), "Invalid access token")
    }

    pub(crate) fn expired_token() -> Self {
        Self::new(401, Some(65_602), Some("EXPIRED_ACCESS_TOKEN"), "Expired access token")
    }

    /// The token's user has no role on the account, or one that does not reach so far.
    pub(crate) fn forbidden(what: &str) -> Self {
        Self::new(403, Some(100), None, format!("Not enough permissions to access: {what}"))
    }

    pub(crate) fn no_resource(path: &str) -> Self {
        Self::new(404, Some(0), Some("RESOURCE_NOT_FOUND"), format!("No virtual resource found for path {path}"))
    }

    pub(crate) fn no_entity(what: &str, id: &str) -> Self {
        Self::new(404, Some(0), Some("NOT_FOUND"), format!("{what} {id} does not exist"))
    }

    pub(crate) fn wrong_method() -> Self {
        Self::new(405, None, None, "Method not allowed")
    }

    pub(crate) fn length_required() -> Self {
        Self::new(411, None, None, "Length Required: a POST without a body needs Content-Length: 0")
    }

    pub(crate) fn too_long() -> Self {
        Self::new(414, None, None, "URI Too Long: tunnel the query in the body of a POST with X-HTTP-Method-Override")
    }

    pub(crate) fn not_served(what: &str) -> Self {
        Self::new(501, None, Some("NOT_IMPLEMENTED"), format!("{what} is not implemented"))
    }

    /// A day's calls are used up. `whose` is `APPLICATION` or `MEMBER`.
    pub(crate) fn day_is_used_up(whose: &str) -> Self {
        let message = format!("Resource level throttle {whose} DAY limit for calls to this resource is reached.");
        Self::new(429, Some(101), Some("TOO_MANY_REQUESTS"), message)
    }

    /// Too many calls for the moment.
    pub(crate) fn too_fast() -> Self {
        Self::new(429, Some(101), Some("TOO_MANY_REQUESTS"), "Too many requests. Please slow down and try again.")
    }

    pub(crate) fn passing() -> Self {
        Self::new(500, None, None, "Internal Server Error")
    }

    /// One or more fields of a change that cannot be. The first one decides the status.
    pub(crate) fn inputs(inputs: Vec<Input>) -> Self {
        let forbidden = inputs.first().is_some_and(|i| i.code.starts_with("NO_PERMISSION"));
        let status = if forbidden { 403 } else { 400 };
        let (code, message) = match inputs.as_slice() {
            [one] => (one.code, one.description.clone()),
            _ => (
                "MULTIPLE_VALIDATIONS_FAILED",
                "Multiple errors occurred during the input validation. Please see errorDetails for more information.".to_owned(),
            ),
        };
        Self { status, service: None, code: Some(code), message, inputs }
    }

    /// The same as resources say it that name neither codes nor inputs.
    pub(crate) fn without_details(self) -> Self {
        Self { code: None, inputs: Vec::new(), service: Some(100), ..self }
    }

    pub(crate) fn reply(&self) -> Reply {
        let mut body = json!({"status": self.status, "message": self.message});
        if let Some(service) = self.service {
            body["serviceErrorCode"] = Value::from(service);
        }
        if let Some(code) = self.code {
            body["code"] = Value::from(code);
        }
        if !self.inputs.is_empty() {
            let input =
                |i: &Input| json!({"code": i.code, "description": i.description, "input": {"inputPath": {"fieldPath": i.path}}});
            body["errorDetailType"] = Value::from("com.linkedin.common.error.BadRequest");
            body["errorDetails"] = json!({"inputErrors": self.inputs.iter().map(input).collect::<Vec<_>>()});
        }
        Reply::json(self.status, body.to_string().into_bytes())
    }
}

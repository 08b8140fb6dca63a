//! Refusals: `{"message": "… %1", "parameters": …}` with a status.

use crate::http::Reply;
use serde_json::{Value, json};

/// A refusal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    message: String,
    parameters: Value,
}

impl ApiError {
    fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), parameters: Value::Null }
    }

    /// The consumer may not see what it asks for: also what an unsigned request and one with a bearer token are told.
    pub(crate) fn not_authorized(resources: &str) -> Self {
        let parameters = json!({"resources": resources});
        Self { parameters, ..Self::new(401, "The consumer isn't authorized to access %resources.") }
    }

    pub(crate) fn bad_signature() -> Self {
        Self::new(401, "The signature is invalid. Verify and try again.")
    }

    pub(crate) fn bad_method() -> Self {
        Self { parameters: json!(["HMAC-SHA256"]), ..Self::new(400, "Signature method %1 is not supported") }
    }

    pub(crate) fn missing(name: &str) -> Self {
        Self { parameters: json!({"fieldName": name}), ..Self::new(400, "\"%fieldName\" is required. Enter and try again.") }
    }

    pub(crate) fn used_nonce() -> Self {
        Self { parameters: json!([1]), ..Self::new(401, "The nonce is already being used by the consumer with ID %1.") }
    }

    pub(crate) fn bad_time() -> Self {
        Self::new(401, "The timestamp value in the oauth_timestamp parameter is invalid.")
    }

    pub(crate) fn no_consumer() -> Self {
        Self::new(401, "A consumer having the specified key does not exist")
    }

    pub(crate) fn no_token() -> Self {
        Self::new(401, "Specified token does not exist")
    }

    pub(crate) fn no_route() -> Self {
        Self::new(404, "Request does not match any route.")
    }

    pub(crate) fn no_store() -> Self {
        Self::new(404, "The store that was requested wasn't found. Verify the store and try again.")
    }

    pub(crate) fn no_order() -> Self {
        Self::new(404, "The entity that was requested doesn't exist. Verify the entity and try again.")
    }

    pub(crate) fn second_factor() -> Self {
        Self::new(401, "Please use the 2fa provider-specific endpoints to obtain a token.")
    }

    /// Something about the search is wrong. The platform's own words depend on the field; these are ours.
    pub(crate) fn bad_search(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    pub(crate) fn too_many() -> Self {
        Self::new(429, "Too Many Requests")
    }

    pub(crate) fn internal(report: &str) -> Self {
        Self::new(500, format!("Internal Error. Details are available in Magento log file. Report ID: webapi-{report}"))
    }

    pub(crate) fn reply(&self) -> Reply {
        let mut told = json!({"message": self.message});
        if !self.parameters.is_null() {
            told["parameters"] = self.parameters.clone();
        }
        told["trace"] = Value::Null;
        Reply::json(self.status, told.to_string().into_bytes())
    }
}

//! Errors in Google's envelopes: a `GoogleAdsFailure` of the API itself, or a bare status of the gateway before it.

use crate::http::Reply;
use serde_json::{Value, json};
use std::fmt::Display;

/// A refusal.
#[derive(Debug)]
pub(crate) struct AdsError {
    status: u16,
    message: String,
    /// Without any the gateway refused.
    failures: Vec<Failure>,
    /// Details of the gateway.
    gateway: Option<Value>,
    /// No such path at all: a page, not a document.
    page: bool,
}

/// One `GoogleAdsError`.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) category: &'static str,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) trigger: Option<Box<str>>,
    /// The operation of a mutate it belongs to, and the field within.
    pub(crate) operation: Option<Box<(usize, Vec<&'static str>)>>,
    pub(crate) details: Option<Box<Value>>,
}

impl Failure {
    pub(crate) fn new(category: &'static str, code: &'static str, message: impl Display) -> Self {
        Self { category, code, message: message.to_string(), trigger: None, operation: None, details: None }
    }

    pub(crate) fn trigger(mut self, text: impl Display) -> Self {
        self.trigger = Some(text.to_string().into());
        self
    }

    pub(crate) fn details(mut self, details: Value) -> Self {
        self.details = Some(Box::new(details));
        self
    }

    pub(crate) fn json(&self) -> Value {
        let mut error = json!({"errorCode": {self.category: self.code}, "message": self.message});
        if let Some(text) = &self.trigger {
            error["trigger"] = json!({"stringValue": text});
        }
        if let Some((index, fields)) = self.operation.as_deref() {
            let path = std::iter::once(json!({"fieldName": "operations", "index": index}));
            let path: Vec<Value> = path.chain(fields.iter().map(|f| json!({"fieldName": f}))).collect();
            error["location"] = json!({"fieldPathElements": path});
        }
        if let Some(details) = &self.details {
            error["details"] = Value::clone(details);
        }
        error
    }

    /// The status its category answers with.
    fn status(&self) -> u16 {
        match (self.category, self.code) {
            ("authenticationError", _) => 401,
            ("authorizationError", _) => 403,
            ("quotaError", _) => 429,
            ("internalError", "DEADLINE_EXCEEDED") => 504,
            ("internalError", _) => 500,
            ("mutateError", "RESOURCE_NOT_FOUND") => 404,
            _ => 400,
        }
    }
}

impl From<Failure> for AdsError {
    fn from(failure: Failure) -> Self {
        let status = failure.status();
        let message = match status {
            401 => {
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
            }
            403 => "The caller does not have permission",
            404 => "Requested entity was not found.",
            429 => "Resource has been exhausted (e.g. check quota).",
            500 => "Internal error encountered.",
            504 => "Deadline expired before operation could complete.",
            _ => "Request contains an invalid argument.",
        };
        Self { status, message: message.to_owned(), failures: vec![failure], gateway: None, page: false }
    }
}

/// The status word of an HTTP status.
const fn word(status: u16) -> &'static str {
    match status {
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        500 => "INTERNAL",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        _ => "INVALID_ARGUMENT",
    }
}

/// The number of a status word in `google.rpc.Code`.
pub(crate) const INVALID_ARGUMENT: i64 = 3;

impl AdsError {
    /// Refused for several reasons; the first decides the status.
    pub(crate) fn many(failures: Vec<Failure>) -> Self {
        let first = failures.first().cloned().unwrap_or_else(|| Failure::new("internalError", "INTERNAL_ERROR", "Internal error."));
        Self { failures, ..first.into() }
    }

    /// Refused by the gateway.
    pub(crate) fn gateway(status: u16, message: impl Display, details: Option<Value>) -> Self {
        Self { status, message: message.to_string(), failures: Vec::new(), gateway: details, page: false }
    }

    /// A wrong query.
    pub(crate) fn query(code: &'static str, message: impl Display) -> Self {
        Failure::new("queryError", code, message).into()
    }

    /// The version is no longer served.
    pub(crate) fn unsupported(version: &str) -> Self {
        let message = format_args!("Version {version} is deprecated. Requests to this version will be blocked.");
        Self::request("UNSUPPORTED_VERSION", message)
    }

    /// A wrong request.
    pub(crate) fn request(code: &'static str, message: impl Display) -> Self {
        Failure::new("requestError", code, message).into()
    }

    /// No such path.
    pub(crate) fn no_page() -> Self {
        Self { status: 404, message: String::new(), failures: Vec::new(), gateway: None, page: true }
    }

    /// No token came along, or one that has run out.
    pub(crate) fn unauthenticated(reason: &'static str) -> Self {
        let message = match reason {
            "CREDENTIALS_MISSING" => {
                "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential."
            }
            _ => {
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential."
            }
        };
        let info = json!({
            "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com",
            "metadata": {"service": "googleads.googleapis.com"},
        });
        Self::gateway(401, message, Some(info))
    }

    /// The user has no access this way.
    pub(crate) fn permission() -> Self {
        Failure::new(
            "authorizationError",
            "USER_PERMISSION_DENIED",
            "User doesn't have permission to access customer. Note: If you're accessing a client customer, the manager's customer id must be set in the 'login-customer-id' header. See https://developers.google.com/google-ads/api/docs/concepts/call-structure#cid",
        )
        .into()
    }

    /// Too many calls; `scope` is `ACCOUNT` or `DEVELOPER`.
    pub(crate) fn quota(code: &'static str, scope: &'static str, rate: &'static str, seconds: i64) -> Self {
        Failure::new("quotaError", code, format_args!("Too many requests. Retry in {seconds} seconds."))
            .details(json!({
                "quotaErrorDetails": {"rateScope": scope, "rateName": rate, "retryDelay": format!("{seconds}s")},
            }))
            .into()
    }

    /// A key of the body that the method does not have.
    pub(crate) fn unknown_name(name: &str) -> Self {
        let message = format!("Invalid JSON payload received. Unknown name \"{name}\": Cannot find field.");
        let details = json!({
            "@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{"description": message}],
        });
        Self::gateway(400, &message, Some(details))
    }

    /// The answer. `stream` tells that a list was expected: then the error is one, too.
    pub(crate) fn reply(&self, version: &str, request_id: &str, stream: bool) -> Reply {
        if self.page {
            return Reply {
                status: self.status,
                headers: vec![("content-type", "text/html; charset=UTF-8".to_owned())],
                body: b"<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title><p>The requested URL was not found on this server.</html>".to_vec(),
            };
        }
        let mut error = json!({"code": self.status, "message": self.message, "status": word(self.status)});
        if !self.failures.is_empty() {
            let errors: Vec<Value> = self.failures.iter().map(Failure::json).collect();
            error["details"] = json!([failure(version, request_id, &errors)]);
        } else if let Some(details) = &self.gateway {
            error["details"] = json!([details]);
        }
        let body = if stream { json!([{"error": error}]) } else { json!({"error": error}) };
        let mut reply = Reply::value(&body);
        reply.status = self.status;
        reply
    }
}

/// A `GoogleAdsFailure` as a detail of a status.
pub(crate) fn failure(version: &str, request_id: &str, errors: &[Value]) -> Value {
    json!({
        "@type": format!("type.googleapis.com/google.ads.googleads.{version}.errors.GoogleAdsFailure"),
        "errors": errors,
        "requestId": request_id,
    })
}

//! Pinterest's refusals: `{"code":…,"message":…}`, where the code is Pinterest's own number and not the status.

use crate::http::Reply;
use serde_json::json;
use std::fmt::Display;

/// A refusal.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    code: i64,
    message: String,
}

impl ApiError {
    fn new(status: u16, code: i64, message: impl Display) -> Self {
        Self { status, code, message: message.to_string() }
    }

    /// Something about the request is wrong.
    pub(crate) fn invalid(message: impl Display) -> Self {
        Self::new(400, 1, message)
    }

    /// No token, a strange one, or one that has expired.
    pub(crate) fn unauthenticated() -> Self {
        Self::new(401, 2, "Authentication failed.")
    }

    /// A refresh token that is strange, used up or expired.
    pub(crate) fn invalid_grant() -> Self {
        Self::new(400, 1, "invalid_grant: The provided refresh token is invalid, expired or revoked.")
    }

    /// The token's user has no role on the account.
    pub(crate) fn forbidden() -> Self {
        Self::new(403, 29, "You are not permitted to access that resource.")
    }

    pub(crate) fn missing(what: &str) -> Self {
        Self::new(404, 404, format_args!("{what} not found."))
    }

    pub(crate) fn no_such_method() -> Self {
        Self::new(405, 1, "Method not allowed.")
    }

    /// Too many calls, as most routes say it.
    pub(crate) fn too_many() -> Self {
        Self::new(429, 8, "You have exceeded your rate limit. Try again later.")
    }

    /// Too many calls, as analytics also say it: status 400, with the wait in the text.
    pub(crate) fn too_many_in_words(seconds: i64) -> Self {
        Self::new(400, 1, format_args!("Analytics requests are being throttled for this user. Retry after {seconds} seconds"))
    }

    /// A passing failure, under the status of a server's or of a client's mistake: Pinterest does both.
    pub(crate) fn passing(status: u16) -> Self {
        Self::new(status, 12, "Something went wrong on our end. Sorry about that.")
    }

    /// The same as an item's exception in an answer to a change.
    pub(crate) fn exception(&self) -> serde_json::Value {
        json!({"code": self.code, "message": self.message})
    }

    pub(crate) fn reply(&self) -> Reply {
        Reply::json(self.status, self.exception().to_string().into_bytes())
    }
}

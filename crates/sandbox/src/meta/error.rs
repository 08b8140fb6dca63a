//! Meta's error envelope and the errors the sandbox answers with.

use crate::http::Reply;
use serde_json::{Map, Value, json};

/// An error as Meta words it.
#[derive(Debug, Clone)]
pub(crate) struct GraphError {
    pub(crate) status: u16,
    code: i64,
    subcode: Option<i64>,
    message: String,
    transient: bool,
    user: Option<(&'static str, String)>,
    blame: Option<&'static str>,
}

impl GraphError {
    pub(crate) fn new(status: u16, code: i64, message: impl Into<String>) -> Self {
        Self { status, code, subcode: None, message: message.into(), transient: false, user: None, blame: None }
    }

    pub(crate) const fn sub(mut self, subcode: i64) -> Self {
        self.subcode = Some(subcode);
        self
    }

    pub(crate) const fn transient(mut self) -> Self {
        self.transient = true;
        self
    }

    pub(crate) fn user(mut self, title: &'static str, text: impl Into<String>) -> Self {
        self.user = Some((title, text.into()));
        self
    }

    pub(crate) const fn blame(mut self, field: &'static str) -> Self {
        self.blame = Some(field);
        self
    }

    /// `(#100)` with its reason.
    pub(crate) fn parameter(why: impl std::fmt::Display) -> Self {
        Self::new(400, 100, format!("(#100) {why}"))
    }

    pub(crate) fn no_field(field: &str, node: &str) -> Self {
        Self::parameter(format_args!("Tried accessing nonexisting field ({field}) on node type ({node})"))
    }

    pub(crate) fn no_object(id: &str) -> Self {
        let message = format!(
            "Unsupported get request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation."
        );
        Self::new(400, 100, message).sub(33)
    }

    pub(crate) fn no_permission() -> Self {
        Self::new(403, 200, "(#200) Ad account owner has NOT granted ads_management or ads_read permission")
    }

    pub(crate) fn no_token() -> Self {
        Self::new(400, 2500, "An active access token must be used to query information about the current user.")
    }

    pub(crate) fn bad_token() -> Self {
        Self::new(400, 190, "Invalid OAuth access token - Cannot parse access token").sub(467)
    }

    pub(crate) fn expired_token() -> Self {
        Self::new(400, 190, "Error validating access token: Session has expired. The current time is after the session's expiry.")
            .sub(463)
    }

    pub(crate) fn reduce_data() -> Self {
        Self::new(500, 1, "Please reduce the amount of data you're asking for, then retry your request")
    }

    pub(crate) fn bad_cursor() -> Self {
        Self::new(400, 2642, "(#2642) Invalid cursors values")
    }

    pub(crate) fn too_old() -> Self {
        Self::new(400, 3018, "(#3018) The start date of the time range cannot be beyond 37 months from the current date")
    }

    pub(crate) fn old_version(version: &str) -> Self {
        let message = format!(
            "(#2635) You are calling a deprecated version of the Ads API. Please update to the latest version: v26.0. ({version} was called)"
        );
        Self::new(400, 2635, message)
    }

    pub(crate) fn body(&self, trace: &str) -> Vec<u8> {
        let mut error = Map::new();
        error.insert("message".into(), json!(self.message));
        error.insert("type".into(), json!("OAuthException"));
        error.insert("code".into(), json!(self.code));
        if let Some(subcode) = self.subcode {
            error.insert("error_subcode".into(), json!(subcode));
        }
        if self.transient {
            error.insert("is_transient".into(), json!(true));
        }
        if let Some((title, text)) = &self.user {
            error.insert("error_user_title".into(), json!(title));
            error.insert("error_user_msg".into(), json!(text));
        }
        if let Some(field) = self.blame {
            error.insert("error_data".into(), json!({"blame_field_specs": [[field]]}));
        }
        error.insert("fbtrace_id".into(), json!(trace));
        Value::Object(Map::from_iter([("error".to_owned(), Value::Object(error))])).to_string().into_bytes()
    }

    pub(crate) fn reply(&self, trace: &str) -> Reply {
        Reply::json(self.status, self.body(trace))
    }
}

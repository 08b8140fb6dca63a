//! TikTok's envelope and the errors the sandbox answers with. Nearly everything is HTTP 200: the truth stands in `code`.

use crate::http::Reply;
use serde_json::Value;

/// A refusal as TikTok words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    /// The HTTP status; 200 but for paths and methods that do not exist.
    pub(crate) status: u16,
    code: u32,
    message: String,
}

impl ApiError {
    pub(crate) fn new(code: u32, message: impl Into<String>) -> Self {
        Self { status: 200, code, message: message.into() }
    }

    /// 40002 with its reason.
    pub(crate) fn parameter(why: impl std::fmt::Display) -> Self {
        Self::new(40_002, why.to_string())
    }

    pub(crate) fn missing(name: &str) -> Self {
        Self::parameter(format_args!("{name}: Missing data for required field."))
    }

    /// Metrics or dimensions that exclude each other.
    pub(crate) fn conflict(what: impl std::fmt::Display) -> Self {
        Self::parameter(format_args!("Conflict occurs in the request: {what}"))
    }

    pub(crate) fn no_permission(advertiser: &str) -> Self {
        Self::new(40_001, format!("No permission to operate advertiser {advertiser}."))
    }

    pub(crate) fn no_advertiser(advertiser: &str) -> Self {
        Self::new(40_300, format!("Advertiser {advertiser} does not exist."))
    }

    pub(crate) fn no_object(what: &str, id: &str) -> Self {
        Self::new(40_007, format!("The {what} {id} does not exist."))
    }

    pub(crate) fn too_many_ids(name: &str, most: usize) -> Self {
        Self::new(40_011, format!("{name}: The number of ids exceeds the limit of {most}."))
    }

    pub(crate) fn no_token() -> Self {
        Self::new(40_104, "Access token is empty. Please pass it in the header Access-Token.")
    }

    pub(crate) fn bad_token() -> Self {
        Self::new(40_105, "Access token is incorrect or has been revoked.")
    }

    pub(crate) fn expired_token() -> Self {
        Self::new(40_102, "Access token has expired.")
    }

    pub(crate) fn too_large() -> Self {
        Self::new(40_067, "The data of this query is too large. Please narrow the date range or ask for fewer metrics.")
    }

    pub(crate) fn throttled() -> Self {
        Self::new(40_100, "Too many requests. Please retry in some time.")
    }

    /// A path that does not exist, among them every path without its final slash.
    pub(crate) const fn no_path() -> Self {
        Self { status: 404, code: 0, message: String::new() }
    }

    /// A version that is no longer served.
    pub(crate) fn offline(version: &str) -> Self {
        Self::new(40_006, format!("The API version {version} is offline. Please use v1.3."))
    }

    pub(crate) const fn wrong_method() -> Self {
        Self { status: 405, code: 0, message: String::new() }
    }

    pub(crate) fn reply(&self, request_id: &str) -> Reply {
        if self.status != 200 {
            let text = if self.status == 404 { "404 page not found" } else { "405 method not allowed" };
            return Reply {
                status: self.status,
                headers: vec![("content-type", "text/plain; charset=utf-8".to_owned())],
                body: text.as_bytes().to_vec(),
            };
        }
        let message = Value::from(self.message.as_str());
        let body = format!(r#"{{"code":{},"message":{message},"request_id":"{request_id}","data":{{}}}}"#, self.code);
        Reply { status: 200, headers: vec![("x-tt-logid", request_id.to_owned())], body: body.into_bytes() }
    }
}

/// What a request is answered with when all is well.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The bytes of `data`.
    Data(Vec<u8>),
    /// The same with a header that warns.
    Warned(Vec<u8>, (&'static str, String)),
    /// `data` of a batch of which only a part was applied: code 20001.
    Partial(Vec<u8>),
    /// A file, without the envelope.
    File(Vec<u8>, String),
}

impl Answer {
    pub(crate) fn value(value: &Value) -> Self {
        Self::Data(value.to_string().into_bytes())
    }

    pub(crate) fn reply(self, request_id: &str) -> Reply {
        let mut headers = vec![("x-tt-logid", request_id.to_owned())];
        let (code, message, data) = match self {
            Self::Data(data) => (0, "OK", data),
            Self::Warned(data, header) => {
                headers.push(header);
                (0, "OK", data)
            }
            Self::Partial(data) => (20_001, "Partial success", data),
            Self::File(body, name) => {
                headers.push(("content-type", "text/csv; charset=utf-8".to_owned()));
                headers.push(("content-disposition", format!("attachment; filename=\"{name}\"")));
                return Reply { status: 200, headers, body };
            }
        };
        let mut body = format!(r#"{{"code":{code},"message":"{message}","request_id":"{request_id}","data":"#).into_bytes();
        body.extend_from_slice(&data);
        body.push(b'}');
        Reply { status: 200, headers, body }
    }
}

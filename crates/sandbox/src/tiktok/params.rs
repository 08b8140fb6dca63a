//! Parameters in TikTok's notation: lists and objects are JSON text in the query, and JSON itself in a body.

use super::envelope::ApiError;
use crate::{http::Request, limits};
use serde_json::{Map, Value};

/// A parameter that must be there.
pub(crate) fn need<'r>(request: &'r Request, name: &str) -> Result<&'r str, ApiError> {
    request.given(name).ok_or_else(|| ApiError::missing(name))
}

/// A list of texts. Repeated parameters and comma lists are refused.
pub(crate) fn list(request: &Request, name: &str) -> Result<Option<Vec<String>>, ApiError> {
    let Some(text) = request.given(name) else { return Ok(None) };
    let bad = || ApiError::parameter(format_args!("{name}: Not a valid list."));
    let Ok(Value::Array(items)) = serde_json::from_str(text) else {
        return Err(bad());
    };
    items
        .iter()
        .map(|v| v.as_str().map(str::to_owned).or_else(|| v.as_u64().map(|n| n.to_string())).ok_or_else(bad))
        .collect::<Result<_, _>>()
        .map(Some)
}

/// A list of ids, of which there may be so many.
pub(crate) fn ids(name: &str, texts: &[String], most: usize) -> Result<Vec<u64>, ApiError> {
    if texts.len() > most {
        return Err(ApiError::too_many_ids(name, most));
    }
    texts.iter().map(|t| t.parse().map_err(|_| ApiError::parameter(format_args!("{name}: '{t}' is not a valid id.")))).collect()
}

/// An object.
pub(crate) fn object(request: &Request, name: &str) -> Result<Map<String, Value>, ApiError> {
    match request.given(name).map(serde_json::from_str) {
        None => Ok(Map::new()),
        Some(Ok(Value::Object(object))) => Ok(object),
        Some(_) => Err(ApiError::parameter(format_args!("{name}: Not a valid object."))),
    }
}

/// A switch.
pub(crate) fn flag(request: &Request, name: &str, default: bool) -> Result<bool, ApiError> {
    match request.given(name) {
        None => Ok(default),
        Some("true" | "True" | "1") => Ok(true),
        Some("false" | "False" | "0") => Ok(false),
        Some(_) => Err(ApiError::parameter(format_args!("{name}: Not a valid boolean."))),
    }
}

/// Which page of a list, and how large pages are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub(crate) page: usize,
    pub(crate) size: usize,
}

impl Page {
    /// `page` and `page_size`; the latter may be up to `most`.
    pub(crate) fn read(request: &Request, most: usize) -> Result<Self, ApiError> {
        let number = |name: &str, default: usize, most: usize| match request.given(name) {
            None => Ok(default),
            Some(text) => text
                .parse::<usize>()
                .ok()
                .filter(|n| (1..=most).contains(n))
                .ok_or_else(|| ApiError::parameter(format_args!("{name}: Must be between 1 and {most}."))),
        };
        Ok(Self { page: number("page", 1, usize::MAX / 2_000)?, size: number("page_size", limits::TIKTOK_PAGE_DEFAULT, most)? })
    }

    /// Where it starts and ends in a list of so many.
    pub(crate) fn range(self, all: usize) -> std::ops::Range<usize> {
        let start = ((self.page - 1) * self.size).min(all);
        start..(start + self.size).min(all)
    }

    /// The text of `page_info`.
    pub(crate) fn info(self, all: usize) -> String {
        let Self { page, size } = self;
        format!(r#"{{"page":{page},"page_size":{size},"total_number":{all},"total_page":{}}}"#, all.div_ceil(size))
    }
}

/// The JSON document of a POST.
pub(crate) fn body(request: &Request) -> Result<Map<String, Value>, ApiError> {
    let json = request.header("content-type").is_some_and(|t| t.starts_with("application/json"));
    match serde_json::from_slice(&request.body) {
        Ok(Value::Object(body)) if json => Ok(body),
        _ => Err(ApiError::parameter("The body must be a JSON object with Content-Type application/json.")),
    }
}

//! Cursors and the `paging` object. The next link carries the whole query, the token included, as Meta's does.

use super::error::GraphError;
use crate::http::Request;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use url::form_urlencoded::Serializer;

/// An opaque cursor for some numbers.
pub(crate) fn cursor(place: &[usize]) -> String {
    let text: Vec<String> = place.iter().map(usize::to_string).collect();
    URL_SAFE_NO_PAD.encode(text.join(":"))
}

/// The numbers of a cursor: exactly `N` of them.
pub(crate) fn read<const N: usize>(text: &str) -> Result<[usize; N], GraphError> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| GraphError::bad_cursor())?;
    let text = String::from_utf8(bytes).map_err(|_| GraphError::bad_cursor())?;
    let numbers: Result<Vec<usize>, _> = text.split(':').map(str::parse).collect();
    numbers.ok().and_then(|n| n.try_into().ok()).ok_or_else(GraphError::bad_cursor)
}

/// Appends `"paging":{…}` for a page that is not empty.
pub(crate) fn write(out: &mut Vec<u8>, request: &Request, token: &str, before: &str, after: &str, more: bool) {
    out.extend_from_slice(b",\"paging\":{\"cursors\":{\"before\":\"");
    out.extend_from_slice(before.as_bytes());
    out.extend_from_slice(b"\",\"after\":\"");
    out.extend_from_slice(after.as_bytes());
    out.extend_from_slice(b"\"}");
    if more {
        out.extend_from_slice(b",\"next\":");
        let link = next_link(request, token, after);
        out.extend_from_slice(serde_json::Value::from(link).to_string().as_bytes());
    }
    out.push(b'}');
}

fn next_link(request: &Request, token: &str, after: &str) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("access_token", token);
    for (name, value) in &request.params {
        if !matches!(name.as_str(), "access_token" | "after" | "before" | "appsecret_proof") {
            query.append_pair(name, value);
        }
    }
    query.append_pair("after", after);
    format!("{}/{}?{}", request.base, request.path, query.finish())
}

/// The page size asked for.
pub(crate) fn limit(request: &Request, default: usize, max: usize) -> Result<usize, GraphError> {
    let Some(text) = request.given("limit") else {
        return Ok(default);
    };
    match text.trim().parse::<usize>() {
        Ok(n) if n > max => Err(GraphError::reduce_data()),
        Ok(n) if n > 0 => Ok(n),
        _ => Err(GraphError::parameter("Param limit must be a positive integer")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_round_trip_and_refuse_garbage() {
        assert_eq!(read::<3>(&cursor(&[1, 22, 333])).unwrap(), [1, 22, 333]);
        for bad in ["", "MQ", "%%%", &cursor(&[1, 2]), &cursor(&[1, 2, 3, 4])] {
            assert!(read::<3>(bad).is_err(), "{bad}");
        }
    }
}

//! Several calls in one: each item is answered as if it had come alone, and counts as one.

use super::{Meta, auth, error::GraphError};
use crate::{
    http::{Method, Reply, Request},
    limits,
    platform::Platform,
    state::Shared,
};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    method: Option<String>,
    relative_url: String,
    #[serde(default)]
    body: Option<String>,
}

/// Answers a batch.
pub(super) fn answer_all(meta: &Meta, shared: &Shared, request: &Request) -> Result<Reply, GraphError> {
    let text = request.given("batch").unwrap_or("[]");
    let items: Vec<Item> =
        serde_json::from_str(text).map_err(|_| GraphError::parameter("Param batch must be an array of requests"))?;
    if items.len() > limits::META_BATCH_MAX {
        return Err(GraphError::parameter(format_args!(
            "Too many requests in batch message. Maximum batch size is {}",
            limits::META_BATCH_MAX
        )));
    }
    let with_headers = request.given("include_headers") != Some("false");
    let answers: Vec<Value> = items
        .into_iter()
        .map(|item| {
            let reply = meta.answer(shared, &single(request, item));
            let mut shown = json!({"code": reply.status, "body": String::from_utf8_lossy(&reply.body)});
            if with_headers {
                let headers = reply.headers.iter().map(|(name, value)| json!({"name": name, "value": value}));
                let kind = json!({"name": "Content-Type", "value": "application/json; charset=UTF-8"});
                shown["headers"] = std::iter::once(kind).chain(headers).collect();
            }
            shown
        })
        .collect();
    Ok(Reply::value(&Value::from(answers)))
}

/// One item as a request of its own. A batch within a batch has no `batch` parameter to be found and is refused.
fn single(whole: &Request, item: Item) -> Request {
    let relative = item.relative_url.trim_start_matches('/');
    let (path, query) = relative.split_once('?').unwrap_or((relative, ""));
    let body = item.body.unwrap_or_default();
    let pairs = |text: &str| url::form_urlencoded::parse(text.as_bytes()).into_owned().collect::<Vec<_>>();
    let mut params = pairs(query);
    params.extend(pairs(&body));
    params.retain(|(name, _)| name != "batch");
    if !params.iter().any(|(name, _)| name == "access_token")
        && let Some(token) = auth::token_of(whole)
    {
        params.push(("access_token".to_owned(), token.to_owned()));
    }
    let method = match item.method.as_deref() {
        Some("POST") => Method::Post,
        Some("DELETE") => Method::Delete,
        _ => Method::Get,
    };
    let versioned = path.starts_with('v') && path[1..].starts_with(|c: char| c.is_ascii_digit());
    let version = whole.path.trim_matches('/');
    let path = if versioned || version.is_empty() { path.to_owned() } else { format!("{version}/{path}") };
    Request { method, path, params, query: String::new(), body: Vec::new(), ..whole.clone() }
}

//! What a request asks for once the transport is undone: a query may travel in the body of a POST, and Rest.li's method in a header.

use super::{
    error::ApiError,
    restli::{Protocol, Query, decoded},
};
use crate::{
    http::{Method, Request},
    limits,
};

/// What is done to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Read,
    Update,
    Create,
}

/// A request, understood as far as all resources have in common.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) verb: Verb,
    /// The path's segments below `rest`, with percent-encoding undone.
    pub(crate) path: Vec<String>,
    pub(crate) query: Query,
    /// Whether the header says that a finder is meant.
    pub(crate) finder: bool,
}

impl Asked {
    pub(crate) fn read(request: &Request) -> Result<Self, ApiError> {
        let whole = &request.path;
        let path: Option<Vec<String>> = whole.split('/').filter(|s| !s.is_empty()).skip(1).map(decoded).collect();
        let path = path.ok_or_else(|| ApiError::no_resource(whole))?;
        let protocol = match request.header("x-restli-protocol-version") {
            None | Some("1.0.0") => Protocol::One,
            Some("2.0.0") => Protocol::Two,
            Some(other) => return Err(ApiError::bad(format!("Rest.li protocol version {other} is not supported"))),
        };
        let method = request.header("x-restli-method").map(str::to_ascii_uppercase);
        let tunnelled = request.header("x-http-method-override").map(str::to_ascii_uppercase);
        if request.method == Method::Post {
            let sized = request.header("content-length").is_some() || request.header("transfer-encoding").is_some();
            if request.body.is_empty() && !sized {
                return Err(ApiError::length_required());
            }
        }
        let (verb, raw) = match (request.method, tunnelled.as_deref(), method.as_deref()) {
            (Method::Get, None, None | Some("FINDER" | "GET")) => {
                if request.base.len() + request.path.len() + request.query.len() > limits::LINKEDIN_URL_BYTES_MAX {
                    return Err(ApiError::too_long());
                }
                (Verb::Read, request.query.clone())
            }
            (Method::Post, Some("GET"), None | Some("FINDER" | "GET")) => (Verb::Read, tunnel(request)?),
            (Method::Post, None, Some("PARTIAL_UPDATE")) => (Verb::Update, request.query.clone()),
            (Method::Post, None, None | Some("CREATE")) => (Verb::Create, request.query.clone()),
            _ => return Err(ApiError::wrong_method()),
        };
        let query = Query::read(&raw, protocol)?;
        Ok(Self { verb, path, query, finder: method.as_deref() == Some("FINDER") })
    }

    /// The collection that is asked, whose calls are counted together.
    pub(crate) fn resource(&self) -> &str {
        match self.path.as_slice() {
            [_, _, below, ..] => below,
            [first, ..] => first,
            [] => "",
        }
    }
}

/// The query that travels in a body, after what of it stands in the URL.
fn tunnel(request: &Request) -> Result<String, ApiError> {
    let form = request.header("content-type").is_some_and(|t| t.starts_with("application/x-www-form-urlencoded"));
    let body = std::str::from_utf8(&request.body).ok().filter(|_| form);
    let body = body.ok_or_else(|| ApiError::bad("A tunnelled query must be application/x-www-form-urlencoded"))?.trim();
    Ok(if request.query.is_empty() { body.to_owned() } else { format!("{}&{body}", request.query) })
}

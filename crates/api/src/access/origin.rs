//! Where a request comes from.

use axum::{
    extract::ConnectInfo,
    http::{header, request::Parts},
};
use std::net::SocketAddr;
use tower_http::request_id::RequestId;
use trimtab_domain::Origin;

/// The other end of the connection, what the client calls itself, and the request's id.
pub(crate) fn origin(parts: &Parts) -> Origin {
    let ip = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let request = parts.extensions.get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
    Origin::of_request(ip, agent, request)
}

//! Where a request came from, for the audit log.

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{header, request::Parts},
};
use std::{convert::Infallible, net::SocketAddr};
use tower_http::request_id::RequestId;
use trimtab_domain::Origin;

/// Where a request came from, as an extractor.
#[derive(Debug, Clone)]
pub struct From(pub Origin);

/// The other end of the connection, what the client calls itself, and the request's id. What a client says of its own address is not
/// believed.
pub(crate) fn origin(parts: &Parts) -> Origin {
    let ip = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip().to_canonical());
    let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let request = parts.extensions.get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
    Origin::of_request(ip, agent, request)
}

impl<S: Send + Sync> FromRequestParts<S> for From {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(origin(parts)))
    }
}

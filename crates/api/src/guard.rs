//! What browsers are told to hold to: which other sites' pages may read answers (CORS, none unless named), and headers on every answer.

use crate::web;
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use std::{str::FromStr, time::Duration};
use tower_http::cors::{AllowOrigin, CorsLayer};
use url::Url;

/// How long a browser remembers what another site's pages may send.
const PREFLIGHT_AGE: Duration = Duration::from_secs(600);

/// A site whose pages may read answers, as browsers name it: `https://reports.example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorsOrigin(HeaderValue);

/// Text that names no site.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "'{0}' is not a site: write scheme and host, and a port unless it is the usual one, for example https://reports.example.com"
)]
pub struct BadOrigin(String);

impl FromStr for CorsOrigin {
    type Err = BadOrigin;

    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        let bad = || BadOrigin(text.to_owned());
        let url = Url::parse(text.trim()).map_err(|_| bad())?;
        // Compared letter by letter, so only what a browser would send will do: no path, no wildcard.
        let origin = url.origin().ascii_serialization();
        let plain = matches!(url.scheme(), "http" | "https") && origin == text.trim() && !text.contains('*');
        if !plain {
            return Err(bad());
        }
        HeaderValue::from_str(&origin).map(Self).map_err(|_| bad())
    }
}

/// Lets the pages of these sites read answers of the API. They have no cookies of ours: a program of theirs sends its own key.
pub(crate) fn cors<S: Clone + Send + Sync + 'static>(router: Router<S>, origins: &[CorsOrigin]) -> Router<S> {
    if origins.is_empty() {
        return router;
    }
    let ours = |name: &'static str| HeaderName::from_static(name);
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().map(|CorsOrigin(origin)| origin.clone())))
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            ours("idempotency-key"),
            ours("last-event-id"),
            ours("x-request-id"),
        ])
        .expose_headers([
            header::ALLOW,
            header::CONTENT_DISPOSITION,
            header::RETRY_AFTER,
            ours("idempotency-replayed"),
            ours("ratelimit"),
            ours("ratelimit-policy"),
            ours("x-request-id"),
        ])
        .max_age(PREFLIGHT_AGE);
    router.layer(cors)
}

/// Headers of every answer.
const FIXED: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Writes them. `secure`: browsers reach us by https, and are to stay with it.
pub(crate) async fn headers(State(secure): State<bool>, request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/v1/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = HeaderValue::from_static(web::POLICY);
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if api {
        // What is answered to one person is not to be found by the next one at the same machine.
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_named_as_browsers_name_it() {
        for good in ["https://reports.example.com", "http://localhost:5173", "https://a.example:8443"] {
            assert!(good.parse::<CorsOrigin>().is_ok(), "{good}");
        }
        for bad in [
            "*",
            "https://*.example.com",
            "reports.example.com",
            "https://a.example/",
            "https://a.example:443",
            "null",
            "file:///x",
            "",
        ] {
            assert_eq!(bad.parse::<CorsOrigin>(), Err(BadOrigin(bad.to_owned())));
        }
    }
}

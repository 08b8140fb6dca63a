//! That a request which changes something comes from our own page. SameSite keeps other sites' requests from carrying the cookie at all;
//! this holds where a browser, or a neighbour on the same site, does not care: the page must send a value that follows from the session
//! and that only our own scripts can read.

use crate::error::ApiError;
use axum::http::{HeaderMap, Method, header};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

const HEADER: &str = "x-csrf-token";

/// What our own pages send along; it says nothing of the token.
pub(super) fn proof(access: &SecretString) -> String {
    let digest = blake3::derive_key("trimtab 2026 cross-site requests", access.expose_secret().as_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn check(method: &Method, headers: &HeaderMap, access: &SecretString) -> Result<(), ApiError> {
    if method.is_safe() {
        return Ok(());
    }
    let sent = headers.get(HEADER).map(axum::http::HeaderValue::as_bytes).unwrap_or_default();
    let right: bool = sent.ct_eq(proof(access).as_bytes()).into();
    if from_own_page(headers) && right {
        return Ok(());
    }
    Err(ApiError::forbidden("the request does not come from a page of this site: reload the page and try again"))
}

/// Whether the browser says that the request is our own page's; programs say nothing.
pub(crate) fn from_own_page(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if text(header::HeaderName::from_static("sec-fetch-site")).is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return false;
    }
    match text(header::ORIGIN) {
        None => true,
        Some(origin) => text(header::HOST).is_some_and(|host| origin.split_once("://").is_some_and(|(_, from)| from == host)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap())).collect()
    }

    #[test]
    fn another_sites_page_cannot_use_the_cookie() {
        let token = SecretString::from("tta_secret");
        let (host, own) = ((header::HOST, "trimtab.example"), (header::ORIGIN, "https://trimtab.example"));
        let proof = proof(&token);
        let sent = (HeaderName::from_static(HEADER), proof.as_str());
        let fine = headers(&[host.clone(), own.clone(), sent.clone()]);
        assert!(check(&Method::POST, &fine, &token).is_ok());
        for bad in [
            headers(&[host.clone(), own.clone()]),
            headers(&[host.clone(), (header::ORIGIN, "https://evil.example"), sent.clone()]),
            headers(&[host.clone(), (header::ORIGIN, "null"), sent.clone()]),
            headers(&[host.clone(), own.clone(), (HeaderName::from_static("sec-fetch-site"), "same-site"), sent.clone()]),
            headers(&[host, own, (HeaderName::from_static(HEADER), "00000000000000000000000000000000")]),
        ] {
            assert!(check(&Method::POST, &bad, &token).is_err(), "{bad:?}");
            assert!(check(&Method::GET, &bad, &token).is_ok(), "reads cannot be seen by the other page");
        }
        assert!(check(&Method::DELETE, &fine, &SecretString::from("tta_another")).is_err(), "of another session");
    }
}

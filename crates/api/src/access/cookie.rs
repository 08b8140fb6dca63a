//! The cookies of a browser's session. Scripts can read none but the one that proves a request is of our own page, and no other site's
//! page can have any of them sent.

use super::csrf;
use axum::http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};
use trimtab_domain::Timestamp;
use trimtab_engine::Tokens;

/// The cookie with the access token.
pub const COOKIE: &str = "trimtab_session";
/// The cookie with the refresh token; sent to the routes of signing in alone.
pub const REFRESH_COOKIE: &str = "trimtab_refresh";
/// The cookie our own pages read and send back as a header.
const CSRF_COOKIE: &str = "trimtab_csrf";
const REFRESH_PATH: &str = "/api/v1/auth";

/// A cookie of a request.
pub(crate) fn named(headers: &HeaderMap, name: &str) -> Option<SecretString> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    let mut found = cookies.filter_map(|pair| pair.trim().split_once('=')).filter(|(given, _)| *given == name);
    found.next().map(|(_, value)| SecretString::from(value))
}

/// Headers that hand a browser its tokens.
pub(crate) fn set(tokens: &Tokens, now: Timestamp, secure: bool) -> HeaderMap {
    let seconds = |until: Timestamp| until.duration_since(now).as_secs().max(0);
    let mut headers = private();
    let (access, refresh) = (tokens.access.expose_secret(), tokens.refresh.expose_secret());
    add(&mut headers, COOKIE, access, "/", true, seconds(tokens.access_ends_at), secure);
    add(&mut headers, REFRESH_COOKIE, refresh, REFRESH_PATH, true, seconds(tokens.refresh_ends_at), secure);
    let proof = csrf::proof(&tokens.access);
    add(&mut headers, CSRF_COOKIE, &proof, "/", false, seconds(tokens.access_ends_at), secure);
    headers
}

/// Headers that take a browser's tokens away.
pub(crate) fn clear(secure: bool) -> HeaderMap {
    let mut headers = private();
    add(&mut headers, COOKIE, "", "/", true, 0, secure);
    add(&mut headers, REFRESH_COOKIE, "", REFRESH_PATH, true, 0, secure);
    add(&mut headers, CSRF_COOKIE, "", "/", false, 0, secure);
    headers
}

/// Headers that tie a sign-in at a provider to the browser. Lax, since the browser comes back from another site.
pub(crate) fn provider_cookie(token: &SecretString, secure: bool) -> HeaderMap {
    provider(token.expose_secret(), 600, secure)
}

/// Headers that take it away again.
pub(crate) fn clear_provider(secure: bool) -> HeaderMap {
    provider("", 0, secure)
}

fn provider(token: &str, seconds: i64, secure: bool) -> HeaderMap {
    let mut headers = private();
    let secure = if secure { "; Secure" } else { "" };
    let name = crate::routes::providers::PROVIDER_COOKIE;
    let text = format!("{name}={token}; HttpOnly; SameSite=Lax; Path={REFRESH_PATH}/oidc; Max-Age={seconds}{secure}");
    if let Ok(mut value) = HeaderValue::try_from(text) {
        value.set_sensitive(true);
        headers.append(header::SET_COOKIE, value);
    }
    headers
}

fn private() -> HeaderMap {
    HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))])
}

fn add(headers: &mut HeaderMap, name: &str, value: &str, path: &str, hidden: bool, seconds: i64, secure: bool) {
    let hidden = if hidden { "; HttpOnly" } else { "" };
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}{hidden}; SameSite=Strict; Path={path}; Max-Age={seconds}{secure}");
    if let Ok(mut value) = HeaderValue::try_from(text) {
        value.set_sensitive(true);
        headers.append(header::SET_COOKIE, value);
    }
}

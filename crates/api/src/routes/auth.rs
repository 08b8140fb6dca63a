//! Signing in and out.

use crate::{
    Api,
    access::{COOKIE, Session},
    error::{ApiResult, Problem},
    extract::Body,
    origin,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::me::UserShape;

/// Who wants to sign in.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Login {
    /// E-mail address.
    #[schema(example = "you@agency.example")]
    email: String,
    /// Password.
    #[schema(value_type = String, format = Password)]
    #[serde(deserialize_with = "crate::extract::secret")]
    password: SecretString,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionShape {
    /// Who signed in.
    user: UserShape,
    /// The agency.
    agency: Option<String>,
    /// For programs: send it as `Authorization: Bearer …`. Browsers get it as a cookie their scripts cannot read.
    token: String,
    /// When the session ends unless it is used (RFC 3339).
    expires_at: String,
}

/// Sign in
///
/// After five wrong passwords an address is locked for a time that grows.
#[utoipa::path(post, path = "/api/v1/auth/login", operation_id = "login", tag = "auth", request_body = Login, security(()),
    responses((status = 200, body = SessionShape), (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn login(
    State(api): State<Api>,
    origin::From(from): origin::From,
    Body(login): Body<Login>,
) -> ApiResult<(HeaderMap, Json<SessionShape>)> {
    let signed_in = api.engine.sign_in(&from, &login.email, login.password).await?;
    let person = api.engine.session(&signed_in.token).await?;
    let user = person.as_ref().map(UserShape::from).ok_or_else(crate::error::ApiError::unauthenticated)?;
    let token = signed_in.token.expose_secret().to_owned();
    let seconds = signed_in.expires_at.duration_since(api.engine.now()).as_secs();
    let headers = cookie(&token, seconds, api.secure_cookies);
    let agency = api.engine.agency().await?;
    Ok((headers, Json(SessionShape { user, agency, token, expires_at: signed_in.expires_at.to_string() })))
}

/// Sign out
#[utoipa::path(post, path = "/api/v1/auth/logout", operation_id = "logout", tag = "auth",
    responses((status = 204), (status = 401, body = Problem)))]
pub async fn logout(State(api): State<Api>, session: Session) -> ApiResult<(StatusCode, HeaderMap)> {
    api.engine.sign_out(&session.origin, &session.token).await?;
    Ok((StatusCode::NO_CONTENT, cookie("", 0, api.secure_cookies)))
}

fn cookie(token: &str, seconds: i64, secure: bool) -> HeaderMap {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}{secure}", seconds.max(0));
    let mut headers = HeaderMap::new();
    if let Ok(mut value) = HeaderValue::try_from(text) {
        value.set_sensitive(true);
        headers.insert(header::SET_COOKIE, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers
}

//! What links from mails are good for: invitations and new passwords. Their tokens travel in bodies, never in addresses.

use super::auth::{Answer, SignInShape, Stranger, signed_in};
use crate::{
    Api,
    error::{ApiResult, Problem},
    extract::Body,
    shape::GrantShape,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who forgot their password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Forgot {
    /// E-mail address.
    #[schema(example = "you@agency.example")]
    email: String,
}

/// A new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    /// The link's token.
    #[schema(value_type = String)]
    #[serde(deserialize_with = "crate::extract::secret")]
    token: SecretString,
    /// At least 12 characters that nobody guesses early.
    #[schema(value_type = String, format = Password)]
    #[serde(deserialize_with = "crate::extract::secret")]
    password: SecretString,
}

/// A link's token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkToken {
    /// The link's token.
    #[schema(value_type = String)]
    #[serde(deserialize_with = "crate::extract::secret")]
    token: SecretString,
}

/// What an invitation offers.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferShape {
    /// Whom it was sent to.
    email: String,
    /// Whether they have an account already, and need no password.
    known: bool,
    /// The agency.
    agency: Option<String>,
    /// What it gives.
    grants: Vec<GrantShape>,
    /// When it ends (RFC 3339).
    expires_at: String,
}

/// Who takes an invitation up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// The link's token.
    #[schema(value_type = String)]
    #[serde(deserialize_with = "crate::extract::secret")]
    token: SecretString,
    /// Their name, at most 100 characters.
    #[serde(default)]
    name: String,
    /// At least 12 characters that nobody guesses early; not needed where there is an account already.
    #[schema(value_type = String, format = Password)]
    #[serde(default = "nothing", deserialize_with = "crate::extract::secret")]
    password: SecretString,
}

fn nothing() -> SecretString {
    SecretString::default()
}

/// Ask for a new password
///
/// Answers alike whether or not somebody has that address; if somebody has, they get a mail.
#[utoipa::path(post, path = "/api/v1/auth/forgot", operation_id = "forgot_password", tag = "auth", request_body = Forgot, security(()),
    responses((status = 202)))]
pub async fn forgot_password(
    State(api): State<Api>,
    Stranger(origin): Stranger,
    Body(forgot): Body<Forgot>,
) -> ApiResult<StatusCode> {
    api.engine.forgot_password(&origin, &forgot.email).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Set a new password by a link
#[utoipa::path(post, path = "/api/v1/auth/reset", operation_id = "reset_password", tag = "auth", request_body = Reset, security(()),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn reset_password(State(api): State<Api>, Stranger(origin): Stranger, Body(reset): Body<Reset>) -> ApiResult<StatusCode> {
    api.engine.reset_password(&origin, &reset.token, reset.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// See what an invitation offers
#[utoipa::path(post, path = "/api/v1/auth/invitation", operation_id = "open_invitation", tag = "auth", request_body = LinkToken, security(()),
    responses((status = 200, body = OfferShape), (status = 404, body = Problem)))]
pub async fn open_invitation(
    State(api): State<Api>,
    _stranger: Stranger,
    Body(link): Body<LinkToken>,
) -> ApiResult<Json<OfferShape>> {
    let offer = api.engine.offer(&link.token).await?;
    let roles = api.engine.roles().await?;
    let grants = offer.grants.iter().map(|grant| GrantShape::new(grant, &roles)).collect();
    let agency = api.engine.agency().await?;
    Ok(Json(OfferShape { email: offer.email, known: offer.known, agency, grants, expires_at: offer.expires_at.to_string() }))
}

/// Take an invitation up
///
/// Makes an account and signs it in; whoever has an account holds more from now on, and signs in as ever.
#[utoipa::path(post, path = "/api/v1/auth/invitation/accept", operation_id = "accept_invitation", tag = "auth", request_body = Accept, security(()),
    responses((status = 200, body = SignInShape), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn accept_invitation(State(api): State<Api>, Stranger(origin): Stranger, Body(accept): Body<Accept>) -> Answer {
    match api.engine.accept(&accept.token, &accept.name, accept.password, &origin).await? {
        Some(tokens) => signed_in(&api, tokens, origin).await,
        None => Ok((HeaderMap::new(), Json(SignInShape::SignIn))),
    }
}

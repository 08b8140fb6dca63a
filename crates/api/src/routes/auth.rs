//! Signing in and out.

use super::me::UserShape;
use crate::{
    Api,
    access::{REFRESH_COOKIE, SignedIn, clear, cookie_named, from_own_page, origin, set},
    error::{ApiError, ApiResult, Problem},
    extract::Body,
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{HeaderMap, StatusCode, request::Parts},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use trimtab_domain::Origin;
use trimtab_engine::{Proof, SignIn, Tokens};
use utoipa::ToSchema;

/// Where a request of somebody who is not signed in comes from; each address may ask so often.
#[derive(Debug, Clone)]
pub struct Stranger(pub Origin);

impl FromRequestParts<Api> for Stranger {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let origin = origin(parts);
        api.limits.take_stranger(parts, origin.ip)?;
        Ok(Self(origin))
    }
}

/// Who wants to sign in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// E-mail address.
    #[schema(example = "you@agency.example")]
    email: String,
    /// Password.
    #[schema(value_type = String, format = Password)]
    #[serde(deserialize_with = "crate::extract::secret")]
    password: SecretString,
}

/// How signing in went on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SignInShape {
    /// Somebody is signed in.
    SignedIn(SessionShape),
    /// The first step is right and a second factor is asked for, within five minutes and five tries.
    SecondFactor {
        /// Send it back with the proof.
        challenge: String,
        /// Whether codes of an authenticator app and recovery codes are taken.
        codes: bool,
        /// Options for `navigator.credentials.get`, where the person has passkeys.
        #[schema(value_type = Option<Object>)]
        passkey: Option<Value>,
    },
    /// There is an account already: sign in as ever.
    SignIn,
}

/// A session. Browsers get its tokens as cookies their scripts cannot read as well.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionShape {
    /// Who signed in.
    user: UserShape,
    /// The agency.
    agency: Option<String>,
    /// For programs: send it as `Authorization: Bearer …`. Good for fifteen minutes.
    token: String,
    /// When the token ends (RFC 3339).
    expires_at: String,
    /// Exchange it once at `auth/refresh` for fresh tokens.
    refresh_token: String,
    /// When the refresh token ends (RFC 3339).
    refresh_expires_at: String,
}

/// A second factor: one of the three.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofBody {
    /// What `auth/login` answered.
    #[schema(value_type = String)]
    #[serde(deserialize_with = "crate::extract::secret")]
    challenge: SecretString,
    /// Six digits of an authenticator app.
    #[schema(value_type = Option<String>)]
    #[serde(default, deserialize_with = "crate::extract::optional_secret")]
    code: Option<SecretString>,
    /// A recovery code.
    #[schema(value_type = Option<String>)]
    #[serde(default, deserialize_with = "crate::extract::optional_secret")]
    recovery_code: Option<SecretString>,
    /// What `navigator.credentials.get` answered.
    #[schema(value_type = Option<Object>)]
    passkey: Option<Value>,
}

/// Whose passkey is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyStart {
    /// E-mail address.
    #[schema(example = "you@agency.example")]
    email: String,
}

/// What to ask a browser for.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyOptions {
    /// Send it back with the answer, within five minutes.
    pub(super) challenge: String,
    /// Options for `navigator.credentials.get` or `create`.
    #[schema(value_type = Object)]
    pub(super) options: Value,
}

/// A browser's answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyAnswer {
    /// What `auth/passkey/start` answered.
    #[schema(value_type = String)]
    #[serde(deserialize_with = "crate::extract::secret")]
    challenge: SecretString,
    /// What `navigator.credentials.get` answered.
    #[schema(value_type = Object)]
    credential: Value,
}

/// A refresh token; browsers send it as a cookie instead.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshBody {
    /// The refresh token.
    #[schema(value_type = Option<String>)]
    #[serde(default, deserialize_with = "crate::extract::optional_secret")]
    refresh_token: Option<SecretString>,
}

pub(super) type Answer = ApiResult<(HeaderMap, Json<SignInShape>)>;

/// Sign in
///
/// After five wrong passwords an address is locked for a time that grows. Where the person has a second factor, the answer asks for it.
#[utoipa::path(post, path = "/api/v1/auth/login", operation_id = "login", tag = "auth", request_body = Login, security(()),
    responses((status = 200, body = SignInShape), (status = 401, body = Problem)))]
pub async fn login(State(api): State<Api>, Stranger(origin): Stranger, Body(login): Body<Login>) -> Answer {
    let outcome = api.engine.sign_in(&login.email, login.password, &origin).await?;
    answer(&api, outcome, origin).await
}

/// Finish a sign-in with a second factor
#[utoipa::path(post, path = "/api/v1/auth/second-factor", operation_id = "prove", tag = "auth", request_body = ProofBody, security(()),
    responses((status = 200, body = SignInShape), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub async fn prove(State(api): State<Api>, Stranger(origin): Stranger, Body(body): Body<ProofBody>) -> Answer {
    let proof = match (body.code, body.recovery_code, body.passkey) {
        (Some(code), None, None) => Proof::Code(code),
        (None, Some(code), None) => Proof::Recovery(code),
        (None, None, Some(answer)) => Proof::Passkey(answer),
        _ => return Err(ApiError::invalid("send one of code, recovery_code and passkey")),
    };
    let tokens = api.engine.prove(&body.challenge, proof, &origin).await?;
    signed_in(&api, tokens, origin).await
}

/// Ask for a passkey to sign in with
///
/// Answers alike whether or not somebody has that address.
#[utoipa::path(post, path = "/api/v1/auth/passkey/start", operation_id = "start_passkey_sign_in", tag = "auth", request_body = PasskeyStart, security(()),
    responses((status = 200, body = PasskeyOptions)))]
pub async fn start_passkey_sign_in(
    State(api): State<Api>,
    _stranger: Stranger,
    Body(start): Body<PasskeyStart>,
) -> ApiResult<Json<PasskeyOptions>> {
    let (challenge, options) = api.engine.ask_for_passkey(&start.email).await?;
    Ok(Json(PasskeyOptions { challenge: challenge.expose_secret().to_owned(), options }))
}

/// Sign in with a passkey alone
#[utoipa::path(post, path = "/api/v1/auth/passkey", operation_id = "sign_in_with_passkey", tag = "auth", request_body = PasskeyAnswer, security(()),
    responses((status = 200, body = SignInShape), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub async fn sign_in_with_passkey(State(api): State<Api>, Stranger(origin): Stranger, Body(body): Body<PasskeyAnswer>) -> Answer {
    let tokens = api.engine.sign_in_with_passkey(&body.challenge, &body.credential, &origin).await?;
    signed_in(&api, tokens, origin).await
}

/// Exchange a refresh token for fresh tokens
///
/// Each is good once. One that comes back after it was exchanged was copied, and ends its session; in the few seconds in which two windows
/// of one browser may send it together, the second is answered 409: use the new tokens.
#[utoipa::path(post, path = "/api/v1/auth/refresh", operation_id = "refresh", tag = "auth", request_body = RefreshBody, security(()),
    responses((status = 200, body = SignInShape), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub async fn refresh(
    State(api): State<Api>,
    Stranger(origin): Stranger,
    headers: HeaderMap,
    Body(body): Body<RefreshBody>,
) -> Answer {
    let token = match body.refresh_token {
        Some(token) => token,
        None if from_own_page(&headers) => cookie_named(&headers, REFRESH_COOKIE).ok_or_else(ApiError::unauthenticated)?,
        None => return Err(ApiError::forbidden("the request does not come from a page of this site")),
    };
    let tokens = api.engine.refresh(&token, &origin).await?;
    signed_in(&api, tokens, origin).await
}

/// Sign out
#[utoipa::path(post, path = "/api/v1/auth/logout", operation_id = "logout", tag = "auth",
    responses((status = 204)))]
pub async fn logout(State(api): State<Api>, SignedIn(visitor): SignedIn) -> ApiResult<(StatusCode, HeaderMap)> {
    api.engine.sign_out(&visitor).await?;
    Ok((StatusCode::NO_CONTENT, clear(api.secure_cookies)))
}

pub(super) async fn answer(api: &Api, outcome: SignIn, origin: Origin) -> Answer {
    match outcome {
        SignIn::Done(tokens) => signed_in(api, *tokens, origin).await,
        SignIn::SecondFactor { challenge, codes, passkey } => {
            let challenge = challenge.expose_secret().to_owned();
            Ok((HeaderMap::new(), Json(SignInShape::SecondFactor { challenge, codes, passkey })))
        }
    }
}

pub(super) async fn signed_in(api: &Api, tokens: Tokens, origin: Origin) -> Answer {
    let visitor = api.engine.visitor(&tokens.access, origin).await?.ok_or_else(ApiError::unauthenticated)?;
    let user = UserShape::of(&visitor).ok_or_else(ApiError::unauthenticated)?;
    let headers = set(&tokens, api.engine.now(), api.secure_cookies);
    let session = SessionShape {
        user,
        agency: api.engine.agency().await?,
        token: tokens.access.expose_secret().to_owned(),
        expires_at: tokens.access_ends_at.to_string(),
        refresh_token: tokens.refresh.expose_secret().to_owned(),
        refresh_expires_at: tokens.refresh_ends_at.to_string(),
    };
    Ok((headers, Json(SignInShape::SignedIn(session))))
}

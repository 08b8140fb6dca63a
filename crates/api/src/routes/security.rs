//! One's own way in: password, devices, second factors.

use super::auth::PasskeyOptions;
use crate::{
    Api,
    access::{Person, clear},
    error::{ApiError, ApiResult, Problem},
    extract::{Body, Path},
    shape::{DeviceShape, List, PasskeyShape},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use trimtab_domain::id::{PasskeyId, SessionId};
use utoipa::ToSchema;

/// A provider somebody signs in with.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderShape {
    /// Its address.
    issuer: String,
    /// The address it vouches for.
    email: String,
}

/// How somebody gets in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Security {
    /// Whether codes of an authenticator app are asked for.
    authenticator: bool,
    /// Recovery codes left; `null` without an app.
    recovery_codes_left: Option<u64>,
    /// Passkeys.
    passkeys: Vec<PasskeyShape>,
    /// Providers.
    providers: Vec<ProviderShape>,
}

/// A new password, and the old one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password until now.
    #[schema(value_type = String, format = Password)]
    #[serde(deserialize_with = "crate::extract::secret")]
    old: SecretString,
    /// At least 12 characters that nobody guesses early.
    #[schema(value_type = String, format = Password)]
    #[serde(deserialize_with = "crate::extract::secret")]
    new: SecretString,
}

/// The password, asked for again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// The password.
    #[schema(value_type = String, format = Password)]
    #[serde(deserialize_with = "crate::extract::secret")]
    password: SecretString,
}

/// What to show an authenticator app; shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnrolmentShape {
    /// The secret, to type in.
    secret: String,
    /// The same as an `otpauth:` address, to scan.
    url: String,
}

/// A code of an authenticator app.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// Six digits.
    #[schema(value_type = String)]
    #[serde(deserialize_with = "crate::extract::secret")]
    code: SecretString,
}

/// Codes for a lost device; shown once, each good once.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// The codes.
    recovery_codes: Vec<String>,
}

/// A passkey a browser made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPasskey {
    /// What `me/passkeys/start` answered.
    #[schema(value_type = String)]
    #[serde(deserialize_with = "crate::extract::secret")]
    challenge: SecretString,
    /// What to call it, at most 100 characters.
    #[serde(default)]
    name: String,
    /// What `navigator.credentials.create` answered.
    #[schema(value_type = Object)]
    credential: Value,
}

/// How many sessions were ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndedShape {
    /// How many.
    pub(super) ended: u64,
}

/// See how one gets in
#[utoipa::path(get, path = "/api/v1/me/security", operation_id = "get_security", tag = "me",
    responses((status = 200, body = Security)))]
pub async fn get_security(State(api): State<Api>, person: Person) -> ApiResult<Json<Security>> {
    let left = api.engine.recovery_codes_left(&person.id).await?;
    let passkeys = api.engine.passkeys(&person.id).await?;
    let providers = api.engine.providers_of(&person.id).await?;
    Ok(Json(Security {
        authenticator: left.is_some(),
        recovery_codes_left: left,
        passkeys: passkeys.into_iter().map(PasskeyShape::from).collect(),
        providers: providers.into_iter().map(|known| ProviderShape { issuer: known.issuer, email: known.email }).collect(),
    }))
}

/// Change one's password
///
/// All sessions end, this one too: sign in anew.
#[utoipa::path(post, path = "/api/v1/me/password", operation_id = "change_password", tag = "me", request_body = ChangePassword,
    responses((status = 204)))]
pub async fn change_password(
    State(api): State<Api>,
    person: Person,
    Body(change): Body<ChangePassword>,
) -> ApiResult<(StatusCode, HeaderMap)> {
    api.engine.change_password(&person.visitor.caller(), &person.id, change.old, change.new).await?;
    Ok((StatusCode::NO_CONTENT, clear(api.secure_cookies)))
}

/// List one's devices
#[utoipa::path(get, path = "/api/v1/me/sessions", operation_id = "list_sessions", tag = "me",
    responses((status = 200, body = List<DeviceShape>)))]
pub async fn list_sessions(State(api): State<Api>, person: Person) -> ApiResult<Json<List<DeviceShape>>> {
    let own = person.visitor.principal.session.as_ref().map(|session| &session.id);
    let devices = api.engine.devices(&person.id).await?;
    let shape = |device: trimtab_engine::Device| {
        let current = own == Some(&device.id);
        DeviceShape::new(device, current)
    };
    Ok(Json(List::whole(devices.into_iter().map(shape).collect())))
}

/// Sign out one of one's devices
#[utoipa::path(delete, path = "/api/v1/me/sessions/{id}", operation_id = "end_session", tag = "me", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn end_session(State(api): State<Api>, person: Person, Path(id): Path<String>) -> ApiResult<StatusCode> {
    let id = SessionId::parse(&id).map_err(ApiError::not_found_id)?;
    api.engine.end_session(&person.visitor.caller(), &person.id, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign out all of one's other devices
#[utoipa::path(post, path = "/api/v1/me/sessions/end-others", operation_id = "end_other_sessions", tag = "me",
    responses((status = 200, body = EndedShape)))]
pub async fn end_other_sessions(State(api): State<Api>, person: Person) -> ApiResult<Json<EndedShape>> {
    let own = person.visitor.principal.session.as_ref().map(|session| &session.id);
    Ok(Json(EndedShape { ended: api.engine.end_other_sessions(&person.visitor.caller(), &person.id, own).await? }))
}

/// Begin to use an authenticator app
///
/// It counts once a code of it is confirmed.
#[utoipa::path(post, path = "/api/v1/me/authenticator", operation_id = "enrol_authenticator", tag = "me", request_body = Confirm,
    responses((status = 200, body = EnrolmentShape), (status = 409, body = Problem)))]
pub async fn enrol_authenticator(
    State(api): State<Api>,
    person: Person,
    Body(confirm): Body<Confirm>,
) -> ApiResult<Json<EnrolmentShape>> {
    let enrolment = api.engine.enrol_authenticator(&person.visitor.caller(), &person.id, confirm.password).await?;
    let (secret, url) = (enrolment.secret.expose_secret().to_owned(), enrolment.url.expose_secret().to_owned());
    Ok(Json(EnrolmentShape { secret, url }))
}

/// Confirm an authenticator app by a code
#[utoipa::path(post, path = "/api/v1/me/authenticator/confirm", operation_id = "confirm_authenticator", tag = "me", request_body = Code,
    responses((status = 200, body = RecoveryCodes)))]
pub async fn confirm_authenticator(
    State(api): State<Api>,
    person: Person,
    Body(code): Body<Code>,
) -> ApiResult<Json<RecoveryCodes>> {
    let codes = api.engine.confirm_authenticator(&person.visitor.caller(), &person.id, &code.code).await?;
    Ok(Json(RecoveryCodes { recovery_codes: codes.iter().map(|code| code.expose_secret().to_owned()).collect() }))
}

/// Remove the authenticator app and its recovery codes
#[utoipa::path(post, path = "/api/v1/me/authenticator/remove", operation_id = "remove_authenticator", tag = "me", request_body = Confirm,
    responses((status = 204)))]
pub async fn remove_authenticator(State(api): State<Api>, person: Person, Body(confirm): Body<Confirm>) -> ApiResult<StatusCode> {
    api.engine.remove_authenticator(&person.visitor.caller(), &person.id, confirm.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begin to make a passkey
#[utoipa::path(post, path = "/api/v1/me/passkeys/start", operation_id = "start_passkey", tag = "me", request_body = Confirm,
    responses((status = 200, body = PasskeyOptions)))]
pub async fn start_passkey(
    State(api): State<Api>,
    person: Person,
    Body(confirm): Body<Confirm>,
) -> ApiResult<Json<PasskeyOptions>> {
    let (challenge, options) = api.engine.enrol_passkey(&person.id, confirm.password).await?;
    Ok(Json(PasskeyOptions { challenge: challenge.expose_secret().to_owned(), options }))
}

/// Keep a passkey
#[utoipa::path(post, path = "/api/v1/me/passkeys", operation_id = "add_passkey", tag = "me", request_body = NewPasskey,
    responses((status = 201, body = PasskeyShape), (status = 409, body = Problem)))]
pub async fn add_passkey(
    State(api): State<Api>,
    person: Person,
    Body(new): Body<NewPasskey>,
) -> ApiResult<(StatusCode, Json<PasskeyShape>)> {
    let passkey = api.engine.add_passkey(&person.visitor.caller(), &person.id, &new.challenge, &new.name, &new.credential).await?;
    Ok((StatusCode::CREATED, Json(passkey.into())))
}

/// Remove a passkey
#[utoipa::path(delete, path = "/api/v1/me/passkeys/{id}", operation_id = "remove_passkey", tag = "me", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn remove_passkey(State(api): State<Api>, person: Person, Path(id): Path<String>) -> ApiResult<StatusCode> {
    let id = PasskeyId::parse(&id).map_err(ApiError::not_found_id)?;
    api.engine.remove_passkey(&person.visitor.caller(), &person.id, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

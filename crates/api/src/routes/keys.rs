//! Keys of programs: for the whole agency, or for one tenant where `tenant` names it.

use super::roles::permissions;
use crate::{
    Api,
    access::{Within, perm},
    error::{ApiError, ApiResult, Problem},
    extract::{Body, Path},
    once::{Once, OnceParam},
    shape::{ApiKeyShape, List, ScopeParam},
};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use trimtab_domain::id::KeyId;
use trimtab_engine::{ApiKey, NewKey};
use utoipa::ToSchema;

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateApiKey {
    /// What it is for, 1 to 80 characters.
    #[schema(example = "Nightly export")]
    name: String,
    /// What it may do; no more than whoever makes it.
    #[schema(example = json!(["data:view"]))]
    permissions: Vec<String>,
    /// When it ends by itself (RFC 3339); never unless said.
    expires_at: Option<String>,
}

/// A key that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedApiKey {
    /// The key.
    key: ApiKeyShape,
    /// Send it as `Authorization: Bearer …`. Shown once.
    token: String,
}

/// List keys
#[utoipa::path(get, path = "/api/v1/api-keys", operation_id = "list_api_keys", tag = "people", params(ScopeParam),
    responses((status = 200, body = List<ApiKeyShape>), (status = 404, body = Problem)))]
pub async fn list_api_keys(State(api): State<Api>, within: Within<perm::ManageKeys>) -> ApiResult<Json<List<ApiKeyShape>>> {
    let keys = api.engine.keys(&within.visitor, &within.scope).await?;
    Ok(Json(List::whole(keys.into_iter().map(ApiKeyShape::from).collect())))
}

/// Make a key
#[utoipa::path(post, path = "/api/v1/api-keys", operation_id = "create_api_key", tag = "people", params(ScopeParam, OnceParam), request_body = CreateApiKey,
    responses((status = 201, body = CreatedApiKey), (status = 404, body = Problem)))]
pub async fn create_api_key(
    State(api): State<Api>,
    within: Within<perm::ManageKeys>,
    Once(Body(new), turn): Once<Body<CreateApiKey>>,
) -> ApiResult<Response> {
    let expires_at = new.expires_at.as_deref().map(str::parse).transpose();
    let expires_at = expires_at.map_err(|_| ApiError::field("expires_at", "write a point in time such as 2027-01-31T00:00:00Z"))?;
    let new = NewKey { name: new.name, scope: within.scope, permissions: permissions(&new.permissions)?, expires_at };
    let shape =
        |(key, token): &(ApiKey, SecretString)| CreatedApiKey { key: key.clone().into(), token: token.expose_secret().to_owned() };
    turn.answer(StatusCode::CREATED, shape, api.engine.add_key(&within.visitor, new)).await
}

/// Revoke a key
///
/// At once and for good.
#[utoipa::path(delete, path = "/api/v1/api-keys/{id}", operation_id = "revoke_api_key", tag = "people", params(("id" = String, Path), ScopeParam),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn revoke_api_key(
    State(api): State<Api>,
    within: Within<perm::ManageKeys>,
    Path(id): Path<String>,
) -> ApiResult<StatusCode> {
    let id = KeyId::parse(&id).map_err(ApiError::not_found_id)?;
    api.engine.revoke_key(&within.visitor, &within.scope, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

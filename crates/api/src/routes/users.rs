//! People: of the whole agency, or of one tenant where `tenant` names it.

use super::security::EndedShape;
use crate::{
    Api,
    access::{Everywhere, Within, perm},
    error::{ApiError, ApiResult, Problem},
    extract::{Body, Params, Path},
    once::{Once, OnceParam},
    shape::{List, ManagedUser, ScopeParam},
};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use trimtab_domain::{access::RoleName, id::UserId};
use utoipa::{IntoParams, ToSchema};

/// A role to be held.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantBody {
    /// The role's name.
    #[schema(example = "client_viewer")]
    role: String,
}

/// The role to take away.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RoleParam {
    /// The role's name.
    #[param(example = "client_viewer")]
    role: String,
}

/// List people
///
/// With `tenant`: whoever holds something in it, and of them only that. Without: everybody.
#[utoipa::path(get, path = "/api/v1/users", operation_id = "list_users", tag = "people", params(ScopeParam),
    responses((status = 200, body = List<ManagedUser>), (status = 404, body = Problem)))]
pub async fn list_users(State(api): State<Api>, within: Within<perm::ManageUsers>) -> ApiResult<Json<List<ManagedUser>>> {
    let users = api.engine.users(&within.visitor, &within.scope).await?;
    let roles = api.engine.roles().await?;
    Ok(Json(List::whole(users.into_iter().map(|user| ManagedUser::new(user, &roles)).collect())))
}

/// Give somebody a role
#[utoipa::path(post, path = "/api/v1/users/{id}/grants", operation_id = "grant_role", tag = "people", params(("id" = String, Path), ScopeParam, OnceParam), request_body = GrantBody,
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn grant_role(
    State(api): State<Api>,
    within: Within<perm::ManageUsers>,
    Path(id): Path<String>,
    Once(Body(grant), turn): Once<Body<GrantBody>>,
) -> ApiResult<Response> {
    let (user, role) = (user(&id)?, role(&grant.role)?);
    turn.done(api.engine.grant(&within.visitor, &user, within.scope, role)).await
}

/// Take a role from somebody
#[utoipa::path(delete, path = "/api/v1/users/{id}/grants", operation_id = "revoke_role", tag = "people", params(("id" = String, Path), ScopeParam, RoleParam),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn revoke_role(
    State(api): State<Api>,
    within: Within<perm::ManageUsers>,
    Path(id): Path<String>,
    Params(param): Params<RoleParam>,
) -> ApiResult<StatusCode> {
    api.engine.revoke(&within.visitor, &user(&id)?, within.scope, role(&param.role)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let somebody sign in no more
#[utoipa::path(post, path = "/api/v1/users/{id}/disable", operation_id = "disable_user", tag = "people", params(("id" = String, Path), OnceParam),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn disable_user(
    State(api): State<Api>,
    access: Everywhere<perm::ManageUsers>,
    Path(id): Path<String>,
    Once((), turn): Once<()>,
) -> ApiResult<Response> {
    turn.done(api.engine.set_disabled(&access.visitor, &user(&id)?, true)).await
}

/// Let somebody sign in again
#[utoipa::path(post, path = "/api/v1/users/{id}/enable", operation_id = "enable_user", tag = "people", params(("id" = String, Path), OnceParam),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn enable_user(
    State(api): State<Api>,
    access: Everywhere<perm::ManageUsers>,
    Path(id): Path<String>,
    Once((), turn): Once<()>,
) -> ApiResult<Response> {
    turn.done(api.engine.set_disabled(&access.visitor, &user(&id)?, false)).await
}

/// End all of somebody's sessions
#[utoipa::path(post, path = "/api/v1/users/{id}/sign-out", operation_id = "sign_out_user", tag = "people", params(("id" = String, Path), OnceParam),
    responses((status = 200, body = EndedShape), (status = 404, body = Problem)))]
pub async fn sign_out_user(
    State(api): State<Api>,
    access: Everywhere<perm::ManageUsers>,
    Path(id): Path<String>,
    Once((), turn): Once<()>,
) -> ApiResult<Response> {
    let user = user(&id)?;
    let work = api.engine.sign_out_everywhere(&access.visitor, &user);
    turn.answer(StatusCode::OK, |ended: &u64| EndedShape { ended: *ended }, work).await
}

fn user(id: &str) -> ApiResult<UserId> {
    UserId::parse(id).map_err(ApiError::not_found_id)
}

pub(super) fn role(name: &str) -> ApiResult<RoleName> {
    name.parse().map_err(|error| ApiError::field("role", error))
}

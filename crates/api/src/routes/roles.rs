//! Roles: those that come with the product, and the agency's own.

use super::users::role;
use crate::{
    Api,
    access::{Everywhere, SignedIn, perm},
    error::{ApiError, ApiResult, Problem},
    extract::{Body, Path},
    shape::RoleShape,
};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use trimtab_domain::{Permission, Permissions, Role, access::CustomRole};
use utoipa::ToSchema;

/// A permission.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionShape {
    /// Its name, `noun:verb`.
    #[schema(example = "data:view")]
    name: &'static str,
    /// What it allows.
    says: &'static str,
}

/// Roles, and the permissions they are made of.
#[derive(Debug, Serialize, ToSchema)]
pub struct RolesShape {
    /// The roles: those of the product first, the mightiest at the beginning.
    items: Vec<RoleShape>,
    /// All permissions, in the order of the table.
    permissions: Vec<PermissionShape>,
}

/// A role of the agency.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutRole {
    /// What it is called, 1 to 80 characters.
    #[schema(example = "Media buyer")]
    label: String,
    /// What it allows; `data:view` among it.
    #[schema(example = json!(["data:view", "budget:manage"]))]
    permissions: Vec<String>,
}

/// List roles and permissions
#[utoipa::path(get, path = "/api/v1/roles", operation_id = "list_roles", tag = "people",
    responses((status = 200, body = RolesShape)))]
pub async fn list_roles(State(api): State<Api>, _anybody: SignedIn) -> ApiResult<Json<RolesShape>> {
    let own = api.engine.roles().await?;
    let items = Role::ALL.iter().map(|role| RoleShape::from(*role)).chain(own.iter().map(RoleShape::from)).collect();
    let permissions = Permission::ALL.iter().map(|one| PermissionShape { name: one.as_str(), says: one.says() }).collect();
    Ok(Json(RolesShape { items, permissions }))
}

/// Make or change a role of the agency
///
/// Whoever holds it is allowed what it allows now, at once.
#[utoipa::path(put, path = "/api/v1/roles/{name}", operation_id = "put_role", tag = "people", params(("name" = String, Path)), request_body = PutRole,
    responses((status = 200, body = RoleShape)))]
pub async fn put_role(
    State(api): State<Api>,
    access: Everywhere<perm::ManageRoles>,
    Path(name): Path<String>,
    Body(put): Body<PutRole>,
) -> ApiResult<Json<RoleShape>> {
    let made = CustomRole::new(role(&name)?, put.label, permissions(&put.permissions)?);
    let made = made.map_err(|error| ApiError::invalid(error.to_string()))?;
    api.engine.put_role(&access.visitor, &made).await?;
    Ok(Json(RoleShape::from(&made)))
}

/// Remove a role of the agency
#[utoipa::path(delete, path = "/api/v1/roles/{name}", operation_id = "delete_role", tag = "people", params(("name" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn delete_role(
    State(api): State<Api>,
    access: Everywhere<perm::ManageRoles>,
    Path(name): Path<String>,
) -> ApiResult<StatusCode> {
    api.engine.remove_role(&access.visitor, &role(&name)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn permissions(names: &[String]) -> ApiResult<Permissions> {
    let read = names.iter().map(|name| name.parse::<Permission>());
    read.collect::<Result<_, _>>().map_err(|error| ApiError::field("permissions", error))
}

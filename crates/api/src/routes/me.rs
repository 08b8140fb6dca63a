//! Who is signed in.

use crate::{
    Api,
    access::Session,
    error::{ApiResult, Problem},
};
use axum::{Json, extract::State};
use serde::Serialize;
use trimtab_domain::Permission;
use trimtab_engine::SignedIn;
use utoipa::ToSchema;

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserShape {
    /// Their id.
    id: String,
    /// Their address.
    email: String,
    /// Their role.
    role: &'static str,
}

impl From<&SignedIn> for UserShape {
    fn from(person: &SignedIn) -> Self {
        Self { id: person.user.to_string(), email: person.email.clone(), role: person.role.as_str() }
    }
}

/// Who is signed in and what they may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// The person.
    user: UserShape,
    /// The agency.
    agency: Option<String>,
    /// What they may do.
    permissions: Vec<&'static str>,
    /// The server's version.
    version: &'static str,
}

/// Who am I
#[utoipa::path(get, path = "/api/v1/me", operation_id = "get_me", tag = "auth",
    responses((status = 200, body = Me), (status = 401, body = Problem)))]
pub async fn get_me(State(api): State<Api>, session: Session) -> ApiResult<Json<Me>> {
    let named = [
        (Permission::ViewData, "view_data"),
        (Permission::LoadData, "load_data"),
        (Permission::ManageConnections, "manage_connections"),
        (Permission::ManageTenants, "manage_tenants"),
        (Permission::ManageFindings, "manage_findings"),
        (Permission::ManageBudgets, "manage_budgets"),
        (Permission::ManageKnowledge, "manage_knowledge"),
        (Permission::ViewAudit, "view_audit"),
    ];
    let role = session.person.role;
    let permissions = named.into_iter().filter(|(permission, _)| role.allows(*permission)).map(|(_, name)| name).collect();
    let agency = api.engine.agency().await?;
    Ok(Json(Me { user: UserShape::from(&session.person), agency, permissions, version: api.version }))
}

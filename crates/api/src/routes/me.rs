//! Who is signed in.

use crate::{
    Api,
    access::{Person, SignedIn},
    error::ApiResult,
    extract::Body,
    shape::{GrantShape, names},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use trimtab_domain::Actor;
use trimtab_engine::Visitor;
use utoipa::ToSchema;

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserShape {
    /// Their id.
    id: String,
    /// Their address.
    email: String,
    /// Their name; may be empty.
    name: String,
}

impl UserShape {
    pub(super) fn of(visitor: &Visitor) -> Option<Self> {
        let id = visitor.person()?.to_string();
        Some(Self { id, email: visitor.principal.email.clone(), name: visitor.principal.name.clone() })
    }
}

/// Whether a person or a program is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PrincipalKind {
    /// A person.
    User,
    /// A program with a key.
    Key,
}

/// A key, as whoever uses it sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnKey {
    /// Its id.
    id: String,
    /// What it is for.
    name: String,
}

/// What somebody may do for one tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantReach {
    /// The tenant.
    id: String,
    /// What they may do for it.
    permissions: Vec<&'static str>,
}

/// The session a request came with.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnSession {
    /// Its id.
    id: String,
    /// When its access token ends (RFC 3339).
    expires_at: String,
}

/// Who is signed in and what they may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// Whether it is a person or a program.
    kind: PrincipalKind,
    /// The person.
    user: Option<UserShape>,
    /// The key.
    key: Option<OwnKey>,
    /// The agency.
    agency: Option<String>,
    /// What they may do in the whole installation, for every tenant.
    permissions: Vec<&'static str>,
    /// What a person holds.
    grants: Vec<GrantShape>,
    /// What they may do for tenants they hold something in.
    tenants: Vec<TenantReach>,
    /// The session.
    session: Option<OwnSession>,
    /// The server's version.
    version: &'static str,
}

/// What to change about oneself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMe {
    /// One's name, at most 100 characters.
    name: String,
}

/// Who am I
#[utoipa::path(get, path = "/api/v1/me", operation_id = "get_me", tag = "auth",
    responses((status = 200, body = Me)))]
pub async fn get_me(State(api): State<Api>, SignedIn(visitor): SignedIn) -> ApiResult<Json<Me>> {
    let roles = api.engine.roles().await?;
    let principal = &visitor.principal;
    let key = match &principal.actor {
        Actor::Key(id) => Some(OwnKey { id: id.to_string(), name: principal.email.clone() }),
        _ => None,
    };
    let tenants = visitor.reach().tenants().map(|(id, held)| TenantReach { id: id.to_string(), permissions: names(held) });
    let session = principal.session.as_ref();
    Ok(Json(Me {
        kind: if key.is_some() { PrincipalKind::Key } else { PrincipalKind::User },
        user: UserShape::of(&visitor),
        key,
        agency: api.engine.agency().await?,
        permissions: names(visitor.reach().agency()),
        grants: principal.grants.iter().map(|grant| GrantShape::new(grant, &roles)).collect(),
        tenants: tenants.collect(),
        session: session.map(|own| OwnSession { id: own.id.to_string(), expires_at: own.access_ends_at.to_string() }),
        version: api.version,
    }))
}

/// Change one's name
#[utoipa::path(patch, path = "/api/v1/me", operation_id = "update_me", tag = "auth", request_body = UpdateMe,
    responses((status = 204)))]
pub async fn update_me(State(api): State<Api>, person: Person, Body(change): Body<UpdateMe>) -> ApiResult<StatusCode> {
    api.engine.rename_user(&person.visitor.caller(), &person.id, &change.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

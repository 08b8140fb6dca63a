//! Invitations: to the whole agency, or to one tenant where `tenant` names it.

use super::users::role;
use crate::{
    Api,
    access::{Within, perm},
    error::{ApiError, ApiResult, Problem},
    extract::{Body, Path},
    once::{Once, OnceParam},
    shape::{InvitationShape, List, ScopeParam},
};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use trimtab_domain::id::InvitationId;
use trimtab_engine::identity::Invited;
use utoipa::ToSchema;

/// Whom to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInvitation {
    /// Their e-mail address.
    #[schema(example = "eve@client.example")]
    email: String,
    /// The role they will hold.
    #[schema(example = "client_viewer")]
    role: String,
}

/// An invitation that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitedShape {
    /// Its id.
    id: String,
    /// To whom.
    email: String,
    /// When it ends (RFC 3339).
    expires_at: String,
    /// Whether it was sent by mail.
    mailed: bool,
    /// The link to hand over, where it was not; shown once.
    link: Option<String>,
}

impl From<&Invited> for InvitedShape {
    fn from(invited: &Invited) -> Self {
        let link = invited.link.as_ref().map(|link| link.expose_secret().to_owned());
        let (id, expires_at) = (invited.id.to_string(), invited.expires_at.to_string());
        Self { id, email: invited.email.clone(), expires_at, mailed: link.is_none(), link }
    }
}

/// List open invitations
#[utoipa::path(get, path = "/api/v1/invitations", operation_id = "list_invitations", tag = "people", params(ScopeParam),
    responses((status = 200, body = List<InvitationShape>), (status = 404, body = Problem)))]
pub async fn list_invitations(State(api): State<Api>, within: Within<perm::ManageUsers>) -> ApiResult<Json<List<InvitationShape>>> {
    let invitations = api.engine.invitations(&within.visitor, &within.scope).await?;
    let roles = api.engine.roles().await?;
    Ok(Json(List::whole(invitations.into_iter().map(|one| InvitationShape::new(one, &roles)).collect())))
}

/// Invite somebody
///
/// They hold the role once they take the invitation up, within seven days. Where no mail can be sent, the answer has the link.
#[utoipa::path(post, path = "/api/v1/invitations", operation_id = "create_invitation", tag = "people", params(ScopeParam, OnceParam), request_body = CreateInvitation,
    responses((status = 201, body = InvitedShape), (status = 404, body = Problem)))]
pub async fn create_invitation(
    State(api): State<Api>,
    within: Within<perm::ManageUsers>,
    Once(Body(new), turn): Once<Body<CreateInvitation>>,
) -> ApiResult<Response> {
    let work = api.engine.invite(&within.visitor, &new.email, within.scope, role(&new.role)?);
    turn.answer(StatusCode::CREATED, |invited: &Invited| InvitedShape::from(invited), work).await
}

/// Take an invitation back
#[utoipa::path(delete, path = "/api/v1/invitations/{id}", operation_id = "delete_invitation", tag = "people", params(("id" = String, Path), ScopeParam),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn delete_invitation(
    State(api): State<Api>,
    within: Within<perm::ManageUsers>,
    Path(id): Path<String>,
) -> ApiResult<StatusCode> {
    let id = InvitationId::parse(&id).map_err(ApiError::not_found_id)?;
    api.engine.withdraw(&within.visitor, &within.scope, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

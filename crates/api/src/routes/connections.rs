//! Connections: credentials of a tenant for an account.

use crate::{
    Api,
    access::{Access, perm},
    error::{ApiError, ApiResult, Problem},
    extract::{Body, Path},
    once::{Once, OnceParam},
    shape::{ConnectionShape, List, TenantParam},
};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use secrecy::SecretString;
use serde::Deserialize;
use trimtab_domain::id::ConnectionId;
use trimtab_engine::connection::{Connect, ConnectionView};
use utoipa::ToSchema;

/// An account to connect.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateConnection {
    /// The source.
    #[schema(example = "meta")]
    source: String,
    /// The account's id there.
    #[schema(example = "act_120210000000001")]
    account: String,
    /// The token, or JSON for credentials of several parts. It is kept encrypted and never shown again.
    #[schema(value_type = String, format = Password)]
    #[serde(deserialize_with = "crate::extract::secret")]
    secret: SecretString,
    /// Where the source is reached when not at its usual address.
    base_url: Option<String>,
}

/// List connections
#[utoipa::path(get, path = "/api/v1/connections", operation_id = "list_connections", tag = "connections", params(TenantParam),
    responses((status = 200, body = List<ConnectionShape>), (status = 404, body = Problem)))]
pub async fn list_connections(State(api): State<Api>, access: Access<perm::ViewData>) -> ApiResult<Json<List<ConnectionShape>>> {
    let views = api.engine.connections(&access.ctx).await?;
    Ok(Json(List::whole(views.iter().map(ConnectionShape::from).collect())))
}

/// Connect an account
///
/// The credential is proven by a real call first. Connecting an account again replaces its credential.
#[utoipa::path(post, path = "/api/v1/connections", operation_id = "create_connection", tag = "connections", params(TenantParam, OnceParam),
    request_body = CreateConnection,
    responses((status = 201, body = ConnectionShape), (status = 404, body = Problem),
        (status = 422, body = Problem, description = "The source refuses the credential or the account"),
        (status = 502, body = Problem, description = "The source cannot be reached")))]
pub async fn create_connection(
    State(api): State<Api>,
    access: Access<perm::ManageConnections>,
    Once(Body(new), turn): Once<Body<CreateConnection>>,
) -> ApiResult<Response> {
    let connect = Connect {
        source: new.source.parse().map_err(|e| ApiError::field("source", e))?,
        account: new.account,
        secret: new.secret,
        base_url: new.base_url.filter(|url| !url.trim().is_empty()),
    };
    let work = api.engine.connect(&access.ctx, connect);
    turn.answer(StatusCode::CREATED, |view: &ConnectionView| ConnectionShape::from(view), work).await
}

/// Remove a connection
///
/// Its secret is deleted; the account and its facts stay.
#[utoipa::path(delete, path = "/api/v1/connections/{id}", operation_id = "delete_connection", tag = "connections",
    params(TenantParam, ("id" = String, Path, description = "The connection's id")),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn delete_connection(
    State(api): State<Api>,
    access: Access<perm::ManageConnections>,
    Path(id): Path<String>,
) -> ApiResult<StatusCode> {
    let id = ConnectionId::parse(&id).map_err(|_| ApiError::not_found(format!("connection '{id}' does not exist")))?;
    api.engine.disconnect(&access.ctx, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

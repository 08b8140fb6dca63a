//! Ad accounts, connected or imported.

use crate::{
    Api,
    access::{Access, perm},
    error::{ApiResult, Problem},
    shape::{AccountShape, List, TenantParam},
};
use axum::{Json, extract::State};

/// List accounts
#[utoipa::path(get, path = "/api/v1/accounts", operation_id = "list_accounts", tag = "accounts", params(TenantParam),
    responses((status = 200, body = List<AccountShape>), (status = 404, body = Problem)))]
pub async fn list_accounts(State(api): State<Api>, access: Access<perm::ViewData>) -> ApiResult<Json<List<AccountShape>>> {
    let accounts = api.engine.accounts(&access.ctx).await?;
    Ok(Json(List::whole(accounts.iter().map(AccountShape::from).collect())))
}

//! Pacing: how budgets are doing.

use crate::{
    Api,
    access::{Access, perm},
    error::{ApiResult, Problem},
    shape::{PacingShape, TenantParam},
};
use axum::{Json, extract::State};
use trimtab_engine::AnalysisKind;

/// Show how budgets are doing
///
/// Planned and actual to date, what each day left would have to bring, and what the period will come to. Worked out after each sync and
/// whenever a budget changes.
#[utoipa::path(get, path = "/api/v1/pacing", operation_id = "get_pacing", tag = "budgets", params(TenantParam),
    responses((status = 200, body = PacingShape), (status = 404, body = Problem)))]
pub async fn get_pacing(State(api): State<Api>, access: Access<perm::ViewData>) -> ApiResult<Json<PacingShape>> {
    let budgets = api.engine.budgets(&access.ctx).await?;
    let kept = api.engine.analyses(&access.ctx, AnalysisKind::Pacing).await?.pop();
    Ok(Json(PacingShape::of(&budgets, kept)?))
}

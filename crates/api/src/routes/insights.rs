//! Insights: named conditions that hold, with what moves along.

use crate::{
    Api,
    access::{Access, perm},
    error::{ApiResult, Problem},
    shape::{InsightShape, List, TenantParam},
};
use axum::{Json, extract::State};
use trimtab_domain::finding::FindingKind;
use trimtab_engine::{AnalysisKind, analysis::FindingsWanted};

/// List insights
///
/// Those that are shown: what holds, what else moves with it, what to do, what it follows from. Dismiss and snooze them as findings.
#[utoipa::path(get, path = "/api/v1/insights", operation_id = "list_insights", tag = "findings", params(TenantParam),
    responses((status = 200, body = List<InsightShape>), (status = 404, body = Problem)))]
pub async fn list_insights(State(api): State<Api>, access: Access<perm::ViewData>) -> ApiResult<Json<List<InsightShape>>> {
    let found = api.engine.findings(&access.ctx, &FindingsWanted::open(FindingKind::Insight)).await?;
    let kept = api.engine.analyses(&access.ctx, AnalysisKind::Insight).await?.pop();
    Ok(Json(List::whole(InsightShape::all(kept, &found, api.engine.now())?)))
}

//! What analyses say of accounts. What they noticed is at `findings`.

use crate::{
    Api,
    access::{Access, perm},
    error::{ApiResult, Problem},
    shape::{FatigueShape, ForecastShape, FunnelShape, List, OfAccount, PatternsShape, PixelsShape, ScoreShape, TenantParam},
};
use axum::{Json, extract::State};
use serde::de::DeserializeOwned;
use trimtab_domain::TenantCtx;
use trimtab_engine::AnalysisKind;

async fn all<T: DeserializeOwned>(api: &Api, ctx: &TenantCtx, kind: AnalysisKind) -> ApiResult<Json<List<OfAccount<T>>>> {
    let accounts = api.engine.accounts(ctx).await?;
    Ok(Json(List::whole(OfAccount::all(api.engine.analyses(ctx, kind).await?, &accounts)?)))
}

/// Show forecasts
///
/// Spend, clicks, conversions and revenue of each ad account for the next 90 days, with intervals, models and how they would have done.
#[utoipa::path(get, path = "/api/v1/forecasts", operation_id = "list_forecasts", tag = "findings", params(TenantParam),
    responses((status = 200, body = List<OfAccount<ForecastShape>>), (status = 404, body = Problem)))]
pub async fn list_forecasts(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
) -> ApiResult<Json<List<OfAccount<ForecastShape>>>> {
    all(&api, &access.ctx, AnalysisKind::Forecast).await
}

/// Show funnels
///
/// The stages from impression to sale of each ad account over four weeks, against benchmarks and its own past.
#[utoipa::path(get, path = "/api/v1/funnel", operation_id = "list_funnels", tag = "findings", params(TenantParam),
    responses((status = 200, body = List<OfAccount<FunnelShape>>), (status = 404, body = Problem)))]
pub async fn list_funnels(State(api): State<Api>, access: Access<perm::ViewData>) -> ApiResult<Json<List<OfAccount<FunnelShape>>>> {
    all(&api, &access.ctx, AnalysisKind::Funnel).await
}

/// Show wear of creatives
///
/// A verdict for each ad that ran lately, with what else could be why.
#[utoipa::path(get, path = "/api/v1/fatigue", operation_id = "list_fatigue", tag = "findings", params(TenantParam),
    responses((status = 200, body = List<OfAccount<FatigueShape>>), (status = 404, body = Problem)))]
pub async fn list_fatigue(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
) -> ApiResult<Json<List<OfAccount<FatigueShape>>>> {
    all(&api, &access.ctx, AnalysisKind::Fatigue).await
}

/// Show account scores
///
/// 0 to 100 for each ad account, with what it is made of and what to do.
#[utoipa::path(get, path = "/api/v1/scores", operation_id = "list_scores", tag = "findings", params(TenantParam),
    responses((status = 200, body = List<OfAccount<ScoreShape>>), (status = 404, body = Problem)))]
pub async fn list_scores(State(api): State<Api>, access: Access<perm::ViewData>) -> ApiResult<Json<List<OfAccount<ScoreShape>>>> {
    all(&api, &access.ctx, AnalysisKind::Score).await
}

/// Show the health of pixels
///
/// What each pixel of an ad account received, whether it is silent, and whether its events still fit each other.
#[utoipa::path(get, path = "/api/v1/pixels", operation_id = "list_pixels", tag = "findings", params(TenantParam),
    responses((status = 200, body = List<OfAccount<PixelsShape>>), (status = 404, body = Problem)))]
pub async fn list_pixels(State(api): State<Api>, access: Access<perm::ViewData>) -> ApiResult<Json<List<OfAccount<PixelsShape>>>> {
    all(&api, &access.ctx, AnalysisKind::Pixel).await
}

/// Show patterns
///
/// What was always so in each ad account, learnt once a week: hours and weekdays, wear of creatives, budgets, audiences, late conversions
/// and seasons; or why there is no such pattern.
#[utoipa::path(get, path = "/api/v1/patterns", operation_id = "list_patterns", tag = "findings", params(TenantParam),
    responses((status = 200, body = List<OfAccount<PatternsShape>>), (status = 404, body = Problem)))]
pub async fn list_patterns(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
) -> ApiResult<Json<List<OfAccount<PatternsShape>>>> {
    all(&api, &access.ctx, AnalysisKind::Pattern).await
}

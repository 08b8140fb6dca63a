//! Executions: long work somebody started.

use crate::{
    Api,
    access::{Access, perm},
    error::{ApiError, ApiResult, Problem},
    extract::{Body, Path},
    once::{Once, OnceParam},
    pages::Pages,
    shape::{ExecutionShape, List, PageParams, TenantParam},
};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use trimtab_domain::{
    Day,
    day::parse_day,
    id::{AccountId, ExecutionId},
};
use trimtab_engine::{Execution, sync::Sync};
use utoipa::ToSchema;

/// What to start.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum StartExecution {
    /// Read what is due of the connected accounts.
    Sync {
        /// Only this source.
        source: Option<String>,
        /// Only this account.
        account: Option<String>,
        /// From this day on; default: what is due.
        #[schema(format = Date)]
        from: Option<String>,
        /// To this day; default: today.
        #[schema(format = Date)]
        to: Option<String>,
    },
}

/// List executions
///
/// Newest first, without their runs.
#[utoipa::path(get, path = "/api/v1/executions", operation_id = "list_executions", tag = "executions", params(TenantParam, PageParams),
    responses((status = 200, body = List<ExecutionShape>), (status = 404, body = Problem)))]
pub async fn list_executions(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
    pages: Pages,
) -> ApiResult<Json<List<ExecutionShape>>> {
    let page = api.engine.executions(&access.ctx, pages.after.as_ref(), pages.limit()?).await?;
    let now = api.engine.now();
    Ok(Json(pages.list(page, |execution| ExecutionShape::at(&execution, now))))
}

/// Start an execution
///
/// Answers at once; follow it by its id or on `events`.
#[utoipa::path(post, path = "/api/v1/executions", operation_id = "start_execution", tag = "executions", params(TenantParam, OnceParam),
    request_body = StartExecution,
    responses((status = 202, body = ExecutionShape), (status = 404, body = Problem)))]
pub async fn start_execution(
    State(api): State<Api>,
    access: Access<perm::LoadData>,
    Once(Body(StartExecution::Sync { source, account, from, to }), turn): Once<Body<StartExecution>>,
) -> ApiResult<Response> {
    let sync = Sync {
        source: source.map(|s| s.parse()).transpose().map_err(|e| ApiError::field("source", e))?,
        accounts: account.map(AccountId::new).into_iter().collect(),
        from: day("from", from)?,
        to: day("to", to)?,
        by_clock: false,
    };
    let now = api.engine.now();
    let shape = move |execution: &Execution| ExecutionShape::at(execution, now);
    turn.answer(StatusCode::ACCEPTED, shape, api.engine.start_sync(&access.ctx, sync)).await
}

/// Get an execution
#[utoipa::path(get, path = "/api/v1/executions/{id}", operation_id = "get_execution", tag = "executions",
    params(TenantParam, ("id" = String, Path, description = "The execution's id")),
    responses((status = 200, body = ExecutionShape), (status = 404, body = Problem)))]
pub async fn get_execution(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
    Path(id): Path<String>,
) -> ApiResult<Json<ExecutionShape>> {
    let execution = api.engine.execution(&access.ctx, &parse(&id)?).await?;
    Ok(Json(ExecutionShape::at(&execution, api.engine.now())))
}

/// Cancel an execution
///
/// It stops at its next safe point; what it stored is kept.
#[utoipa::path(post, path = "/api/v1/executions/{id}/cancel", operation_id = "cancel_execution", tag = "executions",
    params(TenantParam, OnceParam, ("id" = String, Path, description = "The execution's id")),
    responses((status = 202, body = ExecutionShape), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn cancel_execution(
    State(api): State<Api>,
    access: Access<perm::LoadData>,
    Path(id): Path<String>,
    Once((), turn): Once<()>,
) -> ApiResult<Response> {
    let (id, now) = (parse(&id)?, api.engine.now());
    let shape = move |execution: &Execution| ExecutionShape::at(execution, now);
    turn.answer(StatusCode::ACCEPTED, shape, api.engine.cancel(&access.ctx, &id)).await
}

fn parse(id: &str) -> ApiResult<ExecutionId> {
    ExecutionId::parse(id).map_err(|_| ApiError::not_found(format!("execution '{id}' does not exist")))
}

fn day(field: &str, text: Option<String>) -> ApiResult<Option<Day>> {
    text.map(|t| parse_day(&t)).transpose().map_err(|e| ApiError::field(field, e))
}

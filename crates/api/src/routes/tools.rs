//! Reads of platforms by name.

use crate::{
    Api,
    access::{Access, SignedIn, perm},
    error::{ApiResult, Problem},
    extract::{Body, Path},
    shape::{List, TenantParam, ToolCallShape, ToolShape, ToolSummary},
};
use axum::{Json, extract::State};
use serde_json::Value;
use trimtab_engine::{Error, tool};

/// List tools
///
/// Every read of a platform by name, platform by platform. None writes.
#[utoipa::path(get, path = "/api/v1/tools", operation_id = "list_tools", tag = "tools",
    responses((status = 200, body = List<ToolSummary>)))]
pub async fn list_tools(_anybody: SignedIn) -> Json<List<ToolSummary>> {
    Json(List::whole(tool::catalogue().iter().map(ToolSummary::from).collect()))
}

/// Describe a tool
///
/// With the JSON Schemas of its input and answer, and an example.
#[utoipa::path(get, path = "/api/v1/tools/{name}", operation_id = "get_tool", tag = "tools",
    params(("name" = String, Path, description = "The tool's name", example = "meta.list_campaigns")),
    responses((status = 200, body = ToolShape), (status = 404, body = Problem)))]
pub async fn get_tool(_anybody: SignedIn, Path(name): Path<String>) -> ApiResult<Json<ToolShape>> {
    Ok(Json(ToolShape::from(tool::find(&name).map_err(Error::from)?)))
}

/// Call a tool
///
/// The body is the tool's input. It reads a connected account of the tenant: the one the input names, or the only one of the platform.
#[utoipa::path(post, path = "/api/v1/tools/{name}", operation_id = "call_tool", tag = "tools",
    params(TenantParam, ("name" = String, Path, description = "The tool's name", example = "meta.list_campaigns")),
    request_body(content = Object, description = "The tool's input, as its `input_schema` describes it", example = json!({ "status": ["active"] })),
    responses((status = 200, body = ToolCallShape),
        (status = 404, body = Problem), (status = 422, body = Problem), (status = 502, body = Problem)))]
pub async fn call_tool(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
    Path(name): Path<String>,
    Body(input): Body<Value>,
) -> ApiResult<Json<ToolCallShape>> {
    let call = api.engine.run_tool(&access.ctx, &name, input).await;
    let shape = ToolCallShape::from(&call);
    call.outcome?;
    Ok(Json(shape))
}

//! What people know of a client, and the search over all that is known.

use crate::{
    Api,
    access::{Access, perm},
    error::{ApiError, ApiResult, Problem},
    extract::{Body, Params, object, whole},
    limits,
    shape::{KnowledgeBody, KnowledgeHitShape, KnowledgeShape, List, TenantParam},
};
use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// What is to be known from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKnowledge {
    /// The version that was read; 0 where there was none.
    #[serde(deserialize_with = "whole")]
    version: u64,
    /// All that is known.
    #[serde(deserialize_with = "object")]
    knowledge: KnowledgeBody,
}

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchParams {
    /// Words; there is no syntax.
    #[param(example = "return on ad spend")]
    #[serde(default)]
    q: String,
    /// How many hits, at most 200; default 50.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Read a client's knowledge
#[utoipa::path(get, path = "/api/v1/knowledge", operation_id = "get_knowledge", tag = "knowledge", params(TenantParam),
    responses((status = 200, body = KnowledgeShape), (status = 404, body = Problem)))]
pub async fn get_knowledge(State(api): State<Api>, access: Access<perm::ViewData>) -> ApiResult<Json<KnowledgeShape>> {
    Ok(Json(api.engine.knowledge(&access.ctx).await?.into()))
}

/// Write a client's knowledge
///
/// All of it, on top of the version that was read. Where somebody else has written since it is a conflict and nothing is changed; what is
/// the newest already is not written again. Every field that cannot be is named under `errors`.
#[utoipa::path(put, path = "/api/v1/knowledge", operation_id = "put_knowledge", tag = "knowledge", params(TenantParam), request_body = NewKnowledge,
    responses((status = 200, body = KnowledgeShape), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn put_knowledge(
    State(api): State<Api>,
    access: Access<perm::ManageKnowledge>,
    Body(new): Body<NewKnowledge>,
) -> ApiResult<Json<KnowledgeShape>> {
    let knowledge = new.knowledge.read().map_err(ApiError::fields)?;
    Ok(Json(api.engine.put_knowledge(&access.ctx, &knowledge, new.version).await?.into()))
}

/// List versions of a client's knowledge
#[utoipa::path(get, path = "/api/v1/knowledge/history", operation_id = "list_knowledge_history", tag = "knowledge", params(TenantParam),
    responses((status = 200, body = List<KnowledgeShape>), (status = 404, body = Problem)))]
pub async fn list_knowledge_history(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
) -> ApiResult<Json<List<KnowledgeShape>>> {
    Ok(Json(List::whole(api.engine.knowledge_history(&access.ctx).await?.into_iter().map(Into::into).collect())))
}

/// Search all that is known
///
/// Metrics, benchmarks, insights with what to do about them, and this client's own knowledge, best first. The last word may be the beginning of
/// one; slips of the keyboard are forgiven.
#[utoipa::path(get, path = "/api/v1/knowledge/search", operation_id = "search_knowledge", tag = "knowledge", params(TenantParam, SearchParams),
    responses((status = 200, body = List<KnowledgeHitShape>), (status = 404, body = Problem)))]
pub async fn search_knowledge(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
    Params(wanted): Params<SearchParams>,
) -> ApiResult<Json<List<KnowledgeHitShape>>> {
    let most = wanted.limit.unwrap_or(limits::PAGE_DEFAULT).clamp(1, limits::PAGE_MAX);
    let hits = api.engine.search(&access.ctx, &wanted.q, usize::try_from(most).unwrap_or(usize::MAX)).await?;
    Ok(Json(List::whole(hits.into_iter().map(Into::into).collect())))
}

//! Findings: what analysis noticed.

use crate::{
    Api,
    access::{Access, perm},
    error::{ApiError, ApiResult, Problem},
    extract::{Body, Params, Path},
    once::{Once, OnceParam},
    pages::Pages,
    shape::{FindingShape, LineParams, List, TenantParam},
};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use trimtab_domain::{Timestamp, finding::FindingKind};
use trimtab_engine::{
    FindingFilter, KeptFinding,
    analysis::{Analysed, FindingsWanted},
};
use utoipa::{IntoParams, ToSchema};

/// Which findings to answer.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FindingParams {
    /// Kinds, separated by commas: `anomaly`, `funnel`, `pacing`, `fatigue`, `pattern`, `score`, `pixel`, `insight`; all when left out.
    kind: Option<String>,
    /// `open` (default), `put_away` (open, dismissed and snoozed ones) or `all` (those that no longer show as well).
    state: Option<String>,
    /// At least so severe: `info`, `warning` or `critical`.
    severity: Option<String>,
    /// Only of this account, by the platform's id.
    account: Option<String>,
}

impl FindingParams {
    fn wanted(&self) -> ApiResult<FindingsWanted> {
        let kinds = self.kind.as_deref().unwrap_or_default().split(',').map(str::trim).filter(|kind| !kind.is_empty());
        let kinds: Vec<FindingKind> = kinds.map(str::parse).collect::<Result<_, _>>().map_err(|e| ApiError::field("kind", e))?;
        let (put_away, gone) = match self.state.as_deref().unwrap_or("open") {
            "open" => (false, false),
            "put_away" => (true, false),
            "all" => (true, true),
            other => {
                return Err(ApiError::field("state", format!("'{other}' is not known here: use one of open, put_away, all")));
            }
        };
        let severity = self.severity.as_deref().map(str::parse).transpose().map_err(|e| ApiError::field("severity", e))?;
        Ok(FindingsWanted { filter: FindingFilter { kinds, gone, put_away }, severity, account: self.account.clone() })
    }
}

/// List findings
///
/// Those that go on first, then the most severe, then the newest.
#[utoipa::path(get, path = "/api/v1/findings", operation_id = "list_findings", tag = "findings", params(TenantParam, FindingParams, LineParams),
    responses((status = 200, body = List<FindingShape>), (status = 404, body = Problem)))]
pub async fn list_findings(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
    Params(params): Params<FindingParams>,
    pages: Pages<usize>,
) -> ApiResult<Json<List<FindingShape>>> {
    let wanted = params.wanted()?;
    let (skip, limit) = (pages.after.unwrap_or(0), pages.lines()?);
    let found = api.engine.findings(&access.ctx, &wanted).await?;
    let now = api.engine.now();
    let more = found.len() > skip.saturating_add(limit);
    Ok(Json(List {
        items: found.iter().skip(skip).take(limit).map(|kept| FindingShape::at(kept, now)).collect(),
        next_cursor: more.then(|| pages.cursor(&(skip + limit))),
    }))
}

/// Get a finding
#[utoipa::path(get, path = "/api/v1/findings/{id}", operation_id = "get_finding", tag = "findings",
    params(TenantParam, ("id" = String, Path, description = "The finding's id")),
    responses((status = 200, body = FindingShape), (status = 404, body = Problem)))]
pub async fn get_finding(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
    Path(id): Path<String>,
) -> ApiResult<Json<FindingShape>> {
    let kept = api.engine.finding(&access.ctx, &id).await?;
    Ok(Json(FindingShape::at(&kept, api.engine.now())))
}

/// Dismiss a finding
///
/// It is not shown any more, however long it goes on. `restore` takes that back.
#[utoipa::path(post, path = "/api/v1/findings/{id}/dismiss", operation_id = "dismiss_finding", tag = "findings",
    params(TenantParam, OnceParam, ("id" = String, Path, description = "The finding's id")),
    responses((status = 200, body = FindingShape), (status = 404, body = Problem)))]
pub async fn dismiss_finding(
    State(api): State<Api>,
    access: Access<perm::ManageFindings>,
    Path(id): Path<String>,
    Once((), turn): Once<()>,
) -> ApiResult<Response> {
    turn.answer(StatusCode::OK, shown(&api), api.engine.put_finding_away(&access.ctx, &id, None)).await
}

/// Until when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Snooze {
    /// The instant from which it is shown again (RFC 3339).
    #[schema(format = DateTime)]
    until: String,
}

/// Snooze a finding
///
/// It is not shown until then.
#[utoipa::path(post, path = "/api/v1/findings/{id}/snooze", operation_id = "snooze_finding", tag = "findings", request_body = Snooze,
    params(TenantParam, OnceParam, ("id" = String, Path, description = "The finding's id")),
    responses((status = 200, body = FindingShape), (status = 404, body = Problem)))]
pub async fn snooze_finding(
    State(api): State<Api>,
    access: Access<perm::ManageFindings>,
    Path(id): Path<String>,
    Once(Body(snooze), turn): Once<Body<Snooze>>,
) -> ApiResult<Response> {
    let until: Timestamp =
        snooze.until.parse().map_err(|_| ApiError::field("until", "give an instant, for example 2026-11-30T09:00:00Z"))?;
    turn.answer(StatusCode::OK, shown(&api), api.engine.put_finding_away(&access.ctx, &id, Some(until))).await
}

/// Bring a finding back
///
/// Takes back that it was dismissed or snoozed.
#[utoipa::path(post, path = "/api/v1/findings/{id}/restore", operation_id = "restore_finding", tag = "findings",
    params(TenantParam, OnceParam, ("id" = String, Path, description = "The finding's id")),
    responses((status = 200, body = FindingShape), (status = 404, body = Problem)))]
pub async fn restore_finding(
    State(api): State<Api>,
    access: Access<perm::ManageFindings>,
    Path(id): Path<String>,
    Once((), turn): Once<()>,
) -> ApiResult<Response> {
    turn.answer(StatusCode::OK, shown(&api), api.engine.bring_finding_back(&access.ctx, &id)).await
}

/// What a round of analyses did.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnalysedShape {
    /// Results made anew.
    made: usize,
    /// Results whose figures are the same as last time.
    unchanged: usize,
    /// Analyses that failed; their former results stay.
    failed: usize,
}

/// Make every analysis now
///
/// They are made after each sync as well; what was made from the same figures is not made anew.
#[utoipa::path(post, path = "/api/v1/analyses/run", operation_id = "run_analyses", tag = "findings", params(TenantParam, OnceParam),
    responses((status = 200, body = AnalysedShape), (status = 404, body = Problem)))]
pub async fn run_analyses(State(api): State<Api>, access: Access<perm::LoadData>, Once((), turn): Once<()>) -> ApiResult<Response> {
    let shape = |done: &Analysed| AnalysedShape { made: done.made, unchanged: done.unchanged, failed: done.failed };
    turn.answer(StatusCode::OK, shape, api.engine.analyse(&access.ctx)).await
}

fn shown(api: &Api) -> impl Fn(&KeptFinding) -> FindingShape + Send + Sync + use<> {
    let now = api.engine.now();
    move |kept| FindingShape::at(kept, now)
}

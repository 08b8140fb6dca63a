//! The audit log, and the log of calls to platforms.

use crate::{
    Api,
    access::{Everywhere, Within, perm},
    error::{ApiError, ApiResult, Problem},
    extract::Params,
    pages::Pages,
    shape::{AuditRowShape, CallShape, List, PageParams, VerificationShape},
};
use axum::{Json, extract::State};
use serde::Deserialize;
use trimtab_domain::Timestamp;
use trimtab_engine::{AuditFilter, CallFilter};
use utoipa::IntoParams;

/// Which rows of the audit log to answer.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditParams {
    /// Only what concerns this tenant; needed by whoever may see one tenant only.
    tenant: Option<String>,
    /// Only by this actor: an id, `operator`, `system`, `anonymous`, or a person's address.
    actor: Option<String>,
    /// Only this action (`connection:connect`), or all of a noun (`connection`).
    action: Option<String>,
    /// Only what came out like this: `ok`, `refused` or `failed`.
    outcome: Option<String>,
    /// From this instant on (RFC 3339).
    #[param(format = DateTime)]
    from: Option<String>,
    /// Before this instant (RFC 3339).
    #[param(format = DateTime)]
    to: Option<String>,
}

fn instant(field: &str, text: Option<&String>) -> ApiResult<Option<Timestamp>> {
    let read =
        |text: &String| text.parse().map_err(|_| ApiError::field(field, "give an instant, for example 2026-11-30T09:00:00Z"));
    text.map(read).transpose()
}

impl AuditParams {
    fn read(self) -> ApiResult<AuditFilter> {
        Ok(AuditFilter {
            from: instant("from", self.from.as_ref())?,
            to: instant("to", self.to.as_ref())?,
            outcome: self.outcome.map(|text| text.parse()).transpose().map_err(|e| ApiError::field("outcome", e))?,
            actor: self.actor,
            tenant: self.tenant,
            action: self.action,
        })
    }
}

/// List what was done
///
/// Newest first. With `tenant`, what was done to that tenant; without, everything, for whoever may see the whole installation.
#[utoipa::path(get, path = "/api/v1/audit", operation_id = "list_audit", tag = "audit", params(AuditParams, PageParams),
    responses((status = 200, body = List<AuditRowShape>), (status = 404, body = Problem)))]
pub async fn list_audit(
    State(api): State<Api>,
    scope: Within<perm::ViewAudit>,
    Params(params): Params<AuditParams>,
    pages: Pages,
) -> ApiResult<Json<List<AuditRowShape>>> {
    let limit = pages.limit()?;
    let filter = params.read()?;
    let page = match &scope.ctx {
        Some(ctx) => api.engine.audit_of(ctx, &filter, pages.after.as_ref(), limit).await?,
        None => api.engine.audit(&filter, pages.after.as_ref(), limit).await?,
    };
    Ok(Json(pages.list(page, |row| AuditRowShape::from(&row))))
}

/// Verify the audit log
///
/// Walks the whole chain; takes a second for some hundred thousand rows.
#[utoipa::path(get, path = "/api/v1/audit/verification", operation_id = "verify_audit", tag = "audit",
    responses((status = 200, body = VerificationShape)))]
pub async fn verify_audit(State(api): State<Api>, _access: Everywhere<perm::ViewAudit>) -> ApiResult<Json<VerificationShape>> {
    Ok(Json(api.engine.verify_audit(None).await?.into()))
}

/// Which calls to platforms to answer.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CallParams {
    /// Only on behalf of this tenant; needed by whoever may see one tenant only.
    #[expect(dead_code, reason = "read by the scope extractor; here for the OpenAPI document")]
    tenant: Option<String>,
    /// Only to this source.
    source: Option<String>,
    /// Only for this account, by the platform's id.
    account: Option<String>,
    /// Only those that went like this: `good`, `transient`, `limited`, `refused`, `timeout`, `network` or `too_large`.
    outcome: Option<String>,
    /// From this instant on (RFC 3339).
    #[param(format = DateTime)]
    from: Option<String>,
    /// Before this instant (RFC 3339).
    #[param(format = DateTime)]
    to: Option<String>,
}

/// List calls to platforms
///
/// Newest first, kept for as long as `retention.call_days` says.
#[utoipa::path(get, path = "/api/v1/calls", operation_id = "list_calls", tag = "audit", params(CallParams, PageParams),
    responses((status = 200, body = List<CallShape>), (status = 404, body = Problem)))]
pub async fn list_calls(
    State(api): State<Api>,
    scope: Within<perm::ViewAudit>,
    Params(params): Params<CallParams>,
    pages: Pages,
) -> ApiResult<Json<List<CallShape>>> {
    let limit = pages.limit()?;
    let filter = CallFilter {
        source: params.source.map(|s| s.parse()).transpose().map_err(|e| ApiError::field("source", e))?,
        account: params.account,
        outcome: params.outcome,
        from: instant("from", params.from.as_ref())?,
        to: instant("to", params.to.as_ref())?,
    };
    let page = match &scope.ctx {
        Some(ctx) => api.engine.calls_of(ctx, &filter, pages.after.as_ref(), limit).await?,
        None => api.engine.calls(&filter, pages.after.as_ref(), limit).await?,
    };
    Ok(Json(pages.list(page, |call| CallShape::from(&call))))
}

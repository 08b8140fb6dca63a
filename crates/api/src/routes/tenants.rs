//! Tenants: one client or brand each.

use crate::{
    Api,
    access::{Everywhere, perm},
    error::{ApiError, ApiResult, Problem},
    extract::{Body, Params},
    shape::{List, PageParams},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use trimtab_domain::id::TenantId;
use trimtab_engine::{NewTenant, Tenant, TenantSummary};
use utoipa::ToSchema;

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantShape {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The currency its totals are shown in.
    pub currency: String,
    /// The zone its days are shown in.
    pub timezone: String,
    /// What it does.
    pub industry: Option<String>,
    /// Accounts known, connected or imported.
    pub accounts: usize,
}

impl TenantShape {
    /// A tenant with so many accounts.
    #[must_use]
    pub fn new(tenant: &Tenant, accounts: usize) -> Self {
        Self {
            id: tenant.id.to_string(),
            name: tenant.name.clone(),
            currency: tenant.currency.to_string(),
            timezone: tenant.zone.to_string(),
            industry: tenant.industry.clone(),
            accounts,
        }
    }
}

/// A tenant to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateTenant {
    /// 1 to 48 lower-case letters, digits and single dashes.
    #[schema(example = "north-sea-coffee")]
    id: String,
    /// Its name.
    #[schema(example = "North Sea Coffee")]
    name: String,
    /// ISO 4217 code.
    #[schema(example = "EUR")]
    currency: String,
    /// IANA name.
    #[schema(example = "Europe/Amsterdam")]
    timezone: String,
    /// What it does, for benchmarks.
    industry: Option<String>,
}

/// List tenants
#[utoipa::path(get, path = "/api/v1/tenants", operation_id = "list_tenants", tag = "tenants", params(PageParams),
    responses((status = 200, body = List<TenantShape>), (status = 401, body = Problem)))]
pub async fn list_tenants(
    State(api): State<Api>,
    _access: Everywhere<perm::ManageTenants>,
    Params(page): Params<PageParams>,
) -> ApiResult<Json<List<TenantShape>>> {
    let (after, limit) = page.read()?;
    let page = api.engine.tenants(after.as_ref(), limit).await?;
    Ok(Json(List::page(page, |TenantSummary { tenant, accounts }| TenantShape::new(&tenant, accounts))))
}

/// Add a tenant
#[utoipa::path(post, path = "/api/v1/tenants", operation_id = "create_tenant", tag = "tenants", request_body = CreateTenant,
    responses((status = 201, body = TenantShape), (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem)))]
pub async fn create_tenant(
    State(api): State<Api>,
    access: Everywhere<perm::ManageTenants>,
    Body(new): Body<CreateTenant>,
) -> ApiResult<(StatusCode, Json<TenantShape>)> {
    let new = NewTenant {
        id: TenantId::parse(&new.id).map_err(|e| ApiError::field("id", e))?,
        name: new.name,
        currency: new.currency.parse().map_err(|e| ApiError::field("currency", e))?,
        zone: new.timezone.parse().map_err(|e| ApiError::field("timezone", e))?,
        industry: new.industry,
    };
    let tenant = api.engine.add_tenant(&access.session.caller(), new).await?;
    Ok((StatusCode::CREATED, Json(TenantShape::new(&tenant, 0))))
}

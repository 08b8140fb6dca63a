//! Tenants: one client or brand each.

use crate::{
    Api,
    access::{Access, Everywhere, SignedIn, perm},
    error::{ApiError, ApiResult, Problem},
    extract::{Body, Path, optional_object},
    once::{Once, OnceParam},
    pages::Pages,
    shape::{List, PageParams, TenantParam},
};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use trimtab_domain::id::TenantId;
use trimtab_engine::{Branding, NewTenant, Tenant, TenantChange, TenantSummary};
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
    /// How what its people are shown looks.
    pub branding: BrandingShape,
}

/// How what a tenant's people are shown looks.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BrandingShape {
    /// A colour.
    #[schema(example = "#0b7285")]
    colour: Option<String>,
    /// Where its logo lies, by https.
    logo_url: Option<String>,
}

/// What to change of a tenant; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateTenant {
    /// Its name.
    name: Option<String>,
    /// ISO 4217 code. Figures are shown in it from now on; nothing that was read changes.
    currency: Option<String>,
    /// IANA name.
    timezone: Option<String>,
    /// What it does, for benchmarks; empty forgets it.
    industry: Option<String>,
    /// How it looks.
    #[serde(default, deserialize_with = "optional_object")]
    branding: Option<BrandingShape>,
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
            branding: BrandingShape { colour: tenant.branding.colour.clone(), logo_url: tenant.branding.logo_url.clone() },
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
    responses((status = 200, body = List<TenantShape>)))]
pub async fn list_tenants(State(api): State<Api>, SignedIn(visitor): SignedIn, pages: Pages) -> ApiResult<Json<List<TenantShape>>> {
    let page = api.engine.tenants(visitor.reach(), pages.after.as_ref(), pages.limit()?).await?;
    Ok(Json(pages.list(page, |TenantSummary { tenant, accounts }| TenantShape::new(&tenant, accounts))))
}

/// Change a tenant
#[utoipa::path(patch, path = "/api/v1/tenants/{id}", operation_id = "update_tenant", tag = "tenants", params(("id" = String, Path), TenantParam), request_body = UpdateTenant,
    responses((status = 200, body = TenantShape), (status = 404, body = Problem)))]
pub async fn update_tenant(
    State(api): State<Api>,
    access: Access<perm::ManageTenant>,
    Path(id): Path<String>,
    Body(change): Body<UpdateTenant>,
) -> ApiResult<Json<TenantShape>> {
    if id != access.ctx.tenant().as_str() {
        return Err(ApiError::not_found(format!("tenant '{}' does not exist", id.chars().take(48).collect::<String>())));
    }
    let change = TenantChange {
        name: change.name,
        currency: change.currency.map(|text| text.parse()).transpose().map_err(|e| ApiError::field("currency", e))?,
        zone: change.timezone.map(|text| text.parse()).transpose().map_err(|e| ApiError::field("timezone", e))?,
        industry: change.industry.map(|text| Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
        branding: change.branding.map(|shape| Branding { colour: shape.colour, logo_url: shape.logo_url }),
    };
    let tenant = api.engine.change_tenant(&access.ctx, change).await?;
    let accounts = api.engine.accounts(&access.ctx).await?.len();
    Ok(Json(TenantShape::new(&tenant, accounts)))
}

/// Add a tenant
#[utoipa::path(post, path = "/api/v1/tenants", operation_id = "create_tenant", tag = "tenants", params(OnceParam), request_body = CreateTenant,
    responses((status = 201, body = TenantShape), (status = 409, body = Problem)))]
pub async fn create_tenant(
    State(api): State<Api>,
    Everywhere { visitor, .. }: Everywhere<perm::CreateTenants>,
    Once(Body(new), turn): Once<Body<CreateTenant>>,
) -> ApiResult<Response> {
    let new = NewTenant {
        id: TenantId::parse(&new.id).map_err(|e| ApiError::field("id", e))?,
        name: new.name,
        currency: new.currency.parse().map_err(|e| ApiError::field("currency", e))?,
        zone: new.timezone.parse().map_err(|e| ApiError::field("timezone", e))?,
        industry: new.industry,
    };
    let by = visitor.caller();
    turn.answer(StatusCode::CREATED, |tenant: &Tenant| TenantShape::new(tenant, 0), api.engine.add_tenant(&by, new)).await
}

//! Planned budgets.

use crate::{
    Api,
    access::{Access, perm},
    error::{ApiError, ApiResult, Problem},
    extract::{Body, Path},
    once::{Once, OnceParam},
    shape::{BudgetShape, List, TenantParam},
};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use trimtab_domain::{DayRange, Money, day::parse_day, id::BudgetId, money::parse_micros};
use trimtab_engine::{Budget, NewBudget};
use utoipa::ToSchema;

/// What is planned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// What people call it.
    name: String,
    /// `tenant`, `platform`, `account` or `campaign`.
    level: String,
    /// The platform.
    source: Option<String>,
    /// The account, by the platform's id.
    account: Option<String>,
    /// The campaign, by the platform's id.
    campaign: Option<String>,
    /// How much, as a decimal: per month, or for the days.
    #[schema(example = "5000.00")]
    amount: String,
    /// Its currency; an account's own for an account or campaign.
    currency: String,
    /// First day; default: every calendar month anew.
    #[schema(format = Date)]
    from: Option<String>,
    /// Last day.
    #[schema(format = Date)]
    to: Option<String>,
    /// Whether what one month left over is added to the next.
    #[serde(default)]
    roll_over: bool,
}

impl Plan {
    fn check(self) -> ApiResult<NewBudget> {
        let day = |field: &'static str, text: Option<&String>| {
            text.map(|text| parse_day(text)).transpose().map_err(|e| ApiError::field(field, e))
        };
        let days = match (day("from", self.from.as_ref())?, day("to", self.to.as_ref())?) {
            (None, None) => None,
            (Some(from), Some(to)) => Some(DayRange::new(from, to).map_err(|e| ApiError::field("to", e))?),
            _ => return Err(ApiError::field("to", "name both days, or none for every calendar month anew")),
        };
        let currency = self.currency.parse().map_err(|e| ApiError::field("currency", e))?;
        Ok(NewBudget {
            name: self.name,
            level: self.level.parse().map_err(|e| ApiError::field("level", e))?,
            source: self.source.map(|s| s.parse()).transpose().map_err(|e| ApiError::field("source", e))?,
            account: self.account.unwrap_or_default(),
            entity: self.campaign.unwrap_or_default(),
            amount: Money::new(parse_micros(&self.amount).map_err(|e| ApiError::field("amount", e))?, currency),
            days,
            roll_over: self.roll_over,
        })
    }
}

/// List budgets
#[utoipa::path(get, path = "/api/v1/budgets", operation_id = "list_budgets", tag = "budgets", params(TenantParam),
    responses((status = 200, body = List<BudgetShape>), (status = 404, body = Problem)))]
pub async fn list_budgets(State(api): State<Api>, access: Access<perm::ViewData>) -> ApiResult<Json<List<BudgetShape>>> {
    Ok(Json(List::whole(api.engine.budgets(&access.ctx).await?.iter().map(Into::into).collect())))
}

/// Plan a budget
#[utoipa::path(post, path = "/api/v1/budgets", operation_id = "create_budget", tag = "budgets", params(TenantParam, OnceParam), request_body = Plan,
    responses((status = 201, body = BudgetShape), (status = 404, body = Problem)))]
pub async fn create_budget(
    State(api): State<Api>,
    access: Access<perm::ManageBudgets>,
    Once(Body(plan), turn): Once<Body<Plan>>,
) -> ApiResult<Response> {
    let work = api.engine.put_budget(&access.ctx, None, plan.check()?);
    turn.answer(StatusCode::CREATED, |budget: &Budget| BudgetShape::from(budget), work).await
}

/// Change a budget
#[utoipa::path(put, path = "/api/v1/budgets/{id}", operation_id = "update_budget", tag = "budgets", request_body = Plan,
    params(TenantParam, ("id" = String, Path, description = "The budget's id")),
    responses((status = 200, body = BudgetShape), (status = 404, body = Problem)))]
pub async fn update_budget(
    State(api): State<Api>,
    access: Access<perm::ManageBudgets>,
    Path(id): Path<String>,
    Body(plan): Body<Plan>,
) -> ApiResult<Json<BudgetShape>> {
    let budget = api.engine.put_budget(&access.ctx, Some(&parse(&id)?), plan.check()?).await?;
    Ok(Json((&budget).into()))
}

/// Remove a budget
#[utoipa::path(delete, path = "/api/v1/budgets/{id}", operation_id = "delete_budget", tag = "budgets",
    params(TenantParam, ("id" = String, Path, description = "The budget's id")),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn delete_budget(
    State(api): State<Api>,
    access: Access<perm::ManageBudgets>,
    Path(id): Path<String>,
) -> ApiResult<StatusCode> {
    api.engine.remove_budget(&access.ctx, &parse(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn parse(id: &str) -> ApiResult<BudgetId> {
    BudgetId::parse(id).map_err(|_| ApiError::not_found(format!("budget '{id}' does not exist")))
}

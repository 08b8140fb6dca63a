//! Whether facts can be trusted: coverage, reconciliation, checks, exchange rates.

use crate::{
    Api,
    access::{Access, SignedIn, perm},
    error::{ApiError, ApiResult, Problem},
    extract::{Params, Path},
    limits,
    once::{Once, OnceParam},
    pages::Pages,
    shape::{
        CheckResultShape, ChecksShape, CoverageShape, LineParams, List, RatesShape, ReconciliationLine, ReconciliationShape,
        TenantParam,
    },
};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use trimtab_domain::{DayRange, day::parse_day, id::AccountId};
use trimtab_engine::{AccountKey, quality::CheckView};
use utoipa::IntoParams;

/// The days asked about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DaysParams {
    /// First day.
    #[param(format = Date)]
    from: String,
    /// Last day.
    #[param(format = Date)]
    to: String,
}

impl DaysParams {
    fn range(&self) -> ApiResult<DayRange> {
        let from = parse_day(&self.from).map_err(|e| ApiError::field("from", e))?;
        let to = parse_day(&self.to).map_err(|e| ApiError::field("to", e))?;
        let range = DayRange::new(from, to).map_err(|e| ApiError::field("to", e))?;
        if range.len() > limits::QUALITY_DAYS {
            return Err(ApiError::field("to", format!("at most {} days at once", limits::QUALITY_DAYS)));
        }
        Ok(range)
    }
}

/// Which lines of a reconciliation to answer.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct VerdictParam {
    /// `mismatched`, `provisional` or `equal`; all when left out.
    verdict: Option<String>,
}

/// The account a history is of.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AccountParams {
    /// Where it lives.
    source: String,
    /// Its id there.
    account: String,
}

/// Show which days are there
///
/// Every day of every account, as runs of days that are alike.
#[utoipa::path(get, path = "/api/v1/coverage", operation_id = "get_coverage", tag = "quality", params(TenantParam, DaysParams),
    responses((status = 200, body = CoverageShape), (status = 404, body = Problem)))]
pub async fn get_coverage(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
    Params(days): Params<DaysParams>,
) -> ApiResult<Json<CoverageShape>> {
    let range = days.range()?;
    let covered = api.engine.covered_days(&access.ctx, range).await?;
    Ok(Json(CoverageShape {
        from: range.from().to_string(),
        to: range.to().to_string(),
        accounts: covered.iter().map(Into::into).collect(),
    }))
}

/// Compare with the sources' own totals
///
/// Our sum of each account's day beside what its source says of the account as a whole, read apart. Spend of a final day is equal to the
/// cent or mismatched.
#[utoipa::path(get, path = "/api/v1/reconciliation", operation_id = "get_reconciliation", tag = "quality",
    params(TenantParam, DaysParams, VerdictParam, LineParams),
    responses((status = 200, body = ReconciliationShape), (status = 404, body = Problem)))]
pub async fn get_reconciliation(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
    Params(days): Params<DaysParams>,
    Params(wanted): Params<VerdictParam>,
    pages: Pages<usize>,
) -> ApiResult<Json<ReconciliationShape>> {
    let range = days.range()?;
    let known = ["mismatched", "provisional", "equal"];
    if let Some(unknown) = wanted.verdict.as_deref().filter(|verdict| !known.contains(verdict)) {
        return Err(ApiError::field("verdict", format!("'{unknown}' is not a verdict: use one of {}", known.join(", "))));
    }
    let (skip, limit) = (pages.after.unwrap_or(0), pages.lines()?);
    let accounts = api.engine.reconciliation(&access.ctx, range).await?;
    let passes = |verdict: &str| wanted.verdict.as_deref().is_none_or(|wanted| wanted == verdict);
    let mut lines: Vec<_> = accounts.iter().flat_map(|account| account.lines.iter().map(move |line| (account, line))).collect();
    lines.retain(|(_, line)| passes(line.verdict.as_str()));
    lines.sort_by(|(_, a), (_, b)| b.day.cmp(&a.day).then(a.figure.cmp(&b.figure)));
    let more = lines.len() > skip.saturating_add(limit);
    Ok(Json(ReconciliationShape {
        from: range.from().to_string(),
        to: range.to().to_string(),
        summary: accounts.iter().map(Into::into).collect(),
        items: lines.into_iter().skip(skip).take(limit).map(|(account, line)| ReconciliationLine::of(account, line)).collect(),
        next_cursor: more.then(|| pages.cursor(&(skip + limit))),
    }))
}

/// List data-quality checks
///
/// Every declared check with its newest result for each account.
#[utoipa::path(get, path = "/api/v1/checks", operation_id = "list_checks", tag = "quality", params(TenantParam),
    responses((status = 200, body = ChecksShape), (status = 404, body = Problem)))]
pub async fn list_checks(State(api): State<Api>, access: Access<perm::ViewData>) -> ApiResult<Json<ChecksShape>> {
    Ok(Json(ChecksShape::from(&*api.engine.checks(&access.ctx).await?)))
}

/// Run data-quality checks
///
/// Makes every check of every account now. They are made after each sync as well.
#[utoipa::path(post, path = "/api/v1/checks/run", operation_id = "run_checks", tag = "quality", params(TenantParam, OnceParam),
    responses((status = 200, body = ChecksShape), (status = 404, body = Problem)))]
pub async fn run_checks(State(api): State<Api>, access: Access<perm::LoadData>, Once((), turn): Once<()>) -> ApiResult<Response> {
    let shape = |checks: &Vec<CheckView>| ChecksShape::from(checks.as_slice());
    turn.answer(StatusCode::OK, shape, api.engine.run_checks(&access.ctx)).await
}

/// Show a check's history
///
/// How one check of one account came out, newest first; a line for each change.
#[utoipa::path(get, path = "/api/v1/checks/{id}/history", operation_id = "get_check_history", tag = "quality",
    params(TenantParam, AccountParams, ("id" = String, Path, description = "The check's id")),
    responses((status = 200, body = List<CheckResultShape>), (status = 404, body = Problem)))]
pub async fn get_check_history(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
    Path(check): Path<String>,
    Params(of): Params<AccountParams>,
) -> ApiResult<Json<List<CheckResultShape>>> {
    let source = of.source.parse().map_err(|e| ApiError::field("source", e))?;
    let account = AccountKey { source, id: AccountId::new(of.account.as_str()) };
    let (account, lines) = api.engine.check_history(&access.ctx, &account, &check).await?;
    Ok(Json(List::whole(lines.iter().map(|line| CheckResultShape::of(&account.name, line)).collect())))
}

/// Show exchange rates
///
/// Which reference rates of the European Central Bank are known, and how old they are.
#[utoipa::path(get, path = "/api/v1/rates", operation_id = "get_rates", tag = "quality",
    responses((status = 200, body = RatesShape)))]
pub async fn get_rates(State(api): State<Api>, _anybody: SignedIn) -> ApiResult<Json<RatesShape>> {
    Ok(Json(api.engine.rates().await?.into()))
}

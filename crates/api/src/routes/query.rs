//! The metric query.

use crate::{
    Api,
    access::{Access, perm},
    error::{ApiError, ApiResult, Problem},
    extract::{Body, optional_whole},
    shape::{QueryShape, TenantParam},
};
use axum::{Json, extract::State};
use serde::Deserialize;
use trimtab_domain::{
    DayRange,
    day::parse_day,
    query::{MetricQuery, QueryParts, Sort, filter},
};
use utoipa::ToSchema;

/// What to ask.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Metric ids (`metrics` lists them), at least one.
    #[schema(example = json!(["spend", "roas"]))]
    metrics: Vec<String>,
    /// What to group by: date, week, month, weekday, hour, platform, account, campaign, ad_group, ad, country, device, age, gender, placement,
    /// industry, job_function, seniority, company_size, interest, keyword, search_term, match_type, objective, status, action_type, window,
    /// channel, utm_source, utm_medium, utm_campaign, customer, mail_kind. Metrics of several tables go together on what these share.
    #[serde(default)]
    #[schema(example = json!(["campaign"]))]
    by: Vec<String>,
    /// First day.
    #[schema(format = Date)]
    from: String,
    /// Last day.
    #[schema(format = Date)]
    to: String,
    /// Conditions joined by `and`: dimensions with `=`, `!=`, `~` (contains), `in (…)`, `not in (…)`; metrics with `>`, `>=`, `<`, `<=`, `=`, `!=`.
    #[serde(default)]
    #[schema(example = "platform = meta and spend > 100")]
    r#where: Option<String>,
    /// `previous`, `year` or `YYYY-MM-DD..YYYY-MM-DD`.
    compare: Option<String>,
    /// A metric or dimension of the query; `-` in front for largest first.
    #[schema(example = "-spend")]
    sort: Option<String>,
    /// Most rows; totals cover all.
    #[serde(default, deserialize_with = "optional_whole")]
    limit: Option<u32>,
    /// Currency of the answer, converted at the rate of each day; default: the accounts' own, which must be one.
    currency: Option<String>,
}

/// Ask a metric query
///
/// Ratios are computed from sums; a ratio without a denominator is `null`. Absent days and objects have no row.
#[utoipa::path(post, path = "/api/v1/query", operation_id = "run_query", tag = "query", params(TenantParam), request_body = Question,
    responses((status = 200, body = QueryShape), (status = 404, body = Problem)))]
pub async fn run_query(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
    Body(question): Body<Question>,
) -> ApiResult<Json<QueryShape>> {
    let query = question.check()?;
    let result = api.engine.query(&access.ctx, &query).await?;
    Ok(Json(QueryShape::from(&*result)))
}

impl Question {
    fn check(self) -> ApiResult<MetricQuery> {
        let from = parse_day(&self.from).map_err(|e| ApiError::field("from", e))?;
        let to = parse_day(&self.to).map_err(|e| ApiError::field("to", e))?;
        let period = DayRange::new(from, to).map_err(|e| ApiError::field("to", e))?;
        let parts = QueryParts {
            metrics: self.metrics,
            dimensions: self.by.iter().map(|d| d.parse()).collect::<Result<_, _>>().map_err(|e| ApiError::field("by", e))?,
            filters: filter::parse(self.r#where.as_deref().unwrap_or_default()).map_err(|e| ApiError::field("where", e))?,
            compare: self.compare.map(|c| c.parse()).transpose().map_err(|e| ApiError::field("compare", e))?,
            sort: self.sort.as_deref().map(Sort::from),
            limit: self.limit,
            currency: self.currency.map(|c| c.parse()).transpose().map_err(|e| ApiError::field("currency", e))?,
        };
        MetricQuery::new(period, parts).map_err(|e| ApiError::invalid(e.to_string()))
    }
}

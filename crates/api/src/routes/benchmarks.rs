//! What is usual elsewhere.

use crate::{
    access::SignedIn,
    error::{ApiError, ApiResult},
    extract::Params,
    shape::{BenchmarkShape, IndustryShape},
};
use axum::Json;
use serde::{Deserialize, Serialize};
use trimtab_domain::{
    Source, SourceKind,
    benchmark::{Industry, all_for, benchmarks, industries},
    metric::Registry,
};
use utoipa::{IntoParams, ToSchema};

/// Whose benchmarks.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BenchmarkParams {
    /// Of this industry, by id or name.
    #[param(example = "ecommerce")]
    industry: Option<String>,
    /// On this ad platform.
    #[param(example = "meta")]
    platform: Option<String>,
}

/// Benchmarks, and the industries there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct BenchmarksShape {
    /// By metric.
    items: Vec<BenchmarkShape>,
    /// Every industry that can be asked for.
    industries: Vec<IndustryShape>,
    /// Always `null`.
    next_cursor: Option<String>,
}

/// List benchmarks
///
/// Every one that is known; or, of an industry or a platform, the closest of each metric, which says what it stands in for.
#[utoipa::path(get, path = "/api/v1/benchmarks", operation_id = "list_benchmarks", tag = "knowledge", params(BenchmarkParams),
    responses((status = 200, body = BenchmarksShape)))]
pub async fn list_benchmarks(_anybody: SignedIn, Params(wanted): Params<BenchmarkParams>) -> ApiResult<Json<BenchmarksShape>> {
    let industry = wanted.industry.as_deref().map(industry).transpose()?;
    let platform = wanted.platform.as_deref().map(platform).transpose()?;
    let items = if industry.is_none() && platform.is_none() {
        let mut all: Vec<_> = benchmarks().iter().collect();
        all.sort_by_key(|of| Registry::builtin().iter().position(|metric| metric.id == of.metric.id));
        all.into_iter().map(Into::into).collect()
    } else {
        all_for(industry, platform, None).into_iter().map(Into::into).collect()
    };
    Ok(Json(BenchmarksShape { items, industries: industries().iter().map(Into::into).collect(), next_cursor: None }))
}

fn industry(text: &str) -> ApiResult<&'static Industry> {
    Industry::recognise(text).ok_or_else(|| {
        let known: Vec<&str> = industries().iter().map(|industry| industry.id.as_str()).collect();
        ApiError::field("industry", format!("'{text}' is no industry that is known: use one of {}", known.join(", ")))
    })
}

fn platform(text: &str) -> ApiResult<Source> {
    let source: Source = text.parse().map_err(|error| ApiError::field("platform", error))?;
    if source.kind() == SourceKind::Ads {
        Ok(source)
    } else {
        Err(ApiError::field("platform", format!("{} is no ad platform", source.label())))
    }
}

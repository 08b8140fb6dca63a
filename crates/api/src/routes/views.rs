//! Ready views, as files.

use crate::{
    Api,
    access::{Access, SignedIn, perm},
    error::{ApiError, ApiResult, Problem},
    extract::{Params, Path},
    limits,
    shape::{List, TenantParam, ViewShape},
};
use axum::{
    Json,
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::stream::{self, Stream};
use serde::Deserialize;
use std::io::{self, Read};
use trimtab_domain::{Day, day::parse_day};
use trimtab_engine::{
    Error,
    views::{Format, View, ViewFile},
};
use utoipa::{IntoParams, ToSchema};

/// Which days of a view, and how they are written.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ViewParams {
    /// First day; default: 90 days before the last.
    #[param(format = Date)]
    from: Option<String>,
    /// Last day; default: today, in the tenant's zone.
    #[param(format = Date)]
    to: Option<String>,
    /// How the rows are written; default: `csv`.
    #[serde(default)]
    format: ViewFormat,
}

/// How the rows of a view are written.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ViewFormat {
    /// Comma-separated text with a line of names. Text that a spreadsheet would run as a formula has a quote in front.
    #[default]
    Csv,
    /// One JSON object per line.
    Jsonl,
    /// Parquet.
    Parquet,
}

impl ViewFormat {
    const fn format(self) -> Format {
        match self {
            Self::Csv => Format::Csv,
            Self::Jsonl => Format::JsonLines,
            Self::Parquet => Format::Parquet,
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Jsonl => "application/jsonl",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }
}

/// List ready views
///
/// The tables analysts and dbt users expect, with their columns.
#[utoipa::path(get, path = "/api/v1/views", operation_id = "list_views", tag = "query",
    responses((status = 200, body = List<ViewShape>)))]
pub async fn list_views(_anybody: SignedIn) -> ApiResult<Json<List<ViewShape>>> {
    let views = View::catalogue().await.map_err(Error::from)?;
    Ok(Json(List::whole(views.iter().map(ViewShape::from).collect())))
}

/// Download a ready view
///
/// Its rows of some days, as a file. Amounts are in the account's own currency, named in their row.
#[utoipa::path(get, path = "/api/v1/views/{name}", operation_id = "get_view", tag = "query",
    params(TenantParam, ViewParams, ("name" = String, Path, description = "The view's name", example = "ad_reporting__campaign_report")),
    responses(
        (status = 200, description = "The rows", content(
            (String = "text/csv"), (String = "application/jsonl"), (String = "application/vnd.apache.parquet"))), (status = 404, body = Problem)))]
pub async fn get_view(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
    Path(name): Path<String>,
    Params(wanted): Params<ViewParams>,
) -> ApiResult<Response> {
    let view: View = name.parse().map_err(|unknown: String| ApiError::not_found(unknown))?;
    let day = |field, text: Option<&String>| -> ApiResult<Option<Day>> {
        text.map(|text| parse_day(text)).transpose().map_err(|e| ApiError::field(field, e))
    };
    let (from, to) = (day("from", wanted.from.as_ref())?, day("to", wanted.to.as_ref())?);
    let days = api.engine.view_days(&access.ctx, from, to).await?;
    let format = wanted.format.format();
    let written = api.engine.view_file(&access.ctx, view, days, format).await?;
    let of = if view.has_days() { format!("-{}-{}", days.from(), days.to()) } else { String::new() };
    let name = format!("{}-{}{of}.{}", access.ctx.tenant(), view.name, format.extension());
    let headers = [
        (header::CONTENT_TYPE, wanted.format.media_type().to_owned()),
        (header::CONTENT_LENGTH, written.size().to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(chunks(written))).into_response())
}

/// The file piece by piece, read where waiting for the disk keeps nobody waiting.
fn chunks(file: ViewFile) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(file, |mut file| async move {
        let read = tokio::task::spawn_blocking(move || {
            let mut chunk = Vec::with_capacity(limits::VIEW_CHUNK_BYTES);
            let bytes = limits::VIEW_CHUNK_BYTES as u64;
            Ok::<_, io::Error>(((&mut file).take(bytes).read_to_end(&mut chunk)? > 0).then(|| (Bytes::from(chunk), file)))
        });
        read.await.map_err(io::Error::other)?
    })
}

//! Imports of files people already have.

use crate::{
    Api,
    access::{Access, perm},
    error::{ApiError, ApiResult, Problem},
    extract::Params,
    limits,
    once::{Content, Once, OnceParam, add},
    pages::Pages,
    shape::{ImportRecordShape, ImportShape, List, PageParams, TenantParam},
};
use axum::{
    Json,
    extract::{
        DefaultBodyLimit, FromRequest, Multipart, Request, State,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use trimtab_engine::import::{Imported, Upload};
use utoipa::{IntoParams, ToSchema};

/// How to import.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportParams {
    /// Only say what would be imported.
    dry_run: Option<bool>,
    /// Which platform's export it is, or `auto`.
    source: Option<String>,
    /// Id or name of the account its rows belong to, if the file does not say. A name no account has makes a new one.
    account: Option<String>,
}

/// The form.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read field by field; here for the OpenAPI document")]
pub struct ImportForm {
    /// The file: CSV, TSV or Excel, as exported.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// A mapping file (YAML), for tables that are not recognised.
    mapping: Option<String>,
}

/// List imports
///
/// Newest first.
#[utoipa::path(get, path = "/api/v1/imports", operation_id = "list_imports", tag = "imports", params(TenantParam, PageParams),
    responses((status = 200, body = List<ImportRecordShape>), (status = 404, body = Problem)))]
pub async fn list_imports(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
    pages: Pages,
) -> ApiResult<Json<List<ImportRecordShape>>> {
    let page = api.engine.imports(&access.ctx, pages.after.as_ref(), pages.limit()?).await?;
    Ok(Json(pages.list(page, ImportRecordShape::from)))
}

/// Import a file
///
/// The days the file covers are replaced for its account, so importing a file again changes nothing. `replaces` says which days of
/// which earlier files that takes away. A file that names no account is refused where it would replace days of a file with which it
/// has no object in common: say then with `account` whose it is.
#[utoipa::path(post, path = "/api/v1/imports", operation_id = "create_import", tag = "imports", params(TenantParam, ImportParams, OnceParam),
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses((status = 200, body = ImportShape), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub async fn create_import(
    State(api): State<Api>,
    access: Access<perm::LoadData>,
    Params(params): Params<ImportParams>,
    Once(form, turn): Once<Form>,
) -> ApiResult<Response> {
    let source = params.source.filter(|source| source != "auto").map(|source| source.parse()).transpose();
    let upload = Upload {
        name: form.name,
        bytes: form.bytes,
        source: source.map_err(|e| ApiError::field("source", e))?,
        account: params.account.filter(|account| !account.trim().is_empty()),
        mapping: form.mapping,
    };
    if params.dry_run.unwrap_or(false) {
        return Ok(Json(ImportShape::new(&api.engine.preview_import(&access.ctx, upload).await?)).into_response());
    }
    turn.answer(StatusCode::OK, |imported: &Imported| ImportShape::new(imported), api.engine.import(&access.ctx, upload)).await
}

/// A read form.
#[derive(Debug)]
pub struct Form {
    name: String,
    bytes: bytes::Bytes,
    mapping: Option<String>,
}

impl Content for Form {
    async fn read(mut request: Request, api: &Api, asked: &mut blake3::Hasher) -> ApiResult<Self> {
        DefaultBodyLimit::max(limits::UPLOAD_BYTES).apply(&mut request);
        let form = Multipart::from_request(request, api).await;
        let mut form = form.map_err(|_| ApiError::media_type("multipart/form-data with a boundary"))?;
        let (mut file, mut mapping) = (None, None);
        while let Some(field) = form.next_field().await.map_err(|e| unread(&e))? {
            match field.name() {
                Some("file") => {
                    let name = field.file_name().unwrap_or("upload").rsplit(['/', '\\']).next().unwrap_or("upload").to_owned();
                    file = Some((name, bytes_of(field).await?));
                }
                Some("mapping") => {
                    let text = bytes_of(field).await?;
                    if text.len() > limits::MAPPING_BYTES {
                        return Err(ApiError::field("mapping", format!("a mapping has at most {} bytes", limits::MAPPING_BYTES)));
                    }
                    let text = String::from_utf8(text.to_vec())
                        .map_err(|_| ApiError::malformed_field("mapping", "a mapping is text in UTF-8"))?;
                    mapping = Some(text).filter(|text| !text.trim().is_empty());
                }
                other => {
                    let name = other.unwrap_or_default().chars().take(48).collect::<String>();
                    return Err(ApiError::malformed(format!("the form has no field '{name}': it takes file and mapping")));
                }
            }
        }
        let (name, bytes) =
            file.ok_or_else(|| ApiError::malformed_field("file", "attach the file to import in the field 'file'"))?;
        for part in [name.as_bytes(), &bytes, mapping.as_deref().unwrap_or_default().as_bytes()] {
            add(asked, part);
        }
        Ok(Self { name, bytes, mapping })
    }
}

async fn bytes_of(field: Field<'_>) -> ApiResult<bytes::Bytes> {
    field.bytes().await.map_err(|e| unread(&e))
}

fn unread(error: &MultipartError) -> ApiError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::too_large(limits::UPLOAD_BYTES),
        _ => ApiError::malformed(error.body_text()),
    }
}

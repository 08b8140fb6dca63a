//! The web client's files, compiled into the binary. Unknown paths get the client's page, which routes by itself.

use crate::error::ApiError;
use axum::{
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

/// What the pages may load: nothing from elsewhere. Styles are set by scripts of the component library.
pub(crate) const POLICY: &str = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Files;

pub(crate) async fn file(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return ApiError::not_found(format!("there is no {}: see /api/docs", uri.path())).into_response();
    }
    if let Some(file) = Files::get(path) {
        return send(path, &file, &headers);
    }
    if path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
        return ApiError::not_found(format!("there is no {}", uri.path())).into_response();
    }
    match Files::get("index.html") {
        Some(page) => send("index.html", &page, &headers),
        None => {
            (StatusCode::NOT_FOUND, "this build has no web client: build web/ first, or use `cargo xtask demo`\n").into_response()
        }
    }
}

fn send(path: &str, file: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let digest = file.metadata.sha256_hash();
    let tag = format!("\"{}\"", digest.iter().take(12).map(|b| format!("{b:02x}")).collect::<String>());
    // Files under assets/ carry a hash in their name; everything else must be asked for again.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let same = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let head =
        [(header::CONTENT_TYPE, content_type(path).to_owned()), (header::CACHE_CONTROL, cache.to_owned()), (header::ETAG, tag)];
    if same { (StatusCode::NOT_MODIFIED, head).into_response() } else { (head, file.data.to_vec()).into_response() }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("json" | "webmanifest") => "application/json",
        _ => "application/octet-stream",
    }
}

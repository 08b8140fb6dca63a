//! Whether the process lives, whether it can serve, and its metrics. Open to probes: nothing here tells of tenants.

use crate::Api;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};

pub(crate) fn router() -> Router<Api> {
    Router::new().route("/health", get(health)).route("/ready", get(ready)).route("/metrics", get(metrics))
}

async fn health() -> &'static str {
    "ok\n"
}

async fn ready(State(api): State<Api>) -> impl IntoResponse {
    match api.engine.agency().await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be read\n")
        }
    }
}

async fn metrics(State(api): State<Api>, _access: crate::access::Everywhere<crate::access::perm::ViewData>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], (api.render_metrics)())
}

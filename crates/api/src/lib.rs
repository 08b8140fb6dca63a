//! HTTP in, HTTP out: the `/api/v1` resources, their OpenAPI document, live events, and the web client's files.
//!
//! A handler extracts, makes one engine call and shapes the answer; it decides nothing. Everything but sign-in, `/health` and
//! `/ready` needs a session, proven by an extractor in the handler's signature.

pub mod access;
pub mod error;
mod extract;
mod guard;
mod limit;
pub mod limits;
mod once;
mod pages;
pub mod routes;
pub mod shape;
mod web;

pub use guard::CorsOrigin;
pub use limit::{Limits, Quotas};
pub use once::Turns;

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    http::HeaderName,
};
use error::ApiError;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::TraceLayer,
};
use trimtab_engine::Engine;
use utoipa_axum::{router::OpenApiRouter, routes};
use utoipa_swagger_ui::SwaggerUi;

/// What the handlers share.
#[derive(Debug, Clone)]
pub struct Api {
    /// The engine.
    pub engine: Engine,
    /// Whether browsers reach us by https, so that the session cookie may insist on it.
    pub secure_cookies: bool,
    /// The version shown to clients.
    pub version: &'static str,
    /// How often who may ask.
    pub limits: Limits,
    /// Requests under way that count once.
    pub turns: Turns,
    /// Other sites whose pages may read answers.
    pub cors_origins: Vec<CorsOrigin>,
    /// Renders the Prometheus metrics.
    pub render_metrics: fn() -> String,
}

impl FromRef<Api> for Engine {
    fn from_ref(api: &Api) -> Self {
        api.engine.clone()
    }
}

/// The whole HTTP service.
pub fn router(api: Api) -> Router {
    let (resources, openapi) = document().split_for_parts();
    let request_id = HeaderName::from_static("x-request-id");
    let router = resources
        .merge(SwaggerUi::new("/api/docs").url("/api/openapi.json", openapi))
        .merge(routes::health::router())
        .method_not_allowed_fallback(async || ApiError::method())
        .fallback(web::file);
    guard::cors(router, &api.cors_origins)
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
        .layer(
            ServiceBuilder::new()
                .layer(SetRequestIdLayer::new(request_id.clone(), MakeRequestUuid))
                .layer(TraceLayer::new_for_http().make_span_with(error::span))
                .layer(PropagateRequestIdLayer::new(request_id))
                .layer(axum::middleware::from_fn_with_state(api.secure_cookies, guard::headers))
                .layer(axum::middleware::from_fn(error::name_request))
                .layer(axum::middleware::from_fn(limit::write_headers))
                .layer(CatchPanicLayer::custom(error::panicked))
                .layer(CompressionLayer::new()),
        )
        .with_state(api)
}

/// Serves until `stop`, then finishes the requests under way.
///
/// # Errors
/// When the listener fails.
pub async fn serve(api: Api, listener: TcpListener, stop: CancellationToken) -> std::io::Result<()> {
    let service = router(api).into_make_service_with_connect_info::<std::net::SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await
}

/// The OpenAPI document as pretty JSON, ending with a line feed.
#[must_use]
pub fn openapi() -> String {
    let (_, openapi) = document().split_for_parts();
    openapi.to_pretty_json().map(|json| json + "\n").unwrap_or_default()
}

/// The resources with all that their document says.
fn document() -> OpenApiRouter<Api> {
    let mut resources = resources();
    shape::complete(resources.get_openapi_mut());
    resources
}

fn resources() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(shape::document())
        .merge(identity())
        .routes(routes!(routes::audit::list_audit))
        .routes(routes!(routes::audit::verify_audit))
        .routes(routes!(routes::audit::list_calls))
        .routes(routes!(routes::tenants::list_tenants, routes::tenants::create_tenant))
        .routes(routes!(routes::tenants::update_tenant))
        .routes(routes!(routes::sources::list_sources))
        .routes(routes!(routes::connections::list_connections, routes::connections::create_connection))
        .routes(routes!(routes::connections::delete_connection))
        .routes(routes!(routes::accounts::list_accounts))
        .routes(routes!(routes::executions::list_executions, routes::executions::start_execution))
        .routes(routes!(routes::executions::get_execution))
        .routes(routes!(routes::executions::cancel_execution))
        .routes(routes!(routes::events::follow_events))
        .routes(routes!(routes::imports::list_imports, routes::imports::create_import))
        .routes(routes!(routes::findings::list_findings))
        .routes(routes!(routes::findings::get_finding))
        .routes(routes!(routes::findings::dismiss_finding))
        .routes(routes!(routes::findings::snooze_finding))
        .routes(routes!(routes::findings::restore_finding))
        .routes(routes!(routes::findings::run_analyses))
        .routes(routes!(routes::analyses::list_forecasts))
        .routes(routes!(routes::analyses::list_funnels))
        .routes(routes!(routes::analyses::list_fatigue))
        .routes(routes!(routes::analyses::list_scores))
        .routes(routes!(routes::analyses::list_pixels))
        .routes(routes!(routes::analyses::list_patterns))
        .routes(routes!(routes::insights::list_insights))
        .routes(routes!(routes::pacing::get_pacing))
        .routes(routes!(routes::budgets::list_budgets, routes::budgets::create_budget))
        .routes(routes!(routes::budgets::update_budget, routes::budgets::delete_budget))
        .routes(routes!(routes::metrics::list_metrics))
        .routes(routes!(routes::benchmarks::list_benchmarks))
        .routes(routes!(routes::knowledge::get_knowledge, routes::knowledge::put_knowledge))
        .routes(routes!(routes::knowledge::list_knowledge_history))
        .routes(routes!(routes::knowledge::search_knowledge))
        .routes(routes!(routes::query::run_query))
        .routes(routes!(routes::quality::get_coverage))
        .routes(routes!(routes::quality::get_reconciliation))
        .routes(routes!(routes::quality::list_checks))
        .routes(routes!(routes::quality::run_checks))
        .routes(routes!(routes::quality::get_check_history))
        .routes(routes!(routes::quality::get_rates))
        .routes(routes!(routes::views::list_views))
        .routes(routes!(routes::views::get_view))
        .routes(routes!(routes::tools::list_tools))
        .routes(routes!(routes::tools::get_tool, routes::tools::call_tool))
}

/// Who may sign in and act.
fn identity() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(routes::auth::login))
        .routes(routes!(routes::auth::prove))
        .routes(routes!(routes::auth::start_passkey_sign_in))
        .routes(routes!(routes::auth::sign_in_with_passkey))
        .routes(routes!(routes::providers::list_providers))
        .routes(routes!(routes::providers::start_provider_sign_in))
        .routes(routes!(routes::providers::end_provider_sign_in))
        .routes(routes!(routes::auth::refresh))
        .routes(routes!(routes::auth::logout))
        .routes(routes!(routes::links::forgot_password))
        .routes(routes!(routes::links::reset_password))
        .routes(routes!(routes::links::open_invitation))
        .routes(routes!(routes::links::accept_invitation))
        .routes(routes!(routes::me::get_me, routes::me::update_me))
        .routes(routes!(routes::security::get_security))
        .routes(routes!(routes::security::change_password))
        .routes(routes!(routes::security::list_sessions))
        .routes(routes!(routes::security::end_session))
        .routes(routes!(routes::security::end_other_sessions))
        .routes(routes!(routes::security::enrol_authenticator))
        .routes(routes!(routes::security::confirm_authenticator))
        .routes(routes!(routes::security::remove_authenticator))
        .routes(routes!(routes::security::start_passkey))
        .routes(routes!(routes::security::add_passkey))
        .routes(routes!(routes::security::remove_passkey))
        .routes(routes!(routes::users::list_users))
        .routes(routes!(routes::users::grant_role, routes::users::revoke_role))
        .routes(routes!(routes::users::disable_user))
        .routes(routes!(routes::users::enable_user))
        .routes(routes!(routes::users::sign_out_user))
        .routes(routes!(routes::invitations::list_invitations, routes::invitations::create_invitation))
        .routes(routes!(routes::invitations::delete_invitation))
        .routes(routes!(routes::roles::list_roles))
        .routes(routes!(routes::roles::put_role, routes::roles::delete_role))
        .routes(routes!(routes::keys::list_api_keys, routes::keys::create_api_key))
        .routes(routes!(routes::keys::revoke_api_key))
}

//! HTTP in and out: reads requests for the platforms, lets faults strike, writes the log, and serves the admin endpoints.

use crate::{
    CallRecord, Fault, FaultKind, admin,
    calls::harmless,
    faults::Target,
    http::{Method, Reply, Request},
    limits,
    oidc::{self, Oidc},
    platform::{Doom, Platform, Trouble},
    record::Exchange,
    state::{Shared, lock},
    transit,
    world::calendar::stamp,
};
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Uri, header},
    routing::any,
};
use bytes::Bytes;
use std::{sync::Arc, time::Duration};
use trimtab_domain::Timestamp;

/// All routes.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let mut router = Router::new().merge(admin::router()).merge(transit::router(shared.settings.seed));
    for (place, platform) in shared.platforms.iter().enumerate() {
        let prefix = platform.prefix();
        for path in [prefix.to_owned(), format!("{prefix}/"), format!("{prefix}/{{*path}}")] {
            let on_platform =
                move |State(shared): State<Arc<Shared>>, method: axum::http::Method, uri: Uri, headers: HeaderMap, body: Bytes| {
                    on_platform(shared, place, method, uri, headers, body)
                };
            router = router.route(&path, any(on_platform));
        }
    }
    for path in [oidc::PREFIX.to_owned(), format!("{}/{{*path}}", oidc::PREFIX)] {
        router = router.route(&path, any(on_issuer));
    }
    router.layer(DefaultBodyLimit::max(limits::BODY_BYTES_MAX)).with_state(shared)
}

async fn on_platform(
    shared: Arc<Shared>,
    place: usize,
    method: axum::http::Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let (source, prefix) = (shared.platforms[place].source(), shared.platforms[place].prefix());
    let request = request(&method, &uri, &headers, &body, prefix, shared.settings.origin.as_deref());
    let route = format!("{} {}", request.method.word(), uri.path());
    let asked = request.clone();
    let state = Arc::clone(&shared);
    // The figures are computed, not looked up: that is work for a thread, not for the I/O loop.
    let told = tokio::task::spawn_blocking(move || {
        let platform = &*state.platforms[place];
        let (tenant, account) = platform.whose(&asked).map(|owner| (owner.tenant, owner.account)).unzip();
        let (list, later) = platform.list(&asked);
        let target = Target {
            route: &route,
            account: account.as_deref(),
            repeatable: later && lock(&state.last_page).contains_key(&list),
            report: platform.asks_for_report(&asked),
            sign_in: None,
        };
        let fault = lock(&state.faults).strike(&target, state.settings.seed);
        let reply = struck(&state, platform, &asked, list, fault.as_ref());
        (tenant, account, fault, reply)
    })
    .await;
    let Ok((tenant, account, fault, mut reply)) = told else {
        return respond(Reply::json(500, br#"{"error":"the sandbox failed to compute this answer"}"#.to_vec()));
    };
    let struck_by = fault.as_ref().map(|f| f.kind.name());
    shared.recorder.note(&Exchange {
        platform: source.as_str(),
        method: &method,
        path: uri.path().strip_prefix(prefix).unwrap_or_default(),
        query: uri.query().unwrap_or_default(),
        headers: &headers,
        body: &body,
        reply: &reply,
        fault: struck_by.as_deref(),
    });
    let dropped = fault.as_ref().is_some_and(|f| matches!(f.kind, FaultKind::Drop | FaultKind::Hang));
    shared.note_call(CallRecord {
        seq: 0,
        time: stamp(shared.clock.now()).to_string(),
        source: source.as_str(),
        method: request.method.word(),
        route: uri.path().to_owned(),
        query: harmless(&request.params),
        status: if dropped { 0 } else { reply.status },
        tenant,
        account,
        fault: struck_by,
    });
    // Platforms date their answers; this one lives by its own clock.
    reply.headers.push(("date", http_date(stamp(shared.clock.now()))));
    deliver(reply, fault).await
}

/// A request to the issuer. What happens to its answer on the way is the same as with platforms.
async fn on_issuer(
    State(shared): State<Arc<Shared>>,
    method: axum::http::Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let request = request(&method, &uri, &headers, &body, oidc::PREFIX, shared.settings.origin.as_deref());
    let route = format!("{} {}", request.method.word(), uri.path());
    let endpoint = request.path.rsplit('/').next();
    let target = Target { route: &route, account: None, repeatable: false, report: false, sign_in: endpoint };
    let fault = lock(&shared.faults).strike(&target, shared.settings.seed);
    let reply = match fault.as_ref().map(|fault| fault.kind) {
        Some(kind) if FaultKind::SIGN_IN.contains(&kind) => shared.oidc.answer(&shared, &request, Some(kind)),
        // Never reached, or reached and answered well: what goes wrong is the delivery.
        Some(FaultKind::Hang | FaultKind::Drop) => Reply::json(200, Vec::new()),
        None | Some(FaultKind::Slow | FaultKind::Truncated) => shared.oidc.answer(&shared, &request, None),
        Some(FaultKind::Malformed) => {
            let mut reply = shared.oidc.answer(&shared, &request, None);
            reply.body.truncate(reply.body.len() / 2);
            reply
        }
        Some(kind) => Oidc::trouble(kind),
    };
    let dropped = fault.as_ref().is_some_and(|f| matches!(f.kind, FaultKind::Drop | FaultKind::Hang));
    shared.note_call(CallRecord {
        seq: 0,
        time: stamp(shared.clock.now()).to_string(),
        source: "oidc",
        method: request.method.word(),
        route: uri.path().to_owned(),
        query: harmless(&request.params),
        status: if dropped { 0 } else { reply.status },
        tenant: None,
        account: None,
        fault: fault.as_ref().map(|fault| fault.kind.name()),
    });
    deliver(reply, fault).await
}

fn http_date(at: Timestamp) -> String {
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at).unwrap_or_default()
}

/// The reply to a request, with whatever a fault does to its content.
fn struck(shared: &Shared, platform: &dyn Platform, request: &Request, list: String, fault: Option<&Fault>) -> Reply {
    let trouble = |trouble| platform.trouble(shared, request, trouble);
    match fault.map(|f| (f, f.kind)) {
        Some((_, FaultKind::Throttle)) => trouble(Trouble::Throttled),
        Some((_, FaultKind::Http429)) => trouble(Trouble::TooManyRequests),
        Some((f, FaultKind::ServerError)) => match f.status.unwrap_or(500) {
            500 => trouble(Trouble::Failing),
            status => Reply {
                status,
                headers: vec![("content-type", "text/html".to_owned())],
                body: format!("<html><body><h1>{status}</h1>upstream connect error</body></html>").into_bytes(),
            },
        },
        Some((_, FaultKind::ExpiredToken)) => trouble(Trouble::ExpiredToken),
        Some((_, FaultKind::Revoked)) => trouble(Trouble::Revoked),
        Some((_, FaultKind::Empty)) => trouble(Trouble::Empty),
        Some((_, FaultKind::Drift)) => trouble(Trouble::Drift),
        Some((_, FaultKind::Sunset)) => platform.sunset(shared, request),
        Some((_, FaultKind::Malformed)) => {
            let mut reply = platform.answer(shared, request);
            reply.body.truncate(reply.body.len() / 2);
            reply
        }
        Some((_, FaultKind::DuplicatePage)) => {
            let last = lock(&shared.last_page).get(&list).cloned();
            last.unwrap_or_else(|| platform.answer(shared, request))
        }
        Some((_, kind @ (FaultKind::ReportFailed | FaultKind::ReportSkipped | FaultKind::ReportStuck))) => {
            platform.doom_report(
                request,
                match kind {
                    FaultKind::ReportFailed => Doom::Failed,
                    FaultKind::ReportStuck => Doom::Stuck,
                    _ => Doom::Skipped,
                },
            );
            platform.answer(shared, request)
        }
        // A request that hangs or is dropped never reaches the platform.
        Some((_, FaultKind::Hang | FaultKind::Drop)) => Reply::json(200, Vec::new()),
        _ => {
            let reply = platform.answer(shared, request);
            if lock(&shared.faults).active().iter().any(|f| f.kind == FaultKind::DuplicatePage) {
                let mut pages = lock(&shared.last_page);
                if pages.len() >= limits::PAGES_KEPT {
                    pages.clear();
                }
                pages.insert(list, reply.clone());
            }
            reply
        }
    }
}

/// Sends a reply, with whatever a fault does to its delivery.
async fn deliver(reply: Reply, fault: Option<Fault>) -> Response<Body> {
    let Some(fault) = fault else { return respond(reply) };
    let wait = |default: f64| Duration::from_secs_f64(fault.seconds.unwrap_or(default).clamp(0.0, limits::FAULT_SECONDS_MAX));
    match fault.kind {
        FaultKind::Slow => {
            tokio::time::sleep(wait(1.0)).await;
            respond(reply)
        }
        FaultKind::Hang => {
            tokio::time::sleep(wait(30.0)).await;
            broken(reply, 0)
        }
        FaultKind::Drop => broken(reply, 0),
        FaultKind::Truncated => {
            let half = reply.body.len() / 2;
            broken(reply, half)
        }
        _ => respond(reply),
    }
}

fn respond(reply: Reply) -> Response<Body> {
    head(&reply).body(Body::from(reply.body)).unwrap_or_default()
}

/// Announces the whole body, sends the first `sent` bytes and closes the connection.
fn broken(mut reply: Reply, sent: usize) -> Response<Body> {
    let announced = reply.body.len().max(sent + 1);
    let head = head(&reply).header(header::CONTENT_LENGTH, announced);
    reply.body.truncate(sent);
    let start = futures::stream::iter((sent > 0).then(|| Ok(Bytes::from(reply.body))));
    let cut = futures::stream::once(async {
        // Lets what was sent leave before the connection is torn down.
        tokio::task::yield_now().await;
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    });
    head.body(Body::from_stream(futures::StreamExt::chain(start, cut))).unwrap_or_default()
}

fn head(reply: &Reply) -> axum::http::response::Builder {
    let mut head = Response::builder().status(StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    if !reply.headers.iter().any(|(name, _)| *name == "content-type") {
        head = head.header(header::CONTENT_TYPE, "application/json; charset=UTF-8");
    }
    for (name, value) in &reply.headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            head = head.header(HeaderName::from_static(name), value);
        }
    }
    head
}

/// Brings query, form and JSON parameters together.
fn request(
    method: &axum::http::Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
    prefix: &str,
    origin: Option<&str>,
) -> Request {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    let mut params: Vec<(String, String)> =
        url::form_urlencoded::parse(uri.query().unwrap_or("").as_bytes()).into_owned().collect();
    let is_json = |kind: &str| kind.starts_with("application/json") || kind.starts_with("application/vnd.api+json");
    if text(header::CONTENT_TYPE).is_some_and(is_json) {
        if let Ok(serde_json::Value::Object(object)) = serde_json::from_slice(body) {
            params.extend(object.into_iter().map(|(name, value)| match value {
                serde_json::Value::String(text) => (name, text),
                other => (name, other.to_string()),
            }));
        }
    } else {
        params.extend(url::form_urlencoded::parse(body).into_owned());
    }
    let asked = params.iter().find(|(name, _)| name == "method").map(|(_, v)| v.to_ascii_uppercase());
    let method = match asked.as_deref().unwrap_or(method.as_str()) {
        "POST" => Method::Post,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        _ => Method::Get,
    };
    let bearer = text(header::AUTHORIZATION)
        .and_then(|h| h.strip_prefix("Bearer ").or_else(|| h.strip_prefix("OAuth ")))
        .map(|t| t.trim().to_owned());
    let path = uri.path().strip_prefix(prefix).unwrap_or("").trim_start_matches('/').to_owned();
    let host = text(header::HOST).unwrap_or("localhost");
    Request {
        method,
        path,
        params,
        query: uri.query().unwrap_or("").to_owned(),
        headers: headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .collect(),
        body: body.to_vec(),
        bearer,
        base: origin.map_or_else(|| format!("http://{host}{prefix}"), |origin| format!("{}{prefix}", origin.trim_end_matches('/'))),
    }
}

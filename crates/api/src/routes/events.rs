//! Live events as a server-sent stream.

use crate::{
    Api,
    access::{Access, perm},
    error::Problem,
    limits,
    shape::{ConnectionShape, ExecutionShape, TenantParam},
};
use axum::{
    extract::State,
    http::HeaderMap,
    response::sse::{Event as SseEvent, KeepAlive, Sse},
};
use futures::{Stream, StreamExt, stream};
use std::{convert::Infallible, sync::Arc};
use tokio_stream::wrappers::BroadcastStream;
use trimtab_domain::TenantCtx;
use trimtab_engine::{
    Engine,
    connection::ConnectionView,
    live::{Change, Event},
};

/// Follow events
///
/// `execution` carries an execution, `connection` a connection, `data` says that new facts can be queried, `analyses` that
/// findings, forecasts and scores were made anew, `resync` that events were missed and everything should be read again. Send `Last-Event-ID` to get what was missed.
#[utoipa::path(get, path = "/api/v1/events", operation_id = "follow_events", tag = "executions", params(TenantParam),
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 404, body = Problem)))]
pub async fn follow_events(
    State(api): State<Api>,
    access: Access<perm::ViewData>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<SseEvent, Infallible>>> {
    let since = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    let subscription = api.engine.live().follow(since);
    let (engine, ctx) = (api.engine, access.ctx);
    let gap = stream::iter(subscription.gap.then(resync));
    let missed = stream::iter(subscription.missed).map(Some);
    // A reader too slow for the buffer is told to read everything again.
    let next = BroadcastStream::new(subscription.next).map(Result::ok);
    let events = missed.chain(next).filter_map(move |event| {
        let (engine, ctx) = (engine.clone(), ctx.clone());
        async move {
            match event {
                None => Some(resync()),
                Some(event) => show(&engine, &ctx, &event).await,
            }
        }
    });
    Sse::new(gap.chain(events).map(Ok)).keep_alive(KeepAlive::new().interval(limits::EVENT_HEARTBEAT))
}

fn resync() -> SseEvent {
    SseEvent::default().event("resync").data("{}")
}

/// The event as this tenant's reader sees it; nothing for events of others.
async fn show(engine: &Engine, ctx: &TenantCtx, event: &Arc<Event>) -> Option<SseEvent> {
    if event.tenant != *ctx.tenant() {
        return None;
    }
    let sse = SseEvent::default().id(event.id.to_string());
    match &event.change {
        Change::Execution(execution) => sse.event("execution").json_data(ExecutionShape::at(execution, engine.now())),
        Change::Connection(view) => sse.event("connection").json_data(ConnectionShape::from(view as &ConnectionView)),
        Change::Analyses { at } => sse.event("analyses").json_data(serde_json::json!({ "at": at.to_string() })),
        Change::Facts { at } => sse.event("data").json_data(serde_json::json!({ "at": at.to_string() })),
    }
    .ok()
}

//! The sandbox's own endpoints below `/_sandbox`: what a test or an evaluation steers it by. No simulated platform has these.

use crate::{Fault, FaultKind, Message, Person, Sandbox, state::Shared};
use axum::{
    Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The routes.
pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_sandbox/accounts", get(accounts).post(rewrite_account))
        .route("/_sandbox/thresholds", post(set_thresholds))
        .route("/_sandbox/troubles", post(strike))
        .route("/_sandbox/truth", get(truth))
        .route("/_sandbox/labels", get(labels))
        .route("/_sandbox/totals", get(totals))
        .route("/_sandbox/clock", get(clock).post(set_clock))
        .route("/_sandbox/faults", get(faults).post(add_faults).delete(remove_faults))
        .route("/_sandbox/calls", get(calls).delete(forget_calls))
        .route("/_sandbox/writes", get(writes))
        .route("/_sandbox/oidc", get(issuer).post(steer_issuer))
        .route("/_sandbox/messages", get(messages).delete(forget_messages))
}

fn refused(error: &crate::Error) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": error.to_string()}))).into_response()
}

async fn accounts(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("localhost");
    Json(Sandbox::of(shared).accounts_at(&format!("http://{host}"))).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rewritten {
    source: trimtab_domain::Source,
    account: String,
    currency: Option<String>,
    timezone: Option<String>,
}

/// Gives an account another currency or zone from now on.
async fn rewrite_account(State(shared): State<Arc<Shared>>, Json(of): Json<Rewritten>) -> Response {
    match Sandbox::of(shared).rewrite_account(of.source, &of.account, of.currency.as_deref(), of.timezone.as_deref()) {
        Ok(true) => Json(json!({"source": of.source, "account": of.account})).into_response(),
        Ok(false) => {
            let error = "there is no such account of a site, a list or a shop";
            (StatusCode::NOT_FOUND, Json(json!({"error": error}))).into_response()
        }
        Err(error) => refused(&error),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Thresholds {
    account: String,
    withholds: bool,
}

/// Lets a site's reports withhold rows about few people, or no longer.
async fn set_thresholds(State(shared): State<Arc<Shared>>, Json(of): Json<Thresholds>) -> Response {
    if Sandbox::of(shared).withhold_small_rows(&of.account, of.withholds) {
        return Json(json!({"account": of.account, "withholds": of.withholds})).into_response();
    }
    (StatusCode::NOT_FOUND, Json(json!({"error": "there is no such site"}))).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Struck {
    source: trimtab_domain::Source,
    account: String,
    trouble: String,
    from: trimtab_domain::Day,
}

/// Lets something go wrong with an account's pixel from a day on.
async fn strike(State(shared): State<Arc<Shared>>, Json(of): Json<Struck>) -> Response {
    match Sandbox::of(shared).strike_pixel(of.source, &of.account, &of.trouble, of.from) {
        Ok(true) => Json(json!({"account": of.account, "trouble": of.trouble})).into_response(),
        Ok(false) => (StatusCode::NOT_FOUND, Json(json!({"error": "there is no such ad account"}))).into_response(),
        Err(error) => refused(&error),
    }
}

#[derive(Deserialize)]
struct TruthOf {
    tenant: Option<String>,
    account: Option<String>,
}

async fn truth(State(shared): State<Arc<Shared>>, Query(of): Query<TruthOf>) -> Response {
    let all = Sandbox::of(shared).truth();
    let wanted = |key: &str, value: &Option<String>, item: &Value| {
        value.as_deref().is_none_or(|v| item[key] == v.trim_start_matches("act_"))
    };
    let kept: Vec<Value> =
        all.into_iter().filter(|t| wanted("tenant", &of.tenant, t) && wanted("account", &of.account, t)).collect();
    Json(kept).into_response()
}

/// What went wrong, and how plain it is: computed anew each time, on a thread of its own.
async fn labels(State(shared): State<Arc<Shared>>) -> Response {
    match tokio::task::spawn_blocking(move || Sandbox::of(shared).labels()).await {
        Ok(labels) => Json(labels).into_response(),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({"error": "the labels could not be worked out"}))).into_response(),
    }
}

#[derive(Deserialize)]
struct TotalsOf {
    source: trimtab_domain::Source,
    account: String,
    from: trimtab_domain::Day,
    to: trimtab_domain::Day,
}

async fn totals(State(shared): State<Arc<Shared>>, Query(of): Query<TotalsOf>) -> Response {
    let sandbox = Sandbox::of(shared);
    let range = trimtab_domain::DayRange::new(of.from, of.to);
    match range.ok().and_then(|range| sandbox.totals_of(of.source, of.account.trim_start_matches("act_"), range)) {
        Some(days) => Json(days).into_response(),
        None => (StatusCode::NOT_FOUND, Json(json!({"error": "there is no such account, or the range ends before it starts"})))
            .into_response(),
    }
}

async fn clock(State(shared): State<Arc<Shared>>) -> Response {
    Json(json!({"now": Sandbox::of(shared).now()})).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    advance: Option<String>,
    now: Option<String>,
}

async fn set_clock(State(shared): State<Arc<Shared>>, Json(to): Json<Move>) -> Response {
    let moved = match (&to.advance, &to.now) {
        (Some(by), None) => shared.clock.advance(by),
        (None, Some(at)) => shared.clock.set(at),
        _ => Err(crate::Error::BadClock { given: String::new(), hint: "give either \"advance\" or \"now\"" }),
    };
    match moved {
        Ok(now) => Json(json!({"now": now})).into_response(),
        Err(error) => refused(&error),
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Many(Vec<Fault>),
    One(Fault),
}

async fn faults(State(shared): State<Arc<Shared>>) -> Response {
    Json(Sandbox::of(shared).faults()).into_response()
}

async fn add_faults(State(shared): State<Arc<Shared>>, Json(wanted): Json<OneOrMany>) -> Response {
    let sandbox = Sandbox::of(shared);
    let wanted = match wanted {
        OneOrMany::Many(many) => many,
        OneOrMany::One(one) => vec![one],
    };
    for fault in wanted {
        if let Err(error) = sandbox.add_fault(fault) {
            return refused(&error);
        }
    }
    Json(sandbox.faults()).into_response()
}

#[derive(Deserialize)]
struct Gone {
    route: Option<String>,
    kind: Option<FaultKind>,
}

/// Removes the faults named in the body (a list or one, by route and kind); without a body, all.
async fn remove_faults(State(shared): State<Arc<Shared>>, body: bytes::Bytes) -> Response {
    let sandbox = Sandbox::of(shared);
    let named: Vec<Gone> = if body.is_empty() {
        vec![Gone { route: None, kind: None }]
    } else {
        let read = serde_json::from_slice(&body).or_else(|_| serde_json::from_slice(&body).map(|one| vec![one]));
        match read {
            Ok(named) => named,
            Err(error) => return refused(&crate::Error::BadFault(error.to_string())),
        }
    };
    let removed: usize = named.iter().map(|g| sandbox.remove_faults(g.route.as_deref(), g.kind)).sum();
    Json(json!({"removed": removed})).into_response()
}

async fn calls(State(shared): State<Arc<Shared>>) -> Response {
    Json(shared.calls()).into_response()
}

async fn forget_calls(State(shared): State<Arc<Shared>>) -> Response {
    shared.forget_calls();
    Json(json!([])).into_response()
}

async fn writes(State(shared): State<Arc<Shared>>) -> Response {
    Json(shared.writes()).into_response()
}

async fn issuer(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("localhost");
    Json(Sandbox::of(shared).issuer_at(&format!("http://{host}"))).into_response()
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Issuing {
    rotate: bool,
    algorithm: Option<String>,
    people: Vec<Person>,
    redirects: Vec<String>,
}

/// Changes the issuer's keys, algorithm, people and addresses; answers with how it is then.
async fn steer_issuer(State(shared): State<Arc<Shared>>, headers: HeaderMap, Json(to): Json<Issuing>) -> Response {
    let sandbox = Sandbox::of(Arc::clone(&shared));
    if let Some(Err(error)) = to.algorithm.map(|algorithm| sandbox.sign_with(&algorithm)) {
        return refused(&error);
    }
    if to.rotate {
        sandbox.rotate_keys();
    }
    to.people.into_iter().for_each(|person| sandbox.admit(person));
    to.redirects.iter().for_each(|address| sandbox.allow_redirect(address));
    issuer(State(shared), headers).await
}

#[derive(Deserialize)]
struct MessagesTo {
    to: Option<String>,
}

/// What simulated receivers of messages got; `?to=` narrows it to one recipient.
async fn messages(State(shared): State<Arc<Shared>>, Query(of): Query<MessagesTo>) -> Response {
    let wanted = |message: &Message| of.to.as_ref().is_none_or(|to| message.to.iter().any(|known| known.eq_ignore_ascii_case(to)));
    let kept: Vec<Message> = shared.received_messages.all().into_iter().filter(wanted).collect();
    Json(kept).into_response()
}

async fn forget_messages(State(shared): State<Arc<Shared>>) -> Response {
    shared.received_messages.forget();
    Json(json!([])).into_response()
}

//! What a call does in good and bad weather.

use crate::server::{Answer, Server};
use secrecy::SecretString;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use trimtab_domain::{ErrorKind, Source, clock::testing::ManualClock, id::AccountId};
use trimtab_wire::{
    Call, Complaint, Dialect, Error, HeaderMap, Method, Place, Refusal, Reply, Scope, Usage, Verdict, Wire, WireSettings,
};
use url::Url;

/// A plain way of speaking: the status decides, `x-wait-ms` and `x-usage` (percent, regain in ms) tell about limits.
struct Plain;

fn number(headers: &HeaderMap, name: &str, at: usize) -> Option<f64> {
    headers.get(name)?.to_str().ok()?.split(',').nth(at)?.parse().ok()
}

fn millis(number: f64) -> Duration {
    Duration::from_secs_f64(number / 1000.0)
}

impl Dialect for Plain {
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
        let complaint = Complaint { status, message: String::from_utf8_lossy(body).into_owned(), ..Complaint::default() };
        match status {
            200 => Verdict::Good,
            429 => Verdict::Limited { scope: Scope::Call, wait: number(headers, "x-wait-ms", 0).map(millis), complaint },
            500.. => Verdict::Transient(complaint),
            401 => Verdict::Refused(Refusal::Credential, complaint),
            _ => Verdict::Refused(Refusal::Request, complaint),
        }
    }

    fn usage(&self, headers: &HeaderMap, _account: Option<&AccountId>) -> Vec<Usage> {
        let regain = number(headers, "x-usage", 1).map(millis);
        number(headers, "x-usage", 0).map(|percent| Usage { scope: Scope::Call, percent, regain }).into_iter().collect()
    }
}

const TOKEN: &str = "EAAB-very-secret";

fn settings() -> WireSettings {
    WireSettings {
        attempts: 3,
        backoff_base: Duration::from_millis(1),
        backoff_cap: Duration::from_millis(4),
        limit_wait: Duration::from_millis(5),
        patience: Duration::from_secs(2),
        breaker_failures: 6,
        ..WireSettings::default()
    }
}

fn wire(settings: WireSettings) -> Wire {
    Wire::new(settings, Arc::new(ManualClock::at("2026-11-21T03:00:00Z"))).unwrap()
}

struct Ask {
    account: &'static str,
    method: Method,
    json: Option<&'static [u8]>,
    token: &'static str,
    deadline: Duration,
}

impl Default for Ask {
    fn default() -> Self {
        Self { account: "111", method: Method::Get, json: None, token: TOKEN, deadline: Duration::from_secs(5) }
    }
}

async fn ask(wire: &Wire, url: &Url, ask: Ask) -> Result<Reply, Error> {
    let (account, secret) = (AccountId::from(ask.account), SecretString::from(ask.token));
    let call = Call {
        source: Source::Meta,
        account: Some(&account),
        method: ask.method,
        url,
        params: &[("fields", "a,b".into()), ("filter", "x=1&y".into())],
        json: ask.json,
        headers: &[("x-version", "202511")],
        secrets: &[(Place::Bearer, &secret), (Place::Header("x-developer"), &secret), (Place::Param("input_token"), &secret)],
        dialect: &Plain,
        deadline: ask.deadline,
        weight: 1,
    };
    wire.call(call).await
}

#[tokio::test]
async fn transient_failures_are_tried_again() {
    let server = Server::start([Answer::status(500), Answer::Cut, Answer::good()]).await;
    let wire = wire(settings());
    let reply = ask(&wire, &server.url, Ask::default()).await.unwrap();
    assert_eq!((reply.attempts, &reply.body[..]), (3, &b"{}"[..]));
    let outcomes: Vec<_> = wire.recent_calls().iter().map(|call| (call.attempt, call.status, call.outcome)).collect();
    assert_eq!(outcomes, [(1, Some(500), "transient"), (2, None, "network"), (3, Some(200), "good")]);
    let counts = wire.counts(Source::Meta);
    assert_eq!((counts.requests, counts.good, counts.failed), (3, 1, 2));
}

#[tokio::test]
async fn a_meter_counts_its_own_calls_and_hears_what_is_left() {
    let told = Answer::Whole(200, "x-usage: 62.5\r\n", "{}".to_owned());
    let server = Server::start([Answer::good(), Answer::status(500), told]).await;
    let wire = wire(settings());
    let (metered, meter) = wire.metered();
    ask(&wire, &server.url, Ask::default()).await.unwrap();
    assert_eq!((meter.requests(), meter.left_percent()), (0, None), "others' calls are not counted");
    ask(&metered.clone(), &server.url, Ask::default()).await.unwrap();
    assert_eq!((meter.requests(), meter.left_percent()), (2, Some(37.5)), "a repeated call costs twice");
    assert_eq!(wire.counts(Source::Meta).requests, 3, "the log is common");
}

#[tokio::test]
async fn attempts_end_and_the_last_word_is_reported() {
    let server = Server::start([Answer::status(502)]).await;
    let error = ask(&wire(settings()), &server.url, Ask::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "Meta Ads GET /v1/things (account 111) failed 3 times, at last with: went wrong (HTTP 502)");
    assert_eq!((server.requests().len(), error.kind()), (3, ErrorKind::Unavailable));
}

#[tokio::test]
async fn nobody_listening_is_a_network_failure() {
    let gone = "http://127.0.0.1:1/v1/things".parse().unwrap();
    let error = ask(&wire(settings()), &gone, Ask::default()).await.unwrap_err();
    assert!(matches!(&error, Error::Network { attempts: 3, source, .. } if source.url().is_none()), "{error:?}");
}

#[tokio::test]
async fn refusals_are_not_repeated() {
    let server = Server::start([Answer::status(401)]).await;
    let error = ask(&wire(settings()), &server.url, Ask::default()).await.unwrap_err();
    assert!(matches!(error, Error::Refused { refusal: Refusal::Credential, .. }));
    assert_eq!((server.requests().len(), error.kind()), (1, ErrorKind::Unauthenticated));
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let server = Server::start([Answer::Silence]).await;
    let start = Instant::now();
    let deadline = Duration::from_millis(40);
    let error = ask(&wire(settings()), &server.url, Ask { deadline, ..Ask::default() }).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { attempts: 3, .. }), "{error}");
    assert!(start.elapsed() >= deadline * 3 && start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_limit_is_waited_out() {
    let limited = Answer::Whole(429, "x-wait-ms: 60\r\n", String::new());
    let server = Server::start([limited, Answer::status(429), Answer::good()]).await;
    let start = Instant::now();
    let reply = ask(&wire(settings()), &server.url, Ask::default()).await.unwrap();
    assert_eq!(reply.attempts, 3, "limits do not use up the attempts for failures");
    assert!(start.elapsed() >= Duration::from_millis(65), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_limit_beyond_patience_names_its_end() {
    let server = Server::start([Answer::Whole(429, "x-wait-ms: 3600000\r\n", String::new())]).await;
    let wire = wire(settings());
    for requests in [1, 1] {
        let error = ask(&wire, &server.url, Ask::default()).await.unwrap_err();
        let Error::RateLimited { until, .. } = &error else { panic!("{error}") };
        let late = until.duration_since("2026-11-21T04:00:00Z".parse().unwrap());
        assert!(late.as_secs().abs() <= 1, "{until}");
        assert_eq!(server.requests().len(), requests, "nothing is sent while the account is paused");
    }
    assert!(matches!(ask(&wire, &server.url, Ask { account: "222", ..Ask::default() }).await, Err(Error::RateLimited { .. })));
    assert_eq!(server.requests().len(), 2, "another account is asked");
}

#[tokio::test]
async fn reported_usage_pauses_before_the_limit_bites() {
    let used_up = Answer::Whole(200, "x-usage: 100,80\r\n", "{}".to_owned());
    let server = Server::start([used_up, Answer::good()]).await;
    let wire = wire(settings());
    ask(&wire, &server.url, Ask::default()).await.unwrap();
    assert!((wire.usage_percent(Source::Meta, &server.url, Some(&"111".into())) - 100.0).abs() < 1e-9);
    let start = Instant::now();
    ask(&wire, &server.url, Ask::default()).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(75), "{:?}", start.elapsed());
}

#[tokio::test]
async fn the_secret_leaves_and_leaves_no_trace() {
    let quoting = Answer::Whole(400, "", format!("Malformed access token {TOKEN}"));
    let server = Server::start([quoting]).await;
    let wire = wire(settings());
    let error = ask(&wire, &server.url, Ask::default()).await.unwrap_err();
    let request = &server.requests()[0];
    assert!(request.contains(&format!("authorization: Bearer {TOKEN}")));
    assert!(request.starts_with(&format!("GET /v1/things?fields=a%2Cb&filter=x%3D1%26y&input_token={TOKEN} ")), "{request}");
    for kept in [format!("{error}"), format!("{error:?}"), format!("{:?}", wire.recent_calls()), format!("{wire:?}")] {
        assert!(!kept.contains(TOKEN), "{kept}");
    }
    assert!(error.to_string().contains("Malformed access token [secret]"));
    assert_eq!(wire.recent_calls()[0].path, "/v1/things");
}

#[tokio::test]
async fn a_token_with_a_line_break_is_not_sent() {
    let server = Server::start([Answer::good()]).await;
    let error = ask(&wire(settings()), &server.url, Ask { token: "abc\ndef", ..Ask::default() }).await.unwrap_err();
    assert!(error.to_string().contains("paste it again without line breaks") && server.requests().is_empty());
}

#[tokio::test]
async fn a_form_travels_in_the_body() {
    let server = Server::start([Answer::good()]).await;
    ask(&wire(settings()), &server.url, Ask { method: Method::Post, ..Ask::default() }).await.unwrap();
    let request = &server.requests()[0];
    assert!(request.starts_with("POST /v1/things HTTP/1.1") && request.ends_with(&format!("filter=x%3D1%26y&input_token={TOKEN}")));
}

#[tokio::test]
async fn a_document_travels_as_it_is_and_parameters_in_the_query() {
    let server = Server::start([Answer::good()]).await;
    let json = Some(&br#"{"query":"SELECT 1"}"#[..]);
    let mut url = server.url.clone();
    url.set_query(Some("dates=(start:1,end:2)"));
    ask(&wire(settings()), &url, Ask { method: Method::Post, json, ..Ask::default() }).await.unwrap();
    let request = &server.requests()[0];
    assert!(request.starts_with("POST /v1/things?dates=(start:1,end:2)&fields=a%2Cb&"), "{request}");
    assert!(request.contains("content-type: application/json\r\n") && request.ends_with(r#"{"query":"SELECT 1"}"#), "{request}");
    assert!(request.contains("x-version: 202511\r\n") && request.contains(&format!("x-developer: {TOKEN}\r\n")), "{request}");
}

#[tokio::test]
async fn a_question_too_long_for_an_address_travels_in_the_body_as_it_stands() {
    let server = Server::start([Answer::good()]).await;
    let mut url = server.url.clone();
    url.set_query(Some("q=analytics&accounts=List(urn%3Ali%3AsponsoredAccount%3A1)"));
    ask(&wire(settings()), &url, Ask { method: Method::Tunnel, ..Ask::default() }).await.unwrap();
    let request = &server.requests()[0];
    assert!(request.starts_with("POST /v1/things HTTP/1.1"), "{request}");
    assert!(request.contains("x-http-method-override: GET\r\n"), "{request}");
    assert!(request.contains("content-type: application/x-www-form-urlencoded\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\nq=analytics&accounts=List(urn%3Ali%3AsponsoredAccount%3A1)"), "{request}");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Server::start([Answer::good()]).await;
    let server = Server::start([Answer::Whole(302, "location: /elsewhere\r\n", String::new())]).await;
    assert!(ask(&wire(settings()), &server.url, Ask::default()).await.is_err());
    assert_eq!((server.requests().len(), elsewhere.requests().len()), (1, 0));
}

#[tokio::test]
async fn large_bodies_are_not_read_to_the_end() {
    let server = Server::start([Answer::Whole(200, "", "x".repeat(5000))]).await;
    let wire = wire(WireSettings { body_bytes_max: 4999, ..settings() });
    let error = ask(&wire, &server.url, Ask::default()).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit_bytes: 4999, .. }) && server.requests().len() == 1);
}

#[tokio::test]
async fn an_open_breaker_asks_nothing() {
    let server = Server::start([Answer::status(500)]).await;
    let wire = wire(settings());
    for _ in 0..2 {
        assert!(matches!(ask(&wire, &server.url, Ask::default()).await, Err(Error::Unavailable { .. })));
    }
    let error = ask(&wire, &server.url, Ask::default()).await.unwrap_err();
    assert!(matches!(error, Error::Open { .. }), "{error}");
    assert_eq!((server.requests().len(), error.kind()), (6, ErrorKind::Unavailable));
}

#[tokio::test]
async fn a_stuck_call_delays_only_itself_and_gives_its_place_back() {
    let server = Server::start([Answer::Silence, Answer::good()]).await;
    let wire = wire(WireSettings { account_in_flight: 1, ..settings() });
    let stuck = tokio::spawn({
        let (wire, url) = (wire.clone(), server.url.clone());
        async move { ask(&wire, &url, Ask { deadline: Duration::from_secs(60), ..Ask::default() }).await }
    });
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    ask(&wire, &server.url, Ask { account: "222", ..Ask::default() }).await.expect("another account goes on");
    let queued = tokio::time::timeout(Duration::from_millis(30), ask(&wire, &server.url, Ask::default())).await;
    assert!(queued.is_err(), "the stuck account's only place is taken");
    stuck.abort();
    ask(&wire, &server.url, Ask::default()).await.expect("and free again once the call is dropped");
}

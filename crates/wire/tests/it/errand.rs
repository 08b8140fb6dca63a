//! Errands: what is asked of services that are no platforms.

use crate::server::{Answer, Server};
use std::{sync::Arc, time::Duration};
use trimtab_domain::clock::testing::ManualClock;
use trimtab_wire::{Errand, ErrandError, HeaderMap, HeaderValue, Reply, Wire, WireSettings};

const SECRET: &str = "hush-hush";

fn wire() -> Wire {
    Wire::new(WireSettings::default(), Arc::new(ManualClock::at("2026-11-21T03:00:00Z"))).unwrap()
}

async fn ask(server: &Server, body: Option<&'static str>, deadline: Duration) -> Result<Reply, ErrandError> {
    let mut headers = HeaderMap::new();
    headers.insert("authorization", HeaderValue::from_static(SECRET));
    let errand = Errand { service: "oracle", url: &server.url, headers, body: body.map(Into::into), deadline };
    assert!(!format!("{errand:?}").contains(SECRET));
    wire().run(errand).await
}

const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn an_answer_is_an_answer_whatever_its_status() {
    for status in [200, 302, 404, 503] {
        let server = Server::start([Answer::status(status)]).await;
        let reply = ask(&server, None, SOON).await.unwrap();
        assert_eq!((reply.status, reply.body.as_ref(), server.requests().len()), (status, b"went wrong".as_slice(), 1));
    }
    let server = Server::start([Answer::good()]).await;
    ask(&server, Some("a=1&b=2"), SOON).await.unwrap();
    let sent = &server.requests()[0];
    assert!(sent.starts_with("POST /v1/things") && sent.ends_with("a=1&b=2") && sent.contains(SECRET), "{sent}");
}

#[tokio::test]
async fn a_read_is_sent_again_when_the_connection_broke_and_a_post_is_not() {
    let server = Server::start([Answer::Cut, Answer::good()]).await;
    assert_eq!(ask(&server, None, SOON).await.unwrap().attempts, 2);
    let server = Server::start([Answer::Cut, Answer::good()]).await;
    let error = ask(&server, Some("code=1"), SOON).await.unwrap_err();
    assert!(matches!(error, ErrandError::Network { .. }), "{error}");
    assert_eq!(server.requests().len(), 1, "a code works once");
    assert!(error.to_string().starts_with("the oracle at 127.0.0.1:"), "{error}");
}

#[tokio::test]
async fn silence_and_floods_end() {
    let server = Server::start([Answer::Silence]).await;
    let error = ask(&server, None, Duration::from_millis(50)).await.unwrap_err();
    assert!(matches!(error, ErrandError::Timeout { .. }) && error.to_string().ends_with("within 50 ms"), "{error}");
    let server = Server::start([Answer::Whole(200, "", "x".repeat(2 << 20))]).await;
    assert!(matches!(ask(&server, None, SOON).await.unwrap_err(), ErrandError::TooLarge { .. }));
}

//! A request to a service that no data is read from, such as an identity provider: sent as it is, answered as it comes.
//!
//! There is no quota, breaker or backoff: a person waits for the answer and presses the button again. What may not be repeated (a code
//! that works once) is sent once; a read is sent again where the connection broke.

use crate::{HeaderMap, Reply, limits, send};
use bytes::Bytes;
use std::{fmt, time::Duration};
use tokio::time::Instant;
use url::Url;

/// What to ask a service. The headers and the body may hold secrets: they are in the request and nowhere else.
pub struct Errand<'a> {
    /// Whom, in the words of log lines and messages (`identity provider`).
    pub service: &'static str,
    /// Where to. Redirects are not followed: they are answers.
    pub url: &'a Url,
    /// Headers.
    pub headers: HeaderMap,
    /// What to post; `None` for a read.
    pub body: Option<Bytes>,
    /// Longest time for one attempt, answer included.
    pub deadline: Duration,
}

/// Why an errand came back without an answer.
#[derive(Debug, thiserror::Error)]
pub enum ErrandError {
    /// The service could not be reached, or the connection broke.
    #[error("the {service} at {host} could not be reached")]
    Network {
        /// Whom.
        service: &'static str,
        /// Its host, with the port where it is not the usual one.
        host: String,
        /// The failure, without its URL.
        #[source]
        source: reqwest::Error,
    },
    /// No complete answer came in time.
    #[error("the {service} at {host} gave no complete answer within {} ms", after.as_millis())]
    Timeout {
        /// Whom.
        service: &'static str,
        /// Its host.
        host: String,
        /// The deadline.
        after: Duration,
    },
    /// The body is larger than is kept.
    #[error("the {service} at {host} answered with more than {limit_bytes} bytes")]
    TooLarge {
        /// Whom.
        service: &'static str,
        /// Its host.
        host: String,
        /// The limit.
        limit_bytes: usize,
    },
}

impl fmt::Debug for Errand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { service, url, deadline, .. } = self;
        f.debug_struct("Errand").field("service", service).field("path", &url.path()).field("deadline", deadline).finish_non_exhaustive()
    }
}

impl Errand<'_> {
    pub(crate) async fn run(self, client: &reqwest::Client) -> Result<Reply, ErrandError> {
        let attempts = if self.body.is_none() { limits::ERRAND_ATTEMPTS_MAX } else { 1 };
        let mut attempt = 1;
        loop {
            let (sent, outcome) = (Instant::now(), self.send(client).await);
            let (status, said) = match &outcome {
                Ok(answer) => (Some(answer.status), "answered"),
                Err(failure) => (None, failure.outcome()),
            };
            let (service, method, path) = (self.service, if self.body.is_some() { "POST" } else { "GET" }, self.url.path());
            tracing::debug!(
                service, method, path, status, outcome = said, duration_ms = sent.elapsed().as_millis(), attempt, "service call"
            );
            match outcome {
                Ok(send::Answer { status, headers, body }) => return Ok(Reply { status, headers, body, attempts: attempt }),
                Err(send::Failure::Network(_)) if attempt < attempts => attempt += 1,
                Err(failure) => return Err(self.failed(failure)),
            }
        }
    }

    async fn send(&self, client: &reqwest::Client) -> Result<send::Answer, send::Failure> {
        let request = match &self.body {
            Some(body) => client.post(self.url.clone()).body(body.clone()),
            None => client.get(self.url.clone()),
        };
        send::exchange(request.headers(self.headers.clone()), self.deadline, limits::ERRAND_BYTES_MAX).await
    }

    fn failed(&self, failure: send::Failure) -> ErrandError {
        let (service, host) = (self.service, self.url[url::Position::BeforeHost..url::Position::AfterPort].to_owned());
        match failure {
            send::Failure::Network(source) => ErrandError::Network { service, host, source },
            send::Failure::Timeout => ErrandError::Timeout { service, host, after: self.deadline },
            send::Failure::TooLarge => ErrandError::TooLarge { service, host, limit_bytes: limits::ERRAND_BYTES_MAX },
        }
    }
}

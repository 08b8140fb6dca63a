//! Traffic written down: one line of JSON per exchange, for whoever wants to hold it against a platform's specification.
//!
//! Queries, bodies and answers are kept as they travelled, byte for byte, but for secrets: whatever is called like one, in a header, a
//! parameter or a field, is left out, and so is every other place of the exchange where the same value turns up.
//!
//! **Invariant.** No token and no client's secret gets into a recording.

use crate::{http::Reply, state::lock};
use axum::http::{HeaderMap, Method};
use serde::Serialize;
use serde_json::Value;
use std::{
    fmt,
    io::{self, Write},
    sync::Mutex,
};

/// What stands in the place of a secret.
const LEFT_OUT: &str = "redacted";
/// Headers that say something about the notation of a request.
const HEADERS: [&str; 12] = [
    "accept",
    "access-token",
    "authorization",
    "content-type",
    "developer-token",
    "linkedin-version",
    "login-customer-id",
    "revision",
    "x-http-method-override",
    "x-restli-method",
    "x-restli-protocol-version",
    "x-shopify-access-token",
];
/// Those of them that are secrets.
const SECRET_HEADERS: [&str; 4] = ["access-token", "authorization", "developer-token", "x-shopify-access-token"];
/// Parameters and fields that are secrets.
const SECRET_NAMES: [&str; 9] = [
    "access_token",
    "appsecret_proof",
    "auth_code",
    "client_secret",
    "fb_exchange_token",
    "input_token",
    "refresh_token",
    "secret",
    "token_secret",
];
/// A parameter that is a secret of OAuth, where a field of the same name is the number of an error.
const SECRET_PARAM: &str = "code";
/// Shorter values are too likely to stand elsewhere by chance.
const SECRET_BYTES_MIN: usize = 8;

/// What was asked and what was answered.
#[derive(Debug)]
pub(crate) struct Exchange<'a> {
    pub(crate) platform: &'static str,
    pub(crate) method: &'a Method,
    /// Below the platform's prefix.
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    pub(crate) reply: &'a Reply,
    /// The fault that struck it.
    pub(crate) fault: Option<&'a str>,
}

/// A line of a recording.
#[derive(Debug, Serialize)]
struct Line<'a> {
    platform: &'static str,
    method: &'a str,
    path: &'a str,
    query: String,
    headers: Vec<(&'a str, String)>,
    body: String,
    status: u16,
    answer_type: &'a str,
    answer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'a str>,
}

/// Where exchanges are written, once somebody wants them.
#[derive(Default)]
pub(crate) struct Recorder(Mutex<State>);

#[derive(Default)]
enum State {
    #[default]
    Off,
    On(Box<dyn Write + Send>),
    Failed(io::Error),
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Recorder").finish()
    }
}

impl Recorder {
    /// Writes every exchange from now on to `sink`, a line at a time.
    pub(crate) fn start(&self, sink: Box<dyn Write + Send>) {
        *lock(&self.0) = State::On(sink);
    }

    /// Takes an exchange down, if anybody wants it.
    pub(crate) fn note(&self, exchange: &Exchange<'_>) {
        if !matches!(*lock(&self.0), State::On(_)) {
            return;
        }
        let line = line(exchange);
        let mut state = lock(&self.0);
        if let State::On(sink) = &mut *state
            && let Err(error) = sink.write_all(&line).and_then(|()| sink.flush())
        {
            *state = State::Failed(error);
        }
    }

    /// Why the recording broke off, if it did.
    pub(crate) fn failure(&self) -> Option<io::Error> {
        let mut state = lock(&self.0);
        match std::mem::take(&mut *state) {
            State::Failed(error) => Some(error),
            other => {
                *state = other;
                None
            }
        }
    }
}

fn line(exchange: &Exchange<'_>) -> Vec<u8> {
    let (body, answer) = (String::from_utf8_lossy(exchange.body), String::from_utf8_lossy(&exchange.reply.body));
    let text = |name: &str| exchange.headers.get(name).and_then(|value| value.to_str().ok());
    let is_json = text("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    let mut secrets = Vec::new();
    for header in SECRET_HEADERS.iter().filter_map(|name| text(name)) {
        secrets.extend(header.rsplit(' ').next().map(str::to_owned));
    }
    params(exchange.query, &mut secrets);
    if is_json {
        fields(&body, &mut secrets);
    } else {
        params(&body, &mut secrets);
    }
    fields(&answer, &mut secrets);
    let secrets = Secrets::of(secrets);
    let answer_type = exchange.reply.headers.iter().find(|(name, _)| *name == "content-type");
    let line = Line {
        platform: exchange.platform,
        method: exchange.method.as_str(),
        path: exchange.path,
        query: secrets.out_of(exchange.query),
        headers: HEADERS.iter().filter_map(|name| Some((*name, header(name, text(name)?)))).collect(),
        body: secrets.out_of(&body),
        status: exchange.reply.status,
        answer_type: answer_type.map_or("application/json", |(_, kind)| kind.as_str()),
        answer: secrets.out_of(&answer),
        fault: exchange.fault,
    };
    let mut line = serde_json::to_vec(&line).unwrap_or_default();
    line.push(b'\n');
    line
}

/// A header's value; of a secret one, how it is introduced and whether there is anything.
fn header(name: &str, value: &str) -> String {
    if !SECRET_HEADERS.contains(&name) || value.is_empty() {
        return value.to_owned();
    }
    match value.split_once(' ') {
        Some((scheme, _)) => format!("{scheme} {LEFT_OUT}"),
        None => LEFT_OUT.to_owned(),
    }
}

/// The secrets among the parameters of a query or a form.
fn params(text: &str, into: &mut Vec<String>) {
    let secret = |name: &str| name == SECRET_PARAM || SECRET_NAMES.contains(&name);
    let named = url::form_urlencoded::parse(text.as_bytes()).filter(|(name, _)| secret(name));
    into.extend(named.map(|(_, value)| value.into_owned()));
}

/// The secrets among the fields of a document.
fn fields(text: &str, into: &mut Vec<String>) {
    fn search(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| search(item, into)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        Value::String(text) if SECRET_NAMES.contains(&name.as_str()) => into.push(text.clone()),
                        value => search(value, into),
                    }
                }
            }
            _ => {}
        }
    }
    // Most documents are long and hold none.
    if SECRET_NAMES.iter().any(|name| text.contains(name))
        && let Ok(document) = serde_json::from_str(text)
    {
        search(&document, into);
    }
}

/// Values to leave out, in every notation they may have.
struct Secrets(Vec<String>);

impl Secrets {
    fn of(values: Vec<String>) -> Self {
        let long = values.into_iter().filter(|value| value.len() >= SECRET_BYTES_MIN);
        let mut all: Vec<String> = long
            .flat_map(|value| {
                let encoded: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
                let escaped = Value::from(value.as_str()).to_string().trim_matches('"').to_owned();
                [value, encoded, escaped]
            })
            .collect();
        // A secret that another one begins with must not hide half of it.
        all.sort_by_key(|value| std::cmp::Reverse(value.len()));
        all.dedup();
        Self(all)
    }

    fn out_of(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| {
            if text.contains(secret.as_str()) { text.replace(secret.as_str(), LEFT_OUT) } else { text }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn recorded(query: &str, headers: &[(&'static str, &str)], body: &str, answer: &Value) -> Value {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let reply = Reply::value(answer);
        let exchange = Exchange {
            platform: "meta",
            method: &Method::POST,
            path: "/v26.0/me",
            query,
            headers: &map,
            body: body.as_bytes(),
            reply: &reply,
            fault: None,
        };
        serde_json::from_slice(&line(&exchange)).unwrap()
    }

    #[test]
    fn secrets_are_left_out_wherever_they_stand() {
        let next = "https://x/me?limit=2&access_token=EAAB-secret%2Btoken&after=x";
        let line = recorded(
            "fields=id&access_token=EAAB-secret%2Btoken&code=a-long-oauth-code",
            &[("authorization", "Bearer another-secret"), ("developer-token", "dev-secret-9"), ("user-agent", "x")],
            "",
            &json!({"code": 190, "paging": {"next": next}, "refresh_token": "pinr_brand-new", "echo": "another-secret"}),
        );
        let text = line.to_string();
        for secret in ["EAAB", "another-secret", "dev-secret-9", "a-long-oauth-code", "pinr_brand-new"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        assert_eq!(line["query"], "fields=id&access_token=redacted&code=redacted");
        assert_eq!(line["headers"], json!([["authorization", "Bearer redacted"], ["developer-token", "redacted"]]));
        assert!(line["answer"].as_str().unwrap().contains(r#""code":190"#), "{text}");
        assert!(line["answer"].as_str().unwrap().contains("access_token=redacted&after=x"), "{text}");
    }

    #[test]
    fn bodies_are_searched_by_their_notation_and_kept_as_they_were() {
        let form = recorded(
            "",
            &[("content-type", "application/x-www-form-urlencoded")],
            "grant_type=x&client_secret=GOCSPX-hidden",
            &json!({}),
        );
        assert_eq!(form["body"], "grant_type=x&client_secret=redacted");
        let body = r#"{ "app_id": "7", "secret": "hidden-one", "budget": 50.0 }"#;
        let json = recorded("", &[("content-type", "application/json")], body, &json!({"data": {"access_token": "hidden-two"}}));
        assert_eq!(json["body"], r#"{ "app_id": "7", "secret": "redacted", "budget": 50.0 }"#);
        assert_eq!(json["answer"], r#"{"data":{"access_token":"redacted"}}"#);
    }

    #[test]
    fn a_sink_that_fails_is_told_of_once_and_ends_the_recording() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::Error::other("full"))
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let recorder = Recorder::default();
        recorder.start(Box::new(Full));
        let (headers, reply) = (HeaderMap::new(), Reply::json(200, Vec::new()));
        let (method, headers, reply) = (&Method::GET, &headers, &reply);
        let exchange = Exchange { platform: "meta", method, path: "/", query: "", headers, body: b"", reply, fault: None };
        recorder.note(&exchange);
        recorder.note(&exchange);
        assert_eq!(recorder.failure().unwrap().to_string(), "full");
        assert!(recorder.failure().is_none());
    }
}

//! A server that answers from recorded bodies, by a key made of each request.

use serde_json::Value;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The words of its first line, and its headers in lower case.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Request {
    /// `GET` or `POST`.
    pub(crate) fn verb(&self) -> &str {
        self.head.split(' ').next().unwrap_or_default()
    }

    /// Path and query.
    pub(crate) fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let named = |line: &'_ str| line.split_once(": ").is_some_and(|(own, _)| own.eq_ignore_ascii_case(name));
        self.head.lines().find(|line| named(line)).and_then(|line| line.split_once(": ")).map(|(_, value)| value)
    }

    /// The parameters of its address, decoded.
    pub(crate) fn params(&self) -> HashMap<String, String> {
        let url = url::Url::parse(&format!("http://x{}", self.target())).unwrap();
        url.query_pairs().into_owned().collect()
    }

    /// Its body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// Answers by key, each in order, the last one for ever. `{base}` in a body is the server's own address; a body may begin with a line
/// `header name: value`.
#[derive(Clone)]
pub(crate) struct Canned {
    pub(crate) base: String,
    requests: Arc<Mutex<Vec<(String, Request)>>>,
}

type Answers = HashMap<String, VecDeque<(u16, String)>>;
type Key = fn(&Request) -> String;

impl Canned {
    pub(crate) async fn start(key: Key, answers: &[(&str, u16, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/shop", listener.local_addr().unwrap());
        let mut by_key = Answers::new();
        for (key, status, body) in answers {
            by_key.entry((*key).to_owned()).or_default().push_back((*status, body.replace("{base}", &base)));
        }
        let (answers, requests) = (Arc::new(Mutex::new(by_key)), Arc::new(Mutex::new(Vec::new())));
        let log = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, key, Arc::clone(&answers), Arc::clone(&log)));
            }
        });
        Self { base, requests }
    }

    /// The requests of one key.
    pub(crate) fn asked(&self, key: &str) -> Vec<Request> {
        self.requests.lock().unwrap().iter().filter(|(asked, _)| asked == key).map(|(_, request)| request.clone()).collect()
    }

    /// Every request.
    pub(crate) fn all(&self) -> Vec<Request> {
        self.requests.lock().unwrap().iter().map(|(_, request)| request.clone()).collect()
    }
}

async fn serve(
    mut stream: TcpStream,
    key: Key,
    answers: Arc<Mutex<Answers>>,
    log: Arc<Mutex<Vec<(String, Request)>>>,
) -> Option<()> {
    let (mut buffer, mut text) = ([0; 65_536], String::new());
    let request = loop {
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let request = Request { head: head.to_owned(), body: body.to_owned() };
        let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        if body.len() >= length {
            break request;
        }
    };
    let key = key(&request);
    log.lock().unwrap().push((key.clone(), request));
    let (status, body) = {
        let mut answers = answers.lock().unwrap();
        match answers.get_mut(&key) {
            Some(answers) if answers.len() > 1 => answers.pop_front()?,
            Some(answers) => answers.front()?.clone(),
            None => (404, format!(r#"{{"message":"nothing recorded for {key}","errors":"nothing recorded for {key}"}}"#)),
        }
    };
    let (header, body) = body.strip_prefix("header ").and_then(|rest| rest.split_once('\n')).unwrap_or(("x-none: 1", &body));
    let head = format!("HTTP/1.1 {status} X\r\n{header}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(body.as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}

//! A server that answers from recorded bodies: for the turns of a protocol the simulated platforms do not take.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use url::Url;

/// One answer: its status, further header lines, and the body. `{base}` in a body is the server's own address.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    status: u16,
    headers: &'static str,
    body: String,
}

/// A good answer.
pub(crate) fn good(body: impl Into<String>) -> Said {
    said(200, body)
}

/// An answer of a status.
pub(crate) fn said(status: u16, body: impl Into<String>) -> Said {
    Said { status, headers: "", body: body.into() }
}

impl Said {
    /// The same with a header (`retry-after: 60`).
    pub(crate) fn with(self, header: &'static str) -> Self {
        Self { headers: header, ..self }
    }
}

type Answers = HashMap<&'static str, VecDeque<Said>>;

/// Answers by verb and path below the base, each in order, the last one for ever.
#[derive(Debug)]
pub(crate) struct Tape {
    /// Where it answers.
    pub(crate) base: Url,
    requests: Arc<Mutex<Vec<(String, String)>>>,
}

impl Tape {
    pub(crate) async fn start(answers: Vec<(&'static str, Said)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/tape", listener.local_addr().unwrap());
        let mut by_key = Answers::new();
        for (key, answer) in answers {
            let body = answer.body.replace("{base}", &base);
            by_key.entry(key).or_default().push_back(Said { body, ..answer });
        }
        let (answers, requests) = (Arc::new(Mutex::new(by_key)), Arc::new(Mutex::new(Vec::new())));
        let log = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answers), Arc::clone(&log)));
            }
        });
        Self { base: base.parse().unwrap(), requests }
    }

    /// The whole requests of one kind.
    pub(crate) fn asked(&self, key: &str) -> Vec<String> {
        self.requests.lock().unwrap().iter().filter(|(asked, _)| asked == key).map(|(_, request)| request.clone()).collect()
    }

    /// The documents sent with requests of one kind.
    pub(crate) fn documents(&self, key: &str) -> Vec<serde_json::Value> {
        let body = |request: &String| serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
        self.asked(key).iter().map(body).collect()
    }

    /// A parameter of each request of one kind, decoded; empty where a request has none.
    pub(crate) fn params(&self, key: &str, name: &str) -> Vec<String> {
        let value = |request: &String| {
            let url = Url::parse(&format!("http://x{}", request.split(' ').nth(1).unwrap())).unwrap();
            url.query_pairs().find(|(given, _)| given == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        self.asked(key).iter().map(value).collect()
    }

    /// Every request.
    pub(crate) fn all(&self) -> Vec<String> {
        self.requests.lock().unwrap().iter().map(|(_, request)| request.clone()).collect()
    }
}

async fn serve(mut stream: TcpStream, answers: Arc<Mutex<Answers>>, log: Arc<Mutex<Vec<(String, String)>>>) -> Option<()> {
    let mut buffer = [0; 16_384];
    let mut request = String::new();
    loop {
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        request.push_str(&String::from_utf8_lossy(&buffer[..read]));
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            break;
        }
    }
    let mut words = request.split(' ');
    let verb = words.next()?;
    let path = words.next()?.split('?').next()?;
    let key = format!("{verb} {}", path.strip_prefix("/tape/").unwrap_or(path));
    log.lock().unwrap().push((key.clone(), request));
    let answer = {
        let mut answers = answers.lock().unwrap();
        match answers.get_mut(key.as_str()) {
            Some(answers) if answers.len() > 1 => answers.pop_front()?,
            Some(answers) => answers.front()?.clone(),
            None => said(404, format!(r#"{{"nothing recorded for":"{key}"}}"#)),
        }
    };
    let more = if answer.headers.is_empty() { String::new() } else { format!("{}\r\n", answer.headers) };
    let head = format!("HTTP/1.1 {} X\r\ncontent-length: {}\r\n{more}connection: close\r\n\r\n", answer.status, answer.body.len());
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(answer.body.as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}

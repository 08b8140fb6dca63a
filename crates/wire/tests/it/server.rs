//! A platform that answers from a script over a real socket, byte for byte.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use url::Url;

/// One answer of the script.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Status, extra header lines, body.
    Whole(u16, &'static str, String),
    /// A head that promises more than comes before the connection closes.
    Cut,
    /// Nothing, for ever.
    Silence,
}

impl Answer {
    pub(crate) fn good() -> Self {
        Self::Whole(200, "", "{}".to_owned())
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Whole(status, "", "went wrong".to_owned())
    }
}

/// The platform. Answers in the order of its script, then always with the last.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) url: Url,
    requests: Arc<Mutex<Vec<String>>>,
    /// Aborted when the server is dropped.
    _tasks: JoinSet<()>,
}

impl Server {
    pub(crate) async fn start(script: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1/things", listener.local_addr().unwrap()).parse().unwrap();
        let script: Arc<Mutex<VecDeque<Answer>>> = Arc::new(Mutex::new(script.into_iter().collect()));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&requests);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&script), Arc::clone(&log)));
            }
        });
        Self { url, requests, _tasks: tasks }
    }

    /// Every request as it came, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, script: Arc<Mutex<VecDeque<Answer>>>, log: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                break;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(read) if read > 0 => request.extend_from_slice(&buffer[..read]),
            _ => return None,
        }
    }
    log.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
    let answer = {
        let mut script = script.lock().unwrap();
        if script.len() > 1 { script.pop_front() } else { script.front().cloned() }
    };
    let bytes = match answer? {
        Answer::Whole(status, headers, body) => {
            format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}", body.len())
        }
        Answer::Cut => "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\nconnection: close\r\n\r\n{\"data\":[".to_owned(),
        Answer::Silence => {
            while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
            return None;
        }
    };
    stream.write_all(bytes.as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}

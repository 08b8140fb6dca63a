//! HTTP to programs of ours on loopback: one request, one whole answer. Not for anything farther away: no TLS, no redirects.

use anyhow::{Context, Result, ensure};
use serde::de::DeserializeOwned;
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    time::Duration,
};

/// Longest silence of a program that answers.
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// What was answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// Sends a request to `origin` (`http://127.0.0.1:9090`) and reads the answer to its end.
///
/// # Errors
/// When nobody listens, or what comes is no HTTP. A status that says so is no error.
pub(crate) fn send(origin: &str, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer> {
    let address = origin.strip_prefix("http://").with_context(|| format!("{origin} is no address on loopback"))?;
    let mut stream = TcpStream::connect(address).with_context(|| format!("nobody listens on {origin}"))?;
    stream.set_read_timeout(Some(SILENCE_MAX))?;
    // HTTP/1.0: the answer comes in one piece and ends with the connection.
    let mut request = format!("{method} {target} HTTP/1.0\r\nHost: {address}\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    let mut request = request.into_bytes();
    request.extend_from_slice(body);
    stream.write_all(&request)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).with_context(|| format!("no whole answer to {method} {target}"))?;
    read(&answer).with_context(|| format!("the answer to {method} {target} is no HTTP"))
}

/// The document at an address.
///
/// # Errors
/// When it cannot be had, or is another document.
pub(crate) fn get<T: DeserializeOwned>(origin: &str, target: &str) -> Result<T> {
    let answer = send(origin, "GET", target, &[], b"")?;
    ensure!(answer.status == 200, "GET {target} answers {}", answer.status);
    serde_json::from_slice(&answer.body).with_context(|| format!("GET {target} answers with an unexpected document"))
}

/// An address nobody listens on. Another program could take it before ours does; then the run fails and is run again.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn read(answer: &[u8]) -> Option<Answer> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let (first, rest) = head.split_once("\r\n").unwrap_or((head, ""));
    let status = first.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    let header = |line: &str| line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    Some(Answer { status, headers: rest.lines().filter_map(header).collect(), body: answer[end + 4..].to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_goes_out_and_the_whole_answer_comes_in() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let read = stream.read(&mut request).unwrap();
            stream.write_all(b"HTTP/1.1 429 Too Many Requests\r\nX-Wait: 3\r\n\r\n{\"a\":").unwrap();
            stream.write_all(b"1}").unwrap();
            String::from_utf8_lossy(&request[..read]).into_owned()
        });
        let answer = send(&origin, "POST", "/x?y=1", &[("content-type", "text/plain")], b"body").unwrap();
        assert_eq!((answer.status, answer.header("x-wait"), answer.body.as_slice()), (429, Some("3"), &b"{\"a\":1}"[..]));
        let asked = server.join().unwrap();
        assert!(asked.starts_with("POST /x?y=1 HTTP/1.0\r\n") && asked.contains("content-type: text/plain\r\n"), "{asked}");
    }

    #[test]
    fn what_is_no_http_is_refused() {
        assert!(read(b"hello\r\n\r\n").is_none());
        assert!(send("https://127.0.0.1:1", "GET", "/", &[], b"").is_err());
    }
}

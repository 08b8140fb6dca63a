//! A message taken apart (RFC 2045, 2046, 2047, 5322), as far as programs that send reports and links write them.

use base64::{Engine, engine::general_purpose::STANDARD};

/// A message as a mail program shows it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) headers: Vec<(String, String)>,
    pub(super) text: String,
    pub(super) html: String,
}

/// Reads a whole message.
pub(super) fn read(raw: &str) -> Read {
    let (headers, body) = split(raw);
    let mut read = Read::default();
    part(&headers, body, &mut read, 0);
    read.headers = headers.into_iter().map(|(name, value)| (name, words(&value))).collect();
    read
}

/// Headers, unfolded, and what follows the empty line.
fn split(raw: &str) -> (Vec<(String, String)>, &str) {
    let (head, body) = match raw.strip_prefix("\r\n") {
        Some(body) => ("", body),
        None => raw.split_once("\r\n\r\n").unwrap_or((raw, "")),
    };
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        match (line.starts_with([' ', '\t']), headers.last_mut(), line.split_once(':')) {
            (true, Some((_, value)), _) => value.push_str(line),
            (_, _, Some((name, value))) => headers.push((name.to_owned(), value.trim().to_owned())),
            _ => {}
        }
    }
    (headers, body)
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> &'a str {
    headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.as_str())
}

fn part(headers: &[(String, String)], body: &str, read: &mut Read, depth: usize) {
    let kind = header(headers, "content-type");
    let lower = kind.to_ascii_lowercase();
    if lower.starts_with("multipart/") && depth < 8 {
        let Some(boundary) = parameter(kind, "boundary") else { return };
        let delimiter = format!("--{boundary}");
        for piece in format!("\r\n{body}").split(&format!("\r\n{delimiter}")).skip(1) {
            if let Some(piece) = piece.strip_prefix("\r\n") {
                let (headers, body) = split(piece);
                part(&headers, body, read, depth + 1);
            }
        }
        return;
    }
    let bytes = match header(headers, "content-transfer-encoding").to_ascii_lowercase().as_str() {
        "base64" => STANDARD.decode(body.split_ascii_whitespace().collect::<String>()).unwrap_or_default(),
        "quoted-printable" => quoted_printable(body.as_bytes(), false),
        _ => body.as_bytes().to_vec(),
    };
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n").trim_end().to_owned();
    if lower.starts_with("text/html") {
        read.html = text;
    } else if (lower.starts_with("text/plain") || lower.is_empty()) && read.text.is_empty() {
        read.text = text;
    }
}

fn parameter(header: &str, name: &str) -> Option<String> {
    header.split(';').skip(1).find_map(|part| {
        let (own, value) = part.trim().split_once('=')?;
        own.eq_ignore_ascii_case(name).then(|| value.trim_matches('"').to_owned())
    })
}

/// `=C3=A9` and soft line ends; in headers, `_` is a space.
fn quoted_printable(text: &[u8], in_header: bool) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        match (first, more) {
            (b'=', [b'\r', b'\n', after @ ..]) => rest = after,
            (b'=', [high, low, after @ ..]) => {
                let digit = |letter: u8| char::from(letter).to_digit(16);
                match digit(*high).zip(digit(*low)).and_then(|(high, low)| u8::try_from(high * 16 + low).ok()) {
                    Some(byte) => {
                        bytes.push(byte);
                        rest = after;
                    }
                    None => bytes.push(b'='),
                }
            }
            (b'_', _) if in_header => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
    }
    bytes
}

/// A header's value with its encoded words (`=?utf-8?b?…?=`) decoded; space between two of them is none.
fn words(value: &str) -> String {
    let mut text = String::new();
    let mut rest = value;
    let mut after_word = false;
    while let Some(at) = rest.find("=?") {
        let (plain, word) = rest.split_at(at);
        let mut parts = word[2..].splitn(4, '?');
        let decoded = (parts.next(), parts.next(), parts.next(), parts.next());
        let (Some(_), Some(encoding), Some(content), Some(tail)) = decoded else { break };
        let Some(tail) = tail.strip_prefix('=') else { break };
        if !(after_word && plain.trim().is_empty()) {
            text.push_str(plain);
        }
        let bytes = match encoding {
            "b" | "B" => STANDARD.decode(content).unwrap_or_default(),
            _ => quoted_printable(content.as_bytes(), true),
        };
        text.push_str(&String::from_utf8_lossy(&bytes));
        (rest, after_word) = (tail, true);
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_encodings_are_undone() {
        let raw = "From: a@b.example\r\nSubject: =?utf-8?b?R3LDvMOfZQ==?=\r\n =?utf-8?q?_an_J=C3=B8rn?=\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/alternative;\r\n boundary=\"x-1\"\r\n\r\n--x-1\r\nContent-Type: text/plain; charset=utf-8\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\nOpen https://x.example/?a=3D1 =\r\nnow, J=C3=B8rn\r\n--x-1\r\n\
            Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+SGk8L3A+\r\n--x-1--\r\n";
        let read = read(raw);
        assert_eq!(header(&read.headers, "subject"), "Grüße an Jørn");
        assert_eq!((read.text.as_str(), read.html.as_str()), ("Open https://x.example/?a=1 now, Jørn", "<p>Hi</p>"));
    }

    #[test]
    fn plain_messages_need_no_headers() {
        assert_eq!(read("\r\nhello\r\n").text, "hello");
        assert_eq!(read("Subject: x\r\n\r\nhello").text, "hello");
        assert_eq!(words("a =?broken"), "a =?broken");
        assert_eq!(quoted_printable(b"=ZZ=4", false), b"=ZZ=4");
    }
}

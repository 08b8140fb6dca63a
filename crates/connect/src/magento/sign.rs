//! Signing a request as OAuth 1.0a wants it (RFC 5849), with HMAC-SHA256.
//!
//! A signature holds for one request at one time, by a number used once. Repeating a request takes another.

use super::secret::Way;
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};
use trimtab_domain::Timestamp;
use url::Url;

/// A text with everything encoded but what the standard leaves as it is (RFC 3986 §2.3).
fn enc(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// When, and the number used once.
#[derive(Debug, Clone)]
pub(super) struct Once {
    seconds: i64,
    nonce: String,
}

impl Once {
    /// A moment with a number nobody has used: counted in this process, and mixed with what differs from one process to the next.
    pub(super) fn at(now: Timestamp) -> Self {
        static USED: AtomicU64 = AtomicU64::new(0);
        let (used, seed) = (USED.fetch_add(1, Ordering::Relaxed), RandomState::new());
        let nonce = format!("{:016x}{:016x}", seed.hash_one(used), seed.hash_one((used, now.as_nanosecond())));
        Self { seconds: now.as_second(), nonce }
    }
}

/// Names and values, as they are encoded in an address.
pub(super) fn query(params: &[(String, String)]) -> String {
    let pairs: Vec<String> = params.iter().map(|(name, value)| format!("{}={}", enc(name), enc(value))).collect();
    pairs.join("&")
}

/// The value of `Authorization` for a read of `url`, whose query is `params`; `None` for a token that signs nothing.
pub(super) fn authorization(way: &Way, url: &Url, params: &[(String, String)], once: &Once) -> Option<SecretString> {
    let Way::Signed { consumer_key, consumer_secret, token, token_secret } = way else { return None };
    let own = [
        ("oauth_consumer_key", consumer_key.expose_secret()),
        ("oauth_nonce", once.nonce.as_str()),
        ("oauth_signature_method", "HMAC-SHA256"),
        ("oauth_timestamp", &once.seconds.to_string()),
        ("oauth_token", token.expose_secret()),
        ("oauth_version", "1.0"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let key = format!("{}&{}", enc(consumer_secret.expose_secret()), enc(token_secret.expose_secret()));
    let signature = signature(&key, &base(url, params.iter().chain(&own)))?;
    let mut parts: Vec<String> = own.iter().map(|(name, value)| format!("{name}=\"{}\"", enc(value))).collect();
    parts.push(format!("oauth_signature=\"{}\"", enc(&signature)));
    Some(format!("OAuth {}", parts.join(", ")).into())
}

/// What is signed: the verb, where to, and every parameter in order.
fn base<'a>(url: &Url, params: impl Iterator<Item = &'a (String, String)>) -> String {
    let mut bare = url.clone();
    bare.set_query(None);
    bare.set_fragment(None);
    let mut encoded: Vec<(String, String)> = params.map(|(name, value)| (enc(name), enc(value))).collect();
    encoded.sort();
    let pairs: Vec<String> = encoded.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("GET&{}&{}", enc(bare.as_str()), enc(&pairs.join("&")))
}

fn signature(key: &str, base: &str) -> Option<String> {
    // A key of any length is good.
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(base.as_bytes());
    Some(STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way() -> Way {
        Way::Signed { consumer_key: "ck".into(), consumer_secret: "c&s".into(), token: "tk".into(), token_secret: "t s".into() }
    }

    fn params() -> Vec<(String, String)> {
        [("searchCriteria[pageSize]", "100"), ("fields", "items[entity_id],total_count"), ("q", "a b+ü~")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec()
    }

    #[test]
    fn what_is_signed_is_the_standards() {
        let url: Url = "https://Shop.Example:443/rest/all/V1/orders?x=y".parse().unwrap();
        let text = base(&url, params().iter());
        assert_eq!(
            text,
            "GET&https%3A%2F%2Fshop.example%2Frest%2Fall%2FV1%2Forders&fields%3Ditems%255Bentity_id%255D%252Ctotal_count%26q%3Da%2520b%252B%25C3%25BC~%26searchCriteria%255BpageSize%255D%3D100"
        );
        assert_eq!(query(&params()[2..]), "q=a%20b%2B%C3%BC~");
        assert!(
            base(&"http://127.0.0.1:8080/a".parse().unwrap(), params().iter())
                .starts_with("GET&http%3A%2F%2F127.0.0.1%3A8080%2Fa&")
        );
    }

    /// Computed with Python's `hmac`.
    #[test]
    fn a_signature_is_the_one_others_compute() {
        let once = Once { seconds: 1_795_000_000, nonce: "n1".to_owned() };
        let url = "https://shop.example/rest/all/V1/orders".parse().unwrap();
        let header = authorization(&way(), &url, &params(), &once).unwrap();
        assert_eq!(
            header.expose_secret(),
            "OAuth oauth_consumer_key=\"ck\", oauth_nonce=\"n1\", oauth_signature_method=\"HMAC-SHA256\", oauth_timestamp=\"1795000000\", \
             oauth_token=\"tk\", oauth_version=\"1.0\", oauth_signature=\"%2B26w4inZ4lz1zySa6UQxCv9IxPtuYcIsDjJoSR48ypU%3D\""
        );
        assert!(authorization(&Way::Bearer("t".into()), &url, &[], &once).is_none());
    }

    #[test]
    fn a_number_is_used_once() {
        let numbers: std::collections::HashSet<String> = (0..1000).map(|_| Once::at(Timestamp::UNIX_EPOCH).nonce).collect();
        assert_eq!(numbers.len(), 1000);
    }
}

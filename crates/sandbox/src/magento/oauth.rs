//! Signed requests: OAuth 1.0a as RFC 5849 has it, with HMAC-SHA256, checked for real.

use super::error::ApiError;
use crate::{
    http::Request,
    limits,
    world::{
        chance::{Chance, tag},
        commerce::store::Store,
    },
};
use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

/// What may be read without signing anything: nothing.
const RESOURCES: &str = "Magento_Sales::actions_view";

/// The keys of one store's integration.
#[derive(Debug)]
struct Integration {
    consumer_key: String,
    consumer_secret: String,
    token: String,
    token_secret: String,
    /// Times and nonces that were used, oldest first, and the latest time.
    used: VecDeque<(i64, String)>,
    known: HashSet<(i64, String)>,
    latest: i64,
}

/// The integrations, by the store's place.
#[derive(Debug)]
pub(crate) struct Integrations(Vec<Integration>);

/// Letters and digits as the platform draws them.
fn drawn(dice: Chance) -> String {
    const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    (0..32).map(|i| char::from(*dice.on(i).pick(LETTERS))).collect()
}

impl Integrations {
    pub(crate) fn new(stores: &[Arc<Store>]) -> Self {
        let of = |store: &Arc<Store>| {
            let dice = store.chance.on(tag("magento integration"));
            Integration {
                consumer_key: drawn(dice.on(1)),
                consumer_secret: drawn(dice.on(2)),
                token: drawn(dice.on(3)),
                token_secret: drawn(dice.on(4)),
                used: VecDeque::new(),
                known: HashSet::new(),
                latest: 0,
            }
        };
        Self(stores.iter().map(of).collect())
    }

    /// What `connect` takes.
    pub(crate) fn secret(&self, store: usize) -> String {
        let of = &self.0[store];
        json!({
            "consumer_key": of.consumer_key, "consumer_secret": of.consumer_secret,
            "access_token": of.token, "access_token_secret": of.token_secret,
        })
        .to_string()
    }

    /// Whether a request to a store is signed by its integration, and for the first time.
    pub(crate) fn check(&mut self, store: usize, request: &Request) -> Result<(), ApiError> {
        let header = request.header("authorization").unwrap_or_default();
        // The access token alone was good for a bearer token until 2.4.4; since then the merchant would have to allow it.
        let Some(given) = header.strip_prefix("OAuth ") else { return Err(ApiError::not_authorized(RESOURCES)) };
        let given = parameters(given);
        let one = |name: &str| {
            let found = given.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).filter(|v| !v.is_empty());
            found.ok_or_else(|| ApiError::missing(name))
        };
        let of = &mut self.0[store];
        if one("oauth_consumer_key")? != of.consumer_key {
            return Err(ApiError::no_consumer());
        }
        if one("oauth_token")? != of.token {
            return Err(ApiError::no_token());
        }
        if one("oauth_signature_method")? != "HMAC-SHA256" {
            return Err(ApiError::bad_method());
        }
        let (time, nonce) = (one("oauth_timestamp")?, one("oauth_nonce")?);
        let time: i64 = time.parse().ok().filter(|t| *t > 0).ok_or_else(ApiError::bad_time)?;
        let key = format!("{}&{}", encode(&of.consumer_secret), encode(&of.token_secret));
        let signed = BASE64_STANDARD.decode(one("oauth_signature")?).map_err(|_| ApiError::bad_signature())?;
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).map_err(|_| ApiError::bad_signature())?;
        mac.update(base(request, &given).as_bytes());
        mac.verify_slice(&signed).map_err(|_| ApiError::bad_signature())?;
        // Only who can sign gets as far as using up a nonce. The clock here is a virtual one, so times are held against each other alone.
        if time < of.latest - limits::MAGENTO_TIME_SECONDS {
            return Err(ApiError::bad_time());
        }
        let mark = (time, nonce.to_owned());
        if !of.known.insert(mark.clone()) {
            return Err(ApiError::used_nonce());
        }
        of.latest = of.latest.max(time);
        of.used.push_back(mark);
        if of.used.len() > limits::MAGENTO_NONCES_KEPT
            && let Some(oldest) = of.used.pop_front()
        {
            of.known.remove(&oldest);
        }
        Ok(())
    }
}

/// The parameters of an authorization header: `name="value", …`, each percent-encoded.
fn parameters(header: &str) -> Vec<(String, String)> {
    let pairs = header.split(',').filter_map(|pair| pair.trim().split_once('='));
    pairs.map(|(name, value)| (decode(name), decode(value.trim_matches('"')))).collect()
}

fn decode(text: &str) -> String {
    // A plus sign stands for itself here, unlike in a form.
    let form = text.replace('+', "%2B");
    url::form_urlencoded::parse(format!("x={form}").as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// Percent-encoding of everything but unreserved characters, in capitals (RFC 5849, 3.6).
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

/// What is signed: method, address without its query, and all parameters in order (RFC 5849, 3.4.1).
fn base(request: &Request, header: &[(String, String)]) -> String {
    let query = url::form_urlencoded::parse(request.query.as_bytes()).map(|(n, v)| (encode(&n), encode(&v)));
    let form = request.header("content-type").is_some_and(|t| t.starts_with("application/x-www-form-urlencoded"));
    let body: &[u8] = if form { &request.body } else { b"" };
    let body = url::form_urlencoded::parse(body).map(|(n, v)| (encode(&n), encode(&v)));
    let header = header.iter().filter(|(n, _)| n != "oauth_signature" && n != "realm").map(|(n, v)| (encode(n), encode(v)));
    let mut all: Vec<(String, String)> = query.chain(body).chain(header).collect();
    all.sort();
    let all: Vec<String> = all.into_iter().map(|(n, v)| format!("{n}={v}")).collect();
    format!("{}&{}&{}", request.method.word(), encode(&address(request)), encode(&all.join("&")))
}

/// Scheme, host in small letters without the scheme's own port, and path.
fn address(request: &Request) -> String {
    let whole = format!("{}/{}", request.base, request.path);
    let Some((scheme, rest)) = whole.split_once("://") else { return whole };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (scheme, host) = (scheme.to_lowercase(), host.to_lowercase());
    let own_port = if scheme == "https" { ":443" } else { ":80" };
    format!("{scheme}://{}{path}", host.strip_suffix(own_port).unwrap_or(&host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Method;

    #[test]
    fn the_base_string_is_that_of_the_standard() {
        // The example of RFC 5849, 3.4.1.1.
        let request = Request {
            method: Method::Post,
            path: "request".to_owned(),
            params: Vec::new(),
            query: "b5=%3D%253D&a3=a&c%40=&a2=r%20b".to_owned(),
            headers: vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())],
            body: b"c2&a3=2+q".to_vec(),
            bearer: None,
            base: "http://EXAMPLE.COM:80".to_owned(),
        };
        let header = parameters(
            r#"realm="Example", oauth_consumer_key="9djdj82h48djs9d2", oauth_token="kkk9d7dh3k39sjv7", oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131201", oauth_nonce="7d8f3e4a", oauth_signature="bYT5CMsGcbgUdFHObYMEfcx6bsw%3D""#,
        );
        let expected = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26\
            oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26\
            oauth_token%3Dkkk9d7dh3k39sjv7";
        assert_eq!(base(&request, &header), expected);
        assert_eq!(decode("a%2Bb+c%20d"), "a+b+c d");
    }
}

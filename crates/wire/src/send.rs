//! One attempt: a request out, a whole body in, within a deadline and a size.

use crate::{Call, Error, HeaderMap, Method, Place, Target, limits};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::{Bytes, BytesMut};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use secrecy::ExposeSecret;
use std::time::Duration;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Why there is none.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The connection failed or broke.
    Network(reqwest::Error),
    /// The deadline passed, or the body stood still too long.
    Timeout,
    /// The body outgrew the limit; it was not read further.
    TooLarge,
}

impl Failure {
    pub(crate) const fn outcome(&self) -> &'static str {
        match self {
            Self::Network(_) => "network",
            Self::Timeout => "timeout",
            Self::TooLarge => "too_large",
        }
    }
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() { Self::Timeout } else { Self::Network(error.without_url()) }
    }
}

/// The headers that carry secrets and notations of the platform.
pub(crate) fn headers(call: &Call<'_>, target: &Target) -> Result<HeaderMap, Error> {
    let unsendable = || Error::Unsendable { target: target.clone() };
    let mut headers = HeaderMap::new();
    for (name, value) in call.headers {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).map_err(|_| unsendable())?);
    }
    for (place, secret) in call.secrets {
        let secret = secret.expose_secret();
        let (name, text) = match place {
            Place::Bearer => (AUTHORIZATION, format!("Bearer {secret}")),
            Place::Basic(user) => (AUTHORIZATION, format!("Basic {}", STANDARD.encode(format!("{user}:{secret}")))),
            Place::Header(name) => (HeaderName::from_static(name), secret.to_owned()),
            Place::Param(_) => continue,
        };
        let mut value = HeaderValue::from_str(&text).map_err(|_| unsendable())?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    Ok(headers)
}

/// Sends one request and reads the answer to its end.
pub(crate) async fn send(
    client: &reqwest::Client,
    call: &Call<'_>,
    headers: HeaderMap,
    body_bytes_max: usize,
) -> Result<Answer, Failure> {
    exchange(request(client, call, headers), call.deadline, body_bytes_max).await
}

/// The same of a request that is ready.
pub(crate) async fn exchange(
    request: reqwest::RequestBuilder,
    deadline: Duration,
    body_bytes_max: usize,
) -> Result<Answer, Failure> {
    let exchange = async {
        let mut response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = BytesMut::new();
        while let Some(chunk) =
            tokio::time::timeout(limits::BODY_STALL, response.chunk()).await.map_err(|_elapsed| Failure::Timeout)??
        {
            // Counted after decompression, so a small bomb cannot grow.
            if body.len() + chunk.len() > body_bytes_max {
                return Err(Failure::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body: body.freeze() })
    };
    tokio::time::timeout(deadline, exchange).await.map_err(|_elapsed| Failure::Timeout)?
}

fn request(client: &reqwest::Client, call: &Call<'_>, headers: HeaderMap) -> reqwest::RequestBuilder {
    let mut url = call.url.clone();
    let secrets = call.secrets.iter().filter_map(|(place, secret)| match place {
        Place::Param(name) => Some((*name, secret.expose_secret())),
        Place::Bearer | Place::Basic(_) | Place::Header(_) => None,
    });
    let params: Vec<(&str, &str)> = call.params.iter().map(|(name, value)| (*name, value.as_ref())).chain(secrets).collect();
    // An empty list would still add a question mark.
    let with_query = |request: reqwest::RequestBuilder| if params.is_empty() { request } else { request.query(&params) };
    let request = match (call.method, call.json) {
        (Method::Get, _) => with_query(client.get(url)),
        (Method::Tunnel, _) => {
            let query = url.query().unwrap_or_default().to_owned();
            url.set_query(None);
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            client.post(url).header("x-http-method-override", "GET").header(CONTENT_TYPE, form).body(query)
        }
        (Method::Post, None) => client.post(url).form(&params),
        (Method::Post, Some(json)) => {
            with_query(client.post(url)).header(CONTENT_TYPE, HeaderValue::from_static("application/json")).body(json.to_vec())
        }
    };
    request.headers(headers)
}

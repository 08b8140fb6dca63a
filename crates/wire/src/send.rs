//! One attempt: a request out, a whole body in, within a deadline and a size.

use crate::{Call, Error, HeaderMap, Method, Target, limits};
use bytes::{Bytes, BytesMut};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use secrecy::ExposeSecret;

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

/// The header that carries the credential.
pub(crate) fn bearer(call: &Call<'_>, target: &Target) -> Result<HeaderValue, Error> {
    let text = format!("Bearer {}", call.secret.expose_secret());
    let mut value = HeaderValue::from_str(&text).map_err(|_| Error::Unsendable { target: target.clone() })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Sends one request and reads the answer to its end.
pub(crate) async fn send(
    client: &reqwest::Client,
    call: &Call<'_>,
    bearer: HeaderValue,
    body_bytes_max: usize,
) -> Result<Answer, Failure> {
    let exchange = async {
        let mut response = request(client, call, bearer).send().await?;
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
    tokio::time::timeout(call.deadline, exchange).await.map_err(|_elapsed| Failure::Timeout)?
}

fn request(client: &reqwest::Client, call: &Call<'_>, bearer: HeaderValue) -> reqwest::RequestBuilder {
    let url = call.url.clone();
    let secret = call.secret_param.map(|(name, secret)| (name, secret.expose_secret()));
    let request = match call.method {
        Method::Get => client.get(url).query(call.params).query(secret.as_slice()),
        Method::Post => {
            let form: Vec<_> = call.params.iter().map(|(name, value)| (*name, value.as_ref())).chain(secret).collect();
            client.post(url).form(&form)
        }
    };
    request.header(AUTHORIZATION, bearer).header(ACCEPT, HeaderValue::from_static("application/json"))
}

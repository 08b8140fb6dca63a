//! Extractors whose refusals are problems, not plain text.

use crate::{error::ApiError, limits};
use axum::{
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use bytes::Bytes;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        json(request, state).await.map(|(body, _)| Self(body))
    }
}

/// Reads a JSON body; answers its bytes as well.
pub(crate) async fn json<S: Send + Sync, T: DeserializeOwned>(request: Request, state: &S) -> Result<(T, Bytes), ApiError> {
    if !is_json(request.headers()) {
        return Err(ApiError::media_type("application/json"));
    }
    let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::too_large(limits::BODY_BYTES),
        _ => ApiError::malformed(rejection.body_text()),
    })?;
    if holds_nul(&bytes) {
        return Err(ApiError::invalid("the body holds a NUL character, which no text here may"));
    }
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(ApiError::malformed("the body is no JSON object"));
    }
    let body = serde_json::from_slice(&bytes);
    Ok((body.map_err(|error| ApiError::malformed(format!("the body cannot be read: {error}")))?, bytes))
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(given) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let Some(subtype) = essence.strip_prefix("application/") else { return false };
    subtype == "json" || subtype.ends_with("+json")
}

/// Whether a JSON text holds `\u0000`: databases differ in whether a text may.
fn holds_nul(json: &[u8]) -> bool {
    let mut escaped = false;
    json.iter().enumerate().any(|(at, byte)| {
        let begins = *byte == b'\\' && !escaped;
        let nul = escaped && json[at..].starts_with(b"u0000");
        escaped = begins;
        nul
    })
}

/// A part of the path.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync> FromRequestParts<S> for Path<String> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let nothing = || ApiError::not_found(format!("there is no {}", parts.uri.path()));
        match axum::extract::Path::<String>::from_request_parts(&mut parts.clone(), state).await {
            Ok(axum::extract::Path(part)) if !part.contains('\0') => Ok(Self(part)),
            Ok(_) | Err(_) => Err(nothing()),
        }
    }
}

/// Query parameters.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(ApiError::invalid("the query holds a NUL character, which no text here may"));
        }
        let Query(params) =
            Query::from_request_parts(parts, state).await.map_err(|rejection| ApiError::malformed(rejection.body_text()))?;
        Ok(Self(params))
    }
}

/// An object within a body. Without it a list would pass for one, its items in the order of the fields.
pub(crate) fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<T, D::Error> {
    serde_json::Map::deserialize(deserializer).and_then(of_object)
}

/// As [`object`], for a field that may be left out.
pub(crate) fn optional_object<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)?.map(of_object).transpose()
}

/// As [`object`], for a list of them.
pub(crate) fn objects<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Vec::deserialize(deserializer)?.into_iter().map(of_object).collect()
}

fn of_object<T: DeserializeOwned, E: serde::de::Error>(object: serde_json::Map<String, serde_json::Value>) -> Result<T, E> {
    T::deserialize(serde_json::Value::Object(object)).map_err(E::custom)
}

/// A whole number from 0. JSON knows one kind of number: `3.0` is one as well.
pub(crate) fn whole<'de, D: Deserializer<'de>, T: TryFrom<u64>>(deserializer: D) -> Result<T, D::Error> {
    serde_json::Number::deserialize(deserializer).and_then(of_number)
}

/// As [`whole`], for a field that may be left out.
pub(crate) fn optional_whole<'de, D: Deserializer<'de>, T: TryFrom<u64>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)?.map(of_number).transpose()
}

/// Beyond 2⁵³ a number with a point is not known to the last digit, and so is none.
fn of_number<T: TryFrom<u64>, E: serde::de::Error>(number: serde_json::Number) -> Result<T, E> {
    let pointed = || {
        let whole = number.as_f64().filter(|whole| whole.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(whole))?;
        format!("{whole:.0}").parse().ok()
    };
    let whole = number.as_u64().or_else(pointed);
    whole
        .and_then(|whole| whole.try_into().ok())
        .ok_or_else(|| E::custom(format!("{number} is no whole number from 0 that is kept here")))
}

/// As [`secret`], for a field that may be left out.
pub(crate) fn optional_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    Option::<String>::deserialize(deserializer).map(|text| text.map(SecretString::from))
}

/// A field that is a secret from the moment it is read.
pub(crate) fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_is_found_where_it_is_one() {
        for (json, holds) in [
            (r#"{"name":"a\u0000b"}"#, true),
            (r#"{"name":"\\\u0000"}"#, true),
            (r#"{"name":"\\u0000"}"#, false),
            (r#"{"name":"u0000\n"}"#, false),
            ("", false),
        ] {
            assert_eq!(holds_nul(json.as_bytes()), holds, "{json}");
        }
    }

    #[test]
    fn whole_numbers_may_have_a_point_and_lists_are_no_objects() {
        #[derive(Debug, Deserialize)]
        struct Of {
            #[serde(deserialize_with = "whole")]
            n: u32,
            #[serde(default, deserialize_with = "optional_object")]
            of: Option<Within>,
        }
        #[derive(Debug, Deserialize)]
        struct Within {
            at: u8,
        }
        let read = |json: &str| serde_json::from_str::<Of>(json).ok().map(|read| (read.n, read.of.map(|of| of.at)));
        assert_eq!(read(r#"{"n":3}"#), Some((3, None)));
        assert_eq!(read(r#"{"n":4294967295.0,"of":null}"#), Some((u32::MAX, None)));
        assert_eq!(read(r#"{"n":1e3,"of":{"at":7}}"#), Some((1_000, Some(7))));
        for refused in
            [r#"{"n":3.5}"#, r#"{"n":-1}"#, r#"{"n":4294967296}"#, r#"{"n":1e300}"#, r#"{"n":"3"}"#, r#"{"n":3,"of":[7]}"#]
        {
            assert_eq!(read(refused), None, "{refused}");
        }
    }

    #[test]
    fn json_is_said_to_be_json() {
        let says = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, text.parse().unwrap());
            is_json(&headers)
        };
        assert!(says("application/json") && says("Application/JSON; charset=utf-8") && says("application/merge-patch+json"));
        assert!(!says("text/plain") && !says("application/x-www-form-urlencoded") && !says("json"));
        assert!(!is_json(&HeaderMap::new()));
    }
}

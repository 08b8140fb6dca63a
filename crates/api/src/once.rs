//! Requests that may come twice and count once: `Idempotency-Key`.
//!
//! [`Once`] is the last extractor of an operation that makes or does something. It reads the body, and with a key it looks whether the
//! request was done before: then the handler does not run, and the first answer is given again. Else the handler does its work through
//! [`Turn::answer`], and the engine's store keeps the answer with what it wrote. A refused request wrote nothing and leaves nothing.

use crate::{
    Api,
    access::Acting,
    error::ApiError,
    extract::{Body, json},
};
use axum::{
    extract::{FromRequest, Request},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    any::Any,
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};
use trimtab_engine::{Answer, Earlier, Receipt, RequestKey};
use utoipa::IntoParams;

const KEY: &str = "idempotency-key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The key of a request that may come twice.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Header)]
pub(crate) struct OnceParam {
    /// A random text of 16 to 255 characters, such as a UUID. The same request with the same key is done once: within a day its first
    /// answer is given again, with `Idempotency-Replayed: true`.
    #[param(value_type = String, required = false, min_length = 16, max_length = 255, pattern = "^[!-~]+$", example = "6f1c1c0e-8f0b-4a4e-9d1a-0b7f6f0f4a55")]
    #[serde(rename = "Idempotency-Key")]
    #[expect(dead_code, reason = "read by the extractor; here for the OpenAPI document")]
    idempotency_key: Option<String>,
}

/// The requests with a key that are under way in this process.
#[derive(Debug, Clone, Default)]
pub struct Turns(Arc<Mutex<HashSet<String>>>);

impl Turns {
    /// A turn for a request; `None`: it is under way.
    fn take(&self, name: &str) -> Option<Held> {
        let fresh = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        fresh.then(|| Held { turns: self.clone(), name: name.to_owned() })
    }
}

/// Gives its turn back when it is dropped, as it is when a client goes away.
#[derive(Debug)]
struct Held {
    turns: Turns,
    name: String,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.turns.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}

/// What a request carries, read so that the same is known again.
pub trait Content: Sized + Send {
    /// Reads it, and feeds what it says to `asked`.
    fn read(request: Request, api: &Api, asked: &mut blake3::Hasher) -> impl Future<Output = Result<Self, ApiError>> + Send;
}

impl Content for () {
    async fn read(_request: Request, _api: &Api, _asked: &mut blake3::Hasher) -> Result<Self, ApiError> {
        Ok(())
    }
}

impl<T: DeserializeOwned + Send> Content for Body<T> {
    async fn read(request: Request, api: &Api, asked: &mut blake3::Hasher) -> Result<Self, ApiError> {
        let (body, bytes) = json(request, api).await?;
        add(asked, &bytes);
        Ok(Self(body))
    }
}

/// What a request carries, and its turn to be done. The last extractor: those before it prove who is asking.
#[derive(Debug)]
pub struct Once<C>(pub C, pub Turn);

/// The turn of a request to be done.
#[derive(Debug)]
pub struct Turn(Option<(RequestKey, Held)>);

/// Why the handler does not run.
#[derive(Debug)]
pub enum Instead {
    /// It cannot.
    Refused(ApiError),
    /// It did before.
    Replayed(Answer),
}

impl From<ApiError> for Instead {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl IntoResponse for Instead {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(error) => error.into_response(),
            Self::Replayed(answer) => {
                let mut response = respond(answer);
                response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
                response
            }
        }
    }
}

impl<C: Content> FromRequest<Api> for Once<C> {
    type Rejection = Instead;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Instead> {
        let mut asked = blake3::Hasher::new();
        add(&mut asked, request.method().as_str().as_bytes());
        add(&mut asked, request.uri().path().as_bytes());
        for (name, value) in sorted_query(request.uri().query(), &[]) {
            add(&mut asked, name.as_bytes());
            add(&mut asked, value.as_bytes());
        }
        let mut keys = request.headers().get_all(KEY).iter();
        let key = keys.next().map(|key| key.to_str().unwrap_or_default().to_owned());
        if keys.next().is_some() {
            return Err(ApiError::malformed_field("Idempotency-Key", "name one key").into());
        }
        let acting = request.extensions().get::<Acting>().cloned();
        let content = C::read(request, api, &mut asked).await?;
        let Some(key) = key else { return Ok(Self(content, Turn(None))) };
        let Acting { actor, scope } = acting.ok_or_else(ApiError::unauthenticated)?;
        let request = RequestKey::new(&scope, &actor, &key, asked.finalize().as_bytes());
        let request = request.map_err(|error| ApiError::malformed_field("Idempotency-Key", error))?;
        let held = api.turns.take(request.name()).ok_or_else(ApiError::under_way)?;
        match api.engine.earlier(&request).await.map_err(ApiError::from)? {
            Some(Earlier::Same(answer)) => Err(Instead::Replayed(answer)),
            Some(Earlier::Other) => Err(ApiError::key_reused().into()),
            None => Ok(Self(content, Turn(Some((request, held))))),
        }
    }
}

impl Turn {
    /// Does the work and answers it: `shape` says how its outcome looks. The work lies on the heap: it is large, and awaited where
    /// futures lie within futures.
    ///
    /// # Errors
    /// Those of the work.
    pub fn answer<T: Any, S: Serialize, E: Into<ApiError>>(
        self,
        status: StatusCode,
        shape: impl Fn(&T) -> S + Send + Sync + 'static,
        work: impl Future<Output = Result<T, E>>,
    ) -> impl Future<Output = Result<Response, ApiError>> {
        let work = Box::pin(work);
        async move {
            let shape = Arc::new(move |outcome: &T| Answer { status: status.as_u16(), body: body(status, &shape(outcome)) });
            let Some((request, _held)) = self.0 else {
                let outcome = work.await.map_err(Into::into)?;
                return Ok(respond(shape(&outcome)));
            };
            let again = Arc::clone(&shape);
            let receipt = Receipt::new(request, move |outcome: &T| again(outcome));
            let outcome = receipt.over(work).await.map_err(Into::into)?;
            let answer = receipt.kept().unwrap_or_else(|| {
                tracing::error!(outcome = std::any::type_name::<T>(), "an answer was not kept with what it wrote");
                shape(&outcome)
            });
            Ok(respond(answer))
        }
    }

    /// Does work that has nothing to show.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn done<E: Into<ApiError>>(self, work: impl Future<Output = Result<(), E>>) -> Result<Response, ApiError> {
        self.answer(StatusCode::NO_CONTENT, |(): &()| (), work).await
    }
}

fn body(status: StatusCode, shown: &impl Serialize) -> String {
    if status == StatusCode::NO_CONTENT { String::new() } else { serde_json::to_string(shown).unwrap_or_default() }
}

fn respond(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    if answer.body.is_empty() {
        return status.into_response();
    }
    (status, [(header::CONTENT_TYPE, "application/json")], answer.body).into_response()
}

/// Adds a part, so that no two lists of parts are one text.
pub(crate) fn add(asked: &mut blake3::Hasher, part: &[u8]) {
    asked.update(&(part.len() as u64).to_le_bytes()).update(part);
}

/// The parameters of a query but some, in an order of their own.
pub(crate) fn sorted_query(query: Option<&str>, but: &[&str]) -> Vec<(String, String)> {
    let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned();
    let mut pairs: Vec<_> = pairs.filter(|(name, _)| !but.contains(&name.as_str())).collect();
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_held_by_one_and_given_back() {
        let turns = Turns::default();
        let held = turns.take("a");
        assert!(held.is_some() && turns.take("a").is_none() && turns.take("b").is_some());
        drop(held);
        assert!(turns.take("a").is_some());
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let of = |parts: &[&str]| {
            let mut asked = blake3::Hasher::new();
            parts.iter().for_each(|part| add(&mut asked, part.as_bytes()));
            asked.finalize()
        };
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_eq!(sorted_query(Some("b=2&a=1&cursor=x"), &["cursor"]), sorted_query(Some("a=1&b=2"), &[]));
    }
}

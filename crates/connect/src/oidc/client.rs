//! The library's client, over our own HTTP stack.

use super::{
    ClientAuth, Error, IssuerSettings, TokenFlaw,
    discovery::{Discovered, SERVICE},
    pending::quoted,
    plain,
    verify::Extra,
};
use crate::limits;
use openidconnect::{
    AsyncHttpClient, AuthType, AuthUrl, ClientId, ClientSecret, EmptyExtraTokenFields, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, IdTokenFields, IssuerUrl, RedirectUrl, RequestTokenError, StandardErrorResponse, StandardTokenResponse, TokenUrl,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
    http,
};
use std::{future::Future, pin::Pin};
use trimtab_wire::{Errand, ErrandError, HeaderMap, HeaderValue, Wire};
use url::Url;

type Refusal = StandardErrorResponse<CoreErrorResponseType>;
type Fields =
    IdTokenFields<Extra, EmptyExtraTokenFields, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Client = openidconnect::Client<
    Extra,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    Refusal,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointNotSet,
>;

/// A client for one sign-in.
pub(super) fn client(settings: &IssuerSettings, known: &Discovered, callback: &Url) -> Result<Client, Error> {
    let document = &known.document;
    let wrong = |error: url::ParseError| Error::Document { issuer: settings.label.clone(), what: error.to_string() };
    let issuer = IssuerUrl::new(document.issuer.clone()).map_err(wrong)?;
    let client = openidconnect::Client::new(ClientId::new(settings.client_id.clone()), issuer, known.keys.clone())
        .set_auth_uri(AuthUrl::from_url(document.authorization_endpoint.clone()))
        .set_token_uri(TokenUrl::from_url(document.token_endpoint.clone()))
        .set_redirect_uri(RedirectUrl::from_url(callback.clone()));
    Ok(match &settings.client_secret {
        Some(secret) => {
            let auth =
                match settings.client_auth.unwrap_or_else(|| offered(document.token_endpoint_auth_methods_supported.as_deref())) {
                    ClientAuth::Basic => AuthType::BasicAuth,
                    ClientAuth::Post => AuthType::RequestBody,
                };
            client.set_auth_type(auth).set_client_secret(ClientSecret::new(plain(secret)))
        }
        None => client.set_auth_type(AuthType::RequestBody),
    })
}

/// How an issuer wants applications to show who they are: by the header unless it only offers the form (Discovery §3).
fn offered(methods: Option<&[String]>) -> ClientAuth {
    let offers = |method: &str| methods.is_some_and(|methods| methods.iter().any(|offered| offered == method));
    if offers("client_secret_post") && !offers("client_secret_basic") { ClientAuth::Post } else { ClientAuth::Basic }
}

/// Why a code was not exchanged.
pub(super) fn refused(settings: &IssuerSettings, error: RequestTokenError<HttpError, Refusal>) -> Error {
    let issuer = settings.label.clone();
    match error {
        RequestTokenError::Request(HttpError::Errand(source)) => Error::Unreachable { issuer, source: Box::new(source) },
        RequestTokenError::Request(HttpError::Trouble { status, path }) => Error::Trouble { issuer, status, path },
        RequestTokenError::Request(HttpError::Shape(error)) => Error::Document { issuer, what: error.to_string() },
        RequestTokenError::ServerResponse(refusal) => {
            let reason = quoted(&refusal.to_string());
            match refusal.error() {
                CoreErrorResponseType::InvalidClient | CoreErrorResponseType::UnauthorizedClient => {
                    Error::Application { issuer, reason }
                }
                CoreErrorResponseType::InvalidGrant => Error::Code { issuer, reason },
                _ => Error::Refused { issuer, reason },
            }
        }
        // What it was is not told: it may hold a token.
        RequestTokenError::Parse(..) => Error::Token { issuer, flaw: TokenFlaw::Malformed },
        RequestTokenError::Other(what) => Error::Refused { issuer, reason: quoted(&what) },
    }
}

/// Our stack in the library's eyes.
#[derive(Debug, Clone)]
pub(super) struct Http(pub(super) Wire);

/// Why there is no answer for the library to read.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    #[error("there was no answer")]
    Errand(#[source] ErrandError),
    #[error("HTTP {status} at {path}")]
    Trouble { status: u16, path: String },
    #[error("the request or its answer has no good form")]
    Shape(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let url = Url::parse(&head.uri.to_string()).map_err(|error| HttpError::Shape(error.into()))?;
            let body = (head.method == http::Method::POST).then(|| body.into());
            let errand = Errand { service: SERVICE, url: &url, headers: head.headers, body, deadline: limits::OIDC_DEADLINE };
            let reply = self.0.run(errand).await.map_err(HttpError::Errand)?;
            if matches!(reply.status, 429 | 500..) {
                return Err(HttpError::Trouble { status: reply.status, path: url.path().to_owned() });
            }
            let mut response = http::Response::builder().status(reply.status);
            if let Some(headers) = response.headers_mut() {
                *headers = reply.headers;
            }
            response.body(reply.body.to_vec()).map_err(|error| HttpError::Shape(error.into()))
        })
    }
}

/// Headers of a read of JSON.
pub(super) fn accepting(authorization: Option<HeaderValue>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(http::header::ACCEPT, HeaderValue::from_static("application/json"));
    headers.extend(authorization.map(|value| (http::header::AUTHORIZATION, value)));
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_unless_only_the_form_is_offered() {
        let of = |methods: &[&str]| offered(Some(&methods.iter().map(|method| (*method).to_owned()).collect::<Vec<_>>()));
        assert_eq!((offered(None), of(&[]), of(&["private_key_jwt"])), (ClientAuth::Basic, ClientAuth::Basic, ClientAuth::Basic));
        assert_eq!(of(&["client_secret_post"]), ClientAuth::Post);
        assert_eq!(of(&["client_secret_post", "client_secret_basic"]), ClientAuth::Basic);
    }
}

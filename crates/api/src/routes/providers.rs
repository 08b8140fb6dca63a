//! Signing in at another identity provider (OpenID Connect).

use super::auth::Stranger;
use crate::{
    Api,
    access::{clear_provider, cookie_named, provider_cookie, set},
    error::{ApiResult, Problem},
    extract::{Params, Path},
    shape::List,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use trimtab_engine::{Callback, SignIn};
use utoipa::{IntoParams, ToSchema};

/// The cookie that ties a sign-in at a provider to the browser that began it.
pub(crate) const PROVIDER_COOKIE: &str = "trimtab_provider";

/// A provider.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderButton {
    /// Its name in addresses.
    name: String,
    /// Its name on the button.
    label: String,
}

/// Where to go afterwards.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StartParams {
    /// A path of ours; the beginning unless said.
    #[param(example = "/")]
    return_to: Option<String>,
}

/// What a provider sends back.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CallbackParams {
    /// Ours, back.
    state: Option<String>,
    /// The code, where the person agreed.
    code: Option<String>,
    /// Why there is none.
    error: Option<String>,
    /// The same in the provider's words.
    error_description: Option<String>,
    /// Which issuer it is from (RFC 9207).
    iss: Option<String>,
}

/// List the providers people may sign in with
#[utoipa::path(get, path = "/api/v1/auth/providers", operation_id = "list_providers", tag = "auth", security(()),
    responses((status = 200, body = List<ProviderButton>)))]
pub async fn list_providers(State(api): State<Api>, _stranger: Stranger) -> Json<List<ProviderButton>> {
    let shape = |(name, label): (&str, &str)| ProviderButton { name: name.to_owned(), label: label.to_owned() };
    Json(List::whole(api.engine.providers().map(shape).collect()))
}

/// Begin to sign in at a provider
///
/// For browsers: it answers with a redirection to the provider.
#[utoipa::path(get, path = "/api/v1/auth/oidc/{name}", operation_id = "start_provider_sign_in", tag = "auth", params(("name" = String, Path), StartParams), security(()),
    responses((status = 303), (status = 404, body = Problem), (status = 503, body = Problem), (status = 504, body = Problem)))]
pub async fn start_provider_sign_in(
    State(api): State<Api>,
    _stranger: Stranger,
    Path(name): Path<String>,
    Params(params): Params<StartParams>,
) -> ApiResult<(StatusCode, HeaderMap)> {
    let (url, token) = api.engine.begin_provider(&name, params.return_to.as_deref().unwrap_or("/")).await?;
    let mut headers = provider_cookie(&token, api.secure_cookies);
    headers.insert(header::LOCATION, location(url.as_str()));
    Ok((StatusCode::SEE_OTHER, headers))
}

/// End a sign-in at a provider
///
/// The provider sends browsers here. They are sent on to where they wanted to go, or back to the sign-in page: with the second factor's
/// challenge behind the `#`, or with why it failed.
#[utoipa::path(get, path = "/api/v1/auth/oidc/{name}/callback", operation_id = "end_provider_sign_in", tag = "auth", params(("name" = String, Path), CallbackParams), security(()),
    responses((status = 303)))]
pub async fn end_provider_sign_in(
    State(api): State<Api>,
    Stranger(origin): Stranger,
    request: HeaderMap,
    Path(_name): Path<String>,
    Params(params): Params<CallbackParams>,
) -> (StatusCode, HeaderMap) {
    let CallbackParams { state, code, error, error_description, iss } = params;
    let callback = Callback { state, code, error, error_description, iss };
    let token = cookie_named(&request, PROVIDER_COOKIE).unwrap_or_default();
    let mut headers = clear_provider(api.secure_cookies);
    let to = match api.engine.end_provider(&token, &callback, &origin).await {
        Ok(returned) => match returned.sign_in {
            SignIn::Done(tokens) => {
                headers.extend(set(&tokens, api.engine.now(), api.secure_cookies));
                returned.return_to
            }
            SignIn::SecondFactor { challenge, .. } => format!("/sign-in#second-factor={}", challenge.expose_secret()),
        },
        Err(error) => {
            tracing::info!(error = &error as &dyn std::error::Error, "signing in at a provider failed");
            let why = if matches!(error, trimtab_engine::Error::Store(_)) { "provider_unknown" } else { "provider_failed" };
            format!("/sign-in?error={why}")
        }
    };
    headers.insert(header::LOCATION, location(&to));
    (StatusCode::SEE_OTHER, headers)
}

fn location(to: &str) -> HeaderValue {
    HeaderValue::try_from(to).unwrap_or(HeaderValue::from_static("/"))
}

//! The authorization endpoint: who asks, where the answer may go, who signs in.

use super::{
    Asked, CODE_SECONDS, Grant, Oidc, State,
    document::OTHER_ISSUER,
    page,
    registry::{self, Client},
};
use crate::{FaultKind, http::Reply, state::lock};
use url::Url;

/// Codes remembered; the oldest are of no use to anybody.
const CODES_MAX: usize = 10_000;

impl Oidc {
    pub(super) fn authorize(&self, asked: &Asked<'_>) -> Reply {
        let request = asked.request;
        let mut state = lock(&self.state);
        // Until both are known to belong together, nobody is sent anywhere.
        let Some(client) = request.given("client_id").and_then(registry::client) else {
            return page::plain(400, "Unknown application", "client_id is not that of a registered application.");
        };
        let Some(redirect) = request.given("redirect_uri").filter(|address| allowed(&state, address)) else {
            return page::plain(400, "Unknown address", "redirect_uri is not registered for this application.");
        };
        let back = |params: &[(&str, &str)]| answered(asked, redirect, params);
        let error = |code: &str, text: &str| back(&[("error", code), ("error_description", text)]);
        if let Err((code, text)) = sound(asked) {
            return error(code, text);
        }
        if request.given("refuse").is_some() {
            return error("access_denied", "the person refused");
        }
        let hint = request.given("login_hint");
        let person = state.people.iter().find(|person| hint.is_some_and(|hint| person.login().eq_ignore_ascii_case(hint))).cloned();
        let Some(person) = person else {
            if request.given("prompt") == Some("none") {
                return error("login_required", "nobody is signed in");
            }
            return page::choice(&without_hint(&request.query), client.id, &state.people);
        };
        let grant = grant(asked, client, person, redirect);
        let code = self.draw(&mut state, "code");
        if state.codes.len() >= CODES_MAX {
            state.codes.clear();
        }
        state.codes.insert(code.clone(), grant);
        back(&[("code", &code)])
    }
}

fn grant(asked: &Asked<'_>, client: &'static Client, person: registry::Person, redirect: &str) -> Grant {
    let request = asked.request;
    Grant {
        client,
        person,
        redirect: redirect.to_owned(),
        challenge: request.given("code_challenge").unwrap_or_default().to_owned(),
        nonce: request.given("nonce").map(str::to_owned),
        scopes: scopes(asked).map(str::to_owned).collect(),
        until: asked.now + CODE_SECONDS,
        shared: asked.shared,
        spent: None,
    }
}

fn scopes<'a>(asked: &'a Asked<'_>) -> impl Iterator<Item = &'a str> {
    asked.request.given("scope").unwrap_or_default().split(' ')
}

/// What can be wrong with a request that knows where it came from.
fn sound(asked: &Asked<'_>) -> Result<(), (&'static str, &'static str)> {
    let request = asked.request;
    if request.given("response_type") != Some("code") {
        return Err(("unsupported_response_type", "response_type must be code"));
    }
    if !scopes(asked).any(|scope| scope == "openid") {
        return Err(("invalid_scope", "scope must contain openid"));
    }
    let challenge = request.given("code_challenge").unwrap_or_default();
    // A SHA-256 in base64url has 43 letters.
    if request.given("code_challenge_method") != Some("S256") || challenge.len() != 43 {
        return Err(("invalid_request", "a code_challenge by S256 is required"));
    }
    Ok(())
}

/// An address that was registered, or one of this machine with any port (RFC 8252 §7.3).
fn allowed(state: &State, address: &str) -> bool {
    let local = |url: Url| {
        url.scheme() == "http" && matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")) && url.fragment().is_none()
    };
    state.redirects.iter().any(|known| known == address) || Url::parse(address).is_ok_and(local)
}

/// Sends the browser back with an answer.
fn answered(asked: &Asked<'_>, redirect: &str, params: &[(&str, &str)]) -> Reply {
    let Ok(mut url) = Url::parse(redirect) else {
        return page::plain(400, "Unknown address", "redirect_uri is no address.");
    };
    let own = asked.issuer();
    let issuer = if asked.fault == Some(FaultKind::OtherIssuer) { Some(OTHER_ISSUER) } else { (!asked.shared).then_some(&*own) };
    let state = asked.request.param("state").map(|state| if asked.fault == Some(FaultKind::WrongState) { "forged" } else { state });
    url.query_pairs_mut()
        .extend_pairs(params)
        .extend_pairs(state.map(|state| ("state", state)))
        .extend_pairs(issuer.map(|issuer| ("iss", issuer)));
    let headers = vec![("location", url.to_string()), ("cache-control", "no-store".to_owned())];
    Reply { status: 302, headers, body: Vec::new() }
}

/// The query without whom it hinted at, for the links of a page on which somebody else is chosen.
fn without_hint(query: &str) -> String {
    let kept = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| !matches!(name.as_ref(), "login_hint" | "refuse"));
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish()
}

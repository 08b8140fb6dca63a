//! The token endpoint: a code for an ID token, once.

use super::{
    Asked, DIRECTORY, Grant, Oidc, Session, TOKEN_SECONDS,
    document::OTHER_ISSUER,
    jwt, refused,
    registry::{self, Client, ClientAuth},
};
use crate::{FaultKind, http::Reply, state::lock};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

impl Oidc {
    pub(super) fn token(&self, asked: &Asked<'_>) -> Reply {
        let request = asked.request;
        if !request.query.is_empty() {
            return refused(400, "invalid_request", "parameters belong into the body");
        }
        let Some(client) = client(asked) else {
            let mut reply =
                refused(401, "invalid_client", "the application did not show who it is in the way it is registered for");
            reply.headers.push(("www-authenticate", "Basic realm=\"sandbox\"".to_owned()));
            return reply;
        };
        if request.given("grant_type") != Some("authorization_code") {
            return refused(400, "unsupported_grant_type", "grant_type must be authorization_code");
        }
        let mut state = lock(&self.state);
        let code = request.given("code").unwrap_or_default();
        let Some(grant) = state.codes.get(code).cloned() else {
            return refused(400, "invalid_grant", "there is no such code");
        };
        if let Some(access) = &grant.spent {
            state.sessions.remove(access);
            return refused(400, "invalid_grant", "the code was used before");
        }
        if let Err(text) = matching(asked, client, &grant) {
            return refused(400, "invalid_grant", text);
        }
        let access = self.draw(&mut state, "access");
        if let Some(known) = state.codes.get_mut(code) {
            known.spent = Some(access.clone());
        }
        let session = Session { person: grant.person.clone(), scopes: grant.scopes.clone(), until: asked.now + TOKEN_SECONDS };
        state.sessions.insert(access.clone(), session);
        let mut answer = json!({
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": grant.scopes.join(" "),
        });
        if asked.fault != Some(FaultKind::NoIdToken) {
            let claims = claims(asked, client, &grant, &access);
            answer["id_token"] = jwt::signed(&claims, state.signing(), asked.fault).into();
        }
        let mut reply = Reply::value(&answer);
        reply.headers.push(("cache-control", "no-store".to_owned()));
        reply
    }
}

/// The application, if it shows who it is in its own way and in no other.
fn client(asked: &Asked<'_>) -> Option<&'static Client> {
    let request = asked.request;
    let header = request.header("authorization").map(jwt::basic);
    let (id, secret, auth) = match (header, request.given("client_id"), request.given("client_secret")) {
        (Some(shown), id, None) => {
            let (user, password) = shown?;
            (id.is_none_or(|id| id == user).then_some(user)?, Some(password), ClientAuth::Basic)
        }
        (None, Some(id), Some(secret)) => (id.to_owned(), Some(secret.to_owned()), ClientAuth::Post),
        (None, Some(id), None) => (id.to_owned(), None, ClientAuth::Public),
        _ => return None,
    };
    registry::client(&id).filter(|client| client.auth == auth && client.secret == secret.as_deref())
}

/// Whether a code is good for who brings it.
fn matching(asked: &Asked<'_>, client: &Client, grant: &Grant) -> Result<(), &'static str> {
    let request = asked.request;
    let verifier = request.given("code_verifier").unwrap_or_default();
    if grant.client != client {
        return Err("the code is another application's");
    }
    if asked.now >= grant.until {
        return Err("the code has expired");
    }
    if request.given("redirect_uri") != Some(&grant.redirect) {
        return Err("redirect_uri is not the one the code was asked for with");
    }
    if !(43..=128).contains(&verifier.len()) || jwt::base64url(&Sha256::digest(verifier.as_bytes())) != grant.challenge {
        return Err("code_verifier does not fit the challenge");
    }
    Ok(())
}

/// The claims of an ID token, with whatever a fault does to them.
fn claims(asked: &Asked<'_>, client: &Client, grant: &Grant, access: &str) -> Value {
    let (now, fault) = (asked.now, asked.fault);
    let (issued, end) = match fault {
        Some(FaultKind::ExpiredIdToken) => (now - 2 * TOKEN_SECONDS, now - TOKEN_SECONDS),
        Some(FaultKind::EarlyIdToken) => (now + TOKEN_SECONDS, now + 2 * TOKEN_SECONDS),
        _ => (now, now + TOKEN_SECONDS),
    };
    let own = asked.issuer_of(grant.shared);
    let issuer = if fault == Some(FaultKind::OtherIssuer) { OTHER_ISSUER } else { &own };
    let mut claims = json!({
        "iss": issuer,
        "sub": grant.person.subject,
        "aud": client.id,
        "iat": issued,
        "auth_time": issued,
        "exp": end,
        // The left half of the hash of the access token.
        "at_hash": jwt::base64url(&Sha256::digest(access.as_bytes())[..16]),
    });
    match fault {
        Some(FaultKind::WrongAudience) => claims["aud"] = "another-application".into(),
        Some(FaultKind::WrongParty) => claims["azp"] = "another-application".into(),
        Some(FaultKind::MoreAudiences) => claims["aud"] = json!([client.id, "another-application"]),
        _ => {}
    }
    if let Some(nonce) = &grant.nonce {
        claims["nonce"] = if fault == Some(FaultKind::WrongNonce) { "of another request" } else { nonce.as_str() }.into();
    }
    let mut known = super::userinfo::claims(&grant.person, &grant.scopes);
    match fault {
        Some(FaultKind::EmailUnverified) => known["email_verified"] = false.into(),
        Some(FaultKind::EmailElsewhere) => {
            known.as_object_mut().map(|known| (known.remove("email"), known.remove("email_verified")));
        }
        _ => {}
    }
    if grant.shared {
        claims["tid"] = DIRECTORY.into();
        let verified = known.as_object_mut().and_then(|known| known.remove("email_verified"));
        known["xms_edov"] = verified.unwrap_or(false.into());
    }
    if let (Some(claims), Value::Object(known)) = (claims.as_object_mut(), known) {
        claims.extend(known);
    }
    claims
}

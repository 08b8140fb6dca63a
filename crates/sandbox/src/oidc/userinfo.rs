//! The userinfo endpoint, and what is told of a person by scope.

use super::{Asked, Oidc, refused, registry::Person};
use crate::{FaultKind, http::Reply, state::lock};
use serde_json::{Value, json};

impl Oidc {
    pub(super) fn userinfo(&self, asked: &Asked<'_>) -> Reply {
        let state = lock(&self.state);
        let session = asked.request.bearer.as_ref().and_then(|token| state.sessions.get(token)).filter(|s| s.until > asked.now);
        let Some(session) = session else {
            let mut reply = refused(401, "invalid_token", "the access token is not good");
            reply.headers.push(("www-authenticate", "Bearer error=\"invalid_token\"".to_owned()));
            return reply;
        };
        let mut told = claims(&session.person, &session.scopes);
        told["sub"] = if asked.fault == Some(FaultKind::OtherSubject) {
            "somebody-else".into()
        } else {
            session.person.subject.clone().into()
        };
        if asked.fault == Some(FaultKind::EmailUnverified) {
            told["email_verified"] = false.into();
        }
        Reply::value(&told)
    }
}

/// What the scopes let one know of somebody.
pub(super) fn claims(person: &Person, scopes: &[String]) -> Value {
    let may = |scope: &str| scopes.iter().any(|given| given == scope);
    let mut claims = json!({});
    if may("profile") {
        claims["name"] = person.name.clone().into();
    }
    if let Some(email) = person.email.as_ref().filter(|_| may("email")) {
        claims["email"] = email.clone().into();
        claims["email_verified"] = person.email_verified.into();
    }
    if let Some(domain) = &person.hd {
        claims["hd"] = domain.clone().into();
    }
    claims
}

//! An OpenID Connect issuer below the prefix `/oidc`: OpenID Connect Core 1.0 and Discovery 1.0, the code flow with PKCE (RFC 7636), and the
//! `iss` parameter of RFC 9207.
//!
//! It is strict where a real one is: a client shows who it is in the one way it is registered for, a challenge must be `S256`, a code serves
//! once and for the address it was asked for. People are chosen on a page, or by `login_hint`. Its time is the virtual clock's and goes on
//! with real time, so that tokens are good for a product that lives by the real clock.
//!
//! Below `/oidc/common/v2.0` the same is served in the manner of Microsoft's directory for many organisations: one document with a template for
//! an issuer, tokens of the organisation's own issuer with `tid`, and `xms_edov` in place of `email_verified`.
//!
//! The keys are part of the program and the same everywhere: nothing it signs is worth anything.

mod authorize;
mod document;
mod jwt;
mod key;
mod page;
mod registry;
mod token;
mod userinfo;

pub(crate) use registry::CLIENTS;
pub use registry::{Client, ClientAuth, Person};

use crate::{
    Error, FaultKind,
    http::{Method, Reply, Request},
    state::{Shared, lock},
};
use jwt::Algorithm;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, sync::Mutex};

/// Where its paths begin.
pub(crate) const PREFIX: &str = "/oidc";
/// Where the directory of many organisations lies below it.
const SHARED: &str = "common/v2.0/";
/// The one organisation of everybody who signs in through it.
const DIRECTORY: &str = "0a1b2c3d-1111-4222-8333-444455556666";
/// How long an ID token and an access token are good, in seconds.
const TOKEN_SECONDS: i64 = 3_600;
/// How long a code is good, in seconds.
const CODE_SECONDS: i64 = 600;

/// The issuer.
#[derive(Debug)]
pub(crate) struct Oidc {
    seed: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    people: Vec<Person>,
    /// Addresses people may be sent back to beside those of this machine.
    redirects: Vec<String>,
    codes: HashMap<String, Grant>,
    /// By access token.
    sessions: HashMap<String, Session>,
    algorithm: Algorithm,
    /// How often the keys have been changed.
    rotations: usize,
    drawn: u64,
}

/// What a code stands for.
#[derive(Debug, Clone)]
struct Grant {
    client: &'static Client,
    person: Person,
    redirect: String,
    challenge: String,
    nonce: Option<String>,
    scopes: Vec<String>,
    shared: bool,
    until: i64,
    /// The access token it was exchanged for: a code that comes again takes it back.
    spent: Option<String>,
}

/// What an access token stands for.
#[derive(Debug, Clone)]
struct Session {
    person: Person,
    scopes: Vec<String>,
    until: i64,
}

/// What an endpoint is given.
struct Asked<'a> {
    request: &'a Request,
    /// `http://127.0.0.1:9090/oidc`.
    base: &'a str,
    /// The path below it, without that of the directory.
    path: &'a str,
    /// Whether it is asked as the directory of many organisations that Microsoft has.
    shared: bool,
    /// Unix seconds.
    now: i64,
    fault: Option<FaultKind>,
}

impl Oidc {
    pub(crate) fn new(seed: u64) -> Self {
        let state = State {
            people: registry::people(),
            redirects: Vec::new(),
            codes: HashMap::new(),
            sessions: HashMap::new(),
            algorithm: Algorithm::Rs256,
            rotations: 0,
            drawn: 0,
        };
        Self { seed, state: Mutex::new(state) }
    }

    /// Answers a request; a fault of sign-in says what is wrong with the answer.
    pub(crate) fn answer(&self, shared: &Shared, request: &Request, fault: Option<FaultKind>) -> Reply {
        let (path, is_shared) = match request.path.strip_prefix(SHARED) {
            Some(path) => (path, true),
            None => (request.path.as_str(), false),
        };
        let asked = Asked { request, base: &request.base, path, shared: is_shared, now: shared.clock.running(), fault };
        match (request.method, asked.path) {
            (Method::Get, "" | "/") => page::plain(200, "Sandbox sign-in", "An OpenID Connect issuer with simulated people."),
            (Method::Get, ".well-known/openid-configuration") => document::configuration(&asked),
            (Method::Get, "keys") => self.keys(),
            (Method::Get, "authorize") => self.authorize(&asked),
            (Method::Post, "token") => self.token(&asked),
            (Method::Get | Method::Post, "userinfo") => self.userinfo(&asked),
            (_, "authorize" | "token" | "keys" | ".well-known/openid-configuration") => {
                refused(405, "invalid_request", "another verb")
            }
            _ => refused(404, "not_found", "there is no such path"),
        }
    }

    /// How the issuer answers when it is in trouble, in the words of OAuth 2.0.
    pub(crate) fn trouble(kind: FaultKind) -> Reply {
        match kind {
            FaultKind::ExpiredToken => refused(401, "invalid_token", "the token has expired"),
            FaultKind::Revoked => refused(403, "access_denied", "the application was switched off by its owner"),
            FaultKind::Throttle | FaultKind::Http429 => {
                let mut reply = refused(429, "temporarily_unavailable", "too many requests");
                reply.headers.push(("retry-after", "1".to_owned()));
                reply
            }
            FaultKind::Empty => Reply::value(&json!({})),
            FaultKind::Drift => Reply::value(&json!({"result": ["another shape"]})),
            FaultKind::Sunset => refused(410, "gone", "this endpoint is no longer served"),
            _ => refused(500, "server_error", "the issuer has trouble"),
        }
    }

    /// Everything one may know to sign somebody in, for tests and for people who try it.
    pub(crate) fn described(&self, issuer: &str) -> Value {
        let state = lock(&self.state);
        json!({
            "issuer": issuer,
            "clients": registry::CLIENTS,
            "people": state.people,
            "redirects": state.redirects,
            "algorithm": state.algorithm.name(),
            "kid": state.signing().kid(),
        })
    }

    /// Signs with the other key of the kind from now on, and no longer publishes the one before.
    pub(crate) fn rotate(&self) {
        lock(&self.state).rotations += 1;
    }

    /// Signs with this algorithm from now on.
    pub(crate) fn sign_with(&self, name: &str) -> Result<(), Error> {
        let algorithm = Algorithm::parse(name).ok_or_else(|| Error::BadSetting {
            what: "algorithm",
            given: name.to_owned(),
            use_instead: "RS256 or ES256",
        })?;
        lock(&self.state).algorithm = algorithm;
        Ok(())
    }

    /// Adds somebody, or changes what is known of the address.
    pub(crate) fn admit(&self, person: Person) {
        let mut state = lock(&self.state);
        state.people.retain(|known| known.login() != person.login());
        state.people.push(person);
    }

    /// Lets people be sent back to this address, too.
    pub(crate) fn allow_redirect(&self, address: String) {
        lock(&self.state).redirects.push(address);
    }

    fn keys(&self) -> Reply {
        let state = lock(&self.state);
        Reply::value(&json!({ "keys": state.published().iter().map(|key| key.public()).collect::<Vec<_>>() }))
    }

    /// Text nobody can guess who does not know the seed.
    fn draw(&self, state: &mut State, what: &str) -> String {
        state.drawn += 1;
        let text = format!("{what} {} {}", self.seed, state.drawn);
        jwt::base64url(&Sha256::digest(text.as_bytes()))
    }
}

impl Asked<'_> {
    /// The issuer as tokens and answers name it.
    fn issuer(&self) -> String {
        self.issuer_of(self.shared)
    }

    fn issuer_of(&self, shared: bool) -> String {
        if shared { format!("{}/{DIRECTORY}/v2.0", self.base) } else { self.base.to_owned() }
    }
}

impl State {
    /// The key tokens are signed with.
    fn signing(&self) -> &'static key::Key {
        match self.algorithm {
            Algorithm::Rs256 => key::rsa(self.rotations),
            Algorithm::Es256 => key::curve(),
        }
    }

    /// The keys everybody may know.
    fn published(&self) -> [&'static key::Key; 2] {
        [key::rsa(self.rotations), key::curve()]
    }
}

/// An error of OAuth 2.0 as JSON.
fn refused(status: u16, error: &str, description: &str) -> Reply {
    let mut reply = Reply::value(&json!({"error": error, "error_description": description}));
    reply.status = status;
    reply.headers.push(("cache-control", "no-store".to_owned()));
    reply
}

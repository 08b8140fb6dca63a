//! The token endpoint: refresh tokens for access tokens of an hour, on the virtual clock. An access token tells whose it is and when it was
//! given, sealed with the seed, so that nothing need be remembered.

use super::error::ApiError;
use crate::{
    http::{Method, Reply, Request},
    world::chance::{Chance, tag},
};
use serde_json::json;

/// Seconds an access token lives.
const LIFE: i64 = 3_600;
const SCOPE: &str = "https://www.googleapis.com/auth/analytics.readonly";

/// The OAuth client all users have given their consent to.
#[derive(Debug)]
pub(crate) struct Client {
    id: String,
    secret: String,
    seal: Chance,
    /// Users, one per property.
    users: usize,
}

impl Client {
    pub(crate) fn new(seed: u64, users: usize) -> Self {
        let dice = Chance::new(seed).on(tag("analytics client"));
        let number = 100_000_000_000 + dice.bits() % 800_000_000_000;
        Self {
            id: format!("{number}-{}.apps.googleusercontent.com", letters(dice.on(1), 32)),
            secret: format!("GOCSPX-{}", letters(dice.on(2), 28)),
            seal: dice.on(3),
            users,
        }
    }

    /// All that a connection needs, as one document.
    pub(crate) fn secret(&self, user: usize) -> String {
        json!({"client_id": self.id, "client_secret": self.secret, "refresh_token": self.refresh_token(user)}).to_string()
    }

    fn refresh_token(&self, user: usize) -> String {
        format!("1//0{}", letters(self.seal.on(tag("refresh")).on(user as u64), 96))
    }

    /// The user who holds a refresh token.
    pub(crate) fn owner(&self, given: &str) -> Option<usize> {
        (0..self.users).find(|user| self.refresh_token(*user) == given)
    }

    /// `POST /token`.
    pub(crate) fn token(&self, request: &Request, now: i64, nonce: u64) -> Reply {
        if request.method != Method::Post {
            return refuse(405, "invalid_request", "Only POST is allowed.");
        }
        match request.given("grant_type") {
            Some("refresh_token") => {}
            None => return refuse(400, "invalid_request", "Required parameter is missing: grant_type"),
            Some(other) => return refuse(400, "unsupported_grant_type", &format!("Invalid grant_type: {other}")),
        }
        if request.given("client_id") != Some(&self.id) {
            return refuse(401, "invalid_client", "The OAuth client was not found.");
        }
        if request.given("client_secret") != Some(&self.secret) {
            return refuse(401, "invalid_client", "The provided client secret is invalid.");
        }
        let Some(given) = request.given("refresh_token") else {
            return refuse(400, "invalid_request", "Missing required parameter: refresh_token");
        };
        let Some(user) = self.owner(given) else {
            return refuse(400, "invalid_grant", "Bad Request");
        };
        let access_token = self.access_token(user, now, nonce);
        Reply::value(&json!({"access_token": access_token, "expires_in": LIFE - 1, "scope": SCOPE, "token_type": "Bearer"}))
    }

    fn access_token(&self, user: usize, given: i64, nonce: u64) -> String {
        format!("ya29.{user:x}-{given:x}-{nonce:x}-{}", letters(self.seal.on(user as u64).at(given).on(nonce), 64))
    }

    /// Whose access token this is and when it was given.
    pub(crate) fn open(&self, token: &str) -> Option<(usize, i64)> {
        let mut parts = token.strip_prefix("ya29.")?.splitn(4, '-');
        let user = usize::from_str_radix(parts.next()?, 16).ok().filter(|user| *user < self.users)?;
        let given = i64::from_str_radix(parts.next()?, 16).ok()?;
        let nonce = u64::from_str_radix(parts.next()?, 16).ok()?;
        (self.access_token(user, given, nonce) == token).then_some((user, given))
    }

    /// The user of a request on the API.
    pub(crate) fn user(&self, request: &Request, now: i64) -> Result<usize, ApiError> {
        let token = request.bearer.as_deref().ok_or_else(ApiError::unauthenticated)?;
        match self.open(token) {
            Some((user, given)) if now < given + LIFE => Ok(user),
            _ => Err(ApiError::unauthenticated()),
        }
    }
}

/// The refresh token is no longer good.
pub(crate) fn dead_grant() -> Reply {
    refuse(400, "invalid_grant", "Token has been expired or revoked.")
}

/// An error in the words of OAuth.
pub(super) fn refuse(status: u16, error: &str, description: &str) -> Reply {
    let mut reply = Reply::value(&json!({"error": error, "error_description": description}));
    reply.status = status;
    reply
}

fn letters(dice: Chance, count: u64) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    (0..count).map(|i| char::from(*dice.on(i).pick(LETTERS))).collect()
}

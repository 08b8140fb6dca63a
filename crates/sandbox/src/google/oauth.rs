//! The token endpoint and the tokens it gives out.
//!
//! A refresh token belongs to an account's user. An access token tells whose it is and when it was given, sealed with the seed, so that
//! nothing need be remembered.

use super::{error::AdsError, tree::Tree};
use crate::{
    http::{Method, Reply, Request},
    world::{
        World,
        account::Account,
        chance::{Chance, tag},
    },
};
use serde_json::json;

/// Seconds an access token lives.
const LIFE: i64 = 3_600;
const SCOPE: &str = "https://www.googleapis.com/auth/adwords";

/// The OAuth client all users have given their consent to.
#[derive(Debug)]
pub(crate) struct Client {
    id: String,
    secret: String,
    developer_token: String,
    seal: Chance,
}

impl Client {
    pub(crate) fn new(seed: u64) -> Self {
        let dice = Chance::new(seed).on(tag("google client"));
        Self {
            id: format!(
                "{}-{}.apps.googleusercontent.com",
                100_000_000_000 + dice.bits() % 800_000_000_000,
                letters(dice.on(1), 32)
            ),
            secret: format!("GOCSPX-{}", letters(dice.on(2), 28)),
            developer_token: letters(dice.on(3), 22),
            seal: dice.on(4),
        }
    }

    /// All that a connection needs, as one document.
    pub(crate) fn secret(&self, tree: &Tree, account: &Account) -> String {
        json!({
            "developer_token": self.developer_token,
            "client_id": self.id,
            "client_secret": self.secret,
            "refresh_token": refresh_token(account),
            "login_customer_id": tree.login(account).to_string(),
        })
        .to_string()
    }

    /// `POST /token`.
    pub(crate) fn token(&self, world: &World, request: &Request, now: i64, nonce: u64) -> Reply {
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
        let Some(user) = owner(world, given) else {
            return refuse(400, "invalid_grant", "Bad Request");
        };
        if world.accounts[user].token_expires.is_some_and(|at| at <= now) {
            return dead_grant();
        }
        Reply::value(&json!({
            "access_token": self.access_token(user, now, nonce),
            "expires_in": LIFE - 1,
            "scope": SCOPE,
            "token_type": "Bearer",
        }))
    }

    fn access_token(&self, user: usize, given: i64, nonce: u64) -> String {
        format!("ya29.{user:x}-{given:x}-{nonce:x}-{}", letters(self.seal.on(user as u64).at(given).on(nonce), 64))
    }

    /// Whose access token this is and when it was given.
    pub(crate) fn open(&self, world: &World, token: &str) -> Option<(usize, i64)> {
        let mut parts = token.strip_prefix("ya29.")?.splitn(4, '-');
        let user = usize::from_str_radix(parts.next()?, 16).ok().filter(|u| *u < world.accounts.len())?;
        let given = i64::from_str_radix(parts.next()?, 16).ok()?;
        let nonce = u64::from_str_radix(parts.next()?, 16).ok()?;
        (self.access_token(user, given, nonce) == token).then_some((user, given))
    }

    /// The user of a request on the API.
    pub(crate) fn user(&self, world: &World, request: &Request, now: i64) -> Result<usize, AdsError> {
        let token = request.bearer.as_deref().ok_or_else(|| AdsError::unauthenticated("CREDENTIALS_MISSING"))?;
        let (user, given) = self.open(world, token).ok_or_else(|| AdsError::unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED"))?;
        if now >= given + LIFE {
            return Err(AdsError::unauthenticated("ACCESS_TOKEN_EXPIRED"));
        }
        Ok(user)
    }
}

/// The account whose user holds a refresh token.
pub(crate) fn owner(world: &World, given: &str) -> Option<usize> {
    world.accounts.iter().position(|a| refresh_token(a) == given)
}

/// The refresh token is no longer good.
pub(crate) fn dead_grant() -> Reply {
    refuse(400, "invalid_grant", "Token has been expired or revoked.")
}

/// An error in the words of OAuth.
pub(crate) fn refuse(status: u16, error: &str, description: &str) -> Reply {
    let mut reply = Reply::value(&json!({"error": error, "error_description": description}));
    reply.status = status;
    reply
}

fn refresh_token(account: &Account) -> String {
    format!("1//0{}", account.token.get(4..100).unwrap_or(&account.token))
}

fn letters(dice: Chance, count: u64) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    (0..count).map(|i| char::from(*dice.on(i).pick(LETTERS))).collect()
}

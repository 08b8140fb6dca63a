//! Tokens: access for 30 days, refresh for 60. A refresh gives new ones of both, and the refresh token it was done with dies.

use super::error::ApiError;
use crate::{
    http::Request,
    limits,
    world::{
        World,
        account::Account,
        chance::{Chance, tag},
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// The app that all accounts are connected through.
const CLIENT_ID: &str = "1514210";
const SCOPE: &str = "ads:read ads:write boards:read pins:read user_accounts:read";

/// The tokens of one account's user.
#[derive(Debug)]
struct Held {
    /// Refreshes so far.
    turn: u64,
    /// Access tokens with the instants they die, oldest first.
    access: Vec<(String, i64)>,
    refresh: (String, i64),
}

/// Every user's tokens.
#[derive(Debug)]
pub(crate) struct Tokens {
    users: Vec<Held>,
    client_secret: String,
}

impl Tokens {
    /// The tokens of a new world, issued at its first instant.
    pub(crate) fn new(world: &World, seed: u64, now: i64) -> Self {
        let client_secret = letters(Chance::new(seed).on(tag("pinterest app")), 40);
        Self { users: world.accounts.iter().map(|a| Held::new(a, now)).collect(), client_secret }
    }

    /// The parts that `connect` takes, as they stand now.
    pub(crate) fn secret(&self, user: usize) -> String {
        let held = &self.users[user];
        json!({
            "client_id": CLIENT_ID,
            "client_secret": self.client_secret,
            "refresh_token": held.refresh.0,
            "access_token": held.access.last().map(|a| a.0.as_str()),
        })
        .to_string()
    }

    /// Whose a token is, alive or not.
    pub(crate) fn owner(&self, token: &str) -> Option<usize> {
        self.users.iter().position(|u| u.refresh.0 == token || u.access.iter().any(|a| a.0 == token))
    }

    /// The user of a request, whose place is also that of the account.
    pub(crate) fn user(&self, request: &Request, now: i64) -> Result<usize, ApiError> {
        let token = request.bearer.as_deref().ok_or_else(ApiError::unauthenticated)?;
        let alive = |held: &Held| held.access.iter().any(|(text, dies)| text == token && *dies > now);
        self.users.iter().position(alive).ok_or_else(ApiError::unauthenticated)
    }

    /// `oauth/token`: a refresh token, or a code (`code-<account id>`), for new tokens.
    pub(crate) fn issue(&mut self, world: &World, request: &Request, now: i64) -> Result<Value, ApiError> {
        let basic = request.header("authorization").and_then(|h| h.strip_prefix("Basic "));
        let pair = basic.and_then(|b| STANDARD.decode(b.trim()).ok()).and_then(|bytes| String::from_utf8(bytes).ok());
        if pair.as_deref() != Some(format!("{CLIENT_ID}:{}", self.client_secret).as_str()) {
            return Err(ApiError::unauthenticated());
        }
        if !request.header("content-type").is_some_and(|t| t.starts_with("application/x-www-form-urlencoded")) {
            return Err(ApiError::invalid("The body must be application/x-www-form-urlencoded"));
        }
        // What stands in the URL does not count.
        let form: Vec<(String, String)> = url::form_urlencoded::parse(&request.body).into_owned().collect();
        let field = |name: &str| form.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str());
        let need = |name: &str| field(name).ok_or_else(|| ApiError::invalid(format_args!("Missing required field '{name}'")));
        let grant = need("grant_type")?;
        let user = match grant {
            "refresh_token" => {
                let token = need("refresh_token")?;
                let alive = |held: &Held| held.refresh.0 == token && held.refresh.1 > now;
                self.users.iter().position(alive).ok_or_else(ApiError::invalid_grant)?
            }
            "authorization_code" => {
                need("redirect_uri")?;
                let id = need("code")?.strip_prefix("code-").and_then(|id| id.parse().ok());
                id.and_then(|id| world.account_by_id(id)).ok_or_else(|| ApiError::invalid("invalid_grant: The code is invalid"))?
            }
            other => return Err(ApiError::invalid(format_args!("'{other}' is not a supported grant_type"))),
        };
        let held = &mut self.users[user];
        held.renew(&world.accounts[user], now);
        Ok(json!({
            "response_type": grant,
            "access_token": held.access.last().map(|a| a.0.as_str()),
            "token_type": "bearer",
            "expires_in": limits::PINTEREST_ACCESS_SECONDS,
            "scope": field("scope").map_or_else(|| SCOPE.to_owned(), |s| s.replace(',', " ")),
            "refresh_token": held.refresh.0,
            "refresh_token_expires_in": limits::PINTEREST_REFRESH_SECONDS,
            "refresh_token_expires_at": held.refresh.1,
        }))
    }
}

impl Held {
    fn new(account: &Account, now: i64) -> Self {
        let mut held = Self { turn: 0, access: Vec::new(), refresh: (String::new(), 0) };
        held.renew(account, now);
        held
    }

    fn renew(&mut self, account: &Account, now: i64) {
        let dice = account.chance.on(tag("pinterest token")).on(self.turn);
        self.turn += 1;
        self.access.retain(|(_, dies)| *dies > now);
        if self.access.len() >= limits::PINTEREST_TOKENS_KEPT {
            self.access.remove(0);
        }
        self.access.push((format!("pina_{}", letters(dice.on(1), 88)), now + limits::PINTEREST_ACCESS_SECONDS));
        self.refresh = (format!("pinr_{}", letters(dice.on(2), 88)), now + limits::PINTEREST_REFRESH_SECONDS);
    }
}

fn letters(dice: Chance, many: u64) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    (0..many).map(|i| char::from(*dice.on(i).pick(LETTERS))).collect()
}

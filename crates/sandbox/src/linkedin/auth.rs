//! Tokens: access for 60 days, refresh for 365. A refresh gives a new access token and the same refresh token, whose life goes on
//! shortening: once a year the user must consent anew.

use super::error::ApiError;
use crate::{
    http::{Reply, Request},
    limits,
    world::{
        World,
        account::Account,
        chance::{Chance, tag},
    },
};
use serde_json::{Value, json};

/// What every user has consented to.
const SCOPE: &str = "r_ads,rw_ads,r_ads_reporting";

/// A token with its instants of birth and death.
#[derive(Debug, Clone)]
struct Token {
    text: String,
    issued: i64,
    dies: i64,
}

/// The tokens of one account's user, oldest first.
#[derive(Debug)]
struct Held {
    /// Tokens so far.
    turn: u64,
    access: Vec<Token>,
    refresh: Vec<Token>,
}

/// Every user's tokens.
#[derive(Debug)]
pub(crate) struct Tokens {
    users: Vec<Held>,
    client_id: String,
    client_secret: String,
}

impl Tokens {
    /// The tokens of a new world, issued at its first instant.
    pub(crate) fn new(world: &World, seed: u64, now: i64) -> Self {
        let app = Chance::new(seed).on(tag("linkedin app"));
        let consent = |account: &Account| {
            let mut held = Held { turn: 0, access: Vec::new(), refresh: Vec::new() };
            held.consent(account, now);
            held
        };
        Self {
            users: world.accounts.iter().map(consent).collect(),
            client_id: format!("77{}", letters(app.on(1), 12).to_lowercase()),
            client_secret: format!("WPL_AP1.{}", letters(app.on(2), 16)),
        }
    }

    /// The parts that `connect` takes, as they stand now.
    pub(crate) fn secret(&self, user: usize) -> String {
        let held = &self.users[user];
        json!({
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "refresh_token": held.refresh.last().map(|t| t.text.as_str()),
            "access_token": held.access.last().map(|t| t.text.as_str()),
        })
        .to_string()
    }

    /// Whose a token is, alive or not.
    pub(crate) fn owner(&self, token: &str) -> Option<usize> {
        self.users.iter().position(|u| u.find(token).is_some())
    }

    /// The user of a request, whose place is also that of the account.
    pub(crate) fn user(&self, request: &Request, now: i64) -> Result<usize, ApiError> {
        let token = request.bearer.as_deref().filter(|t| !t.is_empty()).ok_or_else(ApiError::no_token)?;
        for (user, held) in self.users.iter().enumerate() {
            if let Some(found) = held.access.iter().find(|t| t.text == token) {
                return if found.dies > now { Ok(user) } else { Err(ApiError::expired_token()) };
            }
        }
        Err(ApiError::strange_token())
    }

    /// `oauth/v2/accessToken`: a refresh token, or a code (`code-<account id>`), for an access token.
    pub(crate) fn issue(&mut self, world: &World, request: &Request, now: i64) -> Result<Value, Reply> {
        let form = self.form(request)?;
        let need = |name: &str| {
            let missing = || refused(400, "invalid_request", &format!("A required parameter \"{name}\" is missing"));
            field(&form, name).ok_or_else(missing)
        };
        let user = match need("grant_type")? {
            "refresh_token" => {
                let token = need("refresh_token")?;
                let alive = |held: &Held| held.refresh.iter().any(|t| t.text == token && t.dies > now);
                let user = self.users.iter().position(alive).ok_or_else(invalid_grant)?;
                self.users[user].renew(&world.accounts[user], now);
                user
            }
            "authorization_code" => {
                need("redirect_uri")?;
                let id = need("code")?.strip_prefix("code-").and_then(|id| id.parse().ok());
                let user = id.and_then(|id| world.account_by_id(id)).ok_or_else(invalid_grant)?;
                self.users[user].consent(&world.accounts[user], now);
                user
            }
            other => return Err(refused(400, "unsupported_grant_type", &format!("Invalid grant_type: {other}"))),
        };
        let held = &self.users[user];
        let used = field(&form, "refresh_token");
        let refresh = used.and_then(|text| held.refresh.iter().find(|t| t.text == text)).or_else(|| held.refresh.last());
        Ok(json!({
            "access_token": held.access.last().map(|t| t.text.as_str()),
            "expires_in": limits::LINKEDIN_ACCESS_SECONDS,
            "refresh_token": refresh.map(|t| t.text.as_str()),
            "refresh_token_expires_in": refresh.map(|t| t.dies - now),
            "scope": SCOPE,
            "token_type": "Bearer",
        }))
    }

    /// `oauth/v2/introspectToken`: how a token of either kind stands.
    pub(crate) fn introspect(&self, request: &Request, now: i64) -> Result<Value, Reply> {
        let form = self.form(request)?;
        let missing = || refused(400, "invalid_request", "A required parameter \"token\" is missing");
        let token = field(&form, "token").ok_or_else(missing)?;
        let Some((held, found)) = self.users.iter().find_map(|u| Some((u, u.find(token)?))) else {
            return Ok(json!({"active": false}));
        };
        let active = found.dies > now;
        Ok(json!({
            "active": active,
            "status": if active { "active" } else { "expired" },
            "client_id": self.client_id,
            "authorized_at": held.refresh.last().map(|t| t.issued),
            "created_at": found.issued,
            "expires_at": found.dies,
            "scope": SCOPE,
            "auth_type": "3L",
        }))
    }

    /// The form of a call by the app, which names itself there. What stands in the URL does not count.
    fn form(&self, request: &Request) -> Result<Vec<(String, String)>, Reply> {
        if !request.header("content-type").is_some_and(|t| t.starts_with("application/x-www-form-urlencoded")) {
            return Err(refused(400, "invalid_request", "The body must be application/x-www-form-urlencoded"));
        }
        let form: Vec<(String, String)> = url::form_urlencoded::parse(&request.body).into_owned().collect();
        let own = [("client_id", &self.client_id), ("client_secret", &self.client_secret)];
        if own.into_iter().any(|(name, wanted)| field(&form, name) != Some(wanted.as_str())) {
            return Err(refused(401, "invalid_client", "Client authentication failed"));
        }
        Ok(form)
    }
}

fn field<'f>(form: &'f [(String, String)], name: &str) -> Option<&'f str> {
    form.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
}

impl Held {
    fn find(&self, token: &str) -> Option<&Token> {
        self.access.iter().chain(&self.refresh).find(|t| t.text == token)
    }

    /// Both kinds of token, new.
    fn consent(&mut self, account: &Account, now: i64) {
        let text = self.next(account);
        keep(&mut self.refresh, Token { text, issued: now, dies: now + limits::LINKEDIN_REFRESH_SECONDS });
        self.renew(account, now);
    }

    /// A new access token.
    fn renew(&mut self, account: &Account, now: i64) {
        let text = self.next(account);
        keep(&mut self.access, Token { text, issued: now, dies: now + limits::LINKEDIN_ACCESS_SECONDS });
    }

    fn next(&mut self, account: &Account) -> String {
        self.turn += 1;
        format!("AQ{}", letters(account.chance.on(tag("linkedin token")).on(self.turn), 120))
    }
}

fn keep(tokens: &mut Vec<Token>, token: Token) {
    if tokens.len() >= limits::LINKEDIN_TOKENS_KEPT {
        tokens.remove(0);
    }
    tokens.push(token);
}

/// A refresh token or code that is strange, used up or expired.
pub(crate) fn invalid_grant() -> Reply {
    refused(400, "invalid_grant", "The provided authorization grant or refresh token is invalid, expired or revoked.")
}

/// An error in the words of OAuth.
fn refused(status: u16, error: &str, description: &str) -> Reply {
    Reply::json(status, json!({"error": error, "error_description": description}).to_string().into_bytes())
}

fn letters(dice: Chance, many: u64) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    (0..many).map(|i| char::from(*dice.on(i).pick(LETTERS))).collect()
}

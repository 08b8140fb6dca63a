//! Tokens: a custom app's lasts, a client's own lives a day, an app's that many shops install lives an hour and is renewed with a refresh
//! token that changes each time.

use super::error::{grant_refused, unauthorized};
use crate::{
    http::{Reply, Request},
    limits,
    world::{
        chance::{Chance, tag},
        commerce::store::Store,
    },
};
use serde_json::{Value, json};
use std::sync::Arc;

/// How an app gets at a shop. The shops take turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum App {
    /// By its own id and secret: tokens of a day.
    Client,
    /// By a token that never ends.
    Custom,
    /// By a refresh token: tokens of an hour.
    Public,
}

/// What an app may do.
const SCOPES: &str = "read_orders,read_customers,read_all_orders";
/// The same without orders older than sixty days.
const RECENT_SCOPES: &str = "read_orders,read_customers";

/// An access token and when it ends.
#[derive(Debug, Clone)]
struct Token {
    text: String,
    ends: Option<i64>,
}

/// One shop's tokens.
#[derive(Debug)]
struct Held {
    app: App,
    chance: Chance,
    scopes: &'static str,
    /// Tokens issued so far.
    turn: u64,
    access: Vec<Token>,
    /// Refresh tokens in force, newest first: the one before the newest works until the newest is used.
    refresh: Vec<Token>,
    /// The app's own id and secret: each business has an app of its own.
    client_id: String,
    client_secret: String,
}

/// Every shop's tokens, by the shop's place among those served here.
#[derive(Debug)]
pub(crate) struct Tokens(Vec<Held>);

fn digits(dice: Chance, count: usize) -> String {
    (0..count.div_ceil(16) as u64).map(|i| format!("{:016x}", dice.on(i).bits())).collect::<String>()[..count].to_owned()
}

impl Tokens {
    pub(crate) fn new(stores: &[Arc<Store>], now: i64) -> Self {
        let held = |(nth, store): (usize, &Arc<Store>)| {
            let scopes = if nth % 3 == 2 { RECENT_SCOPES } else { SCOPES };
            let kind = [App::Client, App::Custom, App::Public][nth % 3];
            let chance = store.chance.on(tag("shopify token"));
            let mut held = Held {
                app: kind,
                chance,
                scopes,
                turn: 0,
                access: Vec::new(),
                refresh: Vec::new(),
                client_id: digits(chance.on(tag("client id")), 32),
                client_secret: format!("shpss_{}", digits(chance.on(tag("client secret")), 32)),
            };
            match kind {
                App::Custom => held.access.push(Token { text: format!("shpat_{}", digits(chance, 32)), ends: None }),
                App::Public => {
                    let first = held.fresh_refresh(now);
                    held.refresh.push(first);
                }
                App::Client => {}
            }
            held
        };
        Self(stores.iter().enumerate().map(held).collect())
    }

    /// What `connect` takes, as it stands now.
    pub(crate) fn secret(&self, shop: usize) -> String {
        let held = &self.0[shop];
        let mut parts = json!({"client_id": held.client_id, "client_secret": held.client_secret});
        match held.app {
            App::Custom => return held.access.first().map(|t| t.text.clone()).unwrap_or_default(),
            App::Public => parts["refresh_token"] = json!(held.refresh.first().map(|t| t.text.as_str())),
            App::Client => {}
        }
        parts.to_string()
    }

    /// What the token of a request may do in a shop.
    pub(crate) fn scopes(&self, shop: usize, request: &Request, now: i64) -> Result<&'static str, Reply> {
        let token = request.header("x-shopify-access-token").filter(|t| !t.is_empty()).ok_or_else(unauthorized)?;
        let held = &self.0[shop];
        let alive = held.access.iter().any(|t| t.text == token && t.ends.is_none_or(|ends| now < ends));
        if alive { Ok(held.scopes) } else { Err(unauthorized()) }
    }

    /// Answers a request for a token.
    pub(crate) fn issue(&mut self, shop: usize, request: &Request, now: i64) -> Result<Value, Reply> {
        let given = |name: &str| request.given(name).unwrap_or_default();
        let held = &mut self.0[shop];
        if given("client_id") != held.client_id || given("client_secret") != held.client_secret {
            return Err(grant_refused(400, "application_cannot_be_found", "The client id or the client secret is wrong"));
        }
        match given("grant_type") {
            "client_credentials" if held.app == App::Client => {
                let token = held.fresh_access(now, limits::SHOPIFY_CLIENT_SECONDS);
                Ok(json!({"access_token": token, "scope": held.scopes, "expires_in": limits::SHOPIFY_CLIENT_SECONDS - 1}))
            }
            "client_credentials" => {
                Err(grant_refused(400, "shop_not_permitted", "Client credentials cannot be performed on this shop."))
            }
            "refresh_token" => {
                let used =
                    held.refresh.iter().position(|t| t.text == given("refresh_token") && t.ends.is_none_or(|ends| now < ends));
                let Some(used) = used else {
                    return Err(grant_refused(400, "invalid_grant", "This request requires an active refresh_token"));
                };
                // The one that was used remains, in case its successor never arrives; those before it have served, and so has a successor
                // that nobody used.
                let kept = held.refresh.swap_remove(used);
                let fresh = held.fresh_refresh(now);
                let text = fresh.text.clone();
                held.refresh = vec![fresh, kept];
                let token = held.fresh_access(now, limits::SHOPIFY_OFFLINE_SECONDS);
                Ok(json!({
                    "access_token": token, "scope": held.scopes, "expires_in": limits::SHOPIFY_OFFLINE_SECONDS,
                    "refresh_token": text, "refresh_token_expires_in": limits::SHOPIFY_REFRESH_SECONDS,
                }))
            }
            _ => Err(grant_refused(400, "unsupported_grant_type", "grant_type must be client_credentials or refresh_token")),
        }
    }
}

impl Held {
    fn fresh(&mut self, prefix: &str, now: i64, seconds: i64) -> Token {
        self.turn += 1;
        Token { text: format!("{prefix}_{}", digits(self.chance.on(self.turn), 32)), ends: Some(now + seconds) }
    }

    fn fresh_refresh(&mut self, now: i64) -> Token {
        self.fresh("shprt", now, limits::SHOPIFY_REFRESH_SECONDS)
    }

    /// Issues an access token; the oldest are forgotten.
    fn fresh_access(&mut self, now: i64, seconds: i64) -> String {
        let token = self.fresh("shpat", now, seconds);
        let text = token.text.clone();
        self.access.push(token);
        if self.access.len() > limits::SHOPIFY_TOKENS_KEPT {
            self.access.remove(0);
        }
        text
    }
}

//! Tokens: whose they are, what they may see, and the endpoints that tell and exchange them.

use super::error::GraphError;
use crate::{
    http::Request,
    world::{World, account::Account},
};
use serde_json::{Value, json};

/// What a token allows.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) token: String,
    /// Place of the account the token was made for.
    pub(crate) own: usize,
    /// Places of the accounts it may see: all of its business.
    pub(crate) accounts: Vec<usize>,
}

impl Grant {
    pub(crate) fn check(&self, account: usize) -> Result<(), GraphError> {
        if self.accounts.contains(&account) { Ok(()) } else { Err(GraphError::no_permission()) }
    }
}

/// The app all tokens belong to.
const APP_ID: &str = "880000000000001";

/// The token of a request: parameter first, else the header.
pub(crate) fn token_of(request: &Request) -> Option<&str> {
    request.given("access_token").or(request.bearer.as_deref())
}

/// Checks the token of a request.
pub(crate) fn grant(world: &World, request: &Request, now: i64) -> Result<Grant, GraphError> {
    let token = token_of(request).ok_or_else(GraphError::no_token)?;
    let (own, account) = owner(world, token).ok_or_else(GraphError::bad_token)?;
    if expired(account, now) {
        return Err(GraphError::expired_token());
    }
    Ok(Grant { token: token.to_owned(), own, accounts: world.tenants[account.tenant].accounts.clone() })
}

fn owner<'w>(world: &'w World, token: &str) -> Option<(usize, &'w Account)> {
    world.accounts.iter().enumerate().find(|(_, a)| a.token == token)
}

fn expired(account: &Account, now: i64) -> bool {
    account.token_expires.is_some_and(|at| at <= now)
}

/// `debug_token`: what there is to know about a token, which may be the one asked with.
pub(crate) fn debug(world: &World, request: &Request, now: i64) -> Result<Value, GraphError> {
    let asking = token_of(request).ok_or_else(GraphError::no_token)?;
    if owner(world, asking).is_none() && !asking.contains('|') {
        return Err(GraphError::bad_token());
    }
    let input = request.given("input_token").ok_or_else(|| GraphError::parameter("The parameter input_token is required"))?;
    let Some((own, account)) = owner(world, input) else {
        return Ok(json!({"data": {
            "is_valid": false,
            "scopes": [],
            "error": {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token", "subcode": 467},
        }}));
    };
    let ids: Vec<String> = world.tenants[account.tenant].accounts.iter().map(|a| world.accounts[*a].id.to_string()).collect();
    let scopes = ["ads_read", "ads_management", "business_management"];
    let granular: Vec<Value> = scopes.iter().map(|s| json!({"scope": s, "target_ids": ids})).collect();
    let mut data = json!({
        "app_id": APP_ID,
        "type": if account.token_expires.is_some() { "USER" } else { "SYSTEM_USER" },
        "application": "Sandbox App",
        "expires_at": account.token_expires.unwrap_or(0),
        "data_access_expires_at": account.token_expires.map_or(0, |at| at + 30 * 86_400),
        "is_valid": !expired(account, now),
        "scopes": scopes,
        "granular_scopes": granular,
        "user_id": user_id(own),
    });
    if expired(account, now) {
        data["error"] = json!({"code": 190, "message": "Error validating access token: Session has expired.", "subcode": 463});
    }
    Ok(json!({"data": data}))
}

/// The user a token stands for.
pub(crate) fn user_id(own: usize) -> String {
    format!("1220{own:011}")
}

/// `oauth/access_token`: a code or a short-lived token for a long-lived one. Codes are `code-<account id>`.
pub(crate) fn exchange(world: &World, request: &Request) -> Result<Value, GraphError> {
    let need = |name: &str| request.given(name).ok_or_else(|| GraphError::new(400, 101, format!("Missing {name} parameter.")));
    need("client_id")?;
    need("client_secret")?;
    let account = if request.given("grant_type") == Some("fb_exchange_token") {
        owner(world, need("fb_exchange_token")?).map(|(_, a)| a)
    } else {
        need("redirect_uri")?;
        let id = need("code")?.strip_prefix("code-").and_then(|id| id.parse().ok());
        id.and_then(|id| world.account_by_id(id)).map(|a| &world.accounts[a])
    };
    let account = account.ok_or_else(|| GraphError::new(400, 100, "Invalid verification code format."))?;
    Ok(json!({"access_token": account.token, "token_type": "bearer", "expires_in": 5_183_944}))
}

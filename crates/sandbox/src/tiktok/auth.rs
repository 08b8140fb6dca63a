//! Tokens: long-lived, without renewal, dead only when revoked. And the endpoints that give and take them.

use super::{
    envelope::ApiError,
    params::{body, need},
};
use crate::{
    http::Request,
    world::{
        World,
        account::Account,
        chance::{Chance, tag},
    },
};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

/// Which tokens are in force.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    /// How many tokens of an account have been revoked, by account id.
    revoked: HashMap<u64, u64>,
    /// Authorization codes that were exchanged: each serves once.
    used: HashSet<String>,
}

impl Tokens {
    /// The token of an account that is in force: 40 hexadecimal digits.
    pub(crate) fn of(&self, account: &Account) -> String {
        let dice = account.chance.on(tag("tiktok token")).on(self.revoked.get(&account.id).copied().unwrap_or(0));
        let digits = |i: u64, width: usize| format!("{:016x}", dice.on(i).bits())[..width].to_owned();
        [digits(0, 16), digits(1, 16), digits(2, 8)].concat()
    }

    fn owner(&self, world: &World, token: &str) -> Option<usize> {
        world.accounts.iter().position(|a| self.of(a) == token)
    }
}

/// What a token allows: all advertisers of one business.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    /// Place of the account the token was made for.
    pub(crate) own: usize,
    pub(crate) accounts: Vec<usize>,
}

impl Grant {
    /// The place of an advertiser that the token may see.
    pub(crate) fn advertiser(&self, world: &World, id: &str) -> Result<usize, ApiError> {
        let number: u64 = id.parse().map_err(|_| ApiError::parameter(format_args!("advertiser_id: '{id}' is not a valid id.")))?;
        let place = world.account_by_id(number).ok_or_else(|| ApiError::no_advertiser(id))?;
        if self.accounts.contains(&place) { Ok(place) } else { Err(ApiError::no_permission(id)) }
    }
}

/// The header alone carries it: no bearer, no parameter.
pub(crate) fn token_of(request: &Request) -> Option<&str> {
    request.header("access-token").filter(|t| !t.is_empty())
}

/// Checks the token of a request.
pub(crate) fn grant(world: &World, tokens: &Tokens, request: &Request) -> Result<Grant, ApiError> {
    let token = token_of(request).ok_or_else(ApiError::no_token)?;
    let own = tokens.owner(world, token).ok_or_else(ApiError::bad_token)?;
    Ok(Grant { own, accounts: world.tenants[world.accounts[own].tenant].accounts.clone() })
}

/// The place of the account that a request's token was made for.
pub(crate) fn account_of(world: &World, tokens: &Tokens, request: &Request) -> Option<usize> {
    tokens.owner(world, token_of(request)?)
}

fn text<'b>(body: &'b Map<String, Value>, name: &str) -> Result<&'b str, ApiError> {
    body.get(name).and_then(Value::as_str).filter(|t| !t.is_empty()).ok_or_else(|| ApiError::missing(name))
}

/// `oauth2/access_token/`: a code for a token. Codes are `code-<advertiser id>`, with anything after a further `-`.
pub(crate) fn exchange(world: &World, tokens: &mut Tokens, request: &Request) -> Result<Value, ApiError> {
    let body = body(request)?;
    text(&body, "app_id")?;
    text(&body, "secret")?;
    let code = text(&body, "auth_code")?;
    let refused = || ApiError::new(40_110, "Auth code is invalid, expired or was used before.");
    let id = code.strip_prefix("code-").map(|rest| rest.split('-').next().unwrap_or(rest));
    let place = id.and_then(|id| id.parse().ok()).and_then(|id| world.account_by_id(id)).ok_or_else(refused)?;
    if !tokens.used.insert(code.to_owned()) {
        return Err(refused());
    }
    let account = &world.accounts[place];
    let ids: Vec<String> = world.tenants[account.tenant].accounts.iter().map(|a| world.accounts[*a].id.to_string()).collect();
    Ok(json!({"access_token": tokens.of(account), "advertiser_ids": ids, "scope": [1, 2, 4, 12]}))
}

/// `oauth2/revoke_token/`.
pub(crate) fn revoke(world: &World, tokens: &mut Tokens, request: &Request) -> Result<Value, ApiError> {
    let body = body(request)?;
    text(&body, "app_id")?;
    text(&body, "secret")?;
    let place = tokens.owner(world, text(&body, "access_token")?).ok_or_else(ApiError::bad_token)?;
    *tokens.revoked.entry(world.accounts[place].id).or_default() += 1;
    Ok(json!({}))
}

/// `oauth2/advertiser/get/`: which advertisers a token reaches. The app names itself with its secret in the query.
pub(crate) fn advertisers(world: &World, grant: &Grant, request: &Request) -> Result<Value, ApiError> {
    need(request, "app_id")?;
    need(request, "secret")?;
    let list: Vec<Value> = grant
        .accounts
        .iter()
        .map(|a| json!({"advertiser_id": world.accounts[*a].id.to_string(), "advertiser_name": world.accounts[*a].name}))
        .collect();
    Ok(json!({"list": list}))
}

/// `user/info/`: the person who gave the permission.
pub(crate) fn user(world: &World, grant: &Grant) -> Value {
    let tenant = &world.tenants[world.accounts[grant.own].tenant];
    let id = Chance::new(grant.own as u64).on(tag("core user")).bits() % 1_000_000_000;
    json!({
        "core_user_id": format!("7{id:018}"),
        "display_name": tenant.name,
        "email": format!("a***@{}.example", tenant.slug),
        "create_time": world.accounts[grant.own].pixel.created,
    })
}

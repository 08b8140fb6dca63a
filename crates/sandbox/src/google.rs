//! The Google Ads API as the sandbox serves it, below the prefix `/google`: REST and JSON, versions 23 to 26.
//!
//! Written from the platform's own documentation and independent of the connector, so that a misreading in one cannot hide in the
//! other. It translates; what is true of the world is decided in [`crate::world`].

mod action;
mod attribute;
mod budget;
mod change;
mod channel;
mod error;
mod field;
mod gaql;
mod metric;
mod mutate;
mod oauth;
mod parts;
mod plan;
mod quota;
mod range;
mod row;
mod search;
mod subject;
mod tree;
mod value;
mod walk;

use crate::{
    SandboxSettings,
    calls::harmless,
    http::{Method, Reply, Request},
    platform::{Advertising, Platform, Trouble},
    state::{Shared, lock, read, write as write_lock},
    world::{World, account::Account, chance::Chance},
};
use attribute::Scope;
use error::{AdsError, Failure};
use oauth::Client;
use quota::Quota;
use search::Body;
use serde_json::{Value, json};
use std::sync::{Mutex, RwLock};
use tree::{Node, Tree};
use trimtab_domain::Source;

/// Google's side of the world.
#[derive(Debug)]
pub(crate) struct Google {
    world: RwLock<World>,
    tree: Tree,
    client: Client,
    quota: Mutex<Quota>,
}

impl Google {
    pub(crate) fn new(settings: &SandboxSettings) -> Self {
        let mut world = World::new(settings, Source::Google);
        dress(&mut world);
        Self {
            world: RwLock::new(world),
            tree: Tree::new(settings.seed),
            client: Client::new(settings.seed),
            quota: Mutex::default(),
        }
    }
}

fn dress(world: &mut World) {
    world.accounts.iter_mut().for_each(channel::dress);
}

impl Advertising for Google {
    fn dress(&self, _settings: &SandboxSettings, world: &mut World) {
        dress(world);
    }

    fn tells_ads(&self, account: &Account, campaign: usize) -> bool {
        channel::Channel::of(account, campaign) != channel::Channel::PerformanceMax
    }

    fn world(&self) -> &RwLock<World> {
        &self.world
    }

    fn secret(&self, account: &Account) -> String {
        self.client.secret(&self.tree, account)
    }

    fn identify(&self, request: &Request) -> Option<usize> {
        let world = read(&self.world);
        let by_path = request.path.split('/').find_map(|segment| world.account_by_id(segment.parse().ok()?));
        let by_grant = || oauth::owner(&world, request.given("refresh_token")?);
        let by_token = || self.client.open(&world, request.bearer.as_deref()?).map(|(user, _)| user);
        by_path.or_else(by_grant).or_else(by_token)
    }
}

impl Platform for Google {
    fn source(&self) -> Source {
        Source::Google
    }

    fn prefix(&self) -> &'static str {
        "/google"
    }

    fn advertising(&self) -> Option<&dyn Advertising> {
        Some(self)
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Reply {
        if is_token(request) {
            return self.client.token(&read(&self.world), request, shared.clock.now(), shared.next_trace());
        }
        let id = request_id(shared);
        let mut reply = match handle(self, shared, request, &id) {
            Ok(body) => Reply::json(200, body),
            Err(error) => error.reply(version_word(request), &id, is_stream(request)),
        };
        reply.headers.push(("request-id", id));
        reply
    }

    fn trouble(&self, shared: &Shared, request: &Request, trouble: Trouble) -> Reply {
        if is_token(request) {
            return token_trouble(trouble);
        }
        let id = request_id(shared);
        let refuse = |error: AdsError| error.reply(version_word(request), &id, is_stream(request));
        let stream = is_stream(request);
        let good = |value: Value| Reply::value(&value);
        let mut reply = match trouble {
            Trouble::Throttled => {
                refuse(AdsError::quota("RESOURCE_TEMPORARILY_EXHAUSTED", "ACCOUNT", "Requests per service per method", 900))
            }
            Trouble::TooManyRequests => {
                let mut reply = refuse(AdsError::gateway(429, "Resource has been exhausted (e.g. check quota).", None));
                reply.headers.push(("retry-after", "1".to_owned()));
                reply
            }
            Trouble::Failing => {
                refuse(Failure::new("internalError", "TRANSIENT_ERROR", "A transient internal error has occurred.").into())
            }
            Trouble::ExpiredToken => refuse(AdsError::unauthenticated("ACCESS_TOKEN_EXPIRED")),
            Trouble::Revoked => refuse(AdsError::permission()),
            Trouble::Empty if stream => good(json!([])),
            Trouble::Empty => good(json!({})),
            Trouble::Drift if stream => good(json!([{"results": {"rows": [{"cost": {"amount": 12.5}}]}}])),
            Trouble::Drift => good(json!({"results": {"rows": [{"cost": {"amount": 12.5}}]}, "resourceNames": {"first": 1}})),
        };
        reply.headers.push(("request-id", id));
        reply
    }

    fn sunset(&self, shared: &Shared, request: &Request) -> Reply {
        // The token endpoint has no version.
        if is_token(request) {
            return self.answer(shared, request);
        }
        let id = request_id(shared);
        let version = version_word(request);
        let mut reply = AdsError::unsupported(version).reply(version, &id, is_stream(request));
        reply.headers.push(("request-id", id));
        reply
    }

    fn list(&self, request: &Request) -> (String, bool) {
        let later = ["pageToken", "page_token"];
        let params: Vec<(String, String)> = request.params.iter().filter(|(n, _)| !later.contains(&n.as_str())).cloned().collect();
        // The path names the customer; tokens change within a list.
        let key = format!("{} {}", request.path, harmless(&params));
        (key, later.iter().any(|name| request.given(name).is_some()))
    }

    fn cut_quotas(&self, left: Option<f64>) {
        lock(&self.quota).cut = left;
    }
}

fn is_token(request: &Request) -> bool {
    request.path.trim_matches('/') == "token"
}

fn is_stream(request: &Request) -> bool {
    request.path.ends_with(":searchStream")
}

fn version_word(request: &Request) -> &str {
    request.path.split('/').next().unwrap_or("v25")
}

/// Trouble at the token endpoint, in the words of OAuth.
fn token_trouble(trouble: Trouble) -> Reply {
    match trouble {
        Trouble::Throttled | Trouble::TooManyRequests => {
            let mut reply = oauth::refuse(429, "rate_limit_exceeded", "Rate Limit Exceeded");
            reply.headers.push(("retry-after", "1".to_owned()));
            reply
        }
        Trouble::Failing => oauth::refuse(500, "internal_failure", "Backend Error"),
        Trouble::ExpiredToken | Trouble::Revoked => oauth::dead_grant(),
        Trouble::Empty => Reply::value(&json!({})),
        Trouble::Drift => Reply::value(&json!({"token": {"value": "ya29.", "type": "Bearer"}})),
    }
}

fn handle(google: &Google, shared: &Shared, request: &Request, id: &str) -> Result<Vec<u8>, AdsError> {
    let rest = version(request)?;
    let now = shared.clock.now();
    let user = google.client.user(&read(&google.world), request, now)?;
    if request.header("developer-token").is_some_and(|token| token.trim().is_empty()) {
        return Err(AdsError::request("DEVELOPER_TOKEN_PARAMETER_MISSING", "The developer-token parameter is missing."));
    }
    let segments: Vec<&str> = rest.split('/').filter(|s| !s.is_empty()).collect();
    let admit = |customer: u64| lock(&google.quota).admit(shared.settings.limits, customer, shared.clock.recovery());
    match (request.method, segments.as_slice()) {
        (Method::Get, ["customers:listAccessibleCustomers"]) => {
            admit(0)?;
            let world = read(&google.world);
            let id = google.tree.id(&world, Tree::direct(user));
            Ok(json!({"resourceNames": [format!("customers/{id}")]}).to_string().into_bytes())
        }
        (Method::Post, ["customers", customer, service]) => {
            let world = read(&google.world);
            let customer = digits(customer).ok_or_else(|| {
                AdsError::from(Failure::new("requestError", "INVALID_CUSTOMER_ID", "Invalid customer ID.").trigger(customer))
            })?;
            let body = match *service {
                "googleAds:search" => Some(Body::read(request, false)?),
                "googleAds:searchStream" => Some(Body::read(request, true)?),
                _ => None,
            };
            if !body.as_ref().is_some_and(Body::is_later_page) {
                admit(customer)?;
            }
            let node = enter(google, &world, request, user, customer)?;
            let scope = Scope { world: &world, tree: &google.tree, node, now };
            match (*service, body) {
                ("googleAds:search", Some(body)) => body.page(&scope),
                (_, Some(body)) => body.stream(&scope, id),
                (service, None) => {
                    let change = mutate::Request::read(request, service, version_word(request), id)?;
                    let Node::Account(place) = node else {
                        return Err(AdsError::request(
                            "CANNOT_BE_EXECUTED_BY_MANAGER_ACCOUNT",
                            "The request cannot be executed by a manager account.",
                        ));
                    };
                    drop(world);
                    let (answer, noted) = change.apply(&mut write_lock(&google.world), place, now)?;
                    noted.into_iter().for_each(|write| shared.note_write(write));
                    Ok(answer.to_string().into_bytes())
                }
            }
        }
        _ => Err(AdsError::no_page()),
    }
}

/// The path after the version, which must be one still served.
fn version(request: &Request) -> Result<&str, AdsError> {
    let (first, rest) = request.path.split_once('/').unwrap_or((request.path.as_str(), ""));
    match first.strip_prefix('v').and_then(|number| number.parse::<u32>().ok()) {
        Some(23..=26) => Ok(rest),
        Some(1..=22) => Err(AdsError::unsupported(first)),
        _ => Err(AdsError::no_page()),
    }
}

/// A customer id: ten digits and nothing else.
fn digits(text: &str) -> Option<u64> {
    (text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Lets a user in to a customer, through the manager account named in the header.
fn enter(google: &Google, world: &World, request: &Request, user: usize, customer: u64) -> Result<Node, AdsError> {
    let node = google.tree.find(world, customer).ok_or_else(AdsError::permission)?;
    let login = match request.header("login-customer-id") {
        None => node,
        Some(given) => {
            let id = digits(given.trim()).ok_or_else(|| {
                AdsError::from(Failure::new(
                    "headerError",
                    "INVALID_LOGIN_CUSTOMER_ID",
                    "The login customer ID is not a valid customer ID: use ten digits without hyphens.",
                ))
            })?;
            google.tree.find(world, id).ok_or_else(AdsError::permission)?
        }
    };
    // Without the header only what the user is invited to directly can be reached; with it, also managers below that one.
    let own = match request.header("login-customer-id") {
        None => login == Tree::direct(user),
        Some(_) => Tree::depth(Tree::direct(user), login).is_some(),
    };
    if !own || Tree::depth(login, node).is_none() {
        return Err(AdsError::permission());
    }
    if node == Node::Closed {
        return Err(Failure::new(
            "authorizationError",
            "CUSTOMER_NOT_ENABLED",
            "The customer account can't be accessed because it is not yet enabled or has been deactivated.",
        )
        .into());
    }
    Ok(node)
}

/// A fresh id of a request.
fn request_id(shared: &Shared) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let dice = Chance::new(shared.settings.seed).on(shared.next_trace());
    (0..22).map(|i| char::from(*dice.on(i).pick(LETTERS))).collect()
}

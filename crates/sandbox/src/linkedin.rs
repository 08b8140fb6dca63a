//! LinkedIn's Marketing API as the sandbox serves it, below the prefix `/linkedin`: `rest/…` and `oauth/v2/…`.
//!
//! Written from the platform's own documentation and independent of the connector, so that a misreading in one cannot hide in the
//! other. It translates; what is true of the world is decided in [`crate::world`]. What is peculiar to it: a version that must be named
//! and is retired after a year, a notation of queries with literal parentheses, analytics without pages that leave out what they cannot
//! or may not tell, and one status 200 without rows both for "nothing happened" and for "not yours". Days are UTC days.

mod analytics;
mod asked;
mod auth;
mod entities;
mod error;
mod lists;
mod paging;
mod quota;
mod restli;
mod trouble;
mod urn;
mod version;
mod write;

use crate::{
    SandboxSettings,
    calls::harmless,
    http::{Method, Reply, Request},
    platform::{Advertising, Platform, Trouble},
    state::{Shared, lock, read, write as write_lock},
    world::{
        World,
        account::Account,
        calendar,
        chance::{Chance, tag},
    },
};
use asked::{Asked, Verb};
use auth::Tokens;
use entities::Kind;
use error::ApiError;
use quota::Quotas;
use serde_json::Value;
use std::sync::{Mutex, RwLock};
use trimtab_domain::Source;

/// LinkedIn's side of the world. A member has a role on one ad account, so that a member's place is that of the account.
#[derive(Debug)]
pub(crate) struct Linkedin {
    world: RwLock<World>,
    tokens: Mutex<Tokens>,
    quotas: Mutex<Quotas>,
}

impl Linkedin {
    pub(crate) fn new(settings: &SandboxSettings) -> Self {
        let world = World::new(settings, Source::Linkedin);
        let now = i64::from(calendar::number(settings.today)) * 86_400 + NOON;
        Self { tokens: Mutex::new(Tokens::new(&world, settings.seed, now)), quotas: Mutex::default(), world: RwLock::new(world) }
    }
}

/// Seconds of the day at which the virtual clock begins.
const NOON: i64 = 43_200;

impl Advertising for Linkedin {
    fn world(&self) -> &RwLock<World> {
        &self.world
    }

    fn secret(&self, account: &Account) -> String {
        // The caller holds the world; the tokens know accounts by their place, which the id ends with.
        let ordinal = usize::try_from(account.id % 10_000).unwrap_or(0);
        lock(&self.tokens).secret(ordinal)
    }

    fn identify(&self, request: &Request) -> Option<usize> {
        let world = read(&self.world);
        let by_id = |id: u64| world.account_by_id(id).or_else(|| world.find(id).map(|found| found.0));
        let by_path = || request.path.split('/').find_map(|s| s.parse().ok().and_then(by_id));
        let by_urn = || request.params.iter().find_map(|(_, value)| urn::first_id(value)).and_then(by_id);
        let by_token = || {
            let token = request.bearer.as_deref().or_else(|| request.given("refresh_token")).or_else(|| request.given("token"))?;
            lock(&self.tokens).owner(token)
        };
        by_path().or_else(by_urn).or_else(by_token)
    }
}

impl Platform for Linkedin {
    fn source(&self) -> Source {
        Source::Linkedin
    }

    fn prefix(&self) -> &'static str {
        "/linkedin"
    }

    fn advertising(&self) -> Option<&dyn Advertising> {
        Some(self)
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Reply {
        signed(shared, handle(self, shared, request).unwrap_or_else(|error| error.reply()))
    }

    fn trouble(&self, shared: &Shared, request: &Request, trouble: Trouble) -> Reply {
        signed(shared, trouble::reply(request, trouble))
    }

    fn sunset(&self, shared: &Shared, request: &Request) -> Reply {
        // Tokens are issued without a version.
        if request.path.starts_with("oauth/") {
            return self.answer(shared, request);
        }
        signed(shared, ApiError::retired_version().reply())
    }

    fn list(&self, request: &Request) -> (String, bool) {
        let of_page = |name: &str| ["pageToken", "start"].contains(&name);
        let params: Vec<(String, String)> = request.params.iter().filter(|(name, _)| !of_page(name)).cloned().collect();
        let later = request.given("pageToken").is_some() || request.given("start").is_some_and(|start| start != "0");
        (format!("linkedin {} {:?} {}", request.path, request.bearer, harmless(&params)), later)
    }

    fn cut_quotas(&self, left: Option<f64>) {
        lock(&self.quotas).cut = left;
    }
}

fn handle(linkedin: &Linkedin, shared: &Shared, request: &Request) -> Result<Reply, ApiError> {
    let now = shared.clock.now();
    match request.path.trim_end_matches('/') {
        "oauth/v2/accessToken" | "oauth/v2/introspectToken" if request.method != Method::Post => {
            return Err(ApiError::wrong_method());
        }
        "oauth/v2/accessToken" => {
            let world = read(&linkedin.world);
            let issued = lock(&linkedin.tokens).issue(&world, request, now);
            return Ok(issued.map_or_else(|refused| refused, |v| Reply::value(&v)));
        }
        "oauth/v2/introspectToken" => {
            let told = lock(&linkedin.tokens).introspect(request, now);
            return Ok(told.map_or_else(|refused| refused, |v| Reply::value(&v)));
        }
        path if path.starts_with("rest/") => {}
        path => return Err(ApiError::no_resource(path)),
    }
    let asked = Asked::read(request)?;
    version::check(request.header("linkedin-version"), now)?;
    let user = lock(&linkedin.tokens).user(request, now)?;
    // Seconds are those since the midnight before the world began at noon.
    let at = NOON as f64 + shared.clock.recovery();
    lock(&linkedin.quotas).admit(shared.settings.limits, asked.resource(), user, at)?;
    match asked.verb {
        Verb::Read => look(linkedin, shared, &asked, user, now).map(|body| Reply::json(200, body)),
        Verb::Update => {
            change(linkedin, shared, &asked, request, user, now)?;
            Ok(Reply::json(204, Vec::new()))
        }
        Verb::Create => Err(ApiError::not_served("Creating objects")),
    }
}

/// Answers with a body.
fn look(linkedin: &Linkedin, shared: &Shared, asked: &Asked, user: usize, now: i64) -> Result<Vec<u8>, ApiError> {
    let world = &*read(&linkedin.world);
    let bytes = |v: Value| v.to_string().into_bytes();
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["adAnalytics"] => {
            let answer = analytics::answer(&world.accounts[user], &asked.query, now)?;
            lock(&linkedin.quotas).answered(shared.settings.limits, answer.values);
            Ok(answer.body)
        }
        ["adAccounts"] => lists::accounts(world, user, &asked.query, now).map(bytes),
        ["adAccountUsers"] => lists::users(world, user, &asked.query).map(bytes),
        ["conversions"] => lists::conversions(world, user, &asked.query).map(bytes),
        ["adAccounts", id] => {
            own(world, user, id)?;
            Ok(bytes(entities::account(world, user, now)))
        }
        ["adAccounts", id, kind] => {
            let kind = Kind::parse(kind).ok_or_else(|| ApiError::no_resource(&path.join("/")))?;
            own(world, user, id)?;
            if kind == Kind::Creative && !asked.finder {
                return Err(ApiError::bad("The finder of creatives needs the header X-RestLi-Method: FINDER"));
            }
            lists::objects(&world.accounts[user], kind, &asked.query, now).map(bytes)
        }
        ["adAccounts", id, kind, object] => {
            own(world, user, id)?;
            let (kind, place) = find(&world.accounts[user], kind, object, &path)?;
            Ok(bytes(kind.show(&world.accounts[user], place, now)))
        }
        _ => Err(ApiError::no_resource(&path.join("/"))),
    }
}

fn change(linkedin: &Linkedin, shared: &Shared, asked: &Asked, request: &Request, user: usize, now: i64) -> Result<(), ApiError> {
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    let ["adAccounts", id, kind, object] = path.as_slice() else {
        return Err(ApiError::not_served("Updating this resource"));
    };
    let mut world = write_lock(&linkedin.world);
    own(&world, user, id)?;
    let found = find(&world.accounts[user], kind, object, &path)?;
    write::apply(shared, &mut world, user, found, request, now)
}

fn find(account: &Account, kind: &str, object: &str, path: &[&str]) -> Result<(Kind, usize), ApiError> {
    let kind = Kind::parse(kind).ok_or_else(|| ApiError::no_resource(&path.join("/")))?;
    let place = kind.find(account, object).ok_or_else(|| ApiError::no_entity(kind.segment(), object))?;
    Ok((kind, place))
}

/// Refuses an ad account on which the member has no role, and one that does not exist.
fn own(world: &World, user: usize, id: &str) -> Result<(), ApiError> {
    match id.parse().ok().and_then(|id| world.account_by_id(id)) {
        Some(account) if account == user => Ok(()),
        Some(_) => Err(ApiError::forbidden(&format!("/adAccounts/{id}"))),
        None => Err(ApiError::no_entity("adAccounts", id)),
    }
}

/// Puts on the headers by which support finds an answer.
fn signed(shared: &Shared, mut reply: Reply) -> Reply {
    let dice = Chance::new(shared.settings.seed).on(tag("linkedin answer")).on(shared.next_trace());
    reply.headers.push(("x-li-uuid", format!("AAY{:016X}{:08X}", dice.bits(), dice.on(1).bits() % (1 << 32))));
    reply.headers.push(("x-li-request-id", format!("{:016x}", dice.on(2).bits())));
    reply.headers.push(("x-li-fabric", "prod-lva1".to_owned()));
    reply.headers.push(("x-restli-protocol-version", "2.0.0".to_owned()));
    reply
}

//! Pinterest's API v5 as the sandbox serves it, below the prefix `/pinterest`; the files of reports lie beside it.
//!
//! Written from the platform's own documentation and independent of the connector, so that a misreading in one cannot hide in the
//! other. It translates; what is true of the world is decided in [`crate::world`]. Here an account's days are UTC days.

mod analytics;
mod audiences;
mod auth;
mod columns;
mod entities;
mod error;
mod paging;
mod params;
mod pins;
mod quota;
mod reports;
mod trouble;
mod write;

use crate::{
    SandboxSettings,
    calls::harmless,
    http::{Method, Reply, Request},
    platform::{Advertising, Doom, Platform, Trouble},
    state::{Shared, lock, read, write as write_lock},
    world::{World, account::Account, calendar},
};
use analytics::Level;
use auth::Tokens;
use entities::Kind;
use error::ApiError;
use params::Params;
use quota::{Category, Quotas};
use reports::{Ending, Reports};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Mutex, RwLock},
};
use trimtab_domain::Source;

/// Pinterest's side of the world. A user has one ad account, so that a user's place is that of the account.
#[derive(Debug)]
pub(crate) struct Pinterest {
    world: RwLock<World>,
    tokens: Mutex<Tokens>,
    quotas: Mutex<Quotas>,
    reports: Mutex<Reports>,
    /// Reports that a fault will end, marked by the path that asks for them.
    endings: Mutex<HashMap<String, Ending>>,
}

impl Pinterest {
    pub(crate) fn new(settings: &SandboxSettings) -> Self {
        let world = World::new(settings, Source::Pinterest);
        let now = i64::from(calendar::number(settings.today)) * 86_400 + 43_200;
        Self {
            tokens: Mutex::new(Tokens::new(&world, settings.seed, now)),
            quotas: Mutex::default(),
            reports: Mutex::new(Reports::new(settings.seed)),
            endings: Mutex::default(),
            world: RwLock::new(world),
        }
    }
}

impl Advertising for Pinterest {
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
        let by_id = |id: u64| world.account_by_id(id).or_else(|| pins::owner(&world, id));
        let by_path =
            request.path.split('/').find_map(|s| s.parse().ok().and_then(by_id).or_else(|| lock(&self.reports).account_of(s)));
        let asked = || request.given("ad_account_id").and_then(|id| id.parse().ok()).and_then(by_id);
        let by_token = || {
            let token = request.bearer.as_deref().or_else(|| request.given("refresh_token"))?;
            lock(&self.tokens).owner(token)
        };
        by_path.or_else(asked).or_else(by_token)
    }
}

impl Platform for Pinterest {
    fn source(&self) -> Source {
        Source::Pinterest
    }

    fn prefix(&self) -> &'static str {
        "/pinterest"
    }

    fn advertising(&self) -> Option<&dyn Advertising> {
        Some(self)
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Reply {
        handle(self, shared, request).unwrap_or_else(|error| error.reply())
    }

    fn trouble(&self, shared: &Shared, request: &Request, trouble: Trouble) -> Reply {
        trouble::reply(request, trouble, shared.next_trace())
    }

    fn list(&self, request: &Request) -> (String, bool) {
        let params: Vec<(String, String)> = request.params.iter().filter(|(name, _)| name != "bookmark").cloned().collect();
        let key = format!("pinterest {} {:?} {}", request.path, request.bearer, harmless(&params));
        (key, request.given("bookmark").is_some())
    }

    fn cut_quotas(&self, left: Option<f64>) {
        lock(&self.quotas).cut = left;
    }

    fn doom_report(&self, request: &Request, doom: Doom) {
        let ending = match doom {
            Doom::Failed => Ending::Failed,
            Doom::Skipped => Ending::Cancelled,
            Doom::Stuck => Ending::Stuck,
        };
        lock(&self.endings).insert(request.path.clone(), ending);
    }

    fn asks_for_report(&self, request: &Request) -> bool {
        request.method == Method::Post && request.path.ends_with("/reports")
    }
}

fn handle(pinterest: &Pinterest, shared: &Shared, request: &Request) -> Result<Reply, ApiError> {
    let segments: Vec<&str> = request.path.split('/').filter(|s| !s.is_empty()).collect();
    let now = shared.clock.now();
    let path = match (request.method, segments.as_slice()) {
        (Method::Get, ["async_reports", name]) => {
            return Ok(reports::fetch(&pinterest.reports, &read(&pinterest.world), name, request, now));
        }
        (Method::Post, ["v5", "oauth", "token"]) => {
            let world = read(&pinterest.world);
            return lock(&pinterest.tokens).issue(&world, request, now).map(|v| Reply::value(&v));
        }
        (_, ["v5", "oauth", "token"]) => return Err(ApiError::no_such_method()),
        (_, ["v5", path @ ..]) if !path.is_empty() => path,
        _ => return Err(ApiError::missing("Page")),
    };
    let user = lock(&pinterest.tokens).user(request, now)?;
    let category = category(request.method, path);
    let (headers, admitted) = lock(&pinterest.quotas).take(shared.settings.limits, user, category, shared.clock.recovery());
    let answered = admitted.and_then(|()| route(pinterest, shared, request, user, path, now));
    let mut reply = answered.map_or_else(|error| error.reply(), |body| Reply::json(200, body));
    reply.headers = headers;
    Ok(reply)
}

fn category(method: Method, path: &[&str]) -> Category {
    let last = path.last().copied().unwrap_or_default();
    match (method, path) {
        (Method::Patch, _) => Category::AdsWrite,
        _ if last.ends_with("analytics") || last == "reports" || last == "metrics_ready_state" => Category::AdsAnalytics,
        (_, ["ad_accounts" | "resources", ..]) => Category::AdsRead,
        _ => Category::OrgRead,
    }
}

/// Answers with a body.
fn route(
    pinterest: &Pinterest,
    shared: &Shared,
    request: &Request,
    user: usize,
    path: &[&str],
    now: i64,
) -> Result<Vec<u8>, ApiError> {
    let params = Params::read(&request.query);
    let bytes = |v: Value| v.to_string().into_bytes();
    let (account, below) = match path {
        ["ad_accounts", id, below @ ..] => (Some(*id), below),
        _ => (params.one("ad_account_id")?, path),
    };
    if let Some(id) = account {
        own(&read(&pinterest.world), user, id)?;
    }
    if request.method == Method::Patch {
        let [segment] = below else { return Err(ApiError::no_such_method()) };
        let kind = Kind::parse(segment).filter(|_| path.len() == 3).ok_or_else(ApiError::no_such_method)?;
        return write::apply(shared, &mut write_lock(&pinterest.world), user, kind, request, now).map(bytes);
    }
    let world = &*read(&pinterest.world);
    let a = &world.accounts[user];
    match (request.method, path) {
        (Method::Post, ["ad_accounts", _, "reports"]) => {
            let fault = lock(&pinterest.endings).remove(&request.path);
            return reports::ask(&pinterest.reports, world, user, request, now, fault).map(bytes);
        }
        (Method::Get, _) => {}
        _ => return Err(ApiError::no_such_method()),
    }
    match path {
        ["user_account"] => Ok(bytes(pins::user_account(world, user))),
        ["ad_accounts"] => entities::ad_accounts(world, user, &params).map(bytes),
        ["pins"] => pins::list(world, user, None, &params, now).map(bytes),
        ["pins", id] => pins::one(world, user, id).map(bytes),
        ["boards"] => pins::boards(world, user, &params, now).map(bytes),
        ["boards", id] => pins::one_board(world, user, id).map(bytes),
        ["boards", id, "pins"] => pins::list(world, user, Some(id), &params, now).map(bytes),
        ["resources", "metrics_ready_state"] => audiences::ready(&params, now).map(bytes),
        ["resources", "delivery_metrics"] => delivery_metrics(&params).map(bytes),
        ["ad_accounts", _] => Ok(bytes(entities::ad_account(world, user))),
        ["ad_accounts", _, "analytics"] => analytics::answer(world, user, Level::Account, &params, now),
        ["ad_accounts", _, "targeting_analytics"] => analytics::targeted(world, user, Level::Account, &params, now),
        ["ad_accounts", _, "reports"] => {
            let token = params.need("token")?;
            Ok(bytes(reports::poll(&pinterest.reports, world, user, token, &request.base, now)))
        }
        ["ad_accounts", _, "audiences"] => audiences::list(a, &params, now).map(bytes),
        ["ad_accounts", _, "audiences", id] => audiences::one(a, id).map(bytes),
        ["ad_accounts", _, "conversion_tags"] => audiences::tags(a, &params, now).map(bytes),
        ["ad_accounts", _, "conversion_tags", id] if *id == a.pixel.id.to_string() => Ok(bytes(audiences::tag(a, now))),
        ["ad_accounts", _, "conversion_eqs"] => audiences::event_quality(a, &params, now).map(bytes),
        // Nobody here bids on keywords.
        ["ad_accounts", _, "keywords"] => paging::cut(&params, &[]).map(|page| bytes(page.answer(Vec::new()))),
        ["ad_accounts", _, kind, rest @ ..] => {
            let kind = Kind::parse(kind).ok_or_else(|| ApiError::missing("Page"))?;
            let level = match kind {
                Kind::Campaign => Level::Campaign,
                Kind::AdGroup => Level::AdGroup,
                Kind::Ad => Level::Ad,
            };
            match rest {
                [] => entities::list(a, kind, &params, now).map(bytes),
                ["analytics"] => analytics::answer(world, user, level, &params, now),
                ["targeting_analytics"] => analytics::targeted(world, user, level, &params, now),
                [id] => {
                    let place = kind.find(a, id).ok_or_else(|| ApiError::missing(kind.title()))?;
                    Ok(bytes(kind.show(a, place, now)))
                }
                _ => Err(ApiError::missing("Page")),
            }
        }
        _ => Err(ApiError::missing("Page")),
    }
}

/// Refuses an ad account that is not the user's, and one that does not exist.
fn own(world: &World, user: usize, id: &str) -> Result<(), ApiError> {
    match id.parse().ok().and_then(|id| world.account_by_id(id)) {
        Some(account) if account == user => Ok(()),
        Some(_) => Err(ApiError::forbidden()),
        None => Err(ApiError::missing("Ad account")),
    }
}

/// `resources/delivery_metrics`: the names that analytics take.
fn delivery_metrics(params: &Params) -> Result<Value, ApiError> {
    let report = params.among("report_type", &["SYNC", "ASYNC"])? != Some("SYNC");
    let item = |name: &str| json!({"name": name, "category": "ADS", "definition": name.replace('_', " ").to_lowercase()});
    Ok(json!({"items": columns::names(report).into_iter().map(item).collect::<Vec<_>>()}))
}

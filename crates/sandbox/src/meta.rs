//! Meta's Marketing API as the sandbox serves it, below the prefix `/meta`.
//!
//! Written from the platform's own documentation and independent of the connector, so that a misreading in one cannot hide in the
//! other. It translates; what is true of the world is decided in [`crate::world`].

mod activities;
mod auth;
mod batch;
mod creative;
mod entities;
mod error;
mod fields;
mod filter;
mod insights;
mod node;
mod paging;
mod pixels;
mod usage;
mod write;

use crate::{
    SandboxSettings,
    calls::harmless,
    http::{Method, Reply, Request},
    platform::{Advertising, Doom, Platform, Trouble},
    state::{Shared, lock, read, write as write_lock},
    world::{
        World,
        account::{Account, Place},
        chance::Chance,
    },
};
use auth::Grant;
use entities::Edge;
use error::GraphError;
use insights::report;
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Mutex, RwLock},
};
use trimtab_domain::Source;
use usage::{Spent, UseCase};

/// Meta's side of the world.
#[derive(Debug)]
pub(crate) struct Meta {
    world: RwLock<World>,
    usage: Mutex<usage::Usage>,
    runs: Mutex<report::Runs>,
    /// Report runs that a fault will fail, marked by the path that asks for them.
    endings: Mutex<HashMap<String, report::Ending>>,
}

impl Meta {
    pub(crate) fn new(settings: &SandboxSettings) -> Self {
        let world = RwLock::new(World::new(settings, Source::Meta));
        Self { world, usage: Mutex::default(), runs: Mutex::default(), endings: Mutex::default() }
    }

    /// How the run a request asks for will end, if a fault decided that.
    fn report_ending(&self, request: &Request) -> Option<report::Ending> {
        lock(&self.endings).remove(&request.path)
    }
}

impl Advertising for Meta {
    fn world(&self) -> &RwLock<World> {
        &self.world
    }

    fn secret(&self, account: &Account) -> String {
        account.token.clone()
    }

    fn identify(&self, request: &Request) -> Option<usize> {
        let world = read(&self.world);
        let by_path = request.path.split('/').find_map(|segment| {
            let id: u64 = segment.strip_prefix("act_").unwrap_or(segment).parse().ok()?;
            world.account_by_id(id).or_else(|| world.find(id).map(|f| f.0)).or_else(|| lock(&self.runs).account_of(id))
        });
        let by_token = || {
            let token = auth::token_of(request)?;
            world.accounts.iter().position(|a| a.token == token)
        };
        by_path.or_else(by_token)
    }
}

impl Platform for Meta {
    fn source(&self) -> Source {
        Source::Meta
    }

    fn prefix(&self) -> &'static str {
        "/meta"
    }

    fn advertising(&self) -> Option<&dyn Advertising> {
        Some(self)
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Reply {
        let trace = trace(shared);
        match handle(self, shared, request) {
            Ok(reply) => reply,
            Err(error) => error.reply(&trace),
        }
    }

    fn trouble(&self, shared: &Shared, request: &Request, trouble: Trouble) -> Reply {
        let error = |e: GraphError| e.reply(&trace(shared));
        match trouble {
            Trouble::Throttled | Trouble::TooManyRequests => {
                let code = if request.path.contains("insights") { 80_000 } else { 80_004 };
                let message = format!("(#{code}) There have been too many calls to this ad-account. Wait a bit and try again.");
                let mut reply = error(GraphError::new(400, code, message).sub(2_446_079));
                if trouble == Trouble::TooManyRequests {
                    reply.status = 429;
                    reply.headers = vec![("retry-after", "1".to_owned())];
                    return reply;
                }
                let account = self.identify(request).map(|a| read(&self.world).accounts[a].id.to_string()).unwrap_or_default();
                let kind = if code == 80_000 { "ads_insights" } else { "ads_management" };
                let usage = format!(
                    r#"{{"{account}":[{{"type":"{kind}","call_count":100,"total_cputime":25,"total_time":25,"estimated_time_to_regain_access":1,"ads_api_access_tier":"standard_access"}}]}}"#
                );
                reply.headers.push(("x-business-use-case-usage", usage));
                reply
            }
            Trouble::Failing => {
                error(GraphError::new(500, 2, "An unexpected error has occurred. Please retry your request later.").transient())
            }
            Trouble::ExpiredToken => error(GraphError::expired_token()),
            Trouble::Revoked => error(GraphError::no_permission()),
            Trouble::Empty => Reply::json(200, br#"{"data":[]}"#.to_vec()),
            Trouble::Drift => Reply::json(200, br#"{"data":{"rows":[{"spend":{"amount":12.5}}]}}"#.to_vec()),
        }
    }

    fn sunset(&self, shared: &Shared, request: &Request) -> Reply {
        let version = request.path.split('/').next().unwrap_or_default();
        GraphError::old_version(version).reply(&trace(shared))
    }

    fn list(&self, request: &Request) -> (String, bool) {
        let params: Vec<(String, String)> = request.params.iter().filter(|(name, _)| name != "after").cloned().collect();
        let key = format!("{} {:?} {}", request.path, auth::token_of(request), harmless(&params));
        (key, request.given("after").is_some())
    }

    fn cut_quotas(&self, left: Option<f64>) {
        lock(&self.usage).cut = left;
    }

    fn doom_report(&self, request: &Request, doom: Doom) {
        let ending = match doom {
            Doom::Failed => report::Ending::Failed,
            Doom::Skipped => report::Ending::Skipped,
            Doom::Stuck => report::Ending::Stuck,
        };
        lock(&self.endings).insert(request.path.clone(), ending);
    }

    fn asks_for_report(&self, request: &Request) -> bool {
        request.method == Method::Post && request.path.ends_with("/insights")
    }
}

fn handle(meta: &Meta, shared: &Shared, request: &Request) -> Result<Reply, GraphError> {
    let path = version(request)?;
    let segments: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
    if request.given("date_format").is_some() {
        return Err(GraphError::parameter("Param date_format is no longer supported"));
    }
    let now = shared.clock.now();
    match (request.method, segments.as_slice()) {
        (Method::Post, []) if request.given("batch").is_some() => return batch::answer_all(meta, shared, request),
        (_, []) if request.given("ids").is_some() => {
            return Err(GraphError::parameter("The parameter ids is no longer supported at the root: use single calls or a batch"));
        }
        (_, []) => return Err(GraphError::new(400, 100, "Unsupported request - method type: get").sub(33)),
        (_, ["debug_token"]) => return auth::debug(&read(&meta.world), request, now).map(|v| Reply::value(&v)),
        (_, ["oauth", "access_token"]) => return auth::exchange(&read(&meta.world), request).map(|v| Reply::value(&v)),
        _ => {}
    }
    let grant = auth::grant(&read(&meta.world), request, now)?;
    let target = Target::find(meta, &grant, request, &segments)?;
    let case =
        if segments.contains(&"insights") || matches!(target, Target::Run(..)) { UseCase::Insights } else { UseCase::Management };
    let place = target.account(&grant);
    let limits = shared.settings.limits;
    let recovery = shared.clock.recovery();
    let admitted = {
        let world = read(&meta.world);
        lock(&meta.usage).admit(limits, &world.accounts[place], case, recovery)
    };
    let outcome = admitted.and_then(|()| {
        let outcome = route(meta, shared, request, &grant, &target, &segments, now);
        let write = request.method == Method::Post && case == UseCase::Management;
        let spent = Spent { case, write, rows: outcome.as_ref().map_or(0, |o| o.1), failed: outcome.is_err() };
        let world = read(&meta.world);
        lock(&meta.usage).count(limits, &world.accounts[place], spent, recovery);
        outcome
    });
    let mut reply = match outcome {
        Ok((body, _)) => Reply::json(200, body),
        Err(error) => error.reply(&trace(shared)),
    };
    let world = read(&meta.world);
    reply.headers = lock(&meta.usage).headers(limits, &world.accounts[place], case, recovery);
    Ok(reply)
}

/// The path after the version, which must be one still served.
fn version(request: &Request) -> Result<&str, GraphError> {
    let path = request.path.trim_matches('/');
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let number = first.strip_prefix('v').and_then(|v| v.split_once('.')).and_then(|(major, minor)| {
        minor.parse::<u32>().ok()?;
        major.parse::<u32>().ok()
    });
    match number {
        Some(25 | 26) => Ok(rest),
        Some(old) if old < 25 => Err(GraphError::old_version(first)),
        Some(_) => Err(GraphError::new(400, 2500, format!("Unknown path components: /{first}"))),
        // Without a version the app's own applies, which is a current one.
        None => Ok(path),
    }
}

/// The object that a path begins with.
enum Target {
    Me,
    Account(usize),
    Object(usize, Place),
    Run(u64, usize),
    /// How good the data of an account's pixel are.
    Quality(usize),
}

impl Target {
    fn find(meta: &Meta, grant: &Grant, request: &Request, segments: &[&str]) -> Result<Self, GraphError> {
        let first = segments[0];
        if first == "me" {
            return Ok(Self::Me);
        }
        let missing = || GraphError::no_object(first);
        let world = read(&meta.world);
        if first == "dataset_quality" {
            let asked = request.given("dataset_id").ok_or_else(|| GraphError::parameter("The parameter dataset_id is required"))?;
            let found = asked.parse().ok().and_then(|id| world.find(id));
            let (account, _) = found
                .filter(|(a, place)| *place == Place::Pixel && grant.accounts.contains(a))
                .ok_or_else(|| GraphError::no_object(asked))?;
            return Ok(Self::Quality(account));
        }
        if let Some(id) = first.strip_prefix("act_") {
            let account = id.parse().ok().and_then(|id| world.account_by_id(id)).ok_or_else(missing)?;
            grant.check(account)?;
            return Ok(Self::Account(account));
        }
        let id: u64 = first.parse().map_err(|_| missing())?;
        if let Some(account) = lock(&meta.runs).account_of(id) {
            grant.check(account)?;
            return Ok(Self::Run(id, account));
        }
        // Objects of strangers look as if they did not exist.
        let (account, place) = world.find(id).filter(|(a, _)| grant.accounts.contains(a)).ok_or_else(missing)?;
        Ok(Self::Object(account, place))
    }

    const fn account(&self, grant: &Grant) -> usize {
        match self {
            Self::Me => grant.own,
            Self::Account(a) | Self::Object(a, _) | Self::Run(_, a) | Self::Quality(a) => *a,
        }
    }
}

/// Answers with a body and the number of rows in it.
fn route(
    meta: &Meta,
    shared: &Shared,
    request: &Request,
    grant: &Grant,
    target: &Target,
    segments: &[&str],
    now: i64,
) -> Result<(Vec<u8>, usize), GraphError> {
    let value = |v: Value| (v.to_string().into_bytes(), 1);
    let unknown = || GraphError::new(400, 2500, format!("Unknown path components: /{}", segments[1..].join("/")));
    let fields = || entities::fields_of(request);
    let edge = segments.get(1).copied();
    if segments.len() > 2 {
        return Err(unknown());
    }
    if request.method == Method::Delete {
        return Err(GraphError::new(400, 100, "Unsupported delete request.").sub(33));
    }
    let post = request.method == Method::Post;
    let place = match target {
        Target::Object(_, place) => Some(*place),
        _ => None,
    };
    if let (Target::Object(a, place), None, true) = (target, edge, post) {
        let (answer, noted) = write::apply(&mut write_lock(&meta.world), grant, request, (*a, *place), now)?;
        if let Some(noted) = noted {
            shared.note_write(noted);
        }
        return Ok(value(answer));
    }
    let world = &*read(&meta.world);
    match (target, edge) {
        (Target::Me, None) => {
            let tenant = &world.tenants[world.accounts[grant.own].tenant];
            let id = auth::user_id(grant.own);
            node::render("User", id, &fields()?, |f| Ok((f.name == "name").then(|| Some(Value::from(tenant.name.as_str())))))
                .map(value)
        }
        (Target::Me, Some("adaccounts")) => entities::accounts(world, grant, request, now),
        (Target::Account(a) | Target::Object(a, _), Some("insights")) if insightful(place) && post => {
            let ending = meta.report_ending(request);
            lock(&meta.runs).start(world, request, (*a, place), now, ending).map(value)
        }
        _ if post => Err(GraphError::new(400, 100, "Unsupported post request.").sub(33)),
        (Target::Account(a), None) => node::account(world, *a, &fields()?, now).map(value),
        (Target::Account(a), Some("activities")) => activities::page(&world.accounts[*a], grant, request, now),
        (Target::Run(id, _), None) => {
            let polled = lock(&meta.runs).poll(world, *id, now);
            polled.map(value).ok_or_else(|| GraphError::no_object(segments[0]))
        }
        (Target::Run(id, _), Some("insights")) => {
            let query = lock(&meta.runs).finished(*id)?;
            report::page(world, grant, request, &query)
        }
        (Target::Account(a) | Target::Object(a, _), Some("insights")) if insightful(place) => {
            insights::direct(world, grant, request, *a, place, now)
        }
        (Target::Quality(a), None) => pixels::quality(&world.accounts[*a], request).map(value),
        (Target::Object(a, Place::Pixel), Some("stats")) => pixels::stats(&world.accounts[*a], request, now).map(value),
        (Target::Object(a, place), None) => node::object(world, *a, *place, &fields()?, now).map(value),
        (Target::Account(a) | Target::Object(a, _), Some(name)) => {
            let edge = Edge::parse(name).ok_or_else(unknown)?;
            entities::list(world, grant, request, (*a, place), edge, now)
        }
        (Target::Me | Target::Run(..) | Target::Quality(_), Some(_)) => Err(unknown()),
    }
}

/// Creatives and pixels have no insights.
const fn insightful(place: Option<Place>) -> bool {
    matches!(place, None | Some(Place::Campaign(_) | Place::AdSet(_) | Place::Ad(_)))
}

/// A fresh trace id.
fn trace(shared: &Shared) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let dice = Chance::new(shared.settings.seed).on(shared.next_trace());
    std::iter::once('A').chain((0..22).map(|i| char::from(*dice.on(i).pick(LETTERS)))).collect()
}

//! Shopify's Admin interface in GraphQL as the sandbox serves it, below the prefix `/shopify`, each shop below its own host's name.
//!
//! Written from the platform's own documentation and independent of the connector, so that a misreading in one cannot hide in the other. It
//! translates; what is true of a shop is decided in [`crate::world::commerce`]. What is peculiar to it: one path for everything, refusals
//! within answers of status 200, a price for each query, and versions that fall forward without a word.

mod answer;
mod auth;
mod bulk;
mod error;
mod graphql;
mod list;
mod order;
mod schema;
mod search;
mod throttle;
mod version;

use crate::{
    SandboxSettings,
    http::{Method, Reply, Request},
    platform::{Doom, Owner, Platform, Seat, Trouble},
    state::{Shared, lock, read, write},
    world::{
        calendar,
        chance::{Chance, tag},
        commerce::{
            Commerce,
            store::{self, Store},
            totals,
        },
    },
};
use answer::Asker;
use auth::Tokens;
use bulk::Bulks;
use error::{GraphError, refused, unauthorized};
use graphql::Operation;
use list::View;
use serde_json::{Map, Value, json};
use std::sync::{Arc, Mutex, RwLock};
use throttle::Buckets;
use trimtab_domain::{Currency, DayRange, Source, Zone};
use version::Served;

/// What follows a shop's handle in its host's name.
const HOST: &str = ".myshopify.com";
/// Where queries go, after the version.
const QUERIES: &str = "graphql.json";

/// Every shop that runs on this system.
#[derive(Debug)]
pub(crate) struct Shopify {
    stores: RwLock<Vec<Arc<Store>>>,
    tokens: Mutex<Tokens>,
    buckets: Mutex<Buckets>,
    bulks: Mutex<Bulks>,
}

impl Shopify {
    pub(crate) fn new(settings: &SandboxSettings, commerce: &Commerce) -> Self {
        let stores = store::of_system(commerce.stores(), Source::Shopify);
        let now = i64::from(calendar::number(settings.today)) * 86_400 + 43_200;
        Self {
            tokens: Mutex::new(Tokens::new(&stores, now)),
            stores: RwLock::new(stores),
            buckets: Mutex::default(),
            bulks: Mutex::default(),
        }
    }

    /// A shop as it shows itself now.
    fn store(&self, shop: usize) -> Arc<Store> {
        Arc::clone(&read(&self.stores)[shop])
    }

    /// The place of the shop a request is about: by its host's name, or by the file it fetches.
    fn shop(&self, request: &Request) -> Option<usize> {
        let first = request.path.split('/').next()?;
        let by_host = first.strip_suffix(HOST).and_then(|handle| read(&self.stores).iter().position(|s| s.slug == handle));
        by_host.or_else(|| {
            let file = request.path.strip_prefix("bulk/")?;
            lock(&self.bulks).by_path(file, i64::MIN).map(|b| b.shop)
        })
    }
}

/// A query with what it takes to run it.
struct Query {
    operation: Operation,
    requested: i64,
}

impl Query {
    fn read(request: &Request) -> Result<Self, Vec<GraphError>> {
        let text = request.given("query").ok_or_else(|| vec![GraphError::new("No query string was present", "BAD_REQUEST")])?;
        let variables: Map<String, Value> =
            request.given("variables").and_then(|v| serde_json::from_str(v).ok()).unwrap_or_default();
        let name = request.given("operationName").filter(|name| *name != "null");
        let run = graphql::parse(text).and_then(|document| document.operation(name, &variables));
        let operation = run.map_err(|e| vec![GraphError::syntax(&e)])?;
        schema::check(&operation)?;
        Ok(Self { requested: throttle::requested(&operation), operation })
    }
}

impl Platform for Shopify {
    fn source(&self) -> Source {
        Source::Shopify
    }

    fn prefix(&self) -> &'static str {
        "/shopify"
    }

    fn accounts(&self) -> Vec<Seat> {
        let tokens = lock(&self.tokens);
        let seat = |(nth, s): (usize, &Arc<Store>)| s.seat(s.slug.clone(), tokens.secret(nth), format!("/{}{HOST}", s.slug));
        read(&self.stores).iter().enumerate().map(seat).collect()
    }

    fn whose(&self, request: &Request) -> Option<Owner> {
        let store = self.store(self.shop(request)?);
        Some(Owner { tenant: store.slug.clone(), account: store.slug.clone() })
    }

    fn truth(&self, _shared: &Shared) -> Vec<Value> {
        read(&self.stores).iter().map(|s| s.truth(Source::Shopify, &s.slug)).collect()
    }

    fn totals(&self, shared: &Shared, account: &str, days: DayRange) -> Option<Value> {
        let store = read(&self.stores).iter().find(|s| s.slug == account).map(Arc::clone)?;
        serde_json::to_value(totals::range(shared, &store, days)).ok()
    }

    fn rewrite(&self, account: &str, currency: Option<Currency>, zone: Option<Zone>) -> bool {
        let mut stores = write(&self.stores);
        let Some(store) = stores.iter_mut().find(|s| s.slug == account) else { return false };
        *store = Arc::new(store.shown(currency, zone));
        true
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Reply {
        signed(shared, self.handle(shared, request, false))
    }

    fn trouble(&self, shared: &Shared, request: &Request, trouble: Trouble) -> Reply {
        signed(shared, self.troubled(shared, request, trouble))
    }

    /// Nothing is refused: the answer is one of another version, and a header alone tells.
    fn sunset(&self, shared: &Shared, request: &Request) -> Reply {
        let mut reply = self.answer(shared, request);
        let asked = request.path.split('/').nth(3).unwrap_or_default();
        let now = shared.clock.now();
        reply.headers.iter_mut().filter(|h| h.0 == "x-shopify-api-version").for_each(|h| h.1 = version::following(asked, now));
        reply
    }

    fn list(&self, request: &Request) -> (String, bool) {
        let mut fields = Query::read(request).map(|query| query.operation.fields).unwrap_or_default();
        let mut later = false;
        for field in &mut fields {
            later = later || field.argument("after").and_then(Value::as_str).is_some_and(list::is_cursor);
            field.arguments.retain(|(name, _)| name != "after");
        }
        (format!("shopify {} {:?} {fields:?}", request.path, request.header("x-shopify-access-token")), later)
    }

    fn cut_quotas(&self, left: Option<f64>) {
        lock(&self.buckets).cut = left;
    }

    fn doom_report(&self, _request: &Request, doom: Doom) {
        lock(&self.bulks).doom = Some(doom);
    }

    fn asks_for_report(&self, request: &Request) -> bool {
        request.given("query").is_some_and(|query| query.contains("bulkOperationRunQuery"))
    }
}

impl Shopify {
    fn handle(&self, shared: &Shared, request: &Request, emptied: bool) -> Reply {
        let now = shared.clock.now();
        let Some(shop) = self.shop(request) else { return refused(404, "Not Found") };
        let store = self.store(shop);
        let view = View { shared, store: &store, now, all: true, emptied };
        let path: Vec<&str> = request.path.split('/').collect();
        match path.as_slice() {
            ["bulk", ..] => self.file(&view, request, now),
            [_, "admin", "oauth", "access_token"] if request.method != Method::Post => refused(404, "Not Found"),
            [_, "admin", "oauth", "access_token"] => match lock(&self.tokens).issue(shop, request, now) {
                Ok(told) => Reply::value(&told),
                Err(reply) => reply,
            },
            [_, "admin", "api", asked, QUERIES] => {
                let Served::As(served) = version::serve(asked, now) else { return refused(404, "Not Found") };
                if request.method != Method::Post {
                    return refused(404, "Not Found");
                }
                let scopes = match lock(&self.tokens).scopes(shop, request, now) {
                    Ok(scopes) => scopes,
                    Err(reply) => return reply,
                };
                let view = View { all: scopes.contains("read_all_orders"), ..view };
                let mut reply = self.query(&view, Asker { shop, scopes, base: &request.base }, request);
                reply.headers.push(("x-shopify-api-version", served));
                reply
            }
            _ => refused(404, "Not Found"),
        }
    }

    /// A bulk operation's file, which is fetched without a token.
    fn file(&self, view: &View<'_>, request: &Request, now: i64) -> Reply {
        let found = lock(&self.bulks).by_path(request.path.trim_start_matches("bulk/"), now);
        let Some(bulk) = found else { return refused(403, "The file's address has expired or never was one") };
        let mut reply = Reply::json(200, if view.emptied { Vec::new() } else { bulk.file(view) });
        reply.headers.push(("content-type", "application/jsonl".to_owned()));
        reply
    }

    fn query(&self, view: &View<'_>, asker: Asker<'_>, request: &Request) -> Reply {
        let (shared, shop) = (view.shared, asker.shop);
        let limits = shared.settings.limits;
        let query = match Query::read(request) {
            Ok(query) => query,
            Err(errors) => return wrong(&errors),
        };
        if query.requested > crate::limits::SHOPIFY_COST_MAX {
            return wrong(&[GraphError::too_dear(query.requested, crate::limits::SHOPIFY_COST_MAX)]);
        }
        let at = shared.clock.recovery();
        {
            let buckets = lock(&self.buckets);
            if !buckets.admits(limits, shop, query.requested, at) {
                return throttled(query.requested, buckets.level(limits, shop, at));
            }
        }
        let outcome = answer::run(self, view, asker, &query.operation);
        let cost = throttle::actual(&query.operation, outcome.orders);
        let level = lock(&self.buckets).take(limits, shop, cost, at);
        let mut extensions = level.cost(query.requested, Some(cost));
        if !outcome.search.is_empty() {
            extensions["search"] = Value::Array(outcome.search);
        }
        let mut told = json!({"data": outcome.data, "extensions": extensions});
        if !outcome.errors.is_empty() {
            told["errors"] = outcome.errors.iter().map(GraphError::json).collect();
        }
        Reply::value(&told)
    }

    fn troubled(&self, shared: &Shared, request: &Request, trouble: Trouble) -> Reply {
        let granting = request.path.ends_with("admin/oauth/access_token");
        let versioned = |mut reply: Reply| {
            let asked = request.path.split('/').nth(3).unwrap_or_default();
            if let Served::As(served) = version::serve(asked, shared.clock.now()) {
                reply.headers.push(("x-shopify-api-version", served));
            }
            reply
        };
        let requested = Query::read(request).map_or(10, |q| q.requested);
        match trouble {
            Trouble::Throttled if !granting => {
                let (maximum, restore) = crate::limits::SHOPIFY_STANDARD;
                // A second from now it will do.
                let available = (requested as f64 - restore).max(0.0);
                versioned(throttled(requested, throttle::Level { maximum, available, restore }))
            }
            Trouble::Throttled | Trouble::TooManyRequests => {
                let mut reply = refused(
                    429,
                    "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.",
                );
                reply.headers.push(("retry-after", "1.0".to_owned()));
                reply
            }
            Trouble::Failing if granting => refused(500, "Internal Server Error"),
            Trouble::Failing => {
                let id = format!("{:016x}", Chance::new(shared.settings.seed).on(shared.next_trace()).bits());
                versioned(wrong(&[GraphError::internal(&id)]))
            }
            Trouble::ExpiredToken | Trouble::Revoked if granting => {
                error::grant_refused(400, "invalid_grant", "This request requires an active refresh_token")
            }
            Trouble::ExpiredToken => unauthorized(),
            Trouble::Revoked => {
                let root = Query::read(request)
                    .ok()
                    .and_then(|q| q.operation.fields.into_iter().next())
                    .map_or("orders".to_owned(), |f| f.key);
                let denied = GraphError::denied(&root, "read_orders");
                versioned(Reply::value(&json!({"errors": [denied.json()], "data": {root: null}})))
            }
            Trouble::Empty => self.handle(shared, request, true),
            Trouble::Drift if granting => Reply::value(&json!({"token": {"value": "shpat", "type": "offline"}})),
            Trouble::Drift => {
                versioned(Reply::value(&json!({"data": {"orders": {"items": [{"gid": {"value": 1}, "total": 12.5}]}}})))
            }
        }
    }
}

/// An answer that nothing came of, with status 200.
fn wrong(errors: &[GraphError]) -> Reply {
    Reply::value(&json!({"errors": errors.iter().map(GraphError::json).collect::<Vec<_>>()}))
}

fn throttled(requested: i64, level: throttle::Level) -> Reply {
    Reply::value(&json!({"errors": [GraphError::throttled().json()], "extensions": level.cost(requested, None)}))
}

/// Puts on the header by which support finds an answer.
fn signed(shared: &Shared, mut reply: Reply) -> Reply {
    let dice = Chance::new(shared.settings.seed).on(tag("shopify answer")).on(shared.next_trace());
    reply.headers.push(("x-request-id", format!("{:016x}-{}", dice.bits(), shared.clock.now())));
    reply
}

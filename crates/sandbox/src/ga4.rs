//! Google Analytics 4: the Data API v1beta, and the one call of the Admin API that lists properties, below the prefix `/ga4`.
//!
//! Written from the platform's own documentation and independent of the connector. Every business has a site and so a property; what its
//! visitors did is decided in [`crate::world::commerce`], and what the platform makes of it here: zones of its own, attribution by scope,
//! days that are not whole at once, and what it withholds.

mod cell;
mod error;
mod field;
mod figures;
mod oauth;
mod property;
mod quota;
mod report;
mod request;
mod schema;
mod trouble;

use crate::{
    SandboxSettings,
    http::{Method, Reply, Request},
    limits,
    platform::{Owner, Platform, Seat, Trouble},
    state::{Shared, lock, read, write},
    world::{calendar, commerce::Commerce},
};
use error::ApiError;
use figures::{Figures, PURCHASES, REVENUE, SESSIONS};
use oauth::Client;
use property::Property;
use quota::Quotas;
use request::{Query, Range};
use serde_json::{Value, json};
use std::sync::{Mutex, RwLock};
use trimtab_domain::{Currency, DayRange, Source, Zone, money::decimal};

/// Analytics' side of the businesses. A user has one property, so that a user's place is that of the property.
#[derive(Debug)]
pub(crate) struct Ga4 {
    properties: RwLock<Vec<Property>>,
    client: Client,
    quotas: Mutex<Quotas>,
}

impl Ga4 {
    pub(crate) fn new(settings: &SandboxSettings, commerce: &Commerce) -> Self {
        let properties: Vec<Property> = commerce.stores().iter().enumerate().map(|(place, s)| Property::new(s, place)).collect();
        Self { client: Client::new(settings.seed, properties.len()), properties: RwLock::new(properties), quotas: Mutex::default() }
    }

    /// The property a path is about.
    fn named(&self, path: &str) -> Option<Property> {
        let id: u64 = path.strip_prefix("v1beta/properties/")?.split([':', '/']).next()?.parse().ok()?;
        read(&self.properties).iter().find(|p| p.id == id).cloned()
    }

    /// Answers a report that may be read; with its tokens.
    fn report(&self, shared: &Shared, of: &Property, query: &Query) -> Value {
        let now = shared.clock.now();
        let books = |days| shared.trading(of.place, days);
        let mut answer = report::answer(of, query, &books, now);
        let cells = i64::from(query.days()) * (query.needed().len() as i64 + 1) * query.metrics.len() as i64;
        let quota = lock(&self.quotas).spend(
            shared.settings.limits,
            of.place,
            1 + cells / limits::GA4_CELLS_PER_TOKEN,
            quota_clock(shared),
        );
        if query.tells_quota {
            answer["propertyQuota"] = quota;
        }
        answer
    }

    /// Runs one request or several on a property.
    fn run(&self, shared: &Shared, of: &Property, bodies: &[Value]) -> Result<Vec<Value>, ApiError> {
        let today = of.calendar.day_of(shared.clock.now());
        let queries: Vec<Query> = bodies.iter().map(|body| Query::read(body, of, today)).collect::<Result<_, _>>()?;
        let thresholded = queries.iter().any(|q| q.needed().iter().any(|d| d.is_demographic()));
        lock(&self.quotas).begin(shared.settings.limits, of.place, thresholded, quota_clock(shared))?;
        let reports = queries.iter().map(|query| self.report(shared, of, query)).collect();
        lock(&self.quotas).end(of.place);
        Ok(reports)
    }

    fn handle(&self, shared: &Shared, request: &Request) -> Result<Reply, ApiError> {
        let path = request.path.trim_end_matches('/');
        if path == "token" {
            return Ok(self.client.token(request, shared.clock.now(), shared.next_trace()));
        }
        let Some(below) = path.strip_prefix("v1beta/") else { return Ok(error::no_page()) };
        let user = self.client.user(request, shared.clock.now())?;
        if (request.method, below) == (Method::Get, "accountSummaries") {
            let properties = read(&self.properties);
            return Ok(properties.get(user).map_or_else(error::no_page, |p| Reply::value(&schema::account_summaries(p))));
        }
        let Some(of_property) = below.strip_prefix("properties/") else { return Ok(error::no_page()) };
        let (id, method) = of_property.split_once([':', '/']).unwrap_or((of_property, ""));
        if id == "0" && method == "metadata" {
            return Ok(Reply::value(&schema::metadata("0")));
        }
        let of = self.named(path).filter(|p| p.place == user).ok_or_else(ApiError::forbidden)?;
        let body = || body(request, &of);
        let answer = match (request.method, method) {
            (Method::Get, "metadata") => schema::metadata(id),
            (Method::Post, "checkCompatibility") => schema::compatibility(&body()?)?,
            (Method::Post, "runReport") => {
                let mut reports = self.run(shared, &of, &[body()?])?;
                reports.pop().unwrap_or(Value::Null)
            }
            (Method::Post, "batchRunReports") => {
                let body = body()?;
                let requests = body.get("requests").and_then(Value::as_array).cloned().unwrap_or_default();
                if requests.is_empty() || requests.len() > limits::GA4_BATCH_MAX {
                    return Err(ApiError::invalid("A batch must hold 1 to 5 requests."));
                }
                json!({"reports": self.run(shared, &of, &requests)?, "kind": "analyticsData#batchRunReports"})
            }
            _ => return Ok(error::no_page()),
        };
        Ok(Reply::value(&answer))
    }
}

/// The body of a request, which must not speak of another property than the path.
fn body(request: &Request, of: &Property) -> Result<Value, ApiError> {
    let body: Value = match request.body.is_empty() {
        true => json!({}),
        false => serde_json::from_slice(&request.body).map_err(|_| ApiError::invalid("Invalid JSON payload received."))?,
    };
    match body.get("property").and_then(Value::as_str) {
        Some(other) if other != format!("properties/{}", of.id) => {
            Err(ApiError::invalid(format_args!("The property {other} of the body is not that of the path.")))
        }
        _ => Ok(body),
    }
}

/// The clock of quotas, in seconds since some midnight UTC: it goes with real time and is advanced with the virtual clock.
fn quota_clock(shared: &Shared) -> f64 {
    f64::from(calendar::number(shared.settings.today)) * 86_400.0 + 43_200.0 + shared.clock.recovery()
}

impl Platform for Ga4 {
    fn source(&self) -> Source {
        Source::Ga4
    }

    fn prefix(&self) -> &'static str {
        "/ga4"
    }

    fn accounts(&self) -> Vec<Seat> {
        let seat = |of: &Property| Seat {
            owner: owner(of),
            tenant_name: of.store.name.clone(),
            industry: of.store.industry.name,
            name: format!("{} – GA4", of.store.name),
            currency: of.currency.as_str().to_owned(),
            timezone: of.calendar.zone().as_str().to_owned(),
            secret: self.client.secret(of.place),
            below: String::new(),
        };
        read(&self.properties).iter().map(seat).collect()
    }

    fn whose(&self, request: &Request) -> Option<Owner> {
        let by_token = || {
            let by_access = request.bearer.as_deref().and_then(|token| self.client.open(token)).map(|(user, _)| user);
            by_access.or_else(|| self.client.owner(request.given("refresh_token")?))
        };
        let named = self.named(&request.path);
        named.or_else(|| read(&self.properties).get(by_token()?).cloned()).map(|of| owner(&of))
    }

    fn truth(&self, _shared: &Shared) -> Vec<Value> {
        let of = |of: &Property| {
            let owner = owner(of);
            json!({
                "tenant": owner.tenant, "industry": of.store.industry.name, "source": "ga4", "account": owner.account,
                "habit": format!("{:?}", of.habit).to_lowercase(), "sees_part_of_orders": of.store.seen, "incidents": [],
            })
        };
        read(&self.properties).iter().map(of).collect()
    }

    fn totals(&self, shared: &Shared, account: &str, days: DayRange) -> Option<Value> {
        let of = read(&self.properties).iter().find(|p| p.id.to_string() == account).cloned()?;
        let books = |days| shared.trading(of.place, days);
        let day = |date| {
            let number = calendar::number(date);
            let range = Range { name: String::new(), from: number, to: number };
            let mut sum = Figures::default();
            report::each_cell(&of, &range, &[], &books, shared.clock.now(), &mut |cell, _| sum.add(&cell.figures));
            let revenue = decimal(of.store.micros(sum.get(REVENUE), of.currency));
            let told = json!({
                "date": date, "sessions": sum.get(SESSIONS), "key_events": sum.key_events(), "purchases": sum.get(PURCHASES),
                "revenue": revenue,
            });
            (sum.get(SESSIONS) > 0).then_some(told)
        };
        Some(days.days().filter_map(day).collect())
    }

    fn rewrite(&self, account: &str, currency: Option<Currency>, zone: Option<Zone>) -> bool {
        let mut properties = write(&self.properties);
        let Some(of) = properties.iter_mut().find(|p| p.id.to_string() == account) else { return false };
        if let Some(currency) = currency {
            of.currency = currency;
        }
        if let Some(zone) = zone {
            of.move_to(zone);
        }
        true
    }

    fn withhold(&self, account: &str, withholds: bool) -> bool {
        let mut properties = write(&self.properties);
        let of = properties.iter_mut().find(|p| p.id.to_string() == account);
        of.is_some_and(|of| {
            of.withholds = withholds;
            true
        })
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Reply {
        self.handle(shared, request).unwrap_or_else(|error| error.reply())
    }

    fn trouble(&self, shared: &Shared, request: &Request, trouble: Trouble) -> Reply {
        if trouble == Trouble::Failing
            && let Some(of) = self.named(&request.path)
        {
            lock(&self.quotas).failed(of.place, quota_clock(shared));
        }
        trouble::reply(request, trouble, &|| self.answer(shared, request))
    }

    fn sunset(&self, _shared: &Shared, _request: &Request) -> Reply {
        error::no_page()
    }

    fn list(&self, request: &Request) -> (String, bool) {
        let mut body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let offset = body.as_object_mut().and_then(|fields| fields.remove("offset"));
        let later = offset.is_some_and(|offset| ![json!(0), json!("0"), Value::Null].contains(&offset));
        (format!("ga4 {} {body}", request.path), later)
    }

    fn cut_quotas(&self, left: Option<f64>) {
        lock(&self.quotas).cut = left;
    }
}

fn owner(of: &Property) -> Owner {
    Owner { tenant: of.store.slug.clone(), account: of.id.to_string() }
}

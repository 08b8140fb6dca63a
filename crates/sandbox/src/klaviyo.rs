//! Klaviyo's API as the sandbox serves it, below the prefix `/klaviyo`.
//!
//! Written from the platform's own documentation and independent of the connector. Whoever has a shop mails his customers; what came of
//! that is decided in [`crate::world::commerce`]. Here it is told by metric and interval, or by report.

mod account;
mod aggregates;
mod error;
mod events;
mod filter;
mod lists;
mod metric;
mod quota;
mod reports;
mod revision;
mod time;
mod trouble;

use crate::{
    SandboxSettings,
    calls::harmless,
    http::{Method, Reply, Request},
    platform::{Owner, Platform, Seat, Trouble},
    state::{Shared, lock, read, write},
    world::{
        calendar,
        commerce::{Commerce, mailing::mails},
    },
};
use account::Account;
use error::{ApiError, document};
use events::Events;
use metric::Metric;
use quota::{Quotas, Size};
use reports::Report;
use serde_json::{Value, json};
use std::sync::{Mutex, RwLock};
use trimtab_domain::{Currency, DayRange, Source, Zone, money::decimal};

/// Klaviyo's side of the businesses with a shop.
#[derive(Debug)]
pub(crate) struct Klaviyo {
    accounts: RwLock<Vec<Account>>,
    quotas: Mutex<Quotas>,
}

impl Klaviyo {
    pub(crate) fn new(_settings: &SandboxSettings, commerce: &Commerce) -> Self {
        let stores = commerce.stores().iter().enumerate().filter(|(_, store)| mails(store));
        let accounts = stores.map(|(place, store)| Account::new(store, place)).collect();
        Self { accounts: RwLock::new(accounts), quotas: Mutex::default() }
    }

    /// The account whose private key a request brings.
    fn keyed(&self, request: &Request) -> Result<Account, ApiError> {
        let header = request.header("authorization").unwrap_or_default();
        let key = header.strip_prefix("Klaviyo-API-Key ").ok_or_else(ApiError::without_key)?.trim();
        read(&self.accounts).iter().find(|a| a.key == key).cloned().ok_or_else(ApiError::strange_key)
    }

    fn handle(&self, shared: &Shared, request: &Request) -> Result<Reply, ApiError> {
        let (of, now) = (self.keyed(request)?, shared.clock.now());
        revision::check(request, now)?;
        let path = request.path.trim_end_matches('/').strip_prefix("api/").unwrap_or_default();
        let segments: Vec<&str> = path.split('/').collect();
        let Some((verb, size)) = endpoint(&segments) else {
            return Err(ApiError::missing("The requested path does not exist."));
        };
        if request.method != verb {
            return Err(ApiError::no_such_method(request.method.word()));
        }
        let headers = lock(&self.quotas).take(shared.settings.limits, of.place, (segments[0], size), shared.clock.recovery())?;
        let answered = self.route(shared, request, &of, &segments, now);
        let mut reply = answered.map_or_else(|error| error.reply(shared.next_trace()), |body| document(200, &body));
        reply.headers.extend(headers);
        Ok(reply)
    }

    fn route(&self, shared: &Shared, request: &Request, of: &Account, path: &[&str], now: i64) -> Result<Value, ApiError> {
        let books = |days| shared.trading(of.place, days);
        match path {
            ["accounts"] => Ok(lists::accounts(of, request)),
            ["campaigns"] => lists::campaigns(of, request, now),
            ["campaigns", id] => lists::one_campaign(of, request, id, false, now),
            ["campaigns", id, "campaign-messages"] => lists::one_campaign(of, request, id, true, now),
            ["flows"] => lists::flows(of, request, now),
            ["flows", id] => lists::one_flow(of, request, id, now),
            ["metrics"] => lists::metrics(of, request),
            ["metrics", id] => lists::one_metric(of, request, id),
            ["metric-aggregates"] => aggregates::answer(of, &body(request)?, &books, now, &request.base, shared.next_trace()),
            [name] => match Report::parse(name) {
                Some(report) => reports::answer(of, report, &body(request)?, &books, now, &request.base),
                None => Err(ApiError::missing("The requested path does not exist.")),
            },
            _ => Err(ApiError::missing("The requested path does not exist.")),
        }
    }
}

/// The verb of an endpoint and how dear it is.
fn endpoint(path: &[&str]) -> Option<(Method, Size)> {
    match path {
        ["accounts"] => Some((Method::Get, Size::ExtraSmall)),
        ["campaigns" | "metrics"] | ["campaigns" | "metrics", _] | ["campaigns", _, "campaign-messages"] => {
            Some((Method::Get, Size::Medium))
        }
        ["flows"] | ["flows", _] => Some((Method::Get, Size::Small)),
        ["metric-aggregates"] => Some((Method::Post, Size::Small)),
        [name] if Report::parse(name).is_some() => Some((Method::Post, Size::Report)),
        _ => None,
    }
}

fn body(request: &Request) -> Result<Value, ApiError> {
    serde_json::from_slice(&request.body).map_err(|_| ApiError::field("", "The body is not a JSON document."))
}

impl Platform for Klaviyo {
    fn source(&self) -> Source {
        Source::Klaviyo
    }

    fn prefix(&self) -> &'static str {
        "/klaviyo"
    }

    fn accounts(&self) -> Vec<Seat> {
        let seat = |of: &Account| Seat {
            owner: owner(of),
            tenant_name: of.store.name.clone(),
            industry: of.store.industry.name,
            name: of.store.name.clone(),
            currency: of.currency.as_str().to_owned(),
            timezone: of.calendar.zone().as_str().to_owned(),
            secret: of.key.clone(),
            below: String::new(),
        };
        read(&self.accounts).iter().map(seat).collect()
    }

    fn whose(&self, request: &Request) -> Option<Owner> {
        self.keyed(request).ok().map(|of| owner(&of))
    }

    fn truth(&self, _shared: &Shared) -> Vec<Value> {
        let of = |of: &Account| {
            let owner = owner(of);
            json!({
                "tenant": owner.tenant, "industry": of.store.industry.name, "source": "klaviyo", "account": owner.account,
                "incidents": [], "placed_order": Metric::PlacedOrder.id(of),
            })
        };
        read(&self.accounts).iter().map(of).collect()
    }

    fn totals(&self, shared: &Shared, account: &str, days: DayRange) -> Option<Value> {
        let of = read(&self.accounts).iter().find(|a| a.id == account).cloned()?;
        let books = |days| shared.trading(of.place, days);
        let events = Events { of: &of, books: &books, now: shared.clock.now() };
        let day = |date| {
            let number = calendar::number(date);
            let edges = [of.calendar.start(number), of.calendar.start(number + 1)];
            let count = |metric| {
                let mut many = 0;
                events.each(metric, &edges, &mut |event| many += event.count);
                many
            };
            let (mut orders, mut revenue) = (0, 0);
            events.each(Metric::PlacedOrder, &edges, &mut |event| {
                if event.mailing.is_some() {
                    (orders, revenue) = (orders + 1, revenue + event.value);
                }
            });
            let (received, opened, clicked) = (count(Metric::Received), count(Metric::Opened), count(Metric::Clicked));
            let told = json!({
                "date": date, "recipients": received, "opens": opened, "clicks": clicked, "orders": orders,
                "revenue": decimal(of.store.micros(revenue, of.currency)),
            });
            (received + opened + clicked + orders > 0).then_some(told)
        };
        Some(days.days().filter_map(day).collect())
    }

    fn rewrite(&self, account: &str, currency: Option<Currency>, zone: Option<Zone>) -> bool {
        let mut accounts = write(&self.accounts);
        let Some(of) = accounts.iter_mut().find(|a| a.id == account) else { return false };
        if let Some(currency) = currency {
            of.currency = currency;
        }
        if let Some(zone) = zone {
            of.move_to(zone);
        }
        true
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Reply {
        self.handle(shared, request).unwrap_or_else(|error| error.reply(shared.next_trace()))
    }

    fn trouble(&self, shared: &Shared, request: &Request, trouble: Trouble) -> Reply {
        trouble::reply(request, trouble, shared.next_trace(), &|| self.answer(shared, request))
    }

    fn sunset(&self, shared: &Shared, request: &Request) -> Reply {
        ApiError::retired(request.header("revision").unwrap_or_default()).reply(shared.next_trace())
    }

    fn list(&self, request: &Request) -> (String, bool) {
        let key = request.header("authorization").unwrap_or_default();
        let params: Vec<(String, String)> = url::form_urlencoded::parse(request.query.as_bytes())
            .into_owned()
            .filter(|(name, _)| name != "page[cursor]" && name != "page_cursor")
            .collect();
        let mut body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let in_body = body["data"]["attributes"].as_object_mut().and_then(|attributes| attributes.remove("page_cursor"));
        let later = in_body.is_some() || request.given("page[cursor]").is_some();
        (format!("klaviyo {} {key} {} {body}", request.path, harmless(&params)), later)
    }

    fn cut_quotas(&self, left: Option<f64>) {
        lock(&self.quotas).cut = left;
    }
}

fn owner(of: &Account) -> Owner {
    Owner { tenant: of.store.slug.clone(), account: of.id.clone() }
}

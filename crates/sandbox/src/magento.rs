//! Magento's (Adobe Commerce's) REST interface as the sandbox serves it, below the prefix `/magento`, each store below its own host's name.
//!
//! Written from the platform's own documentation and independent of the connector, so that a misreading in one cannot hide in the other. It
//! translates; what is true of a shop is decided in [`crate::world::commerce`]. What is peculiar to it: every request is signed, times are UTC
//! without saying so, money is a number, and the page after the last one is the last one again.

mod criteria;
mod error;
mod fields;
mod list;
mod oauth;
mod order;
mod quota;

use crate::{
    calls::harmless,
    http::{Method, Reply, Request},
    platform::{Owner, Platform, Seat, Trouble},
    state::{Shared, lock, read, write},
    world::{
        calendar,
        commerce::{
            Commerce,
            store::{self, Store},
            totals::{self, ShopTotals},
        },
    },
};
use criteria::Criteria;
use error::ApiError;
use oauth::Integrations;
use quota::Quotas;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, RwLock};
use trimtab_domain::{Currency, DayRange, Source, Zone, money::decimal};

/// Every store that runs on this system.
#[derive(Debug)]
pub(crate) struct Magento {
    stores: RwLock<Vec<Arc<Store>>>,
    integrations: Mutex<Integrations>,
    quotas: Mutex<Quotas>,
}

/// A store's code, which is also the first label of its host's name.
fn code(store: &Store) -> String {
    store.slug.replace('-', "")
}

fn host(store: &Store) -> String {
    format!("{}.example", code(store))
}

impl Magento {
    pub(crate) fn new(commerce: &Commerce) -> Self {
        let stores = store::of_system(commerce.stores(), Source::Magento);
        Self { integrations: Mutex::new(Integrations::new(&stores)), stores: RwLock::new(stores), quotas: Mutex::default() }
    }

    /// A day's totals with those of its unpaid orders whose payment has been begun, which the platform has a state of its own for.
    fn told(&self, shared: &Shared, store: &Store, day: ShopTotals) -> Option<Value> {
        let (now, number) = (shared.clock.now(), calendar::number(day.date));
        let trading = shared.trading_of(store, number..=number, now);
        let begun: Vec<i64> = trading.iter().flat_map(|t| &t.orders).filter(|o| order::is_begun(o, now)).map(|o| o.total).collect();
        let mut told = serde_json::to_value(day).ok()?;
        told["begun"] = json!(begun.len());
        told["begun_revenue"] = json!(decimal(begun.iter().sum::<i64>() * (1_000_000 / store.offset)));
        Some(told)
    }

    /// A store as it shows itself now.
    fn shown(&self, place: usize) -> Arc<Store> {
        Arc::clone(&read(&self.stores)[place])
    }

    /// The place of the store a request is about, by its host's name.
    fn store(&self, request: &Request) -> Option<usize> {
        let first = request.path.split('/').next()?;
        read(&self.stores).iter().position(|s| host(s) == first)
    }
}

impl Platform for Magento {
    fn source(&self) -> Source {
        Source::Magento
    }

    fn prefix(&self) -> &'static str {
        "/magento"
    }

    fn accounts(&self) -> Vec<Seat> {
        let integrations = lock(&self.integrations);
        let seat = |(nth, s): (usize, &Arc<Store>)| s.seat(code(s), integrations.secret(nth), format!("/{}", host(s)));
        read(&self.stores).iter().enumerate().map(seat).collect()
    }

    fn whose(&self, request: &Request) -> Option<Owner> {
        let store = self.shown(self.store(request)?);
        Some(Owner { tenant: store.slug.clone(), account: code(&store) })
    }

    fn truth(&self, _shared: &Shared) -> Vec<Value> {
        read(&self.stores).iter().map(|s| s.truth(Source::Magento, &code(s))).collect()
    }

    fn totals(&self, shared: &Shared, account: &str, days: DayRange) -> Option<Value> {
        let store = read(&self.stores).iter().find(|s| code(s) == account).map(Arc::clone)?;
        Some(totals::range(shared, &store, days).into_iter().filter_map(|day| self.told(shared, &store, day)).collect())
    }

    fn rewrite(&self, account: &str, currency: Option<Currency>, zone: Option<Zone>) -> bool {
        let mut stores = write(&self.stores);
        let Some(store) = stores.iter_mut().find(|s| code(s) == account) else { return false };
        *store = Arc::new(store.shown(currency, zone));
        true
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Reply {
        self.handle(shared, request, false).unwrap_or_else(|error| error.reply())
    }

    fn trouble(&self, shared: &Shared, request: &Request, trouble: Trouble) -> Reply {
        match trouble {
            Trouble::Throttled => ApiError::too_many().reply(),
            Trouble::TooManyRequests => {
                let mut reply = ApiError::too_many().reply();
                reply.headers.push(("retry-after", "1".to_owned()));
                reply
            }
            Trouble::Failing => ApiError::internal(&format!("{:x}", shared.next_trace())).reply(),
            Trouble::ExpiredToken => ApiError::no_token().reply(),
            Trouble::Revoked => ApiError::not_authorized("Magento_Sales::actions_view").reply(),
            Trouble::Empty => self.handle(shared, request, true).unwrap_or_else(|error| error.reply()),
            Trouble::Drift => Reply::value(
                &json!({"items": {"rows": [{"entity_id": {"value": 1}, "base_grand_total": "12,50"}]}, "total_count": "1"}),
            ),
        }
    }

    fn sunset(&self, _shared: &Shared, _request: &Request) -> Reply {
        ApiError::no_route().reply()
    }

    fn list(&self, request: &Request) -> (String, bool) {
        let (kept, later) = criteria::without_page(&request.params);
        (format!("magento {} {}", request.path, harmless(&kept)), later)
    }

    fn cut_quotas(&self, left: Option<f64>) {
        lock(&self.quotas).cut = left;
    }
}

impl Magento {
    fn handle(&self, shared: &Shared, request: &Request, emptied: bool) -> Result<Reply, ApiError> {
        let now = shared.clock.now();
        let place = self.store(request).ok_or_else(ApiError::no_route)?;
        let store = self.shown(place);
        let store = &*store;
        lock(&self.quotas).admit(shared.settings.limits, place, shared.clock.recovery())?;
        let mut path: Vec<&str> = request.path.trim_end_matches('/').split('/').skip(1).collect();
        if path.first() == Some(&"index.php") {
            path.remove(0);
        }
        let Some(("rest", rest)) = path.split_first().map(|(first, rest)| (*first, rest)) else { return Err(ApiError::no_route()) };
        // The code of a store may be left out.
        let rest = match rest {
            ["V1", ..] => rest,
            [named, "V1", ..] if ["all", "default", code(store).as_str()].contains(named) => &rest[1..],
            [_, "V1", ..] => return Err(ApiError::no_store()),
            _ => return Err(ApiError::no_route()),
        };
        if let ["V1", "integration", "admin" | "customer", "token"] = rest {
            return Err(ApiError::second_factor());
        }
        lock(&self.integrations).check(place, request)?;
        if request.method != Method::Get {
            return Err(ApiError::no_route());
        }
        let told = match &rest[1..] {
            ["orders"] => list::orders(shared, store, &Criteria::read(&request.params)?, now, emptied)?,
            ["orders", id] => list::order(shared, store, id, now, emptied)?,
            ["store", "storeConfigs"] => json!([config(store)]),
            ["store", "storeViews"] => {
                json!([{"id": 1, "code": code(store), "name": store.name, "website_id": 1, "store_group_id": 1, "is_active": 1}])
            }
            ["customerGroups", "search"] => list::groups(&Criteria::read(&request.params)?),
            _ => return Err(ApiError::no_route()),
        };
        let told = match request.given("fields") {
            Some(wanted) => fields::pick(&told, wanted),
            None => told,
        };
        Ok(Reply::value(&told))
    }
}

/// What a store view is set to.
fn config(store: &Store) -> Value {
    let locale = match store.countries.first().map_or("", |c| c.0) {
        "US" => "en_US",
        "GB" => "en_GB",
        "FR" => "fr_FR",
        "DE" => "de_DE",
        "JP" => "ja_JP",
        "AU" => "en_AU",
        "SE" => "sv_SE",
        "HU" => "hu_HU",
        "BR" => "pt_BR",
        "CH" => "de_CH",
        _ => "nl_NL",
    };
    let url = format!("https://{}/", host(store));
    json!({
        "id": 1, "code": code(store), "website_id": 1, "locale": locale, "base_currency_code": store.currency.as_str(),
        "default_display_currency_code": store.currency.as_str(), "timezone": store.calendar.zone().as_str(),
        "weight_unit": if locale == "en_US" { "lbs" } else { "kgs" },
        "base_url": url, "base_link_url": url, "base_static_url": format!("{url}static/"), "base_media_url": format!("{url}media/"),
        "secure_base_url": url, "secure_base_link_url": url, "secure_base_static_url": format!("{url}static/"),
        "secure_base_media_url": format!("{url}media/"),
    })
}

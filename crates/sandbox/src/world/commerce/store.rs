//! A business with its site, and its shop where it sells in one.

use crate::{
    SandboxSettings,
    platform::{Owner, Seat},
    world::{
        World,
        account::Account,
        calendar::{self, Calendar, stamp},
        catalog::{Industry, meta_offset, units_per_euro},
        chance::{Chance, tag, whole},
        conversion::reached,
        market::Market,
    },
};
use serde_json::{Value, json};
use std::sync::Arc;
use trimtab_domain::{Currency, Source, Zone};

/// Days after the world's first today on which the first shop of each system numbers its orders anew, and the hour (UTC).
const RENUMBERED: (i32, i64) = (2, 6);

/// Days of another calendar that are looked up rather than computed.
const CALENDAR_DAYS: i32 = 2_000;

/// One business.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    /// Place among the tenants of every platform's world.
    pub(crate) tenant: usize,
    /// The tenant's name in ids and folders, and the shop's handle.
    pub(crate) slug: String,
    /// The tenant's name for people.
    pub(crate) name: String,
    pub(crate) industry: &'static Industry,
    pub(crate) currency: Currency,
    /// Minor units per unit.
    pub(crate) offset: i64,
    /// Days of the shop and the site.
    pub(crate) calendar: Calendar,
    /// Where its customers live, biggest market first.
    pub(crate) countries: &'static [(&'static str, f64)],
    /// The first day with visits and orders.
    pub(crate) first_day: i32,
    /// Demand day by day, for all that no platform brings.
    pub(crate) market: Market,
    pub(crate) chance: Chance,
    /// Link clicks a day that it would buy on Meta: what its size is measured by.
    pub(crate) size: f64,
    /// Which shop system it runs, and its place among the shops of that system. `None` where it sells nothing and collects leads.
    pub(crate) system: Option<(Source, usize)>,
    /// When the merchant numbers all orders anew, if ever.
    pub(crate) renumbered: Option<i64>,
    /// The part of its orders that its analytics see.
    pub(crate) seen: f64,
    /// The business as its books are written, where a shop shows them by another zone or in another currency.
    pub(crate) own: Option<Arc<Self>>,
}

/// Every business.
pub(super) fn stores(settings: &SandboxSettings, meta: &World) -> Vec<Arc<Store>> {
    let mut shops = 0;
    let today = calendar::number(settings.today);
    let of = |(tenant, business): (usize, &super::super::Tenant)| {
        let account = &meta.accounts[*business.accounts.first()?];
        let system = account.industry.commerce.then(|| {
            let system = if shops % 2 == 0 { Source::Shopify } else { Source::Magento };
            shops += 1;
            (system, (shops - 1) / 2)
        });
        let chance = Chance::new(settings.seed).on(tag("commerce")).on(tenant as u64);
        let size = business.accounts.iter().map(|a| size(&meta.accounts[*a])).sum();
        let market = Market {
            chance: chance.on(tag("market")),
            industry: account.industry,
            growth: chance.on(tag("growth")).between(-0.05, 0.3),
            anchor: today,
            cpm: 0.0,
            ctr: 0.0,
            order_value: account.market.order_value,
        };
        Some(Arc::new(Store {
            tenant,
            slug: business.slug.clone(),
            name: business.name.clone(),
            industry: account.industry,
            currency: account.currency,
            offset: account.offset,
            calendar: account.calendar.clone(),
            countries: account.countries,
            first_day: account.first_day,
            market,
            chance,
            size,
            system,
            renumbered: (system.is_some_and(|(_, nth)| nth == 0))
                .then_some(i64::from(today + RENUMBERED.0) * 86_400 + RENUMBERED.1 * 3_600),
            seen: chance.on(tag("seen")).between(0.9, 0.97),
            own: None,
        }))
    };
    meta.tenants.iter().enumerate().filter_map(of).collect()
}

/// Link clicks a day that the ad sets which run at a time were designed to bring.
fn size(account: &Account) -> f64 {
    let designed: f64 = account.ad_sets.iter().map(|s| s.curve.design).sum();
    designed * 0.62 * 1_000.0 * account.market.ctr / account.market.cpm
}

/// The businesses whose shops run on a system.
pub(crate) fn of_system(stores: &[Arc<Store>], system: Source) -> Vec<Arc<Store>> {
    stores.iter().filter(|s| s.system.is_some_and(|(own, _)| own == system)).map(Arc::clone).collect()
}

impl Store {
    /// The same business with another currency or zone from now on.
    pub(crate) fn shown(self: &Arc<Self>, currency: Option<Currency>, zone: Option<Zone>) -> Self {
        let own = self.own.as_ref().unwrap_or(self);
        let mut shown = Self { own: Some(Arc::clone(own)), ..Self::clone(self) };
        if let Some(currency) = currency {
            (shown.currency, shown.offset) = (currency, meta_offset(currency.as_str()));
        }
        if let Some(zone) = zone {
            // In another zone its first orders may lie on the day before.
            shown.first_day = own.first_day - 1;
            shown.calendar = Calendar::new(zone, shown.first_day, CALENDAR_DAYS);
        }
        shown
    }

    /// Its account on a platform, and how to get at it.
    pub(crate) fn seat(&self, account: String, secret: String, below: String) -> Seat {
        Seat {
            owner: Owner { tenant: self.slug.clone(), account },
            tenant_name: self.name.clone(),
            industry: self.industry.name,
            name: self.name.clone(),
            currency: self.currency.as_str().to_owned(),
            timezone: self.calendar.zone().as_str().to_owned(),
            secret,
            below,
        }
    }

    /// What is true of it and its shop would not tell: what its merchant did, and what part of their claims each platform is counted for.
    pub(crate) fn truth(&self, source: Source, account: &str) -> Value {
        let renumbered = self.renumbered.map(|at| {
            json!({"kind": "renumbered_orders", "at": stamp(at).to_string(), "note": "the merchant numbers all orders anew; their ids stay"})
        });
        json!({
            "tenant": self.slug, "industry": self.industry.name, "source": source.as_str(), "account": account,
            "incidents": renumbered.into_iter().collect::<Vec<_>>(), "seen_by_analytics": self.seen,
        })
    }

    /// Minor units for so many euro.
    pub(crate) fn worth(&self, euro: f64) -> f64 {
        euro * units_per_euro(self.currency.as_str()) * self.offset as f64
    }

    /// Minor units as micros of a currency, at the world's fixed rates where it is another than the business's own.
    pub(crate) fn micros(&self, minor: i64, currency: Currency) -> i64 {
        let micros = minor * (1_000_000 / self.offset);
        if currency == self.currency {
            return micros;
        }
        let factor = units_per_euro(currency.as_str()) / units_per_euro(self.currency.as_str());
        // Whole hundredths, as nobody tells smaller ones.
        whole(micros as f64 * factor / 10_000.0 + 0.5) * 10_000
    }

    /// The part of a day's visits that has come by an instant.
    pub(crate) fn part_of_day(&self, day: i32, instant: i64) -> f64 {
        let (start, end) = (self.calendar.start(day), self.calendar.start(day + 1));
        passed(&self.market.hours(day), (start, end), instant)
    }

    /// Orders per visit that was paid for, on the whole.
    pub(crate) fn rate(&self) -> f64 {
        self.industry.cpm / 1_000.0 / self.industry.ctr / self.industry.cost_per_result
    }

    /// The part of what a platform brings about on a day that ends in an order of the visit it paid for. The platform claims more: orders
    /// after an ad that was merely seen, and those that another one brought in the end.
    pub(crate) fn counted(&self, platform: Source, day: i32) -> f64 {
        let dice = self.chance.on(tag("counted")).on(tag(platform.as_str()));
        dice.between(0.62, 0.76) * dice.at(i64::from(day)).factor(0.05)
    }

    /// The part of the clicks on a platform on a day that arrive on the site.
    pub(crate) fn landing(&self, platform: Source, day: i32) -> f64 {
        let (low, high) = match platform {
            Source::Google => (0.89, 0.95),
            Source::Tiktok => (0.8, 0.85),
            _ => (0.83, 0.91),
        };
        self.chance.on(tag("landing")).on(tag(platform.as_str())).at(i64::from(day)).between(low, high)
    }

    /// Whether prices are told without tax, which is then added.
    pub(crate) fn taxed_on_top(&self) -> bool {
        self.own.as_ref().map_or(self.currency, |own| own.currency).as_str() == "USD"
    }

    /// The rate of tax of its biggest market.
    pub(crate) fn tax(&self) -> f64 {
        match self.countries.first().map_or("", |country| country.0) {
            "US" => 0.08,
            "GB" | "FR" => 0.2,
            "DE" => 0.19,
            "JP" | "AU" => 0.1,
            "SE" => 0.25,
            "HU" => 0.27,
            "BR" => 0.17,
            "CH" => 0.081,
            _ => 0.21,
        }
    }
}

/// The course of one day of a business.
#[derive(Debug)]
pub(super) struct Course {
    pub(super) day: i32,
    /// First second of it and of the next one.
    pub(super) span: (i64, i64),
    /// Until when anything has happened: the end of the day, or now.
    pub(super) until: i64,
    hours: [f64; 25],
    /// Demand against the mean.
    pub(super) demand: f64,
    /// Worth of an order against the mean.
    pub(super) basket: f64,
}

impl Course {
    /// `None` for days without anything: before the first one, and to come.
    pub(super) fn of(store: &Store, day: i32, now: i64) -> Option<Self> {
        let span = (store.calendar.start(day), store.calendar.start(day + 1));
        if day < store.first_day || span.0 >= now {
            return None;
        }
        let factors = store.market.day(day);
        let (demand, basket) = (factors.demand, factors.basket);
        Some(Self { day, span, until: span.1.min(now), hours: store.market.hours(day), demand, basket })
    }

    /// When a share of the day's visits had come.
    pub(super) fn instant(&self, share: f64) -> i64 {
        reached(&self.hours, self.span, share)
    }

    /// The share of the day's visits that have come.
    pub(super) fn passed(&self) -> f64 {
        if self.until >= self.span.1 {
            return 1.0;
        }
        passed(&self.hours, self.span, self.until)
    }
}

/// The share of a day's visits before an instant, by the hours they come in.
fn passed(hours: &[f64; 25], (start, end): (i64, i64), instant: i64) -> f64 {
    let through = 24.0 * (instant - start) as f64 / (end - start) as f64;
    let hour = crate::world::chance::index(through).min(23);
    hours[hour] + (hours[hour + 1] - hours[hour]) * (through - hour as f64).clamp(0.0, 1.0)
}

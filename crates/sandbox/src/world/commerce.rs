//! What the businesses have of their own beside their ad accounts: a site with visits, a shop with orders, and a list they mail.
//!
//! It is one world: a click that was bought on a platform becomes a visit on the day it was made, and perhaps an order; a shop counts each
//! order once, by the visit it was made in, whoever else claims it. Days are those of the business's own zone.
//!
//! Orders are numbered and customers return, so days are written one after another into books that are kept. Only a day that is over is
//! kept, and nothing that happens later changes it, so the books hold nothing that could not be computed anew: every answer remains a pure
//! function of seed, settings, instant and the writes made so far.

mod books;
pub(crate) mod customer;
mod demand;
pub(crate) mod mailing;
pub(crate) mod order;
mod paid;
pub(crate) mod shown;
pub(crate) mod store;
#[cfg(test)]
mod tests;
pub(crate) mod totals;
pub(crate) mod visit;
pub(crate) mod way;

use super::World;
use crate::SandboxSettings;
use books::Books;
use mailing::MailDay;
use order::Order;
use std::{
    ops::RangeInclusive,
    sync::{Arc, Mutex, PoisonError, RwLock},
};
use store::Store;
use trimtab_domain::Source;
use visit::Visit;

/// The ad platforms that visits are bought on.
pub(crate) type Ads<'a> = [(Source, &'a RwLock<World>)];

/// What happened on one day of a business.
#[derive(Debug, Default)]
pub(crate) struct Trading {
    /// The day's number.
    pub(crate) day: i32,
    /// Visits by where they came from, in a fixed order, as the site's analytics see them.
    pub(crate) visits: Vec<Visit>,
    /// Orders in the order they were placed in.
    pub(crate) orders: Vec<Order>,
    /// What came of mailings.
    pub(crate) mail: Vec<MailDay>,
}

/// The businesses and their books.
#[derive(Debug)]
pub(crate) struct Commerce {
    stores: Vec<Arc<Store>>,
    books: Vec<Mutex<Books>>,
}

impl Commerce {
    /// The businesses that advertise on Meta; their zones and currencies are those of their first account there.
    pub(crate) fn new(settings: &SandboxSettings, meta: &World) -> Self {
        let stores = store::stores(settings, meta);
        let books = stores.iter().map(|_| Mutex::default()).collect();
        Self { stores, books }
    }

    /// Every business, in the order of the tenants. Those without [`Store::system`] have a site alone.
    pub(crate) fn stores(&self) -> &[Arc<Store>] {
        &self.stores
    }

    /// What happened on the days of a range, as known at an instant; days before the first one and those to come are empty. `store` is the
    /// place of a business in [`Commerce::stores`]. Nobody may hold a world when asking.
    pub(crate) fn days(&self, ads: &Ads<'_>, store: usize, days: RangeInclusive<i32>, now: i64) -> Vec<Arc<Trading>> {
        let Some((of, books)) = self.stores.get(store).zip(self.books.get(store)) else {
            return Vec::new();
        };
        let mut books = books.lock().unwrap_or_else(PoisonError::into_inner);
        books.read(of, ads, days, now)
    }
}

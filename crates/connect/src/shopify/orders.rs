//! Orders of a run of days: page by page, or as a file where there are many; either way held against Shopify's own count.

use super::{
    Shopify, query,
    row::{Gathered, Node},
    service::{Question, drift},
};
use crate::{
    Ask, Error, Fetched,
    answer::{BadBody, Failure, Tally},
    limits,
    paging::{PageEnd, Pages},
};
use serde::Deserialize;
use serde_json::json;
use std::sync::atomic::Ordering;
use trimtab_domain::{
    DayRange, Source,
    account::Account,
    fact::{Facts, Order},
};

/// A page of a list of orders.
#[derive(Deserialize)]
pub(super) struct Page<T> {
    pub(super) orders: Connection<T>,
}

/// A list, as far as it goes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Connection<T> {
    pub(super) nodes: Vec<T>,
    page_info: PageInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

impl<T> Connection<T> {
    /// The cursor of the next page.
    pub(super) fn next(&mut self) -> Option<String> {
        self.page_info.end_cursor.take().filter(|_| self.page_info.has_next_page)
    }
}

impl Shopify {
    /// Every order of some days.
    ///
    /// # Errors
    /// [`Error::Auth`] for days the app is not shown, [`Error::Doubtful`] when fewer orders come than Shopify counts; else as any read.
    pub(super) async fn all_orders(&self, account: &Account, days: DayRange, ask: Ask) -> Result<Fetched, Error> {
        let tally = Tally::default();
        self.within_reach(account, days, &tally).await?;
        let filter = query::processed(&account.zone, days).map_err(|what| drift(&account.id, what))?;
        let counted = self.count(account, &filter, &tally).await?;
        let many = counted.max(ask.expected_ads) > limits::SHOPIFY_DIRECT_ORDERS_MAX;
        let customers = self.asks_for_customers();
        let orders = match self.read(account, days, &filter, (many, customers, counted), &tally).await {
            // Customers take a scope of their own, which orders do without.
            Err(Failure::OutOfSight(error)) if customers => {
                let orders = self.read(account, days, &filter, (many, false, counted), &tally).await?;
                tracing::warn!(shop = account.id.as_str(), error = error.to_string(), "customers are not told apart");
                self.customers_told.store(false, Ordering::Relaxed);
                orders
            }
            orders => orders?,
        };
        Ok(Fetched { facts: Facts { orders, ..Facts::default() }, api_calls: tally.total() })
    }

    async fn read(
        &self,
        account: &Account,
        days: DayRange,
        filter: &str,
        (many, customers, counted): (bool, bool, usize),
        tally: &Tally,
    ) -> Result<Vec<Order>, Failure> {
        let pseudonyms = self.pseudonyms.as_ref().filter(|_| customers);
        let gathered = if many {
            let query = query::all_orders(filter, customers);
            self.prepared(account, &query, || Gathered::new(account, days, pseudonyms), tally).await?
        } else {
            let mut gathered = Gathered::new(account, days, pseudonyms);
            self.pages(account, &query::orders(customers), filter, &mut gathered, tally).await?;
            gathered
        };
        if gathered.seen() < counted {
            let what = format!(
                "answered {} of the {counted} orders it counts for {days}; what is known of these days is kept",
                gathered.seen()
            );
            return Err(Error::Doubtful { platform: Source::Shopify, account: Some(account.id.clone()), what }.into());
        }
        Ok(gathered.orders())
    }

    /// Page by page.
    async fn pages(
        &self,
        account: &Account,
        query: &str,
        filter: &str,
        gathered: &mut Gathered<'_>,
        tally: &Tally,
    ) -> Result<(), Failure> {
        let (mut pages, mut first) = (Pages::default(), limits::SHOPIFY_PAGE_ORDERS);
        loop {
            let variables = json!({ "query": filter, "first": first, "cursor": pages.cursor() });
            let question = Question { account: Some(&account.id), kind: "orders", query, variables };
            let mut page: Page<Node> = match self.service.ask(tally, &question).await {
                Err(Failure::TooMuch(_)) if first > limits::PAGE_ROWS_MIN => {
                    first /= 2;
                    continue;
                }
                page => page?,
            };
            let mut end = PageEnd { next: page.orders.next(), items: page.orders.nodes.len(), fresh: 0 };
            for node in page.orders.nodes {
                end.fresh += usize::from(gathered.add(node).map_err(|bad| told(account, bad))?);
            }
            if !pages.turn(end, "the list of orders").map_err(|what| drift(&account.id, what))? {
                return Ok(());
            }
        }
    }
}

/// What is wrong with an order, as an error.
pub(super) fn told(account: &Account, bad: BadBody) -> Error {
    match bad {
        BadBody::Malformed(error) => drift(&account.id, crate::answer::unquoting(&error)),
        BadBody::Conflict(what) => drift(&account.id, what),
    }
}

//! From an order as Shopify tells it to an order as it is kept.

use crate::{Pseudonyms, answer::BadBody, scalar::Micros};
use compact_str::CompactString;
use serde::Deserialize;
use std::collections::HashMap;
use trimtab_domain::{
    Currency, DayRange, Timestamp, Zone,
    account::Account,
    fact::{Custom, Order, OrderState, Utm},
};

/// An order.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Node {
    id: CompactString,
    #[serde(default)]
    name: CompactString,
    processed_at: Timestamp,
    updated_at: Timestamp,
    cancelled_at: Option<Timestamp>,
    #[serde(default)]
    test: bool,
    customer: Option<Customer>,
    total_price_set: Bag,
    total_refunded_set: Option<Bag>,
    total_tax_set: Option<Bag>,
    total_shipping_price_set: Option<Bag>,
    total_discounts_set: Option<Bag>,
    customer_journey_summary: Option<Journey>,
}

#[derive(Debug, Deserialize)]
struct Customer {
    id: CompactString,
}

/// An amount in the shop's own currency; the customer's stands beside and is not asked for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bag {
    shop_money: Amount,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Amount {
    amount: Micros,
    currency_code: Option<Currency>,
}

/// How the order came about. Null where it did not come about on the site.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Journey {
    /// Whether visits have been assigned yet; it takes a while.
    #[serde(default)]
    ready: bool,
    customer_order_index: Option<i64>,
    last_visit: Option<Visit>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Visit {
    source: Option<CompactString>,
    utm_parameters: Option<Marks>,
}

#[derive(Debug, Deserialize)]
struct Marks {
    source: Option<CompactString>,
    medium: Option<CompactString>,
    campaign: Option<CompactString>,
}

impl Journey {
    /// Whether the order is its customer's first. The position is documented without saying where it begins; a position is taken to begin
    /// at one, as whoever uses it does, and nothing comes before the first.
    fn custom(&self) -> Custom {
        match self.customer_order_index.filter(|_| self.ready) {
            None => Custom::Unknown,
            Some(..=1) => Custom::New,
            Some(_) => Custom::Returning,
        }
    }

    /// The marks of the last visit, else where it came from as Shopify sees it.
    fn utm(&self) -> Utm {
        let Some(visit) = &self.last_visit else { return Utm::default() };
        let said = |text: &Option<CompactString>| text.clone().unwrap_or_default();
        if let Some(marks) = &visit.utm_parameters {
            let utm = Utm { source: said(&marks.source), medium: said(&marks.medium), campaign: said(&marks.campaign) };
            if utm != Utm::default() {
                return utm;
            }
        }
        Utm { source: said(&visit.source), ..Utm::default() }
    }
}

impl Node {
    /// The day it belongs to.
    pub(super) fn day(&self, zone: &Zone) -> trimtab_domain::Day {
        zone.day_at(self.processed_at)
    }

    /// The row; `None` for a test.
    fn order(&self, account: &Account, pseudonyms: Option<&Pseudonyms>) -> Result<Option<Order>, String> {
        if self.test {
            return Ok(None);
        }
        let id = tail(&self.id);
        if let Some(other) = self.total_price_set.shop_money.currency_code.filter(|code| *code != account.currency) {
            return Err(format!("order {id} is in {other}, and the shop's currency is {}", account.currency));
        }
        let amount = |bag: Option<&Bag>| bag.map_or(0, |bag| bag.shop_money.amount.0);
        let customer = self.customer.as_ref().zip(pseudonyms);
        let journey = self.customer_journey_summary.as_ref();
        Ok(Some(Order {
            date: self.day(&account.zone),
            id: id.into(),
            number: self.name.clone(),
            customer: customer.map_or_else(CompactString::default, |(customer, pseudonyms)| pseudonyms.of(tail(&customer.id))),
            custom: journey.map_or(Custom::Unknown, Journey::custom),
            utm: journey.map_or_else(Utm::default, Journey::utm),
            state: if self.cancelled_at.is_some() { OrderState::Cancelled } else { OrderState::Placed },
            total_micros: amount(Some(&self.total_price_set)),
            refunded_micros: amount(self.total_refunded_set.as_ref()),
            tax_micros: amount(self.total_tax_set.as_ref()),
            shipping_micros: amount(self.total_shipping_price_set.as_ref()),
            discount_micros: amount(self.total_discounts_set.as_ref()),
        }))
    }
}

/// The number at the end of an id (`gid://shopify/Order/5501`).
fn tail(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// Gathers pages, or the lines of a file, into orders.
///
/// **Invariant.** An order becomes one row, however often it is served; of two states of it the later one counts.
#[derive(Debug)]
pub(super) struct Gathered<'a> {
    account: &'a Account,
    range: DayRange,
    pseudonyms: Option<&'a Pseudonyms>,
    known: HashMap<CompactString, (Timestamp, Option<Order>)>,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(account: &'a Account, range: DayRange, pseudonyms: Option<&'a Pseudonyms>) -> Self {
        Self { account, range, pseudonyms, known: HashMap::new() }
    }

    /// Takes an order in; whether it was new.
    pub(super) fn add(&mut self, node: Node) -> Result<bool, BadBody> {
        let day = node.day(&self.account.zone);
        if !self.range.contains(day) {
            let what = format!("an order of {day} in a read of {}", self.range);
            return Err(BadBody::Conflict(what));
        }
        let row = node.order(self.account, self.pseudonyms).map_err(BadBody::Conflict)?;
        let fresh = match self.known.get(&node.id) {
            Some((at, _)) if *at >= node.updated_at => return Ok(false),
            known => known.is_none(),
        };
        self.known.insert(node.id, (node.updated_at, row));
        Ok(fresh)
    }

    /// How many orders there are, tests among them.
    pub(super) fn seen(&self) -> usize {
        self.known.len()
    }

    /// The rows by day.
    pub(super) fn orders(self) -> Vec<Order> {
        let mut orders: Vec<Order> = self.known.into_values().filter_map(|(_, order)| order).collect();
        orders.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
        orders
    }
}

#[cfg(test)]
mod tests;

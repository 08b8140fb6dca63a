//! Which older days changed: an order refunded or cancelled long after it was placed changes the day it was placed on.

use super::{
    Shopify,
    orders::Page,
    query,
    service::{Question, drift},
};
use crate::{
    Error,
    answer::Tally,
    limits,
    paging::{PageEnd, Pages},
};
use compact_str::CompactString;
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeSet, HashSet};
use trimtab_domain::{Day, Timestamp, account::Account};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Changed {
    id: CompactString,
    processed_at: Timestamp,
    updated_at: Timestamp,
}

impl Shopify {
    /// The days before `before` of orders that were changed since an instant. Days whose orders the app is no longer shown are left out: they
    /// could not be read again.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn changed_days(&self, account: &Account, since: Timestamp, before: Day) -> Result<BTreeSet<Day>, Error> {
        let (tally, first) = (Tally::default(), self.reach(account).await?);
        let (mut days, mut seen, mut since) = (BTreeSet::new(), HashSet::new(), since);
        // A list ends at some depth; it is begun anew from the change reached before that.
        'slices: loop {
            let filter = query::changed(&account.zone, since, before).map_err(|what| drift(&account.id, what))?;
            let (mut pages, mut depth) = (Pages::default(), 0);
            loop {
                let variables = json!({ "query": filter, "first": limits::SHOPIFY_CHANGED_ORDERS, "cursor": pages.cursor() });
                let question = Question { account: Some(&account.id), kind: "changed", query: query::CHANGED, variables };
                let mut page: Page<Changed> = self.service.ask(&tally, &question).await.map_err(Error::from)?;
                let mut end = PageEnd { next: page.orders.next(), items: page.orders.nodes.len(), fresh: 0 };
                let last = page.orders.nodes.last().map(|order| order.updated_at);
                for order in page.orders.nodes {
                    end.fresh += usize::from(seen.insert((order.id, order.updated_at)));
                    days.insert(account.zone.day_at(order.processed_at));
                }
                depth += end.items;
                let deep = last.filter(|last| depth >= limits::SHOPIFY_DEPTH_MAX && *last > since && end.next.is_some());
                if let Some(last) = deep {
                    since = last;
                    continue 'slices;
                }
                // A slice begins with orders the one before ended with.
                if pages.cursor().is_none() {
                    end.fresh = end.items;
                }
                if !pages.turn(end, "the list of changed orders").map_err(|what| drift(&account.id, what))? {
                    break 'slices;
                }
            }
        }
        days.retain(|day| *day < before && first.is_none_or(|first| *day >= first));
        Ok(days)
    }
}

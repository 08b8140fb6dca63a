//! The account's own total by day: the second witness where a read of its mailings is silent.
//!
//! Klaviyo has no total of an account. What comes nearest, and is none of the questions facts are made of: messages received, divided by
//! nothing at all, and orders divided by the way the message went that they are attributed to, without those that have none. Both are the same
//! events, but neither knows messages, campaigns or flows, so a fault in what those are divided by leaves them as they are. Of a day on which
//! messages were only opened or clicked they say nothing.

use super::{Klaviyo, aggregate::Query, service::Tally};
use crate::{Error, silence::Totals};
use std::collections::BTreeMap;
use trimtab_domain::{Day, DayRange, account::Account, fact::Total};

impl Klaviyo {
    /// Messages received, orders and revenue of each day; `None` where the account has no event to count.
    pub(super) async fn account_totals(&self, account: &Account, days: DayRange) -> Result<Option<Totals>, Error> {
        let tally = Tally::default();
        let metrics = self.counted(account, &tally).await?;
        if metrics.is_empty() {
            return Ok(None);
        }
        let mut totals = BTreeMap::<Day, Total>::new();
        for metric in metrics.channels.iter().filter_map(|channel| channel.received.as_ref()) {
            let query = Query { metric, measurements: &["count"], by: &[] };
            for (day, figures) in self.aggregate(&tally, account, days, &query).await?.into_iter().flat_map(|row| row.days) {
                let total = totals.entry(day).or_default();
                *total = total.plus(&Total { recipients: Some(figures.count), ..Total::default() });
            }
        }
        if let Some(metric) = &metrics.orders {
            let query = Query { metric, measurements: &["count", "sum_value"], by: &["$attributed_channel"] };
            let rows = self.aggregate(&tally, account, days, &query).await?.into_iter();
            let attributed = rows.filter(|row| row.dimensions.iter().any(|channel| !channel.is_empty()));
            for (day, figures) in attributed.flat_map(|row| row.days) {
                let (orders, revenue_micros) = (Some(figures.count), Some(figures.value_micros));
                let total = totals.entry(day).or_default();
                *total = total.plus(&Total { orders, revenue_micros, ..Total::default() });
            }
        }
        Ok(Some(Totals { told: days, days: totals, api_calls: tally.total() }))
    }
}

//! How many orders there are by Shopify's own count: of a range, as a check of what is read, and of each day, as the second witness where
//! days are silent. Shopify counts orders and nothing they come to.

use super::{
    Shopify, query,
    service::{Question, drift},
};
use crate::{
    Error,
    answer::{Failure, Tally},
    silence::Totals,
};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use trimtab_domain::{Day, DayRange, account::Account, fact::Total};

/// A count; `AT_LEAST` where it was cut short, which a question without a limit rules out.
#[derive(Debug, Clone, Deserialize)]
struct Count {
    count: i64,
    #[serde(default)]
    precision: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CountData {
    orders_count: Count,
}

impl Count {
    fn exact(&self) -> Option<i64> {
        (self.precision != "AT_LEAST").then_some(self.count)
    }
}

impl Shopify {
    /// How many orders a filter finds, tests and cancelled ones among them; the least it may be where it is not told exactly.
    pub(super) async fn count(&self, account: &Account, filter: &str, tally: &Tally) -> Result<usize, Failure> {
        let variables = json!({ "query": filter });
        let question = Question { account: Some(&account.id), kind: "count", query: query::COUNT, variables };
        let data: CountData = self.service.ask(tally, &question).await?;
        Ok(usize::try_from(data.orders_count.count).unwrap_or(0))
    }

    /// Orders that stand, by day. `None` for days whose orders the app is not shown.
    pub(super) async fn day_counts(&self, account: &Account, days: DayRange) -> Result<Option<Totals>, Error> {
        let tally = Tally::default();
        let told = match self.within_reach(account, days, &tally).await {
            Ok(()) => Some(days),
            Err(Error::Auth { .. }) => {
                let first = self.reach(account).await?.unwrap_or(days.from());
                DayRange::new(first, days.to()).ok().and_then(|shown| days.intersect(&shown))
            }
            Err(error) => return Err(error),
        };
        let Some(told) = told else { return Ok(None) };
        let (mut totals, all) = (BTreeMap::new(), told.days().collect::<Vec<Day>>());
        for some in all.chunks(query::DAYS_AT_ONCE) {
            let query = query::counts(&account.zone, some).map_err(|what| drift(&account.id, what))?;
            let question = Question { account: Some(&account.id), kind: "counts", query: &query, variables: json!({}) };
            let data: BTreeMap<String, Count> = self.service.ask(&tally, &question).await.map_err(Error::from)?;
            for (at, day) in some.iter().enumerate() {
                let count = |name: &str| data.get(&format!("{name}{at}")).and_then(Count::exact);
                let (Some(placed), Some(cancelled)) = (count("a"), count("c")) else {
                    return Err(drift(&account.id, format!("no exact count of the orders of {day}")));
                };
                let standing = placed.saturating_sub(cancelled);
                if standing != 0 {
                    totals.insert(*day, Total { orders: Some(standing), ..Total::default() });
                }
            }
        }
        Ok(Some(Totals { told, days: totals, api_calls: tally.total() }))
    }
}

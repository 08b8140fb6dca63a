//! The account's own total by day: the second witness where a read of its ads is silent.

use super::{
    Meta,
    graph::{Ask, PageEnd, Paging, Tally},
    insights::time_range,
};
use crate::{
    Error, limits,
    scalar::{Count, DayText, Micros},
    silence::Totals,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use trimtab_domain::{DayRange, account::Account, fact::Total};

#[derive(Deserialize)]
struct Page {
    data: Vec<Row>,
    #[serde(default)]
    paging: Paging,
}

#[derive(Deserialize)]
struct Row {
    date_start: DayText,
    impressions: Option<Count>,
    spend: Option<Micros>,
}

impl Meta {
    /// Spend and impressions of each day, at the level of the account.
    pub(super) async fn account_totals(&self, account: &Account, days: DayRange) -> Result<Totals, Error> {
        let (tally, mut totals) = (Tally::default(), BTreeMap::new());
        let params = vec![
            ("level", "account".into()),
            ("fields", "impressions,spend".into()),
            ("time_increment", "1".into()),
            ("time_range", time_range(days).into()),
        ];
        let ask = Ask::get(Some(&account.id), format!("act_{}/insights", account.id), params);
        self.graph
            .pages(&tally, &ask, limits::INSIGHTS_PAGE_ROWS, |body| {
                let page: Page = serde_json::from_slice(body)?;
                let mut end = PageEnd { next: page.paging.cursor(), items: page.data.len(), fresh: 0 };
                for row in &page.data {
                    let total = Total::ads(row.spend.unwrap_or_default().0, row.impressions.unwrap_or_default().0);
                    end.fresh += usize::from(totals.insert(row.date_start.0, total).is_none());
                }
                Ok(end)
            })
            .await?;
        Ok(Totals { told: days, days: totals, api_calls: tally.total() })
    }
}

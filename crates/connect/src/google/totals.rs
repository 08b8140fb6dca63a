//! The account's own total by day: the second witness where a read of its ads is silent.

use super::{Google, service::Tally};
use crate::{
    Error,
    scalar::{Count, DayText},
    silence::Totals,
};
use serde::Deserialize;
use trimtab_domain::{DayRange, account::Account, fact::Total};

#[derive(Deserialize)]
struct Row {
    segments: Segments,
    #[serde(default)]
    metrics: Metrics,
}

#[derive(Deserialize)]
struct Segments {
    date: DayText,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Metrics {
    impressions: Count,
    cost_micros: Count,
}

impl Google {
    /// Cost and impressions of each day, of the customer as a whole: one operation of the quota.
    pub(super) async fn account_totals(&self, account: &Account, days: DayRange) -> Result<Totals, Error> {
        let tally = Tally::default();
        let query = format!(
            "SELECT segments.date, metrics.cost_micros, metrics.impressions FROM customer WHERE segments.date BETWEEN '{}' AND '{}'",
            days.from(),
            days.to()
        );
        let rows: Vec<Row> = self.service.rows(&tally, &account.id, &query).await?;
        let total = |row: Row| {
            let Metrics { impressions, cost_micros } = row.metrics;
            (row.segments.date.0, Total::ads(cost_micros.0, impressions.0))
        };
        Ok(Totals { told: days, days: rows.into_iter().map(total).collect(), api_calls: tally.total() })
    }
}

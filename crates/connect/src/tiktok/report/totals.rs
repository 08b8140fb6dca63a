//! The advertiser's own total by day: the second witness where a report of its ads is silent.

use super::{
    REPORT,
    figures::{Moment, reported},
};
use crate::{
    Error, limits,
    scalar::{Count, Micros},
    silence::Totals,
    tiktok::{
        Tiktok,
        api::{Ask, Data, Listed, Tally, json},
    },
};
use serde::Deserialize;
use std::collections::BTreeMap;
use trimtab_domain::{DayRange, account::Account, fact::Total};

#[derive(Deserialize)]
struct Row {
    dimensions: Dimensions,
    metrics: Metrics,
}

#[derive(Deserialize)]
struct Dimensions {
    stat_time_day: Moment,
}

#[derive(Deserialize)]
struct Metrics {
    #[serde(default, deserialize_with = "reported")]
    spend: Option<Micros>,
    #[serde(default, deserialize_with = "reported")]
    impressions: Option<Count>,
}

impl Tiktok {
    /// Spend and impressions of each day, at the level of the advertiser.
    pub(in crate::tiktok) async fn account_totals(&self, account: &Account, days: DayRange) -> Result<Totals, Error> {
        let (tally, mut totals) = (Tally::default(), BTreeMap::new());
        // A window has at most as many rows as days, so one page holds it.
        for window in days.chunks_newest_first(limits::TIKTOK_DAYS_MAX) {
            let params = vec![
                ("advertiser_id", account.id.as_str().into()),
                ("report_type", "BASIC".into()),
                ("service_type", "AUCTION".into()),
                ("data_level", "AUCTION_ADVERTISER".into()),
                ("dimensions", json(&["advertiser_id", "stat_time_day"])),
                ("metrics", json(&["spend", "impressions"])),
                ("start_date", window.from().to_string().into()),
                ("end_date", window.to().to_string().into()),
                ("page_size", limits::TIKTOK_PAGE_ROWS.to_string().into()),
            ];
            let ask = Ask::get(Some(&account.id), REPORT, params);
            let read = |body: &[u8]| {
                let Data { data }: Data<Listed<Row>> = serde_json::from_slice(body)?;
                Ok(data.list)
            };
            for Row { dimensions, metrics } in self.api.ask(&tally, &ask, read).await? {
                let total = Total::ads(metrics.spend.unwrap_or_default().0, metrics.impressions.unwrap_or_default().0);
                totals.insert(dimensions.stat_time_day.day, total);
            }
        }
        Ok(Totals { told: days, days: totals, api_calls: tally.total() })
    }
}

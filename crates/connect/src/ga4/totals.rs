//! The property's own total by day: the second witness where a read of its sessions is silent. Asked for by the day alone, so that nothing
//! is put together, withheld or sampled for having too many rows.

use super::{
    Ga4,
    facts::{day, figure},
    report::Question,
    service::Tally,
};
use crate::{
    Error, limits,
    scalar::{Count, Micros},
    silence::Totals,
};
use std::collections::BTreeMap;
use trimtab_domain::{Day, DayRange, account::Account, fact::Total};

const DAYS: Question<(Day, Total)> = Question {
    dimensions: &["date"],
    metrics: &["sessions", "purchaseRevenue"],
    fact: |dims, figures| {
        let (&[date], &[sessions, revenue]) = (dims, figures) else {
            return Err("a day's total without all of its columns".to_owned());
        };
        let sessions = figure::<Count>(sessions, "sessions")?.0;
        let revenue = figure::<Micros>(revenue, "purchaseRevenue")?.0;
        Ok((day(date)?, Total { sessions: Some(sessions), revenue_micros: Some(revenue), ..Total::default() }))
    },
};

impl Ga4 {
    /// Sessions and revenue of each day, of the property as a whole.
    pub(super) async fn property_totals(&self, account: &Account, days: DayRange) -> Result<Totals, Error> {
        let (tally, mut totals) = (Tally::default(), BTreeMap::new());
        for span in days.chunks_newest_first(limits::GA4_SPAN_DAYS) {
            for table in self.sharpest(account, span, &tally, &DAYS).await? {
                let seen = !table.hidden.contains("purchaseRevenue");
                // An estimate is no witness.
                let told = |total: Total| match table.quality.sampled {
                    true => Total::default(),
                    false => Total { revenue_micros: total.revenue_micros.filter(|_| seen), ..total },
                };
                totals.extend(table.rows.into_iter().map(|(day, total)| (day, told(total))));
            }
        }
        Ok(Totals { told: days, days: totals, api_calls: tally.total() })
    }
}

//! The account's own total by day: the second witness where a read of its campaigns is silent.

use super::{
    Linkedin,
    amount::Carry,
    analytics::{Cut, Piece},
    figures::Metric,
};
use crate::{
    Error,
    answer::{BadBody, Tally},
    limits,
    silence::Totals,
};
use std::collections::BTreeMap;
use trimtab_domain::{DayRange, account::Account, fact::Total};

impl Linkedin {
    /// Cost and impressions of each day, of the account as a whole.
    pub(super) async fn account_totals(&self, account: &Account, days: DayRange) -> Result<Totals, Error> {
        let (tally, mut totals) = (Tally::default(), BTreeMap::new());
        let cut = Cut { pivots: &["ACCOUNT"], metrics: &[Metric::Cost, Metric::Impressions] };
        for range in days.chunks_newest_first(limits::LINKEDIN_DAYS_MAX) {
            let take = |row: super::row::Row<'_>, range: DayRange| -> Result<(), BadBody> {
                let total = Total::ads(
                    Carry::default().micros(row.figures.get(Metric::Cost).unwrap_or_default()),
                    row.figures.count(Metric::Impressions)?.unwrap_or_default(),
                );
                totals.insert(row.day(range)?, total);
                Ok(())
            };
            self.read(account, cut, Piece { range, campaigns: None }, &[], &tally, take).await?;
        }
        Ok(Totals { told: days, days: totals, api_calls: tally.total() })
    }
}

//! The account's own total by day: the second witness where a read of its ads is silent.

use super::{
    Pinterest,
    collect::rows,
    facts::{Reach, params},
    row::Row,
    service::{Ask, BadBody, Tally},
};
use crate::{Connector, Error, limits, silence::Totals};
use std::collections::BTreeMap;
use trimtab_domain::{Day, DayRange, account::Account, fact::Total};

impl Pinterest {
    /// Spend and impressions of each day, of the account as a whole. It reaches as far back as direct reads; `None` for older days.
    pub(super) async fn account_totals(&self, account: &Account, days: DayRange) -> Result<Option<Totals>, Error> {
        let reach = Reach::at(self.now());
        let Some(told) = DayRange::new(reach.direct_from, reach.today).ok().and_then(|reach| days.intersect(&reach)) else {
            return Ok(None);
        };
        let (tally, mut totals) = (Tally::default(), BTreeMap::new());
        for window in told.chunks_newest_first(limits::DIRECT_SPAN_DAYS) {
            let ask = Ask::of(&account.id, "analytics", params(window, "DAY", &["SPEND_IN_MICRO_DOLLAR", "IMPRESSION_1"]));
            let read = |body: &[u8]| {
                let total = |row: &Row<'_>| -> Result<(Day, Total), String> {
                    let day = row.date().ok_or_else(|| "a day's total without its day".to_owned())?;
                    let (spend_micros, impressions) = row.delivery()?;
                    Ok((day, Total::ads(spend_micros, impressions)))
                };
                rows(body)?.iter().map(total).collect::<Result<Vec<_>, String>>().map_err(BadBody::Conflict)
            };
            totals.extend(self.service.ask(&tally, &ask, read).await?);
        }
        Ok(Some(Totals { told, days: totals, api_calls: tally.total() }))
    }
}

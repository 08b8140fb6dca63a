//! How many orders stand by the store's own count, day by day, as the second witness where days are silent; and which older days changed.

use super::{
    Magento,
    row::Utc,
    search::{begin, utc},
    service::{Listed, Page, drift},
};
use crate::{Error, answer::Tally, silence::Totals};
use serde::{Deserialize, de::IgnoredAny};
use std::collections::{BTreeMap, BTreeSet};
use trimtab_domain::{Day, DayRange, Timestamp, account::Account, fact::Total};

#[derive(Debug, Deserialize)]
struct Changed {
    entity_id: u64,
    created_at: Utc,
}

impl Listed for Changed {
    fn id(&self) -> u64 {
        self.entity_id
    }
}

impl Magento {
    /// Orders that stand, by day. What they come to is not added up by the store.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn day_counts(&self, account: &Account, days: DayRange) -> Result<Totals, Error> {
        let (tally, mut totals) = (Tally::default(), BTreeMap::new());
        for day in days.days() {
            let search = self.search(account, &tally).await?.standing().placed(&account.zone, DayRange::single(day));
            let params = search.map_err(|what| drift(Some(&account.id), what))?.params(1, "total_count");
            let page: Page<IgnoredAny> =
                self.service.get(&tally, Some(&account.id), "orders", &params).await.map_err(Error::from)?;
            if page.total_count > 0 {
                let orders = i64::try_from(page.total_count).unwrap_or(i64::MAX);
                totals.insert(day, Total { orders: Some(orders), ..Total::default() });
            }
        }
        Ok(Totals { told: days, days: totals, api_calls: tally.total() })
    }

    /// The days before `before` of orders that were changed since an instant.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn changed_days(&self, account: &Account, since: Timestamp, before: Day) -> Result<BTreeSet<Day>, Error> {
        let (tally, mut days) = (Tally::default(), BTreeSet::new());
        let until = begin(&account.zone, before).map_err(|what| drift(Some(&account.id), what))?;
        let search = self.search(account, &tally).await?.with("updated_at", "gteq", utc(since)).with("created_at", "lt", until);
        let take = |order: Changed| {
            days.insert(order.created_at.day(&account.zone));
            Ok(())
        };
        self.service.list(&tally, account, &search, "entity_id,created_at", take).await.map_err(Error::from)?;
        days.retain(|day| *day < before);
        Ok(days)
    }
}

//! Orders of a run of days, and whether each is its customer's first.

use super::{
    Magento,
    row::{FIELDS, Row},
    service::drift,
};
use crate::{Error, Fetched, answer::Tally};
use compact_str::CompactString;
use trimtab_domain::{
    DayRange,
    account::Account,
    fact::{Facts, Order},
};

impl Magento {
    /// Every order of some days.
    ///
    /// # Errors
    /// [`Error::Doubtful`] when fewer orders come than the store counts; else as any read.
    pub(super) async fn all_orders(&self, account: &Account, days: DayRange) -> Result<Fetched, Error> {
        let tally = Tally::default();
        let wrong = |what: String| drift(Some(&account.id), what);
        let search = self.search(account, &tally).await?.placed(&account.zone, days).map_err(wrong)?;
        let mut rows: Vec<Row> = Vec::new();
        let take = |row: Row| {
            let day = row.created_at.day(&account.zone);
            if !days.contains(day) {
                return Err(format!("an order of {day} in a read of {days}"));
            }
            if row.counts() {
                rows.push(row);
            }
            Ok(())
        };
        self.service.list(&tally, account, &search, FIELDS, take).await.map_err(Error::from)?;
        let firsts = self.firsts(account, &rows, &tally).await?;
        let customer = |row: &Row| {
            let known = row.address().zip(self.pseudonyms.as_ref());
            known.map_or_else(CompactString::default, |(address, pseudonyms)| pseudonyms.of(address))
        };
        let order = |row: &Row| row.order(account, customer(row), firsts.custom(row));
        let mut orders = rows.iter().map(order).collect::<Result<Vec<Order>, String>>().map_err(wrong)?;
        orders.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
        Ok(Fetched { facts: Facts { orders, ..Facts::default() }, api_calls: tally.total() })
    }
}

//! Which days of an account have rows: what a writer must know before it lets an answer without any take their place.

use crate::{
    Error,
    days::{from_epoch, to_epoch},
    file::{self, FileEntry},
    lake::Tenant,
    rows,
    schema::Table,
};
use std::collections::{BTreeMap, BTreeSet};
use trimtab_domain::{Day, DayRange, account::Account};

/// The days that one part of a table has rows of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The table.
    pub table: Table,
    /// Which breakdown or kind of word, where the table has several; else empty.
    pub split: String,
    /// Its days with rows.
    pub days: BTreeSet<Day>,
}

/// What is held of an account in the days of `range`, by table and part; parts without rows are left out.
pub(crate) async fn held(tenant: &Tenant, account: &Account, range: DayRange) -> Result<Vec<Held>, Error> {
    let wanted = to_epoch(range.from())..=to_epoch(range.to());
    let own = |file: &&FileEntry| {
        let slice = &file.slice;
        let overlaps = file.days.0 <= *wanted.end() && *wanted.start() <= file.days.1;
        slice.platform == account.source.as_str() && slice.account == account.id.as_str() && overlaps
    };
    let mut all = Vec::new();
    for table in Table::ALL.into_iter().filter(|table| *table != Table::EntityHistory) {
        let slot = tenant.slot(table);
        let Some(opened) = slot.newest().await? else { continue };
        let Some(date) = table.position("date") else { continue };
        let mut parts = BTreeMap::<&str, BTreeSet<Day>>::new();
        for file in opened.files.iter().filter(own) {
            let days = match file.days {
                (first, last) if first == last => vec![first],
                _ => rows::by_day(&file::read(slot, file, &[date])?).into_keys().collect(),
            };
            let inside = days.into_iter().filter(|day| wanted.contains(day)).map(from_epoch);
            parts.entry(&file.slice.breakdown).or_default().extend(inside);
        }
        let held = |(split, days): (&str, BTreeSet<Day>)| Held { table, split: split.to_owned(), days };
        all.extend(parts.into_iter().filter(|(_, days)| !days.is_empty()).map(held));
    }
    Ok(all)
}

//! Retention of hours: what is known by the hour is let go after a while, once the same days are known as days.
//!
//! A day's figures come from the platform itself and never from its hours, so that nothing that is added up changes. Hours of a day that no
//! daily rows are known of stay, however old.

use crate::{
    Error, days,
    file::{self, FileEntry, NewFile},
    lake::Tenant,
    rows,
    schema::Table,
    table::{Change, Opened, Slot},
};
use std::collections::{BTreeMap, BTreeSet};
use trimtab_domain::Day;

/// The days known of each account, by platform and account.
type Known = BTreeMap<(String, String), BTreeSet<i32>>;

/// Lets go of hours of days before `before`. Returns how many rows that were.
pub(crate) async fn retire_hours(tenant: &Tenant, before: Day) -> Result<usize, Error> {
    let (hourly, daily) = (tenant.slot(Table::AdHourly), tenant.slot(Table::AdDaily));
    let before = days::to_epoch(before);
    let old = |opened: &Opened| opened.files.iter().any(|file| file.days.0 < before);
    if !hourly.newest().await?.is_some_and(|opened| old(&opened)) {
        return Ok(0);
    }
    let known = known(daily, before).await?;
    let (_, retired) = hourly.change(|opened| plan(hourly, opened, &known, before)).await?;
    Ok(retired)
}

/// The days before `before` that have daily rows.
async fn known(slot: &Slot, before: i32) -> Result<Known, Error> {
    let mut known = Known::new();
    let Some(opened) = slot.newest().await? else { return Ok(known) };
    for file in opened.files.iter().filter(|file| file.days.0 < before) {
        let slice = &file.slice;
        known.entry((slice.platform.clone(), slice.account.clone())).or_default().extend(days_of(slot, file)?);
    }
    Ok(known)
}

fn days_of(slot: &Slot, file: &FileEntry) -> Result<Vec<i32>, Error> {
    let Some(date) = slot.table.position("date").filter(|_| file.days.0 < file.days.1) else { return Ok(vec![file.days.0]) };
    Ok(rows::by_day(&file::read(slot, file, &[date])?).into_keys().collect())
}

fn plan(slot: &Slot, opened: Option<&Opened>, known: &Known, before: i32) -> Result<(Change, usize), Error> {
    let (mut change, mut retired) = (Change::default(), 0);
    for file in opened.iter().flat_map(|opened| &opened.files).filter(|file| file.days.0 < before) {
        let slice = &file.slice;
        let Some(known) = known.get(&(slice.platform.clone(), slice.account.clone())) else { continue };
        let batch = file::read_whole(slot, file)?;
        let days = rows::by_day(&batch);
        let goes = |day: i32| day < before && known.contains(&day);
        let mut kept: Vec<u32> = days.iter().filter(|(day, _)| !goes(**day)).flat_map(|(_, rows)| rows.iter().copied()).collect();
        if kept.len() == batch.num_rows() {
            continue;
        }
        retired += batch.num_rows() - kept.len();
        change.remove.push(file.clone());
        if !kept.is_empty() {
            kept.sort_unstable();
            let rows = rows::pick(&batch, &kept)?;
            change.add.push(NewFile { slice: slice.clone(), period: file.period.clone(), rows });
        }
    }
    Ok((change, retired))
}

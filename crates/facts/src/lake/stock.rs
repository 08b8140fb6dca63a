//! What there is: tables and their files, days with rows, what is stored of a day.

use super::TenantLake;
use crate::{
    Error,
    file::FileEntry,
    held::{self, Held},
    limits,
    schema::Table,
    summary::{self, Summary},
};
use std::{path::PathBuf, sync::Arc};
use trimtab_domain::{DayRange, account::Account};

/// How much is known of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// First and last day with rows the account is read for: ads, orders, visits or mailings.
    pub days: DayRange,
    /// Rows of all kinds.
    pub rows: u64,
}

/// A Parquet file of a table, with what its rows have in common and the file itself does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFile {
    /// Where it lies.
    pub path: PathBuf,
    /// The source.
    pub platform: String,
    /// The account's id.
    pub account: String,
    /// The currency of its amounts; empty for objects.
    pub currency: String,
}

/// The size of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableStats {
    /// Which.
    pub table: Table,
    /// Its version.
    pub version: u64,
    /// Its rows.
    pub rows: usize,
    /// Its data files.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

impl TenantLake {
    /// Size and version of each table that exists.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub async fn tables(&self) -> Result<Vec<TableStats>, Error> {
        let tenant = Arc::clone(&self.tenant);
        let work = async move {
            let mut stats = Vec::new();
            for table in Table::ALL {
                let Some(opened) = tenant.slot(table).newest().await? else {
                    continue;
                };
                stats.push(TableStats {
                    table,
                    version: opened.version,
                    rows: opened.files.iter().map(|f| f.rows).sum(),
                    files: opened.files.len(),
                    bytes: opened.files.iter().map(|f| f.bytes).sum(),
                });
            }
            Ok(stats)
        };
        self.shared.pool.run("measure the tables", limits::QUERY_DEADLINE, work).await
    }

    /// First and last day with rows an account is read for, and its rows of all kinds. `None` without any.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub async fn extent(&self, account: &Account) -> Result<Option<Extent>, Error> {
        let (tenant, account) = (Arc::clone(&self.tenant), account.clone());
        let work = async move {
            let (mut days, mut rows) = (None::<(i32, i32)>, 0);
            for table in Table::ALL.into_iter().filter(|table| table.holds_facts()) {
                let Some(opened) = tenant.slot(table).newest().await? else {
                    continue;
                };
                let own = |f: &&FileEntry| f.slice.platform == account.source.as_str() && f.slice.account == account.id.as_str();
                for file in opened.files.iter().filter(own) {
                    rows += file.rows;
                    if table == Table::main(account.source.kind()) {
                        days = Some(days.map_or(file.days, |(first, last)| (first.min(file.days.0), last.max(file.days.1))));
                    }
                }
            }
            let range = |(first, last)| DayRange::new(crate::days::from_epoch(first), crate::days::from_epoch(last)).ok();
            Ok(days.and_then(range).map(|days| Extent { days, rows: rows as u64 }))
        };
        self.shared.pool.run("measure an account", limits::QUERY_DEADLINE, work).await
    }

    /// What is stored of each day of an account beside what its source says of the day as a whole, and the numbers that several of its
    /// orders carry.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub async fn summarise(&self, account: &Account, range: DayRange) -> Result<Summary, Error> {
        let (tenant, account) = (Arc::clone(&self.tenant), account.clone());
        let work = async move { summary::summarise(&tenant, &account, range).await };
        self.shared.pool.run("sum up an account", limits::QUERY_DEADLINE, work).await
    }

    /// The days within `range` that have rows of an account, by table and part of a table.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub async fn held(&self, account: &Account, range: DayRange) -> Result<Vec<Held>, Error> {
        let (tenant, account) = (Arc::clone(&self.tenant), account.clone());
        let work = async move { held::held(&tenant, &account, range).await };
        self.shared.pool.run("look for known days", limits::QUERY_DEADLINE, work).await
    }

    /// The Parquet files a table consists of now, for other tools to read.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn files(&self, table: Table) -> Result<Vec<TableFile>, Error> {
        let slot = Arc::clone(self.tenant.slot(table));
        let work = async move {
            let opened = slot.newest().await?;
            let file = |file: &FileEntry| TableFile {
                path: slot.folder.join(&file.path),
                platform: file.slice.platform.clone(),
                account: file.slice.account.clone(),
                currency: file.slice.currency.clone(),
            };
            Ok(opened.iter().flat_map(|o| &o.files).map(file).collect())
        };
        self.shared.pool.run("list files", limits::QUERY_DEADLINE, work).await
    }
}

//! Moves an installation's operational state from a file to a server: every table, in one transaction, held against what arrived.
//!
//! Tables, their columns and their order come from the new database's own catalog, so that a table nobody thought of here is moved like
//! all others. Both sides are read in pages by the primary key with the same statements. The file is locked against writers meanwhile and
//! is not changed; a move that is killed leaves the server's database as it was.

mod table;

use crate::{
    DatabaseUrl, Error, Place, StoreSettings,
    db::{Database, Fail, transaction},
    entity::executions,
    execution::ExecutionStatus,
    migration, row,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter};
use std::path::Path;
use table::{Digest, Table};
use trimtab_domain::Timestamp;

/// A table that was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transferred {
    /// Its name.
    pub table: String,
    /// Its rows, on both sides.
    pub rows: u64,
    /// A digest of all of them in the order of their key, in hex, equal on both sides.
    pub digest: String,
}

/// Moves everything in the file to the server's database, which must be empty. `now` tells which executions are alive.
///
/// # Errors
/// [`Error::NotFound`] without a file; [`Error::Conflict`] when the database is not empty, or something runs that would go on writing to
/// the file; [`Error::Invalid`] when the file's schema is an older one; [`Error::Altered`] when the server gave back something else; and as
/// [`crate::Store::open`]. Nothing is moved then.
pub async fn transfer(file: &Path, server: &DatabaseUrl, now: Timestamp) -> Result<Vec<Transferred>, Error> {
    if !file.is_file() {
        return Err(Error::not_found("database", file.display()));
    }
    let from = Database::open(&StoreSettings::new(file)).await?;
    let to = Database::open(&StoreSettings::at(Place::Server(server.clone()))).await?;
    if migration::applied_steps(&from).await?.len() < migration::names().count() {
        let from = from.place();
        return Err(Error::Invalid(format!(
            "the schema of {from} is an older version's: bring it up with `trimtab migrate` first"
        )));
    }
    let moved = transaction!(from.schema(), "move to a server", |from| {
        refuse_alive(from, now).await?;
        let moved = transaction!(to.schema(), "move from a file", |to| move_all(from, to, server).await)?;
        Ok(moved)
    });
    from.close().await;
    to.close().await;
    moved
}

async fn refuse_alive(from: &impl ConnectionTrait, now: Timestamp) -> Result<(), Fail> {
    use executions::Column;
    let unfinished = [ExecutionStatus::Queued.as_str(), ExecutionStatus::Running.as_str()];
    let alive =
        executions::Entity::find().filter(Column::Status.is_in(unfinished)).filter(Column::LeasedUntil.gt(row::instant(now)));
    match alive.count(from).await? {
        0 => Ok(()),
        some => Err(Error::Conflict(format!(
            "{some} executions are at work in the old database: stop `trimtab serve` and whatever else runs there, then run this again"
        ))
        .into()),
    }
}

async fn move_all(from: &DatabaseTransaction, to: &DatabaseTransaction, server: &DatabaseUrl) -> Result<Vec<Transferred>, Fail> {
    migration::bring_up_within(to).await?;
    let tables = Table::all(to).await?;
    for table in &tables {
        if migration::count(to, &table.name, None).await? > 0 {
            return Err(Error::Conflict(format!(
                "{server} is not empty (table {} has rows): name an empty database; nothing was moved",
                table.name
            ))
            .into());
        }
    }
    let mut moved = Vec::with_capacity(tables.len());
    for table in &tables {
        let (mut sent, mut arrived) = (Digest::default(), Digest::default());
        let mut last: Option<table::Row> = None;
        loop {
            let rows = table.page(from, last.as_ref()).await?;
            let Some(newest) = rows.last() else { break };
            last = Some(newest.clone());
            sent.add(&rows);
            table.insert(to, rows).await?;
        }
        last = None;
        loop {
            let rows = table.page(to, last.as_ref()).await?;
            let Some(newest) = rows.last() else { break };
            last = Some(newest.clone());
            arrived.add(&rows);
        }
        let (sent, arrived) = (sent.end(), arrived.end());
        let counted = migration::count(from, &table.name, None).await?;
        if sent != arrived || sent.0 != counted {
            return Err(Error::Altered { table: table.name.clone() }.into());
        }
        moved.push(Transferred { table: table.name.clone(), rows: sent.0, digest: sent.1 });
    }
    Ok(moved)
}

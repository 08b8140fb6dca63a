//! The schema's history. Each step is one DDL statement with its own reverse; all pending steps are applied in one transaction, so a
//! killed upgrade leaves the old schema whole.
//!
//! A step that has shipped is never changed: a new one is appended. Steps name tables and columns as text, not by the entities, because
//! entities describe only the newest schema.

mod analysis;
mod initial;
mod knowledge;

use crate::{
    Error,
    db::{Database, query, transaction},
    postgres,
};
use sea_orm::{ConnectionTrait, DatabaseExecutor, DbBackend, DbErr, EntityTrait};
use sea_orm_migration::{
    MigrationName, MigrationTrait, MigratorTrait, SchemaManager, async_trait,
    sea_query::{ColumnDef, Index, IndexCreateStatement, Table, TableCreateStatement},
    seaql_migrations,
};

/// One DDL statement and the statement that undoes it.
enum Change {
    Table(&'static str, TableCreateStatement),
    Index { name: &'static str, table: &'static str, statement: IndexCreateStatement },
    Column { table: &'static str, name: &'static str, definition: ColumnDef },
}

#[derive(Clone, Copy)]
struct Step {
    /// Number and name; never changed after release.
    name: &'static str,
    change: fn() -> Change,
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (table, columns) = match (self.change)() {
            Change::Index { statement, .. } => return manager.create_index(statement).await,
            Change::Table(table, statement) => {
                let columns = statement.get_columns().clone();
                manager.create_table(statement).await?;
                (table, columns)
            }
            Change::Column { table, definition, .. } => {
                manager.alter_table(Table::alter().table(table).add_column(definition.clone()).take()).await?;
                (table, vec![definition])
            }
        };
        let db = manager.get_connection();
        if db.get_database_backend() == DbBackend::Postgres {
            postgres::order_by_bytes(db, table, &columns).await?;
            postgres::raise_wall(db, table, &columns).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match (self.change)() {
            Change::Table(name, _) => manager.drop_table(Table::drop().table(name).take()).await,
            Change::Index { name, table, .. } => manager.drop_index(Index::drop().name(name).table(table).to_owned()).await,
            Change::Column { table, name, definition } => {
                let db = manager.get_connection();
                if db.get_database_backend() == DbBackend::Postgres {
                    postgres::lower_wall(db, table, &[definition]).await?;
                }
                manager.alter_table(Table::alter().table(table).drop_column(name).take()).await
            }
        }
    }
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        initial::STEPS.iter().map(|step| Box::new(*step) as Box<dyn MigrationTrait>).collect()
    }
}

/// Applies what is pending; refuses a schema with a step this version does not know.
pub(crate) async fn bring_up(db: &Database) -> Result<(), Error> {
    let known: Vec<&str> = initial::STEPS.iter().map(|step| step.name).collect();
    let current = query!(db, "read the schema version", |connection| Ok(applied(connection).await?))?;
    if let Some(step) = current.iter().find(|step| !known.contains(&step.as_str())) {
        return Err(Error::Newer { place: db.place().clone(), step: step.clone() });
    }
    if current.len() == known.len() {
        return Ok(());
    }
    transaction!(db.schema(), "migrate", |transaction| Ok(Migrator::up(transaction, None).await?))
}

/// Whether any step was applied.
pub(crate) async fn is_begun(db: &Database) -> Result<bool, Error> {
    query!(db, "look for the schema", |connection| Ok(!applied(connection).await?.is_empty()))
}

/// The names of the applied steps; none before the first.
async fn applied(connection: &DatabaseExecutor<'_>) -> Result<Vec<String>, DbErr> {
    let manager = match connection {
        DatabaseExecutor::Connection(connection) => SchemaManager::new(*connection),
        DatabaseExecutor::Transaction(transaction) => SchemaManager::new(*transaction),
        DatabaseExecutor::OwnedTransaction(transaction) => SchemaManager::new(transaction),
    };
    if !manager.has_table("seaql_migrations").await? {
        return Ok(Vec::new());
    }
    Ok(seaql_migrations::Entity::find().all(connection).await?.into_iter().map(|step| step.version).collect())
}

#[cfg(test)]
mod tests;

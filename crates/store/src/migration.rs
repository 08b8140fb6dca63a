//! The schema's history. Each step is one DDL statement with its own reverse; all pending steps are applied in one transaction, so a
//! killed upgrade leaves the old schema whole.
//!
//! A step that has shipped is never changed: a new one is appended. Steps name tables and columns as text, not by the entities, because
//! entities describe only the newest schema.

mod analysis;
mod audit;
mod initial;
mod knowledge;

use crate::{
    Error,
    db::{Database, query, transaction},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait};
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
    Guard(Guard),
}

/// A trigger that refuses to change rows of a table.
struct Guard {
    name: &'static str,
    table: &'static str,
    /// `INSERT`, `UPDATE` or `DELETE`.
    on: &'static str,
    /// What a row must fulfil to be let through; `None`: none is.
    allowed: Option<&'static str>,
    /// What whoever tries is told.
    why: &'static str,
}

impl Guard {
    fn up(&self, backend: DbBackend) -> String {
        let Self { name, table, on, allowed, why } = self;
        if backend == DbBackend::Sqlite {
            let when = allowed.map(|allowed| format!(" WHEN NOT ({allowed})")).unwrap_or_default();
            return format!(
                "CREATE TRIGGER {name} BEFORE {on} ON {table} FOR EACH ROW{when} BEGIN SELECT RAISE(ABORT, '{why}'); END"
            );
        }
        let row = if *on == "DELETE" { "OLD" } else { "NEW" };
        let unless = allowed.map(|allowed| format!("IF {allowed} THEN RETURN {row}; END IF; ")).unwrap_or_default();
        format!(
            "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN {unless}RAISE EXCEPTION '{why}'; END $guard$; \
             CREATE TRIGGER {name} BEFORE {on} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
    }

    fn down(&self, backend: DbBackend) -> String {
        let Self { name, table, .. } = self;
        if backend == DbBackend::Sqlite {
            return format!("DROP TRIGGER {name}");
        }
        format!("DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}()")
    }
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
        match (self.change)() {
            Change::Table(_, statement) => manager.create_table(statement).await,
            Change::Index { statement, .. } => manager.create_index(statement).await,
            Change::Column { table, definition, .. } => {
                manager.alter_table(Table::alter().table(table).add_column(definition).take()).await
            }
            Change::Guard(guard) => {
                let db = manager.get_connection();
                db.execute_unprepared(&guard.up(db.get_database_backend())).await.map(drop)
            }
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match (self.change)() {
            Change::Table(name, _) => manager.drop_table(Table::drop().table(name).take()).await,
            Change::Index { name, table, .. } => manager.drop_index(Index::drop().name(name).table(table).to_owned()).await,
            Change::Column { table, name, .. } => manager.alter_table(Table::alter().table(table).drop_column(name).take()).await,
            Change::Guard(guard) => {
                let db = manager.get_connection();
                db.execute_unprepared(&guard.down(db.get_database_backend())).await.map(drop)
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
        return Err(Error::Newer { path: db.path().to_owned(), step: step.clone() });
    }
    if current.len() == known.len() {
        return Ok(());
    }
    transaction!(db, "migrate", |transaction| Ok(Migrator::up(transaction, None).await?))
}

/// The names of the applied steps; none before the first.
async fn applied(connection: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    if !SchemaManager::new(connection).has_table("seaql_migrations").await? {
        return Ok(Vec::new());
    }
    Ok(seaql_migrations::Entity::find().all(connection).await?.into_iter().map(|step| step.version).collect())
}

#[cfg(test)]
mod tests;

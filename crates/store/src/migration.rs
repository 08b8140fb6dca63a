//! The schema's history. Each step is one DDL statement with its own reverse; all pending steps are applied in one transaction, so a
//! killed upgrade leaves the old schema whole.
//!
//! A step that has shipped is never changed: a new one is appended. Steps name tables and columns as text, not by the entities, because
//! entities describe only the newest schema.

mod analysis;
mod audit;
mod identity;
mod initial;
mod knowledge;
mod receipt;

use crate::{
    Error, Loss,
    db::{Database, Fail, query, transaction},
    postgres, row,
};
use sea_orm::{ConnectionTrait, DatabaseExecutor, DatabaseTransaction, DbBackend, DbErr, EntityTrait};
use sea_orm_migration::{
    MigrationName, MigrationTrait, MigratorTrait, SchemaManager, async_trait,
    sea_query::{Alias, Asterisk, ColumnDef, Expr, ExprTrait, Index, IndexCreateStatement, Query, Table, TableCreateStatement},
    seaql_migrations,
};

/// One DDL statement and the statement that undoes it.
enum Change {
    Table(&'static str, TableCreateStatement),
    Index {
        name: &'static str,
        table: &'static str,
        statement: IndexCreateStatement,
    },
    Column {
        table: &'static str,
        name: &'static str,
        definition: ColumnDef,
    },
    /// Rows moved to where a new schema expects them. In the words every database we run on knows.
    Sql {
        up: &'static str,
        down: &'static str,
    },
    Guard(Guard),
}

/// A trigger that refuses to change rows of a table.
struct Guard {
    name: &'static str,
    table: &'static str,
    /// `INSERT`, `UPDATE` or `DELETE`; or `TRUNCATE`, which SQLite has not, so that the guard is a server's alone.
    on: &'static str,
    /// What a row must fulfil to be let through; `None`: none is.
    allowed: Option<&'static str>,
    /// What whoever tries is told.
    why: &'static str,
}

impl Guard {
    /// Whether a database has it.
    fn is_for(&self, backend: DbBackend) -> bool {
        backend == DbBackend::Postgres || self.on != "TRUNCATE"
    }

    fn up(&self, backend: DbBackend) -> String {
        let Self { name, table, on, allowed, why } = self;
        if backend == DbBackend::Sqlite {
            let when = allowed.map(|allowed| format!(" WHEN NOT ({allowed})")).unwrap_or_default();
            return format!(
                "CREATE TRIGGER {name} BEFORE {on} ON {table} FOR EACH ROW{when} BEGIN SELECT RAISE(ABORT, '{why}'); END"
            );
        }
        let row = if *on == "DELETE" { "OLD" } else { "NEW" };
        let each = if *on == "TRUNCATE" { "STATEMENT" } else { "ROW" };
        let unless = allowed.map(|allowed| format!("IF {allowed} THEN RETURN {row}; END IF; ")).unwrap_or_default();
        format!(
            "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN {unless}RAISE EXCEPTION '{why}'; END $guard$; \
             CREATE TRIGGER {name} BEFORE {on} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()"
        )
    }

    fn down(&self, backend: DbBackend) -> String {
        let Self { name, table, .. } = self;
        if backend == DbBackend::Sqlite {
            return format!("DROP TRIGGER {name}");
        }
        format!("DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}()")
    }

    /// Puts it up or takes it down, where the database has it.
    async fn change(&self, db: &impl ConnectionTrait, statements: fn(&Self, DbBackend) -> String) -> Result<(), DbErr> {
        let backend = db.get_database_backend();
        if self.is_for(backend) {
            db.execute_unprepared(&statements(self, backend)).await?;
        }
        Ok(())
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
        let (table, columns) = match (self.change)() {
            Change::Index { statement, .. } => return manager.create_index(statement).await,
            Change::Table(table, statement) => {
                let columns = statement.get_columns().clone();
                manager.create_table(statement).await?;
                (table, columns)
            }
            Change::Sql { up, .. } => return manager.get_connection().execute_unprepared(up).await.map(drop),
            Change::Guard(guard) => return guard.change(manager.get_connection(), Guard::up).await,
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
            Change::Sql { down, .. } => manager.get_connection().execute_unprepared(down).await.map(drop),
            Change::Guard(guard) => guard.change(manager.get_connection(), Guard::down).await,
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
    if applied_steps(db).await?.len() == initial::STEPS.len() {
        return Ok(());
    }
    transaction!(db.schema(), "migrate", |transaction| bring_up_within(transaction).await)
}

/// The same within a transaction through the schema's door.
pub(crate) async fn bring_up_within(transaction: &DatabaseTransaction) -> Result<(), Fail> {
    Ok(Migrator::up(transaction, None).await?)
}

/// Undoes so many steps, the newest first.
pub(crate) async fn take_down(transaction: &DatabaseTransaction, steps: u32) -> Result<(), Fail> {
    Ok(Migrator::down(transaction, Some(steps)).await?)
}

/// Every step's name, the first one first.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    initial::STEPS.iter().map(|step| step.name)
}

/// The steps that were applied; refuses one that this version does not know.
pub(crate) async fn applied_steps(db: &Database) -> Result<Vec<String>, Error> {
    let current = query!(db, "read the schema version", |connection| Ok(applied(connection).await?))?;
    if let Some(step) = current.iter().find(|step| !names().any(|name| name == step.as_str())) {
        return Err(Error::Newer { place: db.place().clone(), step: step.clone() });
    }
    Ok(current)
}

/// Whether any step was applied.
pub(crate) async fn is_begun(db: &Database) -> Result<bool, Error> {
    query!(db, "look for the schema", |connection| Ok(!applied(connection).await?.is_empty()))
}

/// Tables and columns that undoing these steps drops; not yet counted.
pub(crate) fn losses(undone: &[&'static str]) -> Vec<Loss> {
    let changes: Vec<Change> =
        initial::STEPS.iter().filter(|step| undone.contains(&step.name)).map(|step| (step.change)()).collect();
    let tables: Vec<&'static str> =
        changes.iter().filter_map(|change| if let Change::Table(table, _) = change { Some(*table) } else { None }).collect();
    changes
        .iter()
        .filter_map(|change| match change {
            Change::Table(table, _) => Some(Loss { table, column: None, rows: 0 }),
            Change::Column { table, name, .. } if !tables.contains(table) => Some(Loss { table, column: Some(name), rows: 0 }),
            Change::Column { .. } | Change::Index { .. } | Change::Sql { .. } | Change::Guard(_) => None,
        })
        .collect()
}

/// How many rows a table has, or how many have something in a column.
pub(crate) async fn count(db: &impl ConnectionTrait, table: &str, column: Option<&'static str>) -> Result<u64, Fail> {
    let counted = match column {
        Some(column) => Expr::col(column),
        None => Expr::col(Asterisk),
    };
    let query = Query::select().expr(counted.count()).from(Alias::new(table)).take();
    let row = db.query_one(&query).await?;
    Ok(row::to_count(row.map_or(Ok(0), |row| row.try_get_by_index(0))?)?)
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

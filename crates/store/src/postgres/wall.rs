//! The second wall between tenants, and the order of texts.
//!
//! Every query behind the tenant door filters by the tenant. If one ever forgets, the wall holds: row-level security shows a transaction
//! only the rows of the tenant it named when it began, and refuses to write others. It is on every table with a column `tenant`, put up
//! by the step that makes the table, and holds for the owner as well. It is no wall against somebody who can run statements of their own:
//! they can name another tenant.
//!
//! Texts are ordered by their bytes, as SQLite does: cursors compare them, and an order that depends on a server's locale would skip rows.

use super::{identifier, literal};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use sea_orm_migration::sea_query::{ColumnDef, ColumnType};

/// What a transaction sets to the tenant whose rows it may see.
pub(super) const SETTING: &str = "trimtab.tenant";
/// What it sets instead to see all rows. No tenant can be called that.
pub(super) const EVERYBODY: &str = "*";
/// The policy's name.
const WALL: &str = "tenant_wall";

/// The column among these that says whose a table's rows are; `None`: none does.
fn tenant_column(table: &str, columns: &[ColumnDef]) -> Option<&'static str> {
    let name = if table == "tenants" { "id" } else { "tenant" };
    columns.iter().any(|column| column.get_column_name() == name).then_some(name)
}

/// Puts up the wall around a table whose rows belong to tenants.
pub(crate) async fn raise_wall(db: &impl ConnectionTrait, table: &str, columns: &[ColumnDef]) -> Result<(), DbErr> {
    let Some(column) = tenant_column(table, columns) else { return Ok(()) };
    let (table, column) = (identifier(table), identifier(column));
    // Asked once a statement, not once a row. Not set at all, it is NULL or empty and shows nothing.
    let asked = format!("(SELECT current_setting({}, true))", literal(SETTING));
    let allowed = format!("{column} = {asked} OR {asked} = {}", literal(EVERYBODY));
    for statement in [
        format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"),
        format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY"),
        format!("CREATE POLICY {WALL} ON {table} USING ({allowed}) WITH CHECK ({allowed})"),
    ] {
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// Has a query answered as if there were no wall, in a transaction of one tenant: for what is numbered over all of them.
pub(crate) async fn over_the_wall<T>(tx: &impl ConnectionTrait, query: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
    let asked = format!("SELECT current_setting({})", literal(SETTING));
    let row = tx.query_one_raw(Statement::from_string(DbBackend::Postgres, asked)).await?;
    let tenant: String = row.map_or_else(|| Ok(String::new()), |row| row.try_get_by_index(0))?;
    tx.execute_unprepared(&format!("SET LOCAL {SETTING} = {}", literal(EVERYBODY))).await?;
    let answer = query.await?;
    tx.execute_unprepared(&format!("SET LOCAL {SETTING} = {}", literal(&tenant))).await?;
    Ok(answer)
}

/// Takes down the wall before the column it stands on is dropped.
pub(crate) async fn lower_wall(db: &impl ConnectionTrait, table: &str, columns: &[ColumnDef]) -> Result<(), DbErr> {
    if tenant_column(table, columns).is_some() {
        let table = identifier(table);
        for statement in [
            format!("DROP POLICY {WALL} ON {table}"),
            format!("ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"),
            format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"),
        ] {
            db.execute_unprepared(&statement).await?;
        }
    }
    Ok(())
}

/// Has a new table's texts ordered by their bytes.
pub(crate) async fn order_by_bytes(db: &impl ConnectionTrait, table: &str, columns: &[ColumnDef]) -> Result<(), DbErr> {
    let changes: Vec<String> = columns
        .iter()
        .filter_map(|column| Some((identifier(&column.get_column_name()), text_type(column.get_column_type()?)?)))
        .map(|(column, kind)| format!("ALTER COLUMN {column} TYPE {kind} COLLATE \"C\""))
        .collect();
    if !changes.is_empty() {
        db.execute_unprepared(&format!("ALTER TABLE {} {}", identifier(table), changes.join(", "))).await?;
    }
    Ok(())
}

const fn text_type(of: &ColumnType) -> Option<&'static str> {
    match of {
        ColumnType::String(_) | ColumnType::Char(_) => Some("varchar"),
        ColumnType::Text => Some("text"),
        _ => None,
    }
}

/// Tables whose rows belong to tenants and that are not walled, or not only by our policy; and columns of text in another order.
const FAULTS: &str = "\
SELECT 'row-level security of table ' || c.relname || ' is off or was changed'
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')
  AND (c.relname = 'tenants' OR EXISTS (
    SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant' AND NOT a.attisdropped))
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND ARRAY['tenant_wall'] = ARRAY(
    SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid))
UNION ALL
SELECT 'column ' || c.relname || '.' || a.attname || ' is not ordered by bytes (COLLATE \"C\")'
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_collation o ON o.oid = a.attcollation
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
  AND c.relname <> 'seaql_migrations' AND o.collname <> 'C'
ORDER BY 1 LIMIT 1";

/// Sees whether the walls stand. `Ok(None)`: they do; else the first that does not.
pub(crate) async fn check(db: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, FAULTS)).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
}

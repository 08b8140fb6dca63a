//! One table as a list of columns: read in pages, written in pages, on either database.

use crate::{Error, db::Fail, limits};
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value,
    sea_query::{Alias, Expr, ExprTrait, Order, Query},
};
use std::collections::{BTreeMap, BTreeSet};

/// A table of the new database.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    columns: Vec<Column>,
    /// Places of the key's columns, in the key's order.
    key: Vec<usize>,
}

#[derive(Debug)]
struct Column {
    name: String,
    kind: Kind,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Truth,
    Bytes,
}

/// A row, cell by cell.
pub(super) type Row = Vec<Value>;

const COLUMNS: &str = "\
SELECT c.relname::text, a.attname::text, t.typname::text, array_position(k.conkey, a.attnum)::int8
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
WHERE n.nspname = current_schema() AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'seaql_migrations'
ORDER BY c.relname, a.attnum";

const REFERENCES: &str = "\
SELECT c.relname::text, p.relname::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND k.contype = 'f' AND k.conrelid <> k.confrelid";

impl Table {
    /// Every table, those that others refer to before these.
    pub(super) async fn all(server: &impl ConnectionTrait) -> Result<Vec<Self>, Fail> {
        let mut tables = BTreeMap::<String, (Vec<Column>, Vec<(i64, usize)>)>::new();
        for row in server.query_all_raw(Statement::from_string(DbBackend::Postgres, COLUMNS)).await? {
            let (table, name): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            let kind = Kind::of(&table, &name, &row.try_get_by_index::<String>(2)?)?;
            let (columns, key) = tables.entry(table).or_default();
            if let Some(place) = row.try_get_by_index::<Option<i64>>(3)? {
                key.push((place, columns.len()));
            }
            columns.push(Column { name, kind });
        }
        let mut references = BTreeMap::<String, BTreeSet<String>>::new();
        for row in server.query_all_raw(Statement::from_string(DbBackend::Postgres, REFERENCES)).await? {
            references.entry(row.try_get_by_index(0)?).or_default().insert(row.try_get_by_index(1)?);
        }
        let mut sorted = Vec::with_capacity(tables.len());
        while !tables.is_empty() {
            let ready = |name: &String| references.get(name).is_none_or(|to| to.iter().all(|to| !tables.contains_key(to)));
            let Some(name) = tables.keys().find(|name| ready(name)).cloned() else {
                return Err(Error::Invalid(
                    "tables refer to each other in a circle, so none of them can be moved first".to_owned(),
                )
                .into());
            };
            if let Some((columns, mut key)) = tables.remove(&name) {
                key.sort_unstable();
                sorted.push(Self { name, columns, key: key.into_iter().map(|(_, place)| place).collect() });
            }
        }
        Ok(sorted)
    }

    /// The rows after `last` in the order of the key; none after the end.
    pub(super) async fn page(&self, db: &impl ConnectionTrait, last: Option<&Row>) -> Result<Vec<Row>, Fail> {
        let mut query = Query::select();
        query
            .columns(self.columns.iter().map(|column| Alias::new(&column.name)))
            .from(Alias::new(&self.name))
            .limit(limits::ROWS_PER_MOVE);
        for place in &self.key {
            query.order_by(Alias::new(&self.columns[*place].name), Order::Asc);
        }
        if let Some(last) = last {
            let key = self.key.iter().map(|place| Expr::col(Alias::new(&self.columns[*place].name)));
            let after = self.key.iter().map(|place| Expr::val(last[*place].clone()));
            query.and_where(Expr::tuple(key).gt(Expr::tuple(after)));
        }
        let rows = db.query_all(&query).await?;
        Ok(rows.iter().map(|row| self.read(row)).collect::<Result<_, _>>()?)
    }

    fn read(&self, row: &QueryResult) -> Result<Row, DbErr> {
        let cell = |(place, column): (usize, &Column)| -> Result<Value, DbErr> {
            Ok(match column.kind {
                // PostgreSQL keeps no NUL in a text; no text that people read has one.
                Kind::Text => row.try_get_by_index::<Option<String>>(place)?.map(|text| text.replace('\0', "")).into(),
                Kind::Number => row.try_get_by_index::<Option<i64>>(place)?.into(),
                Kind::Truth => row.try_get_by_index::<Option<bool>>(place)?.into(),
                Kind::Bytes => row.try_get_by_index::<Option<Vec<u8>>>(place)?.into(),
            })
        };
        self.columns.iter().enumerate().map(cell).collect()
    }

    /// Writes rows that were read with [`Self::page`].
    pub(super) async fn insert(&self, db: &impl ConnectionTrait, rows: Vec<Row>) -> Result<(), Fail> {
        let mut insert = Query::insert();
        insert.into_table(Alias::new(&self.name)).columns(self.columns.iter().map(|column| Alias::new(&column.name)));
        for row in rows {
            insert.values(row.into_iter().map(Expr::val)).map_err(|error| DbErr::Custom(error.to_string()))?;
        }
        db.execute(&insert).await?;
        Ok(())
    }
}

impl Kind {
    fn of(table: &str, column: &str, name: &str) -> Result<Self, Error> {
        match name {
            "varchar" | "text" => Ok(Self::Text),
            "int8" => Ok(Self::Number),
            "bool" => Ok(Self::Truth),
            "bytea" => Ok(Self::Bytes),
            other => Err(Error::Invalid(format!("column {table}.{column} is of type {other}, which cannot be moved"))),
        }
    }
}

/// A running digest of rows in the order of their key, and their number.
#[derive(Debug, Default)]
pub(super) struct Digest {
    rows: u64,
    hash: blake3::Hasher,
}

impl Digest {
    pub(super) fn add(&mut self, rows: &[Row]) {
        self.rows += rows.len() as u64;
        for cell in rows.iter().flatten() {
            match cell {
                Value::String(Some(text)) => self.part(1, text.as_bytes()),
                Value::BigInt(Some(number)) => self.part(2, &number.to_le_bytes()),
                Value::Bool(Some(truth)) => self.part(3, &[u8::from(*truth)]),
                Value::Bytes(Some(bytes)) => self.part(4, bytes),
                _ => self.part(0, &[]),
            }
        }
    }

    /// With kind and length, so that no two rows of different cells read alike.
    fn part(&mut self, kind: u8, bytes: &[u8]) {
        self.hash.update(&[kind]).update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
    }

    pub(super) fn end(self) -> (u64, String) {
        (self.rows, self.hash.finalize().to_hex().to_string())
    }
}

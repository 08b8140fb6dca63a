//! Imports: which files were read, so that the same file is known when it comes again.

use crate::{
    AccountKey, Cursor, Error, Page, TenantStore, account,
    audit::{Action, Entry},
    db::{query, transaction},
    entity::imports::{Column, Entity, Model},
    limits, page, receipt, row,
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Select};
use serde_json::json;
use trimtab_domain::{
    DayRange, Timestamp,
    id::{AccountId, ImportId},
};

row::named! {
    /// What figures a file brought.
    Figures {
        /// Of days that it or its mapping names.
        Dated = "dated",
        /// Of days nobody names: they stand on the day the import chose.
        Undated = "undated",
        /// None: it lists objects only, so no day of the account is its.
        None = "none",
    }
}

/// A file that was read and stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NewImport {
    /// The account its rows belong to.
    pub account: AccountKey,
    /// The file's name, without its folder.
    pub name: String,
    /// A digest of its bytes, in hex.
    pub hash: String,
    /// What it was recognised as.
    pub format: String,
    /// Data rows in the file.
    pub rows_read: u64,
    /// Rows stored.
    pub rows_imported: u64,
    /// Lines left out, each named to the user at the time.
    pub rows_skipped: u64,
    /// What figures it brought.
    pub figures: Figures,
    /// First and last day it stands on, in the account's zone.
    pub days: DayRange,
    /// Its totals, as shown to the user.
    pub totals: serde_json::Value,
}

/// One import.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// The file and what became of it.
    pub file: NewImport,
    /// Who imported it.
    pub imported_by: String,
    /// When (UTC).
    pub imported_at: Timestamp,
}

impl TenantStore {
    /// Records an import. The account must be known ([`TenantStore::put_account`]).
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has no such account.
    pub async fn record_import(&self, file: NewImport) -> Result<Import, Error> {
        let model = Model {
            id: ImportId::fresh(self.store().ids()).to_string(),
            tenant: self.tenant().to_owned(),
            source: file.account.source.as_str().to_owned(),
            account: file.account.id.as_str().to_owned(),
            name: row::remark(&file.name),
            hash: file.hash,
            format: file.format,
            rows_read: row::count(file.rows_read),
            rows_imported: row::count(file.rows_imported),
            rows_skipped: row::count(file.rows_skipped),
            from_day: file.days.from().to_string(),
            to_day: file.days.to().to_string(),
            totals: file.totals.to_string(),
            imported_by: self.ctx().actor().to_string(),
            imported_at: row::instant(self.now()),
            figures: file.figures.as_str().to_owned(),
        };
        transaction!(self.db(), "record import", |tx| {
            account::one(tx, self.tenant(), &file.account).await?;
            Entity::insert(model.clone().into_active_model()).exec_without_returning(tx).await?;
            let entry = Entry::new(Action::ImportRecord, format!("import:{}", model.id)).after(json!({
                "source": model.source, "account": model.account, "name": model.name, "hash": model.hash,
                "rows": model.rows_imported, "from": model.from_day, "to": model.to_day,
            }));
            self.audit(tx, entry).await?;
            receipt::keep(tx, self.store(), &import(model.clone())?).await
        })?;
        import(model)
    }

    /// The latest import of a file with these bytes; `None` when it never came.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn import_with_hash(&self, hash: &str) -> Result<Option<Import>, Error> {
        let row = query!(self.db(), "look for import", |db| {
            let query = find(self.tenant()).filter(Column::Hash.eq(hash));
            Ok(query.order_by_desc(Column::ImportedAt).order_by_desc(Column::Id).one(db).await?)
        })?;
        row.map(import).transpose()
    }

    /// Imports into one account, newest first, at most [`limits::IMPORTS_PER_ACCOUNT`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn imports_of(&self, account: &AccountKey) -> Result<Vec<Import>, Error> {
        let rows = query!(self.db(), "list imports of account", |db| {
            let query = find(self.tenant())
                .filter(Column::Source.eq(account.source.as_str()))
                .filter(Column::Account.eq(account.id.as_str()))
                .order_by_desc(Column::ImportedAt)
                .order_by_desc(Column::Id);
            Ok(query.limit(limits::IMPORTS_PER_ACCOUNT).all(db).await?)
        })?;
        rows.into_iter().map(import).collect()
    }

    /// Imports, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn imports(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<Import>, Error> {
        let rows = query!(self.db(), "list imports", |db| {
            let mut query = find(self.tenant()).order_by_desc(Column::ImportedAt).order_by_desc(Column::Id);
            if let Some(cursor) = after {
                query = query.filter(cursor.older(Column::ImportedAt, Column::Id));
            }
            Ok(query.limit(page::fetch_size(limit)).all(db).await?)
        })?;
        page::page(rows, limit, |row| (row.imported_at, row.id.clone()), import)
    }
}

fn find(tenant: &str) -> Select<Entity> {
    Entity::find().filter(Column::Tenant.eq(tenant))
}

fn import(row: Model) -> Result<Import, Error> {
    Ok(Import {
        id: ImportId::parse(&row.id).map_err(|_| row::bad("import id", &row.id))?,
        file: NewImport {
            account: AccountKey { source: row::to_name("source", &row.source)?, id: AccountId::new(row.account) },
            name: row.name,
            hash: row.hash,
            format: row.format,
            rows_read: row::to_count(row.rows_read)?,
            rows_imported: row::to_count(row.rows_imported)?,
            rows_skipped: row::to_count(row.rows_skipped)?,
            figures: row::to_name("kind of figures", &row.figures)?,
            days: row::to_range(&row.from_day, &row.to_day)?,
            totals: row::to_json("set of totals", &row.totals)?,
        },
        imported_by: row.imported_by,
        imported_at: row::to_instant(row.imported_at)?,
    })
}

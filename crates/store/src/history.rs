//! Pieces of another system's history that are stored and were found to add up: what lets a killed import go on where it stopped.
//!
//! A piece belongs to one history, named by a digest of what it holds of the account. Marking a piece of another one forgets those before.

use crate::{
    AccountKey, Error, Lease, TenantStore, account,
    db::{query, transaction},
    entity::history_pieces::{Column, Entity, Model},
    row,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use trimtab_domain::DayRange;

/// Days of an account that came from another system's history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryPiece {
    /// A digest of what the history holds of the account.
    pub history: String,
    /// The days, in the account's zone.
    pub days: DayRange,
    /// What they add up to.
    pub sums: serde_json::Value,
}

impl TenantStore {
    /// Records that a piece is stored, by whoever holds the account's lease.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] when another run took the account over.
    pub async fn mark_piece(&self, lease: &Lease, piece: &HistoryPiece) -> Result<(), Error> {
        let key = lease.account();
        let model = Model {
            tenant: self.tenant().to_owned(),
            source: key.source.as_str().to_owned(),
            account: key.id.as_str().to_owned(),
            from_day: piece.days.from().to_string(),
            to_day: piece.days.to().to_string(),
            history: piece.history.clone(),
            sums: piece.sums.to_string(),
            stored_at: row::instant(self.now()),
        };
        transaction!(self.db(), "mark piece of history", |tx| {
            lease.hold(tx, self.tenant()).await?;
            let stale = Condition::any().add(Column::History.ne(&piece.history)).add(Column::FromDay.eq(&model.from_day));
            Entity::delete_many().filter(of(self.tenant(), key).add(stale)).exec(tx).await?;
            Entity::insert(model.clone().into_active_model()).exec_without_returning(tx).await?;
            Ok(())
        })
    }

    /// The pieces of a history that are stored, oldest day first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has no such account.
    pub async fn pieces(&self, key: &AccountKey, history: &str) -> Result<Vec<HistoryPiece>, Error> {
        let rows = query!(self.db(), "read pieces of history", |db| {
            account::one(db, self.tenant(), key).await?;
            let own = Entity::find().filter(of(self.tenant(), key)).filter(Column::History.eq(history));
            Ok(own.order_by_asc(Column::FromDay).all(db).await?)
        })?;
        rows.into_iter().map(piece).collect()
    }

    /// Forgets which pieces of an account are stored, so that the next import reads all of it anew.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_pieces(&self, key: &AccountKey) -> Result<(), Error> {
        transaction!(self.db(), "forget pieces of history", |tx| {
            Entity::delete_many().filter(of(self.tenant(), key)).exec(tx).await?;
            Ok(())
        })
    }
}

fn of(tenant: &str, account: &AccountKey) -> Condition {
    Condition::all()
        .add(Column::Tenant.eq(tenant))
        .add(Column::Source.eq(account.source.as_str()))
        .add(Column::Account.eq(account.id.as_str()))
}

fn piece(row: Model) -> Result<HistoryPiece, Error> {
    let (days, sums) = (row::to_range(&row.from_day, &row.to_day)?, row::to_json("set of sums", &row.sums)?);
    Ok(HistoryPiece { history: row.history, days, sums })
}

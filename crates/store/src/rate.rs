//! Exchange rates, common to all tenants.

use crate::{
    Error, System,
    db::{query, transaction},
    entity::rates::{Column, Entity, Model},
    limits, row,
};
use sea_orm::{EntityTrait, IntoActiveModel, sea_query::OnConflict};
use trimtab_domain::rates::{PerEuro, Rate};

impl System<'_> {
    /// Adds published rates; one that is there already is corrected.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_rates(&self, rates: &[Rate]) -> Result<(), Error> {
        let rows = row::last_of_each(rates.iter().filter_map(model), |row| (row.currency.clone(), row.day.clone()));
        for some in rows.chunks(limits::RATES_PER_WRITE) {
            transaction!(self.store().db(), "put rates", |tx| {
                let correct = OnConflict::columns([Column::Currency, Column::Day]).update_column(Column::Billionths).to_owned();
                let rows = some.iter().cloned().map(Model::into_active_model);
                Entity::insert_many(rows).on_conflict(correct).exec_without_returning(tx).await?;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Every rate known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rates(&self) -> Result<Vec<Rate>, Error> {
        let rows = query!(self.store().db(), "read rates", |db| Ok(Entity::find().all(db).await?))?;
        rows.iter().map(rate).collect()
    }
}

/// A rate as it is kept; `None` for one too large to keep, which no currency ever was.
fn model(rate: &Rate) -> Option<Model> {
    Some(Model {
        currency: rate.currency.as_str().to_owned(),
        day: rate.day.to_string(),
        billionths: i64::try_from(rate.per_euro.billionths()).ok()?,
    })
}

fn rate(row: &Model) -> Result<Rate, Error> {
    let per_euro = u64::try_from(row.billionths).ok().and_then(PerEuro::from_billionths);
    Ok(Rate {
        currency: row::to_name("currency", &row.currency)?,
        day: row::to_day(&row.day)?,
        per_euro: per_euro.ok_or_else(|| row::bad("rate", row.billionths))?,
    })
}

//! Ready views: the tables analysts and dbt users expect, put together from a tenant's facts as they are read.

pub use trimtab_facts::{Column, ColumnKind, Format, View, ViewFile};

use crate::{Engine, Error, limits};
use serde_json::json;
use std::io::Write;
use trimtab_domain::{Day, DayRange, TenantCtx};
use trimtab_store::{Act, Action};

impl Engine {
    /// The days a view is read for: the last 90 of the tenant's days where nothing else is asked.
    ///
    /// # Errors
    /// [`Error::Invalid`] when they are turned around or too many, else when the store fails.
    pub async fn view_days(&self, ctx: &TenantCtx, from: Option<Day>, to: Option<Day>) -> Result<DayRange, Error> {
        let to = match to {
            Some(day) => day,
            None => self.tenant(ctx.tenant()).await?.zone.day_at(self.now()),
        };
        let from = from.unwrap_or_else(|| DayRange::ending(to, limits::VIEW_DAYS).from());
        let range = DayRange::new(from, to).map_err(|e| Error::Invalid(e.to_string()))?;
        if range.len() > limits::VIEW_DAYS_MAX {
            return Err(Error::Invalid(format!("a view holds at most {} days: ask for {range} in parts", limits::VIEW_DAYS_MAX)));
        }
        Ok(range)
    }

    /// Writes the rows of a view, those of some days. Returns how many.
    ///
    /// # Errors
    /// When a table cannot be read, or the rows cannot be written.
    pub async fn write_view(
        &self,
        ctx: &TenantCtx,
        view: View,
        range: DayRange,
        format: Format,
        to: Box<dyn Write + Send>,
    ) -> Result<u64, Error> {
        self.tell_export(ctx, view, range, format).await?;
        Ok(self.lake().tenant(ctx).write_view(view, range, format, to).await?)
    }

    /// The rows of a view in a file, to be handed on.
    ///
    /// # Errors
    /// When a table cannot be read, or the rows cannot be written.
    pub async fn view_file(&self, ctx: &TenantCtx, view: View, range: DayRange, format: Format) -> Result<ViewFile, Error> {
        let _turn = self.view_slots().acquire().await.map_err(|_| Error::Lost("the turn to write a view"))?;
        self.tell_export(ctx, view, range, format).await?;
        Ok(self.lake().tenant(ctx).view_file(view, range, format).await?)
    }

    /// Tells the audit log that rows leave the installation, before they do.
    async fn tell_export(&self, ctx: &TenantCtx, view: View, range: DayRange, format: Format) -> Result<(), Error> {
        let told = json!({ "from": range.from().to_string(), "to": range.to().to_string(), "format": format!("{format:?}").to_lowercase() });
        Ok(self.store().tenant(ctx).record(Act::done(Action::ViewExport, format!("view:{}", view.name)).with(told)).await?)
    }

    /// The views as statements for DuckDB.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub async fn view_script(&self, ctx: &TenantCtx, range: DayRange) -> Result<String, Error> {
        Ok(self.lake().tenant(ctx).view_script(range).await?)
    }
}

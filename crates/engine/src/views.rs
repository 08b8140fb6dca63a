//! Ready views: the tables analysts and dbt users expect, put together from a tenant's facts as they are read.

pub use trimtab_facts::{Column, ColumnKind, Format, View};

use crate::{Engine, Error, limits};
use std::{
    fs::File,
    io::{BufWriter, Seek, Write},
};
use trimtab_domain::{Day, DayRange, TenantCtx};

/// A view's rows, written out.
#[derive(Debug)]
pub struct ViewFile {
    /// They, from the start. The file has no name and ends with its last holder.
    pub file: File,
    /// Its size.
    pub bytes: u64,
}

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
        Ok(self.lake().tenant(ctx).write_view(view, range, format, to).await?)
    }

    /// The rows of a view, to be handed on. They are written out whole before, so that trouble is an answer and not half a file, and so that
    /// whoever takes them slowly holds no query.
    ///
    /// # Errors
    /// When a table cannot be read, or the rows cannot be written.
    pub async fn view_file(&self, ctx: &TenantCtx, view: View, range: DayRange, format: Format) -> Result<ViewFile, Error> {
        let _turn = self.view_slots().acquire().await.map_err(|_| Error::Lost("the turn to write a view"))?;
        let folder = self.lake().folder();
        let unwritten = |e: std::io::Error| trimtab_facts::Error::Unwritable {
            step: "write a view",
            path: folder.to_owned(),
            advice: "mend the cause named here, then try again",
            source: e.into(),
        };
        let file = std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder)).map_err(unwritten)?;
        let to = Box::new(BufWriter::new(file.try_clone().map_err(unwritten)?));
        self.write_view(ctx, view, range, format, to).await?;
        (&file).rewind().map_err(unwritten)?;
        let bytes = file.metadata().map_err(unwritten)?.len();
        Ok(ViewFile { file, bytes })
    }

    /// The views as statements for DuckDB.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub async fn view_script(&self, ctx: &TenantCtx, range: DayRange) -> Result<String, Error> {
        Ok(self.lake().tenant(ctx).view_script(range).await?)
    }
}

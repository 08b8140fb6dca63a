//! Ready views: rows written for other tools.

use super::TenantLake;
use crate::{
    Error, limits,
    views::{self, Format, View, ViewFile},
};
use std::{io::Write, sync::Arc};
use trimtab_domain::DayRange;

impl TenantLake {
    /// Writes the rows of a ready view, those of the days of `range` where it has days. Returns how many.
    ///
    /// # Errors
    /// When a table cannot be read, or the rows cannot be written.
    pub async fn write_view(&self, view: View, range: DayRange, format: Format, to: Box<dyn Write + Send>) -> Result<u64, Error> {
        let (shared, tenant) = (Arc::clone(&self.shared), Arc::clone(&self.tenant));
        let work = async move { views::write(&shared.session, &tenant, view, range, format, to).await };
        self.shared.pool.run_behind("write a view", limits::VIEW_DEADLINE, work).await
    }

    /// The same into a file on the lake's disk, to be handed on: trouble is told instead of half a file, and whoever takes the rows slowly holds no
    /// query.
    ///
    /// # Errors
    /// When a table cannot be read, or the rows cannot be written.
    pub async fn view_file(&self, view: View, range: DayRange, format: Format) -> Result<ViewFile, Error> {
        let (file, to) = ViewFile::begin(&self.shared.settings.root)?;
        self.write_view(view, range, format, to).await?;
        file.finished()
    }

    /// The ready views as statements for DuckDB, which then reads the tables as they are at the time; the calendar has the days of `range`.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub async fn view_script(&self, range: DayRange) -> Result<String, Error> {
        let stats = self.tables().await?;
        let folder = self.shared.settings.root.join(self.tenant.id.as_str());
        let folder = std::path::absolute(&folder).map_err(|e| Error::reading("find the tables", &folder, e))?;
        Ok(views::script(&folder, range, |table| stats.iter().any(|known| known.table == table)))
    }
}

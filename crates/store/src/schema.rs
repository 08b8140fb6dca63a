//! The schema as the person who runs an installation sees it: where it stands, forward, and back for an older version.
//!
//! Opening a store brings it forward by itself. Going back drops what the steps had made, so what is lost is told first.

use crate::{
    Error, Place, StoreSettings,
    db::{Database, query, transaction},
    migration,
};

/// A database whose schema is looked at; it may be of any age.
#[derive(Debug)]
pub struct Schema(Database);

/// A step and whether it was applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchemaStep {
    /// Its number and name.
    pub name: &'static str,
    /// Whether it was applied.
    pub applied: bool,
}

/// What going back takes away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The table.
    pub table: &'static str,
    /// The column; `None`: the whole table.
    pub column: Option<&'static str>,
    /// Rows that had something there.
    pub rows: u64,
}

impl Schema {
    /// Opens a database without changing its schema. A file is made when missing.
    ///
    /// # Errors
    /// As [`crate::Store::open`], but for keys and steps.
    pub async fn open(settings: &StoreSettings) -> Result<Self, Error> {
        Ok(Self(Database::open(settings).await?))
    }

    /// Which database it is.
    #[must_use]
    pub fn place(&self) -> &Place {
        self.0.place()
    }

    /// Every step of this version, the first one first.
    ///
    /// # Errors
    /// [`Error::Newer`] when a step of a newer version was applied.
    pub async fn steps(&self) -> Result<Vec<SchemaStep>, Error> {
        let applied = migration::applied_steps(&self.0).await?;
        Ok(migration::names().map(|name| SchemaStep { name, applied: applied.iter().any(|step| step == name) }).collect())
    }

    /// Applies what is pending, and answers what that was.
    ///
    /// # Errors
    /// As [`Self::steps`], and when the database fails; then nothing is changed.
    pub async fn up(&self) -> Result<Vec<&'static str>, Error> {
        let pending = self.steps().await?.into_iter().filter(|step| !step.applied).map(|step| step.name).collect();
        migration::bring_up(&self.0).await?;
        Ok(pending)
    }

    /// The steps that come after `last`, the newest first: what going back to it would undo.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `last` is neither `0`, nor the number or name of an applied step; and as [`Self::steps`].
    pub async fn after(&self, last: &str) -> Result<Vec<&'static str>, Error> {
        let applied: Vec<&str> = self.steps().await?.into_iter().filter(|step| step.applied).map(|step| step.name).collect();
        let number = last.split('_').next().and_then(|number| number.parse::<usize>().ok());
        let found = match number {
            Some(0) => Some(0),
            Some(number) => applied
                .iter()
                .position(|name| {
                    *name == last || (!last.contains('_') && name.split('_').next().and_then(|n| n.parse().ok()) == Some(number))
                })
                .map(|at| at + 1),
            None => None,
        };
        let kept = found.ok_or_else(|| {
            let newest = applied.last().copied().unwrap_or("0");
            Error::Invalid(format!(
                "'{last}' is no step that was applied: name one by its number, up to {newest}, or 0 to undo all"
            ))
        })?;
        Ok(applied[kept..].iter().rev().copied().collect())
    }

    /// What undoing these steps would take away.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn losses(&self, undone: &[&'static str]) -> Result<Vec<Loss>, Error> {
        let mut losses = migration::losses(undone);
        for loss in &mut losses {
            loss.rows = query!(self.0.all(), "count what would be lost", |db| migration::count(db, loss.table, loss.column).await)?;
        }
        Ok(losses)
    }

    /// Undoes the steps that come after `last`, in one transaction, and answers which.
    ///
    /// # Errors
    /// As [`Self::after`], and when the database fails; then nothing is changed.
    pub async fn down(&self, last: &str) -> Result<Vec<&'static str>, Error> {
        let undone = self.after(last).await?;
        let steps = u32::try_from(undone.len()).unwrap_or(u32::MAX);
        if steps > 0 {
            transaction!(self.0.schema(), "migrate down", |transaction| migration::take_down(transaction, steps).await)?;
        }
        Ok(undone)
    }

    /// Waits for running statements and closes the database.
    pub async fn close(self) {
        self.0.close().await;
    }
}

//! The fact store: Delta tables per tenant, replaced by whole days, answered through the one metric query.
//!
//! [`Lake::tenant`] is the only door to a tenant's facts. Writing: [`TenantLake::replace`] makes what a source reported for an account
//! and a run of days the only facts of these days; [`TenantLake::record`] keeps the history of objects. Reading:
//! [`TenantLake::query`] compiles a `MetricQuery`. Upkeep: compaction, vacuum, forgetting an account.
//!
//! No Arrow, DataFusion or Delta type leaves this crate. It never asks the time, never sums what is not additive, never adds up two
//! currencies. Several processes may read and write one lake at once: commits are optimistic, and every query looks for a newer
//! version first.

mod codes;
mod condition;
mod daily;
mod days;
mod entities;
mod error;
pub mod export;
mod file;
mod held;
mod lake;
mod limits;
mod pool;
mod query;
mod replace;
mod retention;
mod rollup;
mod rows;
mod scan;
mod schema;
mod summary;
mod table;
mod upkeep;
mod views;

pub use daily::{Daily, DayFigures, ObjectDays, Whose};
pub use entities::{EntityVersion, Recorded};
pub use error::Error;
pub use held::Held;
pub use lake::{Extent, Lake, LakeSettings, Replaced, TableFile, TableStats, TenantLake};
pub use schema::Table;
pub use summary::Summary;
pub use upkeep::Compacted;
pub use views::{Column, ColumnKind, Format, View, ViewFile, spreadsheet_text};

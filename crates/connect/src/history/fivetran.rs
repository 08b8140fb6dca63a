//! Folders of CSV files as Fivetran lands them: one file a table, reports of figures beside histories of objects.
//!
//! Figures follow the rules of Fivetran's own models, so that totals agree with what its users have seen: Meta's conversions are those of
//! five action types, LinkedIn's are website conversions and leads, Pinterest's clicks and impressions are paid and earned ones together,
//! TikTok's hours are added up to days. Levels of one platform often disagree and are never added: of each account and day, facts are
//! the rows of the finest grain that has any, and every grain is counted.
//!
//! Files are read from their beginning for every piece, row by row: a piece costs a walk over its platform's files and as much memory as
//! it has rows. A row that is there twice, the same in every cell, counts once.

mod actions;
mod objects;
mod read;
mod reports;
mod sheet;
mod tables;

use super::{
    Entry, Files, Found, History, HistoryError, Key, LeftOut, Options, Piece, Shape, blocking, files::named, objects::Objects,
};
use async_trait::async_trait;
use std::{collections::BTreeMap, sync::Arc};
use tables::{Kind, recognise};
use trimtab_domain::{DayRange, Source, entity::EntitySnapshot};

/// Whether any of some files is a report of Fivetran's.
pub(super) fn is_store(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| matches!(recognise(entry), Some((_, Kind::Report(_)))))
}

/// A folder of Fivetran's, opened.
#[derive(Debug, Clone)]
pub(super) struct Fivetran(Arc<Store>);

/// What is held of it.
#[derive(Debug)]
struct Store {
    files: Arc<dyn Files>,
    options: Options,
    /// Paths of the tables that are read, by platform.
    tables: Vec<(Source, Kind, String)>,
    objects: BTreeMap<Source, Objects>,
    left_out: LeftOut,
    notes: Vec<String>,
}

impl Fivetran {
    /// Recognises the tables and reads the objects. What cannot be read is named by [`History::accounts`].
    pub(super) fn open(files: Arc<dyn Files>, entries: &[Entry], options: Options) -> Self {
        let mut tables = Vec::new();
        let mut others = Vec::new();
        for entry in entries {
            match recognise(entry) {
                Some((source, kind)) => tables.push((source, kind, entry.path.clone())),
                None => others.push(entry.path.as_str()),
            }
        }
        let notes = if others.is_empty() {
            Vec::new()
        } else {
            vec![format!("not read, since nothing in them is kept here: {}", named(others.into_iter()))]
        };
        let mut store = Store { files, options, tables, objects: BTreeMap::new(), left_out: LeftOut::default(), notes };
        store.load_objects();
        Self(Arc::new(store))
    }
}

#[async_trait]
impl History for Fivetran {
    fn shape(&self) -> Shape {
        Shape::Fivetran
    }

    async fn accounts(&self) -> Result<Found, HistoryError> {
        let store = Arc::clone(&self.0);
        blocking(move || store.survey()).await
    }

    async fn entities(&self, key: &Key) -> Result<EntitySnapshot, HistoryError> {
        let objects = self.0.objects.get(&key.source).ok_or_else(|| HistoryError::NoAccount(key.clone()))?;
        Ok(objects.snapshot(key.source, key.account.as_str(), &self.0.options))
    }

    async fn read(&self, key: &Key, days: DayRange) -> Result<Piece, HistoryError> {
        let (store, key) = (Arc::clone(&self.0), key.clone());
        blocking(move || store.piece(&key, days)).await
    }
}

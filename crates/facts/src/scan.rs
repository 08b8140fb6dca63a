//! Files as a table for the query engine: chosen files, chosen columns, texts as [`Codes`].
//!
//! Decoded columns are cached per file. Files never change once written, so the cache is exact without any invalidation; columns of
//! files that are gone fall out by disuse. A table handed to the engine holds the files of one tenant only.
//!
//! Where a query asks for nothing finer than campaigns and days, a file's roll-up is read in its place. To the engine both look the same: every
//! row says how many rows it stands for and how many of them report each measure, which for a file's own rows is one, and one or none.

use crate::{
    Error,
    codes::Codes,
    condition::Condition,
    file::{self, FileEntry},
    query::convert::Conversion,
    rollup,
    schema::{ACCOUNT, CURRENCY, Kind, PLATFORM},
    table::Slot,
};
use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, UInt32Array},
        compute::filter_record_batch,
        datatypes::{DataType, Field, Int32Type, Schema, SchemaRef, UInt32Type},
        error::ArrowError,
    },
    catalog::streaming::StreamingTable,
    error::DataFusionError,
    execution::{SendableRecordBatchStream, TaskContext},
    physical_plan::{stream::RecordBatchStreamAdapter, streaming::PartitionStream},
};
use futures::StreamExt;
use moka::future::Cache;
use std::sync::Arc;

/// Decoded columns by table folder, file and column.
pub(crate) type ColumnCache = Cache<(Arc<str>, u16), ArrayRef>;

/// Makes a cache that holds at most so many bytes.
pub(crate) fn column_cache(bytes: u64) -> ColumnCache {
    Cache::builder()
        .max_capacity(bytes)
        .weigher(|_, column: &ArrayRef| u32::try_from(column.get_array_memory_size()).unwrap_or(u32::MAX))
        .build()
}

/// What a scan of one table reads.
#[derive(Debug)]
pub(crate) struct Scan {
    pub(crate) slot: Arc<Slot>,
    pub(crate) codes: Arc<Codes>,
    pub(crate) cache: ColumnCache,
    /// Names of columns, partition columns among them.
    pub(crate) columns: Vec<&'static str>,
    /// What must hold of the rows it gives; their columns are among `columns`.
    pub(crate) conditions: Vec<Condition>,
    /// What amounts are converted to; the date is among `columns` then.
    pub(crate) conversion: Option<Conversion>,
    /// Whether roll-ups may be read in their files' place. `columns` are those of roll-ups then, the date among them.
    pub(crate) rolled: bool,
}

/// Where a column of a file stands.
#[derive(Debug, Clone, Copy)]
enum Stands {
    /// In the file.
    Stored(usize),
    /// The same in every row of the file.
    Constant(&'static str),
    /// Every row of a file stands for itself.
    Once,
    /// A row of a file reports this measure or does not.
    Known(&'static str),
}

impl Scan {
    /// The schema the engine sees: every text is a number.
    fn schema(&self) -> SchemaRef {
        let described = if self.rolled { rollup::columns() } else { self.slot.table.columns() };
        let field = |name: &&'static str| match described.iter().find(|column| column.name == *name) {
            None => Field::new(*name, DataType::UInt32, false),
            Some(column) => {
                let kind = if column.kind == Kind::Text { DataType::UInt32 } else { column.kind.arrow() };
                Field::new(column.name, kind, column.nullable)
            }
        };
        Arc::new(Schema::new(self.columns.iter().map(field).collect::<Vec<_>>()))
    }

    /// A table of `files`, read by `partitions` tasks at once.
    pub(crate) fn table(self, files: Vec<FileEntry>, partitions: usize) -> Result<StreamingTable, Error> {
        let schema = self.schema();
        let share = files.len().div_ceil(partitions.max(1)).max(1);
        let scan = Arc::new(self);
        let mut parts: Vec<Arc<dyn PartitionStream>> = files
            .chunks(share)
            .map(|files| {
                let part = Part { scan: Arc::clone(&scan), schema: Arc::clone(&schema), files: files.into() };
                Arc::new(part) as Arc<dyn PartitionStream>
            })
            .collect();
        if parts.is_empty() {
            parts.push(Arc::new(Part { scan, schema: Arc::clone(&schema), files: [].into() }));
        }
        StreamingTable::try_new(schema, parts).map_err(|e| Error::internal("plan a query", e))
    }

    /// The rows of one file, or of its roll-up.
    async fn read(&self, schema: &SchemaRef, entry: &FileEntry) -> Result<RecordBatch, Error> {
        let failed = |e: ArrowError| Error::internal("read columns", e);
        let mut columns = match self.rolled_up(entry).await? {
            Some(columns) => columns,
            None => self.own(entry).await?,
        };
        if let Some(conversion) = &self.conversion {
            conversion.convert(entry, &self.columns, &mut columns)?;
        }
        let mut rows = RecordBatch::try_new(Arc::clone(schema), columns).map_err(failed)?;
        for condition in &self.conditions {
            let at = self.columns.iter().position(|name| *name == condition.column).unwrap_or_default();
            // A condition filters rows away, so that the next one meets a shorter column.
            let mask = condition.mask(entry, rows.column(at).as_primitive::<UInt32Type>());
            rows = filter_record_batch(&rows, &mask).map_err(failed)?;
        }
        Ok(rows)
    }

    /// The columns of a file itself.
    async fn own(&self, entry: &FileEntry) -> Result<Vec<ArrayRef>, Error> {
        let stands = |name: &&'static str| match self.slot.table.position(name) {
            Some(position) => Stands::Stored(position),
            None if *name == rollup::ROWS => Stands::Once,
            None => rollup::measure_of(name).map_or(Stands::Constant(name), Stands::Known),
        };
        let path = self.slot.folder.join(&entry.path).to_string_lossy().into();
        let decode = |positions: &[usize]| file::read(&self.slot, entry, positions).map(Some);
        let columns = self.assemble(entry, path, self.columns.iter().map(stands).collect(), decode).await?;
        columns.ok_or_else(|| Error::internal("read columns", "a file has no columns"))
    }

    /// The columns of a file's roll-up, where it may be read and there is one.
    async fn rolled_up(&self, entry: &FileEntry) -> Result<Option<Vec<ArrayRef>>, Error> {
        // Amounts are rounded as they are converted, row by row: sums of rows cannot be.
        let same_amounts = self.conversion.as_ref().is_none_or(|c| c.to().as_str() == entry.slice.currency);
        if !(self.rolled && same_amounts && rollup::worthwhile(self.slot.table, entry.rows)) {
            return Ok(None);
        }
        let stands = |name: &&'static str| rollup::position(name).map_or(Stands::Constant(name), Stands::Stored);
        let path = rollup::path(&self.slot, entry).to_string_lossy().into();
        let decode = |positions: &[usize]| rollup::read(&self.slot, entry, positions);
        self.assemble(entry, path, self.columns.iter().map(stands).collect(), decode).await
    }

    /// Columns from the cache where possible, else decoded; `None` where the file is not there.
    async fn assemble(
        &self,
        entry: &FileEntry,
        path: Arc<str>,
        stands: Vec<Stands>,
        decode: impl Fn(&[usize]) -> Result<Option<RecordBatch>, Error>,
    ) -> Result<Option<Vec<ArrayRef>>, Error> {
        let mut columns: Vec<Option<ArrayRef>> = Vec::with_capacity(stands.len());
        let mut missing = Vec::new();
        for stand in &stands {
            let Stands::Stored(position) = *stand else {
                columns.push(None);
                continue;
            };
            let key = (Arc::clone(&path), u16::try_from(position).unwrap_or(u16::MAX));
            let found = self.cache.get(&key).await;
            if found.is_none() {
                missing.push((position, columns.len(), key));
            }
            columns.push(found);
        }
        if !missing.is_empty() {
            let mut positions: Vec<usize> = missing.iter().map(|(position, ..)| *position).collect();
            positions.sort_unstable();
            let Some(decoded) = decode(&positions)? else { return Ok(None) };
            for (position, place, key) in missing {
                let at = positions.binary_search(&position).unwrap_or_default();
                let column = self.coded(decoded.column(at));
                self.cache.insert(key, Arc::clone(&column)).await;
                columns[place] = Some(column);
            }
        }
        let rows = columns.iter().flatten().next().map_or(entry.rows, |column| column.len());
        let stored = |name: &str| self.columns.iter().position(|own| *own == name).and_then(|at| columns[at].as_ref());
        let derived = |stand: &Stands| -> Option<ArrayRef> {
            match stand {
                Stands::Stored(_) => None,
                Stands::Constant(name) => Some(self.constant(name, entry, rows)),
                Stands::Once => Some(Arc::new(Int64Array::from_value(1, rows))),
                Stands::Known(measure) => {
                    let reported = stored(measure)?;
                    Some(Arc::new(Int64Array::from_iter_values((0..rows).map(|row| i64::from(reported.is_valid(row))))))
                }
            }
        };
        let all: Option<Vec<ArrayRef>> =
            stands.iter().zip(&columns).map(|(stand, column)| column.clone().or_else(|| derived(stand))).collect();
        all.map(Some).ok_or_else(|| Error::internal("read columns", "a column is counted that is not read"))
    }

    fn constant(&self, name: &str, entry: &FileEntry, rows: usize) -> ArrayRef {
        let text = match name {
            PLATFORM => &entry.slice.platform,
            ACCOUNT => &entry.slice.account,
            CURRENCY => &entry.slice.currency,
            _ => &entry.slice.breakdown,
        };
        Arc::new(UInt32Array::from_value(self.codes.code(text), rows))
    }

    fn coded(&self, column: &ArrayRef) -> ArrayRef {
        let Some(texts) = column.as_dictionary_opt::<Int32Type>() else {
            return Arc::clone(column);
        };
        let codes = self.codes.codes(texts.values().as_string::<i32>().iter().map(Option::unwrap_or_default));
        let code = |key: &i32| usize::try_from(*key).ok().and_then(|key| codes.get(key)).copied().unwrap_or_default();
        Arc::new(UInt32Array::from_iter_values(texts.keys().values().iter().map(code)))
    }
}

#[derive(Debug)]
struct Part {
    scan: Arc<Scan>,
    schema: SchemaRef,
    files: Arc<[FileEntry]>,
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (scan, schema) = (Arc::clone(&self.scan), Arc::clone(&self.schema));
        let files = Arc::clone(&self.files);
        let batches = futures::stream::iter(0..files.len()).then(move |i| {
            let (scan, schema, files) = (Arc::clone(&scan), Arc::clone(&schema), Arc::clone(&files));
            async move { scan.read(&schema, &files[i]).await.map_err(|e| DataFusionError::External(Box::new(e))) }
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches))
    }
}

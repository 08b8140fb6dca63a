//! Files as a table for the query engine: chosen files, chosen columns, texts as [`Codes`].
//!
//! Decoded columns are cached per file. Files never change once written, so the cache is exact without any invalidation; columns of
//! files that are gone fall out by disuse. A table handed to the engine holds the files of one tenant only.
//!
//! Where a query asks for nothing finer than campaigns and days, or ads and weeks, roll-ups are read in the place of the files they cover. To the engine both look
//! the same: every row says how many rows it stands for and how many of them report each measure, which for a file's own rows is one, and one or
//! none. A roll-up of several files has days the query may not have chosen files for; they are outside the days it asks about.

use crate::{
    Error,
    codes::Codes,
    condition::Condition,
    file::{self, FileEntry},
    query::convert::Conversion,
    rollup::{self, Grain},
    schema::{ACCOUNT, CURRENCY, Column, Kind, PLATFORM},
    table::Slot,
};
use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StructArray, UInt32Array},
        compute::filter_record_batch,
        datatypes::{DataType, Field, FieldRef, Int32Type, Schema, SchemaRef, UInt32Type},
        error::ArrowError,
    },
    catalog::streaming::StreamingTable,
    error::DataFusionError,
    execution::{SendableRecordBatchStream, TaskContext},
    physical_plan::{stream::RecordBatchStreamAdapter, streaming::PartitionStream},
};
use futures::StreamExt;
use moka::future::Cache;
use std::{collections::HashMap, sync::Arc};

/// Decoded columns by table folder, file and column; roll-ups whole.
pub(crate) type ColumnCache = Cache<(Arc<str>, u16), ArrayRef>;

/// What stands for a column's number where a roll-up is kept whole.
const WHOLE: u16 = u16::MAX;

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
    /// What may be read in the files' place. `columns` are those of such roll-ups then, the date among them.
    pub(crate) rolled: Option<Rolled>,
}

/// Which roll-ups may be read in files' place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rolled {
    pub(crate) grain: Grain,
    /// First and last day asked about.
    pub(crate) days: (i32, i32),
}

impl Rolled {
    /// The roll-up to be read in a file's place. Weeks are not to be divided: of those all days must be asked about.
    pub(crate) fn of(self, file: &FileEntry) -> Option<&str> {
        let whole = self.days.0 <= file.days.0 && file.days.1 <= self.days.1;
        file.rollups.of(self.grain).filter(|_| whole || self.grain == Grain::CampaignDays)
    }
}

impl Scan {
    /// The schema the engine sees: every text is a number.
    fn schema(&self) -> SchemaRef {
        let described = self.rolled.map_or_else(|| self.slot.table.columns(), |rolled| rolled.grain.columns());
        let described = |name: &&'static str| match described.iter().find(|column| column.name == *name) {
            None => Field::new(*name, DataType::UInt32, false),
            Some(column) => field(column),
        };
        Arc::new(Schema::new(self.columns.iter().map(described).collect::<Vec<_>>()))
    }

    /// A table of `files`, read by `partitions` tasks at once.
    pub(crate) fn table(self, files: Vec<FileEntry>, partitions: usize) -> Result<StreamingTable, Error> {
        let schema = self.schema();
        let units = self.units(files);
        let share = units.len().div_ceil(partitions.max(1)).max(1);
        let scan = Arc::new(self);
        let mut parts: Vec<Arc<dyn PartitionStream>> = units
            .chunks(share)
            .map(|units| {
                let part = Part { scan: Arc::clone(&scan), schema: Arc::clone(&schema), units: units.into() };
                Arc::new(part) as Arc<dyn PartitionStream>
            })
            .collect();
        if parts.is_empty() {
            parts.push(Arc::new(Part { scan, schema: Arc::clone(&schema), units: [].into() }));
        }
        StreamingTable::try_new(schema, parts).map_err(|e| Error::internal("plan a query", e))
    }

    /// Files that are covered by one roll-up together, the others one by one.
    fn units(&self, files: Vec<FileEntry>) -> Vec<Vec<FileEntry>> {
        let mut units: Vec<Vec<FileEntry>> = Vec::with_capacity(files.len());
        let mut places = HashMap::<String, usize>::new();
        for file in files {
            let next = units.len();
            let place = self.rollup_of(&file).map_or(next, |(_, name)| *places.entry(name.to_owned()).or_insert(next));
            match units.get_mut(place) {
                Some(unit) => unit.push(file),
                None => units.push(vec![file]),
            }
        }
        units
    }

    /// The roll-up to be read in a file's place, and its grain.
    fn rollup_of<'f>(&self, file: &'f FileEntry) -> Option<(Grain, &'f str)> {
        // Amounts are rounded as they are converted, row by row: sums of rows cannot be.
        let same_amounts = self.conversion.as_ref().is_none_or(|c| c.to().as_str() == file.slice.currency);
        self.rolled.filter(|_| same_amounts).and_then(|rolled| Some((rolled.grain, rolled.of(file)?)))
    }

    /// The rows of some files: of the roll-up that covers them, else of each.
    async fn read(&self, schema: &SchemaRef, unit: &[FileEntry]) -> Result<Vec<RecordBatch>, Error> {
        let Some(first) = unit.first() else { return Ok(Vec::new()) };
        if let Some(rollup) = self.rollup_of(first)
            && let Some(columns) = self.rolled_up(first, rollup, unit).await
        {
            return Ok(vec![self.rows(schema, first, columns)?]);
        }
        let mut all = Vec::with_capacity(unit.len());
        for entry in unit {
            all.push(self.rows(schema, entry, self.own(entry).await?)?);
        }
        Ok(all)
    }

    /// Those of a file's rows that hold, converted.
    fn rows(&self, schema: &SchemaRef, entry: &FileEntry, mut columns: Vec<ArrayRef>) -> Result<RecordBatch, Error> {
        let failed = |e: ArrowError| Error::internal("read columns", e);
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

    /// The columns of a file itself: from the cache where possible, else decoded.
    async fn own(&self, entry: &FileEntry) -> Result<Vec<ArrayRef>, Error> {
        let path: Arc<str> = self.slot.folder.join(&entry.path).to_string_lossy().into();
        let mut columns: Vec<Option<ArrayRef>> = Vec::with_capacity(self.columns.len());
        let mut missing = Vec::new();
        for name in &self.columns {
            let Some(position) = self.slot.table.position(name) else {
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
            let decoded = file::read(&self.slot, entry, &positions)?;
            for (position, place, key) in missing {
                let at = positions.binary_search(&position).unwrap_or_default();
                let column = self.coded(decoded.column(at));
                self.cache.insert(key, Arc::clone(&column)).await;
                columns[place] = Some(column);
            }
        }
        let rows = columns.iter().flatten().next().map_or(entry.rows, |column| column.len());
        let stored = |name: &str| self.columns.iter().position(|own| *own == name).and_then(|at| columns[at].clone());
        let all = self.columns.iter().map(|name| match stored(name) {
            Some(column) => Ok(column),
            // Every row of a file stands for itself, and reports a measure or does not.
            None if *name == rollup::ROWS => Ok(Arc::new(Int64Array::from_value(1, rows)) as ArrayRef),
            None => match rollup::measure_of(name) {
                None => Ok(self.constant(name, entry, rows)),
                Some(measure) => {
                    let reported =
                        stored(measure).ok_or_else(|| Error::internal("read columns", "a column is counted that is not read"))?;
                    Ok(Arc::new(Int64Array::from_iter_values((0..rows).map(|row| i64::from(reported.is_valid(row))))) as ArrayRef)
                }
            },
        });
        all.collect()
    }

    /// The columns of a roll-up; `None` if it is not there or not legible, which the files it covers make up for. It is decoded whole, and once,
    /// however many questions want it: a page asks several.
    async fn rolled_up(&self, entry: &FileEntry, (grain, name): (Grain, &str), unit: &[FileEntry]) -> Option<Vec<ArrayRef>> {
        let path: Arc<str> = rollup::path(&self.slot, name).to_string_lossy().into();
        let covered = unit.iter().map(|file| file.rows).sum();
        let decode = async {
            let decoded = rollup::read(&self.slot, grain, name, covered)
                .and_then(|read| read.map(|rows| self.whole(grain, &rows)).transpose());
            decoded.unwrap_or_else(|error| {
                tracing::warn!(path = %path, %error, "a roll-up cannot be read; the files it sums up are read instead");
                None
            })
        };
        let whole = self.cache.optionally_get_with((Arc::clone(&path), WHOLE), decode).await?;
        let whole = whole.as_struct();
        let column = |name: &&'static str| match grain.position(name) {
            Some(at) => Arc::clone(whole.column(at)),
            None => self.constant(name, entry, whole.len()),
        };
        Some(self.columns.iter().map(column).collect())
    }

    /// A roll-up as one column.
    fn whole(&self, grain: Grain, rows: &RecordBatch) -> Result<ArrayRef, Error> {
        let columns = grain.columns().iter().zip(rows.columns());
        let (fields, columns): (Vec<FieldRef>, Vec<ArrayRef>) =
            columns.map(|(described, column)| (Arc::new(field(described)), self.coded(column))).unzip();
        let whole = StructArray::try_new(fields.into(), columns, None).map_err(|e| Error::internal("read a roll-up", e))?;
        Ok(Arc::new(whole))
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

/// A column as the engine sees it: texts are numbers.
fn field(column: &Column) -> Field {
    let kind = if column.kind == Kind::Text { DataType::UInt32 } else { column.kind.arrow() };
    Field::new(column.name, kind, column.nullable)
}

#[derive(Debug)]
struct Part {
    scan: Arc<Scan>,
    schema: SchemaRef,
    units: Arc<[Vec<FileEntry>]>,
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (scan, schema) = (Arc::clone(&self.scan), Arc::clone(&self.schema));
        let units = Arc::clone(&self.units);
        let batches = futures::stream::iter(0..units.len()).then(move |i| {
            let (scan, schema, units) = (Arc::clone(&scan), Arc::clone(&schema), Arc::clone(&units));
            async move {
                let rows = scan.read(&schema, &units[i]).await.map_err(|e| DataFusionError::External(Box::new(e)));
                futures::stream::iter(rows.map_or_else(|e| vec![Err(e)], |rows| rows.into_iter().map(Ok).collect()))
            }
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches.flatten()))
    }
}

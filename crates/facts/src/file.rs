//! Data files: Parquet written from and read into record batches, and what the log says of each.
//!
//! A file's name is its period and a hash of its content, the table and the version it was computed from: unique without randomness,
//! and a try repeated after a crash meets its own orphan instead of leaving a second one.

use crate::{
    Error, limits,
    rollup::{self, Days, Rollups},
    schema::{ACCOUNT, BREAKDOWN, CURRENCY, Column, KEYWORD_KIND, Kind, PERIOD, PLATFORM, Table},
    table::{Opened, Slot, partition_values},
};
use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, RecordBatch, StringArray},
        compute::{cast, concat_batches},
        datatypes::{DataType, Date32Type, Int32Type, Int64Type, SchemaRef},
        error::ArrowError,
    },
    object_store::ObjectStoreExt,
    parquet::{
        arrow::{
            ArrowWriter, ProjectionMask,
            arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
            arrow_writer::ArrowWriterOptions,
        },
        basic::{Compression, ZstdLevel},
        errors::ParquetError,
        file::properties::{EnabledStatistics, WriterProperties},
        schema::types::ColumnPath,
    },
};
use deltalake::{DeltaTableError, ObjectStore, kernel::Add, table::state::DeltaTableState};
use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::task::{JoinError, JoinSet};

/// A file the log names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileEntry {
    pub(crate) path: String,
    pub(crate) bytes: u64,
    pub(crate) rows: usize,
    pub(crate) slice: Slice,
    pub(crate) period: String,
    /// First and last date of its rows, as days since 1970. Equal to each other in files of one day; without meaning for entities.
    pub(crate) days: (i32, i32),
    /// The longest `span_days` of its rows.
    pub(crate) span_days: i32,
    /// The roll-ups that cover it.
    pub(crate) rollups: Rollups,
}

/// What the rows of a file have in common besides their period.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Slice {
    pub(crate) platform: String,
    pub(crate) account: String,
    /// Empty for entities.
    pub(crate) currency: String,
    /// Which breakdown, in the breakdown table; which kind, in the keyword table; else empty.
    pub(crate) breakdown: String,
}

impl Slice {
    /// Whether both are the same rows of the same account; the currency does not tell rows apart.
    pub(crate) fn same_rows(&self, other: &Self) -> bool {
        self.platform == other.platform && self.account == other.account && self.breakdown == other.breakdown
    }
}

/// A file to be written: its rows are sorted already.
#[derive(Debug)]
pub(crate) struct NewFile {
    pub(crate) slice: Slice,
    pub(crate) period: String,
    pub(crate) rows: RecordBatch,
}

/// A file that was written.
#[derive(Debug)]
pub(crate) struct Written {
    /// What the log must say of it.
    pub(crate) add: Add,
    /// Its bytes and its own roll-up's.
    pub(crate) bytes: u64,
    /// What it comes to, if it shares a roll-up.
    pub(crate) day: Option<Days>,
}

/// Writes files beside the table's, a few at once.
pub(crate) async fn write_all(slot: &Slot, opened: &Opened, files: Vec<NewFile>, data_change: bool) -> Result<Vec<Written>, Error> {
    let mut adds = Vec::with_capacity(files.len());
    let mut writing = JoinSet::new();
    for file in files {
        if writing.len() == limits::FILES_AT_ONCE {
            adds.extend(joined(writing.join_next().await)?);
        }
        writing.spawn(write(slot.table, slot.folder.clone(), opened.version, opened.store(), file, data_change));
    }
    while !writing.is_empty() {
        adds.extend(joined(writing.join_next().await)?);
    }
    Ok(adds)
}

fn joined(ended: Option<Result<Result<Written, Error>, JoinError>>) -> Result<Option<Written>, Error> {
    match ended {
        Some(Ok(written)) => written.map(Some),
        Some(Err(e)) => Err(Error::internal("write a Parquet file", e)),
        None => Ok(None),
    }
}

async fn write(
    table: Table,
    folder: PathBuf,
    version: u64,
    store: Arc<dyn ObjectStore>,
    file: NewFile,
    data_change: bool,
) -> Result<Written, Error> {
    let bytes = encode(table.columns(), &file.rows, Packed::of(file.rows.num_rows()))
        .map_err(|e| Error::internal("encode a Parquet file", e))?;
    let name = name(&folder, version, &file, &bytes);
    let path = deltalake::Path::from(name.as_str());
    let failed = |e| Error::writing("write a Parquet file", &folder, e);
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    store.put(&path, bytes.into()).await.map_err(failed)?;
    let modified = store.head(&path).await.map_err(failed)?.last_modified;
    let bytes = size.unsigned_abs() + rollup::write(table, store.as_ref(), &folder, &name, &file.rows).await?;
    let day = Days::of(table, &file.slice, &file.period, &name, &file.rows)?;
    let add = Add {
        path: name,
        partition_values: partitions(table, &file),
        size,
        modification_time: modified.timestamp_millis(),
        data_change,
        stats: Some(stats(table, &file.rows)),
        ..Add::default()
    };
    Ok(Written { add, bytes, day })
}

fn name(folder: &Path, version: u64, file: &NewFile, bytes: &[u8]) -> String {
    let mut hash = blake3::Hasher::new();
    for part in [&file.slice.platform, &file.slice.account, &file.slice.breakdown, &file.slice.currency] {
        hash.update(part.as_bytes()).update(&[0]);
    }
    hash.update(folder.as_os_str().as_encoded_bytes()).update(&version.to_le_bytes()).update(bytes);
    let hex = hash.finalize().to_hex();
    format!("{}-{}.parquet", file.period, &hex[..32])
}

fn partitions(table: Table, file: &NewFile) -> std::collections::HashMap<String, Option<String>> {
    let value = |name: &str| match name {
        PLATFORM => file.slice.platform.as_str(),
        ACCOUNT => &file.slice.account,
        CURRENCY => &file.slice.currency,
        BREAKDOWN | KEYWORD_KIND => &file.slice.breakdown,
        _ => &file.period,
    };
    let pairs: Vec<_> = table.partitions().iter().map(|name| (*name, value(name))).collect();
    partition_values(&pairs)
}

fn stats(table: Table, rows: &RecordBatch) -> String {
    let mut smallest = serde_json::Map::new();
    let mut largest = serde_json::Map::new();
    for name in table.bounded().split(',') {
        let Some(values) = rows.column_by_name(name) else { continue };
        let Some((least, most)) = bounds(values) else { continue };
        smallest.insert(name.to_owned(), least);
        largest.insert(name.to_owned(), most);
    }
    serde_json::json!({ "numRecords": rows.num_rows(), "minValues": smallest, "maxValues": largest, "nullCount": {} }).to_string()
}

fn bounds(values: &ArrayRef) -> Option<(serde_json::Value, serde_json::Value)> {
    use datafusion::arrow::compute::{max, min};
    match values.data_type() {
        DataType::Date32 => {
            let days = values.as_primitive::<Date32Type>();
            let text = |day: i32| crate::days::from_epoch(day).to_string().into();
            Some((text(min(days)?), text(max(days)?)))
        }
        DataType::Int32 => {
            let numbers = values.as_primitive::<Int32Type>();
            Some((min(numbers)?.into(), max(numbers)?.into()))
        }
        _ => None,
    }
}

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packed {
    /// By Snappy: to set up zstd column by column takes longer than to read a few rows.
    Quickly,
    /// By zstd at its fastest.
    Tightly,
}

impl Packed {
    /// What suits a data file of so many rows.
    const fn of(rows: usize) -> Self {
        if rows < limits::LARGE_FILE_ROWS { Self::Quickly } else { Self::Tightly }
    }

    fn by(self) -> Result<Compression, ParquetError> {
        Ok(match self {
            Self::Quickly => Compression::SNAPPY,
            Self::Tightly => Compression::ZSTD(ZstdLevel::try_new(1)?),
        })
    }
}

/// Parquet: text by dictionary, numbers plain, everything compressed.
pub(crate) fn encode(columns: &[Column], rows: &RecordBatch, packed: Packed) -> Result<Vec<u8>, ParquetError> {
    let mut properties = WriterProperties::builder()
        .set_compression(packed.by()?)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_dictionary_enabled(false)
        .set_created_by("trimtab".to_owned());
    for column in columns.iter().filter(|c| matches!(c.kind, Kind::Text | Kind::Day | Kind::Small)) {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(column.name), true);
    }
    let options = ArrowWriterOptions::new().with_properties(properties.build()).with_skip_arrow_metadata(true);
    let mut bytes = Vec::with_capacity(64 << 10);
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, rows.schema(), options)?;
    writer.write(rows)?;
    writer.close()?;
    Ok(bytes)
}

/// Reads the columns at `positions` (ascending) of a file.
pub(crate) fn read(slot: &Slot, entry: &FileEntry, positions: &[usize]) -> Result<RecordBatch, Error> {
    let path = slot.folder.join(&entry.path);
    let file = File::open(&path).map_err(|e| Error::reading("read a Parquet file", &path, e))?;
    decode(&slot.table.arrow(), file, positions, entry.rows).map_err(|e| Error::reading("read a Parquet file", &path, e))
}

/// Reads all columns of a file.
pub(crate) fn read_whole(slot: &Slot, entry: &FileEntry) -> Result<RecordBatch, Error> {
    let all: Vec<usize> = (0..slot.table.columns().len()).collect();
    read(slot, entry, &all)
}

/// Decodes the columns at `positions` (ascending) of a file of at most so many rows.
pub(crate) fn decode(schema: &SchemaRef, file: File, positions: &[usize], rows: usize) -> Result<RecordBatch, ArrowError> {
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true).with_schema(Arc::clone(schema));
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), positions.iter().copied());
    let reader = builder.with_projection(mask).with_batch_size(rows.max(1)).build()?;
    let batches = reader.collect::<Result<Vec<_>, _>>()?;
    match batches.as_slice() {
        [one] => Ok(one.clone()),
        several => concat_batches(&Arc::new(schema.project(positions)?), several),
    }
}

/// The files of a version, from its log.
pub(crate) fn entries(table: Table, state: &DeltaTableState) -> Result<Vec<FileEntry>, DeltaTableError> {
    let mut entries = Vec::new();
    for batch in state.add_actions_batches(true)? {
        let text = |name: &str| -> Result<Option<StringArray>, DeltaTableError> {
            let Some(column) = batch.column_by_name(name) else {
                return Ok(None);
            };
            Ok(Some(cast(column, &DataType::Utf8)?.as_string::<i32>().clone()))
        };
        let number = |name: &str| batch.column_by_name(name).and_then(|c| c.as_primitive_opt::<Int64Type>());
        let day = |name: &str| batch.column_by_name(name).and_then(|c| c.as_primitive_opt::<Date32Type>());
        let path = text("path")?.ok_or_else(|| DeltaTableError::Generic("the log names no paths".to_owned()))?;
        let split = if table == Table::KeywordDaily { KEYWORD_KIND } else { BREAKDOWN };
        let [platform, account, currency, breakdown, period] =
            [PLATFORM, ACCOUNT, CURRENCY, split, PERIOD].map(|name| text(&format!("partition.{name}")));
        let (platform, account, currency, breakdown, period) = (platform?, account?, currency?, breakdown?, period?);
        let (bytes, rows) = (number("size_bytes"), number("num_records"));
        let (first, last) = (day("min.date"), day("max.date"));
        let spans = batch.column_by_name("max.span_days").and_then(|c| c.as_primitive_opt::<Int32Type>());
        let whole = |column: Option<&datafusion::arrow::array::Int64Array>, i: usize| {
            column.filter(|c| c.is_valid(i)).map_or(0, |c| c.value(i))
        };
        for i in 0..batch.num_rows() {
            let at = |column: &Option<StringArray>| {
                column.as_ref().filter(|c| c.is_valid(i)).map(|c| c.value(i).to_owned()).unwrap_or_default()
            };
            entries.push(FileEntry {
                path: path.value(i).to_owned(),
                bytes: u64::try_from(whole(bytes, i)).unwrap_or_default(),
                rows: usize::try_from(whole(rows, i)).unwrap_or_default(),
                slice: Slice { platform: at(&platform), account: at(&account), currency: at(&currency), breakdown: at(&breakdown) },
                period: at(&period),
                days: (first.map_or(i32::MIN, |c| c.value(i)), last.map_or(i32::MAX, |c| c.value(i))),
                span_days: spans.filter(|c| c.is_valid(i)).map_or(1, |c| c.value(i)),
                rollups: Rollups::default(),
            });
        }
    }
    // One order for all readers, so that sums of fractions come out the same.
    entries.sort_unstable_by(|a, b| (&a.slice, &a.period, &a.path).cmp(&(&b.slice, &b.period, &b.path)));
    debug_assert!(table != Table::BreakdownDaily || entries.iter().all(|e| !e.slice.breakdown.is_empty()));
    rollup::assign(table, &mut entries);
    Ok(entries)
}

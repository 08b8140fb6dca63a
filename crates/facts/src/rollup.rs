//! Roll-ups: beside each large file of ad days, its sums per campaign and day.
//!
//! A data file never changes once it is written, so neither does its roll-up: it is written with the file, under the file's name, and can
//! never be out of date. It holds, per campaign and day, how many rows there were, each measure's sum (of a measure that must not be summed,
//! the greatest), and of each measure a source may leave unreported how many rows report it. Sums, counts and greatest values of these are
//! those of the rows themselves. A query that asks for nothing finer reads the roll-up in the file's place; where there is none, the file.
//!
//! Roll-ups lie in `_rollup`, a folder Delta readers and vacuum pass over. [`complete`] writes missing ones, [`tidy`] removes those whose file
//! is gone.

use crate::{
    Error,
    file::{self, FileEntry},
    limits,
    schema::{Column, Kind, Table},
    table::Slot,
};
use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringDictionaryBuilder},
        datatypes::{Date32Type, Field, Float64Type, Int32Type, Int64Type, Schema, SchemaRef},
        error::ArrowError,
    },
    object_store::{ObjectStore, ObjectStoreExt},
};
use std::{
    collections::{HashMap, HashSet},
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

/// The folder of a table's roll-ups.
const FOLDER: &str = "_rollup";

/// How many rows a row of a roll-up stands for.
pub(crate) const ROWS: &str = "rows";

/// Measures whose parts may be the same people: of these the greatest is kept, which is theirs where it stands for one row.
const NOT_SUMMED: &str = "reach";

/// A measure a source may leave unreported, and the column that counts the rows that report it.
const COUNTED: [(&str, &str); 6] = [
    ("link_clicks", "link_clicks_known"),
    ("reach", "reach_known"),
    ("conversions", "conversions_known"),
    ("revenue_micros", "revenue_micros_known"),
    ("video_views", "video_views_known"),
    ("thruplays", "thruplays_known"),
];

/// The columns of a roll-up: campaign and day, rows, measures, how many report each.
static COLUMNS: LazyLock<Vec<Column>> = LazyLock::new(|| {
    let whole = |name| Column { name, kind: Kind::Int, nullable: false };
    let kept = |c: &&Column| matches!(c.name, "campaign" | "date") || is_measure(c);
    let mut columns: Vec<Column> = Table::AdDaily.columns().iter().filter(kept).copied().collect();
    columns.insert(2, whole(ROWS));
    columns.extend(COUNTED.map(|(_, known)| whole(known)));
    columns
});

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let fields: Vec<Field> = COLUMNS.iter().map(|c| Field::new(c.name, c.kind.arrow(), c.nullable)).collect();
    Arc::new(Schema::new(fields))
});

const fn is_measure(column: &Column) -> bool {
    matches!(column.kind, Kind::Int | Kind::Float)
}

/// The column that counts the rows reporting a measure.
pub(crate) fn known(measure: &str) -> Option<&'static str> {
    COUNTED.iter().find(|(name, _)| *name == measure).map(|(_, known)| *known)
}

/// The measure whose reporting rows a column counts.
pub(crate) fn measure_of(known: &str) -> Option<&'static str> {
    COUNTED.iter().find(|(_, name)| *name == known).map(|(measure, _)| *measure)
}

/// The columns of roll-ups.
pub(crate) fn columns() -> &'static [Column] {
    &COLUMNS
}

/// Where a column stands in roll-ups.
pub(crate) fn position(name: &str) -> Option<usize> {
    COLUMNS.iter().position(|c| c.name == name)
}

/// Whether a file of so many rows has a roll-up.
pub(crate) fn worthwhile(table: Table, rows: usize) -> bool {
    table == Table::AdDaily && rows >= limits::ROLLUP_MIN_ROWS
}

/// Where a file's roll-up lies within the table's folder.
fn place(file: &str) -> String {
    format!("{FOLDER}/{file}")
}

/// Where a file's roll-up lies.
pub(crate) fn path(slot: &Slot, entry: &FileEntry) -> PathBuf {
    slot.folder.join(place(&entry.path))
}

/// Writes the roll-up of a file that was just written, and says how many bytes it took.
pub(crate) async fn write(store: &dyn ObjectStore, folder: &Path, file: &str, rows: &RecordBatch) -> Result<u64, Error> {
    let summed = sums(rows).map_err(|e| Error::internal("sum up a file", e))?;
    let bytes = file::encode(columns(), &summed).map_err(|e| Error::internal("encode a roll-up", e))?;
    let size = bytes.len() as u64;
    let path = deltalake::Path::from(place(file).as_str());
    store.put(&path, bytes.into()).await.map_err(|e| Error::writing("write a roll-up", folder, e))?;
    Ok(size)
}

/// Reads the columns at `positions` (ascending) of a file's roll-up; `None` if it has none.
pub(crate) fn read(slot: &Slot, entry: &FileEntry, positions: &[usize]) -> Result<Option<RecordBatch>, Error> {
    let path = path(slot, entry);
    let opened = match fs::File::open(&path) {
        Ok(opened) => opened,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Error::reading("read a roll-up", &path, e)),
    };
    file::decode(&SCHEMA, opened, positions, entry.rows).map(Some).map_err(|e| Error::reading("read a roll-up", &path, e))
}

/// The names of the files that have roll-ups.
fn listed(folder: &Path) -> Result<HashSet<String>, Error> {
    let folder = folder.join(FOLDER);
    let failed = |e| Error::reading("list roll-ups", &folder, e);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(HashSet::new()),
        Err(e) => return Err(failed(e)),
    };
    entries.map(|entry| Ok(entry.map_err(failed)?.file_name().to_string_lossy().into_owned())).collect()
}

/// Writes the roll-ups that are missing: of files from before there were any, or whose writer was stopped. Returns how many.
pub(crate) async fn complete(slot: &Slot) -> Result<usize, Error> {
    let Some(opened) = slot.newest().await? else { return Ok(0) };
    let there = listed(&slot.folder)?;
    let mut written = 0;
    for entry in opened.files.iter().filter(|file| worthwhile(slot.table, file.rows) && !there.contains(&file.path)) {
        let rows = file::read_whole(slot, entry)?;
        write(opened.store().as_ref(), &slot.folder, &entry.path, &rows).await?;
        written += 1;
    }
    Ok(written)
}

/// Removes roll-ups whose file is gone.
pub(crate) fn tidy(slot: &Slot) -> Result<(), Error> {
    for name in listed(&slot.folder)? {
        let path = slot.folder.join(place(&name));
        if !slot.folder.join(&name).exists() {
            match fs::remove_file(&path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(Error::writing("remove a roll-up", &path, e)),
                _ => {}
            }
        }
    }
    Ok(())
}

/// What a batch of ad days comes to per campaign and day.
pub(crate) fn sums(rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let places = Places::of(rows)?;
    let table = Table::AdDaily;
    let column = |name: &str| {
        let at = table.position(name).ok_or_else(|| ArrowError::SchemaError(format!("there is no column {name}")));
        at.map(|at| rows.column(at))
    };
    let summed = COLUMNS.iter().map(|c| -> Result<ArrayRef, ArrowError> {
        Ok(match (c.name, c.kind) {
            ("campaign", _) => places.campaigns(),
            ("date", _) => Arc::new(Date32Array::from_iter_values(places.keys.iter().map(|(_, day)| *day))),
            (ROWS, _) => places.count(|_| true),
            (name, Kind::Float) => {
                let values = column(name)?.as_primitive::<Float64Type>();
                Arc::new(places.fold(values.iter(), |a, b| a + b).into_iter().collect::<Float64Array>())
            }
            (name, _) => match measure_of(name) {
                Some(measure) => {
                    let values = column(measure)?;
                    places.count(|row| values.is_valid(row))
                }
                None => {
                    let add = if name == NOT_SUMMED { i64::max } else { i64::wrapping_add };
                    let values = column(name)?.as_primitive::<Int64Type>();
                    Arc::new(places.fold(values.iter(), add).into_iter().collect::<Int64Array>())
                }
            },
        })
    });
    RecordBatch::try_new(Arc::clone(&SCHEMA), summed.collect::<Result<_, _>>()?)
}

/// Which campaign and day each row belongs to.
struct Places<'a> {
    /// The campaigns and days, in order.
    keys: Vec<(&'a str, i32)>,
    /// For each row, which of them.
    of_row: Vec<usize>,
}

impl<'a> Places<'a> {
    fn of(rows: &'a RecordBatch) -> Result<Self, ArrowError> {
        let missing = || ArrowError::SchemaError("ad days have no campaign or date".to_owned());
        let texts = rows.column_by_name("campaign").and_then(|c| c.as_dictionary_opt::<Int32Type>()).ok_or_else(missing)?;
        let days = rows.column_by_name("date").and_then(|c| c.as_primitive_opt::<Date32Type>()).ok_or_else(missing)?;
        let names = texts.values().as_string::<i32>();
        let key = |row: usize| {
            let name = texts.key(row).filter(|at| names.is_valid(*at)).map_or("", |at| names.value(at));
            (name, days.value(row))
        };
        let mut keys: Vec<_> = (0..rows.num_rows()).map(key).collect::<HashSet<_>>().into_iter().collect();
        keys.sort_unstable();
        let place: HashMap<_, _> = keys.iter().enumerate().map(|(at, key)| (*key, at)).collect();
        let of_row = (0..rows.num_rows()).filter_map(|row| place.get(&key(row)).copied()).collect();
        Ok(Self { keys, of_row })
    }

    fn campaigns(&self) -> ArrayRef {
        let mut texts = StringDictionaryBuilder::<Int32Type>::new();
        self.keys.iter().for_each(|(name, _)| texts.append_value(name));
        Arc::new(texts.finish())
    }

    fn count(&self, counts: impl Fn(usize) -> bool) -> ArrayRef {
        let mut counted = vec![0_i64; self.keys.len()];
        for (row, place) in self.of_row.iter().enumerate() {
            counted[*place] += i64::from(counts(row));
        }
        Arc::new(Int64Array::from(counted))
    }

    fn fold<T: Copy>(&self, values: impl Iterator<Item = Option<T>>, add: impl Fn(T, T) -> T) -> Vec<Option<T>> {
        let mut folded = vec![None; self.keys.len()];
        for (value, place) in values.zip(&self.of_row) {
            if let Some(value) = value {
                folded[*place] = Some(folded[*place].map_or(value, |so_far| add(so_far, value)));
            }
        }
        folded
    }
}

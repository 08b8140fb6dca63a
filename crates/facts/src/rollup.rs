//! Roll-ups: beside the files of ad days, their sums.
//!
//! A data file never changes once it is written, so neither do its sums. A large file's roll-ups are written with it, under its name. An account's
//! recent days have a small file each, which are slow to open one by one: those of a month have one roll-up, named by all of them, which is written
//! before the commit that makes them the account's days. So no roll-up can ever be out of date: for other files there is another name.
//!
//! There are two [`Grain`]s: per campaign and day, and, of months that are over for an account and written by upkeep, per ad and week. A row holds how many rows there were, the last of
//! their days, each measure's sum (of a measure that must not be summed, the greatest), and of each measure a source may leave unreported how many
//! rows report it. Sums, counts and greatest values of these are those of the rows themselves. A query that asks for nothing finer reads roll-ups
//! in the files' place, weeks only of files that lie in its period whole; where there is none, the files.
//!
//! Roll-ups lie in `_rollup`, a folder Delta readers and vacuum pass over. [`complete`] writes missing ones, [`tidy`] removes those nothing is
//! covered by any more.

mod days;
mod sums;

use crate::{
    Error,
    file::{self, FileEntry, Packed},
    limits,
    schema::{Column, Kind, Table},
    table::{Opened, Slot},
};
use datafusion::{
    arrow::{
        array::RecordBatch,
        datatypes::{Field, Schema, SchemaRef},
    },
    object_store::{ObjectStore, ObjectStoreExt},
};
use std::{
    collections::{BTreeMap, HashSet},
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

pub(crate) use days::{Days, write as write_days};

/// The folder of a table's roll-ups.
const FOLDER: &str = "_rollup";

/// How long the period of a file of one day is: a date.
const DAY_PERIOD: usize = "2026-11-21".len();
const MONTH_PERIOD: usize = "2026-11".len();

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

/// What the rows of a roll-up stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grain {
    /// A campaign's day.
    CampaignDays,
    /// An ad's week, or the part of it in one month.
    AdWeeks,
}

/// The roll-ups that cover a file, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Rollups {
    campaign_days: Option<Arc<str>>,
    ad_weeks: Option<Arc<str>>,
}

impl Rollups {
    /// The one of a grain.
    pub(crate) fn of(&self, grain: Grain) -> Option<&str> {
        match grain {
            Grain::CampaignDays => self.campaign_days.as_deref(),
            Grain::AdWeeks => self.ad_weeks.as_deref(),
        }
    }
}

impl Grain {
    const ALL: [Self; 2] = [Self::CampaignDays, Self::AdWeeks];

    /// The columns: keys, rows, measures, how many report each.
    pub(crate) fn columns(self) -> &'static [Column] {
        static CAMPAIGN_DAYS: LazyLock<Vec<Column>> = LazyLock::new(|| Grain::CampaignDays.described());
        static AD_WEEKS: LazyLock<Vec<Column>> = LazyLock::new(|| Grain::AdWeeks.described());
        match self {
            Self::CampaignDays => &CAMPAIGN_DAYS,
            Self::AdWeeks => &AD_WEEKS,
        }
    }

    fn described(self) -> Vec<Column> {
        let whole = |name| Column { name, kind: Kind::Int, nullable: false };
        let key = |name: &str| name == "date" || self.texts().contains(&name);
        let of_table = || Table::AdDaily.columns().iter().copied();
        let keys = of_table().filter(|c| key(c.name));
        keys.chain([whole(ROWS)]).chain(of_table().filter(is_measure)).chain(COUNTED.map(|(_, known)| whole(known))).collect()
    }

    fn schema(self) -> &'static SchemaRef {
        static CAMPAIGN_DAYS: LazyLock<SchemaRef> = LazyLock::new(|| Grain::CampaignDays.fields());
        static AD_WEEKS: LazyLock<SchemaRef> = LazyLock::new(|| Grain::AdWeeks.fields());
        match self {
            Self::CampaignDays => &CAMPAIGN_DAYS,
            Self::AdWeeks => &AD_WEEKS,
        }
    }

    fn fields(self) -> SchemaRef {
        let field = |c: &Column| Field::new(c.name, c.kind.arrow(), c.nullable);
        Arc::new(Schema::new(self.columns().iter().map(field).collect::<Vec<_>>()))
    }

    /// Where a column stands.
    pub(crate) fn position(self, name: &str) -> Option<usize> {
        self.columns().iter().position(|c| c.name == name)
    }
}

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

/// Whether a file of so many rows has a roll-up of its own.
fn large(table: Table, rows: usize) -> bool {
    table == Table::AdDaily && rows >= limits::LARGE_FILE_ROWS
}

/// Says of each file of a version by which roll-ups it is covered. Large files have their own; an account's files of single days share one for each
/// month, named by all of them together.
pub(crate) fn assign(table: Table, files: &mut [FileEntry]) {
    if table != Table::AdDaily {
        return;
    }
    // Files stand in order of their slices.
    for files in files.chunk_by_mut(|a, b| a.slice == b.slice) {
        let newest = files.iter().map(|file| file.days.0).max().unwrap_or_default();
        for file in files.iter_mut().filter(|file| large(table, file.rows)) {
            file.rollups.campaign_days = Some(file.path.as_str().into());
            if !is_day(&file.period) && crate::days::month_end(file.days.1) < newest {
                file.rollups.ad_weeks = Some(format!("weeks-{}", file.path).into());
            }
        }
        let mut months = BTreeMap::<String, Vec<&mut FileEntry>>::new();
        for file in files.iter_mut().filter(|file| shares(file)) {
            months.entry(month(&file.period).to_owned()).or_default().push(file);
        }
        for days in months.into_values() {
            let Some(name) = days::name(days.iter().map(|file| (file.path.as_str(), file.rows))) else { continue };
            let name: Arc<str> = name.into();
            days.into_iter().for_each(|file| file.rollups.campaign_days = Some(Arc::clone(&name)));
        }
    }
}

/// Whether a file is one of a single day, too small for a roll-up of its own.
fn shares(file: &FileEntry) -> bool {
    is_day(&file.period) && !large(Table::AdDaily, file.rows)
}

/// The month of a period.
fn month(period: &str) -> &str {
    period.get(..MONTH_PERIOD).unwrap_or(period)
}

const fn is_day(period: &str) -> bool {
    period.len() == DAY_PERIOD
}

/// Where a roll-up lies within the table's folder.
fn place(name: &str) -> String {
    format!("{FOLDER}/{name}")
}

/// Where a roll-up lies.
pub(crate) fn path(slot: &Slot, name: &str) -> PathBuf {
    slot.folder.join(place(name))
}

/// Writes the roll-up per campaign and day of a large file that was just written, and says how many bytes it took; of others nothing.
pub(crate) async fn write(
    table: Table,
    store: &dyn ObjectStore,
    folder: &Path,
    file: &str,
    rows: &RecordBatch,
) -> Result<u64, Error> {
    if !large(table, rows.num_rows()) {
        return Ok(0);
    }
    put(Grain::CampaignDays, store, folder, file, &summed(Grain::CampaignDays, rows)?, rows.num_rows()).await
}

fn summed(grain: Grain, rows: &RecordBatch) -> Result<RecordBatch, Error> {
    sums::sums(grain, rows).map_err(|e| Error::internal("sum up a file", e))
}

/// Writes what so many `rows` come to. Where that is hardly shorter than they are, it would only take time and room: an empty roll-up says so.
async fn put(
    grain: Grain,
    store: &dyn ObjectStore,
    folder: &Path,
    name: &str,
    summed: &RecordBatch,
    rows: usize,
) -> Result<u64, Error> {
    let shorter = summed.num_rows() * limits::ROWS_PER_ROLLUP_ROW <= rows;
    let summed = &summed.slice(0, if shorter { summed.num_rows() } else { 0 });
    let packed = match grain {
        Grain::CampaignDays => Packed::Quickly,
        Grain::AdWeeks => Packed::Tightly,
    };
    let bytes = file::encode(grain.columns(), summed, packed).map_err(|e| Error::internal("encode a roll-up", e))?;
    let size = bytes.len() as u64;
    let path = deltalake::Path::from(place(name).as_str());
    store.put(&path, bytes.into()).await.map_err(|e| Error::writing("write a roll-up", folder, e))?;
    Ok(size)
}

/// Reads a roll-up, all columns; `None` if it is not there or empty. `rows`: how many the files it covers have.
pub(crate) fn read(slot: &Slot, grain: Grain, name: &str, rows: usize) -> Result<Option<RecordBatch>, Error> {
    let path = path(slot, name);
    let opened = match fs::File::open(&path) {
        Ok(opened) => opened,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Error::reading("read a roll-up", &path, e)),
    };
    let all: Vec<usize> = (0..grain.columns().len()).collect();
    let read = file::decode(grain.schema(), opened, &all, rows).map_err(|e| Error::reading("read a roll-up", &path, e))?;
    Ok(Some(read).filter(|read| read.num_rows() > 0))
}

/// The names of the roll-ups there are.
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
    for grain in Grain::ALL {
        let mut missing = BTreeMap::<&str, Vec<&FileEntry>>::new();
        for file in &opened.files {
            if let Some(name) = file.rollups.of(grain).filter(|name| !there.contains(*name)) {
                missing.entry(name).or_default().push(file);
            }
        }
        for (name, files) in &missing {
            let sums = files.iter().map(|file| summed(grain, &file::read_whole(slot, file)?)).collect::<Result<Vec<_>, _>>()?;
            let rows = files.iter().map(|file| file.rows).sum();
            put(grain, opened.store().as_ref(), &slot.folder, name, &days::joined(grain, &sums)?, rows).await?;
        }
        written += missing.len();
    }
    Ok(written)
}

/// Removes roll-ups that no file of the newest version is covered by. A query of the version before, still under way, reads the files instead.
pub(crate) fn tidy(slot: &Slot, opened: &Opened) -> Result<(), Error> {
    let wanted: HashSet<&str> =
        opened.files.iter().flat_map(|file| Grain::ALL.into_iter().filter_map(|grain| file.rollups.of(grain))).collect();
    for name in listed(&slot.folder)?.into_iter().filter(|name| !wanted.contains(name.as_str())) {
        let path = path(slot, &name);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(Error::writing("remove a roll-up", &path, e)),
            _ => {}
        }
    }
    Ok(())
}

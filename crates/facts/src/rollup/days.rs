//! The one roll-up of an account's files of single days in a month.

use super::{Grain, month, put, read, shares, summed};
use crate::{
    Error,
    file::{self, FileEntry, Slice},
    limits,
    schema::Table,
    table::{Opened, Slot},
};
use datafusion::arrow::{
    array::{AsArray, BooleanArray, RecordBatch},
    compute::{concat_batches, filter_record_batch},
    datatypes::Date32Type,
};
use std::collections::{BTreeMap, HashSet};

/// A file of a single day that was just written, and what it comes to.
#[derive(Debug)]
pub(crate) struct Days {
    pub(crate) slice: Slice,
    pub(crate) period: String,
    pub(crate) path: String,
    pub(crate) rows: usize,
    pub(crate) sums: RecordBatch,
}

impl Days {
    /// What a file comes to, if it is one of those that share a roll-up.
    pub(crate) fn of(table: Table, slice: &Slice, period: &str, path: &str, rows: &RecordBatch) -> Result<Option<Self>, Error> {
        if table != Table::AdDaily || !super::is_day(period) || super::large(table, rows.num_rows()) {
            return Ok(None);
        }
        let (slice, period, path) = (slice.clone(), period.to_owned(), path.to_owned());
        Ok(Some(Self { slice, period, path, rows: rows.num_rows(), sums: summed(Grain::CampaignDays, rows)? }))
    }
}

/// What the roll-up of these files is called, in order of their days; `None` where they have too few rows for one.
pub(super) fn name<'f>(files: impl Iterator<Item = (&'f str, usize)>) -> Option<String> {
    let (mut hash, mut rows) = (blake3::Hasher::new(), 0);
    for (path, own) in files {
        hash.update(path.as_bytes()).update(&[0]);
        rows += own;
    }
    (rows >= limits::LARGE_FILE_ROWS).then(|| format!("days-{}.parquet", &hash.finalize().to_hex()[..32]))
}

/// Sums of several files as one.
pub(super) fn joined(grain: Grain, sums: &[RecordBatch]) -> Result<RecordBatch, Error> {
    match sums {
        [one] => Ok(one.clone()),
        several => concat_batches(grain.schema(), several).map_err(|e| Error::internal("join roll-ups", e)),
    }
}

/// Writes the roll-ups that hold once `written` are there and `removed` are not; says how many bytes they took.
pub(crate) async fn write(slot: &Slot, opened: &Opened, removed: &HashSet<&str>, written: Vec<Days>) -> Result<u64, Error> {
    if slot.table != Table::AdDaily {
        return Ok(0);
    }
    let place = |slice: &Slice, period: &str| (slice.clone(), month(period).to_owned());
    let mut changed = BTreeMap::<(Slice, String), Vec<Days>>::new();
    for file in opened.files.iter().filter(|file| shares(file) && removed.contains(file.path.as_str())) {
        changed.entry(place(&file.slice, &file.period)).or_default();
    }
    for day in written {
        changed.entry(place(&day.slice, &day.period)).or_default().push(day);
    }
    let (grain, mut bytes) = (Grain::CampaignDays, 0);
    for (place_of, added) in changed {
        let kept = |file: &&FileEntry| {
            shares(file) && place(&file.slice, &file.period) == place_of && !removed.contains(file.path.as_str())
        };
        let kept: Vec<&FileEntry> = opened.files.iter().filter(kept).collect();
        let mut files: Vec<(&str, &str, usize)> = kept.iter().map(|f| (f.period.as_str(), f.path.as_str(), f.rows)).collect();
        files.extend(added.iter().map(|day| (day.period.as_str(), day.path.as_str(), day.rows)));
        files.sort_unstable();
        let Some(name) = name(files.iter().map(|(_, path, rows)| (*path, *rows))) else { continue };
        let rows = files.iter().map(|(.., rows)| rows).sum();
        let mut sums = kept_sums(slot, &kept)?;
        sums.extend(added.into_iter().map(|day| (day.period, day.sums)));
        let sums: Vec<RecordBatch> = sums.into_values().collect();
        bytes += put(grain, opened.store().as_ref(), &slot.folder, &name, &joined(grain, &sums)?, rows).await?;
    }
    Ok(bytes)
}

/// What files that stay come to, by their period: from the roll-up that covers them so far, else from themselves.
fn kept_sums(slot: &Slot, kept: &[&FileEntry]) -> Result<BTreeMap<String, RecordBatch>, Error> {
    let grain = Grain::CampaignDays;
    let known = match kept.first().and_then(|file| file.rollups.of(grain)) {
        Some(name) => read(slot, grain, name, limits::ROWS_PER_JOIN)?,
        None => None,
    };
    let Some(known) = known else { return read_again(slot, kept) };
    let dates = known.column_by_name("date").map(|column| column.as_primitive::<Date32Type>().clone());
    let dates = dates.ok_or_else(|| Error::internal("read a roll-up", "it has no days"))?;
    let of = |file: &&FileEntry| {
        let mask: BooleanArray = dates.values().iter().map(|day| Some(*day == file.days.0)).collect();
        let rows = filter_record_batch(&known, &mask).map_err(|e| Error::internal("read a roll-up", e))?;
        Ok((file.period.clone(), rows))
    };
    kept.iter().map(of).collect()
}

fn read_again(slot: &Slot, kept: &[&FileEntry]) -> Result<BTreeMap<String, RecordBatch>, Error> {
    kept.iter().map(|file| Ok((file.period.clone(), summed(Grain::CampaignDays, &file::read_whole(slot, file)?)?))).collect()
}

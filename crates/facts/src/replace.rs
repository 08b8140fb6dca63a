//! Replacing the days of an account: what a sync does with what it fetched.
//!
//! Only days whose rows really differ from what is stored are written: syncing the same content twice commits nothing, and a
//! restated day costs its own file. Recent days have files of their own; older months, and months small enough, have one file.

use crate::{
    Error,
    days::{day_period, month_period},
    file::{self, FileEntry, NewFile, Slice},
    limits, rows,
    table::{Change, Opened, Slot},
};
use datafusion::arrow::{array::RecordBatch, compute::concat_batches};
use std::collections::{BTreeMap, BTreeSet};

/// The rows that shall be the only ones of a slice in the replaced days; sorted.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) slice: Slice,
    pub(crate) rows: RecordBatch,
}

/// Computes what must change so that exactly `wanted` remains of days `from..=to`, and which days that touches.
pub(crate) fn plan(
    slot: &Slot,
    opened: Option<&Opened>,
    wanted: &[Wanted],
    range: (i32, i32),
) -> Result<(Change, BTreeSet<i32>), Error> {
    let mut change = Change::default();
    let mut touched = BTreeSet::new();
    for wanted in wanted {
        let files: Vec<&FileEntry> =
            opened.map_or_else(Vec::new, |o| o.files.iter().filter(|f| f.slice.same_rows(&wanted.slice)).collect());
        touched.extend(plan_slice(slot, &files, wanted, range, &mut change)?);
    }
    Ok((change, touched))
}

fn plan_slice(
    slot: &Slot,
    files: &[&FileEntry],
    wanted: &Wanted,
    range: (i32, i32),
    change: &mut Change,
) -> Result<BTreeSet<i32>, Error> {
    let mut stored = Vec::new();
    for file in files.iter().filter(|f| f.days.0 <= range.1 && range.0 <= f.days.1) {
        let batch = file::read_whole(slot, file)?;
        stored.push(Stored { file, days: rows::by_day(&batch), batch });
    }
    let new_days = rows::by_day(&wanted.rows);
    let changed = changed_days(wanted, &new_days, &stored, range)?;
    if changed.is_empty() {
        return Ok(changed);
    }
    let newest = files.iter().map(|f| f.days.1).fold(range.1, i32::max);
    let months = month_rows(files, &stored, &new_days, &changed);
    let small = |day: i32| months.get(&month_period(day)).is_none_or(|rows| *rows <= limits::SMALL_MONTH_ROWS);
    let changed_months: BTreeSet<String> = changed.iter().filter(|day| small(**day)).map(|day| month_period(*day)).collect();

    // Files that lose rows, and the other files of months that are small enough to be one.
    let (mut rewritten, rest): (Vec<_>, Vec<_>) = stored.into_iter().partition(|s| s.days.keys().any(|day| changed.contains(day)));
    let folded = |file: &FileEntry| changed_months.iter().any(|month| file.period.starts_with(month.as_str()));
    rewritten.extend(rest.into_iter().filter(|s| folded(s.file)));
    for file in files.iter().filter(|f| folded(f)) {
        if !rewritten.iter().any(|s| s.file.path == file.path) {
            let batch = file::read_whole(slot, file)?;
            rewritten.push(Stored { file, days: rows::by_day(&batch), batch });
        }
    }

    let mut groups: BTreeMap<(Slice, String), Vec<RecordBatch>> = BTreeMap::new();
    let period = |day: i32| {
        let recent = i64::from(day) > i64::from(newest) - limits::RECENT_DAYS;
        if recent && !small(day) { day_period(day) } else { month_period(day) }
    };
    let mut regroup =
        |slice: &Slice, batch: &RecordBatch, days: &BTreeMap<i32, Vec<u32>>, keep: &dyn Fn(i32) -> bool| -> Result<(), Error> {
            let mut chosen: BTreeMap<String, Vec<u32>> = BTreeMap::new();
            for (day, indices) in days.iter().filter(|(day, _)| keep(**day)) {
                chosen.entry(period(*day)).or_default().extend(indices);
            }
            for (period, mut indices) in chosen {
                indices.sort_unstable();
                groups.entry((slice.clone(), period)).or_default().push(rows::pick(batch, &indices)?);
            }
            Ok(())
        };
    regroup(&wanted.slice, &wanted.rows, &new_days, &|day| changed.contains(&day))?;
    for stored in &rewritten {
        regroup(&stored.file.slice, &stored.batch, &stored.days, &|day| !changed.contains(&day))?;
    }
    for ((slice, period), batches) in groups {
        let rows = join(slot, &batches)?;
        change.add.push(NewFile { slice, period, rows });
    }
    change.remove.extend(rewritten.into_iter().map(|s| s.file.clone()));
    Ok(changed)
}

struct Stored<'a> {
    file: &'a FileEntry,
    batch: RecordBatch,
    days: BTreeMap<i32, Vec<u32>>,
}

/// The days of the range whose wanted rows are not exactly what one file stores.
fn changed_days(
    wanted: &Wanted,
    new_days: &BTreeMap<i32, Vec<u32>>,
    stored: &[Stored<'_>],
    range: (i32, i32),
) -> Result<BTreeSet<i32>, Error> {
    let mut days: BTreeSet<i32> = new_days.keys().copied().collect();
    days.extend(stored.iter().flat_map(|s| s.days.keys().copied()).filter(|day| range.0 <= *day && *day <= range.1));
    let mut changed = BTreeSet::new();
    for day in days {
        let mut holders = stored.iter().filter_map(|s| Some((s, s.days.get(&day)?)));
        let same = match (new_days.get(&day), holders.next(), holders.next()) {
            (Some(new), Some((holder, old)), None) => {
                holder.file.slice == wanted.slice
                    && new.len() == old.len()
                    && rows::equal(&rows::pick(&wanted.rows, new)?, &rows::pick(&holder.batch, old)?)
            }
            _ => false,
        };
        if !same {
            changed.insert(day);
        }
    }
    Ok(changed)
}

/// How many rows each touched month will have.
fn month_rows(
    files: &[&FileEntry],
    stored: &[Stored<'_>],
    new_days: &BTreeMap<i32, Vec<u32>>,
    changed: &BTreeSet<i32>,
) -> BTreeMap<String, usize> {
    let mut months: BTreeMap<String, usize> = BTreeMap::new();
    for day in changed {
        *months.entry(month_period(*day)).or_default() += new_days.get(day).map_or(0, Vec::len);
    }
    for (month, rows) in &mut months {
        for file in files.iter().filter(|f| f.period.starts_with(month.as_str())) {
            *rows += file.rows;
        }
        let replaced =
            stored.iter().flat_map(|s| &s.days).filter(|(day, _)| changed.contains(day) && month_period(**day) == *month);
        *rows = rows.saturating_sub(replaced.map(|(_, indices)| indices.len()).sum());
    }
    months
}

/// One batch in the table's order.
pub(crate) fn join(slot: &Slot, batches: &[RecordBatch]) -> Result<RecordBatch, Error> {
    match batches {
        [one] => Ok(one.clone()),
        several => concat_batches(&slot.table.arrow(), several)
            .and_then(|rows| rows::sorted(slot.table, rows))
            .map_err(|e| Error::internal("join rows", e)),
    }
}

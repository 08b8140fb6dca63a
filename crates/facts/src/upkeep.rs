//! Upkeep: joining small files, removing what nobody needs, forgetting an account.
//!
//! Compaction changes how rows lie, never which rows there are. Each step is one commit; stopping between two leaves a table that is
//! right, only less tidy, and the next run goes on from there.

use crate::{
    Error,
    days::{self, month_period},
    entities,
    file::{self, FileEntry, NewFile, Slice},
    limits, replace,
    schema::Table,
    table::{Change, Opened, Slot},
};
use std::collections::{BTreeMap, BTreeSet};
use trimtab_domain::Day;

/// What compaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Compacted {
    /// Files joined.
    pub files_before: usize,
    /// Files they became.
    pub files_after: usize,
    /// Roll-ups written because they were missing.
    pub rolled_up: usize,
}

/// The slices that have something to join.
pub(crate) fn due(table: Table, opened: &Opened, today: Day) -> BTreeSet<Slice> {
    groups(table, opened, today).into_keys().map(|(slice, _)| slice).collect()
}

/// Joins what is due in one slice, as much as may be held at once: what is left is due still.
pub(crate) fn plan(slot: &Slot, opened: Option<&Opened>, slice: &Slice, today: Day) -> Result<(Change, Compacted), Error> {
    let mut change = Change { rearranges_only: true, ..Change::default() };
    let groups = opened.map(|o| groups(slot.table, o, today)).unwrap_or_default();
    let mut held = 0;
    for ((_, period), files) in groups.into_iter().filter(|((s, _), _)| s == slice) {
        let rows: usize = files.iter().map(|file| file.rows).sum();
        if held > 0 && held + rows > limits::ROWS_PER_JOIN {
            break;
        }
        held += rows;
        let rows = if slot.table == Table::EntityHistory {
            let mut versions = Vec::new();
            for file in &files {
                versions.extend(entities::decode(slice, &file::read_whole(slot, file)?)?);
            }
            entities::join(&mut versions)?
        } else {
            let batches = files.iter().map(|f| file::read_whole(slot, f)).collect::<Result<Vec<_>, _>>()?;
            replace::join(slot, &batches)?
        };
        change.add.push(NewFile { slice: slice.clone(), period, rows });
        change.remove.extend(files.into_iter().cloned());
    }
    let done = Compacted { files_before: change.remove.len(), files_after: change.add.len(), rolled_up: 0 };
    Ok((change, done))
}

/// Files to be joined, by what they become: months that are settled, closed entity rows that have piled up.
fn groups(table: Table, opened: &Opened, today: Day) -> BTreeMap<(Slice, String), Vec<&FileEntry>> {
    let settled = i64::from(days::to_epoch(today)) - limits::RECENT_DAYS;
    let mut groups: BTreeMap<(Slice, String), Vec<&FileEntry>> = BTreeMap::new();
    for file in &opened.files {
        let period = if table == Table::EntityHistory { file.period.clone() } else { month_period(file.days.1) };
        groups.entry((file.slice.clone(), period)).or_default().push(file);
    }
    groups.retain(|(_, period), files| {
        if table == Table::EntityHistory {
            return period == entities::CLOSED && files.len() > limits::CLOSED_FILES;
        }
        let month_over = files.iter().all(|f| i64::from(days::month_end(f.days.1)) < settled);
        month_over && files.len() > 1
    });
    groups
}

/// Removes everything an account has in one table.
pub(crate) fn forget(opened: Option<&Opened>, platform: &str, account: &str) -> Change {
    let files = opened.map_or(&[][..], |o| &o.files);
    let own = |f: &&FileEntry| f.slice.platform == platform && f.slice.account == account;
    Change { remove: files.iter().filter(own).cloned().collect(), ..Change::default() }
}

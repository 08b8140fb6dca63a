//! Histories of objects: several versions of each, of which the latest holds.

use super::{
    Store,
    sheet::{Line, Sheet},
    tables::{Kind, ObjectTable},
};
use crate::{
    history::{
        cell,
        objects::{Objects, Told, Version, bare},
        platform::bare_account,
    },
    import::status,
};
use compact_str::CompactString;
use trimtab_domain::entity::{EntityKind, EntityState, Status};

/// Columns that say when a version was made, the best first.
const MADE: [&str; 5] = ["updated_at", "updated_time", "last_modified_time", "last_modified_at", "created_time"];

/// Where a table's columns stand in one file.
struct Columns {
    id: usize,
    name: Vec<usize>,
    parent: Vec<usize>,
    campaign: Vec<usize>,
    account: Vec<usize>,
    status: Vec<usize>,
    starts: Vec<usize>,
    ends: Vec<usize>,
    objective: Vec<usize>,
    currency: Vec<usize>,
    zone: Vec<usize>,
    made: Vec<usize>,
    synced: Option<usize>,
    deleted: Option<usize>,
}

impl Store {
    /// Reads every history of objects, naming what cannot be read.
    pub(super) fn load_objects(&mut self) {
        let tables: Vec<_> = self
            .tables
            .iter()
            .filter_map(|(source, kind, path)| match kind {
                Kind::Objects(table) => Some((*source, *table, path.clone())),
                _ => None,
            })
            .collect();
        for (source, table, path) in tables {
            let mut objects = self.objects.remove(&source).unwrap_or_default();
            if let Err(reason) = self.load(table, &path, &mut objects) {
                self.left_out.note(path, reason);
            }
            self.objects.insert(source, objects);
        }
        for (source, kind, _) in &self.tables {
            if matches!(kind, Kind::Report(_)) {
                self.objects.entry(*source).or_default();
            }
        }
    }

    fn load(&mut self, table: &ObjectTable, path: &str, objects: &mut Objects) -> Result<(), String> {
        let mut sheet = Sheet::open(self.files.as_ref(), path)?;
        let columns = Columns {
            id: sheet.column(table.id).ok_or_else(|| format!("has no column {}", table.id))?,
            name: sheet.columns(table.name),
            parent: sheet.columns(table.parent),
            campaign: sheet.columns(table.campaign),
            account: sheet.columns(table.account),
            status: sheet.columns(table.status),
            starts: sheet.columns(&["start_date", "start_time", "schedule_start_time"]),
            ends: sheet.columns(&["end_date", "end_time", "stop_time", "schedule_end_time"]),
            objective: sheet.columns(&["objective", "objective_type"]),
            currency: sheet.columns(&["currency_code", "currency"]),
            zone: sheet.columns(&["time_zone", "timezone_name", "timezone"]),
            made: sheet.columns(&MADE),
            synced: sheet.column("_fivetran_synced"),
            deleted: sheet.column("_fivetran_deleted"),
        };
        let mut full = false;
        while let Some(line) = sheet.next_line() {
            let (number, taken) = match line {
                Ok(line) => (line.number, columns.take(table, &line, objects)),
                Err((number, reason)) => (number, Err(reason)),
            };
            match taken {
                Ok(room) => full |= !room,
                Err(reason) => self.left_out.note(format!("{path} line {number}"), reason),
            }
        }
        if full {
            return Err("holds more objects than are kept at once: those beyond have no name".to_owned());
        }
        Ok(())
    }
}

impl Columns {
    /// Takes one version; `false` when there is no more room.
    fn take(&self, table: &ObjectTable, line: &Line<'_>, objects: &mut Objects) -> Result<bool, String> {
        let id = line.text(Some(self.id))?;
        if cell::is_nothing(id) {
            return Err(format!("has no {}", table.id));
        }
        let version: Version = (cell::moment(line.first(&self.made)?), cell::moment(line.text(self.synced)?));
        let name = CompactString::from(line.first(&self.name)?);
        if table.kind == EntityKind::Account {
            let told = Told {
                name,
                currency: line.first(&self.currency)?.parse().ok(),
                zone: line.first(&self.zone)?.parse().ok(),
                version,
            };
            return Ok(objects.put_account(&bare_account(table.source, id), told));
        }
        let word = line.first(&self.status)?;
        let deleted = line.text(self.deleted)?.eq_ignore_ascii_case("true");
        let state = EntityState {
            parent: line.first(&self.parent)?.into(),
            campaign: line.first(&self.campaign)?.into(),
            name,
            status: if deleted { Status::Deleted } else { status(word) },
            platform_status: word.into(),
            objective: line.first(&self.objective)?.into(),
            starts: cell::day(line.first(&self.starts)?),
            ends: cell::day(line.first(&self.ends)?),
            ..bare(table.kind, id)
        };
        let account = line.first(&self.account)?;
        let account = if account.is_empty() { String::new() } else { bare_account(table.source, account) };
        Ok(objects.put(state, &account, version))
    }
}

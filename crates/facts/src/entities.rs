//! The history of objects: what each was called, whether it ran, what it could spend, and from when to when (SCD 2).
//!
//! An account has one file of current rows, rewritten when something changes, and files of closed rows that are only added to. A row
//! is current while `valid_to` is null; its object may well be deleted by then, which is a state like any other.

use crate::{
    Error,
    codes::Codes,
    days,
    file::{self, NewFile, Slice},
    rows::text,
    schema::Table,
    table::{Change, Opened, Slot},
};
use compact_str::CompactString;
use datafusion::arrow::{
    array::{Array, AsArray, Date32Array, Int64Array, RecordBatch, TimestampMicrosecondArray},
    datatypes::{Date32Type, Int32Type, Int64Type, TimestampMicrosecondType},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};
use trimtab_domain::{
    Day, Source, Timestamp,
    account::Account,
    entity::{EntityKind, EntitySnapshot, EntityState, Status},
    id::AccountId,
};

/// What was known of an object for a stretch of time.
#[derive(Debug, Clone, PartialEq)]
pub struct EntityVersion {
    /// The platform it lives on.
    pub source: Source,
    /// The account it belongs to.
    pub account: AccountId,
    /// What was known.
    pub state: EntityState,
    /// From this instant (UTC) on.
    pub valid_from: Timestamp,
    /// Until just before this instant; `None`: still.
    pub valid_to: Option<Timestamp>,
}

/// What a snapshot changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recorded {
    /// Objects seen for the first time.
    pub added: usize,
    /// Objects whose state is another than before.
    pub changed: usize,
    /// Objects that are no longer listed.
    pub gone: usize,
    /// Version of the history table; `None` while it does not exist.
    pub version: Option<u64>,
}

/// The period of the file with the rows that still hold.
pub(crate) const CURRENT: &str = "current";
/// The period of files with rows that no longer hold.
pub(crate) const CLOSED: &str = "closed";

pub(crate) fn slice(account: &Account) -> Slice {
    Slice {
        platform: account.source.as_str().to_owned(),
        account: account.id.as_str().to_owned(),
        currency: String::new(),
        breakdown: String::new(),
    }
}

/// Computes what a snapshot changes in an account's history.
pub(crate) fn plan(
    slot: &Slot,
    opened: Option<&Opened>,
    account: &Account,
    snapshot: &EntitySnapshot,
) -> Result<(Change, Recorded), Error> {
    let slice = slice(account);
    let files =
        opened.map_or_else(Vec::new, |o| o.files.iter().filter(|f| f.slice == slice && f.period == CURRENT).cloned().collect());
    let mut current = BTreeMap::new();
    for file in &files {
        for version in decode(&slice, &file::read_whole(slot, file)?)? {
            current.insert((version.state.kind, version.state.id.clone()), version);
        }
    }
    let (closed, recorded) = advance(&mut current, account, snapshot);
    let mut change = Change::default();
    if recorded != Recorded::default() {
        let file = |period: &str, versions: Vec<&EntityVersion>| -> Result<NewFile, Error> {
            Ok(NewFile { slice: slice.clone(), period: period.to_owned(), rows: encode(&versions)? })
        };
        change.add.push(file(CURRENT, current.values().collect())?);
        if !closed.is_empty() {
            change.add.push(file(CLOSED, closed.iter().collect())?);
        }
        change.remove = files;
    }
    Ok((change, recorded))
}

type Key = (EntityKind, CompactString);

/// Brings `current` to what the snapshot says and returns the rows that thereby ended.
fn advance(
    current: &mut BTreeMap<Key, EntityVersion>,
    account: &Account,
    snapshot: &EntitySnapshot,
) -> (Vec<EntityVersion>, Recorded) {
    // The table keeps microseconds.
    let seen_at = Timestamp::from_microsecond(snapshot.seen_at.as_microsecond()).unwrap_or(snapshot.seen_at);
    let (mut closed, mut recorded) = (Vec::new(), Recorded::default());
    let mut seen: BTreeSet<Key> = BTreeSet::new();
    let version = |state: EntityState| EntityVersion {
        source: account.source,
        account: account.id.clone(),
        state,
        valid_from: seen_at,
        valid_to: None,
    };
    let mut end = |old: EntityVersion| {
        // A second answer for the same instant corrects the first instead of leaving a row that never held.
        if old.valid_from < seen_at {
            closed.push(EntityVersion { valid_to: Some(seen_at), ..old });
        }
    };
    for state in &snapshot.states {
        let key = (state.kind, state.id.clone());
        match current.get(&key) {
            Some(old) if old.state == *state || old.valid_from > seen_at => {}
            Some(_) => {
                recorded.changed += 1;
                current.insert(key.clone(), version(state.clone())).map(&mut end);
            }
            None => {
                recorded.added += 1;
                current.insert(key.clone(), version(state.clone()));
            }
        }
        seen.insert(key);
    }
    let gone: Vec<Key> = current
        .iter()
        .filter(|(key, old)| snapshot.complete.contains(&key.0) && !seen.contains(*key) && old.state.status != Status::Deleted)
        .filter(|(_, old)| old.valid_from <= seen_at)
        .map(|(key, _)| key.clone())
        .collect();
    for key in gone {
        let Some(old) = current.get(&key) else { continue };
        let state = EntityState { status: Status::Deleted, platform_status: CompactString::default(), ..old.state.clone() };
        recorded.gone += 1;
        current.insert(key, version(state)).map(&mut end);
    }
    (closed, recorded)
}

fn encode(versions: &[&EntityVersion]) -> Result<RecordBatch, Error> {
    let states = || versions.iter().map(|v| &v.state);
    let day = |day: Option<Day>| day.map(days::to_epoch);
    let attributes: Vec<String> = states()
        .map(|s| serde_json::to_string(&s.attributes))
        .collect::<Result<_, _>>()
        .map_err(|e| Error::internal("turn attributes into JSON", e))?;
    let instants = |values: Vec<Option<i64>>| Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC"));
    RecordBatch::try_new(
        Table::EntityHistory.arrow(),
        vec![
            text(states().map(|s| s.kind.as_str())),
            text(states().map(|s| s.id.as_str())),
            text(states().map(|s| s.parent.as_str())),
            text(states().map(|s| s.campaign.as_str())),
            text(states().map(|s| s.name.as_str())),
            text(states().map(|s| s.status.as_str())),
            text(states().map(|s| s.platform_status.as_str())),
            text(states().map(|s| s.objective.as_str())),
            Arc::new(states().map(|s| s.daily_budget_micros).collect::<Int64Array>()),
            Arc::new(states().map(|s| s.lifetime_budget_micros).collect::<Int64Array>()),
            Arc::new(states().map(|s| day(s.starts)).collect::<Date32Array>()),
            Arc::new(states().map(|s| day(s.ends)).collect::<Date32Array>()),
            text(attributes.iter().map(String::as_str)),
            instants(versions.iter().map(|v| Some(v.valid_from.as_microsecond())).collect()),
            instants(versions.iter().map(|v| v.valid_to.map(|t| t.as_microsecond())).collect()),
        ],
    )
    .map_err(|e| Error::internal("turn entities into columns", e))
}

pub(crate) fn decode(slice: &Slice, rows: &RecordBatch) -> Result<Vec<EntityVersion>, Error> {
    let bad = |why: String| Error::internal("read the entity history", why);
    let source: Source = slice.platform.parse().map_err(|e| bad(format!("{e}")))?;
    let account = AccountId::new(slice.account.as_str());
    let text = |column: usize, row: usize| -> &str {
        let texts = rows.column(column).as_dictionary::<Int32Type>();
        let key = usize::try_from(texts.keys().value(row)).unwrap_or_default();
        texts.values().as_string::<i32>().value(key)
    };
    let whole = |column: usize, row: usize| {
        let values = rows.column(column).as_primitive::<Int64Type>();
        values.is_valid(row).then(|| values.value(row))
    };
    let day = |column: usize, row: usize| {
        let values = rows.column(column).as_primitive::<Date32Type>();
        values.is_valid(row).then(|| days::from_epoch(values.value(row)))
    };
    let instant = |column: usize, row: usize| {
        let values = rows.column(column).as_primitive::<TimestampMicrosecondType>();
        values.is_valid(row).then(|| Timestamp::from_microsecond(values.value(row)).unwrap_or(Timestamp::MAX))
    };
    (0..rows.num_rows())
        .map(|row| {
            let kind = EntityKind::ALL.into_iter().find(|k| k.as_str() == text(0, row));
            let status = Status::ALL.into_iter().find(|s| s.as_str() == text(5, row));
            Ok(EntityVersion {
                source,
                account: account.clone(),
                state: EntityState {
                    kind: kind.ok_or_else(|| bad(format!("'{}' is no kind of object", text(0, row))))?,
                    id: text(1, row).into(),
                    parent: text(2, row).into(),
                    campaign: text(3, row).into(),
                    name: text(4, row).into(),
                    status: status.unwrap_or(Status::Unknown),
                    platform_status: text(6, row).into(),
                    objective: text(7, row).into(),
                    daily_budget_micros: whole(8, row),
                    lifetime_budget_micros: whole(9, row),
                    starts: day(10, row),
                    ends: day(11, row),
                    attributes: serde_json::from_str(text(12, row)).map_err(|e| bad(e.to_string()))?,
                },
                valid_from: instant(13, row).unwrap_or(Timestamp::MIN),
                valid_to: instant(14, row),
            })
        })
        .collect()
}

/// What is known of every object of a tenant now, by one version of the history.
#[derive(Debug, Default)]
pub(crate) struct Current {
    pub(crate) version: Option<u64>,
    pub(crate) rows: Vec<Arc<EntityVersion>>,
    by_code: HashMap<(EntityKind, u32, u32, u32), usize>,
}

impl Current {
    pub(crate) fn read(slot: &Slot, opened: &Opened, codes: &Codes) -> Result<Self, Error> {
        let mut rows = Vec::new();
        for file in opened.files.iter().filter(|f| f.period == CURRENT) {
            rows.extend(decode(&file.slice, &file::read_whole(slot, file)?)?.into_iter().map(Arc::new));
        }
        let key = |v: &EntityVersion| {
            (v.state.kind, codes.code(v.source.as_str()), codes.code(v.account.as_str()), codes.code(&v.state.id))
        };
        let by_code = rows.iter().enumerate().map(|(i, v)| (key(v), i)).collect();
        Ok(Self { version: Some(opened.version), rows, by_code })
    }

    /// The object of a kind with these codes of platform, account and id.
    pub(crate) fn find(&self, kind: EntityKind, platform: u32, account: u32, id: u32) -> Option<&EntityState> {
        self.by_code.get(&(kind, platform, account, id)).map(|i| &self.rows[*i].state)
    }
}

/// Every row of one object, oldest first.
pub(crate) fn history(slot: &Slot, opened: &Opened, kind: EntityKind, id: &str) -> Result<Vec<EntityVersion>, Error> {
    let mut found = Vec::new();
    for file in &opened.files {
        let versions = decode(&file.slice, &file::read_whole(slot, file)?)?;
        found.extend(versions.into_iter().filter(|v| v.state.kind == kind && v.state.id == id));
    }
    found.sort_by_key(|v| v.valid_from);
    Ok(found)
}

/// Every row of those of an account's objects of some kinds that changed, object by object, oldest first. Most never do: only closed rows are read,
/// and what holds now is known.
pub(crate) fn changes(
    slot: &Slot,
    opened: &Opened,
    current: &Current,
    of: &Slice,
    kinds: &[EntityKind],
) -> Result<Vec<EntityVersion>, Error> {
    let mut found = Vec::new();
    for file in opened.files.iter().filter(|file| file.slice == *of && file.period == CLOSED) {
        let versions = decode(&file.slice, &file::read_whole(slot, file)?)?;
        found.extend(versions.into_iter().filter(|v| kinds.contains(&v.state.kind)));
    }
    let changed: BTreeSet<Key> = found.iter().map(|v| (v.state.kind, v.state.id.clone())).collect();
    let own = |v: &&Arc<EntityVersion>| v.source.as_str() == of.platform && v.account.as_str() == of.account;
    let now = current.rows.iter().filter(own).filter(|v| changed.contains(&(v.state.kind, v.state.id.clone())));
    found.extend(now.map(|v| EntityVersion::clone(v)));
    found.sort_by(|a, b| (a.state.kind, &a.state.id, a.valid_from).cmp(&(b.state.kind, &b.state.id, b.valid_from)));
    Ok(found)
}

/// The rows of several files as one batch, for compaction.
pub(crate) fn join(versions: &mut [EntityVersion]) -> Result<RecordBatch, Error> {
    versions.sort_by(|a, b| (a.state.kind, &a.state.id, a.valid_from).cmp(&(b.state.kind, &b.state.id, b.valid_from)));
    encode(&versions.iter().collect::<Vec<_>>())
}

//! JSON-file stores: one file per kind of record, each a list (or a map by id) of entries that a small server reads and writes whole.
//!
//! `campaigns.json` holds campaigns with their `metrics`, `analytics_metrics.json` one entry per campaign and day. The `metrics` of such stores
//! are whatever the platform's interface answered, so they are understood in the store's own words and in those of Google, Meta and
//! Pinterest. An entry for a campaign's day may be there several times, once per sync: the one synced last holds.
//!
//! A campaign whose metrics name no day tells what it had come to when it was last synced. That total is taken only where the store has no
//! days of the campaign: on the day of the sync, covering the days since the campaign began, else since it was first stored.
//!
//! Files are read entry by entry, never as a whole.

mod entries;
mod metrics;
mod records;

use super::{
    Counted, Entry, Files, Found, Grain, History, HistoryError, Key, LeftOut, Options, Piece, Shape, blocking, counted::Adding,
    limits, objects::Objects, survey::Survey, tally::Tally,
};
use async_trait::async_trait;
use compact_str::CompactString;
use records::{Record, Told};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};
use trimtab_domain::{
    Day, DayRange, Source,
    entity::EntitySnapshot,
    fact::{Facts, Placing},
    id::{AccountId, AdGroupId, AdId, CampaignId},
};

/// Files of campaigns.
const CAMPAIGNS: [&str; 1] = ["campaigns"];
/// Files of figures by day.
const METRICS: [&str; 3] = ["analytics_metrics", "metrics", "analytics"];
/// Files such stores keep beside these, which hold no figures of advertising.
const OTHERS: [&str; 9] =
    ["projects", "workflows", "workflow_executions", "executions", "events", "activity", "agents", "settings", "templates"];

/// Whether a file belongs to such a store and may hold figures.
pub(super) fn is_store(entry: &Entry) -> bool {
    kind(entry).is_some()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Campaigns,
    Metrics,
}

fn kind(entry: &Entry) -> Option<Kind> {
    let (stem, extension) = entry.stem();
    match extension.as_str() {
        "json" if CAMPAIGNS.contains(&stem.as_str()) => Some(Kind::Campaigns),
        "json" if METRICS.contains(&stem.as_str()) => Some(Kind::Metrics),
        _ => None,
    }
}

/// A store, opened.
#[derive(Debug, Clone)]
pub(super) struct JsonStore(Arc<Store>);

#[derive(Debug)]
struct Store {
    files: Arc<dyn Files>,
    options: Options,
    tables: Vec<(Kind, String)>,
    index: Index,
    left_out: LeftOut,
    notes: Vec<String>,
}

/// What has to be known of the whole store before a part of it can be read.
#[derive(Debug, Default)]
struct Index {
    objects: BTreeMap<Source, Objects>,
    /// The platform's id of a campaign by the store's own.
    ids: HashMap<CompactString, (Source, CompactString)>,
    /// Campaigns that have days.
    dated: HashSet<(Source, CompactString)>,
}

impl JsonStore {
    /// Recognises the files and reads the campaigns. What cannot be read is named by [`History::accounts`].
    pub(super) fn open(files: Arc<dyn Files>, entries: &[Entry], options: Options) -> Self {
        // Campaigns first: figures refer to them.
        let mut tables: Vec<_> = entries.iter().filter_map(|entry| Some((kind(entry)?, entry.path.clone()))).collect();
        tables.sort_by_key(|(kind, _)| *kind == Kind::Metrics);
        let others = entries.iter().filter(|entry| kind(entry).is_none());
        let (known, unknown): (Vec<_>, Vec<_>) = others.partition(|entry| OTHERS.contains(&entry.stem().0.as_str()));
        let mut notes = Vec::new();
        for (paths, why) in [(known, "hold no figures of advertising"), (unknown, "are not known here")] {
            if !paths.is_empty() {
                let paths: Vec<_> = paths.iter().map(|entry| entry.path.as_str()).collect();
                notes.push(format!("not read, since they {why}: {}", super::files::named(paths.into_iter())));
            }
        }
        let mut store = Store { files, options, tables, index: Index::default(), left_out: LeftOut::default(), notes };
        store.load();
        Self(Arc::new(store))
    }
}

/// A campaign's day and where it stands, the later version of which holds.
#[derive(Debug)]
struct Row {
    told: Told,
    place: String,
}

impl Store {
    /// Reads the campaigns, and which of them have days.
    fn load(&mut self) {
        let (mut index, mut left_out) = (Index::default(), LeftOut::default());
        let mut full = false;
        for (kind, path) in &self.tables {
            // Files that cannot be read are named by the walk that follows.
            let _named_later = entries::walk(self.files.as_ref(), path, &mut |_, entry| {
                let Ok(record) = Record::read(&entry, *kind == Kind::Campaigns) else { return };
                if *kind == Kind::Campaigns && index.ids.len() < limits::OBJECTS_MAX {
                    if let Some(id) = record.store_id {
                        index.ids.insert(id.into(), (record.source, record.campaign.clone()));
                    }
                    let objects = index.objects.entry(record.source).or_default();
                    full |= !objects.put(record.state(), &record.account.clone().unwrap_or_default(), record.version);
                }
                let key = (record.source, index.platform_id(&record));
                let dated = record.rows().iter().any(|row| row.as_ref().is_ok_and(|row| row.dated));
                if dated && index.dated.len() < limits::OBJECTS_MAX {
                    index.dated.insert(key);
                }
                index.objects.entry(record.source).or_default();
            });
        }
        if full {
            left_out.note("campaigns.json", "holds more campaigns than are kept at once: those beyond have no name");
        }
        self.index = index;
        self.left_out = left_out;
    }

    /// Hands every row of figures to `take`, and everything that is none to `left_out`.
    fn rows(&self, left_out: &mut LeftOut, take: &mut dyn FnMut(Key, CompactString, Row)) {
        for (kind, path) in &self.tables {
            let mut out = LeftOut::default();
            let walked = entries::walk(self.files.as_ref(), path, &mut |place, entry| {
                let record = match Record::read(&entry, *kind == Kind::Campaigns) {
                    Ok(record) => record,
                    Err(reason) => return out.note(place, reason),
                };
                let campaign = self.index.platform_id(&record);
                let account = self.index.account(&record, &campaign);
                for row in record.rows() {
                    match row {
                        Ok(told) if !told.dated && self.index.dated.contains(&(record.source, campaign.clone())) => {
                            out.note(&place, "tells a total of a campaign whose days are told as well: the days are taken");
                        }
                        Ok(told) => {
                            let key = Key {
                                tenant: CompactString::default(),
                                source: record.source,
                                account: AccountId::new(account.clone()),
                            };
                            take(key, campaign.clone(), Row { told, place: place.clone() });
                        }
                        Err(reason) => out.note(&place, reason),
                    }
                }
            });
            left_out.append(out);
            if let Err(reason) = walked {
                left_out.note(path, reason);
            }
        }
    }

    fn survey(&self) -> Result<Found, HistoryError> {
        let (mut survey, mut left_out, mut failed) = (Survey::default(), self.left_out.clone(), None);
        let mut undated = 0_u64;
        self.rows(&mut left_out, &mut |key, _, row| {
            undated += u64::from(!row.told.dated);
            if let Err(error) = survey.row(key, Grain::Campaign, row.told.day, &row.told.figures) {
                failed.get_or_insert(error);
            }
        });
        if let Some(error) = failed {
            return Err(error);
        }
        let mut notes = self.notes.clone();
        if undated > 0 {
            notes.push(format!(
                "{undated} campaigns tell a total without days: it stands on the day of their last sync and covers all days since they began"
            ));
        }
        let nothing = Objects::default();
        let describe = |key: &Key| {
            let objects = self.index.objects.get(&key.source).unwrap_or(&nothing);
            objects.describe(key.source, &key.account, &self.options)
        };
        Ok(Found { accounts: survey.finish(describe), left_out, notes })
    }

    fn piece(&self, key: &Key, days: DayRange) -> Result<Piece, HistoryError> {
        if !self.index.objects.contains_key(&key.source) {
            return Err(HistoryError::NoAccount(key.clone()));
        }
        let mut left_out = LeftOut::default();
        let mut held: HashMap<(Day, CompactString), Row> = HashMap::new();
        let mut found = Adding::default();
        let mut full = false;
        // Entries that cannot be read are the survey's to name: they are in no piece.
        self.rows(&mut LeftOut::default(), &mut |of, campaign, row| {
            if of != *key || !days.contains(row.told.day) || self.options.grain.is_some_and(|asked| asked != Grain::Campaign) {
                return;
            }
            found.row(&row.told.figures);
            let slot = (row.told.day, campaign);
            match held.get(&slot) {
                Some(known) if known.told.version > row.told.version => left_out.note(row.place, OLDER),
                Some(known) => {
                    left_out.note(known.place.clone(), OLDER);
                    held.insert(slot, row);
                }
                None if held.len() >= limits::PIECE_ROWS_MAX => full = true,
                None => {
                    held.insert(slot, row);
                }
            }
        });
        if full {
            return Err(HistoryError::too_many_rows());
        }
        let (mut tally, mut taken) = (Tally::default(), Adding::default());
        for ((day, campaign), Row { told: Told { figures, span, .. }, .. }) in held {
            taken.row(&figures);
            let placing = Placing { campaign: CampaignId::new(campaign), ad_group: AdGroupId::none(), ad: AdId::none() };
            tally.add((day, span, placing), &figures)?;
        }
        let counted = Counted { grain: Grain::Campaign, found: found.sums(), taken: taken.sums() };
        let counted = if found == Adding::default() { Vec::new() } else { vec![counted] };
        Ok(Piece { facts: Facts { ad_daily: tally.finish(), ..Facts::default() }, counted, left_out })
    }
}

/// Why a row is left out that a later one replaces.
const OLDER: &str = "tells a campaign's day as it stood before a later sync: the later one is taken";

impl Index {
    /// The platform's id of the campaign an entry is about.
    fn platform_id(&self, record: &Record<'_>) -> CompactString {
        let known = self.ids.get(&record.campaign).filter(|(source, _)| *source == record.source);
        known.map_or_else(|| record.campaign.clone(), |(_, id)| id.clone())
    }

    /// The account an entry belongs to: as it says, else as the campaign says, else the one of no name.
    fn account(&self, record: &Record<'_>, campaign: &str) -> CompactString {
        let objects = self.objects.get(&record.source);
        let known = || objects?.account_of(trimtab_domain::entity::EntityKind::Campaign, campaign).cloned();
        record.account.clone().or_else(known).unwrap_or_else(|| super::objects::unnamed(record.source))
    }
}

#[async_trait]
impl History for JsonStore {
    fn shape(&self) -> Shape {
        Shape::JsonStore
    }

    async fn accounts(&self) -> Result<Found, HistoryError> {
        let store = Arc::clone(&self.0);
        blocking(move || store.survey()).await
    }

    async fn entities(&self, key: &Key) -> Result<EntitySnapshot, HistoryError> {
        let objects = self.0.index.objects.get(&key.source).ok_or_else(|| HistoryError::NoAccount(key.clone()))?;
        Ok(objects.snapshot(key.source, key.account.as_str(), &self.0.options))
    }

    async fn read(&self, key: &Key, days: DayRange) -> Result<Piece, HistoryError> {
        let (store, key) = (Arc::clone(&self.0), key.clone());
        blocking(move || store.piece(&key, days)).await
    }
}

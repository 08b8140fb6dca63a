//! Figures of an account's objects day by day, as analyses take them: months of every ad, asked for again after every sync.
//!
//! A metric query names, orders and converts what people look at, and any new version of a table makes its answers old. Here what a file's rows
//! come to, by object and day, is kept by the file's name, within a bound of bytes. Files never change, so that after a new day only that
//! day's are read. Nothing is cut off, however many objects there are. Of campaigns, roll-ups are read in the files' place, and kept by their own
//! names: a roll-up has days that a range may leave out, so that under its name nothing is kept but all it covers.
//!
//! [`Daily::hash`] names the files without reading any: whoever made something of these days knows by it whether it still holds.
//!
//! Figures are those of a metric query by the object and `date` that is about the account alone: counts and micros to the last one, fractions to
//! the millionth, reach only where one row tells it. What a source does not report counts as nothing.

mod gather;

use crate::{
    Error,
    days::{from_epoch, to_epoch},
    entities::Current,
    file::FileEntry,
    lake::{Shared, Tenant},
    limits,
    query::{named, parsed},
    rollup::Grain,
    schema::Table,
};
use compact_str::CompactString;
use gather::FileDays;
use moka::future::Cache;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};
use trimtab_domain::{DayRange, account::Account, entity::EntityKind};

/// What files come to, by their paths and whose days they were put together for.
pub(crate) type DayCache = Cache<Arc<str>, Arc<FileDays>>;

/// Makes a cache that holds at most so many bytes.
pub(crate) fn day_cache(bytes: u64) -> DayCache {
    Cache::builder().max_capacity(bytes).weigher(|path: &Arc<str>, days: &Arc<FileDays>| days.weight(path)).build()
}

/// Whose days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Each ad's. Rows of campaigns that have no ads to report are no ad's.
    Ads,
    /// Each campaign's.
    Campaigns,
    /// Each campaign's conversions of these action types, counted in this attribution window.
    Actions {
        /// The types, as the platform names them.
        types: &'static [&'static str],
        /// The window.
        window: &'static str,
    },
}

impl Whose {
    const fn table(self) -> Table {
        match self {
            Self::Ads | Self::Campaigns => Table::AdDaily,
            Self::Actions { .. } => Table::ConversionDaily,
        }
    }

    const fn kind(self) -> EntityKind {
        match self {
            Self::Ads => EntityKind::Ad,
            Self::Campaigns | Self::Actions { .. } => EntityKind::Campaign,
        }
    }
}

/// What an object did in one day.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct DayFigures {
    /// What the platform charged, in millionths of the account's currency.
    pub spend_micros: i64,
    /// How often ads were shown.
    pub impressions: i64,
    /// Clicks of all kinds.
    pub clicks: i64,
    /// Clicks that lead to a site.
    pub link_clicks: i64,
    /// Conversions, to the millionth; of actions how many there were.
    pub conversions: f64,
    /// Their value in millionths of the account's currency; refunds make it negative.
    pub revenue_micros: i64,
    /// People reached; `None` where it is not told, or of several rows, whose people may be the same.
    pub reach: Option<i64>,
}

/// The days of one object.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectDays {
    /// Its platform's id.
    pub id: CompactString,
    /// What it is called now, else its id.
    pub name: CompactString,
    /// Which action; empty except of [`Whose::Actions`].
    pub action: CompactString,
    /// Its days with rows, oldest first, by their place in the range: 0 is its first day.
    pub days: Vec<(usize, DayFigures)>,
}

/// Days of an account's objects, chosen and not read yet.
#[derive(Debug, Clone)]
pub struct Daily {
    shared: Arc<Shared>,
    tenant: Arc<Tenant>,
    current: Arc<Current>,
    files: Vec<FileEntry>,
    whose: Whose,
    range: DayRange,
}

pub(crate) async fn choose(
    shared: Arc<Shared>,
    tenant: Arc<Tenant>,
    account: &Account,
    whose: Whose,
    range: DayRange,
) -> Result<Daily, Error> {
    let (from, to) = (to_epoch(range.from()), to_epoch(range.to()));
    let own = |file: &&FileEntry| {
        let slice = &file.slice;
        let overlaps = file.days.0 <= to && from <= file.days.1;
        slice.platform == account.source.as_str() && slice.account == account.id.as_str() && overlaps
    };
    let opened = tenant.slot(whose.table()).newest().await?;
    let files = opened.iter().flat_map(|opened| &opened.files).filter(own).cloned().collect();
    let current = tenant.current().await?;
    Ok(Daily { shared, tenant, current, files, whose, range })
}

impl Daily {
    /// Of the days, the files they lie in, and the version of what objects are called. Equal hashes mean equal answers.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut hash = blake3::Hasher::new();
        hash.update(format!("{:?} {} {:?}", self.whose, self.range, self.current.version).as_bytes());
        for file in &self.files {
            hash.update(&[0x1f]).update(file.path.as_bytes());
        }
        hash.finalize().to_hex()[..32].to_owned()
    }

    /// The days.
    #[must_use]
    pub const fn range(&self) -> DayRange {
        self.range
    }

    /// The runs of days within the range that files hold rows of, a run from a file's first day to its last.
    pub fn runs(&self) -> impl Iterator<Item = DayRange> {
        let run = |file: &FileEntry| DayRange::new(from_epoch(file.days.0), from_epoch(file.days.1)).ok()?.intersect(&self.range);
        self.files.iter().filter_map(run)
    }

    /// Reads them: of files read before, from memory. Objects come in the order of their ids.
    ///
    /// # Errors
    /// When amounts are in several currencies, or a file cannot be read.
    pub async fn read(&self) -> Result<Vec<ObjectDays>, Error> {
        let currencies: BTreeSet<String> = self.files.iter().map(|file| file.slice.currency.clone()).collect();
        if currencies.len() > 1 && self.whose.table() == Table::AdDaily {
            return Err(Error::MixedCurrencies { present: parsed(&currencies) });
        }
        let units = self.units();
        let unread: usize = units.iter().map(|unit| unit.unread(&self.shared.days)).sum();
        let (daily, pool) = (self.clone(), &self.shared.pool);
        let work = async move { daily.gathered(&units).await };
        if unread > limits::LARGE_QUERY_ROWS {
            pool.run_behind("read an account's days", limits::QUERY_DEADLINE, work).await
        } else {
            pool.run("read an account's days", limits::QUERY_DEADLINE, work).await
        }
    }

    async fn gathered(&self, units: &[Unit]) -> Result<Vec<ObjectDays>, Error> {
        let (first, last) = (to_epoch(self.range.from()), to_epoch(self.range.to()));
        let mut all: Vec<ObjectDays> = Vec::new();
        let mut places = HashMap::new();
        for unit in units {
            for read in self.kept(unit).await? {
                let of_file: Vec<usize> = (read.objects.iter())
                    .map(|object| {
                        *places.entry(object.clone()).or_insert_with(|| {
                            let (id, action) = object.clone();
                            all.push(ObjectDays { name: self.name(&id), id, action, days: Vec::new() });
                            all.len() - 1
                        })
                    })
                    .collect();
                for (object, day, figures) in read.rows.iter().filter(|(_, day, _)| (first..=last).contains(day)) {
                    let place = usize::try_from(day - first).unwrap_or_default();
                    all[of_file[*object as usize]].days.push((place, *figures));
                }
            }
        }
        all.retain(|object| !object.days.is_empty());
        // All rows of a day lie in one file: no day is there twice.
        all.iter_mut().for_each(|object| object.days.sort_unstable_by_key(|(place, _)| *place));
        all.sort_unstable_by(|a, b| (&a.id, &a.action).cmp(&(&b.id, &b.action)));
        Ok(all)
    }

    /// What the rows of some files come to, kept or read now: all that their roll-up covers, else what each of them does.
    async fn kept(&self, unit: &Unit) -> Result<Vec<Arc<FileDays>>, Error> {
        let (slot, days) = (self.tenant.slot(self.whose.table()), &self.shared.days);
        if let Some(rollup) = &unit.rollup {
            if let Some(kept) = days.get(&rollup.key).await {
                return Ok(vec![kept]);
            }
            // Known file by file: those of a roll-up that does not tell.
            if unit.unread(days) > 0
                && let Some(read) = gather::rolled_up(slot, self.whose, &rollup.name, unit.rows())?
            {
                return Ok(vec![self.keep(&rollup.key, read).await]);
            }
        }
        let mut all = Vec::with_capacity(unit.files.len());
        for (key, file) in &unit.files {
            all.push(match days.get(key).await {
                Some(kept) => kept,
                None => self.keep(key, gather::own(slot, self.whose, file)?).await,
            });
        }
        Ok(all)
    }

    async fn keep(&self, key: &Arc<str>, read: FileDays) -> Arc<FileDays> {
        let read = Arc::new(read);
        self.shared.days.insert(Arc::clone(key), Arc::clone(&read)).await;
        // Whoever waits no longer stops this between two files.
        tokio::task::yield_now().await;
        read
    }

    /// Files that are covered by one roll-up together, the others one by one.
    fn units(&self) -> Vec<Unit> {
        let folder = self.tenant.slot(self.whose.table()).folder.display();
        let key = |name: &str| Arc::<str>::from(format!("{folder}/{name} {:?}", self.whose));
        let mut units: Vec<Unit> = Vec::new();
        let mut places = HashMap::new();
        for file in &self.files {
            let rollup = file.rollups.of(Grain::CampaignDays).filter(|_| self.whose == Whose::Campaigns);
            let place = *places.entry(rollup.unwrap_or(&file.path)).or_insert_with(|| {
                let rollup = rollup.map(|name| RolledUp { key: key(name), name: name.to_owned() });
                units.push(Unit { rollup, files: Vec::new() });
                units.len() - 1
            });
            units[place].files.push((key(&file.path), file.clone()));
        }
        units
    }

    fn name(&self, id: &str) -> CompactString {
        let codes = &self.tenant.codes;
        let code = |text: &str| codes.known(text);
        let slice = self.files.first().map(|file| &file.slice);
        let known = slice.and_then(|slice| {
            self.current
                .find(self.whose.kind(), code(&slice.platform)?, code(&slice.account)?, code(id)?)
                .map(|object| &object.name)
        });
        named(self.whose.kind(), id, known.map(CompactString::as_str)).into()
    }
}

/// Files of the days asked for that are read as one, with what each is kept by.
#[derive(Debug)]
struct Unit {
    /// The roll-up that may be read in their place. It may cover files of other days, too.
    rollup: Option<RolledUp>,
    files: Vec<(Arc<str>, FileEntry)>,
}

#[derive(Debug)]
struct RolledUp {
    /// What it is kept by.
    key: Arc<str>,
    name: String,
}

impl Unit {
    fn rows(&self) -> usize {
        self.files.iter().map(|(_, file)| file.rows).sum()
    }

    /// How many rows are to be read, about.
    fn unread(&self, days: &DayCache) -> usize {
        let share = match &self.rollup {
            Some(rollup) if days.contains_key(&rollup.key) => return 0,
            Some(_) => limits::ROWS_PER_ROLLUP_ROW,
            None => 1,
        };
        let unread = self.files.iter().filter(|(key, _)| !days.contains_key(key));
        unread.map(|(_, file)| file.rows).sum::<usize>().div_ceil(share)
    }
}

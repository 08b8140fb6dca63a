//! The lake: the facts of all tenants in one folder, and the only door to those of one.
//!
//! `<root>/<tenant>/<table>` holds one Delta table each, made on first write. Everything runs on the lake's own threads. Nothing here
//! asks the time.

mod objects;
mod wanted;

use crate::{
    Error,
    codes::Codes,
    entities::{self, Current, Recorded},
    file::FileEntry,
    held::{self, Held},
    limits,
    pool::Pool,
    query::{self, Question, ResultCache, UnderWay},
    replace::{self, Wanted},
    retention, rollup, rows,
    scan::{ColumnCache, column_cache},
    schema::Table,
    summary::{self, Summary},
    table::{Opened, Slot},
    upkeep::{self, Compacted},
    views::{self, Format, View, ViewFile},
};
use datafusion::execution::SessionState;
use std::{
    collections::{BTreeSet, HashMap},
    io::Write,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
};
use tokio::sync::Semaphore;
use trimtab_domain::{
    Day, DayRange, Source, TenantCtx,
    account::{Account, Coverage},
    entity::EntitySnapshot,
    fact::{AdHourly, Facts, Total},
    id::{AccountId, TenantId},
    query::{MetricQuery, QueryResult},
    rates::Rates,
};

/// Where the lake lies and what it may use.
#[derive(Debug, Clone)]
pub struct LakeSettings {
    /// The folder; made on first write.
    pub root: PathBuf,
    /// Threads for queries and encoding.
    pub threads: usize,
    /// Working memory of all queries together, in bytes.
    pub query_memory_bytes: usize,
    /// Memory for decoded columns, in bytes.
    pub column_cache_bytes: u64,
    /// Memory for finished results, in bytes.
    pub result_cache_bytes: u64,
}

impl LakeSettings {
    /// Settings for a small machine: two threads, 256 MiB for queries, 96 MiB of columns, 32 MiB of results.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            threads: 2,
            query_memory_bytes: 256 << 20,
            column_cache_bytes: 96 << 20,
            result_cache_bytes: 32 << 20,
        }
    }
}

/// The facts of all tenants. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Lake(Arc<Shared>);

#[derive(Debug)]
pub(crate) struct Shared {
    settings: LakeSettings,
    pub(crate) pool: Pool,
    /// For texts of SQL.
    pub(crate) session: SessionState,
    /// For metric queries.
    pub(crate) plain: query::Plain,
    pub(crate) columns: ColumnCache,
    pub(crate) results: ResultCache,
    pub(crate) under_way: UnderWay,
    tenants: Mutex<HashMap<TenantId, Arc<Tenant>>>,
    rates: RwLock<Arc<Rates>>,
}

impl Shared {
    /// The exchange rates known now.
    pub(crate) fn rates(&self) -> Arc<Rates> {
        Arc::clone(&self.rates.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What is kept in memory of one tenant.
#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) id: TenantId,
    slots: [Arc<Slot>; Table::ALL.len()],
    pub(crate) codes: Arc<Codes>,
    /// Who may compute an answer for it.
    pub(crate) answering: Semaphore,
    current: RwLock<Arc<Current>>,
    /// Held while that is read, so that questions asked together read it once.
    reading_current: tokio::sync::Mutex<()>,
}

/// The facts of one tenant.
#[derive(Debug, Clone)]
pub struct TenantLake {
    shared: Arc<Shared>,
    tenant: Arc<Tenant>,
}

/// What [`TenantLake::replace`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// Rows handed in.
    pub rows: usize,
    /// Days whose rows were not stored like that already.
    pub days_changed: usize,
    /// Bytes of data files written.
    pub bytes_written: u64,
    /// The tables' versions afterwards; a table that was never written has none.
    pub versions: Vec<(Table, u64)>,
}

/// How much is known of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// First and last day with rows the account is read for: ads, orders, visits or mailings.
    pub days: DayRange,
    /// Rows of all kinds.
    pub rows: u64,
}

/// A Parquet file of a table, with what its rows have in common and the file itself does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFile {
    /// Where it lies.
    pub path: PathBuf,
    /// The source.
    pub platform: String,
    /// The account's id.
    pub account: String,
    /// The currency of its amounts; empty for objects.
    pub currency: String,
}

/// The size of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableStats {
    /// Which.
    pub table: Table,
    /// Its version.
    pub version: u64,
    /// Its rows.
    pub rows: usize,
    /// Its data files.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

impl Lake {
    /// Opens the lake. Reads and writes nothing yet.
    ///
    /// # Errors
    /// When the root is not a folder or the query threads cannot be started.
    pub fn open(settings: LakeSettings) -> Result<Self, Error> {
        if settings.root.exists() && !settings.root.is_dir() {
            let cause = std::io::Error::from(std::io::ErrorKind::NotADirectory);
            return Err(Error::writing("open the lake", &settings.root, cause));
        }
        let session = query::session(settings.query_memory_bytes, settings.threads)?;
        Ok(Self(Arc::new(Shared {
            pool: Pool::new(settings.threads)?,
            plain: query::Plain::of(&session),
            session,
            columns: column_cache(settings.column_cache_bytes),
            results: query::result_cache(settings.result_cache_bytes),
            under_way: query::under_way(),
            tenants: Mutex::default(),
            rates: RwLock::default(),
            settings,
        })))
    }

    /// Lets amounts be converted by these rates from now on. They are common to all tenants.
    pub fn set_rates(&self, rates: Rates) {
        *self.0.rates.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rates);
    }

    /// The rates amounts are converted by now.
    #[must_use]
    pub fn rates(&self) -> Arc<Rates> {
        self.0.rates()
    }

    /// The tenant's facts: the only door to them.
    #[must_use]
    pub fn tenant(&self, ctx: &TenantCtx) -> TenantLake {
        let mut tenants = self.0.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let tenant = tenants.entry(ctx.tenant().clone()).or_insert_with(|| {
            let folder = self.0.settings.root.join(ctx.tenant().as_str());
            let slots = Table::ALL.map(|table| Arc::new(Slot::new(table, &folder)));
            let answering = Semaphore::new(limits::ANSWERS_PER_TENANT);
            Arc::new(Tenant {
                id: ctx.tenant().clone(),
                slots,
                codes: Arc::default(),
                answering,
                current: RwLock::default(),
                reading_current: tokio::sync::Mutex::default(),
            })
        });
        TenantLake { shared: Arc::clone(&self.0), tenant: Arc::clone(tenant) }
    }
}

impl Tenant {
    pub(crate) fn slot(&self, table: Table) -> &Arc<Slot> {
        &self.slots[table as usize]
    }

    /// What is known of the tenant's objects now.
    pub(crate) async fn current(&self) -> Result<Arc<Current>, Error> {
        let slot = self.slot(Table::EntityHistory);
        let Some(opened) = slot.newest().await? else {
            return Ok(Arc::default());
        };
        let known = || {
            Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
                .filter(|c| c.version == Some(opened.version))
        };
        if let Some(known) = known() {
            return Ok(known);
        }
        let _one_at_a_time = self.reading_current.lock().await;
        if let Some(known) = known() {
            return Ok(known);
        }
        let read = Arc::new(Current::read(slot, &opened, &self.codes)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&read);
        Ok(read)
    }
}

impl TenantLake {
    /// Makes `facts` the only facts of `account` in the days of `range`: rows that are missing disappear, days that are the same
    /// already are not written. Breakdowns and keywords are replaced where `facts` names them as read. Each table changes in one commit,
    /// the ad-level one last; after a crash in between, replacing again completes it.
    ///
    /// # Errors
    /// When rows are impossible, the folder cannot be written, or other writers win every time. Nothing of a failed table is visible.
    pub async fn replace(&self, account: &Account, range: DayRange, facts: Facts) -> Result<Replaced, Error> {
        let (tenant, account) = (Arc::clone(&self.tenant), account.clone());
        self.shared
            .pool
            .run_behind("replace facts", limits::WRITE_DEADLINE, async move { replace(&tenant, &account, range, facts).await })
            .await
    }

    /// Makes `hours` the only hourly facts of `account` in the days of `range`.
    ///
    /// # Errors
    /// As [`Self::replace`].
    pub async fn replace_hours(&self, account: &Account, range: DayRange, hours: Vec<AdHourly>) -> Result<Replaced, Error> {
        let (tenant, account) = (Arc::clone(&self.tenant), account.clone());
        let work = async move {
            let rows = hours.len();
            rows::check(range, hours.iter().map(|r| (r.date, 1, &r.placing, Some(&r.measures), None, None)))?;
            if let Some(bad) = hours.iter().find(|r| r.hour > 23) {
                return Err(Error::BadFacts(format!("a row of {} is for hour {}: a day has hours 0 to 23", bad.date, bad.hour)));
            }
            let wanted = vec![Wanted { slice: wanted::slice(&account, ""), rows: rows::hours(&hours)? }];
            replace_tables(&tenant, rows, range, [(Table::AdHourly, wanted)]).await
        };
        self.shared.pool.run_behind("replace hourly facts", limits::WRITE_DEADLINE, work).await
    }

    /// Makes `totals` all that is known of what the source itself says of `account` as a whole in the days of `range`.
    ///
    /// # Errors
    /// As [`Self::replace`].
    pub async fn replace_totals(&self, account: &Account, range: DayRange, totals: Vec<(Day, Total)>) -> Result<Replaced, Error> {
        let (tenant, account) = (Arc::clone(&self.tenant), account.clone());
        let work = async move {
            rows::check_figures(range, "a total", totals.iter().map(|(day, total)| (*day, total.figures())))?;
            let wanted = vec![Wanted { slice: wanted::slice(&account, ""), rows: rows::totals(&totals)? }];
            replace_tables(&tenant, totals.len(), range, [(Table::AccountDaily, wanted)]).await
        };
        self.shared.pool.run_behind("replace totals", limits::WRITE_DEADLINE, work).await
    }

    /// Takes in what a source says of an account's objects. The same snapshot twice commits nothing.
    ///
    /// # Errors
    /// As [`Self::replace`].
    pub async fn record(&self, account: &Account, snapshot: EntitySnapshot) -> Result<Recorded, Error> {
        if snapshot.states.len() > limits::OBJECTS_PER_SNAPSHOT {
            return Err(Error::BadFacts(format!("{} objects in one account are more than can be kept", snapshot.states.len())));
        }
        let (slot, account) = (Arc::clone(self.tenant.slot(Table::EntityHistory)), account.clone());
        let work = async move {
            let plan = |opened: Option<&Opened>| entities::plan(&slot, opened, &account, &snapshot);
            let (committed, recorded) = slot.change(plan).await?;
            Ok(Recorded { version: committed.version, ..recorded })
        };
        self.shared.pool.run_behind("record objects", limits::WRITE_DEADLINE, work).await
    }

    /// Answers a metric query. `coverage` says of every account of the tenant how far and how final its facts are.
    ///
    /// # Errors
    /// When currencies would be mixed, the query is too large, or the tables cannot be read.
    pub async fn query(&self, query: &MetricQuery, coverage: &[Coverage]) -> Result<Arc<QueryResult>, Error> {
        let question = Question {
            shared: Arc::clone(&self.shared),
            tenant: Arc::clone(&self.tenant),
            query: query.clone(),
            coverage: coverage.to_vec(),
        };
        self.shared.pool.run("answer the query", limits::QUERY_DEADLINE, query::answer(Arc::new(question))).await
    }

    /// Joins the files of months that are settled as of `today`, and of closed entity rows, and writes roll-ups that are missing.
    ///
    /// # Errors
    /// When a table cannot be read or written. What was joined before stays joined.
    pub async fn compact(&self, today: Day) -> Result<Compacted, Error> {
        let mut all = Compacted::default();
        for table in Table::ALL {
            let slot = Arc::clone(self.tenant.slot(table));
            let slices = {
                let slot = Arc::clone(&slot);
                let due = async move { Ok(slot.newest().await?.map(|o| upkeep::due(table, &o, today)).unwrap_or_default()) };
                self.shared.pool.run_behind("look for files to join", limits::WRITE_DEADLINE, due).await?
            };
            for slice in slices {
                // Step by step until nothing is left, so that memory does not grow with the length of a history.
                loop {
                    let (slot, slice) = (Arc::clone(&slot), slice.clone());
                    let work = async move {
                        let plan = |opened: Option<&Opened>| upkeep::plan(&slot, opened, &slice, today);
                        Ok(slot.change(plan).await?.1)
                    };
                    let done = self.shared.pool.run_behind("join files", limits::WRITE_DEADLINE, work).await?;
                    if done.files_before == 0 {
                        break;
                    }
                    all.files_before += done.files_before;
                    all.files_after += done.files_after;
                }
            }
            let slot = Arc::clone(self.tenant.slot(table));
            all.rolled_up += self
                .shared
                .pool
                .run_behind("write missing roll-ups", limits::WRITE_DEADLINE, async move { rollup::complete(&slot).await })
                .await?;
        }
        Ok(all)
    }

    /// Deletes data files that no version of the last `retention_hours` names: replaced ones and what crashes left behind. Returns how
    /// many. Queries of older versions stop being reproducible. A retention shorter than the longest write or query breaks those.
    ///
    /// # Errors
    /// When a table cannot be read or written.
    pub async fn vacuum(&self, retention_hours: u32) -> Result<usize, Error> {
        let mut deleted = 0;
        for table in Table::ALL {
            let slot = Arc::clone(self.tenant.slot(table));
            let work = async move { slot.vacuum(retention_hours).await };
            deleted += self.shared.pool.run_behind("remove old files", limits::WRITE_DEADLINE, work).await?;
        }
        Ok(deleted)
    }

    /// Lets go of what is known by the hour of days before `before`, where the same days are known as days. Returns how many rows that were.
    ///
    /// # Errors
    /// When a table cannot be read or written.
    pub async fn retire_hours(&self, before: Day) -> Result<usize, Error> {
        let tenant = Arc::clone(&self.tenant);
        let work = async move { retention::retire_hours(&tenant, before).await };
        self.shared.pool.run_behind("let go of old hours", limits::WRITE_DEADLINE, work).await
    }

    /// Removes every fact and object of an account. The files go with the next vacuum.
    ///
    /// # Errors
    /// When a table cannot be read or written.
    pub async fn forget(&self, source: Source, account: &AccountId) -> Result<(), Error> {
        for table in Table::ALL {
            let (slot, account) = (Arc::clone(self.tenant.slot(table)), account.clone());
            let work = async move {
                let plan = |opened: Option<&Opened>| Ok((upkeep::forget(opened, source.as_str(), account.as_str()), ()));
                slot.change(plan).await
            };
            self.shared.pool.run_behind("forget an account", limits::WRITE_DEADLINE, work).await?;
        }
        Ok(())
    }

    /// Size and version of each table that exists.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub async fn tables(&self) -> Result<Vec<TableStats>, Error> {
        let tenant = Arc::clone(&self.tenant);
        let work = async move {
            let mut stats = Vec::new();
            for table in Table::ALL {
                let Some(opened) = tenant.slot(table).newest().await? else {
                    continue;
                };
                stats.push(TableStats {
                    table,
                    version: opened.version,
                    rows: opened.files.iter().map(|f| f.rows).sum(),
                    files: opened.files.len(),
                    bytes: opened.files.iter().map(|f| f.bytes).sum(),
                });
            }
            Ok(stats)
        };
        self.shared.pool.run("measure the tables", limits::QUERY_DEADLINE, work).await
    }

    /// First and last day with rows an account is read for, and its rows of all kinds. `None` without any.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub async fn extent(&self, account: &Account) -> Result<Option<Extent>, Error> {
        let (tenant, account) = (Arc::clone(&self.tenant), account.clone());
        let work = async move {
            let (mut days, mut rows) = (None::<(i32, i32)>, 0);
            for table in Table::ALL.into_iter().filter(|table| table.holds_facts()) {
                let Some(opened) = tenant.slot(table).newest().await? else {
                    continue;
                };
                let own = |f: &&FileEntry| f.slice.platform == account.source.as_str() && f.slice.account == account.id.as_str();
                for file in opened.files.iter().filter(own) {
                    rows += file.rows;
                    if table == Table::main(account.source.kind()) {
                        days = Some(days.map_or(file.days, |(first, last)| (first.min(file.days.0), last.max(file.days.1))));
                    }
                }
            }
            let range = |(first, last)| DayRange::new(crate::days::from_epoch(first), crate::days::from_epoch(last)).ok();
            Ok(days.and_then(range).map(|days| Extent { days, rows: rows as u64 }))
        };
        self.shared.pool.run("measure an account", limits::QUERY_DEADLINE, work).await
    }

    /// What is stored of each day of an account beside what its source says of the day as a whole, and the numbers that several of its
    /// orders carry.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub async fn summarise(&self, account: &Account, range: DayRange) -> Result<Summary, Error> {
        let (tenant, account) = (Arc::clone(&self.tenant), account.clone());
        let work = async move { summary::summarise(&tenant, &account, range).await };
        self.shared.pool.run("sum up an account", limits::QUERY_DEADLINE, work).await
    }

    /// The days within `range` that have rows of an account, by table and part of a table.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub async fn held(&self, account: &Account, range: DayRange) -> Result<Vec<Held>, Error> {
        let (tenant, account) = (Arc::clone(&self.tenant), account.clone());
        let work = async move { held::held(&tenant, &account, range).await };
        self.shared.pool.run("look for known days", limits::QUERY_DEADLINE, work).await
    }

    /// Writes the rows of a ready view, those of the days of `range` where it has days. Returns how many.
    ///
    /// # Errors
    /// When a table cannot be read, or the rows cannot be written.
    pub async fn write_view(&self, view: View, range: DayRange, format: Format, to: Box<dyn Write + Send>) -> Result<u64, Error> {
        let (shared, tenant) = (Arc::clone(&self.shared), Arc::clone(&self.tenant));
        let work = async move { views::write(&shared.session, &tenant, view, range, format, to).await };
        self.shared.pool.run_behind("write a view", limits::VIEW_DEADLINE, work).await
    }

    /// The same into a file on the lake's disk, to be handed on: trouble is told instead of half a file, and whoever takes the rows slowly holds no
    /// query.
    ///
    /// # Errors
    /// When a table cannot be read, or the rows cannot be written.
    pub async fn view_file(&self, view: View, range: DayRange, format: Format) -> Result<ViewFile, Error> {
        let (file, to) = ViewFile::begin(&self.shared.settings.root)?;
        self.write_view(view, range, format, to).await?;
        file.finished()
    }

    /// The ready views as statements for DuckDB, which then reads the tables as they are at the time; the calendar has the days of `range`.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub async fn view_script(&self, range: DayRange) -> Result<String, Error> {
        let stats = self.tables().await?;
        let folder = self.shared.settings.root.join(self.tenant.id.as_str());
        let folder = std::path::absolute(&folder).map_err(|e| Error::reading("find the tables", &folder, e))?;
        Ok(views::script(&folder, range, |table| stats.iter().any(|known| known.table == table)))
    }

    /// The Parquet files a table consists of now, for other tools to read.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn files(&self, table: Table) -> Result<Vec<TableFile>, Error> {
        let slot = Arc::clone(self.tenant.slot(table));
        let work = async move {
            let opened = slot.newest().await?;
            let file = |file: &FileEntry| TableFile {
                path: slot.folder.join(&file.path),
                platform: file.slice.platform.clone(),
                account: file.slice.account.clone(),
                currency: file.slice.currency.clone(),
            };
            Ok(opened.iter().flat_map(|o| &o.files).map(file).collect())
        };
        self.shared.pool.run("list files", limits::QUERY_DEADLINE, work).await
    }
}

async fn replace(tenant: &Tenant, account: &Account, range: DayRange, facts: Facts) -> Result<Replaced, Error> {
    let rows = facts.rows();
    if rows > limits::ROWS_PER_REPLACE {
        return Err(Error::BadFacts(format!(
            "{rows} rows at once are too many: replace at most {} per call",
            limits::ROWS_PER_REPLACE
        )));
    }
    replace_tables(tenant, rows, range, wanted::wanted(account, range, facts)?).await
}

async fn replace_tables(
    tenant: &Tenant,
    rows: usize,
    range: DayRange,
    wanted: impl IntoIterator<Item = (Table, Vec<Wanted>)>,
) -> Result<Replaced, Error> {
    let days = (crate::days::to_epoch(range.from()), crate::days::to_epoch(range.to()));
    let mut replaced = Replaced { rows, days_changed: 0, bytes_written: 0, versions: Vec::new() };
    let mut touched = BTreeSet::new();
    for (table, wanted) in wanted {
        let slot = tenant.slot(table);
        let plan = |opened: Option<&Opened>| replace::plan(slot, opened, &wanted, days);
        let (committed, changed) = slot.change(plan).await?;
        touched.extend(changed);
        replaced.bytes_written += committed.bytes_written;
        replaced.versions.extend(committed.version.map(|version| (table, version)));
    }
    replaced.days_changed = touched.len();
    Ok(replaced)
}

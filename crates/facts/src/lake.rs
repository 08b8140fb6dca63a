//! The lake: the facts of all tenants in one folder, and the only door to those of one.
//!
//! `<root>/<tenant>/<table>` holds one Delta table each, made on first write. Everything runs on the lake's own threads. Nothing here
//! asks the time.

mod daily;
mod keeping;
mod objects;
mod ready;
mod stock;
mod wanted;
mod writing;

pub use stock::{Extent, TableFile, TableStats};
pub use writing::Replaced;

use crate::{
    Error,
    codes::Codes,
    daily::{DayCache, day_cache},
    entities::Current,
    limits,
    pool::Pool,
    query::{self, Question, ResultCache, UnderWay},
    scan::{ColumnCache, column_cache},
    schema::Table,
    table::Slot,
};
use datafusion::execution::SessionState;
use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
};
use tokio::sync::Semaphore;
use trimtab_domain::{
    TenantCtx,
    account::Coverage,
    id::TenantId,
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
    /// Memory for what files say of objects' days, in bytes.
    pub day_cache_bytes: u64,
}

impl LakeSettings {
    /// Settings for a small machine: two threads, 256 MiB for queries, 96 MiB of columns, 32 MiB of results, 48 MiB of days.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            threads: 2,
            query_memory_bytes: 256 << 20,
            column_cache_bytes: 96 << 20,
            result_cache_bytes: 32 << 20,
            day_cache_bytes: 48 << 20,
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
    pub(crate) days: DayCache,
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
            days: day_cache(settings.day_cache_bytes),
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
}

//! Answering a metric query: which files, which rows, which groups; then names, ratios, order and totals.
//!
//! The engine sums, table by table; everything that is not a sum (names, ratios of sums, the order, the comparison) is computed here from
//! few groups, those of several tables side by side. The engine's session has no tables of its own: it is handed the one it may read,
//! made of the tenant's files.
//!
//! Choices a reader of results should know:
//! - A group that exists only in the comparison period is kept, with empty cells: a campaign that stopped must not vanish from a
//!   comparison. Days without rows in either period stay absent.
//! - Totals cover every group that passes the metric filters, cut-off ones included.
//! - A row that covers several days belongs to the day it ends with.
//! - A ratio covers every row, those that do not report one of its parts included; when there are such rows, its column says so and a
//!   note names the accounts.
//! - Where a currency is asked for, each row's amounts are converted at the rate of its day and rounded to the micro, so that parts add up
//!   to the whole however they are grouped.
//! - Fractional counts are given to the millionth, so that the order of summing cannot show.

use crate::{
    Error,
    entities::Current,
    lake::{Shared, Tenant},
    limits,
    schema::Table,
    table::Opened,
};
use datafusion::{
    execution::{SessionState, SessionStateBuilder, memory_pool::FairSpillPool, runtime_env::RuntimeEnvBuilder},
    prelude::SessionConfig,
};
use moka::future::Cache;
use std::sync::Arc;
use tokio::sync::Mutex;
use trimtab_domain::{
    account::Coverage,
    query::{Dimension, MetricQuery, Part, QueryResult, Rows},
    rates::Rates,
};

mod cells;
pub(crate) mod convert;
mod gaps;
mod groups;
mod keys;
mod notes;
mod quality;
mod select;
mod sums;

pub(crate) use {cells::to_millionth, keys::named, sums::parsed};

/// Finished results by everything they depend on.
pub(crate) type ResultCache = Cache<[u8; 32], Arc<QueryResult>>;

/// Makes a cache that holds about so many bytes.
pub(crate) fn result_cache(bytes: u64) -> ResultCache {
    Cache::builder().max_capacity(bytes).weigher(|_, result: &Arc<QueryResult>| weight(result)).build()
}

/// Questions that are being answered, each by one at a time.
pub(crate) type UnderWay = Cache<[u8; 32], Arc<Mutex<()>>>;

/// Room for the questions under way.
pub(crate) fn under_way() -> UnderWay {
    Cache::new(limits::QUESTIONS_UNDER_WAY)
}

fn weight(result: &QueryResult) -> u32 {
    // Two strings of an id's and a name's usual length per key, 16 bytes per cell.
    let row = 120 * result.dimensions.len() + 32 * result.metrics.len() + 64;
    u32::try_from(row * (result.rows.len() + 2)).unwrap_or(u32::MAX)
}

/// The engine: functions and rules, but no tables.
pub(crate) fn session(memory_bytes: usize, partitions: usize) -> Result<SessionState, Error> {
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(memory_bytes)))
        .build_arc()
        .map_err(|e| Error::internal("start the query engine", e))?;
    let config = SessionConfig::new().with_target_partitions(partitions.max(1)).with_information_schema(false);
    Ok(SessionStateBuilder::new().with_config(config).with_runtime_env(runtime).with_default_features().build())
}

/// The engine for our own plans, which filter and sum and have nothing to be improved: looking for it would take longer than some answers.
#[derive(Debug)]
pub(crate) struct Plain {
    /// For what somebody looks at.
    front: SessionState,
    /// For large queries: one thread each, so that they are not on every processor at once.
    behind: SessionState,
}

impl Plain {
    pub(crate) fn of(session: &SessionState) -> Self {
        let of = |config| {
            SessionStateBuilder::new_from_existing(session.clone()).with_config(config).with_optimizer_rules(Vec::new()).build()
        };
        let config = session.config().clone();
        Self { front: of(config.clone()), behind: of(config.with_target_partitions(1)) }
    }
}

/// The parts every step needs.
pub(crate) struct Asked<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) tenant: &'a Tenant,
    pub(crate) query: &'a MetricQuery,
    pub(crate) coverage: &'a [Coverage],
    /// One for each part of the plan.
    pub(crate) readings: Vec<Reading<'a>>,
    pub(crate) current: Arc<Current>,
    pub(crate) rates: Arc<Rates>,
    /// What its sums are computed in.
    pub(crate) session: &'a SessionState,
}

/// One table as a query reads it.
pub(crate) struct Reading<'a> {
    pub(crate) part: &'a Part,
    pub(crate) table: Table,
    pub(crate) facts: Option<Arc<Opened>>,
}

/// Everything an answer is made from.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) shared: Arc<Shared>,
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) query: MetricQuery,
    pub(crate) coverage: Vec<Coverage>,
}

impl Question {
    /// The question as of the tables' newest versions.
    async fn asked(&self) -> Result<Asked<'_>, Error> {
        let Self { shared, tenant, query, coverage } = self;
        let mut readings = Vec::with_capacity(query.plan().parts().len());
        for part in query.plan().parts() {
            let table = table_of(&part.rows);
            readings.push(Reading { part, table, facts: tenant.slot(table).newest().await? });
        }
        let current = tenant.current().await?;
        Ok(Asked { shared, tenant, query, coverage, readings, current, rates: shared.rates(), session: &shared.plain.front })
    }
}

/// Answers from memory, else computes: large questions behind, the others here. Whoever asks what is being computed waits for that.
pub(crate) async fn answer(question: Arc<Question>) -> Result<Arc<QueryResult>, Error> {
    let Question { shared, tenant, query, coverage } = question.as_ref();
    let compared = query.compare().map(|c| c.range(query.period()));
    if [Some(query.period()), compared].into_iter().flatten().any(|range| range.len() > limits::DAYS_PER_QUERY) {
        return Err(Error::TooLarge(format!("a period has at most {} days", limits::DAYS_PER_QUERY)));
    }
    let asked = question.asked().await?;
    let key = cache_key(&source_hash(&asked), coverage);
    if let Some(known) = shared.results.get(&key).await {
        return Ok(known);
    }
    let alone = shared.under_way.get_with(key, async { Arc::default() }).await;
    let _alone = alone.lock().await;
    if let Some(known) = shared.results.get(&key).await {
        return Ok(known);
    }
    if groups::weight(&asked) > limits::LARGE_QUERY_ROWS {
        drop(asked);
        let question = Arc::clone(&question);
        // By the time its turn comes there may be newer versions: it is those that are answered from, and named.
        let late = async move {
            let asked = question.asked().await?;
            computed(&Asked { session: &question.shared.plain.behind, ..asked }).await
        };
        return shared.pool.answer_behind(Box::pin(late)).await;
    }
    let _turn = tenant.answering.acquire().await.map_err(|e| Error::internal("wait for a turn", e))?;
    shared.pool.answer(computed(&asked)).await
}

async fn computed(asked: &Asked<'_>) -> Result<Arc<QueryResult>, Error> {
    let hash = source_hash(asked);
    let result = Arc::new(Box::pin(groups::compute(asked, hash.to_hex().to_string())).await?);
    asked.shared.results.insert(cache_key(&hash, asked.coverage), Arc::clone(&result)).await;
    Ok(result)
}

const fn table_of(rows: &Rows) -> Table {
    match rows {
        Rows::Ads => Table::AdDaily,
        Rows::Breakdown(_) => Table::BreakdownDaily,
        Rows::Keywords(_) => Table::KeywordDaily,
        Rows::Hours => Table::AdHourly,
        Rows::Conversions => Table::ConversionDaily,
        Rows::Orders => Table::Orders,
        Rows::Sessions => Table::SessionDaily,
        Rows::Emails => Table::EmailDaily,
        Rows::Accounts => Table::AccountDaily,
    }
}

/// The tenant, the query and the constants it needs, the versions of the tables it reads, and the rates where it may need them. Equal
/// hashes mean equal numbers.
fn source_hash(asked: &Asked<'_>) -> blake3::Hash {
    let query = asked.query;
    let mut hash = blake3::Hasher::new();
    let mut part = |text: &str| {
        hash.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
    };
    let names = |dimensions: &[Dimension]| dimensions.iter().map(|d| d.as_str()).collect::<Vec<_>>().join(",");
    let sort = query.sort();
    part(asked.tenant.id.as_str());
    part(&query.metrics().join(","));
    part(&names(query.dimensions()));
    query.filters().iter().for_each(|f| part(&f.to_string()));
    part(&query.period().to_string());
    part(&query.compare().map(|c| c.range(query.period()).to_string()).unwrap_or_default());
    part(&format!("{}{}", if sort.descending { "-" } else { "" }, sort.by));
    part(&query.limit().to_string());
    part(query.currency().as_ref().map_or("", |c| c.as_str()));
    query.constants().iter().for_each(|(id, value)| part(&format!("{id}={value}")));
    let tables = asked.readings.iter().map(|reading| (reading.table, reading.facts.as_ref().map(|opened| opened.version)));
    for (table, version) in tables.chain([(Table::EntityHistory, asked.current.version)]) {
        part(&format!("{}@{}", table.name(), version.map_or_else(|| "-".to_owned(), |v| v.to_string())));
    }
    if asked.may_convert() {
        part(&asked.rates.fingerprint());
    }
    hash.finalize()
}

/// The source and what is said of the accounts, which shows in names, freshness and zones.
fn cache_key(source: &blake3::Hash, coverage: &[Coverage]) -> [u8; 32] {
    let mut hash = blake3::Hasher::new();
    hash.update(source.as_bytes());
    for Coverage { account, data_as_of, settled_through } in coverage {
        hash.update(format!("{account:?}|{data_as_of}|{settled_through:?}\n").as_bytes());
    }
    hash.finalize().into()
}

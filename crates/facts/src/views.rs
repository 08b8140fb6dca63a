//! Ready views: the shapes that analysts and dbt users expect, as SQL over the tenant's tables.
//!
//! Their text is plain SQL that DuckDB and DataFusion both read: here it runs on the tenant's own files; [`script`] gives the same views to a
//! DuckDB session that reads the lake itself. Amounts are decimals in the account's own currency, never added across currencies; ratios are
//! ratios of sums. Names are those of now. A view sees the days it is asked for and is written row by row, however many there are.

mod columns;
mod handed;
mod writer;

pub use columns::{Column, ColumnKind};
pub use handed::ViewFile;
pub use writer::spreadsheet_text;

use crate::{
    Error, days,
    file::{self, FileEntry},
    lake::Tenant,
    schema::{ACCOUNT, BREAKDOWN, CURRENCY, KEYWORD_KIND, PERIOD, PLATFORM, Table},
    table::Slot,
};
use datafusion::{
    arrow::{
        array::{ArrayRef, Date32Array, RecordBatch, StringArray},
        compute::cast,
        datatypes::{DataType, Field, Schema, SchemaRef},
        error::ArrowError,
    },
    catalog::streaming::StreamingTable,
    datasource::MemTable,
    error::DataFusionError,
    execution::{SendableRecordBatchStream, SessionState, TaskContext},
    physical_plan::{stream::RecordBatchStreamAdapter, streaming::PartitionStream},
    prelude::{SessionContext, col, ident, lit},
    scalar::ScalarValue,
};
use futures::TryStreamExt;
use std::{io::Write, path::Path, str::FromStr, sync::Arc};
use trimtab_domain::{DayRange, metric::closest};
use writer::Writer;

/// A ready view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// The name.
    pub name: &'static str,
    /// What a row is.
    pub about: &'static str,
    sql: &'static str,
    /// The column of its day, where it has one.
    day: Option<&'static str>,
}

macro_rules! view {
    ($name:literal, $day:expr, $about:literal) => {
        View { name: $name, about: $about, sql: include_str!(concat!("views/", $name, ".sql")), day: $day }
    };
}

/// The views, those that others are built on first.
const VIEWS: [View; 11] = [
    view!("dim_date", Some("date_day"), "a day: year, quarter, month, ISO week, day of the week from Monday = 1"),
    view!("dim_entity", None, "what was known of an account, campaign, ad group or ad, and from when to when (SCD 2)"),
    view!("ad_reporting__account_report", Some("date_day"), "an ad account's day"),
    view!("ad_reporting__campaign_report", Some("date_day"), "a campaign's day"),
    view!("ad_reporting__ad_group_report", Some("date_day"), "an ad group's day"),
    view!("ad_reporting__ad_report", Some("date_day"), "an ad's day"),
    view!("ad_reporting__keyword_report", Some("date_day"), "a keyword's day"),
    view!("ad_reporting__search_report", Some("date_day"), "a search term's day"),
    view!("campaign_daily_summary", Some("date_day"), "a campaign's day with its ratios and its place in the calendar"),
    view!("platform_comparison", Some("date_day"), "a platform's day in one currency, with ratios and claimed profit"),
    view!("store_daily", Some("date_day"), "a shop's day by new or returning customers and by how the visit was marked"),
];

/// The tables views are built on.
const TABLES: [Table; 4] = [Table::AdDaily, Table::KeywordDaily, Table::Orders, Table::EntityHistory];

/// How a view is written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text with a line of column names first.
    Csv,
    /// One JSON object per line.
    JsonLines,
    /// Parquet.
    Parquet,
}

impl Format {
    /// What files of it end with.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            Self::Parquet => "parquet",
        }
    }
}

impl View {
    /// Every view.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        &VIEWS
    }

    /// Whether its rows are of days.
    #[must_use]
    pub const fn has_days(&self) -> bool {
        self.day.is_some()
    }
}

impl FromStr for View {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        VIEWS.into_iter().find(|view| view.name == name).ok_or_else(|| {
            let names: Vec<_> = VIEWS.iter().map(|view| view.name).collect();
            match closest(name, names.iter().copied()) {
                Some(meant) => format!("there is no view {name}: did you mean {meant}?"),
                None => format!("there is no view {name}: there are {}", names.join(", ")),
            }
        })
    }
}

/// The views for a DuckDB session that reads a tenant's tables itself, with its Delta extension, over some days of the calendar.
pub(crate) fn script(folder: &Path, days: DayRange, there: impl Fn(Table) -> bool) -> String {
    let mut script = String::from("-- Trimtab's ready views, for DuckDB.\nINSTALL delta;\nLOAD delta;\n\n");
    let (from, to) = (days.from(), days.to());
    let calendar = format!("SELECT CAST(range AS DATE) AS date FROM range(DATE '{from}', DATE '{to}' + 1, INTERVAL 1 DAY)");
    let mut create = |name: &str, sql: &str| script.push_str(&format!("CREATE OR REPLACE VIEW {name} AS\n{};\n\n", sql.trim_end()));
    create("days", &calendar);
    for table in TABLES.into_iter().filter(|table| there(*table)) {
        let path = folder.join(table.name()).display().to_string().replace('\'', "''");
        create(table.name(), &format!("SELECT * FROM delta_scan('{path}')"));
    }
    for view in VIEWS.iter().filter(|view| TABLES.iter().all(|table| there(*table) || !reads(view, *table))) {
        create(view.name, view.sql);
    }
    script
}

/// Whether a view is built on a table, itself or through another.
fn reads(view: &View, table: Table) -> bool {
    let named = |name: &str| view.sql.split_whitespace().any(|word| word == name);
    named(table.name()) || VIEWS.iter().any(|other| other.name != view.name && named(other.name) && reads(other, table))
}

/// Writes a view's rows of some days.
pub(crate) async fn write(
    session: &SessionState,
    tenant: &Tenant,
    view: View,
    range: DayRange,
    format: Format,
    to: Box<dyn Write + Send>,
) -> Result<u64, Error> {
    // A session of its own: what is registered in it is this tenant's.
    let context = SessionContext::new_with_config_rt(session.config().clone(), Arc::clone(session.runtime_env()));
    let numbers = (days::to_epoch(range.from()), days::to_epoch(range.to()));
    context.register_table("days", Arc::new(calendar(numbers)?)).map_err(planned)?;
    for table in TABLES {
        let slot = tenant.slot(table);
        let files = slot.newest().await?.map(|opened| opened.files.clone()).unwrap_or_default();
        let within = |file: &FileEntry| table == Table::EntityHistory || file.days.0 <= numbers.1 && numbers.0 <= file.days.1;
        let files = files.into_iter().filter(within).collect();
        context.register_table(table.name(), Arc::new(whole_table(slot, files)?)).map_err(planned)?;
    }
    register(&context).await?;
    let mut frame = context.table(view.name).await.map_err(planned)?;
    if let Some(day) = view.day {
        let date = |number| lit(ScalarValue::Date32(Some(number)));
        frame = frame.filter(col(day).between(date(numbers.0), date(numbers.1))).map_err(planned)?;
    }
    let order = frame.schema().fields().iter().map(|field| ident(field.name()).sort(true, true)).collect();
    let frame = frame.sort(order).map_err(planned)?;
    let mut rows = frame.execute_stream().await.map_err(planned)?;
    let mut writer = Writer::new(format, &rows.schema(), to)?;
    let mut written = 0;
    while let Some(batch) = rows.try_next().await.map_err(failed)? {
        written += batch.num_rows() as u64;
        writer.write(&batch)?;
    }
    writer.finish()?;
    Ok(written)
}

/// Makes the views known to a session that has their tables and days.
async fn register(context: &SessionContext) -> Result<(), Error> {
    for view in VIEWS {
        let frame = context.sql(view.sql).await.map_err(planned)?;
        context.register_table(view.name, frame.into_view()).map_err(planned)?;
    }
    Ok(())
}

fn planned(error: DataFusionError) -> Error {
    Error::internal("plan a view", error)
}

fn failed(error: DataFusionError) -> Error {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => Error::TooLarge("it needs more memory than queries may use".to_owned()),
        _ => Error::internal("run a view", error),
    }
}

fn calendar((from, to): (i32, i32)) -> Result<MemTable, Error> {
    let days: ArrayRef = Arc::new(Date32Array::from_iter_values(from..=to));
    let batch = RecordBatch::try_from_iter([("date", days)]).map_err(|e| Error::internal("make a calendar", e))?;
    MemTable::try_new(batch.schema(), vec![vec![batch]]).map_err(|e| Error::internal("make a calendar", e))
}

/// The columns of a table as other tools see them: text as text, partitions among them.
fn visible(table: Table) -> SchemaRef {
    let partitions = table.partitions().iter().map(|name| Field::new(*name, DataType::Utf8, false));
    let columns = table.columns().iter().map(|column| {
        let kind = match column.kind.arrow() {
            DataType::Dictionary(_, text) => *text,
            other => other,
        };
        Field::new(column.name, kind, column.nullable)
    });
    Arc::new(Schema::new(partitions.chain(columns).collect::<Vec<_>>()))
}

fn whole_table(slot: &Arc<Slot>, files: Vec<FileEntry>) -> Result<StreamingTable, Error> {
    let schema = visible(slot.table);
    let part = Part { slot: Arc::clone(slot), schema: Arc::clone(&schema), files: files.into() };
    StreamingTable::try_new(schema, vec![Arc::new(part)]).map_err(|e| Error::internal("plan a view", e))
}

#[derive(Debug)]
struct Part {
    slot: Arc<Slot>,
    schema: SchemaRef,
    files: Arc<[FileEntry]>,
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (slot, schema, files) = (Arc::clone(&self.slot), Arc::clone(&self.schema), Arc::clone(&self.files));
        let batches =
            (0..files.len()).map(move |i| read(&slot, &schema, &files[i]).map_err(|e| DataFusionError::External(Box::new(e))));
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), futures::stream::iter(batches)))
    }
}

fn read(slot: &Slot, schema: &SchemaRef, entry: &FileEntry) -> Result<RecordBatch, Error> {
    let rows = file::read_whole(slot, entry)?;
    let constant = |name: &&str| -> ArrayRef {
        let text = match *name {
            PLATFORM => &entry.slice.platform,
            ACCOUNT => &entry.slice.account,
            CURRENCY => &entry.slice.currency,
            BREAKDOWN | KEYWORD_KIND => &entry.slice.breakdown,
            PERIOD => &entry.period,
            _ => "",
        };
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, rows.num_rows())))
    };
    let partitions = slot.table.partitions();
    let mut columns: Vec<ArrayRef> = partitions.iter().map(constant).collect();
    let as_seen = |e: ArrowError| Error::internal("read columns", e);
    for (column, field) in rows.columns().iter().zip(schema.fields().iter().skip(partitions.len())) {
        columns.push(cast(column, field.data_type()).map_err(as_seen)?);
    }
    RecordBatch::try_new(Arc::clone(schema), columns).map_err(as_seen)
}

//! What is stored of each day of an account, beside what its source says of the day as a whole: the evidence that checks look at.

use crate::{
    Error,
    days::{from_epoch, to_epoch},
    file::{self, FileEntry},
    lake::Tenant,
    schema::{Kind, Table},
};
use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch},
    datatypes::{Date32Type, Int32Type, Int64Type},
};
use std::{
    collections::{BTreeMap, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
};
use trimtab_domain::{Day, DayRange, SourceKind, account::Account, fact::Total, quality::DaySummary};

/// What is stored of an account's days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The days with rows or totals.
    pub days: BTreeMap<Day, DaySummary>,
    /// Numbers that several orders carry, with a day of one of them.
    pub repeated_numbers: BTreeMap<String, Day>,
}

/// Order numbers that are told; a shop that was moved has thousands.
const NUMBERS_TOLD: usize = 50;

pub(crate) async fn summarise(tenant: &Tenant, account: &Account, range: DayRange) -> Result<Summary, Error> {
    let wanted = (to_epoch(range.from()), to_epoch(range.to()));
    let kind = account.source.kind();
    let mut gathered = Gathered { kind, wanted, days: BTreeMap::new(), numbers: HashMap::new(), orders: HashMap::new() };
    for table in [Table::main(kind), Table::AccountDaily] {
        let slot = tenant.slot(table);
        let Some(opened) = slot.newest().await? else { continue };
        let own = |file: &&FileEntry| {
            let slice = &file.slice;
            let overlaps = file.days.0 <= wanted.1 && wanted.0 <= file.days.1;
            slice.platform == account.source.as_str() && slice.account == account.id.as_str() && overlaps
        };
        for entry in opened.files.iter().filter(own) {
            let needed = columns(table);
            let positions: Vec<usize> = needed.iter().filter_map(|name| table.position(name)).collect();
            let batch = file::read(slot, entry, &positions)?;
            if table == Table::AccountDaily { gathered.take_totals(&batch) } else { gathered.take_rows(table, &batch) }
        }
    }
    Ok(gathered.finish())
}

/// The columns of a table that are looked at, as they lie in its files.
fn columns(table: Table) -> Vec<&'static str> {
    let keys = table.columns().iter().filter(|column| matches!(column.kind, Kind::Text | Kind::Day)).map(|column| column.name);
    let figures: &[&str] = match table {
        Table::AdDaily => &["impressions", "clicks", "spend_micros"],
        Table::Orders => &["orders", "revenue_micros", "refunded_micros"],
        Table::SessionDaily => &["sessions", "engaged_sessions", "revenue_micros"],
        Table::EmailDaily => &["recipients", "orders", "revenue_micros"],
        _ => &["spend_micros", "impressions", "sessions", "orders", "revenue_micros", "recipients"],
    };
    let wanted: Vec<&'static str> = keys.collect();
    table.columns().iter().map(|column| column.name).filter(|name| wanted.contains(name) || figures.contains(name)).collect()
}

struct Gathered {
    kind: SourceKind,
    wanted: (i32, i32),
    days: BTreeMap<i32, DaySummary>,
    /// Orders by their number: how many, and a day of one.
    numbers: HashMap<String, (u32, i32)>,
    /// The day each order stands on, by a hash of its id.
    orders: HashMap<u64, i32>,
}

impl Gathered {
    fn take_rows(&mut self, table: Table, batch: &RecordBatch) {
        let Some(dates) = batch.column_by_name("date").and_then(|column| column.as_primitive_opt::<Date32Type>()) else { return };
        let figure = |name: &str| batch.column_by_name(name).and_then(|column| column.as_primitive_opt::<Int64Type>());
        let get = |column: Option<&datafusion::arrow::array::Int64Array>, row: usize| {
            column.filter(|column| column.is_valid(row)).map(|column| column.value(row))
        };
        let (impressions, clicks, spend) = (figure("impressions"), figure("clicks"), figure("spend_micros"));
        let (orders, revenue, refunds) = (figure("orders"), figure("revenue_micros"), figure("refunded_micros"));
        let (sessions, engaged, recipients) = (figure("sessions"), figure("engaged_sessions"), figure("recipients"));
        let keys = Keys::of(batch, table);
        let text = |name: &str, row: usize| batch.column_by_name(name).map(|column| text(column, row)).unwrap_or_default();
        let mut before: Option<(i32, u64)> = None;
        for (row, day) in dates.values().iter().enumerate() {
            let key = keys.hash(row);
            // Rows of a file are sorted by what identifies them, so that equal ones are neighbours.
            let repeated = before == Some((*day, key));
            before = Some((*day, key));
            if *day < self.wanted.0 || *day > self.wanted.1 {
                continue;
            }
            let mut moved = false;
            if table == Table::Orders {
                let number = text("order_number", row);
                if !number.is_empty() {
                    self.numbers.entry(number.to_owned()).or_insert((0, *day)).0 += 1;
                }
                moved = self.orders.insert(key, *day).is_some();
            }
            let summary = self.days.entry(*day).or_default();
            summary.rows += 1;
            summary.repeated += u64::from((repeated && table != Table::Orders) || moved);
            summary.clicks += get(clicks, row).unwrap_or_default();
            summary.engaged_sessions += get(engaged, row).unwrap_or_default();
            summary.refunds_micros += get(refunds, row).unwrap_or_default();
            summary.flagged += u64::from(table == Table::SessionDaily && !text("quality", row).is_empty());
            if let Some(spend) = get(spend, row) {
                summary.least_spend_micros = summary.least_spend_micros.min(spend);
            }
            let of_row = Total {
                spend_micros: get(spend, row),
                impressions: get(impressions, row),
                sessions: get(sessions, row),
                orders: get(orders, row),
                revenue_micros: get(revenue, row),
                recipients: get(recipients, row),
            };
            summary.ours = summary.ours.plus(&of_row);
        }
    }

    fn take_totals(&mut self, batch: &RecordBatch) {
        let Some(dates) = batch.column_by_name("date").and_then(|column| column.as_primitive_opt::<Date32Type>()) else { return };
        let get = |name: &str, row: usize| {
            let column = batch.column_by_name(name)?.as_primitive_opt::<Int64Type>()?;
            column.is_valid(row).then(|| column.value(row))
        };
        for (row, day) in dates.values().iter().enumerate().filter(|(_, day)| self.wanted.0 <= **day && **day <= self.wanted.1) {
            let told = Total {
                spend_micros: get("spend_micros", row),
                impressions: get("impressions", row),
                sessions: get("sessions", row),
                orders: get("orders", row),
                revenue_micros: get("revenue_micros", row),
                recipients: get("recipients", row),
            };
            self.days.entry(*day).or_default().theirs = Some(told);
        }
    }

    fn finish(self) -> Summary {
        debug_assert!(self.kind == SourceKind::Shop || self.numbers.is_empty());
        let mut repeated: Vec<(String, i32)> =
            self.numbers.into_iter().filter(|(_, (count, _))| *count > 1).map(|(number, (_, day))| (number, day)).collect();
        repeated.sort_unstable();
        repeated.truncate(NUMBERS_TOLD);
        Summary {
            days: self.days.into_iter().map(|(day, summary)| (from_epoch(day), summary)).collect(),
            repeated_numbers: repeated.into_iter().map(|(number, day)| (number, from_epoch(day))).collect(),
        }
    }
}

fn text(column: &ArrayRef, row: usize) -> &str {
    let Some(texts) = column.as_dictionary_opt::<Int32Type>() else { return "" };
    let values = texts.values().as_string::<i32>();
    texts.key(row).map_or("", |key| values.value(key))
}

/// What tells the rows of a table apart, the day left out.
struct Keys<'a>(Vec<&'a ArrayRef>);

impl<'a> Keys<'a> {
    fn of(batch: &'a RecordBatch, table: Table) -> Self {
        let names: Vec<&str> = match table {
            // An order is the same whatever becomes of its customer or number.
            Table::Orders => vec!["order_id"],
            _ => table.columns().iter().filter(|column| column.kind == Kind::Text).map(|column| column.name).collect(),
        };
        Self(names.iter().filter_map(|name| batch.column_by_name(name)).collect())
    }

    fn hash(&self, row: usize) -> u64 {
        let mut hasher = DefaultHasher::new();
        for column in &self.0 {
            text(column, row).hash(&mut hasher);
        }
        hasher.finish()
    }
}

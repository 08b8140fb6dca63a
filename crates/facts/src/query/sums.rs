//! Sums per group, by the engine.

use super::{Asked, Reading, convert::Conversion, select::Selection};
use crate::{
    Error,
    condition::Condition,
    file::FileEntry,
    limits,
    rollup::{self, Grain},
    scan::{Rolled, Scan},
    schema::Table,
};
use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray, RecordBatch},
        compute::cast as convert,
        datatypes::{DataType, Float64Type, Int64Type},
    },
    error::DataFusionError,
    functions::datetime::expr_fn::date_trunc,
    functions_aggregate::expr_fn::{count, max, min, sum},
    prelude::{DataFrame, Expr, SessionContext, cast, col, lit},
};
use std::{collections::BTreeSet, error::Error as StdError, sync::Arc};
use trimtab_domain::{
    Currency,
    metric::{Definition, Metric, Unit},
};

/// What rows are grouped by, as the engine computes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grouping {
    /// A text column, as codes.
    Code(&'static str),
    /// Days, or the first day of their week or month, as numbers.
    Day,
    Week,
    Month,
    /// 1 to 7.
    Weekday,
    /// 0 to 23.
    Hour,
}

/// One base metric's sums, one per group. `None`: not reported, or not to be summed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Sums {
    Whole(Vec<Option<i64>>),
    Fraction(Vec<Option<f64>>),
}

/// The groups of one period, column by column.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Groups {
    /// One column per grouping.
    pub(super) keys: Vec<Vec<i64>>,
    /// For each part, source rows per group.
    pub(super) rows: Vec<Vec<i64>>,
    /// One per base metric.
    pub(super) sums: Vec<Sums>,
    /// Of each watched base metric, the source rows of all groups that report it.
    pub(super) known: Vec<i64>,
    /// The currencies of the rows, where the files have several.
    pub(super) currencies: BTreeSet<String>,
}

impl Sums {
    pub(super) fn empty(metric: &Metric) -> Self {
        if metric.unit == Unit::Number { Self::Fraction(Vec::new()) } else { Self::Whole(Vec::new()) }
    }

    fn push(&mut self, array: &ArrayRef) -> Result<(), Error> {
        let wrong = |e| Error::internal("read sums", e);
        match self {
            Self::Whole(values) => {
                values.extend(convert(array, &DataType::Int64).map_err(wrong)?.as_primitive::<Int64Type>().iter())
            }
            Self::Fraction(values) => {
                let array = convert(array, &DataType::Float64).map_err(wrong)?;
                values.extend(array.as_primitive::<Float64Type>().iter());
            }
        }
        Ok(())
    }
}

impl Groups {
    pub(super) fn len(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    pub(super) fn key(&self, group: usize) -> Vec<i64> {
        self.keys.iter().map(|column| column[group]).collect()
    }
}

/// What is read of the files, and how.
struct Columns {
    names: BTreeSet<&'static str>,
    conditions: Vec<Condition>,
    conversion: Option<Conversion>,
    rolled: Option<Rolled>,
}

/// The sums that answer as well as the rows: nothing finer is grouped by, tested or left out.
pub(super) fn rolls_up(table: Table, selection: &Selection, groupings: &[Grouping]) -> Option<Rolled> {
    let common = |column: &str| table.position(column).is_none();
    let of_campaign = |column: &str| column == "campaign" || common(column);
    let of_ad = |column: &str| matches!(column, "ad_group" | "ad") || of_campaign(column);
    let all = |coarse: &dyn Fn(&str) -> bool, time: &dyn Fn(&Grouping) -> bool| {
        let grouping = |grouping: &Grouping| if let Grouping::Code(column) = grouping { coarse(column) } else { time(grouping) };
        groupings.iter().all(grouping) && selection.conditions.iter().all(|condition| coarse(condition.column))
    };
    let grain = if all(&of_campaign, &|time| *time != Grouping::Hour) {
        Grain::CampaignDays
    } else if !selection.some_days && all(&of_ad, &|time| matches!(time, Grouping::Week | Grouping::Month)) {
        Grain::AdWeeks
    } else {
        return None;
    };
    let rolled = Rolled { grain, days: selection.range };
    (selection.lacking.is_none() && selection.files.iter().any(|file| rolled.of(file).is_some())).then_some(rolled)
}

impl Asked<'_> {
    /// Sums base metrics of one table's selected rows per group, and counts the rows that report the watched ones of them.
    pub(super) async fn sum(
        &self,
        reading: &Reading<'_>,
        selection: Selection,
        groupings: &[Grouping],
        bases: &[&'static Metric],
        watched: &[usize],
    ) -> Result<Groups, Error> {
        let mut groups = Groups {
            keys: vec![Vec::new(); groupings.len()],
            sums: bases.iter().map(|m| Sums::empty(m)).collect(),
            known: vec![0; watched.len()],
            rows: vec![Vec::new()],
            ..Groups::default()
        };
        let rolled = rolls_up(reading.table, &selection, groupings);
        let Selection { files, days, conditions, lacking, .. } = selection;
        let rows = lacking.map_or_else(|| days.clone(), |column| days.clone().and(col(column).is_null()));
        let mut columns: BTreeSet<&'static str> = conditions.iter().map(|c| c.column).collect();
        let conversion = self.conversion(bases);
        let shown = |file: &FileEntry| conversion.as_ref().map_or_else(|| file.slice.currency.clone(), |c| c.to().to_string());
        let currencies: BTreeSet<_> = files.iter().map(shown).collect();
        if files.is_empty() {
            return Ok(groups);
        }
        columns.insert("date");
        if reading.table == Table::AdHourly {
            columns.insert("hour");
        }
        columns.extend(groupings.iter().filter_map(|g| if let Grouping::Code(column) = g { Some(*column) } else { None }));
        let base_columns: Vec<&'static str> = bases.iter().filter_map(|m| base_column(m)).collect();
        columns.extend(base_columns.iter().copied());
        let several = currencies.len() > 1;
        if several {
            columns.insert("currency");
        }
        let known: Vec<&'static str> = watched.iter().filter_map(|i| base_columns.get(*i).copied()).collect();
        if rolled.is_some() {
            columns.insert(rollup::ROWS);
            columns.extend(known.iter().filter_map(|column| rollup::known(column)));
        }
        let mut sums: Vec<Expr> = vec![if rolled.is_some() { sum(col(rollup::ROWS)) } else { count(lit(1_i64)) }.alias("counted")];
        for (i, (metric, column)) in bases.iter().zip(&base_columns).enumerate() {
            let summed = if metric.additive { sum(col(*column)) } else { max(col(*column)) };
            sums.push(summed.alias(format!("sum{i}")));
        }
        sums.extend(known.iter().zip(0..).map(|(column, i)| {
            let counted =
                rollup::known(column).filter(|_| rolled.is_some()).map_or_else(|| count(col(*column)), |known| sum(col(known)));
            counted.alias(format!("known{i}"))
        }));
        if several {
            sums.extend([min(col("currency")).alias("least"), max(col("currency")).alias("most")]);
        }
        let by = groupings.iter().enumerate().map(|(i, g)| g.expression().alias(format!("key{i}"))).collect();
        let batches = self
            .frame(reading, files, Columns { names: columns, conditions, conversion, rolled })?
            .filter(rows)
            .and_then(|frame| frame.aggregate(by, sums))
            .map_err(|e| Error::internal("plan a query", e))?
            .collect()
            .await
            .map_err(failed)?;
        for batch in &batches {
            groups.take(batch, groupings.len(), bases.len())?;
            if several {
                self.currencies(batch, &mut groups.currencies);
            }
            if groups.len() > limits::GROUPS_PER_QUERY {
                return Err(Error::TooLarge(format!("it forms more than {} groups", limits::GROUPS_PER_QUERY)));
            }
        }
        if !several {
            groups.currencies = currencies;
        }
        Ok(groups)
    }

    /// The files as the one table of a fresh session.
    fn frame(&self, reading: &Reading<'_>, files: Vec<FileEntry>, columns: Columns) -> Result<DataFrame, Error> {
        let scan = Scan {
            slot: Arc::clone(self.tenant.slot(reading.table)),
            codes: Arc::clone(&self.tenant.codes),
            cache: self.shared.columns.clone(),
            columns: columns.names.into_iter().collect(),
            conditions: columns.conditions,
            conversion: columns.conversion,
            rolled: columns.rolled,
        };
        let session = self.session;
        let table = scan.table(files, session.config().target_partitions())?;
        SessionContext::new_with_state(session.clone()).read_table(Arc::new(table)).map_err(|e| Error::internal("plan a query", e))
    }

    fn currencies(&self, batch: &RecordBatch, found: &mut BTreeSet<String>) {
        for name in ["least", "most"] {
            let Some(codes) =
                batch.column_by_name(name).and_then(|c| c.as_primitive_opt::<datafusion::arrow::datatypes::UInt32Type>())
            else {
                continue;
            };
            found.extend(codes.iter().flatten().map(|code| self.tenant.codes.text(code).to_string()));
        }
    }
}

impl Groups {
    fn take(&mut self, batch: &RecordBatch, keys: usize, sums: usize) -> Result<(), Error> {
        let whole = |array: &ArrayRef| {
            let array = convert(array, &DataType::Int64).map_err(|e| Error::internal("read groups", e))?;
            Ok::<_, Error>(array.as_primitive::<Int64Type>().clone())
        };
        let counts = whole(batch.column(keys))?;
        // Without groups the engine answers one row even when nothing was there.
        if keys == 0 && counts.iter().all(|count| count.unwrap_or_default() == 0) {
            return Ok(());
        }
        for (column, values) in self.keys.iter_mut().zip(batch.columns()) {
            column.extend(whole(values)?.values());
        }
        if let [rows] = self.rows.as_mut_slice() {
            rows.extend(counts.values());
        }
        for (column, values) in self.sums.iter_mut().zip(&batch.columns()[keys + 1..keys + 1 + sums]) {
            column.push(values)?;
        }
        for (known, counts) in self.known.iter_mut().zip(&batch.columns()[keys + 1 + sums..]) {
            *known += whole(counts)?.iter().flatten().sum::<i64>();
        }
        Ok(())
    }
}

impl Grouping {
    fn expression(self) -> Expr {
        let day = || cast(col("date"), DataType::Int32);
        let weekday = || (day() + lit(3_i32)) % lit(7_i32);
        match self {
            Self::Code(column) => col(column),
            Self::Day => day(),
            Self::Week => day() - weekday(),
            Self::Weekday => weekday() + lit(1_i32),
            Self::Hour => col("hour"),
            Self::Month => cast(cast(date_trunc(lit("month"), col("date")), DataType::Date32), DataType::Int32),
        }
    }
}

/// The column a base metric sums.
pub(super) fn base_column(metric: &'static Metric) -> Option<&'static str> {
    match &metric.definition {
        Definition::Column { column, .. } => Some(column),
        Definition::Formula(_) => None,
    }
}

/// The currencies as such.
pub(crate) fn parsed(found: &BTreeSet<String>) -> Vec<Currency> {
    found.iter().filter_map(|text| text.parse().ok()).collect()
}

/// Our own errors come back from the engine wrapped; others are its own, of which running out of memory is the caller's to solve.
fn failed(error: DataFusionError) -> Error {
    if let DataFusionError::ResourcesExhausted(_) = error.find_root() {
        return Error::TooLarge("it needs more memory than queries may use".to_owned());
    }
    let mut next: Option<&(dyn StdError + 'static)> = Some(&error);
    while let Some(cause) = next {
        if let Some(Error::Unreadable { step, path, advice, .. }) = cause.downcast_ref::<Error>() {
            let (step, path, advice) = (*step, path.clone(), *advice);
            return Error::Unreadable { step, path, advice, source: Box::new(error) };
        }
        if let Some(Error::Unshown { present, wanted, day }) = cause.downcast_ref::<Error>() {
            return Error::Unshown { present: *present, wanted: *wanted, day: *day };
        }
        next = cause.source();
    }
    Error::internal("run a query", error)
}

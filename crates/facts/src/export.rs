//! Query answers as files other tools read.
//!
//! A column per dimension (entities with their id beside their name) and per metric; money as decimals with six places, in the
//! result's currency.

use crate::Error;
use datafusion::{
    arrow::array::{ArrayRef, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray},
    parquet::arrow::ArrowWriter,
};
use std::sync::Arc;
use trimtab_domain::{
    metric::Unit,
    query::{Cell, QueryResult, Row},
};

/// Digits of a money column, six of them after the point.
const MONEY: (u8, i8) = (20, 6);

/// The answer as a Parquet file.
///
/// # Errors
/// When it cannot be encoded.
pub fn parquet(result: &QueryResult) -> Result<Vec<u8>, Error> {
    let failed = |step| move |error| Error::internal(step, error);
    let batch = batch(result)?;
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).map_err(failed("begin a Parquet file"))?;
    writer.write(&batch).map_err(failed("write a Parquet file"))?;
    writer.into_inner().map_err(failed("finish a Parquet file"))
}

fn batch(result: &QueryResult) -> Result<RecordBatch, Error> {
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for (i, dimension) in result.dimensions.iter().enumerate() {
        let text = |pick: fn(&Row, usize) -> &str| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(result.rows.iter().map(|row| pick(row, i))))
        };
        if dimension.entity().is_some() {
            columns.push((format!("{dimension}_id"), text(|row, i| &row.keys[i].id)));
            columns.push((dimension.to_string(), text(|row, i| &row.keys[i].name)));
        } else {
            columns.push((dimension.to_string(), text(|row, i| &row.keys[i].id)));
        }
    }
    for (i, metric) in result.metrics.iter().enumerate() {
        columns.push((metric.id.clone(), figures(metric.unit, result.rows.iter().map(|row| row.cells[i]))?));
        if result.compared_period.is_some() {
            let compared = result.rows.iter().map(|row| row.compared.as_ref().map_or(Cell::None, |cells| cells[i]));
            columns.push((format!("{}_compared", metric.id), figures(metric.unit, compared)?));
        }
    }
    RecordBatch::try_from_iter(columns).map_err(|e| Error::internal("build a Parquet file", e))
}

fn figures(unit: Unit, cells: impl Iterator<Item = Cell>) -> Result<ArrayRef, Error> {
    let whole = |cell| match cell {
        Cell::Count(n) | Cell::Money(n) => Some(n),
        Cell::Number(_) | Cell::None => None,
    };
    Ok(match unit {
        Unit::Count => Arc::new(Int64Array::from_iter(cells.map(whole))),
        Unit::Money => {
            let micros = cells.map(|cell| match cell {
                Cell::Number(number) => rounded(number),
                other => whole(other).map(i128::from),
            });
            let decimals: Decimal128Array = micros.collect();
            let decimals = decimals.with_precision_and_scale(MONEY.0, MONEY.1);
            let decimals = decimals.map_err(|e| Error::internal("build a money column", e))?;
            Arc::new(decimals)
        }
        Unit::Number | Unit::Percent | Unit::Ratio => Arc::new(Float64Array::from_iter(cells.map(|cell| match cell {
            Cell::Number(number) => Some(number),
            #[expect(clippy::cast_precision_loss, reason = "a count in a column of fractions")]
            Cell::Count(n) => Some(n as f64),
            Cell::Money(_) | Cell::None => None,
        }))),
    })
}

#[expect(clippy::cast_possible_truncation, reason = "money below 2^63 micros fits")]
fn rounded(units: f64) -> Option<i128> {
    units.is_finite().then(|| (units * 1e6).round() as i128)
}

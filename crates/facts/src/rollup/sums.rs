//! What rows of ad days come to, in either grain.

use super::{Grain, NOT_SUMMED, ROWS, measure_of};
use crate::{
    days,
    schema::{Kind, Table},
};
use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringDictionaryBuilder},
    datatypes::{Date32Type, Float64Type, Int32Type, Int64Type},
    error::ArrowError,
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// What a batch of ad days comes to.
pub(super) fn sums(grain: Grain, rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let places = Places::of(grain, rows)?;
    let column = |name: &str| rows.column_by_name(name).ok_or_else(|| missing(name));
    let summed = grain.columns().iter().map(|c| -> Result<ArrayRef, ArrowError> {
        Ok(match (c.name, c.kind) {
            (name, Kind::Text) => places.texts(grain, name)?,
            ("date", _) => {
                let last = places.fold(column("date")?.as_primitive::<Date32Type>().iter(), i32::max);
                Arc::new(last.into_iter().collect::<Date32Array>())
            }
            (ROWS, _) => places.count(|_| true),
            (name, Kind::Float) => {
                let values = column(name)?.as_primitive::<Float64Type>();
                Arc::new(places.fold(values.iter(), |a, b| a + b).into_iter().collect::<Float64Array>())
            }
            (name, _) => match measure_of(name) {
                Some(measure) => {
                    let values = column(measure)?;
                    places.count(|row| values.is_valid(row))
                }
                None => {
                    let add = if name == NOT_SUMMED { i64::max } else { i64::wrapping_add };
                    let values = column(name)?.as_primitive::<Int64Type>();
                    Arc::new(places.fold(values.iter(), add).into_iter().collect::<Int64Array>())
                }
            },
        })
    });
    RecordBatch::try_new(Arc::clone(grain.schema()), summed.collect::<Result<_, _>>()?)
}

fn missing(name: &str) -> ArrowError {
    ArrowError::SchemaError(format!("{} has no column {name}", Table::AdDaily.name()))
}

/// What a row of a roll-up is about: its texts in order of their columns, and its day or week.
type Key<'a> = (Vec<&'a str>, i32);

/// Where in the roll-up each row belongs.
struct Places<'a> {
    /// What the roll-up's rows are about, in order.
    keys: Vec<Key<'a>>,
    /// For each row, which of them.
    of_row: Vec<usize>,
}

impl<'a> Places<'a> {
    fn of(grain: Grain, rows: &'a RecordBatch) -> Result<Self, ArrowError> {
        let texts = |name: &&str| {
            let column = rows.column_by_name(name).and_then(|c| c.as_dictionary_opt::<Int32Type>()).ok_or_else(|| missing(name))?;
            Ok::<_, ArrowError>((column, column.values().as_string::<i32>()))
        };
        let columns = grain.texts().iter().map(texts).collect::<Result<Vec<_>, _>>()?;
        let dates = rows.column_by_name("date").and_then(|c| c.as_primitive_opt::<Date32Type>()).ok_or_else(|| missing("date"))?;
        let key = |row: usize| -> Key<'a> {
            let text = |(column, texts): &(
                &'a datafusion::arrow::array::DictionaryArray<Int32Type>,
                &'a datafusion::arrow::array::StringArray,
            )| { column.key(row).filter(|at| texts.is_valid(*at)).map_or("", |at| texts.value(at)) };
            (columns.iter().map(text).collect(), grain.time(dates.value(row)))
        };
        let of_rows: Vec<Key<'a>> = (0..rows.num_rows()).map(key).collect();
        let mut keys: Vec<Key<'a>> = of_rows.iter().cloned().collect::<HashSet<_>>().into_iter().collect();
        keys.sort_unstable();
        let place: HashMap<&Key<'a>, usize> = keys.iter().zip(0..).collect();
        let of_row = of_rows.iter().filter_map(|key| place.get(key).copied()).collect();
        drop(place);
        Ok(Self { keys, of_row })
    }

    fn texts(&self, grain: Grain, name: &str) -> Result<ArrayRef, ArrowError> {
        let at = grain.texts().iter().position(|text| *text == name).ok_or_else(|| missing(name))?;
        let mut texts = StringDictionaryBuilder::<Int32Type>::new();
        self.keys.iter().for_each(|(values, _)| texts.append_value(values[at]));
        Ok(Arc::new(texts.finish()))
    }

    fn count(&self, counts: impl Fn(usize) -> bool) -> ArrayRef {
        let mut counted = vec![0_i64; self.keys.len()];
        for (row, place) in self.of_row.iter().enumerate() {
            counted[*place] += i64::from(counts(row));
        }
        Arc::new(Int64Array::from(counted))
    }

    fn fold<T: Copy>(&self, values: impl Iterator<Item = Option<T>>, add: impl Fn(T, T) -> T) -> Vec<Option<T>> {
        let mut folded = vec![None; self.keys.len()];
        for (value, place) in values.zip(&self.of_row) {
            if let Some(value) = value {
                folded[*place] = Some(folded[*place].map_or(value, |so_far| add(so_far, value)));
            }
        }
        folded
    }
}

impl Grain {
    /// The texts its rows are told apart by.
    pub(super) const fn texts(self) -> &'static [&'static str] {
        match self {
            Self::CampaignDays => &["campaign"],
            Self::AdWeeks => &["campaign", "ad_group", "ad"],
        }
    }

    /// The day or week of a day. A file holds one month at most, so that a week in two months has a row in each.
    fn time(self, day: i32) -> i32 {
        match self {
            Self::CampaignDays => day,
            Self::AdWeeks => days::week(day),
        }
    }
}

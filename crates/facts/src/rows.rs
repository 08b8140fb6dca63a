//! Facts as columns: from the domain's rows to record batches in the tables' one order.
//!
//! The order is total (ties are broken by the figures), so that equal facts make equal batches whatever order they arrived in.

use crate::{
    Error, days, limits,
    schema::{Kind, Table},
};
use datafusion::arrow::{
    array::{
        Array, ArrayRef, AsArray, Date32Array, DynComparator, Float64Array, Int32Array, Int64Array, RecordBatch,
        StringDictionaryBuilder, UInt32Array, make_comparator,
    },
    compute::{SortOptions, take_record_batch},
    datatypes::{Date32Type, Int32Type},
    error::ArrowError,
};
use std::{cmp::Ordering, collections::BTreeMap, sync::Arc};
use trimtab_domain::{
    Day, DayRange, Source,
    fact::{
        AdDaily, AdHourly, BreakdownDaily, ConversionDaily, Custom, EmailDaily, KeywordDaily, Measures, Order, OrderState, Placing,
        SessionDaily, Total, Utm,
    },
};

pub(crate) fn ads(rows: &[AdDaily]) -> Result<RecordBatch, Error> {
    let mut columns = placing(rows.iter().map(|r| &r.placing));
    columns.push(dates(rows.iter().map(|r| r.date)));
    columns.push(Arc::new(Int32Array::from_iter_values(rows.iter().map(|r| r.span_days))));
    measures(&mut columns, || rows.iter().map(|r| &r.measures));
    batch(Table::AdDaily, columns)
}

pub(crate) fn conversions(rows: &[ConversionDaily]) -> Result<RecordBatch, Error> {
    let mut columns = placing(rows.iter().map(|r| &r.placing));
    columns.push(text(rows.iter().map(|r| r.action_type.as_str())));
    columns.push(text(rows.iter().map(|r| r.window.as_str())));
    columns.push(dates(rows.iter().map(|r| r.date)));
    columns.push(Arc::new(Float64Array::from_iter_values(rows.iter().map(|r| r.count))));
    columns.push(Arc::new(rows.iter().map(|r| r.value_micros).collect::<Int64Array>()));
    batch(Table::ConversionDaily, columns)
}

pub(crate) fn breakdowns(rows: &[&BreakdownDaily]) -> Result<RecordBatch, Error> {
    let mut columns = placing(rows.iter().map(|r| &r.placing));
    columns.push(text(rows.iter().map(|r| r.part.as_str())));
    columns.push(text(rows.iter().map(|r| r.part2.as_str())));
    columns.push(dates(rows.iter().map(|r| r.date)));
    columns.push(Arc::new(Int32Array::from_iter_values(rows.iter().map(|r| r.span_days))));
    measures(&mut columns, || rows.iter().map(|r| &r.measures));
    batch(Table::BreakdownDaily, columns)
}

pub(crate) fn keywords(rows: &[&KeywordDaily]) -> Result<RecordBatch, Error> {
    let mut columns = placing(rows.iter().map(|r| &r.placing));
    columns.push(text(rows.iter().map(|r| r.id.as_str())));
    columns.push(text(rows.iter().map(|r| r.text.as_str())));
    columns.push(text(rows.iter().map(|r| r.match_type.as_str())));
    columns.push(dates(rows.iter().map(|r| r.date)));
    measures(&mut columns, || rows.iter().map(|r| &r.measures));
    batch(Table::KeywordDaily, columns)
}

pub(crate) fn hours(rows: &[AdHourly]) -> Result<RecordBatch, Error> {
    let mut columns = placing(rows.iter().map(|r| &r.placing));
    columns.push(dates(rows.iter().map(|r| r.date)));
    columns.push(Arc::new(Int32Array::from_iter_values(rows.iter().map(|r| i32::from(r.hour)))));
    measures(&mut columns, || rows.iter().map(|r| &r.measures));
    batch(Table::AdHourly, columns)
}

pub(crate) fn orders(rows: &[Order]) -> Result<RecordBatch, Error> {
    let stands = |row: &Order| row.state == OrderState::Placed;
    let amount = |row: &Order, micros: i64| if stands(row) { micros } else { 0 };
    // Whose first order it is must be known before it is counted as one or the other.
    let counted = |custom: Custom| {
        move |row: &Order| match row.custom {
            Custom::Unknown if stands(row) => None,
            Custom::Unknown => Some(0),
            told => Some(i64::from(stands(row) && told == custom)),
        }
    };
    let first = counted(Custom::New);
    let mut columns = vec![
        text(rows.iter().map(|r| r.id.as_str())),
        text(rows.iter().map(|r| r.number.as_str())),
        text(rows.iter().map(|r| r.customer.as_str())),
        text(rows.iter().map(|r| r.custom.as_str())),
    ];
    columns.extend(utm(rows.iter().map(|r| &r.utm)));
    columns.push(dates(rows.iter().map(|r| r.date)));
    columns.push(whole(rows, |r| i64::from(stands(r))));
    columns.push(whole(rows, |r| i64::from(!stands(r))));
    columns.push(some(rows, first));
    columns.push(some(rows, counted(Custom::Returning)));
    columns.push(whole(rows, |r| amount(r, r.total_micros)));
    columns.push(some(rows, |r| first(r).map(|is| if is > 0 { r.total_micros } else { 0 })));
    columns.push(whole(rows, |r| amount(r, r.refunded_micros)));
    columns.push(whole(rows, |r| amount(r, r.tax_micros)));
    columns.push(whole(rows, |r| amount(r, r.shipping_micros)));
    columns.push(whole(rows, |r| amount(r, r.discount_micros)));
    batch(Table::Orders, columns)
}

pub(crate) fn sessions(rows: &[SessionDaily]) -> Result<RecordBatch, Error> {
    let mut columns = vec![text(rows.iter().map(|r| r.channel.as_str()))];
    columns.extend(utm(rows.iter().map(|r| &r.utm)));
    columns.push(text(rows.iter().map(|r| r.quality.as_str())));
    columns.push(dates(rows.iter().map(|r| r.date)));
    columns.push(whole(rows, |r| r.sessions));
    columns.push(some(rows, |r| r.engaged_sessions));
    columns.push(Arc::new(rows.iter().map(|r| r.key_events).collect::<Float64Array>()));
    columns.push(Arc::new(rows.iter().map(|r| r.purchases).collect::<Float64Array>()));
    columns.push(some(rows, |r| r.revenue_micros));
    batch(Table::SessionDaily, columns)
}

pub(crate) fn emails(rows: &[EmailDaily]) -> Result<RecordBatch, Error> {
    let mut columns = vec![
        text(rows.iter().map(|r| r.campaign.as_str())),
        text(rows.iter().map(|r| r.kind.as_str())),
        text(rows.iter().map(|r| r.channel.as_str())),
        dates(rows.iter().map(|r| r.date)),
    ];
    columns.extend([some(rows, |r| r.recipients), some(rows, |r| r.opens), some(rows, |r| r.clicks)]);
    columns.extend([some(rows, |r| r.orders), some(rows, |r| r.revenue_micros)]);
    batch(Table::EmailDaily, columns)
}

pub(crate) fn totals(rows: &[(Day, Total)]) -> Result<RecordBatch, Error> {
    let figure = |pick: fn(&Total) -> Option<i64>| some(rows, move |(_, total)| pick(total));
    let columns = vec![
        dates(rows.iter().map(|(day, _)| *day)),
        figure(|t| t.spend_micros),
        figure(|t| t.impressions),
        figure(|t| t.sessions),
        figure(|t| t.orders),
        figure(|t| t.revenue_micros),
        figure(|t| t.recipients),
    ];
    batch(Table::AccountDaily, columns)
}

fn utm<'a>(rows: impl Iterator<Item = &'a Utm> + Clone) -> [ArrayRef; 4] {
    [
        text(rows.clone().map(|u| u.source.as_str())),
        text(rows.clone().map(|u| u.medium.as_str())),
        text(rows.clone().map(|u| u.campaign.as_str())),
        text(rows.map(|u| u.platform().map_or("", Source::as_str))),
    ]
}

fn whole<T>(rows: &[T], figure: impl Fn(&T) -> i64) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(rows.iter().map(figure)))
}

fn some<T>(rows: &[T], figure: impl Fn(&T) -> Option<i64>) -> ArrayRef {
    Arc::new(rows.iter().map(figure).collect::<Int64Array>())
}

/// Refuses figures of orders, visits and mailings that no source can mean: outside the range they are to replace, absurdly large.
pub(crate) fn check_figures(
    range: DayRange,
    what: &str,
    rows: impl Iterator<Item = (Day, impl IntoIterator<Item = Option<i64>>)>,
) -> Result<(), Error> {
    for (date, figures) in rows {
        if !range.contains(date) {
            return Err(Error::BadFacts(format!(
                "{what} of {date} cannot be kept: the date is outside {range}, the days to be replaced"
            )));
        }
        let too_large = |figure: &i64| figure.unsigned_abs() > limits::LARGEST_FIGURE.unsigned_abs();
        if let Some(figure) = figures.into_iter().flatten().find(too_large) {
            return Err(Error::BadFacts(format!("{what} of {date} cannot be kept: {figure} is too large to be a measurement")));
        }
    }
    Ok(())
}

/// Refuses rows that no source can mean: outside the range they are to replace, without a span, not finite, absurdly large.
pub(crate) fn check<'a>(
    range: DayRange,
    rows: impl Iterator<Item = (Day, i32, &'a Placing, Option<&'a Measures>, Option<f64>, Option<i64>)>,
) -> Result<(), Error> {
    for (date, span, placing, measures, fraction, micros) in rows {
        let refuse = |why: String| {
            Err(Error::BadFacts(format!(
                "a row of campaign '{}', ad '{}' on {date} cannot be kept: {why}",
                placing.campaign, placing.ad
            )))
        };
        if !range.contains(date) {
            return refuse(format!("the date is outside {range}, the days to be replaced"));
        }
        if span < 1 {
            return refuse(format!("it covers {span} days"));
        }
        let conversions = measures.and_then(|m| m.conversions);
        if fraction.into_iter().chain(conversions).any(|f| !f.is_finite() || f.abs() > 1e15) {
            return refuse("a count of conversions is not a finite number of believable size".to_owned());
        }
        let integers = measures.map(|m| {
            [
                Some(m.impressions),
                Some(m.clicks),
                m.link_clicks,
                Some(m.spend_micros),
                m.reach,
                m.revenue_micros,
                m.video_views,
                m.thruplays,
            ]
        });
        let all = integers.into_iter().flatten().chain([micros]).flatten();
        if let Some(figure) = all.into_iter().find(|f| f.unsigned_abs() > limits::LARGEST_FIGURE.unsigned_abs()) {
            return refuse(format!("{figure} is too large to be a measurement"));
        }
    }
    Ok(())
}

fn batch(table: Table, columns: Vec<ArrayRef>) -> Result<RecordBatch, Error> {
    RecordBatch::try_new(table.arrow(), columns)
        .and_then(|rows| sorted(table, rows))
        .map_err(|e| Error::internal("turn facts into columns", e))
}

pub(crate) fn text<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    let mut builder = StringDictionaryBuilder::<Int32Type>::new();
    builder.extend(values.map(Some));
    Arc::new(builder.finish())
}

fn dates(values: impl Iterator<Item = Day>) -> ArrayRef {
    let mut last = (Day::MIN, days::to_epoch(Day::MIN));
    Arc::new(Date32Array::from_iter_values(values.map(|day| {
        if day != last.0 {
            last = (day, days::to_epoch(day));
        }
        last.1
    })))
}

fn placing<'a>(rows: impl Iterator<Item = &'a Placing> + Clone) -> Vec<ArrayRef> {
    vec![
        text(rows.clone().map(|p| p.campaign.as_str())),
        text(rows.clone().map(|p| p.ad_group.as_str())),
        text(rows.map(|p| p.ad.as_str())),
    ]
}

fn measures<'a, I: Iterator<Item = &'a Measures>>(columns: &mut Vec<ArrayRef>, rows: impl Fn() -> I) {
    columns.push(Arc::new(Int64Array::from_iter_values(rows().map(|m| m.impressions))));
    columns.push(Arc::new(Int64Array::from_iter_values(rows().map(|m| m.clicks))));
    columns.push(Arc::new(rows().map(|m| m.link_clicks).collect::<Int64Array>()));
    columns.push(Arc::new(Int64Array::from_iter_values(rows().map(|m| m.spend_micros))));
    columns.push(Arc::new(rows().map(|m| m.reach).collect::<Int64Array>()));
    columns.push(Arc::new(rows().map(|m| m.conversions).collect::<Float64Array>()));
    columns.push(Arc::new(rows().map(|m| m.revenue_micros).collect::<Int64Array>()));
    columns.push(Arc::new(rows().map(|m| m.video_views).collect::<Int64Array>()));
    columns.push(Arc::new(rows().map(|m| m.thruplays).collect::<Int64Array>()));
}

/// Most key columns a table has.
const KEYS: usize = 7;

/// The rows in the table's order.
pub(crate) fn sorted(table: Table, rows: RecordBatch) -> Result<RecordBatch, ArrowError> {
    let key_columns = table.columns().iter().take_while(|c| matches!(c.kind, Kind::Text | Kind::Day)).count().min(KEYS);
    let mut keys = vec![[0_u32; KEYS]; rows.num_rows()];
    for (k, column) in rows.columns().iter().take(key_columns).enumerate() {
        fill(&mut keys, k, column);
    }
    if keys.is_sorted_by(|a, b| a < b) {
        return Ok(rows);
    }
    let ties = rows.columns()[key_columns..]
        .iter()
        .map(|column| make_comparator(column, column, SortOptions::default()))
        .collect::<Result<Vec<DynComparator>, _>>()?;
    let mut order: Vec<u32> = (0..).take(rows.num_rows()).collect();
    order.sort_unstable_by(|&a, &b| {
        let (a, b) = (a as usize, b as usize);
        keys[a].cmp(&keys[b]).then_with(|| ties.iter().map(|tie| tie(a, b)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal))
    });
    take_record_batch(&rows, &UInt32Array::from(order))
}

/// Numbers that sort as the column's values do: ranks of the distinct texts, or days shifted to be positive.
fn fill(keys: &mut [[u32; KEYS]], k: usize, column: &ArrayRef) {
    if let Some(days) = column.as_primitive_opt::<Date32Type>() {
        for (key, day) in keys.iter_mut().zip(days.values()) {
            key[k] = day.cast_unsigned() ^ (1 << 31);
        }
        return;
    }
    let column = column.as_dictionary::<Int32Type>();
    let texts = column.values().as_string::<i32>();
    let mut by_text: Vec<usize> = (0..texts.len()).collect();
    by_text.sort_unstable_by_key(|i| texts.value(*i));
    let mut ranks = vec![0_u32; texts.len()];
    let mut rank = 0;
    for pair in 0..by_text.len() {
        if pair > 0 && texts.value(by_text[pair]) != texts.value(by_text[pair - 1]) {
            rank += 1;
        }
        ranks[by_text[pair]] = rank;
    }
    for (key, code) in keys.iter_mut().zip(column.keys().values()) {
        key[k] = usize::try_from(*code).ok().and_then(|code| ranks.get(code)).copied().unwrap_or_default();
    }
}

/// Which rows each day has, in order.
pub(crate) fn by_day(rows: &RecordBatch) -> BTreeMap<i32, Vec<u32>> {
    let mut days: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
    if let Some(dates) = rows.column_by_name("date").and_then(|c| c.as_primitive_opt::<Date32Type>()) {
        for (row, day) in (0_u32..).zip(dates.values()) {
            days.entry(*day).or_default().push(row);
        }
    }
    days
}

/// The chosen rows.
pub(crate) fn pick(rows: &RecordBatch, chosen: &[u32]) -> Result<RecordBatch, Error> {
    if chosen.len() == rows.num_rows() {
        return Ok(rows.clone());
    }
    take_record_batch(rows, &UInt32Array::from(chosen.to_vec())).map_err(|e| Error::internal("pick rows", e))
}

/// Whether two batches of one table hold the same rows in the same order.
pub(crate) fn equal(a: &RecordBatch, b: &RecordBatch) -> bool {
    a.num_rows() == b.num_rows() && a.columns().iter().zip(b.columns()).all(|(a, b)| a.to_data() == b.to_data())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(campaign: &str, ad: &str, day: i8, clicks: i64) -> AdDaily {
        AdDaily {
            date: jiff::civil::date(2026, 1, day),
            span_days: 1,
            placing: Placing { campaign: campaign.into(), ad_group: "g".into(), ad: ad.into() },
            measures: Measures { clicks, ..Measures::default() },
        }
    }

    #[test]
    fn the_order_does_not_depend_on_arrival() {
        let mut rows =
            vec![row("b", "1", 2, 0), row("a", "2", 1, 0), row("a", "1", 3, 0), row("a", "1", 1, 5), row("a", "1", 1, 4)];
        let one = ads(&rows).unwrap();
        rows.reverse();
        let other = ads(&rows).unwrap();
        assert!(equal(&one, &other));
        let clicks = one.column_by_name("clicks").unwrap().as_primitive::<datafusion::arrow::datatypes::Int64Type>();
        assert_eq!(clicks.values()[..2], [4, 5]);
        rows[0].measures.clicks = 1;
        assert!(!equal(&one, &ads(&rows).unwrap()));
    }
}

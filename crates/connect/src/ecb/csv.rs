//! The files with commas: one line a day, one column a currency.
//!
//! The history writes `2026-10-30,1.1172,N/A,…` and the file of a single day `30 October 2026, 1.1172, …`, with other columns and a blank
//! after each comma. Both end their lines with a comma. A person may bring either to be imported.

use super::{Gathered, drift};
use crate::Error;
use trimtab_domain::{Currency, Day, rates::Rate};

/// Where a currency has no rate.
const NONE: &str = "N/A";

/// The rates of a published CSV, the history's or a single day's, in the order of the file.
///
/// # Errors
/// [`Error::Drift`] when it is no such file: another header, a line of another length, a day that is none, a rate that is not a positive
/// number, two rates for one day, or none at all.
pub fn parse_csv(text: &str) -> Result<Vec<Rate>, Error> {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let bad = |line: u32, what: String| drift(format!("line {line} of the rates: {what}"), text);
    let (header, at) = lines.next().ok_or_else(|| bad(1, "the file is empty".to_owned()))?;
    let columns = columns(header).map_err(|what| bad(at, what))?;
    let mut gathered = Gathered::default();
    for (line, at) in lines {
        take(&mut gathered, &columns, line).map_err(|what| bad(at, what))?;
    }
    gathered.finish(text)
}

/// The cells of a line without the empty one that the last comma makes.
fn cells(line: &str) -> Vec<&str> {
    let mut cells: Vec<&str> = line.split(',').map(str::trim).collect();
    if cells.last().is_some_and(|cell| cell.is_empty()) {
        cells.pop();
    }
    cells
}

/// The currencies a header names.
fn columns(header: &str) -> Result<Vec<Currency>, String> {
    let cells = cells(header);
    let Some((first, codes)) = cells.split_first().filter(|(first, codes)| **first == "Date" && !codes.is_empty()) else {
        return Err("expected the header 'Date', then currencies".to_owned());
    };
    let mut columns = Vec::with_capacity(codes.len());
    for code in codes {
        let currency: Currency = code.parse().map_err(|error| format!("in the header after '{first}': {error}"))?;
        if columns.contains(&currency) {
            return Err(format!("the header names {currency} twice"));
        }
        columns.push(currency);
    }
    Ok(columns)
}

fn take(gathered: &mut Gathered, columns: &[Currency], line: &str) -> Result<(), String> {
    let cells = cells(line);
    let (first, rates) = cells.split_first().ok_or_else(|| "it is empty".to_owned())?;
    let day = day(first)?;
    if rates.len() != columns.len() {
        return Err(format!("{} rates for {} currencies", rates.len(), columns.len()));
    }
    for (currency, rate) in columns.iter().zip(rates).filter(|(_, rate)| **rate != NONE) {
        gathered.add(*currency, day, rate)?;
    }
    Ok(())
}

/// A day in either notation.
fn day(text: &str) -> Result<Day, String> {
    let spelt = || Day::strptime("%d %B %Y", text).ok();
    Day::strptime("%Y-%m-%d", text).ok().or_else(spelt).ok_or_else(|| format!("'{text}' is no day"))
}

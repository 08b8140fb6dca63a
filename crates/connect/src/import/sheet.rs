//! Workbooks: the first sheet with something in it, or the one a mapping names, as rows of typed cells.
//!
//! What a workbook claims about its size is not believed: its parts are unpacked once against a limit before the reader sees them, and
//! cells are streamed, so a sheet with one cell in the last corner costs one cell.

use super::{
    error::ImportError,
    grid::{Value, too_large},
    limits,
};
use calamine::{Data, DataRef, ExcelDateTime, Reader, Xls, Xlsx};
use std::{
    io::{Cursor, Read},
    panic::{AssertUnwindSafe, catch_unwind},
};
use trimtab_domain::Day;

type Rows = Vec<(u64, Vec<Value>)>;

/// Whether the bytes are a workbook of a kind read here.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
}

/// Reads the rows of one sheet; also its name.
///
/// # Errors
/// When the workbook is damaged, too large, or has no such sheet.
pub(super) fn read(name: &str, bytes: &[u8], sheet: Option<&str>) -> Result<(Rows, String), ImportError> {
    // The reader is not ours and has panicked on damaged files before: a bad upload must not take the process down.
    let outcome =
        catch_unwind(AssertUnwindSafe(
            || {
                if bytes.starts_with(b"PK") { xlsx(name, bytes, sheet) } else { xls(name, bytes, sheet) }
            },
        ));
    outcome.unwrap_or_else(|_| Err(broken(name, "it is damaged")))
}

fn broken(name: &str, reason: impl ToString) -> ImportError {
    ImportError::Workbook { name: name.to_owned(), reason: reason.to_string() }
}

fn xlsx(name: &str, bytes: &[u8], sheet: Option<&str>) -> Result<(Rows, String), ImportError> {
    check_unpacked_size(name, bytes)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(name, error))?;
    for title in chosen(name, book.sheet_names(), sheet)? {
        let mut rows: Rows = Vec::new();
        let mut cells = 0_usize;
        let mut reader = book.worksheet_cells_reader(&title).map_err(|error| broken(name, error))?;
        while let Some(cell) = reader.next_cell().map_err(|error| broken(name, error))? {
            let (row, column) = cell.get_position();
            let value = match cell.get_value() {
                DataRef::Int(number) => integer(*number),
                DataRef::Float(number) => Value::Number(*number),
                DataRef::String(text) | DataRef::DateTimeIso(text) => Value::Text(text.clone()),
                DataRef::SharedString(text) => Value::Text((*text).to_owned()),
                DataRef::DateTime(at) => moment(at),
                DataRef::Bool(_) | DataRef::DurationIso(_) | DataRef::Error(_) | DataRef::Empty => continue,
            };
            cells += 1;
            place(name, &mut rows, (row, column), value, cells)?;
        }
        if rows.len() > 1 {
            rows.sort_by_key(|(line, _)| *line);
            return Ok((rows, title));
        }
    }
    Err(ImportError::Empty { name: name.to_owned() })
}

fn xls(name: &str, bytes: &[u8], sheet: Option<&str>) -> Result<(Rows, String), ImportError> {
    if bytes.len() > limits::MAX_XLS_BYTES {
        return Err(too_large(name, "the workbook in bytes".to_owned(), limits::MAX_XLS_BYTES));
    }
    let mut book = Xls::new(Cursor::new(bytes)).map_err(|error| broken(name, error))?;
    for title in chosen(name, book.sheet_names(), sheet)? {
        let range = book.worksheet_range(&title).map_err(|error| broken(name, error))?;
        let (top, left) = range.start().unwrap_or((0, 0));
        let mut rows: Rows = Vec::new();
        let mut cells = 0_usize;
        for (row, column, value) in range.used_cells() {
            let value = match value {
                Data::Int(number) => integer(*number),
                Data::Float(number) => Value::Number(*number),
                Data::String(text) | Data::DateTimeIso(text) => Value::Text(text.clone()),
                Data::DateTime(at) => moment(at),
                Data::Bool(_) | Data::DurationIso(_) | Data::Error(_) | Data::Empty => continue,
            };
            let position = (top + u32::try_from(row).unwrap_or(u32::MAX / 2), left + u32::try_from(column).unwrap_or(u32::MAX / 2));
            cells += 1;
            place(name, &mut rows, position, value, cells)?;
        }
        if rows.len() > 1 {
            return Ok((rows, title));
        }
    }
    Err(ImportError::Empty { name: name.to_owned() })
}

/// The sheets to try, in order.
fn chosen(name: &str, titles: Vec<String>, sheet: Option<&str>) -> Result<Vec<String>, ImportError> {
    match sheet {
        None => Ok(titles),
        Some(wanted) if titles.iter().any(|t| t == wanted) => Ok(vec![wanted.to_owned()]),
        Some(wanted) => {
            Err(ImportError::Mapping { reason: format!("sheet: '{name}' has no sheet '{wanted}', only {}", titles.join(", ")) })
        }
    }
}

fn place(name: &str, rows: &mut Rows, (row, column): (u32, u32), value: Value, cells: usize) -> Result<(), ImportError> {
    let (line, column) = (u64::from(row) + 1, column as usize);
    if cells > limits::MAX_SHEET_CELLS {
        return Err(too_large(name, "the number of cells".to_owned(), limits::MAX_SHEET_CELLS));
    }
    if column >= limits::MAX_COLUMNS {
        return Err(too_large(name, format!("the number of columns on line {line}"), limits::MAX_COLUMNS));
    }
    if rows.last().is_none_or(|(last, _)| *last != line) {
        rows.push((line, Vec::new()));
    }
    if let Some((_, values)) = rows.last_mut() {
        if values.len() <= column {
            values.resize(column + 1, Value::Empty);
        }
        values[column] = value;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "spreadsheets keep numbers as 64-bit floats anyway")]
fn integer(number: i64) -> Value {
    Value::Number(number as f64)
}

fn moment(at: &ExcelDateTime) -> Value {
    let (year, month, day, ..) = at.to_ymd_hms_milli();
    let civil = i16::try_from(year).ok().zip(i8::try_from(month).ok()).zip(i8::try_from(day).ok());
    civil.and_then(|((y, m), d)| Day::new(y, m, d).ok()).map_or(Value::Number(at.as_f64()), Value::Day)
}

/// Unpacks every part into nothing, counting what really comes out.
fn check_unpacked_size(name: &str, bytes: &[u8]) -> Result<(), ImportError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(name, error))?;
    if !archive.file_names().any(|part| part.is_ok_and(|part| part.starts_with("xl/"))) {
        return Err(ImportError::NotATable {
            name: name.to_owned(),
            found: "an archive without a workbook in it (unpack it first)",
        });
    }
    let mut left = limits::MAX_WORKBOOK_BYTES;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| broken(name, error))?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|error| broken(name, error))?;
        left = left.checked_sub(read).ok_or_else(|| ImportError::TooLarge {
            name: name.to_owned(),
            what: "the unpacked workbook in bytes".to_owned(),
            limit: limits::MAX_WORKBOOK_BYTES,
        })?;
    }
    Ok(())
}

//! A file as rows of cells with the line numbers a person sees, whether it came as text or as a workbook.
//!
//! Text is walked, not loaded: each walk parses it anew, so memory does not grow with the file.

use super::{error::ImportError, limits};
use csv::{ReaderBuilder, StringRecord};
use std::{borrow::Cow, ops::ControlFlow};
use trimtab_domain::Day;

/// One cell of a workbook.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Value {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    Day(Day),
}

/// All rows of a file.
#[derive(Debug)]
pub(super) enum Grid<'a> {
    /// Delimited text.
    Text { text: &'a str, delimiter: u8 },
    /// A sheet: line number and cells of each row that holds something.
    Sheet(Vec<(u64, Vec<Value>)>),
}

/// One row during a walk.
#[derive(Debug, Clone, Copy)]
pub(super) enum Row<'a> {
    Record(&'a StringRecord),
    Values(&'a [Value]),
}

/// One cell during a walk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'a> {
    Text(&'a str),
    Number(f64),
    Day(Day),
}

impl<'a> Cell<'a> {
    /// As text; numbers in plain decimals.
    pub(super) fn text(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Day(day) => Cow::Owned(day.to_string()),
        }
    }
}

impl<'a> Row<'a> {
    pub(super) fn len(self) -> usize {
        match self {
            Self::Record(record) => record.len(),
            Self::Values(values) => values.len(),
        }
    }

    /// A cell, trimmed; beyond the row's end it is empty.
    pub(super) fn cell(self, column: usize) -> Cell<'a> {
        match self {
            Self::Record(record) => Cell::Text(record.get(column).unwrap_or("").trim()),
            Self::Values(values) => match values.get(column) {
                None | Some(Value::Empty) => Cell::Text(""),
                Some(Value::Text(text)) => Cell::Text(text.trim()),
                Some(Value::Number(number)) => Cell::Number(*number),
                Some(Value::Day(day)) => Cell::Day(*day),
            },
        }
    }

    pub(super) fn texts(self) -> Vec<String> {
        (0..self.len()).map(|i| self.cell(i).text().trim_matches(['\u{feff}', ' ']).to_owned()).collect()
    }

    pub(super) fn is_blank(self) -> bool {
        (0..self.len()).all(|i| self.cell(i) == Cell::Text(""))
    }
}

/// What a walk says of a row besides its cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// 1-based physical line on which the row begins.
    pub(super) line: u64,
    /// Lines swallowed by a quote that is never closed, or 0.
    pub(super) open_quote_lines: u64,
}

/// What is done with each row of a walk.
type Visit<'v> = dyn FnMut(Place, Row<'_>) -> Result<ControlFlow<()>, ImportError> + 'v;

impl Grid<'_> {
    /// Visits every row that is not blank, until the visitor breaks.
    ///
    /// # Errors
    /// When a cell is beyond [`limits::MAX_CELL_BYTES`] or a row beyond [`limits::MAX_COLUMNS`], or the visitor fails.
    pub(super) fn walk(&self, name: &str, visit: &mut Visit<'_>) -> Result<(), ImportError> {
        match self {
            Self::Text { text, delimiter } => walk_text(name, text, *delimiter, visit),
            Self::Sheet(rows) => {
                for (line, values) in rows {
                    let row = Row::Values(values);
                    if !row.is_blank() && visit(Place { line: *line, open_quote_lines: 0 }, row)?.is_break() {
                        break;
                    }
                }
                Ok(())
            }
        }
    }
}

fn walk_text(name: &str, text: &str, delimiter: u8, visit: &mut Visit<'_>) -> Result<(), ImportError> {
    let bytes = text.as_bytes();
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
    let mut record = StringRecord::new();
    let (mut counted_to, mut line) = (0_usize, 1_u64);
    loop {
        let start = usize::try_from(reader.position().byte()).unwrap_or(bytes.len());
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => {
                return Err(ImportError::Workbook { name: name.to_owned(), reason: error.to_string() });
            }
        }
        let end = usize::try_from(reader.position().byte()).unwrap_or(bytes.len()).min(bytes.len());
        // The reader passes over line ends before the record; the record begins behind them.
        let begin = start + bytes[start..end].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        line += line_feeds(&bytes[counted_to..begin]);
        counted_to = begin;
        let raw = &bytes[begin..end];
        if record.len() > limits::MAX_COLUMNS {
            return Err(too_large(name, format!("the number of columns on line {line}"), limits::MAX_COLUMNS));
        }
        let open_quote_lines = if end == bytes.len() && raw.iter().filter(|b| **b == b'"').count() % 2 == 1 {
            line_feeds(raw.trim_ascii_end())
        } else {
            0
        };
        if raw.len() > limits::MAX_CELL_BYTES && record.iter().any(|cell| cell.len() > limits::MAX_CELL_BYTES) {
            return Err(too_large(name, format!("a cell on line {line} (is a quote never closed?)"), limits::MAX_CELL_BYTES));
        }
        let row = Row::Record(&record);
        if !row.is_blank() && visit(Place { line, open_quote_lines }, row)?.is_break() {
            return Ok(());
        }
    }
}

fn line_feeds(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.iter().filter(|b| **b == b'\n').count()).unwrap_or(u64::MAX)
}

/// The error for anything beyond a limit.
pub(super) fn too_large(name: &str, what: String, limit: usize) -> ImportError {
    ImportError::TooLarge { name: name.to_owned(), what, limit: u64::try_from(limit).unwrap_or(u64::MAX) }
}

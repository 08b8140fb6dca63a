//! One CSV file, row by row.

use crate::history::files::{Allowance, Capped, Files};
use std::str;

/// A file being read.
pub(super) struct Sheet {
    reader: csv::Reader<Capped>,
    allowance: Allowance,
    record: csv::ByteRecord,
    /// Column names in lower case, without the mark some programs put before the first.
    names: Vec<String>,
    broken: bool,
}

/// One row.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// Its line, as an editor counts.
    pub(super) number: u64,
    cells: &'a csv::ByteRecord,
}

impl Sheet {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// When it cannot be opened or has no header; the text says why.
    pub(super) fn open(files: &dyn Files, path: &str) -> Result<Self, String> {
        let file = files.open(path).map_err(|error| format!("cannot be opened ({error}): check that this user may read it"))?;
        let (capped, allowance) = Capped::new(file);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(64 << 10).from_reader(capped);
        let mut header = csv::ByteRecord::new();
        if !reader.read_byte_record(&mut header).map_err(|error| format!("cannot be read ({error})"))? {
            return Err("is empty".to_owned());
        }
        let name = |cell: &[u8]| String::from_utf8_lossy(cell).trim_start_matches('\u{feff}').trim().to_lowercase();
        let names = header.iter().map(name).collect();
        Ok(Self { reader, allowance, record: csv::ByteRecord::new(), names, broken: false })
    }

    /// Where a column stands.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    /// Where those of some columns stand that are there.
    pub(super) fn columns(&self, names: &[&str]) -> Vec<usize> {
        names.iter().filter_map(|name| self.column(name)).collect()
    }

    /// Every column's name, in order.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The next row, or its line and why it is none.
    pub(super) fn next_line(&mut self) -> Option<Result<Line<'_>, (u64, String)>> {
        if self.broken {
            return None;
        }
        self.allowance.renew();
        let from = self.reader.position().line();
        match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => None,
            Ok(true) => {
                let number = self.record.position().map_or(from, csv::Position::line);
                if self.record.len() == self.names.len() {
                    return Some(Ok(Line { number, cells: &self.record }));
                }
                let (cells, columns) = (self.record.len(), self.names.len());
                Some(Err((number, format!("has {cells} cells where the header has {columns}"))))
            }
            Err(error) => {
                self.broken = true;
                Some(Err((from, format!("cannot be read, nor what follows it ({error}): look for a quote that is never closed"))))
            }
        }
    }
}

impl<'a> Line<'a> {
    /// A cell's text, without spaces around it; empty where there is no such column.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub(super) fn text(&self, column: Option<usize>) -> Result<&'a str, String> {
        let Some(cell) = column.and_then(|column| self.cells.get(column)) else { return Ok("") };
        str::from_utf8(cell).map(str::trim).map_err(|_| "has a cell that is not UTF-8 text: save the file as UTF-8".to_owned())
    }

    /// The first of some cells that is not empty.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub(super) fn first(&self, columns: &[usize]) -> Result<&'a str, String> {
        for column in columns {
            let text = self.text(Some(*column))?;
            if !text.is_empty() {
                return Ok(text);
            }
        }
        Ok("")
    }

    /// What tells one row from another.
    pub(super) fn fingerprint(&self) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new();
        for cell in self.cells {
            hasher.update(&u64::try_from(cell.len()).unwrap_or(u64::MAX).to_le_bytes());
            hasher.update(cell);
        }
        let mut short = [0; 16];
        short.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        short
    }
}

//! The files of a history, as whoever owns the disk hands them over: they can be listed and read, and nothing else.

use super::{HistoryError, limits};
use std::{
    cell::Cell,
    fmt,
    io::{self, Read},
    rc::Rc,
};

/// A folder's files. There is deliberately no way to change one.
pub trait Files: fmt::Debug + Send + Sync {
    /// Every file of the folder and the folders below it, in any order.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    fn list(&self) -> io::Result<Vec<Entry>>;

    /// Opens one of them for reading.
    ///
    /// # Errors
    /// When it cannot be opened.
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send>>;
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its path below the folder, parts divided by `/`.
    pub path: String,
}

impl Entry {
    /// The file's name without folders and extension, and the extension, both in lower case.
    pub(super) fn stem(&self) -> (String, String) {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path).to_lowercase();
        match name.rsplit_once('.') {
            Some((stem, extension)) => (stem.to_owned(), extension.to_owned()),
            None => (name, String::new()),
        }
    }

    /// The name of the folder it lies in, in lower case; empty at the top.
    pub(super) fn folder(&self) -> String {
        self.path.rsplit('/').nth(1).unwrap_or("").to_lowercase()
    }
}

/// The files in one fixed order, so that two readings agree.
///
/// # Errors
/// When the folder cannot be listed or holds too many.
pub(super) fn listed(files: &dyn Files) -> Result<Vec<Entry>, HistoryError> {
    let mut entries = files.list().map_err(|error| HistoryError::Folder { reason: error.to_string() })?;
    if entries.len() > limits::FILES_MAX {
        let help = "name the folder that holds the history, not one above it";
        return Err(HistoryError::TooMuch { what: "the folder's files", limit: limits::FILES_MAX, help });
    }
    entries.sort();
    Ok(entries)
}

/// Reads no more than some bytes until it is told to go on, so that one endless row cannot fill the memory.
pub(super) struct Capped {
    inner: Box<dyn Read + Send>,
    left: Rc<Cell<usize>>,
}

/// Lets a [`Capped`] reader go on.
#[derive(Debug, Clone)]
pub(super) struct Allowance(Rc<Cell<usize>>);

impl Capped {
    pub(super) fn new(inner: Box<dyn Read + Send>) -> (Self, Allowance) {
        let left = Rc::new(Cell::new(limits::ROW_BYTES_MAX));
        (Self { inner, left: Rc::clone(&left) }, Allowance(left))
    }
}

impl Allowance {
    /// Another row begins.
    pub(super) fn renew(&self) {
        self.0.set(limits::ROW_BYTES_MAX);
    }
}

impl Read for Capped {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(io::Error::other(format!("it goes on for more than {} MiB", limits::ROW_BYTES_MAX >> 20)));
        }
        let most = buffer.len().min(left);
        let read = self.inner.read(&mut buffer[..most])?;
        self.left.set(left - read);
        Ok(read)
    }
}

/// The first of some paths, and how many more there are.
pub(super) fn named<'a>(paths: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = paths.len().saturating_sub(limits::FILES_NAMED_MAX);
    let listed: Vec<_> = paths.take(limits::FILES_NAMED_MAX).collect();
    match (listed.is_empty(), more) {
        (true, _) => "no files".to_owned(),
        (false, 0) => listed.join(", "),
        (false, more) => format!("{} and {more} more", listed.join(", ")),
    }
}

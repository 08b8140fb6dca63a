//! A view's rows in a file, to be handed on.

use crate::Error;
use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, Write},
    path::{Path, PathBuf},
};

/// A view's rows, written out whole, to be read from the start. Their file has no name and ends with this.
#[derive(Debug)]
pub struct ViewFile {
    file: File,
    folder: PathBuf,
    bytes: u64,
}

impl ViewFile {
    /// An empty one on the disk of a folder, with what writes to it.
    pub(crate) fn begin(folder: &Path) -> Result<(Self, Box<dyn Write + Send>), Error> {
        let begun = || -> io::Result<_> {
            std::fs::create_dir_all(folder)?;
            let file = tempfile::tempfile_in(folder)?;
            let to = Box::new(BufWriter::new(file.try_clone()?));
            Ok((Self { file, folder: folder.to_owned(), bytes: 0 }, to))
        };
        let (file, to) = begun().map_err(|e| Error::writing("write a view", folder, e))?;
        Ok((file, to))
    }

    /// The same once all is written.
    pub(crate) fn finished(mut self) -> Result<Self, Error> {
        let measured = self.file.rewind().and_then(|()| Ok(self.file.metadata()?.len()));
        self.bytes = measured.map_err(|e| Error::writing("write a view", &self.folder, e))?;
        Ok(self)
    }

    /// Its bytes, all of them.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.bytes
    }
}

impl Read for ViewFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.file.read(into)
    }
}

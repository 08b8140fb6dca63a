//! A folder of this machine, opened for reading alone.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};
use trimtab_engine::{Entry, Files, history_limits::FILES_MAX};

/// A folder and those below it. Links to folders are not followed, so that the walk ends.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) const fn at(path: PathBuf) -> Self {
        Self(path)
    }

    fn walk(&self, below: &Path, entries: &mut Vec<Entry>) -> io::Result<()> {
        let folder = self.0.join(below);
        let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", folder.display()));
        for entry in fs::read_dir(&folder).map_err(named)? {
            let entry = entry.map_err(named)?;
            let path = below.join(entry.file_name());
            if entry.file_type().map_err(named)?.is_dir() {
                self.walk(&path, entries)?;
            } else {
                let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
                entries.push(Entry { path: parts.join("/") });
            }
            // One more than may be is enough to be refused.
            if entries.len() > FILES_MAX {
                break;
            }
        }
        Ok(())
    }
}

impl Files for Folder {
    fn list(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        self.walk(Path::new(""), &mut entries)?;
        Ok(entries)
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(self.0.join(path))?))
    }
}

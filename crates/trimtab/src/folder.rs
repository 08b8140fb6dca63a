//! The data folder: where everything of an installation lies.

use crate::exit;
use anyhow::Context;
use std::path::{Path, PathBuf};

/// A data folder.
#[derive(Debug, Clone)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The folder named by a flag or `TRIMTAB_DATA`, else the platform's place for application data.
    pub(crate) fn find(given: Option<PathBuf>) -> anyhow::Result<Self> {
        if let Some(given) = given {
            return Ok(Self(given));
        }
        let dirs = directories::ProjectDirs::from("", "", "trimtab")
            .ok_or_else(|| exit::invalid("this user has no home folder: name a data folder with --data"))?;
        Ok(Self(dirs.data_dir().to_owned()))
    }

    /// The folder beside this one that holds the demonstration.
    pub(crate) fn demo(&self) -> Self {
        let name = self.0.file_name().map_or_else(|| "trimtab".into(), |name| name.to_string_lossy().into_owned());
        Self(self.0.with_file_name(format!("{name}-demo")))
    }

    /// Makes the folder, readable by this user only.
    pub(crate) fn make(&self) -> anyhow::Result<()> {
        std::fs::create_dir_all(&self.0)
            .with_context(|| format!("cannot make the data folder {}: choose another with --data", self.0.display()))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&self.0, std::fs::Permissions::from_mode(0o700))
                .with_context(|| format!("cannot protect the data folder {}", self.0.display()))?;
        }
        Ok(())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.0.join("trimtab.db")
    }

    pub(crate) fn key(&self) -> PathBuf {
        self.0.join("vault.key")
    }

    pub(crate) fn lake(&self) -> PathBuf {
        self.0.join("lake")
    }
}

//! Where things lie, and what `cargo metadata` says of the workspace's own packages.

use crate::process;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::{
    env::{self, consts::EXE_SUFFIX},
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// The repository's root: as `cargo run` says now, since clones that share a target folder share this binary; else as when it was built.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let ours = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        ours.parent().unwrap_or(&ours).to_owned()
    });
    &ROOT
}

/// The workspace as cargo sees it.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    /// Its own packages.
    pub(crate) packages: Vec<Package>,
    /// Where cargo builds.
    pub(crate) target_directory: PathBuf,
}

/// One package of ours.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    /// Its name, `trimtab-domain`.
    pub(crate) name: String,
    /// What it declares to depend on.
    pub(crate) dependencies: Vec<Dependency>,
}

/// One declared dependency.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    /// The package depended on.
    pub(crate) name: String,
    /// `None` (normal), `dev` or `build`.
    pub(crate) kind: Option<String>,
    /// Set for packages of this workspace.
    pub(crate) path: Option<PathBuf>,
}

impl Workspace {
    /// Asks cargo, without the network.
    ///
    /// # Errors
    /// When a manifest is broken.
    pub(crate) fn load() -> Result<Self> {
        let json = process::capture(&mut process::cargo(&["metadata", "--format-version", "1", "--no-deps"]))?;
        serde_json::from_str(&json).context("cargo metadata changed its format")
    }

    /// The binary that `cargo build` leaves for a profile.
    pub(crate) fn binary(&self, profile: &str) -> PathBuf {
        self.built(profile).join(format!("trimtab{EXE_SUFFIX}"))
    }

    /// An example program that `cargo build --examples` leaves for a profile.
    pub(crate) fn example(&self, profile: &str, name: &str) -> PathBuf {
        self.built(profile).join("examples").join(format!("{name}{EXE_SUFFIX}"))
    }

    fn built(&self, profile: &str) -> PathBuf {
        self.target_directory.join(if profile == "dev" { "debug" } else { profile })
    }

    /// A folder for what we keep between runs.
    ///
    /// # Errors
    /// When it cannot be created.
    pub(crate) fn scratch(&self) -> Result<PathBuf> {
        let folder = self.target_directory.join("xtask");
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        Ok(folder)
    }
}

//! Python with a package of the Python package index, in an environment of its own under `target/`.

use crate::{process, report, workspace::Workspace};
use anyhow::Result;
use std::path::PathBuf;

/// The interpreter of an environment that has some packages, made now where it is missing: `modules` is what they bring, `packages`
/// what pip installs, `home` the environment's folder. `None` where Python or one of them cannot be had.
///
/// # Errors
/// When the folder for environments cannot be created.
pub(crate) fn with(workspace: &Workspace, home: &str, modules: &str, packages: &[&str]) -> Result<Option<PathBuf>> {
    let home = workspace.scratch()?.join(home);
    let python = home.join("bin/python");
    if !process::succeeds(process::command(&python).args(["-c", &format!("import {modules}")])) {
        let made = process::run(process::command("python3").args(["-m", "venv"]).arg(&home));
        let made =
            made.and_then(|()| process::run(process::command(&python).args(["-m", "pip", "install", "--quiet"]).args(packages)));
        if let Err(error) = made {
            report::say(format_args!("no peer to compare with: {error:#}"));
            return Ok(None);
        }
    }
    Ok(Some(python))
}

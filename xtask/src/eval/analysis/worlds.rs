//! A hundred seeded worlds of the sandbox with their truth, as files: made once and kept until the program that makes them changes.

use crate::{phases::Phases, process, workspace::Workspace};
use anyhow::{Context, Result};
use std::{
    fs,
    hash::{DefaultHasher, Hasher},
    path::PathBuf,
};

const PROGRAM: &str = "worlds";
/// First and last seed, businesses, ads of the first, days. Analyses were developed on seeds up to 200.
const FAMILIES: [[&str; 5]; 2] = [["201", "250", "3", "60", "400"], ["251", "300", "6", "120", "180"]];

/// The folder they are in.
///
/// # Errors
/// When the program cannot be built or run, or the folder not written.
pub(super) fn made(workspace: &Workspace) -> Result<PathBuf> {
    // Together with the binary, so that what both are made of is built once.
    process::run(&mut process::cargo(&[
        "build",
        "-p",
        "trimtab",
        "-p",
        "trimtab-sandbox",
        "--bin",
        "trimtab",
        "--example",
        PROGRAM,
    ]))?;
    let program = workspace.example("dev", PROGRAM);
    let mut hash = DefaultHasher::new();
    hash.write(&fs::read(&program).with_context(|| format!("cannot read {}", program.display()))?);
    let scratch = workspace.scratch()?.join("worlds");
    let folder = scratch.join(format!("{:016x}", hash.finish()));
    if !folder.is_dir() {
        // Those of another program are of no use any more.
        if scratch.is_dir() {
            fs::remove_dir_all(&scratch).with_context(|| format!("cannot clear {}", scratch.display()))?;
        }
        let unfinished = scratch.join("unfinished");
        for family in FAMILIES {
            let made = format!("worlds of seeds {} to {}", family[0], family[1]);
            Phases::new().need(&made, || process::run(process::command(&program).arg(&unfinished).args(family)))?;
        }
        fs::rename(&unfinished, &folder).with_context(|| format!("cannot name {}", folder.display()))?;
    }
    Ok(folder)
}

//! From a clone to an open page: check the machine, build the web client and the binary, become the demo.

use crate::{phases::Phases, prerequisites, process, report, web, workspace::Workspace};
use anyhow::{Context, Result};
use std::{os::unix::process::CommandExt, process::Command};

/// # Errors
/// When the machine lacks something, or a build fails.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let mut phases = Phases::new();
    phases.need("checking this machine", prerequisites::for_building)?;
    let workspace = Workspace::load()?;
    phases.need("web packages", web::install)?;
    phases.need("web client", || web::build(&workspace))?;
    phases.need("binary (the first build takes some minutes on two cores)", || {
        process::run(&mut process::cargo(&["build", "-p", "trimtab"]))
    })?;
    report::say(format_args!("\n── demo"));
    let binary = workspace.binary("dev");
    // The demo replaces this process: signals, stdout and the exit code are its own.
    let error = Command::new(&binary).arg("demo").args(args).exec();
    Err(error).with_context(|| format!("cannot start {}", binary.display()))
}

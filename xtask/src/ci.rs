//! The one command that decides whether a change may land. What fails fast runs first.

use crate::{
    phases::Phases,
    prerequisites, process, test, tidy,
    workspace::{self, Workspace},
};
use anyhow::{Context, Result, ensure};
use std::fs;

const OPENAPI: &str = "docs/openapi.json";

/// # Errors
/// When anything failed.
pub(crate) fn run() -> Result<()> {
    let mut phases = Phases::new();
    phases.need("checking this machine", prerequisites::for_building)?;
    let workspace = Workspace::load()?;
    phases.need("formatting", || process::run(&mut process::cargo(&["fmt", "--all", "--check"])))?;
    phases.need("tidy", tidy::run)?;
    test::web_client(&mut phases, &workspace)?;
    phases.need("clippy", || {
        process::run(&mut process::cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    })?;
    test::everything_else(&mut phases, &workspace)?;
    phases.check("the OpenAPI document is the code's", || openapi_is_fresh(&workspace));
    phases.finish()
}

fn openapi_is_fresh(workspace: &Workspace) -> Result<()> {
    let kept = fs::read_to_string(workspace::root().join(OPENAPI)).with_context(|| format!("cannot read {OPENAPI}"))?;
    let ours = process::capture(process::command(workspace.binary("dev")).arg("openapi"))?;
    ensure!(kept == ours, "{OPENAPI} is out of date: run `trimtab openapi > {OPENAPI}`, then `npm run api` in web/");
    Ok(())
}

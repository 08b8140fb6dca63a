//! DuckDB, from the Python package index, on the dashboard's queries.

use crate::{process, python, workspace::Workspace};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};

const SCRIPT: &str = "xtask/src/bench/peer.py";
const RUNS: &str = "60";

/// What DuckDB took.
#[derive(Debug, Deserialize)]
pub(super) struct Peer {
    pub(super) version: String,
    pub(super) queries: BTreeMap<String, Spread>,
}

/// Times of one query in milliseconds.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Spread {
    pub(super) p50: f64,
    pub(super) p95: f64,
}

/// DuckDB's times on the Parquet files listed in a file, for data that end on a day; `None` where Python or the package cannot be had.
///
/// # Errors
/// When DuckDB is there and fails.
pub(super) fn measure(workspace: &Workspace, files: &Path, last_day: &str) -> Result<Option<Peer>> {
    let Some(python) = python::with(workspace, "duckdb", "duckdb", &["duckdb"])? else { return Ok(None) };
    let json = process::capture(process::command(&python).arg(SCRIPT).arg(files).args([last_day, RUNS]))?;
    serde_json::from_str(&json).map(Some).context("the peer's script printed something unexpected")
}

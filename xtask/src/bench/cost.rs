//! What running a program costs: time, processor time, and the most memory it had resident, as the system counted it at its end.

use crate::process;
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, de::DeserializeOwned};
use std::{path::Path, process::Command};

const SCRIPT: &str = "xtask/src/bench/cost.py";

/// What a program printed and cost.
#[derive(Debug, Deserialize)]
pub(super) struct Cost {
    exit: i32,
    printed: String,
    pub(super) seconds: f64,
    pub(super) cpu_seconds: f64,
    pub(super) peak_bytes: f64,
}

impl Cost {
    /// Figures of a program that never ran.
    #[cfg(test)]
    pub(super) fn for_test(seconds: f64, cpu_seconds: f64, peak_bytes: f64) -> Self {
        Self { exit: 0, printed: String::new(), seconds, cpu_seconds, peak_bytes }
    }

    /// The JSON document that the program printed.
    ///
    /// # Errors
    /// When it printed something else.
    pub(super) fn document<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.printed).with_context(|| format!("expected a document, found `{}`", self.printed.trim()))
    }
}

/// Runs a program with a Python that counts for it.
///
/// # Errors
/// When it cannot be started or fails.
pub(super) fn of(python: &Path, program: &Command) -> Result<Cost> {
    let mut counted = process::command(python);
    counted.arg(SCRIPT).arg(program.get_program()).args(program.get_args());
    counted.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    read(&process::capture(&mut counted)?, &process::shown(program))
}

fn read(json: &str, program: &str) -> Result<Cost> {
    let cost: Cost = serde_json::from_str(json).context("the counting script changed its format")?;
    ensure!(cost.exit == 0, "`{program}` failed (exit status {})", cost.exit);
    Ok(cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(exit: i32, printed: &str) -> Result<Cost> {
        let told = serde_json::json!({
            "exit": exit, "printed": printed, "seconds": 2.5, "cpu_seconds": 1.5, "peak_bytes": 52_428_800,
        });
        read(&told.to_string(), "pull lake")
    }

    #[test]
    fn a_program_is_counted_and_its_failure_told() {
        let cost = told(0, "{\"rows\": 3}\n").unwrap();
        assert_eq!(cost.document::<serde_json::Value>().unwrap()["rows"], 3);
        assert_eq!((cost.seconds, cost.cpu_seconds, cost.peak_bytes), (2.5, 1.5, 52_428_800.0));
        assert_eq!(told(3, "").unwrap_err().to_string(), "`pull lake` failed (exit status 3)");
        let prose = told(0, "done\n").unwrap().document::<serde_json::Value>().unwrap_err();
        assert_eq!(prose.to_string(), "expected a document, found `done`");
    }
}

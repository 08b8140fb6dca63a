//! Phases of a long run: each is announced, timed, and listed again at the end together with what failed.

use crate::{process::Closing, report};
use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// The phases run so far.
#[derive(Debug)]
pub(crate) struct Phases {
    started: Instant,
    done: Vec<Phase>,
}

#[derive(Debug)]
struct Phase {
    name: String,
    took: Duration,
    failure: Option<String>,
    closing: Vec<String>,
}

impl Phases {
    pub(crate) fn new() -> Self {
        Self { started: Instant::now(), done: Vec::new() }
    }

    /// Runs a phase that the following ones build on: a failure ends the run.
    pub(crate) fn need<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.timed(name, work, |_| Vec::new())
    }

    /// Runs a phase that stands alone: a failure is kept for the summary and the run goes on.
    pub(crate) fn check(&mut self, name: &str, work: impl FnOnce() -> Result<()>) {
        // The failure is already recorded; `finish` turns it into the run's own.
        drop(self.timed(name, work, |()| Vec::new()));
    }

    /// Like [`Self::check`], for a test runner whose closing lines the summary repeats.
    pub(crate) fn check_tests(&mut self, name: &str, work: impl FnOnce() -> Result<Closing>) {
        let result = self.timed(name, work, |closing| closing.lines.clone());
        if let (Ok(Closing { ok: false, .. }), Some(phase)) = (result, self.done.last_mut()) {
            phase.failure = Some("tests failed".to_owned());
        }
    }

    fn timed<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>, closing: impl FnOnce(&T) -> Vec<String>) -> Result<T> {
        report::say(format_args!("\n── {name}"));
        let begun = Instant::now();
        let result = work();
        let took = begun.elapsed();
        let failure = result.as_ref().err().map(|error| format!("{error:#}"));
        match &failure {
            None => report::say(format_args!("── {name}: {}", report::elapsed(took))),
            Some(why) => report::say(format_args!("── {name}: FAILED after {}: {why}", report::elapsed(took))),
        }
        let closing = result.as_ref().map(closing).unwrap_or_default();
        self.done.push(Phase { name: name.to_owned(), took, failure, closing });
        result
    }

    /// Prints the summary, the test runners' closing lines last.
    ///
    /// # Errors
    /// When any phase failed.
    pub(crate) fn finish(self) -> Result<()> {
        report::say(format_args!("\nSummary, {} in all", report::elapsed(self.started.elapsed())));
        let rows = self.done.iter().map(|phase| {
            let outcome = if phase.failure.is_some() { "FAILED" } else { "ok" };
            vec![phase.name.clone(), report::elapsed(phase.took), outcome.to_owned()]
        });
        report::table(&["phase", "time", "outcome"], &rows.collect::<Vec<_>>());
        for phase in &self.done {
            for line in &phase.closing {
                report::say(format_args!("{line}"));
            }
        }
        let failed: Vec<_> = self.done.iter().filter(|p| p.failure.is_some()).map(|p| p.name.as_str()).collect();
        if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    #[test]
    fn a_failed_check_lets_the_others_run_and_fails_the_whole() {
        let mut phases = Phases::new();
        let mut ran = false;
        phases.check("first", || Err(anyhow!("broken")));
        phases.check("second", || {
            ran = true;
            Ok(())
        });
        phases.check_tests("third", || Ok(Closing { ok: false, lines: vec!["1 passed, 1 failed".to_owned()] }));
        assert!(ran);
        assert_eq!(phases.finish().unwrap_err().to_string(), "failed: first, third");
    }

    #[test]
    fn a_needed_phase_ends_the_run() {
        let mut phases = Phases::new();
        assert!(phases.need("build", || Err::<(), _>(anyhow!("no compiler"))).is_err());
    }
}

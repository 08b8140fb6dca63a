//! Executions and their runs.

use serde::Serialize;
use trimtab_domain::Timestamp;
use trimtab_engine::{Execution, ExecutionStatus, Failure, Run};
use utoipa::ToSchema;

/// A piece of long work.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExecutionShape {
    /// Its id.
    pub id: String,
    /// `sync` or `import`.
    pub kind: &'static str,
    /// `queued`, `running`, `succeeded`, `partial`, `failed` or `cancelled`.
    pub status: &'static str,
    /// Who started it.
    pub requested_by: String,
    /// When it was asked for (RFC 3339).
    pub created_at: String,
    /// When its work began (RFC 3339).
    pub started_at: Option<String>,
    /// When it ended (RFC 3339).
    pub finished_at: Option<String>,
    /// How far it is.
    pub progress: ProgressShape,
    /// Why it failed, wholly or partly.
    pub error: Option<FailureShape>,
    /// What it did per account; empty in lists.
    pub runs: Vec<RunShape>,
}

/// How far work is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgressShape {
    /// Units done.
    pub done: u64,
    /// Units in all, as known now.
    pub total: u64,
    /// What is counted.
    pub unit: &'static str,
    /// Rows stored.
    pub rows: u64,
    /// Rows stored per second so far.
    pub rows_per_second: Option<f64>,
    /// Seconds left at this pace.
    pub seconds_left: Option<f64>,
}

/// Why something failed.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailureShape {
    /// Who must act: `auth`, `rate_limited`, `transient`, `rejected`, `drift`, `unsupported`, `doubtful`, `invalid`, `busy`, `interrupted` or
    /// `internal`.
    pub code: &'static str,
    /// What happened.
    pub detail: String,
    /// What to do.
    pub fix: Option<String>,
}

impl From<&Failure> for FailureShape {
    fn from(failure: &Failure) -> Self {
        Self { code: failure.kind.as_str(), detail: failure.text.clone(), fix: failure.fix.clone() }
    }
}

/// One account's part of an execution.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunShape {
    /// Its id.
    pub id: String,
    /// The source.
    pub source: String,
    /// The account.
    pub account: String,
    /// What the account is called now; `null` when it is not known here.
    pub account_name: Option<String>,
    /// First day asked for.
    pub from: String,
    /// Last day asked for.
    pub to: String,
    /// Rows stored.
    pub rows: u64,
    /// Requests made.
    pub api_calls: u64,
    /// How long it took; `null` while it runs.
    pub duration_ms: Option<u64>,
    /// `running`, `succeeded`, `failed` or `cancelled`.
    pub status: &'static str,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<FailureShape>,
}

impl From<&Run> for RunShape {
    fn from(run: &Run) -> Self {
        Self {
            id: run.id.to_string(),
            source: run.account.source.to_string(),
            account: run.account.id.to_string(),
            account_name: run.account_name.clone(),
            from: run.days.from().to_string(),
            to: run.days.to().to_string(),
            rows: run.rows,
            api_calls: run.api_calls,
            duration_ms: run.duration().map(|d| u64::try_from(d.as_millis()).unwrap_or(u64::MAX)),
            status: run.status.as_str(),
            error: run.failure.as_ref().map(FailureShape::from),
        }
    }
}

impl ExecutionShape {
    /// An execution as seen at `now`.
    #[must_use]
    pub fn at(execution: &Execution, now: Timestamp) -> Self {
        Self {
            id: execution.id.to_string(),
            kind: execution.kind.as_str(),
            status: execution.status.as_str(),
            requested_by: execution.requested_by.clone(),
            created_at: execution.created_at.to_string(),
            started_at: execution.started_at.map(|at| at.to_string()),
            finished_at: execution.finished_at.map(|at| at.to_string()),
            progress: progress(execution, now),
            error: execution.failure.as_ref().map(FailureShape::from),
            runs: execution.runs.iter().map(RunShape::from).collect(),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a pace for people")]
fn progress(execution: &Execution, now: Timestamp) -> ProgressShape {
    let counted = execution.progress;
    let seconds = execution.started_at.map(|start| execution.finished_at.unwrap_or(now).duration_since(start).as_secs_f64());
    let seconds = seconds.filter(|s| *s > 0.0);
    let running = execution.status == ExecutionStatus::Running;
    let left = counted.total.saturating_sub(counted.done) as f64;
    ProgressShape {
        done: counted.done,
        total: counted.total,
        unit: "days",
        rows: counted.rows,
        rows_per_second: seconds.map(|s| (counted.rows as f64 / s).round()),
        seconds_left: seconds.filter(|_| running && counted.done > 0).map(|s| (s / counted.done as f64 * left).round()),
    }
}

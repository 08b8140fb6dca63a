//! Executions: pieces of long work somebody started (a sync, an import), each made of runs.
//!
//! An execution belongs to the process that made it and renews its lease with every progress report. When the lease runs out,
//! [`crate::System::recover`] marks it as interrupted; its former owner's later reports are refused, so a result never changes once it
//! was shown. States only move forward: queued, running, one of the ends.

use crate::{
    Cursor, Error, Page, Run, RunStatus, TenantStore,
    audit::{Action, Entry},
    db::{Fail, query, transaction},
    entity::{executions, runs},
    page, receipt, row,
    row::named,
    run,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Select, UpdateMany,
    sea_query::Expr,
};
use serde_json::json;
use std::time::Duration;
use trimtab_domain::{Timestamp, id::ExecutionId};

named! {
    /// What an execution does.
    ExecutionKind {
        /// Reads accounts from their source.
        Sync = "sync",
        /// Reads a file.
        Import = "import",
    }
}

named! {
    /// Where an execution stands.
    ExecutionStatus {
        /// Not begun.
        Queued = "queued",
        /// At work.
        Running = "running",
        /// All of it is done.
        Succeeded = "succeeded",
        /// Some of it is done, the rest failed.
        Partial = "partial",
        /// None of it is done.
        Failed = "failed",
        /// Stopped because somebody asked.
        Cancelled = "cancelled",
    }
}

named! {
    /// Why something failed, which says who must act.
    FailureKind {
        /// The source refuses the credential: connect again.
        Auth = "auth",
        /// The source's limit is reached: later.
        RateLimited = "rate_limited",
        /// The source is down or slow: it is tried again.
        Transient = "transient",
        /// The source refuses the request: our fault or a missing permission.
        Rejected = "rejected",
        /// The source answers in a shape we do not know.
        Drift = "drift",
        /// The source no longer serves the version of its interface that is spoken: upgrade.
        Unsupported = "unsupported",
        /// The source leaves out what it should know: what is known is kept, it is asked again.
        Doubtful = "doubtful",
        /// The input is wrong: the user corrects it.
        Invalid = "invalid",
        /// Another run holds the account.
        Busy = "busy",
        /// The process ended before it was done: start again.
        Interrupted = "interrupted",
        /// Our own fault.
        Internal = "internal",
    }
}

/// Why something failed and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Who must act.
    pub kind: FailureKind,
    /// What happened. Holds no secret.
    pub text: String,
    /// What to do about it.
    pub fix: Option<String>,
}

/// An execution to be made.
#[derive(Debug, Clone)]
pub struct NewExecution {
    /// What it does.
    pub kind: ExecutionKind,
    /// With which parameters; ids and days, never data or secrets.
    pub params: serde_json::Value,
    /// Which process owns it, for people who look into the matter.
    pub owner: String,
    /// For how long without a report the owner is taken to be alive.
    pub ttl: Duration,
}

/// How far an execution is. Steps are whatever its kind counts (chunks of days, parts of a file).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Steps done.
    pub done: u64,
    /// Steps in all, as known now.
    pub total: u64,
    /// Rows stored.
    pub rows: u64,
}

/// What the owner of an execution is to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Go on.
    Continue,
    /// Stop at the next safe point and finish as cancelled.
    Cancel,
}

/// How an execution ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// All of it is done.
    Succeeded,
    /// Some of it is done; why not the rest.
    Partial(Failure),
    /// None of it is done; why.
    Failed(Failure),
    /// Stopped because somebody asked.
    Cancelled,
}

/// A piece of long work.
#[derive(Debug, Clone, PartialEq)]
pub struct Execution {
    /// Its id.
    pub id: ExecutionId,
    /// What it does.
    pub kind: ExecutionKind,
    /// Who started it.
    pub requested_by: String,
    /// With which parameters.
    pub params: serde_json::Value,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// How far it is.
    pub progress: Progress,
    /// Why it failed, wholly or partly.
    pub failure: Option<Failure>,
    /// Whether somebody asked to stop it.
    pub cancel_requested: bool,
    /// When it was made (UTC).
    pub created_at: Timestamp,
    /// When its work began (UTC).
    pub started_at: Option<Timestamp>,
    /// When it ended (UTC).
    pub finished_at: Option<Timestamp>,
    /// Its runs, oldest first; empty in lists.
    pub runs: Vec<Run>,
}

impl TenantStore {
    /// Makes an execution, queued and leased to its owner.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant does not exist.
    pub async fn create_execution(&self, new: NewExecution) -> Result<Execution, Error> {
        let now = self.now();
        let model = executions::Model {
            id: ExecutionId::fresh(self.store().ids()).to_string(),
            tenant: self.tenant().to_owned(),
            kind: new.kind.as_str().to_owned(),
            requested_by: self.ctx().actor().to_string(),
            params: new.params.to_string(),
            status: ExecutionStatus::Queued.as_str().to_owned(),
            steps_done: 0,
            steps_total: 0,
            row_count: 0,
            failure_kind: None,
            failure: None,
            failure_fix: None,
            cancel_requested: false,
            owner: new.owner,
            leased_until: row::instant(row::after(now, new.ttl)),
            created_at: row::instant(now),
            started_at: None,
            finished_at: None,
        };
        self.store().system().tenant(self.ctx().tenant()).await?;
        transaction!(self.db(), "create execution", |tx| {
            executions::Entity::insert(model.clone().into_active_model()).exec_without_returning(tx).await?;
            let entry = Entry::new(Action::ExecutionStart, format!("execution:{}", model.id));
            self.audit(tx, entry.after(json!({ "kind": model.kind, "params": new.params }))).await?;
            receipt::keep(tx, self.store(), &execution(model.clone(), Vec::new())?).await
        })?;
        execution(model, Vec::new())
    }

    /// Its work begins. A queued execution that was cancelled meanwhile answers [`Error::Conflict`].
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when it is not queued any more.
    pub async fn start_execution(&self, id: &ExecutionId, ttl: Duration) -> Result<(), Error> {
        use executions::Column;
        let now = self.now();
        let change = |update: UpdateMany<executions::Entity>| {
            update
                .col_expr(Column::Status, Expr::value(ExecutionStatus::Running.as_str()))
                .col_expr(Column::StartedAt, Expr::value(row::instant(now)))
                .col_expr(Column::LeasedUntil, Expr::value(row::instant(row::after(now, ttl))))
        };
        transaction!(self.db(), "start execution", |tx| self.move_on(tx, id, &[ExecutionStatus::Queued], &change).await)
    }

    /// Reports progress, renews the lease, and learns whether to go on. Call it at least twice per `ttl`.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when it has ended, by recovery for example: then stop.
    pub async fn report_progress(&self, id: &ExecutionId, progress: Progress, ttl: Duration) -> Result<Control, Error> {
        use executions::Column;
        let until = row::instant(row::after(self.now(), ttl));
        let change = |update: UpdateMany<executions::Entity>| {
            update
                .col_expr(Column::StepsDone, Expr::value(row::count(progress.done)))
                .col_expr(Column::StepsTotal, Expr::value(row::count(progress.total)))
                .col_expr(Column::RowCount, Expr::value(row::count(progress.rows)))
                .col_expr(Column::LeasedUntil, Expr::value(until))
        };
        transaction!(self.db(), "report progress", |tx| {
            self.move_on(tx, id, &[ExecutionStatus::Running], &change).await?;
            let row = one(tx, self.tenant(), id).await?;
            Ok(if row.cancel_requested { Control::Cancel } else { Control::Continue })
        })
    }

    /// Its work has ended. Runs it left open are closed the same way.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when it had ended before.
    pub async fn finish_execution(&self, id: &ExecutionId, ended: Ended) -> Result<(), Error> {
        use executions::Column;
        let now = row::instant(self.now());
        let (status, open_runs, failure) = match ended {
            Ended::Succeeded => (ExecutionStatus::Succeeded, RunStatus::Succeeded, None),
            Ended::Partial(failure) => (ExecutionStatus::Partial, RunStatus::Failed, Some(failure)),
            Ended::Failed(failure) => (ExecutionStatus::Failed, RunStatus::Failed, Some(failure)),
            Ended::Cancelled => (ExecutionStatus::Cancelled, RunStatus::Cancelled, None),
        };
        let (kind, text, fix) = failure_columns(failure.as_ref());
        let change = |update: UpdateMany<executions::Entity>| {
            update
                .col_expr(Column::Status, Expr::value(status.as_str()))
                .col_expr(Column::FailureKind, Expr::value(kind.clone()))
                .col_expr(Column::Failure, Expr::value(text.clone()))
                .col_expr(Column::FailureFix, Expr::value(fix.clone()))
                .col_expr(Column::FinishedAt, Expr::value(now))
        };
        transaction!(self.db(), "finish execution", |tx| {
            self.move_on(tx, id, &[ExecutionStatus::Queued, ExecutionStatus::Running], &change).await?;
            run::close_open(tx, id.as_str(), open_runs, failure.as_ref(), now).await?;
            Ok(())
        })
    }

    /// Asks to stop an execution: a queued one ends at once, a running one at its next safe point.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when it has ended.
    pub async fn cancel_execution(&self, id: &ExecutionId) -> Result<(), Error> {
        use executions::Column;
        let now = row::instant(self.now());
        transaction!(self.db(), "cancel execution", |tx| {
            let row = one(tx, self.tenant(), id).await?;
            let queued = row.status == ExecutionStatus::Queued.as_str();
            let change = |update: UpdateMany<executions::Entity>| {
                let update = update.col_expr(Column::CancelRequested, Expr::value(true));
                if !queued {
                    return update;
                }
                update
                    .col_expr(Column::Status, Expr::value(ExecutionStatus::Cancelled.as_str()))
                    .col_expr(Column::FinishedAt, Expr::value(now))
            };
            self.move_on(tx, id, &[ExecutionStatus::Queued, ExecutionStatus::Running], &change).await?;
            let entry = Entry::new(Action::ExecutionCancel, format!("execution:{id}")).before(json!({ "status": row.status }));
            self.audit(tx, entry).await?;
            receipt::keep(tx, self.store(), &self.read_execution(tx, id).await?).await
        })
    }

    /// Executions, newest first, without their runs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn executions(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<Execution>, Error> {
        use executions::Column;
        let rows = query!(self.db(), "list executions", |db| {
            let mut query = find(self.tenant()).order_by_desc(Column::CreatedAt).order_by_desc(Column::Id);
            if let Some(cursor) = after {
                query = query.filter(cursor.older(Column::CreatedAt, Column::Id));
            }
            Ok(query.limit(page::fetch_size(limit)).all(db).await?)
        })?;
        page::page(rows, limit, |row| (row.created_at, row.id.clone()), |row| execution(row, Vec::new()))
    }

    /// One execution with its runs.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has none such.
    pub async fn execution(&self, id: &ExecutionId) -> Result<Execution, Error> {
        query!(self.db(), "read execution", |db| self.read_execution(db, id).await)
    }

    async fn read_execution(&self, db: &impl ConnectionTrait, id: &ExecutionId) -> Result<Execution, Fail> {
        let row = one(db, self.tenant(), id).await?;
        let query = run::with_accounts(self.tenant()).filter(runs::Column::Execution.eq(&row.id));
        let runs = query.order_by_asc(runs::Column::StartedAt).order_by_asc(runs::Column::Id).all(db).await?;
        let runs = runs.into_iter().map(run::run).collect::<Result<_, _>>()?;
        Ok(execution(row, runs)?)
    }

    /// Applies `change` if the execution is in one of the states `from`.
    async fn move_on(
        &self,
        tx: &impl ConnectionTrait,
        id: &ExecutionId,
        from: &[ExecutionStatus],
        change: &impl Fn(UpdateMany<executions::Entity>) -> UpdateMany<executions::Entity>,
    ) -> Result<(), Fail> {
        use executions::{Column, Entity};
        let row = one(tx, self.tenant(), id).await?;
        if !from.iter().any(|status| status.as_str() == row.status) {
            return Err(Error::Conflict(format!("execution {id} is {} and does not change any more", row.status)).into());
        }
        change(Entity::update_many()).filter(Column::Id.eq(&row.id)).exec(tx).await?;
        Ok(())
    }
}

fn find(tenant: &str) -> Select<executions::Entity> {
    executions::Entity::find().filter(executions::Column::Tenant.eq(tenant))
}

pub(crate) async fn one(db: &impl ConnectionTrait, tenant: &str, id: &ExecutionId) -> Result<executions::Model, Fail> {
    let row = find(tenant).filter(executions::Column::Id.eq(id.as_str())).one(db).await?;
    Ok(row.ok_or_else(|| Error::not_found("execution", id))?)
}

/// A failure as its three columns.
pub(crate) fn failure_columns(failure: Option<&Failure>) -> (Option<String>, Option<String>, Option<String>) {
    let Some(failure) = failure else { return (None, None, None) };
    (Some(failure.kind.to_string()), Some(row::remark(&failure.text)), failure.fix.as_deref().map(row::remark))
}

pub(crate) fn failure(kind: Option<&str>, text: Option<String>, fix: Option<String>) -> Result<Option<Failure>, Error> {
    let Some(kind) = kind else { return Ok(None) };
    Ok(Some(Failure { kind: row::to_name("kind of failure", kind)?, text: text.unwrap_or_default(), fix }))
}

fn execution(row: executions::Model, runs: Vec<Run>) -> Result<Execution, Error> {
    Ok(Execution {
        id: ExecutionId::parse(&row.id).map_err(|_| row::bad("execution id", &row.id))?,
        kind: row::to_name("kind of execution", &row.kind)?,
        requested_by: row.requested_by,
        params: row::to_json("set of parameters", &row.params)?,
        status: row::to_name("execution status", &row.status)?,
        progress: Progress {
            done: row::to_count(row.steps_done)?,
            total: row::to_count(row.steps_total)?,
            rows: row::to_count(row.row_count)?,
        },
        failure: failure(row.failure_kind.as_deref(), row.failure, row.failure_fix)?,
        cancel_requested: row.cancel_requested,
        created_at: row::to_instant(row.created_at)?,
        started_at: row::to_instant_opt(row.started_at)?,
        finished_at: row::to_instant_opt(row.finished_at)?,
        runs,
    })
}

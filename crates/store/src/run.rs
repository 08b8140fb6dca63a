//! Runs: the work of one execution on one account and range of days.

use crate::{
    AccountKey, Error, ExecutionStatus, Failure, TenantStore, account,
    db::{Fail, query, transaction},
    entity::{accounts, runs},
    execution::{self, failure, failure_columns},
    limits, row,
    row::named,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    RelationDef, SelectTwo, sea_query::Expr,
};
use std::time::Duration;
use trimtab_domain::{
    DayRange, Timestamp,
    id::{AccountId, ExecutionId, RunId},
};

named! {
    /// Where a run stands.
    RunStatus {
        /// At work.
        Running = "running",
        /// Done.
        Succeeded = "succeeded",
        /// Not done.
        Failed = "failed",
        /// Stopped because somebody asked.
        Cancelled = "cancelled",
    }
}

/// The work of one execution on one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The execution it is part of.
    pub execution: ExecutionId,
    /// The account.
    pub account: AccountKey,
    /// What the account is called now; `None` when it is not known here.
    pub account_name: Option<String>,
    /// The days asked for, in the account's zone.
    pub days: DayRange,
    /// Where it stands.
    pub status: RunStatus,
    /// Rows stored.
    pub rows: u64,
    /// Calls made to the source.
    pub api_calls: u64,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// When it began (UTC).
    pub started_at: Timestamp,
    /// When it ended (UTC).
    pub finished_at: Option<Timestamp>,
}

impl Run {
    /// How long it took; `None` while it runs.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        self.finished_at.map(|end| Duration::try_from(end.duration_since(self.started_at)).unwrap_or_default())
    }
}

impl TenantStore {
    /// Begins a run within a running execution.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when the execution is not running; [`Error::Invalid`] beyond the most runs one may have.
    pub async fn begin_run(&self, execution: &ExecutionId, key: &AccountKey, days: DayRange) -> Result<Run, Error> {
        let model = runs::Model {
            id: RunId::fresh(self.store().ids()).to_string(),
            tenant: self.tenant().to_owned(),
            execution: execution.to_string(),
            source: key.source.as_str().to_owned(),
            account: key.id.as_str().to_owned(),
            from_day: days.from().to_string(),
            to_day: days.to().to_string(),
            status: RunStatus::Running.as_str().to_owned(),
            row_count: 0,
            api_calls: 0,
            failure_kind: None,
            failure: None,
            failure_fix: None,
            started_at: row::instant(self.now()),
            finished_at: None,
        };
        let known = transaction!(self.db(), "begin run", |tx| {
            let whole = execution::one(tx, self.tenant(), execution).await?;
            if whole.status != ExecutionStatus::Running.as_str() {
                return Err(Error::Conflict(format!("execution {execution} is {}, not running", whole.status)).into());
            }
            let begun = runs::Entity::find().filter(runs::Column::Execution.eq(&whole.id)).count(tx).await?;
            if begun >= limits::RUNS_PER_EXECUTION {
                return Err(Error::Invalid(format!("an execution has at most {} runs", limits::RUNS_PER_EXECUTION)).into());
            }
            runs::Entity::insert(model.clone().into_active_model()).exec_without_returning(tx).await?;
            Ok(accounts::Entity::find().filter(account::is(self.tenant(), key)).one(tx).await?)
        })?;
        run((model, known))
    }

    /// Records what a run has done so far.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when the run has ended.
    pub async fn update_run(&self, id: &RunId, rows: u64, api_calls: u64) -> Result<(), Error> {
        transaction!(self.db(), "update run", |tx| self.change_run(tx, id, rows, api_calls, None).await)
    }

    /// Ends a run: `None` when it is done, else why not.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when it had ended before, by recovery for example.
    pub async fn finish_run(&self, id: &RunId, rows: u64, api_calls: u64, failure: Option<Failure>) -> Result<Run, Error> {
        let status = if failure.is_some() { RunStatus::Failed } else { RunStatus::Succeeded };
        let end = (status, failure);
        transaction!(self.db(), "finish run", |tx| self.change_run(tx, id, rows, api_calls, Some(&end)).await)?;
        run(query!(self.db(), "read run", |db| {
            let row = with_accounts(self.tenant()).filter(runs::Column::Id.eq(id.as_str())).one(db).await?;
            Ok(row.ok_or_else(|| Error::not_found("run", id))?)
        })?)
    }

    /// The latest runs of an account, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn runs_of(&self, account: &AccountKey, limit: u32) -> Result<Vec<Run>, Error> {
        use runs::Column;
        let rows = query!(self.db(), "list runs of account", |db| {
            let query = with_accounts(self.tenant()).filter(Column::Source.eq(account.source.as_str()));
            let query = query.filter(Column::Account.eq(account.id.as_str()));
            let query = query.order_by_desc(Column::StartedAt).order_by_desc(Column::Id);
            Ok(query.limit(u64::from(limit.clamp(1, limits::PAGE_MAX))).all(db).await?)
        })?;
        rows.into_iter().map(run).collect()
    }

    async fn change_run(
        &self,
        tx: &impl ConnectionTrait,
        id: &RunId,
        rows: u64,
        api_calls: u64,
        end: Option<&(RunStatus, Option<Failure>)>,
    ) -> Result<(), Fail> {
        use runs::{Column, Entity};
        let known = self.run_row(tx, id).await?;
        if known.status != RunStatus::Running.as_str() {
            return Err(Error::Conflict(format!("run {id} is {} and does not change any more", known.status)).into());
        }
        let mut update = Entity::update_many()
            .col_expr(Column::RowCount, Expr::value(row::count(rows)))
            .col_expr(Column::ApiCalls, Expr::value(row::count(api_calls)))
            .filter(Column::Id.eq(&known.id));
        if let Some((status, failure)) = end {
            let (kind, text, fix) = failure_columns(failure.as_ref());
            update = update
                .col_expr(Column::Status, Expr::value(status.as_str()))
                .col_expr(Column::FailureKind, Expr::value(kind))
                .col_expr(Column::Failure, Expr::value(text))
                .col_expr(Column::FailureFix, Expr::value(fix))
                .col_expr(Column::FinishedAt, Expr::value(row::instant(self.now())));
        }
        update.exec(tx).await?;
        Ok(())
    }

    async fn run_row(&self, db: &impl ConnectionTrait, id: &RunId) -> Result<runs::Model, Fail> {
        let mine = runs::Entity::find().filter(runs::Column::Tenant.eq(self.tenant()));
        let row = mine.filter(runs::Column::Id.eq(id.as_str())).one(db).await?;
        Ok(row.ok_or_else(|| Error::not_found("run", id))?)
    }
}

/// Closes the runs an execution left open; answers how many.
pub(crate) async fn close_open(
    tx: &impl ConnectionTrait,
    execution: &str,
    status: RunStatus,
    failure: Option<&Failure>,
    now: i64,
) -> Result<u64, Fail> {
    use runs::{Column, Entity};
    let (kind, text, fix) = failure_columns(failure);
    let closed = Entity::update_many()
        .col_expr(Column::Status, Expr::value(status.as_str()))
        .col_expr(Column::FailureKind, Expr::value(kind))
        .col_expr(Column::Failure, Expr::value(text))
        .col_expr(Column::FailureFix, Expr::value(fix))
        .col_expr(Column::FinishedAt, Expr::value(now))
        .filter(Column::Execution.eq(execution))
        .filter(Column::Status.eq(RunStatus::Running.as_str()))
        .exec(tx)
        .await?;
    Ok(closed.rows_affected)
}

/// A run and its account, if that is known.
pub(crate) type Row = (runs::Model, Option<accounts::Model>);

/// A tenant's runs, each beside its account.
pub(crate) fn with_accounts(tenant: &str) -> SelectTwo<runs::Entity, accounts::Entity> {
    use accounts::Column as A;
    use runs::Column as R;
    let account: RelationDef = runs::Entity::belongs_to(accounts::Entity)
        .from((R::Tenant, R::Source, R::Account))
        .to((A::Tenant, A::Source, A::Account))
        .into();
    runs::Entity::find().filter(R::Tenant.eq(tenant)).join(JoinType::LeftJoin, account).select_also(accounts::Entity)
}

pub(crate) fn run((row, account): Row) -> Result<Run, Error> {
    Ok(Run {
        id: RunId::parse(&row.id).map_err(|_| row::bad("run id", &row.id))?,
        execution: ExecutionId::parse(&row.execution).map_err(|_| row::bad("execution id", &row.execution))?,
        account: AccountKey { source: row::to_name("source", &row.source)?, id: AccountId::new(row.account) },
        account_name: account.map(|account| account.name),
        days: row::to_range(&row.from_day, &row.to_day)?,
        status: row::to_name("run status", &row.status)?,
        rows: row::to_count(row.row_count)?,
        api_calls: row::to_count(row.api_calls)?,
        failure: failure(row.failure_kind.as_deref(), row.failure, row.failure_fix)?,
        started_at: row::to_instant(row.started_at)?,
        finished_at: row::to_instant_opt(row.finished_at)?,
    })
}

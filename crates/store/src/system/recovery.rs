//! What a killed process left behind.

use super::System;
use crate::{
    Error, ExecutionStatus, Failure, FailureKind, RunStatus,
    db::transaction,
    entity::executions::{Column, Entity},
    execution::failure_columns,
    row, run,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

/// What was cleared up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recovered {
    /// Executions marked as failed.
    pub executions: u64,
    /// Runs marked as failed.
    pub runs: u64,
}

impl System<'_> {
    /// Marks executions whose owner stopped renewing their lease, and their runs, as interrupted. Whatever is still owned is left
    /// alone, so any process may call this at any time. Account leases need no clearing: an expired one is simply taken over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recover(&self) -> Result<Recovered, Error> {
        let now = row::instant(self.store.now());
        let failure = Failure {
            kind: FailureKind::Interrupted,
            text: "the process that ran this ended before it was done".to_owned(),
            fix: Some("start it again: what was stored is kept, only the rest is fetched".to_owned()),
        };
        let (kind, text, fix) = failure_columns(Some(&failure));
        transaction!(self.store.db(), "recover", |tx| {
            let open = [ExecutionStatus::Queued.as_str(), ExecutionStatus::Running.as_str()];
            let dead = Entity::find().filter(Column::Status.is_in(open)).filter(Column::LeasedUntil.lte(now)).all(tx).await?;
            let mut recovered = Recovered::default();
            for execution in dead {
                Entity::update_many()
                    .col_expr(Column::Status, Expr::value(ExecutionStatus::Failed.as_str()))
                    .col_expr(Column::FailureKind, Expr::value(kind.clone()))
                    .col_expr(Column::Failure, Expr::value(text.clone()))
                    .col_expr(Column::FailureFix, Expr::value(fix.clone()))
                    .col_expr(Column::FinishedAt, Expr::value(now))
                    .filter(Column::Id.eq(&execution.id))
                    .exec(tx)
                    .await?;
                recovered.executions += 1;
                recovered.runs += run::close_open(tx, &execution.id, RunStatus::Failed, Some(&failure), now).await?;
            }
            Ok(recovered)
        })
    }
}

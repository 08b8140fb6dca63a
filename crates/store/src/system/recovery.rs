//! What a killed process left behind.

use super::System;
use crate::{
    Error, ExecutionStatus, FailureKind, RunStatus,
    entity::{executions, runs},
    row,
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

const WHAT: &str = "the process that ran this ended before it was done";
const FIX: &str = "start it again: what was stored is kept, only the rest is fetched";

impl System<'_> {
    /// Marks executions whose owner stopped renewing their lease, and their runs, as interrupted. Whatever is still owned is left
    /// alone, so any process may call this at any time. Account leases need no clearing: an expired one is simply taken over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recover(&self) -> Result<Recovered, Error> {
        use executions::{Column, Entity};
        let now = row::instant(self.store.now());
        self.store
            .db()
            .write("recover", async |tx| {
                let open = [ExecutionStatus::Queued.as_str(), ExecutionStatus::Running.as_str()];
                let dead: Vec<String> = Entity::find()
                    .filter(Column::Status.is_in(open).and(Column::LeasedUntil.lte(now)))
                    .all(tx)
                    .await?
                    .into_iter()
                    .map(|row| row.id)
                    .collect();
                let mut recovered = Recovered::default();
                for id in dead {
                    recovered.executions += Entity::update_many()
                        .col_expr(Column::Status, Expr::value(ExecutionStatus::Failed.as_str()))
                        .col_expr(Column::FailureKind, Expr::value(FailureKind::Interrupted.as_str()))
                        .col_expr(Column::Failure, Expr::value(WHAT))
                        .col_expr(Column::FailureFix, Expr::value(FIX))
                        .col_expr(Column::FinishedAt, Expr::value(now))
                        .filter(Column::Id.eq(&id))
                        .exec(tx)
                        .await?
                        .rows_affected;
                    recovered.runs += runs::Entity::update_many()
                        .col_expr(runs::Column::Status, Expr::value(RunStatus::Failed.as_str()))
                        .col_expr(runs::Column::FailureKind, Expr::value(FailureKind::Interrupted.as_str()))
                        .col_expr(runs::Column::Failure, Expr::value(WHAT))
                        .col_expr(runs::Column::FailureFix, Expr::value(FIX))
                        .col_expr(runs::Column::FinishedAt, Expr::value(now))
                        .filter(
                            runs::Column::Execution
                                .eq(&id)
                                .and(runs::Column::Status.eq(RunStatus::Running.as_str())),
                        )
                        .exec(tx)
                        .await?
                        .rows_affected;
                }
                Ok(recovered)
            })
            .await
    }
}

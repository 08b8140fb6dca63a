//! Syncing: reading what is due of each connected account and replacing what was known of those days.
//!
//! A sync carries ids, never data, so a retry, a duplicate and a manual run are one code path, safe to run twice. Accounts are
//! independent: one that is dead, slow or held by another sync costs the others nothing.

mod account;
mod allowance;
mod chunk;
mod events;
mod order;
mod plan;
mod restated;
mod series;
mod tally;

pub use plan::Calendar;
pub(crate) use plan::{history_start, runs_of};
pub(crate) use tally::Tally;

use crate::{Engine, Error, connection, limits, live::Change};
use futures::{StreamExt, stream};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use trimtab_connect::history::HistoryError;
use trimtab_domain::{
    Day, Source, TenantCtx,
    id::{AccountId, ExecutionId},
};
use trimtab_store::{
    AccountKey, Connection, Control, Cursor, Ended, Execution, ExecutionKind, Failure, FailureKind, NewExecution, Page,
};

/// What to sync.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sync {
    /// Only this source.
    pub source: Option<Source>,
    /// Only these accounts; all where there are none.
    pub accounts: Vec<AccountId>,
    /// From this day on, in the account's zone; default: what is due.
    pub from: Option<Day>,
    /// To this day; default: today in the account's zone.
    pub to: Option<Day>,
    /// Only what is due by the clock, where no days are named.
    pub by_clock: bool,
}

impl Engine {
    /// Starts a sync and returns at once; follow it by [`Self::execution`] or the live events.
    ///
    /// # Errors
    /// When nothing is connected that fits, or the range is not possible.
    pub async fn start_sync(&self, ctx: &TenantCtx, sync: Sync) -> Result<Execution, Error> {
        let connections = self.chosen(ctx, &sync).await?;
        let execution = self.store().tenant(ctx).create_execution(new_execution(&sync, self.owner())).await?;
        self.live().tell(ctx.tenant(), Change::Execution(Box::new(execution.clone())));
        let (engine, ctx, id) = (self.clone(), ctx.clone(), execution.id.clone());
        self.tasks().spawn(async move {
            if let Err(error) = engine.work(&ctx, &id, &sync, connections).await {
                tracing::error!(execution = %id, error = &error as &dyn std::error::Error, "the sync could not be brought to an end");
            }
        });
        Ok(execution)
    }

    /// Starts a sync and waits for its end.
    ///
    /// # Errors
    /// As [`Self::start_sync`]; failures of single accounts are in the execution's runs.
    pub async fn sync(&self, ctx: &TenantCtx, sync: Sync) -> Result<Execution, Error> {
        let connections = self.chosen(ctx, &sync).await?;
        let execution = self.store().tenant(ctx).create_execution(new_execution(&sync, self.owner())).await?;
        self.live().tell(ctx.tenant(), Change::Execution(Box::new(execution.clone())));
        Box::pin(self.work(ctx, &execution.id, &sync, connections)).await?;
        self.execution(ctx, &execution.id).await
    }

    /// One execution with its runs.
    ///
    /// # Errors
    /// When the tenant has none such.
    pub async fn execution(&self, ctx: &TenantCtx, id: &ExecutionId) -> Result<Execution, Error> {
        Ok(self.store().tenant(ctx).execution(id).await?)
    }

    /// Executions, newest first, without their runs.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn executions(&self, ctx: &TenantCtx, after: Option<&Cursor>, limit: u32) -> Result<Page<Execution>, Error> {
        Ok(self.store().tenant(ctx).executions(after, limit).await?)
    }

    /// Asks to stop an execution at its next safe point.
    ///
    /// # Errors
    /// When there is none such or it has ended.
    pub async fn cancel(&self, ctx: &TenantCtx, id: &ExecutionId) -> Result<Execution, Error> {
        self.store().tenant(ctx).cancel_execution(id).await?;
        self.tell_execution(ctx, id).await
    }

    async fn chosen(&self, ctx: &TenantCtx, sync: &Sync) -> Result<Vec<Connection>, Error> {
        if let (Some(from), Some(to)) = (sync.from, sync.to) {
            let range = trimtab_domain::DayRange::new(from, to).map_err(|e| Error::Invalid(e.to_string()))?;
            if range.len() > limits::SYNC_DAYS {
                return Err(Error::Invalid(format!("a sync covers at most {} days, not {}", limits::SYNC_DAYS, range.len())));
            }
        }
        let all = self.store().tenant(ctx).connections().await?;
        let none_at_all = all.is_empty();
        let named = |c: &Connection| {
            sync.accounts.iter().any(|given| connection::bare(c.account.source, given.as_str()) == c.account.id.as_str())
        };
        let wanted = |c: &Connection| sync.source.is_none_or(|s| s == c.account.source) && (sync.accounts.is_empty() || named(c));
        let chosen: Vec<_> = all.into_iter().filter(wanted).collect();
        if chosen.is_empty() {
            let tenant = ctx.tenant();
            return Err(Error::Invalid(if none_at_all {
                format!("{tenant} has no connected account: connect one first (trimtab connect meta --tenant {tenant} --account …)")
            } else {
                format!("no connected account of {tenant} fits the source and account asked for")
            }));
        }
        Ok(chosen)
    }

    /// Does the whole work of an execution and records its end, whatever happens.
    async fn work(&self, ctx: &TenantCtx, id: &ExecutionId, sync: &Sync, connections: Vec<Connection>) -> Result<(), Error> {
        let store = self.store().tenant(ctx);
        let stop = self.stop().child_token();
        let slot = tokio::select! {
            slot = self.execution_slots().acquire() => slot.map_err(|_| Error::Lost("the queue of executions"))?,
            () = stop.cancelled() => {
                store.finish_execution(id, Ended::Cancelled).await?;
                return Ok(());
            }
        };
        // A queued execution that was cancelled does not start.
        store.start_execution(id, limits::LEASE).await?;
        let connections = self.delivering_first(ctx, connections).await;
        let read: Vec<AccountKey> = connections.iter().map(|connection| AccountKey::from(&connection.account)).collect();
        let tally = Tally::default();
        let outcomes = {
            let (tally, stop) = (&tally, &stop);
            let accounts = stream::iter(connections)
                .map(|connection| async move { self.sync_account(ctx, id, sync, &connection, tally, stop).await })
                .buffer_unordered(limits::ACCOUNTS_AT_ONCE)
                .collect::<Vec<_>>();
            let beat = self.beat(ctx, id, tally, stop);
            tokio::pin!(accounts, beat);
            tokio::select! {
                outcomes = &mut accounts => outcomes,
                // The beat ends only when the execution was taken away: stop, what is stored so far is kept.
                lost = &mut beat => { stop.cancel(); drop(accounts.await); return Err(lost); }
            }
        };
        drop(slot);
        let failures: Vec<Failure> = outcomes.iter().filter_map(|o| o.as_ref().err().cloned()).collect();
        let progress = tally.progress();
        store.report_progress(id, progress, limits::LEASE).await?;
        let ended = match failures.split_first() {
            None if stop.is_cancelled() => Ended::Cancelled,
            None => Ended::Succeeded,
            Some((first, _)) if failures.len() == outcomes.len() && progress.rows == 0 => Ended::Failed(summary(first, &failures)),
            Some((first, _)) => Ended::Partial(summary(first, &failures)),
        };
        // Analyses wait their turn behind other tenants'; until then somebody must say that this execution is alive.
        let afterwards = Box::pin(async {
            self.check_after_sync(ctx, &read).await;
            // First, since it makes new versions of tables, which analyses would take for news.
            self.keep_tidy(ctx).await;
            if !stop.is_cancelled() {
                self.analyse_after_sync(ctx, &read).await;
            }
        });
        tokio::select! {
            () = afterwards => {}
            lost = self.beat(ctx, id, &tally, &stop) => return Err(lost),
        }
        self.keep_calls().await;
        store.finish_execution(id, ended).await?;
        self.live().tell(ctx.tenant(), Change::Facts { at: self.now() });
        self.tell_execution(ctx, id).await?;
        Ok(())
    }

    /// Gives signs of life, shows progress and listens for cancellation until dropped. Returns only when the execution is no longer ours.
    pub(crate) async fn beat(&self, ctx: &TenantCtx, id: &ExecutionId, tally: &Tally, stop: &CancellationToken) -> Error {
        let store = self.store().tenant(ctx);
        let mut ticks = tokio::time::interval(limits::HEARTBEAT);
        let mut shown = None;
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = tally.changed() => {}
            }
            let progress = tally.progress();
            match store.report_progress(id, progress, limits::LEASE).await {
                Ok(Control::Continue) => {}
                Ok(Control::Cancel) => stop.cancel(),
                Err(error @ trimtab_store::Error::Conflict(_)) => return error.into(),
                Err(error) => {
                    tracing::warn!(execution = %id, error = &error as &dyn std::error::Error, "progress could not be recorded")
                }
            }
            if shown != Some(progress) {
                shown = Some(progress);
                if let Err(error) = self.tell_execution(ctx, id).await {
                    tracing::warn!(execution = %id, error = &error as &dyn std::error::Error, "progress could not be shown");
                }
            }
        }
    }

    pub(crate) async fn tell_execution(&self, ctx: &TenantCtx, id: &ExecutionId) -> Result<Execution, Error> {
        let execution = self.execution(ctx, id).await?;
        self.live().tell(ctx.tenant(), Change::Execution(Box::new(execution.clone())));
        Ok(execution)
    }
}

fn new_execution(sync: &Sync, owner: &str) -> NewExecution {
    NewExecution {
        kind: ExecutionKind::Sync,
        params: json!({
            "source": sync.source,
            "accounts": sync.accounts,
            "by_clock": sync.by_clock,
            "from": sync.from.map(|d| d.to_string()),
            "to": sync.to.map(|d| d.to_string()),
        }),
        owner: owner.to_owned(),
        ttl: limits::LEASE,
    }
}

/// The first of several failures, and how many more there are.
pub(crate) fn summary(first: &Failure, all: &[Failure]) -> Failure {
    let more = all.len() - 1;
    if more == 0 {
        return first.clone();
    }
    Failure { text: format!("{} (and {more} more; see the runs)", first.text), ..first.clone() }
}

/// Why an account was not read, for the record.
pub(crate) fn failure(error: &Error) -> Failure {
    use trimtab_connect::Error as E;
    use trimtab_store::Error as S;
    let (kind, fix) = match error {
        Error::Source(E::Auth { .. }) => {
            (FailureKind::Auth, "connect the account again with a token that may read it, then sync again")
        }
        Error::Source(E::RateLimited { .. }) => (FailureKind::RateLimited, "sync again after that time; what was read is kept"),
        Error::Source(E::Transient { .. }) => (FailureKind::Transient, "sync again later; what was read is kept"),
        Error::Source(E::Secret { .. } | E::NoConnector { .. }) => {
            (FailureKind::Auth, "connect the account again, then sync again")
        }
        Error::Source(E::Rejected { .. }) => (FailureKind::Rejected, "check the account id and what the token may read"),
        Error::Source(E::Retired { .. }) => (
            FailureKind::Unsupported,
            "upgrade Trimtab: a newer release speaks a version that is still served; what was read is kept",
        ),
        Error::Source(E::Doubtful { .. }) => {
            (FailureKind::Doubtful, "sync again later: it is asked anew; what was known before is kept")
        }
        Error::Source(E::Drift { .. }) => (FailureKind::Drift, "upgrade Trimtab, or report this with the text above"),
        Error::Busy(_) => (FailureKind::Busy, "wait for the other sync to end"),
        Error::History(HistoryError::Database { .. }) => {
            (FailureKind::Transient, "import again when the database can be reached: it goes on where this one stopped")
        }
        Error::History(_) => (FailureKind::Invalid, "look at the history, then import again: it goes on where this one stopped"),
        Error::Unequal { .. } => (FailureKind::Internal, "import again; if it still differs, report this with the text above"),
        Error::Invalid(_) => (FailureKind::Invalid, "correct the request"),
        _ if error.kind() == trimtab_domain::ErrorKind::Unavailable => {
            (FailureKind::Internal, "make room or mend the data folder (trimtab doctor says what is wrong), then sync again")
        }
        Error::Store(S::Corrupt { .. }) => (FailureKind::Internal, "restore the database from a backup, then sync again"),
        _ => (FailureKind::Internal, "sync again; if it fails again, report this with the text above"),
    };
    Failure { kind, text: chain(error), fix: Some(fix.to_owned()) }
}

/// An error with its causes, on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}

//! Importing another system's history: account by account and month by month, each piece stored, then held against the original's own sums.
//!
//! What is stored is marked, so that an import that was stopped or killed goes on where it was; a finished one that is run again reads
//! everything anew and changes nothing. An account that fails costs the others nothing.
//!
//! Invariants: days that the platform itself told are left alone; nothing counts as stored before the lake's sums equal the original's.

mod account;
mod plan;
mod sum;

pub use sum::Sum;

use crate::{
    Engine, Error,
    import::Replaced,
    limits,
    live::Change,
    sync::{self, Tally},
};
use serde_json::json;
use trimtab_connect::history::{self, FoundAccount, Grain, History, LeftOut, Location, Options, Shape};
use trimtab_domain::{Currency, DayRange, TenantCtx, Timestamp, Zone, id::ExecutionId};
use trimtab_store::{AccountKey, Ended, ExecutionKind, Failure, Import, NewExecution};

/// How a history is read, and what of it is wanted.
#[derive(Debug, Clone, Default)]
pub struct HistoryChoice {
    /// What it is called in records, such as its folder's name. Holds no secret.
    pub name: String,
    /// Whose figures, by the original's own word, where it keeps several tenants.
    pub history_tenant: Option<String>,
    /// The grain to take; `None`: of each day the finest there is.
    pub grain: Option<Grain>,
    /// Whether LinkedIn's cost is read in US dollars.
    pub linkedin_usd: bool,
    /// The zone of accounts that name none; `None`: the tenant's.
    pub zone: Option<Zone>,
    /// The currency of accounts that name none; `None`: the tenant's.
    pub currency: Option<Currency>,
}

/// A history that can be read, and what is wanted of it.
#[derive(Debug)]
pub struct OpenHistory {
    /// The reading side.
    pub history: Box<dyn History>,
    /// As it was opened.
    pub choice: HistoryChoice,
}

/// What became of a history.
#[derive(Debug)]
pub struct HistoryReport {
    /// Which shape it has.
    pub shape: Shape,
    /// The record of the work; `None` for a dry run.
    pub execution: Option<ExecutionId>,
    /// Whether it was stopped before its end: importing again goes on from there.
    pub stopped: bool,
    /// Its accounts, as far as they were come to.
    pub accounts: Vec<HistoryAccount>,
    /// Everything left out, by name.
    pub left_out: LeftOut,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// What became of one account of a history.
#[derive(Debug, Clone)]
pub struct HistoryAccount {
    /// What the history holds of it.
    pub found: FoundAccount,
    /// Rows of the original that were read, at every grain.
    pub rows_read: u64,
    /// Rows of it that became facts.
    pub rows_taken: u64,
    /// What those add up to in the original.
    pub taken: Sum,
    /// What the lake holds of the same days; `None` for a dry run.
    pub stored: Option<Sum>,
    /// Pieces of at most a month, and those of them that an import before this one had stored already.
    pub pieces: u32,
    /// See [`Self::pieces`].
    pub kept: u32,
    /// Days that the platform itself told and that are left alone.
    pub left_alone: Vec<DayRange>,
    /// Days of earlier imports that it replaces.
    pub replaced: Vec<Replaced>,
    /// When the same figures were imported before.
    pub seen_before: Option<Timestamp>,
    /// The record of it; `None` for a dry run, and where the last record says the same.
    pub record: Option<Import>,
    /// Why it is not stored, or not wholly.
    pub failure: Option<Failure>,
}

impl HistoryReport {
    /// Whether every account is stored and equal to the original.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.stopped && self.accounts.iter().all(|account| account.failure.is_none())
    }
}

impl Engine {
    /// Opens a history and recognises its shape.
    ///
    /// # Errors
    /// When it cannot be reached, is in no shape understood, or the store fails.
    pub async fn open_history(&self, ctx: &TenantCtx, location: &Location, choice: HistoryChoice) -> Result<OpenHistory, Error> {
        let tenant = self.tenant(ctx.tenant()).await?;
        let accounts = self.store().tenant(ctx).accounts().await?;
        let options = Options {
            accounts: accounts.into_iter().map(|state| state.account).collect(),
            grain: choice.grain,
            linkedin_usd: choice.linkedin_usd,
            ..Options::new(choice.zone.clone().unwrap_or(tenant.zone), choice.currency.unwrap_or(tenant.currency), self.now())
        };
        Ok(OpenHistory { history: history::open(location, options).await?, choice })
    }

    /// Reads a whole history and says what would be imported, storing nothing.
    ///
    /// # Errors
    /// When the history cannot be read at all, or holds nothing of what is wanted; failures of single accounts are in the report.
    pub async fn preview_history(&self, ctx: &TenantCtx, opened: &OpenHistory) -> Result<HistoryReport, Error> {
        let _slot = self.import_slots().acquire().await.map_err(|_| Error::Lost("the queue of imports"))?;
        let mut found = opened.history.accounts().await?;
        let chosen = plan::chosen(&mut found, &opened.choice)?;
        let mut left_out = found.left_out;
        let mut accounts = Vec::with_capacity(chosen.len());
        for account in chosen {
            accounts.push(Box::pin(self.preview_account(ctx, opened, account, &mut left_out)).await);
        }
        let shape = opened.history.shape();
        Ok(HistoryReport { shape, execution: None, stopped: false, accounts, left_out, notes: found.notes })
    }

    /// Imports a history, showing progress among the live events. Analyses are made behind the answer: [`Self::finish`] waits for them.
    ///
    /// # Errors
    /// When the history cannot be read at all, holds nothing of what is wanted, or keeps several tenants and none is named; failures of
    /// single accounts are in the report.
    pub async fn import_history(&self, ctx: &TenantCtx, opened: &OpenHistory) -> Result<HistoryReport, Error> {
        let _slot = self.import_slots().acquire().await.map_err(|_| Error::Lost("the queue of imports"))?;
        let mut found = opened.history.accounts().await?;
        plan::one_tenant(&found, &opened.choice)?;
        let chosen = plan::chosen(&mut found, &opened.choice)?;
        let (store, shape) = (self.store().tenant(ctx), opened.history.shape());
        let execution = store
            .create_execution(NewExecution {
                kind: ExecutionKind::Import,
                params: json!({ "history": opened.choice.name, "format": shape.as_str() }),
                owner: self.owner().to_owned(),
                ttl: limits::LEASE,
            })
            .await?;
        self.live().tell(ctx.tenant(), Change::Execution(Box::new(execution.clone())));
        let id = execution.id;
        store.start_execution(&id, limits::LEASE).await?;
        let (stop, tally) = (self.stop().child_token(), Tally::default());
        tally.plan(chosen.iter().map(|account| u64::from(account.days.len())).sum());
        let (mut left_out, mut accounts) = (found.left_out, Vec::with_capacity(chosen.len()));
        {
            let work = async {
                for account in chosen {
                    if stop.is_cancelled() {
                        break;
                    }
                    let taking = self.take_account(ctx, &id, opened, account, (&tally, &stop), &mut left_out);
                    accounts.push(Box::pin(taking).await);
                }
            };
            let beat = self.beat(ctx, &id, &tally, &stop);
            tokio::pin!(work, beat);
            tokio::select! {
                () = &mut work => {}
                // The beat ends only when the execution was taken away: stop, what is stored so far is kept.
                lost = &mut beat => { stop.cancel(); work.await; return Err(lost); }
            }
        }
        let report = HistoryReport {
            shape,
            execution: Some(id.clone()),
            stopped: stop.is_cancelled(),
            accounts,
            left_out,
            notes: found.notes,
        };
        store.report_progress(&id, tally.progress(), limits::LEASE).await?;
        if report.is_whole() {
            // From now on a change of the original is looked for everywhere.
            for account in &report.accounts {
                store.forget_pieces(&AccountKey::from(&account.found.account)).await?;
            }
        }
        self.keep_tidy(ctx).await;
        store.finish_execution(&id, ended(&report)).await?;
        self.live().tell(ctx.tenant(), Change::Facts { at: self.now() });
        self.tell_execution(ctx, &id).await?;
        if !report.stopped {
            self.analyse_soon(ctx, report.accounts.iter().map(|account| AccountKey::from(&account.found.account)).collect());
        }
        Ok(report)
    }
}

fn ended(report: &HistoryReport) -> Ended {
    let failures: Vec<Failure> = report.accounts.iter().filter_map(|account| account.failure.clone()).collect();
    match failures.split_first() {
        None if report.stopped => Ended::Cancelled,
        None => Ended::Succeeded,
        Some((first, _)) if failures.len() == report.accounts.len() => Ended::Failed(sync::summary(first, &failures)),
        Some((first, _)) => Ended::Partial(sync::summary(first, &failures)),
    }
}

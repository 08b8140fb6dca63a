//! One account's part of a sync: claim it, describe it, list its objects, then read its due days chunk by chunk, newest first.
//!
//! After each chunk the days are recorded as read, so that whatever ends the sync, the next one goes on from there.

use super::{Sync, due, failure, tally::Tally};
use crate::{Engine, Error, limits};
use futures::{StreamExt, stream};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use trimtab_connect::meta::{Credential, FactsRequest, Fetched, Meta, chunks, settled_through};
use trimtab_domain::{
    DayRange, TenantCtx, Timestamp,
    account::Account,
    entity::EntityKind,
    id::{ExecutionId, RunId},
};
use trimtab_store::{AccountFacts, AccountKey, Connection, Extent, Failure, FailureKind, Lease};

/// What was done so far, for the run's record.
#[derive(Debug, Default, Clone, Copy)]
struct Done {
    rows: u64,
    api_calls: u64,
}

/// One account being read.
#[derive(Debug, Clone, Copy)]
struct Reading<'a> {
    connection: &'a Connection,
    lease: &'a Lease,
    run: &'a RunId,
    meta: &'a Meta,
    credential: &'a Credential,
}

impl Engine {
    /// Syncs one account and records run and health. The error is what the run's record says.
    pub(super) async fn sync_account(
        &self,
        ctx: &TenantCtx,
        execution: &ExecutionId,
        sync: &Sync,
        connection: &Connection,
        tally: &Tally,
        stop: &CancellationToken,
    ) -> Result<(), Failure> {
        if stop.is_cancelled() {
            return Ok(());
        }
        let outcome = self.claim_and_sync(ctx, execution, sync, connection, tally, stop).await;
        outcome.map_err(|error| {
            let failure = failure(&error);
            tracing::warn!(account = %connection.account.id, error = &error as &dyn std::error::Error, "account was not fully read");
            failure
        })
    }

    async fn claim_and_sync(
        &self,
        ctx: &TenantCtx,
        execution: &ExecutionId,
        sync: &Sync,
        connection: &Connection,
        tally: &Tally,
        stop: &CancellationToken,
    ) -> Result<(), Error> {
        let store = self.store().tenant(ctx);
        let key = AccountKey::from(&connection.account);
        // Asking first tells what day it is where the account lives.
        let asked = self.ask(ctx, connection).await;
        let now = asked.as_ref().map_or_else(|_| self.now(), |(meta, _)| meta.now());
        let zone = &connection.account.zone;
        let ranges = due(zone.day_at(now), zone, &store.fetched(&key).await?, sync.from, sync.to);
        let (Some(first), Some(last)) = (ranges.first(), ranges.last()) else { return asked.map(drop) };
        let whole = DayRange::new(first.from(), last.to()).map_err(|e| Error::Invalid(e.to_string()))?;
        let run = store.begin_run(execution, &key, whole).await?;
        let mut done = Done::default();
        let outcome = match (asked, self.claim(ctx, &key, stop).await?) {
            (_, None) => Err(Error::Busy(format!("another sync is reading {} right now", connection.account.name))),
            (asked, Some(lease)) => {
                let outcome = match asked {
                    Err(error) => Err(error),
                    Ok((meta, credential)) => {
                        let reading = Reading { connection, lease: &lease, run: &run.id, meta: &meta, credential: &credential };
                        tokio::select! {
                            outcome = self.read_account(ctx, &reading, &ranges, tally, stop, &mut done) => outcome,
                            lost = self.hold(ctx, &lease) => Err(lost),
                        }
                    }
                };
                if let Err(error) = store.release(lease).await {
                    tracing::debug!(error = &error as &dyn std::error::Error, "the lease was gone already");
                }
                outcome
            }
        };
        if let Err(Error::Source(trouble)) = &outcome {
            self.note_trouble(ctx, &connection.id, trouble).await?;
        }
        let failed = match &outcome {
            Err(error) => Some(failure(error)),
            Ok(()) if stop.is_cancelled() => Some(Failure {
                kind: FailureKind::Interrupted,
                text: "stopped on request".to_owned(),
                fix: Some("sync again: it goes on where this one stopped".to_owned()),
            }),
            Ok(()) => None,
        };
        store.finish_run(&run.id, done.rows, done.api_calls, failed).await?;
        outcome
    }

    /// Takes the account's lease, waiting a little for a holder that may be dead.
    async fn claim(&self, ctx: &TenantCtx, key: &AccountKey, stop: &CancellationToken) -> Result<Option<Lease>, Error> {
        let store = self.store().tenant(ctx);
        let mut waited = Duration::ZERO;
        loop {
            let lease = store.claim(key, self.owner(), limits::LEASE).await?;
            if lease.is_some() || waited >= limits::CLAIM_WAIT || stop.is_cancelled() {
                return Ok(lease);
            }
            tokio::time::sleep(limits::CLAIM_PAUSE).await;
            waited += limits::CLAIM_PAUSE;
        }
    }

    /// Keeps the lease while work goes on. Returns only when it is lost.
    async fn hold(&self, ctx: &TenantCtx, lease: &Lease) -> Error {
        let store = self.store().tenant(ctx);
        let mut ticks = tokio::time::interval(limits::HEARTBEAT);
        loop {
            ticks.tick().await;
            match store.renew(lease, limits::LEASE).await {
                Ok(()) => {}
                Err(error @ trimtab_store::Error::LeaseLost { .. }) => return error.into(),
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "the lease could not be renewed"),
            }
        }
    }

    /// Opens a connection and checks its credential.
    async fn ask(&self, ctx: &TenantCtx, connection: &Connection) -> Result<(Meta, Credential), Error> {
        let meta = self.open_connection(ctx, connection).await?;
        let credential = meta.check().await?;
        Ok((meta, credential))
    }

    async fn read_account(
        &self,
        ctx: &TenantCtx,
        reading: &Reading<'_>,
        ranges: &[DayRange],
        tally: &Tally,
        stop: &CancellationToken,
        done: &mut Done,
    ) -> Result<(), Error> {
        let Reading { connection, lease, run, meta, credential } = *reading;
        let store = self.store().tenant(ctx);
        let lake = self.lake().tenant(ctx);
        let account = meta.account(&connection.account.id).await?;
        store.put_account(&account).await?;
        let snapshot = meta.entities(&account).await?;
        let ads = snapshot.states.iter().filter(|state| state.kind == EntityKind::Ad).count();
        lake.record(&account, snapshot).await?;
        self.note_credential(ctx, &connection.id, credential).await?;
        let request = FactsRequest { expected_ads: ads, ..FactsRequest::default() };

        let pieces: Vec<DayRange> = ranges.iter().rev().flat_map(|range| chunks(*range, ads)).collect();
        tally.plan(pieces.iter().map(|piece| u64::from(piece.len())).sum());
        let mut fetched =
            stream::iter(pieces).map(|days| self.fetch(meta, &account, days, &request)).buffered(limits::CHUNKS_AHEAD);
        while let Some(chunk) = tokio::select! { chunk = fetched.next() => chunk, () = stop.cancelled() => None } {
            let (days, read_at, chunk) = chunk?;
            let rows = chunk.facts.rows() as u64;
            lake.replace(&account, days, chunk.facts).await?;
            store.mark_fetched(lease, days, read_at).await?;
            done.rows += rows;
            done.api_calls += u64::from(chunk.api_calls);
            store.update_run(run, done.rows, done.api_calls).await?;
            tally.done(u64::from(days.len()), rows);
            self.note_coverage(ctx, lease, &account, read_at).await?;
        }
        Ok(())
    }

    async fn fetch(
        &self,
        meta: &Meta,
        account: &Account,
        days: DayRange,
        request: &FactsRequest,
    ) -> Result<(DayRange, Timestamp, Fetched), Error> {
        let read_at = meta.now();
        let fetched = meta.facts(account, days, request).await?;
        Ok((days, read_at, fetched))
    }

    /// Records how far the account's facts reach and how final they are.
    async fn note_coverage(&self, ctx: &TenantCtx, lease: &Lease, account: &Account, read_at: Timestamp) -> Result<(), Error> {
        let store = self.store().tenant(ctx);
        let stored = self.lake().tenant(ctx).extent(account).await?;
        let facts = AccountFacts {
            data_as_of: read_at,
            settled_through: Some(settled_through(account.zone.day_at(read_at))),
            extent: stored.map(|stored| Extent { days: stored.days, rows: stored.rows }),
        };
        Ok(store.set_facts(lease, facts).await?)
    }
}

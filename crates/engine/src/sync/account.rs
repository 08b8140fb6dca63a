//! One account's part of a sync: claim it, describe it, list its objects, then read its due days chunk by chunk, newest first.
//!
//! After each chunk the days are recorded as read, so that whatever ends the sync, the next one goes on from there.

use super::{
    Calendar, Sync,
    allowance::Allowance,
    chunk::{Chunk, told},
    failure,
    plan::runs_of,
    series,
    tally::Tally,
};
use crate::{Engine, Error, connection::Opened, limits};
use futures::{StreamExt, stream};
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use trimtab_connect::{
    Ask, Connector, Connectors, Credential, Error as Trouble, chunks, look_back_days, look_back_of, settled_through,
    silence::{Vanished, together},
};
use trimtab_domain::{
    DayRange, SourceKind, TenantCtx, Timestamp,
    account::Account,
    entity::{EntityKind, EntitySnapshot, Status},
    id::{ExecutionId, RunId},
};
use trimtab_facts::Table;
use trimtab_store::{AccountFacts, AccountKey, Connection, Extent, Failure, FailureKind, Lease};

/// One account being read.
#[derive(Debug, Clone, Copy)]
struct Reading<'a> {
    connection: &'a Connection,
    lease: &'a Lease,
    run: &'a RunId,
    connector: &'a dyn Connector,
    credential: &'a Credential,
    allowance: &'a Allowance,
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
        let (connectors, meter) = self.connectors().metered();
        // Asking first tells what day it is where the account lives.
        let asked = self.ask(ctx, &connectors, connection).await;
        let now = asked.as_ref().map_or_else(|_| self.now(), |(opened, _)| opened.connector.now());
        let fetched = store.fetched(&key).await?;
        let look_back_days = self.look_back_days(ctx, &key).await?;
        let calendar = Calendar { look_back_days, zone: &connection.account.zone, now, fetched: &fetched };
        let ranges = if sync.by_clock { calendar.due_by_clock() } else { calendar.due(sync.from, sync.to) };
        let (Some(first), Some(last)) = (ranges.first(), ranges.last()) else {
            return self.note_check(ctx, connection, asked).await;
        };
        let whole = DayRange::new(first.from(), last.to()).map_err(|e| Error::Invalid(e.to_string()))?;
        let allowance = if sync.by_clock {
            Allowance::of_the_hour(self.calls_within_the_hour(ctx, &key).await?, meter)
        } else {
            Allowance::unlimited(meter)
        };
        let run = store.begin_run(execution, &key, whole).await?;
        let mut rows = 0;
        let outcome = match (asked, self.claim(ctx, &key, stop).await?) {
            (_, None) => Err(Error::Busy(format!("another sync is reading {} right now", connection.account.name))),
            (asked, Some(lease)) => {
                let outcome = match asked {
                    Err(error) => Err(error),
                    Ok((mut opened, credential)) => {
                        let connector = Arc::clone(&opened.connector);
                        let reading = Reading {
                            connection,
                            lease: &lease,
                            run: &run.id,
                            connector: &*connector,
                            credential: &credential,
                            allowance: &allowance,
                        };
                        let work = async {
                            let doubt = self.read_account(ctx, &reading, &ranges, tally, stop, &mut rows).await?;
                            let hours = self.read_hours(ctx, &reading, &ranges, stop, &mut rows).await?;
                            let doubts = doubt.into_iter().chain(hours);
                            if !stop.is_cancelled() {
                                let (connector, ranges) = (reading.connector, &*ranges);
                                let series = series::Reading { connector, ranges, lease: &lease, allowance: &allowance, stop };
                                Box::pin(self.read_series(ctx, &series)).await;
                                self.read_events(ctx, reading.connector, &connection.account, &allowance).await;
                            }
                            together(doubts.collect()).map_or(Ok(()), |doubt| Err(Error::Source(doubt)))
                        };
                        let outcome = tokio::select! {
                            outcome = work => outcome,
                            lost = self.hold(ctx, &lease) => Err(lost),
                        };
                        let kept = self.keep_secret(ctx, &mut opened).await;
                        outcome.and(kept)
                    }
                };
                if let Err(error) = store.release(lease).await {
                    tracing::debug!(error = &error as &dyn std::error::Error, "the lease was gone already");
                }
                outcome
            }
        };
        match &outcome {
            Err(Error::Source(trouble)) => self.note_trouble(ctx, &connection.id, trouble).await?,
            Ok(()) if !stop.is_cancelled() => self.note_well(ctx, &connection.id).await?,
            _ => {}
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
        store.finish_run(&run.id, rows, allowance.spent(), failed).await?;
        outcome
    }

    /// Days of an account that may still be restated after they ended, as far as its objects told.
    pub(crate) async fn look_back_days(&self, ctx: &TenantCtx, key: &AccountKey) -> Result<u16, Error> {
        let known = self.store().tenant(ctx).account(key).await?.look_back_days;
        Ok(known.unwrap_or_else(|| look_back_days(key.source)))
    }

    /// Records what a check said where nothing is to be read.
    async fn note_check(
        &self,
        ctx: &TenantCtx,
        connection: &Connection,
        asked: Result<(Opened, Credential), Error>,
    ) -> Result<(), Error> {
        match asked {
            Ok((opened, credential)) => self.note_credential(ctx, &connection.id, &credential, &*opened.connector).await,
            Err(error) => {
                if let Error::Source(trouble) = &error {
                    self.note_trouble(ctx, &connection.id, trouble).await?;
                }
                Err(error)
            }
        }
    }

    /// Takes the account's lease, waiting a little for a holder that may be dead.
    pub(crate) async fn claim(&self, ctx: &TenantCtx, key: &AccountKey, stop: &CancellationToken) -> Result<Option<Lease>, Error> {
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
    pub(crate) async fn hold(&self, ctx: &TenantCtx, lease: &Lease) -> Error {
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
    pub(crate) async fn ask(
        &self,
        ctx: &TenantCtx,
        connectors: &Connectors,
        connection: &Connection,
    ) -> Result<(Opened, Credential), Error> {
        let mut opened = self.open_connection(connectors, ctx, connection).await?;
        let checked = opened.connector.check().await;
        // A check may have renewed the token, whatever it found.
        self.keep_secret(ctx, &mut opened).await?;
        Ok((opened, checked.map_err(|error| error.about(&connection.account.id))?))
    }

    /// Reads the days, newest first, as far as the allowance reaches; answers what is doubted of them.
    async fn read_account(
        &self,
        ctx: &TenantCtx,
        reading: &Reading<'_>,
        ranges: &[DayRange],
        tally: &Tally,
        stop: &CancellationToken,
        rows_stored: &mut u64,
    ) -> Result<Option<Trouble>, Error> {
        let Reading { connection, lease, run, connector, credential, allowance } = *reading;
        let store = self.store().tenant(ctx);
        let lake = self.lake().tenant(ctx);
        let account = connector.account(&connection.account.id).await?;
        store.describe_account(lease, &account).await?;
        let mut snapshot = connector.entities(&account).await?;
        let known = lake.entities(None, Some(&account.id)).await?;
        let of_this_platform = known.iter().filter(|version| version.source == account.source).map(|version| &version.state);
        let mut vanished = Vanished::take(of_this_platform, &mut snapshot);
        let seen_at = snapshot.seen_at;
        let look_back_days = look_back_of(&account, &snapshot);
        store.set_look_back(&AccountKey::from(&account), look_back_days).await?;
        let listed = snapshot.states.iter().filter(|state| state.kind == EntityKind::Ad).count();
        // A list that is silently empty must not make a large account pass for a small one.
        let known_ads = known.iter().filter(|version| {
            version.source == account.source && version.state.kind == EntityKind::Ad && version.state.status != Status::Deleted
        });
        let rows_a_day = usual_rows(account.source.kind()).max(listed).max(known_ads.count());
        lake.record(&account, snapshot).await?;
        self.note_credential(ctx, &connection.id, credential, connector).await?;
        let ask = Ask { expected_ads: listed, ..Ask::default() };
        let looked_at = connector.now();
        let changed = self.changed_days(ctx, connector, &account, ranges).await?;
        // What the credential cannot be shown is not asked for; days before stay unread, and are shown as such.
        let shown = connector.first_day(&account).await?;
        let visible = |range: &DayRange| DayRange::new(range.from().max(shown.unwrap_or(range.from())), range.to()).ok();

        let pieces: Vec<DayRange> =
            ranges.iter().chain(&changed).rev().filter_map(visible).flat_map(|range| chunks(range, rows_a_day)).collect();
        tally.plan(pieces.iter().map(|piece| u64::from(piece.len())).sum());
        let account_read = account.clone();
        let (chunk_read, mut chunks_read) = mpsc::channel(1);
        // Reading goes on while a chunk is being stored; a chunk that failed is the last.
        let reading = async move {
            let fetch = |days| self.read_chunk(ctx, connector, &account_read, days, ask);
            let affordable = pieces.into_iter().enumerate().take_while(|(place, _)| *place == 0 || allowance.is_left());
            let mut fetched = stream::iter(affordable).map(|(_, days)| fetch(days)).buffered(limits::CHUNKS_AHEAD);
            while let Some(chunk) = tokio::select! { chunk = fetched.next() => chunk, () = stop.cancelled() => None } {
                let failed = chunk.is_err();
                if chunk_read.send(chunk).await.is_err() || failed {
                    break;
                }
            }
        };
        let lately = DayRange::ending(account.zone.day_at(connector.now()), limits::WITNESS_DAYS);
        let covers_lately = ranges.iter().any(|range| range.intersect(&lately) == Some(lately));
        let storing = async move {
            let mut doubts = Vec::new();
            while let Some(chunk) = chunks_read.recv().await {
                let Chunk { days, read_at, mut heard, totals } = chunk?;
                doubts.extend(heard.doubt.take());
                vanished.hear(&heard.fetched.facts, lately.from());
                // Whoever lost the account must not overwrite what its new holder stores.
                store.renew(lease, limits::LEASE).await?;
                let (mut rows, mut sure) = (0, Vec::new());
                for (run, facts) in heard.pieces(days) {
                    rows += facts.rows() as u64;
                    lake.replace(&account, run, facts).await?;
                    sure.push(run);
                }
                match totals {
                    Ok(Some(totals)) => drop(lake.replace_totals(&account, totals.told, told(&account, &totals)).await?),
                    Ok(None) => {}
                    Err(doubt) => {
                        doubts.push(doubt);
                        sure.clear();
                    }
                }
                for run in sure {
                    store.mark_fetched(lease, run, read_at).await?;
                }
                *rows_stored += rows;
                store.update_run(run, *rows_stored, allowance.spent()).await?;
                tally.done(u64::from(days.len()), rows);
                self.note_coverage(ctx, lease, &account, look_back_days, read_at).await?;
            }
            doubts.extend(vanished.doubt(&account));
            if doubts.is_empty() && !stop.is_cancelled() {
                store.set_changes_seen(lease, looked_at).await?;
            }
            // Whether they have gone can be told only where the last days were read, and read without doubt.
            if covers_lately && doubts.is_empty() && !vanished.is_empty() && !stop.is_cancelled() {
                lake.record(&account, EntitySnapshot { seen_at, complete: vanished.gone(), states: Vec::new() }).await?;
            }
            Ok(together(doubts))
        };
        let ((), outcome) = tokio::join!(reading, storing);
        outcome
    }

    /// Older days that the source changed since changes were last looked for, as runs without gaps: they are read again although they were
    /// final. Only days that were read before can have changed.
    async fn changed_days(
        &self,
        ctx: &TenantCtx,
        connector: &dyn Connector,
        account: &Account,
        ranges: &[DayRange],
    ) -> Result<Vec<DayRange>, Error> {
        let store = self.store().tenant(ctx);
        let key = AccountKey::from(account);
        let state = store.account(&key).await?;
        let (Some(since), Some(first)) = (state.changes_seen_at, ranges.first()) else { return Ok(Vec::new()) };
        let fetched = store.fetched(&key).await?;
        let Some(oldest) = fetched.iter().map(|range| range.days.from()).min().filter(|oldest| *oldest < first.from()) else {
            return Ok(Vec::new());
        };
        let changed = connector.changed(account, since - limits::CHANGES_OVERLAP, first.from()).await?;
        let known = changed.into_iter().filter(|day| *day >= oldest && *day < first.from());
        Ok(runs_of(known))
    }

    /// Reads the hours of the newest days, where the platform tells them and a day among `ranges` is that new; answers what is doubted of
    /// them. Hours that are known do not all vanish: an answer without any is not taken.
    async fn read_hours(
        &self,
        ctx: &TenantCtx,
        reading: &Reading<'_>,
        ranges: &[DayRange],
        stop: &CancellationToken,
        rows_stored: &mut u64,
    ) -> Result<Option<Trouble>, Error> {
        let Reading { connection, lease, run, connector, allowance, .. } = *reading;
        let account = &connection.account;
        let recent = DayRange::ending(account.zone.day_at(connector.now()), limits::HOURLY_DAYS);
        if stop.is_cancelled() || !ranges.iter().any(|range| range.intersect(&recent).is_some()) {
            return Ok(None);
        }
        let Some(hours) = connector.hours(account, recent).await? else { return Ok(None) };
        let (store, lake) = (self.store().tenant(ctx), self.lake().tenant(ctx));
        if hours.rows.is_empty() && lake.held(account, recent).await?.iter().any(|held| held.table == Table::AdHourly) {
            let what = format!("told no hours of {recent}, of which some are known; they are kept");
            return Ok(Some(Trouble::Doubtful { platform: account.source, account: Some(account.id.clone()), what }));
        }
        *rows_stored += hours.rows.len() as u64;
        store.renew(lease, limits::LEASE).await?;
        lake.replace_hours(account, recent, hours.rows).await?;
        store.update_run(run, *rows_stored, allowance.spent()).await?;
        Ok(None)
    }

    /// Records how far the account's facts reach and how final they are.
    async fn note_coverage(
        &self,
        ctx: &TenantCtx,
        lease: &Lease,
        account: &Account,
        look_back_days: u16,
        read_at: Timestamp,
    ) -> Result<(), Error> {
        let store = self.store().tenant(ctx);
        let stored = self.lake().tenant(ctx).extent(account).await?;
        let facts = AccountFacts {
            data_as_of: read_at,
            settled_through: Some(settled_through(look_back_days, account.zone.day_at(read_at))),
            extent: stored.map(|stored| Extent { days: stored.days, rows: stored.rows }),
        };
        Ok(store.set_facts(lease, facts).await?)
    }
}

/// Rows a day of such a source usually has, where no list of objects tells: it bounds what is read at once.
const fn usual_rows(kind: SourceKind) -> usize {
    match kind {
        SourceKind::Shop | SourceKind::Site => 150,
        SourceKind::Mail => 50,
        SourceKind::Ads | SourceKind::Rates => 0,
    }
}

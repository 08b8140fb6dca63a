//! One account of a history: claimed as a sync claims it, then piece by piece read, stored, held against the original and marked.

use super::{
    HistoryAccount, HistoryChoice, OpenHistory, plan,
    sum::{METRICS, Reckoned, Slack, Sum},
};
use crate::{
    Engine, Error,
    import::earlier,
    limits,
    sync::{self, Tally},
};
use jiff::ToSpan;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use trimtab_connect::history::{FoundAccount, LeftOut, Piece, Shape};
use trimtab_domain::{
    DayRange, TenantCtx,
    account::{Account, Coverage},
    fact::{Breakdown, KeywordKind},
    id::ExecutionId,
    money::decimal,
    query::{Dimension, DimensionTest, Filter, MetricQuery, QueryParts},
};
use trimtab_store::{
    AccountFacts, AccountKey, Extent, Failure, FailureKind, FetchedRange, Figures, HistoryPiece, Import, Lease, NewImport,
};

/// One account while it is taken over.
#[derive(Debug, Clone, Copy)]
struct Taking<'a> {
    opened: &'a OpenHistory,
    found: &'a FoundAccount,
    /// What was read of it from the platform.
    read: &'a [FetchedRange],
    /// A digest of what the history holds of it.
    history: &'a str,
    lease: &'a Lease,
    tally: &'a Tally,
    stop: &'a CancellationToken,
}

impl HistoryAccount {
    fn of(found: FoundAccount) -> Self {
        Self {
            found,
            rows_read: 0,
            rows_taken: 0,
            taken: Sum::default(),
            stored: None,
            pieces: 0,
            kept: 0,
            left_alone: Vec::new(),
            replaced: Vec::new(),
            seen_before: None,
            record: None,
            failure: None,
        }
    }

    fn add(&mut self, piece: &Reckoned) {
        self.pieces += 1;
        self.rows_read += piece.read.iter().map(|(_, rows)| rows).sum::<u64>();
        self.rows_taken += piece.rows_taken;
        self.taken = self.taken.plus(&piece.taken);
    }
}

impl Engine {
    /// Reads an account and says what would be imported.
    pub(super) async fn preview_account(
        &self,
        ctx: &TenantCtx,
        opened: &OpenHistory,
        found: FoundAccount,
        left_out: &mut LeftOut,
    ) -> HistoryAccount {
        let mut report = HistoryAccount::of(found);
        let outcome = self.read_only(ctx, opened, &mut report, left_out).await;
        report.failure = outcome.err().as_ref().map(sync::failure);
        report
    }

    async fn read_only(
        &self,
        ctx: &TenantCtx,
        opened: &OpenHistory,
        report: &mut HistoryAccount,
        left_out: &mut LeftOut,
    ) -> Result<(), Error> {
        let store = self.store().tenant(ctx);
        let found = report.found.clone();
        let key = AccountKey::from(&found.account);
        let known = store.accounts().await?.into_iter().find(|state| AccountKey::from(&state.account) == key);
        let mut read = Vec::new();
        if let Some(known) = known {
            same_currency(&known.account, &found.account)?;
            read = store.fetched(&key).await?;
            self.note_earlier(ctx, &digest(opened, &found), &read, report).await?;
        }
        let mut pieces = Vec::new();
        for days in plan::months(&plan::unread(found.days, &read)) {
            let mut piece = opened.history.read(&found.key, days).await?;
            pieces.push(reckon(&mut piece, &read, left_out));
        }
        pieces.iter().for_each(|piece| report.add(piece));
        nothing_is_missing(&found, &opened.choice, &read, &pieces)
    }

    /// Takes one account over and records its run. Its failure is in the report, as in the run's record.
    pub(super) async fn take_account(
        &self,
        ctx: &TenantCtx,
        execution: &ExecutionId,
        opened: &OpenHistory,
        found: FoundAccount,
        watch: (&Tally, &CancellationToken),
        left_out: &mut LeftOut,
    ) -> HistoryAccount {
        let mut report = HistoryAccount::of(found);
        if let Err(error) = self.claim_and_take(ctx, execution, opened, watch, &mut report, left_out).await {
            tracing::warn!(account = %report.found.key, error = &error as &dyn std::error::Error, "the account's history was not fully imported");
            report.failure = Some(sync::failure(&error));
        }
        report
    }

    async fn claim_and_take(
        &self,
        ctx: &TenantCtx,
        execution: &ExecutionId,
        opened: &OpenHistory,
        (tally, stop): (&Tally, &CancellationToken),
        report: &mut HistoryAccount,
        left_out: &mut LeftOut,
    ) -> Result<(), Error> {
        let store = self.store().tenant(ctx);
        let found = report.found.clone();
        let key = AccountKey::from(&found.account);
        let known = store.accounts().await?.into_iter().find(|state| AccountKey::from(&state.account) == key);
        known.map_or(Ok(()), |known| same_currency(&known.account, &found.account))?;
        store.put_account(&found.account).await?;
        let run = store.begin_run(execution, &key, found.days).await?;
        let outcome = match self.claim(ctx, &key, stop).await? {
            None => {
                Err(Error::Busy(format!("account {} is being read right now: import again when that is done", found.account.name)))
            }
            Some(lease) => {
                let read = store.fetched(&key).await?;
                let history = digest(opened, &found);
                let taking = Taking { opened, found: &found, read: &read, history: &history, lease: &lease, tally, stop };
                let outcome = tokio::select! {
                    outcome = self.take(ctx, taking, report, left_out) => outcome,
                    lost = self.hold(ctx, &lease) => Err(lost),
                };
                if let Err(error) = store.release(lease).await {
                    tracing::debug!(error = &error as &dyn std::error::Error, "the lease was gone already");
                }
                outcome
            }
        };
        let failed = match &outcome {
            Err(error) => Some(sync::failure(error)),
            Ok(()) if stop.is_cancelled() => Some(Failure {
                kind: FailureKind::Interrupted,
                text: "stopped on request".to_owned(),
                fix: Some("import again: it goes on where this one stopped".to_owned()),
            }),
            Ok(()) => None,
        };
        store.finish_run(&run.id, report.rows_taken, 0, failed).await?;
        outcome
    }

    async fn take(
        &self,
        ctx: &TenantCtx,
        taking: Taking<'_>,
        report: &mut HistoryAccount,
        left_out: &mut LeftOut,
    ) -> Result<(), Error> {
        let Taking { opened, found, read, history, tally, stop, .. } = taking;
        let store = self.store().tenant(ctx);
        let account = &found.account;
        self.note_earlier(ctx, history, read, report).await?;
        self.record_objects(ctx, taking).await?;
        let known = store.pieces(&AccountKey::from(account), history).await?;
        let runs = plan::unread(found.days, read);
        let skipped = found.days.len() - runs.iter().map(DayRange::len).sum::<u32>();
        tally.done(u64::from(skipped), 0);
        let (mut pieces, mut stored) = (Vec::new(), Sum::default());
        for days in plan::months(&runs) {
            if stop.is_cancelled() {
                return Ok(());
            }
            let kept = known.iter().find(|piece| piece.days == days).and_then(|piece| Reckoned::from_json(&piece.sums));
            // What was stored before counts only as long as it is still there.
            let kept = match kept {
                Some(kept) if kept.taken.differs(&self.stored(ctx, account, days).await?, kept.slack).is_none() => Some(kept),
                _ => None,
            };
            report.kept += u32::from(kept.is_some());
            let piece = match kept {
                Some(kept) => kept,
                None => self.take_piece(ctx, taking, days, left_out).await?,
            };
            stored = stored.plus(&self.stored(ctx, account, days).await?);
            report.add(&piece);
            report.stored = Some(stored);
            tally.done(u64::from(days.len()), piece.slack.rows);
            pieces.push(piece);
        }
        if let Err(missing) = nothing_is_missing(found, &opened.choice, read, &pieces) {
            // Each piece is what was read of it, and yet one was read badly: none is kept for the next time.
            store.forget_pieces(&AccountKey::from(account)).await?;
            return Err(missing);
        }
        report.record = self.keep_record(ctx, taking, report).await?;
        Ok(())
    }

    /// Reads a piece, makes it the only facts of its days, holds what is stored against the original, and marks it.
    async fn take_piece(
        &self,
        ctx: &TenantCtx,
        taking: Taking<'_>,
        days: DayRange,
        left_out: &mut LeftOut,
    ) -> Result<Reckoned, Error> {
        let Taking { opened, found, read, history, lease, .. } = taking;
        let (store, lake) = (self.store().tenant(ctx), self.lake().tenant(ctx));
        let mut piece = opened.history.read(&found.key, days).await?;
        let reckoned = reckon(&mut piece, read, left_out);
        let mut facts = piece.facts;
        // The history is all that is known of these days, so what an earlier import split them by goes with its other rows.
        facts.breakdowns_read = Breakdown::ALL.to_vec();
        facts.keywords_read = KeywordKind::ALL.to_vec();
        // Whoever lost the account must not overwrite what its new holder stores.
        store.renew(lease, limits::LEASE).await?;
        lake.replace(&found.account, days, facts).await?;
        self.note_reach(ctx, taking).await?;
        let stored = self.stored(ctx, &found.account, days).await?;
        if let Some(difference) = reckoned.taken.differs(&stored, reckoned.slack) {
            return Err(difference.of(&found.key.to_string(), days));
        }
        store.mark_piece(lease, &HistoryPiece { history: history.to_owned(), days, sums: reckoned.to_json() }).await?;
        Ok(reckoned)
    }

    /// What the lake holds of an account's days.
    async fn stored(&self, ctx: &TenantCtx, account: &Account, days: DayRange) -> Result<Sum, Error> {
        let is = |dimension, value: &str| Filter::Dimension { dimension, test: DimensionTest::In(vec![value.to_owned()]) };
        let parts = QueryParts {
            metrics: METRICS.map(str::to_owned).to_vec(),
            dimensions: vec![Dimension::Account],
            filters: vec![is(Dimension::Platform, account.source.as_str()), is(Dimension::Account, account.id.as_str())],
            ..QueryParts::default()
        };
        let coverage = Coverage { account: account.clone(), data_as_of: self.now(), settled_through: None };
        let answer = self.lake().tenant(ctx).query(&MetricQuery::new(days, parts)?, &[coverage]).await?;
        let own = answer.rows.iter().find(|row| row.keys.first().is_some_and(|key| key.id == account.id.as_str()));
        Ok(own.map_or_else(Sum::default, |row| Sum::of_cells(&row.cells)))
    }

    /// Takes in the objects. Of an account that is read from its platform, only those that platform has not told.
    async fn record_objects(&self, ctx: &TenantCtx, taking: Taking<'_>) -> Result<(), Error> {
        let Taking { opened, found, read, .. } = taking;
        let lake = self.lake().tenant(ctx);
        let mut snapshot = opened.history.entities(&found.key).await?;
        if !read.is_empty() {
            let known = lake.entities(None, Some(&found.account.id)).await?;
            let told = |state: &trimtab_domain::entity::EntityState| {
                known.iter().any(|version| {
                    version.source == found.account.source && version.state.kind == state.kind && version.state.id == state.id
                })
            };
            snapshot.states.retain(|state| !told(state));
        }
        lake.record(&found.account, snapshot).await?;
        Ok(())
    }

    /// Notes which days the platform told, and which earlier imports lose days.
    async fn note_earlier(
        &self,
        ctx: &TenantCtx,
        history: &str,
        read: &[FetchedRange],
        report: &mut HistoryAccount,
    ) -> Result<(), Error> {
        let imports = self.store().tenant(ctx).imports_of(&AccountKey::from(&report.found.account)).await?;
        let held = earlier::held(&imports);
        let runs = plan::unread(report.found.days, read);
        report.replaced = runs.into_iter().flat_map(|run| earlier::replaced(&held, history, run)).collect();
        report.seen_before = imports.iter().find(|import| import.file.hash == history).map(|import| import.imported_at);
        report.left_alone = plan::read_already(report.found.days, read);
        Ok(())
    }

    /// Records how far the account's facts reach. What the platform has settled stays as it is.
    async fn note_reach(&self, ctx: &TenantCtx, taking: Taking<'_>) -> Result<(), Error> {
        let Taking { found, read, lease, .. } = taking;
        let store = self.store().tenant(ctx);
        let Some(extent) = self.lake().tenant(ctx).extent(&found.account).await? else { return Ok(()) };
        let told = store.account(lease.account()).await?.facts.filter(|_| !read.is_empty());
        let reach = Some(Extent { days: extent.days, rows: extent.rows });
        let facts = match told {
            Some(told) => AccountFacts { extent: reach, ..told },
            None => AccountFacts { data_as_of: self.now(), settled_through: Some(extent.days.to()), extent: reach },
        };
        Ok(store.set_facts(lease, facts).await?)
    }

    /// Records the import, unless the account's last one was the same.
    async fn keep_record(&self, ctx: &TenantCtx, taking: Taking<'_>, report: &HistoryAccount) -> Result<Option<Import>, Error> {
        let Taking { opened, found, history, .. } = taking;
        let store = self.store().tenant(ctx);
        let key = AccountKey::from(&found.account);
        if store.imports_of(&key).await?.first().is_some_and(|last| last.file.hash == history) {
            return Ok(None);
        }
        let taken = &report.taken;
        let record = store
            .record_import(NewImport {
                account: key,
                name: opened.choice.name.clone(),
                hash: history.to_owned(),
                format: opened.history.shape().as_str().to_owned(),
                rows_read: report.rows_read,
                rows_imported: report.rows_taken,
                rows_skipped: report.rows_read.saturating_sub(report.rows_taken),
                figures: if report.rows_taken == 0 { Figures::None } else { Figures::Dated },
                days: found.days,
                totals: json!({
                    "spend": decimal(taken.spend_micros),
                    "impressions": taken.impressions,
                    "clicks": taken.clicks,
                    "conversions": taken.conversions,
                    "revenue": taken.revenue_micros.map(decimal),
                    "currency": found.account.currency,
                }),
            })
            .await?;
        Ok(Some(record))
    }
}

/// What a piece comes to. Totals of several days that hold days the platform told are taken out of it: they would count twice.
fn reckon(piece: &mut Piece, read: &[FetchedRange], left_out: &mut LeftOut) -> Reckoned {
    let mut taken = Sum::taken(&piece.counted);
    let mut rows_taken: u64 = piece.counted.iter().map(|counted| counted.taken.rows).sum();
    piece.facts.ad_daily.retain(|row| {
        let first = row.date.saturating_sub(i64::from(row.span_days - 1).days());
        let covered = DayRange::new(first, row.date).unwrap_or(DayRange::single(row.date));
        let twice = row.span_days > 1 && read.iter().any(|range| range.days.intersect(&covered).is_some());
        if twice {
            taken = taken.without(&row.measures);
            rows_taken = rows_taken.saturating_sub(1);
            left_out.note(
                format!("campaign {} on {}", row.placing.campaign, row.date),
                format!("tells a total of {} days, some of which the platform itself told: both would count twice", row.span_days),
            );
        }
        !twice
    });
    let reckoned = Reckoned {
        read: piece.counted.iter().map(|counted| (counted.grain.as_str().to_owned(), counted.found.rows)).collect(),
        rows_taken,
        taken,
        slack: Slack { grains: piece.counted.len() as u64, rows: piece.facts.ad_daily.len() as u64 },
        left_out: piece.left_out.len(),
    };
    left_out.merge(std::mem::take(&mut piece.left_out));
    reckoned
}

/// Where all of an account was read and no row left out, as many rows were read as the history was found to hold.
fn nothing_is_missing(
    found: &FoundAccount,
    choice: &HistoryChoice,
    read: &[FetchedRange],
    pieces: &[Reckoned],
) -> Result<(), Error> {
    if pieces.iter().any(|piece| piece.left_out > 0) || !plan::read_already(found.days, read).is_empty() {
        return Ok(());
    }
    for wanted in found.grains.iter().filter(|wanted| choice.grain.is_none_or(|grain| grain == wanted.grain)) {
        let rows = pieces.iter().flat_map(|piece| &piece.read).filter(|(grain, _)| grain == wanted.grain.as_str());
        let rows: u64 = rows.map(|(_, rows)| rows).sum();
        if rows != wanted.sums.rows {
            return Err(Error::Unequal {
                account: found.key.to_string(),
                days: found.days,
                figure: format!("rows by {}", wanted.grain),
                ours: rows.to_string(),
                theirs: wanted.sums.rows.to_string(),
            });
        }
    }
    Ok(())
}

/// Names what a history holds of an account, read in this way, so that it is known when it comes again.
fn digest(opened: &OpenHistory, found: &FoundAccount) -> String {
    let choice = &opened.choice;
    let mut text = format!(
        "{}\n{}\n{}\n{}\n{}\n{}\n{}\n",
        Shape::as_str(opened.history.shape()),
        found.key,
        found.account.currency,
        found.account.zone,
        choice.grain.map_or("finest", |grain| grain.as_str()),
        choice.linkedin_usd,
        found.days,
    );
    for grain in &found.grains {
        let sums = &grain.sums;
        let (conversions, revenue) = (sums.conversions.map(|n| n.to_string()), sums.revenue_micros.map(|n| n.to_string()));
        text += &format!(
            "{} {} {} {} {} {} {} {}\n",
            grain.grain,
            grain.days,
            sums.rows,
            sums.impressions,
            sums.clicks,
            sums.spend_micros,
            conversions.unwrap_or_default(),
            revenue.unwrap_or_default(),
        );
    }
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

fn same_currency(known: &Account, found: &Account) -> Result<(), Error> {
    if known.currency == found.currency {
        return Ok(());
    }
    Err(Error::Invalid(format!(
        "account '{}' ({}) is kept in {}, the history's amounts are in {}: nothing of it is imported, since two currencies cannot stand in one \
         account",
        known.name, known.id, known.currency, found.currency
    )))
}

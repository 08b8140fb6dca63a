//! Importing files: read, show what was understood, and store it like a sync would, replacing the days the file covers.

pub(crate) mod earlier;
mod kinship;
mod settle;

pub use earlier::Replaced;

use crate::{Engine, Error, limits, live::Change, sync};
use serde_json::json;
use settle::Settled;
use std::sync::Arc;
use trimtab_connect::import::{self, Import as Parsed, ImportOptions, Mapping};
use trimtab_domain::{
    Source, TenantCtx, Timestamp,
    entity::EntitySnapshot,
    fact::{Breakdown, Facts},
    money::decimal,
};
use trimtab_store::{
    AccountFacts, AccountKey, Cursor, Ended, ExecutionKind, Extent, Import, Lease, NewExecution, NewImport, Page, Progress, Receipt,
};

/// A file to import.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its name, without its folder.
    pub name: String,
    /// Its bytes, at most [`limits::IMPORT_BYTES`].
    pub bytes: bytes::Bytes,
    /// Which platform's export it is; `None`: find out.
    pub source: Option<Source>,
    /// Id or name of the account its rows belong to, if the file does not say; a name nobody has makes a new one.
    pub account: Option<String>,
    /// A mapping file's text.
    pub mapping: Option<String>,
}

/// What became of a file.
#[derive(Debug)]
pub struct Imported {
    /// What was read.
    pub parsed: Arc<Parsed>,
    /// The record of it; `None` for a dry run.
    pub record: Option<Import>,
    /// When the same bytes were imported into this account before, if ever.
    pub seen_before: Option<Timestamp>,
    /// Days of other files that it replaces.
    pub replaced: Vec<Replaced>,
}

impl Engine {
    /// Reads a file and says what it understood, storing nothing.
    ///
    /// # Errors
    /// As [`Self::import`], but for those of storing.
    pub async fn preview_import(&self, ctx: &TenantCtx, upload: Upload) -> Result<Imported, Error> {
        let (name, hash) = (upload.name.clone(), digest(&upload.bytes));
        let mut parsed = self.parse(ctx, upload).await?;
        let Settled { replaced, seen_before, .. } = self.settle(ctx, (&name, &hash), &mut parsed).await?;
        Ok(Imported { parsed: Arc::new(parsed), record: None, seen_before, replaced })
    }

    /// Reads a file and stores it: the days it covers are replaced for its account, so importing it again changes nothing. A file without
    /// dates stands where the same file, else the account's former one without dates stood. Analyses of the account are made behind the
    /// answer: [`Self::finish`] waits for them.
    ///
    /// # Errors
    /// When the file or mapping cannot be read, it names no account and would replace days of what seems to be another one, the account is
    /// being synced, or storing fails; then nothing of it counts as imported and importing again converges.
    pub async fn import(&self, ctx: &TenantCtx, upload: Upload) -> Result<Imported, Error> {
        let store = self.store().tenant(ctx);
        let (name, hash) = (upload.name.clone(), digest(&upload.bytes));
        let mut parsed = self.parse(ctx, upload).await?;
        let settled = self.settle(ctx, (&name, &hash), &mut parsed).await?;
        let days = settled.days;
        store.put_account(&parsed.account).await?;
        let key = AccountKey::from(&parsed.account);
        let execution = store
            .create_execution(NewExecution {
                kind: ExecutionKind::Import,
                params: json!({ "file": name, "format": parsed.format }),
                owner: self.owner().to_owned(),
                ttl: limits::LEASE,
            })
            .await?;
        store.start_execution(&execution.id, limits::LEASE).await?;
        let Some(lease) = store.claim(&key, self.owner(), limits::LEASE).await? else {
            let busy =
                Error::Busy(format!("account {} is being read right now: import again when that is done", parsed.account.name));
            store.finish_execution(&execution.id, Ended::Failed(sync::failure(&busy))).await?;
            return Err(busy);
        };
        let run = store.begin_run(&execution.id, &key, days).await?;
        let rows = parsed.facts.rows() as u64;
        let outcome = self.keep(ctx, &lease, &parsed, &settled).await;
        store.release(lease).await?;
        let failed = outcome.as_ref().err().map(sync::failure);
        store.finish_run(&run.id, if failed.is_some() { 0 } else { rows }, 0, failed.clone()).await?;
        let whole = Progress { done: u64::from(days.len()), total: u64::from(days.len()), rows };
        store.report_progress(&execution.id, whole, limits::LEASE).await?;
        store.finish_execution(&execution.id, failed.map_or(Ended::Succeeded, Ended::Failed)).await?;
        outcome?;
        let new = NewImport {
            account: key.clone(),
            name,
            hash,
            format: parsed.format.to_owned(),
            rows_read: parsed.rows_read,
            rows_imported: parsed.rows_imported,
            rows_skipped: parsed.rows_read - parsed.rows_imported,
            figures: settled.figures,
            days,
            totals: totals_json(&parsed),
        };
        let Settled { replaced, seen_before, .. } = settled;
        let parsed = Arc::new(parsed);
        let imported = move |record: &Import| Imported {
            parsed: Arc::clone(&parsed),
            record: Some(record.clone()),
            seen_before,
            replaced: replaced.clone(),
        };
        let record = Receipt::seen_as(imported.clone(), store.record_import(new)).await?;
        self.live().tell(ctx.tenant(), Change::Facts { at: self.now() });
        self.analyse_soon(ctx, vec![key]);
        Ok(imported(&record))
    }

    /// Imported files, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn imports(&self, ctx: &TenantCtx, after: Option<&Cursor>, limit: u32) -> Result<Page<Import>, Error> {
        Ok(self.store().tenant(ctx).imports(after, limit).await?)
    }

    async fn parse(&self, ctx: &TenantCtx, upload: Upload) -> Result<Parsed, Error> {
        if upload.bytes.len() > limits::IMPORT_BYTES {
            return Err(Error::Invalid(format!("'{}' is larger than {} MiB: split it", upload.name, limits::IMPORT_BYTES >> 20)));
        }
        let tenant = self.tenant(ctx.tenant()).await?;
        let mut options = ImportOptions::new(tenant.zone.day_at(self.now()), tenant.zone, tenant.currency);
        options.source = upload.source;
        options.account = upload.account;
        options.accounts = self.store().tenant(ctx).accounts().await?.into_iter().map(|state| state.account).collect();
        options.mapping = upload.mapping.as_deref().map(Mapping::parse).transpose()?;
        let _slot = self.import_slots().acquire().await.map_err(|_| Error::Lost("the queue of imports"))?;
        let read = tokio::task::spawn_blocking(move || import::read(&upload.name, &upload.bytes, &options));
        Ok(read.await.map_err(|_| Error::Lost("reading the file"))??)
    }

    async fn keep(&self, ctx: &TenantCtx, lease: &Lease, parsed: &Parsed, settled: &Settled) -> Result<(), Error> {
        let lake = self.lake().tenant(ctx);
        let now = self.now();
        // A file lists some objects, never provably all, so nothing is taken to have gone.
        let snapshot = EntitySnapshot { seen_at: now, complete: Vec::new(), states: parsed.entities.states.clone() };
        lake.record(&parsed.account, snapshot).await?;
        let mut facts = parsed.facts.clone();
        if facts.rows() == 0 {
            return Ok(());
        }
        // The file is all that is known of these days, so breakdowns of an earlier file go with its other rows.
        facts.breakdowns_read = Breakdown::ALL.to_vec();
        lake.replace(&parsed.account, settled.days, facts).await?;
        for days in &settled.vacated {
            let nothing = Facts { breakdowns_read: Breakdown::ALL.to_vec(), ..Facts::default() };
            lake.replace(&parsed.account, *days, nothing).await?;
        }
        if let Some(extent) = lake.extent(&parsed.account).await? {
            let (settled_through, extent) = (Some(extent.days.to()), Some(Extent { days: extent.days, rows: extent.rows }));
            let facts = AccountFacts { data_as_of: now, settled_through, extent };
            self.store().tenant(ctx).set_facts(lease, facts).await?;
        }
        Ok(())
    }
}

/// Names a file's bytes, so that the same file is known when it comes again.
fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

fn totals_json(parsed: &Parsed) -> serde_json::Value {
    let totals = &parsed.totals;
    json!({
        "spend": decimal(totals.spend_micros),
        "impressions": totals.impressions,
        "clicks": totals.clicks,
        "conversions": totals.conversions,
        "revenue": totals.revenue_micros.map(decimal),
        "currency": parsed.account.currency,
    })
}

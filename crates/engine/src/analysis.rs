//! What is going on: reads facts, lets `analysis` look at them, keeps what it says.
//!
//! Analyses are made after every sync of the accounts it read, behind every import of a file, and on request. A result carries the hash of all it was made from; where
//! that is the same as last time nothing is read or made anew. They change no fact; trouble with one of them is told in the log, ends no sync
//! and leaves the result before in place.

mod account;
mod ads;
mod anomaly;
mod basis;
mod budget;
mod country;
mod event;
mod fatigue;
mod figure;
mod finding;
mod forecast;
mod funnel;
mod insight;
mod known;
mod lag;
mod pacing;
mod patterns;
mod pixels;
mod score;
mod spend;
mod steps;
mod subject;
mod tracks;

pub use finding::FindingsWanted;
pub use subject::Subject;

use crate::{Engine, Error, live::Change};
use tokio::time::Instant;
use trimtab_domain::TenantCtx;
use trimtab_store::{AccountKey, AccountState, Analysis, AnalysisKind, NewAnalysis};

/// Raised whenever the code or settings of analyses change, so that results of former versions are made anew.
const EDITION: &str = "6";

/// What a round of analyses did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Analysed {
    /// Results made anew.
    pub made: usize,
    /// Results whose figures are the same as last time.
    pub unchanged: usize,
    /// Analyses that failed; the log tells why.
    pub failed: usize,
}

impl Analysed {
    const fn plus(self, other: Self) -> Self {
        Self { made: self.made + other.made, unchanged: self.unchanged + other.unchanged, failed: self.failed + other.failed }
    }
}

impl Engine {
    /// Makes every analysis of everything the tenant has.
    ///
    /// # Errors
    /// When the store fails. An analysis that fails is counted, and its former result stays.
    pub async fn analyse(&self, ctx: &TenantCtx) -> Result<Analysed, Error> {
        let accounts = self.store().tenant(ctx).accounts().await?;
        let analysed = self.analyse_these(ctx, &accounts).await?;
        self.store().keep_outcome(&analysed).await?;
        Ok(analysed)
    }

    /// Makes the analyses that a sync of these accounts calls for. Trouble is told in the log: the next sync analyses again.
    pub(crate) async fn analyse_after_sync(&self, ctx: &TenantCtx, read: &[AccountKey]) {
        let begun = Instant::now();
        let made = async {
            let mut accounts = self.store().tenant(ctx).accounts().await?;
            accounts.retain(|state| read.contains(&AccountKey::from(&state.account)));
            self.analyse_these(ctx, &accounts).await
        };
        match made.await {
            Ok(Analysed { made, unchanged, failed }) => {
                let took_ms = milliseconds(begun);
                tracing::info!(tenant = %ctx.tenant(), made, unchanged, failed, took_ms, "analyses were made");
            }
            Err(error) => {
                tracing::warn!(tenant = %ctx.tenant(), error = &error as &dyn std::error::Error, "analyses could not be made; the next sync tries again");
            }
        }
    }

    /// Makes the same behind the answer that called for them.
    pub(crate) fn analyse_soon(&self, ctx: &TenantCtx, read: Vec<AccountKey>) {
        let (engine, ctx) = (self.clone(), ctx.clone());
        self.tasks().spawn(async move { engine.analyse_after_sync(&ctx, &read).await });
    }

    async fn analyse_these(&self, ctx: &TenantCtx, accounts: &[AccountState]) -> Result<Analysed, Error> {
        let _turn = self.analysis_slots().acquire().await.map_err(|_| Error::Lost("the turn to analyse"))?;
        let known = self.known_to_analyses(ctx).await?;
        let mut all = Analysed::default();
        for state in accounts {
            if self.stop().is_cancelled() {
                break;
            }
            all = all.plus(Box::pin(self.analyse_account(ctx, state, &known)).await);
        }
        let everything = self.store().tenant(ctx).accounts().await?;
        all = all.plus(self.analyse_pacing(ctx, &everything).await);
        all = all.plus(self.analyse_insights(ctx, &everything, &known).await);
        self.tell_analysed(ctx, all);
        Ok(all)
    }

    /// Tells whoever follows that analyses say something new.
    fn tell_analysed(&self, ctx: &TenantCtx, analysed: Analysed) {
        if analysed.made > 0 {
            self.live().tell(ctx.tenant(), Change::Analyses { at: self.now() });
        }
    }

    /// The newest results of an analysis, by subject.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn analyses(&self, ctx: &TenantCtx, kind: AnalysisKind) -> Result<Vec<Analysis>, Error> {
        Ok(self.store().tenant(ctx).analyses(kind).await?)
    }

    /// Keeps what `make` says of what `read` reads, unless the last result was made from the same: then nothing is read.
    async fn renew<I: Send + 'static>(
        &self,
        ctx: &TenantCtx,
        kind: AnalysisKind,
        subject: &Subject,
        inputs: &[&str],
        read: impl Future<Output = Result<I, Error>>,
        make: impl FnOnce(I) -> Made + Send + 'static,
    ) -> Analysed {
        let renewed = async {
            let store = self.store().tenant(ctx);
            let (subject, source_hash) = (subject.to_string(), hash_of(kind, inputs));
            if store.analysis_hash(kind, &subject).await?.is_some_and(|last| last == source_hash) {
                return Ok::<_, Error>(Analysed { unchanged: 1, ..Analysed::default() });
            }
            let read = read.await?;
            let begun = Instant::now();
            let Made { body, findings } =
                tokio::task::spawn_blocking(move || make(read)).await.map_err(|_| Error::Lost("the result of an analysis"))?;
            tracing::debug!(tenant = %ctx.tenant(), %subject, analysis = kind.as_str(), took_ms = milliseconds(begun), "an analysis was made");
            store.put_analysis(&NewAnalysis { kind, subject, source_hash, body, findings }).await?;
            Ok(Analysed { made: 1, ..Analysed::default() })
        };
        renewed.await.unwrap_or_else(|error| {
            tracing::warn!(tenant = %ctx.tenant(), %subject, analysis = kind.as_str(), error = &error as &dyn std::error::Error, "an analysis failed; the result before stays");
            Analysed { failed: 1, ..Analysed::default() }
        })
    }
}

/// What an analysis says.
struct Made {
    body: serde_json::Value,
    findings: Vec<trimtab_domain::finding::Finding>,
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn hash_of(kind: AnalysisKind, inputs: &[&str]) -> String {
    let mut hash = blake3::Hasher::new();
    for part in [EDITION, kind.as_str()].iter().chain(inputs) {
        hash.update(part.as_bytes());
        hash.update(&[0x1f]);
    }
    hash.finalize().to_hex()[..32].to_owned()
}

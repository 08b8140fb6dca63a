//! What an account may cost a platform by the clock: so many requests an hour, counted over all its runs.
//!
//! It is looked at between chunks: one that has begun is read to its end, and the newest days are read whatever they cost.

use crate::{Engine, Error, limits};
use trimtab_connect::Meter;
use trimtab_domain::TenantCtx;
use trimtab_store::AccountKey;

/// The requests of one run, and the most that may be sent before another chunk is begun.
#[derive(Debug)]
pub(super) struct Allowance {
    meter: Meter,
    /// `None`: the platform's own limits alone hold.
    most: Option<u64>,
}

impl Allowance {
    pub(super) const fn unlimited(meter: Meter) -> Self {
        Self { meter, most: None }
    }

    /// What is left of the hour's when earlier runs have sent `spent` requests of it.
    pub(super) const fn of_the_hour(spent: u64, meter: Meter) -> Self {
        Self { meter, most: Some(limits::CALLS_PER_HOUR.saturating_sub(spent)) }
    }

    /// Requests this run has sent, repeated ones too.
    pub(super) fn spent(&self) -> u64 {
        u64::from(self.meter.requests())
    }

    /// Whether another chunk may be begun.
    pub(super) fn is_left(&self) -> bool {
        self.most.is_none_or(|most| self.spent() < most)
    }
}

impl Engine {
    /// Requests that the account's runs of the last hour have sent.
    pub(super) async fn calls_within_the_hour(&self, ctx: &TenantCtx, key: &AccountKey) -> Result<u64, Error> {
        let an_hour_ago = self.now() - limits::HOT_EVERY;
        let runs = self.store().tenant(ctx).runs_of(key, limits::RUNS_PER_HOUR).await?;
        Ok(runs.iter().filter(|run| run.started_at > an_hour_ago).map(|run| run.api_calls).sum())
    }
}

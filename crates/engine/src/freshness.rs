//! Keeping accounts fresh without being asked: every minute the clock is looked at, and each tenant that has something due is synced.
//!
//! What is due follows from what was read and when ([`sync::Calendar`]), so there is no state to lose: a server that slept through a
//! night reads it when it wakes. Tenants are independent executions that share the places of [`limits::EXECUTIONS_AT_ONCE`]; how they
//! share a platform's quota is told in ADR 6.

use crate::{
    Engine, Error, limits,
    sync::{Calendar, Sync},
};
use jiff::SignedDuration;
use trimtab_domain::{TenantCtx, Timestamp, id::TenantId};
use trimtab_store::{AccountKey, Connection, ExecutionStatus, FailureKind, HealthState, Run, RunStatus};

impl Engine {
    /// Looks at the clock every minute until the engine is asked to stop: clears up what dead processes left, and keeps all tenants fresh
    /// where that is `automatic`.
    pub fn keep_time(&self, automatic: bool) {
        let engine = self.clone();
        self.tasks().spawn(async move {
            let mut ticks = tokio::time::interval(limits::FRESHNESS_TICK);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    _ = ticks.tick() => {}
                    () = engine.stop().cancelled() => return,
                }
                if let Err(error) = engine.store().system().forget_receipts().await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "old answers could not be let go; they will be in a minute"
                    );
                }
                if automatic && let Err(error) = engine.freshen_rates().await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "exchange rates could not be read; they will be tried again"
                    );
                }
                engine.keep_calls().await;
                // What fails of it is told there.
                drop(engine.look_after().await);
                let looked = if automatic { engine.freshen().await.map(drop) } else { engine.recover().await.map(drop) };
                if let Err(error) = looked {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the clock could not be looked at; it will be in a minute"
                    );
                }
            }
        });
    }

    /// Starts what is due of every tenant now; answers how many syncs that were. What a dead process left is cleared up first, since it
    /// would pass for a sync under way.
    ///
    /// # Errors
    /// When the store fails or the tenants cannot be listed. Trouble with one tenant is told in the log and costs the others nothing.
    pub async fn freshen(&self) -> Result<usize, Error> {
        self.recover().await?;
        let (mut started, mut after) = (0, None);
        loop {
            let page = self.store().system().tenants(None, after.as_ref(), limits::TENANTS_PER_PAGE).await?;
            for tenant in page.items {
                match self.freshen_tenant(&tenant.id).await {
                    Ok(syncs) => started += syncs,
                    Err(error) => {
                        tracing::warn!(tenant = %tenant.id, error = &error as &dyn std::error::Error, "a tenant could not be kept fresh")
                    }
                }
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(started),
            }
        }
    }

    async fn freshen_tenant(&self, tenant: &TenantId) -> Result<usize, Error> {
        let ctx = Self::own(tenant.clone());
        self.check_unread(&ctx).await?;
        let latest = self.executions(&ctx, None, 1).await?.items.pop();
        if latest.is_some_and(|e| matches!(e.status, ExecutionStatus::Queued | ExecutionStatus::Running)) {
            return Ok(0);
        }
        let mut due = Vec::new();
        for connection in self.store().tenant(&ctx).connections().await? {
            if self.is_due(&ctx, &connection).await? {
                due.push(connection.account.id.clone());
            }
        }
        if due.is_empty() {
            return Ok(0);
        }
        self.start_sync(&ctx, Sync { accounts: due, by_clock: true, ..Sync::default() }).await?;
        Ok(1)
    }

    /// Whether an account is due by the clock. One whose credential is refused waits for its user, one at its platform's limit for that to
    /// end; one that failed, for a while.
    async fn is_due(&self, ctx: &TenantCtx, connection: &Connection) -> Result<bool, Error> {
        if connection.health.state == HealthState::NeedsReauth {
            return Ok(false);
        }
        if connection.health.until.is_some_and(|until| connection.health.state == HealthState::Limited && self.now() < until) {
            return Ok(false);
        }
        let store = self.store().tenant(ctx);
        let key = AccountKey::from(&connection.account);
        let now = self.now();
        if let Some(last) = store.runs_of(&key, 1).await?.pop() {
            let pause = self.pause_after(ctx, &last).await?;
            if rests_until(last.finished_at, pause).is_some_and(|until| now < until) {
                return Ok(false);
            }
        }
        let fetched = store.fetched(&key).await?;
        let look_back_days = self.look_back_days(ctx, &key).await?;
        let calendar = Calendar { look_back_days, zone: &connection.account.zone, now, fetched: &fetched };
        Ok(!calendar.due_by_clock().is_empty())
    }
}

impl Engine {
    /// How long an account is left alone after a run. A process that ended in the middle says nothing against the account, so its history
    /// goes on at once; whoever stopped a run does not want it back at once.
    async fn pause_after(&self, ctx: &TenantCtx, last: &Run) -> Result<SignedDuration, Error> {
        let interrupted = last.failure.as_ref().is_some_and(|failure| failure.kind == FailureKind::Interrupted);
        Ok(match last.status {
            RunStatus::Failed if interrupted && !self.execution(ctx, &last.execution).await?.cancel_requested => {
                SignedDuration::ZERO
            }
            RunStatus::Failed => limits::AFTER_FAILURE,
            _ => limits::HOT_EVERY,
        })
    }
}

fn rests_until(ended: Option<Timestamp>, pause: SignedDuration) -> Option<Timestamp> {
    ended?.checked_add(pause).ok()
}

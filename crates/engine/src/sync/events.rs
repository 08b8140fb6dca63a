//! The source's own record of what people changed: it explains figures and is no figure itself, so trouble with it ends no sync.

use super::allowance::Allowance;
use crate::{Engine, Error, limits};
use trimtab_connect::Connector;
use trimtab_domain::{TenantCtx, account::Account};
use trimtab_store::AccountKey;

impl Engine {
    /// Notes what happened to an account since its newest known event; the first time, as far back as figures are read.
    pub(super) async fn read_events(&self, ctx: &TenantCtx, connector: &dyn Connector, account: &Account, allowance: &Allowance) {
        if !allowance.is_left() {
            return;
        }
        if let Err(error) = self.note_events(ctx, connector, account).await {
            tracing::warn!(tenant = %ctx.tenant(), account = %account.id, error = &error as &dyn std::error::Error, "what people changed could not be read; the next sync tries again");
        }
    }

    async fn note_events(&self, ctx: &TenantCtx, connector: &dyn Connector, account: &Account) -> Result<(), Error> {
        let (store, key, until) = (self.store().tenant(ctx), AccountKey::from(account), connector.now());
        let newest = store.known_events(&key).await?.last().map(|event| event.day);
        let from = match newest {
            Some(day) => day.yesterday().unwrap_or(day),
            None => super::history_start(account.zone.day_at(until)),
        };
        let since = from.to_zoned(account.zone.tz().clone()).map_or(until - limits::HOT_EVERY, |start| start.timestamp());
        match connector.events(account, since, until).await? {
            Some(events) if !events.is_empty() => Ok(store.note_events(&key, &events).await?),
            _ => Ok(()),
        }
    }
}

//! Keeping the lake small: after a sync hours of former weeks are let go, the files of settled months are joined, and once a day files that
//! nothing names are removed.
//!
//! It changes no fact of a day and may be left out or repeated at any time, so trouble with it is told in the log and ends no sync.

use crate::{Engine, Error, limits};
use std::sync::PoisonError;
use trimtab_domain::{Day, DayRange, TenantCtx};

impl Engine {
    /// Does what is due of the tenant's tables.
    pub(crate) async fn keep_tidy(&self, ctx: &TenantCtx) {
        if let Err(error) = self.tidy_up(ctx).await {
            tracing::warn!(tenant = %ctx.tenant(), error = &error as &dyn std::error::Error, "the lake could not be tidied up; the next sync tries again");
        }
    }

    /// The first day whose hours are kept; `None`: all are.
    fn hours_kept_from(&self, today: Day) -> Option<Day> {
        let days = self.retention().hourly_days;
        (days > 0).then(|| DayRange::ending(today, days).from())
    }

    async fn tidy_up(&self, ctx: &TenantCtx) -> Result<(), Error> {
        let lake = self.lake().tenant(ctx);
        let (now, zone) = (self.now(), self.tenant(ctx.tenant()).await?.zone);
        let today = zone.day_at(now);
        if let Some(before) = self.hours_kept_from(today) {
            let retired = lake.retire_hours(before).await?;
            if retired > 0 {
                tracing::info!(tenant = %ctx.tenant(), rows = retired, %before, "hours of former days were let go");
            }
        }
        let joined = lake.compact(today).await?;
        if joined.files_before > 0 {
            tracing::info!(tenant = %ctx.tenant(), from = joined.files_before, to = joined.files_after, "files were joined");
        }
        let due = {
            let vacuumed = self.vacuumed().lock().unwrap_or_else(PoisonError::into_inner);
            vacuumed.get(ctx.tenant()).is_none_or(|last| now.duration_since(*last) >= limits::VACUUM_EVERY)
        };
        if due {
            let removed = lake.vacuum(limits::VERSIONS_KEPT_HOURS).await?;
            self.vacuumed().lock().unwrap_or_else(PoisonError::into_inner).insert(ctx.tenant().clone(), now);
            if removed > 0 {
                tracing::info!(tenant = %ctx.tenant(), files = removed, "old files were removed");
            }
        }
        Ok(())
    }
}

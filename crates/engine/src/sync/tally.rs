//! Progress of one execution, counted by its accounts and read by its heartbeat.

use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Notify;
use trimtab_store::Progress;

/// Days done and planned, rows stored.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    done: AtomicU64,
    total: AtomicU64,
    rows: AtomicU64,
    changed: Notify,
}

impl Tally {
    pub(crate) fn plan(&self, days: u64) {
        self.total.fetch_add(days, Ordering::Relaxed);
        self.changed.notify_one();
    }

    pub(crate) fn done(&self, days: u64, rows: u64) {
        self.done.fetch_add(days, Ordering::Relaxed);
        self.rows.fetch_add(rows, Ordering::Relaxed);
        self.changed.notify_one();
    }

    pub(crate) fn progress(&self) -> Progress {
        Progress {
            done: self.done.load(Ordering::Relaxed),
            total: self.total.load(Ordering::Relaxed),
            rows: self.rows.load(Ordering::Relaxed),
        }
    }

    /// Waits for the next change.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }
}

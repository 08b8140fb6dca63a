//! The log of calls: the last ones in memory, counters since start, and one `tracing` event each.
//!
//! **Invariant.** A record holds the path, never the query, a header or a body.

use crate::{Method, Target, limits};
use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use trimtab_domain::{Source, Timestamp, id::AccountId};

/// One request that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecord {
    /// When it was sent.
    pub at: Timestamp,
    /// To which platform.
    pub platform: Source,
    /// For which account.
    pub account: Option<AccountId>,
    /// Read or prepare.
    pub method: Method,
    /// Path of the URL, without query.
    pub path: String,
    /// HTTP status, if an answer came.
    pub status: Option<u16>,
    /// `good`, `transient`, `limited`, `refused`, `timeout`, `network` or `too_large`.
    pub outcome: &'static str,
    /// From sending to the last byte.
    pub duration: Duration,
    /// Which attempt of its call it was, from 1.
    pub attempt: u32,
}

/// Requests made to one platform since start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// All requests.
    pub requests: u64,
    /// Those answered with what was asked for.
    pub good: u64,
    /// Those turned away by a limit.
    pub limited: u64,
    /// Those that failed otherwise.
    pub failed: u64,
}

/// The last calls and the counters.
#[derive(Debug, Default)]
pub(crate) struct CallLog {
    recent: Mutex<VecDeque<CallRecord>>,
    counters: [Counters; Source::ALL.len()],
}

#[derive(Debug, Default)]
struct Counters {
    requests: AtomicU64,
    good: AtomicU64,
    limited: AtomicU64,
}

impl CallLog {
    pub(crate) fn write(
        &self,
        at: Timestamp,
        target: &Target,
        status: Option<u16>,
        outcome: &'static str,
        duration: Duration,
        attempt: u32,
    ) {
        tracing::debug!(
            platform = target.platform.as_str(),
            account = target.account.as_ref().map(AccountId::as_str),
            method = target.method.as_str(),
            path = target.path,
            status,
            outcome,
            duration_ms = duration.as_millis(),
            attempt,
            "platform call"
        );
        let counters = self.of(target.platform);
        counters.requests.fetch_add(1, Ordering::Relaxed);
        match outcome {
            "good" => counters.good.fetch_add(1, Ordering::Relaxed),
            "limited" => counters.limited.fetch_add(1, Ordering::Relaxed),
            _ => 0,
        };
        let record = CallRecord {
            at,
            platform: target.platform,
            account: target.account.clone(),
            method: target.method,
            path: target.path.clone(),
            status,
            outcome,
            duration,
            attempt,
        };
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.len() == limits::LOG_CALLS {
            recent.pop_front();
        }
        recent.push_back(record);
    }

    pub(crate) fn recent(&self) -> Vec<CallRecord> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub(crate) fn counts(&self, platform: Source) -> Counts {
        let counters = self.of(platform);
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (good, limited) = (read(&counters.good), read(&counters.limited));
        let requests = read(&counters.requests);
        Counts { requests, good, limited, failed: requests.saturating_sub(good + limited) }
    }

    fn of(&self, platform: Source) -> &Counters {
        &self.counters[platform as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_the_last_calls_and_counts_all() {
        let log = CallLog::default();
        let target = Target { platform: Source::Meta, account: None, method: Method::Get, path: "/v26.0/me".into() };
        let at: Timestamp = "2026-11-21T03:00:00Z".parse().unwrap();
        for attempt in 0..1200 {
            let outcome = ["good", "limited", "timeout"][attempt as usize % 3];
            log.write(at, &target, Some(200), outcome, Duration::from_millis(3), attempt);
        }
        let recent = log.recent();
        assert_eq!((recent.len(), recent[0].attempt, recent[999].attempt), (limits::LOG_CALLS, 200, 1199));
        assert_eq!(log.counts(Source::Meta), Counts { requests: 1200, good: 400, limited: 400, failed: 400 });
        assert_eq!(log.counts(Source::Google), Counts::default());
    }
}

//! The log of calls: the last ones in memory, counters since start, and one `tracing` event each. What nobody has taken away yet waits for
//! whoever keeps calls for longer.
//!
//! **Invariant.** A record holds the path, never the query, a header or a body.

use crate::{Method, limits};
use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use trimtab_domain::{
    Source, Timestamp,
    id::{AccountId, TenantId},
};

/// One request that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecord {
    /// When it was sent.
    pub at: Timestamp,
    /// On whose behalf; `None`: nobody's in particular.
    pub tenant: Option<TenantId>,
    /// To which platform.
    pub platform: Source,
    /// For which account.
    pub account: Option<AccountId>,
    /// Read or prepare.
    pub method: Method,
    /// Path of the URL, without query.
    pub path: String,
    /// The path with its ids taken out, which says what was asked and of whom not.
    pub route: String,
    /// HTTP status, if an answer came.
    pub status: Option<u16>,
    /// `good`, `transient`, `limited`, `refused`, `timeout`, `network` or `too_large`.
    pub outcome: &'static str,
    /// From sending to the last byte.
    pub duration: Duration,
    /// Bytes of the body, decompressed; 0 where none came whole.
    pub bytes: u64,
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
    waiting: Mutex<Waiting>,
    counters: [Counters; Source::ALL.len()],
}

/// Calls nobody has taken away yet.
#[derive(Debug, Default)]
struct Waiting {
    calls: VecDeque<CallRecord>,
    lost: u64,
}

#[derive(Debug, Default)]
struct Counters {
    requests: AtomicU64,
    good: AtomicU64,
    limited: AtomicU64,
}

impl CallLog {
    pub(crate) fn write(&self, record: CallRecord) {
        tracing::debug!(
            platform = record.platform.as_str(),
            tenant = record.tenant.as_ref().map(TenantId::as_str),
            account = record.account.as_ref().map(AccountId::as_str),
            method = record.method.as_str(),
            path = record.path,
            status = record.status,
            outcome = record.outcome,
            duration_ms = record.duration.as_millis(),
            attempt = record.attempt,
            "platform call"
        );
        let counters = self.of(record.platform);
        counters.requests.fetch_add(1, Ordering::Relaxed);
        match record.outcome {
            "good" => counters.good.fetch_add(1, Ordering::Relaxed),
            "limited" => counters.limited.fetch_add(1, Ordering::Relaxed),
            _ => 0,
        };
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.calls.len() == limits::LOG_WAITING {
            waiting.calls.pop_front();
            waiting.lost += 1;
        }
        waiting.calls.push_back(record.clone());
        drop(waiting);
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.len() == limits::LOG_CALLS {
            recent.pop_front();
        }
        recent.push_back(record);
    }

    /// Takes away what waits, oldest first, and how many had to make room before.
    pub(crate) fn take(&self) -> (Vec<CallRecord>, u64) {
        let taken = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        (taken.calls.into(), taken.lost)
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
        let at: Timestamp = "2026-11-21T03:00:00Z".parse().unwrap();
        for attempt in 0..1200 {
            log.write(CallRecord {
                at,
                tenant: None,
                platform: Source::Meta,
                account: None,
                method: Method::Get,
                path: "/v26.0/me".into(),
                route: "/v26.0/me".into(),
                status: Some(200),
                outcome: ["good", "limited", "timeout"][attempt as usize % 3],
                duration: Duration::from_millis(3),
                bytes: 10,
                attempt,
            });
        }
        let recent = log.recent();
        assert_eq!((recent.len(), recent[0].attempt, recent[999].attempt), (limits::LOG_CALLS, 200, 1199));
        assert_eq!(log.counts(Source::Meta), Counts { requests: 1200, good: 400, limited: 400, failed: 400 });
        assert_eq!(log.counts(Source::Google), Counts::default());

        let (taken, lost) = log.take();
        assert_eq!((taken.len(), taken[0].attempt, lost), (1200, 0, 0), "what waits is not what is remembered");
        assert_eq!(log.take(), (Vec::new(), 0), "taken once");
        let record = taken.into_iter().next().unwrap();
        for _ in 0..limits::LOG_WAITING + 5 {
            log.write(record.clone());
        }
        let (taken, lost) = log.take();
        assert_eq!((taken.len(), lost), (limits::LOG_WAITING, 5), "who never takes them away fills no memory");
    }
}

//! What happens, as it happens: a bounded stream of events per process, replayable for clients that lost their connection.
//!
//! Events are hints, not records: whoever misses some reads the resource again. Events of a command in another process do not
//! arrive here.

use crate::{Execution, connection::ConnectionView, limits};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::broadcast;
use trimtab_domain::{Timestamp, id::TenantId};

/// One thing that happened to one tenant.
#[derive(Debug, Clone)]
pub struct Event {
    /// Counts up from 1 within this process.
    pub id: u64,
    /// Whose it is.
    pub tenant: TenantId,
    /// What happened.
    pub change: Change,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Change {
    /// An execution moved on.
    Execution(Box<Execution>),
    /// A connection's health or account changed.
    Connection(Box<ConnectionView>),
    /// New facts can be queried.
    Facts {
        /// Since when.
        at: Timestamp,
    },
    /// Analyses say something new.
    Analyses {
        /// Since when.
        at: Timestamp,
    },
}

/// The events of this process.
#[derive(Debug)]
pub struct Live {
    kept: Mutex<Kept>,
    sender: broadcast::Sender<Arc<Event>>,
}

#[derive(Debug, Default)]
struct Kept {
    last: u64,
    events: VecDeque<Arc<Event>>,
}

/// What a reader gets first, and the stream of what comes after.
#[derive(Debug)]
pub struct Subscription {
    /// Events since the one named; empty if none were missed.
    pub missed: Vec<Arc<Event>>,
    /// Whether older events than those kept were missed: read everything again.
    pub gap: bool,
    /// What comes from now on.
    pub next: broadcast::Receiver<Arc<Event>>,
}

impl Live {
    pub(crate) fn new() -> Self {
        Self { kept: Mutex::default(), sender: broadcast::Sender::new(limits::EVENTS_BEHIND) }
    }

    pub(crate) fn tell(&self, tenant: &TenantId, change: Change) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.last += 1;
        let event = Arc::new(Event { id: kept.last, tenant: tenant.clone(), change });
        if kept.events.len() == limits::EVENTS_KEPT {
            kept.events.pop_front();
        }
        kept.events.push_back(Arc::clone(&event));
        // Sent under the lock so that replay and stream neither overlap nor leave a hole. Nobody listening is fine.
        drop(self.sender.send(event));
    }

    /// Follows events, after the one with id `since` if given.
    #[must_use]
    pub fn follow(&self, since: Option<u64>) -> Subscription {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let next = self.sender.subscribe();
        let Some(since) = since else {
            return Subscription { missed: Vec::new(), gap: false, next };
        };
        let missed: Vec<_> = kept.events.iter().filter(|event| event.id > since).cloned().collect();
        // An id from the future belongs to an earlier process.
        let gap = since > kept.last || kept.events.front().is_some_and(|oldest| oldest.id > since + 1);
        Subscription { missed, gap, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_returns_gets_what_it_missed() {
        let live = Live::new();
        let tenant = TenantId::parse("acme").unwrap();
        let tell = || live.tell(&tenant, Change::Facts { at: Timestamp::UNIX_EPOCH });
        (0..3).for_each(|_| tell());
        let back = live.follow(Some(1));
        assert_eq!(back.missed.iter().map(|e| e.id).collect::<Vec<_>>(), [2, 3]);
        assert!(!back.gap);
        (0..limits::EVENTS_KEPT).for_each(|_| tell());
        assert!(live.follow(Some(1)).gap);
        assert!(live.follow(Some(99_999)).gap, "ids of an earlier process are not ours");
        assert!(!live.follow(None).gap);
    }
}

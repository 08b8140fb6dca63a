//! What all requests share.

use crate::{
    CallRecord, Fault, FaultKind, SandboxSettings, Write,
    clock::VirtualClock,
    faults::Faults,
    http::{Reply, Request},
    limits, meta,
    world::World,
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
};

/// The sandbox's whole state. Whoever holds two locks took the world's first; nobody takes the world's twice. A waiting writer would
/// otherwise stop two readers that wait for each other.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: SandboxSettings,
    pub(crate) world: RwLock<World>,
    pub(crate) clock: VirtualClock,
    pub(crate) usage: Mutex<meta::usage::Usage>,
    pub(crate) runs: Mutex<meta::insights::report::Runs>,
    pub(crate) faults: Mutex<Faults>,
    calls: Mutex<VecDeque<CallRecord>>,
    writes: Mutex<VecDeque<Write>>,
    /// The last page served per path and token, for serving it again.
    pub(crate) last_page: Mutex<HashMap<String, Reply>>,
    seq: AtomicU64,
    traces: AtomicU64,
    /// Report runs that a fault will fail, marked by the request that asks for them.
    endings: Mutex<HashMap<String, meta::insights::report::Ending>>,
}

/// Locks; a panic elsewhere has not left anything half done that matters here.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(crate) fn new(settings: SandboxSettings) -> Self {
        Self {
            world: RwLock::new(World::new(&settings)),
            clock: VirtualClock::at_noon(settings.today),
            settings,
            usage: Mutex::default(),
            runs: Mutex::default(),
            faults: Mutex::default(),
            calls: Mutex::default(),
            writes: Mutex::default(),
            last_page: Mutex::default(),
            seq: AtomicU64::new(0),
            traces: AtomicU64::new(0),
            endings: Mutex::default(),
        }
    }

    /// A fresh trace id.
    pub(crate) fn trace(&self) -> String {
        meta::trace_of(self.settings.seed, self.traces.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn note_call(&self, mut call: CallRecord) {
        call.seq = self.seq.fetch_add(1, Ordering::Relaxed) + 1;
        let mut calls = lock(&self.calls);
        if calls.len() >= limits::CALLS_KEPT {
            calls.pop_front();
        }
        calls.push_back(call);
    }

    pub(crate) fn calls(&self) -> Vec<CallRecord> {
        lock(&self.calls).iter().cloned().collect()
    }

    pub(crate) fn forget_calls(&self) {
        lock(&self.calls).clear();
    }

    pub(crate) fn note_write(&self, noted: Write) {
        let mut writes = lock(&self.writes);
        if writes.len() >= limits::WRITES_KEPT {
            writes.pop_front();
        }
        writes.push_back(noted);
    }

    pub(crate) fn writes(&self) -> Vec<Write> {
        lock(&self.writes).iter().cloned().collect()
    }

    /// Brings the quotas in line with the faults in force.
    pub(crate) fn apply_quota(&self) {
        let cut = lock(&self.faults).quota();
        lock(&self.usage).cut = cut;
    }

    /// Marks the run that a request asks for as one that will fail.
    pub(crate) fn doom_report(&self, request: &Request, fault: &Fault) {
        let ending = match fault.kind {
            FaultKind::ReportFailed => meta::insights::report::Ending::Failed,
            FaultKind::ReportStuck => meta::insights::report::Ending::Stuck,
            _ => meta::insights::report::Ending::Skipped,
        };
        lock(&self.endings).insert(request.path.clone(), ending);
    }

    /// How the run a request asks for will end, if a fault decided that.
    pub(crate) fn report_ending(&self, request: &Request) -> Option<meta::insights::report::Ending> {
        lock(&self.endings).remove(&request.path)
    }
}

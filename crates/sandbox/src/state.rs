//! What all requests share.

use crate::{
    CallRecord, SandboxSettings, Write,
    clock::VirtualClock,
    faults::Faults,
    http::Reply,
    limits,
    mail::Received,
    oidc::Oidc,
    platform::{self, Platform},
    record::Recorder,
    world::commerce::{Commerce, Trading, shown, store::Store},
};
use std::{
    collections::{HashMap, VecDeque},
    ops::RangeInclusive,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
};

/// What the platforms share, and the platforms themselves. Whoever holds two locks took a world's first; nobody takes a world's twice. A
/// waiting writer would otherwise stop two readers that wait for each other. Only the books of a business are opened before the worlds they
/// are written from, and nobody who holds a world opens them.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: SandboxSettings,
    pub(crate) platforms: Vec<Box<dyn Platform>>,
    pub(crate) commerce: Commerce,
    pub(crate) oidc: Oidc,
    pub(crate) received_messages: Received,
    pub(crate) clock: VirtualClock,
    pub(crate) faults: Mutex<Faults>,
    calls: Mutex<VecDeque<CallRecord>>,
    writes: Mutex<VecDeque<Write>>,
    pub(crate) recorder: Recorder,
    /// The last page served per list, for serving it again.
    pub(crate) last_page: Mutex<HashMap<String, Reply>>,
    seq: AtomicU64,
    traces: AtomicU64,
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
        let (platforms, commerce) = platform::all(&settings);
        Self {
            platforms,
            commerce,
            oidc: Oidc::new(settings.seed),
            received_messages: Received::default(),
            clock: VirtualClock::at_noon(settings.today),
            settings,
            faults: Mutex::default(),
            calls: Mutex::default(),
            writes: Mutex::default(),
            recorder: Recorder::default(),
            last_page: Mutex::default(),
            seq: AtomicU64::new(0),
            traces: AtomicU64::new(0),
        }
    }

    /// The number of the next answer, for ids that platforms put on each.
    pub(crate) fn next_trace(&self) -> u64 {
        self.traces.fetch_add(1, Ordering::Relaxed)
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

    pub(crate) fn received(&self) -> u64 {
        self.seq.load(Ordering::Relaxed)
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

    /// What happened on days of a business, as known now; see [`Commerce::days`].
    pub(crate) fn trading(&self, store: usize, days: RangeInclusive<i32>) -> Vec<Arc<Trading>> {
        self.trading_at(store, days, self.clock.now())
    }

    /// The same as known at an instant that is not after now. Days that are over by now are told whole.
    pub(crate) fn trading_at(&self, store: usize, days: RangeInclusive<i32>, now: i64) -> Vec<Arc<Trading>> {
        let sides: Vec<_> = self.platforms.iter().filter_map(|p| Some((p.source(), p.advertising()?))).collect();
        let ads: Vec<_> = sides.iter().map(|(source, side)| (*source, side.world())).collect();
        self.commerce.days(&ads, store, days, now)
    }

    /// What happened on days of a shop as it shows them, as known at an instant that is not after now.
    pub(crate) fn trading_of(&self, shop: &Store, days: RangeInclusive<i32>, now: i64) -> Vec<Arc<Trading>> {
        match &shop.own {
            None => self.trading_at(shop.tenant, days, now),
            Some(own) => shown::cut(own, shop, days.clone(), &self.trading_at(shop.tenant, shown::around(&days), now)),
        }
    }

    /// Brings the quotas in line with the faults in force.
    pub(crate) fn apply_quota(&self) {
        let left = lock(&self.faults).quota();
        self.platforms.iter().for_each(|platform| platform.cut_quotas(left));
    }
}

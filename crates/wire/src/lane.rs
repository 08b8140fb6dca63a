//! What is known of one platform and of each account on it: budget, breaker, and how many calls are under way.
//!
//! A call takes its account's place first and the platform's after, so an account with a thousand waiting calls holds at most its own
//! few places in the platform's queue: accounts share a platform fairly.

use crate::{
    HeaderMap, Scope, Verdict, WireSettings,
    breaker::{Breaker, Permit},
    budget::Budget,
    dialect::Dialect,
    limits,
};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{Semaphore, SemaphorePermit};
use trimtab_domain::id::AccountId;

/// An outside system: one platform at one address.
#[derive(Debug)]
pub(crate) struct Platform {
    settings: Arc<WireSettings>,
    pub(crate) budget: Budget,
    breaker: Breaker,
    places: Semaphore,
    lanes: Mutex<HashMap<Option<AccountId>, Arc<Lane>>>,
    /// Accounts whose breakers opened since the last good answer.
    troubled: Mutex<HashSet<Option<AccountId>>>,
}

/// One account on it; the account-less calls share one too.
#[derive(Debug)]
pub(crate) struct Lane {
    account: Option<AccountId>,
    pub(crate) budget: Budget,
    breaker: Breaker,
    places: Semaphore,
}

/// Leave to send one request.
#[derive(Debug)]
pub(crate) struct Admission<'a> {
    platform: &'a Platform,
    lane: &'a Lane,
    lane_permit: Permit<'a>,
    platform_permit: Permit<'a>,
    _places: (SemaphorePermit<'a>, SemaphorePermit<'a>),
}

/// Why there was none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Refusal {
    /// A limit stands in the way for this long.
    Limited(Duration),
    /// A breaker is open for this long.
    Open(Duration),
}

impl Platform {
    pub(crate) fn new(settings: Arc<WireSettings>) -> Self {
        Self {
            budget: Budget::new(settings.platform_rate),
            // It opens by `trip` only: one bad account must not count against the platform.
            breaker: Breaker::new(u32::MAX, settings.breaker_cooldown),
            places: Semaphore::new(settings.platform_in_flight),
            lanes: Mutex::default(),
            troubled: Mutex::default(),
            settings,
        }
    }

    pub(crate) fn lane(&self, account: Option<&AccountId>) -> Arc<Lane> {
        let account = account.cloned();
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() >= limits::LANES_MAX && !lanes.contains_key(&account) {
            lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
        }
        let lane = lanes.entry(account).or_insert_with_key(|account| {
            Arc::new(Lane {
                account: account.clone(),
                budget: Budget::new(self.settings.account_rate),
                breaker: Breaker::new(self.settings.breaker_failures, self.settings.breaker_cooldown),
                places: Semaphore::new(self.settings.account_in_flight),
            })
        });
        Arc::clone(lane)
    }

    /// Waits for a place, quota and closed breakers, at most `patience`.
    pub(crate) async fn admit<'a>(&'a self, lane: &'a Lane, weight: u32, patience: Duration) -> Result<Admission<'a>, Refusal> {
        let blocked = || {
            let paused = self.budget.paused().max(lane.budget.paused());
            if paused > patience { Err(Refusal::Limited(paused)) } else { Ok(()) }
        };
        blocked()?;
        let waiting = async {
            let lane_place = lane.places.acquire().await;
            blocked()?;
            // Asked before quota is spent, and again below since waiting takes time.
            drop((lane.breaker.admit().await.map_err(Refusal::Open)?, self.breaker.admit().await.map_err(Refusal::Open)?));
            lane.budget.take(weight).await;
            let place = self.places.acquire().await;
            self.budget.take(weight).await;
            let lane_permit = lane.breaker.admit().await.map_err(Refusal::Open)?;
            let platform_permit = self.breaker.admit().await.map_err(Refusal::Open)?;
            let places = lane_place.ok().zip(place.ok()).ok_or(Refusal::Open(Duration::ZERO))?;
            Ok(Admission { platform: self, lane, lane_permit, platform_permit, _places: places })
        };
        match tokio::time::timeout(patience, waiting).await {
            Ok(admitted) => admitted,
            Err(_elapsed) => Err(Refusal::Limited(self.budget.paused().max(lane.budget.paused()).max(self.settings.limit_wait))),
        }
    }

    /// Takes note of what a reply reports about usage.
    pub(crate) fn heed(&self, lane: &Lane, dialect: &dyn Dialect, headers: &HeaderMap) {
        let mut worst: Vec<(Scope, f64, Option<Duration>)> = Vec::new();
        // Several pools of one scope come in one reply; the fullest sets the pace.
        for usage in dialect.usage(headers, lane.account.as_ref()) {
            match worst.iter_mut().find(|(scope, ..)| *scope == usage.scope) {
                Some((_, percent, regain)) => (*percent, *regain) = (percent.max(usage.percent), (*regain).max(usage.regain)),
                None => worst.push((usage.scope, usage.percent, usage.regain)),
            }
        }
        for (scope, percent, regain) in worst {
            match scope {
                Scope::Platform => self.budget.report(percent, regain),
                Scope::Call => lane.budget.report(percent, regain),
                Scope::Account(account) => self.lane(Some(&account)).budget.report(percent, regain),
            }
        }
    }

    /// Keeps a scope off for a while.
    pub(crate) fn pause(&self, lane: &Lane, scope: &Scope, wait: Duration) {
        match scope {
            Scope::Platform => self.budget.pause(wait),
            Scope::Call => lane.budget.pause(wait),
            Scope::Account(account) => self.lane(Some(account)).budget.pause(wait),
        }
    }
}

impl Admission<'_> {
    /// The platform answered, whatever it said: it and the account are alive.
    pub(crate) fn alive(self) {
        self.lane_permit.succeed();
        self.platform_permit.succeed();
        self.platform.troubled.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// No usable answer came.
    pub(crate) fn failed(self) {
        let opened = self.lane_permit.fail();
        if self.platform_permit.fail() || !opened {
            return;
        }
        let mut troubled = self.platform.troubled.lock().unwrap_or_else(PoisonError::into_inner);
        troubled.insert(self.lane.account.clone());
        if troubled.len() >= limits::BREAKER_ACCOUNTS {
            troubled.clear();
            self.platform.breaker.trip();
        }
    }

    /// Settles the permits by what was said.
    pub(crate) fn settle(self, verdict: &Verdict) {
        if matches!(verdict, Verdict::Transient(_)) { self.failed() } else { self.alive() }
    }
}

#[cfg(test)]
mod tests;

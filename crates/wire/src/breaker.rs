//! A circuit breaker: closed lets calls through, open refuses them, half-open lets one probe decide.
//!
//! Own code because the kept crates read the wall clock themselves or let every waiting caller through as a probe. It counts
//! failures in a row, not rates: platforms fail all or nothing.
//!
//! Who comes while the probe is under way waits for what it shows: accounts that are read at the same time would otherwise fail for
//! nothing but coming second on the day a platform recovers.
//!
//! **Invariant.** A permit dropped without an outcome (a cancelled call) leaves the breaker able to probe again.

use crate::{backoff::doubled, limits};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::Notify, time::Instant};

/// One breaker.
#[derive(Debug)]
pub(crate) struct Breaker {
    failures_max: u32,
    cooldown: Duration,
    state: Mutex<State>,
    /// Told whenever a probe has ended.
    probed: Notify,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant, times: u32 },
    HalfOpen,
}

impl Breaker {
    /// Opens after `failures_max` failures in a row, first for `cooldown`.
    pub(crate) const fn new(failures_max: u32, cooldown: Duration) -> Self {
        Self { failures_max, cooldown, state: Mutex::new(State::Closed { failures: 0 }), probed: Notify::const_new() }
    }

    /// Lets a call through, or says how long to stay away. Waits while a probe is under way: that ends within its own deadline.
    pub(crate) async fn admit(&self) -> Result<Permit<'_>, Duration> {
        loop {
            // Made before the look at the state, so that no end of a probe is missed.
            let probed = self.probed.notified();
            if let Some(answer) = self.try_admit() {
                return answer;
            }
            probed.await;
        }
    }

    /// The same at once; `None` while a probe is under way.
    fn try_admit(&self) -> Option<Result<Permit<'_>, Duration>> {
        let mut state = self.lock();
        match *state {
            State::Closed { .. } => Some(Ok(Permit { breaker: self, probe: None })),
            State::Open { until, times } => {
                let left = until.saturating_duration_since(Instant::now());
                if left > Duration::ZERO {
                    return Some(Err(left));
                }
                *state = State::HalfOpen;
                Some(Ok(Permit { breaker: self, probe: Some(times) }))
            }
            State::HalfOpen => None,
        }
    }

    /// Opens whatever the count.
    pub(crate) fn trip(&self) {
        let mut state = self.lock();
        if matches!(*state, State::Closed { .. }) {
            *state = self.opened(1);
        }
    }

    fn opened(&self, times: u32) -> State {
        State::Open { until: Instant::now() + doubled(self.cooldown, times, limits::BREAKER_COOLDOWN_MAX), times }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leave to make one call, to be returned with its outcome.
#[derive(Debug)]
#[must_use]
pub(crate) struct Permit<'a> {
    breaker: &'a Breaker,
    /// How often the breaker had opened when this call was made its probe.
    probe: Option<u32>,
}

impl Permit<'_> {
    /// The outside answered.
    pub(crate) fn succeed(mut self) {
        let probe = self.probe.take().is_some();
        let mut state = self.breaker.lock();
        // A late success of a call that began before the breaker opened proves nothing about now.
        if probe || matches!(*state, State::Closed { .. }) {
            *state = State::Closed { failures: 0 };
        }
        drop(state);
        if probe {
            self.breaker.probed.notify_waiters();
        }
    }

    /// The outside failed. Returns whether that opened the breaker.
    pub(crate) fn fail(mut self) -> bool {
        let mut state = self.breaker.lock();
        match (self.probe.take(), *state) {
            (Some(times), _) => {
                *state = self.breaker.opened(times.saturating_add(1));
                self.breaker.probed.notify_waiters();
            }
            (None, State::Closed { failures }) if failures + 1 < self.breaker.failures_max => {
                *state = State::Closed { failures: failures + 1 };
                return false;
            }
            (None, State::Closed { .. }) => *state = self.breaker.opened(1),
            (None, _) => return false,
        }
        true
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Some(times) = self.probe {
            *self.breaker.lock() = State::Open { until: Instant::now(), times };
            self.breaker.probed.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    const COOLDOWN: Duration = Duration::from_secs(10);

    /// What a call that comes now is told at once.
    fn admit(breaker: &Breaker) -> Result<Permit<'_>, Duration> {
        breaker.try_admit().expect("no probe is under way")
    }

    fn fail(breaker: &Breaker) -> bool {
        admit(breaker).expect("admitted").fail()
    }

    #[tokio::test(start_paused = true)]
    async fn opens_after_failures_in_a_row_only() {
        let breaker = Breaker::new(3, COOLDOWN);
        assert!(!fail(&breaker));
        assert!(!fail(&breaker));
        admit(&breaker).unwrap().succeed();
        assert!(!fail(&breaker));
        assert!(!fail(&breaker));
        assert!(fail(&breaker), "the third in a row");
        assert_eq!(admit(&breaker).unwrap_err(), COOLDOWN);
        advance(Duration::from_secs(4)).await;
        assert_eq!(admit(&breaker).unwrap_err(), Duration::from_secs(6));
    }

    #[tokio::test(start_paused = true)]
    async fn one_probe_decides() {
        let breaker = Breaker::new(1, COOLDOWN);
        assert!(fail(&breaker));
        advance(COOLDOWN).await;
        let probe = admit(&breaker).unwrap();
        assert!(breaker.try_admit().is_none(), "one probe at a time");
        assert!(probe.fail());
        assert_eq!(admit(&breaker).unwrap_err(), COOLDOWN * 2, "a failed probe doubles the wait");
        advance(COOLDOWN * 2).await;
        admit(&breaker).unwrap().succeed();
        assert!(admit(&breaker).is_ok() && admit(&breaker).is_ok(), "closed again");
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_during_the_probe_is_told_what_it_showed() {
        let breaker = Breaker::new(1, COOLDOWN);
        assert!(fail(&breaker));
        advance(COOLDOWN).await;
        let probe = admit(&breaker).unwrap();
        let (second, third, ()) = tokio::join!(breaker.admit(), breaker.admit(), async { assert!(probe.fail()) });
        assert_eq!((second.unwrap_err(), third.unwrap_err()), (COOLDOWN * 2, COOLDOWN * 2));
        advance(COOLDOWN * 2).await;
        let probe = admit(&breaker).unwrap();
        let (second, third, ()) = tokio::join!(breaker.admit(), breaker.admit(), async { probe.succeed() });
        assert!(second.is_ok() && third.is_ok(), "the first good answer lets everybody through");
        drop((second, third));
        assert!(fail(&breaker));
        advance(COOLDOWN).await;
        let probe = admit(&breaker).unwrap();
        let (second, ()) = tokio::join!(breaker.admit(), async { drop(probe) });
        assert!(second.is_ok(), "a cancelled probe hands over to the next");
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_probe_leaves_room_for_the_next() {
        let breaker = Breaker::new(1, COOLDOWN);
        assert!(fail(&breaker));
        advance(COOLDOWN).await;
        drop(admit(&breaker).unwrap());
        admit(&breaker).expect("another probe").succeed();
    }

    #[tokio::test(start_paused = true)]
    async fn late_outcomes_of_earlier_calls_change_nothing() {
        let breaker = Breaker::new(1, COOLDOWN);
        let (early, other) = (admit(&breaker).unwrap(), admit(&breaker).unwrap());
        assert!(fail(&breaker));
        early.succeed();
        assert!(!other.fail());
        assert_eq!(admit(&breaker).unwrap_err(), COOLDOWN);
        breaker.trip();
        assert_eq!(admit(&breaker).unwrap_err(), COOLDOWN, "tripping an open breaker does not extend it");
    }
}

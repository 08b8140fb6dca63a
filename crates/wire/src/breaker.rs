//! A circuit breaker: closed lets calls through, open refuses them, half-open lets one probe decide.
//!
//! Own code because the kept crates read the wall clock themselves or let every waiting caller through as a probe. It counts
//! failures in a row, not rates: platforms fail all or nothing.
//!
//! **Invariant.** A permit dropped without an outcome (a cancelled call) leaves the breaker able to probe again.

use crate::{backoff::doubled, limits};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// One breaker.
#[derive(Debug)]
pub(crate) struct Breaker {
    failures_max: u32,
    cooldown: Duration,
    state: Mutex<State>,
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
        Self { failures_max, cooldown, state: Mutex::new(State::Closed { failures: 0 }) }
    }

    /// Lets a call through, or says how long to stay away.
    pub(crate) fn admit(&self) -> Result<Permit<'_>, Duration> {
        let mut state = self.lock();
        match *state {
            State::Closed { .. } => Ok(Permit { breaker: self, probe: None }),
            State::Open { until, times } => {
                let left = until.saturating_duration_since(Instant::now());
                if left > Duration::ZERO {
                    return Err(left);
                }
                *state = State::HalfOpen;
                Ok(Permit { breaker: self, probe: Some(times) })
            }
            // The probe decides within its own deadline; a second is soon enough to ask again.
            State::HalfOpen => Err(self.cooldown.min(Duration::from_secs(1))),
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
        let mut state = self.breaker.lock();
        // A late success of a call that began before the breaker opened proves nothing about now.
        if self.probe.take().is_some() || matches!(*state, State::Closed { .. }) {
            *state = State::Closed { failures: 0 };
        }
    }

    /// The outside failed. Returns whether that opened the breaker.
    pub(crate) fn fail(mut self) -> bool {
        let mut state = self.breaker.lock();
        match (self.probe.take(), *state) {
            (Some(times), _) => *state = self.breaker.opened(times.saturating_add(1)),
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
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    const COOLDOWN: Duration = Duration::from_secs(10);

    fn fail(breaker: &Breaker) -> bool {
        breaker.admit().expect("admitted").fail()
    }

    #[tokio::test(start_paused = true)]
    async fn opens_after_failures_in_a_row_only() {
        let breaker = Breaker::new(3, COOLDOWN);
        assert!(!fail(&breaker));
        assert!(!fail(&breaker));
        breaker.admit().unwrap().succeed();
        assert!(!fail(&breaker));
        assert!(!fail(&breaker));
        assert!(fail(&breaker), "the third in a row");
        assert_eq!(breaker.admit().unwrap_err(), COOLDOWN);
        advance(Duration::from_secs(4)).await;
        assert_eq!(breaker.admit().unwrap_err(), Duration::from_secs(6));
    }

    #[tokio::test(start_paused = true)]
    async fn one_probe_decides() {
        let breaker = Breaker::new(1, COOLDOWN);
        assert!(fail(&breaker));
        advance(COOLDOWN).await;
        let probe = breaker.admit().unwrap();
        assert!(breaker.admit().is_err(), "one probe at a time");
        assert!(probe.fail());
        assert_eq!(breaker.admit().unwrap_err(), COOLDOWN * 2, "a failed probe doubles the wait");
        advance(COOLDOWN * 2).await;
        breaker.admit().unwrap().succeed();
        assert!(breaker.admit().is_ok() && breaker.admit().is_ok(), "closed again");
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_probe_leaves_room_for_the_next() {
        let breaker = Breaker::new(1, COOLDOWN);
        assert!(fail(&breaker));
        advance(COOLDOWN).await;
        drop(breaker.admit().unwrap());
        breaker.admit().expect("another probe").succeed();
    }

    #[tokio::test(start_paused = true)]
    async fn late_outcomes_of_earlier_calls_change_nothing() {
        let breaker = Breaker::new(1, COOLDOWN);
        let (early, other) = (breaker.admit().unwrap(), breaker.admit().unwrap());
        assert!(fail(&breaker));
        early.succeed();
        assert!(!other.fail());
        assert_eq!(breaker.admit().unwrap_err(), COOLDOWN);
        breaker.trip();
        assert_eq!(breaker.admit().unwrap_err(), COOLDOWN, "tripping an open breaker does not extend it");
    }
}

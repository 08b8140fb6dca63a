//! A token bucket that listens: its rate falls as the platform reports rising usage and stops while the platform says to wait.
//!
//! Waiters are served in the order they came. It knows nothing of accounts or calls; there is one for each platform and account.

use crate::{Rate, limits};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// One bucket.
#[derive(Debug)]
pub(crate) struct Budget {
    rate: Rate,
    /// Held by the caller next in line while it waits; tokio's mutex is first come, first served.
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    tokens: f64,
    refilled: Instant,
    percent: f64,
    paused_until: Instant,
}

impl Budget {
    pub(crate) fn new(rate: Rate) -> Self {
        let now = Instant::now();
        let state = State { tokens: rate.burst, refilled: now, percent: 0.0, paused_until: now };
        Self { rate, turn: tokio::sync::Mutex::new(()), state: Mutex::new(state) }
    }

    /// Waits for `weight` tokens and takes them. Dropping the future takes nothing.
    pub(crate) async fn take(&self, weight: u32) {
        let weight = f64::from(weight).min(self.rate.burst);
        let _turn = self.turn.lock().await;
        while let Err(wait) = self.try_take(weight) {
            tokio::time::sleep(wait).await;
        }
    }

    fn try_take(&self, weight: f64) -> Result<(), Duration> {
        let mut state = self.lock();
        let now = Instant::now();
        let per_second = self.rate.per_second * pace(state.percent);
        let rested = now.saturating_duration_since(state.refilled).as_secs_f64();
        state.tokens = (state.tokens + rested * per_second).min(self.rate.burst);
        state.refilled = now;
        if now < state.paused_until {
            return Err(state.paused_until - now);
        }
        if state.tokens + 1e-9 >= weight {
            state.tokens -= weight;
            return Ok(());
        }
        let wait = Duration::from_secs_f64((weight - state.tokens) / per_second);
        Err(wait.max(Duration::from_millis(1)))
    }

    /// Takes note of reported usage. A pause in force is never shortened: replies overtake each other.
    pub(crate) fn report(&self, percent: f64, regain: Option<Duration>) {
        let mut state = self.lock();
        let before = state.percent;
        state.percent = if percent.is_finite() { percent.max(0.0) } else { before };
        // What was saved at the fast pace must not be spent at the slow one.
        if state.percent > limits::SLOW_FROM_PERCENT && before <= limits::SLOW_FROM_PERCENT {
            state.tokens = state.tokens.min(1.0);
        }
        if let Some(wait) = regain.filter(|w| *w > Duration::ZERO) {
            state.paused_until = state.paused_until.max(Instant::now() + wait.min(limits::PAUSE_MAX));
        }
    }

    /// Lets nobody through for a while.
    pub(crate) fn pause(&self, wait: Duration) {
        let mut state = self.lock();
        state.paused_until = state.paused_until.max(Instant::now() + wait.min(limits::PAUSE_MAX));
    }

    /// How much longer nobody is let through.
    pub(crate) fn paused(&self) -> Duration {
        self.lock().paused_until.saturating_duration_since(Instant::now())
    }

    /// The last reported usage in percent.
    pub(crate) fn percent(&self) -> f64 {
        self.lock().percent
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The share of the full rate at a reported usage: all of it up to [`limits::SLOW_FROM_PERCENT`], then falling in a straight line to
/// [`limits::PACE_MIN`] at 100 %. It never reaches zero, since only further calls tell that usage has fallen again.
fn pace(percent: f64) -> f64 {
    let over = (percent - limits::SLOW_FROM_PERCENT) / (100.0 - limits::SLOW_FROM_PERCENT);
    1.0 - over.clamp(0.0, 1.0) * (1.0 - limits::PACE_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const RATE: Rate = Rate { per_second: 10.0, burst: 5.0 };

    async fn seconds_for(budget: &Budget, calls: u32) -> f64 {
        let start = Instant::now();
        for _ in 0..calls {
            budget.take(1).await;
        }
        start.elapsed().as_secs_f64()
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_then_the_steady_rate() {
        let budget = Budget::new(RATE);
        assert!(seconds_for(&budget, 5).await < 0.001);
        let steady = seconds_for(&budget, 20).await;
        assert!((1.9..2.2).contains(&steady), "20 calls at 10/s took {steady}");
        budget.take(50).await; // more than the bucket can hold is granted once it is full
    }

    #[tokio::test(start_paused = true)]
    async fn usage_slows_the_pace() {
        let budget = Budget::new(RATE);
        budget.report(60.0, None);
        assert!(seconds_for(&budget, 5).await < 0.001, "below the mark nothing changes");
        budget.report(100.0, Some(Duration::ZERO));
        let slow = seconds_for(&budget, 4).await;
        assert!((7.0..9.0).contains(&slow), "4 calls at 0.5/s took {slow}");
        budget.report(10.0, None);
        let steady = seconds_for(&budget, 20).await;
        assert!(steady < 2.2, "full pace again, took {steady}");
        assert!(pace(75.0) > pace(85.0) && pace(85.0) > pace(99.0) && pace(500.0) >= limits::PACE_MIN);
        budget.report(f64::NAN, None);
        assert!((budget.percent() - 10.0).abs() < 1e-9, "nonsense is ignored");
    }

    #[tokio::test(start_paused = true)]
    async fn waits_until_access_is_regained_and_no_reply_shortens_it() {
        let budget = Budget::new(RATE);
        budget.report(100.0, Some(Duration::from_secs(60)));
        budget.report(3.0, None);
        budget.report(100.0, Some(Duration::from_secs(20)));
        budget.report(3.0, None);
        assert_eq!(budget.paused(), Duration::from_secs(60));
        let waited = seconds_for(&budget, 1).await;
        assert!((60.0..60.2).contains(&waited), "waited {waited}");
    }

    #[tokio::test(start_paused = true)]
    async fn first_come_first_served_and_cancelling_takes_nothing() {
        let budget = Arc::new(Budget::new(Rate { per_second: 1.0, burst: 1.0 }));
        budget.take(1).await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for name in ["a", "cancelled", "b", "c"] {
            let (budget, order) = (Arc::clone(&budget), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                budget.take(1).await;
                order.lock().unwrap().push(name);
            }));
            tokio::task::yield_now().await;
        }
        tasks.remove(1).abort();
        let start = Instant::now();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), ["a", "b", "c"]);
        let took = start.elapsed().as_secs_f64();
        assert!((2.9..3.2).contains(&took), "three tokens at 1/s took {took}");
    }
}

//! How long to wait before trying again: exponential with full jitter, so that callers who failed together do not return together.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// A source of delays.
#[derive(Debug)]
pub(crate) struct Backoff {
    base: Duration,
    cap: Duration,
    rng: Mutex<StdRng>,
}

impl Backoff {
    pub(crate) fn new(base: Duration, cap: Duration, seed: u64) -> Self {
        Self { base, cap, rng: Mutex::new(StdRng::seed_from_u64(seed)) }
    }

    /// The wait after the `failures`-th failure (from 1): uniform between nothing and `min(cap, base · 2^(failures − 1))`.
    pub(crate) fn delay(&self, failures: u32) -> Duration {
        let share: f64 = self.rng.lock().unwrap_or_else(PoisonError::into_inner).random();
        doubled(self.base, failures, self.cap).mul_f64(share)
    }
}

/// `base` doubled for every time after the first, at most `cap`.
pub(crate) fn doubled(base: Duration, times: u32, cap: Duration) -> Duration {
    base.saturating_mul(2_u32.saturating_pow(times.saturating_sub(1).min(31))).min(cap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_stay_in_bounds_and_fill_them() {
        let (base, cap) = (Duration::from_millis(100), Duration::from_secs(2));
        let backoff = Backoff::new(base, cap, 7);
        for failures in 1..40 {
            let bound = doubled(base, failures, cap);
            let delays: Vec<_> = (0..500).map(|_| backoff.delay(failures)).collect();
            assert!(delays.iter().all(|d| *d <= bound), "failure {failures}");
            assert!(delays.iter().any(|d| *d < bound / 4), "full jitter starts at zero");
            assert!(delays.iter().any(|d| *d > bound / 4 * 3), "full jitter reaches the bound");
        }
        assert_eq!(doubled(base, 1, cap), base);
        assert_eq!(doubled(base, 4, cap), base * 8);
        assert_eq!(doubled(base, u32::MAX, cap), cap);
    }

    #[test]
    fn another_seed_jitters_otherwise() {
        let of = |seed| {
            let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60), seed);
            (1..5).map(|n| backoff.delay(n)).collect::<Vec<_>>()
        };
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }
}

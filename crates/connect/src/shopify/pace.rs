//! Asking no faster than the bucket of points allows, as far as it is known.
//!
//! Each answer tells how full the bucket is and what the question cost. The next question of the same kind waits until it can be paid.
//! Long waits are left to the refusal that follows, so that whoever is impatient learns when to come again.

use super::dialect::{Cost, Throttle};
use crate::limits;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// The bucket of a shop. Cheap to clone; all clones draw from the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Pace(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// What is left, and when that was so.
    bucket: Option<(Throttle, Instant)>,
    /// The most that questions of a kind have cost.
    costs: HashMap<&'static str, f64>,
}

impl Pace {
    /// Takes the cost of a question out of the bucket; how long to wait before it can be paid.
    pub(super) fn take(&self, kind: &'static str, now: Instant) -> Duration {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A kind that was never asked may cost as much as the dearest that was.
        let dearest = || state.costs.values().copied().reduce(f64::max);
        let Some(cost) = state.costs.get(kind).copied().or_else(dearest) else { return Duration::ZERO };
        let Some((bucket, at)) = &mut state.bucket else { return Duration::ZERO };
        let regained = now.saturating_duration_since(*at).as_secs_f64() * bucket.restore_rate;
        (bucket.currently_available, *at) = (bucket.currently_available + regained, now);
        let wait = bucket.wait(cost).unwrap_or_default();
        bucket.currently_available -= cost;
        if wait > limits::SHOPIFY_PACE_WAIT_MAX { Duration::ZERO } else { wait }
    }

    /// Takes note of what an answer tells.
    pub(super) fn note(&self, kind: &'static str, cost: Option<Cost>, now: Instant) {
        let Some(cost) = cost else { return };
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(requested) = cost.requested_query_cost {
            let dearest = state.costs.entry(kind).or_insert(requested);
            *dearest = dearest.max(requested);
        }
        if let Some(bucket) = cost.throttle_status {
            state.bucket = Some((bucket, now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(available: f64, requested: f64) -> Option<Cost> {
        let throttle_status = Some(Throttle { currently_available: available, restore_rate: 100.0 });
        Some(Cost { requested_query_cost: Some(requested), throttle_status })
    }

    #[tokio::test]
    async fn a_question_waits_until_it_can_be_paid() {
        let (pace, start) = (Pace::default(), Instant::now());
        assert_eq!(pace.take("orders", start), Duration::ZERO, "nothing is known yet");
        pace.note("orders", told(150.0, 100.0), start);
        assert_eq!(pace.take("orders", start), Duration::ZERO);
        assert_eq!(pace.take("orders", start), Duration::from_millis(500), "half is left");
        assert_eq!(pace.take("shop", start), Duration::from_millis(1_500), "another kind, of unknown cost");
        let later = start + Duration::from_secs(3);
        assert_eq!(pace.take("orders", later), Duration::from_millis(0), "three seconds on, the debt is paid");
    }

    #[tokio::test]
    async fn a_long_wait_is_left_to_the_refusal() {
        let (pace, start) = (Pace::default(), Instant::now());
        pace.note("orders", told(0.0, 1_000_000.0), start);
        assert_eq!(pace.take("orders", start), Duration::ZERO);
    }
}

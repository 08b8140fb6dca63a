//! What one piece of work costs a platform: the requests it sent and the quota its answers said was left, apart from everybody else's.

use crate::Usage;
use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// Counts the calls made through the stack it came with ([`crate::Wire::metered`]). Clones count together.
#[derive(Clone, Default)]
pub struct Meter(Arc<Counted>);

#[derive(Default)]
struct Counted {
    requests: AtomicU32,
    left_percent: Mutex<Option<f64>>,
}

impl Meter {
    /// Requests sent so far, repeated and failed ones too.
    #[must_use]
    pub fn requests(&self) -> u32 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// The share of the platform's limit that was left, in percent, by the last answer that told it; `None` where none did. Where several
    /// limits were told at once, it is the scarcest.
    #[must_use]
    pub fn left_percent(&self) -> Option<f64> {
        *self.0.left_percent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn sent(&self) {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn told(&self, usages: &[Usage]) {
        let scarcest = usages.iter().map(left).filter(|left| left.is_finite()).min_by(f64::total_cmp);
        if scarcest.is_some() {
            *self.0.left_percent.lock().unwrap_or_else(PoisonError::into_inner) = scarcest;
        }
    }
}

/// Nothing is left while the platform says to wait, whatever the share it names.
fn left(usage: &Usage) -> f64 {
    if usage.regain.is_some_and(|wait| wait > Duration::ZERO) { 0.0 } else { (100.0 - usage.percent).clamp(0.0, 100.0) }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter").field("requests", &self.requests()).field("left_percent", &self.left_percent()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scope;

    fn usage(percent: f64, regain: Option<u64>) -> Usage {
        Usage { scope: Scope::Platform, percent, regain: regain.map(Duration::from_secs) }
    }

    #[test]
    fn the_scarcest_limit_of_the_last_answer_that_tells_one_counts() {
        let meter = Meter::default();
        assert_eq!((meter.requests(), meter.left_percent()), (0, None));
        meter.told(&[usage(10.0, None), usage(75.0, None)]);
        assert_eq!(meter.left_percent(), Some(25.0));
        meter.told(&[]);
        assert_eq!(meter.left_percent(), Some(25.0), "an answer without limits says nothing");
        meter.told(&[usage(120.0, None)]);
        assert_eq!(meter.left_percent(), Some(0.0));
        meter.told(&[usage(3.0, None)]);
        assert_eq!(meter.left_percent(), Some(97.0));
        meter.told(&[usage(0.0, Some(60))]);
        assert_eq!(meter.left_percent(), Some(0.0), "a used-up window is told as a wait");
    }
}

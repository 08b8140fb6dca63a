//! Operations of the project and calls per customer: counted always, refused when limits are real.

use super::error::AdsError;
use crate::{Limits, limits, world::chance::whole};
use std::collections::HashMap;

/// A quota that drains evenly over its window.
#[derive(Debug, Clone, Copy, Default)]
struct Gauge {
    level: f64,
    at: f64,
}

impl Gauge {
    fn drain(&mut self, now: f64, quota: f64, window: f64) {
        self.level = (self.level - (now - self.at).max(0.0) * quota / window).max(0.0);
        self.at = now;
    }

    /// Whole seconds until one more fits; 0 when it does.
    fn wait(&self, quota: f64, window: f64) -> i64 {
        let over = self.level + 1.0 - quota;
        if over <= 0.0 { 0 } else { whole((over * window / quota).ceil()).max(1) }
    }
}

const DAY: f64 = 86_400.0;
const MINUTE: f64 = 60.0;

/// What has been used.
#[derive(Debug, Default)]
pub(crate) struct Quota {
    project: Gauge,
    customers: HashMap<u64, Gauge>,
    /// The part of the day's operations that faults have left; all limits are enforced while it is set.
    pub(crate) cut: Option<f64>,
}

impl Quota {
    /// Counts an operation on a customer, or refuses it. Refused calls count, too, as far as the gauge goes.
    pub(crate) fn admit(&mut self, limits: Limits, customer: u64, now: f64) -> Result<(), AdsError> {
        let left = self.cut.unwrap_or(1.0);
        let per_day = match limits {
            Limits::Development => limits::GOOGLE_EXPLORER_PER_DAY,
            Limits::Off | Limits::Real => limits::GOOGLE_BASIC_PER_DAY,
        };
        let (per_day, per_minute) = ((per_day * left).max(1.0), limits::GOOGLE_CUSTOMER_PER_MINUTE);
        self.project.drain(now, per_day, DAY);
        let own = self.customers.entry(customer).or_default();
        own.drain(now, per_minute, MINUTE);
        if limits != Limits::Off || self.cut.is_some() {
            let (day, minute) = (self.project.wait(per_day, DAY), own.wait(per_minute, MINUTE));
            if day > 0 {
                return Err(AdsError::quota("RESOURCE_EXHAUSTED", "DEVELOPER", "Number of operations for basic access", day));
            }
            if minute > 0 {
                return Err(AdsError::quota(
                    "RESOURCE_TEMPORARILY_EXHAUSTED",
                    "ACCOUNT",
                    "Requests per customer and minute",
                    minute,
                ));
            }
        }
        self.project.level = (self.project.level + 1.0).min(per_day);
        own.level = (own.level + 1.0).min(per_minute);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_used_quota_frees_itself_with_time() {
        let mut quota = Quota::default();
        for _ in 0..1_000 {
            assert!(quota.admit(Limits::Off, 1, 0.0).is_ok());
        }
        let mut quota = Quota::default();
        let passed = (0..1_000).take_while(|_| quota.admit(Limits::Real, 1, 0.0).is_ok()).count();
        assert_eq!(passed as f64, limits::GOOGLE_CUSTOMER_PER_MINUTE);
        assert!(quota.admit(Limits::Real, 2, 0.0).is_ok(), "another customer is not held up");
        assert!(quota.admit(Limits::Real, 1, 30.0).is_ok());
    }
}

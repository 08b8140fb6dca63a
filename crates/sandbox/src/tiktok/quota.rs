//! Calls per second, minute and day, of the app and of each advertiser on each path. No header tells how much is left: one is refused.

use super::envelope::ApiError;
use crate::Limits;
use std::collections::HashMap;

/// Seconds in which nothing is answered after a minute's quota was passed.
const MINUTE_BLOCK: f64 = 300.0;

/// What may be asked within a second, a minute and a day.
#[derive(Debug, Clone, Copy)]
struct Quota {
    second: f64,
    minute: f64,
    day: f64,
}

/// An app of the highest tier.
const APP: Quota = Quota { second: 50.0, minute: 3_000.0, day: 4_300_000.0 };
/// One advertiser on one path.
const ADVERTISER: Quota = Quota { second: 20.0, minute: f64::INFINITY, day: f64::INFINITY };
/// Asking for reports to be prepared.
const TASKS: Quota = Quota { second: 2.0, minute: 60.0, day: 4_500.0 };
/// Every path of an app in development.
const DEVELOPMENT: Quota = Quota { second: 1.0, minute: 30.0, day: 1_000.0 };

impl Quota {
    fn cut(self, left: f64) -> Self {
        let less = |quota: f64| (quota * left).max(1.0);
        Self { second: less(self.second), minute: less(self.minute), day: less(self.day) }
    }
}

/// Calls counted within one span that begins when the clock does.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    nth: f64,
    calls: f64,
}

impl Span {
    /// Counts a call; answers how many there were in the span it falls into.
    fn hit(&mut self, at: f64, length: f64) -> f64 {
        let nth = (at / length).floor();
        if nth > self.nth {
            *self = Self { nth, calls: 0.0 };
        }
        self.calls += 1.0;
        self.calls
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Gauge {
    second: Span,
    minute: Span,
    day: Span,
    blocked_until: f64,
}

impl Gauge {
    /// Counts a call. Answers the calls of this second when one of the quotas refuses it.
    fn refuses(&mut self, at: f64, quota: Quota) -> Option<f64> {
        if at < self.blocked_until {
            return Some(quota.second);
        }
        let second = self.second.hit(at, 1.0);
        if second > quota.second {
            return Some(second);
        }
        if self.minute.hit(at, 60.0) > quota.minute {
            self.blocked_until = at + MINUTE_BLOCK;
            return Some(second);
        }
        (self.day.hit(at, 86_400.0) > quota.day).then_some(second)
    }
}

/// Counters of one app.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    /// By what is limited: the app, a path, or an advertiser on a path.
    gauges: HashMap<String, Gauge>,
    /// The part of the usual quotas that a fault has left.
    pub(crate) cut: Option<f64>,
}

impl Quotas {
    /// Counts a call, and refuses it when a quota is used up. `at` is in seconds since some midnight UTC.
    pub(crate) fn admit(&mut self, limits: Limits, path: &str, advertiser: Option<u64>, at: f64) -> Result<(), ApiError> {
        if limits == Limits::Off && self.cut.is_none() {
            return Ok(());
        }
        let left = self.cut.unwrap_or(1.0);
        let mut refuses = |what: String, quota: Quota| {
            self.gauges.entry(what).or_default().refuses(at, quota.cut(left)).map(|n| (n, quota.cut(left)))
        };
        let of_app = match (limits, path) {
            (Limits::Development, _) => refuses(path.to_owned(), DEVELOPMENT),
            (_, "report/task/create/") => refuses(path.to_owned(), TASKS),
            _ => refuses(String::new(), APP),
        };
        if of_app.is_some() {
            return Err(ApiError::throttled());
        }
        let Some(advertiser) = advertiser else { return Ok(()) };
        match refuses(format!("{advertiser} {path}"), ADVERTISER) {
            None => Ok(()),
            Some((calls, quota)) => Err(ApiError::new(
                40_133,
                format!("Advertiser ({advertiser})'s QPS ({calls}) reaches QPS limit {} for current path", quota.second.floor()),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(quotas: &mut Quotas, limits: Limits, calls: usize, at: f64) -> usize {
        (0..calls).filter(|_| quotas.admit(limits, "ad/get/", Some(7), at).is_ok()).count()
    }

    #[test]
    fn a_second_recovers_with_the_next_and_a_minute_after_five() {
        let mut quotas = Quotas::default();
        assert_eq!(answered(&mut quotas, Limits::Off, 500, 0.0), 500);
        assert_eq!(answered(&mut quotas, Limits::Real, 60, 0.5), 20, "an advertiser's calls on one path");
        assert_eq!(answered(&mut quotas, Limits::Real, 60, 1.0), 20);
        let told = (0..21).map(|_| quotas.admit(Limits::Real, "ad/get/", Some(7), 3.0)).last().unwrap().unwrap_err();
        assert!(format!("{told:?}").contains("reaches QPS limit 20 for current path"), "{told:?}");
        assert_eq!((0..80).filter(|_| quotas.admit(Limits::Real, "user/info/", None, 4.0).is_ok()).count(), 50, "the app's calls");
        let all: usize = (0..60).map(|s| answered(&mut quotas, Limits::Development, 3, 120.0 + f64::from(s))).sum();
        assert_eq!(all, 30);
        assert_eq!(answered(&mut quotas, Limits::Development, 1, 300.0), 0);
        assert_eq!(answered(&mut quotas, Limits::Development, 1, 500.0), 1);
    }

    #[test]
    fn a_day_ends_at_midnight() {
        let mut quotas = Quotas::default();
        let all: usize = (0..2_000).map(|s| answered(&mut quotas, Limits::Development, 1, f64::from(s) * 30.0)).sum();
        assert_eq!(all, 1_000);
        assert_eq!(answered(&mut quotas, Limits::Development, 1, 86_399.0), 0);
        assert_eq!(answered(&mut quotas, Limits::Development, 1, 86_400.0), 1);
    }
}

//! Tokens per property: of the day, of the hour, and of the project within the hour; requests at once; failures; and requests whose rows may
//! be withheld. Counted always, refused when limits are real.

use super::error::ApiError;
use crate::{Limits, limits, world::chance::whole};
use serde_json::{Value, json};
use std::collections::HashMap;

const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;
/// Midnight in California, in seconds after that of UTC; summer time is left out of account.
const PACIFIC: f64 = 8.0 * HOUR;

/// What a property has used.
#[derive(Debug, Clone, Copy, Default)]
struct Used {
    day: f64,
    hour: f64,
    day_tokens: f64,
    hour_tokens: f64,
    thresholded: f64,
    failures: f64,
    running: f64,
}

/// Every property's quotas, which all of one project's users share.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    used: HashMap<usize, Used>,
    /// Part of the usual quotas that a fault has left.
    pub(crate) cut: Option<f64>,
}

/// How much there is of each.
#[derive(Debug, Clone, Copy)]
struct Allowed {
    day: f64,
    hour: f64,
    project: f64,
    at_once: f64,
    failures: f64,
    thresholded: f64,
}

impl Quotas {
    fn allowed(&self, limits: Limits) -> Allowed {
        let part = if limits == Limits::Development { limits::GA4_DEVELOPMENT_PART } else { 1.0 };
        let left = |usual: f64, part: f64| (usual * part * self.cut.unwrap_or(1.0)).floor().max(1.0);
        let (day, hour, project) = limits::GA4_TOKENS;
        Allowed {
            day: left(day, part),
            hour: left(hour, part),
            project: left(project, part),
            at_once: left(limits::GA4_REQUESTS_AT_ONCE, 1.0),
            failures: left(limits::GA4_FAILURES_PER_HOUR, 1.0),
            thresholded: left(limits::GA4_THRESHOLDED_PER_HOUR, 1.0),
        }
    }

    /// What a property has used at an instant (seconds since some midnight UTC).
    fn now(&mut self, property: usize, at: f64) -> &mut Used {
        let used = self.used.entry(property).or_default();
        let (day, hour) = (((at - PACIFIC) / DAY).floor(), (at / HOUR).floor());
        if used.day < day {
            (used.day, used.day_tokens) = (day, 0.0);
        }
        if used.hour < hour {
            *used = Used { hour, hour_tokens: 0.0, thresholded: 0.0, failures: 0.0, ..*used };
        }
        used
    }

    /// Lets a request begin, or refuses it. Whoever was let in ends with [`Quotas::end`].
    pub(crate) fn begin(&mut self, limits: Limits, property: usize, thresholded: bool, at: f64) -> Result<(), ApiError> {
        let allowed = self.allowed(limits);
        let enforced = limits != Limits::Off || self.cut.is_some();
        let used = self.now(property, at);
        let spent = [
            (used.running >= allowed.at_once, "Exhausted concurrent requests quota. Please send fewer requests concurrently."),
            (used.failures >= allowed.failures, "Exhausted server errors quota. These quota tokens will return in under an hour."),
            (
                thresholded && used.thresholded >= allowed.thresholded,
                "Exhausted potentially thresholded requests quota. These quota tokens will return in under an hour.",
            ),
            (
                used.hour_tokens >= allowed.project,
                "Exhausted property tokens for a project per hour. These quota tokens will return in under an hour.",
            ),
            (
                used.hour_tokens >= allowed.hour,
                "Exhausted property tokens per hour. These quota tokens will return in under an hour.",
            ),
            (
                used.day_tokens >= allowed.day,
                "Exhausted property tokens per day. These quota tokens will return in under 24 hours.",
            ),
        ];
        if let Some((_, what)) = spent.into_iter().find(|(over, _)| enforced && *over) {
            return Err(ApiError::exhausted(what));
        }
        used.running += 1.0;
        used.thresholded += f64::from(u8::from(thresholded));
        Ok(())
    }

    /// A request has ended.
    pub(crate) fn end(&mut self, property: usize) {
        if let Some(used) = self.used.get_mut(&property) {
            used.running = (used.running - 1.0).max(0.0);
        }
    }

    /// Counts the tokens of a report and tells what is left. What is zero is not told.
    pub(crate) fn spend(&mut self, limits: Limits, property: usize, tokens: i64, at: f64) -> Value {
        let allowed = self.allowed(limits);
        let used = self.now(property, at);
        used.day_tokens += tokens as f64;
        used.hour_tokens += tokens as f64;
        let status = |consumed: i64, left: f64| {
            let mut status = json!({});
            for (name, number) in [("consumed", consumed), ("remaining", whole(left.max(0.0)))] {
                if number != 0 {
                    status[name] = json!(number);
                }
            }
            status
        };
        json!({
            "tokensPerDay": status(tokens, allowed.day - used.day_tokens),
            "tokensPerHour": status(tokens, allowed.hour - used.hour_tokens),
            "tokensPerProjectPerHour": status(tokens, allowed.project - used.hour_tokens),
            "concurrentRequests": status(0, allowed.at_once - used.running + 1.0),
            "serverErrorsPerProjectPerHour": status(0, allowed.failures - used.failures),
            "potentiallyThresholdedRequestsPerHour": status(0, allowed.thresholded - used.thresholded),
        })
    }

    /// Counts a failure of the platform's own, of which there may be only so many.
    pub(crate) fn failed(&mut self, property: usize, at: f64) {
        self.now(property, at).failures += 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back_with_the_hour_and_the_day() {
        let mut quotas = Quotas::default();
        let mut ask = |at: f64, tokens: i64| {
            let admitted = quotas.begin(Limits::Real, 0, false, at);
            if admitted.is_ok() {
                quotas.spend(Limits::Real, 0, tokens, at);
                quotas.end(0);
            }
            admitted.is_ok()
        };
        assert!(ask(40_000.0, 14_000) && !ask(40_001.0, 1), "the project's part of an hour");
        let next = 43_200.0;
        assert!(ask(next, 14_000) && !ask(next + 3_599.0, 1));
        for hour in 1..=12 {
            assert!(ask(next + f64::from(hour) * HOUR, 14_000), "{hour}");
        }
        assert!(ask(next + 13.0 * HOUR, 5_000));
        assert!(!ask(next + 14.0 * HOUR, 1), "the day's are used up");
        assert!(ask(DAY + PACIFIC, 1), "until midnight in California");
    }

    #[test]
    fn failures_and_requests_at_once_have_limits_of_their_own() {
        let mut quotas = Quotas::default();
        for _ in 0..10 {
            assert!(quotas.begin(Limits::Real, 0, true, 0.0).is_ok());
        }
        assert!(quotas.begin(Limits::Real, 0, true, 0.0).is_err() && quotas.begin(Limits::Real, 1, true, 0.0).is_ok());
        quotas.end(0);
        assert!(quotas.begin(Limits::Real, 0, true, 0.0).is_ok());
        (0..10).for_each(|_| quotas.failed(1, 0.0));
        assert!(quotas.begin(Limits::Real, 1, false, 0.0).is_err());
        assert!(quotas.begin(Limits::Off, 1, false, 0.0).is_ok());
    }
}

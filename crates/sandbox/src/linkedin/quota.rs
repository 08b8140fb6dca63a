//! Calls per day by resource, of the app and of each member, counted anew from midnight UTC; and a pace of analytics with a ceiling of
//! values per five minutes. No header tells any of it, and none says when to come back.

use super::error::ApiError;
use crate::{Limits, limits};
use std::collections::HashMap;

const DAY: f64 = 86_400.0;

/// A quota that drains evenly.
#[derive(Debug, Clone, Copy, Default)]
struct Gauge {
    level: f64,
    at: f64,
}

impl Gauge {
    /// Lets out what has drained until now, at so much a second.
    fn drain(&mut self, now: f64, rate: f64) {
        self.level = (self.level - (now - self.at).max(0.0) * rate).max(0.0);
        self.at = now;
    }
}

/// What has been used.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    /// Calls of a day by resource and member; without a member the app's.
    days: HashMap<(String, Option<usize>), (f64, f64)>,
    analytics: Gauge,
    values: Gauge,
    /// Part of the usual quotas that a fault has left.
    pub(crate) cut: Option<f64>,
}

impl Quotas {
    fn enforced(&self, limits: Limits) -> bool {
        limits != Limits::Off || self.cut.is_some()
    }

    /// Counts a call, or refuses it. `at` is in seconds since some midnight UTC.
    pub(crate) fn admit(&mut self, limits: Limits, resource: &str, member: usize, at: f64) -> Result<(), ApiError> {
        if !self.enforced(limits) {
            return Ok(());
        }
        let left = self.cut.unwrap_or(1.0);
        let per_day = if limits == Limits::Development { limits::LINKEDIN_DEVELOPMENT_PER_DAY } else { limits::LINKEDIN_PER_DAY };
        let day = (at / DAY).floor();
        let asked = [(None, per_day.0, "APPLICATION"), (Some(member), per_day.1, "MEMBER")];
        for (of, quota, whose) in asked {
            let used = self.days.entry((resource.to_owned(), of)).or_insert((day, 0.0));
            if used.0 < day {
                *used = (day, 0.0);
            }
            if used.1 >= (quota * left).max(1.0) {
                return Err(ApiError::day_is_used_up(whose));
            }
        }
        if resource == "adAnalytics" {
            self.keeps_pace(left, at)?;
        }
        // What was refused does not count.
        for (of, _, _) in asked {
            if let Some(used) = self.days.get_mut(&(resource.to_owned(), of)) {
                used.1 += 1.0;
            }
        }
        Ok(())
    }

    /// Counts a request for analytics, or refuses it.
    fn keeps_pace(&mut self, left: f64, at: f64) -> Result<(), ApiError> {
        let (burst, per_second) = limits::LINKEDIN_ANALYTICS_PACE;
        self.analytics.drain(at, per_second * left);
        let (values, seconds) = limits::LINKEDIN_VALUES;
        self.values.drain(at, values * left / seconds);
        if self.analytics.level + 1.0 > (burst * left).max(1.0) || self.values.level >= values * left {
            return Err(ApiError::too_fast());
        }
        self.analytics.level += 1.0;
        Ok(())
    }

    /// Counts the values of an answer.
    pub(crate) fn answered(&mut self, limits: Limits, values: usize) {
        if self.enforced(limits) {
            self.values.level += values as f64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(quotas: &mut Quotas, limits: Limits, resource: &str, calls: usize, at: f64) -> usize {
        (0..calls).filter(|_| quotas.admit(limits, resource, 0, at).is_ok()).count()
    }

    #[test]
    fn a_day_ends_at_midnight_and_is_counted_by_resource_and_member() {
        let mut quotas = Quotas::default();
        assert_eq!(admitted(&mut quotas, Limits::Off, "adAccounts", 50_000, 0.0), 50_000);
        let (app, member) = limits::LINKEDIN_DEVELOPMENT_PER_DAY;
        assert_eq!(admitted(&mut quotas, Limits::Development, "adAccounts", 10_000, 1_000.0) as f64, member);
        assert_eq!(admitted(&mut quotas, Limits::Development, "adCampaigns", 1, 1_000.0), 1, "another resource");
        let others = (1..1_000).filter(|m| quotas.admit(Limits::Development, "adAccounts", *m, 1_000.0).is_ok()).count();
        assert_eq!(others as f64, app - member, "the app's calls of the day");
        assert_eq!(admitted(&mut quotas, Limits::Development, "adAccounts", 1, 86_399.0), 0);
        assert_eq!(admitted(&mut quotas, Limits::Development, "adAccounts", 1, 86_400.0), 1);
    }

    #[test]
    fn analytics_have_a_pace_and_a_ceiling_of_values() {
        let mut quotas = Quotas::default();
        let (burst, per_second) = limits::LINKEDIN_ANALYTICS_PACE;
        assert_eq!(admitted(&mut quotas, Limits::Real, "adAnalytics", 5_000, 0.0) as f64, burst);
        assert_eq!(admitted(&mut quotas, Limits::Real, "adAnalytics", 5_000, 10.0) as f64, 10.0 * per_second);
        quotas.answered(Limits::Real, 46_000_000);
        assert_eq!(admitted(&mut quotas, Limits::Real, "adAnalytics", 1, 11.0), 0);
        assert_eq!(admitted(&mut quotas, Limits::Real, "adAnalytics", 1, 40.0), 1, "the values drain");
        let mut quotas = Quotas { cut: Some(0.0005), ..Quotas::default() };
        assert_eq!(admitted(&mut quotas, Limits::Off, "adAnalytics", 10, 500.0), 1, "a cut quota is enforced");
    }
}

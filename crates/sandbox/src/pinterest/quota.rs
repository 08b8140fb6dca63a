//! Calls per minute by user and category, told in `x-ratelimit-*` headers. A trial app has a small number of calls per day instead.

use super::error::ApiError;
use crate::{Limits, world::chance::whole};
use std::collections::HashMap;

/// What a call counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Category {
    AdsRead,
    AdsWrite,
    AdsAnalytics,
    OrgRead,
}

impl Category {
    const fn per_minute(self) -> f64 {
        match self {
            Self::AdsRead | Self::OrgRead => 1_000.0,
            Self::AdsWrite => 400.0,
            Self::AdsAnalytics => 300.0,
        }
    }
}

const MINUTE: f64 = 60.0;
const DAY: f64 = 86_400.0;
/// Calls per day of a trial app.
const TRIAL: f64 = 1_000.0;
/// Changes per day of a trial app.
const TRIAL_WRITES: f64 = 300.0;

#[derive(Debug, Clone, Copy)]
struct Window {
    from: f64,
    calls: f64,
    refused: u32,
}

/// Counters per user, which is one per account here.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    windows: HashMap<(usize, Option<Category>), Window>,
    /// Part of the usual quotas that a fault has left.
    pub(crate) cut: Option<f64>,
}

/// Headers of an answer.
pub(crate) type Headers = Vec<(&'static str, String)>;

impl Quotas {
    /// Counts a call and tells how many are left, or refuses it. `now` in seconds.
    pub(crate) fn take(&mut self, limits: Limits, user: usize, category: Category, now: f64) -> (Headers, Result<(), ApiError>) {
        let (key, usual, seconds) = match (limits, category) {
            (Limits::Development, Category::AdsWrite) => ((user, Some(category)), TRIAL_WRITES, DAY),
            (Limits::Development, _) => ((user, None), TRIAL, DAY),
            _ => ((user, Some(category)), category.per_minute(), MINUTE),
        };
        let quota = (usual * self.cut.unwrap_or(1.0)).floor().max(1.0);
        let window = self.windows.entry(key).or_insert(Window { from: now, calls: 0.0, refused: 0 });
        if now >= window.from + seconds {
            *window = Window { from: now, calls: 0.0, refused: 0 };
        }
        let enforced = limits != Limits::Off || self.cut.is_some();
        let refused = enforced && window.calls >= quota;
        if !refused {
            window.calls += 1.0;
        }
        let left = whole((quota - window.calls).max(0.0));
        let reset = whole((window.from + seconds - now).ceil()).max(1);
        let quota = whole(quota);
        let headers = vec![
            ("x-ratelimit-limit", format!("{quota}, {quota};w={seconds}")),
            ("x-ratelimit-remaining", left.to_string()),
            ("x-ratelimit-reset", reset.to_string()),
        ];
        if !refused {
            return (headers, Ok(()));
        }
        window.refused += 1;
        // Analytics put every second refusal into words under another status.
        let in_words = category == Category::AdsAnalytics && window.refused.is_multiple_of(2);
        (headers, Err(if in_words { ApiError::too_many_in_words(reset) } else { ApiError::too_many() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_so_many_calls_and_then_a_new_one_begins() {
        let mut quotas = Quotas::default();
        let mut statuses = Vec::new();
        for _ in 0..302 {
            let (_, admitted) = quotas.take(Limits::Real, 0, Category::AdsAnalytics, 10.0);
            statuses.push(admitted.map_or_else(|e| e.status, |()| 200));
        }
        assert_eq!(statuses.iter().filter(|s| **s == 200).count(), 300);
        assert_eq!(statuses[300..], [429, 400]);
        let (headers, other) = quotas.take(Limits::Real, 1, Category::AdsAnalytics, 10.0);
        assert!(other.is_ok() && headers[1].1 == "299", "users have their own: {headers:?}");
        let (headers, again) = quotas.take(Limits::Real, 0, Category::AdsAnalytics, 70.0);
        assert!(again.is_ok() && headers[2].1 == "60", "{headers:?}");
        quotas.cut = Some(0.01);
        let cut = (0..4).filter(|_| quotas.take(Limits::Off, 2, Category::AdsAnalytics, 70.0).1.is_ok()).count();
        assert_eq!(cut, 3, "a cut quota is enforced");
    }
}

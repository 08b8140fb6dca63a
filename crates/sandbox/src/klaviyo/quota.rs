//! Calls in fixed windows, by account and endpoint: so many in a second, so many in a minute, and of some so many in a day. What a refused
//! call used up of other windows stays used up.

use super::error::ApiError;
use crate::{Limits, limits, world::chance::whole};
use std::collections::HashMap;

/// How dear an endpoint is: calls per second, per minute, and per day where that is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Size {
    ExtraSmall,
    Small,
    Medium,
    Report,
}

impl Size {
    const fn windows(self) -> [(f64, f64); 3] {
        const ANY: f64 = f64::INFINITY;
        match self {
            Self::ExtraSmall => [(1.0, 1.0), (60.0, 15.0), (86_400.0, ANY)],
            Self::Small => [(1.0, 3.0), (60.0, 60.0), (86_400.0, ANY)],
            Self::Medium => [(1.0, 10.0), (60.0, 150.0), (86_400.0, ANY)],
            Self::Report => [(1.0, 1.0), (60.0, 2.0), (86_400.0, limits::KLAVIYO_REPORTS_PER_DAY)],
        }
    }
}

/// Counters by account and endpoint: for each window its number and the calls in it.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    used: HashMap<(usize, String), [(f64, f64); 3]>,
    /// Part of the usual quotas that a fault has left.
    pub(crate) cut: Option<f64>,
}

/// Headers of an answer.
pub(crate) type Headers = Vec<(&'static str, String)>;

impl Quotas {
    /// Counts a call and tells what is left of the minute, or refuses it.
    pub(crate) fn take(
        &mut self,
        limits: Limits,
        account: usize,
        (endpoint, size): (&str, Size),
        now: f64,
    ) -> Result<Headers, ApiError> {
        let enforced = limits != Limits::Off || self.cut.is_some();
        let left = self.cut.unwrap_or(1.0);
        let used = self.used.entry((account, endpoint.to_owned())).or_default();
        let windows = size.windows().map(|(seconds, calls)| (seconds, (calls * left).floor().max(1.0)));
        let mut wait: f64 = 0.0;
        for (used, (seconds, calls)) in used.iter_mut().zip(windows) {
            let window = (now / seconds).floor();
            if used.0 < window {
                *used = (window, 0.0);
            }
            if used.1 >= calls {
                wait = wait.max((window + 1.0) * seconds - now);
            }
        }
        if enforced && wait > 0.0 {
            return Err(ApiError::throttled(whole(wait.ceil()).max(1)));
        }
        used.iter_mut().for_each(|used| used.1 += 1.0);
        let (seconds, calls) = windows[1];
        let reset = (used[1].0 + 1.0) * seconds - now;
        Ok(vec![
            ("ratelimit-limit", whole(calls).to_string()),
            ("ratelimit-remaining", whole((calls - used[1].1).max(0.0)).to_string()),
            ("ratelimit-reset", whole(reset.ceil()).max(1).to_string()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_a_minute_and_a_day_have_limits() {
        let mut quotas = Quotas::default();
        let mut ask = |now: f64| quotas.take(Limits::Real, 0, ("report", Size::Report), now).map_err(|e| e.wait.unwrap());
        assert!(ask(120.0).is_ok());
        assert_eq!(ask(120.5).unwrap_err(), 1, "the second is used up");
        assert_eq!(ask(130.0).unwrap()[1].1, "0");
        assert_eq!(ask(140.0).unwrap_err(), 40, "the minute is used up");
        let passed =
            (3..200).map(|minute| f64::from(minute) * 60.0).map(|at| ask(at).is_ok() as u32 + ask(at + 2.0).is_ok() as u32);
        assert_eq!(passed.sum::<u32>(), 223, "225 in a day");
        assert!(ask(86_400.0).is_ok());
        assert!(quotas.take(Limits::Real, 1, ("report", Size::Report), 120.0).is_ok(), "accounts have their own");
        assert!((0..9).all(|_| quotas.take(Limits::Off, 0, ("accounts", Size::ExtraSmall), 0.0).is_ok()));
    }
}

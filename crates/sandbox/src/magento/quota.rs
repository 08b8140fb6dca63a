//! The system itself counts nothing; what stands before it does, by the minute and store. No header tells any of it.

use super::error::ApiError;
use crate::{Limits, limits};
use std::collections::HashMap;

/// Calls of the minute under way.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    minutes: HashMap<usize, (f64, f64)>,
    /// Part of the usual calls that a fault has left.
    pub(crate) cut: Option<f64>,
}

impl Quotas {
    /// Counts a call, or refuses it. `now` in seconds.
    pub(crate) fn admit(&mut self, limits: Limits, store: usize, now: f64) -> Result<(), ApiError> {
        if limits == Limits::Off && self.cut.is_none() {
            return Ok(());
        }
        let usual = if limits == Limits::Development { limits::MAGENTO_DEVELOPMENT_PER_MINUTE } else { limits::MAGENTO_PER_MINUTE };
        let most = (usual * self.cut.unwrap_or(1.0)).max(1.0);
        let minute = self.minutes.entry(store).or_insert((now, 0.0));
        if now - minute.0 >= 60.0 {
            *minute = (now, 0.0);
        }
        if minute.1 >= most.floor() {
            return Err(ApiError::too_many());
        }
        minute.1 += 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_so_many_calls() {
        let mut quotas = Quotas::default();
        let mut ask = |limits, store, now| (0..2_000).filter(|_| quotas.admit(limits, store, now).is_ok()).count() as f64;
        assert_eq!(ask(Limits::Off, 0, 0.0), 2_000.0);
        assert_eq!(ask(Limits::Development, 0, 0.0), limits::MAGENTO_DEVELOPMENT_PER_MINUTE);
        assert_eq!(ask(Limits::Development, 1, 0.0), limits::MAGENTO_DEVELOPMENT_PER_MINUTE, "each store has its own");
        assert_eq!(ask(Limits::Development, 0, 59.0), 0.0);
        assert_eq!(ask(Limits::Development, 0, 60.0), limits::MAGENTO_DEVELOPMENT_PER_MINUTE);
    }
}

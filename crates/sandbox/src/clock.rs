//! The virtual clock: it stands still until told to move, and only moves forward.

use crate::{Error, world::calendar::stamp};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicI64, Ordering},
};
use tokio::time::Instant;
use trimtab_domain::Day;

/// The sandbox's own time.
#[derive(Debug)]
pub(crate) struct VirtualClock {
    now: Mutex<i64>,
    advanced: AtomicI64,
    started: Instant,
}

impl VirtualClock {
    /// Starts at noon UTC.
    pub(crate) fn at_noon(day: Day) -> Self {
        let noon = i64::from(crate::world::calendar::number(day)) * 86_400 + 43_200;
        Self { now: Mutex::new(noon), advanced: AtomicI64::new(0), started: Instant::now() }
    }

    /// Unix seconds.
    pub(crate) fn now(&self) -> i64 {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Unix seconds of a clock that goes on by itself: what the virtual clock shows, and what really passed since the start. For whoever is
    /// talked to by a product that lives by the real clock.
    pub(crate) fn running(&self) -> i64 {
        self.now().saturating_add(i64::try_from(self.started.elapsed().as_secs()).unwrap_or(i64::MAX))
    }

    /// Seconds by which limits have recovered: those that really passed and those the clock was advanced by. Where the runtime's clock
    /// is a test's to move, its time is what really passed, so that limits and those who wait for them agree.
    pub(crate) fn recovery(&self) -> f64 {
        self.started.elapsed().as_secs_f64() + self.advanced.load(Ordering::Relaxed) as f64
    }

    pub(crate) fn advance(&self, duration: &str) -> Result<Timestamp, Error> {
        let bad = |hint| Error::BadClock { given: duration.to_owned(), hint };
        let span: Span = duration.parse().map_err(|_| bad("use an ISO 8601 duration such as PT24H or P2D"))?;
        let by: SignedDuration =
            span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| bad("use days, hours, minutes or seconds"))?;
        self.move_to(self.now().saturating_add(by.as_secs()), duration)
    }

    pub(crate) fn set(&self, instant: &str) -> Result<Timestamp, Error> {
        let at: Timestamp = instant
            .parse()
            .map_err(|_| Error::BadClock { given: instant.to_owned(), hint: "use an instant such as 2026-11-21T12:00:00Z" })?;
        self.move_to(at.as_second(), instant)
    }

    fn move_to(&self, target: i64, given: &str) -> Result<Timestamp, Error> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        // The year 2100 keeps every date well within what the calendar can hold.
        if target < *now || target > 4_102_444_800 {
            return Err(Error::BadClock { given: given.to_owned(), hint: "it only moves forward, and not beyond the year 2100" });
        }
        self.advanced.fetch_add(target - *now, Ordering::Relaxed);
        *now = target;
        Ok(stamp(target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_forward_only() {
        let clock = VirtualClock::at_noon(jiff::civil::date(2026, 11, 20));
        assert_eq!(stamp(clock.now()).to_string(), "2026-11-20T12:00:00Z");
        assert_eq!(clock.advance("PT24H").unwrap().to_string(), "2026-11-21T12:00:00Z");
        assert_eq!(clock.advance("P2D").unwrap().to_string(), "2026-11-23T12:00:00Z");
        assert_eq!(clock.set("2026-12-01T00:00:00Z").unwrap().to_string(), "2026-12-01T00:00:00Z");
        for bad in ["-P1D", "tomorrow", "P1Y", "P999999D"] {
            assert!(clock.advance(bad).is_err(), "{bad}");
        }
        assert!(clock.set("2026-11-01T00:00:00Z").is_err());
        assert!(clock.recovery() >= 86_400.0);
    }
}

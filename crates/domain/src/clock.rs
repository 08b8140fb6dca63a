//! Time and identity as parameters, so that tests decide both.

use jiff::Timestamp;

/// Where "now" comes from. The system clock lives in the binary; tests use [`testing::ManualClock`].
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The current instant (UTC).
    fn now(&self) -> Timestamp;
}

/// Where fresh ids and other random tokens come from.
pub trait Ids: Send + Sync + std::fmt::Debug {
    /// 16 unpredictable bytes, never the same twice.
    fn fresh(&self) -> [u8; 16];
}

/// Clocks and ids for tests.
pub mod testing {
    use super::{Clock, Ids};
    use jiff::{SignedDuration, Timestamp};
    use std::sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    };

    /// A clock that moves only when told.
    #[derive(Debug)]
    pub struct ManualClock(Mutex<Timestamp>);

    impl ManualClock {
        /// Starts at an RFC 3339 instant.
        ///
        /// # Panics
        /// If `at` is not an RFC 3339 instant.
        #[must_use]
        pub fn at(at: &str) -> Self {
            Self(Mutex::new(at.parse().expect("an RFC 3339 instant")))
        }

        /// Moves the clock forward.
        ///
        /// # Panics
        /// If the clock leaves the supported range.
        pub fn advance(&self, by: SignedDuration) {
            let mut now = self.0.lock().expect("no test panics while holding the clock");
            *now = now.checked_add(by).expect("in range");
        }
    }

    impl Clock for ManualClock {
        fn now(&self) -> Timestamp {
            *self.0.lock().expect("no test panics while holding the clock")
        }
    }

    /// Ids that count up: 1, 2, 3 …
    #[derive(Debug, Default)]
    pub struct CountingIds(AtomicU64);

    impl Ids for CountingIds {
        fn fresh(&self) -> [u8; 16] {
            let n = self.0.fetch_add(1, Ordering::Relaxed) + 1;
            u128::from(n).to_be_bytes()
        }
    }
}

//! How the stack is tuned. The defaults suit live platforms; tests shorten the waits.

use crate::limits;
use std::{sync::Arc, time::Duration};

/// A steady rate with room for a burst.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Calls per second in the long run; above zero.
    pub per_second: f64,
    /// Calls that may go at once after a rest; at least 1.
    pub burst: f64,
}

/// How fast one platform lets itself be asked, where its documentation says so: never faster than the settings allow either way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Towards the platform, all accounts together.
    pub platform: Rate,
    /// Towards one account.
    pub account: Rate,
}

/// What may be tuned.
#[derive(Debug, Clone)]
pub struct WireSettings {
    /// Attempts of one call that may fail for transient reasons, the first included; at least 1.
    pub attempts: u32,
    /// Upper bound of the first backoff.
    pub backoff_base: Duration,
    /// Upper bound of any backoff.
    pub backoff_cap: Duration,
    /// First wait on a limit whose end the platform does not name.
    pub limit_wait: Duration,
    /// Longest wait of one call for quota or a free slot.
    pub patience: Duration,
    /// Fastest pace towards one platform, before it says anything about usage.
    pub platform_rate: Rate,
    /// Fastest pace towards one account.
    pub account_rate: Rate,
    /// Calls in flight to one platform.
    pub platform_in_flight: usize,
    /// Calls in flight to one account.
    pub account_in_flight: usize,
    /// Failures in a row that open an account's breaker.
    pub breaker_failures: u32,
    /// How long a breaker stays open the first time.
    pub breaker_cooldown: Duration,
    /// Largest body kept, in bytes after decompression.
    pub body_bytes_max: usize,
    /// How the stack names itself to platforms.
    pub user_agent: String,
    /// Seed of the jitter; give each process another one.
    pub jitter_seed: u64,
}

impl WireSettings {
    /// The same, slowed to a platform's own pace.
    pub(crate) fn at(&self, pace: Option<Pace>) -> Arc<Self> {
        let slower = |ours: Rate, theirs: Rate| Rate {
            per_second: ours.per_second.min(theirs.per_second),
            burst: ours.burst.min(theirs.burst),
        };
        let mut settings = self.clone();
        if let Some(pace) = pace {
            settings.platform_rate = slower(self.platform_rate, pace.platform);
            settings.account_rate = slower(self.account_rate, pace.account);
        }
        Arc::new(settings)
    }
}

impl Default for WireSettings {
    fn default() -> Self {
        Self {
            attempts: limits::ATTEMPTS_MAX,
            backoff_base: limits::BACKOFF_BASE,
            backoff_cap: limits::BACKOFF_CAP,
            limit_wait: limits::LIMIT_WAIT,
            patience: limits::PATIENCE,
            platform_rate: Rate { per_second: 200.0, burst: 400.0 },
            account_rate: Rate { per_second: 50.0, burst: 100.0 },
            platform_in_flight: limits::PLATFORM_IN_FLIGHT,
            account_in_flight: limits::ACCOUNT_IN_FLIGHT,
            breaker_failures: limits::BREAKER_FAILURES,
            breaker_cooldown: limits::BREAKER_COOLDOWN,
            body_bytes_max: limits::BODY_BYTES_MAX,
            user_agent: concat!("trimtab/", env!("CARGO_PKG_VERSION")).to_owned(),
            jitter_seed: 0,
        }
    }
}

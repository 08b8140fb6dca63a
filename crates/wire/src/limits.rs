//! Every maximum of the stack, by name. [`crate::WireSettings`] starts from these; what is not a setting is fixed here.

use std::time::Duration;

/// Attempts of one call that may fail for transient reasons, the first included.
pub const ATTEMPTS_MAX: u32 = 5;
/// Times one call may run into the platform's limits before it is handed back.
pub const LIMITED_MAX: u32 = 12;
/// Upper bound of the first backoff; it doubles with each failure.
pub const BACKOFF_BASE: Duration = Duration::from_millis(500);
/// Upper bound no backoff exceeds.
pub const BACKOFF_CAP: Duration = Duration::from_secs(60);
/// How long to keep off when a platform says "too much" without saying until when. Doubles with each repetition.
pub const LIMIT_WAIT: Duration = Duration::from_secs(30);
/// Longest pause taken from a platform's word; a nonsense header must not park an account for a year.
pub const PAUSE_MAX: Duration = Duration::from_secs(24 * 3600);
/// How long one call waits for quota or a free slot before it is handed back with the time to come again.
pub const PATIENCE: Duration = Duration::from_secs(300);
/// Time to establish a connection.
pub const CONNECT: Duration = Duration::from_secs(10);
/// Longest silence within a body.
pub const BODY_STALL: Duration = Duration::from_secs(30);
/// Largest body kept, after decompression.
pub const BODY_BYTES_MAX: usize = 64 << 20;
/// Calls in flight to one account.
pub const ACCOUNT_IN_FLIGHT: usize = 4;
/// Calls in flight to one platform.
pub const PLATFORM_IN_FLIGHT: usize = 32;
/// Failures in a row that open an account's breaker.
pub const BREAKER_FAILURES: u32 = 8;
/// Accounts whose breakers opened, with no success in between, that open the platform's.
pub const BREAKER_ACCOUNTS: usize = 3;
/// How long a breaker stays open the first time; doubles each time the probe fails.
pub const BREAKER_COOLDOWN: Duration = Duration::from_secs(15);
/// Longest time a breaker stays open.
pub const BREAKER_COOLDOWN_MAX: Duration = Duration::from_secs(600);
/// Reported utilisation, in percent, from which calls are slowed.
pub const SLOW_FROM_PERCENT: f64 = 75.0;
/// Share of the full rate left as utilisation reaches 100 %.
pub const PACE_MIN: f64 = 0.05;
/// Calls the in-memory log remembers.
pub const LOG_CALLS: usize = 1000;
/// Calls that wait to be kept for longer; the oldest make room.
pub const LOG_WAITING: usize = 20_000;
/// Accounts kept track of per platform; idle ones make room.
pub const LANES_MAX: usize = 10_000;
/// Longest message of a platform that is kept, in bytes.
pub const MESSAGE_BYTES_MAX: usize = 400;
/// Largest body an errand keeps: documents of keys and addresses, not reports.
pub const ERRAND_BYTES_MAX: usize = 1 << 20;
/// Attempts of an errand that may be repeated: a connection kept open may have been closed at the other end.
pub const ERRAND_ATTEMPTS_MAX: u32 = 2;

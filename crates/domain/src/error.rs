//! The closed list of failure kinds every error enum of the workspace answers with `kind()`.

use std::time::Duration;

/// What sort of failure an error is; HTTP statuses and exit codes are derived from this alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The caller's input is wrong; the message says what to change.
    Invalid,
    /// It does not exist, or the caller may not know that it does.
    NotFound,
    /// Somebody else changed or holds it.
    Conflict,
    /// Nobody is signed in, or the credential is no longer good.
    Unauthenticated,
    /// The caller is known and may not do this.
    Forbidden,
    /// A limit is reached; `retry_after` is known where the limiter said so.
    RateLimited {
        /// How long to wait before trying again.
        retry_after: Option<Duration>,
    },
    /// Something outside is down or broken; trying later may help.
    Unavailable,
    /// It took longer than its deadline.
    Timeout,
    /// Our own fault.
    Internal,
}

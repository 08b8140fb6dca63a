//! Why a call failed, by who must act.

use crate::{Complaint, Method, Refusal};
use std::{fmt, time::Duration};
use trimtab_domain::{ErrorKind, Source, Timestamp, id::AccountId};

/// What was called: enough to find it, nothing that is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The platform.
    pub platform: Source,
    /// The account it was for.
    pub account: Option<AccountId>,
    /// Read or prepare.
    pub method: Method,
    /// Path of the URL, without query.
    pub path: String,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.platform.label(), self.method.as_str(), self.path)?;
        match &self.account {
            Some(account) => write!(f, " (account {account})"),
            None => Ok(()),
        }
    }
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The platform refuses it for good.
    #[error("{target} was refused: {complaint}")]
    Refused {
        /// What was called.
        target: Target,
        /// Why.
        refusal: Refusal,
        /// What the platform said.
        complaint: Complaint,
    },
    /// The platform's limit is reached and will stay so longer than a call waits.
    #[error("{target} has to wait for the platform's limit until {until}")]
    RateLimited {
        /// What was called.
        target: Target,
        /// When to come again.
        until: Timestamp,
        /// The same as a length of time from now.
        wait: Duration,
    },
    /// The platform kept answering with its own trouble.
    #[error("{target} failed {attempts} times, at last with: {complaint}")]
    Unavailable {
        /// What was called.
        target: Target,
        /// Requests made.
        attempts: u32,
        /// What the platform said.
        complaint: Complaint,
    },
    /// The platform could not be reached, or the connection broke.
    #[error("{target} could not be completed in {attempts} attempts")]
    Network {
        /// What was called.
        target: Target,
        /// Requests made.
        attempts: u32,
        /// The last failure, without its URL.
        #[source]
        source: reqwest::Error,
    },
    /// No complete answer came in time.
    #[error("{target} gave no complete answer within {} ms, {attempts} times", after.as_millis())]
    Timeout {
        /// What was called.
        target: Target,
        /// Requests made.
        attempts: u32,
        /// The deadline of one attempt.
        after: Duration,
    },
    /// The breaker is open: the account or platform failed so often that it is left alone for a while.
    #[error("{target} is left alone until {until} after repeated failures")]
    Open {
        /// What was called.
        target: Target,
        /// When it will be tried again.
        until: Timestamp,
        /// The same as a length of time from now.
        wait: Duration,
    },
    /// The body is larger than is kept.
    #[error("{target} answered with more than {limit_bytes} bytes: ask for less at once")]
    TooLarge {
        /// What was called.
        target: Target,
        /// The limit.
        limit_bytes: usize,
    },
    /// The credential cannot be sent.
    #[error("the credential for {target} holds characters no HTTP header can carry: paste it again without line breaks")]
    Unsendable {
        /// What was to be called.
        target: Target,
    },
}

/// The HTTP client could not be set up: the system's certificate store or resolver cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up")]
pub struct SetupError(#[source] pub(crate) reqwest::Error);

impl Error {
    /// What sort of failure it is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused { refusal, .. } => match refusal {
                Refusal::Credential => ErrorKind::Unauthenticated,
                Refusal::Permission => ErrorKind::Forbidden,
                Refusal::Missing => ErrorKind::NotFound,
                Refusal::TooMuch | Refusal::Retired | Refusal::Request => ErrorKind::Invalid,
            },
            Self::RateLimited { wait, .. } => ErrorKind::RateLimited { retry_after: Some(*wait) },
            Self::Unavailable { .. } | Self::Network { .. } | Self::Open { .. } | Self::TooLarge { .. } => ErrorKind::Unavailable,
            Self::Timeout { .. } => ErrorKind::Timeout,
            Self::Unsendable { .. } => ErrorKind::Invalid,
        }
    }
}

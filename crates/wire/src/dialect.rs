//! What a platform has to say about a reply: whether it is good, who must act if not, and how much quota is left.

use crate::{HeaderMap, Pace};
use std::{fmt, time::Duration};
use trimtab_domain::id::AccountId;

/// One platform's way of speaking. Implemented by connectors; the stack acts on it alone.
pub trait Dialect: Send + Sync {
    /// What a complete reply means. Platforms hide errors in unexpected statuses, so the body is part of the question.
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict;

    /// The usage a reply reports, for a call made for `account`.
    fn usage(&self, headers: &HeaderMap, account: Option<&AccountId>) -> Vec<Usage>;

    /// The pace the platform's documentation prescribes; `None` where it only tells usage as it goes.
    fn pace(&self) -> Option<Pace> {
        None
    }
}

/// What a reply means.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The answer that was asked for.
    Good,
    /// The platform had trouble; the same call may work in a moment.
    Transient(Complaint),
    /// A limit is reached.
    Limited {
        /// Who has to keep off.
        scope: Scope,
        /// For how long, where the platform says so.
        wait: Option<Duration>,
        /// What it said.
        complaint: Complaint,
    },
    /// The same call will not work again until somebody changes something.
    Refused(Refusal, Complaint),
}

/// Why a call is refused for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The credential is no longer good.
    Credential,
    /// The credential is good but may not do this.
    Permission,
    /// The answer would be too large; ask for less.
    TooMuch,
    /// The interface version is no longer served.
    Retired,
    /// The object does not exist, or not for us.
    Missing,
    /// The request is wrong.
    Request,
}

/// Who shares a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everybody who calls the platform through us.
    Platform,
    /// One account.
    Account(AccountId),
    /// Whatever the call was for.
    Call,
}

/// One figure of a usage header.
#[derive(Debug, Clone, PartialEq)]
pub struct Usage {
    /// Who shares it.
    pub scope: Scope,
    /// Share of the quota used, in percent; 100 and more means none is left.
    pub percent: f64,
    /// Time until calls are let through again, where the quota is used up.
    pub regain: Option<Duration>,
}

/// What a platform said, in its own words and codes. Secrets are scrubbed before it leaves the stack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Complaint {
    /// HTTP status.
    pub status: u16,
    /// The platform's error code.
    pub code: Option<i64>,
    /// Its finer code.
    pub subcode: Option<i64>,
    /// Its message.
    pub message: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = if self.message.is_empty() { "no message" } else { &self.message };
        write!(f, "{message} (HTTP {}", self.status)?;
        if let Some(code) = self.code {
            write!(f, ", code {code}")?;
        }
        if let Some(subcode) = self.subcode {
            write!(f, "/{subcode}")?;
        }
        f.write_str(")")
    }
}

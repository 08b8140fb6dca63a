//! What the answers of every platform have in common: how many were asked for, when they were given, and what is said of a body that is
//! not what was asked for.

use crate::{Error, limits};
use secrecy::SecretString;
use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU32, Ordering},
};
use trimtab_domain::{Source, Timestamp, id::AccountId};
use trimtab_wire::{Refusal, Reply, scrub};

/// Why a request came to nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The answer or the question is too large; asking for less may work.
    TooMuch(Error),
    /// The credential may not see this, or it does not exist.
    OutOfSight(Error),
    /// Anything else.
    Other(Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::TooMuch(error) | Failure::OutOfSight(error) | Failure::Other(error) => error,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<trimtab_wire::Error> for Failure {
    fn from(error: trimtab_wire::Error) -> Self {
        use trimtab_wire::Error as E;
        match &error {
            E::TooLarge { .. } | E::Refused { refusal: Refusal::TooMuch, .. } => Self::TooMuch(error.into()),
            E::Refused { refusal: Refusal::Permission | Refusal::Missing, .. } => Self::OutOfSight(error.into()),
            _ => Self::Other(error.into()),
        }
    }
}

/// Requests made so far for one read.
#[derive(Debug, Default)]
pub(crate) struct Tally(AtomicU32);

impl Tally {
    pub(crate) fn total(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The latest instant a platform has put on an answer, in seconds since 1970. Cheap to clone; all clones hear the same.
#[derive(Debug, Clone)]
pub(crate) struct Heard(Arc<AtomicI64>);

impl Default for Heard {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(i64::MIN)))
    }
}

impl Heard {
    /// The platform's own time, as far as it has been heard of.
    pub(crate) fn at(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).ok()
    }

    /// Takes note of an answer.
    pub(crate) fn note(&self, tally: &Tally, reply: &Reply) {
        tally.0.fetch_add(reply.attempts, Ordering::Relaxed);
        let date = reply.headers.get("date").and_then(|date| date.to_str().ok());
        if let Some(at) = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok()) {
            self.0.fetch_max(at.timestamp().as_second(), Ordering::Relaxed);
        }
    }
}

/// Why a body was not taken in.
#[derive(Debug)]
pub(crate) enum BadBody {
    /// No JSON of the expected shape: worth asking again, since bodies get cut and mangled on the way.
    Malformed(serde_json::Error),
    /// Well-formed and contradictory.
    Conflict(String),
}

impl BadBody {
    /// What is wrong with a body that is not asked for again.
    pub(crate) fn into_drift(self, platform: Source) -> Error {
        let what = match self {
            Self::Malformed(error) => error.to_string(),
            Self::Conflict(what) => what,
        };
        Error::Drift { platform, account: None, what, sample: String::new() }
    }
}

impl From<serde_json::Error> for BadBody {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed(error)
    }
}

/// What stands for the beginning of an answer that may name people.
pub(crate) const WITHHELD: &[u8] = b"(left out, it may name customers)";

/// What is wrong with a body, without the value that is wrong: it may be somebody's address.
pub(crate) fn unquoting(error: &serde_json::Error) -> String {
    format!("no JSON of the expected shape at line {}, column {}", error.line(), error.column())
}

/// An answer of another shape, with its beginning.
pub(crate) fn drift(platform: Source, account: Option<&AccountId>, what: String, body: &[u8], secrets: &[&SecretString]) -> Error {
    // Scrubbed with room to spare before it is cut: half a secret would no longer be recognised.
    let start = String::from_utf8_lossy(&body[..body.len().min(64 * limits::SAMPLE_BYTES_MAX)]);
    let sample = scrub(&start, secrets).chars().take(limits::SAMPLE_BYTES_MAX).collect();
    Error::Drift { platform, account: account.cloned(), what, sample }
}

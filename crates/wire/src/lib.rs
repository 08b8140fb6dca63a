//! The one HTTP stack every call to an outside system goes through.
//!
//! [`Wire::call`] paces calls per platform and per account by the usage the platform itself reports, retries what the platform's
//! [`Dialect`] calls transient with exponential backoff and full jitter, opens a circuit breaker on an account or platform that keeps
//! failing, holds every wait to a deadline and every body to a size, and logs each attempt without query, header or secret.
//!
//! What is no platform, has no quota to keep and is waited for by a person (an identity provider) is asked by [`Wire::run`] instead: over the same
//! connections, once, within a deadline and a size.
//!
//! It does not know any platform: what a reply means is the dialect's business, what to ask is the caller's. Nothing is spawned;
//! dropping the future of a call cancels it and gives back whatever it held.
//!
//! **Invariant.** A secret is in the request on its way out and nowhere else: not in a kept URL, log line, error or `Debug` output.

mod backoff;
mod breaker;
mod budget;
mod call;
mod dialect;
mod errand;
mod error;
mod lane;
pub mod limits;
mod log;
mod meter;
mod redact;
mod send;
mod settings;
mod wire;

pub use call::{Call, Method, Place, Reply};
pub use dialect::{Complaint, Dialect, Refusal, Scope, Usage, Verdict};
pub use errand::{Errand, ErrandError};
pub use error::{Error, SetupError, Target};
pub use log::{CallRecord, Counts};
pub use meter::Meter;
pub use redact::scrub;
pub use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
pub use settings::{Pace, Rate, WireSettings};
pub use wire::Wire;

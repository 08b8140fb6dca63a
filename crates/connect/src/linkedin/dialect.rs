//! How LinkedIn speaks: `{"status","message","serviceErrorCode","code"}`, of which the status decides nearly everything.
//!
//! There are neither usage headers nor `Retry-After`: limits are not published, end at midnight UTC where they are a day's, and speak
//! only by refusing. Sources: the pages on error handling, rate limits and migrations of the Marketing API.

use serde::Deserialize;
use std::time::Duration;
use trimtab_domain::id::AccountId;
use trimtab_wire::{Complaint, Dialect, HeaderMap, Pace, Rate, Refusal, Scope, Usage, Verdict};

/// How LinkedIn speaks.
#[derive(Debug, Clone, Copy, Default)]
pub struct LinkedinDialect {
    /// Whether it is the live platform, whose unpublished limits want care; a simulated one says when it has enough.
    pub(super) live: bool,
}

/// Six calls within ten seconds, for all accounts of an app together: what is known to be borne for analytics. The burst and ten seconds
/// at the steady rate come to that.
const RATE: Rate = Rate { per_second: 0.5, burst: 1.0 };

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Envelope {
    message: String,
    service_error_code: Option<i64>,
    code: String,
    error_details: Option<Details>,
}

/// What is wrong with the fields of a request. Its shape is documented in parts only, hence the leniency.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Details {
    input_errors: Vec<InputError>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct InputError {
    code: String,
    description: String,
}

impl Envelope {
    /// Everything it says, in one line.
    fn said(&self) -> String {
        let code = if self.code.is_empty() { String::new() } else { format!("{}: ", self.code) };
        let inputs = self.error_details.iter().flat_map(|details| &details.input_errors);
        let inputs: String = inputs.map(|input| format!("; {} {}", input.code, input.description)).collect();
        format!("{code}{}{inputs}", self.message)
    }
}

impl Dialect for LinkedinDialect {
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
        if status < 300 {
            return Verdict::Good;
        }
        let envelope = serde_json::from_slice::<Envelope>(body);
        let (code, message) = match &envelope {
            Ok(envelope) => (envelope.code.as_str(), envelope.said()),
            // A gateway's page, an empty body.
            Err(_) => ("", String::from_utf8_lossy(body).chars().take(200).collect()),
        };
        let number = envelope.as_ref().ok().and_then(|envelope| envelope.service_error_code);
        let expired = message.to_ascii_lowercase().contains("expired access token");
        let complaint = Complaint { status, code: number, subcode: None, message };
        let refusal = match (status, code) {
            (429, _) => return limited(headers, complaint),
            (426, _) | (_, "NONEXISTENT_VERSION") => Refusal::Retired,
            (401, _) => Refusal::Credential,
            _ if expired => Refusal::Credential,
            (403, _) | (400, "NO_PERMISSION_ON_ENTITY" | "NO_PERMISSION_ON_FIELD") => Refusal::Permission,
            // Also for what the credential may not know of.
            (404 | 410, _) => Refusal::Missing,
            (413 | 414, _) => Refusal::TooMuch,
            (501, _) => Refusal::Request,
            // A collision with somebody's write passes, like trouble of LinkedIn's own.
            (408 | 409 | 500.., _) => return Verdict::Transient(complaint),
            _ => Refusal::Request,
        };
        Verdict::Refused(refusal, complaint)
    }

    fn usage(&self, _headers: &HeaderMap, _account: Option<&AccountId>) -> Vec<Usage> {
        Vec::new()
    }

    fn pace(&self) -> Option<Pace> {
        self.live.then_some(Pace { platform: RATE, account: RATE })
    }
}

/// The verdict on too many calls. A day's limit of the application is shared by all accounts that are read through it.
fn limited(headers: &HeaderMap, complaint: Complaint) -> Verdict {
    let message = complaint.message.to_ascii_uppercase();
    if !message.contains("DAY LIMIT") {
        let seconds = headers.get("retry-after").and_then(|v| v.to_str().ok()?.trim().parse().ok());
        return Verdict::Limited { scope: Scope::Call, wait: seconds.map(Duration::from_secs), complaint };
    }
    let scope = if message.contains("APPLICATION") { Scope::Platform } else { Scope::Call };
    Verdict::Limited { scope, wait: until_midnight(headers), complaint }
}

/// A day's limit ends at midnight UTC, by the platform's own clock.
fn until_midnight(headers: &HeaderMap) -> Option<Duration> {
    const DAY: u64 = 24 * 3600;
    let now = jiff::fmt::rfc2822::parse(headers.get("date")?.to_str().ok()?).ok()?.timestamp();
    let second = u64::try_from(now.as_second()).ok()?;
    Some(Duration::from_secs(DAY - second % DAY))
}

#[cfg(test)]
mod tests;

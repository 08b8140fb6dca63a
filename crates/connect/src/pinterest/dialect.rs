//! How Pinterest speaks: `{"code","message"}`, where the code is its own number, and headers that tell the quota of the call's category.
//!
//! Only two codes are known to mean something whatever the status: 8 (too many calls) and 12 (a passing failure, sent as a 400). Analytics
//! say how long to wait in the middle of the message of a 400. All else goes by the status.

use serde::Deserialize;
use std::time::Duration;
use trimtab_domain::id::AccountId;
use trimtab_wire::{Complaint, Dialect, HeaderMap, Pace, Rate, Refusal, Scope, Usage, Verdict};

/// How Pinterest speaks.
#[derive(Debug, Clone, Copy, Default)]
pub struct PinterestDialect;

/// Analytics allow 300 calls a minute, the least of what is used here: the burst and a minute at the steady rate come to that. All
/// categories together allow 100 a second.
pub(super) const PACE: Pace =
    Pace { platform: Rate { per_second: 50.0, burst: 50.0 }, account: Rate { per_second: 2.5, burst: 150.0 } };

/// Too many calls.
const RATE_LIMIT: i64 = 8;
/// "Something went wrong on our end".
const PASSING: i64 = 12;

#[derive(Deserialize)]
struct Envelope {
    code: Option<i64>,
    message: Option<String>,
}

impl Dialect for PinterestDialect {
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
        if status < 300 {
            return Verdict::Good;
        }
        let complaint = match serde_json::from_slice::<Envelope>(body) {
            Ok(Envelope { code, message }) => Complaint { status, code, subcode: None, message: message.unwrap_or_default() },
            // A gateway's page, an empty body.
            Err(_) => {
                Complaint { status, code: None, subcode: None, message: String::from_utf8_lossy(body).chars().take(200).collect() }
            }
        };
        let told = wait_in(&complaint.message);
        match (status, complaint.code) {
            (429, _) | (400, Some(RATE_LIMIT)) => Verdict::Limited {
                scope: Scope::Call,
                wait: told.or_else(|| reset(headers)).or_else(|| retry_after(headers)),
                complaint,
            },
            (400, _) if told.is_some() => Verdict::Limited { scope: Scope::Call, wait: told, complaint },
            (408 | 500.., _) | (400, Some(PASSING)) => Verdict::Transient(complaint),
            (401, _) => Verdict::Refused(Refusal::Credential, complaint),
            (403, _) => Verdict::Refused(Refusal::Permission, complaint),
            (404 | 410, _) => Verdict::Refused(Refusal::Missing, complaint),
            (426, _) => Verdict::Refused(Refusal::Retired, complaint),
            (413 | 414, _) => Verdict::Refused(Refusal::TooMuch, complaint),
            _ => Verdict::Refused(Refusal::Request, complaint),
        }
    }

    fn usage(&self, headers: &HeaderMap, account: Option<&AccountId>) -> Vec<Usage> {
        let (Some(limit), Some(left)) = (number(headers, "x-ratelimit-limit"), number(headers, "x-ratelimit-remaining")) else {
            return Vec::new();
        };
        if limit <= 0.0 {
            return Vec::new();
        }
        let scope = account.map_or(Scope::Call, |account| Scope::Account(account.clone()));
        // A window that is used up is whole again at its end: after the pause there is nothing to go slow for.
        let usage = match reset(headers) {
            Some(wait) if left < 1.0 => Usage { scope, percent: 0.0, regain: Some(wait) },
            _ => Usage { scope, percent: 100.0 * (1.0 - left / limit).clamp(0.0, 1.0), regain: None },
        };
        vec![usage]
    }

    fn pace(&self) -> Option<Pace> {
        Some(PACE)
    }
}

/// How the token endpoint speaks: like the rest, but what it refuses is always the credential. No other part of the request can be wrong.
#[derive(Debug, Clone, Copy)]
pub(super) struct TokenDialect;

impl Dialect for TokenDialect {
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
        match PinterestDialect.classify(status, headers, body) {
            Verdict::Refused(Refusal::Request | Refusal::Permission, complaint) => Verdict::Refused(Refusal::Credential, complaint),
            verdict => verdict,
        }
    }

    fn usage(&self, _headers: &HeaderMap, _account: Option<&AccountId>) -> Vec<Usage> {
        Vec::new()
    }

    fn pace(&self) -> Option<Pace> {
        Some(PACE)
    }
}

/// The wait told in a message (`… Retry after 17 seconds …`).
fn wait_in(message: &str) -> Option<Duration> {
    let lower = message.to_ascii_lowercase();
    let (_, rest) = lower.split_once("retry after ")?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    rest[digits.len()..].trim_start().starts_with("second").then_some(())?;
    digits.parse().ok().map(Duration::from_secs)
}

/// Seconds until the quota is whole again.
fn reset(headers: &HeaderMap) -> Option<Duration> {
    number(headers, "x-ratelimit-reset")
        .filter(|seconds| *seconds > 0.0)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    number(headers, "retry-after").and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

/// The number a header begins with: it may hold a list (`100, 100;w=1, 1000;w=60`), of which the first counts.
fn number(headers: &HeaderMap, name: &str) -> Option<f64> {
    let text = headers.get(name)?.to_str().ok()?.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    text[..end].parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests;

//! How the API for Business speaks: HTTP 200 for nearly everything, and a `code` that decides.
//!
//! There are neither usage headers nor `Retry-After`; how long to keep off follows from which limit the message names. Sources: the
//! return codes and rate-limit pages of the API documentation. `X-Tt-Ads-Throttle` is no limit but the mark of a report that was cut
//! short, and no business of this file.

use crate::scalar::{Count, Text};
use serde::Deserialize;
use std::time::Duration;
use trimtab_domain::id::AccountId;
use trimtab_wire::{Complaint, Dialect, HeaderMap, Pace, Rate, Refusal, Scope, Usage, Verdict};

/// How the API for Business speaks.
#[derive(Debug, Clone, Copy, Default)]
pub struct TiktokDialect;

/// Limits of the lowest tier are 10 calls within a second and 600 within a minute, for all accounts of an app together. At this rate and
/// burst no second sees more than 10 and no minute more than 577; the burst above 1 makes up for timers that are late.
const RATE: Rate = Rate { per_second: 9.6, burst: 1.3 };
/// How long to keep off after too many calls within a second, a minute.
const SECOND_WAIT: Duration = Duration::from_secs(1);
const MINUTE_WAIT: Duration = Duration::from_secs(300);

#[derive(Deserialize)]
struct Envelope<'a> {
    code: Count,
    #[serde(borrow, default)]
    message: Text<'a>,
}

impl Dialect for TiktokDialect {
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
        // Most answers by far; the rest of the body need not be walked to see that it is one.
        if status < 300 && body.starts_with(br#"{"code":0,"#) {
            return Verdict::Good;
        }
        match serde_json::from_slice::<Envelope<'_>>(body) {
            Ok(envelope) if status < 500 && status != 429 => by_code(status, headers, &envelope),
            // A good status with no envelope is for the reader to judge.
            Err(_) if status < 300 => Verdict::Good,
            _ => by_status(status, headers, body),
        }
    }

    fn usage(&self, _headers: &HeaderMap, _account: Option<&AccountId>) -> Vec<Usage> {
        Vec::new()
    }

    fn pace(&self) -> Option<Pace> {
        Some(Pace { platform: RATE, account: RATE })
    }
}

/// The verdict on an envelope.
fn by_code(status: u16, headers: &HeaderMap, envelope: &Envelope<'_>) -> Verdict {
    let message = envelope.message.0.clone().into_owned();
    let wait = limit_wait(&message, headers);
    let complaint = Complaint { status, code: Some(envelope.code.0), subcode: None, message };
    let refusal = match envelope.code.0 {
        0 if status < 300 => return Verdict::Good,
        40_016 | 40_100 | 40_132 | 61_000 => return Verdict::Limited { scope: Scope::Platform, wait, complaint },
        40_133 => return Verdict::Limited { scope: Scope::Call, wait, complaint },
        // A part of what was asked (20001), a collision with somebody's write (40202), and trouble of TikTok's own.
        20_001 | 40_201 | 40_202 | 50_000..=60_999 => return Verdict::Transient(complaint),
        40_102..=40_107 => Refusal::Credential,
        40_001 | 40_003 | 40_113 | 40_114 | 40_117 | 40_118 | 40_125 | 40_130 | 40_301 | 41_000 => Refusal::Permission,
        40_011 | 40_067 => Refusal::TooMuch,
        40_006 | 40_051 | 41_001 => Refusal::Retired,
        40_007 | 40_300 | 40_302 => Refusal::Missing,
        _ if status == 401 => Refusal::Credential,
        _ if status == 403 => Refusal::Permission,
        _ => Refusal::Request,
    };
    Verdict::Refused(refusal, complaint)
}

/// The verdict where the code does not decide (a gateway's page, an empty body).
fn by_status(status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
    let message: String = String::from_utf8_lossy(body).chars().take(200).collect();
    let complaint = Complaint { status, code: None, subcode: None, message };
    match status {
        408 | 500.. => Verdict::Transient(complaint),
        429 => {
            let seconds = headers.get("retry-after").and_then(|v| v.to_str().ok()?.trim().parse().ok());
            Verdict::Limited { scope: Scope::Call, wait: seconds.map(Duration::from_secs), complaint }
        }
        401 => Verdict::Refused(Refusal::Credential, complaint),
        403 => Verdict::Refused(Refusal::Permission, complaint),
        // The paths asked for are fixed and objects are named in the query, so it is the path that is gone.
        404 | 410 => Verdict::Refused(Refusal::Retired, complaint),
        _ => Verdict::Refused(Refusal::Request, complaint),
    }
}

/// How long the limit a message names lasts.
fn limit_wait(message: &str, headers: &HeaderMap) -> Option<Duration> {
    let message = message.to_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if names(&["qpd", "per day", "daily"]) {
        until_midnight(headers)
    } else if names(&["qpm", "per minute"]) {
        Some(MINUTE_WAIT)
    } else if names(&["qps", "per second"]) {
        Some(SECOND_WAIT)
    } else {
        // Our own pace keeps below the limit per second, so it is the one per minute.
        Some(MINUTE_WAIT)
    }
}

/// Daily limits end at midnight UTC, by the platform's own clock.
fn until_midnight(headers: &HeaderMap) -> Option<Duration> {
    const DAY: u64 = 24 * 3600;
    let now = jiff::fmt::rfc2822::parse(headers.get("date")?.to_str().ok()?).ok()?.timestamp();
    let second = u64::try_from(now.as_second()).ok()?;
    Some(Duration::from_secs(DAY - second % DAY))
}

#[cfg(test)]
mod tests;

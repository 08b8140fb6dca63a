//! How Analytics speaks: `google.rpc.Status` in an `error`. Quotas speak by refusing, and by their text alone it is told which one is used up;
//! how long that lasts follows from what the quota counts by.
//!
//! Answers with a 5xx count against a quota of their own (ten an hour), so the handful of attempts the stack makes is all there is; when
//! that quota is used up, the platform says so, and the property is left alone for an hour.

use jiff::{ToSpan, tz::TimeZone};
use serde::Deserialize;
use std::time::Duration;
use trimtab_domain::id::AccountId;
use trimtab_wire::{Complaint, Dialect, HeaderMap, Refusal, Scope, Usage, Verdict};

/// How Analytics speaks.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnalyticsDialect;

/// Which quota a text is about, and how long it lasts. The first that fits counts.
const WAITS: [(&str, Duration); 5] = [
    ("concurrent requests", Duration::from_secs(30)),
    ("server errors", Duration::from_secs(60 * 60)),
    ("potentially thresholded", Duration::from_secs(30 * 60)),
    // Of a project and of a property alike: tokens come back with the hour.
    ("per hour", Duration::from_secs(30 * 60)),
    ("per day", Duration::ZERO),
];

/// How long a day's quota is waited for when the answer does not say what time it is.
const DAY_WAIT: Duration = Duration::from_secs(6 * 60 * 60);

/// Where the day of the quota is cut.
const QUOTA_ZONE: &str = "America/Los_Angeles";

#[derive(Deserialize)]
struct Envelope {
    error: Status,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Status {
    message: String,
    status: String,
}

impl Dialect for AnalyticsDialect {
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
        if status < 300 {
            return Verdict::Good;
        }
        let Ok(Envelope { error }) = serde_json::from_slice::<Envelope>(body) else {
            let message = String::from_utf8_lossy(body).chars().take(200).collect();
            let complaint = Complaint { status, message, ..Complaint::default() };
            return match status {
                // Whatever exists answers in JSON; a page instead means that the path itself, and with it the version, is served no more.
                404 => Verdict::Refused(Refusal::Retired, complaint),
                _ => by_status(status, headers, complaint),
            };
        };
        let message = format!("{}: {}", error.status, error.message);
        let complaint = Complaint { status, message, ..Complaint::default() };
        match error.status.as_str() {
            "RESOURCE_EXHAUSTED" => Verdict::Limited { scope: Scope::Call, wait: wait(&error.message, headers), complaint },
            "UNAUTHENTICATED" => Verdict::Refused(Refusal::Credential, complaint),
            "PERMISSION_DENIED" => Verdict::Refused(Refusal::Permission, complaint),
            "UNIMPLEMENTED" => Verdict::Refused(Refusal::Retired, complaint),
            "NOT_FOUND" if error.message.to_lowercase().contains("method not found") => {
                Verdict::Refused(Refusal::Retired, complaint)
            }
            "NOT_FOUND" => Verdict::Refused(Refusal::Missing, complaint),
            "INTERNAL" | "UNAVAILABLE" | "DEADLINE_EXCEEDED" | "ABORTED" => Verdict::Transient(complaint),
            _ => by_status(status, headers, complaint),
        }
    }

    fn usage(&self, _headers: &HeaderMap, _account: Option<&AccountId>) -> Vec<Usage> {
        Vec::new()
    }
}

/// The verdict where the status is all there is to go by.
fn by_status(status: u16, headers: &HeaderMap, complaint: Complaint) -> Verdict {
    match status {
        408 | 500.. => Verdict::Transient(complaint),
        429 => Verdict::Limited { scope: Scope::Call, wait: wait(&complaint.message, headers), complaint },
        401 => Verdict::Refused(Refusal::Credential, complaint),
        403 => Verdict::Refused(Refusal::Permission, complaint),
        404 | 410 => Verdict::Refused(Refusal::Missing, complaint),
        413 => Verdict::Refused(Refusal::TooMuch, complaint),
        _ => Verdict::Refused(Refusal::Request, complaint),
    }
}

/// How long a quota lasts that is used up; `None` where neither its text nor a header tells.
fn wait(message: &str, headers: &HeaderMap) -> Option<Duration> {
    let message = message.to_lowercase();
    match WAITS.iter().find(|(word, _)| message.contains(word)) {
        Some((_, wait)) if wait.is_zero() => Some(until_midnight(headers).unwrap_or(DAY_WAIT)),
        Some((_, wait)) => Some(*wait),
        None => {
            let seconds = headers.get("retry-after").and_then(|value| value.to_str().ok()?.trim().parse().ok());
            seconds.map(Duration::from_secs)
        }
    }
}

/// Time until the quota's next day begins, by the clock of the answer.
fn until_midnight(headers: &HeaderMap) -> Option<Duration> {
    let date = headers.get("date")?.to_str().ok()?;
    let now = jiff::fmt::rfc2822::parse(date).ok()?.timestamp().to_zoned(TimeZone::get(QUOTA_ZONE).ok()?);
    let midnight = now.date().checked_add(1.day()).ok()?.to_zoned(now.time_zone().clone()).ok()?;
    Duration::try_from(now.duration_until(&midnight)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_wire::HeaderValue;

    fn verdict(status: u16, body: &str) -> Verdict {
        let mut headers = HeaderMap::new();
        headers.insert("date", HeaderValue::from_static("Fri, 20 Nov 2026 12:00:00 GMT"));
        AnalyticsDialect.classify(status, &headers, body.as_bytes())
    }

    fn limited(message: &str) -> Option<Duration> {
        let body = format!(r#"{{"error":{{"code":429,"message":"{message}","status":"RESOURCE_EXHAUSTED"}}}}"#);
        match verdict(429, &body) {
            Verdict::Limited { scope: Scope::Call, wait, .. } => wait,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_quota_is_waited_for_as_long_as_it_lasts() {
        let minutes = |minutes: u64| Some(Duration::from_secs(60 * minutes));
        assert_eq!(limited("Exhausted concurrent requests quota. Please wait."), Some(Duration::from_secs(30)));
        assert_eq!(limited("Exhausted property tokens for a project per hour. These quota tokens will return."), minutes(30));
        assert_eq!(limited("Exhausted property tokens per hour."), minutes(30));
        assert_eq!(limited("Exhausted potentially thresholded requests quota."), minutes(30));
        assert_eq!(limited("Exhausted server errors quota."), minutes(60));
        assert_eq!(limited("Exhausted property tokens per day."), minutes(20 * 60), "noon in London is four in the morning there");
        assert_eq!(limited("Too many of something."), None);
    }

    #[test]
    fn refusals_say_who_must_act() {
        let refusal = |status: u16, body: &str| match verdict(status, body) {
            Verdict::Refused(refusal, complaint) => (refusal, complaint.message),
            other => panic!("{other:?}"),
        };
        let said = |status: u16, word: &str, message: &str| {
            refusal(status, &format!(r#"{{"error":{{"code":{status},"message":"{message}","status":"{word}"}}}}"#)).0
        };
        assert_eq!(said(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."), Refusal::Credential);
        assert_eq!(said(403, "PERMISSION_DENIED", "User does not have sufficient permissions"), Refusal::Permission);
        assert_eq!(said(400, "INVALID_ARGUMENT", "Field foo is not a valid metric."), Refusal::Request);
        assert_eq!(said(404, "NOT_FOUND", "Method not found."), Refusal::Retired);
        assert_eq!(refusal(404, "<!DOCTYPE html>The requested URL was not found").0, Refusal::Retired);
        assert!(matches!(verdict(503, "<html>"), Verdict::Transient(_)));
        assert!(matches!(verdict(500, r#"{"error":{"code":500,"status":"INTERNAL"}}"#), Verdict::Transient(_)));
        assert_eq!(verdict(200, "{}"), Verdict::Good);
    }
}

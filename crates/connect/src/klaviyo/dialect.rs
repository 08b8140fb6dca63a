//! How Klaviyo speaks: `errors` of JSON:API, each with a code and a detail, and headers that tell the window of a minute.
//!
//! What a window allows differs by call, and the wire knows accounts and no calls. So a call weighs the more the fewer of its kind are allowed
//! ([`Cost`]): the shortest windows are kept by pace, the longer ones by what the headers and refusals say.

use serde::Deserialize;
use std::time::Duration;
use trimtab_domain::id::AccountId;
use trimtab_wire::{Complaint, Dialect, HeaderMap, Pace, Rate, Refusal, Scope, Usage, Verdict};

/// How Klaviyo speaks.
#[derive(Debug, Clone, Copy, Default)]
pub struct KlaviyoDialect;

/// Thirty units are what a second allows, wherever it begins: those saved up and those that come within it. Nothing is said of all accounts
/// together.
const PACE: Pace = Pace { platform: Rate { per_second: 200.0, burst: 400.0 }, account: Rate { per_second: 20.0, burst: 10.0 } };

/// What a call takes of [`PACE`], by what a second of it allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cost {
    /// One a second: accounts, reports.
    Whole,
    /// Three a second: aggregates, flows.
    Third,
    /// Ten a second: campaigns, metrics.
    Tenth,
}

impl Cost {
    pub(super) const fn weight(self) -> u32 {
        match self {
            Self::Whole => 30,
            Self::Third => 10,
            Self::Tenth => 3,
        }
    }
}

#[derive(Deserialize)]
struct Envelope {
    errors: Vec<Said>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Said {
    code: String,
    title: String,
    detail: String,
}

impl Dialect for KlaviyoDialect {
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
        if status < 300 {
            return Verdict::Good;
        }
        let said = serde_json::from_slice::<Envelope>(body).ok().and_then(|envelope| envelope.errors.into_iter().next());
        let message = match &said {
            Some(Said { code, title, detail }) => format!("{code}: {}", if detail.is_empty() { title } else { detail }),
            // A gateway's page, an empty body.
            None => String::from_utf8_lossy(body).chars().take(200).collect(),
        };
        let complaint = Complaint { status, message, ..Complaint::default() };
        match status {
            429 => {
                let wait = seconds(headers, "retry-after").or_else(|| seconds(headers, "ratelimit-reset"));
                Verdict::Limited { scope: Scope::Call, wait, complaint }
            }
            408 | 500.. => Verdict::Transient(complaint),
            401 => Verdict::Refused(Refusal::Credential, complaint),
            403 => Verdict::Refused(Refusal::Permission, complaint),
            // A revision two years old is answered so; one that never was, as a wrong request that speaks of it.
            410 => Verdict::Refused(Refusal::Retired, complaint),
            400 if said.is_some_and(|said| said.speaks_of_the_revision()) => Verdict::Refused(Refusal::Retired, complaint),
            404 => Verdict::Refused(Refusal::Missing, complaint),
            413 | 414 => Verdict::Refused(Refusal::TooMuch, complaint),
            _ => Verdict::Refused(Refusal::Request, complaint),
        }
    }

    fn usage(&self, headers: &HeaderMap, account: Option<&AccountId>) -> Vec<Usage> {
        let (Some(limit), Some(left)) = (number(headers, "ratelimit-limit"), number(headers, "ratelimit-remaining")) else {
            return Vec::new();
        };
        if limit <= 0.0 {
            return Vec::new();
        }
        let scope = account.map_or(Scope::Call, |account| Scope::Account(account.clone()));
        // A window that is used up is whole again at its end: after the pause there is nothing to go slow for.
        let usage = match seconds(headers, "ratelimit-reset") {
            Some(wait) if left < 1.0 => Usage { scope, percent: 0.0, regain: Some(wait) },
            _ => Usage { scope, percent: 100.0 * (1.0 - left / limit).clamp(0.0, 1.0), regain: None },
        };
        vec![usage]
    }

    fn pace(&self) -> Option<Pace> {
        Some(PACE)
    }
}

impl Said {
    fn speaks_of_the_revision(&self) -> bool {
        [&self.code, &self.title, &self.detail].iter().any(|text| text.to_lowercase().contains("revision"))
    }
}

fn seconds(headers: &HeaderMap, name: &str) -> Option<Duration> {
    number(headers, name).filter(|seconds| *seconds > 0.0).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

/// The number a header begins with: a limit may be followed by its windows (`60, 3;w=1, 60;w=60`).
fn number(headers: &HeaderMap, name: &str) -> Option<f64> {
    let text = headers.get(name)?.to_str().ok()?.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    text[..end].parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_wire::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (trimtab_wire::HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    fn error(code: &str, detail: &str) -> String {
        format!(r#"{{"errors":[{{"id":"1","status":400,"code":"{code}","title":"T","detail":"{detail}","source":{{}}}}]}}"#)
    }

    #[test]
    fn refusals_say_who_must_act() {
        let refusal = |status: u16, body: &str| match KlaviyoDialect.classify(status, &HeaderMap::new(), body.as_bytes()) {
            Verdict::Refused(refusal, _) => Some(refusal),
            _ => None,
        };
        assert_eq!(
            refusal(401, &error("authentication_failed", "Incorrect authentication credentials.")),
            Some(Refusal::Credential)
        );
        assert_eq!(refusal(403, &error("permission_denied", "missing scope")), Some(Refusal::Permission));
        assert_eq!(refusal(400, &error("invalid", "'data' is not allowed")), Some(Refusal::Request));
        assert_eq!(refusal(400, &error("invalid", "Invalid revision provided")), Some(Refusal::Retired));
        assert_eq!(refusal(410, "gone"), Some(Refusal::Retired));
        assert_eq!(refusal(503, "<html>"), None);
    }

    #[test]
    fn a_window_that_is_used_up_is_waited_for() {
        let told = headers(&[("retry-after", "17"), ("ratelimit-reset", "40")]);
        let verdict = KlaviyoDialect.classify(429, &told, error("throttled", "Request was throttled.").as_bytes());
        assert!(matches!(verdict, Verdict::Limited { wait: Some(wait), .. } if wait.as_secs() == 17), "{verdict:?}");
        let usage = |left: &'static str| {
            let told =
                headers(&[("ratelimit-limit", "60, 3;w=1, 60;w=60"), ("ratelimit-remaining", left), ("ratelimit-reset", "40")]);
            let usage = KlaviyoDialect.usage(&told, None).remove(0);
            (usage.percent, usage.regain.map(|wait| wait.as_secs()))
        };
        assert_eq!((usage("45"), usage("0")), ((25.0, None), (0.0, Some(40))));
    }
}

//! How Google Ads speaks: its error envelope and what each error class asks of whom.
//!
//! An error is a `google.rpc.Status`, in an array where a stream was asked for. Its `GoogleAdsFailure` names each error by category and
//! value; failures of the gateway have none, then the status decides. There are no usage headers: quota speaks only by refusing.

use serde::Deserialize;
use std::{collections::BTreeMap, time::Duration};
use trimtab_domain::id::AccountId;
use trimtab_wire::{Complaint, Dialect, HeaderMap, Refusal, Scope, Usage, Verdict};

/// How Google Ads speaks.
#[derive(Debug, Clone, Copy, Default)]
pub struct AdsDialect;

/// How long to keep off when a day's quota is used up and no delay is named: the day is a sliding one, so some of it is back by then.
const DAILY_WAIT: Duration = Duration::from_secs(3600);

/// Authentication errors that another access token cannot cure.
const BEYOND_RENEWAL: [&str; 4] =
    ["OAUTH_TOKEN_REVOKED", "OAUTH_TOKEN_DISABLED", "GOOGLE_ACCOUNT_DELETED", "DEVELOPER_TOKEN_INVALID"];

/// Whether a refusal of the credential may mean no more than that the access token has aged.
pub(crate) fn renewable(complaint: &Complaint) -> bool {
    !BEYOND_RENEWAL.iter().any(|word| complaint.message.contains(word))
}

#[derive(Deserialize)]
struct Envelope {
    error: Status,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Status {
    message: String,
    status: String,
    details: Vec<Detail>,
}

/// A `GoogleAdsFailure` or an `ErrorInfo`.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Detail {
    request_id: String,
    errors: Vec<AdsError>,
    reason: String,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct AdsError {
    /// One key: the category.
    error_code: BTreeMap<String, String>,
    message: String,
    details: ErrorDetails,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct ErrorDetails {
    quota_error_details: QuotaDetails,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct QuotaDetails {
    rate_scope: String,
    /// `900s`.
    retry_delay: String,
}

impl QuotaDetails {
    fn wait(&self) -> Option<Duration> {
        let seconds: f64 = self.retry_delay.strip_suffix('s')?.parse().ok()?;
        Duration::try_from_secs_f64(seconds).ok().filter(|wait| !wait.is_zero())
    }
}

impl Dialect for AdsDialect {
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
        if status < 300 && !is_error(body) {
            return Verdict::Good;
        }
        match envelope(body) {
            Some(error) => by_error(status, headers, &error),
            None if status < 300 => Verdict::Good,
            None => {
                let start: String = String::from_utf8_lossy(body).chars().take(200).collect();
                by_status(status, headers, complaint(status, start))
            }
        }
    }

    fn usage(&self, _headers: &HeaderMap, _account: Option<&AccountId>) -> Vec<Usage> {
        Vec::new()
    }
}

/// Whether a body opens with an error, in an array or bare.
fn is_error(body: &[u8]) -> bool {
    let body = body.trim_ascii_start();
    let body = body.strip_prefix(b"[").unwrap_or(body).trim_ascii_start();
    body.strip_prefix(b"{").is_some_and(|inner| inner.trim_ascii_start().starts_with(b"\"error\""))
}

fn envelope(body: &[u8]) -> Option<Status> {
    if body.trim_ascii_start().starts_with(b"[") {
        return Some(serde_json::from_slice::<Vec<Envelope>>(body).ok()?.into_iter().next()?.error);
    }
    serde_json::from_slice::<Envelope>(body).ok().map(|envelope| envelope.error)
}

const fn complaint(status: u16, message: String) -> Complaint {
    Complaint { status, code: None, subcode: None, message }
}

/// The verdict on an error envelope: by the first error that has a class of its own, else by the status.
fn by_error(status: u16, headers: &HeaderMap, error: &Status) -> Verdict {
    let failure = error.details.iter().find(|detail| !detail.errors.is_empty());
    let Some(failure) = failure else {
        let reason = error.details.iter().map(|detail| detail.reason.as_str()).find(|reason| !reason.is_empty());
        let word = reason.unwrap_or(&error.status);
        return by_status(status, headers, complaint(status, format!("{word}: {}", error.message)));
    };
    let said = |ads: &AdsError| {
        let code = ads.error_code.iter().map(|(category, value)| format!("{category} {value}: ")).collect::<String>();
        let request = if failure.request_id.is_empty() { String::new() } else { format!(" (request {})", failure.request_id) };
        complaint(status, format!("{code}{}{request}", ads.message))
    };
    for ads in &failure.errors {
        for (category, value) in &ads.error_code {
            if let Some(verdict) = by_code(category, value, ads, said(ads)) {
                return verdict;
            }
        }
    }
    by_status(status, headers, said(&failure.errors[0]))
}

/// The verdict on one error; `None` where the status tells as much.
fn by_code(category: &str, value: &str, ads: &AdsError, complaint: Complaint) -> Option<Verdict> {
    let refused = |refusal| Some(Verdict::Refused(refusal, complaint.clone()));
    match (category, value) {
        ("authenticationError", "CUSTOMER_NOT_FOUND" | "CLIENT_CUSTOMER_ID_INVALID") => refused(Refusal::Missing),
        (
            "authenticationError",
            "NOT_ADS_USER"
            | "TWO_STEP_VERIFICATION_NOT_ENROLLED"
            | "ADVANCED_PROTECTION_NOT_ENROLLED"
            | "ORGANIZATION_NOT_RECOGNIZED"
            | "ORGANIZATION_NOT_APPROVED"
            | "ORGANIZATION_NOT_ASSOCIATED_WITH_DEVELOPER_TOKEN",
        )
        | ("authorizationError", _)
        | ("quotaError", "ACCESS_PROHIBITED") => refused(Refusal::Permission),
        ("authenticationError", _) => refused(Refusal::Credential),
        ("quotaError", _) => {
            let quota = &ads.details.quota_error_details;
            let daily = matches!(value, "RESOURCE_EXHAUSTED" | "EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION");
            // The developer's quota is the Cloud project's: all accounts read through it share it.
            let scope = if quota.rate_scope == "DEVELOPER" { Scope::Platform } else { Scope::Call };
            Some(Verdict::Limited { scope, wait: quota.wait().or_else(|| daily.then_some(DAILY_WAIT)), complaint })
        }
        ("internalError", _) | ("databaseError", "CONCURRENT_MODIFICATION") => Some(Verdict::Transient(complaint)),
        ("requestError", "UNSUPPORTED_VERSION") => refused(Refusal::Retired),
        ("requestError", "INVALID_CUSTOMER_ID" | "RESOURCE_NOT_FOUND" | "BAD_RESOURCE_ID") => refused(Refusal::Missing),
        ("requestError", "RPC_DEADLINE_TOO_SHORT") | ("databaseError", "REQUEST_TOO_LARGE") => refused(Refusal::TooMuch),
        _ => None,
    }
}

/// The verdict where the status is all there is to go by.
fn by_status(status: u16, headers: &HeaderMap, complaint: Complaint) -> Verdict {
    match status {
        408 | 500.. => Verdict::Transient(complaint),
        429 => {
            let seconds = headers.get("retry-after").and_then(|v| v.to_str().ok()?.trim().parse().ok());
            Verdict::Limited { scope: Scope::Call, wait: seconds.map(Duration::from_secs), complaint }
        }
        401 => Verdict::Refused(Refusal::Credential, complaint),
        403 => Verdict::Refused(Refusal::Permission, complaint),
        404 | 410 => Verdict::Refused(Refusal::Missing, complaint),
        _ => Verdict::Refused(Refusal::Request, complaint),
    }
}

#[cfg(test)]
mod tests;

//! How Graph speaks: its error envelope, its codes and its usage headers.
//!
//! Limits come as HTTP 400 with a code, so the code decides and the status only where there is none. `type` is nearly always
//! `OAuthException` and says nothing. Sources: the error reference and rate-limiting pages of the Marketing API documentation.

use serde::Deserialize;
use std::{collections::HashMap, time::Duration};
use trimtab_domain::id::AccountId;
use trimtab_wire::{Complaint, Dialect, HeaderMap, Refusal, Scope, Usage, Verdict};

/// How Graph speaks.
#[derive(Debug, Clone, Copy, Default)]
pub struct GraphDialect;

/// How long to keep off after a block Meta calls abuse prevention.
const ABUSE_WAIT: Duration = Duration::from_secs(3600);

#[derive(Deserialize)]
struct Envelope {
    error: GraphError,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct GraphError {
    message: String,
    code: Option<i64>,
    error_subcode: Option<i64>,
    is_transient: bool,
    error_user_title: Option<String>,
    error_user_msg: Option<String>,
}

impl GraphError {
    fn complaint(&self, status: u16) -> Complaint {
        let mut message = self.message.clone();
        for detail in [&self.error_user_title, &self.error_user_msg].into_iter().flatten() {
            if !message.contains(detail.as_str()) {
                message = format!("{message}: {detail}");
            }
        }
        Complaint { status, code: self.code, subcode: self.error_subcode, message }
    }
}

impl Dialect for GraphDialect {
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
        // Only batch items carry an error within a 200 by design, but a body that is one is never an answer.
        if status < 300 && !body.starts_with(b"{\"error\"") {
            return Verdict::Good;
        }
        match serde_json::from_slice::<Envelope>(body) {
            Ok(Envelope { error }) => by_code(status, headers, &error),
            Err(_) if status < 300 => Verdict::Good,
            Err(_) => by_status(status, headers, body),
        }
    }

    fn usage(&self, headers: &HeaderMap, account: Option<&AccountId>) -> Vec<Usage> {
        let ours = || account.map_or(Scope::Call, |account| Scope::Account(account.clone()));
        let mut usages = Vec::new();
        let mut note = |scope, percent, regain| usages.push(Usage { scope, percent, regain });
        for (id, pool) in business_usage(headers) {
            note(Scope::Account(AccountId::from(id.as_str())), pool.percent(), pool.regain());
        }
        if let Some(usage) = json::<AccountUsage>(headers, "x-ad-account-usage") {
            note(ours(), usage.acc_id_util_pct, usage.regain());
        }
        if let Some(usage) = json::<PoolUsage>(headers, "x-app-usage") {
            note(Scope::Platform, usage.percent(), None);
        }
        if let Some(usage) = json::<InsightsUsage>(headers, "x-fb-ads-insights-throttle") {
            note(Scope::Platform, usage.app_id_util_pct, None);
            note(ours(), usage.acc_id_util_pct, None);
        }
        usages
    }
}

/// The verdict on an error envelope.
fn by_code(status: u16, headers: &HeaderMap, error: &GraphError) -> Verdict {
    let complaint = error.complaint(status);
    let refused = |refusal| Verdict::Refused(refusal, complaint.clone());
    let limited = |scope, wait| Verdict::Limited { scope, wait, complaint: complaint.clone() };
    let too_much = || error.message.contains("reduce the amount of data");
    match (error.code.unwrap_or_default(), error.error_subcode.unwrap_or_default()) {
        (2635, _) => refused(Refusal::Retired),
        _ if status == 426 => refused(Refusal::Retired),
        (190 | 102 | 104, _) => refused(Refusal::Credential),
        (4, _) => limited(Scope::Platform, None),
        // These two forbid one kind of write for hours; they say nothing about reads of the account.
        (17, 1_885_172) | (613, 1_487_632 | 1_487_225) => refused(Refusal::Request),
        (613, 0) => limited(Scope::Call, Some(ABUSE_WAIT)),
        (17 | 32 | 613, _) => limited(Scope::Call, account_regain(headers)),
        (80_000..=80_014, _) => limited(Scope::Call, business_regain(headers).or_else(|| retry_after(headers))),
        (100, 1_487_534 | 1_504_018) | (2, 1_504_038) | (-3, 1_504_045) => refused(Refusal::TooMuch),
        (1 | 2, subcode) if subcode != 1_504_041 && too_much() => refused(Refusal::TooMuch),
        (2, 1_504_041) => refused(Refusal::Request),
        (1 | 2 | -1 | -2 | -3 | 960, _) => Verdict::Transient(complaint),
        (3 | 10 | 200..=299 | 368, _) | (100, 3_191_001) => refused(Refusal::Permission),
        (100, 33) | (803, _) => refused(Refusal::Missing),
        _ if error.is_transient || status >= 500 => Verdict::Transient(complaint),
        (0, _) => by_status(status, headers, error.message.as_bytes()),
        _ => refused(Refusal::Request),
    }
}

/// The verdict where there is no envelope to go by (a gateway's page, an empty body).
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
        404 | 410 => Verdict::Refused(Refusal::Missing, complaint),
        426 => Verdict::Refused(Refusal::Retired, complaint),
        _ => Verdict::Refused(Refusal::Request, complaint),
    }
}

/// One pool of `X-Business-Use-Case-Usage`, and the whole of `X-App-Usage`: figures in percent.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct PoolUsage {
    call_count: f64,
    total_cputime: f64,
    total_time: f64,
    estimated_time_to_regain_access: f64,
}

impl PoolUsage {
    fn percent(&self) -> f64 {
        self.call_count.max(self.total_cputime).max(self.total_time)
    }

    /// Meta counts this one in minutes.
    fn regain(&self) -> Option<Duration> {
        seconds(self.estimated_time_to_regain_access * 60.0)
    }
}

/// `X-Ad-Account-Usage`.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct AccountUsage {
    acc_id_util_pct: f64,
    /// Seconds until the score falls to zero; it matters only once the quota is used up.
    reset_time_duration: f64,
}

impl AccountUsage {
    fn regain(&self) -> Option<Duration> {
        (self.acc_id_util_pct >= 100.0).then(|| seconds(self.reset_time_duration)).flatten()
    }
}

/// `X-FB-Ads-Insights-Throttle`.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct InsightsUsage {
    app_id_util_pct: f64,
    acc_id_util_pct: f64,
}

fn seconds(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok().filter(|d| !d.is_zero())
}

fn json<T: for<'a> Deserialize<'a>>(headers: &HeaderMap, name: &str) -> Option<T> {
    serde_json::from_slice(headers.get(name)?.as_bytes()).ok()
}

/// Every pool of the business use case header, by the object it is counted for. The documentation knows it by two names.
fn business_usage(headers: &HeaderMap) -> Vec<(String, PoolUsage)> {
    let pools: Option<HashMap<String, Vec<PoolUsage>>> =
        json(headers, "x-business-use-case-usage").or_else(|| json(headers, "x-business-use-case"));
    pools.into_iter().flatten().flat_map(|(id, pools)| pools.into_iter().map(move |pool| (id.clone(), pool))).collect()
}

/// Meta does not send this one; gateways in front of it do.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get("retry-after")?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

fn business_regain(headers: &HeaderMap) -> Option<Duration> {
    business_usage(headers).iter().filter_map(|(_, pool)| pool.regain()).max()
}

fn account_regain(headers: &HeaderMap) -> Option<Duration> {
    json::<AccountUsage>(headers, "x-ad-account-usage")
        .and_then(|usage| usage.regain())
        .or_else(|| business_regain(headers))
        .or_else(|| retry_after(headers))
}

#[cfg(test)]
mod tests;

//! What was asked and what was changed, for tests and evaluation to read. Tokens are never kept.

use serde::Serialize;
use serde_json::Value;

/// One request that was received.
#[derive(Debug, Clone, Serialize)]
pub struct CallRecord {
    /// Order of arrival, from 1.
    pub seq: u64,
    /// The virtual clock's instant (RFC 3339).
    pub time: String,
    /// The platform it went to.
    pub source: &'static str,
    /// The HTTP verb.
    pub method: &'static str,
    /// The path with its prefix, without parameters.
    pub route: String,
    /// The parameters as a query string; what is secret is named, and its value left out.
    pub query: String,
    /// The status answered; 0 when the connection was dropped.
    pub status: u16,
    /// Whose account it was about, where that can be told.
    pub tenant: Option<String>,
    /// That account.
    pub account: Option<String>,
    /// The fault that struck it.
    pub fault: Option<String>,
}

/// One accepted change.
#[derive(Debug, Clone, Serialize)]
pub struct Write {
    /// The virtual clock's instant (RFC 3339).
    pub time: String,
    /// The platform.
    pub source: &'static str,
    /// Whose account it is.
    pub tenant: String,
    /// The account.
    pub account: String,
    /// `campaign`, `ad_set`, `ad`, or `campaign_budget` where budgets are objects of their own.
    pub object_kind: &'static str,
    /// The object's id.
    pub object: String,
    /// By parameter: `{"before": …, "after": …}`, in the platform's own form.
    pub changes: Value,
}

/// The parameters of a request as a query string, with `…` for what is secret.
pub(crate) fn harmless(params: &[(String, String)]) -> String {
    const SECRET: [&str; 11] = [
        "access_token",
        "input_token",
        "fb_exchange_token",
        "refresh_token",
        "token",
        "client_secret",
        "appsecret_proof",
        "code",
        "secret",
        "auth_code",
        "code_verifier",
    ];
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in params {
        let secret = SECRET.contains(&name.as_str()) || value.contains("access_token=");
        query.append_pair(name, if secret { "…" } else { value });
    }
    query.finish()
}

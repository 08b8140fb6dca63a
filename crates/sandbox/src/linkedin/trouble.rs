//! Trouble in LinkedIn's words.

use super::{auth, error::ApiError};
use crate::{
    http::{Reply, Request},
    platform::Trouble,
};
use serde_json::{Value, json};

/// An answer with trouble.
pub(super) fn reply(request: &Request, trouble: Trouble) -> Reply {
    let path = request.path.trim_matches('/');
    let issuing = path == "oauth/v2/accessToken";
    let introspecting = path == "oauth/v2/introspectToken";
    let with_tokens = path.ends_with("adAccounts") || path.contains("adCampaign") || path.contains("creatives");
    match trouble {
        Trouble::Throttled => ApiError::day_is_used_up("APPLICATION").reply(),
        Trouble::TooManyRequests => {
            let mut reply = ApiError::too_fast().reply();
            reply.headers.push(("retry-after", "1".to_owned()));
            reply
        }
        Trouble::Failing => ApiError::passing().reply(),
        Trouble::ExpiredToken | Trouble::Revoked if issuing => auth::invalid_grant(),
        Trouble::ExpiredToken if introspecting => Reply::value(&json!({"active": false, "status": "expired"})),
        Trouble::Revoked if introspecting => Reply::value(&json!({"active": false, "status": "revoked"})),
        Trouble::ExpiredToken => ApiError::expired_token().reply(),
        Trouble::Revoked => ApiError::forbidden(&format!("{} /{path}", request.method.word())).reply(),
        Trouble::Empty if with_tokens => Reply::value(&json!({"elements": [], "metadata": {}})),
        Trouble::Empty => Reply::value(&json!({"elements": [], "paging": {"start": 0, "count": 10, "links": []}})),
        Trouble::Drift if issuing || introspecting => Reply::value(&json!({"token": {"value": "AQ", "type": "Bearer"}})),
        Trouble::Drift => Reply::value(&drifted()),
    }
}

fn drifted() -> Value {
    json!({"elements": {"rows": [{"id": {"value": "1"}, "costInLocalCurrency": {"amount": 12.5}}]}, "metadata": {}})
}

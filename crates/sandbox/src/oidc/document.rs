//! What the issuer says of itself.

use super::Asked;
use crate::{FaultKind, http::Reply};
use serde_json::json;

/// Another issuer, where a fault wants one.
pub(super) const OTHER_ISSUER: &str = "https://issuer.attacker.example";

/// The discovery document.
pub(super) fn configuration(asked: &Asked<'_>) -> Reply {
    let own = if asked.shared { format!("{}/common/v2.0", asked.base) } else { asked.base.to_owned() };
    let named = if asked.shared { format!("{}/{{tenantid}}/v2.0", asked.base) } else { own.clone() };
    let issuer = if asked.fault == Some(FaultKind::OtherIssuer) { OTHER_ISSUER } else { &named };
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{own}/authorize"),
        "token_endpoint": format!("{own}/token"),
        "userinfo_endpoint": format!("{own}/userinfo"),
        "jwks_uri": format!("{own}/keys"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "nonce", "at_hash", "email", "email_verified", "name", "hd"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    });
    if let Some(document) = document.as_object_mut().filter(|_| asked.shared) {
        // Microsoft tells neither.
        document.remove("code_challenge_methods_supported");
        document.remove("authorization_response_iss_parameter_supported");
    }
    Reply::value(&document)
}

//! Whether an ID token proves what it says: signature, issuer, audience, party, nonce, time.
//!
//! The library verifies; what it leaves to its users is decided here: which algorithms prove anything, who may be named as the party that
//! asked, how far clocks may differ, and that the access token belongs to the same answer. A shared secret proves nothing, ever: the verifier
//! is made as for a public application, which has none.

use super::{IssuerSettings, TokenFlaw, discovery::Discovered};
use crate::limits;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalClaims, ClaimsVerificationError, ClientId, IdToken, IdTokenClaims, IdTokenVerifier,
    IssuerUrl, Nonce, SignatureVerificationError,
    core::{CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm},
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use trimtab_domain::Timestamp;

/// Signatures by a key of the issuer's own, of which only the issuer has the private half.
const ACCEPTED: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Claims beyond the standard's.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Extra {
    /// Google: the domain of the organisation that keeps the account.
    #[serde(default)]
    pub(super) hd: Option<String>,
    /// Microsoft: whether the owner of the address's domain was verified.
    #[serde(default, deserialize_with = "yes_or_no")]
    pub(super) xms_edov: Option<bool>,
}

impl AdditionalClaims for Extra {}

pub(super) type Claims = IdTokenClaims<Extra, CoreGenderClaim>;
pub(super) type Token = IdToken<Extra, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// What a token must fit.
pub(super) struct Expected<'a> {
    pub(super) settings: &'a IssuerSettings,
    pub(super) nonce: &'a str,
    pub(super) now: Timestamp,
    /// The access token it came with.
    pub(super) access: &'a AccessToken,
}

/// The claims of a token, if it holds.
pub(super) fn claims<'t>(token: &'t Token, expected: &Expected<'_>, known: &Discovered) -> Result<&'t Claims, TokenFlaw> {
    let Expected { settings, nonce, now, access } = expected;
    let issuer = known.document.issuer_of(|| tenant(token)).ok_or(TokenFlaw::Issuer)?;
    let issuer = IssuerUrl::new(issuer).map_err(|_| TokenFlaw::Issuer)?;
    // A token that has just expired by our clock may be good by the issuer's.
    let lenient = now.checked_sub(limits::OIDC_LEEWAY).map_err(|_| TokenFlaw::Expired)?.to_string();
    let lenient = lenient.parse().map_err(|_| TokenFlaw::Expired)?;
    let verifier = IdTokenVerifier::new_public_client(ClientId::new(settings.client_id.clone()), issuer, known.keys.clone())
        .set_allowed_algs(ACCEPTED)
        .set_time_fn(move || lenient);
    let claims = token.claims(&verifier, &Nonce::new((*nonce).to_owned())).map_err(|error| flaw(&error))?;
    if claims.authorized_party().is_some_and(|party| party.as_str() != settings.client_id) {
        return Err(TokenFlaw::Party);
    }
    let latest = now.checked_add(limits::OIDC_LEEWAY).map_err(|_| TokenFlaw::Early)?;
    if claims.issue_time().timestamp() > latest.as_second() {
        return Err(TokenFlaw::Early);
    }
    if let Some(told) = claims.access_token_hash() {
        let (Ok(alg), Ok(key)) = (token.signing_alg(), token.signing_key(&verifier)) else { return Err(TokenFlaw::AccessToken) };
        if !AccessTokenHash::from_token(access, alg, key).is_ok_and(|hash| hash == *told) {
            return Err(TokenFlaw::AccessToken);
        }
    }
    let subject = claims.subject().as_str();
    if subject.is_empty() || subject.len() > limits::OIDC_SUBJECT_MAX {
        return Err(TokenFlaw::Malformed);
    }
    Ok(claims)
}

fn flaw(error: &ClaimsVerificationError) -> TokenFlaw {
    use {ClaimsVerificationError as E, SignatureVerificationError as S};
    match error {
        E::InvalidIssuer(_) => TokenFlaw::Issuer,
        E::InvalidAudience(_) => TokenFlaw::Audience,
        E::InvalidNonce(_) => TokenFlaw::Nonce,
        E::Expired(_) => TokenFlaw::Expired,
        E::SignatureVerification(S::NoMatchingKey) => TokenFlaw::UnknownKey,
        E::SignatureVerification(S::DisallowedAlg(_) | S::NoSignature | S::UnsupportedAlg(_)) => TokenFlaw::Algorithm,
        E::SignatureVerification(_) => TokenFlaw::Signature,
        _ => TokenFlaw::Malformed,
    }
}

/// The directory a token says it is of, before anything is verified: it only decides which issuer the token must then prove to be from.
fn tenant(token: &Token) -> Option<String> {
    let text = serde_json::to_value(token).ok()?;
    let payload = URL_SAFE_NO_PAD.decode(text.as_str()?.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    let tenant = claims["tid"].as_str()?;
    is_guid(tenant).then(|| tenant.to_owned())
}

/// Whether it looks like `9188040d-6c67-4c5b-b112-36a304b66dad`.
pub(super) fn is_guid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// A truth value, as issuers write it: `true`, `"true"`, `1` or `"1"`. What is none of these was not said.
pub(super) fn yes_or_no<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Bool(told) => Some(told),
        Value::Number(number) => {
            number.as_i64().and_then(|number| [(0, false), (1, true)].into_iter().find(|(n, _)| *n == number)).map(|(_, told)| told)
        }
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_is_written_in_several_ways() {
        for (text, told) in [
            ("true", Some(true)),
            ("\"True\"", Some(true)),
            ("1", Some(true)),
            ("\"1\"", Some(true)),
            ("false", Some(false)),
            ("0", Some(false)),
            ("2", None),
            ("\"maybe\"", None),
            ("null", None),
            ("[]", None),
        ] {
            let extra: Extra = serde_json::from_str(&format!(r#"{{"xms_edov":{text}}}"#)).unwrap();
            assert_eq!(extra.xms_edov, told, "{text}");
        }
        assert_eq!(serde_json::from_str::<Extra>("{}").unwrap().xms_edov, None);
    }

    #[test]
    fn directories_are_told_by_their_ids() {
        assert!(is_guid("9188040d-6c67-4c5b-b112-36a304b66dad"));
        for bad in ["", "common", "9188040d6c674c5bb11236a304b66dad", "9188040d-6c67-4c5b-b112-36a304b66da/", "../x"] {
            assert!(!is_guid(bad), "{bad}");
        }
    }
}

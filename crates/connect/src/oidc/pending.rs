//! What is kept while a person is at the issuer, and what the browser brings back.

use super::{Error, IssuerSettings, ReturnTo};
use crate::limits;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use trimtab_domain::Timestamp;
use url::Url;

/// A sign-in that is under way. It serialises with its secrets: keep it sealed, or where nobody but the server reads it, and bound to the browser.
#[derive(Debug, Serialize, Deserialize)]
pub struct Pending {
    /// [`IssuerSettings::name`] of the issuer the browser was sent to.
    pub issuer: String,
    /// What the browser must bring back unchanged.
    #[serde(serialize_with = "exposed", deserialize_with = "hidden")]
    pub(super) state: SecretString,
    /// What the token must hold.
    #[serde(serialize_with = "exposed", deserialize_with = "hidden")]
    pub(super) nonce: SecretString,
    /// What proves at the token endpoint that the code was asked for by us.
    #[serde(serialize_with = "exposed", deserialize_with = "hidden")]
    pub(super) verifier: SecretString,
    /// Our address the browser comes back to.
    pub callback: Url,
    /// Where the person goes once signed in.
    pub return_to: ReturnTo,
    /// When the browser left.
    pub begun_at: Timestamp,
}

/// The parameters the browser comes back with.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Callback {
    /// Ours, back.
    #[serde(default)]
    pub state: Option<String>,
    /// The code, where the person agreed.
    #[serde(default)]
    pub code: Option<String>,
    /// Why there is none.
    #[serde(default)]
    pub error: Option<String>,
    /// The same in the issuer's words.
    #[serde(default)]
    pub error_description: Option<String>,
    /// Which issuer it is from (RFC 9207).
    #[serde(default)]
    pub iss: Option<String>,
}

fn exposed<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

fn hidden<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

impl Pending {
    /// The text by which a server finds it again when the browser comes back with the same `state`: a hash, so that a list of what is pending
    /// gives nothing away.
    #[must_use]
    pub fn key(state: &str) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(format!("trimtab oidc state {state}").as_bytes()))
    }

    /// The same of this one.
    #[must_use]
    pub fn own_key(&self) -> String {
        Self::key(self.state.expose_secret())
    }

    /// Whether a browser that comes back is the one that left, in time and from the issuer it was sent to.
    pub(super) fn belongs(&self, settings: &IssuerSettings, callback: &Callback, now: Timestamp) -> Result<(), Error> {
        let label = || settings.label.clone();
        if self.issuer != settings.name {
            return Err(Error::MixedUp { issuer: label() });
        }
        // Hashes are compared, so that how long it takes tells nothing of the texts.
        if callback.state.as_deref().is_none_or(|state| Self::key(state) != self.own_key()) {
            return Err(Error::State { issuer: label() });
        }
        let age = now.duration_since(self.begun_at);
        if age.is_negative() || age.unsigned_abs() > limits::OIDC_PENDING_MAX {
            return Err(Error::Late { issuer: label() });
        }
        Ok(())
    }
}

impl Callback {
    /// The code, or why the issuer gave none.
    pub(super) fn code(&self, settings: &IssuerSettings) -> Result<&str, Error> {
        let issuer = settings.label.clone();
        match (&self.error, self.code.as_deref()) {
            (Some(error), _)
                if matches!(error.as_str(), "access_denied" | "consent_required" | "interaction_required" | "login_required") =>
            {
                Err(Error::Denied { issuer })
            }
            (Some(error), _) => {
                let text = self.error_description.as_deref().unwrap_or_default();
                Err(Error::Refused { issuer, reason: quoted(&format!("{error}: {text}")) })
            }
            (None, Some(code)) if !code.is_empty() && code.len() <= limits::OIDC_CODE_MAX => Ok(code),
            (None, _) => Err(Error::Refused { issuer, reason: "it sent no code".to_owned() }),
        }
    }
}

/// What somebody else said, as far as it is quoted: one line of printable text.
pub(super) fn quoted(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(limits::OIDC_TEXT_MAX).collect();
    line.trim_end_matches([' ', ':']).to_owned()
}

/// 43 letters out of randomness.
pub(super) fn secret(purpose: &str, random: &[[u8; 16]]) -> String {
    let mut hash = Sha256::new();
    hash.update(purpose.as_bytes());
    random.iter().for_each(|bytes| hash.update(bytes));
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_survives_being_kept_and_shows_no_secret() {
        let pending = Pending {
            issuer: "google".into(),
            state: "state-1".into(),
            nonce: "nonce-1".into(),
            verifier: "verifier-1".into(),
            callback: "https://t.example/cb".parse().unwrap(),
            return_to: "/clients/acme".parse().unwrap(),
            begun_at: "2026-11-21T03:00:00Z".parse().unwrap(),
        };
        let kept = serde_json::to_string(&pending).unwrap();
        let again: Pending = serde_json::from_str(&kept).unwrap();
        assert_eq!((again.verifier.expose_secret(), again.return_to.as_str()), ("verifier-1", "/clients/acme"));
        assert!(["state-1", "nonce-1", "verifier-1"].iter().all(|secret| !format!("{pending:?}").contains(secret)));
        assert_eq!(pending.own_key(), Pending::key("state-1"));
        assert_ne!(pending.own_key(), Pending::key("state-2"));
        assert!(serde_json::from_str::<Pending>(&kept.replace("/clients/acme", "//evil.example")).is_err(), "kept is not trusted");
    }

    #[test]
    fn secrets_are_long_and_differ_by_purpose() {
        let random = [[7; 16]; 4];
        assert_eq!(secret("state", &random).len(), 43);
        assert_ne!(secret("state", &random), secret("nonce", &random));
        assert_eq!(quoted("bad\r\nset-cookie: a"), "bad  set-cookie: a");
        assert!(quoted(&"x".repeat(10_000)).len() <= limits::OIDC_TEXT_MAX);
    }
}

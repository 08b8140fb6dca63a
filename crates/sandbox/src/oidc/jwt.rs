//! JSON Web Tokens (RFC 7519), written by hand so that nothing is shared with those who read them.

use super::key::{self, Key};
use crate::FaultKind;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// What tokens are signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Es256,
}

impl Algorithm {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        [Self::Rs256, Self::Es256].into_iter().find(|algorithm| algorithm.name() == name)
    }
}

pub(super) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token of these claims, signed as it should be or as a fault wants it.
pub(super) fn signed(claims: &Value, key: &Key, fault: Option<FaultKind>) -> String {
    let token = |alg: &str, kid: &str, sign: &dyn Fn(&[u8]) -> Vec<u8>| {
        let header = json!({"alg": alg, "typ": "JWT", "kid": kid});
        let message = format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(claims.to_string().as_bytes()));
        let signature = base64url(&sign(message.as_bytes()));
        format!("{message}.{signature}")
    };
    match fault {
        Some(FaultKind::AlgNone) => token("none", key.kid(), &|_| Vec::new()),
        // The old trick: the public key, which everybody knows, taken for a shared secret.
        Some(FaultKind::AlgHmac) => token("HS256", key.kid(), &|message| hmac(&modulus(key), message)),
        Some(FaultKind::ForeignKey) => token("RS256", key.kid(), &|message| key::foreign().sign(message)),
        Some(FaultKind::UnknownKey) => token("RS256", key::foreign().kid(), &|message| key::foreign().sign(message)),
        _ => token(key.alg(), key.kid(), &|message| key.sign(message)),
    }
}

fn modulus(key: &Key) -> Vec<u8> {
    let public = key.public();
    let text = public["n"].as_str().or_else(|| public["x"].as_str()).unwrap_or_default();
    URL_SAFE_NO_PAD.decode(text).unwrap_or_default()
}

fn hmac(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a secret of any length is good");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// User and password of an `Authorization: Basic` header, as a form's values are encoded (RFC 6749 §2.3.1).
pub(super) fn basic(header: &str) -> Option<(String, String)> {
    let decoded = String::from_utf8(STANDARD.decode(header.strip_prefix("Basic ")?.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    let plain =
        |text: &str| url::form_urlencoded::parse(format!("v={text}").as_bytes()).next().map(|(_, value)| value.into_owned());
    Some((plain(user)?, plain(password)?))
}

//! HashiCorp Vault's transit engine: seals a few bytes under a key that never leaves it, and opens them again.
//!
//! Two requests, `POST /v1/MOUNT/encrypt/KEY` and `/decrypt/KEY`, with a token in a header. What is sealed names the version of the key it
//! is under (`vault:v3:…`), so rotating the key there breaks nothing here. It knows nothing of what is sealed, and keeps nothing.

use crate::limits;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::{fmt, sync::Arc};
use trimtab_wire::{Errand, HeaderMap, HeaderValue, Reply, Wire};
use url::Url;

/// Where a token comes from: asked each time, since an agent may put a new one in its place.
pub type TokenSource = Arc<dyn Fn() -> Result<SecretString, String> + Send + Sync>;

/// A key of a transit engine. Cheap to clone.
#[derive(Clone)]
pub struct Transit {
    wire: Wire,
    base: Url,
    mount: String,
    key: String,
    token: TokenSource,
}

impl fmt::Debug for Transit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transit").field("mount", &self.mount).field("key", &self.key).finish_non_exhaustive()
    }
}

/// Why it does not seal or open.
#[derive(Debug, thiserror::Error)]
pub enum TransitError {
    /// It is not there, sealed or in trouble.
    #[error("{0}")]
    Away(String),
    /// It refuses.
    #[error("{0}")]
    Refused(String),
}

#[derive(Deserialize)]
struct Answer<T> {
    data: T,
}

#[derive(Deserialize)]
struct Sealed {
    ciphertext: String,
}

#[derive(Deserialize)]
struct Opened {
    plaintext: String,
}

#[derive(Deserialize, Default)]
struct Refusal {
    #[serde(default)]
    errors: Vec<String>,
}

impl Transit {
    /// A key by its name, below an address such as `https://vault.example:8200`, where the engine is mounted.
    ///
    /// # Errors
    /// With the reason, when a part of it cannot be part of a URL.
    pub fn new(wire: Wire, base: &Url, mount: &str, key: &str, token: TokenSource) -> Result<Self, String> {
        let fine =
            |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        let mount = mount.trim_matches('/');
        if !mount.split('/').all(fine) || !fine(key) {
            return Err("the mount and the name of the key have letters, digits, dots, dashes and underscores".to_owned());
        }
        let local = matches!(base.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if !(base.scheme() == "https" || (base.scheme() == "http" && local)) {
            return Err("the address must begin with https://: else the token would be sent in the clear".to_owned());
        }
        if !base.username().is_empty() || base.password().is_some() || base.query().is_some() {
            return Err("the address must hold neither a credential nor a query".to_owned());
        }
        let mut base = base.clone();
        base.set_path(&format!("{}/", base.path().trim_end_matches('/')));
        Ok(Self { wire, base, mount: mount.to_owned(), key: key.to_owned(), token })
    }

    /// Names the key: where it is mounted, and how it is called there.
    #[must_use]
    pub fn name(&self) -> String {
        format!("hashicorp:{}/{}", self.mount, self.key)
    }

    /// Seals text that is base64.
    ///
    /// # Errors
    /// When it does not answer or refuses.
    pub async fn encrypt(&self, base64: &SecretString) -> Result<String, TransitError> {
        let body = SecretString::from(format!(r#"{{"plaintext":"{}"}}"#, base64.expose_secret()));
        let reply = self.ask("encrypt", &body).await?;
        if reply.status != 200 {
            return Err(refused(&reply));
        }
        let sealed: Answer<Sealed> = serde_json::from_slice(&reply.body).map_err(|_| drift())?;
        Ok(sealed.data.ciphertext)
    }

    /// Opens what [`Self::encrypt`] made; `None` where it was not made under this key, or was changed.
    ///
    /// # Errors
    /// When it does not answer or refuses for another reason.
    pub async fn decrypt(&self, ciphertext: &str) -> Result<Option<SecretString>, TransitError> {
        let body = SecretString::from(serde_json::json!({ "ciphertext": ciphertext }).to_string());
        let reply = self.ask("decrypt", &body).await?;
        match reply.status {
            200 => {}
            // A key that is not there is answered by 400 as well, and is another trouble than a text that is not its own.
            400 if !said(&reply).contains("key not found") => return Ok(None),
            _ => return Err(refused(&reply)),
        }
        let opened: Answer<Opened> = serde_json::from_slice(&reply.body).map_err(|_| drift())?;
        Ok(Some(SecretString::from(opened.data.plaintext)))
    }

    async fn ask(&self, verb: &str, body: &SecretString) -> Result<Reply, TransitError> {
        let path = format!("v1/{}/{verb}/{}", self.mount, self.key);
        let url = self.base.join(&path).map_err(|error| TransitError::Refused(format!("has no address: {error}")))?;
        let token = (self.token)().map_err(TransitError::Refused)?;
        let mut token = HeaderValue::from_str(token.expose_secret())
            .map_err(|_| TransitError::Refused("was given a token that no header can carry: set it again".to_owned()))?;
        token.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert("x-vault-token", token);
        headers.insert("x-vault-request", HeaderValue::from_static("true"));
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        let mut attempt = 1;
        loop {
            let errand = Errand {
                service: "HashiCorp Vault",
                url: &url,
                headers: headers.clone(),
                body: Some(body.expose_secret().to_owned().into()),
                deadline: limits::KEY_DEADLINE,
            };
            // Sealing or opening twice does no harm.
            let outcome = self.wire.run(errand).await;
            match outcome {
                Ok(reply) if attempt == limits::KEY_ATTEMPTS || !in_trouble(reply.status) => return Ok(reply),
                Err(error) if attempt == limits::KEY_ATTEMPTS => {
                    tracing::debug!(error = &error as &dyn std::error::Error, "the holder of the vault's key does not answer");
                    let what = "does not answer: see that it runs at vault.address and can be reached from here";
                    return Err(TransitError::Away(what.to_owned()));
                }
                _ => tokio::time::sleep(limits::KEY_PAUSE * attempt).await,
            }
            attempt += 1;
        }
    }
}

const fn in_trouble(status: u16) -> bool {
    matches!(status, 429 | 500 | 502..=504)
}

/// What it said, without line feeds. It quotes no token and no plaintext.
fn said(reply: &Reply) -> String {
    let refusal: Refusal = serde_json::from_slice(&reply.body).unwrap_or_default();
    refusal.errors.join("; ").chars().filter(|c| !c.is_control()).take(limits::KEY_MESSAGE_CHARS).collect()
}

fn refused(reply: &Reply) -> TransitError {
    let said = said(reply);
    match reply.status {
        status if in_trouble(status) => {
            TransitError::Away(format!("is sealed or in trouble ({status}: {said}): unseal it, or try again"))
        }
        403 => TransitError::Refused(format!(
            "refuses the token ({said}): it needs a policy with update on encrypt and decrypt of the key, and must not have expired"
        )),
        status => TransitError::Refused(format!(
            "refuses ({status}: {said}): see that the transit engine is mounted there and has the key"
        )),
    }
}

fn drift() -> TransitError {
    TransitError::Refused("answers in a shape that is not known here: see that vault.address is a HashiCorp Vault's".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::clock::testing::ManualClock;
    use trimtab_wire::WireSettings;

    fn transit(base: &str, mount: &str, key: &str) -> Result<Transit, String> {
        let wire = Wire::new(WireSettings::default(), Arc::new(ManualClock::at("2026-01-01T00:00:00Z"))).unwrap();
        Transit::new(wire, &base.parse().unwrap(), mount, key, Arc::new(|| Ok("token".into())))
    }

    #[test]
    fn an_address_sends_no_token_in_the_clear_and_a_name_leaves_no_path() {
        assert_eq!(transit("https://vault.example:8200", "/transit/", "trimtab").unwrap().name(), "hashicorp:transit/trimtab");
        assert!(transit("http://127.0.0.1:8200", "team/transit", "trimtab").is_ok());
        for (base, mount, key) in [
            ("http://vault.example:8200", "transit", "trimtab"),
            ("https://u:p@vault.example", "transit", "trimtab"),
            ("https://vault.example/?x=1", "transit", "trimtab"),
            ("https://vault.example", "transit/../sys", "a/b"),
            ("https://vault.example", "transit", "a/b"),
            ("https://vault.example", "", "trimtab"),
        ] {
            assert!(transit(base, mount, key).is_err(), "{base} {mount} {key}");
        }
    }
}

//! A master key that HashiCorp Vault holds: the store's [`MasterKey`] by `connect`'s [`Transit`].

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use trimtab_connect::transit::{Transit, TransitError};
use trimtab_store::{Error, Master, MasterKey, Wrapped};
use zeroize::Zeroizing;

const KEY_BYTES: usize = 32;

/// Leaves the master key with HashiCorp Vault.
#[must_use]
pub fn held_by_hashicorp(transit: Transit) -> Master {
    Master::new(Hashicorp(transit))
}

#[derive(Debug)]
struct Hashicorp(Transit);

fn holder(error: TransitError) -> Error {
    let (passing, why) = match error {
        TransitError::Away(why) => (true, why),
        TransitError::Refused(why) => (false, why),
    };
    Error::KeyHolder { holder: "HashiCorp Vault".to_owned(), why, passing }
}

#[async_trait]
impl MasterKey for Hashicorp {
    fn source(&self) -> &'static str {
        "hashicorp"
    }

    async fn take_up(&self, needed: Option<&str>) -> Result<String, Error> {
        let name = self.0.name();
        match needed {
            Some(needed) if needed != name => Err(Error::WrongKey { needed: needed.to_owned(), given: name }),
            _ => Ok(name),
        }
    }

    /// What the data key is bound to is sealed with it, by its hash: not every version of the engine takes associated data.
    async fn wrap(&self, bound_to: &[u8], key: &[u8; KEY_BYTES]) -> Result<Wrapped, Error> {
        let plain = Zeroizing::new([blake3::hash(bound_to).as_bytes().as_slice(), key].concat());
        let ciphertext = self.0.encrypt(&SecretString::from(STANDARD.encode(&*plain))).await.map_err(holder)?;
        Ok(Wrapped { by: self.0.name(), bytes: ciphertext.into_bytes() })
    }

    async fn unwrap(&self, bound_to: &[u8], wrapped: &[u8]) -> Result<Option<Zeroizing<[u8; KEY_BYTES]>>, Error> {
        let Ok(ciphertext) = std::str::from_utf8(wrapped) else { return Ok(None) };
        let Some(opened) = self.0.decrypt(ciphertext).await.map_err(holder)? else { return Ok(None) };
        let plain = STANDARD.decode(opened.expose_secret()).map(Zeroizing::new).ok();
        let key = plain.and_then(|plain| {
            let key = plain.strip_prefix(blake3::hash(bound_to).as_bytes().as_slice())?;
            <[u8; KEY_BYTES]>::try_from(key).ok()
        });
        Ok(key.map(Zeroizing::new))
    }
}

//! The vault: secrets sealed with AES-256-GCM under keys that are not in the database.
//!
//! Envelope: a secret is sealed by its tenant's data key, the data key is wrapped by the master key, and only the wrapped one is in the
//! database. Both are bound to whose and which they are, so a row copied onto another does not open. Changing the master key means
//! wrapping 32 bytes a tenant anew; changing a data key, sealing that tenant's secrets anew. Keys and nonces come straight from the
//! operating system's generator, never from the injected ids: a test's predictable ids must not be able to weaken them.
//!
//! Unwrapped data keys stay in memory, so that a server goes on while the master key is changed or its holder is away, and are wiped when
//! they are let go. A block that seals or opens may find a key missing there; `unlocked!` fetches it, outside the transaction, and runs
//! the block again.
//!
//! Layouts of a sealed secret, by its first byte: 1 (until version 0.1) holds a data key of its own under the master key, and is only
//! opened; 2 names the data key's version in four bytes, then comes the secret, led by its nonce.

mod data_key;
mod key;
mod master;
pub(crate) mod pseudonym;
mod rotate;
mod secret;
mod status;

pub use key::VaultKey;
pub use master::{Master, MasterKey, Wrapped, prepare_next};
pub use rotate::Rotated;
pub use status::{DataKeyState, VaultStatus};

pub(crate) use data_key::unlocked;
pub(crate) use secret::{erase as erase_secret, read as read_secret, write as write_secret};

use crate::Error;
use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Generate, Payload},
};
use secrecy::{ExposeSecret, SecretString};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};
use zeroize::{Zeroize, Zeroizing};

/// Bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
const VERSION_BYTES: usize = 4;
/// Whose keys and secrets belong to no tenant. No tenant can have this id.
pub(crate) const INSTALLATION: &str = "@installation";
const CONNECTION: &str = "connection";

/// Whose and which secret it is; what a sealed secret is bound to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binding<'a> {
    tenant: &'a str,
    noun: &'static str,
    id: &'a str,
}

impl<'a> Binding<'a> {
    /// The credential of a connection.
    pub(crate) const fn connection(tenant: &'a str, id: &'a str) -> Self {
        Self { tenant, noun: CONNECTION, id }
    }

    /// A secret kept by its name.
    pub(crate) const fn named(tenant: &'a str, name: &'a str) -> Self {
        Self { tenant, noun: "secret", id: name }
    }

    /// The resource the audit log names it by.
    pub(crate) fn resource(&self) -> String {
        format!("{}:{}", self.noun, self.id)
    }

    /// Unambiguous, since neither ids nor names contain a line feed.
    fn bytes(&self, version: u32) -> Vec<u8> {
        let Self { tenant, noun, id } = self;
        format!("trimtab-vault-2\n{tenant}\n{noun}\n{id}\n{version}").into_bytes()
    }

    /// The same for the first layout, which knew connections alone.
    fn first_layout(&self, part: &str) -> Option<Vec<u8>> {
        let Self { tenant, noun, id } = self;
        (*noun == CONNECTION).then(|| format!("trimtab-vault-1\n{tenant}\n{id}\n{part}").into_bytes())
    }
}

impl fmt::Display for Binding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.noun, self.id)
    }
}

/// How a secret is sealed, as its first bytes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Layout {
    /// Under the master key itself.
    First,
    /// Under the tenant's data key of this version.
    Second(u32),
    /// Nothing this version knows.
    Unknown,
}

impl Layout {
    pub(crate) fn of(sealed: &[u8]) -> Self {
        match sealed {
            [1, ..] => Self::First,
            [2, a, b, c, d, ..] => Self::Second(u32::from_be_bytes([*a, *b, *c, *d])),
            _ => Self::Unknown,
        }
    }
}

/// The key that a tenant's secrets are sealed with.
struct DataKey(Zeroizing<[u8; KEY_BYTES]>);

impl DataKey {
    fn seal(&self, version: u32, binding: Binding<'_>, secret: &SecretString) -> Result<Vec<u8>, Error> {
        let mut sealed = vec![2];
        sealed.extend(version.to_be_bytes());
        sealed.extend(encrypt(&self.0, &binding.bytes(version), secret.expose_secret().as_bytes())?);
        Ok(sealed)
    }

    fn open(&self, version: u32, binding: Binding<'_>, sealed: &[u8]) -> Option<SecretString> {
        text(decrypt(&self.0, &binding.bytes(version), sealed.get(1 + VERSION_BYTES..)?)?)
    }
}

/// The master key's holder and the data keys unwrapped so far.
pub(crate) struct Vault {
    master: Master,
    ring: RwLock<HashMap<(String, u32), Arc<DataKey>>>,
    pseudonyms: RwLock<HashMap<String, Zeroizing<[u8; KEY_BYTES]>>>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("master", &self.master).finish_non_exhaustive()
    }
}

impl Vault {
    pub(crate) fn new(master: Master) -> Self {
        Self { master, ring: RwLock::default(), pseudonyms: RwLock::default() }
    }

    pub(crate) fn master(&self) -> &dyn MasterKey {
        self.master.holder()
    }

    /// Opens a sealed secret.
    ///
    /// # Errors
    /// [`Error::Sealed`] when it does not open, [`Error::KeyNotLoaded`] when its data key has to be fetched first.
    pub(crate) fn open(&self, binding: Binding<'_>, sealed: &[u8]) -> Result<SecretString, Error> {
        let opened = match Layout::of(sealed) {
            Layout::First => self.master().local().and_then(|key| open_first(&key, binding, sealed)),
            Layout::Second(version) => self.known(binding.tenant, version)?.open(version, binding, sealed),
            Layout::Unknown => None,
        };
        opened.ok_or_else(|| Error::Sealed { what: binding.to_string() })
    }

    fn known(&self, tenant: &str, version: u32) -> Result<Arc<DataKey>, Error> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        let known = ring.get(&(tenant.to_owned(), version)).cloned();
        known.ok_or_else(|| Error::KeyNotLoaded { tenant: tenant.to_owned(), version })
    }

    fn learn(&self, tenant: &str, version: u32, key: Zeroizing<[u8; KEY_BYTES]>) {
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        ring.insert((tenant.to_owned(), version), Arc::new(DataKey(key)));
    }
}

/// Opens a secret of the first layout: sealed data key, sealed secret, each led by its nonce.
fn open_first(master: &VaultKey, binding: Binding<'_>, sealed: &[u8]) -> Option<SecretString> {
    let (wrapped, sealed) = sealed.get(1..)?.split_at_checked(NONCE_BYTES + KEY_BYTES + TAG_BYTES)?;
    let data_key = master.unwrap(&binding.first_layout("key")?, wrapped)?;
    text(decrypt(&data_key, &binding.first_layout("secret")?, sealed)?)
}

fn text(mut plain: Zeroizing<Vec<u8>>) -> Option<SecretString> {
    match String::from_utf8(std::mem::take(&mut *plain)) {
        Ok(text) => Some(SecretString::from(text)),
        Err(error) => {
            error.into_bytes().zeroize();
            None
        }
    }
}

/// Bytes from the operating system's generator.
pub(crate) fn random<const N: usize>(doing: &'static str) -> Result<[u8; N], Error> {
    <[u8; N]>::try_generate().map_err(|error| Error::Crypto { doing, why: error.to_string() })
}

fn encrypt(key: &[u8; KEY_BYTES], bound_to: &[u8], plain: &[u8]) -> Result<Vec<u8>, Error> {
    let nonce: [u8; NONCE_BYTES] = random("make a nonce")?;
    let payload = Payload { msg: plain, aad: bound_to };
    let cipher = Aes256Gcm::new(key.into()).encrypt(&nonce.into(), payload);
    let cipher = cipher.map_err(|error| Error::Crypto { doing: "seal a secret", why: error.to_string() })?;
    Ok([nonce.as_slice(), &cipher].concat())
}

fn decrypt(key: &[u8; KEY_BYTES], bound_to: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, cipher) = sealed.split_at_checked(NONCE_BYTES)?;
    let nonce = <[u8; NONCE_BYTES]>::try_from(nonce).ok()?;
    let payload = Payload { msg: cipher, aad: bound_to };
    Aes256Gcm::new(key.into()).decrypt(&nonce.into(), payload).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests;

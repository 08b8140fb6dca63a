//! The vault: secrets sealed with AES-256-GCM under keys that are not in the database.
//!
//! Envelope: each secret has a random data key; the data key is sealed by the master key, the secret by the data key. Both are bound
//! to the tenant and the connection, so a row copied onto another does not open. Changing the master key means re-sealing 32 bytes a
//! row, not every secret. Keys and nonces come straight from the operating system's generator, never from the injected ids: a test's
//! predictable ids must not be able to weaken them.

use crate::Error;
use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Generate, Payload},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use std::{
    fmt,
    fs::{File, OpenOptions},
    io::{ErrorKind as IoKind, Write},
    path::Path,
};
use zeroize::{Zeroize, Zeroizing};

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
/// First byte of a sealed secret, so that a later layout can be told apart.
const LAYOUT: u8 = 1;
const FILE_PREFIX: &str = "trimtab-vault-key-1:";
const FINGERPRINT_CONTEXT: &str = "trimtab 2026 vault key fingerprint";

/// The master key. Lives in a file of its own, mode 0600, outside the database; prints nothing of itself.
#[derive(Clone)]
pub struct VaultKey(Zeroizing<[u8; KEY_BYTES]>);

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultKey(…)")
    }
}

/// Whose secret it is; what a sealed secret is bound to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binding<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) connection: &'a str,
}

impl VaultKey {
    /// A key from 32 bytes of full entropy.
    #[must_use]
    pub fn from_bytes(mut bytes: [u8; KEY_BYTES]) -> Self {
        let key = Self(Zeroizing::new(bytes));
        bytes.zeroize();
        key
    }

    /// Reads the key file.
    ///
    /// # Errors
    /// When it is missing, unreadable, damaged, or readable by other users.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let fail = |why, source| Error::KeyFile { path: path.to_owned(), why, source };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == IoKind::NotFound => {
                return Err(fail("is missing: restore it from your backup; without it stored secrets cannot be read", None));
            }
            Err(error) => return Err(fail("cannot be read: make it readable for this user", Some(error))),
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(path).map_err(|error| fail("cannot be read", Some(error)))?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(fail("can be read by other users of this machine: run chmod 600 on it", None));
            }
        }
        let damaged = || fail("is damaged: restore it from your backup", None);
        let coded = text.trim().strip_prefix(FILE_PREFIX).ok_or_else(damaged)?;
        let bytes = Zeroizing::new(STANDARD_NO_PAD.decode(coded).map_err(|_| damaged())?);
        let bytes: [u8; KEY_BYTES] = bytes.as_slice().try_into().map_err(|_| damaged())?;
        Ok(Self::from_bytes(bytes))
    }

    /// Reads the key file, or makes one with a new random key when it is missing: complete and on disk before it has its name, and
    /// never over an existing file.
    ///
    /// # Errors
    /// As [`Self::load`]; or when the file cannot be made.
    pub fn load_or_create(path: &Path) -> Result<Self, Error> {
        if path.try_exists().unwrap_or(true) {
            return Self::load(path);
        }
        let key = Self::from_bytes(random("make a vault key")?);
        let cannot = |error| Error::KeyFile {
            path: path.to_owned(),
            why: "cannot be made: make its folder writable for this user",
            source: Some(error),
        };
        match key.save(path) {
            Ok(()) => Ok(key),
            // Another process was faster; its key is the key.
            Err(error) if error.kind() == IoKind::AlreadyExists => Self::load(path),
            Err(error) => Err(cannot(error)),
        }
    }

    fn save(&self, path: &Path) -> std::io::Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let unique = <[u8; 8]>::try_generate().map_err(std::io::Error::other)?;
        let draft = folder.join(format!(".vault-key-{:016x}", u64::from_be_bytes(unique)));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&draft).and_then(|mut file| {
            let text = Zeroizing::new(format!("{FILE_PREFIX}{}\n", STANDARD_NO_PAD.encode(self.0.as_slice())));
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        // A hard link gives the finished file its name and, unlike a rename, fails when the name is taken.
        let linked = written.and_then(|()| std::fs::hard_link(&draft, path));
        let removed = std::fs::remove_file(&draft);
        linked?;
        removed?;
        #[cfg(unix)]
        File::open(folder)?.sync_all()?;
        Ok(())
    }

    /// Names the key without revealing it: a one-way derivation, 16 hex digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Zeroizing::new(blake3::derive_key(FINGERPRINT_CONTEXT, &*self.0));
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Seals a secret: layout byte, sealed data key, sealed secret, each sealed part led by its nonce.
    /// A key for another purpose, that follows from this one and says nothing of it.
    pub(crate) fn derived(&self, purpose: &'static str, whose: &str) -> [u8; KEY_BYTES] {
        let key = Zeroizing::new(blake3::derive_key(purpose, &*self.0));
        *blake3::keyed_hash(&key, whose.as_bytes()).as_bytes()
    }

    pub(crate) fn seal(&self, binding: Binding<'_>, secret: &SecretString) -> Result<Vec<u8>, Error> {
        let data_key = Zeroizing::new(random::<KEY_BYTES>("make a data key")?);
        let mut sealed = vec![LAYOUT];
        sealed.extend(encrypt(&self.0, &binding.bytes("key"), &*data_key)?);
        sealed.extend(encrypt(&data_key, &binding.bytes("secret"), secret.expose_secret().as_bytes())?);
        Ok(sealed)
    }

    /// Opens what [`Self::seal`] made for the same binding.
    pub(crate) fn open(&self, binding: Binding<'_>, sealed: &[u8]) -> Result<SecretString, Error> {
        self.try_open(binding, sealed).ok_or_else(|| Error::Sealed { connection: binding.connection.to_owned() })
    }

    fn try_open(&self, binding: Binding<'_>, sealed: &[u8]) -> Option<SecretString> {
        let (LAYOUT, sealed) = sealed.split_first().map(|(layout, rest)| (*layout, rest))? else {
            return None;
        };
        let (wrapped, sealed) = sealed.split_at_checked(NONCE_BYTES + KEY_BYTES + TAG_BYTES)?;
        let data_key = decrypt(&self.0, &binding.bytes("key"), wrapped)?;
        let data_key = Zeroizing::new(<[u8; KEY_BYTES]>::try_from(data_key.as_slice()).ok()?);
        let mut plain = decrypt(&data_key, &binding.bytes("secret"), sealed)?;
        match String::from_utf8(std::mem::take(&mut *plain)) {
            Ok(text) => Some(SecretString::from(text)),
            Err(error) => {
                error.into_bytes().zeroize();
                None
            }
        }
    }
}

impl Binding<'_> {
    /// Unambiguous, since no id contains a line feed.
    fn bytes(&self, part: &str) -> Vec<u8> {
        format!("trimtab-vault-1\n{}\n{}\n{part}", self.tenant, self.connection).into_bytes()
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

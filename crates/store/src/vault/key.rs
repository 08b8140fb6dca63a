//! The master key as this machine holds it: 32 bytes in a file of their own, or handed over as text. Prints nothing of itself.

use super::{KEY_BYTES, decrypt, encrypt, random};
use crate::Error;
use aes_gcm::aead::Generate;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use std::{
    fmt,
    fs::{File, OpenOptions},
    io::{ErrorKind as IoKind, Write},
    path::{Path, PathBuf},
};
use zeroize::{Zeroize, Zeroizing};

const FILE_PREFIX: &str = "trimtab-vault-key-1:";
const FINGERPRINT_CONTEXT: &str = "trimtab 2026 vault key fingerprint";

/// A master key. Its file has mode 0600 and lies outside the database; it prints nothing of itself.
#[derive(Clone)]
pub struct VaultKey(Zeroizing<[u8; KEY_BYTES]>);

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultKey(…)")
    }
}

impl VaultKey {
    /// A key from 32 bytes of full entropy.
    #[must_use]
    pub fn from_bytes(mut bytes: [u8; KEY_BYTES]) -> Self {
        let key = Self(Zeroizing::new(bytes));
        bytes.zeroize();
        key
    }

    /// A new random key.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn random() -> Result<Self, Error> {
        Ok(Self::from_bytes(random("make a vault key")?))
    }

    /// Reads a key as it stands in a key file; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let coded = text.trim().strip_prefix(FILE_PREFIX)?;
        let bytes = Zeroizing::new(STANDARD_NO_PAD.decode(coded).ok()?);
        let bytes: [u8; KEY_BYTES] = bytes.as_slice().try_into().ok()?;
        Some(Self::from_bytes(bytes))
    }

    /// The key as it stands in a key file.
    #[must_use]
    pub fn text(&self) -> SecretString {
        SecretString::from(format!("{FILE_PREFIX}{}", STANDARD_NO_PAD.encode(self.0.as_slice())))
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
        Self::parse(&text).ok_or_else(|| fail("is damaged: restore it from your backup", None))
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
        let key = Self::random()?;
        match key.save(path) {
            Ok(()) => Ok(key),
            // Another process was faster; its key is the key.
            Err(error) if error.kind() == IoKind::AlreadyExists => Self::load(path),
            Err(error) => Err(cannot_make(path, error)),
        }
    }

    fn save(&self, path: &Path) -> std::io::Result<()> {
        let folder = folder_of(path);
        std::fs::create_dir_all(folder)?;
        let unique = <[u8; 8]>::try_generate().map_err(std::io::Error::other)?;
        let draft = folder.join(format!(".vault-key-{:016x}", u64::from_be_bytes(unique)));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&draft).and_then(|mut file| {
            file.write_all(self.text().expose_secret().as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()
        });
        // A hard link gives the finished file its name and, unlike a rename, fails when the name is taken.
        let linked = written.and_then(|()| std::fs::hard_link(&draft, path));
        let removed = std::fs::remove_file(&draft);
        linked?;
        removed?;
        sync(folder)
    }

    /// Names the key without revealing it: a one-way derivation, 16 hex digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Zeroizing::new(blake3::derive_key(FINGERPRINT_CONTEXT, &*self.0));
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// A key for another purpose, that follows from this one and says nothing of it.
    pub(super) fn derived(&self, purpose: &'static str, whose: &str) -> Zeroizing<[u8; KEY_BYTES]> {
        let key = Zeroizing::new(blake3::derive_key(purpose, &*self.0));
        Zeroizing::new(*blake3::keyed_hash(&key, whose.as_bytes()).as_bytes())
    }

    pub(super) fn wrap(&self, bound_to: &[u8], key: &[u8; KEY_BYTES]) -> Result<Vec<u8>, Error> {
        encrypt(&self.0, bound_to, key)
    }

    pub(super) fn unwrap(&self, bound_to: &[u8], wrapped: &[u8]) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
        let key = decrypt(&self.0, bound_to, wrapped)?;
        <[u8; KEY_BYTES]>::try_from(key.as_slice()).ok().map(Zeroizing::new)
    }
}

/// Where the key that a rotation makes waits until the database is under it.
pub(super) fn next_of(path: &Path) -> PathBuf {
    beside(path, "next")
}

/// A file beside the key file.
fn beside(path: &Path, end: &str) -> PathBuf {
    let name = path.file_name().map_or_else(|| "vault.key".to_owned(), |name| name.to_string_lossy().into_owned());
    path.with_file_name(format!("{name}.{end}"))
}

/// Makes the waiting key the key. The former one stays beside it under its fingerprint, for backups made before. Another process may do
/// the same at the same time, and this one may be killed between any two steps.
pub(super) fn swap(path: &Path, former: &str) -> Result<(), Error> {
    let cannot = |error| cannot_make(path, error);
    match std::fs::hard_link(path, beside(path, former)) {
        Err(error) if error.kind() != IoKind::AlreadyExists => return Err(cannot(error)),
        _ => {}
    }
    match std::fs::rename(next_of(path), path) {
        // Somebody else has done it.
        Err(error) if error.kind() != IoKind::NotFound => return Err(cannot(error)),
        _ => {}
    }
    sync(folder_of(path)).map_err(cannot)
}

fn cannot_make(path: &Path, error: std::io::Error) -> Error {
    Error::KeyFile { path: path.to_owned(), why: "cannot be made: make its folder writable for this user", source: Some(error) }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A name is only sure to be there after a crash once its folder was written through.
fn sync(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests;

//! Who holds the master key: this machine, or a service that never gives it away.

use super::{KEY_BYTES, VaultKey, key};
use crate::Error;
use async_trait::async_trait;
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};
use zeroize::Zeroizing;

/// A data key under the master key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapped {
    /// The name of the master key.
    pub by: String,
    /// The data key, readable to nobody without it.
    pub bytes: Vec<u8>,
}

/// Holds the master key and does with it the only two things it is for. Called outside transactions, since it may be another machine.
#[async_trait]
pub trait MasterKey: fmt::Debug + Send + Sync {
    /// Where the key is: `file`, `env`, `hashicorp` …
    fn source(&self) -> &'static str;

    /// Takes up the key the database is under and answers its name; `None`: a new database, which any key will do for. Called at start, and
    /// again when somebody has rotated the key meanwhile.
    ///
    /// # Errors
    /// [`Error::WrongKey`] when this is not the key, or what keeps it from being had.
    async fn take_up(&self, needed: Option<&str>) -> Result<String, Error>;

    /// Puts a data key under the master key. `bound_to` must be told again to have it back.
    ///
    /// # Errors
    /// When the key cannot be had.
    async fn wrap(&self, bound_to: &[u8], key: &[u8; KEY_BYTES]) -> Result<Wrapped, Error>;

    /// A data key back; `None` where it is not under this key, was changed, or is bound to something else.
    ///
    /// # Errors
    /// When the key cannot be had.
    async fn unwrap(&self, bound_to: &[u8], wrapped: &[u8]) -> Result<Option<Zeroizing<[u8; KEY_BYTES]>>, Error>;

    /// The key itself, where this machine holds it: secrets of the first layout are under it.
    fn local(&self) -> Option<VaultKey> {
        None
    }
}

/// Who holds the master key. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Master(Arc<dyn MasterKey>);

impl Master {
    /// Somebody who holds one.
    #[must_use]
    pub fn new(holder: impl MasterKey + 'static) -> Self {
        Self(Arc::new(holder))
    }

    /// A key file, made when `create` and there is none.
    ///
    /// # Errors
    /// When it is to be made and cannot be. A missing or damaged one is told when the key is taken up, with the name of the key needed.
    pub fn file(path: &Path, create: bool) -> Result<Self, Error> {
        if create {
            VaultKey::load_or_create(path)?;
        }
        Ok(Self::new(Local { place: Place::File(path.to_owned()), current: RwLock::default() }))
    }

    /// Keys handed over as text, the first preferred: the one the database is under is taken up.
    #[must_use]
    pub fn given(source: &'static str, keys: Vec<VaultKey>) -> Self {
        Self::new(Local { place: Place::Given(source, keys), current: RwLock::default() })
    }

    pub(crate) fn holder(&self) -> &dyn MasterKey {
        &*self.0
    }
}

impl From<VaultKey> for Master {
    fn from(key: VaultKey) -> Self {
        Self::given("given", vec![key])
    }
}

/// A new key for a key file, waiting beside it. One that an earlier rotation left there is taken again.
///
/// # Errors
/// When it cannot be made or read.
pub fn prepare_next(path: &Path) -> Result<Master, Error> {
    Ok(Master::given("file", vec![VaultKey::load_or_create(&key::next_of(path))?]))
}

/// A key this machine holds.
struct Local {
    place: Place,
    current: RwLock<Option<VaultKey>>,
}

enum Place {
    File(PathBuf),
    Given(&'static str, Vec<VaultKey>),
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").field("source", &self.source()).finish_non_exhaustive()
    }
}

impl Local {
    fn current(&self) -> Option<VaultKey> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn taken(&self) -> Result<VaultKey, Error> {
        self.current().ok_or(Error::Crypto { doing: "use the vault key", why: "it was not taken up".to_owned() })
    }

    /// The key of that name, or the one at hand where none is named.
    fn find(&self, needed: Option<&str>) -> Result<VaultKey, Error> {
        let fits = |key: &VaultKey| needed.is_none_or(|needed| key.fingerprint() == needed);
        let wrong = |given: Vec<String>| Error::WrongKey { needed: needed.unwrap_or_default().to_owned(), given: given.join(", ") };
        match &self.place {
            Place::Given(_, keys) => {
                let found = keys.iter().find(|key| fits(key)).cloned();
                found.ok_or_else(|| wrong(keys.iter().map(VaultKey::fingerprint).collect()))
            }
            Place::File(path) => {
                let key = VaultKey::load(path)?;
                if fits(&key) {
                    return Ok(key);
                }
                // The database is under a key that a rotation made: whoever sees it first puts it in its place.
                let former = key.fingerprint();
                match VaultKey::load(&key::next_of(path)) {
                    Ok(next) if fits(&next) => {
                        key::swap(path, &former)?;
                        Ok(next)
                    }
                    // Somebody else may just have put it there.
                    _ => VaultKey::load(path).ok().filter(fits).ok_or_else(|| wrong(vec![former])),
                }
            }
        }
    }
}

#[async_trait]
impl MasterKey for Local {
    fn source(&self) -> &'static str {
        match &self.place {
            Place::File(_) => "file",
            Place::Given(source, _) => source,
        }
    }

    async fn take_up(&self, needed: Option<&str>) -> Result<String, Error> {
        let key = match self.find(needed) {
            Err(Error::KeyFile { path, why, source }) if needed.is_some() => {
                return Err(Error::KeyLost { path, why, needed: needed.unwrap_or_default().to_owned(), source });
            }
            found => found?,
        };
        let name = key.fingerprint();
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(key);
        Ok(name)
    }

    async fn wrap(&self, bound_to: &[u8], key: &[u8; KEY_BYTES]) -> Result<Wrapped, Error> {
        let master = self.taken()?;
        Ok(Wrapped { by: master.fingerprint(), bytes: master.wrap(bound_to, key)? })
    }

    async fn unwrap(&self, bound_to: &[u8], wrapped: &[u8]) -> Result<Option<Zeroizing<[u8; KEY_BYTES]>>, Error> {
        Ok(self.taken()?.unwrap(bound_to, wrapped))
    }

    fn local(&self) -> Option<VaultKey> {
        self.current()
    }
}

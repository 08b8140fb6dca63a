//! Cursors as they are handed out: sealed, so that one is good for the list it came from and for no other.
//!
//! A cursor says a place; its seal covers the place and everything the list was asked for by. The key lies in the database, since who can
//! read that has no need of a forged cursor; every process of an installation has the same.

use crate::{Error, Store, db::transaction, entity::settings, row, system::put_setting, vault::random};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::EntityTrait;
use std::fmt;

const SETTING: &str = "cursor_key";
const SEAL_BYTES: usize = 16;

/// The key of an installation's cursors. Prints nothing of itself.
#[derive(Clone)]
pub struct CursorKey([u8; 32]);

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey(…)")
    }
}

impl CursorKey {
    /// A place in the list that `list` names, to be handed out.
    #[must_use]
    pub fn seal(&self, list: &[u8; 32], place: &str) -> String {
        URL_SAFE_NO_PAD.encode([&self.mark(list, place), place.as_bytes()].concat())
    }

    /// The place again; `None` for what was not handed out for this list.
    #[must_use]
    pub fn open(&self, list: &[u8; 32], sealed: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (mark, place) = bytes.split_at_checked(SEAL_BYTES)?;
        let place = std::str::from_utf8(place).ok()?;
        // Compared in constant time.
        let (given, right) = (widened(mark), widened(&self.mark(list, place)));
        (given == right).then(|| place.to_owned())
    }

    fn mark(&self, list: &[u8; 32], place: &str) -> [u8; SEAL_BYTES] {
        let mut mark = [0; SEAL_BYTES];
        blake3::Hasher::new_keyed(&self.0).update(list).update(place.as_bytes()).finalize_xof().fill(&mut mark);
        mark
    }
}

/// As a hash, whose comparison takes the same time wherever two differ.
fn widened(mark: &[u8]) -> blake3::Hash {
    let mut wide = [0; 32];
    wide.iter_mut().zip(mark).for_each(|(to, from)| *to = *from);
    blake3::Hash::from_bytes(wide)
}

impl Store {
    /// The key of this installation's cursors; made when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cursor_key(&self) -> Result<CursorKey, Error> {
        self.0.cursor_key.get_or_try_init(|| self.settle_cursor_key()).await.cloned()
    }

    async fn settle_cursor_key(&self) -> Result<CursorKey, Error> {
        let text = match self.system().setting(SETTING).await? {
            Some(text) => text,
            None => {
                let fresh = URL_SAFE_NO_PAD.encode(random::<32>("make a key for cursors")?);
                transaction!(self.db(), "keep the key of cursors", |tx| {
                    // Another process may have been faster.
                    if let Some(row) = settings::Entity::find_by_id(SETTING).one(tx).await? {
                        return Ok(row.value);
                    }
                    put_setting(tx, SETTING, &fresh).await?;
                    Ok(fresh.clone())
                })?
            }
        };
        let bytes = URL_SAFE_NO_PAD.decode(&text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(CursorKey).ok_or_else(|| row::bad("key of cursors", "…"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_good_for_its_list_alone() {
        let (key, list, other) = (CursorKey([7; 32]), [1; 32], [2; 32]);
        let sealed = key.seal(&list, "1732.exe_1");
        assert_eq!(key.open(&list, &sealed).as_deref(), Some("1732.exe_1"));
        assert_eq!(key.open(&other, &sealed), None, "of another list");
        assert_eq!(CursorKey([8; 32]).open(&list, &sealed), None, "of another installation");
        for at in 0..sealed.len() {
            let mut forged = sealed.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(key.open(&list, std::str::from_utf8(&forged).unwrap()), None, "changed at {at}");
        }
        for bad in ["", "0", "AAAA", "%", "…", &URL_SAFE_NO_PAD.encode("1732.exe_1")] {
            assert_eq!(key.open(&list, bad), None, "{bad}");
        }
    }
}

//! How rows hang together: what a row's hash is made of, and the seal under which the head and checkpoints are kept.
//!
//! The hash needs no key, so that whoever holds an export can check the chain alone: BLAKE3 in its key-derivation mode with the context
//! [`CONTEXT`] over the fields in the order of [`hash`], each led by its length in eight bytes, little endian; one that is absent is
//! a single zero byte, one that may be absent and is there is led by a one. The seal is a BLAKE3 keyed hash, under a key that is in the
//! database only sealed by the vault.

use crate::entity::audit::Model;
use std::fmt;
use zeroize::Zeroizing;

const CONTEXT: &str = "trimtab 2026 audit row 1";
/// What the first row of all follows.
pub(super) const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// What a row follows that was appended where the head's seal did not fit: the break stays to be seen.
pub(super) const BROKEN: &str = "the seal of the head did not fit when this row was appended";

/// The hash of a row: over every column but the hash itself.
pub(super) fn hash(row: &Model) -> String {
    let mut fields = Fields(blake3::Hasher::new_derive_key(CONTEXT));
    fields.add(row.prev_hash.as_bytes());
    fields.add(&row.seq.to_le_bytes());
    fields.add(&row.at.to_le_bytes());
    fields.add(row.actor.as_bytes());
    fields.maybe(row.actor_name.as_deref());
    fields.maybe(row.tenant.as_deref());
    fields.add(row.action.as_bytes());
    fields.add(row.resource.as_bytes());
    fields.maybe(row.ip.as_deref());
    fields.maybe(row.agent.as_deref());
    fields.add(row.outcome.as_bytes());
    fields.maybe(row.before.as_deref());
    fields.maybe(row.after.as_deref());
    fields.maybe(row.request_id.as_deref());
    fields.0.finalize().to_hex().to_string()
}

struct Fields(blake3::Hasher);

impl Fields {
    fn add(&mut self, bytes: &[u8]) {
        self.0.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.0.update(bytes);
    }

    fn maybe(&mut self, text: Option<&str>) {
        self.0.update(&[u8::from(text.is_some())]);
        if let Some(text) = text {
            self.add(text.as_bytes());
        }
    }
}

/// The key of the seals.
#[derive(Clone)]
pub(crate) struct Seal(Zeroizing<[u8; 32]>);

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(…)")
    }
}

impl Seal {
    pub(super) const fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self(key)
    }

    fn of(&self, text: &str) -> blake3::Hash {
        blake3::keyed_hash(&self.0, text.as_bytes())
    }

    /// Whether a seal is that of the text. In constant time.
    fn fits(&self, text: &str, seal: &str) -> bool {
        blake3::Hash::from_hex(seal).is_ok_and(|given| given == self.of(text))
    }

    /// The head as it is kept.
    pub(super) fn head(&self, seq: i64, hash: &str) -> String {
        format!("{seq} {hash} {}", self.of(&head_text(seq, hash)))
    }

    /// Number, hash, and whether the seal fits, of a head as it is kept; `None` where it cannot be read at all.
    pub(super) fn read_head(&self, kept: &str) -> Option<(i64, String, bool)> {
        let mut parts = kept.split(' ');
        let (seq, hash, seal) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?);
        let fits = parts.next().is_none() && self.fits(&head_text(seq, hash), seal);
        Some((seq, hash.to_owned(), fits))
    }

    /// The seal of a checkpoint.
    pub(super) fn checkpoint(&self, through: i64, hash: &str, rows: i64, made_at: i64) -> String {
        self.of(&checkpoint_text(through, hash, rows, made_at)).to_hex().to_string()
    }

    pub(super) fn fits_checkpoint(&self, row: &crate::entity::audit_checkpoints::Model) -> bool {
        self.fits(&checkpoint_text(row.through_seq, &row.hash, row.row_count, row.made_at), &row.seal)
    }
}

fn head_text(seq: i64, hash: &str) -> String {
    format!("trimtab audit head\n{seq}\n{hash}")
}

fn checkpoint_text(through: i64, hash: &str, rows: i64, made_at: i64) -> String {
    format!("trimtab audit checkpoint\n{through}\n{hash}\n{rows}\n{made_at}")
}

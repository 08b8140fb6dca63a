//! The machine's clock and randomness, handed to everything that needs them.
#![expect(clippy::disallowed_methods, reason = "the one place where real time enters")]

use trimtab_domain::{Clock, Ids, Timestamp};

/// The machine's clock.
#[derive(Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Ids from the operating system's randomness, after 48 bits of milliseconds so that they sort by time.
#[derive(Debug)]
pub(crate) struct SystemIds;

impl Ids for SystemIds {
    fn fresh(&self) -> [u8; 16] {
        let mut bytes: [u8; 16] = rand::rng().random();
        let millis = Timestamp::now().as_millisecond().to_be_bytes();
        bytes[..6].copy_from_slice(&millis[2..]);
        bytes
    }
}

/// Random text of 20 letters and digits that are hard to confuse.
pub(crate) fn password() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut random = rand::rng();
    (0..20).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
}

/// A seed no two processes share.
pub(crate) fn seed() -> u64 {
    rand::rng().random()
}

use rand::RngExt;

//! Telling customers apart without knowing who they are.

use compact_str::CompactString;
use std::fmt;

/// A tenant's key for the pseudonyms of its customers. The same address gives the same pseudonym for one tenant, and another one for any
/// other; nobody without the key can try addresses out.
#[derive(Clone, Copy)]
pub struct Pseudonyms([u8; 32]);

impl Pseudonyms {
    /// Pseudonyms under a key.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The pseudonym of a mail address or a customer's id: 32 hexadecimal digits; none for an empty text.
    #[must_use]
    pub fn of(&self, customer: &str) -> CompactString {
        let customer = customer.trim().to_lowercase();
        if customer.is_empty() {
            return CompactString::default();
        }
        let hash = blake3::keyed_hash(&self.0, customer.as_bytes());
        CompactString::from(&hash.to_hex()[..32])
    }
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonyms(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_tells_customers_apart_and_says_nothing_else() {
        let (one, other) = (Pseudonyms::new([1; 32]), Pseudonyms::new([2; 32]));
        assert_eq!(one.of(" Eva@Example.com"), one.of("eva@example.com"));
        assert_ne!(one.of("eva@example.com"), one.of("eve@example.com"));
        assert_ne!(one.of("eva@example.com"), other.of("eva@example.com"));
        assert_eq!(one.of("eva@example.com").len(), 32);
        assert_eq!(one.of("  "), "");
        assert_eq!(format!("{one:?}"), "Pseudonyms(..)");
    }
}

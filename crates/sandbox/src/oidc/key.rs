//! The keys tokens are signed with, and what of them is public.

use super::jwt::base64url;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{fmt, sync::LazyLock};

/// A key pair.
pub(super) struct Key {
    pair: Pair,
    /// The public part as a JSON Web Key (RFC 7517).
    public: Value,
    /// Its thumbprint (RFC 7638).
    kid: String,
}

enum Pair {
    Rsa(RsaKeyPair),
    Curve(EcdsaKeyPair),
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("kid", &self.kid).finish_non_exhaustive()
    }
}

static FIRST: LazyLock<Key> = LazyLock::new(|| of_rsa(include_bytes!("keys/first.p8")));
static SECOND: LazyLock<Key> = LazyLock::new(|| of_rsa(include_bytes!("keys/second.p8")));
static FOREIGN: LazyLock<Key> = LazyLock::new(|| of_rsa(include_bytes!("keys/foreign.p8")));
static CURVE: LazyLock<Key> = LazyLock::new(|| of_curve(include_bytes!("keys/curve.p8")));

/// The RSA key that is in use after so many changes: two take turns.
pub(super) fn rsa(rotations: usize) -> &'static Key {
    if rotations.is_multiple_of(2) { &FIRST } else { &SECOND }
}

/// The key on the curve P-256.
pub(super) fn curve() -> &'static Key {
    &CURVE
}

/// A key that is never published.
pub(super) fn foreign() -> &'static Key {
    &FOREIGN
}

impl Key {
    pub(super) fn kid(&self) -> &str {
        &self.kid
    }

    pub(super) const fn public(&self) -> &Value {
        &self.public
    }

    /// The `alg` its signatures are of.
    pub(super) const fn alg(&self) -> &'static str {
        match self.pair {
            Pair::Rsa(_) => "RS256",
            Pair::Curve(_) => "ES256",
        }
    }

    /// A signature as a token carries it (RFC 7518 §3.3, §3.4).
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).expect("the key is whole and the room is enough");
                signature
            }
            Pair::Curve(pair) => pair.sign(&random, message).expect("the key is whole").as_ref().to_vec(),
        }
    }
}

fn of_rsa(private: &[u8]) -> Key {
    let pair = RsaKeyPair::from_pkcs8(private).expect("the key is part of the program");
    let [n, e] = integers(pair.public_key().as_ref()).map(base64url);
    let kid = thumbprint(&format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#));
    let public = json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": e});
    Key { pair: Pair::Rsa(pair), public, kid }
}

fn of_curve(private: &[u8]) -> Key {
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private).expect("the key is part of the program");
    // 0x04, then both coordinates.
    let point = pair.public_key().as_ref();
    let (x, y) = (base64url(&point[1..33]), base64url(&point[33..65]));
    let kid = thumbprint(&format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
    let public = json!({"kty": "EC", "use": "sig", "alg": "ES256", "kid": kid, "crv": "P-256", "x": x, "y": y});
    Key { pair: Pair::Curve(pair), public, kid }
}

fn thumbprint(canonical: &str) -> String {
    base64url(&Sha256::digest(canonical.as_bytes()))
}

/// The two integers of an `RSAPublicKey` (RFC 8017, appendix A.1.1) in DER, without the zero that keeps them positive.
fn integers(der: &[u8]) -> [&[u8]; 2] {
    let (_, sequence, _) = element(der);
    let (_, modulus, rest) = element(sequence);
    let (_, exponent, _) = element(rest);
    [modulus, exponent].map(|integer| integer.strip_prefix(&[0]).unwrap_or(integer))
}

/// Tag, content and what follows of one element in DER.
fn element(der: &[u8]) -> (u8, &[u8], &[u8]) {
    let (head, length) = match der[1] {
        short @ 0..0x80 => (2, usize::from(short)),
        long => {
            let digits = usize::from(long & 0x7f);
            (2 + digits, der[2..2 + digits].iter().fold(0, |length, digit| length << 8 | usize::from(*digit)))
        }
    };
    (der[0], &der[head..head + length], &der[head + length..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_parts_have_the_size_of_their_kind() {
        for key in [rsa(0), rsa(1), foreign()] {
            // 256 bytes are 342 letters, and 65537 is AQAB.
            assert_eq!((key.public["n"].as_str().unwrap().len(), key.public["e"].as_str().unwrap()), (342, "AQAB"));
            assert_eq!(key.sign(b"message").len(), 256);
        }
        assert_eq!((curve().public["x"].as_str().unwrap().len(), curve().sign(b"message").len()), (43, 64));
        assert!(rsa(0).kid() != rsa(1).kid() && rsa(0).kid() == rsa(2).kid());
    }
}

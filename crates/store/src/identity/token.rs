//! Unguessable tokens. What is stored of one is its hash; since it is 256 random bits, a fast hash is enough, and a look-up by hash tells
//! nothing by the time it takes.

use crate::{Error, vault::random};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// What a token is for. Its first letters say so, to people and to programs that look for leaked secrets; since they are hashed along, a
/// token of one kind never passes for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Access,
    Refresh,
    Key,
    Link,
    Challenge,
}

impl Kind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Access => "tta_",
            Self::Refresh => "ttr_",
            Self::Key => "ttk_",
            Self::Link => "ttl_",
            Self::Challenge => "ttc_",
        }
    }

    /// A fresh token and the hash to store.
    pub(super) fn fresh(self) -> Result<(SecretString, String), Error> {
        let bytes = Zeroizing::new(random::<32>("make a token")?);
        let token = SecretString::from(format!("{}{}", self.prefix(), URL_SAFE_NO_PAD.encode(bytes.as_slice())));
        let hash = hash(&token);
        Ok((token, hash))
    }

    /// The hash of a token of this kind; `None` for text that cannot be one.
    pub(super) fn hash_of(self, token: &SecretString) -> Option<String> {
        let text = token.expose_secret();
        (text.len() == 47 && text.starts_with(self.prefix())).then(|| hash(token))
    }
}

fn hash(token: &SecretString) -> String {
    blake3::hash(token.expose_secret().as_bytes()).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_of_one_kind_and_only_its_hash_stays() {
        let (token, hash) = Kind::Access.fresh().unwrap();
        assert_eq!(Kind::Access.hash_of(&token), Some(hash.clone()));
        assert_eq!(Kind::Refresh.hash_of(&token), None);
        assert!(!hash.contains(&token.expose_secret()[4..20]));
        for bad in ["", "tta_", "tta_short", "eyJhbGciOiJub25lIn0.e30.", &"tta_".repeat(30)] {
            assert_eq!(Kind::Access.hash_of(&SecretString::from(bad)), None, "{bad}");
        }
    }
}

//! Ids. Ours carry a visible prefix and are made from [`Ids`]; a platform's own ids are other types, so the two cannot be mixed up.

use crate::Ids;
use compact_str::{CompactString, format_compact};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Text that is not a well-formed id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("'{given}' is not a valid {noun} id: {rule}")]
pub struct BadId {
    noun: &'static str,
    given: String,
    rule: &'static str,
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(CompactString);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

macro_rules! our_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal, $noun:literal;)*) => {$(
        text_type!($(#[$doc])* $name);

        impl $name {
            /// A new id: prefix and 26 characters of Crockford base 32.
            #[must_use]
            pub fn fresh(ids: &dyn Ids) -> Self {
                Self(format_compact!("{}{}", $prefix, base32(ids.fresh())))
            }

            /// Reads an id as printed by us.
            ///
            /// # Errors
            /// When the prefix or alphabet is wrong.
            pub fn parse(text: &str) -> Result<Self, BadId> {
                let ok = text.strip_prefix($prefix).is_some_and(|rest| {
                    rest.len() == 26 && rest.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
                });
                if ok { Ok(Self(text.into())) } else {
                    Err(BadId { noun: $noun, given: text.to_owned(), rule: concat!("it starts with ", $prefix) })
                }
            }
        }
    )*};
}

macro_rules! platform_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        text_type!($(#[$doc])* $name);

        impl $name {
            /// Wraps the platform's own id, unchanged.
            #[must_use]
            pub fn new(text: impl Into<CompactString>) -> Self {
                Self(text.into())
            }

            /// The id of an object the source has none of (an export without ids, a row above this level).
            #[must_use]
            pub const fn none() -> Self {
                Self(CompactString::const_new(""))
            }

            /// Whether this is [`Self::none`].
            #[must_use]
            pub fn is_none(&self) -> bool {
                self.0.is_empty()
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }
    )*};
}

our_ids! {
    /// Credentials of a tenant for a source.
    ConnectionId = "con_", "connection";
    /// One sync of one account.
    RunId = "run_", "run";
    /// One execution: a piece of long work somebody started, made of runs.
    ExecutionId = "exe_", "execution";
    /// A person.
    UserId = "usr_", "user";
    /// A signed-in browser or client.
    SessionId = "ses_", "session";
    /// A key for programs: a service account.
    KeyId = "key_", "API key";
    /// An invitation somebody has not yet accepted.
    InvitationId = "inv_", "invitation";
    /// A passkey of a person.
    PasskeyId = "pky_", "passkey";
    /// One imported file.
    ImportId = "imp_", "import";
    /// One line of a data-quality check's history.
    CheckResultId = "chk_", "check result";
    /// A planned budget.
    BudgetId = "bud_", "budget";
}

platform_ids! {
    /// An ad account as its platform names it, without decoration (Meta: no `act_`).
    AccountId;
    /// A campaign as its platform names it.
    CampaignId;
    /// An ad group (Meta: ad set) as its platform names it.
    AdGroupId;
    /// An ad as its platform names it.
    AdId;
}

text_type!(
    /// A tenant: one client or brand, named by whoever created it (`acme`, `north-sea-coffee`).
    TenantId
);

impl TenantId {
    /// 1 to 48 characters: lower-case letters, digits and single dashes, starting with a letter or digit. The name is also a folder
    /// name and part of URLs, hence the strictness.
    ///
    /// # Errors
    /// When the text breaks that rule.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let edge = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let bytes = text.as_bytes();
        let ok = bytes.len() <= 48
            && edge(bytes.first())
            && edge(bytes.last())
            && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
            && !text.contains("--");
        if ok {
            Ok(Self(text.into()))
        } else {
            Err(BadId {
                noun: "tenant",
                given: text.to_owned(),
                rule: "use 1 to 48 lower-case letters, digits and single dashes, for example north-sea-coffee",
            })
        }
    }
}

fn base32(bytes: [u8; 16]) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let number = u128::from_be_bytes(bytes);
    (0..26).rev().map(|i| char::from(ALPHABET[((number >> (i * 5)) & 31) as usize])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::testing::CountingIds;

    #[test]
    fn ours_round_trip_and_reject_strangers() {
        let id = RunId::fresh(&CountingIds::default());
        assert_eq!(id.as_str(), "run_00000000000000000000000001");
        assert_eq!(RunId::parse(id.as_str()), Ok(id.clone()));
        assert!(ConnectionId::parse(id.as_str()).is_err());
    }

    #[test]
    fn tenant_ids_are_safe_folder_names() {
        for good in ["a", "acme", "north-sea-coffee", "7up"] {
            assert!(TenantId::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "a--b", "Acme", "a/b", "..", "a b", &"x".repeat(49)] {
            assert!(TenantId::parse(bad).is_err(), "{bad}");
        }
    }
}

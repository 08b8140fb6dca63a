//! What an analysis is about, as a text that names it in tables.

use std::{fmt, str::FromStr};
use trimtab_domain::{Source, id::AccountId};
use trimtab_store::AccountKey;

/// What an analysis is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// All a tenant has.
    Tenant,
    /// One account.
    Account(AccountKey),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tenant => Ok(()),
            Self::Account(key) => write!(f, "{key}"),
        }
    }
}

impl FromStr for Subject {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text.is_empty() {
            return Ok(Self::Tenant);
        }
        let (source, id) = text.split_once(' ').ok_or(())?;
        let source = source.parse::<Source>().map_err(|_| ())?;
        Ok(Self::Account(AccountKey { source, id: AccountId::new(id) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_read_back() {
        let account = Subject::Account(AccountKey { source: Source::Meta, id: "123 4".into() });
        for subject in [Subject::Tenant, account] {
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        assert!("nowhere".parse::<Subject>().is_err());
    }
}

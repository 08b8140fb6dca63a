//! What can go wrong with facts, said so that a person can act.

use deltalake::DeltaTableError;
use std::{error::Error as StdError, io, path::PathBuf};
use trimtab_domain::{Currency, Day, ErrorKind};

/// A failure of the lake. The cause is chained as the source.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder could not be written.
    #[error("cannot {step} in {}: {advice}", path.display())]
    Unwritable {
        /// What was being done.
        step: &'static str,
        /// The table or folder.
        path: PathBuf,
        /// What to do about it.
        advice: &'static str,
        /// What the system said.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The folder could not be read.
    #[error("cannot {step} in {}: {advice}", path.display())]
    Unreadable {
        /// What was being done.
        step: &'static str,
        /// The table or folder.
        path: PathBuf,
        /// What to do about it.
        advice: &'static str,
        /// What the system said.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Other writers were faster every time.
    #[error("the table {} changed {tries} times while it was being written; try again", path.display())]
    Conflict {
        /// The table.
        path: PathBuf,
        /// How often it was tried.
        tries: usize,
    },
    /// Rows that cannot be kept.
    #[error("{0}")]
    BadFacts(String),
    /// Money of several currencies would have been added up.
    #[error("the accounts asked about are in {}: name the currency to show them in, or filter by account", list(present))]
    MixedCurrencies {
        /// The currencies found.
        present: Vec<Currency>,
    },
    /// There is no rate to convert by.
    #[error(
        "the figures are in {present} and cannot be shown in {wanted}: {source}; ask for {present}, or read the exchange rates first"
    )]
    NoRate {
        /// What the facts are in.
        present: Currency,
        /// What was asked for.
        wanted: Currency,
        /// Which rate is missing.
        source: trimtab_domain::rates::NoRate,
    },
    /// An amount is too large to be kept in the currency asked for.
    #[error("an amount of {day} in {present} is too large to be shown in {wanted}: ask for {present}, or leave that day out")]
    Unshown {
        /// What the amount is in.
        present: Currency,
        /// What was asked for.
        wanted: Currency,
        /// Its day.
        day: Day,
    },
    /// More than one query may do.
    #[error("the query is too large: {0}; narrow the period, filter, or group by fewer dimensions")]
    TooLarge(String),
    /// The deadline passed.
    #[error("{step} took longer than {seconds} s and was stopped; nothing of it is visible")]
    Timeout {
        /// What was being done.
        step: &'static str,
        /// The deadline.
        seconds: u64,
    },
    /// Our own fault.
    #[error("cannot {step}")]
    Internal {
        /// What was being done.
        step: &'static str,
        /// What failed below.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
}

fn list(currencies: &[Currency]) -> String {
    currencies.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Error {
    /// What sort of failure this is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Unwritable { .. } | Self::Unreadable { .. } => ErrorKind::Unavailable,
            Self::Conflict { .. } => ErrorKind::Conflict,
            Self::BadFacts(_) | Self::MixedCurrencies { .. } | Self::NoRate { .. } | Self::Unshown { .. } | Self::TooLarge(_) => {
                ErrorKind::Invalid
            }
            Self::Timeout { .. } => ErrorKind::Timeout,
            Self::Internal { .. } => ErrorKind::Internal,
        }
    }

    pub(crate) fn internal(step: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal { step, source: source.into() }
    }

    pub(crate) fn writing(
        step: &'static str,
        path: impl Into<PathBuf>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        let source = source.into();
        Self::Unwritable {
            step,
            path: path.into(),
            advice: advice(source.as_ref(), "mend the cause named here, then try again"),
            source,
        }
    }

    pub(crate) fn reading(
        step: &'static str,
        path: impl Into<PathBuf>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        let source = source.into();
        let otherwise = "its files are damaged or missing; restore them from a backup or sync the account again";
        Self::Unreadable { step, path: path.into(), advice: advice(source.as_ref(), otherwise), source }
    }
}

/// Looks for the system's own reason anywhere in the chain.
fn advice(source: &(dyn StdError + 'static), otherwise: &'static str) -> &'static str {
    let mut next = Some(source);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            match io.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    return "the disk is full; free some space and try again";
                }
                io::ErrorKind::FileTooLarge => {
                    return "the system lets files grow no larger here; raise that limit (ulimit -f) or use another file system";
                }
                io::ErrorKind::ReadOnlyFilesystem => return "the file system is read-only; make the data folder writable",
                io::ErrorKind::PermissionDenied => return "permission denied; let this user read and write the data folder",
                io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
                    return "a file stands where a folder should be; move it away";
                }
                _ => {}
            }
        }
        next = error.source();
    }
    otherwise
}

/// Whether a commit lost against another writer, so that starting over from the newer version will do.
pub(crate) fn lost_race(error: &DeltaTableError) -> bool {
    use deltalake::kernel::transaction::TransactionError;
    matches!(
        error,
        DeltaTableError::VersionAlreadyExists(_)
            | DeltaTableError::Transaction { source: TransactionError::MaxCommitAttempts(_) | TransactionError::CommitConflict(_) }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_reason_becomes_advice() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let error = Error::writing("write a Parquet file", "/data/lake/acme/ad_daily", full);
        assert_eq!(
            error.to_string(),
            "cannot write a Parquet file in /data/lake/acme/ad_daily: the disk is full; free some space and try again"
        );
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        let wrapped = deltalake::ObjectStoreError::Generic {
            store: "local",
            source: Box::new(io::Error::from(io::ErrorKind::PermissionDenied)),
        };
        assert!(Error::writing("commit", "/x", wrapped).to_string().contains("permission denied"));
    }

    #[test]
    fn currencies_are_named() {
        let error = Error::MixedCurrencies { present: vec!["EUR".parse().unwrap(), "USD".parse().unwrap()] };
        assert!(error.to_string().starts_with("the accounts asked about are in EUR, USD: name the currency"));
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
}

//! Why a history could not be read at all. A broken row or file is never an error: it is left out and named.

use super::{Key, limits};
use trimtab_domain::ErrorKind;

/// A history that cannot be read. The message says what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// The folder cannot be listed.
    #[error("the folder cannot be read ({reason}): check that it exists and that this user may read it")]
    Folder {
        /// The system's own words.
        reason: String,
    },
    /// Nothing in the folder is in a known shape.
    #[error(
        "found no history in the folder: looked for CSV files named after Fivetran's tables (facebook_ads/basic_ad.csv, \
         google_ads_campaign_stats.csv) and for a campaigns.json or analytics_metrics.json, found {found}"
    )]
    Unknown {
        /// What is there.
        found: String,
    },
    /// Not the address of a database.
    #[error(
        "the address is no PostgreSQL connection string: use postgres://user:password@host:5432/database, with ?sslmode=disable for a \
         server without encryption"
    )]
    Address,
    /// The database cannot be reached, or does not answer.
    #[error("the database could not be read ({reason}): check address, user and rights, and try again")]
    Database {
        /// The server's own words.
        reason: String,
    },
    /// The database has other tables.
    #[error(
        "the database holds no history in a known shape: found {what}; grant this user the right to read it, or name another database"
    )]
    Schema {
        /// What is missing.
        what: String,
    },
    /// No such account.
    #[error("the history has no account {0}: list its accounts first")]
    NoAccount(Key),
    /// More than is held at once.
    #[error("{what} are more than {limit}: {help}")]
    TooMuch {
        /// What was counted.
        what: &'static str,
        /// The most there may be.
        limit: usize,
        /// What to do about it.
        help: &'static str,
    },
    /// The process is going down, or reading crashed.
    #[error("reading the history was interrupted: start it again, it goes on where it stopped")]
    Lost,
}

impl HistoryError {
    /// What sort of failure this is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Folder { .. } | Self::Unknown { .. } | Self::Address | Self::Schema { .. } | Self::TooMuch { .. } => {
                ErrorKind::Invalid
            }
            Self::Database { .. } => ErrorKind::Unavailable,
            Self::NoAccount(_) => ErrorKind::NotFound,
            Self::Lost => ErrorKind::Internal,
        }
    }

    pub(super) const fn too_many_rows() -> Self {
        Self::TooMuch { what: "the rows of these days", limit: limits::PIECE_ROWS_MAX, help: "read fewer days at once" }
    }

    pub(super) const fn too_many_accounts() -> Self {
        Self::TooMuch { what: "the accounts", limit: limits::ACCOUNTS_MAX, help: "import the history in parts" }
    }
}

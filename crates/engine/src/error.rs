//! What can go wrong in the engine: its own refusals, and the errors of the crates it joins.

use trimtab_connect::history::HistoryError;
use trimtab_domain::{DayRange, ErrorKind, query::QueryError};

/// An engine error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input breaks a rule of the engine.
    #[error("{0}")]
    Invalid(String),
    /// It cannot be done just now.
    #[error("{0}")]
    Busy(String),
    /// Whoever asks may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// The query cannot be asked.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The file cannot be imported.
    #[error(transparent)]
    Import(#[from] trimtab_connect::import::ImportError),
    /// The history cannot be read.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// What is stored of a history is not what the original holds.
    #[error(
        "{account}, {days}: {figure} come to {ours} here and to {theirs} in the original; import again, and if they still differ, report \
         this"
    )]
    Unequal {
        /// The account, as the history names it.
        account: String,
        /// The days.
        days: DayRange,
        /// The figure that differs.
        figure: String,
        /// What is stored.
        ours: String,
        /// What the original holds.
        theirs: String,
    },
    /// The tool does not exist or does not take the input.
    #[error(transparent)]
    Tool(#[from] trimtab_connect::tool::Refusal),
    /// Signing in at another provider went wrong.
    #[error(transparent)]
    Provider(#[from] trimtab_connect::oidc::Error),
    /// A source could not be read.
    #[error(transparent)]
    Source(#[from] trimtab_connect::Error),
    /// The operational store failed.
    #[error(transparent)]
    Store(#[from] trimtab_store::Error),
    /// The lake failed.
    #[error(transparent)]
    Facts(#[from] trimtab_facts::Error),
    /// What is to be known of a client cannot be.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Knowledge(Vec<trimtab_domain::knowledge::Fault>),
    /// The search failed.
    #[error("what is known cannot be searched")]
    Search(#[from] tantivy::TantivyError),
    /// A task of ours ended without an answer.
    #[error("{0} ended unexpectedly")]
    Lost(&'static str),
}

impl Error {
    /// What sort of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) | Self::Query(_) | Self::Knowledge(_) => ErrorKind::Invalid,
            Self::Busy(_) => ErrorKind::Conflict,
            Self::Forbidden(_) => ErrorKind::Forbidden,
            Self::Import(error) => error.kind(),
            Self::Tool(refusal) => refusal.kind(),
            Self::Source(error) => error.kind(),
            Self::Provider(error) => error.kind(),
            Self::Store(error) => error.kind(),
            Self::Facts(error) => error.kind(),
            Self::History(error) => error.kind(),
            Self::Lost(_) | Self::Unequal { .. } | Self::Search(_) => ErrorKind::Internal,
        }
    }

    /// Whether an outside system is to blame rather than the caller or us.
    #[must_use]
    pub const fn is_outside(&self) -> bool {
        matches!(
            self,
            Self::Source(_) | Self::History(HistoryError::Database { .. }) | Self::Store(trimtab_store::Error::KeyHolder { .. })
        )
    }
}

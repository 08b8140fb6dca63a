//! What can be wrong with how the sandbox is used. What its simulated platforms answer is not an error here.

use trimtab_domain::ErrorKind;

/// A misuse of the sandbox.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting that cannot be.
    #[error("'{given}' is not a value for {what}: use {use_instead}")]
    BadSetting {
        /// The setting.
        what: &'static str,
        /// What was given.
        given: String,
        /// What would be right.
        use_instead: &'static str,
    },
    /// Text that is no duration or instant, or one the clock cannot go to.
    #[error("the clock cannot be set by '{given}': {hint}")]
    BadClock {
        /// What was given.
        given: String,
        /// What would be right.
        hint: &'static str,
    },
    /// A fault that cannot be.
    #[error("bad fault: {0}")]
    BadFault(String),
    /// The listener failed.
    #[error("the sandbox's listener failed")]
    Serve(#[source] std::io::Error),
    /// The recording of the traffic broke off.
    #[error("the traffic could not be recorded to the end")]
    Record(#[source] std::io::Error),
}

impl Error {
    /// What sort of failure this is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::BadSetting { .. } | Self::BadClock { .. } | Self::BadFault(_) => ErrorKind::Invalid,
            Self::Serve(_) | Self::Record(_) => ErrorKind::Unavailable,
        }
    }
}

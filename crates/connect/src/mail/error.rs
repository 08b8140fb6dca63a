//! Why a letter was not sent, by who must act.

use trimtab_domain::ErrorKind;

/// Why a letter was not sent. No text holds a password or a link.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings cannot work: the administrator acts.
    #[error("mail.{key}: {what}")]
    Settings {
        /// Which setting.
        key: &'static str,
        /// What is wrong and what would be right.
        what: String,
    },
    /// It is no address: whoever gave it acts.
    #[error("'{address}' is not an e-mail address: write it as name@domain.example")]
    Address {
        /// What was given.
        address: String,
    },
    /// The server does not take user and password: the administrator acts.
    #[error(
        "the mail server {server} does not accept the user or password ({reason}): the administrator checks user and password in [mail]"
    )]
    Credentials {
        /// Host and port.
        server: String,
        /// What it said.
        reason: String,
    },
    /// The server refuses the letter for good: the address is wrong, or the sender may not send.
    #[error(
        "the mail server {server} refused the message ({reason}): check the address; if it is right, the administrator checks from in [mail]"
    )]
    Refused {
        /// Host and port.
        server: String,
        /// What it said.
        reason: String,
    },
    /// The server cannot take it now: the same may work later.
    #[error("the mail server {server} cannot take the message now ({reason}): try again later")]
    Busy {
        /// Host and port.
        server: String,
        /// What it said.
        reason: String,
    },
    /// The connection cannot be encrypted as it should be: the administrator acts.
    #[error(
        "the connection to the mail server {server} cannot be encrypted ({reason}): the administrator checks security, host and port in [mail]"
    )]
    Encryption {
        /// Host and port.
        server: String,
        /// Why not.
        reason: String,
    },
    /// The server cannot be reached: time helps, or whoever runs the network.
    #[error(
        "the mail server {server} could not be reached ({reason}): try again later; if it stays so, the administrator checks host and port in [mail]"
    )]
    Unreachable {
        /// Host and port.
        server: String,
        /// Why not.
        reason: String,
    },
    /// It took too long.
    #[error("the mail server {server} did not take the message within {seconds} s: try again later")]
    Timeout {
        /// Host and port.
        server: String,
        /// How long it was waited for.
        seconds: u64,
    },
}

impl Error {
    /// What sort of failure it is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Settings { .. } | Self::Address { .. } | Self::Refused { .. } => ErrorKind::Invalid,
            Self::Credentials { .. } | Self::Busy { .. } | Self::Encryption { .. } | Self::Unreachable { .. } => {
                ErrorKind::Unavailable
            }
            Self::Timeout { .. } => ErrorKind::Timeout,
        }
    }
}

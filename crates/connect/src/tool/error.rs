//! Why a call is refused before anything is asked of a platform.

use trimtab_domain::ErrorKind;

/// Why a call is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    /// No tool has this name.
    #[error(
        "there is no tool '{given}'{}: `trimtab tools list` and GET /api/v1/tools name them all",
        hint.as_ref().map(|hint| format!("; did you mean {hint}?")).unwrap_or_default()
    )]
    Unknown {
        /// The name.
        given: String,
        /// What was probably meant.
        hint: Option<String>,
    },
    /// The input is not one the tool takes.
    #[error("the input of {tool} is wrong: {what} (`trimtab tools show {tool}` tells what it takes)")]
    Input {
        /// The tool.
        tool: String,
        /// What is wrong with it.
        what: String,
    },
}

impl Refusal {
    /// What sort of failure it is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Unknown { .. } => ErrorKind::NotFound,
            Self::Input { .. } => ErrorKind::Invalid,
        }
    }
}

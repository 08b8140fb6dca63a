//! Why a file could not be read at all. One bad row is never an error: it is skipped and named.

use super::limits;
use trimtab_domain::ErrorKind;

/// A file that cannot be imported as it is. The message says what was looked for, what was found and the next step.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// No bytes, or nothing but blanks.
    #[error("'{name}' is empty: export it again with the columns campaign, day, impressions, clicks and cost")]
    Empty {
        /// The file.
        name: String,
    },
    /// Beyond a limit of [`limits`].
    #[error("'{name}' is too large: {what} is more than {limit}; export a shorter period or fewer columns and import the parts")]
    TooLarge {
        /// The file.
        name: String,
        /// What was counted.
        what: String,
        /// The most there may be.
        limit: u64,
    },
    /// An image, an archive, random bytes.
    #[error("'{name}' is not a table but {found}: import a CSV, TSV or Excel file")]
    NotATable {
        /// The file.
        name: String,
        /// What it looks like.
        found: &'static str,
    },
    /// The workbook reader gave up.
    #[error("'{name}' cannot be opened as a workbook ({reason}): open it in a spreadsheet program and save it as CSV or XLSX")]
    Workbook {
        /// The file.
        name: String,
        /// The reader's own words.
        reason: String,
    },
    /// No line looks like a header.
    #[error(
        "found no header line in the first {} lines of '{name}': looked for a line with names such as Campaign, Day, Impressions, \
         Clicks, Cost or their translations, found {found}; name the columns in a mapping file and import again with it",
        limits::HEADER_SEARCH_ROWS
    )]
    NoHeader {
        /// The file.
        name: String,
        /// The first lines.
        found: String,
        /// A mapping to edit.
        suggestion: String,
    },
    /// A header, but without something that is needed.
    #[error(
        "'{name}' has no column for {missing}: the header on line {line} reads {headers}; add the column to the export, or say in a \
         mapping file which column it is"
    )]
    MissingColumn {
        /// The file.
        name: String,
        /// What is needed.
        missing: &'static str,
        /// The header's line.
        line: u64,
        /// The header.
        headers: String,
        /// A mapping to edit.
        suggestion: String,
    },
    /// A header and nothing below it.
    #[error("'{name}' has a header on line {line} and no rows below it: choose a period with delivery and export again")]
    NoRows {
        /// The file.
        name: String,
        /// The header's line.
        line: u64,
    },
    /// Every row was skipped.
    #[error(
        "none of the {rows} rows of '{name}' could be imported: line {line}: {reason}; correct the file, or say in a mapping file how \
         to read it"
    )]
    NothingRead {
        /// The file.
        name: String,
        /// Rows below the header.
        rows: u64,
        /// The first skipped line.
        line: u64,
        /// Why that one was skipped.
        reason: String,
        /// A mapping to edit.
        suggestion: String,
    },
    /// Rows of several accounts and no choice among them.
    #[error("'{name}' holds rows of several accounts ({accounts}): import it once per account, naming the account each time")]
    SeveralAccounts {
        /// The file.
        name: String,
        /// Their ids.
        accounts: String,
    },
    /// The account asked for cannot be one, or names several.
    #[error("the account cannot be chosen: {reason}")]
    BadAccount {
        /// Why, and what would do.
        reason: String,
    },
    /// The mapping names a column the file has not.
    #[error("the mapping names the column '{column}', which '{name}' has not: its header on line {line} reads {headers}")]
    UnknownColumn {
        /// The file.
        name: String,
        /// The column.
        column: String,
        /// The header's line.
        line: u64,
        /// The header.
        headers: String,
    },
    /// The mapping file itself is wrong.
    #[error("the mapping file is wrong: {reason}")]
    Mapping {
        /// What and where.
        reason: String,
    },
}

impl ImportError {
    /// What sort of failure this is: always the caller's input.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }

    /// A mapping file with this file's own headers, ready to edit, where one would help.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        match self {
            Self::NoHeader { suggestion, .. } | Self::MissingColumn { suggestion, .. } | Self::NothingRead { suggestion, .. } => {
                Some(suggestion)
            }
            _ => None,
        }
    }
}

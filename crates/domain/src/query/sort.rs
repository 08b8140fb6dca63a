//! The order of rows. Whether it names something of the query is checked with the query.

/// What rows are ordered by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sort {
    /// A metric or dimension of the query.
    pub by: String,
    /// Largest first.
    pub descending: bool,
}

impl From<&str> for Sort {
    /// Reads `spend` or, for largest first, `-spend`.
    fn from(text: &str) -> Self {
        match text.strip_prefix('-') {
            Some(by) => Self { by: by.to_owned(), descending: true },
            None => Self { by: text.to_owned(), descending: false },
        }
    }
}

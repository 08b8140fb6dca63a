//! How much of another system's history is held at once. Every list this module keeps has its maximum here.

use std::time::Duration;

/// Files of one folder that are looked at.
pub const FILES_MAX: usize = 10_000;
/// Bytes of one row of a CSV file, or of one entry of a JSON file. Creatives carry megabytes of JSON in a cell; a quote that is never closed
/// swallows the rest of its file.
pub const ROW_BYTES_MAX: usize = 64 << 20;
/// Objects whose name and place are held while a history is open.
pub const OBJECTS_MAX: usize = 500_000;
/// Accounts of one history.
pub const ACCOUNTS_MAX: usize = 10_000;
/// Rows of facts of one piece.
pub const PIECE_ROWS_MAX: usize = 1_000_000;
/// Left-out rows named one by one; the rest is counted.
pub const LEFT_OUT_MAX: usize = 1_000;
/// Files without figures that are listed by name in a note.
pub const FILES_NAMED_MAX: usize = 30;
/// Longest time one statement of a database may take.
pub const STATEMENT_DEADLINE: Duration = Duration::from_secs(300);
/// Longest time a database may take to answer the first call.
pub const CONNECT_DEADLINE: Duration = Duration::from_secs(20);

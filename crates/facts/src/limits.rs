//! Every maximum of this crate, with the reason for its size.

use std::time::Duration;

/// Tries of one commit before it is reported as a conflict. Each try rereads what the winner wrote; writers of other accounts make
/// most of the collisions, so a handful of losses in a row is already unlikely.
pub(crate) const COMMIT_TRIES: usize = 16;

/// Every so many commits the Delta log is summed up in a checkpoint, so that opening a table reads few small files.
pub(crate) const CHECKPOINT_EVERY: u64 = 20;

/// Days that get a file of their own: the longest look-back any platform restates (Google's 30-day conversion window, Meta's 28)
/// with slack. Older days share a file per month.
pub(crate) const RECENT_DAYS: i64 = 45;

/// A month of an account with no more rows than this is one file from the start: below it a file is mostly headers, so that
/// rewriting the month costs less than one file per day would.
pub(crate) const SMALL_MONTH_ROWS: usize = 8_192;

/// Rows from which a file is large: below it, reading the rows costs no more than opening the file.
pub(crate) const LARGE_FILE_ROWS: usize = 4_096;

/// Files that are written or read at the same time by one operation.
pub(crate) const FILES_AT_ONCE: usize = 2;

/// Rows one call may replace; a caller with more sends them in several calls.
pub(crate) const ROWS_PER_REPLACE: usize = 2_000_000;

/// Rows whose files are joined in one commit, a single month excepted: all months of a first sync at once would take memory by the
/// length of the history.
pub(crate) const ROWS_PER_JOIN: usize = 200_000;

/// Objects in one entity snapshot.
pub(crate) const OBJECTS_PER_SNAPSHOT: usize = 1_000_000;

/// A figure beyond this (in micros or counts) is not a measurement: a single row of 100 billion currency units. It also keeps sums
/// of any real number of rows inside 64 bits.
pub(crate) const LARGEST_FIGURE: i64 = 100_000_000_000_000_000;

/// Groups one query may form before limit and order apply.
pub(crate) const GROUPS_PER_QUERY: usize = 4_000_000;

/// Days a compared or asked period may have.
pub(crate) const DAYS_PER_QUERY: u32 = 366 * 20;

/// Priority, 0 to 99, of what runs behind. On Linux it is niceness 9: an eighth of a processor that others want, so that writes go on even on a
/// machine that is never idle.
pub(crate) const PRIORITY_BEHIND: u8 = 23;

/// Answers computed at the same time for each thread: more would share the working memory in portions too small for any.
pub(crate) const ANSWERS_PER_THREAD: usize = 4;

/// Answers computed at the same time for one tenant: the questions of one page.
pub(crate) const ANSWERS_PER_TENANT: usize = 4;

/// Rows from which a query is large and waits for what others leave over. A page over two months of 2 000 ads reads 120 000 at most.
pub(crate) const LARGE_QUERY_ROWS: usize = 150_000;

/// Rows that one row of a roll-up stands for at least, else the rows themselves are read. A query is weighed by it before it is run.
pub(crate) const ROWS_PER_ROLLUP_ROW: usize = 4;

/// Different questions that may be under way while others ask the same.
pub(crate) const QUESTIONS_UNDER_WAY: u64 = 4_096;

/// How long one query may run.
pub(crate) const QUERY_DEADLINE: Duration = Duration::from_secs(60);

/// How long writing one view may take: years of every ad go out row by row.
pub(crate) const VIEW_DEADLINE: Duration = Duration::from_secs(600);

/// How long one write (replace, record, one slice of a compaction) may run.
pub(crate) const WRITE_DEADLINE: Duration = Duration::from_secs(300);

/// Small files of closed entity rows an account may gather before compaction joins them.
pub(crate) const CLOSED_FILES: usize = 4;

//! How much of a file is read before the answer is "too large". Every list an import keeps has its maximum here.

/// Largest file, in bytes.
pub const MAX_FILE_BYTES: usize = 1 << 30;
/// Largest workbook once decompressed, over all its parts, in bytes.
pub const MAX_WORKBOOK_BYTES: u64 = 512 << 20;
/// Largest old-style workbook (`.xls`), in bytes.
pub const MAX_XLS_BYTES: usize = 64 << 20;
/// Most cells of a sheet that hold something.
pub const MAX_SHEET_CELLS: usize = 20_000_000;
/// Most columns.
pub const MAX_COLUMNS: usize = 1_000;
/// Longest cell of a text file, in bytes.
pub const MAX_CELL_BYTES: usize = 1 << 20;
/// Most rows of facts of one kind that one file may become.
pub const MAX_FACT_ROWS: usize = 4_000_000;
/// Most different campaigns, ad groups and ads.
pub const MAX_PLACINGS: usize = 1_000_000;
/// Lines searched for the header.
pub const HEADER_SEARCH_ROWS: usize = 60;
/// Bytes looked at to find the delimiter and the header.
pub const SNIFF_BYTES: usize = 256 << 10;
/// Skipped lines named one by one; the rest is counted.
pub const MAX_SKIPPED: usize = 1_000;
/// Totals rows kept for comparison.
pub const MAX_FILE_TOTALS: usize = 50;
/// Accounts listed when a file holds several.
pub const MAX_ACCOUNTS_NAMED: usize = 20;
/// Rows shown as they were read.
pub const MAX_SAMPLE_ROWS: usize = 5;
/// Characters kept of a name in those.
pub const MAX_SAMPLE_CHARS: usize = 200;
/// Characters of an account's name or id that is asked for.
pub const MAX_ACCOUNT_CHARS: usize = 100;
/// Largest mapping file, in bytes.
pub const MAX_MAPPING_BYTES: usize = 64 << 10;
/// Header names quoted in an error.
pub const MAX_HEADERS_NAMED: usize = 40;

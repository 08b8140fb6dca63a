//! Every maximum of the HTTP layer, by name.

use std::time::Duration;

/// Largest request body but for files.
pub const BODY_BYTES: usize = 256 * 1024;
/// Largest uploaded file with its form around it.
pub const UPLOAD_BYTES: usize = trimtab_engine::limits::IMPORT_BYTES + 64 * 1024;
/// Largest mapping file.
pub const MAPPING_BYTES: usize = 256 * 1024;
/// Items a list answers when not asked for a number.
pub const PAGE_DEFAULT: u32 = 50;
/// Most items a list answers.
pub const PAGE_MAX: u32 = 200;
/// Days one question about coverage or reconciliation may span.
pub const QUALITY_DAYS: u32 = 800;
/// Lines of a reconciliation when not asked for a number.
pub const LINES_DEFAULT: usize = 200;
/// Most lines of a reconciliation.
pub const LINES_MAX: usize = 1_000;
/// How often a silent event stream says that it is alive.
pub const EVENT_HEARTBEAT: Duration = Duration::from_secs(15);
/// Bytes of a view that are read at once to be handed on.
pub const VIEW_CHUNK_BYTES: usize = 64 * 1024;

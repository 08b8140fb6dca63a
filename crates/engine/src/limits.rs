//! Every maximum of the engine, by name.

use std::time::Duration;

/// Accounts of one execution that are read at the same time.
pub const ACCOUNTS_AT_ONCE: usize = 4;
/// Chunks of one account that are fetched at the same time.
pub const CHUNKS_AHEAD: usize = 2;
/// How often today and yesterday are read by the clock.
pub const HOT_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);
/// Requests an account may cost within an hour by the clock, retries included: the history that is left waits for the next hour. A platform's
/// own limits hold besides; a sync somebody asks for knows only those.
pub const CALLS_PER_HOUR: u64 = 200;
/// Runs looked at to know what an account cost within the hour.
pub const RUNS_PER_HOUR: u32 = 100;
/// The hour of the account's night at which days that may still change are read again: late enough for platforms to have closed the
/// day before, early enough to be done by morning.
pub const NIGHTLY_HOUR: i8 = 3;
/// Days, today included, whose figures say of objects that are no longer listed that they are still there: those the clock reads hourly.
pub const WITNESS_DAYS: u16 = 2;
/// Days whose hours are read with every sync that touches them.
pub const HOURLY_DAYS: u16 = 2;
/// Pixels of one account whose events are read, those that fired last.
pub const PIXELS_PER_ACCOUNT: usize = 10;
/// Days of a pixel's events a first sync reads: what its analysis looks back on.
pub const PIXEL_DAYS: u16 = 70;
/// The same where each day is a question of its own: what its rhythm and its ratios take, and not half a minute of a platform's budget.
pub const PIXEL_DAYS_ONE_BY_ONE: u16 = 35;
/// Days of them that are read at once.
pub const PIXEL_DAYS_AT_ONCE: u16 = 14;
/// How long after its end a day of a pixel may still gain events: servers may send them for two days.
pub const PIXEL_LATE: jiff::SignedDuration = jiff::SignedDuration::from_hours(48);
/// Hours of a pixel before the reading that the platform may still be filling.
pub const PIXEL_FILLING: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);
/// Events of a pixel's day that have a line of their own.
pub const PIXEL_EVENTS: usize = 40;
/// Days of an account's hours a first sync reads for patterns: eight weeks.
pub const HOURS_DAYS: u16 = 56;
/// Days of them that are read at once.
pub const HOURS_DAYS_AT_ONCE: u16 = 7;
/// How long after its end a day's hours are read again, for most conversions to be in.
pub const HOURS_LATE: jiff::SignedDuration = jiff::SignedDuration::from_hours(72);
/// How often, meanwhile.
pub const HOURS_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_hours(20);
/// Tenants looked at in one go.
pub const TENANTS_PER_PAGE: u32 = 200;
/// How often the clock is looked at.
pub const FRESHNESS_TICK: Duration = Duration::from_secs(60);
/// How long an account that could not be read is left alone by the clock.
pub const AFTER_FAILURE: jiff::SignedDuration = jiff::SignedDuration::from_mins(15);
/// Days of history a first sync fetches: enough to compare each of the last 31 days with the year before.
pub const BACKFILL_DAYS: u16 = 400;
/// Most days one sync may be asked for (the longest history a platform keeps is 37 months).
pub const SYNC_DAYS: u32 = 1_200;
/// How long an execution or a held account outlives its last sign of life.
pub const LEASE: Duration = Duration::from_secs(10);
/// How often signs of life are given.
pub const HEARTBEAT: Duration = Duration::from_secs(2);
/// How long a sync waits for an account that another one holds: long enough for a dead holder's lease to run out.
pub const CLAIM_WAIT: Duration = Duration::from_secs(12);
/// How often it looks meanwhile.
pub const CLAIM_PAUSE: Duration = Duration::from_millis(250);
/// How often an account that is not read is checked nevertheless.
pub const UNREAD_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);
/// Days that checks look at.
pub const CHECKED_DAYS: u16 = 120;
/// How much further back than the last look changes of older days are looked for: clocks differ, and sources index with delay.
pub const CHANGES_OVERLAP: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);
/// How often exchange rates are read; the bank publishes once on each business day.
pub const RATES_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_hours(6);
/// Days without rates from which all of the bank's history is read, rather than its list of ninety days.
pub const RATES_SHORT_DAYS: i64 = 60;
/// Events kept for clients that reconnect.
pub const EVENTS_KEPT: usize = 512;
/// Events a slow reader may lag behind before it is told to read everything again.
pub const EVENTS_BEHIND: usize = 256;
/// Largest file that is imported.
pub const IMPORT_BYTES: usize = 256 * 1024 * 1024;
/// Files that are read at the same time.
pub const IMPORTS_AT_ONCE: usize = 2;
/// Days before a credential ends from which it is shown as expiring.
pub const EXPIRING_DAYS: i64 = 7;
/// Days before a credential that its use renews ends from which it is used for that alone: well before people would be told.
pub const RENEW_AHEAD_DAYS: i64 = 20;
/// How often credentials and logs are looked after.
pub const CUSTODY_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);
/// After how long what could not be looked after is tried again.
pub const CUSTODY_AGAIN: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);
/// How often files that no version names are looked for, per tenant.
pub const VACUUM_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);
/// How long replaced files are kept, so that a number shown can be reproduced from its version: 60 days.
pub const VERSIONS_KEPT_HOURS: u32 = 60 * 24;
/// Executions that may run at the same time in one process.
pub const EXECUTIONS_AT_ONCE: usize = 8;
/// Tools that may read at the same time in one process: each may hold a week of a large account.
pub const TOOLS_AT_ONCE: usize = 8;
/// Longest time one call of a tool may take, waiting for its turn included.
pub const TOOL_DEADLINE: Duration = Duration::from_secs(600);
/// Tenants that are analysed at the same time: each keeps a core busy.
pub const ANALYSES_AT_ONCE: usize = 1;
/// Views that are written out to be handed on at the same time.
pub const VIEWS_AT_ONCE: usize = 2;
/// Days a view holds where none are asked for.
pub const VIEW_DAYS: u16 = 90;
/// Most days of one view.
pub const VIEW_DAYS_MAX: u32 = 366 * 20;
/// Characters of a search that are looked at.
pub const SEARCH_CHARS: usize = 400;
/// Words of a search that are looked for.
pub const SEARCH_WORDS: usize = 12;
/// Words one word may stand for: those that begin with it, or are close to it.
pub const SEARCH_EXPANSIONS: usize = 24;
/// Most hits of a search.
pub const SEARCH_HITS: usize = 200;
/// Clients whose knowledge is kept ready to be searched: some hundred kilobytes each.
pub const CLIENT_INDEXES: usize = 64;

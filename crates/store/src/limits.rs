//! Every maximum of this crate, in one place.

use std::time::Duration;

/// How long a write waits for another process's write before it is tried again.
pub const LOCK_WAIT: Duration = Duration::from_secs(5);
/// How often a write is tried when the database is busy.
pub const WRITE_ATTEMPTS: u32 = 4;
/// Pause before the second attempt; it doubles with each further one, and is spread by half of itself either way.
pub const WRITE_PAUSE: Duration = Duration::from_millis(20);
/// The longest such pause.
pub const WRITE_PAUSE_MAX: Duration = Duration::from_millis(500);
/// The longest one attempt of a statement or transaction may take, waiting for a lock included.
pub const STATEMENT_DEADLINE: Duration = Duration::from_secs(30);
/// The longest a change of the schema, or the move of a whole database, may take.
pub const SCHEMA_DEADLINE: Duration = Duration::from_secs(3_600);
/// Connections kept to one database file: one writes, the others read.
pub const DB_CONNECTIONS: u32 = 6;
/// Connections of one process to a database server.
pub const SERVER_CONNECTIONS: u32 = 10;
/// How long a database server is waited for, and a connection to it.
pub const SERVER_WAIT: Duration = Duration::from_secs(10);
/// How often a write to a server is tried when it waited in vain, or collided with somebody who writes past the queue.
pub const SERVER_WRITE_ATTEMPTS: u32 = 8;
/// The oldest PostgreSQL that is supported by its makers, as it counts its versions.
pub const SERVER_VERSION_MIN: i32 = 140_000;

/// Items on one page of a list.
pub const PAGE_MAX: u32 = 200;
/// Connections of one tenant.
pub const CONNECTIONS_PER_TENANT: u64 = 500;
/// Accounts of one tenant, connected and imported.
pub const ACCOUNTS_PER_TENANT: u64 = 2_000;
/// Runs of one execution.
pub const RUNS_PER_EXECUTION: u64 = 5_000;
/// Bytes of a connection's secret.
pub const SECRET_BYTES: usize = 64 * 1024;
/// Imports of one account that are looked at to learn which of its days came from which file; the oldest are left out.
pub const IMPORTS_PER_ACCOUNT: u64 = 10_000;
/// Characters kept of an error text or other remark.
pub const REMARK_CHARS: usize = 2_000;

/// Characters of a password, at least.
pub const PASSWORD_MIN_CHARS: usize = 12;
/// Bytes of a password, at most: longer ones only cost hashing time.
pub const PASSWORD_MAX_BYTES: usize = 1_024;
/// Password checks at one time; each takes about 19 MiB and one core.
pub const PASSWORD_CHECKS_AT_ONCE: usize = 2;
/// Failed sign-ins in a row before the address is locked out.
pub const FREE_SIGN_IN_FAILURES: u32 = 5;
/// The first lockout; it doubles with each further failure.
pub const LOCKOUT_FIRST: Duration = Duration::from_secs(30);
/// The longest lockout.
pub const LOCKOUT_MAX: Duration = Duration::from_secs(15 * 60);
/// After so long without a failure the count starts anew.
pub const LOCKOUT_MEMORY: Duration = Duration::from_secs(24 * 3600);
/// Addresses whose failures are remembered; the oldest make room.
pub const LOCKOUT_ADDRESSES: u64 = 10_000;

/// How long an access token is good.
pub const ACCESS_AGE: Duration = Duration::from_secs(15 * 60);
/// How long a refresh token is good; each exchange gives a new one.
pub const REFRESH_AGE: Duration = Duration::from_secs(7 * 24 * 3600);
/// A refresh token that comes back so soon after it was exchanged was sent twice by one browser, not copied.
pub const REFRESH_GRACE: Duration = Duration::from_secs(10);
/// A session ends after so long whatever its use.
pub const SESSION_MAX: Duration = Duration::from_secs(90 * 24 * 3600);
/// How long a half-done sign-in waits for its other half.
pub const CHALLENGE_AGE: Duration = Duration::from_secs(5 * 60);
/// Answers to one challenge.
pub const CHALLENGE_TRIES: u32 = 5;
/// How long an invitation is good.
pub const INVITATION_AGE: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long a link to a new password is good.
pub const RESET_AGE: Duration = Duration::from_secs(3600);
/// Passkeys of one person.
pub const PASSKEYS_PER_USER: usize = 20;
/// Keys that are good in one scope.
pub const KEYS_PER_SCOPE: u64 = 100;
/// The use of a session or key is noted at most so often, so that reading pages does not mean writing rows.
pub const SESSION_TOUCH: Duration = Duration::from_secs(5 * 60);

/// Rows that are read and written at a time when a whole database is moved. PostgreSQL takes 65 535 values at a time.
pub const ROWS_PER_MOVE: u64 = 500;

/// Rates written in one transaction: the whole history is some 280 000, and nobody should wait for that.
pub const RATES_PER_WRITE: usize = 5_000;
/// Lines of one check's history that are told.
pub const CHECKS_PER_HISTORY: u64 = 200;

/// Findings of one tenant that are listed.
pub const FINDINGS_LISTED: u64 = 5_000;
/// How long a finding that no longer shows is remembered.
pub const FINDINGS_MEMORY: Duration = Duration::from_secs(400 * 24 * 3600);
/// Known events of one account that are told, the newest first.
pub const EVENTS_PER_ACCOUNT: u64 = 10_000;
/// Days for which series by the hour are kept: 26 weeks.
pub const SERIES_DAYS: u16 = 182;
/// Budgets of one tenant.
pub const BUDGETS_PER_TENANT: u64 = 2_000;
/// Versions of a client's knowledge that are listed, the newest first.
pub const KNOWLEDGE_VERSIONS: u64 = 200;

/// How long the answer to a request that may come twice is kept.
pub const RECEIPT_AGE: Duration = Duration::from_secs(24 * 3600);
/// Characters of the key that names such a request, at least: it must not be guessed, since it opens the kept answer.
pub const RECEIPT_KEY_MIN: usize = 16;
/// Characters of it, at most.
pub const RECEIPT_KEY_MAX: usize = 255;
/// Answers that are let go in one round.
pub const RECEIPTS_PER_ROUND: u64 = 5_000;

/// Characters of a name that people give something.
pub const NAME_CHARS: usize = 120;

/// Data keys one piece of work may have to fetch: those a tenant's secrets are under, and one that is made meanwhile.
pub const KEYS_PER_BLOCK: u32 = 16;
/// Secrets sealed anew in one transaction; meanwhile others wait.
pub const SECRETS_PER_WRITE: u64 = 50;
/// How often a rotation of the master key begins anew because data keys were made meanwhile.
pub const ROTATION_ATTEMPTS: u32 = 20;
/// Bytes kept of what was there before or after an audited act; of more, a digest is kept.
pub const AUDIT_VALUE_BYTES: usize = 16 * 1024;
/// Rows of the audit log read at once.
pub const AUDIT_ROWS_PER_READ: u64 = 1_000;
/// Calls written in one transaction.
pub const CALLS_PER_WRITE: usize = 500;

//! What can go wrong here, in words for the person who must act.

use crate::Place;
use sea_orm::DbErr;
use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};
use trimtab_domain::{ErrorKind, Timestamp};

/// What the system or the database said.
type Cause = Box<dyn std::error::Error + Send + Sync>;

/// An error of the operational store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It does not exist for this caller.
    #[error("{noun} '{id}' does not exist")]
    NotFound {
        /// What was looked for.
        noun: &'static str,
        /// By which id.
        id: String,
    },
    /// It exists already.
    #[error("{noun} '{id}' already exists")]
    Exists {
        /// What was to be created.
        noun: &'static str,
        /// Under which id.
        id: String,
    },
    /// The input breaks a rule.
    #[error("{0}")]
    Invalid(String),
    /// The state does not allow it any more.
    #[error("{0}")]
    Conflict(String),
    /// The same request was done, or is being done, at the same moment.
    #[error("the same request is under way: send it again in a moment for its answer")]
    UnderWay,
    /// `init` on an installation that has its administrator.
    #[error("this installation already has an administrator ({email}): sign in, or ask for another administrator explicitly")]
    AlreadyInitialised {
        /// The first administrator.
        email: String,
    },
    /// Sign-in refused; deliberately silent about which part was wrong.
    #[error("the e-mail address or the password is wrong")]
    SignInRefused,
    /// A second factor, or a password asked for again, was wrong.
    #[error("that is not right: try again")]
    ProofRefused,
    /// A half-done sign-in waited too long, or was answered before.
    #[error("this took too long or was tried too often: begin again")]
    ChallengeOver,
    /// A link that was used, replaced or is too old.
    #[error("this link is no longer good: ask for a new one")]
    LinkOver,
    /// Somebody a provider vouches for, and nobody here knows.
    #[error("nobody here has that address: ask an administrator for an invitation")]
    ProviderUnknown,
    /// The session is over.
    #[error("the session has ended: sign in again")]
    SessionEnded,
    /// A refresh token came back after it was exchanged.
    #[error("these tokens were used before, so somebody may have copied them: the session has been ended, sign in again")]
    RefreshReplayed,
    /// Too many failed sign-ins.
    #[error("too many failed sign-ins for this address: try again after {until}")]
    LockedOut {
        /// When the next attempt is allowed.
        until: Timestamp,
        /// How long that is from now.
        retry_after: Duration,
    },
    /// Somebody else took over an account while its former holder was away.
    #[error("the lease on account {account} was taken over by another run: stop, what is stored so far is kept")]
    LeaseLost {
        /// Source and account.
        account: String,
    },
    /// The key file cannot be used.
    #[error("the vault key file {} {why}", path.display())]
    KeyFile {
        /// Where it is.
        path: PathBuf,
        /// What is wrong and what to do.
        why: &'static str,
        /// What the system said.
        #[source]
        source: Option<std::io::Error>,
    },
    /// The database belongs to another key.
    #[error(
        "this database is under another key: it needs vault key {needed}, the given key is {given}; restore the key that belongs to it (a \
         rotation leaves the former key file beside the new one, as vault.key.{needed})"
    )]
    WrongKey {
        /// Name of the key the database is under.
        needed: String,
        /// Name of the key at hand.
        given: String,
    },
    /// The key the database is under is not there.
    #[error(
        "the vault key file {} {why}; this installation needs vault key {needed}: put the copy with that fingerprint, which you keep apart \
         from your backups, in its place (mode 600) and start again",
        path.display()
    )]
    KeyLost {
        /// Where it should be.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
        /// Name of the key the database is under.
        needed: String,
        /// What the system said.
        #[source]
        source: Option<std::io::Error>,
    },
    /// Whoever holds the master key does not give what is needed.
    #[error("the vault's key cannot be used, {holder} {why}")]
    KeyHolder {
        /// Who.
        holder: String,
        /// What is wrong and what to do.
        why: String,
        /// Whether it may pass by itself.
        passing: bool,
    },
    /// A data key does not unwrap.
    #[error(
        "data key {version} of {tenant} does not open with the vault's key, or was let go: if this database came from a backup, restore \
         the key that belonged to it; else what it sealed must be connected anew"
    )]
    DataKeyGone {
        /// Whose.
        tenant: String,
        /// Which.
        version: u32,
    },
    /// A data key has to be fetched before this can be done. Never leaves this crate.
    #[error("data key {version} of {tenant} is not in memory")]
    KeyNotLoaded {
        /// Whose.
        tenant: String,
        /// Which; 0: the first is still to be made.
        version: u32,
    },
    /// A sealed secret does not open.
    #[error("the secret of {what} cannot be decrypted: connect the account again")]
    Sealed {
        /// Whose secret.
        what: String,
    },
    /// The operating system gave no randomness, or hashing failed.
    #[error("cannot {doing}: {why}")]
    Crypto {
        /// What was attempted.
        doing: &'static str,
        /// What the library said.
        why: String,
    },
    /// The schema is ahead of this binary.
    #[error(
        "the database {place} was written by a newer version (it has '{step}'): install that version, or restore a backup made with this one"
    )]
    Newer {
        /// Which database.
        place: Place,
        /// The unknown migration.
        step: String,
    },
    /// A database of some other program.
    #[error("{place} is a database of another program: {}", place.to_choose())]
    Foreign {
        /// Which database.
        place: Place,
    },
    /// Not a database, or damaged.
    #[error("the database {place} is damaged or not a database: restore it from a backup")]
    Corrupt {
        /// Which database.
        place: Place,
        /// What the database said.
        #[source]
        source: Option<DbErr>,
    },
    /// Others were writing all the time.
    #[error("the database {place} {}", place.to_wait())]
    Locked {
        /// Which database.
        place: Place,
        /// What the database said.
        #[source]
        source: DbErr,
    },
    /// No permission to write.
    #[error("the database {place} is read-only: {}, then run this again; what was stored before is kept", place.to_write())]
    ReadOnly {
        /// Which database.
        place: Place,
        /// What was said.
        #[source]
        source: Cause,
    },
    /// No space left.
    #[error(
        "the disk that holds the database {place} is full: free some space, then run this again; what was stored before is kept"
    )]
    Full {
        /// Which database.
        place: Place,
        /// What was said.
        #[source]
        source: Cause,
    },
    /// The disk, or what stands for it, does not read or write.
    #[error(
        "the disk that holds the database {place} does not read or write: see that it is neither full, over its quota, disconnected nor \
         failing, then run this again; `trimtab doctor` says whether the database is sound"
    )]
    Disk {
        /// Which database.
        place: Place,
        /// What the database said.
        #[source]
        source: DbErr,
    },
    /// The file or its folder cannot be opened or made.
    #[error("cannot open the database {place}: check that its folder exists and belongs to this user, then run this again")]
    CannotOpen {
        /// Which database.
        place: Place,
        /// What was said.
        #[source]
        source: Cause,
    },
    /// The server is down, or cannot be reached.
    #[error(
        "the database server of {place} does not answer: see that it runs, that this machine reaches it and that database.url names the right \
         host and port, then run this again"
    )]
    Unreachable {
        /// Which database.
        place: Place,
        /// What was said.
        #[source]
        source: DbErr,
    },
    /// The server refuses the user or the password.
    #[error(
        "the database {place} refuses this user or password: correct database.url (TRIMTAB_DATABASE_URL), or the server's pg_hba.conf"
    )]
    LoginRefused {
        /// Which database.
        place: Place,
        /// What the server said.
        #[source]
        source: DbErr,
    },
    /// The server has no such database.
    #[error("there is no database {place}: make it with {statement}, or correct database.url")]
    NoDatabase {
        /// Which database.
        place: Place,
        /// What makes it.
        statement: String,
        /// What the server said.
        #[source]
        source: DbErr,
    },
    /// The user may not do what is needed.
    #[error("the user may not work in the database {place}: make it the owner with {statement}")]
    NotAllowed {
        /// Which database.
        place: Place,
        /// What makes it the owner.
        statement: String,
        /// What the server said.
        #[source]
        source: DbErr,
    },
    /// The server has as many connections as it takes.
    #[error("the server of the database {place} takes no more connections: raise its max_connections, or run fewer processes")]
    Crowded {
        /// Which database.
        place: Place,
        /// What the server said.
        #[source]
        source: DbErr,
    },
    /// The server or its database is not one that will do.
    #[error("the database {place} will not do: {why}")]
    Unfit {
        /// Which database.
        place: Place,
        /// Why not, and what to do.
        why: String,
    },
    /// What was read back after a move is something else.
    #[error(
        "what arrived of the table {table} is not what was sent, so nothing was moved: try again; `trimtab doctor` looks at the old database"
    )]
    Altered {
        /// The table.
        table: String,
    },
    /// It took too long.
    #[error("the database did not finish '{doing}' within {} s: try again, and look for a process that holds it", deadline.as_secs())]
    Timeout {
        /// What was attempted.
        doing: &'static str,
        /// The deadline that passed.
        deadline: Duration,
    },
    /// A stored value this version does not understand.
    #[error("the database holds a {what} this version cannot read: '{value}'")]
    BadValue {
        /// Which kind of value.
        what: &'static str,
        /// As stored.
        value: String,
    },
    /// Any other failure of the database.
    #[error("the database failed to {doing}")]
    Database {
        /// What was attempted.
        doing: &'static str,
        /// What it said.
        #[source]
        source: DbErr,
    },
}

impl Error {
    /// What sort of failure this is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound { .. } | Self::LinkOver => ErrorKind::NotFound,
            Self::Exists { .. }
            | Self::Conflict(_)
            | Self::UnderWay
            | Self::AlreadyInitialised { .. }
            | Self::LeaseLost { .. }
            | Self::ChallengeOver => ErrorKind::Conflict,
            Self::Invalid(_)
            | Self::KeyFile { .. }
            | Self::KeyLost { .. }
            | Self::WrongKey { .. }
            | Self::Newer { .. }
            | Self::Foreign { .. }
            | Self::LoginRefused { .. }
            | Self::NoDatabase { .. }
            | Self::NotAllowed { .. }
            | Self::Unfit { .. }
            | Self::KeyHolder { passing: false, .. } => ErrorKind::Invalid,
            Self::KeyHolder { passing: true, .. } => ErrorKind::Unavailable,
            Self::SignInRefused | Self::SessionEnded | Self::RefreshReplayed => ErrorKind::Unauthenticated,
            Self::ProofRefused | Self::ProviderUnknown => ErrorKind::Forbidden,
            Self::LockedOut { retry_after, .. } => ErrorKind::RateLimited { retry_after: Some(*retry_after) },
            Self::Locked { .. }
            | Self::ReadOnly { .. }
            | Self::Full { .. }
            | Self::Disk { .. }
            | Self::CannotOpen { .. }
            | Self::Unreachable { .. }
            | Self::Crowded { .. } => ErrorKind::Unavailable,
            Self::Timeout { .. } => ErrorKind::Timeout,
            Self::Altered { .. }
            | Self::DataKeyGone { .. }
            | Self::KeyNotLoaded { .. }
            | Self::Sealed { .. }
            | Self::Crypto { .. }
            | Self::Corrupt { .. }
            | Self::BadValue { .. }
            | Self::Database { .. } => ErrorKind::Internal,
        }
    }

    /// Whether a database server failed, rather than anything of this installation.
    #[must_use]
    pub const fn is_outside(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Crowded { .. })
    }

    /// Whether its words say where the database is: for whoever runs the installation, and for nobody else.
    #[must_use]
    pub const fn names_place(&self) -> bool {
        matches!(
            self,
            Self::KeyFile { .. }
                | Self::Newer { .. }
                | Self::Foreign { .. }
                | Self::Corrupt { .. }
                | Self::Locked { .. }
                | Self::ReadOnly { .. }
                | Self::Full { .. }
                | Self::Disk { .. }
                | Self::CannotOpen { .. }
                | Self::Unreachable { .. }
                | Self::LoginRefused { .. }
                | Self::NoDatabase { .. }
                | Self::NotAllowed { .. }
                | Self::Crowded { .. }
                | Self::Unfit { .. }
        )
    }

    /// The system does not let the file or its folder be made.
    pub(crate) fn making(path: &Path, error: io::Error) -> Self {
        let (place, kind, source) = (Place::from(path), error.kind(), Cause::from(error));
        match kind {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { place, source },
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { place, source },
            _ => Self::CannotOpen { place, source },
        }
    }

    pub(crate) fn not_found(noun: &'static str, id: impl ToString) -> Self {
        Self::NotFound { noun, id: id.to_string() }
    }
}

//! Why a source could not be read, by who must act.

use crate::versions;
use std::{fmt, time::Duration};
use trimtab_domain::{ErrorKind, Source, Timestamp, id::AccountId};
use trimtab_wire as wire;

/// Why a source could not be read. The scheduler decides from the variant alone: `Auth` waits for the user, `RateLimited`, `Transient` and
/// `Doubtful` for time, `Rejected`, `Retired` and `Drift` for us.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The credential is not good, or not good enough: the user has to act.
    #[error("{}: {reason}; {cause}", whom(*platform, account.as_ref()))]
    Auth {
        /// The platform.
        platform: Source,
        /// The account, if the call was for one.
        account: Option<AccountId>,
        /// What is wrong with the credential.
        cause: AuthCause,
        /// What the platform said.
        reason: String,
    },
    /// The platform's limits are reached.
    #[error("{} has used up its quota: it can be read again from {until}", whom(*platform, account.as_ref()))]
    RateLimited {
        /// The platform.
        platform: Source,
        /// The account, if the call was for one.
        account: Option<AccountId>,
        /// When to come again.
        until: Timestamp,
        /// The same as a length of time from when the error arose.
        wait: Duration,
    },
    /// The platform has trouble; the same sync may work later.
    #[error("{} could not be read for now: {what}", whom(*platform, account.as_ref()))]
    Transient {
        /// The platform.
        platform: Source,
        /// The account, if the call was for one.
        account: Option<AccountId>,
        /// What failed.
        what: String,
        /// Whether it failed by taking too long.
        timeout: bool,
        /// The failed call, where one call is to blame.
        #[source]
        source: Option<Box<wire::Error>>,
    },
    /// The platform will not answer this request, now or later.
    #[error("{} refused the request: {reason}", whom(*platform, account.as_ref()))]
    Rejected {
        /// The platform.
        platform: Source,
        /// The account, if the call was for one.
        account: Option<AccountId>,
        /// What the platform said and what to do about it.
        reason: String,
    },
    /// The platform no longer serves the version of its interface that this release speaks.
    #[error("{} no longer supports version {version} of its interface: upgrade Trimtab; it said: {reason}", .platform.label())]
    Retired {
        /// The platform.
        platform: Source,
        /// The account, if the call was for one.
        account: Option<AccountId>,
        /// The version asked for, as the platform names it.
        version: &'static str,
        /// What the platform said.
        reason: String,
    },
    /// The platform answered nothing where there is something; what is known is kept.
    #[error("{} {what}", whom(*platform, account.as_ref()))]
    Doubtful {
        /// The platform.
        platform: Source,
        /// The account, if the call was for one.
        account: Option<AccountId>,
        /// What it left out, what speaks against that, and what is kept.
        what: String,
    },
    /// The secret has not the parts the platform needs.
    #[error("the secret for {} is not usable: {what}", .platform.label())]
    Secret {
        /// The platform.
        platform: Source,
        /// Which part is missing or wrong, and what is expected.
        what: String,
    },
    /// The source is a file, or a platform this release cannot read.
    #[error("{} cannot be connected: import its export file instead", .platform.label())]
    NoConnector {
        /// The source.
        platform: Source,
    },
    /// The answer does not have the shape it should have.
    #[error("{} answered in an unexpected shape: {what}; please report it with this sample: {sample}", whom(*platform, account.as_ref()))]
    Drift {
        /// The platform.
        platform: Source,
        /// The account, if the call was for one.
        account: Option<AccountId>,
        /// What was unexpected.
        what: String,
        /// The beginning of the payload, without secrets.
        sample: String,
    },
}

/// What is wrong with a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthCause {
    /// It has expired, was revoked or never was good.
    Credential,
    /// It is good but lacks a permission or has no access to the account.
    Permission,
}

impl fmt::Display for AuthCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Credential => "the credential is no longer accepted: connect again with a new one",
            Self::Permission => {
                "the credential lacks access: grant it the permission and the account on the platform, or connect with another"
            }
        })
    }
}

fn whom(platform: Source, account: Option<&AccountId>) -> String {
    account.map_or_else(|| platform.label().to_owned(), |account| format!("{} account {account}", platform.label()))
}

impl Error {
    /// What sort of failure it is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Auth { cause: AuthCause::Credential, .. } => ErrorKind::Unauthenticated,
            Self::Auth { cause: AuthCause::Permission, .. } => ErrorKind::Forbidden,
            Self::RateLimited { wait, .. } => ErrorKind::RateLimited { retry_after: Some(*wait) },
            Self::Transient { timeout: true, .. } => ErrorKind::Timeout,
            Self::Transient { .. } | Self::Doubtful { .. } | Self::Drift { .. } => ErrorKind::Unavailable,
            Self::Rejected { .. } | Self::Retired { .. } | Self::Secret { .. } | Self::NoConnector { .. } => ErrorKind::Invalid,
        }
    }

    /// The same error of a call that was made for an account without naming it, such as the check of its credential.
    #[must_use]
    pub fn about(mut self, wanted_for: &AccountId) -> Self {
        if let Some(account) = self.account() {
            account.get_or_insert_with(|| wanted_for.clone());
        }
        self
    }

    /// The same error of a call that was made under another name than the account's.
    #[must_use]
    pub(crate) fn of(mut self, meant: &AccountId) -> Self {
        if let Some(account) = self.account() {
            *account = Some(meant.clone());
        }
        self
    }

    /// The account it names; `None` for what concerns none.
    const fn account(&mut self) -> Option<&mut Option<AccountId>> {
        match self {
            Self::Auth { account, .. }
            | Self::RateLimited { account, .. }
            | Self::Transient { account, .. }
            | Self::Rejected { account, .. }
            | Self::Retired { account, .. }
            | Self::Doubtful { account, .. }
            | Self::Drift { account, .. } => Some(account),
            Self::Secret { .. } | Self::NoConnector { .. } => None,
        }
    }
}

impl From<wire::Error> for Error {
    fn from(error: wire::Error) -> Self {
        use wire::{Error as E, Refusal};
        match error {
            E::Refused { target: wire::Target { platform, account, path, .. }, refusal, complaint } => match refusal {
                Refusal::Credential => {
                    Self::Auth { platform, account, cause: AuthCause::Credential, reason: complaint.to_string() }
                }
                Refusal::Permission => {
                    Self::Auth { platform, account, cause: AuthCause::Permission, reason: complaint.to_string() }
                }
                Refusal::Retired => {
                    let version = versions::spoken(platform).map_or("of this release", |spoken| spoken.version);
                    Self::Retired { platform, account, version, reason: format!("{complaint} at {path}") }
                }
                Refusal::Missing => {
                    let reason = format!(
                        "{path} does not exist or is not shared with this credential: check the id and the access; the platform said: {complaint}"
                    );
                    Self::Rejected { platform, account, reason }
                }
                Refusal::TooMuch => {
                    let reason = format!("even the smallest answer of {path} is too large for the platform: {complaint}");
                    Self::Rejected { platform, account, reason }
                }
                Refusal::Request => Self::Rejected { platform, account, reason: format!("{complaint} at {path}") },
            },
            E::RateLimited { target, until, wait } => {
                Self::RateLimited { platform: target.platform, account: target.account, until, wait }
            }
            E::Unsendable { ref target } => Self::Auth {
                platform: target.platform,
                account: target.account.clone(),
                cause: AuthCause::Credential,
                reason: error.to_string(),
            },
            E::Unavailable { ref target, .. }
            | E::Network { ref target, .. }
            | E::Timeout { ref target, .. }
            | E::Open { ref target, .. }
            | E::TooLarge { ref target, .. } => {
                let (platform, account) = (target.platform, target.account.clone());
                let (what, timeout) = (format!("{} {}", target.method.as_str(), target.path), matches!(error, E::Timeout { .. }));
                Self::Transient { platform, account, what, timeout, source: Some(Box::new(error)) }
            }
        }
    }
}

//! Who may do what.
//!
//! A [`Permission`] is one thing somebody may do, a [`Role`] a named set of them, a [`Grant`] a role within a [`Scope`]. A person or key
//! holds grants; [`Reach`] is what they come to. The snapshot of its tests shows the whole table as a person reads it.

mod grant;
mod permission;
mod role;

pub use grant::{BadGrant, Grant, Reach, Scope};
pub use permission::{Permission, Permissions, UnknownPermission};
pub use role::{BadRole, CustomRole, Role, RoleName};

use crate::{
    audit::Origin,
    id::{KeyId, TenantId, UserId},
};
use std::fmt;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in person.
    User(UserId),
    /// A program with a key of its own: a service account.
    Key(KeyId),
    /// Whoever can read the data folder and runs a command there.
    Operator,
    /// The scheduler.
    System,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "{id}"),
            Self::Key(id) => write!(f, "{id}"),
            Self::Operator => f.write_str("operator"),
            Self::System => f.write_str("system"),
        }
    }
}

/// Proof that somebody may act for one tenant. Made by authentication, the command line and the scheduler only; the single door to
/// tenant data is to hold one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantCtx {
    tenant: TenantId,
    actor: Actor,
    may: Permissions,
    /// What people know the actor by; the rest of it, and of the request, is in `audit.rs`.
    pub(crate) name: Option<String>,
    /// By which request.
    pub(crate) origin: Origin,
}

impl TenantCtx {
    /// States that `actor` was found to be allowed `may` for `tenant`.
    #[must_use]
    pub fn proven(tenant: TenantId, actor: Actor, may: impl Into<Permissions>) -> Self {
        Self { tenant, actor, may: may.into(), name: None, origin: Origin::NONE }
    }

    /// The tenant all data must belong to.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Who acts.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Whether they may do this to the tenant.
    #[must_use]
    pub const fn may(&self, permission: Permission) -> bool {
        self.may.contains(permission)
    }
}

#[cfg(test)]
mod tests;

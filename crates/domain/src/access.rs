//! Who may do what: one table.

use crate::{
    audit::Origin,
    id::{TenantId, UserId},
};
use std::fmt;

/// What somebody may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// See figures, campaigns, runs.
    ViewData,
    /// Start syncs and imports.
    LoadData,
    /// Add, change and remove connections.
    ManageConnections,
    /// Create tenants and see all of them.
    ManageTenants,
    /// Dismiss and snooze findings, and bring them back.
    ManageFindings,
    /// Plan budgets.
    ManageBudgets,
    /// Write what is known of a client.
    ManageKnowledge,
    /// Read, verify and export the audit log.
    ViewAudit,
}

/// A bundle of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Runs the installation: everything, every tenant.
    AgencyAdmin,
}

impl Role {
    /// The table.
    #[must_use]
    pub const fn allows(self, permission: Permission) -> bool {
        match (self, permission) {
            (
                Self::AgencyAdmin,
                Permission::ViewData
                | Permission::LoadData
                | Permission::ManageConnections
                | Permission::ManageTenants
                | Permission::ManageFindings
                | Permission::ManageBudgets
                | Permission::ManageKnowledge
                | Permission::ViewAudit,
            ) => true,
        }
    }

    /// The name in tables and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AgencyAdmin => "agency_admin",
        }
    }
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in person.
    User(UserId),
    /// Whoever can read the data folder and runs a command there.
    Operator,
    /// The scheduler.
    System,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "{id}"),
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
    role: Role,
    /// By which request; the rest of it is in `audit.rs`.
    pub(crate) origin: Origin,
}

impl TenantCtx {
    /// States that `actor` was found to hold `role` for `tenant`.
    #[must_use]
    pub const fn proven(tenant: TenantId, actor: Actor, role: Role) -> Self {
        Self { tenant, actor, role, origin: Origin::NONE }
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

    /// In which role.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }
}

//! Roles: named sets of permissions. Those below come with the product; an agency may add its own.

use super::{Permission, Permissions, Scope};
use Permission as P;
use compact_str::CompactString;
use std::{fmt, str::FromStr};

/// A role that comes with the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Runs the installation: everything, every tenant.
    AgencyAdmin,
    /// Works on clients: everything but people, roles, keys and the tenants themselves.
    AgencyAnalyst,
    /// Runs one client's side: its people, keys and connections too.
    ClientAdmin,
    /// Looks on.
    ClientViewer,
    /// Looks on and decides what to do about findings.
    Approver,
    /// Looks on and reads the audit log.
    Auditor,
    /// A program that reads and loads data.
    Api,
}

impl Role {
    /// All there are, the mightiest first.
    pub const ALL: &'static [Self] =
        &[Self::AgencyAdmin, Self::AgencyAnalyst, Self::ClientAdmin, Self::ClientViewer, Self::Approver, Self::Auditor, Self::Api];

    /// The table.
    #[must_use]
    pub const fn permissions(self) -> Permissions {
        match self {
            Self::AgencyAdmin => Permissions::ALL,
            Self::AgencyAnalyst => Permissions::of(&[
                P::ViewData,
                P::LoadData,
                P::ManageConnections,
                P::ManageFindings,
                P::ManageBudgets,
                P::ManageKnowledge,
            ]),
            Self::ClientAdmin => Permissions::of(&[
                P::ViewData,
                P::LoadData,
                P::ManageConnections,
                P::ManageFindings,
                P::ManageBudgets,
                P::ManageKnowledge,
                P::ManageTenant,
                P::ManageUsers,
                P::ManageKeys,
                P::ViewAudit,
            ]),
            Self::ClientViewer => Permissions::of(&[P::ViewData]),
            Self::Approver => Permissions::of(&[P::ViewData, P::ManageFindings]),
            Self::Auditor => Permissions::of(&[P::ViewData, P::ViewAudit]),
            Self::Api => Permissions::of(&[P::ViewData, P::LoadData]),
        }
    }

    /// Whether it may be held there: an administrator of the agency over all of it, a client's people within a tenant.
    #[must_use]
    pub const fn fits(self, scope: &Scope) -> bool {
        match scope {
            Scope::Agency => self.fits_agency(),
            Scope::Tenant(_) => self.fits_tenant(),
        }
    }

    /// Whether it may be held over the whole agency.
    #[must_use]
    pub const fn fits_agency(self) -> bool {
        !matches!(self, Self::ClientAdmin | Self::ClientViewer)
    }

    /// Whether it may be held within a tenant.
    #[must_use]
    pub const fn fits_tenant(self) -> bool {
        !matches!(self, Self::AgencyAdmin)
    }

    /// The name in tables and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AgencyAdmin => "agency_admin",
            Self::AgencyAnalyst => "agency_analyst",
            Self::ClientAdmin => "client_admin",
            Self::ClientViewer => "client_viewer",
            Self::Approver => "approver",
            Self::Auditor => "auditor",
            Self::Api => "api",
        }
    }

    /// The role, for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::AgencyAdmin => "Agency admin",
            Self::AgencyAnalyst => "Agency analyst",
            Self::ClientAdmin => "Client admin",
            Self::ClientViewer => "Client viewer",
            Self::Approver => "Approver",
            Self::Auditor => "Auditor",
            Self::Api => "API",
        }
    }
}

impl From<Role> for Permissions {
    fn from(role: Role) -> Self {
        role.permissions()
    }
}

/// The name of a role: one that comes with the product, or one an agency made.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoleName(CompactString);

/// A role's name or contents break a rule.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadRole {
    /// Not a name.
    #[error("'{0}' is not a role's name: use 2 to 40 lower-case letters, digits and single underscores, for example media_buyer")]
    Name(String),
    /// The product has a role of that name.
    #[error("'{0}' is a role that comes with the product: choose another name")]
    Taken(RoleName),
    /// A role that allows nothing.
    #[error("a role needs at least one permission")]
    Empty,
    /// Who may change something must see it.
    #[error("a role that allows anything in a tenant needs data:view as well")]
    Blind,
}

impl RoleName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The role of that name that comes with the product.
    #[must_use]
    pub fn built_in(&self) -> Option<Role> {
        Role::ALL.iter().copied().find(|role| role.as_str() == self.as_str())
    }
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        Self(CompactString::const_new(role.as_str()))
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RoleName {
    type Err = BadRole;

    fn from_str(text: &str) -> Result<Self, BadRole> {
        let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let bytes = text.as_bytes();
        let ok = (2..=40).contains(&bytes.len())
            && bytes.first().is_some_and(u8::is_ascii_lowercase)
            && bytes.last().copied().is_some_and(letter)
            && bytes.iter().all(|b| letter(*b) || *b == b'_')
            && !text.contains("__");
        if ok { Ok(Self(text.into())) } else { Err(BadRole::Name(text.chars().take(100).collect())) }
    }
}

/// A role an agency made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomRole {
    name: RoleName,
    /// What it is called; not empty.
    pub label: String,
    permissions: Permissions,
}

impl CustomRole {
    /// A role of that name with those permissions.
    ///
    /// # Errors
    /// When the product has a role of that name, or the permissions make no sense.
    pub fn new(name: RoleName, label: impl Into<String>, permissions: Permissions) -> Result<Self, BadRole> {
        if name.built_in().is_some() {
            return Err(BadRole::Taken(name));
        }
        if permissions.is_empty() {
            return Err(BadRole::Empty);
        }
        if !permissions.contains(P::ViewData) {
            return Err(BadRole::Blind);
        }
        Ok(Self { name, label: label.into(), permissions })
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &RoleName {
        &self.name
    }

    /// What it allows.
    #[must_use]
    pub const fn permissions(&self) -> Permissions {
        self.permissions
    }
}

//! What somebody holds, and what it comes to.

use super::{Permissions, Role, RoleName};
use crate::id::TenantId;
use std::{collections::BTreeMap, fmt};

/// Where a role is held.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// In the whole installation, for every tenant that is and will be.
    Agency,
    /// For one tenant.
    Tenant(TenantId),
}

impl Scope {
    /// The tenant, where it is one's.
    #[must_use]
    pub const fn tenant(&self) -> Option<&TenantId> {
        match self {
            Self::Agency => None,
            Self::Tenant(tenant) => Some(tenant),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agency => f.write_str("the whole agency"),
            Self::Tenant(tenant) => write!(f, "tenant {tenant}"),
        }
    }
}

/// A role held in a scope.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// Where.
    pub scope: Scope,
    /// Which role.
    pub role: RoleName,
}

/// A grant that makes no sense.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the role {role} cannot be held for {scope}: {advice}")]
pub struct BadGrant {
    role: RoleName,
    scope: Scope,
    advice: &'static str,
}

impl Grant {
    /// A role in a scope.
    ///
    /// # Errors
    /// When a role that comes with the product is not meant for that scope.
    pub fn new(scope: Scope, role: RoleName) -> Result<Self, BadGrant> {
        match role.built_in() {
            Some(built_in) if !built_in.fits(&scope) => {
                let advice = match scope {
                    Scope::Agency => "name a tenant",
                    Scope::Tenant(_) => "it is for the whole agency",
                };
                Err(BadGrant { role, scope, advice })
            }
            _ => Ok(Self { scope, role }),
        }
    }

    /// Administrator of the agency.
    #[must_use]
    pub fn agency_admin() -> Self {
        Self { scope: Scope::Agency, role: Role::AgencyAdmin.into() }
    }
}

/// What somebody may do, and where: their grants summed up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reach {
    agency: Permissions,
    tenants: BTreeMap<TenantId, Permissions>,
}

impl Reach {
    /// The sum of grants, each with what its role allows.
    #[must_use]
    pub fn of(grants: impl IntoIterator<Item = (Scope, Permissions)>) -> Self {
        let mut reach = Self::default();
        for (scope, permissions) in grants {
            let held = match scope {
                Scope::Agency => &mut reach.agency,
                Scope::Tenant(tenant) => reach.tenants.entry(tenant).or_default(),
            };
            *held = held.union(permissions);
        }
        reach
    }

    /// What is allowed in the whole installation.
    #[must_use]
    pub const fn agency(&self) -> Permissions {
        self.agency
    }

    /// What is allowed for one tenant, by grants for it and for the agency.
    #[must_use]
    pub fn within(&self, tenant: &TenantId) -> Permissions {
        self.agency.union(self.tenants.get(tenant).copied().unwrap_or_default())
    }

    /// What is allowed in a scope.
    #[must_use]
    pub fn in_scope(&self, scope: &Scope) -> Permissions {
        scope.tenant().map_or(self.agency, |tenant| self.within(tenant))
    }

    /// Whether the tenant may be known to exist.
    #[must_use]
    pub fn sees(&self, tenant: &TenantId) -> bool {
        !self.within(tenant).is_empty()
    }

    /// The tenants with grants of their own; whoever sees the whole agency sees others as well.
    pub fn tenants(&self) -> impl Iterator<Item = (&TenantId, Permissions)> {
        self.tenants.iter().map(|(tenant, own)| (tenant, self.agency.union(*own)))
    }

    /// Whether nothing is allowed anywhere.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.agency.is_empty() && self.tenants.values().all(|held| held.is_empty())
    }

    /// Everything `other` allows is allowed here too: nobody may hand on more than they have.
    #[must_use]
    pub fn covers(&self, scope: &Scope, permissions: Permissions) -> bool {
        self.in_scope(scope).covers(permissions)
    }

    /// The same reach, kept to some permissions within a scope; for keys, which hold part of what their maker holds.
    #[must_use]
    pub fn only(&self, scope: &Scope, permissions: Permissions) -> Self {
        Self::of([(scope.clone(), self.in_scope(scope).intersection(permissions))])
    }
}

//! One thing somebody may do, and sets of them.

use std::{fmt, str::FromStr};

macro_rules! table {
    ($($name:ident = $text:literal: $says:literal,)*) => {
        /// What somebody may be allowed to do. Its name is `noun:verb`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission { $(#[doc = $says] $name,)* }

        impl Permission {
            /// All there are, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in roles, keys and the API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What it allows, for people.
            #[must_use]
            pub const fn says(self) -> &'static str {
                match self { $(Self::$name => $says,)* }
            }
        }
    };
}

table! {
    ViewData = "data:view": "See figures, findings, campaigns and runs.",
    LoadData = "data:load": "Start syncs, imports, checks and analyses.",
    ManageConnections = "connection:manage": "Add, change and remove connections to platforms.",
    ManageFindings = "finding:manage": "Dismiss and snooze findings, and bring them back.",
    ManageBudgets = "budget:manage": "Plan budgets.",
    ManageKnowledge = "knowledge:manage": "Write what is known of a client, its targets among it.",
    ManageTenant = "tenant:manage": "Change a tenant's name, currency, zone, industry and branding.",
    CreateTenants = "tenant:create": "Add tenants.",
    ManageUsers = "user:manage": "Invite people, change their roles, end their access.",
    ManageRoles = "role:manage": "Make and change roles.",
    ManageKeys = "key:manage": "Make and revoke API keys.",
    ViewAudit = "audit:view": "Read, verify and export the audit log.",
}

/// A set of permissions.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Permissions(u32);

/// Text that names no permission.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("'{0}' is not a permission: use one of {all}", all = Permissions::ALL)]
pub struct UnknownPermission(pub String);

impl Permissions {
    /// None.
    pub const NONE: Self = Self(0);
    /// Every one.
    pub const ALL: Self = Self::of(Permission::ALL);

    /// Exactly these.
    #[must_use]
    pub const fn of(permissions: &[Permission]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < permissions.len() {
            bits |= 1 << permissions[at] as u32;
            at += 1;
        }
        Self(bits)
    }

    /// Whether the permission is among them.
    #[must_use]
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }

    /// Whether all of `other` are among them.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These and those.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// One by one, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.contains(*permission))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::NONE, |all, one| all.union(Self::of(&[one])))
    }
}

impl From<Permission> for Permissions {
    fn from(permission: Permission) -> Self {
        Self::of(&[permission])
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, UnknownPermission> {
        let known = Self::ALL.iter().copied().find(|permission| permission.as_str() == text);
        known.ok_or_else(|| UnknownPermission(text.chars().take(100).collect()))
    }
}

/// The names, separated by a space.
impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, permission) in self.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            f.write_str(permission.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl FromStr for Permissions {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, UnknownPermission> {
        text.split_whitespace().map(str::parse::<Permission>).collect()
    }
}

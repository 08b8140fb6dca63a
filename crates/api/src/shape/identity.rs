//! People, what they hold, and keys.

use serde::Serialize;
use trimtab_domain::{
    Permissions, Role,
    access::{CustomRole, Grant},
};
use trimtab_engine::{ApiKey, Device, Invitation, Passkey, User};
use utoipa::ToSchema;

/// The names of permissions, in the order of the table.
pub(crate) fn names(permissions: Permissions) -> Vec<&'static str> {
    permissions.iter().map(trimtab_domain::Permission::as_str).collect()
}

/// A role held somewhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantShape {
    /// The tenant; `null`: the whole agency.
    tenant: Option<String>,
    /// The role's name.
    #[schema(example = "client_viewer")]
    role: String,
    /// The role, for people.
    role_label: String,
}

impl GrantShape {
    pub(crate) fn new(grant: &Grant, roles: &[CustomRole]) -> Self {
        let built_in = grant.role.built_in().map(Role::label);
        let own = || roles.iter().find(|role| *role.name() == grant.role).map(|role| role.label.clone());
        let role_label = built_in.map(str::to_owned).or_else(own).unwrap_or_else(|| grant.role.to_string());
        Self { tenant: grant.scope.tenant().map(ToString::to_string), role: grant.role.to_string(), role_label }
    }
}

/// A person, as whoever manages people sees them.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedUser {
    /// Their id.
    id: String,
    /// Their address.
    email: String,
    /// Their name; may be empty.
    name: String,
    /// What they hold; of a tenant's people only what they hold in it.
    grants: Vec<GrantShape>,
    /// Whether a second factor or passkey is asked of them.
    second_factor: bool,
    /// When they were made (RFC 3339).
    created_at: String,
    /// When they were last seen (RFC 3339).
    seen_at: Option<String>,
    /// Since when they may not sign in (RFC 3339).
    disabled_at: Option<String>,
}

impl ManagedUser {
    /// A person, with the roles of the agency for their labels.
    #[must_use]
    pub fn new(user: User, roles: &[CustomRole]) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email,
            name: user.name,
            grants: user.grants.iter().map(|grant| GrantShape::new(grant, roles)).collect(),
            second_factor: user.second_factor,
            created_at: user.created_at.to_string(),
            seen_at: user.seen_at.map(|at| at.to_string()),
            disabled_at: user.disabled_at.map(|at| at.to_string()),
        }
    }
}

/// An invitation nobody has taken up yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationShape {
    /// Its id.
    id: String,
    /// Whom it was sent to.
    email: String,
    /// What they will hold.
    grants: Vec<GrantShape>,
    /// When it was made (RFC 3339).
    made_at: String,
    /// By whom: an id.
    made_by: String,
    /// When it ends (RFC 3339).
    expires_at: String,
}

impl InvitationShape {
    /// An invitation, with the roles of the agency for their labels.
    #[must_use]
    pub fn new(invitation: Invitation, roles: &[CustomRole]) -> Self {
        Self {
            id: invitation.id.to_string(),
            email: invitation.email,
            grants: invitation.grants.iter().map(|grant| GrantShape::new(grant, roles)).collect(),
            made_at: invitation.made_at.to_string(),
            made_by: invitation.made_by,
            expires_at: invitation.expires_at.to_string(),
        }
    }
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleShape {
    /// Its name.
    #[schema(example = "media_buyer")]
    name: String,
    /// What it is called.
    label: String,
    /// Whether it comes with the product.
    built_in: bool,
    /// What it allows.
    permissions: Vec<&'static str>,
    /// Where it can be held: `agency`, `tenant`.
    scopes: Vec<&'static str>,
}

impl From<Role> for RoleShape {
    fn from(role: Role) -> Self {
        let scopes = [("agency", role.fits_agency()), ("tenant", role.fits_tenant())];
        let scopes = scopes.into_iter().filter(|(_, fits)| *fits).map(|(name, _)| name).collect();
        Self {
            name: role.as_str().to_owned(),
            label: role.label().to_owned(),
            built_in: true,
            permissions: names(role.permissions()),
            scopes,
        }
    }
}

impl From<&CustomRole> for RoleShape {
    fn from(role: &CustomRole) -> Self {
        Self {
            name: role.name().to_string(),
            label: role.label.clone(),
            built_in: false,
            permissions: names(role.permissions()),
            scopes: vec!["agency", "tenant"],
        }
    }
}

/// A key, without the key itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyShape {
    /// Its id.
    id: String,
    /// What it is for.
    name: String,
    /// Its first letters.
    hint: String,
    /// The tenant it is good for; `null`: the whole agency.
    tenant: Option<String>,
    /// What it may do.
    permissions: Vec<&'static str>,
    /// When it was made (RFC 3339).
    made_at: String,
    /// By whom: an id.
    made_by: String,
    /// When it ends by itself (RFC 3339).
    expires_at: Option<String>,
    /// When it was last used (RFC 3339).
    used_at: Option<String>,
    /// When it was revoked (RFC 3339).
    revoked_at: Option<String>,
}

impl From<ApiKey> for ApiKeyShape {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name,
            hint: key.hint,
            tenant: key.scope.tenant().map(ToString::to_string),
            permissions: names(key.permissions),
            made_at: key.made_at.to_string(),
            made_by: key.made_by,
            expires_at: key.expires_at.map(|at| at.to_string()),
            used_at: key.used_at.map(|at| at.to_string()),
            revoked_at: key.revoked_at.map(|at| at.to_string()),
        }
    }
}

/// A device somebody is signed in on.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceShape {
    /// The session's id.
    id: String,
    /// Whether it is the one that asks.
    current: bool,
    /// Its address on the network.
    ip: Option<String>,
    /// What the browser or program calls itself.
    agent: Option<String>,
    /// How its owner signed in: `password`, `passkey`, `provider` or `link`.
    method: &'static str,
    /// When (RFC 3339).
    created_at: String,
    /// When it was last used, to within a few minutes (RFC 3339).
    seen_at: String,
    /// When it ends unless it is used (RFC 3339).
    ends_at: String,
}

impl DeviceShape {
    pub(crate) fn new(device: Device, current: bool) -> Self {
        Self {
            id: device.id.to_string(),
            current,
            ip: device.origin.ip.map(|ip| ip.to_string()),
            agent: device.origin.agent.map(|agent| agent.to_string()),
            method: device.method.as_str(),
            created_at: device.created_at.to_string(),
            seen_at: device.seen_at.to_string(),
            ends_at: device.ends_at.to_string(),
        }
    }
}

/// A passkey.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyShape {
    /// Its id.
    id: String,
    /// What its owner calls it.
    name: String,
    /// When it was made (RFC 3339).
    made_at: String,
    /// When it was last used (RFC 3339).
    used_at: Option<String>,
}

impl From<Passkey> for PasskeyShape {
    fn from(passkey: Passkey) -> Self {
        Self {
            id: passkey.id.to_string(),
            name: passkey.name,
            made_at: passkey.made_at.to_string(),
            used_at: passkey.used_at.map(|at| at.to_string()),
        }
    }
}

//! Who may do what, decided: every act on people, roles and keys is held against what the caller may do there before the store is asked.
//!
//! Two rules run through all of it. Nobody hands on more than they hold: a role can be given, a key made, by whoever is allowed all it
//! allows, in that scope. And a stranger to a tenant is told that it does not exist, while somebody who sees it and may not do this is
//! told that they may not.

mod keys;
mod mail;
mod people;
mod provider;
mod sign_in;

pub use people::Invited;
pub use provider::Returned;

use crate::{Engine, Error};
use trimtab_domain::{
    Actor, Caller, ErrorKind, Origin, Permission, Permissions, Role, TenantCtx,
    access::{Reach, Scope},
    id::{TenantId, UserId},
};
use trimtab_store::{Act, Action, Principal};

/// Somebody whose token was good, and the request it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// Who.
    pub principal: Principal,
    /// By which request.
    pub origin: Origin,
}

impl Visitor {
    /// Whoever can read the data folder and runs a command there: may do everything.
    #[must_use]
    pub fn operator(command: &str) -> Self {
        let principal = Principal {
            actor: Actor::Operator,
            email: "operator".to_owned(),
            name: String::new(),
            grants: Vec::new(),
            reach: Reach::of([(Scope::Agency, Permissions::ALL)]),
            session: None,
        };
        Self { principal, origin: Origin::command(command) }
    }

    /// What they may do, and where.
    #[must_use]
    pub const fn reach(&self) -> &Reach {
        &self.principal.reach
    }

    /// Who acts, and by which request.
    #[must_use]
    pub fn caller(&self) -> Caller {
        let Self { principal, origin } = self;
        Caller { actor: principal.actor.clone(), name: principal.known_by(), origin: origin.clone() }
    }

    /// The person, where it is one.
    #[must_use]
    pub const fn person(&self) -> Option<&UserId> {
        match &self.principal.actor {
            Actor::User(id) => Some(id),
            _ => None,
        }
    }

    /// Whether they may do this there.
    ///
    /// # Errors
    /// Not found where they may not know the tenant exists, forbidden where they may not do this.
    pub fn require(&self, scope: &Scope, permission: Permission) -> Result<(), Error> {
        let allowed = self.reach().in_scope(scope);
        if allowed.contains(permission) {
            return Ok(());
        }
        match scope {
            Scope::Tenant(tenant) if allowed.is_empty() => Err(unknown(tenant)),
            _ => Err(Error::Forbidden(format!("you may not do this for {scope}: it needs {permission}, ask an administrator"))),
        }
    }
}

impl Engine {
    /// Proves that somebody may do something to a tenant. A tenant that does not exist and one the caller may not see are the same. A
    /// refusal is told in the audit log.
    ///
    /// # Errors
    /// Not found, or forbidden where the caller may see the tenant but not do this.
    pub async fn enter(&self, tenant: &TenantId, visitor: &Visitor, permission: Permission) -> Result<TenantCtx, Error> {
        let known = match self.store().system().tenant(tenant).await {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            known => known,
        };
        let allowed = visitor.require(&Scope::Tenant(tenant.clone()), permission);
        if allowed.is_err() || known.is_err() {
            let act = Act::refused(Action::TenantEnter, format!("tenant:{tenant}"));
            let act = if known.is_ok() { act.about(tenant.as_str()) } else { act };
            self.store().system().by(&visitor.caller()).record(act).await?;
        }
        allowed?;
        let tenant = known?;
        let allowed = visitor.reach().within(&tenant.id);
        let Caller { actor, name, origin } = visitor.caller();
        Ok(TenantCtx::proven(tenant.id, actor, allowed).named(name).from_request(origin))
    }

    /// The scheduler's way into a tenant.
    pub(crate) fn own(tenant: TenantId) -> TenantCtx {
        TenantCtx::proven(tenant, Actor::System, Role::AgencyAdmin)
    }
}

fn unknown(tenant: &TenantId) -> Error {
    trimtab_store::Error::NotFound { noun: "tenant", id: tenant.to_string() }.into()
}

#[cfg(test)]
mod tests;

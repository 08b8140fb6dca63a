//! People, what they hold, and the roles there are.

use super::Visitor;
use crate::{Engine, Error};
use secrecy::SecretString;
use std::collections::BTreeSet;
use trimtab_connect::mail::Notice;
use trimtab_domain::{
    Permission, Timestamp,
    access::{CustomRole, Grant, RoleName, Scope},
    id::{InvitationId, UserId},
};
use trimtab_store::{Invitation, Receipt, Sent, User};

/// An invitation that was made.
#[derive(Debug)]
pub struct Invited {
    /// Its id.
    pub id: InvitationId,
    /// To whom.
    pub email: String,
    /// When it ends (UTC).
    pub expires_at: Timestamp,
    /// The link to hand over, where no mail could be sent.
    pub link: Option<SecretString>,
}

impl Engine {
    /// People of a scope: everybody for the agency; for a tenant whoever holds something in it, and of them only that.
    ///
    /// # Errors
    /// When the caller may not manage people there.
    pub async fn users(&self, visitor: &Visitor, scope: &Scope) -> Result<Vec<User>, Error> {
        visitor.require(scope, Permission::ManageUsers)?;
        Ok(self.store().system().users(only(scope).as_ref()).await?)
    }

    /// Gives somebody a role in a scope.
    ///
    /// # Errors
    /// When the caller may not, or does not hold all the role allows.
    pub async fn grant(&self, visitor: &Visitor, user: &UserId, scope: Scope, role: RoleName) -> Result<(), Error> {
        visitor.require(&scope, Permission::ManageUsers)?;
        self.known_in(visitor, user, &scope).await?;
        let grant = self.may_hand_on(visitor, scope, role).await?;
        Ok(self.store().system().grant(user, &grant, &visitor.caller()).await?)
    }

    /// Takes a role from somebody in a scope.
    ///
    /// # Errors
    /// When the caller may not, when they do not hold it, or for the last administrator.
    pub async fn revoke(&self, visitor: &Visitor, user: &UserId, scope: Scope, role: RoleName) -> Result<(), Error> {
        visitor.require(&scope, Permission::ManageUsers)?;
        self.known_in(visitor, user, &scope).await?;
        let grant = self.may_hand_on(visitor, scope, role).await?;
        Ok(self.store().system().by(&visitor.caller()).revoke(user, &grant).await?)
    }

    /// Lets somebody sign in no more, or again; for administrators of the agency.
    ///
    /// # Errors
    /// When the caller may not, or for the last administrator.
    pub async fn set_disabled(&self, visitor: &Visitor, user: &UserId, disabled: bool) -> Result<(), Error> {
        visitor.require(&Scope::Agency, Permission::ManageUsers)?;
        Ok(self.store().system().by(&visitor.caller()).set_disabled(user, disabled).await?)
    }

    /// Ends all of somebody's sessions; for administrators of the agency. Answers how many.
    ///
    /// # Errors
    /// When the caller may not, or nobody is called so.
    pub async fn sign_out_everywhere(&self, visitor: &Visitor, user: &UserId) -> Result<u64, Error> {
        visitor.require(&Scope::Agency, Permission::ManageUsers)?;
        let user = self.store().system().user(user).await?.id;
        Ok(self.store().system().by(&visitor.caller()).end_other_sessions(&user, None).await?)
    }

    /// Invites somebody to a scope. Where no mail can be sent, the answer has the link to hand over.
    ///
    /// # Errors
    /// When the caller may not, does not hold all the role allows, or the address is none.
    pub async fn invite(&self, visitor: &Visitor, email: &str, scope: Scope, role: RoleName) -> Result<Invited, Error> {
        visitor.require(&scope, Permission::ManageUsers)?;
        let grant = self.may_hand_on(visitor, scope, role).await?;
        let engine = self.clone();
        let unmailed = move |sent: &Sent| Invited {
            id: sent.id.clone(),
            email: sent.email.clone(),
            expires_at: sent.expires_at,
            link: Some(SecretString::from(engine.link("invitation", &sent.token).to_string())),
        };
        // Until the mail is out, the answer that is kept has the link.
        let sent = Receipt::seen_as(unmailed.clone(), self.store().system().invite(email, &[grant], &visitor.caller())).await?;
        let link = self.link("invitation", &sent.token);
        let inviter = if visitor.principal.name.is_empty() { &visitor.principal.email } else { &visitor.principal.name };
        let notice = Notice::Invitation { inviter, link: &link, until: sent.expires_at };
        let mut invited = unmailed(&sent);
        if self.tell(&sent.email, &notice).await {
            invited.link = None;
            self.store().amend_outcome(&invited).await?;
        }
        Ok(invited)
    }

    /// Makes a link to a new password, to hand over, and says until when it is good; for administrators of the agency.
    ///
    /// # Errors
    /// When the caller may not, or the person may not sign in.
    pub async fn reset_link(&self, visitor: &Visitor, user: &UserId) -> Result<(SecretString, Timestamp), Error> {
        visitor.require(&Scope::Agency, Permission::ManageUsers)?;
        let user = self.store().system().user(user).await?;
        let sent = self.store().system().by(&visitor.caller()).offer_reset(&user.email).await?;
        let sent = sent.ok_or_else(|| Error::Invalid(format!("{} is shut out: let them sign in again first", user.email)))?;
        Ok((SecretString::from(self.link("reset", &sent.token).to_string()), sent.expires_at))
    }

    /// Open invitations of a scope.
    ///
    /// # Errors
    /// When the caller may not manage people there.
    pub async fn invitations(&self, visitor: &Visitor, scope: &Scope) -> Result<Vec<Invitation>, Error> {
        visitor.require(scope, Permission::ManageUsers)?;
        Ok(self.store().system().invitations(only(scope).as_ref()).await?)
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// When the caller may not, or it is not of that scope.
    pub async fn withdraw(&self, visitor: &Visitor, scope: &Scope, id: &InvitationId) -> Result<(), Error> {
        let known = self.invitations(visitor, scope).await?;
        if !known.iter().any(|invitation| invitation.id == *id) {
            return Err(trimtab_store::Error::NotFound { noun: "invitation", id: id.to_string() }.into());
        }
        Ok(self.store().system().by(&visitor.caller()).withdraw(id).await?)
    }

    /// The roles the agency made; everybody signed in may know them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn roles(&self) -> Result<Vec<CustomRole>, Error> {
        Ok(self.store().system().roles().await?)
    }

    /// Makes or changes a role of the agency.
    ///
    /// # Errors
    /// When the caller may not, or does not hold all it allows.
    pub async fn put_role(&self, visitor: &Visitor, role: &CustomRole) -> Result<(), Error> {
        visitor.require(&Scope::Agency, Permission::ManageRoles)?;
        if !visitor.reach().covers(&Scope::Agency, role.permissions()) {
            return Err(Error::Forbidden("a role cannot allow more than you may do yourself".to_owned()));
        }
        Ok(self.store().system().put_role(role, &visitor.caller()).await?)
    }

    /// Removes a role nobody holds.
    ///
    /// # Errors
    /// When the caller may not, or somebody holds it.
    pub async fn remove_role(&self, visitor: &Visitor, name: &RoleName) -> Result<(), Error> {
        visitor.require(&Scope::Agency, Permission::ManageRoles)?;
        Ok(self.store().system().by(&visitor.caller()).remove_role(name).await?)
    }

    /// The grant, if the caller may do all of it there themselves.
    async fn may_hand_on(&self, visitor: &Visitor, scope: Scope, role: RoleName) -> Result<Grant, Error> {
        let allowed = self.store().system().permissions_of(&role).await?;
        let grant = Grant::new(scope, role).map_err(|error| Error::Invalid(error.to_string()))?;
        if !visitor.reach().covers(&grant.scope, allowed) {
            return Err(Error::Forbidden(format!("the role {} allows more than you may do yourself there", grant.role)));
        }
        Ok(grant)
    }

    /// Within a tenant, only whoever holds something there is known; others are invited. Whoever manages everybody knows everybody.
    async fn known_in(&self, visitor: &Visitor, user: &UserId, scope: &Scope) -> Result<(), Error> {
        if visitor.require(&Scope::Agency, Permission::ManageUsers).is_ok() {
            self.store().system().user(user).await?;
            return Ok(());
        }
        let known = self.users(visitor, scope).await?;
        if known.iter().any(|known| known.id == *user) {
            return Ok(());
        }
        Err(trimtab_store::Error::NotFound { noun: "user", id: user.to_string() }.into())
    }
}

/// What is shown of a scope: everything for the agency, one tenant's for a tenant.
pub(super) fn only(scope: &Scope) -> Option<BTreeSet<Scope>> {
    scope.tenant().map(|_| BTreeSet::from([scope.clone()]))
}

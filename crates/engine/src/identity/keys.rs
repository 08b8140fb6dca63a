//! Keys of programs.

use super::{Visitor, people::only};
use crate::{Engine, Error};
use secrecy::SecretString;
use trimtab_domain::{Permission, access::Scope, id::KeyId};
use trimtab_store::{ApiKey, NewKey};

impl Engine {
    /// Keys of a scope; revoked ones too.
    ///
    /// # Errors
    /// When the caller may not manage keys there.
    pub async fn keys(&self, visitor: &Visitor, scope: &Scope) -> Result<Vec<ApiKey>, Error> {
        visitor.require(scope, Permission::ManageKeys)?;
        Ok(self.store().system().keys(only(scope).as_ref()).await?)
    }

    /// Makes a key; its token is shown once.
    ///
    /// # Errors
    /// When the caller may not, or may not do themselves what the key shall.
    pub async fn add_key(&self, visitor: &Visitor, new: NewKey) -> Result<(ApiKey, SecretString), Error> {
        visitor.require(&new.scope, Permission::ManageKeys)?;
        if !visitor.reach().covers(&new.scope, new.permissions) {
            return Err(Error::Forbidden("a key cannot do more than you may do yourself there".to_owned()));
        }
        Ok(self.store().system().add_key(new, &visitor.caller()).await?)
    }

    /// Revokes a key of a scope.
    ///
    /// # Errors
    /// When the caller may not, or it is of another scope.
    pub async fn revoke_key(&self, visitor: &Visitor, scope: &Scope, id: &KeyId) -> Result<(), Error> {
        visitor.require(scope, Permission::ManageKeys)?;
        let key = self.store().system().key(id).await?;
        if scope.tenant().is_some() && key.scope != *scope {
            return Err(trimtab_store::Error::NotFound { noun: "API key", id: id.to_string() }.into());
        }
        Ok(self.store().system().by(&visitor.caller()).revoke_key(id).await?)
    }
}

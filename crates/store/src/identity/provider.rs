//! People other identity providers vouch for (OpenID Connect).

use super::{
    passkey::RelyingParty,
    password, role,
    session::Method,
    sign_in::{SignIn, address},
    user::{by_email, granted, one, put_grant},
    user_id,
};
use crate::{
    Error, System,
    audit::{Action, Entry},
    db::{query, transaction},
    entity::{
        identities::{Column, Entity, Model},
        users,
    },
    row,
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use secrecy::SecretString;
use serde_json::json;
use trimtab_domain::{Actor, Caller, Origin, access::Grant, id::UserId};

const PENDING: &str = "provider";

/// Who somebody is at another identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderIdentity {
    /// The provider's address.
    pub issuer: String,
    /// Whom it names so, for ever.
    pub subject: String,
    /// Their address, which the provider has verified.
    pub email: String,
}

impl System<'_> {
    /// Keeps what a sign-in at a provider needs to be finished; the token goes with the browser.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_provider(&self, pending: String) -> Result<SecretString, Error> {
        self.ask(PENDING, None, pending).await
    }

    /// What [`Self::begin_provider`] kept, once.
    ///
    /// # Errors
    /// [`Error::ChallengeOver`].
    pub async fn end_provider(&self, token: &SecretString) -> Result<String, Error> {
        Ok(self.answered(PENDING, token).await?.body)
    }

    /// Signs in whoever a provider vouches for: a person known to be them, else the person with that verified address, who is them from
    /// now on, else, where `newcomers` hold something, a new person who holds that. A second factor of ours is asked for where there is one.
    ///
    /// # Errors
    /// [`Error::ProviderUnknown`] when nobody here is that person: they need an invitation first.
    pub async fn sign_in_with_provider(
        &self,
        identity: &ProviderIdentity,
        newcomers: Option<&Grant>,
        party: Option<&RelyingParty>,
        origin: &Origin,
    ) -> Result<SignIn, Error> {
        let email = password::normalise_email(&identity.email).map_err(|_| Error::ProviderUnknown)?;
        let now = row::instant(self.store().now());
        let fresh = self.new_user(email.clone(), String::new(), String::new());
        let found = transaction!(self.store().db(), "find a provider's person", |tx| {
            let known = Entity::find_by_id((identity.issuer.clone(), identity.subject.clone())).one(tx).await?;
            if let Some(known) = known {
                return one(tx, &user_id(&known.user_id)?).await;
            }
            let user = match (by_email(tx, &email).await?, newcomers) {
                (Some(user), _) => user,
                (None, Some(grant)) => {
                    role::permissions_of(tx, &grant.role).await?;
                    users::Entity::insert(fresh.clone().into_active_model()).exec_without_returning(tx).await?;
                    put_grant(tx, &fresh.id, grant, &Caller::SYSTEM, now).await?;
                    let entry = Entry::new(Action::UserCreate, format!("user:{}", fresh.id));
                    self.audit(tx, entry.from(origin).after(json!({ "email": fresh.email, "issuer": identity.issuer }))).await?;
                    self.audit(tx, granted(&fresh.id, grant).from(origin)).await?;
                    fresh.clone()
                }
                (None, None) => return Err(Error::ProviderUnknown.into()),
            };
            let model = Model {
                issuer: identity.issuer.clone(),
                subject: identity.subject.clone(),
                user_id: user.id.clone(),
                email: email.clone(),
                linked_at: now,
            };
            Entity::insert(model.into_active_model()).exec_without_returning(tx).await?;
            let who = Actor::User(user_id(&user.id)?);
            let entry = Entry::new(Action::UserLink, format!("user:{}", user.id)).by_known(&who).from(origin);
            self.audit(tx, entry.after(json!({ "issuer": identity.issuer }))).await?;
            Ok(user)
        });
        let resource = match found {
            Ok(user) if user.disabled_at.is_none() => return self.first_step(&user, Method::Provider, party, origin).await,
            Ok(user) => format!("user:{}", user.id),
            Err(Error::ProviderUnknown) => address(&email),
            Err(error) => return Err(error),
        };
        transaction!(self.store().db(), "tell of a refused provider", |tx| {
            self.not_let_in(tx, &resource, origin, "provider").await
        })?;
        Err(Error::ProviderUnknown)
    }

    /// The providers somebody signs in with.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn providers_of(&self, user: &UserId) -> Result<Vec<ProviderIdentity>, Error> {
        let rows = query!(self.store().db(), "list a person's providers", |db| {
            Ok(Entity::find().filter(Column::UserId.eq(user.as_str())).order_by_asc(Column::Issuer).all(db).await?)
        })?;
        Ok(rows.into_iter().map(|row| ProviderIdentity { issuer: row.issuer, subject: row.subject, email: row.email }).collect())
    }
}

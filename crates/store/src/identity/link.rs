//! Links sent by mail: invitations and new passwords. Each counts once, and ends by itself.

use super::{
    password, role,
    session::{Method, Tokens},
    token::Kind,
    user::{by_email, checked_name, granted, put_grant, replace_password},
    user_id,
};
use crate::{
    Error, System,
    audit::{Action, Entry},
    db::{Fail, query, transaction},
    entity::{
        links::{Column, Entity, Model},
        users,
    },
    limits, receipt, row,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use trimtab_domain::{
    Actor, Caller, Origin, Timestamp,
    access::{Grant, Scope},
    id::InvitationId,
};

const INVITATION: &str = "invitation";
const RESET: &str = "reset";

/// A link that was made: its token goes to the address and nowhere else.
#[derive(Debug)]
pub struct Sent {
    /// Its id.
    pub id: InvitationId,
    /// To whom.
    pub email: String,
    /// Shown once, not stored.
    pub token: SecretString,
    /// When it ends (UTC).
    pub expires_at: Timestamp,
}

/// An invitation nobody has taken up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Whom it was sent to.
    pub email: String,
    /// What they will hold.
    pub grants: Vec<Grant>,
    /// When it was made (UTC).
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: String,
    /// When it ends (UTC).
    pub expires_at: Timestamp,
}

/// What somebody with a link is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Their address.
    pub email: String,
    /// Whether they have an account already, and need no new password.
    pub known: bool,
    /// What an invitation gives; nothing for a new password.
    pub grants: Vec<Grant>,
    /// When it ends (UTC).
    pub expires_at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    tenant: String,
    role: String,
}

impl System<'_> {
    /// Invites somebody; an earlier invitation of the same address by the same person is replaced.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a bad address or nothing to hold; [`Error::NotFound`] for an unknown role or tenant.
    pub async fn invite(&self, email: &str, grants: &[Grant], by: &Caller) -> Result<Sent, Error> {
        let email = password::normalise_email(email)?;
        if grants.is_empty() {
            return Err(Error::Invalid("an invitation needs at least one role".to_owned()));
        }
        for grant in grants {
            self.permissions_of(&grant.role).await?;
            if let Some(tenant) = grant.scope.tenant() {
                self.tenant(tenant).await?;
            }
        }
        let kept: Vec<Kept> = grants
            .iter()
            .map(|grant| Kept { tenant: role::scope_text(&grant.scope).to_owned(), role: grant.role.to_string() })
            .collect();
        let kept = serde_json::to_string(&kept).map_err(|error| row::bad("list of grants", error))?;
        self.by(by).send(INVITATION, email, kept, by.actor.to_string(), limits::INVITATION_AGE).await
    }

    /// A link for somebody who forgot their password; `None` when nobody has that address, which the caller must not show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn offer_reset(&self, email: &str) -> Result<Option<Sent>, Error> {
        let Ok(email) = password::normalise_email(email) else { return Ok(None) };
        if self.able(&email).await?.is_none() {
            return Ok(None);
        }
        self.send(RESET, email, "[]".to_owned(), Actor::System.to_string(), limits::RESET_AGE).await.map(Some)
    }

    async fn send(
        &self,
        purpose: &str,
        email: String,
        grants: String,
        by: String,
        age: std::time::Duration,
    ) -> Result<Sent, Error> {
        let now = self.store().now();
        let (token, token_hash) = Kind::Link.fresh()?;
        let expires_at = row::after(now, age);
        let id = InvitationId::fresh(self.store().ids());
        let model = Model {
            token_hash,
            id: id.to_string(),
            purpose: purpose.to_owned(),
            email: email.clone(),
            grants,
            made_at: row::instant(now),
            made_by: by,
            expires_at: row::instant(expires_at),
            used_at: None,
        };
        let sent = Sent { id, email, token, expires_at };
        transaction!(self.store().db(), "make a link", |tx| {
            let long_over = row::instant(now.saturating_sub(limits::INVITATION_AGE).unwrap_or(Timestamp::MIN));
            Entity::delete_many().filter(Column::ExpiresAt.lte(long_over)).exec(tx).await?;
            let earlier = Entity::delete_many().filter(Column::Purpose.eq(purpose)).filter(Column::Email.eq(&model.email));
            earlier.filter(Column::MadeBy.eq(&model.made_by)).filter(Column::UsedAt.is_null()).exec(tx).await?;
            Entity::insert(model.clone().into_active_model()).exec_without_returning(tx).await?;
            self.audit(tx, sent_out(&model)).await?;
            receipt::keep(tx, self.store(), &sent).await
        })?;
        Ok(sent)
    }

    /// Open invitations, newest first: all, or those that give something in one of these scopes only.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn invitations(&self, within: Option<&BTreeSet<Scope>>) -> Result<Vec<Invitation>, Error> {
        let now = row::instant(self.store().now());
        let rows = query!(self.store().db(), "list invitations", |db| {
            let open = Entity::find().filter(Column::Purpose.eq(INVITATION)).filter(Column::UsedAt.is_null());
            Ok(open.filter(Column::ExpiresAt.gt(now)).order_by_desc(Column::MadeAt).order_by_desc(Column::Id).all(db).await?)
        })?;
        let all = rows.into_iter().map(invitation).collect::<Result<Vec<_>, _>>()?;
        let visible = |invitation: &Invitation| {
            within.is_none_or(|within| invitation.grants.iter().all(|grant| within.contains(&grant.scope)))
        };
        Ok(all.into_iter().filter(visible).collect())
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is unknown or was taken up.
    pub async fn withdraw(&self, id: &InvitationId) -> Result<(), Error> {
        transaction!(self.store().db(), "withdraw an invitation", |tx| {
            let open = Entity::delete_many().filter(Column::Id.eq(id.as_str())).filter(Column::Purpose.eq(INVITATION));
            if open.filter(Column::UsedAt.is_null()).exec(tx).await?.rows_affected == 0 {
                return Err(Error::not_found("invitation", id).into());
            }
            self.audit(tx, Entry::new(Action::InvitationWithdraw, format!("invitation:{id}"))).await
        })
    }

    /// What a link is good for.
    ///
    /// # Errors
    /// [`Error::LinkOver`] when it is unknown, too old or used.
    pub async fn offer(&self, token: &SecretString) -> Result<Offer, Error> {
        let hash = Kind::Link.hash_of(token).ok_or(Error::LinkOver)?;
        let now = row::instant(self.store().now());
        let (row, known) = query!(self.store().db(), "read a link", |db| {
            let row = open(db, &hash, None, now).await?;
            let known = by_email(db, &row.email).await?;
            Ok((row, known.is_some()))
        })?;
        let expires_at = row::to_instant(row.expires_at)?;
        Ok(Offer { email: row.email, known, grants: grants(&row.grants)?, expires_at })
    }

    /// Takes an invitation up. Whoever has no account yet gets one with this name and password and is signed in; whoever has one holds
    /// more from now on and signs in as ever (`None`).
    ///
    /// # Errors
    /// [`Error::LinkOver`]; [`Error::Invalid`] for a weak password, after which the link is still good.
    pub async fn accept(
        &self,
        token: &SecretString,
        name: &str,
        password: SecretString,
        origin: &Origin,
    ) -> Result<Option<Tokens>, Error> {
        let offer = self.offer(token).await?;
        let name = checked_name(name)?;
        let fresh = if offer.known {
            None
        } else {
            Some(self.new_user(offer.email.clone(), name, self.hash(password, &offer.email).await?))
        };
        let user = self.take_up(token, fresh).await?;
        match user {
            Some(user) => self.open_session(&user, Method::Link, origin).await.map(Some),
            None => Ok(None),
        }
    }

    async fn take_up(&self, token: &SecretString, fresh: Option<users::Model>) -> Result<Option<users::Model>, Error> {
        let hash = Kind::Link.hash_of(token).ok_or(Error::LinkOver)?;
        let now = row::instant(self.store().now());
        transaction!(self.store().db(), "take up an invitation", |tx| {
            let row = open(tx, &hash, Some(INVITATION), now).await?;
            Entity::update_many().col_expr(Column::UsedAt, Expr::value(now)).filter(Column::TokenHash.eq(&hash)).exec(tx).await?;
            let known = by_email(tx, &row.email).await?;
            let id = match (&known, &fresh) {
                (Some(known), _) => known.id.clone(),
                (None, Some(fresh)) => {
                    users::Entity::insert(fresh.clone().into_active_model()).exec_without_returning(tx).await?;
                    let who = Actor::User(user_id(&fresh.id)?);
                    let entry = Entry::new(Action::UserCreate, format!("user:{}", fresh.id)).by_known(&who);
                    self.audit(tx, entry.after(json!({ "email": fresh.email }))).await?;
                    fresh.id.clone()
                }
                (None, None) => return Err(Error::LinkOver.into()),
            };
            let who = Actor::User(user_id(&id)?);
            let entry = Entry::new(Action::InvitationAccept, format!("invitation:{}", row.id)).by_known(&who);
            self.audit(tx, entry.after(json!({ "user": id, "email": row.email }))).await?;
            for grant in grants(&row.grants)? {
                put_grant(tx, &id, &grant, &Caller::SYSTEM, now).await?;
                self.audit(tx, granted(&id, &grant).by_known(&who)).await?;
            }
            Ok(if known.is_some() { None } else { fresh.clone() })
        })
    }

    /// Gives somebody with a link a new password; their sessions end. They sign in anew, with the second factor where they have one.
    ///
    /// # Errors
    /// [`Error::LinkOver`]; [`Error::Invalid`] for a weak password, after which the link is still good.
    pub async fn reset_password(&self, token: &SecretString, new: SecretString) -> Result<(), Error> {
        let email = self.offer(token).await?.email;
        let password_hash = self.hash(new, &email).await?;
        let hash = Kind::Link.hash_of(token).ok_or(Error::LinkOver)?;
        let now = row::instant(self.store().now());
        transaction!(self.store().db(), "reset password", |tx| {
            let row = open(tx, &hash, Some(RESET), now).await?;
            Entity::update_many().col_expr(Column::UsedAt, Expr::value(now)).filter(Column::TokenHash.eq(&hash)).exec(tx).await?;
            let user = by_email(tx, &row.email).await?.filter(|user| user.disabled_at.is_none()).ok_or(Error::LinkOver)?;
            replace_password(tx, &user, &password_hash, now).await?;
            let who = Actor::User(user_id(&user.id)?);
            self.audit(tx, Entry::new(Action::UserPassword, format!("user:{}", user.id)).by_known(&who)).await
        })
    }
}

/// That a link was sent: to whom, and what it gives.
fn sent_out(row: &Model) -> Entry<'static> {
    let entry = match row.purpose.as_str() {
        INVITATION => Entry::new(Action::InvitationSend, format!("invitation:{}", row.id)),
        _ => Entry::new(Action::UserPassword, format!("link:{}", row.id)),
    };
    entry.after(json!({ "email": row.email, "purpose": row.purpose, "grants": row.grants }))
}

async fn open(db: &impl ConnectionTrait, hash: &str, purpose: Option<&str>, now: i64) -> Result<Model, Fail> {
    let row = Entity::find_by_id(hash).one(db).await?;
    let good = |row: &Model| row.used_at.is_none() && row.expires_at > now && purpose.is_none_or(|purpose| row.purpose == purpose);
    Ok(row.filter(good).ok_or(Error::LinkOver)?)
}

fn grants(text: &str) -> Result<Vec<Grant>, Error> {
    let kept: Vec<Kept> = serde_json::from_str(text).map_err(|_| row::bad("list of grants", text))?;
    kept.into_iter().map(|kept| Ok(Grant { scope: role::scope(&kept.tenant)?, role: role::role_name(&kept.role)? })).collect()
}

fn invitation(row: Model) -> Result<Invitation, Error> {
    Ok(Invitation {
        id: InvitationId::parse(&row.id).map_err(|_| row::bad("invitation id", &row.id))?,
        email: row.email,
        grants: grants(&row.grants)?,
        made_at: row::to_instant(row.made_at)?,
        made_by: row.made_by,
        expires_at: row::to_instant(row.expires_at)?,
    })
}

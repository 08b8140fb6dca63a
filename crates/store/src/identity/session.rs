//! Sessions: one for each signed-in device.
//!
//! An access token is good for fifteen minutes, a refresh token for one exchange within seven days. A refresh token that comes back after
//! it was exchanged was copied: the whole session ends. Browsers with several windows may send one twice in the same moment, so within a
//! few seconds that is only refused.

use super::{device, role, sign_in::forget_failures, token::Kind, user, user_id};
use crate::{
    Error, System,
    audit::{self, Action, Entry},
    db::{Fail, query, transaction},
    entity::{refresh_tokens, sessions, users},
    limits, receipt,
    row::{self, named},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr};
use secrecy::SecretString;
use serde_json::json;
use trimtab_domain::{
    Actor, Origin, Timestamp,
    access::{Grant, Reach},
    id::{SessionId, UserId},
};

named! {
    /// How somebody proved who they are, before any second factor.
    Method {
        /// With a password.
        Password = "password",
        /// With a passkey alone.
        Passkey = "passkey",
        /// At another identity provider.
        Provider = "provider",
        /// By a link sent to their address.
        Link = "link",
    }
}

/// Tokens of a session, fresh. They are shown once and not stored.
#[derive(Debug)]
pub struct Tokens {
    /// Who signed in.
    pub user: UserId,
    /// Their session.
    pub session: SessionId,
    /// Good for every request until `access_ends_at`.
    pub access: SecretString,
    /// When the access token ends (UTC).
    pub access_ends_at: Timestamp,
    /// Good for one exchange until `refresh_ends_at`.
    pub refresh: SecretString,
    /// When the refresh token ends (UTC).
    pub refresh_ends_at: Timestamp,
    /// Whether they signed in on a device they had not signed in on before.
    pub new_device: bool,
}

/// Somebody's session, as they see it in the list of their devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: SessionId,
    /// Where it was opened or last refreshed from.
    pub origin: Origin,
    /// How its owner signed in.
    pub method: Method,
    /// When (UTC).
    pub created_at: Timestamp,
    /// When it was last used, to within a few minutes (UTC).
    pub seen_at: Timestamp,
    /// When it ends unless it is used (UTC).
    pub ends_at: Timestamp,
}

/// The session a request came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// When the access token ends (UTC).
    pub access_ends_at: Timestamp,
}

/// Whom a token belongs to: a person or a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Who.
    pub actor: Actor,
    /// A person's address, a key's name.
    pub email: String,
    /// A person's name; may be empty.
    pub name: String,
    /// What a person holds.
    pub grants: Vec<Grant>,
    /// What they may do, and where.
    pub reach: Reach,
    /// A person's session; a key has none.
    pub session: Option<Session>,
}

impl Principal {
    /// What people know them by: a person's address, what a key is for. The operator of the machine is called nothing else.
    #[must_use]
    pub fn known_by(&self) -> Option<String> {
        matches!(self.actor, Actor::User(_) | Actor::Key(_)).then(|| self.email.clone())
    }
}

impl System<'_> {
    /// Opens a session for somebody who proved who they are.
    pub(super) async fn open_session(&self, user: &users::Model, method: Method, origin: &Origin) -> Result<Tokens, Error> {
        let now = self.store().now();
        let (access, access_hash) = Kind::Access.fresh()?;
        let (refresh, refresh_hash) = Kind::Refresh.fresh()?;
        let id = SessionId::fresh(self.store().ids());
        let (access_ends_at, refresh_ends_at) = (row::after(now, limits::ACCESS_AGE), row::after(now, limits::REFRESH_AGE));
        let session = sessions::Model {
            token_hash: access_hash,
            id: id.to_string(),
            user_id: user.id.clone(),
            created_at: row::instant(now),
            extended_at: row::instant(now),
            expires_at: row::instant(access_ends_at),
            ends_at: row::instant(refresh_ends_at),
            ip: ip_text(origin),
            agent: agent_text(origin),
            method: method.as_str().to_owned(),
        };
        let new_device = transaction!(self.store().db(), "open session", |tx| {
            // The password may have been changed, or the person been shut out, while they were looked at.
            let unchanged = users::Entity::find_by_id(&user.id).one(tx).await?.is_some_and(|now| now == *user);
            if !unchanged || user.disabled_at.is_some() {
                return Err(Error::SignInRefused.into());
            }
            forget_failures(tx, &user.email).await?;
            sessions::Entity::delete_many().filter(sessions::Column::EndsAt.lte(row::instant(now))).exec(tx).await?;
            sessions::Entity::insert(session.clone().into_active_model()).exec_without_returning(tx).await?;
            put_refresh(tx, &refresh_hash, &session.id, now).await?;
            let who = Actor::User(user_id(&user.id)?);
            let entry = Entry::new(Action::SessionOpen, format!("session:{}", session.id)).by_known(&who).from(origin);
            self.audit(tx, entry.after(json!({ "method": session.method }))).await?;
            device::is_new(tx, &user.id, origin, row::instant(now)).await
        })?;
        Ok(Tokens { user: user_id(&user.id)?, session: id, access, access_ends_at, refresh, refresh_ends_at, new_device })
    }

    /// Exchanges a refresh token for fresh tokens.
    ///
    /// # Errors
    /// [`Error::SessionEnded`] when it is unknown or too old; [`Error::RefreshReplayed`] when it was exchanged before, which ends the
    /// session; [`Error::Conflict`] when that was a moment ago.
    pub async fn refresh(&self, token: &SecretString, origin: &Origin) -> Result<Tokens, Error> {
        use refresh_tokens::{Column, Entity};
        enum Outcome {
            Fresh(sessions::Model),
            Replayed { session: String },
        }
        let hash = Kind::Refresh.hash_of(token).ok_or(Error::SessionEnded)?;
        let now = self.store().now();
        let (access, access_hash) = Kind::Access.fresh()?;
        let (refresh, refresh_hash) = Kind::Refresh.fresh()?;
        let (access_ends_at, refresh_ends_at) = (row::after(now, limits::ACCESS_AGE), row::after(now, limits::REFRESH_AGE));
        let outcome = transaction!(self.store().db(), "refresh session", |tx| {
            let known = Entity::find_by_id(&hash).one(tx).await?.ok_or(Error::SessionEnded)?;
            let session = sessions::Entity::find().filter(sessions::Column::Id.eq(&known.session)).one(tx).await?;
            let session = session.filter(|session| session.ends_at > row::instant(now)).ok_or(Error::SessionEnded)?;
            if let Some(used) = row::to_instant_opt(known.used_at)? {
                if now < row::after(used, limits::REFRESH_GRACE) {
                    return Err(Error::Conflict("these tokens were refreshed a moment ago: use the new ones".to_owned()).into());
                }
                sessions::Entity::delete_many().filter(sessions::Column::Id.eq(&session.id)).exec(tx).await?;
                // Whoever sent it need not be the person whose session it was.
                let entry = Entry::new(Action::SessionClose, format!("session:{}", session.id)).by_unknown().from(origin);
                let why = json!({ "user": session.user_id, "why": "a refresh token came back that had been exchanged" });
                self.audit(tx, entry.outcome(audit::Outcome::Refused).after(why)).await?;
                return Ok(Outcome::Replayed { session: session.id });
            }
            let used = Expr::value(row::instant(now));
            Entity::update_many().col_expr(Column::UsedAt, used).filter(Column::TokenHash.eq(&hash)).exec(tx).await?;
            put_refresh(tx, &refresh_hash, &session.id, now).await?;
            let last = row::instant(row::after(row::to_instant(session.created_at)?, limits::SESSION_MAX));
            let ends_at = row::instant(refresh_ends_at).min(last);
            sessions::Entity::update_many()
                .col_expr(sessions::Column::TokenHash, Expr::value(&access_hash))
                .col_expr(sessions::Column::ExtendedAt, Expr::value(row::instant(now)))
                .col_expr(sessions::Column::ExpiresAt, Expr::value(row::instant(access_ends_at).min(ends_at)))
                .col_expr(sessions::Column::EndsAt, Expr::value(ends_at))
                .col_expr(sessions::Column::Ip, Expr::value(ip_text(origin)))
                .col_expr(sessions::Column::Agent, Expr::value(agent_text(origin)))
                .filter(sessions::Column::Id.eq(&session.id))
                .exec(tx)
                .await?;
            Ok(Outcome::Fresh(sessions::Model { ends_at, ..session }))
        })?;
        match outcome {
            Outcome::Replayed { session } => {
                tracing::warn!(session, "a refresh token came back that had been exchanged: the session is ended");
                Err(Error::RefreshReplayed)
            }
            Outcome::Fresh(row) => Ok(Tokens {
                user: user_id(&row.user_id)?,
                session: session_id(&row.id)?,
                access,
                access_ends_at: access_ends_at.min(row::to_instant(row.ends_at)?),
                refresh,
                refresh_ends_at: row::to_instant(row.ends_at)?,
                new_device: false,
            }),
        }
    }

    /// Whom an access token or key belongs to; `None` when it is unknown or has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn principal(&self, token: &SecretString) -> Result<Option<Principal>, Error> {
        if let Some(hash) = Kind::Key.hash_of(token) {
            return self.key_holder(&hash).await;
        }
        let Some(hash) = Kind::Access.hash_of(token) else { return Ok(None) };
        let now = row::instant(self.store().now());
        let found = query!(self.store().db(), "read session", |db| {
            let Some(session) = sessions::Entity::find_by_id(&hash).one(db).await?.filter(|session| session.expires_at > now)
            else {
                return Ok(None);
            };
            let Some(user) = users::Entity::find_by_id(&session.user_id).one(db).await?.filter(|user| user.disabled_at.is_none())
            else {
                return Ok(None);
            };
            let held = role::held(db, &user.id).await?;
            Ok(Some((session, user, held)))
        })?;
        let Some((session, user, (grants, reach))) = found else { return Ok(None) };
        if now >= row::instant(row::after(row::to_instant(session.extended_at)?, limits::SESSION_TOUCH)) {
            transaction!(self.store().db(), "note a session's use", |tx| {
                sessions::Entity::update_many()
                    .col_expr(sessions::Column::ExtendedAt, Expr::value(now))
                    .filter(sessions::Column::TokenHash.eq(&hash))
                    .exec(tx)
                    .await?;
                Ok(())
            })?;
        }
        Ok(Some(Principal {
            actor: Actor::User(user_id(&user.id)?),
            email: user.email,
            name: user.name,
            grants,
            reach,
            session: Some(Session { id: session_id(&session.id)?, access_ends_at: row::to_instant(session.expires_at)? }),
        }))
    }

    /// Where somebody is signed in, the latest use first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn devices(&self, user: &UserId) -> Result<Vec<Device>, Error> {
        use sessions::{Column, Entity};
        let now = row::instant(self.store().now());
        let rows = query!(self.store().db(), "list devices", |db| {
            let own = Entity::find().filter(Column::UserId.eq(user.as_str())).filter(Column::EndsAt.gt(now));
            Ok(own.order_by_desc(Column::ExtendedAt).order_by_asc(Column::Id).all(db).await?)
        })?;
        rows.into_iter().map(device).collect()
    }

    /// Ends one of somebody's sessions; one that is not theirs is not found.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn end_session(&self, user: &UserId, session: &SessionId) -> Result<(), Error> {
        use sessions::{Column, Entity};
        transaction!(self.store().db(), "end a session", |tx| {
            let own = Entity::delete_many().filter(Column::UserId.eq(user.as_str())).filter(Column::Id.eq(session.as_str()));
            if own.exec(tx).await?.rows_affected == 0 {
                return Err(Error::not_found("session", session).into());
            }
            self.audit(tx, Entry::new(Action::SessionClose, format!("session:{session}")).before(json!({ "user": user.as_str() })))
                .await
        })
    }

    /// Ends all of somebody's sessions but one; answers how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_other_sessions(&self, user: &UserId, but: Option<&SessionId>) -> Result<u64, Error> {
        use sessions::{Column, Entity};
        transaction!(self.store().db(), "end sessions", |tx| {
            let mut own = Entity::delete_many().filter(Column::UserId.eq(user.as_str()));
            if let Some(but) = but {
                own = own.filter(Column::Id.ne(but.as_str()));
            }
            let ended = own.exec(tx).await?.rows_affected;
            if ended > 0 {
                let entry = Entry::new(Action::SessionClose, format!("user:{user}"));
                self.audit(tx, entry.after(json!({ "sessions": ended }))).await?;
            }
            receipt::keep(tx, self.store(), &ended).await?;
            Ok(ended)
        })
    }

    /// Somebody with an address, who may sign in.
    pub(super) async fn able(&self, email: &str) -> Result<Option<users::Model>, Error> {
        let found = query!(self.store().db(), "look for an address", |db| Ok(user::by_email(db, email).await?))?;
        Ok(found.filter(|row| row.disabled_at.is_none()))
    }
}

async fn put_refresh(tx: &impl ConnectionTrait, hash: &str, session: &str, now: Timestamp) -> Result<(), Fail> {
    let model = refresh_tokens::Model {
        token_hash: hash.to_owned(),
        session: session.to_owned(),
        made_at: row::instant(now),
        used_at: None,
    };
    refresh_tokens::Entity::insert(model.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

fn ip_text(origin: &Origin) -> String {
    origin.ip.map(|ip| ip.to_string()).unwrap_or_default()
}

fn agent_text(origin: &Origin) -> String {
    origin.agent.as_deref().unwrap_or_default().to_owned()
}

fn session_id(text: &str) -> Result<SessionId, Error> {
    SessionId::parse(text).map_err(|_| row::bad("session id", text))
}

fn device(row: sessions::Model) -> Result<Device, Error> {
    Ok(Device {
        id: session_id(&row.id)?,
        origin: Origin::of_request(row.ip.parse().ok(), Some(&row.agent), None),
        method: row::to_name("way to sign in", &row.method)?,
        created_at: row::to_instant(row.created_at)?,
        seen_at: row::to_instant(row.extended_at)?,
        ends_at: row::to_instant(row.ends_at)?,
    })
}

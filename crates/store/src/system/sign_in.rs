//! Who may sign in: administrators, their sessions, and the lockout that makes guessing slow.
//!
//! A session token is 256 random bits; only its hash is stored, so a copy of the database signs nobody in. Failures are counted per
//! address, known or not, before the password is looked at: the answer never tells whether an address exists, and parallel guesses all
//! count.

use super::{AGENCY, System, put_setting};
use crate::{
    Error,
    audit::{Action, Entry, Outcome},
    db::{Fail, query, transaction},
    entity::{sessions, sign_in_failures, users},
    limits, password, row,
    vault::random,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use std::time::Duration;
use trimtab_domain::{
    Actor, Role,
    id::{SessionId, UserId},
};
use zeroize::Zeroizing;

/// An administrator to be made.
#[derive(Debug, Clone)]
pub struct Admin {
    /// The e-mail address to sign in with; compared without case.
    pub email: String,
    /// At least 12 characters.
    pub password: SecretString,
    /// The agency's name, if it is to be set.
    pub agency: Option<String>,
}

/// What to do when there is an administrator already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfInitialised {
    /// Change nothing and say so.
    Refuse,
    /// Add another administrator, or give the one with this address a new password.
    AddOrReset,
}

/// A fresh session.
#[derive(Debug)]
pub struct SignIn {
    /// Who signed in.
    pub user: UserId,
    /// The session's token; shown once, not stored.
    pub token: SecretString,
    /// When the session ends unless it is used (UTC).
    pub expires_at: Timestamp,
}

/// Whom a session token belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The person.
    pub user: UserId,
    /// Their address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// The session.
    pub session: SessionId,
    /// When it ends unless it is used (UTC).
    pub expires_at: Timestamp,
}

impl System<'_> {
    /// Whether `init` has made an administrator.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_initialised(&self) -> Result<bool, Error> {
        query!(self.store.db(), "look for an administrator", |db| Ok(users::Entity::find().count(db).await? > 0))
    }

    /// Makes the administrator.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a bad address or a short password; [`Error::AlreadyInitialised`] when there is one and `again` refuses.
    pub async fn create_admin(&self, admin: Admin, again: IfInitialised) -> Result<UserId, Error> {
        let email = password::normalise_email(&admin.email)?;
        let hash = self.hash(admin.password).await?;
        let now = row::instant(self.store.now());
        let model = users::Model {
            id: UserId::fresh(self.store.ids()).to_string(),
            email,
            password_hash: hash,
            role: Role::AgencyAdmin.as_str().to_owned(),
            created_at: now,
            password_set_at: now,
        };
        let id = transaction!(self.store.db(), "create administrator", |tx| {
            let first = users::Entity::find().order_by_asc(users::Column::CreatedAt).one(tx).await?;
            if let (Some(first), IfInitialised::Refuse) = (first, again) {
                return Err(Error::AlreadyInitialised { email: first.email }.into());
            }
            if let Some(agency) = &admin.agency {
                let before = self.setting_in(tx, AGENCY).await?;
                put_setting(tx, AGENCY, agency).await?;
                if before.as_ref() != Some(agency) {
                    let entry = Entry::new(Action::SettingSet, format!("setting:{AGENCY}"));
                    self.audit(tx, entry.before(json!(before)).after(json!(agency))).await?;
                }
            }
            if let Some(known) = user_by_email(tx, &model.email).await? {
                replace_password(tx, &known, &model.password_hash, now).await?;
                self.audit(tx, Entry::new(Action::UserPassword, format!("user:{}", known.id))).await?;
                return Ok(known.id);
            }
            users::Entity::insert(model.clone().into_active_model()).exec_without_returning(tx).await?;
            let entry = Entry::new(Action::UserCreate, format!("user:{}", model.id));
            self.audit(tx, entry.after(json!({ "email": model.email, "role": model.role }))).await?;
            Ok(model.id.clone())
        })?;
        user_id(&id)
    }

    /// Gives somebody a new password, ends their sessions and lifts a lockout.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown address, [`Error::Invalid`] for a short password.
    pub async fn set_password(&self, email: &str, new: SecretString) -> Result<(), Error> {
        let email = password::normalise_email(email)?;
        let hash = self.hash(new).await?;
        let now = row::instant(self.store.now());
        transaction!(self.store.db(), "set password", |tx| {
            let user = user_by_email(tx, &email).await?.ok_or_else(|| Error::not_found("user", &email))?;
            replace_password(tx, &user, &hash, now).await?;
            self.audit(tx, Entry::new(Action::UserPassword, format!("user:{}", user.id))).await
        })
    }

    /// Checks address and password and opens a session.
    ///
    /// # Errors
    /// [`Error::SignInRefused`] when either is wrong, [`Error::LockedOut`] after too many failures.
    pub async fn sign_in(&self, email: &str, password: SecretString) -> Result<SignIn, Error> {
        let Ok(email) = password::normalise_email(email) else {
            return Err(Error::SignInRefused);
        };
        let now = self.store.now();
        let user = transaction!(self.store.db(), "count sign-in attempt", |tx| count_attempt(tx, &email, now).await)?;
        let hash = user.as_ref().map(|user| user.password_hash.clone());
        let right = self.off_thread(move || password::verify(&password, hash.as_deref())).await?;
        let Some(user) = user.filter(|_| right) else {
            self.refused(&email, now).await?;
            return Err(Error::SignInRefused);
        };

        let token = Zeroizing::new(random::<32>("make a session token")?);
        let token = SecretString::from(URL_SAFE_NO_PAD.encode(token.as_slice()));
        let (expires_at, ends_at) = (row::after(now, limits::SESSION_IDLE), row::after(now, limits::SESSION_MAX));
        let session = sessions::Model {
            token_hash: token_hash(&token),
            id: SessionId::fresh(self.store.ids()).to_string(),
            user_id: user.id.clone(),
            created_at: row::instant(now),
            extended_at: row::instant(now),
            expires_at: row::instant(expires_at),
            ends_at: row::instant(ends_at),
        };
        transaction!(self.store.db(), "open session", |tx| {
            // The password may have been changed while this one was checked.
            let unchanged = user_by_email(tx, &user.email).await?.is_some_and(|now| now.password_hash == user.password_hash);
            if !unchanged {
                return Err(Error::SignInRefused.into());
            }
            sign_in_failures::Entity::delete_by_id(email_hash(&user.email)).exec(tx).await?;
            sessions::Entity::delete_many().filter(sessions::Column::ExpiresAt.lte(row::instant(now))).exec(tx).await?;
            sessions::Entity::insert(session.clone().into_active_model()).exec_without_returning(tx).await?;
            let who = Actor::User(user_id(&user.id)?);
            self.audit(tx, Entry::new(Action::SessionOpen, format!("session:{}", session.id)).by_known(&who)).await
        })?;
        Ok(SignIn { user: user_id(&user.id)?, token, expires_at })
    }

    /// Whom a token belongs to, and prolongs the session; `None` when it is unknown or has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, token: &SecretString) -> Result<Option<SignedIn>, Error> {
        let now = self.store.now();
        let key = token_hash(token);
        let found = query!(self.store.db(), "read session", |db| {
            let Some(session) = sessions::Entity::find_by_id(&key).one(db).await? else {
                return Ok(None);
            };
            let user = users::Entity::find_by_id(&session.user_id).one(db).await?;
            Ok(user.map(|user| (session, user)))
        })?;
        let Some((session, user)) = found else { return Ok(None) };
        if session.expires_at <= row::instant(now) {
            return Ok(None);
        }
        let mut expires_at = session.expires_at;
        if row::instant(now) >= row::instant(row::after(row::to_instant(session.extended_at)?, limits::SESSION_TOUCH)) {
            expires_at = row::instant(row::after(now, limits::SESSION_IDLE)).min(session.ends_at);
            transaction!(self.store.db(), "extend session", |tx| {
                sessions::Entity::update_many()
                    .col_expr(sessions::Column::ExtendedAt, Expr::value(row::instant(now)))
                    .col_expr(sessions::Column::ExpiresAt, Expr::value(expires_at))
                    .filter(sessions::Column::TokenHash.eq(&key))
                    .exec(tx)
                    .await?;
                Ok(())
            })?;
        }
        Ok(Some(SignedIn {
            user: user_id(&user.id)?,
            email: user.email,
            role: role(&user.role)?,
            session: SessionId::parse(&session.id).map_err(|_| row::bad("session id", &session.id))?,
            expires_at: row::to_instant(expires_at)?,
        }))
    }

    /// Ends the session; an unknown one has ended already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out(&self, token: &SecretString) -> Result<(), Error> {
        let key = token_hash(token);
        transaction!(self.store.db(), "sign out", |tx| {
            let Some(session) = sessions::Entity::find_by_id(&key).one(tx).await? else { return Ok(()) };
            sessions::Entity::delete_by_id(&key).exec(tx).await?;
            let who = Actor::User(user_id(&session.user_id)?);
            self.audit(tx, Entry::new(Action::SessionClose, format!("session:{}", session.id)).by_known(&who)).await
        })
    }

    /// Appends that a sign-in was refused. Attempts during a lockout are not told one by one, so that nobody fills the log with them; the
    /// refusal that locks the address says so. An address nobody has is not kept readable.
    async fn refused(&self, email: &str, now: Timestamp) -> Result<(), Error> {
        transaction!(self.store.db(), "record refused sign-in", |tx| {
            let resource = match user_by_email(tx, email).await? {
                Some(user) => format!("user:{}", user.id),
                None => format!("address:{}", &email_hash(email)[..16]),
            };
            let failures = sign_in_failures::Entity::find_by_id(email_hash(email)).one(tx).await?;
            let locked = row::to_instant_opt(failures.and_then(|row| row.locked_until))?.filter(|until| *until > now);
            let after = locked.map_or(serde_json::Value::Null, |until| json!({ "locked_until": until.to_string() }));
            let entry = Entry::new(Action::SessionOpen, resource).outcome(Outcome::Refused).by_unknown();
            self.audit(tx, entry.after(after)).await
        })
    }

    async fn hash(&self, password: SecretString) -> Result<String, Error> {
        password::check_rules(&password)?;
        self.off_thread(move || password::hash(&password)).await
    }

    /// Runs costly password work off the async threads, a few at a time.
    async fn off_thread<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
        let ended = |why: String| Error::Crypto { doing: "check a password", why };
        let _permit = self.store.0.password_checks.acquire().await.map_err(|error| ended(error.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| ended(error.to_string()))?
    }
}

/// Refuses while the address is locked out; else counts the attempt as failed (success takes it back) and finds the user.
async fn count_attempt(tx: &impl ConnectionTrait, email: &str, now: Timestamp) -> Result<Option<users::Model>, Fail> {
    use sign_in_failures::{Column, Entity, Model};
    let key = email_hash(email);
    let known = Entity::find_by_id(&key).one(tx).await?;
    if let Some(until) = row::to_instant_opt(known.as_ref().and_then(|row| row.locked_until))?
        && until > now
    {
        let retry_after = Duration::try_from(until.duration_since(now)).unwrap_or(limits::LOCKOUT_MAX);
        return Err(Error::LockedOut { until, retry_after }.into());
    }
    let forgotten = row::instant(now.saturating_sub(limits::LOCKOUT_MEMORY).unwrap_or(Timestamp::MIN));
    let failures = 1 + known.filter(|row| row.last_at > forgotten).map_or(0, |row| row.failures);
    let locked_until = lockout(failures).map(|pause| row::instant(row::after(now, pause)));
    let model = Model { email_hash: key, failures, last_at: row::instant(now), locked_until };
    let replace =
        OnConflict::column(Column::EmailHash).update_columns([Column::Failures, Column::LastAt, Column::LockedUntil]).to_owned();
    Entity::insert(model.into_active_model()).on_conflict(replace).exec_without_returning(tx).await?;

    let oldest_kept = Entity::find().order_by_desc(Column::LastAt).offset(limits::LOCKOUT_ADDRESSES).limit(1).one(tx).await?;
    let drop_before = oldest_kept.map_or(forgotten, |row| row.last_at.max(forgotten));
    Entity::delete_many().filter(Column::LastAt.lte(drop_before)).exec(tx).await?;
    Ok(user_by_email(tx, email).await?)
}

/// How long the address is locked out after so many failures in a row.
fn lockout(failures: i64) -> Option<Duration> {
    let beyond = u32::try_from(failures.checked_sub(i64::from(limits::FREE_SIGN_IN_FAILURES))?).ok()?;
    Some(limits::LOCKOUT_FIRST.saturating_mul(2_u32.saturating_pow(beyond)).min(limits::LOCKOUT_MAX))
}

async fn user_by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<users::Model>, sea_orm::DbErr> {
    users::Entity::find().filter(users::Column::Email.eq(email)).one(db).await
}

async fn replace_password(tx: &impl ConnectionTrait, user: &users::Model, hash: &str, now: i64) -> Result<(), Fail> {
    users::Entity::update_many()
        .col_expr(users::Column::PasswordHash, Expr::value(hash))
        .col_expr(users::Column::PasswordSetAt, Expr::value(now))
        .filter(users::Column::Id.eq(&user.id))
        .exec(tx)
        .await?;
    sessions::Entity::delete_many().filter(sessions::Column::UserId.eq(&user.id)).exec(tx).await?;
    sign_in_failures::Entity::delete_by_id(email_hash(&user.email)).exec(tx).await?;
    Ok(())
}

/// The token is 256 random bits, so a fast hash is enough.
fn token_hash(token: &SecretString) -> String {
    blake3::hash(token.expose_secret().as_bytes()).to_hex().to_string()
}

/// Addresses that were only tried are not kept readable.
fn email_hash(email: &str) -> String {
    blake3::hash(email.as_bytes()).to_hex().to_string()
}

fn user_id(text: &str) -> Result<UserId, Error> {
    UserId::parse(text).map_err(|_| row::bad("user id", text))
}

fn role(text: &str) -> Result<Role, Error> {
    if text == Role::AgencyAdmin.as_str() { Ok(Role::AgencyAdmin) } else { Err(row::bad("role", text)) }
}

//! Signing in with a password, and the second step where one is asked for.
//!
//! Failures are counted per address, known or not, in the transaction that decides the answer and tells the audit log of it: no guess is
//! answered that was not counted, however many come at once, and of one that comes during a lockout not even that it was right. The answer
//! never tells whether an address exists. With a second factor the count starts anew only when that was right too.

use super::{
    challenge::{self, Answered},
    passkey::{self, RelyingParty},
    password,
    session::{Method, Tokens},
    user::{by_email, one, replace_password, with_factors},
    user_id,
};
use crate::{
    Error, System,
    audit::{Action, Entry, Outcome},
    db::{Fail, query, transaction},
    entity::{authenticators, sign_in_failures, users},
    limits, row,
    vault::unlocked,
};
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;
use tokio::sync::SemaphorePermit;
use trimtab_domain::{Actor, Origin, id::UserId};

const SECOND: &str = "second factor";

/// How signing in went on.
#[derive(Debug)]
pub enum SignIn {
    /// Somebody is signed in.
    Done(Box<Tokens>),
    /// The password is right and a second factor is asked for.
    SecondFactor {
        /// Comes back with the proof; good for five minutes and five tries.
        challenge: SecretString,
        /// Whether codes of an authenticator app and recovery codes are taken.
        codes: bool,
        /// What to ask a browser for, where the person has passkeys.
        passkey: Option<serde_json::Value>,
    },
}

/// A second factor.
#[derive(Debug)]
pub enum Proof {
    /// The six digits an authenticator app shows.
    Code(SecretString),
    /// One of the codes that were handed out for a lost device; it counts once.
    Recovery(SecretString),
    /// A browser's answer to the passkey's options.
    Passkey(serde_json::Value),
}

/// A first step that was right.
#[derive(Debug, Serialize, Deserialize)]
struct Half {
    method: String,
    passkey: Option<serde_json::Value>,
}

impl System<'_> {
    /// Checks address and password; opens a session, or asks for the second factor.
    ///
    /// # Errors
    /// [`Error::SignInRefused`] when either is wrong, [`Error::LockedOut`] after too many failures.
    pub async fn sign_in(
        &self,
        email: &str,
        password: SecretString,
        party: Option<&RelyingParty>,
        origin: &Origin,
    ) -> Result<SignIn, Error> {
        let Ok(email) = password::normalise_email(email) else {
            return Err(Error::SignInRefused);
        };
        let turn = self.password_turn().await?;
        let now = self.store().now();
        let known = query!(self.store().db(), "look for who signs in", |db| open_to(db, &email, now).await)?;
        let hash = known.filter(|user| !user.password_hash.is_empty()).map(|user| user.password_hash);
        let checked = password.clone();
        let right = self.password_work(move || password::verify(&checked, hash.as_deref())).await?;
        let user = transaction!(self.store().db(), "count sign-in attempt", |tx| {
            let locked_until = count_attempt(tx, &email, now).await?;
            let user = by_email(tx, &email).await?;
            if right && user.as_ref().is_some_and(|user| user.disabled_at.is_none()) {
                return Ok(user);
            }
            self.refused(tx, &email, user.as_ref(), locked_until, origin).await?;
            Ok(None)
        })?;
        drop(turn);
        let user = user.ok_or(Error::SignInRefused)?;
        self.renew_hash(&user, password).await?;
        self.first_step(&user, Method::Password, party, origin).await
    }

    /// Who proved who they are in one way is signed in, or asked for another way.
    pub(super) async fn first_step(
        &self,
        user: &users::Model,
        method: Method,
        party: Option<&RelyingParty>,
        origin: &Origin,
    ) -> Result<SignIn, Error> {
        let id = user_id(&user.id)?;
        let (factors, codes) = query!(self.store().db(), "look for second factors", |db| {
            let codes = authenticators::Entity::find_by_id(&user.id)
                .filter(authenticators::Column::ConfirmedAt.is_not_null())
                .one(db)
                .await?;
            Ok((with_factors(db, Some(&user.id)).await?, codes.is_some()))
        })?;
        if factors.is_empty() {
            return Ok(SignIn::Done(Box::new(self.open_session(user, method, origin).await?)));
        }
        let asked = match party {
            Some(party) => self.ask_passkey(&id, party).await?,
            None => None,
        };
        let (options, state) = asked.map_or((None, None), |(options, state)| (Some(options), Some(state)));
        let half = Half { method: method.as_str().to_owned(), passkey: state };
        let body = serde_json::to_string(&half).map_err(|error| row::bad("challenge", error))?;
        let challenge = self.ask(SECOND, Some(&id), body).await?;
        Ok(SignIn::SecondFactor { challenge, codes, passkey: options })
    }

    /// Finishes a sign-in with a second factor.
    ///
    /// # Errors
    /// [`Error::ProofRefused`] when it is wrong; [`Error::ChallengeOver`] after five minutes or five tries: sign in anew.
    pub async fn prove(
        &self,
        challenge: &SecretString,
        proof: Proof,
        party: Option<&RelyingParty>,
        origin: &Origin,
    ) -> Result<Tokens, Error> {
        let proven = unlocked!(
            self.store(),
            transaction!(self.store().db(), "prove a second factor", |tx| {
                let Answered { user, body } = self.asked(tx, SECOND, challenge).await?;
                let id = user.ok_or(Error::ChallengeOver)?;
                let half: Half = serde_json::from_str(&body).map_err(|_| Error::ChallengeOver)?;
                let proven = match &proof {
                    Proof::Code(code) => self.use_code(tx, &id, code, true).await,
                    Proof::Recovery(code) => self.use_recovery_code(tx, &id, code).await,
                    Proof::Passkey(answer) => match (half.passkey, party) {
                        (Some(state), Some(party)) => self.use_passkey(tx, &id, party, passkey::state(state)?, answer).await,
                        _ => Err(Error::ProofRefused.into()),
                    },
                };
                match proven {
                    Ok(()) => {
                        challenge::use_up(tx, challenge).await?;
                        Ok(Some((one(tx, &id).await?, half.method)))
                    }
                    Err(Fail::Ours(Error::ProofRefused)) => {
                        challenge::count_try(tx, challenge).await?;
                        self.not_let_in(tx, &format!("user:{id}"), origin, "second factor").await?;
                        Ok(None)
                    }
                    Err(fail) => Err(fail),
                }
            })
        )?;
        let (user, method) = proven.ok_or(Error::ProofRefused)?;
        self.open_session(&user, method.parse()?, origin).await
    }

    /// A hash made with older settings is made anew while the password is at hand.
    async fn renew_hash(&self, user: &users::Model, password: SecretString) -> Result<(), Error> {
        if !password::is_outdated(&user.password_hash) {
            return Ok(());
        }
        let fresh = self.off_thread(move || password::hash(&password)).await?;
        transaction!(self.store().db(), "renew a password's hash", |tx| {
            users::Entity::update_many()
                .col_expr(users::Column::PasswordHash, sea_orm::sea_query::Expr::value(&fresh))
                .filter(users::Column::Id.eq(&user.id))
                .filter(users::Column::PasswordHash.eq(&user.password_hash))
                .exec(tx)
                .await?;
            Ok(())
        })
    }

    /// Changes the password of somebody who knows the old one, and ends all their sessions.
    ///
    /// # Errors
    /// [`Error::ProofRefused`] when the old one is wrong, [`Error::Invalid`] for a weak new one, [`Error::LockedOut`] after too many tries.
    pub async fn change_password(&self, user: &UserId, old: SecretString, new: SecretString) -> Result<(), Error> {
        self.confirm_password(user, old).await?;
        let row = query!(self.store().db(), "read a person", |db| one(db, user).await)?;
        let hash = self.hash(new, &row.email).await?;
        let now = row::instant(self.store().now());
        transaction!(self.store().db(), "change password", |tx| {
            replace_password(tx, &row, &hash, now).await?;
            let who = Actor::User(user.clone());
            self.audit(tx, Entry::new(Action::UserPassword, format!("user:{user}")).by_known(&who)).await
        })
    }

    /// Whether whoever is signed in knows the password, asked before what only they may do. Tries count as sign-ins do.
    ///
    /// # Errors
    /// [`Error::ProofRefused`] when it is wrong, [`Error::LockedOut`] after too many tries.
    pub async fn confirm_password(&self, user: &UserId, password: SecretString) -> Result<(), Error> {
        let turn = self.password_turn().await?;
        let now = self.store().now();
        let row = query!(self.store().db(), "read a person", |db| {
            let row = one(db, user).await?;
            open_to(db, &row.email, now).await?;
            Ok(row)
        })?;
        let hash = (!row.password_hash.is_empty()).then(|| row.password_hash.clone());
        let right = self.password_work(move || password::verify(&password, hash.as_deref())).await?;
        transaction!(self.store().db(), "count a try", |tx| {
            count_attempt(tx, &row.email, now).await?;
            if right {
                return forget_failures(tx, &row.email).await;
            }
            let who = Actor::User(user.clone());
            self.audit(tx, not_proven(&format!("user:{user}"), "password asked again").by_known(&who)).await
        })?;
        drop(turn);
        if right { Ok(()) } else { Err(Error::ProofRefused) }
    }

    /// Appends that a sign-in was refused. Attempts during a lockout are not told one by one, so that nobody fills the log with them; the
    /// refusal that locks the address says so. An address nobody has is not kept readable.
    async fn refused(
        &self,
        tx: &impl ConnectionTrait,
        email: &str,
        user: Option<&users::Model>,
        locked_until: Option<Timestamp>,
        origin: &Origin,
    ) -> Result<(), Fail> {
        let resource = user.map_or_else(|| address(email), |user| format!("user:{}", user.id));
        let after = locked_until.map_or(serde_json::Value::Null, |until| json!({ "locked_until": until.to_string() }));
        let entry = Entry::new(Action::SessionOpen, resource).outcome(Outcome::Refused).by_unknown().from(origin);
        self.audit(tx, entry.after(after)).await
    }

    /// Appends that nobody knows who did not prove who they are.
    pub(super) async fn not_let_in(
        &self,
        tx: &impl ConnectionTrait,
        resource: &str,
        origin: &Origin,
        why: &str,
    ) -> Result<(), Fail> {
        self.audit(tx, not_proven(resource, why).by_unknown().from(origin)).await
    }

    pub(super) async fn hash(&self, password: SecretString, email: &str) -> Result<String, Error> {
        let (email, breached) = (email.to_owned(), self.store().breached().cloned());
        self.off_thread(move || {
            password::check_rules(&password, &[&email], breached.as_ref())?;
            password::hash(&password)
        })
        .await
    }

    /// Runs costly password work off the async threads, a few at a time.
    async fn off_thread<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
        let _turn = self.password_turn().await?;
        self.password_work(work).await
    }

    /// A turn to do costly password work. Whoever checks a password keeps it until the answer is decided, so that few guesses are under way.
    async fn password_turn(&self) -> Result<SemaphorePermit<'_>, Error> {
        self.store().password_checks().acquire().await.map_err(|error| ended(&error))
    }

    async fn password_work<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
        self.store().count_password_work();
        tokio::task::spawn_blocking(work).await.map_err(|error| ended(&error))?
    }
}

fn ended(error: &impl ToString) -> Error {
    Error::Crypto { doing: "check a password", why: error.to_string() }
}

/// That somebody did not prove who they are.
fn not_proven<'a>(resource: &'a str, why: &str) -> Entry<'a> {
    Entry::new(Action::SessionOpen, resource).outcome(Outcome::Refused).after(json!({ "why": why }))
}

/// Refuses while the address is locked out; else finds whose it is.
async fn open_to(db: &impl ConnectionTrait, email: &str, now: Timestamp) -> Result<Option<users::Model>, Fail> {
    not_locked(db, email, now).await?;
    Ok(by_email(db, email).await?)
}

/// What is known of failures of an address, unless it is locked out.
async fn not_locked(db: &impl ConnectionTrait, email: &str, now: Timestamp) -> Result<Option<sign_in_failures::Model>, Fail> {
    let known = sign_in_failures::Entity::find_by_id(email_hash(email)).one(db).await?;
    match row::to_instant_opt(known.as_ref().and_then(|row| row.locked_until))? {
        Some(until) if until > now => {
            let retry_after = Duration::try_from(until.duration_since(now)).unwrap_or(limits::LOCKOUT_MAX);
            Err(Error::LockedOut { until, retry_after }.into())
        }
        _ => Ok(known),
    }
}

/// Refuses while the address is locked out; else counts the attempt as failed (success takes it back) and answers until when that locks it.
async fn count_attempt(tx: &impl ConnectionTrait, email: &str, now: Timestamp) -> Result<Option<Timestamp>, Fail> {
    use sign_in_failures::{Column, Entity, Model};
    let known = not_locked(tx, email, now).await?;
    let forgotten = row::instant(now.saturating_sub(limits::LOCKOUT_MEMORY).unwrap_or(Timestamp::MIN));
    let failures = 1 + known.filter(|row| row.last_at > forgotten).map_or(0, |row| row.failures);
    let locked_until = lockout(failures).map(|pause| row::after(now, pause));
    let model =
        Model { email_hash: email_hash(email), failures, last_at: row::instant(now), locked_until: locked_until.map(row::instant) };
    let replace =
        OnConflict::column(Column::EmailHash).update_columns([Column::Failures, Column::LastAt, Column::LockedUntil]).to_owned();
    Entity::insert(model.into_active_model()).on_conflict(replace).exec_without_returning(tx).await?;

    let oldest_kept = Entity::find().order_by_desc(Column::LastAt).offset(limits::LOCKOUT_ADDRESSES).limit(1).one(tx).await?;
    let drop_before = oldest_kept.map_or(forgotten, |row| row.last_at.max(forgotten));
    Entity::delete_many().filter(Column::LastAt.lte(drop_before)).exec(tx).await?;
    Ok(locked_until)
}

pub(super) async fn forget_failures(tx: &impl ConnectionTrait, email: &str) -> Result<(), Fail> {
    sign_in_failures::Entity::delete_by_id(email_hash(email)).exec(tx).await?;
    Ok(())
}

/// How long the address is locked out after so many failures in a row.
fn lockout(failures: i64) -> Option<Duration> {
    let beyond = u32::try_from(failures.checked_sub(i64::from(limits::FREE_SIGN_IN_FAILURES))?).ok()?;
    Some(limits::LOCKOUT_FIRST.saturating_mul(2_u32.saturating_pow(beyond)).min(limits::LOCKOUT_MAX))
}

/// How the log names an address nobody has.
pub(super) fn address(email: &str) -> String {
    format!("address:{}", &email_hash(email)[..16])
}

/// Addresses that were only tried are not kept readable.
pub(super) fn email_hash(email: &str) -> String {
    blake3::hash(email.as_bytes()).to_hex().to_string()
}

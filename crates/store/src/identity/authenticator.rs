//! Codes of authenticator apps (TOTP, RFC 6238: six digits, 30 seconds, SHA-1, which is what all apps understand) and the recovery codes
//! for a lost device. A code counts once, and one step early or late.

use super::user::one;
use crate::{
    Error, System,
    audit::{Action, Entry},
    db::{Fail, query, transaction},
    entity::{authenticators, recovery_codes},
    row,
    vault::{INSTALLATION, erase_secret, random, read_secret, unlocked, write_secret},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use secrecy::{ExposeSecret, SecretString};
use totp_rs::{Algorithm, Builder, Secret, Totp};
use trimtab_domain::{Actor, id::UserId};
use zeroize::Zeroizing;

const RECOVERY_CODES: usize = 10;

/// What an authenticator app is shown to begin with.
#[derive(Debug)]
pub struct Enrolment {
    /// The secret, to type in.
    pub secret: SecretString,
    /// The same as an `otpauth:` address, to scan.
    pub url: SecretString,
}

impl System<'_> {
    /// Makes a secret for somebody's authenticator app. It counts once they confirmed it with a code.
    ///
    /// # Errors
    /// [`Error::Conflict`] when they have one already.
    pub async fn enrol_authenticator(&self, user: &UserId) -> Result<Enrolment, Error> {
        use authenticators::{Column, Entity, Model};
        let agency = self.agency().await?.unwrap_or_else(|| "Trimtab".to_owned());
        let row = query!(self.store().db(), "read a person", |db| one(db, user).await)?;
        let bytes = Zeroizing::new(random::<20>("make an authenticator's secret")?);
        let secret = SecretString::from(Secret::new(bytes.to_vec().into_boxed_slice()).to_base32());
        let now = row::instant(self.store().now());
        let model = Model { user_id: user.to_string(), made_at: now, confirmed_at: None, last_step: 0 };
        unlocked!(
            self.store(),
            transaction!(self.store().db(), "enrol an authenticator", |tx| {
                if Entity::find_by_id(user.as_str()).one(tx).await?.is_some_and(|known| known.confirmed_at.is_some()) {
                    return Err(Error::Conflict("there is an authenticator app already: remove it first".to_owned()).into());
                }
                let replace = OnConflict::column(Column::UserId)
                    .update_columns([Column::MadeAt, Column::ConfirmedAt, Column::LastStep])
                    .to_owned();
                Entity::insert(model.clone().into_active_model()).on_conflict(replace).exec_without_returning(tx).await?;
                write_secret(tx, self.store(), INSTALLATION, &secret_name(user), &secret).await?;
                self.audit(tx, Entry::new(Action::FactorBegin, format!("authenticator:{user}"))).await
            })
        )?;
        let url = url(&agency, &row.email, &secret);
        Ok(Enrolment { secret, url })
    }

    /// Confirms the app with a code it shows. Answers recovery codes, shown once.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is nothing to confirm, [`Error::ProofRefused`] for a wrong code.
    pub async fn confirm_authenticator(&self, user: &UserId, code: &SecretString) -> Result<Vec<SecretString>, Error> {
        use authenticators::{Column, Entity};
        let codes = recovery()?;
        let hashes: Vec<String> = codes.iter().map(|code| code_hash(user, code)).collect();
        let now = row::instant(self.store().now());
        unlocked!(
            self.store(),
            transaction!(self.store().db(), "confirm an authenticator", |tx| {
                self.use_code(tx, user, code, false).await?;
                let update = Entity::update_many().col_expr(Column::ConfirmedAt, Expr::value(now));
                update.filter(Column::UserId.eq(user.as_str())).exec(tx).await?;
                recovery_codes::Entity::delete_many().filter(recovery_codes::Column::UserId.eq(user.as_str())).exec(tx).await?;
                let models = hashes.iter().map(|hash| recovery_codes::Model { user_id: user.to_string(), code_hash: hash.clone() });
                let models = models.map(IntoActiveModel::into_active_model);
                recovery_codes::Entity::insert_many(models).exec_without_returning(tx).await?;
                self.audit(tx, Entry::new(Action::FactorAdd, format!("authenticator:{user}"))).await
            })
        )?;
        Ok(codes)
    }

    /// Removes somebody's authenticator app and recovery codes; nothing where there are none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_authenticator(&self, user: &UserId) -> Result<(), Error> {
        transaction!(self.store().db(), "remove an authenticator", |tx| {
            let gone = authenticators::Entity::delete_by_id(user.as_str()).exec(tx).await?;
            recovery_codes::Entity::delete_many().filter(recovery_codes::Column::UserId.eq(user.as_str())).exec(tx).await?;
            erase_secret(tx, INSTALLATION, &secret_name(user)).await?;
            if gone.rows_affected > 0 {
                self.audit(tx, Entry::new(Action::FactorRemove, format!("authenticator:{user}"))).await?;
            }
            Ok(())
        })
    }

    /// How many recovery codes somebody has left; `None` without an authenticator app.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recovery_codes_left(&self, user: &UserId) -> Result<Option<u64>, Error> {
        query!(self.store().db(), "count recovery codes", |db| {
            let app = authenticators::Entity::find_by_id(user.as_str()).one(db).await?;
            if app.is_none_or(|app| app.confirmed_at.is_none()) {
                return Ok(None);
            }
            let own = recovery_codes::Entity::find().filter(recovery_codes::Column::UserId.eq(user.as_str()));
            Ok(Some(own.count(db).await?))
        })
    }

    /// Checks a code and uses its step up, so that whoever saw it cannot use it again.
    pub(super) async fn use_code(
        &self,
        tx: &impl ConnectionTrait,
        user: &UserId,
        code: &SecretString,
        confirmed: bool,
    ) -> Result<(), Fail> {
        use authenticators::{Column, Entity};
        let seconds = u64::try_from(self.store().now().as_second()).unwrap_or_default();
        let code = SecretString::from(code.expose_secret().chars().filter(|c| !c.is_whitespace()).collect::<String>());
        if code.expose_secret().len() != 6 || !code.expose_secret().bytes().all(|b| b.is_ascii_digit()) {
            return Err(Error::ProofRefused.into());
        }
        let row = Entity::find_by_id(user.as_str()).one(tx).await?;
        let row = row.filter(|row| row.confirmed_at.is_some() == confirmed).ok_or(Error::ProofRefused)?;
        let secret = self.secret_of(tx, user).await?;
        let step = totp(&secret)?.check(code.expose_secret(), seconds).and_then(|step| i64::try_from(step).ok());
        let step = step.filter(|step| *step > row.last_step).ok_or(Error::ProofRefused)?;
        let update = Entity::update_many().col_expr(Column::LastStep, Expr::value(step));
        update.filter(Column::UserId.eq(user.as_str())).exec(tx).await?;
        Ok(())
    }

    async fn secret_of(&self, db: &impl ConnectionTrait, user: &UserId) -> Result<SecretString, Fail> {
        let secret = read_secret(db, self.store(), INSTALLATION, &secret_name(user)).await?;
        Ok(secret.ok_or_else(|| Error::not_found("authenticator", user))?)
    }

    pub(super) async fn use_recovery_code(
        &self,
        tx: &impl ConnectionTrait,
        user: &UserId,
        code: &SecretString,
    ) -> Result<(), Fail> {
        let gone = recovery_codes::Entity::delete_by_id((user.to_string(), code_hash(user, code))).exec(tx).await?;
        if gone.rows_affected == 0 {
            return Err(Error::ProofRefused.into());
        }
        let who = Actor::User(user.clone());
        self.audit(tx, Entry::new(Action::FactorRemove, format!("recovery_code:{user}")).by_known(&who)).await
    }

    /// For tests and for whoever must prove that codes work: the code an app would show now.
    #[doc(hidden)]
    pub async fn code_now(&self, user: &UserId) -> Result<SecretString, Error> {
        let secret =
            unlocked!(self.store(), query!(self.store().db(), "read an authenticator", |db| self.secret_of(db, user).await))?;
        let seconds = u64::try_from(self.store().now().as_second()).unwrap_or_default();
        Ok(SecretString::from(totp(&secret)?.generate(seconds).to_string()))
    }
}

/// What the vault calls somebody's secret.
fn secret_name(user: &UserId) -> String {
    format!("authenticator:{user}")
}

fn totp(secret: &SecretString) -> Result<Totp, Error> {
    let bad = |why: String| Error::Crypto { doing: "read an authenticator's secret", why };
    let secret = Secret::try_from_base32(secret.expose_secret()).map_err(|error| bad(error.to_string()))?;
    let builder =
        Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_skew(1).with_step_duration(30).with_secret(secret);
    builder.build().map_err(|error| bad(error.to_string()))
}

/// The address apps scan, `otpauth://totp/Agency:ada@example.org?secret=…&issuer=Agency`.
fn url(agency: &str, email: &str, secret: &SecretString) -> SecretString {
    let part = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
    let agency = part(&agency.replace(':', " "));
    SecretString::from(format!("otpauth://totp/{agency}:{}?secret={}&issuer={agency}", part(email), secret.expose_secret()))
}

/// Codes of 50 random bits each, as `xxxxx-xxxxx`, without letters that look alike.
fn recovery() -> Result<Vec<SecretString>, Error> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    (0..RECOVERY_CODES)
        .map(|_| {
            let bytes = Zeroizing::new(random::<10>("make a recovery code")?);
            let mut text: String = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect();
            text.insert(5, '-');
            Ok(SecretString::from(text))
        })
        .collect()
}

/// Recovery codes are guessable by nobody who has five tries; a copy of the database must not tell them either, hence the slow work of
/// the person's id and a keyed context: 50 random bits behind it.
fn code_hash(user: &UserId, code: &SecretString) -> String {
    let plain: String = code.expose_secret().chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let key = blake3::derive_key("trimtab 2026 recovery codes", user.as_str().as_bytes());
    blake3::keyed_hash(&key, plain.as_bytes()).to_hex().to_string()
}

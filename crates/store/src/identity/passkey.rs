//! Passkeys (WebAuthn): a second factor, or the whole of signing in. The person must be verified by their device, and a credential whose
//! counter goes back was copied and is refused.

use super::{
    challenge::{Answered, use_up},
    session::{Method, Tokens},
    user::one,
    user_id,
};
use crate::{
    Error, System,
    audit::{Action, Entry},
    db::{Fail, query, transaction},
    entity::passkeys::{Column, Entity, Model},
    limits, row,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use secrecy::SecretString;
use serde_json::{Value, json};
use trimtab_domain::{
    Origin, Timestamp,
    id::{PasskeyId, UserId},
};
use url::Url;
use webauthn_rs::{
    Webauthn, WebauthnBuilder,
    prelude::{
        Passkey as Credential, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Uuid,
    },
};

const REGISTER: &str = "passkey registration";
const ALONE: &str = "passkey";

/// Who asks for passkeys: they are bound to the site.
#[derive(Debug, Clone)]
pub struct RelyingParty(std::sync::Arc<Webauthn>);

/// Somebody's passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Its id.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// When it was made (UTC).
    pub made_at: Timestamp,
    /// When it was last used (UTC).
    pub used_at: Option<Timestamp>,
}

impl RelyingParty {
    /// The site at an address, as people type it into their browser.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address passkeys do not work on: they need https, or localhost.
    pub fn new(site: &Url) -> Result<Self, Error> {
        let bad = || Error::Invalid(format!("passkeys do not work on {site}: they need https and a name, or localhost"));
        let host = site.domain().ok_or_else(bad)?;
        let built = WebauthnBuilder::new(host, site).and_then(|builder| builder.rp_name("Trimtab").build());
        Ok(Self(std::sync::Arc::new(built.map_err(|_| bad())?)))
    }
}

impl System<'_> {
    /// What to ask a browser for to make a passkey, and the challenge that comes back with it.
    ///
    /// # Errors
    /// [`Error::Invalid`] with too many passkeys.
    pub async fn enrol_passkey(&self, user: &UserId, party: &RelyingParty) -> Result<(SecretString, Value), Error> {
        let (row, known) = query!(self.store().db(), "read a person's passkeys", |db| {
            let row = one(db, user).await?;
            Ok((row, Entity::find().filter(Column::UserId.eq(user.as_str())).all(db).await?))
        })?;
        if known.len() >= limits::PASSKEYS_PER_USER {
            return Err(Error::Invalid(format!("there are {} passkeys already: remove one first", known.len())));
        }
        let known = known.iter().map(credential).collect::<Result<Vec<_>, _>>()?;
        let known = known.iter().map(|credential| credential.cred_id().clone()).collect();
        let shown = if row.name.is_empty() { &row.email } else { &row.name };
        let started = party.0.start_passkey_registration(handle(user), &row.email, shown, Some(known));
        let (options, state) = started.map_err(|error| crypto(&error))?;
        let body = serde_json::to_string(&state).map_err(|error| row::bad("challenge", error))?;
        let token = self.ask(REGISTER, Some(user), body).await?;
        Ok((token, json(&options)?))
    }

    /// Keeps the passkey a browser made.
    ///
    /// # Errors
    /// [`Error::ChallengeOver`]; [`Error::ProofRefused`] for an answer that does not fit.
    pub async fn add_passkey(
        &self,
        user: &UserId,
        party: &RelyingParty,
        challenge: &SecretString,
        name: &str,
        answer: &Value,
    ) -> Result<Passkey, Error> {
        let name = super::user::checked_name(name)?;
        let Answered { user: asked, body } = self.answered(REGISTER, challenge).await?;
        if asked.as_ref() != Some(user) {
            return Err(Error::ChallengeOver);
        }
        let state: PasskeyRegistration = serde_json::from_str(&body).map_err(|_| Error::ChallengeOver)?;
        let answer: RegisterPublicKeyCredential = serde_json::from_value(answer.clone()).map_err(|_| Error::ProofRefused)?;
        let made = party.0.finish_passkey_registration(&answer, &state).map_err(|error| refused(&error))?;
        let model = Model {
            id: PasskeyId::fresh(self.store().ids()).to_string(),
            credential: URL_SAFE_NO_PAD.encode(made.cred_id()),
            user_id: user.to_string(),
            name: if name.is_empty() { "Passkey".to_owned() } else { name },
            body: serde_json::to_string(&made).map_err(|error| row::bad("passkey", error))?,
            made_at: row::instant(self.store().now()),
            used_at: None,
        };
        transaction!(self.store().db(), "add a passkey", |tx| {
            if Entity::find().filter(Column::Credential.eq(&model.credential)).count(tx).await? > 0 {
                return Err(Error::Conflict("this passkey is in use already".to_owned()).into());
            }
            Entity::insert(model.clone().into_active_model()).exec_without_returning(tx).await?;
            let entry = Entry::new(Action::FactorAdd, format!("passkey:{}", model.id));
            self.audit(tx, entry.after(json!({ "user": model.user_id, "name": model.name }))).await
        })?;
        passkey(model)
    }

    /// Somebody's passkeys, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn passkeys(&self, user: &UserId) -> Result<Vec<Passkey>, Error> {
        let rows = query!(self.store().db(), "list passkeys", |db| {
            let own = Entity::find().filter(Column::UserId.eq(user.as_str()));
            Ok(own.order_by_asc(Column::MadeAt).order_by_asc(Column::Id).all(db).await?)
        })?;
        rows.into_iter().map(passkey).collect()
    }

    /// Removes one of somebody's passkeys; one that is not theirs is not found.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn remove_passkey(&self, user: &UserId, id: &PasskeyId) -> Result<(), Error> {
        transaction!(self.store().db(), "remove a passkey", |tx| {
            let own = Entity::delete_many().filter(Column::UserId.eq(user.as_str())).filter(Column::Id.eq(id.as_str()));
            if own.exec(tx).await?.rows_affected == 0 {
                return Err(Error::not_found("passkey", id).into());
            }
            self.audit(tx, Entry::new(Action::FactorRemove, format!("passkey:{id}")).before(json!({ "user": user.as_str() }))).await
        })
    }

    /// What to ask a browser for to sign somebody in by passkey alone. An address nobody has, or that has no passkey, is asked for
    /// one that does not exist, always the same, so that the answer does not tell which addresses exist.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_for_passkey(&self, email: &str, party: &RelyingParty) -> Result<(SecretString, Value), Error> {
        let email = super::password::normalise_email(email).unwrap_or_default();
        let user = self.able(&email).await?.map(|user| user_id(&user.id)).transpose()?;
        if let Some(user) = &user
            && let Some((options, state)) = self.ask_passkey(user, party).await?
        {
            let token = self.ask(ALONE, Some(user), state.to_string()).await?;
            return Ok((token, options));
        }
        let token = self.ask(ALONE, None, "null".to_owned()).await?;
        let made_up = self.store().cursor_key().await?.derived("trimtab 2026 passkeys that are not", &email);
        let challenge = crate::vault::random::<32>("make a challenge")?;
        let options = serde_json::json!({ "publicKey": {
            "challenge": URL_SAFE_NO_PAD.encode(challenge),
            "timeout": 300_000,
            "rpId": party.0.get_allowed_origins().first().and_then(Url::domain),
            "allowCredentials": [{ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(made_up) }],
            "userVerification": "required",
            "extensions": { "uvm": true },
        }});
        Ok((token, options))
    }

    /// Signs in with a passkey alone; it stands for both factors.
    ///
    /// # Errors
    /// [`Error::ChallengeOver`]; [`Error::ProofRefused`].
    pub async fn sign_in_with_passkey(
        &self,
        party: &RelyingParty,
        challenge: &SecretString,
        answer: &Value,
        origin: &Origin,
    ) -> Result<Tokens, Error> {
        let proven = transaction!(self.store().db(), "sign in with a passkey", |tx| {
            let Answered { user, body } = self.asked(tx, ALONE, challenge).await?;
            use_up(tx, challenge).await?;
            // Told for nobody's address as well, so that the time it takes does not tell which addresses exist.
            let Some(id) = user else {
                self.not_let_in(tx, "address:unknown", origin, "passkey").await?;
                return Ok(None);
            };
            let asked = serde_json::from_str(&body).map_err(|_| Error::ChallengeOver)?;
            match self.use_passkey(tx, &id, party, state(asked)?, answer).await {
                Ok(()) => Ok(Some(one(tx, &id).await?)),
                Err(Fail::Ours(Error::ProofRefused)) => {
                    self.not_let_in(tx, &format!("user:{id}"), origin, "passkey").await?;
                    Ok(None)
                }
                Err(fail) => Err(fail),
            }
        })?;
        self.open_session(&proven.ok_or(Error::ProofRefused)?, Method::Passkey, origin).await
    }

    /// Options and state for somebody's passkeys; `None` when they have none.
    pub(super) async fn ask_passkey(&self, user: &UserId, party: &RelyingParty) -> Result<Option<(Value, Value)>, Error> {
        let rows = query!(self.store().db(), "list passkeys", |db| {
            Ok(Entity::find().filter(Column::UserId.eq(user.as_str())).order_by_asc(Column::MadeAt).all(db).await?)
        })?;
        if rows.is_empty() {
            return Ok(None);
        }
        let credentials = rows.iter().map(credential).collect::<Result<Vec<_>, _>>()?;
        let (options, state) = party.0.start_passkey_authentication(&credentials).map_err(|error| crypto(&error))?;
        Ok(Some((json(&options)?, json(&state)?)))
    }

    /// Checks a browser's answer and moves the credential's counter on.
    pub(super) async fn use_passkey(
        &self,
        tx: &impl ConnectionTrait,
        user: &UserId,
        party: &RelyingParty,
        state: PasskeyAuthentication,
        answer: &Value,
    ) -> Result<(), Fail> {
        let answer: PublicKeyCredential = serde_json::from_value(answer.clone()).map_err(|_| Error::ProofRefused)?;
        let result = party.0.finish_passkey_authentication(&answer, &state).map_err(|error| refused(&error))?;
        let id = URL_SAFE_NO_PAD.encode(result.cred_id());
        let now = row::instant(self.store().now());
        let row = Entity::find().filter(Column::Credential.eq(&id)).one(tx).await?;
        let row = row.filter(|row| user.as_str() == row.user_id).ok_or(Error::ProofRefused)?;
        let mut known = credential(&row)?;
        known.update_credential(&result).ok_or(Error::ProofRefused)?;
        let body = serde_json::to_string(&known).map_err(|error| row::bad("passkey", error))?;
        let update = Entity::update_many().col_expr(Column::Body, Expr::value(body)).col_expr(Column::UsedAt, Expr::value(now));
        update.filter(Column::Id.eq(&row.id)).exec(tx).await?;
        Ok(())
    }
}

pub(super) fn state(value: Value) -> Result<PasskeyAuthentication, Error> {
    serde_json::from_value(value).map_err(|_| Error::ChallengeOver)
}

/// What browsers know somebody by; says nothing of them.
fn handle(user: &UserId) -> Uuid {
    let digest = blake3::derive_key("trimtab 2026 passkey user handle", user.as_str().as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Uuid::from_bytes(bytes)
}

fn credential(row: &Model) -> Result<Credential, Error> {
    serde_json::from_str(&row.body).map_err(|_| row::bad("passkey", &row.id))
}

fn json(value: &impl serde::Serialize) -> Result<Value, Error> {
    serde_json::to_value(value).map_err(|error| row::bad("passkey", error))
}

fn crypto(error: &webauthn_rs::prelude::WebauthnError) -> Error {
    Error::Crypto { doing: "ask for a passkey", why: error.to_string() }
}

fn refused(error: &webauthn_rs::prelude::WebauthnError) -> Error {
    tracing::debug!(%error, "a passkey's answer was refused");
    Error::ProofRefused
}

fn passkey(row: Model) -> Result<Passkey, Error> {
    Ok(Passkey {
        id: PasskeyId::parse(&row.id).map_err(|_| row::bad("passkey id", &row.id))?,
        name: row.name,
        made_at: row::to_instant(row.made_at)?,
        used_at: row::to_instant_opt(row.used_at)?,
    })
}

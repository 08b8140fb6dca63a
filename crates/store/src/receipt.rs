//! Requests that may come twice and count once.
//!
//! A client that does not know whether its request arrived sends it again with the same key. What it was answered is kept in the same
//! transaction as what it wrote, so the two are there together or not at all: whoever is killed in between has the answer, and nothing is
//! done twice. Two of the same at one moment collide at the row's key, and one of them is undone as a whole.
//!
//! The receipt travels beside the call instead of through it ([`Receipt::over`]), since what lies between the layer that knows how an
//! answer looks and the transaction has no part in it. A write offers its outcome ([`keep`]); the receipt that was made for outcomes of
//! that type takes it, and every other write passes by. Work handed to a task of its own has no receipt.
//!
//! The answer is sealed under the client's key, of which only a hash is stored: a copy of the database opens none, even where the answer
//! held a secret shown once.

use crate::{
    Error, Store, System,
    db::{Door, Fail, query, transaction},
    entity::receipts::{Column, Entity, Model},
    limits, row,
    vault::random,
};
use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use std::{
    any::Any,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};
use trimtab_domain::{Actor, Timestamp, access::Scope, id::TenantId};
use zeroize::Zeroizing;

const NONCE_BYTES: usize = 12;

tokio::task_local! {
    /// The receipt of the request under way in this task.
    static CURRENT: Receipt;
}

/// What tells a request from others: whose it is, by which key, and what it asks for. Prints nothing of the key.
#[derive(Clone)]
pub struct RequestKey {
    tenant: String,
    actor: String,
    key_hash: String,
    request_hash: String,
    seal: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestKey({}…)", self.key_hash.get(..8).unwrap_or_default())
    }
}

impl RequestKey {
    /// A request of `actor` in `scope`; `asked` names what it asks for, equally each time. Keys of others never meet it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a key that is too short or long, or is not plain visible text.
    pub fn new(scope: &Scope, actor: &Actor, key: &str, asked: &[u8; 32]) -> Result<Self, Error> {
        let (least, most) = (limits::RECEIPT_KEY_MIN, limits::RECEIPT_KEY_MAX);
        if !(least..=most).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::Invalid(format!("a key has {least} to {most} visible ASCII characters: use a random UUID")));
        }
        let (tenant, actor) = (scope.tenant().map_or("", TenantId::as_str).to_owned(), actor.to_string());
        // Neither tenants nor actors nor keys hold a line feed.
        let whole = Zeroizing::new(format!("{tenant}\n{actor}\n{key}"));
        let hash = blake3::derive_key("trimtab 2026 request keys", whole.as_bytes());
        let seal = Zeroizing::new(blake3::derive_key("trimtab 2026 kept answers", whole.as_bytes()));
        let key_hash = blake3::Hash::from_bytes(hash).to_hex().to_string();
        Ok(Self { tenant, actor, key_hash, request_hash: blake3::Hash::from_bytes(*asked).to_hex().to_string(), seal })
    }

    /// Names the key among those of everybody, and tells nothing of it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.key_hash
    }

    fn door<'a>(&'a self, store: &'a Store) -> Door<'a> {
        if self.tenant.is_empty() { store.db() } else { store.db_of(&self.tenant) }
    }

    fn row(&self) -> (String, String, String) {
        (self.tenant.clone(), self.actor.clone(), self.key_hash.clone())
    }

    fn seal(&self, answer: &Answer) -> Result<Vec<u8>, Error> {
        let failed = |why: String| Error::Crypto { doing: "seal an answer", why };
        let plain = Zeroizing::new(serde_json::to_vec(answer).map_err(|error| failed(error.to_string()))?);
        let nonce: [u8; NONCE_BYTES] = random("make a nonce")?;
        let payload = Payload { msg: &plain, aad: self.request_hash.as_bytes() };
        let sealed = Aes256Gcm::new((&*self.seal).into()).encrypt(&nonce.into(), payload);
        Ok([nonce.as_slice(), &sealed.map_err(|error| failed(error.to_string()))?].concat())
    }

    fn open(&self, sealed: &[u8]) -> Option<Answer> {
        let (nonce, cipher) = sealed.split_at_checked(NONCE_BYTES)?;
        let nonce = <[u8; NONCE_BYTES]>::try_from(nonce).ok()?;
        let payload = Payload { msg: cipher, aad: self.request_hash.as_bytes() };
        let plain = Aes256Gcm::new((&*self.seal).into()).decrypt(&nonce.into(), payload).ok().map(Zeroizing::new)?;
        serde_json::from_slice(&plain).ok()
    }
}

/// What a request was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, JSON or nothing.
    pub body: String,
}

/// What is known of a request that came with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Earlier {
    /// It was done before, and this was the answer.
    Same(Answer),
    /// The key was used for something else.
    Other,
}

type Shape = dyn Fn(&dyn Any) -> Option<Answer> + Send + Sync;

/// What is to be kept of one request, and how its outcome becomes an answer. Cheap to clone.
#[derive(Clone)]
pub struct Receipt(Arc<Inner>);

struct Inner {
    request: RequestKey,
    shape: Box<Shape>,
    kept: Arc<Mutex<Option<Answer>>>,
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Receipt").field(&self.0.request).finish()
    }
}

impl Receipt {
    /// A receipt for the write whose outcome is a `T`. `shape` may be asked more than once, since a write may be tried again.
    pub fn new<T: Any>(request: RequestKey, shape: impl Fn(&T) -> Answer + Send + Sync + 'static) -> Self {
        let shape: Box<Shape> = Box::new(move |outcome: &dyn Any| outcome.downcast_ref().map(&shape));
        Self(Arc::new(Inner { request, shape, kept: Arc::default() }))
    }

    /// Does the work of the request.
    pub async fn over<F: Future>(&self, work: F) -> F::Output {
        CURRENT.scope(self.clone(), work).await
    }

    /// What was kept; `None`: nothing that waits for this receipt was written.
    #[must_use]
    pub fn kept(&self) -> Option<Answer> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Does work whose write has another outcome than the one the receipt of this request was made for: `see` makes that one of it.
    pub async fn seen_as<T: Any, W: Any, F: Future>(see: impl Fn(&W) -> T + Send + Sync + 'static, work: F) -> F::Output {
        let Ok(outer) = CURRENT.try_with(Clone::clone) else { return work.await };
        let (request, kept) = (outer.0.request.clone(), Arc::clone(&outer.0.kept));
        let shape: Box<Shape> = Box::new(move |outcome: &dyn Any| (outer.0.shape)(&see(outcome.downcast_ref()?)));
        CURRENT.scope(Self(Arc::new(Inner { request, shape, kept })), work).await
    }

    fn answer(&self, outcome: &dyn Any) -> Option<Answer> {
        (self.0.shape)(outcome)
    }

    fn note(&self, answer: Answer) {
        *self.0.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
    }
}

/// Offers a write's outcome to the receipt of the request, within the write's transaction.
pub(crate) async fn keep(tx: &impl ConnectionTrait, store: &Store, outcome: &(impl Any + Sync)) -> Result<(), Fail> {
    let Ok(receipt) = CURRENT.try_with(Clone::clone) else { return Ok(()) };
    let Some(answer) = receipt.answer(outcome) else { return Ok(()) };
    let (request, now) = (&receipt.0.request, store.now());
    Entity::delete_by_id(request.row()).filter(Column::KeptAt.lte(over_by(now))).exec(tx).await?;
    if Entity::find_by_id(request.row()).one(tx).await?.is_some() {
        return Err(Error::UnderWay.into());
    }
    let model = Model {
        tenant: request.tenant.clone(),
        actor: request.actor.clone(),
        key_hash: request.key_hash.clone(),
        request_hash: request.request_hash.clone(),
        sealed_answer: request.seal(&answer)?,
        kept_at: row::instant(now),
    };
    Entity::insert(model.into_active_model()).exec_without_returning(tx).await?;
    receipt.note(answer);
    Ok(())
}

impl Store {
    /// What is known of a request.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn earlier(&self, request: &RequestKey) -> Result<Option<Earlier>, Error> {
        let over = over_by(self.now());
        let found = query!(request.door(self), "look for a request", |db| {
            Ok(Entity::find_by_id(request.row()).filter(Column::KeptAt.gt(over)).one(db).await?)
        })?;
        let Some(found) = found else { return Ok(None) };
        if found.request_hash != request.request_hash {
            return Ok(Some(Earlier::Other));
        }
        let answer = request.open(&found.sealed_answer).ok_or_else(|| row::bad("kept answer", &found.key_hash))?;
        Ok(Some(Earlier::Same(answer)))
    }

    /// Offers the outcome of work that has no write of its own to be kept with: work that may be done again without harm.
    ///
    /// # Errors
    /// [`Error::UnderWay`] when the same was done at the same moment.
    pub async fn keep_outcome(&self, outcome: &(impl Any + Sync)) -> Result<(), Error> {
        let Ok(receipt) = CURRENT.try_with(Clone::clone) else { return Ok(()) };
        transaction!(receipt.0.request.door(self), "keep an answer", |tx| keep(tx, self, outcome).await)
    }

    /// Keeps another answer in the place of the one that was kept with the write, for what came of it afterwards.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn amend_outcome(&self, outcome: &(impl Any + Sync)) -> Result<(), Error> {
        let Ok(receipt) = CURRENT.try_with(Clone::clone) else { return Ok(()) };
        let Some(answer) = receipt.answer(outcome).filter(|_| receipt.kept().is_some()) else { return Ok(()) };
        let request = &receipt.0.request;
        let sealed = request.seal(&answer)?;
        let own = Condition::all()
            .add(Column::Tenant.eq(&request.tenant))
            .add(Column::Actor.eq(&request.actor))
            .add(Column::KeyHash.eq(&request.key_hash));
        transaction!(request.door(self), "amend an answer", |tx| {
            Entity::update_many().col_expr(Column::SealedAnswer, Expr::value(sealed.clone())).filter(own.clone()).exec(tx).await?;
            Ok(())
        })?;
        receipt.note(answer);
        Ok(())
    }
}

impl System<'_> {
    /// Lets go of answers that are too old to be asked for, at most [`limits::RECEIPTS_PER_ROUND`]; answers how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_receipts(&self) -> Result<u64, Error> {
        let over = over_by(self.store().now());
        let oldest = Entity::find().filter(Column::KeptAt.lte(over)).order_by_asc(Column::KeptAt).limit(limits::RECEIPTS_PER_ROUND);
        let last = query!(self.store().db(), "look for old answers", |db| {
            Ok(oldest.clone().all(db).await?.into_iter().map(|row| row.kept_at).max())
        })?;
        let Some(last) = last else { return Ok(0) };
        transaction!(self.store().db(), "forget old answers", |tx| {
            Ok(Entity::delete_many().filter(Column::KeptAt.lte(last)).exec(tx).await?.rows_affected)
        })
    }
}

/// The latest instant whose answers are over.
fn over_by(now: Timestamp) -> i64 {
    row::instant(now.saturating_sub(limits::RECEIPT_AGE).unwrap_or(Timestamp::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::id::UserId;

    fn key(scope: &Scope, key: &str, asked: u8) -> Result<RequestKey, Error> {
        let user = UserId::parse("usr_01hzzzzzzzzzzzzzzzzzzzzzzz").ok();
        RequestKey::new(scope, &user.map_or(Actor::Operator, Actor::User), key, &[asked; 32])
    }

    #[test]
    fn a_key_opens_its_own_answer_and_no_other() {
        let (here, there) = (Scope::Agency, Scope::Tenant(TenantId::parse("acme").unwrap()));
        let answer = Answer { status: 201, body: "{\"token\":\"ttk_secret\"}".to_owned() };
        let one = key(&here, "0123456789abcdef", 1).unwrap();
        let sealed = one.seal(&answer).unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains("ttk_secret"));
        assert_eq!(one.open(&sealed), Some(answer));
        for other in [key(&there, "0123456789abcdef", 1), key(&here, "0123456789abcdeg", 1), key(&here, "0123456789abcdef", 2)] {
            assert_eq!(other.unwrap().open(&sealed), None);
        }
        assert!(!format!("{one:?}").contains("0123456789abcdef"));
    }

    #[test]
    fn keys_are_long_enough_and_plain() {
        for bad in ["", "short", "0123456789 abcdef", "0123456789abcdé", "0123456789\nabcdef", &"x".repeat(256)] {
            assert!(key(&Scope::Agency, bad, 1).is_err(), "{bad}");
        }
    }
}

//! Sign-ins and enrolments that are half done: what was asked and must come back answered, once and soon.

use super::token::Kind;
use crate::{
    Error, System,
    db::{Fail, transaction},
    entity::challenges::{Column, Entity, Model},
    limits, row,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use secrecy::SecretString;
use trimtab_domain::id::UserId;

/// A challenge that was answered and is gone.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) user: Option<UserId>,
    pub(super) body: String,
}

impl System<'_> {
    /// Keeps what was asked of somebody; the token comes back with the answer.
    pub(super) async fn ask(&self, purpose: &'static str, user: Option<&UserId>, body: String) -> Result<SecretString, Error> {
        let now = self.store().now();
        let (token, hash) = Kind::Challenge.fresh()?;
        let model = Model {
            token_hash: hash,
            purpose: purpose.to_owned(),
            user_id: user.map(ToString::to_string),
            body,
            failures: 0,
            expires_at: row::instant(row::after(now, limits::CHALLENGE_AGE)),
        };
        transaction!(self.store().db(), "keep a challenge", |tx| {
            Entity::delete_many().filter(Column::ExpiresAt.lte(row::instant(now))).exec(tx).await?;
            Entity::insert(model.clone().into_active_model()).exec_without_returning(tx).await?;
            Ok(())
        })?;
        Ok(token)
    }

    /// What was asked, which is thereby used up.
    pub(super) async fn answered(&self, purpose: &'static str, token: &SecretString) -> Result<Answered, Error> {
        let hash = Kind::Challenge.hash_of(token).ok_or(Error::ChallengeOver)?;
        let now = row::instant(self.store().now());
        let model = transaction!(self.store().db(), "take a challenge", |tx| {
            let model = open(tx, purpose, &hash, now).await?;
            Entity::delete_by_id(&hash).exec(tx).await?;
            Ok(model)
        })?;
        Ok(Answered { user: model.user_id.as_deref().map(super::user_id).transpose()?, body: model.body })
    }

    /// Somebody tries an answer: the try is counted before the answer is looked at, so that parallel guesses all count.
    pub(super) async fn tried(&self, purpose: &'static str, token: &SecretString) -> Result<Answered, Error> {
        let hash = Kind::Challenge.hash_of(token).ok_or(Error::ChallengeOver)?;
        let now = row::instant(self.store().now());
        let model = transaction!(self.store().db(), "count an answer", |tx| {
            let model = open(tx, purpose, &hash, now).await?;
            if model.failures >= i64::from(limits::CHALLENGE_TRIES) {
                return Err(Error::ChallengeOver.into());
            }
            let counted = Expr::col(Column::Failures).add(1);
            Entity::update_many().col_expr(Column::Failures, counted).filter(Column::TokenHash.eq(&hash)).exec(tx).await?;
            Ok(model)
        })?;
        Ok(Answered { user: model.user_id.as_deref().map(super::user_id).transpose()?, body: model.body })
    }
}

async fn open(tx: &impl ConnectionTrait, purpose: &str, hash: &str, now: i64) -> Result<Model, Fail> {
    let model = Entity::find_by_id(hash).one(tx).await?;
    Ok(model.filter(|model| model.purpose == purpose && model.expires_at > now).ok_or(Error::ChallengeOver)?)
}

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
        transaction!(self.store().db(), "take a challenge", |tx| {
            let asked = self.asked(tx, purpose, token).await?;
            use_up(tx, token).await?;
            Ok(asked)
        })
    }

    /// What was asked, where an answer still counts. In the transaction that looks at the answer and counts it, so that of guesses that come
    /// at once each is counted before the next is looked at.
    pub(super) async fn asked(&self, tx: &impl ConnectionTrait, purpose: &str, token: &SecretString) -> Result<Answered, Fail> {
        let now = row::instant(self.store().now());
        let model = Entity::find_by_id(hash_of(token)?).one(tx).await?;
        let open = |model: &Model| {
            model.purpose == purpose && model.expires_at > now && model.failures < i64::from(limits::CHALLENGE_TRIES)
        };
        let model = model.filter(open).ok_or(Error::ChallengeOver)?;
        Ok(Answered { user: model.user_id.as_deref().map(super::user_id).transpose()?, body: model.body })
    }
}

fn hash_of(token: &SecretString) -> Result<String, Error> {
    Kind::Challenge.hash_of(token).ok_or(Error::ChallengeOver)
}

/// Counts an answer that was wrong.
pub(super) async fn count_try(tx: &impl ConnectionTrait, token: &SecretString) -> Result<(), Fail> {
    let counted = Expr::col(Column::Failures).add(1);
    Entity::update_many().col_expr(Column::Failures, counted).filter(Column::TokenHash.eq(hash_of(token)?)).exec(tx).await?;
    Ok(())
}

/// No answer counts any more.
pub(super) async fn use_up(tx: &impl ConnectionTrait, token: &SecretString) -> Result<(), Fail> {
    Entity::delete_by_id(hash_of(token)?).exec(tx).await?;
    Ok(())
}

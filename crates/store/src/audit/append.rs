//! Appending a row behind the head.

use super::{
    Entry,
    chain::{self, BROKEN, GENESIS, Seal},
    entry::Who,
};
use crate::{
    Error, Store,
    db::Fail,
    entity::{
        api_keys,
        audit::{Column, Entity, Model},
        settings, users,
    },
    postgres::over_the_wall,
    row,
    system::put_setting,
};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityTrait, IntoActiveModel, QueryOrder, QuerySelect};
use trimtab_domain::{Actor, Timestamp};

/// The setting that holds the head.
pub(super) const HEAD: &str = "audit_head";
/// Who acts where nobody knows.
const ANONYMOUS: &str = "anonymous";

/// Appends an act, in the transaction of the change it tells of.
pub(crate) async fn append(tx: &impl ConnectionTrait, store: &Store, entry: &Entry<'_>) -> Result<(), Fail> {
    let seal = store.seal().ok_or(Error::Crypto { doing: "append to the audit log", why: "it has not begun".to_owned() })?;
    // Writes follow each other, so no two rows follow the same one.
    let head = settings::Entity::find_by_id(HEAD).one(tx).await?;
    let (seq, prev) = match head.as_ref().and_then(|head| seal.read_head(&head.value)) {
        Some((seq, hash, true)) => (seq, hash),
        known => {
            tracing::error!("the audit log's head was changed from outside: run `trimtab audit verify`");
            let newest = newest(tx).await?.unwrap_or(0);
            (known.map_or(0, |(seq, ..)| seq).max(newest), BROKEN.to_owned())
        }
    };
    write(tx, seal, store.now(), entry, seq, prev).await
}

/// The first row of all.
pub(super) async fn first(tx: &impl ConnectionTrait, seal: &Seal, now: Timestamp, entry: &Entry<'_>) -> Result<(), Fail> {
    let newest = newest(tx).await?;
    // Rows without the key of their seal: somebody removed it.
    let (seq, prev) = newest.map_or((0, GENESIS), |newest| (newest, BROKEN));
    write(tx, seal, now, entry, seq, prev.to_owned()).await
}

/// The number of the newest row, whosever it is.
async fn newest(tx: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    let newest = Entity::find().select_only().column(Column::Seq).order_by_desc(Column::Seq).into_tuple().one(tx);
    if tx.get_database_backend() == DbBackend::Postgres { over_the_wall(tx, newest).await } else { newest.await }
}

async fn write(
    tx: &impl ConnectionTrait,
    seal: &Seal,
    now: Timestamp,
    entry: &Entry<'_>,
    after: i64,
    prev_hash: String,
) -> Result<(), Fail> {
    let (actor, actor_name) = match entry.who {
        Who::Proven(actor, Some(name)) => (actor.to_string(), Some(name.to_owned())),
        Who::Proven(actor, None) | Who::Known(actor) => (actor.to_string(), name_of(tx, actor).await?),
        Who::Caller => (Actor::System.to_string(), None),
        Who::Unknown => (ANONYMOUS.to_owned(), None),
    };
    let mut row = Model {
        seq: after.saturating_add(1),
        at: row::instant(now),
        actor,
        actor_name,
        tenant: entry.tenant.map(ToOwned::to_owned),
        action: entry.action.as_str().to_owned(),
        resource: row::remark(&entry.resource),
        ip: entry.origin.ip.map(|ip| ip.to_string()),
        agent: entry.origin.agent.as_ref().map(ToString::to_string),
        outcome: entry.outcome.as_str().to_owned(),
        before: entry.before.as_ref().map(ToString::to_string),
        after: entry.after.as_ref().map(ToString::to_string),
        request_id: entry.origin.request_id.as_ref().map(ToString::to_string),
        prev_hash,
        hash: String::new(),
    };
    row.hash = chain::hash(&row);
    let head = seal.head(row.seq, &row.hash);
    Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    put_setting(tx, HEAD, &head).await
}

/// What people know an actor by, as of now: an address may change, the log does not. Behind a tenant's door a key of the agency is not seen:
/// whoever comes with one brings its name.
async fn name_of(tx: &impl ConnectionTrait, actor: &Actor) -> Result<Option<String>, Fail> {
    Ok(match actor {
        Actor::User(id) => users::Entity::find_by_id(id.as_str()).one(tx).await?.map(|user| user.email),
        Actor::Key(id) => api_keys::Entity::find_by_id(id.as_str()).one(tx).await?.map(|key| key.name),
        Actor::Operator | Actor::System => None,
    })
}

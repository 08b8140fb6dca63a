//! Letting go the oldest rows, and only those: a sealed checkpoint takes their place.

use super::{Action, Entry};
use crate::{
    Error, System,
    db::{query, transaction},
    entity::{
        audit::{Column, Entity},
        audit_checkpoints,
    },
    row,
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::json;
use trimtab_domain::Timestamp;

impl System<'_> {
    /// Cuts off the rows before an instant; answers how many. The newest row always stays. What is cut is verified before, and nothing is
    /// cut from a chain that is broken: that would hide where.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the chain is broken.
    pub async fn cut_audit(&self, before: Timestamp) -> Result<u64, Error> {
        let store = self.store();
        let before = row::instant(before);
        let kept = query!(store.db(), "look for rows to cut", |db| {
            Ok(Entity::find().filter(Column::At.gte(before)).order_by_asc(Column::Seq).one(db).await?)
        })?;
        let newest =
            query!(store.db(), "read newest audit row", |db| Ok(Entity::find().order_by_desc(Column::Seq).one(db).await?))?;
        let Some(first_kept) = kept.or(newest) else { return Ok(0) };
        let through = first_kept.seq - 1;
        let old =
            query!(store.db(), "count rows to cut", |db| Ok(Entity::find().filter(Column::Seq.lte(through)).count(db).await?))?;
        if old == 0 {
            return Ok(0);
        }
        if let Some(fault) = self.verify_audit(None).await?.fault {
            return Err(Error::Conflict(format!(
                "the audit log is broken at row {} ({}): nothing is cut from it until that was looked into",
                fault.seq, fault.why
            )));
        }
        let seal = store.seal().ok_or(Error::Crypto { doing: "cut the audit log", why: "it has not begun".to_owned() })?;
        let made_at = row::instant(store.now());
        transaction!(store.db(), "cut audit log", |tx| {
            let Some(last) = Entity::find_by_id(through).one(tx).await? else {
                return Ok(0);
            };
            let count = Entity::find().filter(Column::Seq.lte(through)).count(tx).await?;
            let row_count = row::count(count);
            let entry = Entry::new(Action::AuditCut, "audit:log")
                .after(json!({ "through": through, "rows": row_count, "hash": last.hash }));
            self.audit(tx, entry).await?;
            let checkpoint = audit_checkpoints::Model {
                through_seq: through,
                seal: seal.checkpoint(through, &last.hash, row_count, made_at),
                hash: last.hash,
                row_count,
                made_at,
            };
            audit_checkpoints::Entity::insert(checkpoint.into_active_model()).exec_without_returning(tx).await?;
            Entity::delete_many().filter(Column::Seq.lte(through)).exec(tx).await?;
            Ok(count)
        })
    }
}

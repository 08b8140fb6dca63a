//! Walking the chain: is every row what it was, and is every row there?

use super::{
    append::HEAD,
    chain::{self, BROKEN, GENESIS},
};
use crate::{
    Error, System,
    db::query,
    entity::{
        audit::{Column, Entity, Model},
        audit_checkpoints, settings,
    },
    limits, row,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use trimtab_domain::Timestamp;

/// What a walk along the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Rows looked at.
    pub rows: u64,
    /// The number of the first row there is.
    pub first: Option<u64>,
    /// The newest row that was verified. Kept somewhere else, it shows later that nothing up to it was written anew.
    pub head: Option<Head>,
    /// The number of the last row that was cut off; 0: none was.
    pub cut_through: u64,
    /// The first thing that is not as it was; `None`: everything is.
    pub fault: Option<Fault>,
    /// When it was looked at (UTC).
    pub at: Timestamp,
}

/// A row by its number and hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its number, from 1.
    pub seq: u64,
    /// Its hash: 64 hexadecimal digits.
    pub hash: String,
}

/// Where the chain is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The number of the first row that is missing or not as it was.
    pub seq: u64,
    /// What is wrong with it.
    pub why: String,
}

/// How far a walk is.
struct Walk {
    rows: u64,
    first: Option<i64>,
    last: i64,
    hash: String,
    /// A head known from elsewhere, until the walk has passed it.
    known: Option<Head>,
}

impl Walk {
    /// Takes a row in, or says what is wrong with it.
    fn step(&mut self, row: &Model) -> Result<(), Fault> {
        let expected = self.last.saturating_add(1);
        if row.seq != expected {
            let (missing, there) = (expected, row.seq);
            return Err(fault(missing.min(there), format!("row {missing} is missing: row {there} comes next")));
        }
        if row.prev_hash == BROKEN {
            return Err(fault(row.seq, format!("{BROKEN}: rows before it were removed or written anew")));
        }
        if row.prev_hash != self.hash {
            return Err(fault(row.seq, "it does not follow the row before: one of the two was changed"));
        }
        if row.hash != chain::hash(row) {
            return Err(fault(row.seq, "it is not what it was when it was appended"));
        }
        if let Some(known) = self.known.take_if(|known| row::count(known.seq) == row.seq)
            && known.hash != row.hash
        {
            return Err(fault(row.seq, "it has another hash than the head that was kept elsewhere: the chain was written anew"));
        }
        self.rows += 1;
        self.first.get_or_insert(row.seq);
        self.last = row.seq;
        self.hash.clone_from(&row.hash);
        Ok(())
    }
}

fn fault(seq: i64, why: impl Into<String>) -> Fault {
    Fault { seq: u64::try_from(seq).unwrap_or(0), why: why.into() }
}

impl System<'_> {
    /// Verifies the whole chain, some rows at a time, while others go on appending. With a head that was `known` before and kept
    /// elsewhere, also that the chain up to there is still that one.
    ///
    /// # Errors
    /// When the database fails; a broken chain is no error but a [`Verification::fault`].
    pub async fn verify_audit(&self, known: Option<Head>) -> Result<Verification, Error> {
        let mut walk = Walk { rows: 0, first: None, last: 0, hash: GENESIS.to_owned(), known };
        let mut cut_through = 0;
        let fault = self.walk(&mut walk, &mut cut_through).await?;
        let head = (walk.last > 0).then(|| Head { seq: u64::try_from(walk.last).unwrap_or(0), hash: walk.hash });
        Ok(Verification {
            rows: walk.rows,
            first: walk.first.map(row::to_count).transpose()?,
            head,
            cut_through: u64::try_from(cut_through).unwrap_or(0),
            fault,
            at: self.store().now(),
        })
    }

    async fn walk(&self, walk: &mut Walk, cut_through: &mut i64) -> Result<Option<Fault>, Error> {
        let store = self.store();
        let seal = store.seal().ok_or(Error::Crypto { doing: "verify the audit log", why: "it has not begun".to_owned() })?;
        let checkpoint = query!(store.db(), "read audit checkpoint", |db| {
            use audit_checkpoints::{Column, Entity};
            Ok(Entity::find().order_by_desc(Column::ThroughSeq).one(db).await?)
        })?;
        if let Some(checkpoint) = checkpoint {
            if !seal.fits_checkpoint(&checkpoint) {
                return Ok(Some(fault(checkpoint.through_seq, "the checkpoint up to it was made or changed from outside")));
            }
            (walk.last, *cut_through) = (checkpoint.through_seq, checkpoint.through_seq);
            walk.hash = checkpoint.hash;
        }
        let mut seen = 0;
        loop {
            let rows = match self.rows_after(seen).await {
                Ok(rows) => rows,
                Err(Error::Database { .. } | Error::BadValue { .. }) => return self.unreadable(walk).await.map(Some),
                Err(error) => return Err(error),
            };
            let progress = !rows.is_empty();
            for row in &rows {
                if let Err(fault) = walk.step(row) {
                    return Ok(Some(fault));
                }
                seen = row.seq;
            }
            if progress {
                continue;
            }
            // Read after the rows: what was appended meanwhile moves the head on, and is walked as well.
            let head = query!(store.db(), "read audit head", |db| {
                Ok(settings::Entity::find_by_id(HEAD).one(db).await?.map(|row| row.value))
            })?;
            let last = walk.last;
            return Ok(match head.as_deref().and_then(|head| seal.read_head(head)) {
                None => Some(fault(last, "the seal of the head is missing or cannot be read: rows after it may be missing")),
                Some((_, _, false)) => Some(fault(last, "the seal of the head does not fit: it or rows before it were changed")),
                Some((seq, ..)) if seq > last => {
                    if query!(store.db(), "look for audit row", |db| Ok(Entity::find_by_id(seq).one(db).await?))?.is_some() {
                        continue;
                    }
                    let gone = last.saturating_add(1);
                    Some(fault(gone, format!("the newest rows are missing: the head is row {seq}")))
                }
                Some((seq, ..)) if seq < last => {
                    Some(fault(seq.saturating_add(1), "it was not appended by this product: the head is the row before"))
                }
                Some((seq, hash, true)) if hash != walk.hash => {
                    Some(fault(seq, "it has another hash than the head: the chain was written anew"))
                }
                Some(_) => match walk.known.take() {
                    Some(known) if row::count(known.seq) > last => Some(fault(
                        last.saturating_add(1),
                        format!("a head kept elsewhere is row {}: newer rows are missing", known.seq),
                    )),
                    _ => None,
                },
            });
        }
    }

    async fn rows_after(&self, seq: i64) -> Result<Vec<Model>, Error> {
        query!(self.store().db(), "read audit rows", |db| {
            let some = Entity::find().filter(Column::Seq.gt(seq)).order_by_asc(Column::Seq).limit(limits::AUDIT_ROWS_PER_READ);
            Ok(some.all(db).await?)
        })
    }

    /// Which row it is that cannot be read.
    async fn unreadable(&self, walk: &mut Walk) -> Result<Fault, Error> {
        for _ in 0..limits::AUDIT_ROWS_PER_READ {
            let next = walk.last.saturating_add(1);
            match query!(self.store().db(), "read audit row", |db| Ok(Entity::find_by_id(next).one(db).await?)) {
                Ok(Some(row)) => {
                    if let Err(fault) = walk.step(&row) {
                        return Ok(fault);
                    }
                }
                Ok(None) => return Ok(fault(next, format!("row {next} is missing, and one after it cannot be read"))),
                Err(Error::Database { .. } | Error::BadValue { .. }) => {
                    return Ok(fault(next, "it cannot be read: it holds what was never appended"));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(fault(walk.last.saturating_add(1), "a row from here on cannot be read"))
    }
}

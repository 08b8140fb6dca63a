//! The audit log: who did what to what, when, by which request, and how it came out.
//!
//! Append-only and hash-chained: each row holds the hash of the row before and its own, over every column ([`chain`]). One chain for the
//! installation, numbered without gaps. The number and hash of its newest row, the head, are kept beside it under a seal that only the
//! vault's key makes, so that a tail cut off, or a chain written anew, is noticed ([`verify`]). A row is appended in the transaction of
//! the change it tells of: there is no change without its row and no row without its change. Nothing changes a row; the oldest may be
//! cut off ([`cut`]), which leaves a sealed checkpoint from which the chain is verified on.
//!
//! What it cannot do is told in docs/security.md.

mod action;
mod append;
mod chain;
mod cut;
mod entry;
mod list;
mod verify;

pub use action::Action;
pub use entry::{Act, Outcome};
pub use list::{AuditFilter, AuditRow};
pub use verify::{Fault, Head, Verification};

pub(crate) use chain::Seal;
pub(crate) use entry::Entry;

use crate::{
    Error, Store, System, TenantStore,
    db::{Fail, query, transaction},
    vault::{INSTALLATION, pseudonym, random, read_secret, unlocked, write_secret},
};
use sea_orm::ConnectionTrait;
use serde_json::json;
use zeroize::Zeroizing;

/// The name the key of the head's seal is kept under.
const SEAL: &str = "audit-seal";

impl Store {
    /// Reads the key of the head's seal; in a new installation, makes it and begins the log.
    pub(crate) async fn begin_audit(&self) -> Result<(), Error> {
        let known =
            unlocked!(self, query!(self.db(), "read the audit log's seal", |db| read_secret(db, self, INSTALLATION, SEAL).await))?;
        if let Some(text) = known {
            self.keep_seal(Seal::new(pseudonym::decoded(&text)?));
            return Ok(());
        }
        let fresh = pseudonym::coded(&Zeroizing::new(random("make a key for the audit log")?));
        let text = unlocked!(
            self,
            transaction!(self.db(), "begin audit log", |tx| {
                if let Some(known) = read_secret(tx, self, INSTALLATION, SEAL).await? {
                    return Ok(known);
                }
                write_secret(tx, self, INSTALLATION, SEAL, &fresh).await?;
                let seal = Seal::new(pseudonym::decoded(&fresh)?);
                let entry = Entry::new(Action::AuditBegin, "audit:log").after(json!({ "version": env!("CARGO_PKG_VERSION") }));
                append::first(tx, &seal, self.now(), &entry).await?;
                Ok(fresh.clone())
            })
        )?;
        self.keep_seal(Seal::new(pseudonym::decoded(&text)?));
        Ok(())
    }
}

impl TenantStore {
    /// Appends what this caller does to the tenant.
    pub(crate) async fn audit(&self, tx: &impl ConnectionTrait, entry: Entry<'_>) -> Result<(), Fail> {
        let entry = entry.by_holder(self.ctx()).about(Some(self.tenant()));
        append::append(tx, self.store(), &entry).await
    }

    /// Records that the caller did, or was refused, something that changes no row here: an export written out, for example.
    ///
    /// # Errors
    /// When the database fails; then it must not be done either.
    pub async fn record(&self, act: Act) -> Result<(), Error> {
        transaction!(self.db(), "record act", |tx| self.audit(tx, act.entry()).await)
    }
}

impl System<'_> {
    /// Appends what this caller does; the entry says to which tenant, if to one.
    pub(crate) async fn audit(&self, tx: &impl ConnectionTrait, entry: Entry<'_>) -> Result<(), Fail> {
        append::append(tx, self.store(), &entry.by_default(self.caller())).await
    }

    /// Records that the caller did, or was refused, something that changes no row here.
    ///
    /// # Errors
    /// When the database fails; then it must not be done either.
    pub async fn record(&self, act: Act) -> Result<(), Error> {
        transaction!(self.store().db(), "record act", |tx| self.audit(tx, act.entry()).await)
    }
}

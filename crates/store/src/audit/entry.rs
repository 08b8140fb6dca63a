//! One act, on its way into the log and as it is read from there.

use super::Action;
use crate::{limits, row::named};
use serde_json::{Value, json};
use std::borrow::Cow;
use trimtab_domain::{Actor, Caller, Origin, TenantCtx};

named! {
    /// How an act came out.
    Outcome {
        /// It was done.
        Ok = "ok",
        /// It was not allowed.
        Refused = "refused",
        /// It was allowed and did not work.
        Failed = "failed",
    }
}

/// Who acts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Who<'a> {
    /// Whoever the door was opened for.
    Caller,
    /// Somebody who proved who they are, and what people know them by as far as that was found then.
    Proven(&'a Actor, Option<&'a str>),
    /// Somebody who was found out by the act itself: who signs in.
    Known(&'a Actor),
    /// Nobody knows.
    Unknown,
}

/// An act to be appended.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'a> {
    pub(super) who: Who<'a>,
    pub(super) origin: &'a Origin,
    pub(super) tenant: Option<&'a str>,
    pub(super) action: Action,
    pub(super) resource: Cow<'a, str>,
    pub(super) outcome: Outcome,
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
}

impl<'a> Entry<'a> {
    /// An act that was done to a resource (`noun:id`), by whoever the door was opened for.
    pub(crate) fn new(action: Action, resource: impl Into<Cow<'a, str>>) -> Self {
        Self {
            who: Who::Caller,
            origin: &Origin::NONE,
            tenant: None,
            action,
            resource: resource.into(),
            outcome: Outcome::Ok,
            before: None,
            after: None,
        }
    }

    /// What was there before. Never a secret.
    pub(crate) fn before(self, value: Value) -> Self {
        Self { before: kept(value), ..self }
    }

    /// What is there now. Never a secret.
    pub(crate) fn after(self, value: Value) -> Self {
        Self { after: kept(value), ..self }
    }

    /// How it came out.
    pub(crate) fn outcome(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }

    /// Whose it is.
    pub(crate) fn about(self, tenant: Option<&'a str>) -> Self {
        Self { tenant, ..self }
    }

    /// By whoever holds this, and by which request.
    pub(crate) fn by_holder(self, ctx: &'a TenantCtx) -> Self {
        Self { who: Who::Proven(ctx.actor(), ctx.name()), origin: ctx.origin(), ..self }
    }

    /// By whom and by which request.
    pub(crate) fn by(self, caller: &'a Caller) -> Self {
        Self { who: Who::Proven(&caller.actor, caller.name.as_deref()), origin: &caller.origin, ..self }
    }

    /// The same where nobody is named yet.
    pub(crate) fn by_default(self, caller: &'a Caller) -> Self {
        let named = !matches!(self.who, Who::Caller);
        let (who, origin) = (self.who, if *self.origin == Origin::NONE { &caller.origin } else { self.origin });
        Self { who: if named { who } else { Who::Proven(&caller.actor, caller.name.as_deref()) }, origin, ..self }
    }

    /// By which request, where the door does not say.
    pub(crate) fn from(self, origin: &'a Origin) -> Self {
        Self { origin, ..self }
    }

    /// By somebody nobody knows.
    pub(crate) fn by_unknown(self) -> Self {
        Self { who: Who::Unknown, ..self }
    }

    /// By somebody whom the act itself made known.
    pub(crate) fn by_known(self, actor: &'a Actor) -> Self {
        Self { who: Who::Known(actor), ..self }
    }
}

/// A value as it is kept: nothing for null, a digest for what is too long.
fn kept(value: Value) -> Option<Value> {
    if value.is_null() {
        return None;
    }
    let text = value.to_string();
    if text.len() <= limits::AUDIT_VALUE_BYTES {
        return Some(value);
    }
    Some(json!({ "bytes": text.len(), "blake3": blake3::hash(text.as_bytes()).to_hex().as_str() }))
}

/// An act that changes no row of the store itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// What.
    pub action: Action,
    /// To what, as `noun:id`.
    pub resource: String,
    /// To whom it belongs, where the door does not say.
    pub tenant: Option<String>,
    /// How it came out.
    pub outcome: Outcome,
    /// What came of it; never a secret. `Null`: nothing to tell.
    pub after: Value,
}

impl Act {
    /// An act that was done.
    #[must_use]
    pub fn done(action: Action, resource: impl Into<String>) -> Self {
        Self { action, resource: resource.into(), tenant: None, outcome: Outcome::Ok, after: Value::Null }
    }

    /// An act that was not allowed.
    #[must_use]
    pub fn refused(action: Action, resource: impl Into<String>) -> Self {
        Self { outcome: Outcome::Refused, ..Self::done(action, resource) }
    }

    /// The same, with what came of it.
    #[must_use]
    pub fn with(self, after: Value) -> Self {
        Self { after, ..self }
    }

    /// The same, about a tenant.
    #[must_use]
    pub fn about(self, tenant: impl Into<String>) -> Self {
        Self { tenant: Some(tenant.into()), ..self }
    }

    pub(super) fn entry(&self) -> Entry<'_> {
        let entry = Entry::new(self.action, self.resource.as_str()).after(self.after.clone());
        entry.outcome(self.outcome).about(self.tenant.as_deref())
    }
}

//! What is known of a credential: when it ends, how sure that is, and what it may do.

use crate::{
    Error, TenantStore,
    audit::{Action, Entry},
    db::transaction,
    entity::connections,
    row::{self, named},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use trimtab_domain::{Timestamp, id::ConnectionId};

named! {
    /// How a credential ends.
    Expiry {
        /// At the instant the source told.
        Told = "told",
        /// At the given instant at the latest: counted from when it was given to us.
        AtLatest = "at_latest",
        /// Its use renews it; it ends at the given instant unless it is used before.
        Renewed = "renewed",
        /// When somebody takes it back.
        Never = "never",
        /// Nothing tells.
        Unknown = "unknown",
    }
}

/// What is known of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// When it ends (UTC); `expiry` says how sure that is.
    pub expires_at: Option<Timestamp>,
    /// When its access to data ends unless the person behind it consents anew, if the source said so (UTC).
    pub access_ends_at: Option<Timestamp>,
    /// How it ends.
    pub expiry: Expiry,
    /// What it may do, as the source names it.
    pub scopes: Vec<String>,
}

impl Terms {
    pub(super) fn of(row: &connections::Model) -> Result<Self, Error> {
        let scopes = match row::to_json("list of scopes", &row.scopes)? {
            serde_json::Value::Array(scopes) => scopes.iter().filter_map(|scope| scope.as_str().map(ToOwned::to_owned)).collect(),
            _ => return Err(row::bad("list of scopes", &row.scopes)),
        };
        Ok(Self {
            expires_at: row::to_instant_opt(row.expires_at)?,
            access_ends_at: row::to_instant_opt(row.access_ends_at)?,
            expiry: row::to_name("end of a credential", &row.expiry)?,
            scopes,
        })
    }

    pub(super) fn scopes_text(&self) -> String {
        serde_json::Value::from(self.scopes.clone()).to_string()
    }
}

impl TenantStore {
    /// Records what is known of the credential now.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has no such connection.
    pub async fn set_terms(&self, id: &ConnectionId, terms: &Terms) -> Result<(), Error> {
        use connections::Column;
        transaction!(self.db(), "set terms of a credential", |tx| {
            let known = self.row_of(tx, id).await?;
            let before = Self::terms_told(&Terms::of(&known)?);
            let after = Self::terms_told(terms);
            connections::Entity::update_many()
                .col_expr(Column::ExpiresAt, Expr::value(terms.expires_at.map(row::instant)))
                .col_expr(Column::AccessEndsAt, Expr::value(terms.access_ends_at.map(row::instant)))
                .col_expr(Column::Expiry, Expr::value(terms.expiry.as_str()))
                .col_expr(Column::Scopes, Expr::value(terms.scopes_text()))
                .filter(Column::Id.eq(&known.id))
                .exec(tx)
                .await?;
            if before == after {
                return Ok(());
            }
            let entry = Entry::new(Action::ConnectionTerms, format!("connection:{id}"));
            self.audit(tx, entry.before(before).after(after)).await
        })
    }

    fn terms_told(terms: &Terms) -> serde_json::Value {
        let at = |at: Option<Timestamp>| at.map(|at| at.to_string());
        serde_json::json!({
            "expires_at": at(terms.expires_at),
            "access_ends_at": at(terms.access_ends_at),
            "expiry": terms.expiry.as_str(),
            "scopes": terms.scopes,
        })
    }
}

//! Metric queries: the facts answer, the store knows which accounts and how fresh.

use crate::{Engine, Error};
use std::{borrow::Cow, sync::Arc};
use trimtab_domain::{
    TenantCtx,
    query::{MetricQuery, QueryResult},
};
use trimtab_store::AccountState;

impl Engine {
    /// Answers a metric query over all accounts of the tenant, with the client's own constants where a metric needs them: its gross margin.
    ///
    /// # Errors
    /// When the query mixes currencies it cannot convert, or the lake or store fails.
    pub async fn query(&self, ctx: &TenantCtx, query: &MetricQuery) -> Result<Arc<QueryResult>, Error> {
        let query = self.with_constants(ctx, query).await?;
        let coverage = self.store().tenant(ctx).coverage().await?;
        let answer = self.lake().tenant(ctx).query(&query, &coverage).await?;
        let unread = self.unread(ctx, &query, &answer).await?;
        if unread.is_empty() {
            return Ok(answer);
        }
        let mut told = QueryResult::clone(&answer);
        told.notes.extend(unread);
        Ok(Arc::new(told))
    }

    /// The query with the client's constants that it needs. They are part of what its answer is kept by.
    async fn with_constants<'q>(&self, ctx: &TenantCtx, query: &'q MetricQuery) -> Result<Cow<'q, MetricQuery>, Error> {
        if query.needs().is_empty() {
            return Ok(Cow::Borrowed(query));
        }
        let constants = self.client_knowledge(ctx).await?.constants().unwrap_or_default();
        Ok(Cow::Owned(query.clone().with_constants(&constants)))
    }

    /// The tenant's accounts, connected or imported, with what is known of their facts.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn accounts(&self, ctx: &TenantCtx) -> Result<Vec<AccountState>, Error> {
        Ok(self.store().tenant(ctx).accounts().await?)
    }

    /// Rows of facts kept for the tenant.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub async fn fact_rows(&self, ctx: &TenantCtx) -> Result<u64, Error> {
        let tables = self.lake().tenant(ctx).tables().await?;
        let facts = tables.iter().filter(|stats| stats.table.holds_facts());
        Ok(facts.map(|stats| stats.rows as u64).sum())
    }
}

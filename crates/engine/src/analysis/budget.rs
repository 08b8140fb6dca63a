//! Planned budgets.

use crate::{Engine, Error};
use trimtab_domain::{TenantCtx, id::BudgetId};
use trimtab_store::{Budget, NewBudget};

impl Engine {
    /// The tenant's budgets, by name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn budgets(&self, ctx: &TenantCtx) -> Result<Vec<Budget>, Error> {
        Ok(self.store().tenant(ctx).budgets().await?)
    }

    /// Plans a budget, or changes one that is there.
    ///
    /// # Errors
    /// When it is none, names an account the tenant does not have in another currency, or there is no budget of this id.
    pub async fn put_budget(&self, ctx: &TenantCtx, id: Option<&BudgetId>, plan: NewBudget) -> Result<Budget, Error> {
        if let Some(source) = plan.source.filter(|_| !plan.account.is_empty()) {
            let accounts = self.store().tenant(ctx).accounts().await?;
            let named = accounts.iter().find(|state| state.account.source == source && state.account.id.as_str() == plan.account);
            let account =
                &named.ok_or_else(|| Error::Invalid(format!("there is no account {} on {source}", plan.account)))?.account;
            if account.currency != plan.amount.currency {
                return Err(Error::Invalid(format!(
                    "{} is kept in {}: plan its budget in that currency",
                    account.name, account.currency
                )));
            }
        }
        let budget = self.store().tenant(ctx).put_budget(id, plan).await?;
        self.pace_anew(ctx).await?;
        Ok(budget)
    }

    /// Removes a budget.
    ///
    /// # Errors
    /// When there is none such.
    pub async fn remove_budget(&self, ctx: &TenantCtx, id: &BudgetId) -> Result<(), Error> {
        self.store().tenant(ctx).remove_budget(id).await?;
        self.pace_anew(ctx).await
    }

    /// Works out how budgets are doing now that they are others. Trouble is in the log; the next sync tries again.
    async fn pace_anew(&self, ctx: &TenantCtx) -> Result<(), Error> {
        let accounts = self.store().tenant(ctx).accounts().await?;
        let paced = self.analyse_pacing(ctx, &accounts).await;
        self.tell_analysed(ctx, paced);
        Ok(())
    }
}

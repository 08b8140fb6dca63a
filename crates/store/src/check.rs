//! Results of data-quality checks: the newest of each check and account, and how it came out before.

use crate::{
    AccountKey, Error, TenantStore,
    db::{query, transaction},
    entity::check_results::{Column, Entity, Model},
    limits, row,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use std::collections::BTreeSet;
use trimtab_domain::{
    Timestamp,
    id::{AccountId, CheckResultId},
    quality::{Outcome, State},
};

/// A check of one account that was made now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The account.
    pub account: AccountKey,
    /// The check.
    pub check: String,
    /// How it came out.
    pub outcome: Outcome,
}

/// A check's result as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// What was checked.
    pub checked: Checked,
    /// Since when it comes out like that.
    pub since: Timestamp,
    /// When it was last looked at.
    pub checked_at: Timestamp,
}

impl TenantStore {
    /// Keeps the results of one account's checks. One that came out as before only notes when; another begins a new line of history.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_checks(&self, checks: &[Checked]) -> Result<(), Error> {
        let now = row::instant(self.now());
        let ids: Vec<String> = checks.iter().map(|_| CheckResultId::fresh(self.store().ids()).to_string()).collect();
        transaction!(self.db(), "put check results", |tx| {
            for (checked, id) in checks.iter().zip(&ids) {
                let newest = Entity::find()
                    .filter(of(self.tenant(), &checked.account).add(Column::CheckId.eq(&checked.check)))
                    .order_by_desc(Column::CheckedAt)
                    .order_by_desc(Column::Id)
                    .one(tx)
                    .await?;
                let days = days_text(&checked.outcome.days);
                let state = checked.outcome.state.as_str();
                match newest {
                    Some(newest) if newest.state == state && newest.days == days => {
                        Entity::update_many()
                            .col_expr(Column::CheckedAt, Expr::value(now))
                            .col_expr(Column::Message, Expr::value(row::remark(&checked.outcome.message)))
                            .filter(Column::Id.eq(newest.id))
                            .exec(tx)
                            .await?;
                    }
                    newest => {
                        let since = newest.filter(|newest| newest.state == state).map_or(now, |newest| newest.since);
                        let model = self.check_row(id.clone(), checked, days, since, now);
                        Entity::insert(model.into_active_model()).exec_without_returning(tx).await?;
                    }
                }
            }
            Ok(())
        })
    }

    /// The newest result of each check and account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn checks(&self) -> Result<Vec<CheckResult>, Error> {
        let rows = query!(self.db(), "list check results", |db| {
            let all = Entity::find().filter(Column::Tenant.eq(self.tenant()));
            Ok(all.order_by_desc(Column::CheckedAt).order_by_desc(Column::Id).all(db).await?)
        })?;
        let mut seen = BTreeSet::new();
        let newest = rows.into_iter().filter(|row| seen.insert((row.source.clone(), row.account.clone(), row.check_id.clone())));
        newest.map(result).collect()
    }

    /// How one check of one account came out, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn check_history(&self, account: &AccountKey, check: &str) -> Result<Vec<CheckResult>, Error> {
        let rows = query!(self.db(), "read check history", |db| {
            let own = Entity::find().filter(of(self.tenant(), account).add(Column::CheckId.eq(check)));
            let newest = own.order_by_desc(Column::CheckedAt).order_by_desc(Column::Id);
            Ok(newest.limit(limits::CHECKS_PER_HISTORY).all(db).await?)
        })?;
        rows.into_iter().map(result).collect()
    }

    fn check_row(&self, id: String, checked: &Checked, days: String, since: i64, now: i64) -> Model {
        Model {
            id,
            tenant: self.tenant().to_owned(),
            source: checked.account.source.as_str().to_owned(),
            account: checked.account.id.as_str().to_owned(),
            check_id: checked.check.clone(),
            state: checked.outcome.state.as_str().to_owned(),
            message: row::remark(&checked.outcome.message),
            days,
            since,
            checked_at: now,
        }
    }
}

fn of(tenant: &str, account: &AccountKey) -> Condition {
    Condition::all()
        .add(Column::Tenant.eq(tenant))
        .add(Column::Source.eq(account.source.as_str()))
        .add(Column::Account.eq(account.id.as_str()))
}

fn days_text(days: &BTreeSet<trimtab_domain::Day>) -> String {
    days.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn result(row: Model) -> Result<CheckResult, Error> {
    let state = [State::Passed, State::Failed, State::Skipped].into_iter().find(|state| state.as_str() == row.state);
    let days = row.days.split_whitespace().map(row::to_day).collect::<Result<_, _>>()?;
    let state = state.ok_or_else(|| row::bad("state of a check", &row.state))?;
    Ok(CheckResult {
        checked: Checked {
            account: AccountKey { source: row::to_name("source", &row.source)?, id: AccountId::new(row.account.as_str()) },
            check: row.check_id,
            outcome: Outcome { state, message: row.message, days },
        },
        since: row::to_instant(row.since)?,
        checked_at: row::to_instant(row.checked_at)?,
    })
}

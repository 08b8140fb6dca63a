//! Planned budgets, of anything from a tenant to a campaign.

use crate::{
    Error, TenantStore,
    audit::{Action, Entry},
    db::{query, transaction},
    entity::budgets::{Column, Entity, Model},
    limits, receipt, row,
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, sea_query::OnConflict};
use serde_json::{Value, json};
use trimtab_domain::{DayRange, Money, Source, Timestamp, finding::Level, id::BudgetId, text};

/// What is planned to be spent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBudget {
    /// What people call it.
    pub name: String,
    /// What it is for: everything, a platform, an account or a campaign.
    pub level: Level,
    /// The platform; `None` at tenant level.
    pub source: Option<Source>,
    /// The account, by the platform's id; empty above accounts.
    pub account: String,
    /// The campaign, by the platform's id; empty above campaigns.
    pub entity: String,
    /// How much, per month or for the days.
    pub amount: Money,
    /// The days it is for; `None`: every calendar month anew.
    pub days: Option<DayRange>,
    /// Whether what one month left over is added to the next.
    pub roll_over: bool,
}

/// A planned budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Its id.
    pub id: BudgetId,
    /// What is planned.
    pub plan: NewBudget,
    /// When it was last changed (UTC).
    pub changed_at: Timestamp,
    /// By whom.
    pub changed_by: String,
}

impl NewBudget {
    fn check(&self) -> Result<(), Error> {
        let invalid = |text: &str| Err(Error::Invalid(text.to_owned()));
        if let Err(error) = text::name(&self.name, limits::NAME_CHARS) {
            return invalid(&format!("a budget's name has 1 to {} characters: {error}", limits::NAME_CHARS));
        }
        if self.amount.micros <= 0 {
            return invalid("a budget is an amount above zero");
        }
        match (self.level, self.source, self.account.is_empty(), self.entity.is_empty()) {
            (Level::Tenant, None, true, true)
            | (Level::Platform, Some(_), true, true)
            | (Level::Account, Some(_), false, true)
            | (Level::Campaign, Some(_), false, false) => Ok(()),
            _ => invalid(
                "a budget is for the tenant (nothing else named), a platform (source), an account (source, account) or a campaign \
                 (source, account, campaign)",
            ),
        }
    }
}

impl TenantStore {
    /// Plans a budget, or changes one that is there.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is none; [`Error::NotFound`] when the tenant has no budget of this id.
    pub async fn put_budget(&self, id: Option<&BudgetId>, plan: NewBudget) -> Result<Budget, Error> {
        plan.check()?;
        let fresh = BudgetId::fresh(self.store().ids());
        let model = Model {
            id: id.unwrap_or(&fresh).to_string(),
            tenant: self.tenant().to_owned(),
            name: plan.name.trim().to_owned(),
            level: plan.level.as_str().to_owned(),
            source: plan.source.map_or("", Source::as_str).to_owned(),
            account: plan.account,
            entity: plan.entity,
            amount_micros: plan.amount.micros,
            currency: plan.amount.currency.as_str().to_owned(),
            from_day: plan.days.map(|days| days.from().to_string()),
            to_day: plan.days.map(|days| days.to().to_string()),
            roll_over: plan.roll_over,
            changed_at: row::instant(self.now()),
            changed_by: self.ctx().actor().to_string(),
        };
        transaction!(self.db(), "put budget", |tx| {
            let own = Entity::find().filter(Column::Tenant.eq(self.tenant()));
            let before = match id {
                Some(id) => {
                    let known = own.filter(Column::Id.eq(id.as_str())).one(tx).await?;
                    Some(known.ok_or_else(|| missing(id))?)
                }
                None if own.count(tx).await? >= limits::BUDGETS_PER_TENANT => {
                    return Err(Error::Invalid(format!("a tenant has at most {} budgets", limits::BUDGETS_PER_TENANT)).into());
                }
                None => None,
            };
            let columns = [
                Column::Name,
                Column::Level,
                Column::Source,
                Column::Account,
                Column::Entity,
                Column::AmountMicros,
                Column::Currency,
                Column::FromDay,
                Column::ToDay,
                Column::RollOver,
                Column::ChangedAt,
                Column::ChangedBy,
            ];
            let replace = OnConflict::column(Column::Id).update_columns(columns).to_owned();
            Entity::insert(model.clone().into_active_model()).on_conflict(replace).exec_without_returning(tx).await?;
            let entry = Entry::new(Action::BudgetPut, format!("budget:{}", model.id)).after(told(&model));
            self.audit(tx, entry.before(before.as_ref().map_or(Value::Null, told))).await?;
            receipt::keep(tx, self.store(), &budget(model.clone())?).await
        })?;
        budget(model)
    }

    /// The budgets, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn budgets(&self) -> Result<Vec<Budget>, Error> {
        let rows = query!(self.db(), "list budgets", |db| {
            let own = Entity::find().filter(Column::Tenant.eq(self.tenant()));
            Ok(own.order_by_asc(Column::Name).order_by_asc(Column::Id).all(db).await?)
        })?;
        rows.into_iter().map(budget).collect()
    }

    /// Removes a budget.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has none such.
    pub async fn remove_budget(&self, id: &BudgetId) -> Result<(), Error> {
        transaction!(self.db(), "remove budget", |tx| {
            let own = Entity::find().filter(Column::Tenant.eq(self.tenant())).filter(Column::Id.eq(id.as_str()));
            let known = own.one(tx).await?.ok_or_else(|| missing(id))?;
            let entry = Entry::new(Action::BudgetRemove, format!("budget:{id}")).before(told(&known));
            Entity::delete_by_id(known.id).exec(tx).await?;
            self.audit(tx, entry).await
        })
    }
}

/// What the audit log tells of a budget.
fn told(row: &Model) -> Value {
    json!({
        "name": row.name, "level": row.level, "source": row.source, "account": row.account, "campaign": row.entity,
        "amount_micros": row.amount_micros, "currency": row.currency, "from": row.from_day, "to": row.to_day, "roll_over": row.roll_over,
    })
}

fn missing(id: &BudgetId) -> Error {
    Error::NotFound { noun: "budget", id: id.to_string() }
}

fn budget(row: Model) -> Result<Budget, Error> {
    let days = match (&row.from_day, &row.to_day) {
        (Some(from), Some(to)) => Some(row::to_range(from, to)?),
        _ => None,
    };
    Ok(Budget {
        id: BudgetId::parse(&row.id).map_err(|_| row::bad("budget id", &row.id))?,
        plan: NewBudget {
            level: row::to_name("level", &row.level)?,
            source: Some(row.source.as_str()).filter(|s| !s.is_empty()).map(|s| row::to_name("source", s)).transpose()?,
            account: row.account,
            entity: row.entity,
            amount: Money::new(row.amount_micros, row::to_name("currency", &row.currency)?),
            days,
            roll_over: row.roll_over,
            name: row.name,
        },
        changed_at: row::to_instant(row.changed_at)?,
        changed_by: row.changed_by,
    })
}

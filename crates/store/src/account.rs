//! Ad accounts, connected or only imported, and how far their facts reach.

use crate::{
    Error, Lease, TenantStore, day_series,
    db::{Fail, query, transaction},
    entity::{accounts, tenants},
    fetched, limits, row,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, Select,
    sea_query::{Expr, OnConflict},
};
use std::fmt;
use trimtab_domain::{
    Day, DayRange, Source, Timestamp,
    account::{Account, Coverage, Standing},
    id::AccountId,
};

/// Names an account within a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountKey {
    /// Its platform.
    pub source: Source,
    /// The platform's id.
    pub id: AccountId,
}

impl From<&Account> for AccountKey {
    fn from(account: &Account) -> Self {
        Self { source: account.source, id: account.id.clone() }
    }
}

impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.source, self.id)
    }
}

/// An account and what is known of its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountState {
    /// As its platform or file described it last.
    pub account: Account,
    /// `None` until facts were read.
    pub facts: Option<AccountFacts>,
    /// Days its platform may restate after they ended; `None` until its objects were read.
    pub look_back_days: Option<u16>,
    /// Up to when changes of older days are known; `None` until they were first looked for.
    pub changes_seen_at: Option<Timestamp>,
    /// When its source changed the account's currency or zone last, and from what to what.
    pub redescribed: Option<(Timestamp, String)>,
}

/// What is known of an account's facts once they were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountFacts {
    /// When facts were last read from the source (UTC).
    pub data_as_of: Timestamp,
    /// Days after this one are provisional; `None`: all are.
    pub settled_through: Option<Day>,
    /// What is stored; `None`: it was read, and the source reported nothing for any day.
    pub extent: Option<Extent>,
}

impl AccountFacts {
    /// Rows stored for the account.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.extent.map_or(0, |extent| extent.rows)
    }
}

/// How far an account's facts reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// First and last day with facts, in the account's zone.
    pub days: DayRange,
    /// Rows stored for the account.
    pub rows: u64,
}

impl TenantStore {
    /// Records how an account is described now; a new one is added.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is known in another currency, [`Error::NotFound`] when the tenant is not, [`Error::Invalid`] when the
    /// tenant has as many accounts as it may.
    pub async fn put_account(&self, account: &Account) -> Result<(), Error> {
        let now = row::instant(self.now());
        transaction!(self.db(), "put account", |tx| put(tx, self.tenant(), account, now).await)
    }

    /// Records how an account's source describes it now. Where its currency or zone is another one than before, whatever was read of it is
    /// to be read again: amounts and days mean something else now.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] when another run took the account over, else as [`Self::put_account`].
    pub async fn describe_account(&self, lease: &Lease, account: &Account) -> Result<(), Error> {
        use accounts::Column;
        let key = AccountKey::from(account);
        let now = row::instant(self.now());
        transaction!(self.db(), "describe account", |tx| {
            lease.hold(tx, self.tenant()).await?;
            let known = one(tx, self.tenant(), &key).await?;
            let changed =
                [("currency", &known.currency, account.currency.as_str()), ("time zone", &known.zone, account.zone.as_str())];
            let words: Vec<String> = changed
                .iter()
                .filter(|(_, before, after)| before.as_str() != *after)
                .map(|(what, before, after)| format!("the {what} changed from {before} to {after}"))
                .collect();
            if !words.is_empty() {
                fetched::forget(tx, self.tenant(), &key).await?;
                day_series::forget(tx, self.tenant(), &key).await?;
                accounts::Entity::update_many()
                    .col_expr(Column::Currency, Expr::value(account.currency.as_str()))
                    .col_expr(Column::RedescribedAt, Expr::value(now))
                    .col_expr(Column::Redescribed, Expr::value(words.join(" and ")))
                    .filter(is(self.tenant(), &key))
                    .exec(tx)
                    .await?;
            }
            put(tx, self.tenant(), account, now).await
        })
    }

    /// Records up to when changes of older days are known and stored, by whoever holds the account's lease.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] when another run took the account over.
    pub async fn set_changes_seen(&self, lease: &Lease, at: Timestamp) -> Result<(), Error> {
        transaction!(self.db(), "set changes seen", |tx| {
            lease.hold(tx, self.tenant()).await?;
            accounts::Entity::update_many()
                .col_expr(accounts::Column::ChangesSeenAt, Expr::value(row::instant(at)))
                .filter(is(self.tenant(), lease.account()))
                .exec(tx)
                .await?;
            Ok(())
        })
    }

    /// Records how many days the account's platform may restate after they ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_look_back(&self, key: &AccountKey, days: u16) -> Result<(), Error> {
        transaction!(self.db(), "set look-back", |tx| {
            accounts::Entity::update_many()
                .col_expr(accounts::Column::LookBackDays, Expr::value(i64::from(days)))
                .filter(is(self.tenant(), key))
                .exec(tx)
                .await?;
            Ok(())
        })
    }

    /// Every account with its state, by source and id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts(&self) -> Result<Vec<AccountState>, Error> {
        let rows = query!(self.db(), "list accounts", |db| {
            let query = find(self.tenant()).order_by_asc(accounts::Column::Source).order_by_asc(accounts::Column::Account);
            Ok(query.all(db).await?)
        })?;
        rows.into_iter().map(state).collect()
    }

    /// One account.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the tenant has none such.
    pub async fn account(&self, key: &AccountKey) -> Result<AccountState, Error> {
        state(query!(self.db(), "read account", |db| one(db, self.tenant(), key).await)?)
    }

    /// The coverage of every account that was read, whether or not it had anything to report.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn coverage(&self) -> Result<Vec<Coverage>, Error> {
        let covered = |state: AccountState| {
            let facts = state.facts?;
            Some(Coverage { account: state.account, data_as_of: facts.data_as_of, settled_through: facts.settled_through })
        };
        Ok(self.accounts().await?.into_iter().filter_map(covered).collect())
    }

    /// Records what is known of an account's facts, by whoever holds its lease.
    ///
    /// # Errors
    /// [`Error::LeaseLost`] when another run took the account over.
    pub async fn set_facts(&self, lease: &Lease, facts: AccountFacts) -> Result<(), Error> {
        use accounts::Column;
        let days = facts.extent.map(|extent| extent.days);
        transaction!(self.db(), "set coverage", |tx| {
            lease.hold(tx, self.tenant()).await?;
            accounts::Entity::update_many()
                .col_expr(Column::DataAsOf, Expr::value(row::instant(facts.data_as_of)))
                .col_expr(Column::SettledThrough, Expr::value(facts.settled_through.map(|day| day.to_string())))
                .col_expr(Column::FirstDay, Expr::value(days.map(|days| days.from().to_string())))
                .col_expr(Column::LastDay, Expr::value(days.map(|days| days.to().to_string())))
                .col_expr(Column::FactRows, Expr::value(row::count(facts.rows())))
                .filter(is(self.tenant(), lease.account()))
                .exec(tx)
                .await?;
            Ok(())
        })
    }
}

fn find(tenant: &str) -> Select<accounts::Entity> {
    accounts::Entity::find().filter(accounts::Column::Tenant.eq(tenant))
}

/// The row of one account.
pub(crate) fn is(tenant: &str, key: &AccountKey) -> Condition {
    use accounts::Column;
    Condition::all()
        .add(Column::Tenant.eq(tenant))
        .add(Column::Source.eq(key.source.as_str()))
        .add(Column::Account.eq(key.id.as_str()))
}

pub(crate) async fn one(db: &impl ConnectionTrait, tenant: &str, key: &AccountKey) -> Result<accounts::Model, Fail> {
    let row = accounts::Entity::find().filter(is(tenant, key)).one(db).await?;
    Ok(row.ok_or_else(|| Error::not_found("account", key))?)
}

/// Adds the account or brings its description up to date.
pub(crate) async fn put(tx: &impl ConnectionTrait, tenant: &str, account: &Account, now: i64) -> Result<(), Fail> {
    use accounts::{Column, Entity, Model};
    let key = AccountKey::from(account);
    if key.id.is_none() {
        return Err(Error::Invalid("an account needs an id".to_owned()).into());
    }
    if let Some(known) = Entity::find().filter(is(tenant, &key)).one(tx).await? {
        if known.currency != account.currency.as_str() {
            return Err(Error::Conflict(format!(
                "account {key} is kept in {}, not {}: amounts of two currencies cannot stand in one account",
                known.currency, account.currency
            ))
            .into());
        }
    } else if tenants::Entity::find_by_id(tenant).one(tx).await?.is_none() {
        return Err(Error::not_found("tenant", tenant).into());
    } else if find(tenant).count(tx).await? >= limits::ACCOUNTS_PER_TENANT {
        let most = limits::ACCOUNTS_PER_TENANT;
        return Err(Error::Invalid(format!("a tenant has at most {most} accounts: make another tenant")).into());
    }
    let restricted = match &account.standing {
        Standing::Good => None,
        Standing::Restricted(why) => Some(row::remark(why)),
    };
    let model = Model {
        tenant: tenant.to_owned(),
        source: key.source.as_str().to_owned(),
        account: key.id.as_str().to_owned(),
        name: row::text(&account.name),
        currency: account.currency.as_str().to_owned(),
        zone: account.zone.as_str().to_owned(),
        restricted,
        created_at: now,
        data_as_of: None,
        settled_through: None,
        first_day: None,
        last_day: None,
        fact_rows: 0,
        lease_fence: 0,
        lease_owner: None,
        leased_until: None,
        look_back_days: None,
        changes_seen_at: None,
        redescribed_at: None,
        redescribed: None,
    };
    let describe = OnConflict::columns([Column::Tenant, Column::Source, Column::Account])
        .update_columns([Column::Name, Column::Zone, Column::Restricted])
        .to_owned();
    Entity::insert(model.into_active_model()).on_conflict(describe).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) fn account(row: &accounts::Model) -> Result<Account, Error> {
    Ok(Account {
        source: row::to_name("source", &row.source)?,
        id: AccountId::new(row.account.as_str()),
        name: row.name.as_str().into(),
        currency: row::to_name("currency", &row.currency)?,
        zone: row::to_name("time zone", &row.zone)?,
        standing: row.restricted.as_deref().map_or(Standing::Good, |why| Standing::Restricted(why.into())),
    })
}

fn state(row: accounts::Model) -> Result<AccountState, Error> {
    let look_back_days = row.look_back_days.map(|days| u16::try_from(days).map_err(|_| row::bad("look-back", days))).transpose()?;
    let redescribed = row.redescribed_at.map(row::to_instant).transpose()?.zip(row.redescribed.clone());
    let changes_seen_at = row::to_instant_opt(row.changes_seen_at)?;
    Ok(AccountState { account: account(&row)?, facts: facts(&row)?, look_back_days, changes_seen_at, redescribed })
}

fn facts(row: &accounts::Model) -> Result<Option<AccountFacts>, Error> {
    let Some(data_as_of) = row.data_as_of else { return Ok(None) };
    let extent = match (&row.first_day, &row.last_day) {
        (Some(first), Some(last)) => Some(Extent { days: row::to_range(first, last)?, rows: row::to_count(row.fact_rows)? }),
        (None, None) => None,
        (first, last) => return Err(row::bad("range of days", format!("{first:?} to {last:?}"))),
    };
    Ok(Some(AccountFacts {
        data_as_of: row::to_instant(data_as_of)?,
        settled_through: row::to_day_opt(row.settled_through.as_deref())?,
        extent,
    }))
}

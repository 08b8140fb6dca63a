//! People: who they are and what they hold.

use super::{password, role, user_id};
use crate::{
    Error, System,
    audit::{Action, Entry},
    db::{Fail, query, transaction},
    entity::{authenticators, grants, passkeys, sessions, sign_in_failures, tenants, users},
    receipt, row,
    system::{AGENCY, put_setting},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use secrecy::SecretString;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use trimtab_domain::{
    Caller, Role, Timestamp,
    access::{Grant, Scope},
    id::{TenantId, UserId},
    text::{self, BadName},
};

/// An administrator to be made.
#[derive(Debug, Clone)]
pub struct Admin {
    /// The e-mail address to sign in with; compared without case.
    pub email: String,
    /// At least 12 characters.
    pub password: SecretString,
    /// The agency's name, if it is to be set.
    pub agency: Option<String>,
}

/// What to do when there is an administrator already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfInitialised {
    /// Change nothing and say so.
    Refuse,
    /// Add another administrator, or give the one with this address a new password.
    AddOrReset,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their address.
    pub email: String,
    /// Their name; may be empty.
    pub name: String,
    /// What they hold, by scope and role.
    pub grants: Vec<Grant>,
    /// Whether a second factor or passkey is asked of them.
    pub second_factor: bool,
    /// When they were made (UTC).
    pub created_at: Timestamp,
    /// When they were last seen, as far as their open sessions tell (UTC).
    pub seen_at: Option<Timestamp>,
    /// Since when they may not sign in any more (UTC).
    pub disabled_at: Option<Timestamp>,
}

impl System<'_> {
    /// Whether `init` has made an administrator.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_initialised(&self) -> Result<bool, Error> {
        query!(self.store().db(), "look for an administrator", |db| Ok(users::Entity::find().count(db).await? > 0))
    }

    /// Makes the administrator.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a bad address or a weak password; [`Error::AlreadyInitialised`] when there is one and `again` refuses.
    pub async fn create_admin(&self, admin: Admin, again: IfInitialised) -> Result<UserId, Error> {
        let email = password::normalise_email(&admin.email)?;
        let hash = self.hash(admin.password, &email).await?;
        let now = row::instant(self.store().now());
        let model = self.new_user(email, String::new(), hash);
        let id = transaction!(self.store().db(), "create administrator", |tx| {
            let first = users::Entity::find().order_by_asc(users::Column::CreatedAt).one(tx).await?;
            if let (Some(first), IfInitialised::Refuse) = (first, again) {
                return Err(Error::AlreadyInitialised { email: first.email }.into());
            }
            if let Some(agency) = &admin.agency {
                let before = self.setting_in(tx, AGENCY).await?;
                put_setting(tx, AGENCY, agency).await?;
                if before.as_ref() != Some(agency) {
                    let entry = Entry::new(Action::SettingSet, format!("setting:{AGENCY}"));
                    self.audit(tx, entry.before(json!(before)).after(json!(agency))).await?;
                }
            }
            let id = match by_email(tx, &model.email).await? {
                Some(known) => {
                    replace_password(tx, &known, &model.password_hash, now).await?;
                    self.audit(tx, Entry::new(Action::UserPassword, format!("user:{}", known.id))).await?;
                    known.id
                }
                None => {
                    users::Entity::insert(model.clone().into_active_model()).exec_without_returning(tx).await?;
                    let entry = Entry::new(Action::UserCreate, format!("user:{}", model.id));
                    self.audit(tx, entry.after(json!({ "email": model.email }))).await?;
                    model.id.clone()
                }
            };
            self.audit(tx, granted(&id, &Grant::agency_admin())).await?;
            put_grant(tx, &id, &Grant::agency_admin(), &Caller::operator("init"), now).await?;
            Ok(id)
        })?;
        user_id(&id)
    }

    pub(super) fn new_user(&self, email: String, name: String, password_hash: String) -> users::Model {
        let now = row::instant(self.store().now());
        users::Model {
            id: UserId::fresh(self.store().ids()).to_string(),
            email,
            password_hash,
            role: String::new(),
            created_at: now,
            password_set_at: now,
            name,
            disabled_at: None,
        }
    }

    /// Gives somebody a new password, ends their sessions and lifts a lockout.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown address, [`Error::Invalid`] for a weak password.
    pub async fn set_password(&self, email: &str, new: SecretString) -> Result<(), Error> {
        let email = password::normalise_email(email)?;
        let hash = self.hash(new, &email).await?;
        let now = row::instant(self.store().now());
        transaction!(self.store().db(), "set password", |tx| {
            let user = by_email(tx, &email).await?.ok_or_else(|| Error::not_found("user", &email))?;
            replace_password(tx, &user, &hash, now).await?;
            self.audit(tx, Entry::new(Action::UserPassword, format!("user:{}", user.id))).await
        })
    }

    /// Everybody within reach, by address: with `Some`, whoever holds something in one of these scopes, and of them only that.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users(&self, within: Option<&BTreeSet<Scope>>) -> Result<Vec<User>, Error> {
        let (people, held, factors, seen) = query!(self.store().db(), "list people", |db| {
            let people = users::Entity::find().order_by_asc(users::Column::Email).all(db).await?;
            let mut query = grants::Entity::find().order_by_asc(grants::Column::Tenant).order_by_asc(grants::Column::Role);
            if let Some(within) = within {
                query = query.filter(grants::Column::Tenant.is_in(within.iter().map(role::scope_text)));
            }
            Ok((people, query.all(db).await?, with_factors(db, None).await?, last_seen(db, None).await?))
        })?;
        let mut grants: BTreeMap<&str, Vec<Grant>> = BTreeMap::new();
        for row in &held {
            grants.entry(&row.user_id).or_default().push(role::grant(row)?);
        }
        let visible = people.into_iter().filter(|row| within.is_none() || grants.contains_key(row.id.as_str()));
        visible
            .map(|row| {
                let grants = grants.get(row.id.as_str()).cloned().unwrap_or_default();
                let (second, seen) = (factors.contains(&row.id), seen.get(&row.id).copied());
                user(row, grants, second, seen)
            })
            .collect()
    }

    /// One person with all they hold.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn user(&self, id: &UserId) -> Result<User, Error> {
        let (row, grants, second, seen) = query!(self.store().db(), "read a person", |db| {
            let row = one(db, id).await?;
            let (grants, _) = role::held(db, &row.id).await?;
            let second = with_factors(db, Some(&row.id)).await?.contains(&row.id);
            let seen = last_seen(db, Some(&row.id)).await?.get(&row.id).copied();
            Ok((row, grants, second, seen))
        })?;
        user(row, grants, second, seen)
    }

    /// The person with an address, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user_with_email(&self, email: &str) -> Result<Option<UserId>, Error> {
        let Ok(email) = password::normalise_email(email) else { return Ok(None) };
        let found = query!(self.store().db(), "look for an address", |db| Ok(by_email(db, &email).await?))?;
        found.map(|row| user_id(&row.id)).transpose()
    }

    /// Gives somebody a role.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown person, role or tenant.
    pub async fn grant(&self, user: &UserId, grant: &Grant, by: &Caller) -> Result<(), Error> {
        self.permissions_of(&grant.role).await?;
        let now = row::instant(self.store().now());
        transaction!(self.store().db(), "grant a role", |tx| {
            let user = one(tx, user).await?;
            put_grant(tx, &user.id, grant, by, now).await?;
            self.audit(tx, granted(&user.id, grant).by(by)).await?;
            receipt::keep(tx, self.store(), &()).await
        })
    }

    /// Takes a role from somebody.
    ///
    /// # Errors
    /// [`Error::NotFound`] when they do not hold it; [`Error::Conflict`] for the last administrator.
    pub async fn revoke(&self, user: &UserId, grant: &Grant) -> Result<(), Error> {
        use grants::{Column, Entity};
        transaction!(self.store().db(), "revoke a role", |tx| {
            let user = one(tx, user).await?;
            let of = Condition::all()
                .add(Column::UserId.eq(&user.id))
                .add(Column::Tenant.eq(role::scope_text(&grant.scope)))
                .add(Column::Role.eq(grant.role.as_str()));
            let gone = Entity::delete_many().filter(of).exec(tx).await?;
            if gone.rows_affected == 0 {
                return Err(Error::not_found("grant", &grant.role).into());
            }
            keep_an_admin(tx).await?;
            let entry = Entry::new(Action::RoleRevoke, format!("user:{}", user.id)).before(json!({ "role": grant.role.as_str() }));
            self.audit(tx, entry.about(grant.scope.tenant().map(TenantId::as_str))).await
        })
    }

    /// Lets somebody sign in no more, or again. Their sessions end; what they hold stays.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] for the last administrator.
    pub async fn set_disabled(&self, user: &UserId, disabled: bool) -> Result<(), Error> {
        let at = disabled.then(|| row::instant(self.store().now()));
        transaction!(self.store().db(), "disable a person", |tx| {
            let user = one(tx, user).await?;
            users::Entity::update_many()
                .col_expr(users::Column::DisabledAt, Expr::value(at))
                .filter(users::Column::Id.eq(&user.id))
                .exec(tx)
                .await?;
            if disabled {
                sessions::Entity::delete_many().filter(sessions::Column::UserId.eq(&user.id)).exec(tx).await?;
            }
            keep_an_admin(tx).await?;
            let action = if disabled { Action::UserDisable } else { Action::UserEnable };
            self.audit(tx, Entry::new(action, format!("user:{}", user.id))).await?;
            receipt::keep(tx, self.store(), &()).await
        })
    }

    /// Renames somebody.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a name that is too long.
    pub async fn rename_user(&self, user: &UserId, name: &str) -> Result<(), Error> {
        let name = checked_name(name)?;
        transaction!(self.store().db(), "rename a person", |tx| {
            let user = one(tx, user).await?;
            users::Entity::update_many()
                .col_expr(users::Column::Name, Expr::value(&name))
                .filter(users::Column::Id.eq(&user.id))
                .exec(tx)
                .await?;
            let entry = Entry::new(Action::UserRename, format!("user:{}", user.id));
            self.audit(tx, entry.before(json!(user.name)).after(json!(name))).await
        })
    }
}

/// That somebody holds a role from now on.
pub(super) fn granted<'a>(user: &str, grant: &'a Grant) -> Entry<'a> {
    let entry = Entry::new(Action::RoleGrant, format!("user:{user}")).after(json!({ "role": grant.role.as_str() }));
    entry.about(grant.scope.tenant().map(TenantId::as_str))
}

pub(super) fn checked_name(name: &str) -> Result<String, Error> {
    match text::name(name, 100) {
        Ok(name) => Ok(name.to_owned()),
        Err(BadName::Empty) => Ok(String::new()),
        Err(error) => Err(Error::Invalid(format!("a name has at most 100 characters, on one line: {error}"))),
    }
}

pub(super) async fn one(db: &impl ConnectionTrait, id: &UserId) -> Result<users::Model, Fail> {
    let row = users::Entity::find_by_id(id.as_str()).one(db).await?;
    Ok(row.ok_or_else(|| Error::not_found("user", id))?)
}

pub(super) async fn by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<users::Model>, sea_orm::DbErr> {
    users::Entity::find().filter(users::Column::Email.eq(email)).one(db).await
}

pub(super) async fn put_grant(tx: &impl ConnectionTrait, user: &str, grant: &Grant, by: &Caller, now: i64) -> Result<(), Fail> {
    use grants::{Entity, Model};
    if let Some(tenant) = grant.scope.tenant()
        && tenants::Entity::find_by_id(tenant.as_str()).one(tx).await?.is_none()
    {
        return Err(Error::not_found("tenant", tenant).into());
    }
    let model = Model {
        user_id: user.to_owned(),
        tenant: role::scope_text(&grant.scope).to_owned(),
        role: grant.role.to_string(),
        granted_at: now,
        granted_by: by.actor.to_string(),
    };
    let key = (model.user_id.clone(), model.tenant.clone(), model.role.clone());
    if Entity::find_by_id(key).one(tx).await?.is_none() {
        Entity::insert(model.into_active_model()).exec_without_returning(tx).await?;
    }
    Ok(())
}

pub(super) async fn replace_password(tx: &impl ConnectionTrait, user: &users::Model, hash: &str, now: i64) -> Result<(), Fail> {
    users::Entity::update_many()
        .col_expr(users::Column::PasswordHash, Expr::value(hash))
        .col_expr(users::Column::PasswordSetAt, Expr::value(now))
        .filter(users::Column::Id.eq(&user.id))
        .exec(tx)
        .await?;
    sessions::Entity::delete_many().filter(sessions::Column::UserId.eq(&user.id)).exec(tx).await?;
    sign_in_failures::Entity::delete_by_id(super::sign_in::email_hash(&user.email)).exec(tx).await?;
    Ok(())
}

/// Somebody who can sign in must be administrator of the agency.
async fn keep_an_admin(tx: &impl ConnectionTrait) -> Result<(), Fail> {
    use grants::{Column, Entity};
    let admins = Entity::find().filter(Column::Tenant.eq("")).filter(Column::Role.eq(Role::AgencyAdmin.as_str())).all(tx).await?;
    let ids = admins.into_iter().map(|row| row.user_id);
    let able =
        users::Entity::find().filter(users::Column::Id.is_in(ids)).filter(users::Column::DisabledAt.is_null()).count(tx).await?;
    if able > 0 {
        return Ok(());
    }
    Err(Error::Conflict("this is the last administrator of the agency: make another one first".to_owned()).into())
}

/// Who has a second factor.
pub(super) async fn with_factors(db: &impl ConnectionTrait, of: Option<&str>) -> Result<BTreeSet<String>, sea_orm::DbErr> {
    let mut codes = authenticators::Entity::find().filter(authenticators::Column::ConfirmedAt.is_not_null());
    let mut keys = passkeys::Entity::find();
    if let Some(user) = of {
        codes = codes.filter(authenticators::Column::UserId.eq(user));
        keys = keys.filter(passkeys::Column::UserId.eq(user));
    }
    let codes = codes.all(db).await?.into_iter().map(|row| row.user_id);
    Ok(codes.chain(keys.all(db).await?.into_iter().map(|row| row.user_id)).collect())
}

async fn last_seen(db: &impl ConnectionTrait, of: Option<&str>) -> Result<BTreeMap<String, i64>, sea_orm::DbErr> {
    let mut query = sessions::Entity::find();
    if let Some(user) = of {
        query = query.filter(sessions::Column::UserId.eq(user));
    }
    let mut seen = BTreeMap::new();
    for row in query.all(db).await? {
        let latest: &mut i64 = seen.entry(row.user_id).or_insert(row.extended_at);
        *latest = row.extended_at.max(*latest);
    }
    Ok(seen)
}

fn user(row: users::Model, grants: Vec<Grant>, second_factor: bool, seen_at: Option<i64>) -> Result<User, Error> {
    Ok(User {
        id: user_id(&row.id)?,
        email: row.email,
        name: row.name,
        grants,
        second_factor,
        created_at: row::to_instant(row.created_at)?,
        seen_at: row::to_instant_opt(seen_at)?,
        disabled_at: row::to_instant_opt(row.disabled_at)?,
    })
}

//! Roles an agency made, and what grants come to.

use crate::{
    Error, System,
    audit::{Action, Entry},
    db::{Fail, query, transaction},
    entity::{grants, roles},
    row,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, sea_query::OnConflict,
};
use serde_json::{Value, json};
use trimtab_domain::{
    Caller, Permissions,
    access::{CustomRole, Grant, Reach, RoleName, Scope},
    id::TenantId,
    text,
};

/// A role as the log tells it.
fn told(row: &roles::Model) -> Value {
    json!({ "label": row.label, "permissions": row.permissions })
}

impl System<'_> {
    /// The roles the agency made, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn roles(&self) -> Result<Vec<CustomRole>, Error> {
        let rows = query!(self.store().db(), "list roles", |db| {
            Ok(roles::Entity::find().order_by_asc(roles::Column::Name).all(db).await?)
        })?;
        rows.into_iter().map(role).collect()
    }

    /// Makes a role or changes the one of that name; whoever holds it is allowed the new permissions at once.
    ///
    /// # Errors
    /// [`Error::Invalid`] without a label.
    pub async fn put_role(&self, role: &CustomRole, by: &Caller) -> Result<(), Error> {
        let bad = |error| Error::Invalid(format!("a role needs a name of 1 to 80 characters: {error}"));
        let label = text::name(&role.label, 80).map_err(bad)?.to_owned();
        let model = roles::Model {
            name: role.name().to_string(),
            label,
            permissions: role.permissions().to_string(),
            changed_at: row::instant(self.store().now()),
            changed_by: by.actor.to_string(),
        };
        transaction!(self.store().db(), "put role", |tx| {
            use roles::Column;
            let before = roles::Entity::find_by_id(&model.name).one(tx).await?;
            let columns = [Column::Label, Column::Permissions, Column::ChangedAt, Column::ChangedBy];
            let replace = OnConflict::column(Column::Name).update_columns(columns).to_owned();
            roles::Entity::insert(model.clone().into_active_model()).on_conflict(replace).exec_without_returning(tx).await?;
            let entry = Entry::new(Action::RolePut, format!("role:{}", model.name)).by(by);
            self.audit(tx, entry.before(before.as_ref().map_or(Value::Null, told)).after(told(&model))).await
        })
    }

    /// Removes a role nobody holds.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] while somebody holds it.
    pub async fn remove_role(&self, name: &RoleName) -> Result<(), Error> {
        transaction!(self.store().db(), "remove role", |tx| {
            let held = grants::Entity::find().filter(grants::Column::Role.eq(name.as_str())).count(tx).await?;
            if held > 0 {
                return Err(Error::Conflict(format!("the role {name} is held by {held} people: give them another first")).into());
            }
            let known = roles::Entity::find_by_id(name.as_str()).one(tx).await?.ok_or_else(|| Error::not_found("role", name))?;
            roles::Entity::delete_by_id(name.as_str()).exec(tx).await?;
            self.audit(tx, Entry::new(Action::RoleRemove, format!("role:{name}")).before(told(&known))).await
        })
    }

    /// What a role allows.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such role.
    pub async fn permissions_of(&self, name: &RoleName) -> Result<Permissions, Error> {
        query!(self.store().db(), "read role", |db| permissions_of(db, name).await)
    }
}

pub(super) async fn permissions_of(db: &impl ConnectionTrait, name: &RoleName) -> Result<Permissions, Fail> {
    if let Some(role) = name.built_in() {
        return Ok(role.permissions());
    }
    let found = roles::Entity::find_by_id(name.as_str()).one(db).await?;
    Ok(role(found.ok_or_else(|| Error::not_found("role", name))?)?.permissions())
}

/// What somebody holds, in the order of scope and role, and what it comes to.
pub(super) async fn held(db: &impl ConnectionTrait, user: &str) -> Result<(Vec<Grant>, Reach), Fail> {
    use grants::{Column, Entity};
    let rows =
        Entity::find().filter(Column::UserId.eq(user)).order_by_asc(Column::Tenant).order_by_asc(Column::Role).all(db).await?;
    let mut held = Vec::with_capacity(rows.len());
    let mut allowed = Vec::with_capacity(rows.len());
    for row in rows {
        let grant = grant(&row)?;
        allowed.push((grant.scope.clone(), permissions_of(db, &grant.role).await?));
        held.push(grant);
    }
    Ok((held, Reach::of(allowed)))
}

pub(super) fn grant(row: &grants::Model) -> Result<Grant, Error> {
    Ok(Grant { scope: scope(&row.tenant)?, role: role_name(&row.role)? })
}

/// A scope as it lies in a column: the tenant, or nothing for the agency.
pub(super) fn scope(tenant: &str) -> Result<Scope, Error> {
    if tenant.is_empty() {
        return Ok(Scope::Agency);
    }
    TenantId::parse(tenant).map(Scope::Tenant).map_err(|_| row::bad("tenant id", tenant))
}

pub(super) fn scope_text(scope: &Scope) -> &str {
    scope.tenant().map_or("", TenantId::as_str)
}

pub(super) fn role_name(text: &str) -> Result<RoleName, Error> {
    text.parse().map_err(|_| row::bad("role", text))
}

fn role(row: roles::Model) -> Result<CustomRole, Error> {
    let permissions = row.permissions.parse().map_err(|_| row::bad("set of permissions", &row.permissions))?;
    CustomRole::new(role_name(&row.name)?, row.label, permissions).map_err(|_| row::bad("role", &row.name))
}

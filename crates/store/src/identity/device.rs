//! Devices somebody signed in on before, so that they can be told of a new one. A device is what it says of itself without its version
//! numbers, which change by themselves; only a hash is kept.

use crate::{
    db::Fail,
    entity::known_devices::{Column, Entity, Model},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, sea_query::OnConflict};
use trimtab_domain::Origin;

/// Notes a device; answers whether somebody who has signed in before is new on it. The very first one is where the account was made.
pub(super) async fn is_new(tx: &impl ConnectionTrait, user: &str, origin: &Origin, now: i64) -> Result<bool, Fail> {
    let device_hash = hash(origin);
    let known = Entity::find_by_id((user.to_owned(), device_hash.clone())).one(tx).await?.is_some();
    let first = !known && Entity::find().filter(Column::UserId.eq(user)).count(tx).await? == 0;
    let model = Model { user_id: user.to_owned(), device_hash, seen_at: now };
    let again = OnConflict::columns([Column::UserId, Column::DeviceHash]).update_column(Column::SeenAt).to_owned();
    Entity::insert(model.into_active_model()).on_conflict(again).exec_without_returning(tx).await?;
    Ok(!known && !first)
}

fn hash(origin: &Origin) -> String {
    let says = origin.agent.as_deref().unwrap_or_default();
    let lasting: String = says.chars().filter(|c| !c.is_ascii_digit() && *c != '.').collect();
    blake3::hash(lasting.as_bytes()).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_was_updated_is_the_same_device() {
        let of = |agent: &str| hash(&Origin::of_request(None, Some(agent), None));
        assert_eq!(of("Mozilla/5.0 (X11; Linux x86_64) Firefox/133.0"), of("Mozilla/5.0 (X11; Linux x86_64) Firefox/134.0.1"));
        assert_ne!(of("Mozilla/5.0 (X11; Linux x86_64) Firefox/133.0"), of("Mozilla/5.0 (Windows NT 10.0) Firefox/133.0"));
    }
}

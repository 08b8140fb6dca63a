//! What people know of a client: a row for each version.

use super::{
    Change,
    initial::{of_tenant, primary_key, table},
};
use sea_orm_migration::schema::{big_integer, string, text};

pub(super) fn client_knowledge() -> Change {
    let mut change = table(
        "client_knowledge",
        [string("tenant"), big_integer("version"), text("body"), big_integer("changed_at"), string("changed_by")],
        [of_tenant("client_knowledge")],
    );
    primary_key(&mut change, &["tenant", "version"]);
    change
}

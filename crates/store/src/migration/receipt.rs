//! What requests that may come twice were answered.

use super::{
    Change,
    initial::{primary_key, table},
};
use sea_orm_migration::schema::{big_integer, blob, string};

/// `tenant` is empty for what belongs to the agency, so it refers to no tenant.
pub(super) fn receipts() -> Change {
    let mut change = table(
        "receipts",
        [
            string("tenant"),
            string("actor"),
            string("key_hash"),
            string("request_hash"),
            blob("sealed_answer"),
            big_integer("kept_at"),
        ],
        [],
    );
    primary_key(&mut change, &["tenant", "actor", "key_hash"]);
    change
}

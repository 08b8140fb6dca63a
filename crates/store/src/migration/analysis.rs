//! What analysis made of facts, what it found, what it was told: results, findings, events, series of days and budgets.

use super::{
    Change,
    initial::{of_account, of_tenant, primary_key, table},
};
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, string, string_null, text};

pub(super) fn analyses() -> Change {
    let mut change = table(
        "analyses",
        [string("tenant"), string("kind"), string("subject"), string("source_hash"), big_integer("made_at"), text("body")],
        [of_tenant("analyses")],
    );
    primary_key(&mut change, &["tenant", "kind", "subject"]);
    change
}

pub(super) fn findings() -> Change {
    let mut change = table(
        "findings",
        [
            string("tenant"),
            string("id"),
            string("kind"),
            string("subject"),
            string("from_day"),
            string("to_day"),
            text("body"),
            big_integer("found_at"),
            big_integer("seen_at"),
            big_integer_null("gone_at"),
            big_integer_null("dismissed_at"),
            string_null("dismissed_by"),
            big_integer_null("snoozed_until"),
        ],
        [of_tenant("findings")],
    );
    primary_key(&mut change, &["tenant", "id"]);
    change
}

pub(super) fn known_events() -> Change {
    let mut change = table(
        "known_events",
        [
            string("tenant"),
            string("source"),
            string("account"),
            string("digest"),
            string("day"),
            text("body"),
            big_integer("noted_at"),
        ],
        [of_account("known_events")],
    );
    primary_key(&mut change, &["tenant", "source", "account", "digest"]);
    change
}

pub(super) fn day_series() -> Change {
    let mut change = table(
        "day_series",
        [
            string("tenant"),
            string("source"),
            string("account"),
            string("object"),
            string("day"),
            big_integer("read_at"),
            text("body"),
        ],
        [of_account("day_series")],
    );
    primary_key(&mut change, &["tenant", "source", "account", "object", "day"]);
    change
}

pub(super) fn budgets() -> Change {
    table(
        "budgets",
        [
            string("id").primary_key().take(),
            string("tenant"),
            string("name"),
            string("level"),
            string("source"),
            string("account"),
            string("entity"),
            big_integer("amount_micros"),
            string("currency"),
            string_null("from_day"),
            string_null("to_day"),
            boolean("roll_over"),
            big_integer("changed_at"),
            string("changed_by"),
        ],
        [of_tenant("budgets")],
    )
}

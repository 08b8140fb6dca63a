//! Who may sign in and act: people, what they hold, their devices and factors, links sent to them, and keys of programs.

use super::{
    Change,
    initial::{primary_key, table},
};
use sea_orm_migration::{
    schema::{big_integer, big_integer_null, string, string_null, text},
    sea_query::{ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement},
};

pub(super) fn grants() -> Change {
    let mut change = table(
        "grants",
        [string("user_id"), string("tenant"), string("role"), big_integer("granted_at"), string("granted_by")],
        [of_user("grants")],
    );
    primary_key(&mut change, &["user_id", "tenant", "role"]);
    change
}

/// Whoever was administrator before roles were kept apart holds the role now.
pub(super) fn first_grants() -> Change {
    Change::Sql {
        up: "INSERT INTO grants (user_id, tenant, role, granted_at, granted_by) SELECT id, '', role, created_at, 'operator' FROM users WHERE role <> ''",
        down: "DELETE FROM grants",
    }
}

pub(super) fn roles() -> Change {
    table(
        "roles",
        [
            string("name").primary_key().take(),
            string("label"),
            text("permissions"),
            big_integer("changed_at"),
            string("changed_by"),
        ],
        [],
    )
}

pub(super) fn identities() -> Change {
    let mut change = table(
        "identities",
        [string("issuer"), string("subject"), string("user_id"), string("email"), big_integer("linked_at")],
        [of_user("identities")],
    );
    primary_key(&mut change, &["issuer", "subject"]);
    change
}

pub(super) fn authenticators() -> Change {
    table(
        "authenticators",
        [
            string("user_id").primary_key().take(),
            big_integer("made_at"),
            big_integer_null("confirmed_at"),
            big_integer("last_step"),
        ],
        [of_user("authenticators")],
    )
}

pub(super) fn recovery_codes() -> Change {
    let mut change = table("recovery_codes", [string("user_id"), string("code_hash")], [of_user("recovery_codes")]);
    primary_key(&mut change, &["user_id", "code_hash"]);
    change
}

pub(super) fn passkeys() -> Change {
    table(
        "passkeys",
        [
            string("id").primary_key().take(),
            string("credential").unique_key().take(),
            string("user_id"),
            string("name"),
            text("body"),
            big_integer("made_at"),
            big_integer_null("used_at"),
        ],
        [of_user("passkeys")],
    )
}

pub(super) fn refresh_tokens() -> Change {
    table(
        "refresh_tokens",
        [string("token_hash").primary_key().take(), string("session"), big_integer("made_at"), big_integer_null("used_at")],
        [ForeignKey::create()
            .name("refresh_tokens_session")
            .from("refresh_tokens", "session")
            .to("sessions", "id")
            .on_delete(ForeignKeyAction::Cascade)
            .take()],
    )
}

pub(super) fn links() -> Change {
    table(
        "links",
        [
            string("token_hash").primary_key().take(),
            string("id").unique_key().take(),
            string("purpose"),
            string("email"),
            text("grants"),
            big_integer("made_at"),
            string("made_by"),
            big_integer("expires_at"),
            big_integer_null("used_at"),
        ],
        [],
    )
}

pub(super) fn challenges() -> Change {
    table(
        "challenges",
        [
            string("token_hash").primary_key().take(),
            string("purpose"),
            string_null("user_id"),
            text("body"),
            big_integer("failures"),
            big_integer("expires_at"),
        ],
        [],
    )
}

pub(super) fn api_keys() -> Change {
    table(
        "api_keys",
        [
            string("id").primary_key().take(),
            string("key_hash").unique_key().take(),
            string("name"),
            string("hint"),
            string("tenant"),
            text("permissions"),
            big_integer("made_at"),
            string("made_by"),
            big_integer_null("expires_at"),
            big_integer_null("used_at"),
            big_integer_null("revoked_at"),
        ],
        [],
    )
}

pub(super) fn known_devices() -> Change {
    let mut change =
        table("known_devices", [string("user_id"), string("device_hash"), big_integer("seen_at")], [of_user("known_devices")]);
    primary_key(&mut change, &["user_id", "device_hash"]);
    change
}

fn of_user(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_user"))
        .from(table, "user_id")
        .to("users", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

//! The audit log, its checkpoints and what guards both; the log of calls to platforms.
//!
//! The guards keep our own code honest, and whoever opens the database by hand from a slip. Whoever may write to the database may remove
//! them: that is what the chain and its seal are for.

use super::{
    Change, Guard,
    initial::{primary_key, table},
};
use sea_orm_migration::schema::{big_integer, big_integer_null, blob, string, string_null, text, text_null};

pub(super) fn data_keys() -> Change {
    let mut change = table(
        "data_keys",
        [
            string("tenant"),
            big_integer("version"),
            blob("wrapped"),
            string("master"),
            big_integer("made_at"),
            big_integer_null("retired_at"),
        ],
        [],
    );
    primary_key(&mut change, &["tenant", "version"]);
    change
}

pub(super) fn secrets() -> Change {
    let mut change = table("secrets", [string("tenant"), string("name"), blob("sealed"), big_integer("set_at")], []);
    primary_key(&mut change, &["tenant", "name"]);
    change
}

pub(super) fn log() -> Change {
    table(
        "audit",
        [
            big_integer("seq").primary_key().take(),
            big_integer("at"),
            string("actor"),
            string_null("actor_name"),
            string_null("tenant"),
            string("action"),
            text("resource"),
            string_null("ip"),
            text_null("agent"),
            string("outcome"),
            text_null("before"),
            text_null("after"),
            string_null("request_id"),
            string("prev_hash"),
            string("hash"),
        ],
        [],
    )
}

pub(super) fn checkpoints() -> Change {
    table(
        "audit_checkpoints",
        [
            big_integer("through_seq").primary_key().take(),
            string("hash"),
            big_integer("row_count"),
            big_integer("made_at"),
            string("seal"),
        ],
        [],
    )
}

pub(super) fn calls() -> Change {
    table(
        "calls",
        [
            string("id").primary_key().take(),
            big_integer("at"),
            string_null("tenant"),
            string("source"),
            string_null("account"),
            string("method"),
            text("route"),
            big_integer_null("status"),
            string("outcome"),
            big_integer("duration_ms"),
            big_integer("bytes"),
            big_integer("attempt"),
        ],
        [],
    )
}

/// No row is changed.
pub(super) fn unchanged() -> Change {
    Change::Guard(Guard {
        name: "audit_unchanged",
        table: "audit",
        on: "UPDATE",
        allowed: None,
        why: "rows of the audit log are never changed",
    })
}

/// Rows are removed only up to a checkpoint.
pub(super) fn unremoved() -> Change {
    Change::Guard(Guard {
        name: "audit_unremoved",
        table: "audit",
        on: "DELETE",
        allowed: Some("OLD.seq <= COALESCE((SELECT MAX(through_seq) FROM audit_checkpoints), 0)"),
        why: "rows of the audit log are removed by retention only, which leaves a checkpoint",
    })
}

/// SQLite's `INSERT OR REPLACE` removes a row without asking the guard against that.
pub(super) fn unreplaced() -> Change {
    Change::Guard(Guard {
        name: "audit_unreplaced",
        table: "audit",
        on: "INSERT",
        allowed: Some("NOT EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)"),
        why: "rows of the audit log are never replaced",
    })
}

pub(super) fn checkpoints_unchanged() -> Change {
    let why = "checkpoints of the audit log are never changed";
    Change::Guard(Guard { name: "audit_checkpoints_unchanged", table: "audit_checkpoints", on: "UPDATE", allowed: None, why })
}

/// PostgreSQL asks no trigger for rows when a whole table is emptied.
pub(super) fn untruncated() -> Change {
    let why = "rows of the audit log are removed by retention only, which leaves a checkpoint";
    Change::Guard(Guard { name: "audit_untruncated", table: "audit", on: "TRUNCATE", allowed: None, why })
}

pub(super) fn checkpoints_untruncated() -> Change {
    let why = "checkpoints of the audit log are never removed";
    Change::Guard(Guard { name: "audit_checkpoints_untruncated", table: "audit_checkpoints", on: "TRUNCATE", allowed: None, why })
}

pub(super) fn checkpoints_unremoved() -> Change {
    let why = "checkpoints of the audit log are never removed";
    Change::Guard(Guard { name: "audit_checkpoints_unremoved", table: "audit_checkpoints", on: "DELETE", allowed: None, why })
}
